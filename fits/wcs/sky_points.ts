/** Many celestial points at once: rotations by a matrix, no angles on the way. */

import type { CelestialPart } from "./celestial.ts";
import type { Matrix } from "./linear.ts";
import type { DirectionProjection, Pair } from "./projections/projection.ts";

const RADIAN = Math.PI / 180;
const DEGREE = 180 / Math.PI;

/** What an image of the sky alone comes to: a matrix, a projection by directions, a rotation. */
export interface SkyPoints {
  /**
   * Writes longitudes and latitudes for pixels.
   *
   * @param pixels Pairs of pixel coordinates.
   * @param shift What is added to them so that they count from 1.
   * @param out Where the pairs of degrees go.
   */
  toWorld(pixels: ArrayLike<number>, shift: number, out: Float64Array): void;
  /** Writes pixels for longitudes and latitudes; the other way round. */
  toPixels(world: ArrayLike<number>, shift: number, inverse: Matrix, out: Float64Array): void;
}

/**
 * Makes the way for many points, for an image whose two axes are the sky's, longitude first,
 * and whose projection can do it.
 *
 * @param sky The celestial pair.
 * @param matrix From pixel offsets to the plane.
 * @param reference CRPIXj.
 * @returns The way, or undefined if each point has to be computed by itself.
 */
export function skyPoints(
  sky: CelestialPart,
  matrix: Matrix,
  reference: readonly number[],
): SkyPoints | undefined {
  const { directions } = sky.projection;
  if (directions === undefined || sky.bend !== undefined || matrix.size !== 2) return undefined;
  if (sky.longitude !== 0 || sky.offset[0] !== 0 || sky.offset[1] !== 0) return undefined;
  return new DirectedPoints(sky, directions, matrix, reference);
}

class DirectedPoints implements SkyPoints {
  readonly #directions: DirectionProjection;
  readonly #matrix: Float64Array;
  readonly #reference: readonly number[];
  /** From native to celestial directions, row by row. */
  readonly #rotation: Float64Array;
  /** Where longitudes begin: 0, or -180 on the Sun's disc. */
  readonly #least: number;

  constructor(
    sky: CelestialPart,
    directions: DirectionProjection,
    matrix: Matrix,
    reference: readonly number[],
  ) {
    this.#directions = directions;
    this.#matrix = matrix.rows;
    this.#reference = reference;
    this.#rotation = rotationOf(sky);
    this.#least = sky.normal(-90) < 0 ? -180 : 0;
  }

  toWorld(pixels: ArrayLike<number>, shift: number, out: Float64Array): void {
    const [a, b, c, d] = this.#matrix as unknown as [number, number, number, number];
    const r = this.#rotation;
    const [r0, r1, r2, r3, r4, r5] = [r[0]!, r[1]!, r[2]!, r[3]!, r[4]!, r[5]!];
    const [r6, r7, r8] = [r[6]!, r[7]!, r[8]!];
    const [east, north] = [shift - this.#reference[0]!, shift - this.#reference[1]!];
    const directions = this.#directions;
    const native = new Float64Array(3);
    const least = this.#least;
    for (let at = 0; at < pixels.length; at += 2) {
      const u = pixels[at]! + east;
      const v = pixels[at + 1]! + north;
      directions.toDirection(a * u + b * v, c * u + d * v, native);
      const l = native[0]!, m = native[1]!, n = native[2]!;
      const x = r0 * l + r1 * m + r2 * n;
      const y = r3 * l + r4 * m + r5 * n;
      const z = r6 * l + r7 * m + r8 * n;
      // Half the time of atan2(), which looks at signs and zeros that are known here.
      let longitude = x === 0 ? Math.atan2(y, x) * DEGREE : Math.atan(y / x) * DEGREE;
      if (x < 0) longitude += y < 0 ? -180 : 180;
      out[at] = longitude < least ? longitude + 360 : longitude;
      out[at + 1] = Math.atan(z / Math.sqrt(x * x + y * y)) * DEGREE;
    }
  }

  toPixels(world: ArrayLike<number>, shift: number, inverse: Matrix, out: Float64Array): void {
    const [a, b, c, d] = inverse.rows as unknown as [number, number, number, number];
    const r = this.#rotation;
    const [east, north] = [this.#reference[0]! - shift, this.#reference[1]! - shift];
    const plane: Pair = [0, 0];
    for (let at = 0; at < world.length; at += 2) {
      const longitude = world[at]! * RADIAN;
      const latitude = world[at + 1]! * RADIAN;
      const flat = Math.cos(latitude);
      const x = flat * Math.cos(longitude);
      const y = flat * Math.sin(longitude);
      const z = Math.sin(latitude);
      this.#directions.fromDirection(
        r[0]! * x + r[3]! * y + r[6]! * z,
        r[1]! * x + r[4]! * y + r[7]! * z,
        r[2]! * x + r[5]! * y + r[8]! * z,
        plane,
      );
      out[at] = a * plane[0] + b * plane[1] + east;
      out[at + 1] = c * plane[0] + d * plane[1] + north;
    }
  }
}

/** The rotation as a matrix: where the three axes of the native system lie on the sky. */
function rotationOf({ rotation }: CelestialPart): Float64Array {
  const rows = new Float64Array(9);
  const sky: Pair = [0, 0];
  for (const [column, [phi, theta]] of ([[0, 0], [90, 0], [0, 90]] as const).entries()) {
    rotation.toCelestial(phi, theta, sky);
    const flat = Math.cos(sky[1] * RADIAN);
    rows[column] = flat * Math.cos(sky[0] * RADIAN);
    rows[3 + column] = flat * Math.sin(sky[0] * RADIAN);
    rows[6 + column] = Math.sin(sky[1] * RADIAN);
  }
  return rows;
}
