/**
 * Routines that take and make structures and objects.
 *
 * @module
 */

import { textOf, wholeNumber } from "../values/convert.ts";
import { refuse } from "../values/error.ts";
import {
  isPlain,
  kindOf,
  type LanguageValue,
  partsIn,
  POINTER,
  REFERENCE,
  STRUCTURE,
} from "../values/language_value.ts";
import { checkedCount, type Memory } from "../values/memory.ts";
import { plain, Scalar } from "../values/scalar.ts";
import { elementsOf, IdlType, text, typeName, UNDEFINED } from "../values/value.ts";
import { extracted, newList } from "../structures/objects.ts";
import { createHash, createStructure } from "../structures/create.ts";
import { describeAny, replicated, structureOf } from "../structures/structures.ts";
import { readClock, startClock } from "../state/clocks.ts";
import { helpAny, helpStructure, printAny } from "../structures/show.ts";
import { freeCells, newCell, newPointer, pointerArray, validity } from "../structures/pointers.ts";
import { copied, type Machine, printLine, takeVariable } from "../state/machine.ts";
import type { Variable } from "../state/scope.ts";

/** The arguments of such a call. */
export interface NativeArguments {
  readonly values: readonly LanguageValue[];
  /** By name in lower case. */
  readonly keywords: { readonly [name: string]: LanguageValue | undefined };
  /** The names of the variables among the arguments. */
  readonly names: readonly (string | undefined)[];
  /** Whether it stands in an expression or as a statement. */
  readonly kind: "function" | "procedure";
  /** All variables of the running routine or command. */
  all(): Iterable<readonly [name: string, value: LanguageValue]>;
  /** The variable at an argument. */
  variable(i: number): Variable | undefined;
  /** Notes what ON_ERROR says in the running routine. */
  stopAt(place: number): void;
}

type Native = (given: NativeArguments, machine: Machine) => LanguageValue;

const byte = (number: number): LanguageValue => new Scalar(IdlType.BYTE, number);
const integer = (number: number): LanguageValue => new Scalar(IdlType.INT, number);
const long = (number: number): LanguageValue => new Scalar(IdlType.LONG, number);

/** Routines that are of structures and objects alone. */
const ALWAYS: { readonly [name: string]: Native } = {
  LIST({ values, keywords }, { memory }) {
    const elements = isSet(keywords["extract"])
      ? values.flatMap((value) => extracted(value, memory))
      : values;
    const { length } = keywords;
    if (length === undefined) return newList(elements, memory);
    const count = wholeNumber(plain(length));
    if (!(count >= 0 && count <= MAX_LENGTH)) refuse(`Cannot make a LIST of ${count} elements`);
    return newList(new Array(count).fill(values[0] ?? UNDEFINED), memory);
  },
  HASH: ({ values }, { memory }) => createHash("HASH", values, memory),
  ORDEREDHASH: ({ values }, { memory }) => createHash("ORDEREDHASH", values, memory),
  DICTIONARY: ({ values }, { memory }) => createHash("DICTIONARY", values, memory),
  PTR_NEW({ values: [value], keywords, variable }, machine) {
    const { memory } = machine;
    if (value === undefined) {
      return newPointer(
        [isSet(keywords["allocate_heap"]) ? newCell(undefined) : undefined],
        [],
        memory,
      );
    }
    if (value.type === IdlType.UNDEFINED) return newPointer([newCell(undefined)], [], memory);
    const cell = variable(0);
    const taken = isSet(keywords["no_copy"]) && cell !== undefined
      ? takeVariable(machine, cell)
      : undefined;
    const own = taken ?? (memory.isTemporary(value) ? value : copied(machine, value));
    return newPointer([newCell(own)], [], memory);
  },
  PTRARR({ values, keywords }, { memory }) {
    return pointerArray(dimensionsOf(values), isSet(keywords["allocate_heap"]), memory);
  },
  PTR_VALID({ values: [value] }, { memory }) {
    if (value?.type === POINTER) return validity(value, memory);
    if (value === undefined || value.shape.length === 0) return new Scalar(IdlType.BYTE, 0);
    return memory.allocate(IdlType.BYTE, value.shape);
  },
  PTR_FREE({ values }, { memory }) {
    for (const value of values) {
      if (value.type === POINTER) freeCells(value, memory);
      else refuse(`Pointer type required in this context: found ${describeAny(value)}`);
    }
    return UNDEFINED;
  },
  HEAP_FREE({ values }, { memory }) {
    for (const value of values) freeBelow(value, memory);
    return UNDEFINED;
  },
  HEAP_GC: () => UNDEFINED,
  ON_ERROR({ values: [given], stopAt }) {
    const place = given === undefined ? 0 : wholeNumber(plain(given));
    if (!(place >= 0 && place <= 3)) refuse(`Cannot use ${place}: expected 0, 1, 2 or 3`);
    stopAt(place);
    return UNDEFINED;
  },
  TIC: ({ values: [name], kind }, machine) => startClock(name, kind, machine),
  TOC: ({ values: [clock], kind }, machine) => readClock(clock, kind, machine),
  CREATE_STRUCT({ values, keywords }, { memory }) {
    const name = keywords["name"];
    const made = createStructure(
      name === undefined ? undefined : textOf(plain(name)).toUpperCase(),
      values,
      memory,
    );
    memory.adopt(made);
    return made;
  },
  TAG_NAMES({ values: [value], keywords }, { memory }) {
    const { name, tags } = structureOf(value);
    return isSet(keywords["structure_name"])
      ? text(name ?? "")
      : memory.strings([tags.length], tags.slice());
  },
};

/** Frees all to which pointers in a value lead, and what pointers in that lead to. */
function freeBelow(value: LanguageValue, memory: Memory): void {
  const waiting = [value];
  for (let next; (next = waiting.pop()) !== undefined;) {
    if (next.type === POINTER) {
      for (const cell of next.data) if (cell?.value !== undefined) waiting.push(cell.value);
      freeCells(next, memory);
    } else waiting.push(...partsIn(next));
  }
}

/** Dimensions that are given one by one, or as one array. */
function dimensionsOf(values: readonly LanguageValue[]): number[] {
  return values.flatMap((value) => Array.from(plain(value).data as ArrayLike<number>, Number));
}

/** Elements of a list that LENGTH makes at most. */
const MAX_LENGTH = 1_000_000;

/** What other routines do with structures and objects. */
const WITH_OBJECTS: { readonly [name: string]: Native } = {
  PRINT({ values }, machine) {
    for (const value of values) {
      printAny(value, machine.memory, (line) => printLine(machine, line));
    }
    return UNDEFINED;
  },
  HELP({ values, keywords, names, all }, machine) {
    if (values.length === 0) {
      // The tags of named structures stand among the variables of a session.
      const variables = [...all()].filter(([name]) => !name.startsWith("{"));
      variables.sort(([a], [b]) => a < b ? -1 : 1);
      for (const [name, value] of variables) printLine(machine, helpAny(name, value));
      return UNDEFINED;
    }
    values.forEach((value, i) => {
      if (isSet(keywords["structure"]) && value.type === STRUCTURE) {
        helpStructure(value, (line) => printLine(machine, line));
      } else printLine(machine, helpAny(names[i] ?? "<Expression>", value));
    });
    return UNDEFINED;
  },
  N_ELEMENTS: ({ values: [value] }) => long(countIn(value!)),
  KEYWORD_SET({ values: [value] }) {
    const isEmpty = value!.type === REFERENCE && countIn(value!) === 0;
    return integer(isEmpty || isNullPointer(value!) ? 0 : 1);
  },
  N_TAGS: ({ values: [value] }) => long(value?.type === STRUCTURE ? value.tags.length : 0),
  TYPENAME: ({ values: [value] }) => text(typeNameOf(value!)),
  SIZE({ values: [value], keywords }, { memory }) {
    const { type, shape } = value!;
    const dimensions = type === STRUCTURE && shape.length === 0 ? [1] : shape;
    if (isSet(keywords["type"])) return long(type);
    if (isSet(keywords["tname"])) {
      return text(type === STRUCTURE ? "STRUCT" : type === POINTER ? "POINTER" : "OBJREF");
    }
    if (isSet(keywords["n_elements"])) return long(countIn(value!));
    if (isSet(keywords["n_dimensions"])) return long(dimensions.length);
    const whole = [dimensions.length, ...dimensions, type, countIn(value!)];
    const asked = isSet(keywords["dimensions"]) ? dimensions : whole;
    if (asked.length === 0) return long(0);
    const out = memory.allocate(IdlType.LONG, [asked.length]);
    asked.forEach((number, i) => out.data[i] = number);
    return out;
  },
  REPLICATE({ values: [value, ...dimensions] }, { memory }) {
    const shape = dimensionsOf(dimensions);
    if (value?.type === POINTER && value.data.length === 1) {
      const [cell] = value.data;
      return newPointer(new Array(checkedCount(shape)).fill(cell), shape, memory);
    }
    const made = replicated(structureOf(value), shape, memory);
    memory.adopt(made);
    return made;
  },
  TEMPORARY({ values: [value], variable }, machine) {
    const cell = variable(0);
    return cell === undefined ? value! : takeVariable(machine, cell) ?? value!;
  },
  ISA({ values: [value, name], keywords }) {
    if (name !== undefined) {
      return byte(kindsOf(value!).includes(textOf(plain(name)).toUpperCase()) ? 1 : 0);
    }
    if (isNullPointer(value!)) return byte(0);
    // A structure is an array of one element.
    const array = value!.type === STRUCTURE || value!.type === REFERENCE || value!.shape.length > 0;
    if (isSet(keywords["array"])) return byte(array ? 1 : 0);
    if (isSet(keywords["scalar"])) return byte(array ? 0 : 1);
    return byte(isSet(keywords["number"]) || isSet(keywords["string"]) ? 0 : 1);
  },
  OBJ_VALID: ({ values: [value] }) => byte(value?.type === REFERENCE ? 1 : 0),
};

/** Routines that have a value for numbers too, but stand in no other family. */
const PLAIN: { readonly [name: string]: Native } = {
  N_TAGS: () => long(0),
  OBJ_VALID: () => byte(0),
  TYPENAME: ({ values: [value] }) => text(typeNameOf(value!)),
};

/** Whether a routine may have work to do on structures and objects. */
export function isNative(name: string): boolean {
  return Object.hasOwn(ALWAYS, name) || Object.hasOwn(WITH_OBJECTS, name) ||
    Object.hasOwn(PLAIN, name);
}

/**
 * The work of a routine on structures and objects; undefined where it is that on numbers and
 * texts.
 */
export function nativeCall(
  name: string,
  machine: Machine,
  given: NativeArguments,
): (() => LanguageValue) | undefined {
  const native = Object.hasOwn(ALWAYS, name)
    ? ALWAYS[name]
    : (given.values.some((value) => !isPlain(value)) || asksForVariables(name, given)) &&
        Object.hasOwn(WITH_OBJECTS, name)
    ? WITH_OBJECTS[name]
    : Object.hasOwn(PLAIN, name)
    ? PLAIN[name]
    : undefined;
  return native === undefined ? undefined : () => native(given, machine);
}

/** HELP without anything lists the variables. */
function asksForVariables(name: string, { values, keywords }: NativeArguments): boolean {
  return name === "HELP" && values.length === 0 && Object.keys(keywords).length === 0;
}

function isSet(value: LanguageValue | undefined): boolean {
  return value !== undefined && isPlain(value) && Number(value.data[0]) !== 0;
}

function countIn(value: LanguageValue): number {
  if (value.type === REFERENCE) return partsIn(value).length;
  return value.type === IdlType.UNDEFINED ? 0 : elementsOf(value.shape);
}

function isNullPointer(value: LanguageValue): boolean {
  return value.type === POINTER && value.shape.length === 0 && value.data[0] === undefined;
}

/** The names by which ISA knows the type of a value. */
function kindsOf(value: LanguageValue): readonly string[] {
  const own = typeNameOf(value);
  if (value.type === STRUCTURE) return [own, "STRUCT"];
  if (value.type !== REFERENCE) return [own];
  return own === "ORDEREDHASH" ? [own, "HASH", "OBJREF"] : [own, "OBJREF"];
}

function typeNameOf(value: LanguageValue): string {
  if (isPlain(value)) return typeName(value.type);
  return value.type === STRUCTURE ? value.name ?? "ANONYMOUS" : kindOf(value);
}
