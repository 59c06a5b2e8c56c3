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
  type HeapCell,
  type LanguageValue,
  type ObjectValue,
  POINTER,
  REFERENCE,
  STRUCTURE,
} from "../../language/values/language_value.ts";
import { stored } from "../../language/values/scalar.ts";
import { keyOf } from "../../language/structures/objects.ts";
import { newCell } from "../../language/structures/pointers.ts";
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
  | IdlUndefined
  | {
    readonly type: typeof STRUCTURE;
    readonly shape: readonly number[];
    readonly name: string | undefined;
    readonly tags: readonly string[];
    readonly parts: readonly PackedValue[];
  }
  /** A reference: the number of its object. */
  | { readonly type: typeof REFERENCE; readonly object: number }
  /** Pointers: the numbers of the variables of the heap, -1 for null pointers. */
  | {
    readonly type: typeof POINTER;
    readonly shape: readonly number[];
    readonly cells: readonly number[];
  };

/** An object that references refer to. */
export interface PackedObject {
  readonly kind: ObjectValue["kind"] | HeapCell["kind"];
  /** Of a HASH the keys, in the order of the values. */
  readonly keys: readonly PackedValue[];
  readonly values: readonly PackedValue[];
  /** Of a variable of the heap its number as PRINT shows it, and whether it has been freed. */
  readonly number?: number | undefined;
  readonly freed?: boolean | undefined;
}

/** Named values, ready to be posted. */
export interface PackedValues {
  readonly entries: readonly (readonly [string, PackedValue])[];
  /** The objects that they refer to, each once. */
  readonly objects: readonly PackedObject[];
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

/** The value of numbers or texts that was packed, in the thread that now has its buffers. */
export function unpack(packed: PackedValue): IdlValue {
  if (packed.type === STRUCTURE || packed.type === REFERENCE || packed.type === POINTER) {
    throw new TypeError("A structure moves with the objects that it refers to");
  }
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
  values: ReadonlyMap<string, LanguageValue>,
  ...others: IdlValue[]
): PackedValues {
  const transfer = new Set<ArrayBuffer>();
  // What several names hold is packed once.
  const known = new Map<object, PackedValue>();
  const numbers = new Map<ObjectValue | HeapCell, number>();
  const objects: PackedObject[] = [];
  const waiting: (ObjectValue | HeapCell)[] = [];
  const numberOf = (object: ObjectValue | HeapCell): number => {
    const before = numbers.get(object);
    if (before !== undefined) return before;
    numbers.set(object, numbers.size);
    waiting.push(object);
    return numbers.size - 1;
  };
  // One after the other: an object may refer to itself, and a list be a long chain of lists.
  const packWaiting = () => {
    for (const object of waiting) {
      if (object.kind === "CELL") {
        const { kind, value, number, freed } = object;
        objects.push({ kind, keys: [], values: value ? [packOnce(value)] : [], number, freed });
        continue;
      }
      const entries = object.kind === "LIST" ? [] : [...object.entries.values()];
      const values = object.kind === "LIST" ? object.elements : entries.map(({ value }) => value);
      objects.push({
        kind: object.kind,
        keys: entries.map(({ key }) => packOnce(key)),
        values: values.map(packOnce),
      });
    }
  };
  const packOnce = (given: LanguageValue): PackedValue => {
    if (given.type === REFERENCE) return { type: REFERENCE, object: numberOf(given.data) };
    if (given.type === POINTER) {
      const cells = given.data.map((cell) => cell === undefined ? -1 : numberOf(cell));
      return { type: POINTER, shape: given.shape, cells };
    }
    if (given.type === STRUCTURE) {
      const { shape, name, tags } = given;
      return { type: STRUCTURE, shape, name, tags, parts: given.data.map(packOnce) };
    }
    const value = stored(given);
    const key = isNumeric(value) ? value : textsOf(value);
    const packed = known.get(key) ?? pack(value);
    known.set(key, packed);
    if (packed.type === 7) buffersOf(packed).forEach((buffer) => transfer.add(buffer));
    else if ("buffer" in packed) transfer.add(packed.buffer);
    return packed.type === 7 ? { ...packed, shape: value.shape } : packed;
  };
  const entries = [...values].map(([name, value]) => [name, packOnce(value)] as const);
  const packed = others.map(packOnce);
  packWaiting();
  return { entries, packed, objects, transfer: [...transfer] };
}

/** The named values that were packed, and the objects that they refer to. */
export function unpackAll(
  entries: PackedValues["entries"],
  objects: readonly PackedObject[],
): Map<string, LanguageValue> {
  const made = objects.map(({ kind, number, freed = false }): ObjectValue | HeapCell =>
    kind === "CELL"
      ? { ...newCell(undefined, number), freed }
      : kind === "LIST"
      ? { kind, elements: [] }
      : { kind, entries: new Map() }
  );
  const unpackAny = (packed: PackedValue): LanguageValue => {
    if (packed.type === REFERENCE) {
      return { type: REFERENCE, shape: [], data: made[packed.object] as ObjectValue };
    }
    if (packed.type === POINTER) {
      const { type, shape, cells } = packed;
      return { type, shape, data: cells.map((cell) => made[cell] as HeapCell | undefined) };
    }
    if (packed.type !== STRUCTURE) return unpack(packed);
    const { type, shape, name, tags, parts } = packed;
    return { type, shape, name, tags, data: parts.map(unpackAny) };
  };
  for (const [i, { keys, values }] of objects.entries()) {
    const object = made[i]!;
    if (object.kind === "CELL") {
      if (values[0] !== undefined) object.value = unpackAny(values[0]);
    } else if (object.kind === "LIST") {
      for (const value of values) object.elements.push(unpackAny(value));
    } else {
      for (const [k, packed] of keys.entries()) {
        const key = unpack(packed);
        object.entries.set(keyOf(key).text, { key, value: unpackAny(values[k]!) });
      }
    }
  }
  return new Map(entries.map(([name, packed]) => [name, unpackAny(packed)] as const));
}
