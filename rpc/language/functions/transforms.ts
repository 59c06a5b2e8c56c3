/**
 * FFT, and the windows and filters that go with it.
 *
 * @module
 */

import { convert, realNumber, wholeNumber } from "../values/convert.ts";
import { refuse } from "../values/error.ts";
import { checkedCount } from "../values/memory.ts";
import { sketchedDimensions } from "../routines/estimate.ts";
import { withoutTrailing } from "../values/arrays.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { transformAxis, transformReal } from "./fourier_axes.ts";
import { axisIndices, rearranged, stridesOf } from "../values/rearrange.ts";
import type { CallContext, LanguageKeywords, Sketch, SketchedResult } from "../routines/routine.ts";
import { type IdlNumeric, IdlType, type IdlValue, isComplex } from "../values/value.ts";
import {
  dimensionIn,
  floatsOf,
  isSet,
  numberOf,
  numbersIn,
  numeric,
  scratch,
} from "../routines/arguments.ts";

/** IDL manual, "FFT": forward (-1) with the factor 1/N, inverse (1) without. */
function fft(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = numeric(args[0]!, context);
  const inverse = isSet(keywords, "inverse") ||
    args[1] !== undefined && realNumber(args[1]) > 0;
  const sign = inverse ? 1 : -1;
  const axis = dimensionIn(keywords["dimension"], value);
  const double = isSet(keywords, "double") || value.type === IdlType.DOUBLE ||
    value.type === IdlType.DCOMPLEX;
  const center = isSet(keywords, "center");
  const source = center && inverse ? centered(value, axis, true, context) : value;
  const result = context.allocate(double ? IdlType.DCOMPLEX : IdlType.COMPLEX, value.shape);
  const spectrum = result.data as Float64Array;
  if (value.shape.length === 0) {
    spectrum.set(convert(source, result.type, context).data as Float64Array);
  } else if (isComplex(value.type) || axis !== undefined) {
    spectrum.set(convert(source, result.type, context).data as Float64Array);
    const axes = axis === undefined ? [...value.shape.keys()] : [axis];
    for (const own of axes) transformAxis(spectrum, value.shape, own, sign, false, context);
  } else transformReal(floatsOf(source, context), spectrum, value.shape, sign, context);
  return center && !inverse ? centered(result, axis, false, context) : result;
}

/** Moves the frequency 0 to the middle of each axis, or back. */
function centered(
  value: IdlNumeric,
  axis: number | undefined,
  back: boolean,
  context: CallContext,
): IdlNumeric {
  if (value.shape.length === 0) return value;
  const strides = stridesOf(value.shape);
  const maps = value.shape.map((length, own) => {
    const distance = axis !== undefined && axis !== own
      ? 0
      : back
      ? Math.ceil(length / 2)
      : Math.floor(length / 2);
    return {
      indices: axisIndices(length, (i) => (i - distance + length) % length, context),
      stride: strides[own]!,
    };
  });
  return rearranged(value, maps, context, true) as IdlNumeric;
}

/** IDL manual, "HANNING": alpha - (1 - alpha) cos(2 pi k / n), in one dimension or two. */
function hanning(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const shape = args.map(wholeNumber);
  const count = checkedCount(shape);
  const [n = 1, m = 1] = shape;
  const alpha = numberOf(keywords, "alpha") ?? 0.5;
  const type = isSet(keywords, "double") || keywords["alpha"]?.type === IdlType.DOUBLE
    ? IdlType.DOUBLE
    : IdlType.FLOAT;
  context.work(2 * count + 40 * (n + m));
  const [across, up] = [n, m].map((length) => {
    const list = scratch(length, context);
    for (let k = 0; k < length; k++) {
      list[k] = alpha - (1 - alpha) * Math.cos(2 * Math.PI * k / length);
    }
    return list;
  });
  const out = context.allocate(type, withoutTrailing(shape));
  for (let j = 0; j < m; j++) {
    const row = shape.length === 1 ? 1 : up![j]!;
    for (let i = 0; i < n; i++) out.data[j * n + i] = across![i]! * row;
  }
  return out;
}

/** IDL manual, "BUTTERWORTH": 1 / sqrt(1 + (r / CUTOFF)^(2 ORDER)), r from the frequency 0. */
function butterworth(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const [first] = args;
  const shape = args.length === 1 && first!.shape.length > 0
    ? numbersIn(first!, context).map(Math.trunc)
    : args.map(wholeNumber);
  const count = checkedCount(shape);
  if (shape.length > 3) refuse(`Cannot make a filter of ${shape.length} dimensions: at most 3`);
  const cutoff = numberOf(keywords, "cutoff") ?? 9;
  const order = numberOf(keywords, "order") ?? 1;
  const origin = isSet(keywords, "origin");
  if (!(cutoff > 0 && order > 0)) {
    refuse(`Cannot make a filter of the cutoff ${cutoff} and the order ${order}`);
  }
  context.work(60 * count);
  const squares = shape.map((length) => {
    const list = scratch(length, context);
    for (let k = 0; k < length; k++) {
      const distance = origin ? k - Math.floor(length / 2) : Math.min(k, length - k);
      list[k] = distance * distance;
    }
    return list;
  });
  const out = context.allocate(IdlType.FLOAT, withoutTrailing(shape));
  const [n = 1, m = 1] = shape;
  for (let i = 0; i < count; i++) {
    const square = squares[0]![i % n]! + (squares[1]?.[Math.floor(i / n) % m] ?? 0) +
      (squares[2]?.[Math.floor(i / (n * m))] ?? 0);
    out.data[i] = 1 / Math.sqrt(1 + (square / (cutoff * cutoff)) ** order);
  }
  return out;
}

function windowSketch(args: readonly Sketch[]): SketchedResult {
  const { shape, count } = sketchedDimensions(args.map((arg) => arg.number));
  return { shape, count, bytes: 8, operations: 60 * count };
}

/** The routines of this family. */
export const TRANSFORMS: readonly NamedRoutine[] = [
  define("fft(x, [direction], DIMENSION=, /INVERSE, /DOUBLE, /CENTER, /OVERWRITE)", {
    summary: "The Fourier transform: forward with the factor 1/N, or with direction 1 the inverse",
    departs: "it computes along each axis in DOUBLE, whatever the type",
    cost: 200,
    run: fft,
  }),
  define("hanning(n, [m], ALPHA=, /DOUBLE)", {
    summary: "The window of Hanning, or of Hamming with ALPHA=0.54",
    sketch: windowSketch,
    run: hanning,
  }),
  define("butterworth(x, [y], [z], CUTOFF=, ORDER=, /ORIGIN)", {
    summary: "The low-pass filter of Butterworth; with ORIGIN its middle is in the centre",
    departs: "no XDIM, YDIM and ZDIM",
    sketch: windowSketch,
    run: butterworth,
  }),
];
