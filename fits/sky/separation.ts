/** Distances and directions on the sphere. */

import { RADIAN } from "./rotation.ts";

/** A point on the sphere: longitude and latitude in degrees. */
export type SkyPoint = readonly [longitude: number, latitude: number];

const { sin, cos, atan2, hypot } = Math;

/**
 * The distance of two points on the sphere, exact from nothing to the antipode (Vincenty 1975).
 *
 * @param a One point.
 * @param b The other, in the same frame.
 * @returns Degrees.
 *
 * @example
 * ```ts
 * import { positionAngle, separation } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(separation([10, 0], [10, 90]), 90);
 * assertEquals((separation([0, 0], [1e-9, 0]) * 1e9).toFixed(9), "1.000000000");
 * assertEquals(positionAngle([10, 0], [11, 0]), 90);
 * ```
 */
export function separation(a: SkyPoint, b: SkyPoint): number {
  const [east, north, along] = offsets(a, b);
  return atan2(hypot(east, north), along) / RADIAN;
}

/**
 * The direction from one point to another.
 *
 * @param from Where one looks from.
 * @param to Where one looks, in the same frame.
 * @returns Degrees from north through east (the way in which longitudes grow), from 0 to 360.
 */
export function positionAngle(from: SkyPoint, to: SkyPoint): number {
  const [east, north] = offsets(from, to);
  const angle = atan2(east, north) / RADIAN;
  return angle < 0 ? angle + 360 : angle;
}

/** The second point in the axes of the first: to the east, to the north, and along it. */
function offsets(a: SkyPoint, b: SkyPoint): [east: number, north: number, along: number] {
  const turn = (b[0] - a[0]) * RADIAN;
  const [from, to] = [a[1] * RADIAN, b[1] * RADIAN];
  // Differences of products lose figures for near points: 1 - cos is written by a half angle.
  const half = 2 * sin(turn / 2) ** 2;
  return [
    cos(to) * sin(turn),
    sin(to - from) + sin(from) * cos(to) * half,
    cos(to - from) - cos(from) * cos(to) * half,
  ];
}
