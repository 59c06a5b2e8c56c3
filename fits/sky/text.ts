/** Coordinates as text: sexagesimal with colons, blanks or letters, and decimal degrees. */

import { FormatError } from "../../net/errors.ts";
import { fixed } from "../../net/text/decimal.ts";

/** How {@linkcode formatSky} writes. */
export interface FormatSkyOptions {
  /**
   * `colons` is `05:34:31.94 +22:00:52.2`, `blanks` has blanks in their place, `letters` is
   * `05h34m31.94s +22d00m52.2s`, `decimal` is `83.633083 +22.014500`.
   *
   * @default {"colons"}
   */
  readonly style?: "colons" | "blanks" | "letters" | "decimal" | undefined;
  /**
   * Whether the longitude is in hours, as right ascension is; not in decimal degrees.
   *
   * @default {true}
   */
  readonly hours?: boolean | undefined;
  /**
   * Decimals of the seconds of the latitude; those of the longitude in hours are one more. Of
   * decimal degrees, all decimals.
   *
   * @default {2, and 6 for decimal degrees}
   */
  readonly precision?: number | undefined;
}

/** How {@linkcode parseSky} reads. */
export interface ParseSkyOptions {
  /**
   * Whether a sexagesimal longitude without letters is in hours; decimal ones are degrees.
   *
   * @default {true}
   */
  readonly hours?: boolean | undefined;
}

/** Characters of coordinates at most. */
const MAX_TEXT = 200;
/** Decimals at most: beyond them a double has nothing to say. */
const MAX_PRECISION = 15;

/**
 * Writes a point as text.
 *
 * @param longitude In degrees.
 * @param latitude In degrees.
 * @param options How it is written.
 * @returns Such as `05:34:31.940 +22:00:52.20`; `nan nan` for a point that is none.
 * @throws {FormatError} If the precision is no whole number from 0 to 15.
 *
 * @example
 * ```ts
 * import { formatSky, parseSky } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(formatSky(83.63308, -0.00833), "05:34:31.939 -00:00:29.99");
 * assertEquals(formatSky(83.63308, -0.5, { style: "letters", precision: 0 }), "05h34m31.9s -00d30m00s");
 * assertEquals(formatSky(359.99999999, 0), "00:00:00.000 +00:00:00.00");
 * assertEquals(parseSky("5h34m31.94s -00:00:30"), [83.63308333333333, -0.008333333333333333]);
 * ```
 */
export function formatSky(
  longitude: number,
  latitude: number,
  { style = "colons", hours = true, precision = style === "decimal" ? 6 : 2 }: FormatSkyOptions =
    {},
): string {
  if (!Number.isInteger(precision) || precision < 0 || precision > MAX_PRECISION) {
    throw new FormatError(
      `Cannot write coordinates: the precision is ${precision}, expected 0 to ${MAX_PRECISION}`,
    );
  }
  if (!Number.isFinite(longitude) || !Number.isFinite(latitude)) return "nan nan";
  const sign = latitude < 0 || Object.is(latitude, -0) ? "-" : "+";
  if (style === "decimal") {
    const turned = fixed(longitude, precision);
    return `${turned} ${sign}${fixed(Math.abs(latitude), precision)}`;
  }
  const marks = style === "blanks" ? [" ", " ", ""] : [":", ":", ""];
  const east = style === "letters" ? [hours ? "h" : "d", "m", "s"] : marks;
  const north = style === "letters" ? ["d", "m", "s"] : marks;
  const first = hours
    ? sexagesimal(wrapped(longitude) / 15, Math.min(precision + 1, MAX_PRECISION), 24, 2, east)
    : (longitude < 0 ? "-" : "") +
      sexagesimal(Math.abs(longitude), precision, longitude < 0 ? Infinity : 360, 3, east);
  return `${first} ${sign}${sexagesimal(Math.abs(latitude), precision, Infinity, 2, north)}`;
}

function wrapped(longitude: number): number {
  const turned = longitude % 360;
  return turned < 0 ? turned + 360 : turned;
}

/** A value of at least 0 in sixtieths; what is rounded up to the whole turn is 0. */
function sexagesimal(
  value: number,
  precision: number,
  turn: number,
  width: number,
  [first, second, third]: readonly string[],
): string {
  // Rounded once, in units of the last digit, so that there are never 60 seconds.
  let seconds = fixed(value * 3600, precision);
  let whole = Math.trunc(Number(seconds));
  let fraction = precision === 0 ? "" : seconds.slice(seconds.indexOf("."));
  if (whole >= turn * 3600) {
    whole -= turn * 3600;
    seconds = fixed(0, precision);
    fraction = precision === 0 ? "" : seconds.slice(1);
  }
  const two = (n: number) => `${n}`.padStart(2, "0");
  return `${Math.floor(whole / 3600)}`.padStart(width, "0") + first +
    two(Math.floor(whole / 60) % 60) + second + two(whole % 60) + fraction + third;
}

const NUMBER = "\\d{1,20}(?:\\.\\d{0,30})?|\\.\\d{1,30}";
/** One angle: sign, parts, and the letters or colons between them. */
const ANGLE = new RegExp(
  `^\\s*([-+\u2212]?)\\s*(?:` +
    `(${NUMBER})\\s*(h|d|deg|\u00b0)(?:\\s*(${NUMBER})\\s*(?:m|'|\u2032)` +
    `(?:\\s*(${NUMBER})\\s*(?:s|"|''|\u2033))?)?|` +
    `(\\d{1,20})\\s*:\\s*(${NUMBER})(?:\\s*:\\s*(${NUMBER}))?|` +
    `(${NUMBER})(?:e([-+]?\\d{1,3}))?)` +
    `(?=[\\s,+\u2212-]|$)`,
  "i",
);

interface Angle {
  readonly degrees: number;
  readonly length: number;
}

/**
 * Reads a point.
 *
 * @param text Longitude and latitude, with a comma or blanks between them: `05:34:31.94
 * +22:00:52.2`, `05 34 31.94 -00 00 30`, `5h34m31.94s +22d00m52.2s`, `83.633 22.0145`.
 * Sexagesimal longitudes without a letter are hours, unless an option says otherwise.
 * @param options How it is read.
 * @returns Longitude and latitude in degrees.
 * @throws {FormatError} If it is no point: minutes and seconds are below 60, hours below 24,
 * degrees of longitude from -360 to 360, those of latitude from -90 to 90.
 */
export function parseSky(
  text: string,
  { hours = true }: ParseSkyOptions = {},
): [longitude: number, latitude: number] {
  const wrong = (why: string) =>
    new FormatError(
      `Cannot read the coordinates '${text.slice(0, MAX_TEXT)}': ${why}, expected such as ` +
        "'05:34:31.94 +22:00:52.2', '5h34m31.94s -0d30m' or '83.633,22.0145'",
    );
  if (text.length > MAX_TEXT) throw wrong(`they have ${text.length} characters`);
  const [east, north] = splitBlanks(text) ?? [text, undefined];
  const longitude = readAngle(east, hours, wrong);
  const rest = north ?? text.slice(longitude.length).replace(/^\s*,/, "");
  const latitude = readAngle(rest, false, wrong);
  if (north === undefined ? rest.slice(latitude.length).trim() !== "" : false) {
    throw wrong("there is more behind them");
  }
  if (/^[^,]*?h/i.test(rest)) throw wrong("the latitude is in hours");
  if (Math.abs(latitude.degrees) > 90) throw wrong(`the latitude is ${latitude.degrees} degrees`);
  if (Math.abs(longitude.degrees) > 360) {
    throw wrong(`the longitude is ${longitude.degrees} degrees`);
  }
  return [longitude.degrees, latitude.degrees];
}

/** `05 34 31.9 -00 00 30` with colons in place of blanks: as many parts on both sides. */
function splitBlanks(text: string): [string, string] | undefined {
  if (!/^[-+\u2212.\d\s,]+$/.test(text)) return undefined;
  const halves = text.split(",");
  if (halves.length > 2) return undefined;
  const parts = text.replaceAll(/([-+\u2212])\s+/g, "$1").trim().split(/[\s,]+/);
  if (parts.length !== 4 && parts.length !== 6) return undefined;
  const half = parts.length / 2;
  if (halves.length === 2 && halves[0]!.trim().split(/\s+/).length !== half) return undefined;
  return [parts.slice(0, half).join(":"), parts.slice(half).join(":")];
}

function readAngle(text: string, hours: boolean, wrong: (why: string) => FormatError): Angle {
  const match = ANGLE.exec(text);
  if (match === null) {
    const found = text.trim() === "" ? "there is no latitude" : `found '${text.trim()}'`;
    throw wrong(found);
  }
  const [whole, sign, lettered, letter, m1, s1, colon, m2, s2, decimal, exponent] = match;
  const factor = sign === "" || sign === "+" ? 1 : -1;
  if (decimal !== undefined) {
    const degrees = factor * Number(exponent === undefined ? decimal : `${decimal}e${exponent}`);
    return { degrees, length: whole.length };
  }
  const parts = [lettered ?? colon!, m1 ?? m2 ?? "0", s1 ?? s2 ?? "0"];
  const given = [lettered ?? colon, m1 ?? m2, s1 ?? s2].filter((part) => part !== undefined);
  if (given.slice(0, -1).some((part) => part.includes("."))) {
    throw wrong("only the last part may have a fraction");
  }
  const [first, minutes, seconds] = parts.map(Number);
  if (minutes! >= 60) throw wrong(`there are ${minutes} minutes`);
  if (seconds! >= 60) throw wrong(`there are ${seconds} seconds`);
  const inHours = letter === undefined ? hours : letter.toLowerCase() === "h";
  if (inHours && first! >= 24) throw wrong(`there are ${first} hours`);
  if (inHours && factor < 0) throw wrong("the hours are negative");
  const value = ((first! * 60 + minutes!) * 60 + seconds!) / 3600;
  return { degrees: factor * value * (inHours ? 15 : 1), length: whole.length };
}
