/** Cylindrical projections: meridians are straight and parallel (Paper II, section 5.2). */

import { FormatError } from "../../../net/errors.ts";
import {
  asind,
  atan2d,
  bounded,
  cosd,
  type Pair,
  type Projection,
  R0,
  RADIAN,
  sind,
} from "./projection.ts";

const { abs, atan2, sqrt } = Math;

/** A projection with its reference point on the equator; beyond the sphere there is nothing. */
export function cylindrical(
  toNative: (x: number, y: number, out: Pair) => void,
  toPlane: (phi: number, theta: number, out: Pair) => void,
): Projection {
  return bounded({ theta0: 0, toNative, toPlane });
}

/** CAR: longitude and latitude as they are (section 5.2.3). */
export function plateCarree(): Projection {
  return cylindrical(
    (x, y, out) => {
      out[0] = x;
      out[1] = y;
    },
    (phi, theta, out) => {
      out[0] = phi;
      out[1] = theta;
    },
  );
}

/** MER: Mercator's (section 5.2.4). */
export function mercator(): Projection {
  return cylindrical(
    (x, y, out) => {
      out[0] = x;
      out[1] = 2 * atan2(Math.exp(y * RADIAN), 1) / RADIAN - 90;
    },
    (phi, theta, out) => {
      out[0] = phi;
      out[1] = abs(theta) < 90 ? R0 * Math.log(Math.tan((90 + theta) / 2 * RADIAN)) : NaN;
    },
  );
}

/** CYP: perspective upon a cylinder of radius lambda, from a distance mu (section 5.2.1). */
export function cylindricalPerspective(mu: number, lambda: number): Projection {
  if (lambda === 0 || mu + lambda === 0) {
    throw new FormatError(`Cannot project: CYP with mu ${mu} and lambda ${lambda}`);
  }
  const scale = R0 * (mu + lambda);
  return cylindrical(
    (x, y, out) => {
      const eta = y / scale;
      out[0] = x / lambda;
      out[1] = atan2d(eta, 1) + asind(eta * mu / sqrt(eta * eta + 1));
    },
    (phi, theta, out) => {
      const divisor = mu + cosd(theta);
      out[0] = lambda * phi;
      out[1] = divisor === 0 ? NaN : scale * sind(theta) / divisor;
    },
  );
}

/** CEA (Paper II, section 5.2.2). */
export function cylindricalEqualArea(lambda: number): Projection {
  if (!(lambda > 0 && lambda <= 1)) {
    throw new FormatError(`Cannot project: CEA with lambda ${lambda}, expected more than 0 to 1`);
  }
  return cylindrical(
    (x, y, out) => {
      out[0] = x;
      out[1] = asind(y * RADIAN * lambda);
    },
    (phi, theta, out) => {
      out[0] = phi;
      out[1] = R0 * sind(theta) / lambda;
    },
  );
}
