/** Numbers of the pixels in regions: `format=statistics&regions=`. */

import type { Hdu } from "../../fits/file/hdu.ts";
import { plainNumbers } from "../../fits/picture/scale/values.ts";
import { LimitError } from "../../net/errors.ts";
import type { StoredPlane } from "../pyramid/stored_plane.ts";
import { isBackground, withoutBackground } from "../web/regions/background.ts";
import { largeRegionStatistics } from "../web/regions/large_region.ts";
import type { PixelBox } from "../web/regions/shapes.ts";
import {
  type RegionPlane,
  type RegionStatistics,
  regionStatistics,
} from "../web/regions/statistics.ts";
import { boundsOf } from "../web/regions/shapes.ts";
import { WorldReadout } from "../web/sky/readout.ts";
import type { PlacedRegion } from "./regions_rule.ts";

/** Pixels of the boxes around all regions of one request. */
const MAX_PIXELS = 2 ** 30;
/** Pixels that are looked at before others have their turn. */
const BAND_PIXELS = 1 << 16;
/** Pixels of the box around a region whose values are sorted at once, which holds up all others. */
const SORTED_PIXELS = 1 << 16;

/** What is told of a region. */
export interface RegionNumbers {
  /** The region as it was given. */
  readonly region: string;
  /** Pixels with a value, and without one. */
  readonly pixels: number;
  readonly missing: number;
  readonly sum: number | null;
  readonly mean: number | null;
  readonly median: number | null;
  readonly stddev: number | null;
  readonly min: number | null;
  readonly max: number | null;
  /** The pixels of the least and the greatest value, from 1. */
  readonly minAt: readonly number[] | null;
  readonly maxAt: readonly number[] | null;
  /** Square seconds of arc of the pixels with a value; null without a sky. */
  readonly area: number | null;
  readonly centroid: readonly number[] | null;
  /** The mean of a pixel of the background, and the sum without it, where there is one. */
  readonly background?: number | null | undefined;
  readonly net?: number | null | undefined;
}

/** What is waited for after each band, and what ends the work. */
export interface MeasureOptions {
  readonly pause: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** How the values of a plane are read, a band at a time. */
export function planeReader(
  plane: StoredPlane,
  { pause, signal }: MeasureOptions,
): RegionPlane {
  return {
    width: plane.width,
    height: plane.height,
    read: async ({ left, right, bottom, top }) => {
      await pause();
      signal.throwIfAborted();
      const box = {
        ...{ x: left - 1, y: bottom - 1 },
        ...{ width: right - left + 1, height: top - bottom + 1 },
      };
      const { pixels } = await plane.hdu.image({ section: plane.sectionOf(box), signal });
      return plainNumbers(pixels);
    },
  };
}

/**
 * Measures regions of a plane.
 *
 * Pixels count whose centres are inside. Those of excluded regions are left out of all others;
 * what regions of the background have on average is taken from the sums of the others.
 *
 * @param hdu The image.
 * @param plane The plane.
 * @param regions The regions.
 * @param options What is waited for, and what ends the work.
 * @throws {LimitError} If they have too many pixels.
 */
export async function regionNumbers(
  hdu: Hdu,
  plane: StoredPlane,
  regions: readonly PlacedRegion[],
  options: MeasureOptions,
): Promise<RegionNumbers[]> {
  checkSize(regions, plane);
  const world = new WorldReadout(hdu.header);
  const frame = world.places("native", plane.place.map((at) => at + 1));
  const reader = planeReader(plane, options);
  const excluded = regions.flatMap(({ region }) => region.isExcluded ? [region] : []);
  const found: RegionStatistics[] = [];
  for (const { region } of regions) {
    const others = excluded.filter((other) => other !== region);
    found.push(await measured(region, reader, others, options.pause));
  }
  const isSky = regions.map(({ region }) => isBackground(region));
  const background = found.filter((_, i) => isSky[i]);
  return found.map((numbers, i) => {
    const { text, region } = regions[i]!;
    const scale = frame?.at(region.points[0]!)?.scale;
    const { pixels, missing, minAt, maxAt, centroid, ...rest } = numbers;
    const net = isSky[i] ? undefined : withoutBackground(numbers, background);
    return {
      region: text,
      ...{ pixels, missing },
      sum: finite(rest.sum),
      mean: finite(rest.mean),
      median: finite(rest.median),
      stddev: finite(rest.stddev),
      min: finite(rest.min),
      max: finite(rest.max),
      minAt: minAt ?? null,
      maxAt: maxAt ?? null,
      area: scale === undefined ? null : finite(pixels * (scale * 3600) ** 2),
      centroid: centroid ?? null,
      ...net === undefined ? {} : { background: finite(net.background), net: finite(net.net) },
    };
  });
}

async function measured(
  region: PlacedRegion["region"],
  reader: RegionPlane,
  excluded: readonly PlacedRegion["region"][],
  pause: MeasureOptions["pause"],
): Promise<RegionStatistics> {
  const box = boundsOf(region, reader.width, reader.height);
  const isLarge = box !== undefined && sizeOf(box) > SORTED_PIXELS;
  const measure = isLarge ? largeRegionStatistics : regionStatistics;
  return await measure(region, reader, { excluded, bandPixels: BAND_PIXELS, pause });
}

function checkSize(regions: readonly PlacedRegion[], { width, height }: StoredPlane): void {
  const pixels = regions.reduce((sum, { region }) => {
    const box = boundsOf(region, width, height);
    return sum + (box === undefined ? 0 : sizeOf(box));
  }, 0);
  if (pixels <= MAX_PIXELS) return;
  throw new LimitError(
    `The boxes around the regions have ${pixels} pixels, expected at most ${MAX_PIXELS}`,
  );
}

function sizeOf({ left, right, bottom, top }: PixelBox): number {
  return (right - left + 1) * (top - bottom + 1);
}

/** JSON has no NaN. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
