/** The positions of a list: lines of `RA,DEC` or `NAME,RA,DEC`, and the files that they go to. */

import { FormatError } from "../../../net/errors.ts";
import { printable } from "../../../net/text/printable.ts";

/** Bytes of a list at most, and positions in it. */
const MAX_BYTES = 16 << 20;
const MAX_POSITIONS = 100_000;
/** Characters of a name in a file's name at most. */
const MAX_NAME = 100;

/** A position of a list. */
export interface Position {
  /** Where it stands, for messages. */
  readonly line: number;
  /** What its file is called; by default its number. */
  readonly name: string;
  /** Longitude and latitude as they stand there. */
  readonly point: string;
}

/**
 * Reads a list of positions. Empty lines and lines that begin with # are left out, and a first
 * line without a number, which names the columns.
 *
 * @param text The list.
 * @param list Its name, for messages.
 * @throws {FormatError} If a line has no two coordinates, or two positions the same name.
 */
export function readPositions(text: string, list: string): Position[] {
  if (text.length > MAX_BYTES) {
    throw new FormatError(`Cannot read '${list}': found more than ${MAX_BYTES} characters`);
  }
  const positions: Position[] = [];
  const names = new Map<string, number>();
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:#|$)/.test(line)) continue;
    const cells = cellsOf(line);
    const isHeading = positions.length === 0 && !/\d/.test(cells.slice(-2).join());
    if (isHeading) continue;
    const wrong = (why: string) =>
      new FormatError(`Cannot read '${list}', line ${i + 1}: ${why}`, { source: list });
    if (cells.length !== 2 && cells.length !== 3) {
      throw wrong(`found '${printable(line.slice(0, MAX_NAME))}', expected RA,DEC or NAME,RA,DEC`);
    }
    const name = cells.length === 3 ? fileName(cells[0]!) : `${positions.length + 1}`;
    if (name === "") throw wrong("the name is empty");
    const before = names.get(name.toLowerCase());
    if (before !== undefined) throw wrong(`the name '${name}' is that of line ${before}`);
    names.set(name.toLowerCase(), i + 1);
    positions.push({ line: i + 1, name, point: cells.slice(-2).join(",") });
    if (positions.length > MAX_POSITIONS) throw wrong(`found more than ${MAX_POSITIONS} positions`);
  }
  if (positions.length > 0) return positions;
  throw new FormatError(`Cannot read '${list}': found no position`, { source: list });
}

/** The cells of a line; a quoted one may have commas and doubled quotes in it. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  const pattern = /\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?:,|$)/y;
  while (pattern.lastIndex <= line.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(line);
    if (match === null) return [...cells, line.slice(start)];
    cells.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? "").trim());
    if (!match[0].endsWith(",")) break;
  }
  return cells;
}

/** A stranger's name as part of a file's name. */
function fileName(name: string): string {
  return name.replace(/[^A-Za-z0-9._+-]+/g, "_").replace(/^[._]+/, "").slice(0, MAX_NAME);
}

/**
 * Where a position's cutout goes: `OUT-NAME.fits`.
 *
 * @param output `--output`.
 * @param name The position's name.
 */
export function outputFor(output: string, name: string): string {
  const [, stem = output, end = ""] = /^(.*[^/])(\.[a-z0-9]{1,5})$/i.exec(output) ?? [];
  return `${stem}-${name}${end}`;
}
