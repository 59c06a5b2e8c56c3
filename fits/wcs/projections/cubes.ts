/** Quadrilateralised spherical cubes: the sphere upon six faces (Paper II, section 5.6). */

import { asind, atan2d, bounded, cosd, type Projection, sind } from "./projection.ts";

const { abs, sign, sin, cos, sqrt } = Math;

/** Half of a face in degrees. */
const HALF_FACE = 45;
/** How far beyond the edge of a face rounding may take a point, in halves of a face. */
const EDGE = 1e-12;

/** A point on a face: coordinates from -1 to 1. */
type FacePoint = [x: number, y: number];
/** A direction in space. */
type Direction = [l: number, m: number, n: number];

/** Where the centres of the faces lie, in halves of a face: face 0 is north, 5 south. */
const CENTRES: readonly (readonly [x: number, y: number])[] = [
  [0, 2],
  [0, 0],
  [2, 0],
  [4, 0],
  [6, 0],
  [0, -2],
];

/** Coordinates along a face (xi, eta) and away from it (zeta) of a direction. */
function onFace(face: number, [l, m, n]: Direction): [xi: number, eta: number, zeta: number] {
  switch (face) {
    case 0:
      return [m, -l, n];
    case 1:
      return [m, n, l];
    case 2:
      return [-l, n, m];
    case 3:
      return [-m, n, -l];
    case 4:
      return [l, n, -m];
    default:
      return [m, l, -n];
  }
}

/** The direction of coordinates along a face and away from it. */
function fromFace(face: number, xi: number, eta: number, zeta: number): Direction {
  switch (face) {
    case 0:
      return [-eta, xi, zeta];
    case 1:
      return [zeta, xi, eta];
    case 2:
      return [-xi, zeta, eta];
    case 3:
      return [-zeta, -xi, eta];
    case 4:
      return [xi, -zeta, eta];
    default:
      return [eta, xi, -zeta];
  }
}

/** The face that a direction meets. */
function faceOf([l, m, n]: Direction): number {
  let face = 0;
  let most = n;
  for (const [i, value] of [l, m, -l, -m, -n].entries()) {
    if (value > most) {
      face = i + 1;
      most = value;
    }
  }
  return face;
}

/** How a face is drawn: from directions to its square, and back. */
interface FaceMap {
  toSquare(xi: number, eta: number, zeta: number, out: FacePoint): void;
  /** The direction, with zeta first; NaN where there is none. */
  fromSquare(x: number, y: number): readonly [zeta: number, xi: number, eta: number];
}

function cube(map: FaceMap): Projection {
  const point: FacePoint = [0, 0];
  return bounded({
    theta0: 0,
    toNative(x, y, out) {
      const place = faceAt(x / HALF_FACE, y / HALF_FACE);
      if (place === undefined) {
        out[0] = out[1] = NaN;
        return;
      }
      const [zeta, xi, eta] = map.fromSquare(place.x, place.y);
      const [l, m, n] = fromFace(place.face, xi, eta, zeta);
      out[0] = Number.isNaN(l) ? NaN : atan2d(m, l);
      out[1] = asind(n);
    },
    toPlane(phi, theta, out) {
      const flat = cosd(theta);
      const direction: Direction = [flat * cosd(phi), flat * sind(phi), sind(theta)];
      const face = faceOf(direction);
      map.toSquare(...onFace(face, direction), point);
      const [x, y] = point;
      const inside = abs(x) <= 1 + EDGE && abs(y) <= 1 + EDGE;
      out[0] = inside ? HALF_FACE * (clip(x) + CENTRES[face]![0]) : NaN;
      out[1] = inside ? HALF_FACE * (clip(y) + CENTRES[face]![1]) : NaN;
    },
  });
}

function clip(value: number): number {
  return abs(value) > 1 ? sign(value) : value;
}

/** The face at a point of the plane, and the point on it; undefined beside all of them. */
function faceAt(x: number, y: number): { face: number; x: number; y: number } | undefined {
  if (abs(x) <= 1) {
    if (abs(y) > 3 + EDGE) return undefined;
  } else if (abs(x) > 7 + EDGE || abs(y) > 1 + EDGE) return undefined;
  const turned = x < -1 ? x + 8 : x;
  if (turned > 5) return { face: 4, x: turned - 6, y };
  if (turned > 3) return { face: 3, x: turned - 4, y };
  if (turned > 1) return { face: 2, x: turned - 2, y };
  if (y > 1) return { face: 0, x: turned, y: y - 2 };
  if (y < -1) return { face: 5, x: turned, y: y + 2 };
  return { face: 1, x: turned, y };
}

/** TSC: each face from the centre of the sphere (section 5.6.1). */
export function tangentialCube(): Projection {
  return cube({
    toSquare(xi, eta, zeta, out) {
      out[0] = xi / zeta;
      out[1] = eta / zeta;
    },
    fromSquare: gnomonicDirection,
  });
}

function gnomonicDirection(x: number, y: number): readonly [number, number, number] {
  const zeta = 1 / sqrt(1 + x * x + y * y);
  return [zeta, zeta * x, zeta * y];
}

/** QSC: equal areas (section 5.6.3). */
export function quadrilateralizedCube(): Projection {
  return cube({
    toSquare(xi, eta, zeta, out) {
      // 1 - zeta directly: its relative accuracy is what counts in the middle of a face.
      const depth = (xi * xi + eta * eta) / (1 + zeta);
      const along = abs(xi) > abs(eta);
      const [major, minor] = along ? [xi, eta] : [eta, xi];
      if (major === 0) {
        out[0] = out[1] = 0;
        return;
      }
      const omega = minor / major;
      const tau = 1 + omega * omega;
      const far = sign(major) * sqrt(depth / (1 - 1 / sqrt(1 + tau)));
      const near = far / 15 * (atan2d(omega, 1) - asind(omega / sqrt(2 * tau)));
      out[0] = along ? far : near;
      out[1] = along ? near : far;
    },
    fromSquare(x, y) {
      const along = abs(x) > abs(y);
      const [far, near] = along ? [x, y] : [y, x];
      if (far === 0) return [1, 0, 0];
      const angle = 15 * near / far * Math.PI / 180;
      const omega = sin(angle) / (cos(angle) - Math.SQRT1_2);
      const tau = 1 + omega * omega;
      const depth = far * far * (1 - 1 / sqrt(1 + tau));
      if (depth > 2 + EDGE) return [NaN, NaN, NaN];
      const major = sign(far) * sqrt(Math.max(0, depth * (2 - depth)) / tau);
      const minor = major * omega;
      return along ? [1 - depth, major, minor] : [1 - depth, minor, major];
    },
  });
}

/** Coefficients of COBE's polynomial from tangents to the square (O'Neill & Laubscher 1976). */
const FORWARD = {
  gStar: 1.37484847732,
  m: 0.004869491981,
  gamma: -0.13161671474,
  omega1: -0.159596235474,
  d: [0.0759196200467, -0.0217762490699],
  c00: 0.141189631152,
  c10: 0.0809701286525,
  c01: -0.281528535557,
  c11: 0.15384112876,
  c20: -0.178251207466,
  c02: 0.106959469314,
} as const;

/** The coefficients P_ij of X^2i Y^2j from the square to tangents (Paper II, table 12): [j][i]. */
const INVERSE: readonly (readonly number[])[] = [
  [-0.27292696, -0.07629969, -0.22797056, 0.54852384, -0.62930065, 0.25795794, 0.02584375],
  [-0.02819452, -0.01471565, 0.48051509, -1.74114454, 1.71547508, -0.53022337],
  [0.27058160, -0.56800938, 0.30803317, 0.98938102, -0.83180469],
  [-0.60441560, 1.50880086, -0.93678576, 0.08693841],
  [0.93412077, -1.41601920, 0.33887446],
  [-0.63915306, 0.52032238],
  [0.14381585],
];

/**
 * CSC: COBE's cube (section 5.6.2). Its two polynomials are inverses of each other to some
 * seconds of arc only; each is what the standard says.
 */
export function cobeCube(): Projection {
  return cube({
    toSquare(xi, eta, zeta, out) {
      const chi = xi / zeta;
      const psi = eta / zeta;
      out[0] = cobeForward(chi, psi);
      out[1] = cobeForward(psi, chi);
    },
    fromSquare: (x, y) => gnomonicDirection(cobeInverse(x, y), cobeInverse(y, x)),
  });
}

function cobeForward(chi: number, psi: number): number {
  const f = FORWARD;
  const c2 = chi * chi;
  const p2 = psi * psi;
  const c2co = 1 - c2;
  const polynomial = f.c00 + f.c10 * c2 + f.c01 * p2 + f.c11 * c2 * p2 + f.c20 * c2 * c2 +
    f.c02 * p2 * p2;
  return chi * (c2 + c2co * (f.gStar + p2 * (f.gamma * c2co + f.m * c2 + (1 - p2) * polynomial) +
        c2 * (f.omega1 - c2co * (f.d[0] + f.d[1] * c2))));
}

function cobeInverse(x: number, y: number): number {
  const xx = x * x;
  const yy = y * y;
  let sum = 0;
  for (let j = INVERSE.length - 1; j >= 0; j--) {
    let inner = 0;
    for (let i = INVERSE[j]!.length - 1; i >= 0; i--) inner = inner * xx + INVERSE[j]![i]!;
    sum = sum * yy + inner;
  }
  return x + x * (1 - xx) * sum;
}
