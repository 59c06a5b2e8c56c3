/**
 * Spherical projections between a plane and native spherical coordinates, all in
 * degrees (Calabretta & Greisen 2002, "Paper II", section 5).
 */

import { FormatError } from "../../net/errors.ts";

/** A point of a plane or a sphere, written by whoever computes it. */
export type Pair = [number, number];

/** One projection with its parameters. */
export interface Projection {
  /** Native latitude of the reference point: 90 for zenithal projections, else 0. */
  readonly theta0: number;
  /** Writes native longitude and latitude of a point of the plane; NaN where there is none. */
  toNative(x: number, y: number, out: Pair): void;
  /** Writes the point of the plane for a native longitude and latitude; NaN where there is none. */
  toPlane(phi: number, theta: number, out: Pair): void;
}

/** Gives the parameter PVi_m of the latitude axis. */
export type Parameters = (m: number) => number | undefined;

const R0 = 180 / Math.PI;
const RADIAN = Math.PI / 180;

/** How far past a limit rounding may take a value. */
const TOLERANCE = 1e-13;

const { sin, cos, tan, asin, acos, atan2, sqrt, hypot, abs } = Math;

/** The projections by their codes in CTYPEi. */
const PROJECTIONS: Readonly<Record<string, (pv: Parameters) => Projection>> = {
  TAN: () =>
    zenithal(
      (radius) => atan2(R0, radius) / RADIAN,
      (theta) => theta > 0 ? R0 / tan(theta * RADIAN) : NaN,
    ),
  SIN: (pv) => slantOrthographic(pv(1) ?? 0, pv(2) ?? 0),
  ARC: () => zenithal((radius) => within(radius, 180, 90 - radius), (theta) => 90 - theta),
  STG: () =>
    zenithal(
      (radius) => 90 - 2 * atan2(radius, 2 * R0) / RADIAN,
      (theta) => theta > -90 ? 2 * R0 * tan((90 - theta) / 2 * RADIAN) : NaN,
    ),
  ZEA: () =>
    zenithal(
      (radius) => 90 - 2 * arcsine(radius / (2 * R0)) / RADIAN,
      (theta) => 2 * R0 * sin((90 - theta) / 2 * RADIAN),
    ),
  ZPN: zenithalPolynomial,
  AZP: (pv) => zenithalPerspective(pv(1) ?? 0, pv(2) ?? 0),
  CAR: () =>
    cylindrical(
      (x, y, out) => [out[0], out[1]] = [x, y],
      (phi, theta, out) => [out[0], out[1]] = [phi, theta],
    ),
  CEA: (pv) => cylindricalEqualArea(pv(1) ?? 1),
  MER: () =>
    cylindrical(
      (x, y, out) => [out[0], out[1]] = [x, 2 * atan2(Math.exp(y * RADIAN), 1) / RADIAN - 90],
      (phi, theta, out) => {
        out[0] = phi;
        out[1] = abs(theta) < 90 ? R0 * Math.log(tan((90 + theta) / 2 * RADIAN)) : NaN;
      },
    ),
  SFL: () =>
    cylindrical(
      (x, y, out) => {
        const shrink = cos(y * RADIAN);
        out[0] = shrink === 0 ? (x === 0 ? 0 : NaN) : x / shrink;
        out[1] = y;
      },
      (phi, theta, out) => [out[0], out[1]] = [phi * cos(theta * RADIAN), theta],
    ),
  AIT: hammerAitoff,
};

/** Old codes that are others in disguise: GLS is SFL (Paper II, section 6.1.4). */
const ALIASES: Readonly<Record<string, string>> = { GLS: "SFL" };

/** Whether a code of CTYPEi, such as `TAN`, is a projection that is known here. */
export function isProjection(code: string): boolean {
  return Object.hasOwn(PROJECTIONS, ALIASES[code] ?? code);
}

/**
 * Makes a projection.
 *
 * @param code Its code in CTYPEi, such as `TAN`.
 * @param pv Its parameters, PVi_m of the latitude axis.
 * @returns The projection.
 * @throws {FormatError} If the code is unknown or the parameters make no projection.
 */
export function makeProjection(code: string, pv: Parameters): Projection {
  if (!isProjection(code)) {
    throw new FormatError(
      `Cannot project: the projection is '${code}', expected one of ${
        Object.keys(PROJECTIONS).join(", ")
      }`,
    );
  }
  return PROJECTIONS[ALIASES[code] ?? code]!(pv);
}

/** `value`, or NaN if `measure` is more than `most` away from 0. */
function within(measure: number, most: number, value: number): number {
  return abs(measure) <= most ? value : NaN;
}

function arcsine(value: number): number {
  if (abs(value) > 1 && abs(value) < 1 + TOLERANCE) return Math.sign(value) * Math.PI / 2;
  return asin(value);
}

/** A projection that keeps directions from the native pole (Paper II, equations 14 to 16). */
function zenithal(
  thetaOf: (radius: number) => number,
  radiusOf: (theta: number) => number,
): Projection {
  return {
    theta0: 90,
    toNative(x, y, out) {
      const radius = hypot(x, y);
      out[0] = radius === 0 ? 0 : atan2(x, -y) / RADIAN;
      out[1] = thetaOf(radius);
      if (Number.isNaN(out[1])) out[0] = NaN;
    },
    toPlane(phi, theta, out) {
      const radius = radiusOf(theta);
      out[0] = radius * sin(phi * RADIAN);
      out[1] = -radius * cos(phi * RADIAN);
    },
  };
}

/** SIN, with the obliqueness that makes it the old NCP too (Paper II, section 5.1.5). */
function slantOrthographic(xi: number, eta: number): Projection {
  const a = xi * xi + eta * eta + 1;
  return {
    theta0: 90,
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
function zenithalPolynomial(pv: Parameters): Projection {
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
function zenithalPerspective(mu: number, gamma: number): Projection {
  const sinGamma = sin(gamma * RADIAN);
  const cosGamma = cos(gamma * RADIAN);
  const scale = R0 * (mu + 1);
  if (scale === 0 || abs(cosGamma) < 1e-15) {
    throw new FormatError(`Cannot project: AZP with mu ${mu} and gamma ${gamma}`);
  }
  const tanGamma = sinGamma / cosGamma;
  const overlap = abs(mu) > 1 ? asin(-1 / mu) / RADIAN : -90;
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
      const omega = arcsine(rho * mu / sqrt(rho * rho + 1)) / RADIAN;
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
        const t = asin(ratio) / RADIAN;
        const a = s - t > 90 ? s - t - 360 : s - t;
        const b = s + t + 180 > 90 ? s + t - 180 : s + t + 180;
        visible = theta > Math.max(a, b);
      }
      const radius = visible ? scale * cos(theta * RADIAN) / divisor : NaN;
      out[0] = radius * sin(phi * RADIAN);
      out[1] = -radius * cos(phi * RADIAN) / cosGamma;
    },
  };
}

/** A projection with its reference point on the native equator; beyond the sphere there is nothing. */
function cylindrical(
  toNative: (x: number, y: number, out: Pair) => void,
  toPlane: (phi: number, theta: number, out: Pair) => void,
): Projection {
  return {
    theta0: 0,
    toNative(x, y, out) {
      toNative(x, y, out);
      const [phi, theta] = out;
      if (abs(phi) <= 180 + 1e-12 && abs(theta) <= 90 + 1e-12) return;
      out[0] = out[1] = NaN;
    },
    toPlane,
  };
}

/** CEA (Paper II, section 5.2.2). */
function cylindricalEqualArea(lambda: number): Projection {
  if (!(lambda > 0 && lambda <= 1)) {
    throw new FormatError(`Cannot project: CEA with lambda ${lambda}, expected more than 0 to 1`);
  }
  return cylindrical(
    (x, y, out) => {
      out[0] = x;
      out[1] = arcsine(y * RADIAN * lambda) / RADIAN;
    },
    (phi, theta, out) => {
      out[0] = phi;
      out[1] = R0 * sin(theta * RADIAN) / lambda;
    },
  );
}

/** AIT (Paper II, section 5.3.4). */
function hammerAitoff(): Projection {
  return cylindrical(
    (x, y, out) => {
      const u = x / (4 * R0);
      const v = y / (2 * R0);
      // Less than one half lies outside the ellipse.
      const square = 1 - u * u - v * v;
      const z = square < 0.5 ? (square > 0.5 - TOLERANCE ? sqrt(0.5) : NaN) : sqrt(square);
      out[0] = 2 * atan2(2 * z * u, 2 * z * z - 1) / RADIAN;
      out[1] = arcsine(2 * v * z) / RADIAN;
    },
    (phi, theta, out) => {
      const flat = cos(theta * RADIAN);
      const gamma = R0 * sqrt(2 / (1 + flat * cos(phi / 2 * RADIAN)));
      out[0] = 2 * gamma * flat * sin(phi / 2 * RADIAN);
      out[1] = gamma * sin(theta * RADIAN);
    },
  );
}

/** The angle whose cosine is given, in degrees. */
export function acosd(value: number): number {
  return acos(value) / RADIAN;
}
