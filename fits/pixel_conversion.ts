/** Stored pixels to physical ones: whole arrays at a time, no call and no allocation for an element. */

import { toNativeOrder } from "../net/byte_order.ts";
import type { Bitpix } from "./hdu_layout.ts";
import {
  PIXEL_ARRAYS,
  type PixelArrays,
  type PixelType,
  type Scaling,
  storedType,
} from "./pixels.ts";

/** Bytes of a stored pixel. */
export function pixelBytes(bitpix: Bitpix): 1 | 2 | 4 | 8 {
  return Math.abs(bitpix) / 8 as 1 | 2 | 4 | 8;
}

/**
 * Brings big-endian pixels into this machine's order where they lie, and gives them
 * the exact integer type that BZERO asks for.
 *
 * @param bytes The stored pixels.
 * @param bitpix Their type.
 * @param offset Whether the top bit is flipped: unsigned integers and signed bytes.
 */
export function toNativePixels(bytes: Uint8Array, bitpix: Bitpix, offset: boolean): void {
  if (offset) flipTopBits(bytes, pixelBytes(bitpix));
  toNativeOrder(bytes, pixelBytes(bitpix), "big");
}

/** Adds half the range to big-endian integers: the same as flipping the top bit of each. */
function flipTopBits(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes[at] = bytes[at]! ^ 0x80;
}

/**
 * Computes physical values: BZERO + BSCALE x stored, NaN for BLANK.
 *
 * @param bytes Stored pixels, big-endian, aligned to their size; left in native order.
 * @param bitpix Their type.
 * @param scaling How they are scaled.
 * @param out Where the values go.
 * @param at The index of the first.
 */
export function scalePixels(
  bytes: Uint8Array<ArrayBuffer>,
  bitpix: Bitpix,
  scaling: Scaling,
  out: PixelArrays["float32" | "float64"],
  at: number,
): void {
  const size = pixelBytes(bitpix);
  toNativeOrder(bytes, size, "big");
  const stored = new PIXEL_ARRAYS[storedType(bitpix)](
    bytes.buffer,
    bytes.byteOffset,
    bytes.length / size,
  );
  if (bitpix === 64) scaleLongs(stored as PixelArrays["int64"], scaling, out, at);
  else scaleNumbers(stored as PixelArrays[NumberType], scaling, out, at);
}

type NumberType = Exclude<PixelType, "int64" | "uint64">;

function scaleNumbers(
  stored: PixelArrays[NumberType],
  { bscale, bzero, blank }: Scaling,
  out: PixelArrays["float32" | "float64"],
  at: number,
): void {
  loopFor(stored, out)(stored, bscale, bzero, out, at);
  if (blank === undefined || typeof blank === "bigint") return;
  for (let i = 0; i < stored.length; i++) if (stored[i] === blank) out[at + i] = NaN;
}

type Loop = (
  stored: PixelArrays[NumberType],
  bscale: number,
  bzero: number,
  out: PixelArrays["float32" | "float64"],
  at: number,
) => void;

const LOOPS = new Map<string, Loop>();

/** The loop for a pair of classes, compiled apart so that the engine knows both. */
function loopFor(stored: ArrayBufferView, out: ArrayBufferView): Loop {
  const key = `${stored.constructor.name} ${out.constructor.name}`;
  let loop = LOOPS.get(key);
  if (loop === undefined) LOOPS.set(key, loop = makeLoop());
  return loop;
}

function makeLoop(): Loop {
  return (stored, bscale, bzero, out, at) => {
    for (let i = 0; i < stored.length; i++) out[at + i] = bzero + bscale * stored[i]!;
  };
}

/** 64-bit integers: their difference to a double is within the rounding of the product. */
function scaleLongs(
  stored: PixelArrays["int64"],
  { bscale, bzero, blank }: Scaling,
  out: PixelArrays["float32" | "float64"],
  at: number,
): void {
  const missing = blank === undefined ? undefined : BigInt(blank);
  for (let i = 0; i < stored.length; i++) {
    out[at + i] = stored[i] === missing ? NaN : bzero + bscale * Number(stored[i]);
  }
}
