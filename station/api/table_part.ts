/** Some rows of a table as text, for a page. */

import type { Hdu } from "../../fits/file/hdu.ts";
import { cellsOf, type CellValue } from "../../fits/table/column_data.ts";
import { displayOf } from "../../fits/table/display.ts";

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

/** Rows of a table, as text. */
export interface TablePart {
  readonly columns: readonly { readonly name: string; readonly unit: string }[];
  readonly rows: readonly (readonly string[])[];
  /** Rows of the whole table, and the first of these, from 1. */
  readonly total: number;
  readonly first: number;
  /** Columns that are left out. */
  readonly left: number;
}

/**
 * Reads the rows of a page.
 *
 * @param hdu The table.
 * @param first The first row, from 1.
 * @param signal Ends the reading.
 * @param count Rows at most.
 */
export async function readTablePart(
  hdu: Hdu,
  first: number,
  signal?: AbortSignal,
  count: number = PAGE_ROWS,
): Promise<TablePart> {
  const table = hdu.openTable();
  const start = Math.min(first - 1, Math.max(0, table.rows - 1));
  const stop = Math.min(table.rows, start + count);
  const columns = table.columns.slice(0, MAX_COLUMNS).map(({ key }) => key);
  const data = await table.read({ columns, rows: [start, stop], maxBytes: MAX_BYTES, signal });
  const writers = data.columns.map((column) => {
    const cell = cellsOf(column);
    const write = displayOf(column.column, column.type);
    return (row: number) => cellText(cell(row), write);
  });
  return {
    columns: data.columns.map(({ column: { name, key, unit } }) => ({ name: name || key, unit })),
    rows: Array.from({ length: data.rows }, (_, row) => writers.map((text) => text(row))),
    total: table.rows,
    first: start + 1,
    left: table.columns.length - columns.length,
  };
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
