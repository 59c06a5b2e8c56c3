/** The elements of arrays as bytes of either order. */

import { type ElementSize, LITTLE_ENDIAN, swapInto } from "../../net/byte_order.ts";
import {
  elementBytes,
  type IdlNumeric,
  type IdlNumericType,
  partsOf,
} from "../language/values/value.ts";
import type { Reading } from "./reading.ts";

/** Bytes that are turned at a time: a third of a millisecond. */
const SWAP_BYTES = 1024 ** 2;
const SWAP_MS = 0.3;

/** Brings elements that have arrived into this machine's byte order, where they lie. */
export function* toNative(
  bytes: Uint8Array,
  type: IdlNumericType,
  order: "big" | "little",
): Reading<void> {
  if ((order === "little") === LITTLE_ENDIAN) return;
  for (let at = 0; at < bytes.length; at += SWAP_BYTES) {
    if (bytes.length > SWAP_BYTES) yield { kind: "turn", milliseconds: SWAP_MS };
    const part = bytes.subarray(at, at + SWAP_BYTES);
    swapInto(part, part, numberBytes(type));
  }
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

/** The same in parts, of which each is a view or a copy that takes a third of a millisecond. */
export function* elementParts(
  value: IdlNumeric,
  order: "big" | "little",
): Generator<Uint8Array<ArrayBuffer>, void, void> {
  const { buffer, byteOffset, byteLength } = value.data;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  if ((order === "little") === LITTLE_ENDIAN) {
    yield bytes;
    return;
  }
  for (let at = 0; at < byteLength; at += SWAP_BYTES) {
    const part = bytes.subarray(at, at + SWAP_BYTES);
    yield swapInto(part, new Uint8Array(part.length), numberBytes(value.type));
  }
}
