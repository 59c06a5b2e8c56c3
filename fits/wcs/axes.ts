/** What the axes of world coordinates are: CTYPEi, CUNITi and their older forms (FITS 4.0, section 8). */

import type { WcsReader } from "./keywords/reader.ts";
import { isProjection } from "./projections.ts";
import { isSpectralCode, spectralUnit } from "./spectral.ts";
import { readTimes, type WcsTime } from "./times.ts";
import { unitRatio } from "./keywords/units.ts";

/** What a world coordinate measures; `unknown` is what cannot be read, and has no values. */
export type WcsAxisKind = "longitude" | "latitude" | "spectral" | "time" | "linear" | "unknown";

/** One axis of world coordinates. */
export interface WcsAxis {
  /** CTYPEi as in the header, without spaces at its end. */
  readonly ctype: string;
  /** What it measures. */
  readonly kind: WcsAxisKind;
  /** The unit of the values: `deg` for celestial axes, SI for spectral ones, else CUNITi. */
  readonly unit: string;
  /** CNAMEi, or undefined. */
  readonly name: string | undefined;
  /**
   * What the values refer to: RADESYS or its default for celestial axes, SPECSYS for spectral
   * ones, the time scale for times; undefined where the header does not say.
   */
  readonly frame: string | undefined;
  /** What the values of a time axis mean, and their dates. */
  readonly time?: WcsTime | undefined;
}

/** An axis with what is needed to compute it. */
export interface AxisDescription extends WcsAxis {
  /** The first part of CTYPEi, such as `RA` or `HPLN`. */
  readonly type: string;
  /** The projection or algorithm of CTYPEi, or an empty text. */
  readonly code: string;
  /** How many `unit` the header's unit is. */
  readonly scale: number;
  /** Whether a distortion of pixels by SIP is announced. */
  readonly sip: boolean;
}

/** Codes of celestial axes that are projections with a distortion, or old names. */
const OTHER_PROJECTIONS: ReadonlySet<string> = new Set(["NCP", "GLS", "TPV", "TNX", "ZPX"]);

/** Time scales that may stand in CTYPEi (FITS 4.0, table 30). */
const TIME_SCALES =
  /^(?:TIME|TAI|TT|TDT|ET|IAT|UT1|UTC|GMT|TCG|TCB|TDB|LOCAL|UT|GPS)(?:\([A-Z0-9]{1,16}\))?$/;

/** AIPS' spectral types: what they are today, and their frames (FITS 4.0, section 8.4). */
const AIPS_FRAMES: Readonly<Record<string, string>> = {
  LSR: "LSRK",
  LSRK: "LSRK",
  LSRD: "LSRD",
  HEL: "BARYCENT",
  OBS: "TOPOCENT",
};

/** The frames of VELREF, counted from 1. */
const VELREF_FRAMES: readonly string[] = [
  ...["LSRK", "BARYCENT", "TOPOCENT", "LSRD", "GEOCENTR", "SOURCE", "GALACTOC"],
];

/**
 * Reads what one axis is; what cannot be read is noted as a problem.
 *
 * @param reader The keywords.
 * @param axis The axis, counted from 0.
 */
export function describeAxis(reader: WcsReader, axis: number): AxisDescription {
  const ctype = reader.text(`CTYPE${axis + 1}`) ?? reader.timeColumn(axis) ?? "";
  const cunit = reader.text(`CUNIT${axis + 1}`) ?? reader.columnUnit(axis) ?? "";
  const name = reader.text(`CNAME${axis + 1}`);
  const common = { ctype, name, sip: false };
  const solar = /^solar[-_ ]?([xy])\b/i.exec(ctype);
  if (solar !== null) {
    const longitude = solar[1]!.toUpperCase() === "X";
    const celestial = {
      kind: longitude ? "longitude" as const : "latitude" as const,
      type: longitude ? "HPLN" : "HPLT",
      code: "TAN",
      frame: undefined,
    };
    // Files older than CUNITi gave heliocentric coordinates in seconds of arc.
    return inUnit(reader, axis, { ...common, ...celestial }, cunit || "arcsec", "deg");
  }
  const { type, code, suffix } = splitCtype(ctype);
  const kind = code === "" ? undefined : celestialKind(type);
  if (kind !== undefined) {
    const axisOf = {
      ...common,
      kind,
      type,
      code,
      frame: celestialFrame(reader, type),
      sip: suffix === "SIP",
    };
    if (code !== "TAB" && code !== "LOG" && !OTHER_PROJECTIONS.has(code) && !isProjection(code)) {
      return unknown(reader, axis, axisOf, `'${code}' of '${ctype}' is no known projection`);
    }
    return inUnit(reader, axis, axisOf, cunit, "deg");
  }
  const spectral = spectralAxis(reader, axis, ctype, type, code);
  if (spectral !== undefined) {
    const axisOf = { ...common, kind: "spectral" as const, ...spectral };
    if (!["", "LOG", "TAB"].includes(axisOf.code) && !isSpectralCode(axisOf.code)) {
      return unknown(reader, axis, axisOf, `'${code}' of '${ctype}' is no known algorithm`);
    }
    return inUnit(reader, axis, axisOf, cunit, spectralUnit(axisOf.type)!);
  }
  if (isProjection(code)) {
    // `LONG-TAN` of Chandra's detectors: a plane, but of no sphere that has a name.
    const axisOf = { ...common, kind: "linear" as const, type, code, frame: undefined };
    return unknown(reader, axis, axisOf, `'${ctype}' is a projection of no known sphere`);
  }
  if (code !== "" && code !== "LOG" && code !== "TAB") {
    // Something else that happens to look like an algorithm is a name.
    return {
      ...common,
      kind: "linear",
      type: ctype,
      code: "",
      unit: cunit,
      scale: 1,
      frame: undefined,
    };
  }
  if (TIME_SCALES.test(type)) {
    const frame = type === "TIME" ? reader.plainText("TIMESYS") || "UTC" : type;
    const unit = cunit || reader.plainText("TIMEUNIT") || "s";
    const time = readTimes(reader, axis, frame, unit);
    return { ...common, kind: "time", type, code, unit, scale: 1, frame, time };
  }
  return { ...common, kind: "linear", type, code, unit: cunit, scale: 1, frame: undefined };
}

type Described = Omit<AxisDescription, "unit" | "scale">;

/** An axis whose values are in a unit of its own; without CUNITi they are in that unit already. */
function inUnit(
  reader: WcsReader,
  axis: number,
  described: Described,
  cunit: string,
  unit: string,
): AxisDescription {
  // The coordinates of a table are in the header's own unit, and its indices have none.
  if (described.code === "TAB") return { ...described, unit: cunit || unit, scale: 1 };
  const ratio = cunit === "" ? 1 : unit === "" ? 1 : unitRatio(cunit, unit);
  if (ratio !== undefined && ratio > 0) return { ...described, unit, scale: ratio };
  const reason = `'${cunit}' does not measure what ${described.ctype} does (${unit})`;
  return unknown(reader, axis, described, reason, "CUNIT");
}

function unknown(
  reader: WcsReader,
  axis: number,
  described: Described,
  reason: string,
  keyword = "CTYPE",
): AxisDescription {
  reader.problem(`${keyword}${axis + 1}`, `${reason}; the axis has no coordinates`);
  return { ...described, kind: "unknown", unit: "", scale: 1 };
}

/** `RA---TAN-SIP` is RA, TAN and SIP; `FREQ` is FREQ alone. */
function splitCtype(ctype: string): { type: string; code: string; suffix: string } {
  const match = /^([^-]{1,4})-{1,4}([A-Z0-9]{2,3})(?:-([A-Z0-9]{3}))?$/i.exec(ctype);
  if (match === null) return { type: ctype.replace(/-{1,80}$/, ""), code: "", suffix: "" };
  const [, type, code, suffix = ""] = match.map((part) => part?.toUpperCase());
  return { type: type!, code: code!, suffix };
}

/** RA and DEC, xLON and xLAT, xyLN and xyLT (Paper II, section 3). */
function celestialKind(type: string): "longitude" | "latitude" | undefined {
  if (type === "RA" || /^[A-Z]LON$|^[A-Z]{2}LN$/.test(type)) return "longitude";
  if (type === "DEC" || /^[A-Z]LAT$|^[A-Z]{2}LT$/.test(type)) return "latitude";
  return undefined;
}

/**
 * RADESYS, or what EQUINOX or the old EPOCH makes it (FITS 4.0, section 8.3); other than
 * equatorial and ecliptic coordinates have none.
 */
function celestialFrame(reader: WcsReader, type: string): string | undefined {
  if (!/^(?:RA|DEC|ELON|ELAT)$/.test(type)) return undefined;
  const named = reader.text("RADESYS") ?? reader.plainText("RADECSYS");
  if (named !== undefined && named !== "") return named;
  const equinox = equinoxOf(reader);
  return equinox === undefined ? "ICRS" : equinox < 1984 ? "FK4" : "FK5";
}

/** EQUINOX in years, by its old name EPOCH too. */
export function equinoxOf(reader: WcsReader): number | undefined {
  return reader.number("EQUINOX") ?? reader.plainNumber("EPOCH");
}

/** Type, algorithm and frame of a spectral axis, AIPS' conventions included. */
function spectralAxis(
  reader: WcsReader,
  axis: number,
  ctype: string,
  type: string,
  code: string,
): { type: string; code: string; frame: string | undefined } | undefined {
  const velref = reader.plainNumber("VELREF");
  const named = reader.text("SPECSYS") ||
    (velref === undefined ? undefined : VELREF_FRAMES[velref % 256 - 1]);
  const aips = /^(FREQ|VELO|FELO)(?:-(LSR|LSRK|LSRD|HEL|OBS))?$/.exec(ctype.toUpperCase());
  const old = aips !== null &&
    (aips[2] !== undefined || aips[1] === "FELO" || (aips[1] === "VELO" && velref !== undefined));
  if (!old) {
    if (spectralUnit(type) === undefined) return undefined;
    return { type, code, frame: named };
  }
  const frame = named ?? AIPS_FRAMES[aips[2] ?? ""];
  if (aips[1] === "FREQ") return { type: "FREQ", code: "", frame };
  if (aips[1] === "FELO") return { type: "VOPT", code: "F2W", frame };
  if (velref === undefined) {
    reader.problem(
      `CTYPE${axis + 1}`,
      `'${ctype}' without VELREF does not say whether it is an optical or a radio velocity; ` +
        "taken as optical",
    );
  }
  return { type: (velref ?? 1) > 256 ? "VRAD" : "VOPT", code: "", frame };
}
