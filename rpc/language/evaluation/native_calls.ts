/**
 * Routines that take and make structures and objects.
 *
 * @module
 */

import { CLOCK } from "../syntax/names.ts";
import { textOf, wholeNumber } from "../values/convert.ts";
import { refuse } from "../values/error.ts";
import {
  type IdlStructure,
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
import { extracted, newList, newObject, putEntry } from "../structures/objects.ts";
import { describeAny, makeStructure, replicated } from "../structures/structures.ts";
import { helpAny, helpStructure, printAny } from "../structures/show.ts";
import { freeCells, newCell, newPointer, pointerArray, validity } from "../structures/pointers.ts";
import { copied, type Machine, printLine, setVariable, takeVariable } from "../state/machine.ts";
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
  HASH: ({ values }, { memory }) => hash("HASH", values, memory),
  ORDEREDHASH: ({ values }, { memory }) => hash("ORDEREDHASH", values, memory),
  DICTIONARY: ({ values }, { memory }) => hash("DICTIONARY", values, memory),
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
  TIC({ values: [name], kind }, machine) {
    const time = secondsNow();
    if (kind === "procedure" || name === undefined) {
      const cell = machine.scope.variable(CLOCK);
      setVariable(machine, CLOCK, cell, new Scalar(IdlType.DOUBLE, time));
    }
    if (kind === "procedure") return UNDEFINED;
    const label = name === undefined ? "" : textOf(plain(name));
    return clock(label, time, machine.memory);
  },
  TOC({ values: [clock], kind }, machine) {
    const [label, start] = clockOf(clock, machine);
    const seconds = Math.max(0, secondsNow() - start);
    if (kind === "function") return new Scalar(IdlType.DOUBLE, seconds);
    const which = label === "" ? "" : ` ${label}`;
    printLine(machine, `% Time elapsed${which}: ${seconds.toFixed(6)} seconds.`);
    return UNDEFINED;
  },
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

/** Seconds since 1970, the same in all threads. */
function secondsNow(): number {
  return (performance.timeOrigin + performance.now()) / 1000;
}

function clock(label: string, time: number, memory: Memory): LanguageValue {
  const parts = [text(label), new Scalar(IdlType.DOUBLE, time)];
  const made = makeStructure("CLOCK", ["NAME", "TIME"], parts, memory);
  memory.adopt(made);
  return made;
}

/** The label and the time of a clock, or of the last TIC. */
function clockOf(given: LanguageValue | undefined, machine: Machine): readonly [string, number] {
  if (given === undefined || given.type === IdlType.UNDEFINED) {
    const last = machine.scope.get(CLOCK);
    if (last === undefined) return refuse("No tic, no toc");
    return ["", Number(plain(last).data[0])];
  }
  const { tags, data } = structureOf(given);
  const [label, time] = ["NAME", "TIME"].map((tag) => data[tags.indexOf(tag)]);
  if (label === undefined || time === undefined) return refuse("TOC takes a clock of TIC");
  return [textOf(plain(label)), Number(plain(time).data[0])];
}

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
  KEYWORD_SET: () => integer(1),
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
    const kind = typeNameOf(value!);
    if (name !== undefined) {
      const asked = textOf(plain(name)).toUpperCase();
      return integer(asked === kind || asked === "HASH" && kind === "ORDEREDHASH" ? 1 : 0);
    }
    const array = value!.shape.length > 0;
    if (isSet(keywords["array"])) return integer(array ? 1 : 0);
    if (isSet(keywords["scalar"])) return integer(array ? 0 : 1);
    if (value!.type === POINTER && !array && value!.data[0] === undefined) return integer(0);
    return integer(isSet(keywords["number"]) || isSet(keywords["string"]) ? 0 : 1);
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

function typeNameOf(value: LanguageValue): string {
  if (isPlain(value)) return typeName(value.type);
  return value.type === STRUCTURE ? value.name ?? "ANONYMOUS" : kindOf(value);
}

function structureOf(value: LanguageValue | undefined): IdlStructure {
  if (value?.type === STRUCTURE) return value;
  return refuse(
    `Expression must be a structure in this context: found ${
      value === undefined ? "nothing" : describeAny(value)
    }`,
  );
}

/** IDL manual, "CREATE_STRUCT": structures, and tags each with its value. */
function createStructure(
  name: string | undefined,
  given: readonly LanguageValue[],
  memory: Memory,
): IdlStructure {
  const tags: string[] = [];
  const values: LanguageValue[] = [];
  for (let i = 0; i < given.length;) {
    const next = given[i++]!;
    if (next.type === STRUCTURE) {
      tags.push(...next.tags);
      values.push(...next.data);
      continue;
    }
    const texts = plain(next);
    if (texts.type !== IdlType.STRING) {
      refuse(`Cannot use ${describeAny(next)} as a tag: expected a text`);
    }
    for (const tag of texts.data as readonly string[]) {
      if (!/^[A-Za-z_][A-Za-z0-9_$]*$/.test(tag)) refuse(`Illegal tag name: ${tag}.`);
      if (i >= given.length) refuse(`There is no value for the tag ${tag}`);
      tags.push(tag.toUpperCase());
      values.push(given[i++]!);
    }
  }
  return makeStructure(name, tags, values, memory);
}

/** IDL manual, "HASH": keys and values in turn, arrays of both, or a structure. */
function hash(
  kind: "HASH" | "ORDEREDHASH" | "DICTIONARY",
  given: readonly LanguageValue[],
  memory: Memory,
): LanguageValue {
  const made = newObject({ kind, entries: new Map() });
  memory.adopt(made);
  const [first, second] = given;
  if (first?.type === STRUCTURE && given.length === 1) {
    first.tags.forEach((tag, i) => putEntry(made, text(tag), first.data[i]!, memory));
    return made;
  }
  if (first !== undefined && (first.type === REFERENCE || first.shape.length > 0)) {
    const keys = extracted(first, memory);
    const values = second === undefined ? [] : extracted(second, memory);
    if (values.length !== 0 && values.length !== keys.length) {
      refuse(`Cannot put ${values.length} values under ${keys.length} keys`);
    }
    keys.forEach((key, i) => putEntry(made, key, values[i] ?? UNDEFINED, memory));
    return made;
  }
  for (let i = 0; i < given.length; i += 2) {
    putEntry(made, given[i]!, given[i + 1] ?? UNDEFINED, memory);
  }
  return made;
}
