/**
 * REBIN and CONGRID.
 *
 * @module
 */

import { withoutTrailing } from "../values/arrays.ts";
import { convert, wholeNumber } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { refuse } from "../values/error.ts";
import { checkedCount } from "../values/memory.ts";
import { describeValue } from "../values/promotion.ts";
import { nearLongs } from "../values/rows.ts";
import { axisIndices, rearranged, stridesOf } from "../values/rearrange.ts";
import type { CallContext, LanguageKeywords, Sketch, SketchedResult } from "../routines/routine.ts";
import { sketchedDimensions } from "../routines/estimate.ts";
import {
  elementsOf,
  type IdlNumeric,
  type IdlNumericType,
  IdlType,
  type IdlValue,
  isComplex,
  isNumeric,
} from "../values/value.ts";
import { dimensionsIn, isSet, real, reshaped } from "../routines/arguments.ts";
import { cubicOf, cubicWeights } from "./interpolate/interpolate.ts";
import { componentOf } from "./reductions.ts";

/** IDL manual, "REBIN": whole multiples or parts of each dimension. */
function rebin(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const [x, ...given] = args;
  const target = dimensionsIn(given, context);
  checkedCount(target);
  const source = target.map((_, axis) => x!.shape[axis] ?? 1);
  if (x!.shape.length > target.length) {
    refuse(`Cannot rebin ${describeValue(x!)} to ${target.length} dimensions`);
  }
  for (const [axis, length] of target.entries()) {
    const old = source[axis]!;
    if (length % old !== 0 && old % length !== 0) {
      refuse(`Cannot rebin a dimension of ${old} to ${length}: it must be a multiple or a part`);
    }
  }
  if (isSet(keywords, "sample")) return sampled(x!, source, target, context);
  if (!isNumeric(x!)) return refuse(`Cannot rebin ${describeValue(x!)}`);
  if (isComplex(x!.type)) {
    const parts = [0, 1].map((part) =>
      rebinned(componentOf(x!, part, context), source, target, context)
    );
    return joinedParts(parts[0]!, parts[1]!, x!.type, context);
  }
  return rebinned(x!, source, target, context);
}

function joinedParts(
  real: IdlNumeric,
  imaginary: IdlNumeric,
  type: IdlNumericType,
  context: CallContext,
): IdlNumeric {
  const out = context.allocate(type, real.shape);
  for (let i = 0; i < real.data.length; i++) {
    out.data[2 * i] = real.data[i]!;
    out.data[2 * i + 1] = imaginary.data[i]!;
  }
  return out;
}

/** The nearest lower element for each of the result. */
function sampled(
  x: IdlValue,
  source: readonly number[],
  target: readonly number[],
  context: CallContext,
): IdlValue {
  const strides = stridesOf(source);
  const maps = target.map((length, axis) => ({
    indices: axisIndices(length, (i) => Math.floor(i * source[axis]! / length), context),
    stride: strides[axis]!,
  }));
  return rearranged({ ...x, shape: source } as IdlValue, maps, context);
}

/** Axis after axis: parts are averaged, multiples interpolated. */
function rebinned(
  x: IdlNumeric,
  source: readonly number[],
  target: readonly number[],
  context: CallContext,
): IdlNumeric {
  const near = nearLongs(x, context);
  if (near !== undefined) {
    const { shape, data } = rebinned(near.differences, source, target, context);
    const out = context.allocate(x.type, shape);
    for (let i = 0; i < data.length; i++) out.data[i] = data[i] as bigint + near.base;
    return out;
  }
  let value = reshaped(x, source);
  for (const [axis, length] of target.entries()) {
    const old = value.shape[axis]!;
    if (length === old) continue;
    value = length < old
      ? averaged(value, axis, length, context)
      : spread(value, axis, length, context);
  }
  return { ...value, shape: withoutTrailing(value.shape) };
}

/** The loops of one axis: elements below it, its lengths, and repetitions above it. */
function alongAxis(value: IdlNumeric, axis: number, length: number): {
  readonly inner: number;
  readonly old: number;
  readonly outer: number;
  readonly shape: readonly number[];
} {
  const shape = value.shape.with(axis, length);
  return {
    inner: elementsOf(value.shape.slice(0, axis)),
    old: value.shape[axis]!,
    outer: elementsOf(value.shape.slice(axis + 1)),
    shape,
  };
}

function averaged(
  value: IdlNumeric,
  axis: number,
  length: number,
  context: CallContext,
): IdlNumeric {
  const { inner, old, outer, shape } = alongAxis(value, axis, length);
  const factor = old / length;
  const data = convert(value, IdlType.DOUBLE, context).data as Float64Array;
  const out = context.allocate(IdlType.DOUBLE, shape);
  const sums = out.data as Float64Array;
  context.work(2 * data.length);
  if (inner === 1) {
    for (let k = 0, at = 0; k < sums.length; k++) {
      let sum = 0;
      for (const end = at + factor; at < end; at++) sum += data[at]!;
      sums[k] = sum / factor;
    }
    return convert(out, value.type, context);
  }
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < old; k++) {
      const from = (o * old + k) * inner;
      const to = (o * length + Math.floor(k / factor)) * inner;
      for (let i = 0; i < inner; i++) sums[to + i]! += data[from + i]!;
    }
  }
  for (let i = 0; i < sums.length; i++) sums[i]! /= factor;
  return convert(out, value.type, context);
}

function spread(
  value: IdlNumeric,
  axis: number,
  length: number,
  context: CallContext,
): IdlNumeric {
  const { inner, old, outer, shape } = alongAxis(value, axis, length);
  const factor = length / old;
  const data = convert(value, IdlType.DOUBLE, context).data as Float64Array;
  const out = context.allocate(IdlType.DOUBLE, shape);
  const result = out.data as Float64Array;
  context.work(2 * result.length);
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < length; k++) {
      const low = Math.floor(k / factor);
      const high = Math.min(low + 1, old - 1);
      const weight = k / factor - low;
      const from = (o * old + low) * inner;
      const next = (o * old + high) * inner;
      const to = (o * length + k) * inner;
      for (let i = 0; i < inner; i++) {
        result[to + i] = data[from + i]! + weight * (data[next + i]! - data[from + i]!);
      }
    }
  }
  return convert(out, value.type, context);
}

/** How CONGRID finds the places in the source for those of the result. */
interface Grid {
  readonly interpolate: boolean;
  readonly minusOne: boolean;
  readonly center: boolean;
  /** The parameter of cubic convolution; undefined without. */
  readonly cubic: number | undefined;
}

/** IDL manual, "CONGRID": any size, the nearest element or interpolated. */
function congrid(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const [x, ...given] = args;
  const { shape } = x!;
  const target = given.map(wholeNumber);
  if (shape.length < 1 || shape.length > 3 || target.length !== shape.length) {
    refuse(
      `Cannot resize ${
        describeValue(x!)
      } to [${target}]: it takes one size for each of 1-3 dimensions`,
    );
  }
  checkedCount(target);
  // IDL manual, "CONGRID", CUBIC: in one dimension and two.
  const cubic = shape.length < 3 ? cubicOf(keywords) : undefined;
  const grid: Grid = {
    interpolate: isSet(keywords, "interp") || cubic !== undefined || shape.length === 3,
    cubic,
    minusOne: isSet(keywords, "minus_one"),
    center: isSet(keywords, "center"),
  };
  const places = target.map((length, axis) => gridPlaces(shape[axis]!, length, grid, context));
  if (!grid.interpolate) return nearest(x!, places, context);
  const source = real(x!, context);
  let value = convert(source, IdlType.DOUBLE, context);
  for (const [axis, list] of places.entries()) {
    value = cubic === undefined
      ? interpolated(value, axis, list, context)
      : convolved(value, axis, list, cubic, context);
  }
  return convert({ ...value, shape: withoutTrailing(value.shape) }, source.type, context);
}

/** The place in the source of each element of the result. */
function gridPlaces(
  old: number,
  length: number,
  grid: Grid,
  context: CallContext,
): Float64Array {
  context.work(length);
  const places = context.allocate(IdlType.DOUBLE, [length]).data as Float64Array;
  const minus = grid.minusOne ? 1 : 0;
  const scale = length - minus === 0 ? 0 : (old - minus) / (length - minus);
  for (let i = 0; i < length; i++) {
    places[i] = Math.min(old - 1, Math.max(0, grid.center ? (i + 0.5) * scale - 0.5 : i * scale));
  }
  return places;
}

function nearest(x: IdlValue, places: readonly Float64Array[], context: CallContext): IdlValue {
  const strides = stridesOf(x.shape);
  const maps = places.map((list, axis) => ({
    indices: axisIndices(list.length, (i) => Math.floor(list[i]!), context),
    stride: strides[axis]!,
  }));
  return rearranged(x, maps, context);
}

function interpolated(
  value: IdlNumeric,
  axis: number,
  places: Float64Array,
  context: CallContext,
): IdlNumeric {
  const { inner, old, outer, shape } = alongAxis(value, axis, places.length);
  const data = value.data as Float64Array;
  const out = context.allocate(IdlType.DOUBLE, shape);
  const result = out.data as Float64Array;
  context.work(2 * result.length);
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < places.length; k++) {
      const low = Math.floor(places[k]!);
      const weight = places[k]! - low;
      const from = (o * old + low) * inner;
      const next = (o * old + Math.min(low + 1, old - 1)) * inner;
      const to = (o * places.length + k) * inner;
      for (let i = 0; i < inner; i++) {
        result[to + i] = data[from + i]! + weight * (data[next + i]! - data[from + i]!);
      }
    }
  }
  return out;
}

/** Cubic convolution along one axis; the edges are repeated. */
function convolved(
  value: IdlNumeric,
  axis: number,
  places: Float64Array,
  cubic: number,
  context: CallContext,
): IdlNumeric {
  const { inner, old, outer, shape } = alongAxis(value, axis, places.length);
  const data = value.data as Float64Array;
  const out = context.allocate(IdlType.DOUBLE, shape);
  const result = out.data as Float64Array;
  const weights = new Float64Array(4);
  context.work(8 * result.length);
  for (let o = 0; o < outer; o++) {
    for (let k = 0; k < places.length; k++) {
      const low = Math.floor(places[k]!);
      cubicWeights(cubic, places[k]! - low, weights);
      const to = (o * places.length + k) * inner;
      for (let tap = 0; tap < 4; tap++) {
        const from = (o * old + Math.min(old - 1, Math.max(0, low + tap - 1))) * inner;
        const weight = weights[tap]!;
        for (let i = 0; i < inner; i++) result[to + i]! += weight * data[from + i]!;
      }
    }
  }
  return out;
}

function sketch(args: readonly Sketch[]): SketchedResult {
  const { shape, count } = sketchedDimensions(args.slice(1).map((arg) => arg.number));
  return { shape, count, bytes: 8, operations: 4 * (count + (args[0]?.count ?? 1)) };
}

/** The routines of this family. */
export const RESAMPLING: readonly NamedRoutine[] = [
  define("rebin(x, dimensions..., /SAMPLE)", {
    summary: "The array with each dimension a multiple (interpolated) or a part (averaged)",
    sketch,
    run: rebin,
  }),
  define("congrid(x, width, [height], [depth], CUBIC=, /INTERP, /CENTER, /MINUS_ONE)", {
    summary: "The array at another size, of the nearest elements or interpolated",
    sketch,
    run: congrid,
  }),
];
