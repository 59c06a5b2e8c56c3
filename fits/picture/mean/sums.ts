/** Rows of pixels added to those of a smaller picture by a kernel. */

import type { RowSums } from "../resample.ts";
import { loadSums, type SumsKernel } from "./sums_module.ts";

let sums: Promise<RowSums | undefined> | undefined;

/**
 * Loads the kernel, once for all.
 *
 * @returns What adds rows of any width that fits; undefined where no kernel can be had.
 */
export function loadRowSums(): Promise<RowSums | undefined> {
  return sums ??= loadSums().then(sumsOf, () => undefined);
}

type Pixels =
  | Uint8Array
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

function sumsOf(kernel: SumsKernel): RowSums {
  const { buffer } = kernel.memory;
  const bytes = new Uint8Array(buffer, kernel.rowsStart(), kernel.rowsBytes());
  const most = kernel.most();
  const held = new Float64Array(buffer, kernel.sumsStart(), most);
  const areas = new Float64Array(buffer, kernel.areasStart(), most);
  const adders = new Map<unknown, SumsKernel["addInt16"]>([
    [Uint8Array, kernel.addUint8],
    [Uint8ClampedArray, kernel.addUint8],
    [Int8Array, kernel.addInt8],
    [Int16Array, kernel.addInt16],
    [Uint16Array, kernel.addUint16],
    [Int32Array, kernel.addInt32],
    [Uint32Array, kernel.addUint32],
    [Float32Array, kernel.addFloat32],
    [Float64Array, kernel.addFloat64],
  ]);
  const rowsOf = (pixels: ArrayLike<number>, width: number, targets: number) => {
    const size = (pixels as Pixels).BYTES_PER_ELEMENT;
    if (!adders.has(pixels.constructor) || targets > most) return 0;
    return Math.floor(bytes.length / (size * width));
  };
  return {
    most: rowsOf,
    add: (pixels, from, count, { width, start, ratio, left, share }, into) => {
      const own = pixels as Pixels;
      const size = own.BYTES_PER_ELEMENT;
      const length = count * width * size;
      bytes.set(new Uint8Array(own.buffer, own.byteOffset + from * size, length));
      const targets = into.sums.length;
      const right = Math.min(targets, Math.ceil((start + width) / ratio) + 1);
      held.set(into.sums.subarray(left, right), left);
      areas.set(into.areas.subarray(left, right), left);
      const add = adders.get(own.constructor)!;
      const end = add(count, width, start, ratio, left, targets, share);
      if (end < 0) throw new RangeError(`${count} rows of ${width} pixels are too many`);
      into.sums.set(held.subarray(left, end), left);
      into.areas.set(areas.subarray(left, end), left);
    },
  };
}
