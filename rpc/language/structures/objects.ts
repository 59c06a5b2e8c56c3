/**
 * LIST, HASH and ORDEREDHASH.
 *
 * @module
 */

import { wholeNumber } from "../values/convert.ts";
import { outOfRange, Refusal, refuse } from "../values/error.ts";
import { formatElement } from "../values/number_format.ts";
import {
  type HashObject,
  type IdlReference,
  isNumber,
  isPlain,
  type LanguageValue,
  type ListObject,
  type ObjectValue,
  partsIn,
  POINTER,
  REFERENCE,
  STRUCTURE,
} from "../values/language_value.ts";
import type { Memory } from "../values/memory.ts";
import { plain, Scalar, stored, unstored } from "../values/scalar.ts";
import { elementsOf, IdlType, type IdlValue, text } from "../values/value.ts";
import { describeAny, own, takeElements } from "./structures.ts";

/** Elements of an array that become those of an object at most. */
const MAX_EXTRACTED = 1_000_000;

/** Operations, some nanoseconds each, that an element of an object takes. */
const ELEMENT_WORK = 100;

/** A reference to a new object. */
export function newObject(data: ObjectValue): IdlReference {
  return { type: REFERENCE, shape: [], data };
}

/** A reference to a new list. */
export function newList(elements: readonly LanguageValue[], memory: Memory): IdlReference {
  memory.work(ELEMENT_WORK * elements.length);
  const list = newObject({ kind: "LIST", elements: elements.map((value) => own(value, memory)) });
  memory.adopt(list);
  return list;
}

/** The key under which a value stands; numbers of all types that are equal are the same key. */
export function keyOf(value: LanguageValue): { text: string; key: IdlValue } {
  if (!isPlain(value) || value.type === IdlType.UNDEFINED || elementsOf(value.shape) !== 1) {
    return refuse(`Cannot use ${describeAny(value)} as a key: expected a number or a text`);
  }
  const key = stored(value);
  const one = key.type === IdlType.STRING ? text(key.data[0] as string) : key;
  return { text: `${one.type === IdlType.STRING ? "s" : "n"}${one.data[0]}`, key: one };
}

/** IDL manual, "DICTIONARY": its keys are names, for which capitals and small letters are the same. */
const NAME = /^[A-Z_][A-Z0-9_$]*$/;

/** The key under which a value stands in an object. */
export function keyIn(
  { kind }: HashObject,
  value: LanguageValue,
): { text: string; key: IdlValue } {
  const found = keyOf(value);
  if (kind !== "DICTIONARY") return found;
  const name = found.key.type === IdlType.STRING ? String(found.key.data[0]).toUpperCase() : "";
  if (!NAME.test(name)) {
    return refuse(`Cannot use ${keyText(found.key)} as a key of a DICTIONARY: expected a name`);
  }
  return { text: `s${name}`, key: text(name) };
}

/** The list of a reference. */
export function listOf(value: LanguageValue): ListObject {
  if (value.type === REFERENCE && value.data.kind === "LIST") return value.data;
  return refuse(`Cannot use ${describeAny(value)} as a LIST`);
}

/** Puts a value under a key. */
export function putEntry(
  reference: IdlReference,
  key: LanguageValue,
  value: LanguageValue,
  memory: Memory,
): void {
  const { entries } = reference.data as HashObject;
  const found = keyIn(reference.data as HashObject, key);
  const before = entries.get(found.text);
  const kept = own(value, memory);
  memory.changed(reference, kept, before?.value);
  if (before === undefined) entries.set(found.text, { key: found.key, value: kept });
  else before.value = kept;
}

/** Takes a key out. */
export function removeEntry(
  reference: IdlReference,
  key: LanguageValue,
  memory: Memory,
): LanguageValue {
  const { entries } = reference.data as HashObject;
  const found = keyIn(reference.data as HashObject, key);
  const entry = entries.get(found.text);
  if (entry === undefined) return noKey(found.key);
  entries.delete(found.text);
  memory.changed(reference, undefined, entry.value);
  return entry.value;
}

function noKey(key: IdlValue): never {
  throw new Refusal("range", `Key does not exist: ${keyText(key)}`);
}

/** A key as PRINT writes it. */
export function keyText(key: IdlValue): string {
  return isNumber(key) ? formatElement(key, 0) : String(key.data[0]);
}

/** The place of an element of a list; negative numbers count from the end. */
export function placeIn(list: ListObject, value: LanguageValue, room = 0): number {
  const number = wholeNumber(plain(value));
  const { length } = list.elements;
  const place = number < 0 ? number + length : number;
  if (place < 0 || place >= length + room) {
    outOfRange(`Subscript out of range: ${number} of a LIST of ${length} elements`);
  }
  return place;
}

/** The element of an object at one subscript. */
export function elementIn(reference: IdlReference, subscript: LanguageValue): LanguageValue {
  const { data } = reference;
  if (data.kind === "LIST") return unstored(data.elements[placeIn(data, subscript)]!);
  const { text, key } = keyIn(data, subscript);
  const entry = data.entries.get(text);
  return entry === undefined ? noKey(key) : unstored(entry.value);
}

/** Stores a value in an object at one subscript. */
export function storeIn(
  reference: IdlReference,
  subscript: LanguageValue,
  value: LanguageValue,
  memory: Memory,
): void {
  const { data } = reference;
  if (data.kind !== "LIST") return putEntry(reference, subscript, value, memory);
  const place = placeIn(data, subscript);
  const kept = own(value, memory);
  memory.changed(reference, kept, data.elements[place]);
  data.elements[place] = kept;
}

/** Adds a value to a list. */
export function addTo(
  reference: IdlReference,
  value: LanguageValue,
  place: number,
  memory: Memory,
): void {
  const { elements } = listOf(reference);
  const kept = own(value, memory);
  memory.changed(reference, kept, undefined);
  elements.splice(place, 0, kept);
}

/** Takes an element out of a list. */
export function removeFrom(reference: IdlReference, place: number, memory: Memory): LanguageValue {
  const [removed] = listOf(reference).elements.splice(place, 1);
  memory.changed(reference, undefined, removed!);
  return removed!;
}

/** The elements of an array, a structure array or an object, one by one. */
export function extracted(value: LanguageValue, memory: Memory): LanguageValue[] {
  if (value.type === REFERENCE) return [...partsIn(value)];
  const count = value.type === IdlType.UNDEFINED ? 0 : elementsOf(value.shape);
  if (count > MAX_EXTRACTED) refuse(`Cannot make ${count} elements of ${describeAny(value)}`);
  memory.work(ELEMENT_WORK * count);
  const elements: LanguageValue[] = [];
  for (let i = 0; i < count; i++) elements.push(nthElement(value, i, memory));
  return elements;
}

/** An element of a value by its number. */
export function nthElement(value: LanguageValue, i: number, memory: Memory): LanguageValue {
  if (value.type === STRUCTURE) return takeElements(value, [i], [], memory);
  if (value.type === POINTER) return { type: POINTER, shape: [], data: [value.data[i]] };
  if (!isPlain(value)) return value;
  if (value instanceof Scalar) return value;
  if (value.type === IdlType.STRING) return text(value.data[i] as string);
  if (value.type === IdlType.UNDEFINED) return value;
  const parts = value.data.length / Math.max(1, elementsOf(value.shape));
  const data = value.data.slice(parts * i, parts * (i + 1));
  return unstored({ type: value.type, shape: [], data });
}

/** Two lists as one, or the entries of two hashes. */
export function joinedLists(left: ObjectValue, right: ObjectValue, memory: Memory): IdlReference {
  if (left.kind === "LIST" && right.kind === "LIST") {
    return newList([...left.elements, ...right.elements], memory);
  }
  if (left.kind === "LIST" || right.kind === "LIST") {
    return refuse(`Cannot join a ${left.kind} and a ${right.kind}`);
  }
  const joined = newObject({ kind: left.kind, entries: new Map() });
  memory.adopt(joined);
  for (const { entries } of [left, right]) {
    for (const { key, value } of entries.values()) putEntry(joined, key, value, memory);
  }
  return joined;
}

/** IDL manual, "LIST" and "HASH": an object is true if something is in it. */
export function isTruthy(value: LanguageValue): boolean | undefined {
  if (value.type === POINTER) return value.data[0] !== undefined && !value.data[0].freed;
  return value.type === REFERENCE ? partsIn(value).length > 0 : undefined;
}

/** Whether two values are equal: texts and numbers by their elements, objects by identity. */
export function areEqual(a: LanguageValue, b: LanguageValue): boolean {
  if (a.type === REFERENCE || b.type === REFERENCE) return a.data === b.data;
  if (a.type === POINTER || b.type === POINTER) {
    return a.type === POINTER && b.type === POINTER && a.data.length === b.data.length &&
      a.data.every((cell, i) => cell === b.data[i]);
  }
  if (a.type === STRUCTURE || b.type === STRUCTURE) {
    return a.type === STRUCTURE && b.type === STRUCTURE && a.tags.join() === b.tags.join() &&
      a.data.every((part, i) => areEqual(part, b.data[i]!));
  }
  const [x, y] = [stored(a), stored(b)];
  if ((x.type === IdlType.STRING) !== (y.type === IdlType.STRING)) return false;
  // Numbers of different types are equal if they have the same value.
  return x.data.length === y.data.length && Array.prototype.every.call(
    x.data,
    (element, i) => element == y.data[i],
  );
}
