/** Pseudo-cylindrical and related projections: the sphere becomes an oval (Paper II, section 5.3). */

import { cylindrical } from "./cylindrical.ts";
import {
  asind,
  cosd,
  type Projection,
  R0,
  RADIAN,
  sind,
  solveRising,
  TOLERANCE,
} from "./projection.ts";

const { abs, asin, atan2, cos, sign, sin, sqrt } = Math;

/** SFL: the sinusoid (section 5.3.1). */
export function sinusoidal(): Projection {
  return cylindrical(
    (x, y, out) => {
      const shrink = cos(y * RADIAN);
      out[0] = shrink === 0 ? (x === 0 ? 0 : NaN) : x / shrink;
      out[1] = y;
    },
    (phi, theta, out) => {
      out[0] = phi * cosd(theta);
      out[1] = theta;
    },
  );
}

/** PAR: parabolas (section 5.3.2). */
export function parabolic(): Projection {
  return cylindrical(
    (x, y, out) => {
      const s = y / 180;
      const shrink = 1 - 4 * s * s;
      out[0] = abs(s) > 1 ? NaN : shrink === 0 ? (x === 0 ? 0 : NaN) : x / shrink;
      out[1] = Number.isNaN(out[0]) ? NaN : 3 * asind(s);
    },
    (phi, theta, out) => {
      const s = sind(theta / 3);
      out[0] = phi * (1 - 4 * s * s);
      out[1] = 180 * s;
    },
  );
}

/** MOL: Mollweide's, equal areas within an ellipse (section 5.3.3). */
export function mollweide(): Projection {
  const height = Math.SQRT2 * R0;
  return cylindrical(
    (x, y, out) => {
      const v = y / R0;
      const square = 2 - v * v;
      if (square <= 1e-12) {
        // The pole is a point; beyond it there is nothing.
        const pole = square >= -1e-12 && abs(x) <= 1e-12;
        out[0] = pole ? 0 : NaN;
        out[1] = pole ? 90 * sign(y) : NaN;
        return;
      }
      const root = sqrt(square);
      const z = y / height;
      const angle = abs(z) > 1 ? sign(z) : asin(z) * 2 / Math.PI;
      out[0] = 90 * x / (R0 * root);
      out[1] = asind(angle + v * root / Math.PI);
    },
    (phi, theta, out) => {
      const gamma = mollweideAngle(theta);
      out[0] = abs(theta) === 90 ? 0 : height / 90 * phi * cos(gamma);
      out[1] = height * sin(gamma);
    },
  );
}

/** Half of the angle v with v + sin v = pi sin theta, in radians. */
function mollweideAngle(theta: number): number {
  if (theta === 0) return 0;
  if (abs(theta) === 90) return sign(theta) * Math.PI / 2;
  const size = solveRising((v) => v + sin(v), Math.PI * abs(sind(theta)), 0, Math.PI);
  return sign(theta) * size / 2;
}

/** AIT (Paper II, section 5.3.4). */
export function hammerAitoff(): Projection {
  return cylindrical(
    (x, y, out) => {
      const u = x / (4 * R0);
      const v = y / (2 * R0);
      // Less than one half lies outside the ellipse.
      const square = 1 - u * u - v * v;
      const z = square < 0.5 ? (square > 0.5 - TOLERANCE ? sqrt(0.5) : NaN) : sqrt(square);
      out[0] = 2 * atan2(2 * z * u, 2 * z * z - 1) / RADIAN;
      out[1] = asind(2 * v * z);
    },
    (phi, theta, out) => {
      const flat = cos(theta * RADIAN);
      const gamma = R0 * sqrt(2 / (1 + flat * cos(phi / 2 * RADIAN)));
      out[0] = 2 * gamma * flat * sin(phi / 2 * RADIAN);
      out[1] = gamma * sin(theta * RADIAN);
    },
  );
}
