/** The pixel values that become black and white: minmax, percentiles, and IRAF's zscale. */

import { FormatError } from "../net/errors.ts";

/** Pixels of any type, in any order; bigints are rounded to doubles. */
export type PixelValues = ArrayLike<number> | BigInt64Array | BigUint64Array;

/**
 * Which values become the ends of the scale: `zscale`, `minmax`, `percentile:P`
 * (the middle P per cent of the values), or two numbers.
 */
export type Limits =
  | "zscale"
  | "minmax"
  | `percentile:${number}`
  | readonly [low: number, high: number];

/** How zscale takes its samples and fits its line; the defaults are IRAF's. */
export interface ZscaleOptions {
  /** How many values are looked at. @default {1000} */
  readonly samples?: number;
  /** How much steeper than the fitted line the scale is: smaller is more contrast. @default {0.25} */
  readonly contrast?: number;
}

/** The part of the samples that may be rejected. */
const MAX_REJECT = 0.5;
const MIN_SAMPLES = 5;
const REJECT_SIGMAS = 2.5;
const MAX_ITERATIONS = 5;

/**
 * Reads limits as a command line gives them.
 *
 * @param text `zscale`, `minmax`, `percentile:P` with P from 0 to 100, or `LOW,HIGH`.
 * @returns The limits.
 * @throws {FormatError} If it is none of these.
 */
export function parseLimits(text: string): Limits {
  if (text === "zscale" || text === "minmax") return text;
  const percentile = /^percentile:(\d+(?:\.\d*)?|\.\d+)$/.exec(text);
  if (percentile !== null && Number(percentile[1]) <= 100) return `percentile:${+percentile[1]!}`;
  const pair = text.split(",").map((part) => part.trim() === "" ? NaN : Number(part));
  if (pair.length === 2 && pair.every(Number.isFinite)) return [pair[0]!, pair[1]!];
  throw new FormatError(
    `Cannot take '${text}' as limits: expected zscale, minmax, percentile:P or LOW,HIGH`,
  );
}

/**
 * Finds the values that become the ends of the scale. Values that are not finite
 * do not count.
 *
 * @param pixels The pixels.
 * @param limits What is wanted.
 * @returns The lower and the upper end; (0, 0) if no pixel is finite.
 */
export function findLimits(
  pixels: PixelValues,
  limits: Limits,
): readonly [low: number, high: number] {
  if (typeof limits !== "string") return limits;
  if (limits === "zscale") return zscale(pixels);
  if (limits === "minmax") return minmax(pixels);
  return percentileLimits(pixels, Number(limits.slice("percentile:".length)));
}

/** The least and the greatest finite value, or (0, 0) if there is none. */
export function minmax(pixels: PixelValues): readonly [low: number, high: number] {
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < pixels.length; i++) {
    const value = Number(pixels[i]);
    if (value - value !== 0) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}

/**
 * The limits between which the middle part of the values lies, with linear
 * interpolation between values.
 *
 * @param pixels The pixels.
 * @param percent How much of the values lies between the limits, in per cent.
 * @returns The limits, or (0, 0) if no pixel is finite.
 */
export function percentileLimits(
  pixels: PixelValues,
  percent: number,
): readonly [low: number, high: number] {
  const [least, most] = minmax(pixels);
  if (least === most) return [least, most];
  const histogram = new Histogram(pixels, least, most);
  const tail = (100 - percent) / 2;
  return [histogram.quantile(tail / 100), histogram.quantile(1 - tail / 100)];
}

/**
 * Values counted in bins, so that a quantile needs a sort of one bin and not of
 * an image: 16 million values take 0.1 s where sorting them takes 1.5 s.
 */
class Histogram {
  readonly #pixels: PixelValues;
  readonly #least: number;
  readonly #scale: number;
  readonly #counts = new Uint32Array(65_536);
  #total = 0;

  constructor(pixels: PixelValues, least: number, most: number) {
    this.#pixels = pixels;
    this.#least = least;
    this.#scale = (this.#counts.length - 1) / (most - least);
    for (let i = 0; i < pixels.length; i++) {
      const value = Number(pixels[i]);
      if (value - value !== 0) continue;
      this.#counts[this.#bin(value)]!++;
      this.#total++;
    }
  }

  #bin(value: number): number {
    return Math.floor((value - this.#least) * this.#scale);
  }

  quantile(fraction: number): number {
    const place = fraction * (this.#total - 1);
    const rank = Math.min(Math.floor(place), this.#total - 1);
    const low = this.#value(rank);
    if (place === rank) return low;
    return low + (place - rank) * (this.#value(rank + 1) - low);
  }

  /** The value that is at a place of the sorted values. */
  #value(rank: number): number {
    let before = 0;
    let bin = 0;
    while (before + this.#counts[bin]! <= rank) before += this.#counts[bin++]!;
    const members = new Float64Array(this.#counts[bin]!);
    let count = 0;
    for (let i = 0; i < this.#pixels.length; i++) {
      const value = Number(this.#pixels[i]);
      if (value - value === 0 && this.#bin(value) === bin) members[count++] = value;
    }
    return members.sort()[rank - before]!;
  }
}

/**
 * IRAF's zscale: the range around the median that a line fitted to the sorted
 * values spans, so that the sky's noise fills the scale and stars saturate.
 *
 * @param pixels The pixels.
 * @param options Samples and contrast.
 * @returns The limits, or (0, 0) if no pixel is finite.
 */
export function zscale(
  pixels: PixelValues,
  options: ZscaleOptions = {},
): readonly [low: number, high: number] {
  const samples = takeSamples(pixels, options.samples ?? 1000).sort();
  const count = samples.length;
  if (count === 0) return [0, 0];
  const least = Math.max(MIN_SAMPLES, Math.floor(count * MAX_REJECT));
  const { slope, good } = fitLine(samples, least);
  const range: readonly [number, number] = [samples[0]!, samples[count - 1]!];
  // A line without slope shows nothing: a sky of one value, with a few stars.
  if (good < least || !slope) return range;
  const contrast = options.contrast ?? 0.25;
  const steep = contrast > 0 ? slope / contrast : slope;
  const center = (count - 1) >> 1;
  const median = (samples[center]! + samples[count >> 1]!) / 2;
  return [
    Math.max(range[0], median - (center - 1) * steep),
    Math.min(range[1], median + (count - center) * steep),
  ];
}

/** Finite values at equal distances through the image. */
function takeSamples(pixels: PixelValues, most: number): Float64Array {
  let finite = 0;
  for (let i = 0; i < pixels.length; i++) {
    const value = Number(pixels[i]);
    if (value - value === 0) finite++;
  }
  const stride = Math.max(1, Math.floor(finite / most));
  const samples = new Float64Array(Math.min(most, Math.ceil(finite / stride)));
  for (let i = 0, place = 0, count = 0; count < samples.length; i++) {
    const value = Number(pixels[i]);
    if (value - value === 0 && place++ % stride === 0) samples[count++] = value;
  }
  return samples;
}

/** Fits a line to sorted values, rejecting those far from it and their neighbours, until none is. */
function fitLine(
  samples: Float64Array,
  least: number,
): { slope: number | undefined; good: number } {
  const count = samples.length;
  const grow = Math.max(1, Math.floor(count * 0.01));
  let bad = new Uint8Array(count);
  let good = count;
  let lastGood = count + 1;
  let slope: number | undefined;
  for (let i = 0; i < MAX_ITERATIONS && good < lastGood && good >= least; i++) {
    const line = leastSquares(samples, bad);
    slope = line.slope;
    const threshold = REJECT_SIGMAS * deviation(samples, bad, line);
    for (let x = 0; x < count; x++) {
      const off = samples[x]! - (line.intercept + line.slope * x);
      if (off < -threshold || off > threshold) bad[x] = 1;
    }
    bad = widen(bad, grow);
    lastGood = good;
    good = count - bad.reduce((sum, flag) => sum + flag, 0);
  }
  return { slope, good };
}

interface Line {
  readonly slope: number;
  readonly intercept: number;
}

function leastSquares(samples: Float64Array, bad: Uint8Array): Line {
  let n = 0, meanX = 0, meanY = 0;
  for (let x = 0; x < samples.length; x++) {
    if (bad[x] === 1) continue;
    n++;
    meanX += x;
    meanY += samples[x]!;
  }
  meanX /= n;
  meanY /= n;
  let xx = 0, xy = 0;
  for (let x = 0; x < samples.length; x++) {
    if (bad[x] === 1) continue;
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (samples[x]! - meanY);
  }
  const slope = xx === 0 ? 0 : xy / xx;
  return { slope, intercept: meanY - slope * meanX };
}

/** The standard deviation of the good samples from the line. */
function deviation(samples: Float64Array, bad: Uint8Array, line: Line): number {
  let n = 0, mean = 0, squares = 0;
  for (let x = 0; x < samples.length; x++) {
    if (bad[x] === 1) continue;
    const off = samples[x]! - (line.intercept + line.slope * x);
    n++;
    const step = off - mean;
    mean += step / n;
    squares += step * (off - mean);
  }
  return Math.sqrt(squares / n);
}

/** Marks everything within half of `grow` samples of what is marked, one more below than above. */
function widen(bad: Uint8Array, grow: number): Uint8Array<ArrayBuffer> {
  const wide = new Uint8Array(bad.length);
  const above = grow >> 1;
  const below = grow - above - 1;
  for (let x = 0; x < bad.length; x++) {
    if (bad[x] === 1) wide.fill(1, Math.max(0, x - below), x + above + 1);
  }
  return wide;
}
