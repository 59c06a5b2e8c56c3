/** Many celestial points at once: rotations by a matrix, no angles on the way. */

import type { CelestialPart } from "./celestial.ts";
import type { Matrix } from "./linear.ts";
import type { DirectionProjection, Pair } from "./projections/projection.ts";

const RADIAN = Math.PI / 180;
const DEGREE = 180 / Math.PI;
/** Degrees beyond which full turns are taken off first. */
const MAX_ANGLE = 1e9;

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
      let longitude = firstQuadrant(Math.abs(y), Math.abs(x));
      if (x < 0) longitude = 180 - longitude;
      if (y < 0) longitude = -longitude;
      out[at] = longitude < least ? longitude + 360 : longitude;
      const latitude = firstQuadrant(Math.abs(z), Math.sqrt(x * x + y * y));
      out[at + 1] = z < 0 ? -latitude : latitude;
    }
  }

  toPixels(world: ArrayLike<number>, shift: number, inverse: Matrix, out: Float64Array): void {
    const [a, b, c, d] = inverse.rows as unknown as [number, number, number, number];
    const r = this.#rotation;
    const [east, north] = [this.#reference[0]! - shift, this.#reference[1]! - shift];
    const plane: Pair = [0, 0];
    for (let at = 0; at < world.length; at += 2) {
      // Within 45 degrees of a multiple of 90, which is taken off without rounding.
      const longitude = nearAngle(world[at]!);
      const turns = Math.round(longitude / 90);
      const angle = (longitude - 90 * turns) * RADIAN;
      const c0 = cosine(angle);
      const s0 = sine(angle);
      const turn = turns & 3;
      const across = turn === 0 ? c0 : turn === 1 ? -s0 : turn === 2 ? -c0 : s0;
      const along = turn === 0 ? s0 : turn === 1 ? c0 : turn === 2 ? -s0 : -c0;
      const latitude = nearAngle(world[at + 1]!);
      const tilts = Math.round(latitude / 90);
      const rest = (latitude - 90 * tilts) * RADIAN;
      const c1 = cosine(rest);
      const s1 = sine(rest);
      const tilt = tilts & 3;
      const flat = tilt === 0 ? c1 : tilt === 1 ? -s1 : tilt === 2 ? -c1 : s1;
      const z = tilt === 0 ? s1 : tilt === 1 ? c1 : tilt === 2 ? -s1 : -c1;
      const x = flat * across;
      const y = flat * along;
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

// The functions of angles below are those of the Cephes library (Moshier), within one unit in
// the last place, and a third of the time of Math.atan(), Math.sin() and Math.cos(), which V8
// does not compute in place.

/** The angle of a point whose coordinates are not negative, in degrees; 0 of the origin. */
function firstQuadrant(y: number, x: number): number {
  let base = 0;
  let t: number;
  if (y <= 0.66 * x) {
    t = x === 0 ? 0 : y / x;
  } else if (y > 2.414213562373095 * x) {
    base = 90;
    t = -x / y;
  } else {
    base = 45;
    t = (y - x) / (y + x);
  }
  const z = t * t;
  const over = (((-0.8750608600031904 * z - 16.157537187333652) * z - 75.00855792314705) * z -
        122.88666844901361) * z - 64.85021904942025;
  const under = ((((z + 24.858464901423062) * z + 165.02700983169885) * z + 432.88106049129027) *
          z + 485.3903996359137) * z + 194.5506571482614;
  return base + (t + t * z * (over / under)) * DEGREE;
}

/** An angle whose multiples of 90 degrees can be taken off without rounding. */
function nearAngle(degrees: number): number {
  return Math.abs(degrees) > MAX_ANGLE ? degrees % 360 : degrees;
}

/** The sine of an angle up to a quarter of pi. */
function sine(angle: number): number {
  const z = angle * angle;
  const series = ((((1.5896230157654656e-10 * z - 2.5050747762857807e-8) * z +
                2.7557313621385725e-6) * z - 1.984126982958954e-4) * z + 8.333333333322118e-3) * z -
    0.1666666666666663;
  return angle + angle * z * series;
}

/** The cosine of an angle up to a quarter of pi. */
function cosine(angle: number): number {
  const z = angle * angle;
  const series = ((((-1.1358536521387682e-11 * z + 2.087570084197473e-9) * z -
                2.755731417929674e-7) * z + 2.4801587288851704e-5) * z - 1.3888888888873056e-3) *
      z +
    0.041666666666666595;
  return 1 - z / 2 + z * z * series;
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
