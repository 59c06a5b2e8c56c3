/** Rows of a table as CSV, in the order in which they were found. */

import { csvOf } from "../../fits/table/text.ts";
import type { Table } from "../../fits/table/table.ts";
import { LimitError } from "../../net/errors.ts";

/** Characters of an answer at most. */
const MAX_CHARACTERS = 64 << 20;

/** Which rows and columns become text. */
export interface RowTextOptions {
  /** The numbers of the rows, from 0, in order. */
  readonly rows: readonly number[];
  /** The columns; without them all. */
  readonly columns?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes rows as CSV (RFC 4180), with a line of names: every figure of every value, as
 * `heliograph fits table --csv` does.
 *
 * @param table The table.
 * @param options Which rows and columns.
 * @throws {LimitError} If they are more text than is answered at once.
 */
export async function rowsAsCsv(
  table: Table,
  { rows, columns, signal }: RowTextOptions,
): Promise<string> {
  const parts = [await firstOf(csvOf(table, { columns, rows: [0, 0] }))];
  let length = 0;
  for (const [from, to] of runsOf(rows)) {
    let isHead = true;
    for await (const text of csvOf(table, { columns, rows: [from, to], signal })) {
      if (!isHead) parts.push(text);
      if (!isHead) length += text.length;
      isHead = false;
      if (length > MAX_CHARACTERS) {
        throw new LimitError(
          `The rows are more than ${MAX_CHARACTERS} characters: ask for fewer of them`,
        );
      }
    }
    signal?.throwIfAborted();
  }
  return parts.join("");
}

async function firstOf(texts: AsyncGenerator<string, void>): Promise<string> {
  for await (const text of texts) return text;
  return "";
}

/** Rows that follow each other, to be read together. */
export function runsOf(numbers: readonly number[]): (readonly [from: number, to: number])[] {
  const runs: [number, number][] = [];
  for (const row of numbers) {
    const last = runs.at(-1);
    if (last?.[1] === row) last[1]++;
    else runs.push([row, row + 1]);
  }
  return runs;
}
