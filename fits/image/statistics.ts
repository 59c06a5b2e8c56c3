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
 * Deviations are taken from the mean in a second pass (of 64-bit integers, from the first
 * value), so that neither a small contrast on a high level nor a single bright pixel
 * costs figures.
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
  let sum = 0;
  for (let i = 0; i < pixels.length; i++) {
    const value = pixels[i]!;
    if (value !== value) {
      missing++;
      continue;
    }
    if (value < min) min = value;
    if (value > max) max = value;
    if (value - value !== 0) continue;
    finite++;
    sum += value;
  }
  const mean = sum / finite;
  let rest = 0;
  let squares = 0;
  for (let i = 0; i < pixels.length; i++) {
    const deviation = pixels[i]! - mean;
    if (deviation - deviation !== 0) continue;
    rest += deviation;
    squares += deviation * deviation;
  }
  // What rounding left of the sum of deviations, which should be none.
  const variance = (squares - rest * rest / finite) / finite;
  return result(pixels.length, missing, { min, max, mean, variance });
}

function longStatistics(pixels: BigInt64Array | BigUint64Array): ImageStatistics {
  const origin = pixels[0] ?? 0n;
  let min = origin;
  let max = origin;
  let sum = 0;
  let squares = 0;
  for (const value of pixels) {
    if (value < min) min = value;
    if (value > max) max = value;
    const deviation = Number(value - origin);
    sum += deviation;
    squares += deviation * deviation;
  }
  const count = pixels.length;
  const mean = sum / count;
  const variance = squares / count - mean * mean;
  return result(count, 0, {
    min: exact(min),
    max: exact(max),
    mean: Number(origin) + mean,
    variance,
  });
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function result(
  count: number,
  missing: number,
  { min, max, mean, variance }: {
    min: number | bigint;
    max: number | bigint;
    mean: number;
    variance: number;
  },
): ImageStatistics {
  return {
    count,
    undefined: missing,
    min: count === missing ? NaN : min,
    max: count === missing ? NaN : max,
    mean,
    stddev: Math.sqrt(Math.max(0, variance)),
  };
}
