/**
 * The rotation between native and celestial spherical coordinates
 * (Calabretta & Greisen 2002, "Paper II", section 2.4), in degrees.
 */

import { FormatError } from "../../net/errors.ts";
import { acosd, type Pair } from "./projections/projection.ts";

/** Where the native system lies on the celestial sphere. */
export interface CelestialReference {
  /** Celestial longitude and latitude of the fiducial point, CRVALi. */
  readonly longitude: number;
  readonly latitude: number;
  /** Native coordinates of the fiducial point, by default (0, theta0 of the projection). */
  readonly phi0: number;
  readonly theta0: number;
  /** LONPOLE: native longitude of the celestial pole. */
  readonly lonpole: number | undefined;
  /** LATPOLE: which of two solutions is wanted. */
  readonly latpole: number | undefined;
}

/** A rotation of the sphere, both ways. */
export interface SphereRotation {
  toCelestial(phi: number, theta: number, out: Pair): void;
  toNative(longitude: number, latitude: number, out: Pair): void;
}

const RADIAN = Math.PI / 180;
const TOLERANCE = 1e-10;

const { sin, cos, atan2, abs, hypot, sign } = Math;

/**
 * Finds the celestial coordinates of the native pole and makes the rotation.
 *
 * @param reference Where the native system lies.
 * @returns The rotation.
 * @throws {FormatError} If no position of the pole agrees with the reference.
 */
export function sphereRotation(reference: CelestialReference): SphereRotation {
  const { longitude, latitude, phi0, theta0 } = reference;
  // The default of LONPOLE (equation 8 and the text after it).
  const phiPole = reference.lonpole ?? wrap((latitude < theta0 ? 180 : 0) + phi0);
  const pole: Pair = [longitude, latitude];
  if (theta0 !== 90) findPole(reference, phiPole, pole);
  const [lonPole, latPole] = pole;
  if (abs(latPole) > 90 + TOLERANCE) {
    throw new FormatError(
      `Cannot orient the sphere: the latitude of the reference point is ${latitude}, ` +
        "expected -90 to 90",
    );
  }
  const sinPole = sin(latPole * RADIAN);
  const cosPole = abs(latPole) === 90 ? 0 : cos(latPole * RADIAN);
  // Equations 2 and 5 are one: each rotates about the same pole.
  const rotate = (
    from: number,
    angle: number,
    latitude: number,
    to: number,
    out: Pair,
  ) => {
    const turn = (angle - from) * RADIAN;
    const sinLat = sin(latitude * RADIAN);
    const cosLat = abs(latitude) === 90 ? 0 : cos(latitude * RADIAN);
    const half = sin(turn / 2);
    const x = sin((latitude - latPole) * RADIAN) + 2 * cosLat * sinPole * half * half;
    const y = -cosLat * sin(turn);
    const z = sinLat * sinPole + cosLat * cosPole * cos(turn);
    out[0] = to + (x === 0 && y === 0 ? turn / RADIAN + 180 : atan2(y, x) / RADIAN);
    out[1] = atan2(z, hypot(x, y)) / RADIAN;
  };
  return {
    toCelestial: (phi, theta, out) => rotate(phiPole, phi, theta, lonPole, out),
    toNative(longitude, latitude, out) {
      rotate(lonPole, longitude, latitude, phiPole, out);
      out[0] = wrap(out[0]);
    },
  };
}

/** Equations 8 to 10: the pole of a system whose fiducial point is not there. */
function findPole(reference: CelestialReference, phiPole: number, out: Pair): void {
  const { longitude, latitude, phi0, theta0 } = reference;
  const turn = (phiPole - phi0) * RADIAN;
  const sinLat = sin(latitude * RADIAN);
  const cosLat = cos(latitude * RADIAN);
  const sinTheta = sin(theta0 * RADIAN);
  const cosTheta = cos(theta0 * RADIAN);
  const latPole = latitudeOfPole(reference, phiPole);
  out[1] = latPole;
  const z = cos(latPole * RADIAN) * cosLat;
  if (abs(z) < TOLERANCE) {
    if (abs(cosLat) < TOLERANCE) out[0] = longitude;
    else if (latPole > 0) out[0] = longitude + phiPole - phi0 - 180;
    else out[0] = longitude - phiPole + phi0;
    return;
  }
  const x = (sinTheta - sin(latPole * RADIAN) * sinLat) / z;
  const y = sin(turn) * cosTheta / cosLat;
  if (x === 0 && y === 0) throw impossible(reference);
  out[0] = longitude - atan2(y, x) / RADIAN;
}

function latitudeOfPole(reference: CelestialReference, phiPole: number): number {
  const { latitude, phi0, theta0 } = reference;
  const wanted = reference.latpole ?? 90;
  let middle: number;
  let reach: number;
  if (phiPole === phi0) {
    middle = theta0;
    reach = 90 - latitude;
  } else {
    const turn = (phiPole - phi0) * RADIAN;
    const quarter = abs(abs(wrap(phiPole - phi0)) - 90) < 1e-14;
    const x = cos(theta0 * RADIAN) * (quarter ? 0 : cos(turn));
    const y = theta0 === 0 ? 0 : sin(theta0 * RADIAN);
    const length = hypot(x, y);
    if (length === 0) {
      // The pole may lie anywhere on a meridian: LATPOLE alone says where.
      if (latitude !== 0) throw impossible(reference);
      return Math.max(-90, Math.min(90, wanted));
    }
    const ratio = sin(latitude * RADIAN) / length;
    if (abs(ratio) > 1 + TOLERANCE) throw impossible(reference);
    middle = atan2(y, x) / RADIAN;
    reach = acosd(abs(ratio) > 1 ? sign(ratio) : ratio);
  }
  // Of two that are equally near, WCSLIB takes the second.
  const solutions = [wrap(middle - reach), wrap(middle + reach)]
    .filter((solution) => abs(solution) < 90 + TOLERANCE)
    .sort((a, b) => abs(wanted - a) - abs(wanted - b));
  if (solutions.length === 0) throw impossible(reference);
  return Math.max(-90, Math.min(90, solutions[0]!));
}

function impossible({ latitude, lonpole, phi0, theta0 }: CelestialReference): FormatError {
  return new FormatError(
    `Cannot orient the sphere: no pole agrees with latitude ${latitude}, LONPOLE ${lonpole}, ` +
      `and the fiducial point at (${phi0}, ${theta0})`,
  );
}

/** An angle brought into -180 to 180. */
export function wrap(angle: number): number {
  if (angle >= -180 && angle <= 180) return angle;
  const turned = angle - 360 * Math.round(angle / 360);
  return turned === -180 ? 180 : turned;
}
