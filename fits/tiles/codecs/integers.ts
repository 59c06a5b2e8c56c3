/** Integers brought from the width in which a codec has them to that of the pixels. */

import { FormatError } from "../../../net/errors.ts";
import type { PixelArrays, StoredType } from "../../image/pixels.ts";

/** An array of pixels as they are stored. */
export type StoredPixels = PixelArrays[StoredType];

/** An array of integers. */
export type Integers = PixelArrays["uint8" | "int16" | "int32" | "int64"];

/** The least and the greatest value of each class. */
const RANGES: Readonly<Record<string, readonly [least: number, greatest: number]>> = {
  Uint8Array: [0, 255],
  Int16Array: [-32768, 32767],
  Int32Array: [-2147483648, 2147483647],
};

/**
 * Copies integers into an array of another class.
 *
 * @param values The integers.
 * @param target As many integers.
 * @throws {FormatError} If one does not fit: none is cut in silence.
 */
export function copyIntegers(values: Integers, target: Integers): void {
  if (values.constructor === target.constructor) {
    (target as Int32Array).set(values as Int32Array);
    return;
  }
  if (target instanceof BigInt64Array) {
    for (let i = 0; i < target.length; i++) target[i] = BigInt(values[i]!);
    return;
  }
  const [least, greatest] = RANGES[target.constructor.name]!;
  if (values instanceof BigInt64Array) {
    for (let i = 0; i < target.length; i++) {
      const value = values[i]!;
      if (value < least || value > greatest) throw tooLarge(value, i, least, greatest);
      target[i] = Number(value);
    }
    return;
  }
  for (let i = 0; i < target.length; i++) {
    const value = values[i]!;
    if (value < least || value > greatest) throw tooLarge(value, i, least, greatest);
    target[i] = value;
  }
}

function tooLarge(value: number | bigint, at: number, least: number, most: number): FormatError {
  return new FormatError(
    `the value ${value} of pixel ${at + 1} is decoded, expected ${least} to ${most}`,
  );
}
