/** What may stand at a place of a command line: for the completion of shells. */

import {
  type Command,
  type CommandTable,
  COMMON_FLAGS,
  type Flags,
  type FlagSpec,
} from "../program/command.ts";

/** What completes a word. */
export interface Candidates {
  /** Words that fit. */
  readonly words: readonly string[];
  /** Whether a file or a folder fits, and which endings its name has. */
  readonly files?: { readonly endings: readonly string[] } | undefined;
  /** The file whose HDUs fit. */
  readonly hdusOf?: string | undefined;
}

/** Endings of FITS files. */
const FITS_ENDINGS = ["fits", "fit", "fts", "fits.gz", "fits.fz", "fz"];

/**
 * Finds what completes the last of some words.
 *
 * @param table The commands.
 * @param words The command line without the program's name; the last word is to be completed.
 */
export async function candidates(
  table: CommandTable,
  words: readonly string[],
): Promise<Candidates> {
  const typed = words.at(-1) ?? "";
  const before = words.slice(0, -1).filter((word) => !isCommonFlag(word));
  let commands = table;
  for (const [i, word] of before.entries()) {
    const entry = Object.hasOwn(commands, word) ? commands[word] : undefined;
    if (entry?.family !== undefined) commands = entry.family;
    else if (entry?.load !== undefined) {
      const command = (await entry.load()).command as Command;
      return ofCommand(command, before.slice(i + 1), typed);
    } else if (word !== "help") return { words: [] };
  }
  if (typed.startsWith("-")) return starting(typed, Object.keys(COMMON_FLAGS).map(longFlag));
  return starting(typed, [...Object.keys(commands), ...(commands === table ? ["help"] : [])]);
}

function ofCommand(command: Command, before: readonly string[], typed: string): Candidates {
  const flags: Flags = { ...command.flags, ...COMMON_FLAGS };
  const joined = /^(--[^=]+)=(.*)$/s.exec(typed);
  const flag = flagOf(joined?.[1] ?? before.at(-1), flags);
  if (flag !== undefined && flag[1].type !== "boolean") {
    const { words, ...others } = ofValue(flag, before, joined?.[2] ?? typed);
    // A shell replaces the whole word.
    return {
      words: words.map((word) => `${joined?.[1] ?? ""}${joined ? "=" : ""}${word}`),
      ...others,
    };
  }
  if (typed.startsWith("-")) return starting(typed, Object.keys(flags).map(longFlag));
  if (!/FILE|FOLDER|DIR|SRC|\bA B\b/.test(command.usage)) return { words: [] };
  return { words: [], files: { endings: command.name.startsWith("fits ") ? FITS_ENDINGS : [] } };
}

function ofValue(
  [name, { help, value = "" }]: readonly [string, FlagSpec],
  before: readonly string[],
  typed: string,
): Candidates {
  if (name === "hdu") {
    const file = before.find((word) => /\.(fits?|fts|fz)(\.\w+)?$/i.test(word));
    return { words: [], hdusOf: file };
  }
  if (/FILE|DIR|LIST|PAGE|OUT|PREFIX/.test(value)) return { words: [], files: { endings: [] } };
  // A help text that ends in a list names all values.
  const list = /(?:^|: )([a-z][\w-]*(?:, [A-Za-z][\w-]*)+(?: or [a-z][\w-]*)?)$/.exec(help)?.[1];
  const choices = list?.split(/, | or /) ?? (value.includes("|") ? value.split("|") : []);
  return starting(typed, choices);
}

function flagOf(word: string | undefined, flags: Flags): readonly [string, FlagSpec] | undefined {
  if (word === undefined) return undefined;
  return Object.entries(flags).find(([name, { short }]) =>
    word === `--${name}` || (short !== undefined && word === `-${short}`)
  );
}

function isCommonFlag(word: string): boolean {
  return flagOf(word, COMMON_FLAGS) !== undefined;
}

function longFlag(name: string): string {
  return `--${name}`;
}

function starting(typed: string, words: readonly string[]): Candidates {
  return { words: words.filter((word) => word.startsWith(typed)) };
}
