/**
 * Precession of the equator and the ecliptic: IAU 2006 (Capitaine et al. 2003; Hilton et al.
 * 2006) for Julian equinoxes, Newcomb's for those of FK4.
 */

import { ARCSEC, product, type Rotation, rotationAbout, transpose } from "./rotation.ts";

/** The Julian date of J2000. */
export const J2000 = 2_451_545;
/** The Julian date of B1900, and the days of its tropical year (Lieske 1979). */
const B1900 = 2_415_020.31352;
const TROPICAL_YEAR = 365.242198781;

/**
 * The Julian date (TT) of a Julian year.
 *
 * @param year Such as 2000.
 */
export function julianYearDate(year: number): number {
  return J2000 + (year - 2000) * 365.25;
}

/**
 * The Julian year of a Julian date.
 *
 * @param date The date.
 */
export function julianYearOf(date: number): number {
  return 2000 + (date - J2000) / 365.25;
}

/**
 * The Julian date (TT) of a Besselian year.
 *
 * @param year Such as 1950.
 */
export function besselianYearDate(year: number): number {
  return B1900 + (year - 1900) * TROPICAL_YEAR;
}

/** A polynomial with the constant first. */
function polynomial(t: number, coefficients: readonly number[]): number {
  return coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
}

/** The mean obliquity of IAU 2006 in degrees (Hilton et al. 2006, equation 10). */
function meanObliquity(centuries: number): number {
  return ARCSEC * polynomial(centuries, [
    ...[84381.406, -46.836769, -0.0001831, 0.0020034, -0.000000576, -0.0000000434],
  ]);
}

/** From ICRS to the mean equator and equinox of a date, by the angles of Fukushima and Williams. */
function biasAndPrecession(date: number): Rotation {
  const t = (date - J2000) / 36525;
  // Hilton et al. 2006, table 1; the constants hold the bias of the frame.
  const gamma = polynomial(t, [
    ...[-0.052928, 10.556378, 0.4932044, -0.00031238, -0.000002788, 0.000000026],
  ]);
  const phi = polynomial(t, [
    ...[84381.412819, -46.811016, 0.0511268, 0.00053289, -0.00000044, -0.0000000176],
  ]);
  const psi = polynomial(t, [
    ...[-0.041775, 5038.481484, 1.5584175, -0.00018522, -0.000026452, -0.0000000148],
  ]);
  return product(
    rotationAbout("x", -meanObliquity(t)),
    rotationAbout("z", -psi * ARCSEC),
    rotationAbout("x", phi * ARCSEC),
    rotationAbout("z", gamma * ARCSEC),
  );
}

/**
 * From the mean equator and equinox of J2000 to those of another Julian year.
 *
 * @param year The year.
 */
export function precessionFromJ2000(year: number): Rotation {
  return product(biasAndPrecession(julianYearDate(year)), transpose(biasAndPrecession(J2000)));
}

/**
 * From ICRS to the mean ecliptic and equinox of a date.
 *
 * @param date The Julian date (TT).
 */
export function eclipticRotation(date: number): Rotation {
  return product(
    rotationAbout("x", meanObliquity((date - J2000) / 36525)),
    biasAndPrecession(date),
  );
}

/**
 * Newcomb's precession from one Besselian year to another (Explanatory Supplement 1992, 3.215).
 *
 * @param from The year of the coordinates.
 * @param to The year that is wanted.
 */
export function besselianPrecession(from: number, to: number): Rotation {
  const t = (from - 1850) / 1000;
  const step = (to - from) / 1000;
  const common = 23035.545 + t * 139.72 + 0.06 * t * t;
  const zeta = polynomial(step, [0, common, 30.24 - 0.27 * t, 17.995]);
  const z = polynomial(step, [0, common, 109.48 + 0.39 * t, 18.325]);
  const theta = polynomial(step, [
    ...[0, 20051.12 - 85.29 * t - 0.37 * t * t, -42.65 - 0.37 * t, -41.8],
  ]);
  return product(
    rotationAbout("z", -z * ARCSEC),
    rotationAbout("y", theta * ARCSEC),
    rotationAbout("z", -zeta * ARCSEC),
  );
}
