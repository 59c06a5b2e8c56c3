/** Events counted in pixels: where the pixels of a binned table lie. */

import { FormatError } from "../../net/errors.ts";

/** A picture that is chosen without a size of pixels has no longer side. */
const MOST_WHOLE = 2048;
/** Pixels that the range of a column without a natural size is given, at most. */
const MOST_REAL = 1024;
/** How far a last pixel may be exceeded by rounding, as a part of a pixel. */
const ROUNDING = 1e-9;

/** What `bin` asks for. */
export interface BinRequest {
  /** The columns of axis 1 and axis 2. */
  readonly x: string;
  readonly y: string;
  /** How wide and high a pixel is, in the units of the columns. */
  readonly sizes: readonly [x: number, y: number] | undefined;
}

/**
 * Reads `X,Y`, `X,Y,FACTOR` or `X,Y,WIDTH,HEIGHT`.
 *
 * @param text What is asked for.
 * @returns Undefined of anything else.
 */
export function parseBin(text: string): BinRequest | undefined {
  const [x = "", y = "", ...rest] = text.split(",").map((part) => part.trim());
  const sizes = rest.map((part) => part === "" ? NaN : Number(part));
  if (x === "" || y === "" || sizes.length > 2) return undefined;
  if (!sizes.every((size) => size > 0 && Number.isFinite(size))) return undefined;
  const [width, height = width] = sizes;
  return { x, y, sizes: width === undefined ? undefined : [width, height!] };
}

/** Pixels along a column. */
export interface BinAxis {
  /** The outer edge of the first pixel, and the greatest value that is counted. */
  readonly low: number;
  readonly high: number;
  /** How wide a pixel is. */
  readonly size: number;
  /** Pixels. */
  readonly length: number;
}

/**
 * The pixels of a range.
 *
 * @param low The outer edge of the first.
 * @param high The greatest value; it belongs to the last pixel.
 * @param size How wide a pixel is.
 */
export function binAxis(low: number, high: number, size: number): BinAxis {
  const length = Math.max(1, Math.ceil((high - low) / size - ROUNDING));
  if (!Number.isSafeInteger(length)) {
    throw new FormatError(`Pixels of ${size} do not divide the range ${low} to ${high}`);
  }
  return { low, high, size, length };
}

/**
 * The pixel of a value, from 0: edges are `low + i * size`, a pixel has its lower one.
 *
 * @param axis The pixels.
 * @param value The value.
 * @returns -1 of what lies outside, or is NaN.
 */
export function binOf({ low, high, size, length }: BinAxis, value: number): number {
  if (!(value >= low && value <= high)) return -1;
  let at = Math.floor((value - low) / size);
  // The quotient is rounded, the edges decide.
  if (value < low + at * size) at--;
  else if (value >= low + (at + 1) * size) at++;
  return Math.min(at, length - 1);
}

/** What is known of a column before it is binned. */
export interface BinColumn {
  readonly low: number;
  readonly high: number;
  /** Whether one unit of its values is a pixel of its own: integers, and places on a detector. */
  readonly isWhole: boolean;
  /** TDBINn: what the header says that a pixel is. */
  readonly proposed: number | undefined;
  readonly unit: string;
}

/**
 * How large pixels are where no one says: what the header proposes, or one unit, or a power of
 * two of it that makes a picture of at most 2,048 pixels; of real values one of at most 1,024.
 *
 * @param columns The columns of both axes.
 */
export function chooseSizes(
  columns: readonly [x: BinColumn, y: BinColumn],
): readonly [x: number, y: number] {
  const [x, y] = columns.map(sizeFor) as [number, number];
  const isSame = columns[0].unit === columns[1].unit && columns[0].isWhole === columns[1].isWhole;
  return isSame ? [Math.max(x, y), Math.max(x, y)] : [x, y];
}

function sizeFor({ low, high, isWhole, proposed }: BinColumn): number {
  const range = high - low;
  if (isWhole || proposed !== undefined) {
    let size = proposed ?? 1;
    while (range / size > MOST_WHOLE) size *= 2;
    return size;
  }
  return range > 0 ? 2 ** Math.ceil(Math.log2(range / MOST_REAL)) : 1;
}
