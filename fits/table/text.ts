/** Tables as text: CSV (RFC 4180) and JSON lines. */

import { LineBytes } from "../../net/text/line_bytes.ts";
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
  const lines = new LineBytes();
  for await (const { piece, rows } of filteredPieces(table, options)) {
    yield linesOf(piece, rows, lines, csvLine, putCsv);
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
  const lines = new LineBytes();
  for await (const { piece, rows } of filteredPieces(table, options)) {
    const names = piece.columns.map(({ column }) =>
      `${printableJson(JSON.stringify(column.key))}:`
    );
    yield linesOf(piece, rows, lines, (cells) => jsonLine(cells, names), putJson);
  }
}

type Cell = (row: number) => string;

/** Writes the cell of a row to the end of the lines. */
type PutCell = (row: number, lines: LineBytes) => void;

const [LF, QUOTE, COMMA, OPEN, CLOSE] = [0x0a, 0x22, 0x2c, 0x7b, 0x7d];

function linesOf(
  piece: Pick<TableData, "columns">,
  rows: Iterable<number>,
  lines: LineBytes,
  lineOf: (cells: readonly PutCell[]) => PutCell,
  cellOf: (data: ColumnData) => PutCell,
): string {
  const line = lineOf(piece.columns.map(cellOf));
  for (const row of rows) {
    line(row, lines);
    lines.byte(LF);
  }
  return lines.take();
}

/** A line of CSV; one without a character would be taken for none by most readers. */
function csvLine([first, ...others]: readonly PutCell[]): PutCell {
  return (row, lines) => {
    const before = lines.length;
    first?.(row, lines);
    for (const cell of others) {
      lines.byte(COMMA);
      cell(row, lines);
    }
    if (lines.length > before) return;
    lines.byte(QUOTE);
    lines.byte(QUOTE);
  };
}

function jsonLine(cells: readonly PutCell[], names: readonly string[]): PutCell {
  return (row, lines) => {
    lines.byte(OPEN);
    for (let i = 0; i < cells.length; i++) {
      if (i > 0) lines.byte(COMMA);
      lines.text(names[i]!);
      cells[i]!(row, lines);
    }
    lines.byte(CLOSE);
  };
}

/**
 * Writes cells that are one number: a million of them take a third of the time that their texts
 * would. Undefined for all others.
 */
function numberCell(data: ColumnData, words: Words): PutCell | undefined {
  if (data.variable || !isSingle(data)) return undefined;
  const { type, nulls } = data;
  const write = NUMBERS[type]?.();
  if (write === undefined) return undefined;
  const values = data.values as Float64Array;
  const other = elementWriter(data, words);
  return (row, lines) => {
    const value = values[row]!;
    const plain = Number.isFinite(value) && !Object.is(value, -0) &&
      (nulls === undefined || nulls[row] !== 1);
    if (!plain || !write(value, lines)) lines.text(other(row, 0));
  };
}

/** Writes a number if it can be written without its text. */
type WriteNumber = (value: number, lines: LineBytes) => boolean;

const integers = (): WriteNumber => (value, lines) => {
  lines.integer(value);
  return true;
};

const floats = (): WriteNumber => (value, lines) => {
  lines.float(value);
  return true;
};

/** Of numbers with all their figures, only now and then one is tried. */
function doubles(): WriteNumber {
  let long = 0;
  return (value, lines) => {
    if (long > MAX_LONG && long++ % TRIED !== 0) return false;
    const short = lines.shortDouble(value);
    long = short ? 0 : long + 1;
    return short;
  };
}

const MAX_LONG = 16;
const TRIED = 64;

const NUMBERS: { readonly [type: string]: (() => WriteNumber) | undefined } = {
  ...{ uint8: integers, int8: integers, int16: integers, uint16: integers },
  ...{ int32: integers, uint32: integers, float32: floats, float64: doubles },
};

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

const putCsv = (data: ColumnData) => numberCell(data, CSV_WORDS) ?? asText(csvCell(data));
const putJson = (data: ColumnData) => numberCell(data, JSON_WORDS) ?? asText(jsonCell(data));

function asText(cell: Cell): PutCell {
  return (row, lines) => lines.text(cell(row));
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
