/**
 * Lines of arrays side by side, as Fourier transforms take them.
 *
 * @module
 */

import { FourierBatch } from "../kernels/fourier/batch.ts";
import type { CallContext } from "../routines/routine.ts";

/** Lines that are transformed side by side: what stays in the second cache. */
const BATCH_BYTES = 512 * 1024;
const MAX_BATCH = 16;

/** The lines of a length that are transformed together, of so many. */
export function batchFor(length: number, lines: number, context: CallContext): FourierBatch {
  const wanted = Math.floor(BATCH_BYTES / (32 * length));
  const most = Math.min(MAX_BATCH, wanted, lines + lines % 2);
  // The kernel takes pairs of lines.
  const batch = lines === 1 ? 1 : Math.max(2, most - most % 2);
  // Four arrays of lines, the roots of unity, and what Bluestein's way has besides.
  context.reserve(8 * length * (4 * batch + 2 + 28));
  context.work(60 * length);
  return new FourierBatch(length, batch, (operations) => context.work(operations));
}

/** Elements of a line that are moved together where lines do not lie side by side. */
const TILE = 8;

/** Copies lines side by side: complex numbers `stepElement` apart, the lines `stepLine`. */
export function gatherLines(
  data: Float64Array,
  { length, batch, real, imaginary }: FourierBatch,
  at: number,
  count: number,
  stepLine: number,
  stepElement: number,
): void {
  if (stepElement === 1) {
    // Along each line a little: whole lines lie in the same few places of the caches.
    for (let tile = 0; tile < length; tile += TILE) {
      const end = Math.min(length, tile + TILE);
      for (let b = 0; b < count; b++) {
        let from = 2 * (at + b * stepLine + tile);
        for (let k = tile, to = tile * batch + b; k < end; k++, to += batch, from += 2) {
          real[to] = data[from]!;
          imaginary[to] = data[from + 1]!;
        }
      }
    }
    return;
  }
  for (let k = 0; k < length; k++) {
    let from = 2 * (at + k * stepElement);
    const to = k * batch;
    for (let b = 0; b < count; b++, from += 2 * stepLine) {
      real[to + b] = data[from]!;
      imaginary[to + b] = data[from + 1]!;
    }
  }
}

/** Where lines lie. */
interface Lines {
  readonly at: number;
  readonly count: number;
  readonly stepLine: number;
  readonly stepElement: number;
  readonly scale: number;
}

/** Copies them back, times a factor. */
export function scatterLines(
  data: Float64Array,
  { length, batch, real, imaginary }: FourierBatch,
  { at, count, stepLine, stepElement, scale }: Lines,
): void {
  if (stepElement === 1) {
    for (let tile = 0; tile < length; tile += TILE) {
      const end = Math.min(length, tile + TILE);
      for (let b = 0; b < count; b++) {
        let to = 2 * (at + b * stepLine + tile);
        for (let k = tile, from = tile * batch + b; k < end; k++, from += batch, to += 2) {
          data[to] = real[from]! * scale;
          data[to + 1] = imaginary[from]! * scale;
        }
      }
    }
    return;
  }
  for (let k = 0; k < length; k++) {
    let to = 2 * (at + k * stepElement);
    const from = k * batch;
    for (let b = 0; b < count; b++, to += 2 * stepLine) {
      data[to] = real[from + b]! * scale;
      data[to + 1] = imaginary[from + b]! * scale;
    }
  }
}
