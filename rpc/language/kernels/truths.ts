/**
 * Counting and numbering the elements that are true: one bit for each, block by block.
 *
 * @module
 */

import type { Workspace } from "../values/memory.ts";
import { IdlType } from "../values/value.ts";
import { type Plan, planFlags } from "./plan.ts";
import { simd, SIMD_BLOCK, turnBytes } from "./simd.ts";

const [BITS, BYTES, LONGS] = [0, 1, 2];

/** Which elements of an array are true. */
export interface Truths {
  /** Elements of the array. */
  readonly length: number;
  /** How many of them are true. */
  readonly count: number;
  /** One bit for each element, the first lowest. */
  readonly bits: Uint8Array;
}

function bitsFor(length: number, space: Workspace): Uint8Array {
  // Whole turns of flags give whole words of bits.
  const bytes = turnBytes(length) / 8;
  return space.allocateUnset(IdlType.BYTE, [bytes]).data as Uint8Array;
}

/**
 * Which flags are not zero.
 *
 * @param flags At least one.
 * @param space Where the bits get their storage.
 */
export function truthsOf(flags: Uint8Array, space: Workspace): Truths {
  const bits = bitsFor(flags.length, space);
  const [from, to] = [simd.addresses[BYTES]!, simd.addresses[BITS]!];
  const [block, out] = [simd.bytes[BYTES]!, simd.bytes[BITS]!];
  let count = 0;
  for (let at = 0; at < flags.length; at += SIMD_BLOCK) {
    const n = Math.min(SIMD_BLOCK, flags.length - at);
    const turns = turnBytes(n);
    block.set(flags.subarray(at, at + n));
    if (n < turns) block.fill(0, n, turns);
    count += simd.truthBits(from, turns, to);
    bits.set(out.subarray(0, turns / 8), at / 8);
  }
  return { length: flags.length, count, bits };
}

/** Which comparisons of a plan hold, without a byte for each. */
export function truthsOfPlan(plan: Plan, space: Workspace): Truths {
  const { count: length } = plan;
  const bits = bitsFor(length, space);
  let count = 0;
  planFlags(plan, space, (flags, address, at, n) => {
    const turns = turnBytes(n);
    if (n < turns) flags.fill(0, n, turns);
    // The bits take the place of flags that have been read.
    count += simd.truthBits(address, turns, address);
    bits.set(flags.subarray(0, turns / 8), at / 8);
  });
  return { length, count, bits };
}

/**
 * The numbers of the elements that are true, or of those that are not.
 *
 * @param truths At most 2^31 elements.
 * @param complement Whether those that are not true are meant.
 * @param out Takes the numbers; it has as many elements as there are such.
 */
export function truePlaces(
  { length, bits }: Truths,
  complement: boolean,
  out: Int32Array,
): void {
  const [from, to] = [simd.addresses[BITS]!, simd.addresses[LONGS]!];
  const [block, places] = [simd.bytes[BITS]!, simd.longs[LONGS]!];
  let written = 0;
  for (let at = 0; at < length; at += SIMD_BLOCK) {
    const n = Math.min(SIMD_BLOCK, length - at);
    block.set(bits.subarray(at / 8, Math.ceil((at + n) / 8)));
    const found = simd.bitPlaces(from, n, complement ? 1 : 0, at, to);
    out.set(found === SIMD_BLOCK ? places : places.subarray(0, found), written);
    written += found;
  }
}

/** Calls a function with the number of each element that is true, or of each that is not. */
export function eachPlace(
  { length, bits }: Truths,
  complement: boolean,
  take: (place: number) => void,
): void {
  const wanted = complement ? 0 : 1;
  for (let i = 0; i < length; i++) if ((bits[i >> 3]! >> (i & 7) & 1) === wanted) take(i);
}
