/** The plane of an image that a request names; of a large one, every how many-th pixel. */

import { badValue } from "../http/fields/parameters.ts";
import type { Hdu } from "./file/hdu.ts";
import { ImagePlane } from "./file/plane.ts";
import { type AxisRange, resolveSection } from "./image/section.ts";

/** Which plane is meant, and how much of it is read. */
export interface PlaneChoice {
  /** The part of the image, as FITS writes it; it leaves one plane. */
  readonly section?: string | undefined;
  /** The place on axis 3 and those after it, from 0, where there is no section. */
  readonly place?: readonly number[] | undefined;
  /** Pixels that are read at most: of more, every how many-th is. */
  readonly mostPixels: number;
  readonly signal?: AbortSignal | undefined;
}

/** A plane, and whether it has every pixel that is meant. */
export interface ChosenPlane {
  readonly plane: ImagePlane;
  readonly exact: boolean;
}

/**
 * Finds the plane; nothing is read yet.
 *
 * @param hdu The image.
 * @param choice Which plane.
 * @throws {ParameterError} If the image has no such plane, or the section leaves several.
 * @throws {SectionError} If the section is not one of the image.
 * @throws {FormatError} If the image has a single axis.
 */
export function choosePlane(hdu: Hdu, choice: PlaneChoice): ChosenPlane {
  const { section, place, mostPixels, signal } = choice;
  if (section !== undefined && place !== undefined) {
    throw badValue("plane", place.map((at) => at + 1).join(","), "none beside a section");
  }
  const { ranges } = resolveSection(section, hdu.shape, hdu.data.title);
  const wanted: AxisRange[] = ranges.map((range, axis) => {
    if (section !== undefined || axis < 2) return range;
    const at = place?.[axis - 2] ?? 0;
    if (at >= hdu.shape[axis]!) {
      throw badValue("plane", String(at + 1), `1 to ${hdu.shape[axis]} of axis ${axis + 1}`);
    }
    return [at, at + 1, 1];
  });
  const whole = new ImagePlane(hdu, { section: wanted, signal });
  if (section !== undefined && whole.planes > 1) {
    throw badValue("section", section, `one that leaves one plane, it leaves ${whole.planes}`);
  }
  const pixels = whole.width * whole.height;
  if (pixels <= mostPixels) return { plane: whole, exact: true };
  const step = Math.ceil(Math.sqrt(pixels / mostPixels));
  const sparse = wanted.map(([start, stop, every = 1], axis): AxisRange =>
    whole.axes.includes(axis) ? [start, stop, every * step] : [start, stop, every]
  );
  return { plane: new ImagePlane(hdu, { section: sparse, signal }), exact: false };
}
