/** What differs between two tables: column by column, with the first row that does. */

import { cellsOf, type CellValue } from "../table/column_data.ts";
import type { TableColumn } from "../table/column.ts";
import type { Table, TableData, TableOptions } from "../table/table.ts";

/** A column whose cells differ in some rows. */
export interface ColumnDifference {
  /** What differs. */
  readonly kind: "column";
  /** The number of the HDU. */
  readonly hdu: number;
  /** The column's key. */
  readonly column: string;
  /** How many rows differ. */
  readonly different: number;
  /** How many rows there are. */
  readonly rows: number;
  /** The largest difference of two numbers. */
  readonly largest: number;
  /** The first row that differs, counted from 1. */
  readonly first: number;
  /** Its cell in one table. */
  readonly a: string;
  /** Its cell in the other. */
  readonly b: string;
}

/** Characters of a cell that are shown. */
const MAX_SHOWN = 60;

/** Whether two tables have the same columns, so that their rows can be compared. */
export function haveSameColumns(a: Table, b: Table): boolean {
  const describe = ({ columns }: Table) =>
    JSON.stringify(columns.map(({ key, type, shape, variable }) => [key, type, shape, variable]));
  return a.rows === b.rows && describe(a) === describe(b);
}

/**
 * Compares the rows of two tables of the same columns.
 *
 * @param hdu The number of the HDU.
 * @param a One table.
 * @param b The other.
 * @param tolerance How far two numbers may be apart.
 * @param distance How far two numbers are apart, NaN if only one of them is one.
 * @param signal Ends the work.
 * @returns The columns that differ, in their order.
 */
export async function diffRows(
  hdu: number,
  a: Table,
  b: Table,
  tolerance: number,
  distance: (a: number | bigint, b: number | bigint) => number,
  signal: AbortSignal | undefined,
): Promise<ColumnDifference[]> {
  const found = a.columns.map(() => ({ different: 0, largest: 0, first: 0, a: "", b: "" }));
  const all = [...a.columns.keys()];
  const longs = all.filter((at) => areScaledLongs(a.columns[at]!, b.columns[at]!));
  const compare = async (columns: readonly number[], physical: boolean) => {
    if (columns.length === 0) return;
    // Rows of other bytes come in pieces of other lengths.
    const options = { columns, physical, signal };
    const [lefts, rights] = [new Rows(a, options), new Rows(b, options)];
    for (let row = 0; row < a.rows;) {
      const [left, right] = [await lefts.from(row), await rights.from(row)];
      const stop = Math.min(left.stop, right.stop);
      if (stop <= row) break;
      for (const [place, at] of columns.entries()) {
        const state = found[at]!;
        const scale = physical ? 1 : Math.abs(a.columns[at]!.scale);
        const [one, two] = [left.cells[place]!, right.cells[place]!];
        for (let i = row; i < stop; i++) {
          const [x, y] = [one(i - left.first), two(i - right.first)];
          const apart = cellDistance(x, y, distance) * scale;
          if (apart <= tolerance) continue;
          if (state.different++ === 0) {
            state.first = i + 1;
            state.a = shown(x);
            state.b = shown(y);
          }
          if (apart > state.largest) state.largest = apart;
        }
      }
      row = stop;
    }
  };
  await compare(all.filter((at) => !longs.includes(at)), true);
  await compare(longs, false);
  return found.flatMap(({ different, ...state }, at) =>
    different === 0 ? [] : [{
      ...{ kind: "column" as const, hdu, column: a.columns[at]!.key },
      ...{ different, rows: a.rows, ...state },
    }]
  );
}

/** Whether both are 64-bit integers of one scale: as doubles, neighbours beyond 2^53 are equal. */
function areScaledLongs(a: TableColumn, b: TableColumn): boolean {
  const describe = ({ type, storedType, scale, zero, null: none }: TableColumn) =>
    `${type} ${storedType} ${scale} ${zero} ${none}`;
  return a.storedType === "int64" && a.type === "float64" && describe(a) === describe(b);
}

/** Rows that have been read together. */
interface Piece {
  readonly first: number;
  readonly stop: number;
  readonly cells: readonly ((row: number) => CellValue)[];
}

/** The rows of a table, piece by piece. */
class Rows {
  readonly #pieces: AsyncGenerator<TableData, void>;
  #piece: Piece = { first: 0, stop: 0, cells: [] };

  constructor(table: Table, options: TableOptions) {
    this.#pieces = table.pieces(options);
  }

  /** The piece with a row, which is that of the piece before or the next; an empty one at the end. */
  async from(row: number): Promise<Piece> {
    if (row < this.#piece.stop) return this.#piece;
    const next = await this.#pieces.next();
    if (next.done === true) return { first: row, stop: row, cells: [] };
    const { firstRow: first, rows, columns } = next.value;
    return this.#piece = { first, stop: first + rows, cells: columns.map(cellsOf) };
  }
}

type Cell = CellValue | undefined;

/** How far two cells are apart: of arrays the most of any element; NaN where no number says it. */
function cellDistance(
  a: Cell,
  b: Cell,
  distance: (a: number | bigint, b: number | bigint) => number,
): number {
  if (isNumber(a) && isNumber(b)) return distance(a, b);
  if (!isArray(a) || !isArray(b)) return a === b ? 0 : NaN;
  if (a.length !== b.length) return NaN;
  let most = 0;
  for (let i = 0; i < a.length; i++) {
    const apart = cellDistance(a[i], b[i], distance);
    if (Number.isNaN(apart)) return NaN;
    if (apart > most) most = apart;
  }
  return most;
}

function isNumber(value: Cell): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

function isArray(value: Cell): value is CellValue & ArrayLike<Cell> {
  return typeof value === "object" && value !== null;
}

function shown(cell: Cell): string {
  const text = isArray(cell) ? `[${Array.from(cell, shown).join(",")}]` : String(cell ?? "-");
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}...` : text;
}
