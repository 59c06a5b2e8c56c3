/**
 * Quantised tiles: integers that stand for floating-point numbers, dithered or not (FITS 4.0,
 * section 10.2). The loop is a kernel: two numbers an instruction, computed in double precision
 * and rounded once. Product and sum are not fused, as in CFITSIO on x86, so that the last bits
 * are the same.
 */

import { type DequantizeKernel, loadDequantize } from "./dequantize_module.ts";
import { DITHER_NUMBERS, ditherNumbers, ditherStart, pixelStart } from "./dither.ts";

/** How the integers of a tile are meant. */
export interface Quantization {
  /** ZSCALE. */
  readonly scale: number;
  /** ZZERO. */
  readonly zero: number;
  /** ZBLANK: the integer of pixels without a value. */
  readonly blank: number | undefined;
  /** The method of dithering: none, SUBTRACTIVE_DITHER_1 or SUBTRACTIVE_DITHER_2. */
  readonly dither: 0 | 1 | 2;
  /** ZDITHER0, 1 to 10000. */
  readonly seed: number;
  /** The tile's row in its table, from 0. */
  readonly tile: number;
}

interface Dequantizer {
  readonly most: number;
  readonly values: Int32Array;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  readonly kernel: DequantizeKernel;
}

let dequantizer: Dequantizer | undefined;
let loading: Promise<void> | undefined;

/** Loads the kernel, which {@linkcode dequantize} needs; once for all. */
export function loadDequantizer(): Promise<void> {
  return loading ??= loadDequantize().then((kernel) => {
    const { buffer } = kernel.memory;
    const most = kernel.most();
    const results = kernel.resultsStart();
    new Float32Array(buffer, kernel.numbersStart(), DITHER_NUMBERS).set(ditherNumbers());
    dequantizer = {
      most,
      values: new Int32Array(buffer, kernel.valuesStart(), most),
      floats: new Float32Array(buffer, results, most),
      doubles: new Float64Array(buffer, results, most),
      kernel,
    };
  });
}

/**
 * Makes floating-point numbers of the integers of a tile.
 *
 * @param values The integers.
 * @param target As many numbers; NaN where there is no value.
 * @param quantization How they are meant.
 */
export function dequantize(
  values: Int32Array,
  target: Float32Array | Float64Array,
  { scale, zero, blank, dither, seed, tile }: Quantization,
): void {
  if (dequantizer === undefined) throw new TypeError("the kernel has not been loaded");
  const { most, values: into, floats, doubles, kernel } = dequantizer;
  const single = target instanceof Float32Array;
  const run = single ? kernel.dequantize32 : kernel.dequantize64;
  let start = dither === 0 ? 0 : ditherStart(tile, seed);
  let number = dither === 0 ? 0 : pixelStart(start);
  for (let done = 0; done < values.length;) {
    if (number === DITHER_NUMBERS) {
      start = (start + 1) % DITHER_NUMBERS;
      number = pixelStart(start);
    }
    const room = dither === 0 ? most : Math.min(most, DITHER_NUMBERS - number);
    const count = Math.min(room, values.length - done);
    into.set(values.subarray(done, done + count));
    const none = blank === undefined ? 0 : 1;
    if (run(count, scale, zero, dither, number, none, blank ?? 0) !== 0) {
      throw new RangeError(`Cannot dequantize ${count} pixels from the number ${number} on`);
    }
    target.set((single ? floats : doubles).subarray(0, count), done);
    if (dither !== 0) number += count;
    done += count;
  }
}
