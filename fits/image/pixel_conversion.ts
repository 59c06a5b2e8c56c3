/** Stored pixels to physical ones: whole arrays at a time, no call and no allocation for an element. */

import { LITTLE_ENDIAN, swapInto, toNativeOrder } from "../../net/byte_order.ts";
import type { Bitpix } from "../hdu/layout.ts";
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
 * Brings big-endian pixels into this machine's order, and gives them the exact integer
 * type that BZERO asks for.
 *
 * From one buffer into the other in one pass: the memory of a large array is slow, and
 * is touched once.
 *
 * @param stored The stored pixels; changed where `offset` is set.
 * @param target Where they go; of the same length.
 * @param bitpix Their type.
 * @param offset Whether the top bit is flipped: unsigned integers and signed bytes.
 */
export function toNativePixels(
  stored: Uint8Array,
  target: Uint8Array,
  bitpix: Bitpix,
  offset: boolean,
): void {
  const size = pixelBytes(bitpix);
  if (offset) flipTopBits(stored, size);
  if (LITTLE_ENDIAN && size > 1) swapInto(stored, target, size);
  else target.set(stored);
}

/**
 * Adds half their range to big-endian integers, which is to flip the top bit of each.
 *
 * @param bytes The integers.
 * @param size Bytes of one.
 */
export function flipTopBits(bytes: Uint8Array, size: 1 | 2 | 4 | 8): void {
  let at = 0;
  if (LITTLE_ENDIAN && bytes.byteOffset % 4 === 0) {
    const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
    const pairs = words.length & ~1;
    const even = size === 1 ? 0x80808080 : size === 2 ? 0x00800080 : 0x80;
    const odd = size === 8 ? 0 : even;
    for (let i = 0; i < pairs; i += 2) {
      words[i] = words[i]! ^ even;
      words[i + 1] = words[i + 1]! ^ odd;
    }
    at = pairs * 4;
  }
  for (; at < bytes.length; at += size) bytes[at] = bytes[at]! ^ 0x80;
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
  const { bscale, bzero, blank } = scaling;
  if (bitpix === 64) {
    const long = { scale: bscale, zero: bzero, missing: blank };
    scaleLongs(stored as PixelArrays["int64"], long, out, at);
    return;
  }
  const numbers = stored as PixelArrays[NumberType];
  const target = out.subarray(at, at + numbers.length);
  loopFor(numbers, target)(numbers, bscale, bzero, target);
  if (blank === undefined || typeof blank === "bigint") return;
  for (let i = 0; i < numbers.length; i++) if (numbers[i] === blank) target[i] = NaN;
}

type NumberType = Exclude<PixelType, "int64" | "uint64">;

type Loop = (
  stored: PixelArrays[NumberType],
  bscale: number,
  bzero: number,
  out: PixelArrays["float32" | "float64"],
) => void;

const LOOPS = new Map<string, Loop>();

/**
 * The loop for a pair of classes. Each pair has its own, so that the engine sees one
 * class of array in it: a loop that has seen several is 5 times slower.
 */
function loopFor(stored: ArrayBufferView, out: ArrayBufferView): Loop {
  const key = `${stored.constructor.name} ${out.constructor.name}`;
  let loop = LOOPS.get(key);
  if (loop === undefined) LOOPS.set(key, loop = makeLoop());
  return loop;
}

function makeLoop(): Loop {
  return (stored, bscale, bzero, out) => {
    const fours = stored.length & ~3;
    for (let i = 0; i < fours; i += 4) {
      const a = stored[i]!;
      const b = stored[i + 1]!;
      const c = stored[i + 2]!;
      const d = stored[i + 3]!;
      out[i] = bzero + bscale * a;
      out[i + 1] = bzero + bscale * b;
      out[i + 2] = bzero + bscale * c;
      out[i + 3] = bzero + bscale * d;
    }
    for (let i = fours; i < stored.length; i++) out[i] = bzero + bscale * stored[i]!;
  };
}

/**
 * Computes physical values of 64-bit integers: zero + scale x stored, NaN for what is missing.
 *
 * Where the sum is an integer it is rounded once: 1 stored as 1 - 2^63 with an offset
 * of 2^63 would be 0 by doubles, whose neighbours lie 1024 apart there.
 *
 * @param stored The stored integers in this machine's byte order.
 * @param scale BSCALE or TSCALn.
 * @param zero BZERO or TZEROn.
 * @param missing The stored integer that stands for no value.
 * @param out Where the values go.
 * @param at The index of the first.
 * @param from The first stored integer that is taken.
 * @param step The distance of the next.
 * @param count How many are taken.
 */
export function scaleLongs(
  stored: BigInt64Array,
  { scale, zero, missing }: {
    readonly scale: number;
    readonly zero: number;
    readonly missing: number | bigint | undefined;
  },
  out: Float32Array | Float64Array,
  at: number,
  from = 0,
  step = 1,
  count: number = stored.length,
): void {
  const words = new Int32Array(stored.buffer, stored.byteOffset, 2 * stored.length);
  const upper = LITTLE_ENDIAN ? 1 : 0;
  const unsigned = scale === 1 && zero === OFFSET_64;
  const whole = Number.isInteger(scale) && Number.isInteger(zero);
  const [factor, offset] = whole ? [BigInt(scale), BigInt(zero)] : [0n, 0n];
  for (let i = 0, p = from; i < count; i++, p += step) {
    const high = words[2 * p + upper]!;
    const low = words[2 * p + 1 - upper]! >>> 0;
    if (unsigned) {
      out[at + i] = ((high ^ 0x80000000) >>> 0) * 4294967296 + low;
      continue;
    }
    const value = high * 4294967296 + low;
    const scaled = zero + scale * value;
    out[at + i] = !whole || isSafe(value) && isSafe(scale * value) && isSafe(scaled)
      ? scaled
      : Number(offset + factor * stored[p]!);
  }
  if (missing === undefined) return;
  const none = BigInt(missing);
  for (let i = 0, p = from; i < count; i++, p += step) {
    if (stored[p] === none) out[at + i] = NaN;
  }
}

/** BZERO or TZEROn of unsigned 64-bit integers. */
const OFFSET_64 = 2 ** 63;

/** Whether an integer below 2^53, which a double holds. */
function isSafe(value: number): boolean {
  return value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER;
}
