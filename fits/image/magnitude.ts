/** Values at the ends of the range of doubles, brought to where sums and squares do not overflow. */

/** Ranges of values beyond these overflow where something is divided by them. */
const MIN_RANGE = 1e-300;
const MAX_RANGE = 1e300;

/**
 * What values are divided by before their range is a divisor: 1, or where that would
 * overflow the power of two that brings them near 1.
 *
 * @param low The least value.
 * @param high The greatest value.
 */
export function unitOf(low: number, high: number): number {
  const range = Math.abs(high - low);
  if (range === 0 || range > MIN_RANGE && range < MAX_RANGE) return 1;
  return powerBelow(Math.max(Math.abs(low), Math.abs(high)));
}

/** The greatest power of two that is not above a value by more than rounding. */
function powerBelow(value: number): number {
  return 2 ** Math.max(-1074, Math.min(1023, Math.floor(Math.log2(value))));
}

/** Values whose squares are doubles, and the sums of as many squares as an image has pixels. */
const MIN_SQUARED = 1e-140;
const MAX_SQUARED = 1e140;

/**
 * What values are divided by before they are squared and summed: 1, or the power of two
 * that brings them near 1.
 *
 * @param most The greatest of their sizes.
 */
export function unitOfSquares(most: number): number {
  return most === 0 || most > MIN_SQUARED && most < MAX_SQUARED ? 1 : powerBelow(most);
}
