/** Pixels of a tile put into the pixels of a section: copied, moved by half their range, or scaled. */

import { scaleLongs } from "../image/pixel_conversion.ts";
import type { PixelArrays, PixelType, Scaling } from "../image/pixels.ts";
import type { StoredPixels } from "./codecs/integers.ts";

/**
 * Puts pixels of a tile into their place.
 *
 * @param pixels The tile.
 * @param from The first pixel that is taken.
 * @param step From one to the next.
 * @param count How many.
 * @param at Where they go in the result, one behind the other.
 */
export type PutPixels = (
  pixels: StoredPixels,
  from: number,
  step: number,
  count: number,
  at: number,
) => void;

/** Runs from this length on are copied by the engine's own copying. */
const LONG_RUN = 32;

/**
 * Makes a function that puts pixels as they are, but for the top bit where BZERO makes unsigned
 * integers or signed bytes of them.
 *
 * @param out The result, of as many bytes a pixel as the stored ones.
 * @param flip Whether the top bit is flipped.
 */
export function putExact(out: PixelArrays[PixelType], flip: boolean): PutPixels {
  const size = out.BYTES_PER_ELEMENT;
  const copy = size === 8 ? copyLoop(2) : copyLoop(1);
  const parts = size === 8 ? 2 : 1;
  const into = wordsOf(out);
  return (pixels, from, step, count, at) => {
    if (step === 1 && count >= LONG_RUN) {
      // The classes differ where the result is unsigned: both are seen as words.
      const words = wordsOf(pixels);
      into.set(words.subarray(from * parts, (from + count) * parts), at * parts);
    } else {
      copy(wordsOf(pixels), from, step, count, into, at);
    }
    if (flip) flipTopBits(out.subarray(at, at + count) as PixelArrays[PixelType]);
  };
}

type Words = Uint8Array | Uint16Array | Uint32Array;

/** An array as unsigned words of its size, or pairs of them. */
function wordsOf(
  { buffer, byteOffset, byteLength, BYTES_PER_ELEMENT: size }:
    | StoredPixels
    | PixelArrays[PixelType],
): Words {
  if (size === 1) return new Uint8Array(buffer, byteOffset, byteLength);
  if (size === 2) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

function copyLoop(parts: 1 | 2) {
  return (
    from: Words,
    first: number,
    step: number,
    count: number,
    into: Words,
    at: number,
  ): void => {
    if (parts === 1) {
      for (let i = 0, p = first; i < count; i++, p += step) into[at + i] = from[p]!;
      return;
    }
    for (let i = 0, p = 2 * first, to = 2 * at; i < count; i++, p += 2 * step, to += 2) {
      into[to] = from[p]!;
      into[to + 1] = from[p + 1]!;
    }
  };
}

/**
 * Adds half their range to integers in this machine's order.
 *
 * @param pixels The integers.
 */
function flipTopBits(pixels: PixelArrays[PixelType]): void {
  const words = wordsOf(pixels);
  const size = pixels.BYTES_PER_ELEMENT;
  if (size === 8) {
    for (let i = HIGH_WORD; i < words.length; i += 2) words[i]! ^= 0x80000000;
    return;
  }
  const top = size === 1 ? 0x80 : size === 2 ? 0x8000 : 0x80000000;
  for (let i = 0; i < words.length; i++) words[i]! ^= top;
}

/** Where the half with the sign of a 64-bit integer is. */
const HIGH_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/**
 * Makes a function that puts physical values: BZERO + BSCALE x stored, NaN for BLANK.
 *
 * @param out The result.
 * @param scaling How pixels are scaled.
 */
export function putScaled(
  out: PixelArrays["float32" | "float64"],
  scaling: Scaling,
): PutPixels {
  const { bscale, bzero, blank } = scaling;
  // A loop of its own, so that the engine sees one class of array in it.
  const loop = scaleLoop();
  const missing = blank === undefined ? NaN : Number(blank);
  const long = { scale: bscale, zero: bzero, missing: blank };
  return (pixels, from, step, count, at) => {
    if (pixels instanceof BigInt64Array) {
      scaleLongs(pixels, long, out, at, from, step, count);
    } else loop(pixels, from, step, count, bscale, bzero, missing, out, at);
  };
}

function scaleLoop() {
  return (
    pixels: Exclude<StoredPixels, BigInt64Array>,
    from: number,
    step: number,
    count: number,
    bscale: number,
    bzero: number,
    missing: number,
    out: PixelArrays["float32" | "float64"],
    at: number,
  ): void => {
    for (let i = 0, p = from; i < count; i++, p += step) {
      const value = pixels[p]!;
      out[at + i] = value === missing ? NaN : bzero + bscale * value;
    }
  };
}
