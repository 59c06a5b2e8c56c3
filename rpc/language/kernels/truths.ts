/**
 * Counting and numbering the elements that are true, block by block.
 *
 * @module
 */

import { simd, SIMD_BLOCK, turnBytes } from "./simd.ts";

const [BYTES, LONGS] = [0, 1];

/** Puts a block of flags into the kernel, and zeros behind them to the end of a turn. */
function load(flags: Uint8Array, at: number): number {
  const n = Math.min(SIMD_BLOCK, flags.length - at);
  const block = simd.bytes[BYTES]!;
  block.set(flags.subarray(at, at + n));
  if (n < SIMD_BLOCK) block.fill(0, n, turnBytes(n));
  return n;
}

/** How many flags are not zero. */
export function countTruths(flags: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < flags.length; at += SIMD_BLOCK) {
    const n = load(flags, at);
    count += simd.countTruths(simd.addresses[BYTES]!, turnBytes(n));
  }
  return count;
}

/**
 * The numbers of the flags that are not zero, or of those that are.
 *
 * @param flags The flags, at most 2^31.
 * @param complement Whether the zeros are meant.
 * @param out Takes the numbers; it has as many elements as there are such flags.
 */
export function truePlaces(flags: Uint8Array, complement: boolean, out: Int32Array): void {
  const [from, to] = [simd.addresses[BYTES]!, simd.addresses[LONGS]!];
  const block = simd.longs[LONGS]!;
  let written = 0;
  for (let at = 0; at < flags.length; at += SIMD_BLOCK) {
    const n = load(flags, at);
    const found = simd.truePlaces(from, n, complement ? 1 : 0, at, to);
    out.set(found === SIMD_BLOCK ? block : block.subarray(0, found), written);
    written += found;
  }
}
