/** Values along lines of an image: spectra along an axis, profiles across a plane. */

import { readFileWcs } from "../../fits/file/wcs.ts";
import type { Hdu } from "../../fits/file/hdu.ts";
import type { AxisRange } from "../../fits/image/section.ts";
import { plainNumbers } from "../../fits/picture/scale/values.ts";
import { type Parameter, wholeNumber } from "../../http/fields/parameters.ts";
import { regionSpectrum } from "../measure/region_spectrum.ts";
import type { StoredPlane } from "../pyramid/stored_plane.ts";
import { inSlices } from "../pyramid/slices.ts";
import type { Region } from "../web/regions/shapes.ts";
import { WorldReadout } from "../web/sky/readout.ts";
import { separation } from "../../fits/sky/separation.ts";
import type { OpenFits } from "./open_files.ts";
import { ProblemError } from "./problem.ts";

/** Values of a spectrum or a profile. */
const MAX_VALUES = 1_000_000;

/** Some numbers, separated by commas. */
function numbersOf(count: number, expected: string): Parameter<readonly number[]> {
  return {
    expected,
    read: (text) => {
      const numbers = text.split(",").map((part) => part.trim() === "" ? NaN : Number(part));
      return numbers.length === count && numbers.every(Number.isFinite) ? numbers : undefined;
    },
  };
}

/** A pixel of a plane, from 1. */
export const SPOT: Parameter<readonly number[]> = numbersOf(2, "a pixel such as 10,20, from 1");
/** The two ends of a line, as pixels from 1. */
export const LINE: Parameter<readonly number[]> = numbersOf(4, "X1,Y1,X2,Y2 in pixels from 1");

/** Pixels across a line that are averaged. */
export const WIDTH: Parameter<number> = wholeNumber(1, 101);

/** Values along an axis. */
export interface Spectrum {
  /** The axis, such as `3`, what it is and its unit, as the header says. */
  readonly axis: number;
  readonly name: string;
  readonly unit: string;
  /** The world coordinate of each value; null where the header describes none. */
  readonly world: readonly (number | null)[];
  readonly values: readonly (number | null)[];
  /** Of regions: the sums, whose means are the values, and how many pixels have one. */
  readonly sums?: readonly (number | null)[] | undefined;
  readonly pixels?: readonly number[] | undefined;
}

/**
 * The values of a pixel, or the means of regions, along axis 3, or another beyond it.
 *
 * @param file The file.
 * @param hdu The image.
 * @param of The pixel of axes 1 and 2, from 1; or regions.
 * @param plane The place on axis 3 and those after it, from 0.
 * @param axis Which axis, from 3.
 * @param signal Ends the reading.
 */
export async function spectrumOf(
  file: OpenFits,
  hdu: Hdu,
  of: readonly number[] | readonly Region[],
  plane: readonly number[],
  axis: number,
  signal: AbortSignal,
): Promise<Spectrum> {
  const { shape } = hdu;
  const length = shape[axis - 1];
  if (axis < 3 || length === undefined) {
    const found = `axis ${axis} is asked for, the image has ${shape.length}`;
    throw new ProblemError(404, "not-found", found, { parameter: "axis" });
  }
  const regions = isRegions(of) ? of : undefined;
  const at = isRegions(of) ? [1, 1] : of;
  const pixel = [...at.map((value) => Math.round(value) - 1), ...plane];
  const outside = pixel.slice(0, 2).findIndex((value, i) => value < 0 || value >= shape[i]!);
  if (outside >= 0) {
    const found = `pixel ${at.join(",")} is asked for, axis ${outside + 1} has ${shape[outside]}`;
    throw new ProblemError(404, "not-found", found, { parameter: "at" });
  }
  if (length > MAX_VALUES) {
    throw new ProblemError(413, "too-large", `axis ${axis} has ${length} pixels`, {
      parameter: "axis",
    });
  }
  const measured = regions === undefined
    ? { values: await valuesAlong(hdu, pixel, axis, signal) }
    : await regionSpectrum(hdu, plane, axis, regions, { signal, pause: inSlices() });
  const wcs = await readFileWcs(file.fits, hdu);
  const described = wcs?.axes[axis - 1];
  const world = Array.from({ length }, (_, i) => {
    if (wcs === undefined || described === undefined) return null;
    const place = shape.map((_, j) => j === axis - 1 ? i + 1 : (pixel[j] ?? 0) + 1);
    return finite(wcs.pixelToWorld(place, { origin: 1 })[axis - 1]!);
  });
  const { ctype: name = "", unit = "" } = described ?? {};
  return { axis, name, unit, world, ...measured };
}

function isRegions(of: readonly number[] | readonly Region[]): of is readonly Region[] {
  return typeof of[0] === "object";
}

/** The values of a pixel along an axis. */
async function valuesAlong(
  hdu: Hdu,
  pixel: readonly number[],
  axis: number,
  signal: AbortSignal,
): Promise<(number | null)[]> {
  const section = hdu.shape.map((length, i): AxisRange =>
    i === axis - 1 ? [0, length] : [pixel[i] ?? 0, (pixel[i] ?? 0) + 1]
  );
  const { pixels } = await hdu.image({ section, signal });
  return Array.from(plainNumbers(pixels), Number).map(finite);
}

/** Values along a line. */
export interface Profile {
  /** How far each is from the first end, in pixels. */
  readonly distance: readonly number[];
  /** What `world` is: the distance from the first end. */
  readonly axis: "distance";
  /** Seconds of arc where the image has a sky, else pixels. */
  readonly unit: "arcsec" | "pixel";
  readonly world: readonly (number | null)[];
  readonly values: readonly (number | null)[];
}

/**
 * The values along a line, a pixel apart, each that of the pixel it lies in, or the mean of those
 * across the line.
 *
 * @param plane The plane.
 * @param line The two ends, from 1.
 * @param width Pixels across the line.
 * @param signal Ends the reading.
 */
export async function profileOf(
  plane: StoredPlane,
  [x1, y1, x2, y2]: readonly number[],
  width: number = 1,
  signal: AbortSignal,
): Promise<Profile> {
  const length = Math.hypot(x2! - x1!, y2! - y1!);
  const count = Math.floor(length) + 1;
  if (count * width > MAX_VALUES) {
    throw new ProblemError(413, "too-large", `the line is ${length} pixels long`, {
      parameter: "line",
    });
  }
  const [alongX, alongY] = length === 0 ? [1, 0] : [(x2! - x1!) / length, (y2! - y1!) / length];
  const exact = Array.from({ length: count }, (_, i) => {
    const part = count < 2 ? 0 : i / length;
    return [x1! + (x2! - x1!) * part, y1! + (y2! - y1!) * part] as const;
  });
  const lines = await Promise.all(Array.from({ length: width }, (_, i) => {
    const aside = i - (width - 1) / 2;
    const places = exact.map(([x, y]) => [
      Math.round(x - alongY * aside) - 1,
      Math.round(y + alongX * aside) - 1,
    ]);
    return valuesAt(plane, places, signal);
  }));
  const values = exact.map((_, i) => {
    const there = lines.map((line) => line[i]!).filter(Number.isFinite);
    const sum = there.reduce((sum, value) => sum + value, 0);
    return there.length === 0 ? null : finite(sum / there.length);
  });
  const distance = exact.map((_, i) => i);
  const sky = new WorldReadout(plane.hdu.header).places("native", plane.place.map((at) => at + 1));
  if (sky === undefined) {
    return { distance, axis: "distance", unit: "pixel", world: distance, values };
  }
  const start = sky.toWorld(exact[0]!);
  const world = exact.map((place) => finite(separation(start, sky.toWorld(place)) * 3600));
  return { distance, axis: "distance", unit: "arcsec", world, values };
}

/** The values of pixels, from 0; NaN beside the plane. */
async function valuesAt(
  plane: StoredPlane,
  places: readonly (readonly number[])[],
  signal: AbortSignal,
): Promise<number[]> {
  const inside = places.filter(([x, y]) =>
    x! >= 0 && y! >= 0 && x! < plane.width && y! < plane.height
  );
  if (inside.length === 0) return places.map(() => NaN);
  const [left, right] = ends(inside.map(([x]) => x!));
  // Row by row: of a long line no box that would be large.
  const rows = new Map<number, ArrayLike<number | bigint>>();
  for (const [, y] of inside) {
    if (rows.has(y!)) continue;
    const box = { x: left, y: y!, width: right - left + 1, height: 1 };
    signal.throwIfAborted();
    const { pixels } = await plane.hdu.image({ section: plane.sectionOf(box), signal });
    rows.set(y!, plainNumbers(pixels));
  }
  return places.map(([x, y]) => {
    const value = rows.get(y!)?.[x! - left];
    const isInside = x! >= left && x! <= right && value !== undefined;
    return isInside ? Number(value) : NaN;
  });
}

function ends(values: readonly number[]): readonly [least: number, most: number] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) [least, most] = [Math.min(least, value), Math.max(most, value)];
  return [least, most];
}

/** JSON has no NaN. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
