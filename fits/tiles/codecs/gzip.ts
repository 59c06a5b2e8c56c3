/** GZIP_1 and GZIP_2: big-endian pixels, deflated; GZIP_2 with their bytes shuffled (FITS 4.0, section 10.4.2). */

import { type ElementSize, LITTLE_ENDIAN, swapInto } from "../../../net/byte_order.ts";
import { FormatError } from "../../../net/errors.ts";
import { type DeflateFormat, platform } from "../../../net/platform/mod.ts";
import { copyIntegers, type Integers, type StoredPixels } from "./integers.ts";

/** The most that deflate can expand, per byte. */
export const MAX_DEFLATE_RATIO = 1032;

/** The classes of integers by their bytes. */
const INTEGERS = { 1: Uint8Array, 2: Int16Array, 4: Int32Array, 8: BigInt64Array } as const;

/**
 * Decodes a stream.
 *
 * The bytes of an element follow from the expanded length, not from BITPIX: old files hold
 * 16-bit images as 32-bit integers.
 *
 * @param bytes The stream.
 * @param target The pixels.
 * @param options Whether the bytes are shuffled (GZIP_2).
 * @throws {FormatError} If the stream is none, or holds another number of pixels.
 */
export function decodeGzip(
  bytes: Uint8Array,
  target: StoredPixels,
  options: { readonly shuffled: boolean },
): void {
  const count = target.length;
  if (count === 0) return;
  const expected = count * target.BYTES_PER_ELEMENT;
  const expanded = platform.inflateSync(bytes, expected, count * 8, { format: formatOf(bytes) });
  const size = expanded.length / count;
  if (size !== 1 && size !== 2 && size !== 4 && size !== 8) {
    throw new FormatError(
      `${expanded.length} bytes for ${count} pixels, expected 1, 2, 4 or 8 of each`,
    );
  }
  if (!options.shuffled || size === 1) return putBigEndian(expanded, size, target);
  if (size === target.BYTES_PER_ELEMENT && size !== 8) return putShuffled(expanded, size, target);
  putBigEndian(unshuffled(expanded, size), size, target);
}

/** Puts shuffled bytes of elements of 2 or 4 bytes together in the order of this machine. */
function putShuffled(bytes: Uint8Array, size: 2 | 4, target: StoredPixels): void {
  const { length: count, buffer, byteOffset } = target;
  const first = bytes.subarray(0, count);
  const second = bytes.subarray(count, 2 * count);
  if (size === 2) {
    const into = new Int16Array(buffer, byteOffset, count);
    for (let i = 0; i < count; i++) into[i] = (first[i]! << 8) | second[i]!;
    return;
  }
  const third = bytes.subarray(2 * count, 3 * count);
  const fourth = bytes.subarray(3 * count);
  const into = new Int32Array(buffer, byteOffset, count);
  for (let i = 0; i < count; i++) {
    into[i] = (first[i]! << 24) | (second[i]! << 16) | (third[i]! << 8) | fourth[i]!;
  }
}

/** The standard says gzip; real files also have streams of zlib and bare deflate. */
function formatOf(bytes: Uint8Array): DeflateFormat {
  const [first = 0, second = 0] = bytes;
  if (first === 0x1f && second === 0x8b) return "gzip";
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0 ? "zlib" : "raw";
}

/**
 * Takes big-endian elements into pixels, widening or narrowing integers.
 *
 * @param bytes The elements.
 * @param size Bytes of one.
 * @param target As many pixels.
 * @throws {FormatError} If an integer does not fit, or floating-point pixels have another width.
 */
export function putBigEndian(bytes: Uint8Array, size: ElementSize, target: StoredPixels): void {
  if (size === target.BYTES_PER_ELEMENT) {
    const into = new Uint8Array(target.buffer, target.byteOffset, target.byteLength);
    if (LITTLE_ENDIAN) swapInto(bytes, into, size);
    else into.set(bytes);
    return;
  }
  if (target instanceof Float32Array || target instanceof Float64Array) {
    throw new FormatError(
      `${size} bytes of each pixel, expected the ${target.BYTES_PER_ELEMENT} of a float`,
    );
  }
  const values = new INTEGERS[size](target.length) as Integers;
  putBigEndian(bytes, size, values);
  copyIntegers(values, target);
}

/**
 * Puts the bytes of elements together that are stored all first bytes first, then all second
 * ones and so on.
 *
 * @param bytes The shuffled bytes.
 * @param size Bytes of an element.
 * @returns Big-endian elements.
 */
export function unshuffled(
  bytes: Uint8Array<ArrayBuffer>,
  size: number,
): Uint8Array<ArrayBuffer> {
  if (size === 1) return bytes;
  const count = bytes.length / size;
  const out = new Uint8Array(bytes.length);
  for (let byte = 0; byte < size; byte++) {
    const plane = bytes.subarray(byte * count, (byte + 1) * count);
    for (let i = 0, at = byte; i < count; i++, at += size) out[at] = plane[i]!;
  }
  return out;
}
