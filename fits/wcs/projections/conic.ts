/** Conic projections and their kin: parallels are arcs (Paper II, sections 5.4 and 5.5). */

import { FormatError } from "../../../net/errors.ts";
import { cylindrical } from "./cylindrical.ts";
import { sinusoidal } from "./ovals.ts";
import {
  asind,
  atan2d,
  bounded,
  cosd,
  type Parameters,
  type Projection,
  R0,
  RADIAN,
  sind,
  tand,
} from "./projection.ts";

const { abs, cos, hypot, sin, sqrt, tan } = Math;

/** A cone: how much of the circle it opens into, where its apex lies, and its parallels. */
interface Cone {
  /** C: native longitudes are multiplied by it. */
  readonly constant: number;
  /** Y0: the ordinate of the apex. */
  readonly apex: number;
  /** The radius of a parallel. */
  radiusOf(theta: number): number;
  /** The latitude of a radius. */
  thetaOf(radius: number): number;
}

/** PVi_1 and PVi_2 of a conic projection: the middle of its two parallels, and half their distance. */
function standardParallels(code: string, pv: Parameters): readonly [thetaA: number, eta: number] {
  const thetaA = pv(1);
  if (thetaA === undefined) {
    throw new FormatError(
      `Cannot project: ${code} without PVi_1, the latitude between its parallels`,
    );
  }
  return [thetaA, pv(2) ?? 0];
}

function conic(code: string, thetaA: number, cone: Cone): Projection {
  const { constant, apex } = cone;
  if (!Number.isFinite(constant) || constant === 0 || !Number.isFinite(apex)) {
    throw new FormatError(`Cannot project: ${code} with PVi_1 ${thetaA} makes no cone`);
  }
  return bounded({
    theta0: thetaA,
    toNative(x, y, out) {
      const down = apex - y;
      const radius = thetaA < 0 ? -hypot(x, down) : hypot(x, down);
      out[0] = radius === 0 ? 0 : atan2d(x / radius, down / radius) / constant;
      out[1] = cone.thetaOf(radius);
    },
    toPlane(phi, theta, out) {
      const radius = cone.radiusOf(theta);
      const turn = constant * phi * RADIAN;
      out[0] = radius * sin(turn);
      out[1] = apex - radius * cos(turn);
    },
  });
}

/** COP: perspective upon a cone (section 5.4.1). */
export function conicPerspective(pv: Parameters): Projection {
  const [thetaA, eta] = standardParallels("COP", pv);
  const constant = sind(thetaA);
  const scale = R0 * cosd(eta);
  const cotangent = 1 / tand(thetaA);
  const apex = scale * cotangent;
  if (scale === 0) throw new FormatError(`Cannot project: COP with PVi_2 ${eta} makes no cone`);
  return conic("COP", thetaA, {
    constant,
    apex,
    radiusOf(theta) {
      if (abs(theta) === 90) return (theta > 0) === (thetaA > 0) ? 0 : NaN;
      const away = cosd(theta - thetaA);
      const radius = away === 0 ? NaN : apex - scale * sind(theta - thetaA) / away;
      // Beyond the apex the far half of the cone begins.
      return radius * constant < 0 ? NaN : radius;
    },
    thetaOf: (radius) => thetaA + Math.atan(cotangent - radius / scale) / RADIAN,
  });
}

/** COE: equal areas (section 5.4.2). */
export function conicEqualArea(pv: Parameters): Projection {
  const [thetaA, eta] = standardParallels("COE", pv);
  const sine1 = sind(thetaA - eta);
  const sine2 = sind(thetaA + eta);
  const constant = (sine1 + sine2) / 2;
  const scale = R0 / constant;
  const sum = 1 + sine1 * sine2;
  const south = scale * sqrt(sum + 2 * constant);
  return conic("COE", thetaA, {
    constant,
    apex: scale * sqrt(sum - 2 * constant * sind(thetaA)),
    radiusOf: (theta) => theta === -90 ? south : scale * sqrt(sum - 2 * constant * sind(theta)),
    thetaOf(radius) {
      if (abs(radius - south) < 1e-12) return -90;
      const sine = (scale * scale * sum - radius * radius) / (2 * R0 * scale);
      return abs(sine) > 1 && abs(sine) - 1 < 1e-12 ? 90 * Math.sign(sine) : asind(sine);
    },
  });
}

/** COD: true distances along meridians (section 5.4.3). */
export function conicEquidistant(pv: Parameters): Projection {
  const [thetaA, eta] = standardParallels("COD", pv);
  const constant = eta === 0 ? sind(thetaA) : R0 * sind(thetaA) * sind(eta) / eta;
  const apex = R0 * cosd(eta) * cosd(thetaA) / constant;
  return conic("COD", thetaA, {
    constant,
    apex,
    radiusOf: (theta) => apex + thetaA - theta,
    thetaOf: (radius) => apex + thetaA - radius,
  });
}

/** COO: Lambert's, true angles (section 5.4.4). */
export function conicOrthomorphic(pv: Parameters): Projection {
  const [thetaA, eta] = standardParallels("COO", pv);
  const theta1 = thetaA - eta;
  const theta2 = thetaA + eta;
  const half = (theta: number) => tand((90 - theta) / 2);
  const constant = theta1 === theta2
    ? sind(theta1)
    : Math.log(cosd(theta2) / cosd(theta1)) / Math.log(half(theta2) / half(theta1));
  const scale = R0 * (cosd(theta1) / constant) / half(theta1) ** constant;
  return conic("COO", thetaA, {
    constant,
    apex: scale * half(thetaA) ** constant,
    radiusOf(theta) {
      if (theta === -90) return constant < 0 ? 0 : NaN;
      return scale * half(theta) ** constant;
    },
    thetaOf(radius) {
      if (radius === 0) return constant < 0 ? -90 : 90;
      return 90 - 2 * Math.atan((radius / scale) ** (1 / constant)) / RADIAN;
    },
  });
}

/** BON: Bonne's, parallels are concentric (section 5.5.1); with PVi_1 of 0 it is SFL. */
export function bonne(theta1: number): Projection {
  if (theta1 === 0) return sinusoidal();
  const apex = R0 / tand(theta1) + theta1;
  return bounded({
    theta0: 0,
    toNative(x, y, out) {
      const down = apex - y;
      const radius = theta1 < 0 ? -hypot(x, down) : hypot(x, down);
      const angle = radius === 0 ? 0 : atan2d(x / radius, down / radius);
      const theta = apex - radius;
      const shrink = cos(theta * RADIAN);
      out[0] = shrink === 0 ? 0 : angle * (radius / R0) / shrink;
      out[1] = theta;
    },
    toPlane(phi, theta, out) {
      const radius = apex - theta;
      const angle = radius === 0 ? 0 : phi * cosd(theta) / radius;
      out[0] = radius * sin(angle);
      out[1] = apex - radius * cos(angle);
    },
  });
}

/** PCO: polyconic, each parallel the base of its own cone (section 5.5.2). */
export function polyconic(): Projection {
  return cylindrical(
    (x, y, out) => {
      const size = abs(y);
      if (size < 1e-12) {
        out[0] = x;
        out[1] = 0;
        return;
      }
      if (abs(size - 90) < 1e-12) {
        out[0] = 0;
        out[1] = y < 0 ? -90 : 90;
        return;
      }
      const theta = polyconicLatitude(x, size) * Math.sign(y);
      const tangent = tan(theta * RADIAN);
      const turn = atan2d(x * tangent, R0 - (y - theta) * tangent);
      out[0] = turn / sin(theta * RADIAN);
      out[1] = theta;
    },
    (phi, theta, out) => {
      if (theta === 0) {
        out[0] = phi;
        out[1] = 0;
        return;
      }
      const half = phi * RADIAN * sin(theta * RADIAN) / 2;
      const radius = R0 / tand(theta);
      // The difference of 1 and the cosine, without the loss of figures near the equator.
      out[0] = 2 * radius * sin(half) * cos(half);
      out[1] = theta + 2 * radius * sin(half) ** 2;
    },
  );
}

/** The latitude, above 0, whose arc goes through a point of the upper half plane (equation 128). */
function polyconicLatitude(x: number, y: number): number {
  const error = (theta: number) => x * x + (y - theta) * (y - theta - 2 * R0 / tan(theta * RADIAN));
  let low = 0;
  let high = Math.min(y, 90);
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (error(middle) > 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
