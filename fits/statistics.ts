/** Statistics of pixels. */

import type { Image } from "./pixels.ts";

/** What is said of an image at a glance. NaN where no pixel has a value. */
export interface ImageStatistics {
  /** Pixels in all. */
  readonly count: number;
  /** Pixels without a value: NaN. */
  readonly undefined: number;
  /** The least value, exact: a bigint beyond 2^53. */
  readonly min: number | bigint;
  /** The greatest value, exact: a bigint beyond 2^53. */
  readonly max: number | bigint;
  /** The mean of the values that are finite. */
  readonly mean: number;
  /** The standard deviation of the finite values, of the whole population. */
  readonly stddev: number;
}

/**
 * Computes statistics of an image, leaving NaN out.
 *
 * Sums are kept as deviations from the first value, so that images of small contrast
 * on a high level do not lose their deviation to rounding.
 *
 * @param image The pixels.
 * @returns The statistics.
 */
export function imageStatistics(image: Image): ImageStatistics {
  if (image.type === "int64" || image.type === "uint64") return longStatistics(image.pixels);
  return numberStatistics(image.pixels);
}

function numberStatistics(pixels: ArrayLike<number>): ImageStatistics {
  let missing = 0;
  let min = Infinity;
  let max = -Infinity;
  let finite = 0;
  let origin = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i]!;
    if (value !== value) {
      missing++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    if (value - value !== 0) continue;
    if (finite++ === 0) origin = value;
    const deviation = value - origin;
    sum += deviation;
    squares += deviation * deviation;
  }
  return result(pixels.length, missing, min, max, { finite, origin, sum, squares });
}

function longStatistics(pixels: BigInt64Array | BigUint64Array): ImageStatistics {
  let min = pixels[0] ?? 0n;
  let max = min;
  const origin = min;
  let sum = 0;
  let squares = 0;
  for (const value of pixels) {
    if (value < min) min = value;
    if (value > max) max = value;
    const deviation = Number(value - origin);
    sum += deviation;
    squares += deviation * deviation;
  }
  const finite = pixels.length;
  return result(finite, 0, exact(min), exact(max), {
    finite,
    origin: Number(origin),
    sum,
    squares,
  });
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function result(
  count: number,
  missing: number,
  min: number | bigint,
  max: number | bigint,
  sums: { finite: number; origin: number; sum: number; squares: number },
): ImageStatistics {
  const { finite, origin, sum, squares } = sums;
  const mean = finite === 0 ? NaN : sum / finite;
  return {
    count,
    undefined: missing,
    min: count === missing ? NaN : min,
    max: count === missing ? NaN : max,
    mean: origin + mean,
    stddev: Math.sqrt(Math.max(0, squares / finite - mean * mean)),
  };
}
