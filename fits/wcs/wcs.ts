/** World coordinates of pixels: the sky, the Sun, and spectral axes (FITS 4.0, section 8). */

import { FormatError } from "../../net/errors.ts";
import { type AxisDescription, describeAxis, type WcsAxis } from "./axes.ts";
import { invert, type Matrix, multiply, type NumberKeyword, readMatrix } from "./linear.ts";
import { makeProjection, type Pair, type Projection } from "./projections.ts";
import type { Distortion } from "./distortion.ts";
import { readSip } from "./sip.ts";
import { type SphereRotation, sphereRotation, wrap } from "./sphere.ts";
import { readTpv } from "./tpv.ts";

export type { WcsAxis, WcsAxisKind } from "./axes.ts";

/** What world coordinates are read from: a header, or anything that gives values by keyword. */
export interface WcsKeywords {
  /** The value of a keyword, or undefined. */
  get(keyword: string): unknown;
}

/** Which description of a header is read, and how pixels are counted. */
export interface ReadWcsOptions {
  /**
   * The letter of an alternate description, `A` to `Z`; without one the primary.
   */
  readonly alternate?: string | undefined;
  /**
   * The number of the first pixel: 0 as arrays count, or 1 as the keywords of the header and
   * sections such as `"1:100,1:50"` do.
   *
   * @default {0}
   */
  readonly origin?: 0 | 1 | undefined;
}

/** The celestial pair of axes. */
export interface WcsCelestial {
  /** The longitude axis, counted from 0. */
  readonly longitude: number;
  /** The latitude axis, counted from 0. */
  readonly latitude: number;
  /** What the longitude is: `RA`, `GLON`, `ELON`, `HPLN`, `CRLN` and so on. */
  readonly system: string;
  /** The code of the projection, such as `TAN`. */
  readonly projection: string;
  /** RADESYS, or undefined. */
  readonly frame: string | undefined;
  /** EQUINOX in years, or undefined. */
  readonly equinox: number | undefined;
}

/**
 * World coordinates of an image.
 *
 * Pixels are counted from 0, unless {@linkcode ReadWcsOptions.origin} is 1: the centre of
 * the first pixel is (0, 0), which is (1, 1) in the keywords of the header and in sections
 * such as `"1:100,1:50"`. Celestial coordinates are in degrees,
 * longitudes from 0 to 360, or from -180 to 180 where the Sun's disc is the
 * origin (HPLN, HGLN); spectral coordinates are in SI units; others are in the
 * header's own units. They stand in the order of the axes.
 */
export interface Wcs {
  /** The axes in the order of CTYPEi. */
  readonly axes: readonly WcsAxis[];
  /** The celestial pair of axes, or undefined. */
  readonly celestial: WcsCelestial | undefined;
  /** WCSNAME, or undefined. */
  readonly name: string | undefined;
  /**
   * The world coordinates of a pixel.
   *
   * @param pixel Pixel coordinates, axis 1 first, counted from the origin (0 by default);
   * missing ones are the first pixel.
   * @returns World coordinates; NaN where the projection has no point.
   */
  pixelToWorld(pixel: ArrayLike<number>): number[];
  /**
   * The pixel of world coordinates.
   *
   * @param world World coordinates, one for every axis.
   * @returns Pixel coordinates, axis 1 first, counted from the origin (0 by default); NaN where the projection has no point.
   * @throws {FormatError} If the header's matrix is singular.
   */
  worldToPixel(world: ArrayLike<number>): number[];
}

/** Axes that a header may have; keywords are looked up for each. */
const MAX_AXES = 99;

/**
 * Reads the world coordinates of a header.
 *
 * Known are the projections TAN, TPV, SIN (and NCP), ARC, STG, ZEA, ZPN, AZP, CAR,
 * CEA, MER, SFL (and GLS) and AIT, with PVi_m, LONPOLE and LATPOLE; SIP
 * distortions; PCi_j, CDi_j, CROTAi; CUNITi; helioprojective (HPLN/HPLT, and the
 * older SOLAR-X and SOLAR-Y), heliographic and Carrington coordinates; linear and
 * logarithmic spectral axes.
 *
 * @param header The header.
 * @param options Which description is read.
 * @returns The coordinates, or undefined if the header describes none.
 * @throws {FormatError} If the description contradicts itself, or names a
 * projection or algorithm that is unknown, or if the origin is neither 0 nor 1.
 *
 * @example The middle of a solar image
 * ```ts
 * import { readWcs } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const wcs = readWcs(new Map<string, unknown>([
 *   ["NAXIS", 2], ["CTYPE1", "HPLN-TAN"], ["CTYPE2", "HPLT-TAN"],
 *   ["CUNIT1", "arcsec"], ["CUNIT2", "arcsec"], ["CDELT1", 0.6], ["CDELT2", 0.6],
 *   ["CRPIX1", 2048.5], ["CRPIX2", 2048.5],
 * ]))!;
 * assertEquals(wcs.pixelToWorld([2047.5, 2047.5]), [0, 0]);
 * assertEquals(wcs.celestial?.system, "HPLN");
 * ```
 *
 * @example Pixels counted from 1, as sections count them
 * ```ts
 * import { readWcs } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const header = new Map<string, unknown>([["NAXIS", 1], ["CTYPE1", "X"], ["CRPIX1", 5]]);
 * assertEquals(readWcs(header)!.pixelToWorld([4]), [0]);
 * assertEquals(readWcs(header, { origin: 1 })!.pixelToWorld([5]), [0]);
 * ```
 */
export function readWcs(header: WcsKeywords, options: ReadWcsOptions = {}): Wcs | undefined {
  const letter = (options.alternate ?? "").trim().toUpperCase();
  if (!/^[A-Z]?$/.test(letter)) {
    throw new FormatError(
      `Cannot read world coordinates: the alternate is '${options.alternate}', expected A to Z`,
    );
  }
  const { origin: first = 0 } = options;
  if (first !== 0 && first !== 1) {
    throw new FormatError(
      `Cannot read world coordinates: the origin of pixels is ${first}, expected 0 or 1`,
    );
  }
  const number: NumberKeyword = (keyword) => numberOf(header.get(keyword + letter));
  const text = (keyword: string) => textOf(header.get(keyword + letter));
  const size = countAxes(header, letter);
  if (size === 0) return undefined;
  const axes = Array.from({ length: size }, (_, i) =>
    describeAxis(
      text(`CTYPE${i + 1}`) ?? "",
      text(`CUNIT${i + 1}`),
      text(`CNAME${i + 1}`),
    ));
  const longitude = axes.findIndex((axis) => axis.kind === "longitude");
  const latitude = axes.findIndex((axis) => axis.kind === "latitude");
  const paired = longitude >= 0 && latitude >= 0;
  const matrix = readMatrix(number, size, paired ? longitude : -1, paired ? latitude : -1);
  for (const [i, axis] of axes.entries()) {
    for (let j = 0; j < size; j++) matrix.rows[i * size + j]! *= axis.scale;
  }
  const origin = axes.map((axis, i) => (number(`CRVAL${i + 1}`) ?? 0) * axis.scale);
  return new Coordinates({
    axes,
    first,
    matrix,
    origin,
    name: text("WCSNAME"),
    reference: axes.map((_, i) => number(`CRPIX${i + 1}`) ?? 0),
    distortion: readSip((keyword) => numberOf(header.get(keyword))),
    sky: paired ? readSky(axes, origin, longitude, latitude, number) : undefined,
    frame: text("RADESYS") ?? textOf(header.get("RADECSYS")),
    equinox: number("EQUINOX"),
  });
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value.trim() : undefined;
}

/** WCSAXES or NAXIS, or more where keywords speak of more; 0 if no keyword describes an axis. */
function countAxes(header: WcsKeywords, letter: string): number {
  const announced = [
    numberOf(header.get(`WCSAXES${letter}`)) ?? 0,
    numberOf(header.get("NAXIS")) ?? 0,
  ].map((count) => Number.isInteger(count) && count > 0 ? Math.min(count, MAX_AXES) : 0);
  let described = 0;
  const most = Math.max(9, ...announced);
  for (let i = 1; i <= most; i++) {
    const names = [`CTYPE${i}`, `CRVAL${i}`, `CRPIX${i}`, `CDELT${i}`, `CD${i}_${i}`];
    if (names.some((name) => header.get(name + letter) !== undefined)) described = i;
  }
  return described === 0 ? 0 : Math.max(described, ...announced);
}

interface Sky {
  readonly longitude: number;
  readonly latitude: number;
  readonly system: string;
  readonly code: string;
  readonly projection: Projection;
  readonly rotation: SphereRotation;
  /** The plane's coordinates of the fiducial point (PVi_0). */
  readonly offset: Pair;
  /** The distortion of the plane (TPV). */
  readonly bend: Distortion | undefined;
}

function readSky(
  axes: readonly AxisDescription[],
  origin: readonly number[],
  longitude: number,
  latitude: number,
  number: NumberKeyword,
): Sky {
  const parameter = (axis: number) => (m: number) => number(`PV${axis + 1}_${m}`);
  const { type: system, code: given } = axes[longitude]!;
  if (axes[latitude]!.code !== given) {
    throw new FormatError(
      `Cannot read world coordinates: the axes have different projections ` +
        `('${axes[longitude]!.ctype}' and '${axes[latitude]!.ctype}')`,
    );
  }
  const oblique = given === "NCP";
  const bend = given === "TPV" ? readTpv(parameter(longitude), parameter(latitude)) : undefined;
  const code = oblique ? "SIN" : bend === undefined ? given : "TAN";
  const projection = makeProjection(
    code,
    oblique
      ? (m) => m === 2 ? 1 / Math.tan(origin[latitude]! * Math.PI / 180) : 0
      : parameter(latitude),
  );
  // In TPV the parameters of both axes are coefficients.
  const own = bend === undefined ? parameter(longitude) : () => undefined;
  const phi0 = own(1) ?? 0;
  const theta0 = own(2) ?? projection.theta0;
  const offset: Pair = [0, 0];
  if ((own(0) ?? 0) !== 0) projection.toPlane(phi0, theta0, offset);
  const rotation = sphereRotation({
    longitude: origin[longitude]!,
    latitude: origin[latitude]!,
    phi0,
    theta0,
    lonpole: own(3) ?? number("LONPOLE"),
    latpole: own(4) ?? number("LATPOLE"),
  });
  return { longitude, latitude, system, code: given, projection, rotation, offset, bend };
}

interface Description {
  /** The number of the first pixel; the header's own is 1. */
  readonly first: 0 | 1;
  readonly axes: readonly AxisDescription[];
  readonly matrix: Matrix;
  readonly origin: readonly number[];
  readonly reference: readonly number[];
  readonly distortion: Distortion | undefined;
  readonly sky: Sky | undefined;
  readonly name: string | undefined;
  readonly frame: string | undefined;
  readonly equinox: number | undefined;
}

class Coordinates implements Wcs {
  readonly axes: readonly WcsAxis[];
  readonly celestial: WcsCelestial | undefined;
  readonly name: string | undefined;
  readonly #of: Description;
  readonly #pair: Pair = [0, 0];
  #inverse: Matrix | undefined;

  constructor(description: Description) {
    this.#of = description;
    this.axes = description.axes.map(({ ctype, kind, unit, name }) => ({
      ctype,
      kind,
      unit,
      name,
    }));
    this.name = description.name;
    const { sky, frame, equinox } = description;
    this.celestial = sky && {
      longitude: sky.longitude,
      latitude: sky.latitude,
      system: sky.system,
      projection: sky.code,
      frame,
      equinox,
    };
  }

  pixelToWorld(pixel: ArrayLike<number>): number[] {
    const { first, reference, distortion, matrix, origin, axes, sky } = this.#of;
    const offsets = reference.map((center, j) => (pixel[j] ?? first) + (1 - first) - center);
    const pair = this.#pair;
    if (distortion !== undefined && offsets.length > 1) {
      distortion.apply(offsets[0]!, offsets[1]!, pair);
      [offsets[0], offsets[1]] = pair;
    }
    const plane = multiply(matrix, offsets);
    const world = plane.map((value, i) =>
      axes[i]!.code === "LOG" ? origin[i]! * Math.exp(value / origin[i]!) : origin[i]! + value
    );
    if (sky === undefined) return world;
    const { projection, rotation, offset, bend, longitude, latitude } = sky;
    pair[0] = plane[longitude]! + offset[0];
    pair[1] = plane[latitude]! + offset[1];
    bend?.apply(pair[0], pair[1], pair);
    projection.toNative(pair[0], pair[1], pair);
    rotation.toCelestial(pair[0], pair[1], pair);
    world[longitude] = this.#normal(pair[0]);
    world[latitude] = pair[1];
    return world;
  }

  worldToPixel(world: ArrayLike<number>): number[] {
    const { first, reference, distortion, matrix, origin, axes, sky } = this.#of;
    if (world.length !== axes.length) {
      throw new FormatError(
        `Cannot turn world coordinates into pixels: got ${world.length} coordinates, ` +
          `expected ${axes.length} (${axes.map(({ ctype }) => ctype).join(", ")})`,
      );
    }
    this.#inverse ??= invert(matrix);
    const plane = axes.map((axis, i) =>
      axis.code === "LOG" ? origin[i]! * Math.log(world[i]! / origin[i]!) : world[i]! - origin[i]!
    );
    const pair = this.#pair;
    if (sky !== undefined) {
      sky.rotation.toNative(world[sky.longitude]!, world[sky.latitude]!, pair);
      sky.projection.toPlane(pair[0], pair[1], pair);
      sky.bend?.undo(pair[0], pair[1], pair);
      plane[sky.longitude] = pair[0] - sky.offset[0];
      plane[sky.latitude] = pair[1] - sky.offset[1];
    }
    const offsets = multiply(this.#inverse, plane);
    if (distortion !== undefined && offsets.length > 1) {
      distortion.undo(offsets[0]!, offsets[1]!, pair);
      [offsets[0], offsets[1]] = pair;
    }
    return offsets.map((offset, j) => offset + reference[j]! - (1 - first));
  }

  #normal(longitude: number): number {
    const system = this.#of.sky!.system;
    const wrapped = wrap(longitude);
    if (system === "HPLN" || system === "HGLN" || wrapped >= 0) return wrapped;
    return wrapped + 360;
  }
}
