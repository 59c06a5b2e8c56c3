/** The values in regions, a band at a time: what a histogram counts. */

import type { StoredPlane } from "../pyramid/stored_plane.ts";
import { boundsOf, isInside, type PixelBox, type Region } from "../web/regions/shapes.ts";
import { type MeasureOptions, planeReader } from "./region_numbers.ts";

/** Pixels that are looked at before others have their turn. */
const BAND_PIXELS = 1 << 18;

/** Values in parts, to be gone through more than once. */
export interface RegionSurvey {
  readonly width: number;
  readonly height: number;
  readonly exact: true;
  /** The values whose pixels are inside, as parts of one row. */
  parts(signal?: AbortSignal): AsyncGenerator<
    {
      readonly y: number;
      readonly width: number;
      readonly height: number;
      readonly pixels: Float64Array<ArrayBuffer>;
    },
    void
  >;
}

/**
 * The values in some regions: a pixel in two of them counts once, one in an excluded one never.
 *
 * @param plane The plane.
 * @param regions The regions.
 * @param pause What is waited for after each part.
 */
export function regionSurvey(
  plane: StoredPlane,
  regions: readonly Region[],
  pause: MeasureOptions["pause"],
): RegionSurvey {
  const box = boxOf(regions, plane);
  const { width, height } = plane;
  return {
    ...{ width, height, exact: true as const },
    async *parts(signal = new AbortController().signal) {
      if (box === undefined) return;
      const { read } = planeReader(plane, { pause, signal });
      const across = box.right - box.left + 1;
      const rows = Math.max(1, Math.floor(BAND_PIXELS / across));
      for (let bottom = box.bottom; bottom <= box.top; bottom += rows) {
        const top = Math.min(box.top, bottom + rows - 1);
        const band = await read({ ...box, bottom, top });
        const pixels = valuesInside(regions, band, { ...box, bottom, top });
        yield { y: 0, width: pixels.length, height: 1, pixels };
      }
    },
  };
}

/**
 * The values of a box that are in some regions.
 *
 * @param regions The regions; excluded ones take their pixels away.
 * @param values The values of the box, its lowest row first.
 * @param box The box.
 */
export function valuesInside(
  regions: readonly Region[],
  values: ArrayLike<number>,
  { left, right, bottom, top }: PixelBox,
): Float64Array<ArrayBuffer> {
  const taken = regions.filter(({ isExcluded }) => !isExcluded);
  const excluded = regions.filter(({ isExcluded }) => isExcluded);
  const inside = new Float64Array(values.length);
  const place: [x: number, y: number] = [0, 0];
  let count = 0;
  for (let y = bottom, from = 0; y <= top; y++) {
    for (let x = left; x <= right; x++, from++) {
      [place[0], place[1]] = [x, y];
      if (!taken.some((region) => isInside(region, place))) continue;
      if (excluded.some((region) => isInside(region, place))) continue;
      inside[count++] = values[from]!;
    }
  }
  return inside.subarray(0, count);
}

/**
 * The box of pixels around regions.
 *
 * @param regions The regions; excluded ones are beside it.
 * @param plane The plane.
 * @returns Undefined if all are beside the plane.
 */
export function boxOf(
  regions: readonly Region[],
  { width, height }: Pick<StoredPlane, "width" | "height">,
): PixelBox | undefined {
  const boxes = regions.filter(({ isExcluded }) => !isExcluded)
    .flatMap((region) => boundsOf(region, width, height) ?? []);
  return boxes.length === 0 ? undefined : boxes.reduce((all, box) => ({
    left: Math.min(all.left, box.left),
    right: Math.max(all.right, box.right),
    bottom: Math.min(all.bottom, box.bottom),
    top: Math.max(all.top, box.top),
  }));
}
