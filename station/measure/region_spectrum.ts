/** Spectra of regions: what their pixels have on average and together, plane by plane. */

import type { Hdu } from "../../fits/file/hdu.ts";
import { LimitError } from "../../net/errors.ts";
import { StoredPlane } from "../pyramid/stored_plane.ts";
import type { Region } from "../web/regions/shapes.ts";
import { type MeasureOptions, planeReader } from "./region_numbers.ts";
import { bandsOf, boxOf, valuesInside } from "./region_survey.ts";

/** Pixels that are read for one spectrum. */
const MAX_PIXELS = 2 ** 28;

/** What regions have along an axis. */
export interface RegionSpectrum {
  /** The mean of the pixels with a value; null where there is none. */
  readonly values: readonly (number | null)[];
  readonly sums: readonly (number | null)[];
  /** How many pixels have one. */
  readonly pixels: readonly number[];
}

/**
 * Measures regions along axis 3, or another beyond it.
 *
 * @param hdu The image.
 * @param place The place on axis 3 and those after it, from 0.
 * @param axis Which axis, from 3.
 * @param regions The regions on its pixels.
 * @param options What is waited for, and what ends the work.
 * @throws {LimitError} If they have too many pixels.
 */
export async function regionSpectrum(
  hdu: Hdu,
  place: readonly number[],
  axis: number,
  regions: readonly Region[],
  options: MeasureOptions,
): Promise<RegionSpectrum> {
  const length = hdu.shape[axis - 1]!;
  const box = boxOf(regions, new StoredPlane(hdu, place));
  const [values, sums, pixels]: [(number | null)[], (number | null)[], number[]] = [[], [], []];
  const size = box === undefined ? 0 : (box.right - box.left + 1) * (box.top - box.bottom + 1);
  if (size * length > MAX_PIXELS) {
    throw new LimitError(
      `The spectrum is of ${size * length} pixels, expected at most ${MAX_PIXELS}`,
    );
  }
  for (let at = 0; at < length; at++) {
    const plane = new StoredPlane(hdu, place.with(axis - 3, at));
    const { read } = planeReader(plane, options);
    let [sum, count] = [0, 0];
    for (const band of box === undefined ? [] : bandsOf(box)) {
      const inside = await valuesInside(regions, await read(band), band, options.pause);
      for (const value of inside) {
        if (!Number.isFinite(value)) continue;
        sum += value;
        count++;
      }
    }
    values.push(count === 0 || !Number.isFinite(sum) ? null : sum / count);
    sums.push(count === 0 || !Number.isFinite(sum) ? null : sum);
    pixels.push(count);
  }
  return { values, sums, pixels };
}
