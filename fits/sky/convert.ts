/** Coordinates of one frame in another. */

import { FormatError } from "../../net/errors.ts";
import { addTerms, ellipticTerms, fk4ToFk5, removeTerms } from "./fk4.ts";
import {
  type CelestialFrameName,
  checkSkyFrame,
  isSolarFrame,
  type SkyConversion,
  type SkyFrame,
  type SkyFrameName,
} from "./frame.ts";
import type { SunObserver } from "./observer.ts";
import {
  besselianPrecession,
  besselianYearDate,
  eclipticRotation,
  julianYearDate,
  julianYearOf,
  precessionFromJ2000,
} from "./precession.ts";
import {
  latitudeOf,
  longitudeOf,
  product,
  rotate,
  type Rotation,
  rotationAbout,
  toVector,
  transpose,
  type Vector,
} from "./rotation.ts";
import { solarConversion } from "./sun.ts";

/** What the frames of a conversion depend on, where they do not say it themselves. */
export interface ConvertSkyOptions {
  /** The equinox of a frame that has one. */
  readonly equinox?: number | undefined;
  /** When coordinates of FK4 were observed, in Julian years. */
  readonly obstime?: number | undefined;
  /** From where the Sun is seen. */
  readonly observer?: SunObserver | undefined;
}

/** Numbers of many points. */
export type SkyArray = Float64Array | Float32Array | readonly number[];

/**
 * Turns coordinates of one frame into those of another.
 *
 * Places on the sky are directions: without proper motion, parallax, or a change of the
 * observer. A point beside the Sun's disc has no heliographic coordinates: NaN.
 *
 * Sources: IAU 2006 precession; Murray 1989 for FK4; Liu, Zhu & Zhang 2011 for galactic
 * coordinates (as astropy has them); Thompson 2006 for the Sun.
 *
 * @param longitude One longitude in degrees, or those of many points.
 * @param latitude The latitude, or as many.
 * @param from The frame of the coordinates.
 * @param to The frame that is wanted.
 * @param options What the two depend on, where they do not say it themselves.
 * @returns Longitude and latitude in degrees: from 0 to 360, or from -180 to 180 where the
 * Sun's disc is the origin (helioprojective, Stonyhurst).
 * @throws {FormatError} If a frame is unknown, frames of the Sun have no observer, or one frame
 * is of the Sun and the other is not.
 *
 * @example
 * ```ts
 * import { convertSky } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const [l, b] = convertSky(266.4168, -29.0078, "icrs", "galactic");
 * assertEquals([l.toFixed(4), b.toFixed(4)], ["359.9442", "-0.0461"]);
 * const [ra] = convertSky(new Float64Array([10, 20]), new Float64Array([0, 0]), "icrs", "fk4");
 * assertEquals([...ra].map((value) => value.toFixed(6)), ["9.359447", "19.359566"]);
 * ```
 */
export function convertSky(
  longitude: number,
  latitude: number,
  from: SkyFrame | SkyFrameName,
  to: SkyFrame | SkyFrameName,
  options?: ConvertSkyOptions,
): [longitude: number, latitude: number];
/** The same for many points. */
export function convertSky(
  longitude: SkyArray,
  latitude: SkyArray,
  from: SkyFrame | SkyFrameName,
  to: SkyFrame | SkyFrameName,
  options?: ConvertSkyOptions,
): [longitudes: Float64Array, latitudes: Float64Array];
export function convertSky(
  longitude: number | SkyArray,
  latitude: number | SkyArray,
  from: SkyFrame | SkyFrameName,
  to: SkyFrame | SkyFrameName,
  options: ConvertSkyOptions = {},
): [number, number] | [Float64Array, Float64Array] {
  const convert = skyConversion(frameWith(from, options), frameWith(to, options));
  if (typeof longitude === "number" && typeof latitude === "number") {
    const point: [number, number] = [longitude, latitude];
    convert(point);
    return point;
  }
  if (
    typeof longitude === "number" || typeof latitude === "number" ||
    longitude.length !== latitude.length
  ) {
    throw new FormatError(
      "Cannot convert coordinates: there are not as many longitudes as latitudes",
    );
  }
  const longitudes = new Float64Array(longitude.length);
  const latitudes = new Float64Array(longitude.length);
  const point: [number, number] = [0, 0];
  for (let i = 0; i < longitudes.length; i++) {
    point[0] = longitude[i]!;
    point[1] = latitude[i]!;
    convert(point);
    longitudes[i] = point[0];
    latitudes[i] = point[1];
  }
  return [longitudes, latitudes];
}

function frameWith(frame: SkyFrame | SkyFrameName, options: ConvertSkyOptions): SkyFrame {
  const given = typeof frame === "string" ? { name: frame } : frame;
  return checkSkyFrame({
    name: given.name,
    equinox: given.equinox ?? options.equinox,
    obstime: given.obstime ?? options.obstime,
    observer: given.observer ?? options.observer,
  });
}

/**
 * The way from one frame to another, for one point after the other.
 *
 * @param from The frame of the coordinates.
 * @param to The frame that is wanted.
 * @returns What converts a point in place.
 * @throws {FormatError} If there is no way.
 */
export function skyConversion(from: SkyFrame, to: SkyFrame): SkyConversion {
  checkSkyFrame(from);
  checkSkyFrame(to);
  if (isSolarFrame(from.name) !== isSolarFrame(to.name)) {
    throw new FormatError(
      `Cannot convert coordinates from ${from.name} to ${to.name}: one is a frame of the Sun, ` +
        "the other of the sky",
    );
  }
  if (isSolarFrame(from.name)) {
    return solarConversion(from.name, to.name as typeof from.name, from.observer ?? to.observer);
  }
  return celestialConversion(from, to);
}

/**
 * Whether a conversion between frames of the Sun needs its observer.
 *
 * @param from The frame of the coordinates.
 * @param to The frame that is wanted.
 */
export function needsObserver(from: SkyFrame, to: SkyFrame): boolean {
  if (!isSolarFrame(from.name) || !isSolarFrame(to.name) || from.name === to.name) return false;
  const direction = (name: SkyFrameName) => name === "helioprojective" || name === "radial";
  return !direction(from.name) || !direction(to.name);
}

function celestialConversion(from: SkyFrame, to: SkyFrame): SkyConversion {
  if (isSame(from, to)) return () => {};
  const matrix = matrixBetween(from, to);
  const before = from.name === "fk4" ? ellipticTerms(from.equinox ?? 1950) : undefined;
  const after = to.name === "fk4" ? ellipticTerms(to.equinox ?? 1950) : undefined;
  const vector: Vector = [0, 0, 0];
  return (point) => {
    toVector(point[0], point[1], vector);
    if (before !== undefined) removeTerms(before, vector);
    rotate(matrix, vector);
    if (after !== undefined) addTerms(after, vector);
    point[0] = longitudeOf(vector);
    point[1] = latitudeOf(vector);
  };
}

function isSame(from: SkyFrame, to: SkyFrame): boolean {
  return from.name === to.name && equinoxOf(from) === equinoxOf(to);
}

function equinoxOf({ name, equinox }: SkyFrame): number {
  return equinox ?? (isFk4(name) ? 1950 : 2000);
}

function isFk4(name: SkyFrameName): boolean {
  return name === "fk4" || name === "fk4noeterms";
}

/** The matrix between two frames, elliptic terms aside. */
function matrixBetween(from: SkyFrame, to: SkyFrame): Rotation {
  if (isFk4(from.name) && isFk4(to.name)) {
    return besselianPrecession(equinoxOf(from), equinoxOf(to));
  }
  // Galactic coordinates were defined in FK4 (Blaauw et al. 1960): the way between the two
  // does not lead through FK5.
  if (isFk4(from.name) && isGalactic(to.name)) return galacticOfFk4(from, to.name);
  if (isFk4(to.name) && isGalactic(from.name)) return transpose(galacticOfFk4(to, from.name));
  return product(transpose(toFk5(to)), toFk5(from));
}

/** From ICRS to FK5 at J2000 (USNO Circular 179, section 3.5). */
const ICRS_TO_FK5: Rotation = product(
  rotationAbout("x", 0.0199 / 3600),
  rotationAbout("y", 0.0091 / 3600),
  rotationAbout("z", -0.0229 / 3600),
);

/** From FK5 at J2000 to galactic coordinates (the pole of B1950 in FK5). */
const FK5_TO_GALACTIC: Rotation = product(
  rotationAbout("z", 180 - 122.9319185680026),
  rotationAbout("y", 90 - 27.12825118085622),
  rotationAbout("z", 192.8594812065348),
);

/** From FK4 at B1950 without elliptic terms to galactic coordinates (Blaauw et al. 1960). */
const FK4_TO_GALACTIC: Rotation = product(
  rotationAbout("z", 180 - 123),
  rotationAbout("y", 90 - 27.4),
  rotationAbout("z", 192.25),
);

/** From galactic to supergalactic coordinates (de Vaucouleurs et al. 1991). */
const TO_SUPERGALACTIC: Rotation = product(
  rotationAbout("z", 90),
  rotationAbout("y", 90 - 6.32),
  rotationAbout("z", 47.37),
);

function isGalactic(name: SkyFrameName): name is "galactic" | "supergalactic" {
  return name === "galactic" || name === "supergalactic";
}

function galacticOfFk4(fk4: SkyFrame, name: "galactic" | "supergalactic"): Rotation {
  const galactic = product(FK4_TO_GALACTIC, besselianPrecession(equinoxOf(fk4), 1950));
  return name === "galactic" ? galactic : product(TO_SUPERGALACTIC, galactic);
}

/** From a frame to FK5 at J2000, elliptic terms aside. */
function toFk5(frame: SkyFrame): Rotation {
  const equinox = equinoxOf(frame);
  switch (frame.name as CelestialFrameName) {
    case "icrs":
      return ICRS_TO_FK5;
    case "fk5":
      return transpose(precessionFromJ2000(equinox));
    case "fk4":
    case "fk4noeterms": {
      const obstime = frame.obstime ?? julianYearOf(besselianYearDate(equinox));
      return product(fk4ToFk5(obstime), besselianPrecession(equinox, 1950));
    }
    case "galactic":
      return transpose(FK5_TO_GALACTIC);
    case "supergalactic":
      return transpose(product(TO_SUPERGALACTIC, FK5_TO_GALACTIC));
    case "ecliptic":
      return product(ICRS_TO_FK5, transpose(eclipticRotation(julianYearDate(equinox))));
  }
}
