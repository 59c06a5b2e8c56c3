/** Parts of images for other programs: FITS, npy, statistics, and places on the sky. */

import { cutout } from "../../fits/cutout/cutout.ts";
import { cutAxes } from "../../fits/cutout/ranges.ts";
import type { Hdu } from "../../fits/file/hdu.ts";
import { imageParts } from "../../fits/file/image_parts.ts";
import { readFileWcs } from "../../fits/file/wcs.ts";
import { encodeNpy, NPY_TYPES } from "../../fits/image/npy.ts";
import { PIXEL_ARRAYS, storedType } from "../../fits/image/pixels.ts";
import { resolveSection } from "../../fits/image/section.ts";
import { StatisticsOfParts } from "../../fits/image/statistics.ts";
import type { Wcs } from "../../fits/wcs/wcs.ts";
import type { Parameter } from "../../http/fields/parameters.ts";
import type { SkyFrame } from "../../fits/sky/frame.ts";
import { axesOf, turnSky } from "../measure/places.ts";
import type { OpenFits } from "./open_files.ts";
import { ProblemError } from "./problem.ts";
import { inSlices } from "../pyramid/slices.ts";

/** Bytes of pixels that are taken away at once. */
const MAX_BYTES = 256 << 20;
/** Pixels that statistics are of. */
const MAX_STATISTICS_PIXELS = 2 ** 30;
/** Axes of a place. */
const MAX_AXES = 100;

/** Numbers, one for each axis. */
export const PLACE: Parameter<readonly number[]> = {
  expected: "numbers for the axes, such as 10.5,20",
  read: (text) => {
    const parts = text.split(",");
    if (parts.length > MAX_AXES) return undefined;
    const numbers = parts.map((part) => part.trim() === "" ? NaN : Number(part));
    return numbers.every(Number.isFinite) ? numbers : undefined;
  },
};

/** A file that is saved under a name. */
export interface TakenAway {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly disposition: string;
}

/** A part of an image as a FITS file of its own. */
export async function takeFits(
  { fits, name }: OpenFits,
  hdu: Hdu,
  section: string | undefined,
  signal: AbortSignal,
): Promise<TakenAway> {
  checkSize(hdu, section);
  const cut = await cutout(fits, { hdu: hdu.index, section, signal });
  return { bytes: await cut.bytes(), disposition: attachment(name, "fits") };
}

/** The physical pixels of a part of an image as npy. */
export async function takeNpy(
  { name }: OpenFits,
  hdu: Hdu,
  section: string | undefined,
  signal: AbortSignal,
): Promise<TakenAway> {
  checkSize(hdu, section, 8);
  const { type, pixels, shape } = await hdu.image({ section, signal });
  const bytes = encodeNpy({ type: NPY_TYPES[type], shape, data: pixels });
  return { bytes, disposition: attachment(name, "npy") };
}

/**
 * Refuses what has too many pixels, before any is read.
 *
 * @param most Bytes that a pixel may come to; without it, as it is stored, in a cutout, which may
 * reach beyond the image.
 */
function checkSize(hdu: Hdu, section: string | undefined, most?: number): void {
  const { title } = hdu.data;
  const size = most ?? PIXEL_ARRAYS[storedType(hdu.bitpix)].BYTES_PER_ELEMENT;
  const lengths = most === undefined
    ? cutAxes(section, hdu.shape, title).map(({ count }) => count)
    : resolveSection(section, hdu.shape, title).shape;
  refuseLarge(lengths.reduce((product, length) => product * length, size));
}

function refuseLarge(bytes: number): void {
  if (bytes <= MAX_BYTES) return;
  throw new ProblemError(
    413,
    "too-large",
    `${bytes} bytes of pixels are asked for, expected at most ${MAX_BYTES}: ask for a section, ` +
      "or for the file itself below /files/",
    { parameter: "section" },
  );
}

/** The field Content-Disposition (RFC 6266), its name without what a system may misread. */
export function attachment(name: string, extension: string): string {
  const stem = name.replace(/(\.(fits?|fts|fz|gz|bz2|Z))+$/i, "") || "image";
  const plain = `${stem.replace(/[^\w.+-]/g, "_")}.${extension}`;
  return `attachment; filename="${plain}"; filename*=UTF-8''${
    encodeURIComponent(`${stem}.${extension}`)
  }`;
}

/** Statistics of a section, or of all of an image. */
export async function statisticsOf(
  hdu: Hdu,
  section: string | undefined,
  signal: AbortSignal,
): Promise<object> {
  const { shape } = resolveSection(section, hdu.shape, hdu.data.title);
  const pixels = shape.reduce((product, length) => product * length, 1);
  if (pixels > MAX_STATISTICS_PIXELS) {
    throw new ProblemError(
      413,
      "too-large",
      `the section has ${pixels} pixels, expected at most ${MAX_STATISTICS_PIXELS}`,
      { parameter: "section" },
    );
  }
  const parts = new StatisticsOfParts();
  const slice = inSlices();
  for await (const { image } of imageParts(hdu, { section, signal })) {
    signal.throwIfAborted();
    parts.add(image);
    await slice();
  }
  const { count, undefined: missing, infinite, min, max, mean, stddev } = parts.statistics;
  return { pixels: count, missing, infinite, min: exact(min), max: exact(max), mean, stddev };
}

/** Integers that a number of JSON cannot hold are text. */
function exact(value: number | bigint): number | string {
  return typeof value === "bigint" ? String(value) : value;
}

/** The world coordinates of a pixel, counted from 1; those of the sky in a frame. */
export async function worldOf(
  { fits }: OpenFits,
  hdu: Hdu,
  at: readonly number[],
  frame?: SkyFrame,
): Promise<object> {
  const wcs = await wcsOf(fits, hdu);
  checkAxes(at, wcs.axes.length, 1);
  const world = [...wcs.pixelToWorld(at, { origin: 1 })];
  if (frame !== undefined) turnSky(hdu, wcs, world, frame, "there");
  return { axes: axesOf(wcs, world, frame), problems: wcs.problems };
}

/** The pixel, counted from 1, of world coordinates; those of the sky in a frame. */
export async function pixelOf(
  { fits }: OpenFits,
  hdu: Hdu,
  at: readonly number[],
  frame?: SkyFrame,
): Promise<object> {
  const wcs = await wcsOf(fits, hdu);
  checkAxes(at, wcs.axes.length, wcs.axes.length);
  const world = [...at];
  if (frame !== undefined) turnSky(hdu, wcs, world, frame, "back");
  return { pixel: wcs.worldToPixel(world, { origin: 1 }), problems: wcs.problems };
}

async function wcsOf(fits: OpenFits["fits"], hdu: Hdu): Promise<Wcs> {
  const wcs = await readFileWcs(fits, hdu);
  if (wcs !== undefined) return wcs;
  throw new ProblemError(
    404,
    "not-found",
    `the header of HDU ${hdu.index} describes no world coordinates`,
    { parameter: "hdu" },
  );
}

function checkAxes(at: readonly number[], most: number, least: number): void {
  if (at.length <= most && at.length >= least) return;
  throw new ProblemError(
    400,
    "bad-value",
    `at has ${at.length} numbers, expected ${least === most ? most : `1 to ${most}`}`,
    { parameter: "at" },
  );
}
