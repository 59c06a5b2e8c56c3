/** From where the Sun was seen, by the keywords of a header (Thompson 2006, section 9). */

import { FormatError } from "../../net/errors.ts";
import { EARTH_YEARS, earthFromSun } from "./earth.ts";
import { eclipticRotation, J2000, julianYearOf } from "./precession.ts";
import {
  ARCSEC,
  latitudeOf,
  longitudeOf,
  product,
  RADIAN,
  rotate,
  type Rotation,
  rotationAbout,
  transpose,
  type Vector,
} from "./rotation.ts";
import { observationDate, type SkyKeywords } from "./times.ts";

/** The place of an observer of the Sun. */
export interface SunObserver {
  /** The Stonyhurst longitude in degrees, from -180 to 180: 0 is that of the Earth. */
  readonly longitude: number;
  /** The heliographic latitude in degrees (B0). */
  readonly latitude: number;
  /** The distance from the centre of the Sun in metres. */
  readonly distance: number;
  /** The radius of the surface that is seen, in metres. */
  readonly radius: number;
  /**
   * The Carrington longitude of Stonyhurst's meridian in degrees, as this observer sees it:
   * what is to be added to a Stonyhurst longitude. Undefined if the time is not known.
   */
  readonly meridian: number | undefined;
  /** The Julian date (TT), or undefined. */
  readonly date: number | undefined;
  /** The keywords that were used, in order. */
  readonly used: readonly string[];
  /** What the header does not say and was taken, each with its reason; empty for most headers. */
  readonly assumed: readonly string[];
}

/** The radius of the Sun in metres (IAU 2015 resolution B3). */
const SOLAR_RADIUS = 695_700_000;
const ASTRONOMICAL_UNIT = 149_597_870_700;
const LIGHT_SPEED = 299_792_458;
const DAY = 86_400;

/** Part of the Earth's distance that an observer beside it may be nearer or farther. */
const MAX_FROM_EARTH = 0.03;

/** The north pole of the Sun in ICRS, in degrees (Archinal et al. 2011). */
const POLE = { longitude: 286.13, latitude: 63.87 } as const;
/** The prime meridian at J2000, and degrees in a day. */
const MERIDIAN = 84.176;
const ROTATION = 14.1844;

/** From ICRS to the equator of the Sun, with its ascending node at longitude 90. */
const TO_EQUATOR: Rotation = product(
  rotationAbout("y", 90 - POLE.latitude),
  rotationAbout("z", POLE.longitude),
);

/** Reads keywords, and remembers which were of use. */
class Keywords {
  readonly used: string[] = [];
  readonly assumed: string[] = [];
  readonly #header: SkyKeywords;

  constructor(header: SkyKeywords) {
    this.#header = header;
  }

  /** The numbers of all these keywords, or undefined if one is missing. */
  numbers(...keywords: readonly string[]): number[] | undefined {
    const values = keywords.map((keyword) => this.#header.get(keyword));
    if (values.some((value) => value === undefined || value === null)) return undefined;
    const numbers = values.map((value, i) => {
      const number = typeof value === "bigint" ? Number(value) : value;
      if (typeof number === "number" && Number.isFinite(number)) return number;
      throw new FormatError(
        `Cannot read the observer of the Sun: ${keywords[i]} is ` +
          `'${`${value}`.slice(0, 80)}', expected a number`,
      );
    });
    this.used.push(...keywords);
    return numbers;
  }

  /** The first of several keywords that is there. */
  first(...keywords: readonly string[]): number | undefined {
    for (const keyword of keywords) {
      const found = this.numbers(keyword);
      if (found !== undefined) return found[0];
    }
    return undefined;
  }
}

/**
 * Reads from where the Sun was seen.
 *
 * The place is that of the first of these that the header has: HGLN_OBS and HGLT_OBS;
 * CRLN_OBS and CRLT_OBS; HEQX_OBS to HEQZ_OBS; HAEX_OBS to HAEZ_OBS; HEEX_OBS to HEEZ_OBS;
 * HEC_X to HEC_Z (of SOHO/EIT, in kilometres along the axes of HAE); HGLT_OBS, CRLT_OBS, SOLAR_B0 or OBS_B0 alone, of an observer at the Earth's longitude. The
 * distance is DSUN_OBS, or follows from RSUN_OBS; that of an observer at the Earth is the
 * Earth's. The radius is RSUN_REF, or follows from RSUN_OBS, or is 695,700 km. SOLAR_P0 is not
 * used: the angle of the image stands in PCi_j or CROTAi.
 *
 * @param header The header.
 * @returns The observer, with what was used and what was assumed.
 * @throws {FormatError} If the header does not say enough; the message names the keywords.
 *
 * @example
 * ```ts
 * import { convertSky, readSunObserver } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const observer = readSunObserver(new Map<string, unknown>([
 *   ["DATE-OBS", "2013-10-28T00:00:00"], ["HGLN_OBS", 0], ["HGLT_OBS", 4.7],
 *   ["DSUN_OBS", 1.486e11], ["RSUN_REF", 6.957e8],
 * ]));
 * assertEquals(observer.used, ["DATE-OBS", "HGLN_OBS", "HGLT_OBS", "DSUN_OBS", "RSUN_REF"]);
 * const [lon, lat] = convertSky(0, 0, "helioprojective", "stonyhurst", { observer });
 * assertEquals([lon.toFixed(6), lat.toFixed(6)], ["0.000000", "4.700000"]);
 * ```
 */
export function readSunObserver(header: SkyKeywords): SunObserver {
  const keywords = new Keywords(header);
  const observed = observationDate(header);
  if (observed !== undefined) keywords.used.push(observed.keyword);
  const date = observed?.date;
  const place = readPlace(keywords, date);
  const angular = header.get("RSUN_OBS");
  const distance = place.distance ?? readDistance(keywords, place, date);
  if (place.atEarth && date !== undefined) checkNearEarth(distance, date);
  const radius = keywords.first("RSUN_REF") ?? radiusOf(keywords, distance) ?? SOLAR_RADIUS;
  for (const [name, value] of [["distance", distance], ["radius", radius]] as const) {
    if (value > 0 && Number.isFinite(value)) continue;
    throw new FormatError(
      `Cannot read the observer of the Sun: the ${name} is ${value} m, expected a length above 0`,
    );
  }
  if (distance <= radius) {
    throw new FormatError(
      `Cannot read the observer of the Sun: DSUN_OBS is ${distance} m, expected more than the ` +
        `radius of the Sun (${radius} m${angular === undefined ? "" : ", by RSUN_OBS"})`,
    );
  }
  const meridian = date === undefined ? place.meridian : meridianAt(date, distance);
  const longitude = place.longitude ?? place.carrington! - meridianNeeded(meridian);
  return {
    longitude: signed(longitude),
    latitude: place.latitude,
    distance,
    radius,
    meridian,
    date,
    used: keywords.used,
    assumed: keywords.assumed,
  };
}

interface Place {
  /** The Stonyhurst longitude, or else that of Carrington. */
  readonly longitude?: number | undefined;
  readonly carrington?: number | undefined;
  readonly latitude: number;
  readonly distance?: number | undefined;
  /** The difference of the two longitudes, where the header has both. */
  readonly meridian?: number | undefined;
  /** Whether the observer is beside the Earth for lack of a longitude. */
  readonly atEarth?: boolean | undefined;
}

function readPlace(keywords: Keywords, date: number | undefined): Place {
  const stonyhurst = keywords.numbers("HGLN_OBS", "HGLT_OBS");
  if (stonyhurst !== undefined) {
    const [longitude, latitude] = stonyhurst as [number, number];
    const carrington = date === undefined ? keywords.numbers("CRLN_OBS") : undefined;
    return {
      longitude,
      latitude: checkLatitude(latitude, "HGLT_OBS"),
      meridian: carrington && carrington[0]! - longitude,
    };
  }
  const carrington = keywords.numbers("CRLN_OBS", "CRLT_OBS");
  if (carrington !== undefined) {
    return { carrington: carrington[0]!, latitude: checkLatitude(carrington[1]!, "CRLT_OBS") };
  }
  return readVector(keywords, date) ?? readTilt(keywords);
}

/** Keywords of places along the axes of a heliocentric frame, and how many metres their unit is. */
const VECTORS: readonly (readonly [keyword: string, frame: "HEQ" | "HAE" | "HEE", unit: number])[] =
  [["HEQ#_OBS", "HEQ", 1], ["HAE#_OBS", "HAE", 1], ["HEE#_OBS", "HEE", 1], ["HEC_#", "HAE", 1000]];

function readVector(keywords: Keywords, date: number | undefined): Place | undefined {
  for (const [keyword, frame, unit] of VECTORS) {
    const [x, y, z] = ["X", "Y", "Z"].map((axis) => keyword.replace("#", axis));
    const vector = keywords.numbers(x!, y!, z!);
    if (vector === undefined) continue;
    const at = vector.map((value) => value * unit) as Vector;
    // HEEQ is the frame of Stonyhurst's longitudes.
    if (frame !== "HEQ") rotate(toStonyhurst(frame, dateNeeded(date, x!)), at);
    return {
      longitude: longitudeOf(at),
      latitude: latitudeOf(at),
      distance: Math.hypot(at[0], at[1], at[2]),
    };
  }
  return undefined;
}

/** The tilt of the Sun's axis alone, as observers on the Earth give it. */
function readTilt(keywords: Keywords): Place {
  for (const keyword of ["HGLT_OBS", "CRLT_OBS", "SOLAR_B0", "OBS_B0"]) {
    const latitude = keywords.first(keyword);
    if (latitude === undefined) continue;
    keywords.assumed.push("HGLN_OBS is missing, taken as 0: the longitude of the Earth");
    return { longitude: 0, latitude: checkLatitude(latitude, keyword), atEarth: true };
  }
  throw new FormatError(
    "Cannot read the observer of the Sun: there is no HGLN_OBS and HGLT_OBS, expected these or " +
      "CRLN_OBS and CRLT_OBS, HEQX_OBS to HEQZ_OBS, HAEX_OBS to HAEZ_OBS, HEEX_OBS to HEEZ_OBS, " +
      "or SOLAR_B0",
  );
}

function checkLatitude(latitude: number, keyword: string): number {
  if (Math.abs(latitude) <= 90) return latitude;
  throw new FormatError(
    `Cannot read the observer of the Sun: ${keyword} is ${latitude}, expected -90 to 90`,
  );
}

function readDistance(keywords: Keywords, place: Place, date: number | undefined): number {
  const given = keywords.first("DSUN_OBS");
  if (given !== undefined) return given;
  const angular = keywords.first("RSUN_OBS");
  if (angular !== undefined) {
    // With RSUN_REF, the two give the distance; it is read again as the radius.
    const radius = keywords.first("RSUN_REF") ?? SOLAR_RADIUS;
    if (keywords.used.at(-1) === "RSUN_REF") keywords.used.pop();
    return radius / Math.sin(checkAngular(angular) * ARCSEC * RADIAN);
  }
  const astronomical = keywords.first("OBS_DIST");
  if (astronomical !== undefined) return astronomical * ASTRONOMICAL_UNIT;
  if (place.atEarth && date !== undefined) {
    keywords.assumed.push("DSUN_OBS is missing, taken as the distance of the Earth");
    return Math.hypot(...earthAt(date)) * ASTRONOMICAL_UNIT;
  }
  throw new FormatError(
    "Cannot read the observer of the Sun: there is no DSUN_OBS, expected it or RSUN_OBS",
  );
}

/** An observer at another distance than the Earth's is not where the Earth is. */
function checkNearEarth(distance: number, date: number): void {
  const earth = Math.hypot(...earthAt(date)) * ASTRONOMICAL_UNIT;
  if (Math.abs(distance / earth - 1) < MAX_FROM_EARTH) return;
  throw new FormatError(
    `Cannot read the observer of the Sun: HGLN_OBS is missing, and the distance ` +
      `(${distance.toExponential(3)} m by DSUN_OBS or RSUN_OBS) is not that of the Earth ` +
      `(${earth.toExponential(3)} m)`,
  );
}

/** The radius that RSUN_OBS makes at a distance. */
function radiusOf(keywords: Keywords, distance: number): number | undefined {
  if (keywords.used.includes("RSUN_OBS")) return undefined;
  const angular = keywords.first("RSUN_OBS");
  return angular && distance * Math.sin(checkAngular(angular) * ARCSEC * RADIAN);
}

function checkAngular(angular: number): number {
  if (angular > 0 && angular < 90 / ARCSEC) return angular;
  throw new FormatError(
    `Cannot read the observer of the Sun: RSUN_OBS is ${angular}, expected seconds of arc above 0`,
  );
}

function signed(longitude: number): number {
  const turned = ((longitude + 180) % 360 + 360) % 360 - 180;
  return turned === -180 ? 180 : turned;
}

function meridianNeeded(meridian: number | undefined): number {
  if (meridian !== undefined) return meridian;
  throw new FormatError(
    "Cannot read the observer of the Sun: CRLN_OBS needs a time, and there is no DATE-OBS",
  );
}

function dateNeeded(date: number | undefined, keyword: string): number {
  if (date !== undefined) return date;
  throw new FormatError(
    `Cannot read the observer of the Sun: ${keyword} needs a time, and there is no DATE-OBS`,
  );
}

/** Where the Earth is, in ICRS about the Sun, in astronomical units. */
function earthAt(date: number): Vector {
  const year = julianYearOf(date);
  const [first, last] = EARTH_YEARS;
  if (year >= first && year <= last) return earthFromSun(date);
  throw new FormatError(
    `Cannot tell where the Earth was: the year of the observation is ${year.toFixed(1)}, ` +
      `expected ${first} to ${last}`,
  );
}

/** The longitude of the Earth on the Sun's equator, from 90 degrees before its node on. */
function earthLongitude(date: number): number {
  const earth = earthAt(date);
  rotate(TO_EQUATOR, earth);
  return longitudeOf(earth);
}

/**
 * The Carrington longitude of the Earth's meridian, as light brings it to an observer from the
 * near surface of the Sun (Seidelmann et al. 2007; without stellar aberration).
 */
function meridianAt(date: number, distance: number): number {
  const days = date - J2000 - (distance - SOLAR_RADIUS) / LIGHT_SPEED / DAY;
  const prime = 90 + MERIDIAN + ROTATION * days;
  const longitude = (earthLongitude(date) - prime) % 360;
  return longitude < 0 ? longitude + 360 : longitude;
}

/** From the mean ecliptic of J2000 (HAE), or that of the Earth (HEE), to Stonyhurst's axes. */
function toStonyhurst(prefix: "HAE" | "HEE", date: number): Rotation {
  const equatorial = prefix === "HAE"
    ? transpose(eclipticRotation(J2000))
    : fromEarthEcliptic(date);
  return product(rotationAbout("z", earthLongitude(date)), TO_EQUATOR, equatorial);
}

/** From the axes of HEE, whose first points to the Earth, to ICRS. */
function fromEarthEcliptic(date: number): Rotation {
  const ecliptic = eclipticRotation(date);
  const earth = earthAt(date);
  rotate(ecliptic, earth);
  const toEarth = product(
    rotationAbout("y", -latitudeOf(earth)),
    rotationAbout("z", longitudeOf(earth)),
  );
  return transpose(product(toEarth, ecliptic));
}
