/** The random numbers of subtractive dithering: the same in every reader and writer (FITS 4.0, appendix I). */

/** How many there are. */
export const DITHER_NUMBERS = 10_000;

let numbers: Float32Array<ArrayBuffer> | undefined;

/**
 * The random numbers, from 0 to 1: those of Park and Miller's generator, seed 1, as floats.
 *
 * The last seed is 1043618065; all products stay below 2^53, where doubles are exact.
 */
export function ditherNumbers(): Float32Array<ArrayBuffer> {
  if (numbers !== undefined) return numbers;
  numbers = new Float32Array(DITHER_NUMBERS);
  let seed = 1;
  for (let i = 0; i < DITHER_NUMBERS; i++) {
    seed = (16_807 * seed) % 2_147_483_647;
    numbers[i] = seed / 2_147_483_647;
  }
  return numbers;
}

/**
 * Where the numbers of a tile begin.
 *
 * The first number says where those of the pixels begin, within the first 500; when they reach
 * the end of the table, the number after the first says where they go on. (The standard's text
 * has 500 for that end; every reader and writer has 10000.)
 *
 * @param tile The tile's row in its table, from 0.
 * @param seed ZDITHER0, 1 to 10000.
 */
export function ditherStart(tile: number, seed: number): number {
  return (tile + seed - 1) % DITHER_NUMBERS;
}

/** Where the numbers of pixels begin that belong to a place in the table. */
export function pixelStart(start: number): number {
  return Math.floor(ditherNumbers()[start]! * 500);
}
