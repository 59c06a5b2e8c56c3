/** Values of pixels, of any type. */

/** Pixels of any type, in any order; bigints are rounded to doubles. */
export type PixelValues = ArrayLike<number> | BigInt64Array | BigUint64Array;

/** The pixels as numbers, the same array where they are: loops over one kind of array are faster. */
export function plainNumbers(pixels: PixelValues): ArrayLike<number> {
  if (pixels instanceof BigInt64Array || pixels instanceof BigUint64Array) {
    return Float64Array.from(pixels, Number);
  }
  return pixels;
}
