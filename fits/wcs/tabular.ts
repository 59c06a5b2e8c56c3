/** Axes whose coordinates stand in a table: the algorithm -TAB (Paper III, section 6). */

import { FormatError } from "../../net/errors.ts";
import type { AxisDescription } from "./axes.ts";
import type { WcsReader } from "./keywords/reader.ts";
import type { WcsPart } from "./part.ts";
import type { WcsArray, WcsColumnNeed, WcsTables } from "./keywords/tables.ts";

/** Axes of one coordinate array at most. */
const MAX_DIMENSIONS = 4;
/** Steps of Newton's method within a cell. */
const MAX_STEPS = 20;
/** Rounding at the edges of cells and of the whole. */
const EDGE = 1e-10;

/** Where the coordinates of one axis stand. */
interface Reference {
  readonly axis: number;
  /** CRVALi: the index coordinate of the reference pixel. */
  readonly origin: number;
  /** Which of the array's coordinates, counted from 0. */
  readonly place: number;
  readonly coordinates: WcsColumnNeed;
  readonly index: WcsColumnNeed | undefined;
}

/** What the -TAB axes of a header refer to. */
export function tabularNeeds(
  reader: WcsReader,
  axes: readonly AxisDescription[],
): WcsColumnNeed[] {
  const found = axes.flatMap((axis, i) => {
    const reference = axis.code === "TAB" ? referenceOf(reader, i) : undefined;
    return reference === undefined ? [] : [reference.coordinates, reference.index];
  });
  return found.filter((need) => need !== undefined);
}

function referenceOf(
  reader: WcsReader,
  axis: number,
): Reference | undefined {
  const extname = reader.text(`PS${axis + 1}_0`);
  const column = reader.text(`PS${axis + 1}_1`);
  const index = reader.text(`PS${axis + 1}_2`);
  if (!extname || !column) return undefined;
  const place = (reader.number(`PV${axis + 1}_3`) ?? 1) - 1;
  if (!Number.isInteger(place) || place < 0 || place >= MAX_DIMENSIONS) return undefined;
  const table = {
    kind: "column" as const,
    extname,
    extver: reader.number(`PV${axis + 1}_1`) ?? 1,
    extlevel: reader.number(`PV${axis + 1}_2`) ?? 1,
  };
  return {
    axis,
    origin: reader.number(`CRVAL${axis + 1}`) ?? 0,
    place,
    coordinates: { ...table, column },
    index: index ? { ...table, column: index } : undefined,
  };
}

/**
 * Reads all -TAB axes; those that share an array become one part.
 *
 * @param reader The keywords; what is missing is noted there.
 * @param axes All axes.
 * @param tables What other HDUs gave.
 */
export function readTabular(
  reader: WcsReader,
  axes: readonly AxisDescription[],
  tables: WcsTables | undefined,
): WcsPart[] {
  const groups = new Map<string, Reference[]>();
  for (const [i, axis] of axes.entries()) {
    if (axis.code !== "TAB" || axis.kind === "unknown") continue;
    const reference = referenceOf(reader, i);
    if (reference === undefined) {
      reader.problem(
        `PS${i + 1}_0`,
        `no table is named for '${axis.ctype}'; the axis has no coordinates`,
      );
      continue;
    }
    const { extname, extver, extlevel, column } = reference.coordinates;
    const key = JSON.stringify([extname, extver, extlevel, column]);
    groups.set(key, [...groups.get(key) ?? [], reference]);
  }
  const parts: WcsPart[] = [];
  for (const group of groups.values()) {
    try {
      parts.push(tabularPart(group, tables));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      for (const { axis } of group) {
        reader.problem(`PS${axis + 1}_1`, `${error.message}; the axis has no coordinates`);
      }
    }
  }
  return parts;
}

function tabularPart(group: readonly Reference[], tables: WcsTables | undefined): WcsPart {
  const [first] = group as [Reference, ...Reference[]];
  const { extname, column } = first.coordinates;
  const array = tables?.column(first.coordinates);
  if (array === undefined) {
    throw new FormatError(
      `the coordinates are in the column ${column} of the table ${extname}, which was not given`,
    );
  }
  const ordered = group.toSorted((a, b) => a.place - b.place);
  const [count, ...lengths] = array.shape.length === 1 && group.length === 1
    ? [1, array.shape[0]!]
    : array.shape;
  if (
    count !== group.length || lengths.length !== count ||
    ordered.some(({ place }, i) => place !== i) || array.data.length === 0
  ) {
    throw new FormatError(
      `the column ${column} has the shape ${array.shape.join(" x ")}, expected the coordinates ` +
        `of ${group.length} axes`,
    );
  }
  const indices = ordered.map(({ index }, m) => {
    const vector = index === undefined ? undefined : tables!.column(index);
    if (index !== undefined && vector === undefined) {
      throw new FormatError(`the index column ${index.column} was not given`);
    }
    if (vector !== undefined && vector.data.length !== lengths[m]) {
      throw new FormatError(
        `the index column ${index!.column} has ${vector.data.length} values, expected ${
          lengths[m]
        }`,
      );
    }
    return vector?.data;
  });
  return new Tabular(ordered, lengths, array, indices);
}

class Tabular implements WcsPart {
  readonly axes: readonly number[];
  readonly #references: readonly Reference[];
  readonly #lengths: readonly number[];
  readonly #array: WcsArray;
  readonly #indices: readonly (Float64Array | undefined)[];

  constructor(
    references: readonly Reference[],
    lengths: readonly number[],
    array: WcsArray,
    indices: readonly (Float64Array | undefined)[],
  ) {
    this.axes = references.map(({ axis }) => axis);
    this.#references = references;
    this.#lengths = lengths;
    this.#array = array;
    this.#indices = indices;
  }

  toWorld(intermediate: Float64Array, world: Float64Array): void {
    const at = this.#references.map(({ axis, origin }, m) =>
      // The index coordinate counts in the header's own unit.
      this.#position(m, origin + intermediate[axis]!)
    );
    const values = at.some(Number.isNaN) ? undefined : this.#interpolate(at);
    for (const [m, { axis }] of this.#references.entries()) {
      world[axis] = values === undefined ? NaN : values[m]!;
    }
  }

  toIntermediate(world: Float64Array, intermediate: Float64Array): void {
    const wanted = this.axes.map((axis) => world[axis]!);
    const at = this.#find(wanted);
    for (const [m, { axis, origin }] of this.#references.entries()) {
      intermediate[axis] = at === undefined ? NaN : this.#indexValue(m, at[m]!) - origin;
    }
  }

  /** The place in the array, counted from 0, of an index coordinate; NaN outside. */
  #position(m: number, psi: number): number {
    const length = this.#lengths[m]!;
    const index = this.#indices[m];
    let at: number;
    if (index === undefined) at = psi - 1;
    else if (length === 1) at = Math.abs(psi - index[0]!) <= 0.5 ? 0 : NaN;
    else at = placeIn(index, psi);
    return at >= -0.5 - EDGE && at <= length - 0.5 + EDGE ? at : NaN;
  }

  #indexValue(m: number, at: number): number {
    const index = this.#indices[m];
    if (index === undefined) return at + 1;
    if (index.length === 1) return index[0]!;
    const k = Math.max(0, Math.min(index.length - 2, Math.floor(at)));
    return index[k]! + (at - k) * (index[k + 1]! - index[k]!);
  }

  /** The coordinates at a place: linear within a cell, and half a cell beyond the last. */
  #interpolate(at: readonly number[]): number[] {
    const count = at.length;
    const cell = at.map((value, m) =>
      Math.max(0, Math.min(this.#lengths[m]! - 2, Math.floor(value)))
    );
    const sum = new Array<number>(count).fill(0);
    for (let corner = 0; corner < 1 << count; corner++) {
      let weight = 1;
      let offset = 0;
      let stride = count;
      for (let m = 0; m < count; m++) {
        const high = corner >> m & 1;
        const fraction = at[m]! - cell[m]!;
        weight *= high === 1 ? fraction : 1 - fraction;
        offset += Math.min(this.#lengths[m]! - 1, cell[m]! + high) * stride;
        stride *= this.#lengths[m]!;
      }
      if (weight === 0) continue;
      for (let m = 0; m < count; m++) sum[m]! += weight * this.#array.data[offset + m]!;
    }
    return sum;
  }

  /** The place of coordinates: the first cell that holds them, by Newton's method within it. */
  #find(wanted: readonly number[]): number[] | undefined {
    if (wanted.some(Number.isNaN)) return undefined;
    if (wanted.length === 1) {
      const data = this.#array.data;
      if (data.length === 1) return data[0] === wanted[0] ? [0] : undefined;
      const at = placeIn(data, wanted[0]!);
      return Number.isNaN(at) ? undefined : [at];
    }
    const cells = this.#lengths.map((length) => Math.max(1, length - 1));
    const total = cells.reduce((product, n) => product * n, 1);
    for (let number = 0; number < total; number++) {
      let rest = number;
      const cell = cells.map((n) => {
        const k = rest % n;
        rest = (rest - k) / n;
        return k;
      });
      const at = this.#findInCell(cell, cells, wanted);
      if (at !== undefined) return at;
    }
    return undefined;
  }

  #findInCell(
    cell: readonly number[],
    cells: readonly number[],
    wanted: readonly number[],
  ): number[] | undefined {
    const count = cell.length;
    const low = cell.map((k) => k === 0 ? -0.5 : k);
    const high = cell.map((k, m) => k === cells[m]! - 1 ? k + 1.5 : k + 1);
    if (!this.#mayHold(low, high, wanted)) return undefined;
    const at = cell.map((k) => k + 0.5);
    for (let step = 0; step < MAX_STEPS; step++) {
      const error = this.#interpolate(at).map((value, m) => wanted[m]! - value);
      const slopes = at.map((_, j) => {
        const there = at.slice();
        there[j]! += 1e-4;
        const back = at.slice();
        back[j]! -= 1e-4;
        const [a, b] = [this.#interpolate(there), this.#interpolate(back)];
        return a.map((value, m) => (value - b[m]!) / 2e-4);
      });
      const move = solve(slopes, error);
      if (move === undefined) return undefined;
      let size = 0;
      for (let m = 0; m < count; m++) {
        at[m]! += move[m]!;
        size = Math.max(size, Math.abs(move[m]!));
      }
      if (size < 1e-12) break;
      if (!(size < 1e6)) return undefined;
    }
    const inside = at.every((value, m) => value >= low[m]! - EDGE && value <= high[m]! + EDGE);
    return inside ? at : undefined;
  }

  /** Whether a cell's corners lie on both sides of what is wanted, in each coordinate. */
  #mayHold(low: readonly number[], high: readonly number[], wanted: readonly number[]): boolean {
    const least = wanted.map(() => Infinity);
    const most = wanted.map(() => -Infinity);
    for (let corner = 0; corner < 1 << low.length; corner++) {
      const at = low.map((value, m) => corner >> m & 1 ? high[m]! : value);
      for (const [m, value] of this.#interpolate(at).entries()) {
        least[m] = Math.min(least[m]!, value);
        most[m] = Math.max(most[m]!, value);
      }
    }
    return wanted.every((value, m) => {
      const slack = 1e-9 * (Math.abs(value) + Math.abs(most[m]! - least[m]!));
      return value >= least[m]! - slack && value <= most[m]! + slack;
    });
  }
}

/** The place of a value in a list that rises or falls; half a step beyond its ends; else NaN. */
function placeIn(list: Float64Array, value: number): number {
  const last = list.length - 1;
  const rising = list[last]! >= list[0]!;
  let low = 0;
  let high = last;
  // Where the list does not rise all the way, the first step that holds the value is taken.
  if (!isMonotonic(list, rising)) {
    for (let k = 0; k < last; k++) {
      const [a, b] = [list[k]!, list[k + 1]!];
      if ((value >= a && value <= b) || (value <= a && value >= b)) {
        return a === b ? k : k + (value - a) / (b - a);
      }
    }
    return NaN;
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (list[middle]! <= value === rising) low = middle;
    else high = middle;
  }
  const step = list[low + 1]! - list[low]!;
  const at = step === 0 ? (value === list[low] ? low : NaN) : low + (value - list[low]!) / step;
  return at >= -0.5 - EDGE && at <= last + 0.5 + EDGE ? at : NaN;
}

const monotonic = new WeakMap<Float64Array, boolean>();

function isMonotonic(list: Float64Array, rising: boolean): boolean {
  let known = monotonic.get(list);
  if (known === undefined) {
    known = list.every((value, k) =>
      k === 0 || (value >= list[k - 1]!) === rising || value === list[k - 1]
    );
    monotonic.set(list, known);
  }
  return known;
}

/** Solves a small system by elimination: `columns[j][i]` times the answer is `right`. */
function solve(columns: readonly number[][], right: readonly number[]): number[] | undefined {
  const size = right.length;
  const rows = right.map((value, i) => [...columns.map((column) => column[i]!), value]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    const value = rows[pivot]![column]!;
    if (value === 0 || !Number.isFinite(value)) return undefined;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / value;
      for (let j = column; j <= size; j++) rows[row]![j]! -= factor * rows[column]![j]!;
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!);
}
