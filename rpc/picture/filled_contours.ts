/** CONTOUR with /FILL: colours between heights. */

import { FRAME } from "./axes.ts";
import { colorTable } from "./color_tables.ts";

/** Heights at places that are points of the picture, and what is between them. */
export interface FilledPlane {
  /** Row after row, the lowest first. */
  readonly heights: Float64Array;
  /** The point of each column, and of each row. */
  readonly across: Float64Array;
  readonly upwards: Float64Array;
  /** The heights at which colours begin, the lowest first. */
  readonly levels: readonly number[];
  /** The colour from each level to the next: a number in the colour table. */
  readonly colors: readonly number[];
  /** The number of the colour table. */
  readonly table: number;
}

/** For each point of an axis the cell in which it lies, and where in it. */
interface Cells {
  readonly cells: Int32Array;
  readonly parts: Float64Array;
}

/**
 * Colours the inside of the axes of a plot.
 *
 * @param plane The heights. Between four of them they are interpolated; a cell with a corner that is
 * not finite stays as it is, and so does what is below the lowest level.
 * @param rgb The picture, three bytes for each point.
 * @param width Points of its rows.
 */
export function fillBetween(plane: FilledPlane, rgb: Uint8Array, width: number): void {
  const { heights, across, upwards, levels, colors } = plane;
  const { left, right, top, bottom } = FRAME;
  const table = colorTable(plane.table);
  const columns = cellsOf(across, left, right);
  const rows = cellsOf(upwards, top, bottom);
  const count = across.length;
  for (let y = top; y <= bottom; y++) {
    const row = rows.cells[y - top]!;
    if (row < 0) continue;
    const v = rows.parts[y - top]!;
    for (let x = left; x <= right; x++) {
      const column = columns.cells[x - left]!;
      if (column < 0) continue;
      const u = columns.parts[x - left]!;
      const at = row * count + column;
      const below = heights[at]! * (1 - u) + heights[at + 1]! * u;
      const above = heights[at + count]! * (1 - u) + heights[at + count + 1]! * u;
      const band = bandOf(levels, below * (1 - v) + above * v);
      if (band < 0) continue;
      const entry = 3 * colors[band]!;
      const to = 3 * (y * width + x);
      for (let channel = 0; channel < 3; channel++) rgb[to + channel] = table[entry + channel]!;
    }
  }
}

/** The last level that is not above a height; -1 below all, and for what is not finite. */
function bandOf(levels: readonly number[], height: number): number {
  if (!Number.isFinite(height)) return -1;
  let [low, high] = [-1, levels.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (levels[middle]! <= height) low = middle;
    else high = middle;
  }
  return low;
}

function cellsOf(places: Float64Array, first: number, last: number): Cells {
  const cells = new Int32Array(last - first + 1).fill(-1);
  const parts = new Float64Array(last - first + 1);
  for (let cell = 0; cell + 1 < places.length; cell++) {
    const [from, to] = [places[cell]!, places[cell + 1]!];
    if (!Number.isFinite(from) || !Number.isFinite(to) || from === to) continue;
    const begin = Math.max(first, Math.ceil(Math.min(from, to)));
    const end = Math.min(last, Math.floor(Math.max(from, to)));
    for (let point = begin; point <= end; point++) {
      cells[point - first] = cell;
      parts[point - first] = (point - from) / (to - from);
    }
  }
  return { cells, parts };
}
