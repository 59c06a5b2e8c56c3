/**
 * The plates of the Digitized Sky Survey: polynomials from the plate's millimetres to the sky
 * (Space Telescope Science Institute, the headers of DSS and of HST's Guide Star Catalog).
 */

import { FormatError } from "../../../net/errors.ts";
import type { WcsReader } from "../keywords/reader.ts";
import { type Distortion, distortion, type Slopes } from "./distortion.ts";

/** Coefficients of one polynomial that headers have; the standard solution uses 13. */
const COEFFICIENTS = 13;

/** A plate: where its middle is on the sky, and how pixels become degrees of its plane. */
export interface Plate {
  /** Right ascension and declination of the plate's middle in degrees. */
  readonly center: readonly [longitude: number, latitude: number];
  /** CRPIXj and CDELTi that take pixels to millimetres on the plate. */
  readonly reference: readonly [number, number];
  readonly scale: readonly [number, number];
  /** From millimetres to degrees of the tangential plane. */
  readonly bend: Distortion;
}

/**
 * Whether a header has a plate solution. It wins, as in WCSLIB, over the standard's keywords
 * that DSS writes beside it: those are right to about a second of arc.
 */
export function isPlate(reader: WcsReader): boolean {
  return ["PLTRAH", "PLTDECD", "XPIXELSZ", "AMDX1", "AMDY1"].every((keyword) =>
    reader.plainNumber(keyword) !== undefined
  );
}

/**
 * Reads the plate solution.
 *
 * @param reader The keywords.
 * @throws {FormatError} If a keyword is missing.
 */
export function readPlate(reader: WcsReader): Plate {
  const need = (keyword: string) => {
    const value = reader.plainNumber(keyword);
    if (value === undefined) throw new FormatError(`the plate solution has no ${keyword}`);
    return value;
  };
  const hours = need("PLTRAH") + (need("PLTRAM") + need("PLTRAS") / 60) / 60;
  const degrees = Math.abs(need("PLTDECD")) + (need("PLTDECM") + need("PLTDECS") / 60) / 60;
  const south = (reader.plainText("PLTDECSN") ?? "+").startsWith("-");
  const [xSize, ySize] = [need("XPIXELSZ"), need("YPIXELSZ")];
  if (!(xSize > 0 && ySize > 0)) {
    throw new FormatError(`the plate solution has pixels of ${xSize} x ${ySize} micrometres`);
  }
  const list = (name: string) =>
    Array.from({ length: COEFFICIENTS }, (_, i) => reader.plainNumber(`${name}${i + 1}`) ?? 0);
  const [x, y] = [list("AMDX"), list("AMDY")];
  const [first, second] = [need("CNPIX1"), need("CNPIX2")];
  return {
    center: [15 * hours, south ? -degrees : degrees],
    // The middle of the pixel CNPIX has the coordinate CNPIX + 0.5 on the plate.
    reference: [need("PPO3") / xSize - first + 0.5, need("PPO6") / ySize - second + 0.5],
    scale: [-xSize / 1000, ySize / 1000],
    bend: distortion((u, v, out: Slopes) => {
      [out.f, out.fu, out.fv] = solution(x, u, v);
      [out.g, out.gv, out.gu] = solution(y, v, u);
    }),
  };
}

/** One coordinate in degrees and its slopes; the other's polynomial has x and y exchanged. */
function solution(a: readonly number[], x: number, y: number): [number, number, number] {
  const square = x * x + y * y;
  const terms: [value: number, byX: number, byY: number][] = [
    [x, 1, 0],
    [y, 0, 1],
    [1, 0, 0],
    [x * x, 2 * x, 0],
    [x * y, y, x],
    [y * y, 0, 2 * y],
    [square, 2 * x, 2 * y],
    [x ** 3, 3 * x * x, 0],
    [x * x * y, 2 * x * y, x * x],
    [x * y * y, y * y, 2 * x * y],
    [y ** 3, 0, 3 * y * y],
    [x * square, square + 2 * x * x, 2 * x * y],
    [x * square * square, square * square + 4 * x * x * square, 4 * x * y * square],
  ];
  const sum: [number, number, number] = [0, 0, 0];
  for (const [i, term] of terms.entries()) {
    for (let k = 0; k < 3; k++) sum[k]! += a[i]! * term[k]! / 3600;
  }
  return sum;
}
