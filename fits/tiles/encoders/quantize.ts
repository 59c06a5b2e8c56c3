/**
 * Floating-point pixels made whole numbers, as CFITSIO makes them: a step is a fraction of the
 * noise, which is measured in each tile (FITS 4.0, section 10.2; Pence et al. 2010).
 */

import { DITHER_NUMBERS, ditherNumbers, ditherStart } from "../codecs/dither.ts";
import { loadQuantize, type QuantizeKernel } from "./quantize_module.ts";

/** The whole number that stands for no value (ZBLANK). */
export const QUANTIZED_BLANK = -2147483647;
/** Whole numbers that stand for something else than a pixel, from the least on. */
const RESERVED = 10;
/** From medians of absolute differences of 2nd, 3rd and 5th order to the noise of a pixel. */
const TO_NOISE = [1.0483579, 0.6052697, 0.1772048] as const;
/** Rows of fewer pixels are taken together: they have no differences of 5th order. */
const MIN_ROW = 9;

/** How floats are made whole numbers. */
export interface Quantization {
  /** How many steps the noise has; below 0, the step itself. */
  readonly level: number;
  /** The method of dithering. */
  readonly dither: 0 | 1 | 2;
}

/** A tile of floats. */
export interface FloatTile {
  /** Big-endian pixels. */
  readonly bytes: Uint8Array;
  /** Bytes of one. */
  readonly size: 4 | 8;
  /** Pixels of a row. */
  readonly width: number;
  /** The tile's row in its table, from 0. */
  readonly number: number;
  /** ZDITHER0. */
  readonly seed: number;
}

/** What a tile has become. */
export interface QuantizedTile {
  /** The whole numbers, valid until the next call. */
  readonly values: Int32Array;
  /** ZSCALE. */
  readonly scale: number;
  /** ZZERO. */
  readonly zero: number;
  /** Whether pixels have no value. */
  readonly missing: boolean;
}

interface Quantizer {
  readonly kernel: QuantizeKernel;
  readonly source: Uint8Array;
  readonly target: Int32Array;
}

let quantizer: Quantizer | undefined;
let loading: Promise<void> | undefined;
let output = new Int32Array(0);

/** Loads the kernel, which {@linkcode quantizeTile} needs; once for all. */
export function loadQuantizer(): Promise<void> {
  return loading ??= loadQuantize().then((kernel) => {
    const { buffer } = kernel.memory;
    new Float32Array(buffer, kernel.randomsStart(), DITHER_NUMBERS).set(ditherNumbers());
    quantizer = {
      kernel,
      source: new Uint8Array(buffer, kernel.sourceStart(), kernel.sourceBytes()),
      target: new Int32Array(buffer, kernel.targetStart(), kernel.sourceBytes() / 4),
    };
  });
}

function loaded(): Quantizer {
  if (quantizer === undefined) throw new TypeError("the kernel has not been loaded");
  return quantizer;
}

/** What is measured in a tile. */
interface Measured {
  /** Pixels that have a value. */
  readonly good: number;
  readonly least: number;
  readonly greatest: number;
  /** The least estimate of the noise. */
  readonly noise: number;
}

/**
 * Makes a tile whole numbers.
 *
 * @param tile The tile.
 * @param quantization The step and the method of dithering.
 * @returns The tile; undefined where it has to be stored as it is: without noise, with a range
 * that 32 bits do not hold, or with infinite pixels, for which no whole number stands.
 */
export function quantizeTile(
  tile: FloatTile,
  { level, dither }: Quantization,
): QuantizedTile | undefined {
  const count = tile.bytes.length / tile.size;
  if (count <= 1) return undefined;
  const measured = measure(tile);
  if (measured === undefined) return undefined;
  const { good, noise } = measured;
  const [least, greatest] = good === 0 ? [0, 1] : [measured.least, measured.greatest];
  // CFITSIO has the level as a float, and the range of floats too.
  const delta = level < 0 ? -Math.fround(level) : (good === 0 ? 1 : noise) / Math.fround(level);
  const range = tile.size === 4 ? Math.fround(greatest - least) : greatest - least;
  if (delta === 0 || !(range / delta <= 2 * 2147483647 - RESERVED)) return undefined;
  const zero = zeroPoint(least, greatest, range, delta, good === count, dither);
  return {
    values: scaleTile(tile, zero, delta, dither),
    scale: delta,
    zero,
    missing: good < count,
  };
}

/** What the whole number 0 stands for. */
function zeroPoint(
  least: number,
  greatest: number,
  range: number,
  delta: number,
  complete: boolean,
  dither: number,
): number {
  // Close to the numbers that stand for something else, so that differences are small.
  if (!complete || dither === 2) return least - delta * (QUANTIZED_BLANK + RESERVED);
  if (range / delta < 2147483647 - RESERVED) {
    // A multiple of the step: the same pixels come out if it is all done again.
    return Number(BigInt.asIntN(64, BigInt(Math.trunc(least / delta + 0.5)))) * delta;
  }
  return (least + greatest) / 2;
}

function measure({ bytes, size, width }: FloatTile): Measured | undefined {
  const { kernel, source } = loaded();
  const count = bytes.length / size;
  // A row longer than there is room for is measured in pieces.
  const row = Math.min(width < MIN_ROW ? count : width, source.length / size);
  const rows = Math.ceil(count / row);
  const noise = size === 4 ? kernel.noise32 : kernel.noise64;
  const medians: [number[], number[], number[]] = [[], [], []];
  let good = 0;
  let least = Infinity;
  let greatest = -Infinity;
  if (rows > 1) kernel.noiseClear(row * size);
  for (let first = 0; first < count; first += row) {
    const piece = bytes.subarray(first * size, (first + row) * size);
    source.set(piece);
    const found = noise(piece.length / size, rows === 1 ? 1 : 0);
    if (found < 0) return undefined;
    good += found;
    if (found === 0) continue;
    least = Math.min(least, kernel.noiseLeast());
    greatest = Math.max(greatest, kernel.noiseGreatest());
    if (kernel.noiseHas2()) medians[0].push(kernel.noiseMedian2());
    if (!kernel.noiseHas3()) continue;
    medians[1].push(kernel.noiseMedian3());
    medians[2].push(kernel.noiseMedian5());
  }
  const [second, third, fifth] = medians.map((values, i) => middle(values) * TO_NOISE[i]!) as [
    number,
    number,
    number,
  ];
  let estimate = third;
  if (second !== 0 && second < estimate) estimate = second;
  if (fifth !== 0 && fifth < estimate) estimate = fifth;
  return { good, least, greatest, noise: estimate };
}

/** The median of what rows have. */
function middle(values: number[]): number {
  const sorted = Float64Array.from(values).sort();
  const { length } = sorted;
  if (length === 0) return 0;
  return (sorted[(length - 1) >> 1]! + sorted[length >> 1]!) / 2;
}

function scaleTile(
  { bytes, size, number, seed }: FloatTile,
  zero: number,
  delta: number,
  dither: number,
): Int32Array {
  const { kernel, source, target } = loaded();
  const quantize = size === 4 ? kernel.quantize32 : kernel.quantize64;
  const count = bytes.length / size;
  const most = source.length / size;
  kernel.ditherBegin(ditherStart(number, seed));
  if (count <= most) {
    // What was measured last is still there, unless the tile has several rows.
    source.set(bytes);
    quantize(count, zero, delta, dither);
    return target.subarray(0, count);
  }
  if (output.length < count) output = new Int32Array(count);
  for (let first = 0; first < count; first += most) {
    const piece = bytes.subarray(first * size, (first + most) * size);
    source.set(piece);
    quantize(piece.length / size, zero, delta, dither);
    output.set(target.subarray(0, piece.length / size), first);
  }
  return output.subarray(0, count);
}

/**
 * The seed that a first tile gives, as fpack makes it with -qt: the sum of its bytes.
 *
 * @param bytes Big-endian floats.
 * @param size Bytes of one.
 * @returns ZDITHER0, 1 to 10000.
 */
export function seedOf(bytes: Uint8Array, size: 4 | 8): number {
  const missing = new DataView(new ArrayBuffer(size));
  if (size === 4) missing.setFloat32(0, MISSING);
  else missing.setFloat64(0, MISSING_DOUBLE);
  const ofMissing = new Uint8Array(missing.buffer).reduce((sum, byte) => sum + byte);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += size) {
    const exponent = size === 4
      ? (bytes[at]! << 1 | bytes[at + 1]! >> 7) & 0xff
      : (bytes[at]! << 4 | bytes[at + 1]! >> 4) & 0x7ff;
    // CFITSIO reads what is no number as a certain number, and what is nearly 0 as 0.
    if (exponent === (size === 4 ? 0xff : 0x7ff)) sum += ofMissing;
    else if (exponent !== 0) { for (let i = 0; i < size; i++) sum += bytes[at + i]!; }
  }
  return sum % 10_000 + 1;
}

/** The numbers that CFITSIO has for pixels without a value. */
const MISSING = -9.11912e-36;
const MISSING_DOUBLE = -9.1191291391491e-36;
