/** World coordinates as the commands of `fits` read and say them. */

import type { FitsFile, Hdu, SkyFrame, Wcs, WcsColumns } from "../../../fits/mod.ts";
import { FormatError } from "../../../net/errors.ts";
import { fixed } from "../../../net/text/decimal.ts";
import { printable } from "../../../net/text/printable.ts";
import { type CommandContext, UsageError } from "../../program/command.ts";
import { fits } from "../library.ts";

/** A point in a frame: longitude and latitude in degrees. */
export type Point = [longitude: number, latitude: number];

/** What a command works with: coordinates of an HDU and the frame that is wanted. */
export interface HduCoordinates {
  readonly wcs: Wcs;
  /** The frame of {@linkcode HduCoordinates.toFrame}; undefined if it has no known one. */
  readonly frame: SkyFrame | undefined;
  /** Turns coordinates of the header into the wanted frame, in place. */
  readonly toFrame: (point: Point) => void;
  /** Turns coordinates of the wanted frame into those of the header, in place. */
  readonly fromFrame: (point: Point) => void;
}

/** Decimals of degrees: a third of a milliarcsecond. */
const DEGREE_PLACES = 7;
/** Decimals of seconds of arc on the Sun, and of pixels. */
const PLACES = 4;
/** Figures of other coordinates, and of the size of a pixel. */
const FIGURES = 10;
/** Figures of times: seconds since a year long past, to the last that a double has. */
const TIME_FIGURES = 15;
const SCALE_FIGURES = 6;

/**
 * Reads the coordinates of an HDU, and says on standard error what is wrong with them.
 *
 * @param context The running command.
 * @param argument The file, for messages.
 * @param file The file.
 * @param hdu The HDU.
 * @param options The letter of an alternate description, and the columns of a table.
 * @returns The coordinates, or undefined if the header describes none.
 */
export async function readCoordinates(
  context: CommandContext,
  argument: string,
  file: FitsFile,
  hdu: Hdu,
  options: {
    readonly alternate?: string | undefined;
    readonly columns?: WcsColumns | undefined;
  } = {},
): Promise<Wcs | undefined> {
  const wcs = await fits.readFileWcs(file, hdu, options);
  for (const { keyword, reason } of wcs?.problems ?? []) {
    warn(context, argument, hdu, `${keyword}: ${reason}`);
  }
  return wcs;
}

function warn(context: CommandContext, argument: string, hdu: Hdu, message: string): void {
  context.report(printable(`${argument}: HDU ${hdu.index}: ${message}`));
}

/**
 * Finds the frame of coordinates and the way to the one that is wanted.
 *
 * @param context The running command.
 * @param argument The file, for messages.
 * @param hdu The HDU.
 * @param wcs Its coordinates.
 * @param wanted The frame that is wanted; without one, that of the header.
 * @returns The coordinates with the ways to the frame and back.
 * @throws {FormatError} If there is no way to the wanted frame; the message names the keyword.
 */
export function inFrame(
  context: CommandContext,
  argument: string,
  hdu: Hdu,
  wcs: Wcs,
  wanted: SkyFrame | undefined,
): HduCoordinates {
  const same = { wcs, toFrame: () => {}, fromFrame: () => {} };
  if (wcs.celestial === undefined) {
    if (wanted === undefined) return { ...same, frame: undefined };
    throw new FormatError(`${argument}: HDU ${hdu.index} has no celestial axes for --frame`);
  }
  let own: SkyFrame;
  try {
    own = fits.skyFrameOf(wcs.celestial, { obstime: yearOf(context, argument, hdu) });
  } catch (error) {
    if (!(error instanceof FormatError) || wanted !== undefined) throw error;
    warn(context, argument, hdu, error.message);
    return { ...same, frame: undefined };
  }
  if (wanted === undefined) return { ...same, frame: own };
  const observer = fits.needsObserver(own, wanted) ? fits.readSunObserver(hdu.header) : undefined;
  for (const assumption of observer?.assumed ?? []) warn(context, argument, hdu, assumption);
  if (observer !== undefined) context.detail(`observer by ${observer.used.join(", ")}`);
  const toFrame = fits.skyConversion({ ...own, observer }, wanted);
  const fromFrame = fits.skyConversion(wanted, { ...own, observer });
  return { wcs, frame: wanted, toFrame, fromFrame: hidden(own, wanted, fromFrame, toFrame) };
}

/** Degrees between a point of the Sun and what is seen in its direction: more is behind the Sun. */
const MAX_DEPARTURE = 0.01;

/** A place behind the Sun's limb is in no pixel, though its direction is that of one. */
function hidden(
  own: SkyFrame,
  wanted: SkyFrame,
  fromFrame: (point: Point) => void,
  toFrame: (point: Point) => void,
): (point: Point) => void {
  if (!/^(?:stonyhurst|carrington)$/.test(wanted.name)) return fromFrame;
  if (own.name !== "helioprojective" && own.name !== "radial") return fromFrame;
  return (point) => {
    const asked: Point = [...point];
    fromFrame(point);
    const seen: Point = [...point];
    toFrame(seen);
    if (!(fits.separation(asked, seen) < MAX_DEPARTURE)) point.fill(NaN);
  };
}

/** When the HDU was observed, in Julian years: places in FK4 depend on it. */
function yearOf(context: CommandContext, argument: string, hdu: Hdu): number | undefined {
  try {
    const observed = fits.observationDate(hdu.header);
    return observed && fits.julianYearOf(observed.date);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    context.detail(printable(`${argument}: HDU ${hdu.index}: ${error.message}`));
    return undefined;
  }
}

/** The name of a frame as `--frame` takes it. */
export function frameText({ name, equinox }: SkyFrame): string {
  return equinox === undefined ? name : `${name},${equinox}`;
}

/** A number for JSON: null where there is none. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/**
 * The celestial point of world coordinates in the wanted frame.
 *
 * @param coordinates The coordinates.
 * @param world World coordinates.
 * @returns The point, or undefined without celestial axes.
 */
export function skyPoint(
  { wcs, toFrame }: HduCoordinates,
  world: readonly number[],
): Point | undefined {
  if (wcs.celestial === undefined) return undefined;
  const point: Point = [world[wcs.celestial.longitude]!, world[wcs.celestial.latitude]!];
  toFrame(point);
  return point;
}

/**
 * A celestial point for a person: seconds of arc on the Sun's disc, degrees elsewhere, and the
 * sexagesimal form where it is usual.
 *
 * @param point Longitude and latitude in degrees.
 * @param frame Their frame, or undefined if it is not known.
 * @param name What is written behind it; by default the name of the frame.
 */
export function pointText(
  [longitude, latitude]: Readonly<Point>,
  frame?: SkyFrame,
  name: string = frame === undefined ? "" : `  ${frameText(frame)}`,
): string {
  if (!Number.isFinite(longitude)) return `none${name}`;
  if (frame?.name === "helioprojective") {
    return `${fixed(longitude * 3600, PLACES)} ${fixed(latitude * 3600, PLACES)} arcsec${name}`;
  }
  const degrees = `${fixed(longitude, DEGREE_PLACES)} ${fixed(latitude, DEGREE_PLACES)}`;
  const equatorial = frame !== undefined && /^(?:icrs|fk)/.test(frame.name);
  return `${degrees}${equatorial ? `  ${fits.formatSky(longitude, latitude)}` : ""}${name}`;
}

/** All world coordinates of a point for a person. */
export function worldText(coordinates: HduCoordinates, world: readonly number[]): string {
  const { wcs, frame } = coordinates;
  const point = skyPoint(coordinates, world);
  const texts = point === undefined ? [] : [pointText(point, frame)];
  for (const [i, { unit, ctype, name, time }] of wcs.axes.entries()) {
    if (i === wcs.celestial?.longitude || i === wcs.celestial?.latitude) continue;
    const count = time === undefined ? FIGURES : TIME_FIGURES;
    const value = Number.isFinite(world[i]) ? figures(world[i]!, count) : "none";
    const date = time?.toDate(world[i]!);
    const words = [value, unit, name ?? ctype, date && `${date} ${time?.scale}`];
    texts.push(printable(words.filter((text) => !!text).join(" ")));
  }
  return texts.join("  ");
}

/** A number with the figures that are worth it. */
export function figures(value: number, count: number = FIGURES): string {
  return `${Number(value.toPrecision(count))}`;
}

/** Pixel coordinates for a person. */
export function pixelText(pixel: readonly number[]): string {
  return pixel.map((value) =>
    Number.isFinite(value) ? `${Number(fixed(value, PLACES)) + 0}` : "none"
  ).join(",");
}

/** The middle of an image, in pixels counted from 1. */
export function middleOf(shape: readonly number[], axes: number): number[] {
  return Array.from({ length: axes }, (_, i) => ((shape[i] ?? 1) + 1) / 2);
}

/** The size of a pixel along the celestial axes in degrees, or undefined without them. */
export function celestialScale(wcs: Wcs): [number, number] | undefined {
  if (wcs.celestial === undefined) return undefined;
  const scale = wcs.pixelScale();
  return [scale[wcs.celestial.longitude]!, scale[wcs.celestial.latitude]!];
}

/** A small angle for a person. */
export function angleText(degrees: number): string {
  if (Math.abs(degrees) >= 1) return `${figures(degrees, SCALE_FIGURES)} deg`;
  return `${figures(degrees * 3600, SCALE_FIGURES)} arcsec`;
}

/** One axis as `--json` prints it: these names do not change. */
export interface AxisSummary {
  readonly axis: number;
  readonly ctype: string;
  readonly name: string | undefined;
  readonly unit: string;
  readonly pixels: number;
  /** The coordinate of the first pixel, along the middle of the other axes. */
  readonly first: number | null;
  readonly last: number | null;
}

/** Where each axis begins and ends. */
export function axesOf(wcs: Wcs, shape: readonly number[]): AxisSummary[] {
  const middle = middleOf(shape, wcs.axes.length);
  return wcs.axes.map(({ ctype, name, unit }, i) => {
    const pixels = shape[i] ?? 1;
    const at = (pixel: number) => {
      const world = wcs.pixelToWorld(middle.with(i, pixel), { origin: 1 });
      return finite(world[i]!);
    };
    return { axis: i + 1, ctype, name, unit, pixels, first: at(1), last: at(pixels) };
  });
}

/**
 * The frame that a flag names.
 *
 * @throws {UsageError} If it names none.
 */
export function frameFlag(text: string): SkyFrame {
  try {
    return fits.parseSkyFrame(text);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new UsageError(`--frame: ${error.message}`);
  }
}

/** Seconds of arc on the Sun's disc, as they are printed. */
const ARCSECONDS = /^\s*([-+]?[\d.]{1,30})(?:\s*,\s*|\s+)([-+]?[\d.]{1,30})\s*$/;

/**
 * Reads a point of the sky; sexagesimal longitudes are hours where they are right ascensions.
 *
 * @param text The point.
 * @param frame Its frame, or undefined if it is not known.
 * @param what Where the text stands, such as `--sky`.
 * @throws {UsageError} If it is no point.
 */
export function parsePoint(text: string, frame: SkyFrame | undefined, what: string): Point {
  const seconds = frame?.name === "helioprojective" ? ARCSECONDS.exec(text) : null;
  const [x, y] = (seconds ?? []).slice(1).map((word) => Number(word) / 3600);
  if (x !== undefined && y !== undefined && Math.abs(x) <= 180 && Math.abs(y) <= 90) return [x, y];
  try {
    return fits.parseSky(text, { hours: frame === undefined || /^(?:icrs|fk)/.test(frame.name) });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new UsageError(`${what}: ${error.message}`);
  }
}
