/** Tables as HDUs to be written (FITS 4.0, sections 7.2 and 7.3). */

import { FormatError } from "../../net/errors.ts";
import { asciiTable } from "./ascii_output.ts";
import { Card } from "../header/card.ts";
import { elementBytes } from "./column_format.ts";
import type { ColumnData } from "./column_data.ts";
import { type ColumnInput, type ColumnOutput, columnOutput } from "./column_output.ts";
import {
  ARRAY_KEYWORD,
  type HduInput,
  type HduOutput,
  nameCards,
  ownCards,
  shortCard,
  structureCards,
} from "../hdu/output.ts";
import { Header } from "../header/header.ts";

export type { ColumnInput, ColumnValues } from "./column_output.ts";
export type { LogicalValue } from "./element_encoder.ts";

/** A table to be written. */
export interface TableInput {
  /** The columns, all of the same number of rows. */
  readonly columns: readonly ColumnInput[];
  /** Whether the table is a binary one, or one of text. @default {"binary"} */
  readonly kind?: "binary" | "ascii" | undefined;
  /** EXTNAME. */
  readonly name?: string | undefined;
  /** EXTVER. */
  readonly version?: number | undefined;
  /** More cards; those of the structure, the columns and the checksums are left out. */
  readonly header?: Iterable<Card> | undefined;
}

/** Bytes of rows that are made at a time. */
const PIECE_BYTES = 1 << 20;
/** The greatest heap whose offsets fit in the 32 bits of a P descriptor. */
const MAX_P = 2 ** 31 - 1;

const COLUMN_KEYWORD =
  /^(TTYPE|TFORM|TUNIT|TNULL|TSCAL|TZERO|TDISP|TDIM|TBCOL|TDMIN|TDMAX|TLMIN|TLMAX|TCTYP|TCUNI|TCRPX|TCRVL|TCDLT)\d{1,3}$|^THEAP$/;

/**
 * Makes a table ready to be written.
 *
 * Typed arrays become columns of their own type, unsigned ones and signed bytes by
 * TZEROn; strings, logicals, bits, complex numbers, cells of any shape and
 * variable-length arrays as {@linkcode ColumnInput} says. The descriptors of
 * variable-length arrays have 32 bits where the heap allows it, else 64.
 *
 * @param table The table.
 * @returns What {@linkcode writeFits} takes.
 * @throws {FormatError} If columns have different numbers of rows, or values that
 * their type cannot hold.
 *
 * @example
 * ```ts
 * import { encodeFits, openFits, tableHdu } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = await encodeFits([tableHdu({
 *   name: "LINES",
 *   columns: [
 *     { name: "ION", values: ["Fe IX", "He II"] },
 *     { name: "WAVE", values: new Float64Array([171.07, 303.78]), unit: "Angstrom" },
 *     { name: "LEVELS", values: [new Int16Array([1, 3]), new Int16Array([1, 2, 4])] },
 *   ],
 * })]);
 * await using file = await openFits(bytes);
 * const table = await file.openTable({ hdu: "LINES" });
 * assertEquals(table.columns.map(({ format }) => format), ["5A", "1D", "1PI(3)"]);
 * ```
 */
export function tableHdu(table: TableInput): HduInput {
  if (table.columns.length > 999) {
    throw new FormatError(
      `Cannot write a table of ${table.columns.length} columns: expected at most 999`,
    );
  }
  if (table.kind === "ascii") return asciiTable(table, ownTableCards(table));
  const columns = table.columns.map(columnOutput);
  const rows = sameRows(columns);
  const heapBytes = columns.reduce((sum, column) => sum + column.heapBytes, 0);
  const wide = heapBytes > MAX_P;
  const rowBytes = columns.reduce((sum, column) => sum + columnBytes(column, wide), 0);
  return {
    canBePrimary: false,
    prepare: (): HduOutput => ({
      header: binaryHeader(table, columns, { rows, rowBytes, heapBytes, wide }),
      dataSize: rows * rowBytes + heapBytes,
      fill: 0,
      data: () => binaryData(columns, rows, rowBytes, wide),
    }),
  };
}

/**
 * The column of another table as one to be written, with its name, unit, null and
 * shape. Physical values are written as they are, stored ones with their TSCALn and TZEROn.
 *
 * @param data Values that were read.
 * @returns A column for {@linkcode tableHdu}.
 */
export function columnInputOf(data: ColumnData): ColumnInput {
  const { column, type, values, nulls } = data;
  const keepsNull = type === "string" || /int/.test(type) && typeof column.null !== "string";
  const scaled = !data.physical && (column.scale !== 1 || column.zero !== 0);
  return {
    name: column.name,
    values: values as ColumnInput["values"],
    unit: column.unit,
    display: column.display,
    type: /^(bit|logical|string|complex64|complex128)$/.test(type) ? type as "bit" : undefined,
    shape: data.variable || column.shape.length === 0 ? undefined : column.shape,
    variable: column.variable ? true : undefined,
    scale: scaled ? column.scale : undefined,
    zero: scaled ? column.zero : undefined,
    nulls,
    null: keepsNull ? column.null : undefined,
  };
}

/** How many rows all columns have. */
export function sameRows(
  columns: readonly { readonly label: string; readonly rows: number }[],
): number {
  const [first] = columns;
  const other = columns.find(({ rows }) => rows !== first!.rows);
  if (other === undefined) return first?.rows ?? 0;
  throw new FormatError(
    `Cannot write a table: the column '${first!.label}' has ${first!.rows} rows, ` +
      `the column '${other.label}' ${other.rows}`,
  );
}

/** Bytes of a column in a row. */
export function columnBytes({ code, repeat }: ColumnOutput, wide: boolean): number {
  return repeat === undefined ? (wide ? 16 : 8) : elementBytes(code, repeat);
}

/** The cards that the user gives, but those that belong to the columns. */
export function ownTableCards(table: Omit<TableInput, "columns">): Card[] {
  return [
    ...nameCards(table),
    ...ownCards(
      table.header,
      (keyword) =>
        COLUMN_KEYWORD.test(keyword) || ARRAY_KEYWORD.test(keyword) ||
        (keyword === "EXTNAME" && table.name !== undefined) ||
        (keyword === "EXTVER" && table.version !== undefined),
    ),
  ];
}

/** The measures of a binary table. */
export interface BinarySize {
  readonly rows: number;
  readonly rowBytes: number;
  readonly heapBytes: number;
  /** Whether descriptors have 64 bits. */
  readonly wide: boolean;
}

/** The header of a binary table (section 7.3.1). */
export function binaryHeader(
  table: TableInput,
  columns: readonly ColumnOutput[],
  { rows, rowBytes, heapBytes, wide }: BinarySize,
): Header {
  const header = new Header([
    ...structureCards("BINTABLE", 8, [rowBytes, rows]),
    Card.of("PCOUNT", heapBytes, "bytes of the heap"),
    Card.of("GCOUNT", 1),
    Card.of("TFIELDS", columns.length, "number of columns"),
  ]);
  for (const [i, column] of columns.entries()) {
    const n = i + 1;
    const name = table.columns[i]!.name;
    if (name) header.append(shortCard(`TTYPE${n}`, name));
    const form = column.repeat === undefined
      ? `1${wide ? "Q" : "P"}${column.code}(${column.longest})`
      : `${column.repeat}${column.code}`;
    header.append(Card.of(`TFORM${n}`, form), ...column.cards(n));
  }
  return header.appendAll(ownTableCards(table));
}

/** Rows piece by piece, then the heap column by column. */
function* binaryData(
  columns: readonly ColumnOutput[],
  rows: number,
  rowBytes: number,
  wide: boolean,
): Generator<Uint8Array> {
  yield* tableRows(columns, rows, rowBytes, wide, 0);
  for (const column of columns) yield* heapOf(column);
}

/**
 * The rows of columns, piece by piece in one buffer.
 *
 * @param heapStart Where in the heap the arrays of these rows begin.
 */
export function* tableRows(
  columns: readonly ColumnOutput[],
  rows: number,
  rowBytes: number,
  wide: boolean,
  heapStart: number,
): Generator<Uint8Array> {
  if (rowBytes === 0) return;
  const most = Math.max(1, Math.floor(PIECE_BYTES / rowBytes));
  const buffer = new Uint8Array(Math.min(most, rows) * rowBytes);
  const starts: number[] = [];
  let start = heapStart;
  for (const column of columns) {
    starts.push(start);
    start += column.heapBytes;
  }
  for (let row = 0; row < rows; row += most) {
    const count = Math.min(most, rows - row);
    let offset = 0;
    for (const [i, column] of columns.entries()) {
      if (column.repeat === undefined) {
        starts[i] = putDescriptors(buffer, offset, rowBytes, column, row, count, starts[i]!, wide);
      } else {
        column.put(buffer, offset, rowBytes, row, count);
      }
      offset += columnBytes(column, wide);
    }
    yield buffer.subarray(0, count * rowBytes);
  }
}

/** Count and offset of the arrays of rows; returns where the next array begins. */
function putDescriptors(
  target: Uint8Array,
  at: number,
  stride: number,
  column: ColumnOutput,
  row: number,
  rows: number,
  start: number,
  wide: boolean,
): number {
  const view = new DataView(target.buffer, target.byteOffset, target.byteLength);
  for (let i = 0; i < rows; i++) {
    const count = column.countOf(row + i);
    const place = at + i * stride;
    if (wide) {
      view.setBigInt64(place, BigInt(count));
      view.setBigInt64(place + 8, BigInt(count === 0 ? 0 : start));
    } else {
      view.setInt32(place, count);
      view.setInt32(place + 4, count === 0 ? 0 : start);
    }
    start += elementBytes(column.code, count);
  }
  return start;
}

/** The arrays of a variable-length column, many of them in one piece. */
export function* heapOf(column: ColumnOutput): Generator<Uint8Array> {
  if (column.repeat !== undefined || column.heapBytes === 0) return;
  let buffer = new Uint8Array(Math.min(PIECE_BYTES, column.heapBytes));
  let filled = 0;
  for (let row = 0; row < column.rows; row++) {
    const bytes = elementBytes(column.code, column.countOf(row));
    if (filled > 0 && filled + bytes > buffer.length) {
      yield buffer.subarray(0, filled);
      filled = 0;
    }
    if (bytes > buffer.length) buffer = new Uint8Array(bytes);
    column.put(buffer, filled, 0, row, 1);
    filled += bytes;
  }
  if (filled > 0) yield buffer.subarray(0, filled);
}
