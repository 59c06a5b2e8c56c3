/** The pixel values that become black and white: minmax, percentiles, and IRAF's zscale. */

import { FormatError } from "../../net/errors.ts";
import { type Limits, LimitSearch } from "./scale/search.ts";
import type { PixelValues } from "./scale/values.ts";
import type { ZscaleOptions } from "./scale/zscale.ts";

export type { Limits } from "./scale/search.ts";
export type { PixelValues } from "./scale/values.ts";
export type { ZscaleOptions } from "./scale/zscale.ts";

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
  return searchAll(new LimitSearch(limits, pixels.length, 1), pixels);
}

/** The least and the greatest finite value, or (0, 0) if there is none. */
export function minmax(pixels: PixelValues): readonly [low: number, high: number] {
  return findLimits(pixels, "minmax");
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
  return findLimits(pixels, `percentile:${percent}`);
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
  return searchAll(new LimitSearch("zscale", pixels.length, 1, options), pixels);
}

function searchAll(search: LimitSearch, pixels: PixelValues): readonly [number, number] {
  const part = { x: 0, y: 0, width: pixels.length, height: 1, pixels };
  while (search.needsPass) {
    search.add(part);
    search.endPass();
  }
  return search.limits;
}
