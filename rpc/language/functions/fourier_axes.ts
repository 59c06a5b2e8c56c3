/**
 * Fourier transforms along the axes of arrays.
 *
 * @module
 */

import { type FourierBatch, radicesOf } from "../kernels/fourier/batch.ts";
import { MAX_KERNEL_LENGTH } from "../kernels/fourier/kernel.ts";
import type { CallContext } from "../routines/routine.ts";
import { batchFor, gatherLines, scatterLines } from "./fourier_lines.ts";
import { elementsOf } from "../values/value.ts";

/**
 * Transforms along one axis in place.
 *
 * @param half Whether only elements up to the middle of the first axis are wanted: the others
 * mirror them where what was transformed is real.
 */
export function transformAxis(
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
  const parts = partsOfLine(length);
  if (parts !== undefined) {
    for (let block = 0; block < outer; block++) {
      for (let i = 0; i < inner; i++) {
        transformLong(data, block * inner * length + i, inner, parts, sign, context);
      }
    }
    return;
  }
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

/** The two lengths of which a line's is the product, where it is too long to be done at once. */
function partsOfLine(length: number): readonly [number, number] | undefined {
  if (length <= MAX_KERNEL_LENGTH) return undefined;
  const radices = radicesOf(length);
  if (radices === undefined) return undefined;
  let first = 1;
  for (const radix of radices.toReversed()) {
    if (first * radix <= Math.sqrt(length)) first *= radix;
  }
  return length / first <= MAX_KERNEL_LENGTH ? [first, length / first] : undefined;
}

/**
 * Transforms a long line as a table of `rows` rows: its columns, then, turned by the roots of unity
 * of the whole line, its rows, whose results stand in the columns. Both are short enough for the
 * caches.
 */
function transformLong(
  data: Float64Array,
  at: number,
  step: number,
  [rows, columns]: readonly [number, number],
  sign: 1 | -1,
  context: CallContext,
): void {
  const length = rows * columns;
  context.reserve(4 * length * data.BYTES_PER_ELEMENT);
  context.work(4 * length);
  const Kind = data.constructor as Float64ArrayConstructor;
  const spare = new Kind(2 * length);
  const line = step === 1 ? data.subarray(2 * at, 2 * (at + length)) : new Kind(2 * length);
  if (step !== 1) moveLine(data, at, step, line, 0, 1, length);
  transformAxis(line, [columns, rows], 1, sign, false, context);
  const plan = batchFor(columns, rows, context);
  const scale = sign === -1 ? 1 / columns : 1;
  for (let row = 0; row < rows; row += plan.batch) {
    context.work(2 * plan.cost);
    const count = Math.min(plan.batch, rows - row);
    gatherLines(line, plan, row * columns, count, columns, 1);
    turnLines(plan, row, count, length, sign);
    plan.transform(sign);
    scatterLines(spare, plan, { at: row, count, stepLine: 1, stepElement: rows, scale });
  }
  if (step === 1) line.set(spare);
  else moveLine(spare, 0, 1, data, at, step, length);
}

/** Copies complex numbers that are so many numbers apart. */
function moveLine(
  from: Float64Array,
  first: number,
  step: number,
  to: Float64Array,
  place: number,
  stepTo: number,
  count: number,
): void {
  for (let k = 0, i = 2 * first, o = 2 * place; k < count; k++, i += 2 * step, o += 2 * stepTo) {
    to[o] = from[i]!;
    to[o + 1] = from[i + 1]!;
  }
}

/** Elements of a row whose roots follow from each other, before one is computed again. */
const RUN_OF_ROOTS = 64;

/** Multiplies element k of the rows from one on with the root of unity row * k of a length. */
function turnLines(
  { length: columns, batch, real, imaginary }: FourierBatch,
  first: number,
  count: number,
  length: number,
  sign: 1 | -1,
): void {
  const unit = sign * 2 * Math.PI / length;
  for (let b = 0; b < count; b++) {
    const row = first + b;
    const stepX = Math.cos(unit * row);
    const stepY = Math.sin(unit * row);
    let x = 1;
    let y = 0;
    for (let k = 0, i = b; k < columns; k++, i += batch) {
      if (k % RUN_OF_ROOTS === 0) {
        x = Math.cos(unit * (row * k % length));
        y = Math.sin(unit * (row * k % length));
      }
      const a = real[i]!;
      real[i] = a * x - imaginary[i]! * y;
      imaginary[i] = a * y + imaginary[i]! * x;
      const next = x * stepX - y * stepY;
      y = x * stepY + y * stepX;
      x = next;
    }
  }
}

/**
 * Transforms real numbers along all axes: two lines of the first axis as one of complex numbers,
 * the other axes for half of the first one's frequencies, of which the rest are the mirror image.
 */
export function transformReal(
  source: Float32Array | Float64Array,
  spectrum: Float64Array,
  shape: readonly number[],
  sign: 1 | -1,
  context: CallContext,
): void {
  const [length, ...others] = shape as [number, ...number[]];
  const lines = elementsOf(others);
  if (partsOfLine(length) !== undefined) {
    for (let i = 0; i < source.length; i++) spectrum[2 * i] = source[i]!;
    for (const axis of shape.keys()) transformAxis(spectrum, shape, axis, sign, false, context);
    return;
  }
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
