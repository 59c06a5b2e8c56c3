/** Zenithal projections: the native pole is the reference point (Paper II, section 5.1). */

import { FormatError } from "../../../net/errors.ts";
import {
  asind,
  atan2d,
  cosd,
  type DirectionProjection,
  type Parameters,
  type Projection,
  R0,
  RADIAN,
  sind,
  solveRising,
  tand,
  TOLERANCE,
  zenithal,
} from "./projection.ts";

const { sin, cos, atan2, sqrt, hypot, abs } = Math;

/** TAN: from the centre of the sphere (section 5.1.3). */
export function gnomonic(): Projection {
  return zenithal(
    (radius) => atan2(R0, radius) / RADIAN,
    (theta) => theta > 0 ? R0 / tand(theta) : NaN,
    {
      toDirection(x, y, out) {
        out[0] = -y;
        out[1] = x;
        out[2] = R0;
      },
      fromDirection(l, m, n, out) {
        const scale = n > 0 ? R0 / n : NaN;
        out[0] = m * scale;
        out[1] = -l * scale;
      },
    },
  );
}

/** ARC: true distances from the pole (section 5.1.6). */
export function equidistant(): Projection {
  return zenithal((radius) => radius <= 180 ? 90 - radius : NaN, (theta) => 90 - theta, {
    toDirection(x, y, out) {
      const radius = sqrt(x * x + y * y);
      const angle = radius <= 180 ? radius * RADIAN : NaN;
      const flat = radius === 0 ? 0 : sin(angle) / radius;
      out[0] = -y * flat;
      out[1] = x * flat;
      out[2] = cos(angle);
    },
    fromDirection(l, m, n, out) {
      const flat = sqrt(l * l + m * m);
      const scale = flat === 0 ? (n > 0 ? 0 : NaN) : atan2(flat, n) / RADIAN / flat;
      out[0] = m * scale;
      out[1] = -l * scale;
    },
  });
}

/** STG: from the opposite pole (section 5.1.4). */
export function stereographic(): Projection {
  return zenithal(
    (radius) => 90 - 2 * atan2(radius, 2 * R0) / RADIAN,
    (theta) => theta > -90 ? 2 * R0 * tand((90 - theta) / 2) : NaN,
    {
      toDirection(x, y, out) {
        out[0] = -y / R0;
        out[1] = x / R0;
        out[2] = 1 - (x * x + y * y) / (4 * R0 * R0);
      },
      fromDirection(l, m, n, out) {
        const scale = n > -1 ? 2 * R0 / (1 + n) : NaN;
        out[0] = m * scale;
        out[1] = -l * scale;
      },
    },
  );
}

/** ZEA: equal areas (section 5.1.8). */
export function zenithalEqualArea(): Projection {
  return zenithal(
    (radius) => 90 - 2 * asind(radius / (2 * R0)),
    (theta) => 2 * R0 * sind((90 - theta) / 2),
    {
      toDirection(x, y, out) {
        const square = (x * x + y * y) / (4 * R0 * R0);
        const scale = sqrt(1 - square) / R0;
        out[0] = -y * scale;
        out[1] = x * scale;
        out[2] = 1 - 2 * square;
      },
      fromDirection(l, m, n, out) {
        const scale = n > -1 ? R0 * Math.SQRT2 / sqrt(1 + n) : NaN;
        out[0] = m * scale;
        out[1] = -l * scale;
      },
    },
  );
}

/** AIR: the least error within a circle of latitude PVi_1 (section 5.1.9). */
export function airy(thetaB: number): Projection {
  if (!(thetaB > -90 && thetaB <= 90)) {
    throw new FormatError(`Cannot project: AIR with PVi_1 ${thetaB}, expected more than -90 to 90`);
  }
  const square = cosd((90 - thetaB) / 2) ** 2;
  const edge = thetaB === 90 ? -0.5 : Math.log(square) / 2 * square / (1 - square);
  // Near the pole the logarithm loses its figures; its series begins with a straight line.
  const near = 0.5 - edge;
  const value = (xi: number) =>
    xi < 1e-4 ? near * xi : -(Math.log(cos(xi)) / Math.tan(xi) + edge * Math.tan(xi));
  return zenithal(
    (radius) => {
      if (radius === 0) return 90;
      const wanted = radius / (2 * R0);
      let high = 0.5;
      while (value(high) < wanted) {
        if (Math.PI / 2 - high < 1e-12) return NaN;
        high = (high + Math.PI / 2) / 2;
      }
      return 90 - 2 * solveRising(value, wanted, 0, high) / RADIAN;
    },
    (theta) => theta === 90 ? 0 : theta > -90 ? 2 * R0 * value((90 - theta) / 2 * RADIAN) : NaN,
  );
}

/** SIN without obliqueness, by directions. */
const ORTHOGRAPHIC: DirectionProjection = {
  toDirection(x, y, out) {
    out[0] = -y / R0;
    out[1] = x / R0;
    out[2] = sqrt(1 - (x * x + y * y) / (R0 * R0));
  },
  fromDirection(l, m, n, out) {
    const scale = n >= 0 ? R0 : NaN;
    out[0] = m * scale;
    out[1] = -l * scale;
  },
};

/** SIN, with the obliqueness that makes it the old NCP too (Paper II, section 5.1.5). */
export function slantOrthographic(xi: number, eta: number): Projection {
  const a = xi * xi + eta * eta + 1;
  return {
    theta0: 90,
    directions: xi === 0 && eta === 0 ? ORTHOGRAPHIC : undefined,
    toNative(x, y, out) {
      const u = x / R0;
      const v = y / R0;
      const b = xi * (u - xi) + eta * (v - eta);
      const c = (u - xi) ** 2 + (v - eta) ** 2 - 1;
      const discriminant = b * b - a * c;
      // 1 - sin(theta) directly: its relative accuracy is what counts near the pole.
      const near = discriminant < 0 ? NaN : (a + b - sqrt(discriminant)) / a;
      const depth = 2 * a === 2 ? 1 - sqrt(1 - u * u - v * v) : near;
      const sine = 1 - depth;
      if (!(abs(sine) <= 1)) {
        out[0] = out[1] = NaN;
        return;
      }
      const p = u - xi * depth;
      const q = v - eta * depth;
      out[0] = p === 0 && q === 0 ? 0 : atan2(p, -q) / RADIAN;
      out[1] = atan2(sine, hypot(p, q)) / RADIAN;
    },
    toPlane(phi, theta, out) {
      const depth = 1 - sin(theta * RADIAN);
      const flat = cos(theta * RADIAN);
      // The far side of the sphere would fall upon the near one (equation 61).
      const limit = -atan2(xi * sin(phi * RADIAN) - eta * cos(phi * RADIAN), 1) / RADIAN;
      const visible = theta >= limit;
      out[0] = visible ? R0 * (flat * sin(phi * RADIAN) + xi * depth) : NaN;
      out[1] = visible ? -R0 * (flat * cos(phi * RADIAN) - eta * depth) : NaN;
    },
  };
}

/** ZPN: a polynomial in the zenith distance (Paper II, section 5.1.7). */
export function zenithalPolynomial(pv: Parameters): Projection {
  const coefficients = Array.from({ length: 31 }, (_, m) => pv(m) ?? 0);
  while (coefficients.length > 0 && coefficients.at(-1) === 0) coefficients.pop();
  const degree = coefficients.length - 1;
  if (degree < 1) {
    throw new FormatError("Cannot project: ZPN without the parameters PVi_1 and higher");
  }
  const value = (z: number) => coefficients.reduceRight((sum, p) => sum * z + p, 0);
  const slope = (z: number) => {
    let sum = 0;
    for (let m = degree; m > 0; m--) sum = sum * z + m * coefficients[m]!;
    return sum;
  };
  if (degree > 1 && !(slope(0) > 0)) {
    throw new FormatError(
      "Cannot project: ZPN with a slope of its polynomial that is not positive",
    );
  }
  // The polynomial is invertible as far as it rises.
  const furthest = degree === 1 ? Math.PI : firstZero(slope);
  return zenithal(
    (radius) => {
      const z = solve(value, slope, radius / R0, furthest);
      return 90 - z / RADIAN;
    },
    (theta) => {
      const z = (90 - theta) * RADIAN;
      return z <= furthest + TOLERANCE ? R0 * value(z) : NaN;
    },
  );
}

/** The first zero between 0 and pi of a function that begins positive; pi if there is none. */
function firstZero(slope: (z: number) => number): number {
  for (let degree = 1; degree <= 180; degree++) {
    if (slope(degree * RADIAN) > 0) continue;
    let low = (degree - 1) * RADIAN;
    let high = degree * RADIAN;
    for (let i = 0; i < 60; i++) {
      const middle = (low + high) / 2;
      if (slope(middle) > 0) low = middle;
      else high = middle;
    }
    return low;
  }
  return Math.PI;
}

/** Where a rising function has a value between 0 and `most`: Newton's steps, kept in by halving. */
function solve(
  value: (z: number) => number,
  slope: (z: number) => number,
  wanted: number,
  most: number,
): number {
  let low = 0;
  let high = most;
  const least = value(0);
  if (wanted < least) return wanted < least - TOLERANCE ? NaN : 0;
  if (wanted > value(most)) return wanted > value(most) + TOLERANCE ? NaN : most;
  let z = most / 2;
  for (let i = 0; i < 100 && high - low > 1e-17; i++) {
    const error = value(z) - wanted;
    if (error > 0) high = z;
    else low = z;
    const step = z - error / slope(z);
    const next = step > low && step < high ? step : (low + high) / 2;
    if (next === z) break;
    z = next;
  }
  return z;
}

/** AZP: from a point at distance mu on a plane tilted by gamma (Paper II, section 5.1.1). */
export function zenithalPerspective(mu: number, gamma: number): Projection {
  const sinGamma = sin(gamma * RADIAN);
  const cosGamma = cos(gamma * RADIAN);
  const scale = R0 * (mu + 1);
  if (scale === 0 || abs(cosGamma) < 1e-15) {
    throw new FormatError(`Cannot project: AZP with mu ${mu} and gamma ${gamma}`);
  }
  const tanGamma = sinGamma / cosGamma;
  const overlap = abs(mu) > 1 ? asind(-1 / mu) : -90;
  return {
    theta0: 90,
    toNative(x, y, out) {
      const down = y * cosGamma;
      const radius = hypot(x, down);
      if (radius === 0) {
        out[0] = 0;
        out[1] = 90;
        return;
      }
      const rho = radius / (scale + y * sinGamma);
      const psi = atan2(1, rho) / RADIAN;
      const omega = asind(rho * mu / sqrt(rho * rho + 1));
      const near = psi - omega > 90 ? psi - omega - 360 : psi - omega;
      const far = psi + omega + 180 > 90 ? psi + omega - 180 : psi + omega + 180;
      const theta = Math.max(near, far);
      out[1] = abs(theta) <= 90 + TOLERANCE ? theta : NaN;
      out[0] = Number.isNaN(out[1]) ? NaN : atan2(x, -down) / RADIAN;
    },
    toPlane(phi, theta, out) {
      const lean = tanGamma * cos(phi * RADIAN);
      const divisor = mu + sin(theta * RADIAN) + cos(theta * RADIAN) * lean;
      let visible = divisor !== 0 && theta >= overlap;
      const ratio = mu / sqrt(1 + lean * lean);
      if (visible && abs(ratio) <= 1) {
        // Past the divergence (equation 26) the ray meets the plane behind the eye.
        const s = -atan2(lean, 1) / RADIAN;
        const t = asind(ratio);
        visible = theta > overlapLatitude(s, t);
      }
      const radius = visible ? scale * cos(theta * RADIAN) / divisor : NaN;
      out[0] = radius * sin(phi * RADIAN);
      out[1] = -radius * cos(phi * RADIAN) / cosGamma;
    },
  };
}

/** SZP: from a point at distance mu, over a place of the sphere (section 5.1.2). */
export function slantPerspective(mu: number, phiC: number, thetaC: number): Projection {
  const zp = mu * sind(thetaC) + 1;
  if (zp === 0) {
    throw new FormatError(
      `Cannot project: SZP with mu ${mu} and theta_c ${thetaC}, whose eye lies in the plane`,
    );
  }
  const xp = -mu * cosd(thetaC) * sind(phiC);
  const yp = mu * cosd(thetaC) * cosd(phiC);
  const horizon = abs(zp - 1) < 1 ? asind(1 - zp) : -90;
  const root = (zp - 1) * zp - 1;
  return {
    theta0: 90,
    toNative(x, y, out) {
      const u = x / R0;
      const v = y / R0;
      const square = u * u + v * v;
      const slantX = (u - xp) / zp;
      const slantY = (v - yp) / zp;
      const mixed = u * slantX + v * slantY;
      let depth: number;
      if (square < 1e-10) {
        depth = square / 2;
        out[1] = 90 - sqrt(square / (1 + mixed)) / RADIAN;
      } else {
        const t = slantX * slantX + slantY * slantY;
        const sine = largestSine(t + 1, mixed - t, square - 2 * mixed + t - 1);
        depth = 1 - sine;
        out[1] = asind(sine);
      }
      out[0] = Number.isNaN(out[1]) ? NaN : atan2d(u - slantX * depth, -(v - slantY * depth));
    },
    toPlane(phi, theta, out) {
      const sinPhi = sin(phi * RADIAN);
      const cosPhi = cos(phi * RADIAN);
      const depth = 1 - sind(theta);
      const divisor = zp - depth;
      let visible = divisor !== 0 && theta >= horizon;
      if (visible && abs(mu) > 1) {
        const s = xp * sinPhi - yp * cosPhi;
        const t = 1 / sqrt(root + s * s);
        if (abs(t) <= 1) visible = theta >= overlapLatitude(atan2d(s, zp - 1), asind(t));
      }
      const radius = visible ? R0 * zp * cosd(theta) / divisor : NaN;
      out[0] = radius * sinPhi - R0 * xp * depth / divisor;
      out[1] = -radius * cosPhi - R0 * yp * depth / divisor;
    },
  };
}

/** The larger solution of a quadratic equation for a sine that is one. */
function largestSine(a: number, b: number, c: number): number {
  const discriminant = b * b - a * c;
  if (discriminant < 0) return NaN;
  const high = (-b + sqrt(discriminant)) / a;
  const low = (-b - sqrt(discriminant)) / a;
  const sine = Math.max(high, low);
  return sine > 1 && sine - 1 >= TOLERANCE ? Math.min(high, low) : sine;
}

/** Below which latitude the far side falls upon the near one (equation 26). */
function overlapLatitude(s: number, t: number): number {
  const a = s - t > 90 ? s - t - 360 : s - t;
  const b = s + t + 180 > 90 ? s + t - 180 : s + t + 180;
  return Math.max(a, b);
}
