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
  const unit = finite === 0 ? 1 : unitOfSquares(Math.max(Math.abs(min), Math.abs(max)));
  if (unit !== 1) return extremeStatistics(pixels, unit);
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
  return result(pixels.length, missing, finite, { min, max, mean, variance });
}

/** Values so large or so small that their squares are no doubles. */
function extremeStatistics(pixels: ArrayLike<number>, unit: number): ImageStatistics {
  const { min, max, mean, stddev, ...counts } = numberStatistics(
    Float64Array.from(pixels, (value) => value / unit),
  );
  return {
    ...counts,
    min: Number(min) * unit,
    max: Number(max) * unit,
    mean: mean * unit,
    stddev: stddev * unit,
  };
}

function longStatistics(pixels: BigInt64Array | BigUint64Array): ImageStatistics {
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
  const variance = (squares - rest * rest / count) / count;
  return result(count, 0, count, {
    min: exact(min),
    max: exact(max),
    mean: Number(center) + rest / count,
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
  finite: number,
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
    infinite: count - missing - finite,
    min: finite === 0 ? NaN : min,
    max: finite === 0 ? NaN : max,
    mean,
    stddev: Math.sqrt(Math.max(0, variance)),
  };
}
