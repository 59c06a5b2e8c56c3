/**
 * TPV: a TAN projection whose plane is distorted by polynomials of up to the seventh
 * degree, as SCAMP and the pipelines of large surveys write it.
 */

import { type Distortion, distortion, type Slopes } from "./distortion.ts";
import type { Parameters } from "../projections/projection.ts";

/** The powers of x, y and the radius of each coefficient PVi_m, m = 0 to 39. */
const TERMS: readonly (readonly [x: number, y: number, r: number])[] = terms();

/** Of each degree the powers from x^n to y^n, and of the odd ones r^n. */
function terms(): [number, number, number][] {
  const list: [number, number, number][] = [];
  for (let degree = 0; degree <= 7; degree++) {
    for (let y = 0; y <= degree; y++) list.push([degree - y, y, 0]);
    if (degree % 2 === 1) list.push([0, 0, degree]);
  }
  return list;
}

/**
 * Reads the distortion of a TPV projection.
 *
 * @param longitude PVi_m of the longitude axis.
 * @param latitude PVi_m of the latitude axis, whose polynomial has x and y exchanged.
 * @returns The distortion of the projection plane, in degrees.
 */
export function readTpv(longitude: Parameters, latitude: Parameters): Distortion {
  // Without coefficients each coordinate is itself.
  const coefficients = [longitude, latitude].map((pv) =>
    TERMS.map((_, m) => pv(m) ?? (m === 1 ? 1 : 0))
  );
  const sum = [0, 0, 0];
  return distortion((u, v, out: Slopes) => {
    evaluate(coefficients[0]!, u, v, sum);
    [out.f, out.fu, out.fv] = sum as [number, number, number];
    evaluate(coefficients[1]!, v, u, sum);
    [out.g, out.gv, out.gu] = sum as [number, number, number];
  });
}

/** Writes the value of a polynomial and its derivatives by x and by y. */
function evaluate(coefficients: readonly number[], x: number, y: number, out: number[]): void {
  const radius = Math.hypot(x, y);
  let value = 0, byX = 0, byY = 0;
  for (const [m, [px, py, pr]] of TERMS.entries()) {
    const c = coefficients[m]!;
    if (c === 0) continue;
    if (pr > 0) {
      value += c * radius ** pr;
      // The slope of the radius itself has no value in the middle; its limit is taken as 0.
      const slope = radius === 0 ? 0 : c * pr * radius ** (pr - 2);
      byX += slope * x;
      byY += slope * y;
      continue;
    }
    value += c * x ** px * y ** py;
    if (px > 0) byX += c * px * x ** (px - 1) * y ** py;
    if (py > 0) byY += c * py * x ** px * y ** (py - 1);
  }
  out[0] = value;
  out[1] = byX;
  out[2] = byY;
}
