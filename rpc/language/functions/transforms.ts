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
import { FourierBatch } from "../kernels/fourier/batch.ts";
import { axisIndices, rearranged, stridesOf } from "../values/rearrange.ts";
import type { CallContext, LanguageKeywords, Sketch, SketchedResult } from "../routines/routine.ts";
import { elementsOf, type IdlNumeric, IdlType, type IdlValue, isComplex } from "../values/value.ts";
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

/** Lines that are transformed side by side: what stays in the second cache. */
const BATCH_BYTES = 512 * 1024;
const MAX_BATCH = 16;

function batchFor(length: number, lines: number, context: CallContext): FourierBatch {
  const wanted = Math.floor(BATCH_BYTES / (32 * length));
  const most = Math.min(MAX_BATCH, wanted, lines + lines % 2);
  // The kernel takes pairs of lines.
  const batch = lines === 1 ? 1 : Math.max(2, most - most % 2);
  // Four arrays of lines, the roots of unity, and what Bluestein's way has besides.
  context.reserve(8 * length * (4 * batch + 2 + 28));
  context.work(60 * length);
  return new FourierBatch(length, batch);
}

/**
 * Transforms along one axis in place.
 *
 * @param half Whether only elements up to the middle of the first axis are wanted: the others
 * mirror them where what was transformed is real.
 */
function transformAxis(
  data: Float64Array,
  shape: readonly number[],
  axis: number,
  sign: 1 | -1,
  half: boolean,
  context: CallContext,
): void {
  const length = shape[axis]!;
  if (length === 1) return;
  const inner = elementsOf(shape.slice(0, axis));
  const outer = elementsOf(shape.slice(axis + 1));
  const first = shape[0]!;
  // Neighbours in memory, of which a batch is taken: of the first axis there are none.
  const row = axis === 0 ? outer : half ? first : inner;
  const wanted = axis > 0 && half ? (first >> 1) + 1 : row;
  const plan = batchFor(length, wanted, context);
  const stepLine = axis === 0 ? length : 1;
  const stepElement = axis === 0 ? 1 : inner;
  const blocks = axis === 0 ? 1 : outer;
  const rows = axis === 0 ? 1 : inner / row;
  const scale = sign === -1 ? 1 / length : 1;
  for (let block = 0; block < blocks; block++) {
    for (let r = 0; r < rows; r++) {
      const start = block * inner * length + r * row;
      for (let line = 0; line < wanted; line += plan.batch) {
        context.work(plan.cost);
        const count = Math.min(plan.batch, wanted - line);
        const at = start + line * stepLine;
        gatherLines(data, plan, at, count, stepLine, stepElement);
        plan.transform(sign);
        scatterLines(data, plan, { at, count, stepLine, stepElement, scale });
      }
    }
  }
}

function gatherLines(
  data: Float64Array,
  { length, batch, real, imaginary }: FourierBatch,
  at: number,
  count: number,
  stepLine: number,
  stepElement: number,
): void {
  for (let k = 0; k < length; k++) {
    let from = 2 * (at + k * stepElement);
    const to = k * batch;
    for (let b = 0; b < count; b++, from += 2 * stepLine) {
      real[to + b] = data[from]!;
      imaginary[to + b] = data[from + 1]!;
    }
  }
}

interface Lines {
  readonly at: number;
  readonly count: number;
  readonly stepLine: number;
  readonly stepElement: number;
  readonly scale: number;
}

function scatterLines(
  data: Float64Array,
  { length, batch, real, imaginary }: FourierBatch,
  { at, count, stepLine, stepElement, scale }: Lines,
): void {
  for (let k = 0; k < length; k++) {
    let to = 2 * (at + k * stepElement);
    const from = k * batch;
    for (let b = 0; b < count; b++, to += 2 * stepLine) {
      data[to] = real[from + b]! * scale;
      data[to + 1] = imaginary[from + b]! * scale;
    }
  }
}

/**
 * Transforms real numbers along all axes: two lines of the first axis as one of complex numbers,
 * the other axes for half of the first one's frequencies, of which the rest are the mirror image.
 */
function transformReal(
  source: Float32Array | Float64Array,
  spectrum: Float64Array,
  shape: readonly number[],
  sign: 1 | -1,
  context: CallContext,
): void {
  const [length, ...others] = shape as [number, ...number[]];
  const lines = elementsOf(others);
  const plan = batchFor(length, (lines + 1) >> 1, context);
  const { batch } = plan;
  const scale = sign === -1 ? 0.5 / length : 0.5;
  for (let line = 0; line < lines; line += 2 * batch) {
    context.work(plan.cost);
    const count = Math.min(2 * batch, lines - line);
    gatherReal(source, plan, line * length, count);
    plan.transform(sign);
    separate(plan, spectrum, line * length, count, scale);
  }
  const axes = [...shape.keys()].slice(1);
  for (const axis of axes) transformAxis(spectrum, shape, axis, sign, true, context);
  mirrored(spectrum, shape, context);
}

/** Real lines, two in each place of a batch: one as the real part, the next as the imaginary. */
function gatherReal(
  source: Float32Array | Float64Array,
  { length, batch, real, imaginary }: FourierBatch,
  first: number,
  count: number,
): void {
  const whole = count >> 1;
  if (count < 2 * batch) {
    real.fill(0);
    imaginary.fill(0);
  }
  // Along the lines of the batch: what is written lies together.
  for (let k = 0; k < length; k++) {
    let from = first + k;
    const to = k * batch;
    for (let b = 0; b < whole; b++, from += 2 * length) {
      real[to + b] = source[from]!;
      imaginary[to + b] = source[from + length]!;
    }
    if (count % 2 === 1) real[to + whole] = source[from]!;
  }
}

/** The transforms of real lines, from those of the lines that two of them made together. */
function separate(
  { real, imaginary, length, batch }: FourierBatch,
  spectrum: Float64Array,
  first: number,
  count: number,
  scale: number,
): void {
  const whole = count >> 1;
  // Only up to the middle: the rest is mirrored.
  for (let k = 0; k <= length >> 1; k++) {
    let i = k * batch;
    let j = (k === 0 ? 0 : length - k) * batch;
    let to = 2 * (first + k);
    for (let b = 0; b < whole; b++, i++, j++, to += 4 * length) {
      spectrum[to] = (real[i]! + real[j]!) * scale;
      spectrum[to + 1] = (imaginary[i]! - imaginary[j]!) * scale;
      spectrum[to + 2 * length] = (imaginary[i]! + imaginary[j]!) * scale;
      spectrum[to + 2 * length + 1] = (real[j]! - real[i]!) * scale;
    }
    if (count % 2 === 0) continue;
    spectrum[to] = (real[i]! + real[j]!) * scale;
    spectrum[to + 1] = (imaginary[i]! - imaginary[j]!) * scale;
  }
}

/** Fills the frequencies behind the middle of the first axis: the conjugates of the opposite ones. */
function mirrored(spectrum: Float64Array, shape: readonly number[], context: CallContext): void {
  const [length, ...others] = shape as [number, ...number[]];
  const rows = elementsOf(others);
  context.work(2 * rows * length);
  const place = new Array<number>(others.length).fill(0);
  for (let row = 0; row < rows; row++) {
    let opposite = 0;
    let stride = 1;
    for (let axis = 0; axis < place.length; axis++) {
      opposite += stride * (place[axis] === 0 ? 0 : others[axis]! - place[axis]!);
      stride *= others[axis]!;
    }
    for (let k = (length >> 1) + 1; k < length; k++) {
      const from = 2 * (opposite * length + length - k);
      const to = 2 * (row * length + k);
      spectrum[to] = spectrum[from]!;
      spectrum[to + 1] = -spectrum[from + 1]!;
    }
    for (let axis = 0; axis < place.length; axis++) {
      if (++place[axis]! < others[axis]!) break;
      place[axis] = 0;
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
