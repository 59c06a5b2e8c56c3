/**
 * Structures: making them, and taking and storing what is in them.
 *
 * @module
 */

import { convert, convertToString, wholeNumber } from "../values/convert.ts";
import { outOfRange, Refusal, refuse } from "../values/error.ts";
import {
  type IdlStructure,
  isNumber,
  isPlain,
  kindOf,
  type LanguageValue,
  POINTER,
  REFERENCE,
  STRUCTURE,
} from "../values/language_value.ts";
import { checkedCount, type Workspace } from "../values/memory.ts";
import { describeValue } from "../values/promotion.ts";
import { plain, Scalar, stored } from "../values/scalar.ts";
import { elementsOf, type IdlNumeric, IdlType, type IdlValue, storage } from "../values/value.ts";

/** Tags of a structure at most. */
const MAX_TAGS = 4_096;

/** Structures within each other at most; a LIST or a HASH in between starts over. */
const MAX_NESTED = 100;

/** Words that describe any value in messages. */
export function describeAny(value: LanguageValue): string {
  if (isPlain(value)) return describeValue(value);
  return value.shape.length === 0 ? kindOf(value) : `${kindOf(value)}[${value.shape.join(", ")}]`;
}

/** A structure of one element. */
export function makeStructure(
  name: string | undefined,
  tags: readonly string[],
  values: readonly LanguageValue[],
  space: Workspace,
): IdlStructure {
  if (tags.length === 0 || tags.length > MAX_TAGS) {
    refuse(`Cannot make a structure of ${tags.length} tags: expected 1 to ${MAX_TAGS}`);
  }
  const twice = tags.find((tag, i) => tags.indexOf(tag) !== i);
  if (twice !== undefined) refuse(`Cannot make a structure with two tags ${twice}`);
  if (!values.every((value) => isWithin(value, MAX_NESTED - 1))) {
    throw new Refusal("limit", `Cannot make more than ${MAX_NESTED} structures within each other`);
  }
  return { type: STRUCTURE, shape: [], name, tags, data: values.map((value) => own(value, space)) };
}

/** A value that must be a structure. */
export function structureOf(value: LanguageValue | undefined): IdlStructure {
  if (value?.type === STRUCTURE) return value;
  return refuse(
    `Expression must be a structure in this context: found ${
      value === undefined ? "nothing" : describeAny(value)
    }`,
  );
}

/** Whether a value is made of no more structures within each other than so many. */
function isWithin(value: LanguageValue, levels: number): boolean {
  return value.type !== STRUCTURE ||
    levels > 0 && value.data.every((part) => isWithin(part, levels - 1));
}

/** A value with storage of its own, as a part of something else; a reference is shared. */
export function own(value: LanguageValue, space: Workspace): LanguageValue {
  if (value.type === REFERENCE || value instanceof Scalar) return value;
  if (value.type === STRUCTURE) {
    return {
      ...value,
      data: value.data.map((part) => own(part, space)),
    };
  }
  if (value.type === POINTER) {
    space.work(value.data.length);
    return { ...value, data: value.data.slice() };
  }
  const given = stored(value);
  if (isNumber(given)) {
    space.reserve(given.data.byteLength);
    space.work(given.data.length);
    return { type: given.type, shape: given.shape, data: given.data.slice() };
  }
  if (given.type === IdlType.UNDEFINED) return given;
  space.work(given.data.length);
  return { ...given, data: given.data.slice() };
}

/** The number of a tag, by its name or its number. */
export function tagNumber(structure: IdlStructure, tag: string | IdlValue): number {
  const { tags } = structure;
  if (typeof tag !== "string") {
    const number = wholeNumber(tag);
    if (number >= 0 && number < tags.length) return number;
    return outOfRange(`The structure has no tag number ${number}: it has ${tags.length}`);
  }
  const number = tags.indexOf(tag);
  if (number < 0) throw new Refusal("name", `Tag name ${tag} is undefined for STRUCTURE`);
  return number;
}

/** The dimensions of what a tag holds in one element. */
function tagShape(structure: IdlStructure, field: LanguageValue): readonly number[] {
  return field.shape.slice(0, field.shape.length - structure.shape.length);
}

/** The elements of a structure with these numbers, as a structure of a shape. */
export function takeElements(
  structure: IdlStructure,
  numbers: ArrayLike<number>,
  shape: readonly number[],
  space: Workspace,
): IdlStructure {
  return {
    ...structure,
    shape,
    data: structure.data.map((field) => {
      const inner = tagShape(structure, field);
      return takeRuns(field, elementsOf(inner), numbers, [...inner, ...shape], space);
    }),
  };
}

/** Runs of elements, of which each number names one. */
function takeRuns(
  value: LanguageValue,
  length: number,
  numbers: ArrayLike<number>,
  shape: readonly number[],
  space: Workspace,
): LanguageValue {
  if (value.type === STRUCTURE) {
    const all = new Float64Array(length * numbers.length);
    for (let i = 0; i < all.length; i++) {
      all[i] = numbers[Math.floor(i / length)]! * length + i % length;
    }
    return takeElements(value, all, shape, space);
  }
  if (value.type === REFERENCE || value.type === IdlType.UNDEFINED) return value;
  space.work(length * numbers.length);
  if (value.type === POINTER) {
    const data = Array.from(
      { length: length * numbers.length },
      (_, i) => value.data[numbers[Math.floor(i / length)]! * length + i % length],
    );
    return { type: POINTER, shape, data };
  }
  if (value.type === IdlType.STRING) {
    const texts: string[] = [];
    for (let i = 0; i < numbers.length; i++) {
      for (let k = 0; k < length; k++) texts.push(value.data[numbers[i]! * length + k]!);
    }
    return { type: IdlType.STRING, shape, data: texts };
  }
  const from = stored(value) as IdlNumeric;
  const width = from.data.length / Math.max(1, elementsOf(from.shape)) * length;
  space.reserve(width * numbers.length * from.data.BYTES_PER_ELEMENT);
  const data = storage(from.type, length * numbers.length);
  for (let i = 0; i < numbers.length; i++) {
    const run = from.data.subarray(numbers[i]! * width, (numbers[i]! + 1) * width);
    (data as Float64Array).set(run as Float64Array, i * width);
  }
  return { type: from.type, shape, data };
}

/** Stores structures in the elements with these numbers. */
export function storeElements(
  structure: IdlStructure,
  numbers: ArrayLike<number>,
  value: LanguageValue,
  space: Workspace,
): void {
  if (value.type !== STRUCTURE || value.tags.length !== structure.tags.length) {
    return refuse(`Cannot store ${describeAny(value)} in a structure of other tags`);
  }
  const given = elementsOf(value.shape);
  if (given !== 1 && given !== numbers.length) {
    refuse(`Cannot store ${describeAny(value)} in ${numbers.length} elements`);
  }
  for (const [i, field] of structure.data.entries()) {
    structure.data[i] = storedRuns(structure, field, numbers, value.data[i]!, space);
  }
}

/** Stores a value in one tag of the elements with these numbers; one value fills them all. */
export function storeTag(
  structure: IdlStructure,
  tag: number,
  numbers: ArrayLike<number>,
  value: LanguageValue,
  space: Workspace,
): void {
  structure.data[tag] = storedRuns(structure, structure.data[tag]!, numbers, value, space);
}

/** The numbers of all elements. */
export function allElements(structure: IdlStructure): Float64Array {
  return Float64Array.from({ length: elementsOf(structure.shape) }, (_, i) => i);
}

function storedRuns(
  structure: IdlStructure,
  field: LanguageValue,
  numbers: ArrayLike<number>,
  value: LanguageValue,
  space: Workspace,
): LanguageValue {
  const length = elementsOf(tagShape(structure, field));
  if (field.type === REFERENCE) {
    if (value.type === REFERENCE || value.type === IdlType.UNDEFINED) return value;
    return refuse(`Cannot store ${describeAny(value)} in a tag that holds a ${kindOf(field)}`);
  }
  if (field.type === STRUCTURE) {
    const all = new Float64Array(length * numbers.length);
    for (let i = 0; i < all.length; i++) {
      all[i] = numbers[Math.floor(i / length)]! * length + i % length;
    }
    storeElements(field, all, value, space);
    return field;
  }
  if (field.type === IdlType.UNDEFINED) return own(value, space);
  if (field.type === POINTER) return storedPointers(field, length, numbers, value);
  const given = plain(value);
  if (given.type === IdlType.UNDEFINED) return refuse("Cannot store !NULL in a tag");
  const count = elementsOf(given.shape);
  const wanted = length * numbers.length;
  if (count !== 1 && count !== length && count !== wanted) {
    refuse(`Cannot store ${describeAny(given)} in a tag of ${length} elements`);
  }
  space.work(wanted);
  const at = (i: number) => numbers[Math.floor(i / length)]! * length + i % length;
  if (field.type === IdlType.STRING) {
    const texts = convertToString(given, space).data;
    const data = field.data.slice();
    for (let i = 0; i < wanted; i++) data[at(i)] = texts[i % count]!;
    return { ...field, data };
  }
  const target = stored(field) as IdlNumeric;
  const numbersIn = convert(given, target.type, space).data;
  const parts = target.data.length / Math.max(1, elementsOf(target.shape));
  for (let i = 0; i < wanted; i++) {
    for (let part = 0; part < parts; part++) {
      target.data[parts * at(i) + part] = numbersIn[parts * (i % count) + part]!;
    }
  }
  return target;
}

function storedPointers(
  field: LanguageValue & { type: typeof POINTER },
  length: number,
  numbers: ArrayLike<number>,
  value: LanguageValue,
): LanguageValue {
  if (value.type !== POINTER) {
    return refuse(`Cannot store ${describeAny(value)} in a tag that holds a POINTER`);
  }
  const wanted = length * numbers.length;
  const count = value.data.length;
  if (count !== 1 && count !== length && count !== wanted) {
    refuse(`Cannot store ${describeAny(value)} in a tag of ${length} elements`);
  }
  const data = field.data.slice();
  for (let i = 0; i < wanted; i++) {
    data[numbers[Math.floor(i / length)]! * length + i % length] = value.data[i % count];
  }
  return { ...field, data };
}

/** So many elements that are all the same, as REPLICATE makes them. */
export function replicated(
  structure: IdlStructure,
  shape: readonly number[],
  space: Workspace,
): IdlStructure {
  const count = checkedCount(shape);
  space.reserve(100 * count);
  return takeElements(structure, new Float64Array(count), shape, space);
}

/** The same structure with zeros and empty texts, as `{name}` gives it. */
export function emptied(structure: IdlStructure): IdlStructure {
  const data = structure.data.map((field): LanguageValue => {
    if (field.type === STRUCTURE) return emptied(field);
    if (field.type === POINTER) return { ...field, data: field.data.map(() => undefined) };
    if (field.type === IdlType.STRING) return { ...field, data: field.data.map(() => "") };
    if (!isNumber(field)) return field;
    return {
      type: field.type,
      shape: field.shape,
      data: storage(field.type, elementsOf(field.shape)),
    };
  });
  return { ...structure, data };
}

/** Structures joined along the first dimension, as `[a, b]` joins them. */
export function joined(structures: readonly LanguageValue[], space: Workspace): IdlStructure {
  const [first] = structures;
  if (first?.type !== STRUCTURE) return refuse("Cannot join a structure and another value");
  const all: IdlStructure[] = structures.map((value) => {
    if (value.type === STRUCTURE && value.tags.join() === first.tags.join()) return value;
    return refuse(`Cannot join ${describeAny(first)} and ${describeAny(value)}: their tags differ`);
  });
  const count = all.reduce((sum, { shape }) => sum + elementsOf(shape), 0);
  const result = replicated(takeElements(first, [0], [], space), [count], space);
  let at = 0;
  for (const structure of all) {
    const own = elementsOf(structure.shape);
    storeElements(result, Float64Array.from({ length: own }, (_, i) => at + i), structure, space);
    at += own;
  }
  return result;
}
