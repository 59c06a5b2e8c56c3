/** Tables: columns and rows, read where they are asked for (FITS 4.0, sections 7.2 and 7.3). */

import { checkCaps } from "../../net/caps.ts";
import { escapedHtml, showInNotebooks } from "../header/notebook.ts";
import { FormatError, LimitError } from "../../net/errors.ts";
import { asciiDecoder } from "./ascii_decoder.ts";
import { cellsOf, type CellValue, type ColumnData } from "./column_data.ts";
import { type ElementDecoder, elementDecoder, type ValueOptions } from "./element_decoder.ts";
import type { HduData } from "../hdu/data.ts";
import { parseRows, type RowRange } from "./row_range.ts";
import type { RowTaker } from "./row_reader.ts";
import { storedBody, type TableBody } from "./body.ts";
import type { ColumnType, PlacedColumn, TableColumn } from "./column.ts";

/** A column by its name, in any case, or by its number counted from 0. */
export type ColumnChoice = string | number;

/** Which rows are read, and how. */
export interface RowOptions extends ValueOptions {
  /** The rows; without it all. */
  readonly rows?: RowRange | undefined;
  /**
   * The most bytes of memory for the values of one column.
   *
   * @default {4294967296}
   */
  readonly maxBytes?: number | undefined;
  /** Ends the reading; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Which part of a table is read. */
export interface TableOptions extends RowOptions {
  /** The columns, in the wanted order; without it all. */
  readonly columns?: readonly ColumnChoice[] | undefined;
}

/** Values of some columns and rows of a table. */
export interface TableData {
  /** How many rows were read. */
  readonly rows: number;
  /** The number of the first of them, counted from 0. */
  readonly firstRow: number;
  /** The columns in the wanted order. */
  readonly columns: readonly ColumnData[];
  /**
   * The values of a column.
   *
   * @param choice Its name, in any case, or its number in the table.
   * @throws {FormatError} If it is not among the columns that were read.
   */
  column(choice: ColumnChoice): ColumnData;
}

/** One row: values by the keys of their columns. */
export type TableRow = Readonly<Record<string, CellValue>>;

/** Rows of an iteration that are read together, if they are small. */
const ITERATION_ROWS = 4096;
const ITERATION_BYTES = 1 << 20;
const DEFAULT_MAX_BYTES = 2 ** 32;

/** What a value takes in memory, roughly: a typed element, or a reference to a string. */
const VALUE_BYTES: Partial<Record<ColumnType, number>> = {
  logical: 1,
  bit: 1,
  uint8: 1,
  int8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  float32: 4,
  complex128: 16,
};

/**
 * A table of an open file: its columns are known, its values are read on demand.
 *
 * @example
 * ```ts
 * import { encodeFits, openFits, tableHdu } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = await encodeFits([tableHdu({
 *   columns: [
 *     { name: "NAME", values: ["Deneb", "Vega"] },
 *     { name: "MAG", values: new Float32Array([1.25, 0]), unit: "mag" },
 *   ],
 * })]);
 * await using file = await openFits(bytes);
 * const table = await file.openTable();
 * const { type, values } = await table.column("mag");
 * assertEquals<unknown>([type, [...values]], ["float32", [1.25, 0]]);
 * for await (const row of table) console.log(row.NAME, row.MAG);
 * ```
 */
export class Table implements AsyncIterable<TableRow> {
  /** The columns in their order. */
  readonly columns: readonly TableColumn[];
  /** How many rows there are. */
  readonly rows: number;
  /** What is wrong with the table's keywords. */
  readonly problems: readonly string[];
  readonly #data: HduData;
  readonly #body: TableBody;
  readonly #placed: readonly PlacedColumn[];

  /**
   * Reads the columns of a table's header.
   *
   * @param data The data of an HDU that is a table.
   * @param body Where its rows come from; without it, they are as they are stored.
   * @throws {FormatError} If the HDU is no table, or a column cannot be placed.
   */
  constructor(data: HduData, body: TableBody = storedBody(data)) {
    this.#data = data;
    this.#body = body;
    this.#placed = body.layout.columns;
    this.columns = body.layout.columns;
    this.problems = body.layout.problems;
    this.rows = body.rows;
  }

  /**
   * Reads one column.
   *
   * @param choice Its name, in any case, or its number counted from 0.
   * @param options Rows, and the form of the values.
   * @returns The values.
   * @throws {FormatError} If there is no such column or its values cannot be read.
   * @throws {LimitError} If they are more than `maxBytes`.
   */
  async column(choice: ColumnChoice, options: RowOptions = {}): Promise<ColumnData> {
    const { columns } = await this.read({ ...options, columns: [choice] });
    return columns[0]!;
  }

  /**
   * Reads columns and rows. Where only few bytes of wide rows are wanted, only these
   * are read; of the heap only what the rows refer to.
   *
   * @param options Columns, rows, and the form of the values.
   * @returns The values.
   * @throws {FormatError} If there is no such column or row, or values cannot be read.
   * @throws {LimitError} If a column's values are more than `maxBytes`.
   */
  async read(options: TableOptions = {}): Promise<TableData> {
    const chosen = options.columns?.map((choice) => this.#find(choice)) ?? this.#placed;
    const [first, stop] = parseRows(options.rows, this.rows, this.#data.title);
    checkCaps(options);
    const maxBytes = options.maxBytes ?? DEFAULT_MAX_BYTES;
    for (const column of chosen) this.#checkColumn(column, stop - first, maxBytes);
    const readers = chosen.map((column) => this.#reader(column, first, stop - first, options));
    const span = { columns: chosen, rowBytes: this.#body.rowBytes, first, stop };
    await this.#body.readRows(span, readers.map(({ put }) => put), options.signal);
    const columns: ColumnData[] = [];
    for (const reader of readers) columns.push(await reader.finish({ ...options, maxBytes }));
    return {
      rows: stop - first,
      firstRow: first,
      columns,
      column: (choice) => {
        const index = chosen.indexOf(this.#find(choice));
        if (index >= 0) return columns[index]!;
        throw this.#data.error(0, `column '${choice}' is not among those that were read`);
      },
    };
  }

  /**
   * Iterates over rows, reading about a megabyte of them at a time: the table may be
   * larger than memory.
   *
   * @param options Columns, rows, and the form of the values.
   * @returns The rows.
   */
  async *iterate(options: TableOptions = {}): AsyncGenerator<TableRow, void> {
    for await (const data of this.pieces(options)) {
      const cells = data.columns.map((column) => [column.column.key, cellsOf(column)] as const);
      for (let row = 0; row < data.rows; row++) {
        const values: Record<string, CellValue> = {};
        for (const [key, cell] of cells) values[key] = cell(row);
        yield values;
      }
    }
  }

  /** Iterates over all rows. */
  [Symbol.asyncIterator](): AsyncGenerator<TableRow, void> {
    return this.iterate();
  }

  /**
   * Reads the table in pieces of rows, each of about a megabyte.
   *
   * @param options Columns, rows, and the form of the values.
   * @returns The pieces in the order of their rows.
   */
  async *pieces(options: TableOptions = {}): AsyncGenerator<TableData, void> {
    const [first, stop] = parseRows(options.rows, this.rows, this.#data.title);
    // Rows without bytes could be as many as a header says, in a file that holds none.
    if (this.#body.rowBytes === 0) return;
    const most = Math.floor(ITERATION_BYTES / Math.max(1, this.#body.rowBytes));
    const count = Math.min(ITERATION_ROWS, Math.max(1, most));
    for (let row = first; row < stop; row += count) {
      yield await this.read({ ...options, rows: [row, Math.min(stop, row + count)] });
    }
  }

  #find(choice: ColumnChoice): PlacedColumn {
    const wanted = typeof choice === "string" ? choice.trim().toUpperCase() : choice;
    const column = typeof wanted === "number"
      ? this.#placed[wanted]
      : this.#placed.find(({ name, key }) =>
        name.toUpperCase() === wanted || key.toUpperCase() === wanted
      );
    if (column !== undefined) return column;
    const names = this.#placed.map(({ key }) => key);
    const shown = names.slice(0, 20).join(", ") + (names.length > 20 ? ", ..." : "");
    throw this.#data.error(0, `it has no column '${choice}'; it has ${shown || "no columns"}`);
  }

  #checkColumn(column: PlacedColumn, rows: number, maxBytes: number): void {
    if (column.offset + column.bytes > this.#body.rowBytes && rows > 0) {
      throw this.#data.error(
        0,
        `column '${column.key}' ends at byte ${column.offset + column.bytes} of a row of ` +
          `${this.#body.rowBytes} bytes`,
      );
    }
    const elements = column.variable ? 2 : column.count;
    const bytes = rows * elements * (VALUE_BYTES[column.type] ?? 8);
    if (bytes <= maxBytes) return;
    throw new LimitError(
      `Cannot read column '${column.key}' of ${this.#data.title}: ${rows} rows need ${bytes} ` +
        `bytes, the limit is ${maxBytes}: read fewer rows at a time`,
      { source: this.#data.source.name },
    );
  }

  #reader(
    column: PlacedColumn,
    first: number,
    rows: number,
    options: RowOptions,
  ): ColumnReader {
    const { layout } = column;
    if (layout.kind === "ascii") {
      const decoder = asciiDecoder(column, rows, options, (row, message) =>
        this.#data.error(
          (first + row) * this.#body.rowBytes + column.offset,
          `row ${first + row + 1} of column '${column.key}': ${message}`,
        ));
      return fixedReader(column, rows, decoder);
    }
    if (layout.format.descriptor === undefined) {
      const decoder = elementDecoder(column, layout.format.code, rows * column.count, options);
      return fixedReader(column, rows, decoder);
    }
    return this.#body.arrays(column, rows);
  }
}

/** What is wrong with a table that is opened, be it that its columns cannot be placed. */
export function tableProblems(open: () => Table): readonly string[] {
  try {
    return open().problems;
  } catch (error) {
    if (error instanceof FormatError) return [error.message];
    throw error;
  }
}

/** Takes a column out of rows. */
interface ColumnReader {
  readonly put: RowTaker;
  finish(options: RowOptions & { readonly maxBytes: number }): ColumnData | Promise<ColumnData>;
}

function fixedReader(column: PlacedColumn, rows: number, decoder: ElementDecoder): ColumnReader {
  const { count } = column;
  return {
    put: (bytes, from, stride, rows, at) => {
      if (column.bytes > 0) decoder.put(bytes, from, stride, rows, count, at * count);
    },
    finish: ({ physical = true }) => {
      const { type, values, nulls } = decoder.finish();
      if (type === "string" && column.bytes === 0) (values as string[]).fill("");
      return { column, type, variable: false, rows, physical, count, values, nulls } as ColumnData;
    },
  };
}

/** Rows of a table and elements of a cell that a notebook shows. */
const SHOWN_ROWS = 20;
const SHOWN_ELEMENTS = 6;

showInNotebooks(Table.prototype, async (table) => {
  const { columns, rows } = table;
  const line = (cells: readonly string[], tag: "td" | "th") =>
    `<tr>${cells.map((text) => `<${tag}>${escapedHtml(text)}</${tag}>`).join("")}</tr>`;
  const titles = columns.map(({ key, unit }) => unit === "" ? key : `${key} [${unit}]`);
  const lines = [line(titles, "th")];
  for await (const row of table.iterate({ rows: [0, Math.min(rows, SHOWN_ROWS)] })) {
    lines.push(line(columns.map(({ key }) => notebookCell(row[key])), "td"));
  }
  const size = `${rows} rows x ${columns.length} columns`;
  return { "text/plain": size, "text/html": `<table>${lines.join("")}</table><p>${size}</p>` };
});

function notebookCell(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value ?? "");
  const elements = Array.from(value as ArrayLike<unknown>);
  const shown = elements.slice(0, SHOWN_ELEMENTS).map(notebookCell).join(", ");
  return elements.length > SHOWN_ELEMENTS ? `[${shown}, ...]` : `[${shown}]`;
}
