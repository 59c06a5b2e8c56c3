/** Values as they move between threads: as buffers, which are handed over and not copied. */

import {
  type IdlNumericType,
  IdlType,
  type IdlValue,
  isNumeric,
  viewOf,
} from "../../language/values/value.ts";

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
  | Exclude<IdlValue, { type: IdlNumericType }>;

/** Named values, ready to be posted. */
export interface PackedValues {
  readonly entries: readonly (readonly [string, PackedValue])[];
  /** The buffers to hand over, each once. */
  readonly transfer: ArrayBuffer[];
}

/** Packs one value; the buffer stays where it is until it is posted. */
export function pack(value: IdlValue): PackedValue {
  if (!isNumeric(value)) return value;
  const { type, shape, data: { buffer, byteOffset, byteLength } } = value;
  return { type, shape, buffer, offset: byteOffset, bytes: byteLength };
}

/** The value that was packed, in the thread that now has its buffer. */
export function unpack(packed: PackedValue): IdlValue {
  if (packed.type === IdlType.UNDEFINED || packed.type === IdlType.STRING) return packed;
  const { type, shape, buffer, offset, bytes } = packed;
  return viewOf(type, shape, new Uint8Array(buffer, offset, bytes));
}

/**
 * Packs named values, and further ones whose buffers move too.
 *
 * @param values The values by name.
 * @param others Values that are packed elsewhere in the same message.
 */
export function packAll(
  values: ReadonlyMap<string, IdlValue>,
  ...others: IdlValue[]
): PackedValues {
  const buffers = new Set<ArrayBuffer>();
  for (const value of [...values.values(), ...others]) {
    if (isNumeric(value)) buffers.add(value.data.buffer);
  }
  return {
    entries: [...values].map(([name, value]) => [name, pack(value)] as const),
    transfer: [...buffers],
  };
}

/** The named values that were packed. */
export function unpackAll(entries: PackedValues["entries"]): Map<string, IdlValue> {
  return new Map(entries.map(([name, packed]) => [name, unpack(packed)] as const));
}
