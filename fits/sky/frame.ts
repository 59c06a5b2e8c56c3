/** The frames of celestial and solar coordinates, by name and by the keywords of a header. */

import { FormatError } from "../../net/errors.ts";
import type { SunObserver } from "./observer.ts";

/**
 * A frame of the sky.
 *
 * `ecliptic` is the mean ecliptic and equinox seen from the barycentre of the solar system:
 * astropy's `BarycentricMeanEcliptic`. `fk4` has the elliptic terms of aberration in its
 * places, as catalogues of FK4 have; `fk4noeterms` has not (RADESYS `FK4-NO-E`).
 */
export type CelestialFrameName =
  | "icrs"
  | "fk5"
  | "fk4"
  | "fk4noeterms"
  | "galactic"
  | "supergalactic"
  | "ecliptic";

/**
 * A frame of the Sun (Thompson 2006): `helioprojective` (HPLN, HPLT), `radial` (helioprojective
 * radial: HRLN the position angle, HRLT the distance from the disc's centre less 90 degrees),
 * `stonyhurst` (HGLN, HGLT) and `carrington` (CRLN, CRLT).
 */
export type SolarFrameName = "helioprojective" | "radial" | "stonyhurst" | "carrington";

/** The name of a frame. */
export type SkyFrameName = CelestialFrameName | SolarFrameName;

/** A frame with what it depends on. */
export interface SkyFrame {
  /** Which frame it is. */
  readonly name: SkyFrameName;
  /**
   * The equinox: Julian years for `fk5` (2000 by default) and `ecliptic` (2000), Besselian
   * years for `fk4` and `fk4noeterms` (1950).
   */
  readonly equinox?: number | undefined;
  /**
   * When the coordinates of `fk4` were observed, in Julian years; its equinox by default.
   */
  readonly obstime?: number | undefined;
  /** From where the Sun is seen; frames of the Sun need it. */
  readonly observer?: SunObserver | undefined;
}

/** Turns one point into another, in the two numbers of `point`. */
export type SkyConversion = (point: [longitude: number, latitude: number]) => void;

/** What people call the frames. */
const NAMES: Readonly<Record<string, SkyFrameName>> = {
  icrs: "icrs",
  fk5: "fk5",
  fk4: "fk4",
  fk4noeterms: "fk4noeterms",
  galactic: "galactic",
  supergalactic: "supergalactic",
  ecliptic: "ecliptic",
  helioprojective: "helioprojective",
  hpc: "helioprojective",
  radial: "radial",
  hpr: "radial",
  stonyhurst: "stonyhurst",
  hgs: "stonyhurst",
  carrington: "carrington",
  hgc: "carrington",
};

const SOLAR: ReadonlySet<SkyFrameName> = new Set<SkyFrameName>([
  "helioprojective",
  "radial",
  "stonyhurst",
  "carrington",
]);
const WITH_EQUINOX: ReadonlySet<SkyFrameName> = new Set<SkyFrameName>([
  "fk5",
  "fk4",
  "fk4noeterms",
  "ecliptic",
]);

/** Equinoxes that the polynomials of precession are made for. */
const MIN_EQUINOX = 1000;
const MAX_EQUINOX = 3000;

/** Whether a frame is one of the Sun. */
export function isSolarFrame(name: SkyFrameName): name is SolarFrameName {
  return SOLAR.has(name);
}

/**
 * Reads the name of a frame, with an equinox after a comma where it has one.
 *
 * @param text Such as `icrs`, `fk5`, `fk5,1975`, `fk4,B1900`, `ecliptic,2025.5`, `galactic`,
 * `supergalactic`; `helioprojective` (`hpc`), `radial` (`hpr`), `stonyhurst` (`hgs`),
 * `carrington` (`hgc`).
 * @returns The frame.
 * @throws {FormatError} If it names no frame, or an equinox that it cannot have.
 *
 * @example
 * ```ts
 * import { parseSkyFrame } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseSkyFrame("FK4,B1900"), { name: "fk4", equinox: 1900 });
 * assertEquals(parseSkyFrame("hgs"), { name: "stonyhurst" });
 * ```
 */
export function parseSkyFrame(text: string): SkyFrame {
  const [named = "", year, ...rest] = text.split(",").map((part) => part.trim());
  const key = named.toLowerCase();
  const name = Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
  if (name === undefined || rest.length > 0) {
    throw new FormatError(
      `Cannot read the frame '${text}', expected icrs, fk5, fk4, fk4noeterms, galactic, ` +
        "supergalactic, ecliptic, helioprojective, radial, stonyhurst or carrington, " +
        "with an equinox as in fk5,1975",
    );
  }
  if (year === undefined) return { name };
  const letter = name.startsWith("fk4") ? "B" : "J";
  const match = /^([BJ]?)(\d{4}(?:\.\d{1,10})?)$/i.exec(year);
  if (
    match === null || !WITH_EQUINOX.has(name) || !["", letter].includes(match[1]!.toUpperCase())
  ) {
    throw new FormatError(
      `Cannot read the frame '${text}': the equinox is '${year}', expected ` +
        (WITH_EQUINOX.has(name) ? `a year such as ${letter}1950` : `none for ${name}`),
    );
  }
  return checkSkyFrame({ name, equinox: Number(match[2]) });
}

/**
 * Refuses a frame whose equinox or time cannot be computed with.
 *
 * @param frame The frame.
 * @returns The same frame.
 * @throws {FormatError} If it has no known name, or its years are out of range.
 */
export function checkSkyFrame(frame: SkyFrame): SkyFrame {
  if (!Object.values(NAMES).includes(frame.name)) parseSkyFrame(`${frame.name}`);
  for (const what of ["equinox", "obstime"] as const) {
    const year = frame[what];
    if (year === undefined || (year >= MIN_EQUINOX && year <= MAX_EQUINOX)) continue;
    throw new FormatError(
      `Cannot use the frame ${frame.name}: the ${what} is ${year}, expected a year from ` +
        `${MIN_EQUINOX} to ${MAX_EQUINOX}`,
    );
  }
  return frame;
}

/** A celestial pair of axes as `Wcs.celestial` has it. */
export interface CelestialDescription {
  /** What the longitude is: `RA`, `GLON`, `HPLN` and so on. */
  readonly system: string;
  /** RADESYS, or its default. */
  readonly frame: string | undefined;
  /** EQUINOX in years. */
  readonly equinox: number | undefined;
}

/** The frames of longitudes other than RA and ELON. */
const SYSTEMS: Readonly<Record<string, SkyFrameName>> = {
  GLON: "galactic",
  SLON: "supergalactic",
  HPLN: "helioprojective",
  HRLN: "radial",
  HGLN: "stonyhurst",
  CRLN: "carrington",
};

/** The frames of RADESYS for right ascension (FITS 4.0, table 24). */
const RADESYS: Readonly<Record<string, SkyFrameName>> = {
  ICRS: "icrs",
  FK5: "fk5",
  FK4: "fk4",
  "FK4-NO-E": "fk4noeterms",
};

/**
 * The frame of the celestial coordinates of a header.
 *
 * ELON of ICRS and that of FK5 are both taken for `ecliptic`: the two differ by 0.03 seconds of
 * arc at most, and no document says by which.
 *
 * @param celestial What `Wcs.celestial` says.
 * @param around When it was observed (Julian years, for FK4) and from where (for the Sun).
 * @returns The frame.
 * @throws {FormatError} If the frame of the header is none that can be converted; the message
 * names the keyword.
 *
 * @example
 * ```ts
 * import { convertSky, readWcs, skyFrameOf } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const wcs = readWcs(new Map<string, unknown>([
 *   ["CTYPE1", "RA---TAN"], ["CTYPE2", "DEC--TAN"], ["RADESYS", "FK5"], ["EQUINOX", 2000],
 *   ["CRVAL1", 83.633], ["CRVAL2", 22.0145], ["CDELT1", -1e-4], ["CDELT2", 1e-4],
 * ]))!;
 * const [ra, dec] = wcs.pixelToWorld([-1, -1]);
 * const [l, b] = convertSky(ra!, dec!, skyFrameOf(wcs.celestial!), "galactic");
 * assertEquals([l.toFixed(3), b.toFixed(3)], ["184.557", "-5.784"]);
 * ```
 */
export function skyFrameOf(
  celestial: CelestialDescription,
  around: { readonly obstime?: number | undefined; readonly observer?: SunObserver | undefined } =
    {},
): SkyFrame {
  const { system, frame, equinox } = celestial;
  const known = Object.hasOwn(SYSTEMS, system) ? SYSTEMS[system]! : undefined;
  if (known !== undefined) {
    return isSolarFrame(known) ? { name: known, observer: around.observer } : { name: known };
  }
  if (system !== "RA" && system !== "ELON") {
    throw new FormatError(
      `Cannot tell the frame of the coordinates: CTYPE has the longitude ${system}, expected RA, ` +
        `ELON, ${Object.keys(SYSTEMS).join(", ")}`,
    );
  }
  const radesys = (frame ?? "ICRS").toUpperCase();
  const equatorial = Object.hasOwn(RADESYS, radesys) ? RADESYS[radesys]! : undefined;
  if (equatorial === undefined || (system === "ELON" && equatorial.startsWith("fk4"))) {
    throw new FormatError(
      `Cannot tell the frame of the coordinates: RADESYS is '${frame}', expected ` +
        (system === "ELON" ? "ICRS or FK5 for ELON" : Object.keys(RADESYS).join(", ")),
    );
  }
  const name = system === "ELON" ? "ecliptic" : equatorial;
  if (!WITH_EQUINOX.has(name)) return { name };
  const obstime = name.startsWith("fk4") ? around.obstime : undefined;
  return checkSkyFrame({ name, equinox, obstime });
}
