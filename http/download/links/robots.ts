/**
 * What a server lets programs follow links to: robots.txt (RFC 9309).
 *
 * @module
 */

/** Bytes of the file that are read; section 2.5 asks for at least as many. */
export const MAX_ROBOTS_BYTES = 524_288;

/** Characters of a line that are read. */
const MAX_LINE = 8_192;

/** Rules of the file that are kept. */
const MAX_RULES = 10_000;

/** The most stars of a rule: each may have to be tried at every place of a path. */
const MAX_STARS = 16;

interface Rule {
  readonly allowed: boolean;
  /** The pattern between its stars. */
  readonly pieces: readonly string[];
  /** Whether it must reach to the end of the path. */
  readonly ended: boolean;
  readonly length: number;
}

/** The rules of one server for this program. */
export class Robots {
  readonly #rules: readonly Rule[];

  /**
   * Reads the file.
   *
   * @param text Its text; "" lets everything be followed.
   * @param program The name that its groups are looked for by.
   */
  constructor(text: string, program = "heliograph") {
    const own: Rule[] = [];
    const common: Rule[] = [];
    let named = false;
    let groups: Rule[][] = [];
    let inRules = true;
    for (const line of text.replace(/^\ufeff/, "").split(/\r\n?|\n/)) {
      const [rule = ""] = line.slice(0, MAX_LINE).split("#", 1);
      const colon = rule.indexOf(":");
      const key = rule.slice(0, Math.max(0, colon)).trim().toLowerCase();
      const value = rule.slice(colon + 1).trim();
      if (key === "user-agent") {
        // Several such lines in a row begin one group for all of them.
        if (inRules) groups = [];
        inRules = false;
        const agent = /^[A-Za-z_-]+/.exec(value)?.[0].toLowerCase();
        if (agent === program) {
          named = true;
          groups.push(own);
        } else if (value.startsWith("*")) groups.push(common);
      } else if (key === "allow" || key === "disallow") {
        inRules = true;
        // An empty one disallows nothing.
        if (value === "") continue;
        for (const group of groups) {
          if (group.length < MAX_RULES) group.push(ruleOf(key === "allow", value));
        }
      }
    }
    this.#rules = named ? own : common;
  }

  /**
   * Whether a URL may be followed: the longest rule that matches decides, and of two as long the
   * one that allows (section 2.2.2).
   *
   * @param url The URL.
   */
  allows(url: URL): boolean {
    const path = normalized(url.pathname + url.search);
    let best: Rule | undefined;
    for (const rule of this.#rules) {
      const longer = best === undefined || rule.length > best.length ||
        (rule.length === best.length && rule.allowed);
      if (longer && matches(rule, path)) best = rule;
    }
    return best?.allowed ?? true;
  }
}

function ruleOf(allowed: boolean, pattern: string): Rule {
  const ended = pattern.endsWith("$");
  const text = normalized(ended ? pattern.slice(0, -1) : pattern);
  const pieces = text.replace(/\*+/g, "*").split("*");
  // What has more is shortened, and with it matches more.
  const kept = pieces.length > MAX_STARS ? [...pieces.slice(0, MAX_STARS), ""] : pieces;
  return { allowed, pieces: kept, ended: ended && kept === pieces, length: pattern.length };
}

/** Percent codes as they compare: those of plain characters decoded, the others in capitals. */
function normalized(text: string): string {
  return encodeURI(text.toWellFormed()).replace(/%25(?=[0-9A-Fa-f]{2})/g, "%").replace(
    /%([0-9A-Fa-f]{2})/g,
    (code, hex: string) => {
      const char = String.fromCharCode(parseInt(hex, 16));
      return /[A-Za-z0-9_.~-]/.test(char) ? char : code.toUpperCase();
    },
  );
}

function matches({ pieces, ended }: Rule, path: string): boolean {
  let at = 0;
  for (const [i, piece] of pieces.entries()) {
    const last = i === pieces.length - 1;
    if (i === 0) {
      if (!path.startsWith(piece)) return false;
      at = piece.length;
      if (last) return !ended || at === path.length;
      continue;
    }
    if (last && ended) return path.length - piece.length >= at && path.endsWith(piece);
    at = path.indexOf(piece, at);
    if (at < 0) return false;
    at += piece.length;
  }
  return true;
}
