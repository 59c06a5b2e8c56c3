/** Tables as text: CSV (RFC 4180) and JSON lines. */

import { printableJson } from "../../net/text/printable.ts";
import { shortFloat } from "../../net/text/short_float.ts";
import type { ColumnData, ElementValue } from "./column_data.ts";
import type { TableColumn } from "./column.ts";
import type { RowFilter } from "./row_filter.ts";
import type { Table, TableData, TableOptions } from "./table.ts";

/** Which part of a table becomes text. */
export interface TextOptions extends TableOptions {
  /** Leaves out the rows that it does not keep. */
  readonly filter?: RowFilter | undefined;
}

/**
 * The lines of a table as CSV: a header of column names, then a line for each row.
 *
 * Missing values are empty fields, NaN is `NaN`, logicals are `true` and `false`,
 * arrays are written as in JSON, bits as a string of 0 and 1. Fields with commas,
 * quotes or line breaks are quoted. Numbers have as many figures as they need.
 *
 * @param table The table.
 * @param options Columns and rows, and a filter of rows.
 * @returns Texts of many lines, each ended by a line feed.
 *
 * @example
 * ```ts
 * import { csvOf, encodeFits, openFits, tableHdu } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = await encodeFits([tableHdu({
 *   columns: [{ name: "X", values: new Float32Array([0.1, NaN]) }, { name: "S", values: ["a,b", "c"] }],
 * })]);
 * await using file = await openFits(bytes);
 * const lines = await Array.fromAsync(csvOf(await file.openTable()));
 * assertEquals(lines.join(""), 'X,S\n0.1,"a,b"\nNaN,c\n');
 * ```
 */
export async function* csvOf(
  table: Table,
  options: TextOptions = {},
): AsyncGenerator<string, void> {
  const none = await table.read({ ...options, rows: [0, 0] });
  yield none.columns.map(({ column }) => quoted(column.key)).join(",") + "\n";
  for await (const { piece, rows } of filteredPieces(table, options)) {
    yield linesOf(piece, rows, csvLine, csvCell);
  }
}

/**
 * The lines of a table as JSON: an object for each row, values by the names of columns.
 *
 * Missing values and NaN are `null`, infinities the strings `"Infinity"` and
 * `"-Infinity"`, 64-bit integers exact numbers, complex numbers pairs, bits a string
 * of 0 and 1. Arrays of several axes are nested, FITS axis 1 innermost.
 *
 * @param table The table.
 * @param options Columns and rows, and a filter of rows.
 * @returns Texts of many lines, each ended by a line feed.
 */
export async function* jsonLinesOf(
  table: Table,
  options: TextOptions = {},
): AsyncGenerator<string, void> {
  for await (const { piece, rows } of filteredPieces(table, options)) {
    const names = piece.columns.map(({ column }) =>
      `${printableJson(JSON.stringify(column.key))}:`
    );
    yield linesOf(
      piece,
      rows,
      (cells) => jsonLine(cells, names),
      jsonCell,
    );
  }
}

type Cell = (row: number) => string;

function linesOf(
  piece: Pick<TableData, "columns">,
  rows: Iterable<number>,
  lineOf: (cells: readonly Cell[]) => Cell,
  cellOf: (data: ColumnData) => Cell,
): string {
  const line = lineOf(piece.columns.map(cellOf));
  let text = "";
  for (const row of rows) text += line(row) + "\n";
  return text;
}

/** A line of CSV; one without a character would be taken for none by most readers. */
function csvLine([first, ...others]: readonly Cell[]): Cell {
  return (row) => {
    let line = first?.(row) ?? "";
    for (const cell of others) line += "," + cell(row);
    return line === "" ? '""' : line;
  };
}

function jsonLine(cells: readonly Cell[], names: readonly string[]): Cell {
  return (row) => {
    let line = "{";
    for (let i = 0; i < cells.length; i++) {
      line += (i === 0 ? "" : ",") + names[i]! + cells[i]!(row);
    }
    return line + "}";
  };
}

/** Rows that have been read together, and which of them are wanted. */
export interface FilteredPiece {
  readonly piece: Pick<TableData, "columns">;
  /** The indices of the wanted rows in the piece. */
  readonly rows: readonly number[];
}

/**
 * Reads a table in pieces, with what its filter looks at.
 *
 * @param table The table.
 * @param options Columns, rows, filter.
 * @returns The pieces with the columns that are asked for.
 */
export async function* filteredPieces(
  table: Table,
  { filter, ...options }: TextOptions,
): AsyncGenerator<FilteredPiece, void> {
  const { columns } = await table.read({ ...options, rows: [0, 0] });
  const shown = columns.map(({ column }) => column.index);
  const further = filter?.columns.filter((index) => !shown.includes(index)) ?? [];
  for await (const piece of table.pieces({ ...options, columns: [...shown, ...further] })) {
    const rows = keptRows(piece.rows, filter?.keep(piece));
    yield { piece: { columns: piece.columns.slice(0, shown.length) }, rows };
  }
}

function keptRows(count: number, keep: ((row: number) => boolean) | undefined): number[] {
  const rows: number[] = [];
  for (let row = 0; row < count; row++) if (keep === undefined || keep(row)) rows.push(row);
  return rows;
}

/** A field of CSV: one value plainly, an array as JSON in quotes where it has commas. */
function csvCell(data: ColumnData): Cell {
  const single = isSingle(data);
  const write = elementWriter(data, single ? CSV_WORDS : JSON_WORDS);
  if (data.type === "bit") return bitsCell(data);
  if (!single) {
    const cell = arrayCell(data, write);
    return (row) => quoted(cell(row));
  }
  return data.type === "string"
    ? (row) => quoted(data.values[row]!)
    : isComplex(data.type)
    ? (row) => quoted(write(row, 0))
    : (row) => write(row, 0);
}

function jsonCell(data: ColumnData): Cell {
  if (data.type === "bit") {
    const bits = bitsCell(data);
    return (row) => `"${bits(row)}"`;
  }
  const write = elementWriter(data, JSON_WORDS);
  return isSingle(data) ? (row) => write(row, 0) : arrayCell(data, write);
}

/** The bits of a cell as one string of 0 and 1. */
function bitsCell(data: ColumnData<"bit">): Cell {
  if (data.variable) return (row) => data.values[row]!.join("");
  const { values, count } = data;
  return (row) => values.subarray(row * count, (row + 1) * count).join("");
}

function isSingle({ column, variable, type }: ColumnData): boolean {
  return !variable && (column.shape.length === 0 || (column.variable && type === "string"));
}

function isComplex(type: string): boolean {
  return type === "complex64" || type === "complex128";
}

/** How values are written that JSON has no numbers for. */
interface Words {
  readonly missing: string;
  readonly nan: string;
  readonly infinity: string;
  readonly text: (text: string) => string;
}

const CSV_WORDS: Words = { missing: "", nan: "NaN", infinity: "Infinity", text: (text) => text };
const JSON_WORDS: Words = {
  missing: "null",
  nan: "null",
  infinity: '"Infinity"',
  // Text of a file may hold what a terminal obeys.
  text: (text) => printableJson(JSON.stringify(text)),
};

/** Makes a function that writes one element of a row. */
function elementWriter(data: ColumnData, words: Words): (row: number, at: number) => string {
  const { type } = data;
  const number = type === "float32" || type === "complex64" ? shortFloat : String;
  const complex = isComplex(type);
  const real = (value: number) => {
    if (value === 0) return Object.is(value, -0) ? "-0.0" : "0";
    if (Number.isNaN(value)) return words.nan;
    if (Number.isFinite(value)) return number(value);
    return value > 0 ? words.infinity : words.infinity.replace("I", "-I");
  };
  const one = (values: ArrayLike<ElementValue>, nulls: Uint8Array | undefined, at: number) => {
    if (nulls !== undefined && nulls[at] === 1) return words.missing;
    if (complex) {
      return `[${real(values[2 * at] as number)},${real(values[2 * at + 1] as number)}]`;
    }
    const value = values[at]!;
    if (type === "logical") return value === 1 ? "true" : "false";
    if (typeof value === "number") return real(value);
    return typeof value === "string" ? words.text(value) : String(value);
  };
  if (data.variable) {
    return (row, at) => one(data.values[row]!, data.nulls?.[row], at);
  }
  const { values, nulls, count } = data;
  return (row, at) => one(values, nulls, row * count + at);
}

/** An array as in JSON, nested by the shape of the cell. */
function arrayCell(data: ColumnData, write: (row: number, at: number) => string): Cell {
  const { type, column: { shape } } = data;
  const parts = isComplex(type) ? 2 : 1;
  return (row) => {
    const length = data.variable ? data.values[row]!.length / parts : data.count;
    const elements = Array.from({ length }, (_, at) => write(row, at));
    return nested(elements, fits(shape, length) ? shape : [length]);
  };
}

function fits(shape: readonly number[], length: number): boolean {
  return shape.length > 0 && shape.reduce((product, axis) => product * axis, 1) === length;
}

function nested(elements: readonly string[], shape: readonly number[]): string {
  if (shape.length <= 1) return `[${elements.join(",")}]`;
  const rows = shape.at(-1)!;
  const size = elements.length / Math.max(1, rows);
  const inner = Array.from(
    { length: rows },
    (_, i) => nested(elements.slice(i * size, (i + 1) * size), shape.slice(0, -1)),
  );
  return `[${inner.join(",")}]`;
}

/** A field of CSV, in quotes where it needs them (RFC 4180, section 2). */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * What a column is, for a person: its type, the shape of its cells, its unit.
 *
 * @param column The column.
 * @returns Such as `float32[3,2] Jy`.
 */
export function describeColumn(column: TableColumn): string {
  const shape = column.variable && column.type !== "string"
    ? "[...]"
    : column.shape.length > 0
    ? `[${column.shape.join(",")}]`
    : "";
  return `${column.type}${shape}${column.unit === "" ? "" : ` ${column.unit}`}`;
}
