/**
 * Reading and writing parts of any value.
 *
 * @module
 */

import {
  type IdlReference,
  isNumber,
  isPlain,
  type LanguageValue,
  POINTER,
  REFERENCE,
  STRUCTURE,
} from "../values/language_value.ts";
import type { Memory } from "../values/memory.ts";
import { Refusal, refuse } from "../values/error.ts";
import { cutOff } from "../values/convert.ts";
import { elementIn, extracted, keyOf, newList, newObject, putEntry, storeIn } from "./objects.ts";
import { newPointer, storePointers } from "./pointers.ts";
import {
  allElements,
  describeAny,
  own,
  storeElements,
  storeTag,
  tagNumber,
  takeElements,
} from "./structures.ts";
import { plain, Scalar, stored, unstored } from "../values/scalar.ts";
import {
  elementsOf,
  type IdlNumeric,
  IdlType,
  type IdlValue,
  isComplex,
  isInteger,
  isLong64,
  text,
  typeName,
} from "../values/value.ts";
import { select, type Selector, store } from "./subscripts.ts";

/** One element of a numeric array by its number; undefined where a selection is needed. */
export function elementAt(base: LanguageValue, subscript: Scalar): Scalar | undefined {
  const { number } = subscript;
  if (typeof number !== "number" || !isNumber(base) || base instanceof Scalar) return undefined;
  const { type, data } = base;
  if (isComplex(type) || base.shape.length === 0) return undefined;
  const index = number < 0 ? Math.trunc(number) + data.length : Math.trunc(number);
  return index >= 0 && index < data.length ? new Scalar(type, data[index]!) : undefined;
}

/**
 * Stores a number in one element of a numeric array that a variable holds.
 *
 * @returns Whether it was done; else a selection is needed.
 */
export function storeElement(base: LanguageValue, subscript: Scalar, value: Scalar): boolean {
  const { number } = subscript;
  if (typeof number !== "number" || !isNumber(base) || base instanceof Scalar) return false;
  const { type, data } = base;
  if (isComplex(type) || isLong64(type) || isLong64(value.type) || base.shape.length === 0) {
    return false;
  }
  const index = number < 0 ? Math.trunc(number) + data.length : Math.trunc(number);
  if (!(index >= 0 && index < data.length)) return false;
  const element = value.number as number;
  data[index] = isInteger(value.type) ? element : cutOff(element, type);
  return true;
}

/** One subscript of any value. */
export type AnySelector = Selector | { readonly kind: "value"; readonly value: LanguageValue };

/** Subscripts of arrays. */
function plainSelectors(selectors: readonly AnySelector[]): Selector[] {
  return selectors.map((selector) =>
    selector.kind === "value" ? { kind: "value", value: plain(selector.value) } : selector
  );
}

/** The numbers of the elements that subscripts name, in the shape that a part has. */
function numbersAt(
  shape: readonly number[],
  selectors: readonly AnySelector[],
  memory: Memory,
): IdlNumeric {
  const count = elementsOf(shape);
  const all = memory.allocate(IdlType.LONG, shape.length === 0 ? [1] : shape);
  for (let i = 0; i < count; i++) all.data[i] = i;
  return select(all, plainSelectors(selectors), memory) as IdlNumeric;
}

/** The numbers of the elements of an array that subscripts name. */
export function placesIn(
  base: LanguageValue,
  selectors: readonly AnySelector[],
  memory: Memory,
): Int32Array {
  return numbersAt(base.shape, selectors, memory).data as Int32Array;
}

/** The part of a value that subscripts name. */
export function selectPart(
  base: LanguageValue,
  selectors: readonly AnySelector[],
  memory: Memory,
): LanguageValue {
  if (base.type === STRUCTURE) {
    const numbers = numbersAt(base.shape, selectors, memory);
    const part = takeElements(base, numbers.data as Int32Array, numbers.shape, memory);
    memory.adopt(part);
    return part;
  }
  if (base.type === REFERENCE) return partOfObject(base, selectors, memory);
  if (base.type === POINTER) {
    const { data, shape } = numbersAt(base.shape, selectors, memory);
    return newPointer(Array.from(data as Int32Array, (i) => base.data[i]), shape, memory);
  }
  return select(base, plainSelectors(selectors), memory);
}

/** IDL manual, "LIST" and "HASH": one element, or an object of several. */
function partOfObject(
  base: IdlReference,
  [first, ...rest]: readonly AnySelector[],
  memory: Memory,
): LanguageValue {
  if (first === undefined) return base;
  if (first.kind === "value" && first.value.shape.length === 0 && first.value.type !== REFERENCE) {
    const element = elementIn(base, first.value);
    return rest.length === 0 ? element : selectPart(element, rest, memory);
  }
  if (rest.length > 0) refuse("Cannot take parts of several elements of an object");
  const { data } = base;
  if (data.kind === "LIST") {
    if (data.elements.length === 0) refuse("Cannot take a part of an empty LIST");
    const numbers = numbersAt([data.elements.length], [first], memory).data as Int32Array;
    return newList(Array.from(numbers, (number) => data.elements[number]!), memory);
  }
  const part = newObject({ kind: data.kind, entries: new Map() });
  memory.adopt(part);
  if (first.kind !== "value") {
    for (const { key, value } of data.entries.values()) putEntry(part, key, value, memory);
    return part;
  }
  for (const key of extracted(first.value, memory)) {
    putEntry(part, keyOf(key).key, elementIn(base, key), memory);
  }
  return part;
}

/** Stores a value in a part of another one; gives the changed value, which may be the same. */
export function storePart(
  target: LanguageValue,
  selectors: readonly AnySelector[],
  value: LanguageValue,
  memory: Memory,
): LanguageValue {
  if (target.type === STRUCTURE) {
    const numbers = numbersAt(target.shape, selectors, memory).data as Int32Array;
    storeElements(target, numbers, value, memory);
    return target;
  }
  if (target.type === POINTER) {
    storePointers(target, numbersAt(target.shape, selectors, memory).data as Int32Array, value);
    return target;
  }
  if (target.type === REFERENCE) {
    const [only, ...others] = selectors;
    if (only?.kind !== "value" || only.value.shape.length > 0) {
      return refuse("Cannot store in several elements of an object");
    }
    if (others.length === 0) storeIn(target, only.value, value, memory);
    else {
      const element = own(elementIn(target, only.value), memory);
      storeIn(target, only.value, storePart(element, others, value, memory), memory);
    }
    return target;
  }
  // A number is stored into a copy with storage.
  return store(stored(target), plainSelectors(selectors), plain(value), memory);
}

/** A step on the way to what is stored: a part by subscripts, or a tag. */
export type Accessor =
  | { readonly kind: "part"; readonly selectors: readonly AnySelector[] }
  | { readonly kind: "tag"; readonly tag: string | LanguageValue };

/** Stores a value at the end of a way; gives the changed value, which may be the same. */
export function storePath(
  target: LanguageValue,
  [first, ...rest]: readonly Accessor[],
  value: LanguageValue,
  memory: Memory,
): LanguageValue {
  if (first === undefined) return own(value, memory);
  if (first.kind === "part") {
    if (rest.length === 0) return storePart(target, first.selectors, value, memory);
    if (target.type === STRUCTURE) {
      const numbers = numbersAt(target.shape, first.selectors, memory);
      const list = numbers.data as Int32Array;
      const next = rest[0]!;
      if (next.kind === "tag" && rest.length === 1) {
        storeTag(target, numberOfTag(target, next.tag), list, value, memory);
        return target;
      }
      const part = takeElements(target, list, numbers.shape, memory);
      storeElements(target, list, storePath(part, rest, value, memory), memory);
      return target;
    }
    const part = own(selectPart(target, first.selectors, memory), memory);
    return storePart(target, first.selectors, storePath(part, rest, value, memory), memory);
  }
  if (target.type === REFERENCE && target.data.kind === "DICTIONARY") {
    const key = typeof first.tag === "string" ? text(first.tag) : first.tag;
    const before = rest.length === 0 ? target : own(elementIn(target, key), memory);
    storeIn(target, key, storePath(before, rest, value, memory), memory);
    return target;
  }
  if (target.type !== STRUCTURE) {
    return refuse(`Cannot store in a tag of ${describeAny(target)}: it is no structure`);
  }
  const tag = numberOfTag(target, first.tag);
  if (rest.length === 0) storeTag(target, tag, allElements(target), value, memory);
  else target.data[tag] = storePath(target.data[tag]!, rest, value, memory);
  return target;
}

function numberOfTag(
  structure: LanguageValue & { type: typeof STRUCTURE },
  tag: string | LanguageValue,
): number {
  return tagNumber(structure, typeof tag === "string" ? tag : plain(tag));
}

/** What a tag of a structure holds, or an attribute of any value. */
export function tagOf(value: LanguageValue, tag: string | LanguageValue): LanguageValue {
  if (value.type === STRUCTURE) return unstored(value.data[numberOfTag(value, tag)]!);
  if (value.type === REFERENCE && value.data.kind === "DICTIONARY") {
    return elementIn(value, typeof tag === "string" ? text(tag) : tag);
  }
  const attribute = typeof tag === "string" ? ATTRIBUTES[tag] : undefined;
  if (attribute === undefined || !isPlain(value)) {
    throw new Refusal(
      "value",
      `Expression must be a structure in this context: found ${describeAny(value)}`,
    );
  }
  return unstored(attribute(stored(value)));
}

/** IDL manual, "Variable attributes". */
const ATTRIBUTES: { readonly [name: string]: (value: IdlValue) => IdlValue } = {
  LENGTH: ({ shape }) => long([], [elementsOf(shape)]),
  NDIM: ({ shape }) => long([], [shape.length]),
  DIM: ({ shape }) => shape.length === 0 ? long([], [0]) : long([shape.length], shape),
  TYPECODE: ({ type }) => long([], [type]),
  TNAME: ({ type }) => text(typeName(type)),
  TYPENAME: ({ type }) => text(typeName(type)),
};

function long(shape: readonly number[], numbers: readonly number[]): IdlNumeric {
  return { type: IdlType.LONG, shape, data: Int32Array.from(numbers) };
}
