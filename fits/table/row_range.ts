/** Ranges of rows, as texts and as numbers. */

import { FormatError } from "../../net/errors.ts";

/**
 * Rows of a table: a text, 1-based and inclusive, such as `"1:100"`, `"5"`, `"10:"`
 * or `"*"`; or two numbers, 0-based and half-open.
 */
export type RowRange = string | readonly [start: number, stop: number];

/**
 * Reads a range of rows and compares it with the table.
 *
 * @param range The range; undefined is all rows.
 * @param rows How many rows the table has.
 * @param table What the table is, for error messages.
 * @returns The first row, counted from 0, and the one after the last.
 * @throws {FormatError} If the range cannot be read or is not within the table.
 */
export function parseRows(
  range: RowRange | undefined,
  rows: number,
  table: string = "the table",
): readonly [start: number, stop: number] {
  if (range === undefined) return [0, rows];
  const [start, stop] = typeof range === "string" ? parseText(range, rows) : range;
  const whole = Number.isSafeInteger(start) && Number.isSafeInteger(stop);
  if (whole && start >= 0 && stop >= start && stop <= rows) return [start, stop];
  throw new FormatError(
    typeof range === "string"
      ? `Cannot read rows '${range}': ${table} has rows 1 to ${rows}`
      : `Cannot read rows ${start} to ${stop}: ${table} has rows 0 to ${rows}`,
  );
}

/**
 * Checks the text of a range of rows without a table.
 *
 * @param text The range, such as `1:100`.
 * @throws {FormatError} If it cannot be the range of any table.
 */
export function checkRows(text: string): void {
  parseText(text, Infinity);
}

function parseText(text: string, rows: number): readonly [start: number, stop: number] {
  if (text.trim() === "*") return [0, rows];
  const match = /^\s*(\d{0,15})\s*(?:(:)\s*(\d{0,15})\s*)?$/.exec(text);
  const [, begin, colon, end] = match ?? [];
  const first = begin === "" ? 1 : Number(begin);
  // Of a table without rows `1:` is all; `10:` of nine rows is beyond them.
  const rest = first === 1 ? rows : Math.max(rows, first);
  const last = colon === undefined ? first : end ? Number(end) : rest;
  const stated = match !== null && (begin !== "" || colon !== undefined);
  if (stated && first >= 1 && (last >= first || !end)) return [first - 1, last];
  throw new FormatError(
    `Cannot read rows '${text}': expected first:last, counted from 1, such as 1:100`,
  );
}
