/**
 * INTERPOL and VALUE_LOCATE.
 *
 * @module
 */

import { wholeNumber } from "../../values/convert.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { checkedCount } from "../../values/memory.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { elementsOf, IdlType, type IdlValue } from "../../values/value.ts";
import {
  doublesOf,
  floatOrDouble,
  floatsOf,
  fromDoubles,
  isSet,
  scratch,
  sizedAs,
} from "../../routines/arguments.ts";
import { splineAt, splineCurvatures } from "./splines.ts";

/**
 * The interval of monotonic numbers in which a number lies: the last subscript whose element
 * is not beyond it, -1 before the first.
 *
 * @param hint Where to look first.
 */
export function locate(x: Float64Array, u: number, rising: boolean, hint: number): number {
  const n = x.length;
  // Neighbours in the argument are mostly neighbours here.
  if (hint >= 0 && hint + 1 < n) {
    const [low, high] = [x[hint]!, x[hint + 1]!];
    if (rising ? low <= u && u < high : low >= u && u > high) return hint;
  }
  let low = -1;
  let high = n;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (rising ? u >= x[middle]! : u <= x[middle]!) low = middle;
    else high = middle;
  }
  // NaN is behind all numbers, as in the order of SORT.
  return u !== u ? n - 1 : low;
}

/** Places that are looked for between two looks at the clock. */
const RUN = 65_536;

/** Where to look: evenly spaced steps over the numbers, and the interval of the start of each. */
interface Guide {
  readonly rising: boolean;
  readonly first: number;
  /** Steps for each unit. */
  readonly scale: number;
  readonly intervals: Int32Array;
}

/** A guide of as many steps as there are numbers, if it pays for so many places. */
function guideTo(x: Float64Array, places: number, context: CallContext): Guide {
  const rising = isRising(x);
  const n = x.length;
  const steps = places >= n ? n : 1;
  const scale = steps / (x[n - 1]! - x[0]!);
  const usable = Number.isFinite(scale) && scale !== 0;
  const count = usable ? steps : 1;
  context.work(20 * count + 20);
  const intervals = context.allocate(IdlType.LONG, [count + 2]).data as Int32Array;
  for (let k = 1, at = -1; k <= count; k++) {
    intervals[k] = at = locate(x, x[0]! + k / scale, rising, at);
  }
  intervals[0] = -1;
  intervals[count] = intervals[count + 1] = n;
  return { rising, first: x[0]!, scale: usable ? scale : 0, intervals };
}

/** The interval of each number, looked for between those of the steps around it. */
function locateAll(
  x: Float64Array,
  u: Float32Array | Float64Array,
  { rising, first, scale, intervals }: Guide,
  out: Int32Array,
  from: number,
  to: number,
): void {
  const last = intervals.length - 2;
  const n = x.length;
  for (let i = from; i < to; i++) {
    const place = u[i]!;
    const step = (place - first) * scale;
    // A step on both sides more than is needed, for the rounding of its number.
    const k = step > 0 ? (step < last ? step | 0 : last) : 0;
    let low = k > 1 ? intervals[k - 1]! : -1;
    let high = k + 2 <= last ? intervals[k + 2]! + 1 : n;
    if (place !== place) low = high = n - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (rising ? place >= x[middle]! : place <= x[middle]!) low = middle;
      else high = middle;
    }
    out[i] = low;
  }
}

/** Whether the last element is not less than the first. */
function isRising(x: Float64Array): boolean {
  return !(x[x.length - 1]! < x[0]!);
}

function valueLocate(
  [vector, value]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const x = doublesOf(vector!, context);
  const u = floatsOf(value!, context);
  const wide = isSet(keywords, "l64");
  const out = context.allocate(IdlType.LONG, value!.shape);
  const list = out.data as Int32Array;
  const guide = guideTo(x, u.length, context);
  for (let from = 0; from < u.length; from += RUN) {
    const to = Math.min(u.length, from + RUN);
    context.work((to - from) * (4 + Math.ceil(Math.log2(x.length + 1))));
    locateAll(x, u, guide, list, from, to);
  }
  return wide ? fromDoubles(IdlType.LONG64, value!.shape, Float64Array.from(list), context) : out;
}

/** The ordinates, where they stand, and where they are wanted. */
interface Curve {
  readonly x: Float64Array;
  readonly v: Float64Array;
  readonly u: Float32Array | Float64Array;
  readonly out: Float32Array | Float64Array;
}

/** IDL manual, "INTERPOL": linear in each interval, and beyond the ends as in the last one. */
function interpol(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const [ordinates, second, third] = args;
  if (ordinates!.shape.length === 0 || elementsOf(ordinates!.shape) < 2) {
    refuse(`Cannot interpolate ${describeValue(ordinates!)}: it takes two elements or more`);
  }
  const regular = third === undefined;
  const v = doublesOf(ordinates!, context);
  const m = v.length;
  const shape = regular ? [wholeNumber(second!)] : third.shape;
  const count = checkedCount(shape);
  if (!regular && elementsOf(second!.shape) !== m) {
    refuse(
      `Cannot interpolate ${describeValue(ordinates!)} at ${describeValue(second!)}: ` +
        "each element needs its place",
    );
  }
  const x = regular ? ramp(m, 1, context) : doublesOf(second!, context);
  const u = regular
    ? ramp(count, (m - 1) / Math.max(1, count - 1), context)
    : floatsOf(third, context);
  const type = floatOrDouble(regular ? [ordinates] : [ordinates, second, third]);
  const result = context.allocate(type, shape);
  const out = result.data as Float64Array;
  const curve = isSet(keywords, "nan")
    ? { ...finiteOnly(x, v, context), u, out }
    : { x, v, u, out };
  context.work(count * (12 + Math.ceil(Math.log2(m))));
  if (isSet(keywords, "spline")) interpolateSpline(curve, context);
  else if (isSet(keywords, "lsquadratic")) leastSquares(curve, context);
  else if (isSet(keywords, "quadratic")) quadratic(curve);
  else linear(curve, context);
  return result;
}

function ramp(count: number, step: number, context: CallContext): Float64Array {
  const data = scratch(count, context);
  for (let i = 0; i < count; i++) data[i] = i * step;
  return data;
}

/** Without the places whose ordinate is not finite. */
function finiteOnly(
  x: Float64Array,
  v: Float64Array,
  context: CallContext,
): { x: Float64Array; v: Float64Array } {
  const [places, values] = [scratch(v.length, context), scratch(v.length, context)];
  let n = 0;
  for (let i = 0; i < v.length; i++) {
    if (v[i]! - v[i]! !== 0) continue;
    places[n] = x[i]!;
    values[n++] = v[i]!;
  }
  if (n < 2) refuse("Cannot interpolate: fewer than two elements are finite");
  return { x: places.subarray(0, n), v: values.subarray(0, n) };
}

/** The same for many places, whose intervals are found ahead of them. */
function linear(curve: Curve, context: CallContext): void {
  const { x, v, u, out } = curve;
  if (u.length < x.length) return plainLinear(curve);
  const guide = guideTo(x, u.length, context);
  const run = context.allocate(IdlType.LONG, [RUN]).data as Int32Array;
  const last = v.length - 2;
  for (let from = 0; from < u.length; from += RUN) {
    const to = Math.min(u.length, from + RUN);
    context.work(20 * (to - from));
    locateAll(x, u.subarray(from, to), guide, run, 0, to - from);
    for (let i = from; i < to; i++) {
      const found = run[i - from]!;
      const s = found < 0 ? 0 : found > last ? last : found;
      const low = v[s]!;
      const start = x[s]!;
      out[i] = (u[i]! - start) * (v[s + 1]! - low) / (x[s + 1]! - start) + low;
    }
  }
}

function plainLinear({ x, v, u, out }: Curve): void {
  const last = v.length - 2;
  const rising = isRising(x);
  let s = 0;
  for (let i = 0; i < u.length; i++) {
    s = Math.min(last, Math.max(0, locate(x, u[i]!, rising, s)));
    out[i] = (u[i]! - x[s]!) * (v[s + 1]! - v[s]!) / (x[s + 1]! - x[s]!) + v[s]!;
  }
}

/** The parabola through three places: those around the nearest. */
function quadratic(curve: Curve): void {
  const { x, v, u, out } = curve;
  const m = v.length;
  if (m < 3) return plainLinear(curve);
  const rising = isRising(x);
  let at = 0;
  for (let i = 0; i < u.length; i++) {
    at = locate(x, u[i]!, rising, at);
    const s = Math.min(m - 2, Math.max(1, at));
    const x0 = x[s - 1]!;
    const x1 = x[s]!;
    const x2 = x[s + 1]!;
    const w = u[i]!;
    out[i] = v[s - 1]! * (w - x1) * (w - x2) / ((x0 - x1) * (x0 - x2)) +
      v[s]! * (w - x0) * (w - x2) / ((x1 - x0) * (x1 - x2)) +
      v[s + 1]! * (w - x0) * (w - x1) / ((x2 - x0) * (x2 - x1));
  }
}

/** IDL manual, "INTERPOL", SPLINE: a spline through the four places around each interval. */
function interpolateSpline(curve: Curve, context: CallContext): void {
  const { x, v, u, out } = curve;
  const m = v.length;
  if (m < 4) return plainLinear(curve);
  const rising = isRising(x);
  const curvatures = new Float64Array(4);
  const work = new Float64Array(4);
  let at = 0;
  let known = -1;
  for (let i = 0; i < u.length; i++) {
    if (i % RUN === 0) context.work(0);
    at = locate(x, u[i]!, rising, at);
    const s = Math.min(m - 4, Math.max(0, at - 1));
    const places = x.subarray(s, s + 4);
    const values = v.subarray(s, s + 4);
    if (s !== known) splineCurvatures(places, values, curvatures, work);
    known = s;
    out[i] = splineAt(places, values, curvatures, u[i]!, Math.min(2, Math.max(0, at - s)));
  }
}

/** IDL manual, "INTERPOL", LSQUADRATIC: the parabola nearest to the four places around each. */
function leastSquares(curve: Curve, context: CallContext): void {
  const { x, v, u, out } = curve;
  const m = v.length;
  if (m < 4) return quadratic(curve);
  const rising = isRising(x);
  let at = 0;
  for (let i = 0; i < u.length; i++) {
    if (i % RUN === 0) context.work(0);
    at = locate(x, u[i]!, rising, at);
    const s = Math.min(m - 4, Math.max(0, at - 1));
    out[i] = parabolaAt(x, v, s, u[i]!);
  }
}

/** The value at `u` of the parabola of least squares through four places from `s` on. */
function parabolaAt(x: Float64Array, v: Float64Array, s: number, u: number): number {
  let middle = 0;
  for (let k = 0; k < 4; k++) middle += x[s + k]! / 4;
  // Sums of powers about the middle, which keep the equations well conditioned.
  let s2 = 0, s3 = 0, s4 = 0, y0 = 0, y1 = 0, y2 = 0;
  for (let k = 0; k < 4; k++) {
    const d = x[s + k]! - middle;
    s2 += d * d;
    s3 += d * d * d;
    s4 += d * d * d * d;
    y0 += v[s + k]!;
    y1 += d * v[s + k]!;
    y2 += d * d * v[s + k]!;
  }
  // n = 4 and the sum of d is 0: the equations for c fall apart into two.
  const determinant = s2 * (s4 - s2 * s2 / 4) - s3 * s3;
  const z2 = y2 - s2 * y0 / 4;
  const c2 = (s2 * z2 - s3 * y1) / determinant;
  const c1 = (y1 - s3 * c2) / s2;
  const c0 = (y0 - s2 * c2) / 4;
  const d = u - middle;
  return c0 + d * (c1 + d * c2);
}

/** The routines of this file. */
export const INTERPOL: readonly NamedRoutine[] = [
  define("interpol(v, x, [xout], /LSQUADRATIC, /QUADRATIC, /SPLINE, /NAN)", {
    summary: "v between its elements: at xout where v stands at x, or at x places evenly",
    sketch: ([v, x, u]) => {
      const count = u?.count ?? x?.number ?? Infinity;
      return { count, bytes: 8, operations: 40 * count + 4 * (v?.count ?? 1), shape: u?.shape };
    },
    run: interpol,
  }),
  define("value_locate(vector, value, /L64)", {
    summary: "The interval of a monotonic vector in which each value lies; -1 before the first",
    sketch: sizedAs(1, 30),
    run: valueLocate,
  }),
];
