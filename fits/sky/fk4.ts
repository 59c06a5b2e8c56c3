/** The system FK4: its elliptic terms of aberration, and the way to FK5 (Murray 1989). */

import { besselianYearDate, J2000 } from "./precession.ts";
import { ARCSEC, normalize, RADIAN, type Rotation, type Vector } from "./rotation.ts";

/** From B1950 without elliptic terms to J2000 (Murray 1989, equation 28). */
const B1950_TO_J2000: Rotation = [
  ...[0.9999256794956877, -0.0111814832204662, -0.0048590038153592],
  ...[0.0111814832391717, 0.9999374848933135, -0.0000271625947142],
  ...[0.0048590037723143, -0.000027170293744, 0.9999881946023742],
];

/** Its change in a Julian century since 1950, in millionths (equation 29): FK4 rotates. */
const CHANGE: Rotation = [
  ...[-0.0026455262, -1.1539918689, 2.111134619],
  ...[1.1540628161, -0.0129042997, 0.0236021478],
  ...[-2.1112979048, -0.0056024448, 0.0102587734],
];

/** The constant of aberration in degrees. */
const ABERRATION = 0.0056932;
/** Steps in which the elliptic terms are put back; the third already changes nothing. */
const MAX_STEPS = 10;

/**
 * From FK4 at B1950, without elliptic terms, to FK5 at J2000.
 *
 * @param obstime When it was observed, in Julian years.
 */
export function fk4ToFk5(obstime: number): Rotation {
  const centuries = (obstime - 1950) / 100;
  return B1950_TO_J2000.map((value, at) => value + CHANGE[at]! * 1e-6 * centuries);
}

/**
 * The elliptic terms of aberration (Explanatory Supplement 1992, section 3.5).
 *
 * @param equinox In Besselian years.
 */
export function ellipticTerms(equinox: number): Readonly<Vector> {
  const date = besselianYearDate(equinox);
  const t = (date - besselianYearDate(1950)) / 36525;
  const eccentricity = 0.01673011 + t * (-0.00004193 + t * -0.000000126);
  const perigee = (1015489.951 + t * (6190.67 + t * (1.65 + t * 0.012))) * ARCSEC * RADIAN;
  const u = (date - J2000) / 36525;
  const obliquity = (84381.448 + u * (-46.815 + u * (-0.00059 + u * 0.001813))) * ARCSEC * RADIAN;
  const size = eccentricity * ABERRATION * RADIAN;
  return [
    size * Math.sin(perigee),
    -size * Math.cos(perigee) * Math.cos(obliquity),
    -size * Math.cos(perigee) * Math.sin(obliquity),
  ];
}

function dot(a: Readonly<Vector>, b: Readonly<Vector>): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/**
 * Takes the elliptic terms from a unit vector, in place.
 *
 * @param terms The terms.
 * @param v The vector.
 */
export function removeTerms(terms: Readonly<Vector>, v: Vector): void {
  const along = 1 + dot(terms, v);
  for (let i = 0; i < 3; i++) v[i] = v[i]! * along - terms[i]!;
  normalize(v);
}

/**
 * Gives a vector its elliptic terms, in place.
 *
 * @param terms The terms.
 * @param v The vector.
 */
export function addTerms(terms: Readonly<Vector>, v: Vector): void {
  normalize(v);
  const [x, y, z] = v;
  for (let step = 0; step < MAX_STEPS; step++) {
    const along = 1 + dot(terms, v);
    v[0] = (terms[0] + x) / along;
    v[1] = (terms[1] + y) / along;
    v[2] = (terms[2] + z) / along;
  }
  normalize(v);
}
