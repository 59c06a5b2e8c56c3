/**
 * The `.netrc` file: which user and password belong to which machine, as ftp,
 * curl and wget read it.
 *
 * @module
 */

/** What one entry of a `.netrc` file says. */
export interface NetrcEntry {
  /** The host; undefined for the `default` entry. */
  readonly machine?: string | undefined;
  /** The user's name. */
  readonly login?: string | undefined;
  /** The password. */
  readonly password?: string | undefined;
}

/**
 * Reads a `.netrc` file.
 *
 * Words may be quoted, with backslash escapes in the quotes; `#` begins a comment at
 * the beginning of a word; macros (`macdef`) are skipped to the next empty line, and words
 * that are not known are passed over, both as curl does it.
 *
 * @param text The file.
 * @returns Its entries, in order.
 */
export function parseNetrc(text: string): NetrcEntry[] {
  const entries: {
    machine?: string | undefined;
    login?: string | undefined;
    password?: string | undefined;
  }[] = [];
  const words = netrcWords(text);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === "default") {
      entries.push({});
      continue;
    }
    if (!/^(machine|login|password|account)$/.test(word)) continue;
    const value = words[++i];
    if (value === undefined) break;
    const entry = entries.at(-1);
    if (word === "machine") entries.push({ machine: value.toLowerCase() });
    else if (entry !== undefined && word !== "account") entry[word as "login" | "password"] = value;
  }
  return entries;
}

/**
 * The entry for a host.
 *
 * @param entries What {@linkcode parseNetrc} returned.
 * @param hostname The host.
 * @param user The user's name, where it is known.
 * @returns The first entry that fits, or undefined.
 */
export function findNetrcEntry(
  entries: readonly NetrcEntry[],
  hostname: string,
  user?: string,
): NetrcEntry | undefined {
  const host = hostname.toLowerCase();
  return entries.find((entry) =>
    (entry.machine === undefined || entry.machine === host) &&
    (user === undefined || entry.login === undefined || entry.login === user)
  );
}

function netrcWords(text: string): string[] {
  const words: string[] = [];
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const pattern = /\s*(?:#.*$|"((?:[^"\\]|\\.)*)"|(\S+))/gy;
    for (let match = pattern.exec(lines[i]!); match !== null; match = pattern.exec(lines[i]!)) {
      const quoted = match[1]?.replace(/\\(.)/g, (_, char) => ESCAPES[char] ?? char);
      const word = quoted ?? match[2];
      if (word === undefined) break;
      if (word === "macdef" && quoted === undefined) {
        while (i < lines.length && lines[i]!.trim() !== "") i++;
        break;
      }
      words.push(word);
    }
  }
  return words;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
