/** Rotations of the sphere, as matrices of three rows. */

/** Nine numbers, row by row. */
export type Rotation = readonly number[];

/** Degrees to radians. */
export const RADIAN: number = Math.PI / 180;
/** Seconds of arc to degrees. */
export const ARCSEC: number = 1 / 3600;

const { sin, cos } = Math;

/**
 * The rotation of the axes about one of them: a vector turns the other way.
 *
 * @param axis The axis.
 * @param degrees The angle.
 */
export function rotationAbout(axis: "x" | "y" | "z", degrees: number): Rotation {
  const c = cos(degrees * RADIAN);
  const s = sin(degrees * RADIAN);
  if (axis === "x") return [1, 0, 0, 0, c, s, 0, -s, c];
  if (axis === "y") return [c, 0, -s, 0, 1, 0, s, 0, c];
  return [c, s, 0, -s, c, 0, 0, 0, 1];
}

/**
 * The product of matrices: the last is applied first.
 *
 * @param all The matrices.
 */
export function product(...all: readonly Rotation[]): Rotation {
  return all.reduce((a, b) =>
    Array.from({ length: 9 }, (_, at) => {
      const row = at - at % 3;
      const column = at % 3;
      return a[row]! * b[column]! + a[row + 1]! * b[3 + column]! + a[row + 2]! * b[6 + column]!;
    })
  );
}

/** Rows and columns exchanged: the inverse of a rotation. */
export function transpose(m: Rotation): Rotation {
  return [m[0]!, m[3]!, m[6]!, m[1]!, m[4]!, m[7]!, m[2]!, m[5]!, m[8]!];
}

/** A vector in space, changed in place. */
export type Vector = [x: number, y: number, z: number];

/**
 * Applies a matrix to a vector in place.
 *
 * @param m The matrix.
 * @param v The vector.
 */
export function rotate(m: Rotation, v: Vector): void {
  const [x, y, z] = v;
  v[0] = m[0]! * x + m[1]! * y + m[2]! * z;
  v[1] = m[3]! * x + m[4]! * y + m[5]! * z;
  v[2] = m[6]! * x + m[7]! * y + m[8]! * z;
}

/**
 * The unit vector of a direction.
 *
 * @param longitude In degrees.
 * @param latitude In degrees.
 * @param out Where it is written.
 */
export function toVector(longitude: number, latitude: number, out: Vector): void {
  const across = cos(latitude * RADIAN);
  out[0] = across * cos(longitude * RADIAN);
  out[1] = across * sin(longitude * RADIAN);
  out[2] = sin(latitude * RADIAN);
}

/**
 * The longitude of a vector in degrees, from 0 to 360.
 *
 * @param v The vector.
 */
export function longitudeOf(v: Readonly<Vector>): number {
  const degrees = Math.atan2(v[1], v[0]) / RADIAN;
  // A tiny negative angle and 360 is 360, which is 0.
  return degrees < 0 ? (degrees + 360) % 360 : degrees;
}

/**
 * The latitude of a vector in degrees.
 *
 * @param v The vector, of any length.
 */
export function latitudeOf(v: Readonly<Vector>): number {
  // The arc sine would lose half of the figures beside the poles; hypot() is ten times slower.
  return Math.atan2(v[2], Math.sqrt(v[0] * v[0] + v[1] * v[1])) / RADIAN;
}

/**
 * A unit vector of the same direction, in place.
 *
 * @param v The vector.
 */
export function normalize(v: Vector): void {
  const length = Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
  v[0] /= length;
  v[1] /= length;
  v[2] /= length;
}
