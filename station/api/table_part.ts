/** Some rows of a table as text, for a page. */

import type { Hdu } from "../../fits/file/hdu.ts";
import type { TableColumn } from "../../fits/table/column.ts";
import { cellsOf, type CellValue } from "../../fits/table/column_data.ts";
import { displayOf } from "../../fits/table/display.ts";
import type { Pause } from "./survey.ts";
import { findRows, type TableQuery } from "./table_query.ts";

/** Rows of a page. */
export const PAGE_ROWS = 100;
/** Columns of a page at most. */
const MAX_COLUMNS = 100;
/** Characters of a cell at most. */
const MAX_CELL = 60;
/** Elements of an array that a cell shows. */
const MAX_ELEMENTS = 8;
/** Bytes of one column of a page at most: a header may say of one cell that it is larger. */
const MAX_BYTES = 16 << 20;

/** A column of a part. */
export interface PartColumn {
  readonly name: string;
  readonly unit: string;
  /** TFORMn. */
  readonly format: string;
  /** TNULLn, where there is one: what is stored where there is no value. */
  readonly null?: number | string | undefined;
}

/** Rows of a table, as text. */
export interface TablePart {
  readonly columns: readonly PartColumn[];
  readonly rows: readonly (readonly string[])[];
  /** The numbers of these rows in the table, from 1. */
  readonly numbers: readonly number[];
  /** Rows of the whole table, and the first of these, from 1. */
  readonly total: number;
  /** Rows that the condition keeps. */
  readonly matched: number;
  readonly first: number;
  /** Columns that are left out. */
  readonly left: number;
}

/** Which rows and columns are read. */
export interface PartOptions extends TableQuery {
  /** The columns; without them all that a page has room for. */
  readonly columns?: readonly string[] | undefined;
  /** What is waited for between parts of long work. */
  readonly pause?: Pause | undefined;
}

/**
 * Reads the rows of a page.
 *
 * @param hdu The table.
 * @param first The first row, from 1.
 * @param signal Ends the reading.
 * @param count Rows at most.
 * @param options A condition, an order, and columns.
 */
export async function readTablePart(
  hdu: Hdu,
  first: number,
  signal?: AbortSignal,
  count: number = PAGE_ROWS,
  { columns: wanted, pause = noPause, ...query }: PartOptions = {},
): Promise<TablePart> {
  const table = hdu.openTable();
  const found = await findRows(hdu, query, pause, signal);
  const matched = found?.length ?? table.rows;
  const start = Math.min(first - 1, Math.max(0, matched - 1));
  const stop = Math.min(matched, start + count);
  const columns = wanted?.slice(0, MAX_COLUMNS) ??
    table.columns.slice(0, MAX_COLUMNS).map(({ key }) => key);
  const numbers = Array.from({ length: stop - start }, (_, i) => found?.[start + i] ?? start + i);
  const rows: string[][] = [];
  let heads: TablePart["columns"] = [];
  for (const [from, to] of runsOf(numbers)) {
    const data = await table.read({ columns, rows: [from, to], maxBytes: MAX_BYTES, signal });
    const writers = data.columns.map((column) => {
      const cell = cellsOf(column);
      const write = displayOf(column.column, column.type);
      return (row: number) => cellText(cell(row), write);
    });
    for (let row = 0; row < data.rows; row++) rows.push(writers.map((text) => text(row)));
    heads = data.columns.map(({ column }) => headOf(column));
  }
  return {
    columns: heads,
    rows,
    numbers: numbers.map((row) => row + 1),
    total: table.rows,
    matched,
    first: start + 1,
    left: wanted === undefined ? table.columns.length - columns.length : 0,
  };
}

function headOf({ name, key, unit, format, null: missing }: TableColumn): PartColumn {
  const head = { name: name || key, unit, format };
  if (missing === undefined) return head;
  return { ...head, null: typeof missing === "bigint" ? String(missing) : missing };
}

const noPause: Pause = () => Promise.resolve();

/** Rows that follow each other, to be read together; one empty run where there are none. */
function runsOf(numbers: readonly number[]): (readonly [from: number, to: number])[] {
  const runs: [number, number][] = [];
  for (const row of numbers) {
    const last = runs.at(-1);
    if (last?.[1] === row) last[1]++;
    else runs.push([row, row + 1]);
  }
  return runs.length === 0 ? [[0, 0]] : runs;
}

function cellText(value: CellValue, write: (value: number | bigint) => string): string {
  const text = elementText(value, write);
  return text.length > MAX_CELL ? text.slice(0, MAX_CELL - 1) + "…" : text;
}

function elementText(value: CellValue, write: (value: number | bigint) => string): string {
  if (value === null) return "";
  if (typeof value === "number" || typeof value === "bigint") return write(value);
  if (typeof value !== "object") return String(value);
  const elements = value as ArrayLike<CellValue>;
  const shown = Array.from(
    { length: Math.min(elements.length, MAX_ELEMENTS) },
    (_, i) => elementText(elements[i]!, write),
  );
  const more = elements.length > MAX_ELEMENTS ? `, … ${elements.length} in all` : "";
  return `[${shown.join(", ")}${more}]`;
}
