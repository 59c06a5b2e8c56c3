/**
 * CONVOL.
 *
 * @module
 */

import { convert, realNumber } from "../../values/convert.ts";
import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import {
  elementsOf,
  type IdlNumeric,
  IdlType,
  type IdlValue,
  isInteger,
} from "../../values/value.ts";
import {
  doublesOf,
  floatsOf,
  fromDoubles,
  isGiven,
  isSet,
  numberOf,
  real,
  scratch,
} from "../../routines/arguments.ts";

/** What stands beyond the edges; `none` leaves elements near them 0. */
type Edge = "none" | "truncate" | "mirror" | "wrap" | "zero" | "constant";

function edgeOf(keywords: LanguageKeywords): Edge {
  const edges = ["truncate", "mirror", "wrap", "zero"] as const;
  if (keywords["edge_constant"] !== undefined) return "constant";
  return edges.find((edge) => isSet(keywords, `edge_${edge}`)) ?? "none";
}

/** How the sums become the elements of the result. */
interface Scale {
  readonly factor: number;
  readonly bias: number;
  /** Whether the factor is that of the elements that count. */
  readonly normalize: boolean;
  /** What does not count: NaN, or a number; undefined if all does. */
  readonly invalid: number | undefined;
  readonly missing: number;
}

/** Products between two looks at the clock. */
const MAX_PRODUCTS = 4_000_000;

/** An array with its edges made wide enough for the kernel, in up to three dimensions. */
interface Padded {
  readonly data: Float64Array;
  readonly shape: readonly [number, number, number];
}

/** A place of the kernel that is not 0: how far it lies from the element, and its weight. */
interface Tap {
  readonly offset: number;
  readonly weight: number;
}

/** IDL manual, "CONVOL": the products of the kernel with the elements around each element. */
function convol(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(args[0]!, context);
  const { shape, type } = value;
  // IDL manual, "CONVOL": the kernel is converted to the type of the array.
  const kernel = convert(real(args[1]!, context), type, context);
  const own = kernel.shape.length === 0 ? [1] : kernel.shape;
  if (shape.length === 0 || shape.length > 3 || own.length > shape.length) {
    refuse(
      `Cannot convolve ${describeValue(value)} with ${describeValue(kernel)}: ` +
        "up to three dimensions, and the kernel has no more",
    );
  }
  if (own.some((length, axis) => length > shape[axis]!)) {
    refuse(`Cannot convolve ${describeValue(value)} with the larger ${describeValue(kernel)}`);
  }
  const sizes: Sizes = [own[0] ?? 1, own[1] ?? 1, own[2] ?? 1];
  const lengths: Sizes = [shape[0] ?? 1, shape[1] ?? 1, shape[2] ?? 1];
  const center = numberOf(keywords, "center") ?? 1;
  const edge = edgeOf(keywords);
  const beyond = edge === "constant" ? numberOf(keywords, "edge_constant")! : 0;
  const before: Sizes = center === 0
    ? [sizes[0] - 1, sizes[1] - 1, sizes[2] - 1]
    : [sizes[0] >> 1, sizes[1] >> 1, sizes[2] >> 1];
  const padded = widened(value, { lengths, sizes, before, edge, beyond }, context);
  const weights = doublesOf(kernel, context);
  if (type === IdlType.LONG64 || type === IdlType.ULONG64) {
    refuseBeyondDoubles(value, beyond, weights, context);
  }
  const taps = tapsOf(weights, sizes, padded.shape, center === 0);
  const scale = scaleOf(args[2], value, weights, keywords);
  const convolution: Convolution = { padded, taps, lengths, edge, before, sizes, scale };
  if (type === IdlType.FLOAT || type === IdlType.DOUBLE) {
    const result = context.allocate(type, shape);
    run(convolution, result.data as Float64Array, context);
    return result;
  }
  const out = scratch(elementsOf(shape), context);
  run(convolution, out, context);
  return finished(value, out, context);
}

/** Sums are taken in DOUBLE: integers that it does not hold are refused, and not rounded. */
function refuseBeyondDoubles(
  value: IdlNumeric,
  beyond: number,
  weights: Float64Array,
  context: CallContext,
): void {
  context.work(2 * value.data.length);
  let most = Math.abs(beyond);
  for (const element of value.data) most = Math.max(most, Math.abs(Number(element)));
  const sum = weights.reduce((all, weight) => all + Math.abs(weight), 0);
  if (most * Math.max(1, sum) < 2 ** 53) return;
  refuse(
    `Cannot convolve ${describeValue(value)}: its sums may go beyond 2^53, where they are no ` +
      "longer exact; convert it to DOUBLE if that does not matter",
  );
}

type Sizes = readonly [number, number, number];

interface Widening {
  readonly lengths: Sizes;
  readonly sizes: Sizes;
  readonly before: Sizes;
  readonly edge: Edge;
  readonly beyond: number;
}

/** Which element stands at a place that may lie outside; -1 for none. */
function source(at: number, length: number, edge: Edge): number {
  if (at >= 0 && at < length) return at;
  switch (edge) {
    case "wrap":
      return ((at % length) + length) % length;
    case "truncate":
      return at < 0 ? 0 : length - 1;
    case "mirror": {
      const period = 2 * length;
      const place = ((at % period) + period) % period;
      return place < length ? place : period - 1 - place;
    }
    default:
      return -1;
  }
}

function widened(value: IdlNumeric, own: Widening, context: CallContext): Padded {
  const { lengths, sizes, before, edge, beyond } = own;
  const wide = lengths.map((length, axis) => length + sizes[axis]! - 1) as unknown as Sizes;
  const count = elementsOf(wide);
  const data = scratch(count, context);
  const from = floatsOf(value, context);
  context.work(2 * count);
  if (beyond !== 0) data.fill(beyond);
  const [nx, ny, nz] = wide;
  const [mx, my] = lengths;
  for (let z = 0; z < nz; z++) {
    const plane = source(z - before[2], lengths[2], edge);
    for (let y = 0; y < ny; y++) {
      const row = source(y - before[1], my, edge);
      if (plane < 0 || row < 0) continue;
      const start = mx * (row + my * plane);
      const at = nx * (y + ny * z);
      data.set(from.subarray(start, start + mx), at + before[0]);
      for (let x = 0; x < nx; x++) {
        if (x === before[0]) x += mx;
        if (x >= nx) break;
        const column = source(x - before[0], mx, edge);
        if (column >= 0) data[at + x] = from[start + column]!;
      }
    }
  }
  return { data, shape: wide };
}

function tapsOf(weights: Float64Array, sizes: Sizes, wide: Sizes, reversed: boolean): Tap[] {
  const taps: Tap[] = [];
  let i = 0;
  for (let z = 0; z < sizes[2]; z++) {
    for (let y = 0; y < sizes[1]; y++) {
      for (let x = 0; x < sizes[0]; x++, i++) {
        if (weights[i] === 0) continue;
        const [a, b, c] = reversed
          ? [sizes[0] - 1 - x, sizes[1] - 1 - y, sizes[2] - 1 - z]
          : [x, y, z];
        taps.push({ offset: a + wide[0] * (b + wide[1] * c), weight: weights[i]! });
      }
    }
  }
  return taps;
}

function scaleOf(
  factor: IdlValue | undefined,
  value: IdlNumeric,
  weights: Float64Array,
  keywords: LanguageKeywords,
): Scale {
  const normalize = isSet(keywords, "normalize");
  const given = keywords["invalid"];
  const invalid = isGiven(given) ? realNumber(given) : isSet(keywords, "nan") ? NaN : undefined;
  const missing = numberOf(keywords, "missing") ?? (isInteger(value.type) ? 0 : NaN);
  if (!normalize) {
    const scale = isGiven(factor) ? realNumber(factor) : 1;
    const bias = numberOf(keywords, "bias") ?? 0;
    return { factor: scale === 0 ? 1 : scale, bias, normalize, invalid, missing };
  }
  let sum = 0, negative = 0;
  for (const weight of weights) {
    sum += Math.abs(weight);
    if (weight < 0) negative -= weight;
  }
  // IDL manual, "CONVOL", NORMALIZE: the bias keeps results of BYTE and UINT from being negative.
  const top = value.type === IdlType.BYTE ? 255 : value.type === IdlType.UINT ? 65_535 : 0;
  const bias = sum === 0 ? 0 : Math.min(top, negative * top / sum);
  return { factor: sum === 0 ? 1 : sum, bias, normalize, invalid, missing };
}

interface Convolution {
  readonly padded: Padded;
  readonly taps: readonly Tap[];
  readonly lengths: Sizes;
  readonly edge: Edge;
  readonly before: Sizes;
  readonly sizes: Sizes;
  readonly scale: Scale;
}

function run(own: Convolution, out: Float64Array, context: CallContext): void {
  const { padded: { shape: [wx, wy] }, lengths: [nx, ny, nz], edge, before, sizes, scale } = own;
  const sums = scratch(nx, context);
  const offsets = Int32Array.from(own.taps, ({ offset }) => offset);
  const weights = Float64Array.from(own.taps, ({ weight }) => weight);
  const line: Line = { data: own.padded.data, offsets, weights, sums };
  const inside = (at: number, axis: number): boolean =>
    edge !== "none" ||
    at >= before[axis]! && at < own.lengths[axis]! - (sizes[axis]! - 1 - before[axis]!);
  const first = edge === "none" ? before[0] : 0;
  const end = edge === "none" ? nx - (sizes[0] - 1 - before[0]) : nx;
  // Not more at once than takes some milliseconds, however large the kernel is.
  const most = Math.max(16, Math.floor(MAX_PRODUCTS / (weights.length + 1)));
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      context.work(nx);
      if (!inside(y, 1) || !inside(z, 2)) continue;
      const at = wx * (y + wy * z);
      const to = nx * (y + ny * z);
      for (let from = first; from < end; from += most) {
        const next = Math.min(end, from + most);
        context.work((2 * weights.length + 2) * (next - from));
        if (scale.invalid === undefined) plainLine(line, at, from, next, scale, out, to);
        else validLine(line, at, from, next, scale, out, to);
      }
    }
  }
}

interface Line {
  readonly data: Float64Array;
  readonly offsets: Int32Array;
  readonly weights: Float64Array;
  readonly sums: Float64Array;
}

/** One line of results, tap by tap, so that each inner loop runs along memory. */
function plainLine(
  { data, offsets, weights, sums }: Line,
  at: number,
  first: number,
  end: number,
  { factor, bias }: Scale,
  out: Float64Array,
  to: number,
): void {
  sums.fill(0, first, end);
  let k = 0;
  // Three at a time: the sums are read and written a third as often.
  for (; k + 2 < weights.length; k += 3) {
    const [w0, w1, w2] = [weights[k]!, weights[k + 1]!, weights[k + 2]!];
    const [s0, s1, s2] = [at + offsets[k]!, at + offsets[k + 1]!, at + offsets[k + 2]!];
    for (let x = first; x < end; x++) {
      sums[x]! += w0 * data[s0 + x]! + w1 * data[s1 + x]! + w2 * data[s2 + x]!;
    }
  }
  for (; k < weights.length; k++) {
    const weight = weights[k]!;
    const start = at + offsets[k]!;
    for (let x = first; x < end; x++) sums[x]! += weight * data[start + x]!;
  }
  if (factor === 1 && bias === 0) {
    for (let x = first; x < end; x++) out[to + x] = sums[x]!;
    return;
  }
  for (let x = first; x < end; x++) out[to + x] = sums[x]! / factor + bias;
}

/** The same with elements that do not count left out. */
function validLine(
  { data, offsets, weights }: Line,
  at: number,
  first: number,
  end: number,
  { factor, bias, normalize, invalid, missing }: Scale,
  out: Float64Array,
  to: number,
): void {
  for (let x = first; x < end; x++) {
    let sum = 0, size = 0, valid = 0;
    for (let k = 0; k < weights.length; k++) {
      const element = data[at + offsets[k]! + x]!;
      if (element !== element || element === invalid) continue;
      sum += weights[k]! * element;
      size += Math.abs(weights[k]!);
      valid++;
    }
    out[to + x] = valid === 0 ? missing : sum / (normalize ? size || 1 : factor) + bias;
  }
}

/** IDL manual, "CONVOL": of BYTE, what lies beyond 0 and 255 is cut off there. */
function finished(
  value: IdlNumeric,
  out: Float64Array<ArrayBuffer>,
  context: CallContext,
): IdlNumeric {
  const count = elementsOf(value.shape);
  if (value.type === IdlType.BYTE) {
    context.work(count);
    for (let i = 0; i < count; i++) out[i] = Math.min(255, Math.max(0, Math.trunc(out[i]!)));
  }
  return fromDoubles(value.type, value.shape, out.subarray(0, count), context);
}

/** The routines of this file. */
export const CONVOL: readonly NamedRoutine[] = [
  define(
    "convol(x, kernel, [scale], BIAS=, CENTER=, EDGE_CONSTANT=, /EDGE_MIRROR, /EDGE_TRUNCATE, " +
      "/EDGE_WRAP, /EDGE_ZERO, INVALID=, MISSING=, /NAN, /NORMALIZE)",
    {
      summary: "The array convolved with a kernel; 0 near the edges unless told",
      departs: "sums are in DOUBLE, and refused where they may go beyond 2^53 in LONG64 and " +
        "ULONG64; of BYTE they are cut off at 0 and 255",
      sketch: ([x, kernel]) => {
        const count = x?.count ?? 1;
        const operations = count * (10 + 4 * (kernel?.count ?? 1));
        return { count, shape: x?.shape, bytes: 24, operations };
      },
      run: convol,
    },
  ),
];
