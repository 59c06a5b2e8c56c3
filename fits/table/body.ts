/** Where the rows of a table and the arrays they refer to come from: the file itself, or tiles. */

import { FormatError } from "../../net/errors.ts";
import type { HduData } from "../hdu/data.ts";
import { asciiColumns, binaryColumns, type PlacedColumn, type TableLayout } from "./column.ts";
import type { ColumnData } from "./column_data.ts";
import type { BinaryFormat } from "./column_format.ts";
import { DescriptorReader, type HeapOptions, readArrays } from "./heap.ts";
import { readRows, type RowSpan, type RowTaker } from "./row_reader.ts";

/** The rows of a table. */
export interface TableBody {
  /** The columns, with what is wrong with them. */
  readonly layout: TableLayout;
  /** How many rows there are. */
  readonly rows: number;
  /** Bytes of a row. */
  readonly rowBytes: number;
  /**
   * Reads rows and hands them to the columns.
   *
   * @param span Which rows and columns.
   * @param takers One for each column.
   * @param signal Ends the reading; its reason is thrown.
   */
  readRows(
    span: RowSpan,
    takers: readonly RowTaker[],
    signal: AbortSignal | undefined,
  ): Promise<void>;
  /**
   * Makes a reader of a column whose cells have arrays of different lengths.
   *
   * @param column The column.
   * @param rows How many rows will be read.
   */
  arrays(column: PlacedColumn, rows: number): ArrayReader;
}

/** Takes a variable-length column out of rows. */
export interface ArrayReader {
  /** Takes the cells of rows. */
  readonly put: RowTaker;
  /** Reads the arrays. */
  finish(options: HeapOptions): Promise<ColumnData>;
}

/**
 * The rows of a table as they are stored.
 *
 * @param data The data of an HDU that is a table, or is stored as one.
 * @throws {FormatError} If a column cannot be placed.
 */
export function storedBody(data: HduData): TableBody {
  const { layout: { kind, shape, bitpix }, header } = data;
  if (shape.length !== 2 || bitpix !== 8) {
    throw data.error(
      0,
      `a table with NAXIS ${shape.length} and BITPIX ${bitpix}, expected 2 and 8`,
    );
  }
  const [rowBytes = 0, rows = 0] = shape;
  const layout = placedColumns(
    data,
    () => kind === "TABLE" ? asciiColumns(header, rowBytes) : binaryColumns(header, rowBytes),
  );
  return {
    layout,
    rows,
    rowBytes,
    readRows: (span, takers, signal) => readRows(data, span, takers, signal),
    arrays: (column, rows) => {
      const format = (column.layout as { format: BinaryFormat }).format;
      const descriptors = new DescriptorReader(format, rows);
      // THEAP says where the heap begins; without it the heap follows the rows.
      const start = header.integer("THEAP") ?? rowBytes * shape[1]!;
      const heap = { start: Math.max(0, start), end: data.size };
      return {
        put: (bytes, from, stride, rows, at) => descriptors.put(bytes, from, stride, rows, at),
        finish: (options) => readArrays(data, heap, column, descriptors.descriptors, options),
      };
    },
  };
}

/** Places columns; an error says in which file. */
export function placedColumns(data: HduData, place: () => TableLayout): TableLayout {
  try {
    return place();
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    const { source: { name: source }, title } = data;
    throw new FormatError(cause.message.replace("a table", `the table in ${title}`), {
      cause,
      source,
      offset: data.place.headerOffset,
    });
  }
}
