/**
 * Byte order of arrays: FITS and the network are big-endian, nearly every
 * processor is little-endian.
 *
 * Bytes are exchanged for whole arrays only, so that no element costs a call.
 */

import { swapVectors } from "./kernels/byte_swap.ts";

/** Bytes of one element. */
export type ElementSize = 1 | 2 | 4 | 8;

/** Whether this machine stores the lowest byte first. */
export const LITTLE_ENDIAN: boolean = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** Arrays of fewer bytes are not worth a call of the module: 70 nanoseconds. */
const VECTOR_BYTES = 128;

/**
 * Reverses the bytes of every element where it lies.
 *
 * @param bytes The array's bytes; a multiple of `size`.
 * @param size Bytes of one element. Complex numbers are two elements of half their size.
 * @returns The same bytes.
 * @throws {RangeError} If the length is no multiple of `size`.
 */
export function swapBytes<T extends Uint8Array>(bytes: T, size: ElementSize): T {
  return swapInto(bytes, bytes, size);
}

/**
 * Copies an array and reverses the bytes of every element on the way.
 *
 * @param source The array's bytes; a multiple of `size`.
 * @param target Where they go; of the same length. It may be the source itself.
 * @param size Bytes of one element.
 * @returns The target.
 * @throws {RangeError} If the lengths differ or are no multiple of `size`.
 */
export function swapInto<T extends Uint8Array>(
  source: Uint8Array,
  target: T,
  size: ElementSize,
): T {
  if (source.length !== target.length || source.length % size !== 0) {
    throw new RangeError(
      `Cannot reverse ${source.length} bytes into ${target.length}: ` +
        `expected equal multiples of ${size}`,
    );
  }
  if (size === 1) {
    if ((source as Uint8Array) !== target) target.set(source);
  } else if (source.length < VECTOR_BYTES) {
    swapSingly(source, target, size);
  } else {
    swapVectors(source, target, size);
  }
  return target;
}

/** Byte by byte: less than the way into the module and back. */
function swapSingly(source: Uint8Array, target: Uint8Array, size: number): void {
  for (let at = 0; at < source.length; at += size) {
    for (let low = at, high = at + size - 1; low <= high; low++, high--) {
      const first = source[low]!;
      target[low] = source[high]!;
      target[high] = first;
    }
  }
}

/**
 * Brings an array from a given byte order to this machine's, or back, where it lies.
 *
 * @param bytes The array's bytes; a multiple of `size`.
 * @param size Bytes of one element.
 * @param order The byte order that the bytes have or shall have.
 * @returns The same bytes.
 *
 * @example
 * ```ts
 * import { toNativeOrder } from "@heliograph/heliograph/net";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = Uint8Array.of(0x01, 0x02, 0x03, 0x04);
 * toNativeOrder(bytes, 2, "big");
 * assertEquals(new Uint16Array(bytes.buffer), Uint16Array.of(0x0102, 0x0304));
 * ```
 */
export function toNativeOrder<T extends Uint8Array>(
  bytes: T,
  size: ElementSize,
  order: "big" | "little",
): T {
  return (order === "little") === LITTLE_ENDIAN ? bytes : swapBytes(bytes, size);
}
