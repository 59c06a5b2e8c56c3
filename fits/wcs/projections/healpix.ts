/** HEALPix on a plane: HPX (Calabretta & Roukema 2007) and its butterfly about a pole, XPH. */

import { FormatError } from "../../../net/errors.ts";
import { asind, bounded, type Projection, sind } from "./projection.ts";

const { abs, floor, sqrt } = Math;

const EDGE = 1e-12;

/**
 * sqrt(k (1 - sin theta)) for a latitude, by way of the distance from the pole: the sine
 * itself has lost its figures there.
 */
function sigmaOf(k: number, theta: number): number {
  return sqrt(2 * k) * sind((90 - abs(theta)) / 2);
}

/** The latitude, not negative, of a sigma. */
function thetaOf(k: number, sigma: number): number {
  return 90 - 2 * asind(sigma / sqrt(2 * k));
}

/**
 * HPX, with H facets around the equator and K from pole to pole.
 *
 * @param h PVi_1, 4 by default.
 * @param k PVi_2, 3 by default.
 */
export function healpix(h: number, k: number): Projection {
  if (!(h > 0 && k > 0)) {
    throw new FormatError(`Cannot project: HPX with H ${h} and K ${k}, expected more than 0`);
  }
  const half = 180 / h;
  const limit = (k - 1) / k;
  const height = 90 * k / h;
  const top = (k + 1) / 2;
  const oddH = floor(h + 0.5) % 2;
  const oddK = floor(k + 0.5) % 2 === 1;
  /** How far a longitude lies from the middle of its polar facet. */
  const fromMiddle = (longitude: number, north: boolean) => {
    const away = longitude - (-180 + (2 * floor((longitude + 180) * h / 360) + 1) * half);
    if (oddK || north) return away;
    // Southern facets stand between the northern ones where K is even.
    return (floor(longitude / half) + oddH) % 2 === 0 ? away + half : away - half;
  };
  return bounded({
    theta0: 0,
    toNative(x, y, out) {
      if (abs(y) <= 90 * (k - 1) / h) {
        out[0] = x;
        out[1] = asind(y / height);
        return;
      }
      const sigma = top - abs(y / half);
      if (sigma < -EDGE || sigma * sigma > 2 * k || abs(y) > half * top + EDGE) {
        out[0] = out[1] = NaN;
        return;
      }
      const away = fromMiddle(x, y > 0);
      const turn = sigma <= 0 ? (away === 0 ? 0 : Infinity) : away / sigma;
      const inside = abs(turn) < half + EDGE;
      out[0] = inside ? x + turn - away : NaN;
      out[1] = inside ? thetaOf(k, sigma) * Math.sign(y) : NaN;
    },
    toPlane(phi, theta, out) {
      const sine = sind(theta);
      if (abs(sine) <= limit) {
        out[0] = phi;
        out[1] = height * sine;
        return;
      }
      const sigma = sigmaOf(k, theta);
      const x = phi + fromMiddle(phi, theta > 0) * (sigma - 1);
      out[0] = x > 180 ? 360 - x : x;
      out[1] = half * (top - sigma) * Math.sign(theta);
    },
  });
}

/** XPH: HPX cut along four meridians and laid out about the north pole. */
export function healpixPolar(): Projection {
  return bounded({
    theta0: 90,
    toNative(x, y, out) {
      const u = x * Math.SQRT1_2;
      const v = y * Math.SQRT1_2;
      let xi: number, eta: number, phi: number;
      if (u <= 0 && v > 0) [xi, eta, phi] = [-u - v, u - v, -180];
      else if (u < 0 && v <= 0) [xi, eta, phi] = [u - v, u + v, -90];
      else if (u >= 0 && v < 0) [xi, eta, phi] = [u + v, -u + v, 0];
      else [xi, eta, phi] = [-u + v, -u - v, 90];
      const height = eta + 90;
      out[0] = out[1] = NaN;
      if (abs(height) > 90 + EDGE) return;
      if (abs(height) <= 45) {
        if (abs(xi) > 45 + EDGE) return;
        out[0] = phi + xi + 45;
        out[1] = asind(height / 67.5);
        return;
      }
      const sigma = (90 - abs(height)) / 45;
      if (height < -45 && abs(xi) > height + 90 + EDGE) return;
      if (u === 0) out[0] = v <= 0 ? 0 : 180;
      else if (v === 0) out[0] = u < 0 ? -90 : 90;
      else out[0] = phi + 45 + xi / sigma;
      const theta = thetaOf(3, sigma);
      out[1] = height < 0 ? -theta : theta;
    },
    toPlane(phi, theta, out) {
      const turned = ((phi + 180) % 360 + 360) % 360;
      const quadrant = floor(turned / 90);
      const across = turned - 90 * quadrant;
      const sine = sind(theta);
      let xi: number, eta: number;
      if (abs(sine) <= 2 / 3) [xi, eta] = [across, 67.5 * sine];
      else {
        const sigma = sigmaOf(3, theta);
        xi = 45 + (across - 45) * sigma;
        eta = 45 * (2 - sigma) * Math.sign(theta);
      }
      xi -= 45;
      eta -= 90;
      const [u, v] = quadrant === 0
        ? [-xi + eta, -xi - eta]
        : quadrant === 1
        ? [xi + eta, -xi + eta]
        : quadrant === 2
        ? [xi - eta, xi + eta]
        : [-xi - eta, xi - eta];
      out[0] = u * Math.SQRT1_2;
      out[1] = v * Math.SQRT1_2;
    },
  });
}
