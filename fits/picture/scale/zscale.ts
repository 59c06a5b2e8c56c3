/** IRAF's zscale: the contrast that shows a sky's noise. */

import { unitOfSquares } from "../../image/magnitude.ts";

/** How zscale takes its samples and fits its line; the defaults are IRAF's. */
export interface ZscaleOptions {
  /** How many values are looked at. @default {1000} */
  readonly samples?: number | undefined;
  /** How much steeper than the fitted line the scale is: smaller is more contrast. @default {0.25} */
  readonly contrast?: number | undefined;
}

/** The part of the samples that may be rejected. */
const MAX_REJECT = 0.5;
const MIN_SAMPLES = 5;
const REJECT_SIGMAS = 2.5;
const MAX_ITERATIONS = 5;

/**
 * The range around the median that a line fitted to the sorted values spans.
 *
 * @param samples Finite values; sorted in place, and changed.
 * @param contrast How much less steep than the scale the fitted line is.
 * @returns The limits, or (0, 0) if there is no value.
 */
export function zscaleOfSamples(
  samples: Float64Array,
  contrast: number,
): readonly [low: number, high: number] {
  samples.sort();
  const count = samples.length;
  if (count === 0) return [0, 0];
  const least = Math.max(MIN_SAMPLES, Math.floor(count * MAX_REJECT));
  const range: readonly [number, number] = [samples[0]!, samples[count - 1]!];
  // Squares of values leave the range of doubles long before the values do.
  const most = Math.max(Math.abs(range[0]), Math.abs(range[1]));
  const unit = unitOfSquares(most);
  if (unit !== 1) { for (let i = 0; i < count; i++) samples[i]! /= unit; }
  const { slope, good } = fitLine(samples, least);
  // A line without slope shows nothing: a sky of one value, with a few stars.
  if (good < least || !slope) return range;
  const steep = contrast > 0 ? slope / contrast : slope;
  const center = (count - 1) >> 1;
  const median = (samples[center]! + samples[count >> 1]!) / 2;
  return [
    Math.max(range[0], (median - (center - 1) * steep) * unit),
    Math.min(range[1], (median + (count - center) * steep) * unit),
  ];
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
