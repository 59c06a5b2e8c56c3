/** World coordinates of pixels: the sky, the Sun, spectral and other axes (FITS 4.0, section 8). */

import { FormatError } from "../../net/errors.ts";
import { type AxisDescription, describeAxis, equinoxOf, type WcsAxis } from "./axes.ts";
import { type CelestialPart, plateCelestial, readCelestial } from "./celestial.ts";
import { Coordinates, type PixelOptions, type Wcs, type WcsCelestial } from "./coordinates.ts";
import { type WcsColumns, type WcsKeywords, WcsReader } from "./keywords/reader.ts";
import { readMatrix, readSteps } from "./linear.ts";
import { isPlate, type Plate, readPlate } from "./distortions/dss.ts";
import { correctionNeeds, readCorrections } from "./distortions/lookup.ts";
import { linearPart, logarithmicPart, unreadablePart, type WcsPart } from "./part.ts";
import { pixelDistortion } from "./distortions/pixels.ts";
import type { Distortion } from "./distortions/distortion.ts";
import { readSip } from "./distortions/sip.ts";
import { readSequent } from "./distortions/tpd.ts";
import { isSpectralCode, spectralPart } from "./spectral.ts";
import type { WcsNeed, WcsTables } from "./keywords/tables.ts";
import { readTabular, tabularNeeds } from "./tabular.ts";

export type { WcsAxis, WcsAxisKind } from "./axes.ts";
export type {
  FootprintOptions,
  PixelOptions,
  PointsOptions,
  Wcs,
  WcsCelestial,
} from "./coordinates.ts";
export type { WcsColumns, WcsKeywords, WcsProblem } from "./keywords/reader.ts";
export type {
  WcsArray,
  WcsColumnNeed,
  WcsImage,
  WcsImageNeed,
  WcsNeed,
  WcsTables,
} from "./keywords/tables.ts";

/** Which description of a header is read, and how pixels are counted. */
export interface ReadWcsOptions extends PixelOptions {
  /**
   * The letter of an alternate description, `A` to `Z`; without one the primary.
   */
  readonly alternate?: string | undefined;
  /**
   * The columns of a binary table that the coordinates are of, for the header of a table. The
   * values of columns of pixel coordinates, as they stand in the table, count from 1: they need
   * `origin: 1`.
   */
  readonly columns?: WcsColumns | undefined;
  /** What other HDUs gave, as {@linkcode wcsNeeds} lists it. */
  readonly tables?: WcsTables | undefined;
}

/** Axes that a header may have; keywords are looked up for each. */
const MAX_AXES = 99;

/**
 * Reads the world coordinates of a header.
 *
 * All projections of the standard are known (and NCP, GLS, TPV, TNX and ZPX), oblique and with
 * every PVi_m; PCi_j, CDi_j, CROTAi and the old PC001001; SIP; lookup tables and template polynomials; spectral axes by
 * every algorithm, logarithmic and tabular axes; helioprojective (HPLN/HPLT, and the older
 * SOLAR-X and SOLAR-Y), heliographic and Carrington coordinates. An axis that cannot be read
 * has no coordinates (NaN) and stands in `problems`; the others are not touched by it.
 *
 * Sources: FITS 4.0, section 8; Greisen & Calabretta 2002; Calabretta & Greisen 2002; Greisen
 * et al. 2006; Shupe et al. 2005.
 *
 * @param header The header.
 * @param options Which description is read.
 * @returns The coordinates, or undefined if the header describes none.
 * @throws {FormatError} If the letter of the alternate is none, or the origin is neither 0 nor 1.
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
 * assertEquals(wcs.pixelToWorld([2048.5, 2048.5], { origin: 1 }), [0, 0]);
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
  const reader = readerOf(header, options);
  const first = options.origin ?? 0;
  if (first !== 0 && first !== 1) {
    throw new FormatError(
      `Cannot read world coordinates: the origin of pixels is ${first}, expected 0 or 1`,
    );
  }
  if (options.columns === undefined && !options.alternate?.trim() && isPlate(reader)) {
    if (reader.has("CTYPE1")) {
      reader.problem("CTYPE1", "the plate solution of AMDXi and AMDYi is read in its stead");
    }
    return plateWcs(reader, first);
  }
  const size = countAxes(reader, options.columns);
  if (size === 0) return undefined;
  const described = describeAll(reader, size);
  const { axes, longitude, latitude } = described;
  const matrix = readMatrix(reader, size, longitude, latitude);
  for (const [i, { scale }] of axes.entries()) {
    for (let j = 0; j < size; j++) matrix.rows[i * size + j]! *= scale;
  }
  const origin = axes.map(({ scale }, i) => (reader.number(`CRVAL${i + 1}`) ?? 0) * scale);
  const reference = axes.map((_, i) => reader.number(`CRPIX${i + 1}`) ?? 0);
  const steps = readSteps(reader, size).map((step, i) => step * axes[i]!.scale);
  const sky = celestialOf(reader, described, origin);
  const parts = partsOf(reader, axes, origin, sky, options.tables);
  return new Coordinates({
    first,
    axes: axes.map((axis, i) => publicAxis(axis, parts.unreadable.has(i))),
    matrix,
    parts: parts.all,
    sky,
    celestial: sky && publicCelestial(reader, axes, sky),
    name: reader.text("WCSNAME"),
    reference,
    pixels: size < 2 ? undefined : pixelDistortion({
      detector: readCorrections(reader, "D2IMDIS", options.tables),
      sip: sipOf(reader, axes),
      lookup: readCorrections(reader, "CPDIS", options.tables),
      reference: [reference[0]!, reference[1]!],
    }),
    intermediate: readSequent(reader, steps, size),
    shape: [reader.plainNumber("NAXIS1"), reader.plainNumber("NAXIS2")],
    problems: reader.problems,
  });
}

/**
 * What the world coordinates of a header need of other HDUs: the columns of tabular axes and
 * the images of corrections. Without them those axes have no coordinates, and corrections are
 * left out; `problems` says so.
 *
 * @param header The header.
 * @param options Which description is read.
 * @returns What is needed; empty for most headers.
 */
export function wcsNeeds(header: WcsKeywords, options: ReadWcsOptions = {}): WcsNeed[] {
  const reader = readerOf(header, options);
  const size = countAxes(reader, options.columns);
  if (size === 0) return [];
  return [
    ...tabularNeeds(reader, describeAll(reader, size).axes),
    ...correctionNeeds(reader, "D2IMDIS").values(),
    ...correctionNeeds(reader, "CPDIS").values(),
  ];
}

/** The coordinates of a plate of the Digitized Sky Survey, whose header has nothing else. */
function plateWcs(reader: WcsReader, first: 0 | 1): Wcs {
  let plate: Plate;
  try {
    plate = readPlate(reader);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    reader.problem("PLTRAH", `${error.message}; the image has no coordinates`);
    return new Coordinates({
      first,
      axes: ["RA---DSS", "DEC--DSS"].map((ctype) => {
        return { ctype, kind: "unknown", unit: "", name: undefined, frame: undefined };
      }),
      matrix: { size: 2, rows: Float64Array.of(1, 0, 0, 1) },
      parts: [unreadablePart([0, 1])],
      ...{ sky: undefined, celestial: undefined, name: undefined },
      ...{ reference: [0, 0], pixels: undefined, intermediate: undefined },
      shape: [reader.plainNumber("NAXIS1"), reader.plainNumber("NAXIS2")],
      problems: reader.problems,
    });
  }
  const sky = plateCelestial(plate);
  const [x, y] = plate.scale;
  const equinox = equinoxOf(reader) ?? 2000;
  const axis = (kind: "longitude" | "latitude", ctype: string): WcsAxis => {
    return { ctype, kind, unit: "deg", name: undefined, frame: "FK5" };
  };
  return new Coordinates({
    first,
    axes: [axis("longitude", "RA---DSS"), axis("latitude", "DEC--DSS")],
    matrix: { size: 2, rows: Float64Array.of(x, 0, 0, y) },
    parts: [sky],
    sky,
    celestial: {
      ...{ longitude: 0, latitude: 1, system: "RA", projection: "DSS", frame: "FK5" },
      equinox,
    },
    name: undefined,
    reference: plate.reference,
    pixels: undefined,
    intermediate: undefined,
    shape: [reader.plainNumber("NAXIS1"), reader.plainNumber("NAXIS2")],
    problems: reader.problems,
  });
}

function readerOf(header: WcsKeywords, options: ReadWcsOptions): WcsReader {
  const letter = (options.alternate ?? "").trim().toUpperCase();
  if (!/^[A-Z]?$/.test(letter)) {
    throw new FormatError(
      `Cannot read world coordinates: the alternate is '${options.alternate}', expected A to Z`,
    );
  }
  return new WcsReader(header, letter, options.columns);
}

/** WCSAXES or NAXIS, or more where keywords speak of more; 0 if no keyword describes an axis. */
function countAxes(reader: WcsReader, columns: WcsColumns | undefined): number {
  if (columns?.list !== undefined) return Math.min(columns.list.length, MAX_AXES);
  const announced = [
    reader.number("WCSAXES") ?? 0,
    columns === undefined ? reader.plainNumber("NAXIS") ?? 0 : 0,
  ].map((count) => Number.isInteger(count) && count > 0 ? Math.min(count, MAX_AXES) : 0);
  let described = 0;
  const most = Math.max(9, ...announced);
  for (let i = 1; i <= most; i++) {
    const names = [`CTYPE${i}`, `CRVAL${i}`, `CRPIX${i}`, `CDELT${i}`, `CD${i}_${i}`];
    if (names.some((name) => reader.has(name))) described = i;
  }
  return described === 0 ? 0 : Math.max(described, ...announced);
}

interface Described {
  readonly axes: readonly AxisDescription[];
  /** The celestial pair, counted from 0; -1 without one. */
  readonly longitude: number;
  readonly latitude: number;
}

function describeAll(reader: WcsReader, size: number): Described {
  const axes = Array.from({ length: size }, (_, i) => describeAxis(reader, i));
  const sky = (kind: string) => axes.findIndex((axis) => axis.kind === kind && axis.code !== "TAB");
  const [longitude, latitude] = [sky("longitude"), sky("latitude")];
  const paired = longitude >= 0 && latitude >= 0;
  return { axes, longitude: paired ? longitude : -1, latitude: paired ? latitude : -1 };
}

function celestialOf(
  reader: WcsReader,
  { axes, longitude, latitude }: Described,
  origin: readonly number[],
): CelestialPart | undefined {
  if (longitude < 0) return undefined;
  try {
    return readCelestial(reader, axes, origin, longitude, latitude);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    reader.problem(`CTYPE${longitude + 1}`, `${error.message}; the two axes have no coordinates`);
    return undefined;
  }
}

/** Every axis in one part or another. */
function partsOf(
  reader: WcsReader,
  axes: readonly AxisDescription[],
  origin: readonly number[],
  sky: CelestialPart | undefined,
  tables: WcsTables | undefined,
): { all: WcsPart[]; unreadable: ReadonlySet<number> } {
  const all = [...readTabular(reader, axes, tables), ...(sky === undefined ? [] : [sky])];
  const taken = new Set(all.flatMap((part) => part.axes));
  const unreadable = new Set<number>();
  for (const [i, axis] of axes.entries()) {
    if (taken.has(i)) continue;
    const part = singlePart(reader, axis, i, origin[i]!);
    if (part === undefined) unreadable.add(i);
    else all.push(part);
  }
  if (unreadable.size > 0) all.push(unreadablePart([...unreadable]));
  return { all, unreadable };
}

/** A part of one axis, or undefined where its description cannot be read. */
function singlePart(
  reader: WcsReader,
  axis: AxisDescription,
  i: number,
  origin: number,
): WcsPart | undefined {
  const { kind, code, type } = axis;
  if (kind === "unknown" || code === "TAB") return undefined;
  if (code === "LOG") {
    if (origin !== 0) return logarithmicPart(i, origin);
    reader.problem(`CRVAL${i + 1}`, "a logarithmic axis cannot have 0 as its reference value");
    return undefined;
  }
  if (kind === "longitude" || kind === "latitude") {
    reader.problem(`CTYPE${i + 1}`, `'${axis.ctype}' stands alone; the axis has no coordinates`);
    return undefined;
  }
  if (kind !== "spectral" || !isSpectralCode(code)) return linearPart(i, origin);
  try {
    return spectralPart({
      axis: i,
      type,
      code,
      origin,
      restFrequency: reader.number("RESTFRQ") ?? reader.plainNumber("RESTFREQ"),
      restWavelength: reader.number("RESTWAV"),
      parameter: (m) => reader.number(`PV${i + 1}_${m}`),
    });
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    reader.problem(`CTYPE${i + 1}`, `${error.message}; the axis has no coordinates`);
    return undefined;
  }
}

/** A distortion that cannot be read: without it coordinates would be wrong. */
const UNKNOWN_DISTORTION: Distortion = {
  apply: (_u, _v, out) => void out.fill(NaN),
  undo: (_u, _v, out) => void out.fill(NaN),
};

function sipOf(reader: WcsReader, axes: readonly AxisDescription[]): Distortion | undefined {
  try {
    const sip = readSip((keyword) => reader.plainNumber(keyword));
    if (sip === undefined && axes.some((axis) => axis.sip)) {
      reader.problem("A_ORDER", "CTYPE announces SIP, but the header has no polynomials");
    }
    return sip;
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    reader.problem("A_ORDER", `${error.message}; axes 1 and 2 have no coordinates`);
    return UNKNOWN_DISTORTION;
  }
}

function publicAxis(axis: AxisDescription, unreadable: boolean): WcsAxis {
  const { ctype, kind, unit, name, frame, time } = axis;
  const read = { ctype, kind: unreadable ? "unknown" as const : kind, unit, name, frame };
  return time === undefined ? read : { ...read, time };
}

function publicCelestial(
  reader: WcsReader,
  axes: readonly AxisDescription[],
  { longitude, latitude, system, code }: CelestialPart,
): WcsCelestial {
  return {
    longitude,
    latitude,
    system,
    projection: code,
    frame: axes[longitude]!.frame,
    equinox: equinoxOf(reader),
  };
}
