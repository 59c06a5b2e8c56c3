/**
 * CANNY.
 *
 * @module
 */

import { define, type NamedRoutine } from "../../routines/define.ts";
import { refuse } from "../../values/error.ts";
import { describeValue } from "../../values/promotion.ts";
import type { CallContext, LanguageKeywords } from "../../routines/routine.ts";
import { IdlType, type IdlValue } from "../../values/value.ts";
import { doublesOf, numberOf, real, scratch } from "../../routines/arguments.ts";

/** The widest Gaussian that smooths, in pixels. */
const MAX_SIGMA = 50;

/** Steps of the histogram of gradients from which thresholds are taken. */
const STEPS = 4096;

/**
 * IDL manual, "CANNY": smoothed by a Gaussian, the ridges of the gradient that are above a high
 * threshold, and what above a low one is connected to them.
 */
function canny(
  [image]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = real(image!, context);
  if (value.shape.length !== 2) {
    refuse(`Cannot find the edges of ${describeValue(value)}: it must have two dimensions`);
  }
  const [width, height] = value.shape as [number, number];
  const sigma = numberOf(keywords, "sigma") ?? 0.6;
  const high = numberOf(keywords, "high") ?? 0.8;
  const low = numberOf(keywords, "low") ?? 0.4;
  if (!(sigma >= 0 && sigma <= MAX_SIGMA)) {
    refuse(`Cannot smooth by ${sigma}: expected 0 to ${MAX_SIGMA}`);
  }
  if (!(low >= 0 && low <= high && high <= 1)) {
    refuse(`Cannot use LOW ${low} and HIGH ${high}: expected 0 to 1, and LOW not above HIGH`);
  }
  const count = width * height;
  const smoothed = smoothedBy(doublesOf(value, context), width, height, sigma, context);
  const sizes = scratch(count, context);
  const ridges = scratch(count, context);
  context.work(60 * count);
  gradients(smoothed, width, height, sizes, ridges);
  const threshold = quantile(sizes, high);
  const out = context.allocate(IdlType.BYTE, value.shape);
  const list = context.allocate(IdlType.LONG, [count]).data as Int32Array;
  follow({ ridges, width, height, list }, threshold, low * threshold, out.data as Uint8Array);
  return out;
}

/** Smooths along both axes; elements at the edges are repeated. */
function smoothedBy(
  data: Float64Array,
  width: number,
  height: number,
  sigma: number,
  context: CallContext,
): Float64Array {
  if (sigma === 0) return data;
  const half = Math.max(1, Math.ceil(3 * sigma));
  const weights = Float64Array.from(
    { length: 2 * half + 1 },
    (_, i) => Math.exp(-((i - half) ** 2) / (2 * sigma * sigma)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const across = scratch(width * height, context);
  const out = scratch(width * height, context);
  for (let y = 0; y < height; y++) {
    context.work(2 * width * weights.length);
    for (let k = -half; k <= half; k++) {
      const weight = weights[k + half]! / sum;
      for (let x = 0; x < width; x++) {
        const from = Math.min(width - 1, Math.max(0, x + k));
        across[y * width + x]! += weight * data[y * width + from]!;
      }
    }
  }
  for (let y = 0; y < height; y++) {
    context.work(2 * width * weights.length);
    for (let k = -half; k <= half; k++) {
      const weight = weights[k + half]! / sum;
      const from = width * Math.min(height - 1, Math.max(0, y + k));
      for (let x = 0; x < width; x++) out[y * width + x]! += weight * across[from + x]!;
    }
  }
  return out;
}

/** The sizes of the gradient, and where they are not less than on both sides along it. */
function gradients(
  d: Float64Array,
  width: number,
  height: number,
  sizes: Float64Array,
  ridges: Float64Array,
): void {
  const slope = (i: number, w: number): readonly [number, number] => [
    d[i - w + 1]! + 2 * d[i + 1]! + d[i + w + 1]! - d[i - w - 1]! - 2 * d[i - 1]! - d[i + w - 1]!,
    d[i + w - 1]! + 2 * d[i + w]! + d[i + w + 1]! - d[i - w - 1]! - 2 * d[i - w]! - d[i - w + 1]!,
  ];
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
      const [gx, gy] = slope(i, width);
      sizes[i] = Math.sqrt(gx * gx + gy * gy);
    }
  }
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * width + 1; i < (y + 1) * width - 1; i++) {
      const size = sizes[i]!;
      if (size === 0) continue;
      const [gx, gy] = slope(i, width);
      const flat = Math.abs(gy) < 0.41421356 * Math.abs(gx);
      const steep = Math.abs(gy) > 2.41421356 * Math.abs(gx);
      const step = flat ? 1 : steep ? width : gx * gy > 0 ? width + 1 : width - 1;
      if (size > sizes[i - step]! && size >= sizes[i + step]!) ridges[i] = size;
    }
  }
}

/** The size below which a part of the sizes lies. */
function quantile(sizes: Float64Array, part: number): number {
  let most = 0;
  for (let i = 0; i < sizes.length; i++) if (sizes[i]! > most) most = sizes[i]!;
  if (most === 0 || !Number.isFinite(most)) return Infinity;
  const counts = new Float64Array(STEPS + 1);
  for (let i = 0; i < sizes.length; i++) counts[Math.floor(STEPS * sizes[i]! / most)]!++;
  let below = 0;
  for (let step = 0; step <= STEPS; step++) {
    below += counts[step]!;
    if (below >= part * sizes.length) return most * (step + 1) / STEPS;
  }
  return most;
}

interface Ridges {
  readonly ridges: Float64Array;
  readonly width: number;
  readonly height: number;
  /** Memory for the elements that are to be looked at. */
  readonly list: Int32Array;
}

/** Marks ridges above the high threshold, and from them on those above the low one. */
function follow(
  { ridges, width, list }: Ridges,
  high: number,
  low: number,
  out: Uint8Array,
): void {
  let top = 0;
  for (let i = 0; i < ridges.length; i++) {
    if (ridges[i]! > 0 && ridges[i]! >= Math.min(high, Number.MAX_VALUE)) {
      out[i] = 1;
      list[top++] = i;
    }
  }
  while (top > 0) {
    const i = list[--top]!;
    // Ridges are inside the edges, so that all neighbours exist.
    for (let dy = -width; dy <= width; dy += width) {
      for (let dx = -1; dx <= 1; dx++) {
        const j = i + dy + dx;
        if (out[j] === 1 || !(ridges[j]! > 0 && ridges[j]! >= low)) continue;
        out[j] = 1;
        list[top++] = j;
      }
    }
  }
}

/** The routine of this file. */
export const CANNY: readonly NamedRoutine[] = [
  define("canny(image, HIGH=, LOW=, SIGMA=)", {
    summary: "1 where an edge is, by Canny's way, else 0",
    departs:
      "HIGH is the part of the gradients below the upper threshold, LOW the lower one's part of it",
    sketch: ([x]) => {
      const { count = 1, shape } = x ?? {};
      return { count, shape, bytes: 40, operations: 150 * count };
    },
    run: canny,
  }),
];
