/** Statistics of pixels. */

import { unitOfSquares } from "./magnitude.ts";
import type { Image } from "./pixels.ts";

/** What is said of an image at a glance. NaN where no pixel has a finite value. */
export interface ImageStatistics {
  /** Pixels in all. */
  readonly count: number;
  /** Pixels without a value: NaN. */
  readonly undefined: number;
  /** Pixels that are infinite. */
  readonly infinite: number;
  /** The least finite value, exact: a bigint beyond 2^53. */
  readonly min: number | bigint;
  /** The greatest finite value, exact: a bigint beyond 2^53. */
  readonly max: number | bigint;
  /** The mean of the values that are finite. */
  readonly mean: number;
  /** The standard deviation of the finite values, of the whole population. */
  readonly stddev: number;
}

/**
 * Computes statistics of the finite pixels of an image; NaN and infinities are counted.
 *
 * Deviations are taken from the mean in a second pass, so that neither a small contrast on
 * a high level nor a single bright pixel costs figures.
 *
 * @param image The pixels.
 * @returns The statistics.
 *
 * @example
 * ```ts
 * import { imageStatistics } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const pixels = Float32Array.of(1, NaN, 3);
 * const { min, max, mean, undefined: missing } = imageStatistics({
 *   type: "float32",
 *   pixels,
 *   shape: [3],
 * });
 * assertEquals([min, max, mean, missing], [1, 3, 2, 1]);
 * ```
 */
export function imageStatistics(image: Image): ImageStatistics {
  const sum = new StatisticsOfParts();
  sum.add(image);
  return sum.statistics;
}

/**
 * Statistics of an image that is read in parts: those of {@linkcode imageStatistics} but for the
 * last figures of mean and deviation, whose sums are taken in another order.
 */
export class StatisticsOfParts {
  #count = 0;
  #missing = 0;
  #finite = 0;
  #min: number | bigint = Infinity;
  #max: number | bigint = -Infinity;
  /** Where the mean is near: exact, so that 64-bit integers lose nothing. */
  #center: number | bigint = 0;
  #offset = 0;
  #squares = 0;
  /** What center, offset and the roots of the squares are divided by. */
  #unit = 1;

  /** Adds the pixels of a part; all parts are of one type. */
  add(image: Image): void {
    const part = image.type === "int64" || image.type === "uint64"
      ? sumOfLongs(image.pixels)
      : sumOfNumbers(image.pixels);
    this.#count += part.count;
    this.#missing += part.missing;
    if (part.finite === 0) return;
    if (part.min < this.#min) this.#min = part.min;
    if (part.max > this.#max) this.#max = part.max;
    if (this.#finite === 0) {
      this.#center = part.center;
      this.#offset = part.offset;
      this.#squares = part.squares;
      this.#unit = part.unit;
    } else {
      // Zeros are zeros in any unit.
      const zero = Number(part.center) === 0 && part.offset === 0 && part.squares === 0;
      const wasZero = Number(this.#center) === 0 && this.#offset === 0 && this.#squares === 0;
      const unit = wasZero ? part.unit : zero ? this.#unit : Math.max(this.#unit, part.unit);
      this.#rescale(wasZero ? 1 : this.#unit / unit);
      this.#unit = unit;
      const scale = zero ? 1 : part.unit / unit;
      const center = scale === 1 ? part.center : Number(part.center) * scale;
      // Chan, Golub & LeVeque 1983: means and sums of squares of two parts together.
      const finite = this.#finite + part.finite;
      const between = difference(center, this.#center) + part.offset * scale - this.#offset;
      this.#offset += between * (part.finite / finite);
      this.#squares += part.squares * scale * scale +
        between * between * (this.#finite * part.finite / finite);
    }
    this.#finite += part.finite;
  }

  #rescale(scale: number): void {
    if (scale === 1) return;
    this.#center = Number(this.#center) * scale;
    this.#offset *= scale;
    this.#squares *= scale * scale;
  }

  /** The statistics of the parts so far. */
  get statistics(): ImageStatistics {
    const finite = this.#finite;
    return {
      count: this.#count,
      undefined: this.#missing,
      infinite: this.#count - this.#missing - finite,
      min: finite === 0 ? NaN : exact(this.#min),
      max: finite === 0 ? NaN : exact(this.#max),
      mean: finite === 0 ? NaN : (Number(this.#center) + this.#offset) * this.#unit,
      stddev: finite === 0 ? NaN : Math.sqrt(Math.max(0, this.#squares / finite)) * this.#unit,
    };
  }
}

/** What is known of the pixels of one part. */
interface PartSum {
  readonly count: number;
  readonly missing: number;
  readonly finite: number;
  readonly min: number | bigint;
  readonly max: number | bigint;
  /** Near the mean. */
  readonly center: number | bigint;
  /** From there to the mean. */
  readonly offset: number;
  /** The sum of the squares of the deviations from the mean. */
  readonly squares: number;
  /** What center, offset and the roots of the squares are divided by. */
  readonly unit: number;
}

function difference(a: number | bigint, b: number | bigint): number {
  return typeof a === "bigint" ? Number(a - (b as bigint)) : a - (b as number);
}

function sumOfNumbers(pixels: ArrayLike<number>): PartSum {
  let min = Infinity;
  let max = -Infinity;
  // Four sums wait for each other less than one.
  let a = 0, b = 0, c = 0, d = 0;
  let i = 0;
  const count = pixels.length;
  for (; i + 3 < count; i += 4) {
    const p = pixels[i]!, q = pixels[i + 1]!, r = pixels[i + 2]!, s = pixels[i + 3]!;
    if (p < min) min = p;
    if (q < min) min = q;
    if (r < min) min = r;
    if (s < min) min = s;
    if (p > max) max = p;
    if (q > max) max = q;
    if (r > max) max = r;
    if (s > max) max = s;
    a += p;
    b += q;
    c += r;
    d += s;
  }
  for (; i < count; i++) {
    const value = pixels[i]!;
    if (value < min) min = value;
    if (value > max) max = value;
    a += value;
  }
  const sum = a + b + (c + d);
  // A NaN, an infinity, or a sum beyond the doubles.
  if (sum - sum !== 0) return sumOfFinite(pixels);
  const unit = unitOfPixels(count, min, max);
  if (unit !== 1) return sumOfExtremes(pixels, unit);
  const mean = sum / count;
  let rest = 0;
  a =
    b =
    c =
    d =
      0;
  for (i = 0; i + 3 < count; i += 4) {
    const p = pixels[i]! - mean, q = pixels[i + 1]! - mean;
    const r = pixels[i + 2]! - mean, s = pixels[i + 3]! - mean;
    rest += p + q + (r + s);
    a += p * p;
    b += q * q;
    c += r * r;
    d += s * s;
  }
  for (; i < count; i++) {
    const deviation = pixels[i]! - mean;
    rest += deviation;
    a += deviation * deviation;
  }
  // What rounding left of the sum of deviations, which should be none.
  const squares = a + b + (c + d) - rest * rest / count;
  return { count, missing: 0, finite: count, min, max, center: mean, offset: 0, squares, unit: 1 };
}

function unitOfPixels(finite: number, min: number, max: number): number {
  return finite === 0 ? 1 : unitOfSquares(Math.max(Math.abs(min), Math.abs(max)));
}

/** Values so large or so small that their squares are no doubles. */
function sumOfExtremes(pixels: ArrayLike<number>, unit: number): PartSum {
  const sum = sumOfNumbers(Float64Array.from(pixels, (value) => value / unit));
  return { ...sum, min: Number(sum.min) * unit, max: Number(sum.max) * unit, unit };
}

/** The same, of the finite values among others. */
function sumOfFinite(pixels: ArrayLike<number>): PartSum {
  let missing = 0;
  let min = Infinity;
  let max = -Infinity;
  let finite = 0;
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i]!;
    // Neither NaN nor an infinity has a difference to itself.
    if (value - value !== 0) {
      if (value !== value) missing++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    finite++;
    sum += value;
  }
  const unit = unitOfPixels(finite, min, max);
  if (unit !== 1) return sumOfExtremes(pixels, unit);
  const mean = sum / finite;
  let rest = 0;
  let squares = 0;
  for (let i = 0; i < pixels.length; i++) {
    const deviation = pixels[i]! - mean;
    if (deviation - deviation !== 0) continue;
    rest += deviation;
    squares += deviation * deviation;
  }
  squares -= rest * rest / finite;
  return {
    count: pixels.length,
    missing,
    finite,
    min,
    max,
    center: mean,
    offset: 0,
    squares,
    unit: 1,
  };
}

function sumOfLongs(pixels: BigInt64Array | BigUint64Array): PartSum {
  const origin = pixels[0] ?? 0n;
  let min = origin;
  let max = origin;
  let sum = 0;
  for (const value of pixels) {
    if (value < min) min = value;
    if (value > max) max = value;
    sum += Number(value - origin);
  }
  const count = pixels.length;
  const center = count === 0 ? 0n : origin + BigInt(Math.round(sum / count));
  let rest = 0;
  let squares = 0;
  for (const value of pixels) {
    const deviation = Number(value - center);
    rest += deviation;
    squares += deviation * deviation;
  }
  squares -= rest * rest / count;
  return {
    count,
    missing: 0,
    finite: count,
    min,
    max,
    center,
    offset: rest / count,
    squares,
    unit: 1,
  };
}

function exact(value: number | bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) || typeof value === "number" ? number : value;
}
