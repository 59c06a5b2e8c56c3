/** Which values of a cube a spectrum is. */

/** A line of values along an axis. */
export interface SpectrumPlace {
  /** The section, as FITS writes it. */
  readonly section: string;
  /** The pixel that is shown now, from 1. */
  readonly pixel: readonly number[];
  /** Which of the values that is, from 0, and how many there are. */
  readonly at: number;
  readonly length: number;
}

/**
 * Finds the line along an axis.
 *
 * @param shape The lengths of the axes.
 * @param cursor The place of the cross-hair in FITS pixels; without one the middle of the plane.
 * @param plane The places on axis 3 and those after it, from 1.
 * @param axis The axis, from 3.
 * @returns Undefined where there is no such axis, or the cross-hair is outside.
 */
export function spectrumPlace(
  shape: readonly number[],
  cursor: readonly [x: number, y: number] | undefined,
  plane: readonly number[],
  axis: number,
): SpectrumPlace | undefined {
  const length = shape[axis - 1];
  if (axis < 3 || length === undefined || length < 2) return undefined;
  const [width = 0, height = 0] = shape;
  const [x, y] = cursor === undefined
    ? [Math.ceil(width / 2), Math.ceil(height / 2)]
    : [Math.round(cursor[0]), Math.round(cursor[1])];
  if (x < 1 || y < 1 || x > width || y > height) return undefined;
  const pixel = [x, y, ...shape.slice(2).map((_, i) => plane[i] ?? 1)];
  const section = pixel.map((at, i) => i === axis - 1 ? `1:${length}` : `${at}:${at}`).join(",");
  return { section, pixel, at: pixel[axis - 1]! - 1, length };
}
