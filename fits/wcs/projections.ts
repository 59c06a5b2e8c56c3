/**
 * Spherical projections between a plane and native spherical coordinates, all in
 * degrees (Calabretta & Greisen 2002, "Paper II", section 5).
 */

import { FormatError } from "../../net/errors.ts";
import {
  bonne,
  conicEqualArea,
  conicEquidistant,
  conicOrthomorphic,
  conicPerspective,
  polyconic,
} from "./projections/conic.ts";
import { cobeCube, quadrilateralizedCube, tangentialCube } from "./projections/cubes.ts";
import {
  cylindricalEqualArea,
  cylindricalPerspective,
  mercator,
  plateCarree,
} from "./projections/cylindrical.ts";
import { healpix, healpixPolar } from "./projections/healpix.ts";
import { hammerAitoff, mollweide, parabolic, sinusoidal } from "./projections/ovals.ts";
import type { Parameters, Projection } from "./projections/projection.ts";
import {
  airy,
  equidistant,
  gnomonic,
  slantOrthographic,
  slantPerspective,
  stereographic,
  zenithalEqualArea,
  zenithalPerspective,
  zenithalPolynomial,
} from "./projections/zenithal.ts";

export type { Pair, Parameters, Projection } from "./projections/projection.ts";

/** The projections by their codes in CTYPEi. */
const PROJECTIONS: Readonly<Record<string, (pv: Parameters) => Projection>> = {
  AZP: (pv) => zenithalPerspective(pv(1) ?? 0, pv(2) ?? 0),
  SZP: (pv) => slantPerspective(pv(1) ?? 0, pv(2) ?? 0, pv(3) ?? 90),
  TAN: gnomonic,
  STG: stereographic,
  SIN: (pv) => slantOrthographic(pv(1) ?? 0, pv(2) ?? 0),
  ARC: equidistant,
  ZPN: zenithalPolynomial,
  ZEA: zenithalEqualArea,
  AIR: (pv) => airy(pv(1) ?? 90),
  CYP: (pv) => cylindricalPerspective(pv(1) ?? 1, pv(2) ?? 1),
  CEA: (pv) => cylindricalEqualArea(pv(1) ?? 1),
  CAR: plateCarree,
  MER: mercator,
  COP: conicPerspective,
  COE: conicEqualArea,
  COD: conicEquidistant,
  COO: conicOrthomorphic,
  SFL: sinusoidal,
  PAR: parabolic,
  MOL: mollweide,
  AIT: hammerAitoff,
  BON: (pv) => bonne(pv(1) ?? 0),
  PCO: polyconic,
  TSC: tangentialCube,
  CSC: cobeCube,
  QSC: quadrilateralizedCube,
  HPX: (pv) => healpix(pv(1) ?? 4, pv(2) ?? 3),
  XPH: healpixPolar,
};

/** The codes of all projections, in the order of the standard. */
export const PROJECTION_CODES: readonly string[] = Object.keys(PROJECTIONS);

/** Whether a code of CTYPEi, such as `TAN`, is a projection. */
export function isProjection(code: string): boolean {
  return Object.hasOwn(PROJECTIONS, code);
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
      `Cannot project: the projection is '${code}', expected one of ${PROJECTION_CODES.join(", ")}`,
    );
  }
  return PROJECTIONS[code]!(pv);
}
