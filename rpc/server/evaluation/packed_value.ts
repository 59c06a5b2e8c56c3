/** Values as they move between threads: as buffers, which are handed over and not copied. */

import {
  type IdlNumericType,
  IdlType,
  type IdlUndefined,
  type IdlValue,
  isNumeric,
  viewOf,
} from "../../language/values/value.ts";
import {
  buffersOf,
  type PackedTexts,
  packTexts,
  textsOf,
  unpackTexts,
} from "../../language/values/packed_texts.ts";

/**
 * A value without typed arrays. Node's `postMessage`, as Deno has it, looks at every
 * property of what it is given, and every element of a typed array is one: 256 MiB of
 * them end the process for want of memory. A bare buffer has none.
 */
export type PackedValue =
  | {
    readonly type: IdlNumericType;
    readonly shape: readonly number[];
    readonly buffer: ArrayBuffer;
    readonly offset: number;
    readonly bytes: number;
  }
  | PackedTexts
  | IdlUndefined;

/** Named values, ready to be posted. */
export interface PackedValues {
  readonly entries: readonly (readonly [string, PackedValue])[];
  /** The further values, in their order. */
  readonly packed: readonly PackedValue[];
  /** The buffers to hand over, each once. */
  readonly transfer: ArrayBuffer[];
}

function pack(value: IdlValue): PackedValue {
  if (isNumeric(value)) {
    const { type, shape, data: { buffer, byteOffset, byteLength } } = value;
    return { type, shape, buffer, offset: byteOffset, bytes: byteLength };
  }
  return value.type === 0 ? value : packTexts(value);
}

/** The value that was packed, in the thread that now has its buffers. */
export function unpack(packed: PackedValue): IdlValue {
  if (packed.type === IdlType.UNDEFINED) return packed;
  if (packed.type === IdlType.STRING) return unpackTexts(packed);
  const { type, shape, buffer, offset, bytes } = packed;
  return viewOf(type, shape, new Uint8Array(buffer, offset, bytes));
}

/**
 * Packs named values, and further ones whose buffers move too.
 *
 * @param values The values by name.
 * @param others Values that go elsewhere in the same message.
 */
export function packAll(
  values: ReadonlyMap<string, IdlValue>,
  ...others: IdlValue[]
): PackedValues {
  const transfer = new Set<ArrayBuffer>();
  // What several names hold is packed once.
  const known = new Map<object, PackedValue>();
  const packOnce = (value: IdlValue): PackedValue => {
    const key = isNumeric(value) ? value : textsOf(value);
    const packed = known.get(key) ?? pack(value);
    known.set(key, packed);
    if (packed.type === 7) buffersOf(packed).forEach((buffer) => transfer.add(buffer));
    else if (packed.type !== 0) transfer.add(packed.buffer);
    return packed.type === 7 ? { ...packed, shape: value.shape } : packed;
  };
  return {
    entries: [...values].map(([name, value]) => [name, packOnce(value)] as const),
    packed: others.map(packOnce),
    transfer: [...transfer],
  };
}

/** The named values that were packed. */
export function unpackAll(entries: PackedValues["entries"]): Map<string, IdlValue> {
  return new Map(entries.map(([name, packed]) => [name, unpack(packed)] as const));
}
