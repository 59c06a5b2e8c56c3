/** Which rows of a table are wanted, and in which order. */

import type { Hdu } from "../../fits/file/hdu.ts";
import { cellsOf, type CellValue } from "../../fits/table/column_data.ts";
import { rowFilter } from "../../fits/table/row_filter.ts";
import type { Table } from "../../fits/table/table.ts";
import { LimitError } from "../../net/errors.ts";
import type { Pause } from "./survey.ts";

/** Rows of a table that is filtered or sorted. */
const MAX_ROWS = 10_000_000;
/** Bytes of a column that is sorted by, as its values are kept. */
const MAX_BYTES = 256 << 20;
/** Questions of a table whose answers are kept. */
const MAX_KEPT = 4;

/** What is asked of a table. */
export interface TableQuery {
  /** A condition on the columns, as `heliograph fits table --where` takes it. */
  readonly filter?: string | undefined;
  /** A column, its values ascending; behind `-` descending. */
  readonly sort?: string | undefined;
}

/** The rows that were found: their numbers from 0, in order. */
export type FoundRows = Uint32Array<ArrayBuffer>;

const kept = new WeakMap<Hdu, Map<string, Promise<FoundRows>>>();

/**
 * Finds the rows that a condition keeps, in the order of a column.
 *
 * @param hdu The table.
 * @param query What is asked.
 * @param pause What is waited for between parts of the work.
 * @param signal Ends it.
 * @returns The rows; undefined where nothing is asked, which all are.
 * @throws {FormatError} If the condition is none for this table, or there is no such column.
 * @throws {LimitError} If the table is too large for it.
 */
export async function findRows(
  hdu: Hdu,
  query: TableQuery,
  pause: Pause,
  signal?: AbortSignal,
): Promise<FoundRows | undefined> {
  const { filter, sort } = query;
  if (filter === undefined && sort === undefined) return undefined;
  const answers = kept.get(hdu) ?? new Map<string, Promise<FoundRows>>();
  kept.set(hdu, answers);
  const key = JSON.stringify([filter, sort]);
  const known = await answers.get(key)?.catch(() => undefined);
  if (known !== undefined) return known;
  const finding = search(hdu.openTable(), query, pause, signal);
  answers.set(key, finding);
  for (const oldest of answers.keys()) {
    if (answers.size <= MAX_KEPT) break;
    answers.delete(oldest);
  }
  try {
    return await finding;
  } catch (error) {
    if (answers.get(key) === finding) answers.delete(key);
    throw error;
  }
}

async function search(
  table: Table,
  { filter, sort }: TableQuery,
  pause: Pause,
  signal: AbortSignal | undefined,
): Promise<FoundRows> {
  if (table.rows > MAX_ROWS) {
    throw new LimitError(
      `Cannot filter or sort a table of ${table.rows} rows: at most ${MAX_ROWS} are looked at`,
    );
  }
  const found = filter === undefined
    ? Uint32Array.from({ length: table.rows }, (_, row) => row)
    : await filtered(table, filter, pause, signal);
  return sort === undefined ? found : await sorted(table, found, sort, pause, signal);
}

async function filtered(
  table: Table,
  condition: string,
  pause: Pause,
  signal: AbortSignal | undefined,
): Promise<FoundRows> {
  const filter = rowFilter(condition, table);
  const found = new Uint32Array(table.rows);
  let count = 0;
  for await (const data of table.pieces({ columns: filter.columns, signal })) {
    const keep = filter.keep(data);
    for (let row = 0; row < data.rows; row++) if (keep(row)) found[count++] = data.firstRow + row;
    await pause();
    signal?.throwIfAborted();
  }
  return found.slice(0, count);
}

async function sorted(
  table: Table,
  found: FoundRows,
  sort: string,
  pause: Pause,
  signal: AbortSignal | undefined,
): Promise<FoundRows> {
  const descends = sort.startsWith("-");
  const name = descends ? sort.slice(1) : sort;
  // What there is no column of is told by the table.
  const first = await table.read({ columns: [name], rows: [0, 0] });
  const { column } = first.columns[0]!;
  const isText = column.type === "string";
  // Doubles take neighbours beyond 2^53 for equal: of those the integers decide.
  const isLong = column.type === "int64" || column.type === "uint64";
  if (column.shape.length > 0 || column.variable || column.type.startsWith("complex")) {
    throw new LimitError(`Cannot sort by column '${column.key}': its cells are no single values`);
  }
  const texts: string[] = [];
  const numbers = isText ? new Float64Array(0) : new Float64Array(table.rows);
  const longs = new BigInt64Array(isLong ? table.rows : 0);
  let bytes = numbers.byteLength + longs.byteLength;
  for await (const data of table.pieces({ columns: [name], signal })) {
    const cell = cellsOf(data.columns[0]!);
    for (let row = 0; row < data.rows; row++) {
      const value = cell(row);
      if (isText) {
        const text = value === null ? "" : String(value);
        texts.push(text);
        bytes += 2 * text.length + 16;
      } else numbers[data.firstRow + row] = numberOf(value);
      if (typeof value === "bigint") longs[data.firstRow + row] = value - LONG_OFFSET[column.type]!;
    }
    if (bytes > MAX_BYTES) {
      throw new LimitError(
        `Cannot sort by column '${column.key}': its values take more than ${MAX_BYTES} bytes`,
      );
    }
    await pause();
    signal?.throwIfAborted();
  }
  const sign = descends ? -1 : 1;
  // What has no value comes last, whichever way; equal rows stay in the order of the table.
  const compare = isText
    ? (a: number, b: number) => {
      const [one, other] = [texts[a]!, texts[b]!];
      if (one === other) return a - b;
      if (one === "" || other === "") return one === "" ? 1 : -1;
      return one < other ? -sign : sign;
    }
    : (a: number, b: number) => {
      const [one, other] = [numbers[a]!, numbers[b]!];
      if (one === other) {
        if (!isLong || longs[a] === longs[b]) return a - b;
        return longs[a]! < longs[b]! ? -sign : sign;
      }
      if (one !== one || other !== other) return one === one ? -1 : other === other ? 1 : a - b;
      return one < other ? -sign : sign;
    };
  return await sortInSteps(found.slice(), compare, pause, signal);
}

/** What is taken from 64-bit integers so that all of them are signed. */
const LONG_OFFSET: Readonly<Record<string, bigint>> = { int64: 0n, uint64: 2n ** 63n };

/** Rows that are sorted or merged in one go, which takes about a millisecond. */
const STEP_ROWS = 4096;

/**
 * Sorts rows in steps, so that a large table holds up no one else.
 *
 * @param rows The rows; their memory is used.
 * @param compare Which of two comes first; never 0.
 * @param pause What is waited for after each step.
 * @param signal Ends the work.
 */
async function sortInSteps(
  rows: FoundRows,
  compare: (a: number, b: number) => number,
  pause: Pause,
  signal: AbortSignal | undefined,
): Promise<FoundRows> {
  const step = async () => {
    await pause();
    signal?.throwIfAborted();
  };
  for (let at = 0; at < rows.length; at += STEP_ROWS) {
    rows.subarray(at, at + STEP_ROWS).sort(compare);
    await step();
  }
  let [from, to] = [rows, new Uint32Array(rows.length > STEP_ROWS ? rows.length : 0)];
  for (let width = STEP_ROWS; width < rows.length; width *= 2) {
    for (let start = 0; start < rows.length; start += 2 * width) {
      const middle = Math.min(rows.length, start + width);
      const end = Math.min(rows.length, start + 2 * width);
      for (let left = start, right = middle, at = start; at < end;) {
        const stop = Math.min(end, at + STEP_ROWS);
        while (at < stop) {
          const isLeft = right === end ||
            left < middle && compare(from[left]!, from[right]!) < 0;
          to[at++] = isLeft ? from[left++]! : from[right++]!;
        }
        await step();
      }
    }
    [from, to] = [to, from];
  }
  return from;
}

function numberOf(value: CellValue): number {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "boolean" ? Number(value) : NaN;
}
