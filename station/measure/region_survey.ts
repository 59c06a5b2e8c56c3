/** The values in regions, a band at a time: what a histogram counts. */

import type { StoredPlane } from "../pyramid/stored_plane.ts";
import { boundsOf, isInside, type PixelBox, type Region } from "../web/regions/shapes.ts";
import { shapesByRow, TEST_STEPS } from "../web/regions/row_shapes.ts";
import { type MeasureOptions, planeReader } from "./region_numbers.ts";

/** Pixels that are looked at before others have their turn. */
const BAND_PIXELS = 1 << 16;

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
      for (const band of bandsOf(box)) {
        const pixels = await valuesInside(regions, await read(band), band, pause);
        yield { y: 0, width: pixels.length, height: 1, pixels };
      }
    },
  };
}

/** A box in parts of whole rows, the lowest first. */
export function* bandsOf(box: PixelBox): Generator<PixelBox, void> {
  const rows = Math.max(1, Math.floor(BAND_PIXELS / (box.right - box.left + 1)));
  for (let bottom = box.bottom; bottom <= box.top; bottom += rows) {
    yield { ...box, bottom, top: Math.min(box.top, bottom + rows - 1) };
  }
}

/**
 * The values of a box that are in some regions.
 *
 * @param regions The regions; excluded ones take their pixels away.
 * @param values The values of the box, its lowest row first.
 * @param box The box.
 * @param pause What is waited for between parts of the work: regions may be many.
 */
export async function valuesInside(
  regions: readonly Region[],
  values: ArrayLike<number>,
  { left, right, bottom, top }: PixelBox,
  pause: MeasureOptions["pause"],
): Promise<Float64Array<ArrayBuffer>> {
  const regionsOf = shapesByRow(regions, right, top);
  const inside = new Float64Array(values.length);
  const place: [x: number, y: number] = [0, 0];
  let [count, steps] = [0, 0];
  for (let y = bottom, from = 0; y <= top; y++) {
    const { shapes, steps: each } = regionsOf(y);
    const taken = shapes.filter(({ isExcluded }) => !isExcluded);
    const excluded = shapes.filter(({ isExcluded }) => isExcluded);
    for (let x = left; x <= right; x++, from++) {
      if ((steps += each) >= TEST_STEPS) {
        steps = 0;
        await pause();
      }
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
