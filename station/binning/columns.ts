/** The numbers of columns, row by row: what is binned, plotted, and given to programs. */

import type { Hdu } from "../../fits/file/hdu.ts";
import { encodeNpy, NPY_TYPES } from "../../fits/image/npy.ts";
import type { AnyPixels } from "../../fits/image/output.ts";
import type { PixelType } from "../../fits/image/pixels.ts";
import type { TableColumn } from "../../fits/table/column.ts";
import { cellsOf, type ColumnData } from "../../fits/table/column_data.ts";
import { type RowFilter, rowFilter } from "../../fits/table/row_filter.ts";
import type { Table, TableData } from "../../fits/table/table.ts";
import { badValue } from "../../http/fields/parameters.ts";
import { FormatError, LimitError } from "../../net/errors.ts";

/** Bytes of numbers that are given at once. */
const MAX_BYTES = 256 << 20;

/** Which rows are read, and how. */
export interface NumberOptions {
  /** A condition that rows have to meet. */
  readonly filter?: string | undefined;
  /** What is waited for between parts of the work. */
  readonly pause: () => Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** Numbers of some columns. */
export interface ColumnNumbers {
  /** The values of each, NaN where there is none. */
  readonly values: readonly Float64Array<ArrayBuffer>[];
  /** Rows of the whole table. */
  readonly total: number;
}

/**
 * A column of single numbers.
 *
 * @param table The table.
 * @param name Its name, in any case.
 * @param parameter The parameter that names it.
 * @throws {ParameterError} If there is none, or its cells are something else.
 */
export function numberColumn(table: Table, name: string, parameter: string): TableColumn {
  const column = columnOf(table, name, parameter);
  if (isNumeric(column)) return column;
  throw badValue(parameter, name, `a column of single numbers: this one is ${column.format}`);
}

function columnOf(table: Table, name: string, parameter: string): TableColumn {
  const wanted = name.toUpperCase();
  const column = table.columns.find(({ name, key }) =>
    name.toUpperCase() === wanted || key.toUpperCase() === wanted
  );
  if (column !== undefined) return column;
  const names = table.columns.slice(0, 20).map(({ key }) => key).join(", ");
  throw badValue(parameter, name, `a column of the table, which has ${names}`);
}

/** Whether the cells of a column are single numbers. */
function isNumeric({ type, shape, variable }: TableColumn): boolean {
  const isSingle = !variable && shape.every((length) => length === 1);
  return isSingle && !/^(string|logical|bit|complex)/.test(type);
}

/** The numbers of some columns, piece by piece. */
export class NumberRows {
  /** Rows that were kept by the last pass. */
  count = 0;
  readonly #table: Table;
  readonly #columns: readonly TableColumn[];
  readonly #filter: RowFilter | undefined;
  readonly #options: NumberOptions;

  /**
   * Prepares the reading.
   *
   * @param table The table.
   * @param columns Columns of single numbers.
   * @param options Which rows.
   * @throws {ParameterError} If the condition is none for this table.
   */
  constructor(table: Table, columns: readonly TableColumn[], options: NumberOptions) {
    this.#table = table;
    this.#columns = columns;
    this.#options = options;
    this.#filter = options.filter === undefined ? undefined : filterOf(options.filter, table);
  }

  /** Arrays of doubles, one for each column. */
  async *pieces(): AsyncGenerator<Float64Array<ArrayBuffer>[], void> {
    const { pause, signal } = this.#options;
    const wanted = this.#columns.map(({ index }) => index);
    const columns = [...new Set([...wanted, ...this.#filter?.columns ?? []])];
    this.count = 0;
    for await (const data of this.#table.pieces({ columns, signal })) {
      const kept = this.#filter === undefined ? undefined : keptRows(this.#filter, data);
      this.count += kept?.length ?? data.rows;
      yield wanted.map((index) => numbersOf(data.column(index), kept));
      await pause();
      signal?.throwIfAborted();
    }
  }
}

/**
 * Reads columns as doubles.
 *
 * @param hdu The table.
 * @param names The columns.
 * @param options Which rows.
 * @throws {ParameterError} If there are no such columns of single numbers.
 * @throws {LimitError} If they are more than 256 MiB.
 */
export async function readNumbers(
  hdu: Hdu,
  names: readonly string[],
  options: NumberOptions,
): Promise<ColumnNumbers> {
  const table = hdu.openTable();
  const columns = names.map((name) => numberColumn(table, name, "columns"));
  const parts: Float64Array<ArrayBuffer>[][] = [];
  const rows = new NumberRows(table, columns, options);
  for await (const piece of rows.pieces()) {
    if (rows.count * columns.length * 8 > MAX_BYTES) {
      throw new LimitError(`The columns have more than ${MAX_BYTES} bytes: take fewer rows`);
    }
    parts.push(piece);
  }
  const values = columns.map((_, column) => {
    const all = new Float64Array(rows.count);
    let at = 0;
    for (const piece of parts) {
      all.set(piece[column]!, at);
      at += piece[column]!.length;
    }
    return all;
  });
  return { values, total: table.rows };
}

/**
 * A column as a npy file, with the type that its values have; arrays in cells are further axes.
 *
 * @param hdu The table.
 * @param name The column.
 * @param rows The first row from 0, and the one after the last; without them all.
 * @param found The rows that are meant, in their order; without them those of the table.
 * @param signal Ends the reading.
 * @throws {ParameterError} If there is none, or its values are no numbers of one size.
 */
export async function columnNpy(
  hdu: Hdu,
  name: string,
  rows: readonly [first: number, stop: number] | undefined,
  found: Uint32Array | undefined,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const table = hdu.openTable();
  const { key, shape, format } = columnOf(table, name, "columns");
  const range = rows === undefined || found !== undefined
    ? undefined
    : rows.map((row) => Math.min(row, table.rows));
  const data = await table.column(key, {
    ...{ maxBytes: MAX_BYTES, signal },
    rows: range as [number, number] | undefined,
  });
  if (data.variable || !Object.hasOwn(NPY_TYPES, data.type)) {
    throw badValue("columns", name, `a column of numbers of one size: this one is ${format}`);
  }
  // What has no value is NaN, where the type has one; integers cannot say so.
  const isNull = data.nulls?.includes(1) === true;
  const values = isNull ? withNaN(data, name) : data.values as AnyPixels;
  const type = isNull ? "f64" : NPY_TYPES[data.type as PixelType];
  if (found === undefined) return encodeNpy({ type, shape: [...shape, data.rows], data: values });
  const taken = found.slice(...rows ?? []);
  const gathered = gather(values, data.count, taken);
  return encodeNpy({ type, shape: [...shape, taken.length], data: gathered });
}

/** The cells of some rows. */
function gather<T extends AnyPixels>(values: T, count: number, rows: Uint32Array): T {
  const gathered = new (values.constructor as new (length: number) => T)(rows.length * count);
  for (let i = 0, to = 0; i < rows.length; i++) {
    const from = rows[i]! * count;
    for (let j = 0; j < count; j++) gathered[to++] = values[from + j]!;
  }
  return gathered;
}

function withNaN({ values, nulls }: ColumnData, name: string): Float64Array<ArrayBuffer> {
  const numbers = Float64Array.from(values as ArrayLike<number | bigint>, Number);
  const isLong = values instanceof BigInt64Array || values instanceof BigUint64Array;
  for (const [i, isNull] of (nulls as Uint8Array).entries()) {
    if (isNull === 1) numbers[i] = NaN;
    else if (isLong && BigInt(numbers[i]!) !== values[i]) {
      throw badValue("columns", name, "numbers that doubles hold, where others have no value");
    }
  }
  return numbers;
}

function filterOf(text: string, table: Table): RowFilter {
  try {
    return rowFilter(text, table);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw badValue("filter", text, `a condition on columns of the table: ${error.message}`);
  }
}

function keptRows(filter: RowFilter, data: TableData): number[] {
  const keep = filter.keep(data);
  const kept: number[] = [];
  for (let row = 0; row < data.rows; row++) if (keep(row)) kept.push(row);
  return kept;
}

/** Values as doubles, NaN where there is none. */
function numbersOf(
  data: ColumnData,
  kept: readonly number[] | undefined,
): Float64Array<ArrayBuffer> {
  const cell = cellsOf(data);
  const single = (row: number) => {
    const value = cell(row);
    const one = typeof value === "object" && value !== null
      ? (value as ArrayLike<unknown>)[0]
      : value;
    return typeof one === "number" ? one : typeof one === "bigint" ? Number(one) : NaN;
  };
  if (kept !== undefined) return Float64Array.from(kept, single);
  const plain = !data.variable && data.physical && data.nulls === undefined && data.count === 1;
  if (plain && ArrayBuffer.isView(data.values)) {
    const { values } = data;
    const isLong = values instanceof BigInt64Array || values instanceof BigUint64Array;
    return isLong
      ? Float64Array.from(values as ArrayLike<bigint>, Number)
      : new Float64Array(values as ArrayLike<number>);
  }
  return Float64Array.from({ length: data.rows }, (_, row) => single(row));
}
