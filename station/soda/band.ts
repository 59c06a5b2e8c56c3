/** Wavelengths on the planes of a cube. */

import type { Wcs } from "../../fits/wcs/wcs.ts";
import { usage } from "./query.ts";

/** The speed of light in metres a second, and Planck's constant times it in joule metres. */
const [LIGHT, PLANCK_LIGHT] = [299_792_458, 6.626_070_15e-34 * 299_792_458];
/** Joules of an electronvolt. */
const ELECTRONVOLT = 1.602_176_634e-19;
/** Planes that are looked at. */
const MAX_PLANES = 1_000_000;

/** Turns a value of an axis into a wavelength in metres. */
type ToWavelength = (value: number) => number;

/**
 * What turns the values of an axis into wavelengths (FITS 4.0, table 25).
 *
 * @param kind The first letters of CTYPE.
 * @param unit The unit of the values: SI, as the coordinates have it.
 * @param rest The frequency at rest in hertz, where the header has one.
 */
export function wavelengthOf(
  kind: string,
  unit: string,
  rest: number | undefined,
): ToWavelength | undefined {
  switch (kind) {
    case "WAVE":
      return (value) => value;
    case "FREQ":
      return (value) => LIGHT / value;
    case "WAVN":
      return (value) => 1 / value;
    case "ENER":
      return (value) => PLANCK_LIGHT / (unit === "eV" ? value * ELECTRONVOLT : value);
    case "VRAD":
      return rest === undefined ? undefined : (value) => LIGHT / (rest * (1 - value / LIGHT));
    case "VOPT":
      return rest === undefined ? undefined : (value) => LIGHT / rest * (1 + value / LIGHT);
    case "ZOPT":
      return rest === undefined ? undefined : (value) => LIGHT / rest * (1 + value);
    default:
      return undefined;
  }
}

/** The planes of a cube in a band. */
export interface BandPlanes {
  /** The axis, from 0. */
  readonly axis: number;
  /** The first and the last pixel on it, from 1; undefined if none is in the band. */
  readonly range: readonly [first: number, last: number] | undefined;
}

/**
 * The pixels of the spectral axis that a band touches.
 *
 * @param wcs The coordinates.
 * @param shape The lengths of the axes.
 * @param band Wavelengths in metres.
 * @param rest The frequency at rest in hertz, where the header has one.
 * @throws {SodaError} If the image has no axis of a kind that is known.
 */
export function planesOfBand(
  wcs: Wcs,
  shape: readonly number[],
  [low, high]: readonly [number, number],
  rest: number | undefined,
): BandPlanes {
  const found = wcs.axes.flatMap(({ ctype, unit }, axis) => {
    const convert = wavelengthOf(ctype.slice(0, 4), unit, rest);
    return convert === undefined || shape[axis] === undefined ? [] : [{ axis, convert }];
  });
  const [only] = found;
  if (only === undefined) {
    const kinds = wcs.axes.map(({ ctype }) => ctype || "?").join(", ");
    throw usage(`BAND: the image has no axis of wavelengths that is known: it has ${kinds}`);
  }
  const { axis, convert } = only;
  const length = shape[axis]!;
  if (length > MAX_PLANES) throw usage(`BAND: axis ${axis + 1} has ${length} pixels`, 413);
  const middle = shape.map((length) => (length + 1) / 2);
  const at = (pixel: number) =>
    convert(wcs.pixelToWorld(middle.with(axis, pixel), { origin: 1 })[axis]!);
  let [first, last] = [Infinity, -Infinity];
  let before = at(0.5);
  for (let pixel = 1; pixel <= length; pixel++) {
    const after = at(pixel + 0.5);
    const touches = Math.max(before, after) > low && Math.min(before, after) < high ||
      // A single wavelength may lie on an edge.
      low === high && Math.max(before, after) >= low && Math.min(before, after) <= low;
    if (touches) [first, last] = [Math.min(first, pixel), Math.max(last, pixel)];
    before = after;
  }
  return { axis, range: first <= last ? [first, last] : undefined };
}
