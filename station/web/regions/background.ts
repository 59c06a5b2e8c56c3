/** Regions of the background: what they have on average is taken from the sums of others. */

import type { Region } from "./shapes.ts";
import type { RegionStatistics } from "./statistics.ts";

/** A sum without the background. */
export interface NetSum {
  /** The mean of a pixel of the background. */
  readonly background: number;
  /** The sum without it. */
  readonly net: number;
}

/**
 * Whether a region is one of the background: DS9 says `background`, or `source=0`; a tag may say
 * it, too.
 */
export function isBackground({ properties }: Pick<Region, "properties">): boolean {
  return properties.some(([name, value]) =>
    name === "background" && value !== "0" || name === "source" && value === "0" ||
    name === "tag" && value.toLowerCase() === "background"
  );
}

/**
 * The sum of a region without the background.
 *
 * @param region The region.
 * @param background All regions of the background: each of their pixels counts alike.
 * @returns Undefined where there is none.
 */
export function withoutBackground(
  region: Pick<RegionStatistics, "sum" | "pixels">,
  background: readonly Pick<RegionStatistics, "sum" | "pixels">[],
): NetSum | undefined {
  const pixels = background.reduce((sum, { pixels }) => sum + pixels, 0);
  if (pixels === 0) return undefined;
  const mean = background.reduce((sum, { sum: part }) => sum + part, 0) / pixels;
  return { background: mean, net: region.sum - mean * region.pixels };
}
