/**
 * SMOOTH and the filter of MEDIAN.
 *
 * @module
 */

import { convertRange, wholeNumber } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { refuse } from "../values/error.ts";
import { describeValue } from "../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../routines/routine.ts";
import { rowsOf } from "../values/rows.ts";
import { middleOf } from "../values/selection.ts";
import {
  elementsOf,
  type IdlNumeric,
  IdlType,
  type IdlValue,
  isLong64,
  toBigInt,
} from "../values/value.ts";
import { floatingType, isSet, numbersIn, real, scratch } from "../routines/arguments.ts";

/**
 * The median of the window around each element; elements whose window would
 * leave the array stay as they are (IDL manual, "MEDIAN", Width).
 */
export function medianFilter(value: IdlNumeric, width: number, context: CallContext): IdlNumeric {
  const { shape } = value;
  if (shape.length < 1 || shape.length > 2) {
    refuse(`Cannot filter ${describeValue(value)}: it must have one or two dimensions`);
  }
  if (width < 2 || shape.some((length) => width > length)) {
    refuse(`Cannot filter ${describeValue(value)} with a width of ${width}`);
  }
  const [columns = 1, rows = 1] = shape;
  const high = shape.length === 2 ? width : 1;
  const { data } = rowsOf(value, undefined, context);
  const type = floatingType(value.type);
  const out = context.allocate(type, shape);
  (out.data as Float64Array).set(data);
  if (width === 3 && high === 3) {
    medianOfNine(data, columns, rows, out.data as Float64Array, context);
    return out;
  }
  const window = new Float64Array(width * high);
  const half = width >> 1;
  const halfHigh = high >> 1;
  for (let y = 0; y + high <= rows; y++) {
    context.work(5 * width * high * columns);
    for (let x = 0; x + width <= columns; x++) {
      let count = 0;
      for (let j = 0; j < high; j++) {
        const start = (y + j) * columns + x;
        for (let i = start; i < start + width; i++) {
          if (!Number.isNaN(data[i]!)) window[count++] = data[i]!;
        }
      }
      const middle = middleOf(window, count, false);
      out.data[(y + halfHigh) * columns + x + half] = middle;
    }
  }
  return out;
}

/**
 * The filter of width 3: each column of three is sorted once for the three windows that it is in,
 * and the middle of nine is the middle of the greatest low, the middle middle and the least high.
 */
function medianOfNine(
  data: Float64Array,
  columns: number,
  rows: number,
  out: Float64Array,
  context: CallContext,
): void {
  const [low, middle, high] = [0, 1, 2].map(() => scratch(columns, context));
  const [lows, middles, highs] = [low!, middle!, high!];
  const window = new Float64Array(9);
  for (let y = 1; y < rows - 1; y++) {
    context.work(20 * columns);
    const row = y * columns;
    for (let x = 0; x < columns; x++) {
      const a = data[row - columns + x]!;
      const b = data[row + x]!;
      const c = data[row + columns + x]!;
      const less = a < b ? a : b;
      const more = a < b ? b : a;
      lows[x] = less < c ? less : c;
      highs[x] = more < c ? c : more;
      middles[x] = c < less ? less : c < more ? c : more;
      // A column with NaN makes its windows be looked at one by one.
      if (a + b + c !== a + b + c) middles[x] = NaN;
    }
    for (let x = 1; x < columns - 1; x++) {
      const [p, q, r] = [middles[x - 1]!, middles[x]!, middles[x + 1]!];
      if (p + q + r !== p + q + r) {
        out[row + x] = middleAround(data, row + x, columns, window);
        continue;
      }
      const lowest = Math.max(lows[x - 1]!, lows[x]!, lows[x + 1]!);
      const highest = Math.min(highs[x - 1]!, highs[x]!, highs[x + 1]!);
      const center = p < q ? (q < r ? q : p < r ? r : p) : p < r ? p : q < r ? r : q;
      out[row + x] = lowest < highest
        ? (center < lowest ? lowest : center < highest ? center : highest)
        : center < highest
        ? highest
        : center < lowest
        ? center
        : lowest;
    }
  }
}

/** The middle of an element and its eight neighbours, without NaN. */
function middleAround(
  data: Float64Array,
  at: number,
  columns: number,
  window: Float64Array,
): number {
  let count = 0;
  for (let row = at - columns; row <= at + columns; row += columns) {
    for (let i = row - 1; i <= row + 1; i++) {
      if (!Number.isNaN(data[i]!)) window[count++] = data[i]!;
    }
  }
  return middleOf(window, count, false);
}

/** What stands beyond the ends of a line. */
type Edge = "none" | "truncate" | "mirror" | "wrap" | "zero";

function edgeOf(keywords: LanguageKeywords): Edge {
  const edges = ["truncate", "mirror", "wrap", "zero"] as const;
  return edges.find((edge) => isSet(keywords, `edge_${edge}`)) ?? "none";
}

/** IDL manual, "SMOOTH": the mean of the box around each element. */
function smooth(
  [x, width]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(x!, context);
  const { shape } = value;
  if (shape.length === 0) refuse("Cannot smooth a scalar");
  const widths = width!.shape.length > 0
    ? numbersIn(width!, context).map(Math.trunc)
    : shape.map(() => wholeNumber(width!));
  if (widths.length !== shape.length || widths.some((own, axis) => own < 0 || own > shape[axis]!)) {
    refuse(`Cannot smooth ${describeValue(value)} with the widths [${widths}]`);
  }
  // Even widths grow by one, so that the box has a middle.
  const halves = widths.map((own) => (own < 2 ? 0 : own >> 1));
  const sums = context.allocateUnset(IdlType.DOUBLE, shape);
  const count = elementsOf(shape);
  context.work(count);
  convertRange(value, 0, sums.data, IdlType.DOUBLE, count);
  const counts = isSet(keywords, "nan") ? finiteCounts(sums, context) : undefined;
  const edge = edgeOf(keywords);
  for (const [axis, half] of halves.entries()) {
    if (half === 0) continue;
    boxAlong(sums, axis, half, edge, context);
    if (counts !== undefined) boxAlong(counts, axis, half, edge, context);
  }
  return boxMeans(value, sums, counts, halves, edge, context);
}

/** 1 for each finite element and 0 for the others, which are zeroed. */
function finiteCounts(sums: IdlNumeric, context: CallContext): IdlNumeric {
  const counts = context.allocate(IdlType.DOUBLE, sums.shape);
  context.work(sums.data.length);
  for (let i = 0; i < sums.data.length; i++) {
    const finite = Number.isFinite(sums.data[i] as number);
    counts.data[i] = finite ? 1 : 0;
    if (!finite) sums.data[i] = 0;
  }
  return counts;
}

/** Lines that are summed side by side, so that each cache line is used once. */
const TILE = 32;

/**
 * Replaces each element by the sum of the box around it along one axis.
 *
 * The sums are those of blocks of the box's width (van Herk's way): a box is the end of one block
 * and the beginning of the next, so that each sum has its own elements alone. Of a running sum, by
 * adding and taking away, one value of 1e20 or NaN would spoil all that come behind it.
 */
function boxAlong(
  value: IdlNumeric,
  axis: number,
  half: number,
  edge: Edge,
  context: CallContext,
): void {
  const data = value.data as Float64Array;
  const length = value.shape[axis]!;
  const inner = elementsOf(value.shape.slice(0, axis));
  const extended = length + 2 * half;
  const tile = Math.min(TILE, inner);
  context.reserve(16 * tile * extended);
  const line = new Float64Array(tile * extended);
  const ends = new Float64Array(tile * extended);
  for (let start = 0; start < data.length; start += length * inner) {
    for (let column = 0; column < inner; column += tile) {
      const count = Math.min(tile, inner - column);
      const first = start + column;
      context.work(6 * count * length);
      if (inner === 1) {
        line.set(data.subarray(first, first + length), half);
        extend(line, 1, length, half, edge);
        boxLine(line, half, ends, data.subarray(first, first + length));
        continue;
      }
      for (let k = 0; k < length; k++) {
        const [from, to] = [first + k * inner, (half + k) * count];
        for (let c = 0; c < count; c++) line[to + c] = data[from + c]!;
      }
      extend(line, count, length, half, edge);
      boxLines(line.subarray(0, count * extended), count, half, ends, data, first, inner);
    }
  }
}

/** Writes what stands beyond the ends of `count` lines that lie side by side. */
function extend(
  line: Float64Array,
  count: number,
  length: number,
  half: number,
  edge: Edge,
): void {
  const copy = (to: number, from: number): void => {
    line.copyWithin(count * to, count * from, count * (from + 1));
  };
  for (let i = 1; i <= half; i++) {
    const before = half - i;
    const after = half + length - 1 + i;
    switch (edge) {
      case "wrap":
        copy(before, half + length - i);
        copy(after, half + i - 1);
        break;
      case "mirror":
        copy(before, half + i - 1);
        copy(after, half + length - i);
        break;
      case "truncate":
        copy(before, half);
        copy(after, half + length - 1);
        break;
      default:
        line.fill(0, count * before, count * (before + 1));
        line.fill(0, count * after, count * (after + 1));
    }
  }
}

/**
 * Sums the boxes of one line.
 *
 * @param ends Memory as long as the line, for the sums from each element to its block's end.
 */
function boxLine(line: Float64Array, half: number, ends: Float64Array, out: Float64Array): void {
  const width = 2 * half + 1;
  const { length: total } = line;
  for (let block = 0; block < total; block += width) {
    const stop = Math.min(block + width, total);
    let sum = 0;
    for (let i = stop - 1; i >= block; i--) ends[i] = sum += line[i]!;
  }
  const { length } = out;
  for (let block = 0; block < length; block += width) {
    // A box that is a block has no part in another.
    out[block] = ends[block]!;
    const stop = Math.min(block + width, length);
    let beginning = 0;
    for (let i = block + 1; i < stop; i++) {
      beginning = i === block + 1 ? line[i + width - 1]! : beginning + line[i + width - 1]!;
      out[i] = ends[i]! + beginning;
    }
  }
}

/** The same of `count` lines side by side; the elements of `out` are `stride` apart. */
function boxLines(
  line: Float64Array,
  count: number,
  half: number,
  ends: Float64Array,
  out: Float64Array,
  first: number,
  stride: number,
): void {
  const width = 2 * half + 1;
  const total = line.length / count;
  const length = total - 2 * half;
  for (let block = 0; block < total; block += width) {
    const stop = Math.min(block + width, total);
    const last = count * (stop - 1);
    for (let c = 0; c < count; c++) ends[last + c] = 0 + line[last + c]!;
    for (let i = last - count; i >= count * block; i -= count) {
      for (let c = 0; c < count; c++) ends[i + c] = ends[i + count + c]! + line[i + c]!;
    }
  }
  const beginnings = new Float64Array(count);
  for (let i = 0, place = 0; i < length; i++) {
    const to = first + i * stride;
    const at = count * i;
    if (place === 0) { for (let c = 0; c < count; c++) out[to + c] = ends[at + c]!; }
    else {
      const next = count * (i + width - 1);
      if (place === 1) { for (let c = 0; c < count; c++) beginnings[c] = line[next + c]!; }
      else for (let c = 0; c < count; c++) beginnings[c]! += line[next + c]!;
      for (let c = 0; c < count; c++) out[to + c] = ends[at + c]! + beginnings[c]!;
    }
    place = place + 1 === width ? 0 : place + 1;
  }
}

function divideBy(
  out: Float64Array,
  sums: Float64Array,
  box: number,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) out[i] = sums[i]! / box;
}

function divide(
  out: Float64Array,
  sums: Float64Array,
  counts: Float64Array,
  from: number,
  to: number,
): void {
  for (let i = from; i < to; i++) out[i] = sums[i]! / counts[i]!;
}

function boxMeans(
  value: IdlNumeric,
  sums: IdlNumeric,
  counts: IdlNumeric | undefined,
  halves: readonly number[],
  edge: Edge,
  context: CallContext,
): IdlNumeric {
  const out = context.allocateUnset(value.type, value.shape);
  const box = halves.reduce((product, half) => product * (2 * half + 1), 1);
  const [width = 1, ...others] = value.shape;
  const [half = 0, ...otherHalves] = halves;
  const place = new Array<number>(others.length).fill(0);
  context.work(3 * sums.data.length);
  const means = out.data as Float64Array;
  const total = sums.data as Float64Array;
  for (let row = 0; row < sums.data.length; row += width) {
    const inside = place.every((at, axis) =>
      at >= otherHalves[axis]! && at < others[axis]! - otherHalves[axis]!
    );
    const from = edge !== "none" ? 0 : inside ? half : width;
    const to = edge !== "none" ? width : width - half;
    const first = Math.min(from, width);
    const end = Math.max(first, to);
    for (let i = row; i < row + first; i++) out.data[i] = value.data[i]!;
    for (let i = row + end; i < row + width; i++) out.data[i] = value.data[i]!;
    if (isLong64(value.type)) {
      for (let i = row + first; i < row + end; i++) {
        out.data[i] = toBigInt((sums.data[i] as number) / Number(counts?.data[i] ?? box));
      }
    } else if (counts === undefined) divideBy(means, total, box, row + first, row + end);
    else divide(means, total, counts.data as Float64Array, row + first, row + end);
    for (let axis = 0; axis < place.length; axis++) {
      if (++place[axis]! < others[axis]!) break;
      place[axis] = 0;
    }
  }
  return out;
}

/** The routines of this family. */
export const FILTERS: readonly NamedRoutine[] = [
  define(
    "smooth(x, width, /NAN, /EDGE_TRUNCATE, /EDGE_MIRROR, /EDGE_WRAP, /EDGE_ZERO)",
    {
      summary: "The mean of the box around each element; the edges as they are unless told",
      cost: 20,
      run: smooth,
    },
  ),
];
