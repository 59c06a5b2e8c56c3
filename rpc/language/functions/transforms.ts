/**
 * FFT.
 *
 * @module
 */

import { convert, realNumber } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { FourierPlan } from "../kernels/fourier.ts";
import { axisIndices, rearranged, stridesOf } from "../values/rearrange.ts";
import type { CallContext, LanguageKeywords } from "../routines/routine.ts";
import { elementsOf, type IdlNumeric, IdlType, type IdlValue } from "../values/value.ts";
import { dimensionIn, isSet, numeric } from "./arguments.ts";

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
  const work = context.allocate(IdlType.DCOMPLEX, value.shape);
  (work.data as Float64Array).set(convert(source, IdlType.DCOMPLEX, context).data as Float64Array);
  const axes = axis === undefined ? [...value.shape.keys()] : [axis];
  for (const own of axes) transformAxis(work, own, sign, context);
  const result = double ? work : convert(work, IdlType.COMPLEX, context);
  return center && !inverse ? centered(result, axis, false, context) : result;
}

function transformAxis(value: IdlNumeric, axis: number, sign: 1 | -1, context: CallContext): void {
  const length = value.shape[axis]!;
  if (length === 1) return;
  const inner = elementsOf(value.shape.slice(0, axis));
  const lines = elementsOf(value.shape) / length;
  const cost = 10 * length * Math.ceil(Math.log2(length));
  context.work(4 * cost);
  // Bluestein's algorithm has up to 6 lines of 4 times the length, and 4 of the length.
  context.reserve(8 * 28 * length);
  const plan = new FourierPlan(length);
  const real = new Float64Array(length);
  const imaginary = new Float64Array(length);
  const data = value.data as Float64Array;
  const scale = sign === -1 ? 1 / length : 1;
  for (let line = 0; line < lines; line++) {
    context.work(cost);
    const start = Math.floor(line / inner) * inner * length + line % inner;
    for (let i = 0; i < length; i++) {
      real[i] = data[2 * (start + i * inner)]!;
      imaginary[i] = data[2 * (start + i * inner) + 1]!;
    }
    plan.transform(real, imaginary, sign);
    for (let i = 0; i < length; i++) {
      data[2 * (start + i * inner)] = real[i]! * scale;
      data[2 * (start + i * inner) + 1] = imaginary[i]! * scale;
    }
  }
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

/** The routines of this family. */
export const TRANSFORMS: readonly NamedRoutine[] = [
  define("fft(x, [direction], DIMENSION=, /INVERSE, /DOUBLE, /CENTER, /OVERWRITE)", {
    summary: "The Fourier transform: forward with the factor 1/N, or with direction 1 the inverse",
    cost: 300,
    run: fft,
  }),
];
