/**
 * The methods of LIST, HASH and ORDEREDHASH, and of texts.
 *
 * @module
 */

import { textOf, wholeNumber } from "../values/convert.ts";
import { Refusal, refuse } from "../values/error.ts";
import {
  type HashObject,
  type IdlReference,
  isPlain,
  kindOf,
  type LanguageValue,
  partsIn,
  REFERENCE,
} from "../values/language_value.ts";
import type { Memory } from "../values/memory.ts";
import { concatenate } from "../values/arrays.ts";
import { plain, Scalar, unstored } from "../values/scalar.ts";
import { type IdlString, IdlType, UNDEFINED } from "../values/value.ts";
import {
  addTo,
  areEqual,
  extracted,
  keyIn,
  listOf,
  newList,
  placeIn,
  removeEntry,
  removeFrom,
} from "./objects.ts";
import { joined, makeStructure } from "./structures.ts";

/** The arguments of a method. */
export interface MethodArguments {
  readonly positional: readonly LanguageValue[];
  /** By name in capitals. */
  readonly keywords: ReadonlyMap<string, LanguageValue>;
}

type Method<T> = (self: T, given: MethodArguments, memory: Memory) => LanguageValue;

const long = (number: number): LanguageValue => new Scalar(IdlType.LONG, number);
const truth = (value: boolean): LanguageValue => new Scalar(IdlType.BYTE, value ? 1 : 0);

function flag({ keywords }: MethodArguments, name: string): boolean {
  const value = keywords.get(name);
  return value !== undefined && Number(plain(value).data[0]) !== 0;
}

function argument({ positional }: MethodArguments, i: number): LanguageValue {
  return positional[i] ?? refuse(`needs at least ${i + 1} arguments`);
}

const OF_BOTH: { readonly [name: string]: Method<IdlReference> } = {
  COUNT(self, { positional: [value] }, memory) {
    const parts = partsIn(self);
    memory.work(100 * parts.length);
    return long(
      value === undefined ? parts.length : parts.filter((part) => areEqual(part, value)).length,
    );
  },
  ISEMPTY: (self) => truth(partsIn(self).length === 0),
};

const OF_LISTS: { readonly [name: string]: Method<IdlReference> } = {
  ...OF_BOTH,
  ADD(self, given, memory) {
    const { elements } = listOf(self);
    const value = argument(given, 0);
    const values = flag(given, "EXTRACT") ? extracted(value, memory) : [value];
    const place = given.positional[1] === undefined
      ? elements.length
      : placeIn(listOf(self), given.positional[1], 1);
    memory.work(100 * values.length);
    values.forEach((element, i) => addTo(self, element, place + i, memory));
    return UNDEFINED;
  },
  REMOVE(self, given, memory) {
    const list = listOf(self);
    if (flag(given, "ALL")) {
      while (list.elements.length > 0) removeFrom(self, list.elements.length - 1, memory);
      return UNDEFINED;
    }
    if (list.elements.length === 0) refuse("cannot take an element out of an empty LIST");
    const at = given.positional[0];
    const place = at === undefined ? list.elements.length - 1 : placeIn(list, at);
    return unstored(removeFrom(self, place, memory));
  },
  WHERE(self, given, memory) {
    const { elements } = listOf(self);
    const value = argument(given, 0);
    const found = elements.flatMap((element, i) => areEqual(element, value) ? [i] : []);
    return found.length === 0 ? UNDEFINED : numbers(found, memory);
  },
  REVERSE(self) {
    listOf(self).elements.reverse();
    return UNDEFINED;
  },
  SWAP(self, given) {
    const list = listOf(self);
    const [i, j] = [placeIn(list, argument(given, 0)), placeIn(list, argument(given, 1))];
    const { elements } = list;
    [elements[i], elements[j]] = [elements[j]!, elements[i]!];
    return UNDEFINED;
  },
  MOVE(self, given) {
    const list = listOf(self);
    const [i, j] = [placeIn(list, argument(given, 0)), placeIn(list, argument(given, 1))];
    const [moved] = list.elements.splice(i, 1);
    list.elements.splice(j, 0, moved!);
    return UNDEFINED;
  },
  TOARRAY(self, _given, memory) {
    const { elements } = listOf(self);
    if (elements.length === 0) return UNDEFINED;
    if (!elements.every(isPlain)) return joined(elements, memory);
    const rank = elements[0]!.shape.length;
    return unstored(concatenate(elements.map(plain), rank + 1, memory));
  },
};

function numbers(list: readonly number[], memory: Memory): LanguageValue {
  const out = memory.allocate(IdlType.LONG, [list.length]);
  for (const [i, number] of list.entries()) out.data[i] = number;
  return out;
}

const entriesOf = (self: IdlReference) => [...(self.data as HashObject).entries.values()];

const OF_HASHES: { readonly [name: string]: Method<IdlReference> } = {
  ...OF_BOTH,
  KEYS: (self, _given, memory) => newList(entriesOf(self).map(({ key }) => key), memory),
  VALUES: (self, _given, memory) => newList(entriesOf(self).map(({ value }) => value), memory),
  HASKEY(self, given, memory) {
    const key = argument(given, 0);
    const { entries } = self.data as HashObject;
    if (key.shape.length === 0 && key.type !== REFERENCE) {
      return truth(entries.has(keyIn(self.data as HashObject, key).text));
    }
    const keys = extracted(key, memory);
    if (keys.length === 0) return UNDEFINED;
    const out = memory.allocate(IdlType.BYTE, [keys.length]);
    keys.forEach((each, i) =>
      out.data[i] = entries.has(keyIn(self.data as HashObject, each).text) ? 1 : 0
    );
    return out;
  },
  REMOVE(self, given, memory) {
    if (flag(given, "ALL")) {
      for (const { key } of entriesOf(self)) removeEntry(self, key, memory);
      return UNDEFINED;
    }
    return unstored(removeEntry(self, argument(given, 0), memory));
  },
  WHERE(self, given, memory) {
    const value = argument(given, 0);
    const found = entriesOf(self).filter((entry) => areEqual(entry.value, value));
    return newList(found.map(({ key }) => key), memory);
  },
  TOSTRUCT(self, _given, memory) {
    const entries = entriesOf(self);
    const tags = entries.map(({ key }) => String(key.data[0]).trim().toUpperCase());
    const wrong = tags.find((tag) => !/^[A-Z_][A-Z0-9_$]*$/.test(tag));
    if (wrong !== undefined) refuse(`cannot make a tag of the key ${JSON.stringify(wrong)}`);
    return makeStructure(undefined, tags, entries.map(({ value }) => value), memory);
  },
};

type TextMethod = (text: string, given: MethodArguments) => string | number | boolean;

const textAt = (given: MethodArguments, i: number): string => textOf(plain(argument(given, i)));
const numberAt = (given: MethodArguments, i: number): number =>
  wholeNumber(plain(argument(given, i)));

function compared(
  compare: (text: string, part: string) => boolean | number,
): TextMethod {
  return (text, given) => {
    const part = textAt(given, 0);
    const fold = flag(given, "FOLD_CASE");
    return fold ? compare(text.toUpperCase(), part.toUpperCase()) : compare(text, part);
  };
}

/** IDL manual, "Static methods of strings". */
const OF_TEXTS: { readonly [name: string]: TextMethod } = {
  TOUPPER: (text) => text.toUpperCase(),
  TOLOWER: (text) => text.toLowerCase(),
  CAPWORDS: (text) =>
    text.replace(/(^|\s)(\S)/g, (_, space, letter) => space + letter.toUpperCase()),
  TRIM: (text) => text.replace(/^[ \t]+/, "").replace(/^(.*[^ \t])?[ \t]*$/s, "$1"),
  COMPRESS: (text) => text.replace(/[ \t]+/g, ""),
  STRLEN: (text) => text.length,
  CONTAINS: compared((text, part) => text.includes(part)),
  STARTSWITH: compared((text, part) => text.startsWith(part)),
  ENDSWITH: compared((text, part) => text.endsWith(part)),
  INDEXOF: compared((text, part) => text.indexOf(part)),
  LASTINDEXOF: compared((text, part) => text.lastIndexOf(part)),
  CHARAT: (text, given) => text.at(numberAt(given, 0)) ?? "",
  SUBSTRING(text, given) {
    const from = numberAt(given, 0);
    const to = given.positional[1] === undefined ? -1 : numberAt(given, 1);
    const end = to < 0 ? to + text.length : to;
    return text.slice(from < 0 ? from + text.length : from, end + 1);
  },
  REPLACE(text, given) {
    const [part, other] = [textAt(given, 0), textAt(given, 1)];
    if (part === "") return text;
    const pieces = text.split(part);
    const length = text.length + (pieces.length - 1) * (other.length - part.length);
    if (length > MAX_TEXT) refuse(`cannot make a STRING of ${length} characters`);
    return pieces.join(other);
  },
  INSERT(text, given) {
    const place = given.positional[1] === undefined ? 0 : numberAt(given, 1);
    return text.slice(0, place) + textAt(given, 0) + text.slice(place);
  },
  REMOVE(text, given) {
    const [from, to] = [numberAt(given, 0), numberAt(given, given.positional.length > 1 ? 1 : 0)];
    return text.slice(0, from) + text.slice(to + 1);
  },
  REVERSE: (text) => [...text].reverse().join(""),
};

/** UTF-16 units of a text at most. */
const MAX_TEXT = 2 ** 24;

/** Methods that make one value of a text or of all texts. */
const OF_TEXT_ARRAYS: { readonly [name: string]: Method<IdlString> } = {
  SPLIT(self, given, memory) {
    const parts = (self.data[0] ?? "").split(textAt(given, 0));
    return memory.strings([parts.length], parts);
  },
  JOIN(self, given, memory) {
    const between = given.positional[0] === undefined ? "" : textAt(given, 0);
    memory.reserve(self.data.reduce((sum, text) => sum + 2 * (text.length + between.length), 0));
    return memory.strings([], [self.data.join(between)]);
  },
};

/**
 * Calls a method of an object or of a text.
 *
 * @throws Refusal if there is no such method.
 */
export function callMethod(
  self: LanguageValue,
  name: string,
  given: MethodArguments,
  memory: Memory,
): LanguageValue {
  if (self.type === REFERENCE) {
    const methods = self.data.kind === "LIST" ? OF_LISTS : OF_HASHES;
    if (!Object.hasOwn(methods, name)) return noMethod(kindOf(self), name, methods);
    memory.work(100);
    return methods[name]!(self, given, memory);
  }
  if (self.type === IdlType.STRING) {
    if (Object.hasOwn(OF_TEXT_ARRAYS, name)) return OF_TEXT_ARRAYS[name]!(self, given, memory);
    if (!Object.hasOwn(OF_TEXTS, name)) {
      return noMethod("STRING", name, { ...OF_TEXTS, ...OF_TEXT_ARRAYS });
    }
    return eachText(self, OF_TEXTS[name]!, given, memory);
  }
  throw new Refusal("name", `There is no method ${name} of such a value`);
}

/** Whether a HASH has a method of this name. */
export function isMethod(name: string): boolean {
  return Object.hasOwn(OF_HASHES, name);
}

function noMethod(kind: string, name: string, known: { readonly [name: string]: unknown }): never {
  const names = Object.keys(known).join(", ");
  throw new Refusal("name", `Method not found: ${kind}::${name}, only ${names}`);
}

function eachText(
  self: IdlString,
  method: TextMethod,
  given: MethodArguments,
  memory: Memory,
): LanguageValue {
  memory.work(self.data.reduce((sum, text) => sum + 100 + text.length, 0));
  const results = self.data.map((text) => method(text, given));
  const [first] = results;
  if (typeof first === "string") return memory.strings(self.shape, results as string[]);
  const type = typeof first === "boolean" ? IdlType.BYTE : IdlType.LONG;
  if (self.shape.length === 0) return new Scalar(type, Number(first));
  const out = memory.allocate(type, self.shape);
  results.forEach((result, i) => out.data[i] = Number(result));
  return out;
}
