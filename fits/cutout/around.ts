/** The part of an image around a point of the sky. */

import { FormatError } from "../../net/errors.ts";
import { type AxisRange, SectionError } from "../image/section.ts";
import type { Wcs } from "../wcs/wcs.ts";

/** A length on an image: in pixels, or in degrees of the sky. */
export interface CutSize {
  /** The length. */
  readonly value: number;
  /** What it is counted in. */
  readonly unit: "deg" | "pixel";
}

/** Where an image is cut. */
export interface AroundOptions {
  /** The lengths of the image's axes, axis 1 first. */
  readonly shape: readonly number[];
  /** Longitude and latitude in degrees, in the frame of the header. */
  readonly center: readonly [longitude: number, latitude: number];
  /** Width and height along the pixel axes, as {@linkcode parseCutSize} reads them. */
  readonly size: readonly [width: CutSize, height: CutSize];
}

/** Characters of a size at most. */
const MAX_TEXT = 100;
/** Parts of a pixel that a place is rounded to. */
const PLACES = 1e6;
/** Pixels of a side at most. */
const MAX_PIXELS = 1 << 30;

const SIZE = /^\s*(\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})\s*([a-z]*|'|''|"|\u2032|\u2033|\u00b0)\s*$/i;
/** Degrees of each unit; 0 is a pixel. */
const UNITS: Readonly<Record<string, number>> = {
  ...{ "": 0, px: 0, pix: 0, pixel: 0, pixels: 0 },
  ...{ deg: 1, d: 1, "\u00b0": 1, degree: 1, degrees: 1 },
  ...{ arcmin: 1 / 60, "'": 1 / 60, "\u2032": 1 / 60, m: 1 / 60 },
  ...{ arcsec: 1 / 3600, '"': 1 / 3600, "''": 1 / 3600, "\u2033": 1 / 3600, s: 1 / 3600 },
};

/**
 * Reads the size of a cutout.
 *
 * @param text Width and height, or one for both: `0.1deg`, `5arcmin,3arcmin`, `30"`, `5'`, or
 * pixels without a unit: `200,100`.
 * @returns Width and height.
 * @throws {FormatError} If it is no size.
 *
 * @example
 * ```ts
 * import { parseCutSize } from "@heliograph/heliograph/fits/cutout";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseCutSize("200"), [{ value: 200, unit: "pixel" }, { value: 200, unit: "pixel" }]);
 * assertEquals(parseCutSize("0.5deg,3'")[1], { value: 0.05, unit: "deg" });
 * ```
 */
export function parseCutSize(text: string): [width: CutSize, height: CutSize] {
  const words = text.slice(0, MAX_TEXT).split(",");
  const sizes = words.map((word): CutSize | undefined => {
    const [, number, letters = ""] = SIZE.exec(word) ?? [];
    const key = letters.toLowerCase();
    const unit = Object.hasOwn(UNITS, key) ? UNITS[key] : undefined;
    const value = Number(number);
    if (unit === undefined || !(value > 0)) return undefined;
    return unit === 0 ? { value, unit: "pixel" } : { value: value * unit, unit: "deg" };
  });
  const [width, height] = sizes.length === 1 ? [sizes[0], sizes[0]] : sizes;
  if (text.length <= MAX_TEXT && sizes.length <= 2 && width !== undefined && height !== undefined) {
    return [width, height];
  }
  throw new FormatError(
    `Cannot read the size '${text.slice(0, MAX_TEXT)}', expected W or W,H such as 0.1deg, ` +
      "5arcmin,3arcmin, 30arcsec, or pixels such as 200,100",
  );
}

/**
 * The section of an image around a point of the sky.
 *
 * The size is that along the pixel axes, by the scale at the reference pixel and rounded to whole
 * pixels; axes other than the celestial ones are taken whole. Places and rounding are those of
 * astropy's `Cutout2D`.
 *
 * @param wcs The coordinates of the image.
 * @param options The image's axes, the point and the size.
 * @returns Ranges for each axis, which may reach beyond the image.
 * @throws {SectionError} If the image cannot show the point.
 * @throws {FormatError} If the image has no celestial axes.
 */
export function sectionAround(
  wcs: Wcs,
  { shape, center: [longitude, latitude], size }: AroundOptions,
): AxisRange[] {
  const { celestial } = wcs;
  if (celestial === undefined) {
    throw new FormatError("Cannot cut around a point: the image has no celestial axes");
  }
  const world = wcs.pixelToWorld(wcs.axes.map(() => 0)).map((value) =>
    Number.isFinite(value) ? value : 0
  );
  world[celestial.longitude] = longitude;
  world[celestial.latitude] = latitude;
  const pixel = wcs.worldToPixel(world);
  const scale = wcs.pixelScale();
  const axes = [celestial.longitude, celestial.latitude].sort((a, b) => a - b);
  if (axes[1]! >= shape.length) {
    throw new FormatError(
      `Cannot cut around a point: the image has ${shape.length} axes, and the celestial ones are ` +
        axes.map((axis) => axis + 1).join(" and "),
    );
  }
  const ranges: AxisRange[] = shape.map((length) => [0, length]);
  for (const [i, axis] of axes.entries()) {
    // Without the last bits of the way through the sky, the middle of a pixel is no matter of luck.
    const at = Math.round(pixel[axis]! * PLACES) / PLACES;
    const { value, unit } = size[i]!;
    const count = roundEven(unit === "pixel" ? value : value / scale[axis]!);
    if (!Number.isFinite(at) || Math.abs(at) > MAX_PIXELS) {
      throw new SectionError(
        `Cannot cut around ${longitude},${latitude}: the image cannot show the point`,
      );
    }
    if (!(count >= 1 && count <= MAX_PIXELS)) {
      throw new SectionError(
        `Cannot cut around ${longitude},${latitude}: the size is ${count} pixels along axis ` +
          `${axis + 1}, expected 1 to ${MAX_PIXELS}`,
      );
    }
    const start = Math.ceil(at - count / 2);
    ranges[axis] = [start, start + count];
  }
  return ranges;
}

/** To the nearest integer; halves to the even one, as numpy rounds. */
function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
