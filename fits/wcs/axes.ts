/** What the axes of world coordinates are: CTYPEi, CUNITi and their older forms (FITS 4.0, section 8). */

import { FormatError } from "../../net/errors.ts";
import { isProjection } from "./projections.ts";
import { unitScale } from "./units.ts";

/** What a world coordinate measures. */
export type WcsAxisKind = "longitude" | "latitude" | "spectral" | "linear";

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
}

/** An axis with what is needed to compute it. */
export interface AxisDescription extends WcsAxis {
  /** The first part of CTYPEi, such as `RA` or `HPLN`. */
  readonly type: string;
  /** The projection or algorithm of CTYPEi, or an empty text. */
  readonly code: string;
  /** How many `unit` the header's unit is. */
  readonly scale: number;
}

/** The SI units of spectral types (FITS 4.0, table 25). */
const SPECTRAL_UNITS: Readonly<Record<string, string>> = {
  FREQ: "Hz",
  AFRQ: "rad/s",
  ENER: "J",
  WAVN: "/m",
  VRAD: "m/s",
  WAVE: "m",
  VOPT: "m/s",
  ZOPT: "",
  AWAV: "m",
  VELO: "m/s",
  BETA: "",
};

/**
 * Reads what one axis is.
 *
 * @param ctype CTYPEi.
 * @param cunit CUNITi, or undefined.
 * @param name CNAMEi, or undefined.
 * @returns The axis.
 * @throws {FormatError} If CTYPEi names a projection or algorithm that is unknown here.
 */
export function describeAxis(
  ctype: string,
  cunit: string | undefined,
  name: string | undefined,
): AxisDescription {
  const solar = /^solar[-_ ]?([xy])\b/i.exec(ctype);
  if (solar !== null) {
    const longitude = solar[1]!.toUpperCase() === "X";
    return {
      ctype,
      kind: longitude ? "longitude" : "latitude",
      type: longitude ? "HPLN" : "HPLT",
      code: "TAN",
      // Files older than CUNITi gave heliocentric coordinates in seconds of arc.
      ...angle(cunit === undefined || cunit === "" ? "arcsec" : cunit),
      name,
    };
  }
  const { type, code } = splitCtype(ctype);
  const kind = code === "" ? undefined : celestialKind(type);
  if (kind !== undefined) {
    if (!/^(NCP|TPV)$/.test(code) && !isProjection(code)) throw unknownCode(ctype, code);
    return { ctype, kind, type, code, ...angle(cunit ?? ""), name };
  }
  if (Object.hasOwn(SPECTRAL_UNITS, type)) {
    if (code !== "" && code !== "LOG") throw unknownCode(ctype, code);
    const { scale, unit } = unitScale(cunit ?? "");
    const si = SPECTRAL_UNITS[type]!;
    const known = unit === si;
    return {
      ctype,
      kind: "spectral",
      type,
      code,
      unit: known || !cunit ? si : cunit,
      scale: known ? scale : 1,
      name,
    };
  }
  return { ctype, kind: "linear", type, code: "", unit: cunit ?? "", scale: 1, name };
}

function unknownCode(ctype: string, code: string): FormatError {
  return new FormatError(
    `Cannot read world coordinates: CTYPE is '${ctype}', and '${code}' is unknown here`,
  );
}

/** An angle without a unit is in degrees; one in a unit that is no angle is left as it is. */
function angle(cunit: string): { scale: number; unit: string } {
  const { scale, unit } = unitScale(cunit);
  return unit === "deg" ? { scale, unit } : { scale: 1, unit: "deg" };
}

/** `RA---TAN-SIP` is RA and TAN; `FREQ` is FREQ alone. */
function splitCtype(ctype: string): { type: string; code: string } {
  const match = /^([^-]{1,4})-{1,4}([A-Z0-9]{2,3})(?:-[A-Z0-9]{3})?$/i.exec(ctype);
  if (match === null) return { type: ctype.replace(/-+$/, ""), code: "" };
  return { type: match[1]!.toUpperCase(), code: match[2]!.toUpperCase() };
}

/** RA and DEC, xLON and xLAT, xyLN and xyLT (Paper II, section 3). */
function celestialKind(type: string): "longitude" | "latitude" | undefined {
  if (type === "RA" || /^[A-Z]LON$|^[A-Z]{2}LN$/.test(type)) return "longitude";
  if (type === "DEC" || /^[A-Z]LAT$|^[A-Z]{2}LT$/.test(type)) return "latitude";
  return undefined;
}
