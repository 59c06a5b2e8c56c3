/**
 * The `.netrc` file: which user and password belong to which machine, as ftp,
 * curl and wget read it.
 *
 * @module
 */

import { FormatError } from "../../net/errors.ts";

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
 * the beginning of a word; macros (`macdef`) are skipped to the next empty line.
 *
 * @param text The file.
 * @param source Its name, for messages.
 * @returns Its entries, in order.
 * @throws {FormatError} If a word stands where none is expected; the message shows
 * the line's number and no word, since it could be a password.
 */
export function parseNetrc(text: string, source = ".netrc"): NetrcEntry[] {
  const broken = (line: number, found: string) =>
    new FormatError(`Cannot read ${source}: found ${found} in line ${line}`, { source });
  const entries: {
    machine?: string | undefined;
    login?: string | undefined;
    password?: string | undefined;
  }[] = [];
  const words = netrcWords(text);
  for (let i = 0; i < words.length; i++) {
    const { word, line } = words[i]!;
    if (word === "default") {
      entries.push({});
      continue;
    }
    const entry = entries.at(-1);
    const value = words[++i]?.word;
    if (value === undefined) throw broken(line, `'${nameOf(word)}' without a value`);
    if (word === "machine") entries.push({ machine: value.toLowerCase() });
    else if (word === "account") continue;
    else if (entry === undefined || (word !== "login" && word !== "password")) {
      throw broken(line, "a word that is none of machine, default, login, password, account");
    } else entry[word] = value;
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

function netrcWords(text: string): { word: string; line: number }[] {
  const words: { word: string; line: number }[] = [];
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
      words.push({ word, line: i + 1 });
    }
  }
  return words;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

function nameOf(word: string): string {
  return /^(machine|login|password|account)$/.test(word) ? word : "a word";
}
