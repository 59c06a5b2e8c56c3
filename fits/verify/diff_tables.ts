/** What differs between two tables: column by column, with the first row that does. */

import { cellsOf, type CellValue } from "../table/column_data.ts";
import type { Table } from "../table/table.ts";

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
  const others = b.pieces({ signal });
  for await (const piece of a.pieces({ signal })) {
    const other = (await others.next()).value!;
    for (const [at, state] of found.entries()) {
      const [left, right] = [cellsOf(piece.columns[at]!), cellsOf(other.columns[at]!)];
      for (let row = 0; row < piece.rows; row++) {
        const [one, two] = [left(row), right(row)];
        const apart = cellDistance(one, two, distance);
        if (apart <= tolerance) continue;
        if (state.different++ === 0) {
          state.first = piece.firstRow + row + 1;
          state.a = shown(one);
          state.b = shown(two);
        }
        if (apart > state.largest) state.largest = apart;
      }
    }
  }
  return found.flatMap(({ different, ...state }, at) =>
    different === 0 ? [] : [{
      ...{ kind: "column" as const, hdu, column: a.columns[at]!.key },
      ...{ different, rows: a.rows, ...state },
    }]
  );
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
