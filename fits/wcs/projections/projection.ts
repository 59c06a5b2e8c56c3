/** What a projection is, and what all of them use: angles in degrees on a sphere of radius 180/pi. */

/** A point of a plane or a sphere, written by the code that computes it. */
export type Pair = [number, number];

/**
 * A projection by directions in space instead of angles: for many points, without sines and
 * cosines that the arcs after them would only undo.
 */
export interface DirectionProjection {
  /**
   * Writes the native direction of a point of the plane, of any length: (cos theta cos phi,
   * cos theta sin phi, sin theta); NaN where there is none.
   */
  toDirection(x: number, y: number, out: Float64Array): void;
  /** Writes the point of the plane of a native direction of length 1; NaN where there is none. */
  fromDirection(l: number, m: number, n: number, out: Pair): void;
}

/** One projection with its parameters (Calabretta & Greisen 2002, "Paper II", section 5). */
export interface Projection {
  /** Native latitude of the reference point: 90 for zenithal projections, 0 for most others. */
  readonly theta0: number;
  /** Writes native longitude and latitude of a point of the plane; NaN where there is none. */
  toNative(x: number, y: number, out: Pair): void;
  /** Writes the point of the plane for a native longitude and latitude; NaN where there is none. */
  toPlane(phi: number, theta: number, out: Pair): void;
  /** The same by directions, where that is simpler. */
  readonly directions?: DirectionProjection | undefined;
}

/** Gives the parameter PVi_m of the latitude axis. */
export type Parameters = (m: number) => number | undefined;

/** The radius of the sphere in degrees. */
export const R0: number = 180 / Math.PI;
/** One degree in radians. */
export const RADIAN: number = Math.PI / 180;
/** How far past a limit rounding may take a value. */
export const TOLERANCE: number = 1e-13;

const { abs, asin, acos, sign, sin, cos, tan } = Math;

/** The sine of an angle in degrees, exact at multiples of 90. */
export function sind(degrees: number): number {
  if (degrees % 90 === 0) {
    const quarter = abs(degrees / 90 % 4);
    if (quarter % 2 === 0) return 0;
    return (quarter === 1) === (degrees > 0) ? 1 : -1;
  }
  return sin(degrees * RADIAN);
}

/** The cosine of an angle in degrees, exact at multiples of 90. */
export function cosd(degrees: number): number {
  if (degrees % 90 === 0) {
    const quarter = abs(degrees / 90 % 4);
    return quarter % 2 === 1 ? 0 : quarter === 0 ? 1 : -1;
  }
  return cos(degrees * RADIAN);
}

/** The tangent of an angle in degrees, exact at multiples of 45. */
export function tand(degrees: number): number {
  const angle = degrees % 180;
  if (angle === 0) return 0;
  if (angle === 45 || angle === -135) return 1;
  if (angle === -45 || angle === 135) return -1;
  return tan(degrees * RADIAN);
}

/** The angle in degrees whose sine is given; what rounding took past 1 counts as 1. */
export function asind(value: number): number {
  if (abs(value) >= 1) return abs(value) < 1 + TOLERANCE ? 90 * sign(value) : NaN;
  return asin(value) / RADIAN;
}

/** The angle in degrees whose cosine is given. */
export function acosd(value: number): number {
  return acos(value) / RADIAN;
}

/** The angle in degrees of the point (x, y); 0 for the origin. */
export function atan2d(y: number, x: number): number {
  return x === 0 && y === 0 ? 0 : Math.atan2(y, x) / RADIAN;
}

/**
 * A projection that has no point of the sphere where its formulas lead beyond it.
 *
 * @param projection The formulas.
 */
export function bounded(projection: Projection): Projection {
  const { theta0, toNative, toPlane } = projection;
  return {
    theta0,
    toNative(x, y, out) {
      toNative(x, y, out);
      const [phi, theta] = out;
      if (abs(phi) <= 180 + 1e-12 && abs(theta) <= 90 + 1e-12) return;
      out[0] = out[1] = NaN;
    },
    toPlane,
  };
}

/**
 * A projection that keeps directions from the native pole (Paper II, equations 14 to 16).
 *
 * @param thetaOf Native latitude of a distance from the pole in the plane.
 * @param radiusOf Distance from the pole in the plane of a native latitude.
 * @param directions The same by directions.
 */
export function zenithal(
  thetaOf: (radius: number) => number,
  radiusOf: (theta: number) => number,
  directions?: DirectionProjection,
): Projection {
  return {
    theta0: 90,
    directions,
    toNative(x, y, out) {
      const radius = Math.hypot(x, y);
      out[0] = atan2d(x, -y);
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

/**
 * Where a rising function has a value, between two arguments: Newton's steps with a slope
 * taken from the function, kept in by halving.
 *
 * @param value The function.
 * @param wanted Its value.
 * @param low Where it is too small.
 * @param high Where it is too large.
 */
export function solveRising(
  value: (at: number) => number,
  wanted: number,
  low: number,
  high: number,
): number {
  let at = (low + high) / 2;
  let before = at;
  let errorBefore = NaN;
  for (let i = 0; i < 200 && high - low > 1e-16 * (abs(low) + abs(high)); i++) {
    const error = value(at) - wanted;
    if (error === 0) return at;
    if (error > 0) high = at;
    else low = at;
    const slope = (error - errorBefore) / (at - before);
    const next = at - error / slope;
    before = at;
    errorBefore = error;
    // Every third step halves, so that a flat side cannot hold the other one for ever.
    at = i % 3 !== 2 && next > low && next < high ? next : (low + high) / 2;
    if (at === before) return at;
  }
  return at;
}
