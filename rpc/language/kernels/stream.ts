/**
 * One number from all elements of an array, block by block.
 *
 * @module
 */

import { convertRange } from "../values/convert.ts";
import type { Workspace } from "../values/memory.ts";
import { simd, SIMD_BLOCK, turnBytes } from "./simd.ts";
import { elementsOf, type IdlNumeric, IdlType, isLong64 } from "../values/value.ts";

const STRIDE = 32 * SIMD_BLOCK;

/** FLOAT, and integers that FLOAT holds exactly, go through FLOAT; all others through DOUBLE. */
function streamType(value: IdlNumeric): 4 | 5 {
  const { type } = value;
  return type === IdlType.FLOAT || type === IdlType.BYTE || type === IdlType.INT ||
      type === IdlType.UINT
    ? IdlType.FLOAT
    : IdlType.DOUBLE;
}

/** The sum of the elements of a real value, in DOUBLE. */
export function streamedSum(value: IdlNumeric, space: Workspace): number {
  const count = elementsOf(value.shape);
  const type = streamType(value);
  const single = type === IdlType.FLOAT;
  const block = single ? simd.floats[0]! : simd.doubles[0]!;
  const { sum } = single ? simd.single : simd.double;
  const width = single ? 4 : 8;
  let total = 0;
  for (let at = 0; at < count; at += SIMD_BLOCK) {
    if (at % STRIDE === 0) space.work(Math.min(STRIDE, count - at));
    const n = Math.min(SIMD_BLOCK, count - at);
    convertRange(value, at, block, type, n);
    const bytes = turnBytes(width * n);
    if (n < SIMD_BLOCK) block.fill(0, n, bytes / width);
    total += sum(simd.addresses[0]!, bytes);
  }
  return total;
}

/** The least and the greatest element of a real value that is neither LONG64 nor ULONG64. */
export function streamedRange(
  value: IdlNumeric,
  space: Workspace,
): readonly [least: number, greatest: number] {
  const [least, greatest] = folded(value, ["min", "max"], space);
  return [least!, greatest!];
}

/** One of the two alone, in half the work. */
export function streamedExtreme(
  which: "min" | "max",
  value: IdlNumeric,
  space: Workspace,
): number {
  return folded(value, [which], space)[0]!;
}

function folded(
  value: IdlNumeric,
  names: readonly ("min" | "max")[],
  space: Workspace,
): number[] {
  if (isLong64(value.type)) throw new TypeError("LONG64 is not streamed as DOUBLE");
  const count = elementsOf(value.shape);
  const type = streamType(value);
  const single = type === IdlType.FLOAT;
  const [block, ...results] = single ? simd.floats : simd.doubles;
  const [from, ...targets] = simd.addresses;
  const { fold } = single ? simd.single : simd.double;
  const lanes = single ? 16 : 8;
  const bytes = SIMD_BLOCK * (single ? 4 : 8);
  const folds = names.map((name, i) => {
    results[i]!.fill(name === "min" ? Infinity : -Infinity, 0, lanes);
    return fold[name]!;
  });
  for (let at = 0; at < count; at += SIMD_BLOCK) {
    if (at % STRIDE === 0) space.work(Math.min(STRIDE, count - at));
    const n = Math.min(SIMD_BLOCK, count - at);
    convertRange(value, at, block!, type, n);
    if (n < SIMD_BLOCK) block!.fill(NaN, n);
    for (let i = 0; i < folds.length; i++) folds[i]!(from!, targets[i]!, bytes);
  }
  return names.map((name, i) => Math[name](...results[i]!.subarray(0, lanes)));
}

/**
 * BYTSCL of FLOAT and DOUBLE elements into bytes.
 *
 * @returns Whether it was done: not for limits so far apart that their products are infinite.
 */
export function streamedBytes(
  value: IdlNumeric,
  out: IdlNumeric,
  least: number,
  greatest: number,
  top: number,
  space: Workspace,
): boolean {
  const factor = top + 0.9999;
  if (!Number.isFinite(factor * (greatest - least)) || !Number.isFinite(factor * least)) {
    return false;
  }
  const count = elementsOf(value.shape);
  const single = value.type === IdlType.FLOAT;
  const type = single ? IdlType.FLOAT : IdlType.DOUBLE;
  const block = single ? simd.floats[0]! : simd.doubles[0]!;
  const { scale } = single ? simd.single : simd.double;
  const bytes = simd.bytes[1]!;
  const [from, to] = [simd.addresses[0]!, simd.addresses[1]!];
  let by = single ? quickFactor(least, greatest, factor) : 0;
  for (let at = 0; at < count; at += SIMD_BLOCK) {
    if (at % STRIDE === 0) space.work(4 * Math.min(STRIDE, count - at));
    const n = Math.min(SIMD_BLOCK, count - at);
    convertRange(value, at, block, type, n);
    const turns = turnBytes((single ? 4 : 8) * n);
    if (by === 0) scale(from, to, turns, least, greatest, factor, top);
    else {
      const left = simd.scaleFloatsQuickly(from, to, turns, least, greatest, factor, top, by);
      // Whole numbers over a whole range, of which none can be decided in FLOAT.
      if (left > turns / MAX_LEFT_BYTES) by = 0;
    }
    (out.data as Uint8Array).set(n === SIMD_BLOCK ? bytes : bytes.subarray(0, n), at);
  }
  return true;
}

/** One turn of 64 bytes in four may be left to DOUBLE; where more are, FLOAT saves nothing. */
const MAX_LEFT_BYTES = 256;

/** The factor of FLOATs scaled in FLOAT; 0 where that might not give the same. */
function quickFactor(least: number, greatest: number, factor: number): number {
  const by = Math.fround(factor / (greatest - least));
  const exact = Math.fround(least) === least && Math.fround(greatest) === greatest;
  return exact && by > 1e-30 && by < 1e30 ? by : 0;
}
