/** The elements of arrays as bytes of either order. */

import { type ElementSize, LITTLE_ENDIAN, swapInto } from "../../net/byte_order.ts";
import {
  elementBytes,
  type IdlNumeric,
  type IdlNumericType,
  partsOf,
} from "../language/values/value.ts";

/** Brings elements that have arrived into this machine's byte order, where they lie. */
export function toNative(bytes: Uint8Array, type: IdlNumericType, order: "big" | "little"): void {
  if ((order === "little") !== LITTLE_ENDIAN) swapInto(bytes, bytes, numberBytes(type));
}

/** Bytes of one number: half an element of a complex type. */
function numberBytes(type: IdlNumericType): ElementSize {
  return elementBytes(type) / partsOf(type) as ElementSize;
}

/** Elements in a byte order: a view where that is this machine's, else a copy. */
export function elementsFor(value: IdlNumeric, order: "big" | "little"): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = value.data;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  if ((order === "little") === LITTLE_ENDIAN) return bytes;
  return swapInto(bytes, new Uint8Array(byteLength), numberBytes(value.type));
}
