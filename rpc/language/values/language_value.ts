/**
 * What a variable may hold: numbers and texts, structures, and references to objects.
 *
 * @module
 */

import { type IdlNumeric, IdlType, type IdlValue } from "./value.ts";

/** IDL's type code of structures. */
export const STRUCTURE = 8;
/** IDL's type code of pointers. */
export const POINTER = 10;
/** IDL's type code of references to objects. */
export const REFERENCE = 11;

/** A structure, or an array of structures of one kind. */
export interface IdlStructure {
  /** The type code of structures. */
  readonly type: typeof STRUCTURE;
  /** The dimensions, the fastest first; empty for one structure. */
  readonly shape: readonly number[];
  /** Its name in capitals; undefined for an anonymous one. */
  readonly name: string | undefined;
  /** Its tags in capitals. */
  readonly tags: readonly string[];
  /**
   * What each tag holds in all elements: the dimensions of the tag first, then those of the
   * array. What is stored in an element is stored here.
   */
  readonly data: LanguageValue[];
}

/** A reference to a LIST or a HASH: variables that hold it share the object. */
export interface IdlReference {
  /** The type code of references. */
  readonly type: typeof REFERENCE;
  /** Always empty. */
  readonly shape: readonly number[];
  /** The object. */
  readonly data: ObjectValue;
}

/** A variable of the heap, to which pointers lead. */
export interface HeapCell {
  readonly kind: "CELL";
  /** Its number, as PRINT shows it. */
  readonly number: number;
  /** Undefined while nothing is stored in it. */
  value: LanguageValue | undefined;
  /** Whether PTR_FREE has taken it away. */
  freed: boolean;
}

/** A pointer, or an array of pointers. */
export interface IdlPointer {
  /** The type code of pointers. */
  readonly type: typeof POINTER;
  /** The dimensions, the fastest first; empty for one pointer. */
  readonly shape: readonly number[];
  /** The variables to which they lead; undefined for null pointers. */
  readonly data: (HeapCell | undefined)[];
}

/** A list of values. */
export interface ListObject {
  readonly kind: "LIST";
  readonly elements: LanguageValue[];
}

/** Values by their keys. */
export interface HashObject {
  /** The keys of a DICTIONARY are texts in capitals. */
  readonly kind: "HASH" | "ORDEREDHASH" | "DICTIONARY";
  /** By the text of the key. */
  readonly entries: Map<string, { readonly key: IdlValue; value: LanguageValue }>;
}

/** What a reference refers to. */
export type ObjectValue = ListObject | HashObject;

/** What a variable may hold. */
export type LanguageValue = IdlValue | IdlStructure | IdlReference | IdlPointer;

/** Whether a value is of numbers or texts, or undefined. */
export function isPlain(value: LanguageValue): value is IdlValue {
  return value.type !== STRUCTURE && value.type !== REFERENCE && value.type !== POINTER;
}

/** Whether a value is numeric. */
export function isNumber(value: LanguageValue): value is IdlNumeric {
  return value.type !== STRUCTURE && value.type !== REFERENCE && value.type !== POINTER &&
    value.type !== IdlType.UNDEFINED && value.type !== IdlType.STRING;
}

/** The name of the type of any value, as HELP prints it. */
export function kindOf(value: IdlStructure | IdlReference | IdlPointer): string {
  if (value.type === POINTER) return "POINTER";
  return value.type === STRUCTURE ? "STRUCT" : value.data.kind;
}

/** A variable of the heap as what is counted when it is referred to; it stands in no variable. */
export function cellReference(cell: HeapCell): IdlReference {
  return { type: REFERENCE, shape: [], data: cell as unknown as ObjectValue };
}

/** The variable of the heap that a piece of memory is; undefined for all else. */
export function cellAt(memory: object): HeapCell | undefined {
  return "kind" in memory && memory.kind === "CELL" ? memory as HeapCell : undefined;
}

/** The values of which a structure or an object is made. */
export function partsIn(value: LanguageValue): readonly LanguageValue[] {
  if (value.type === STRUCTURE) return value.data;
  if (value.type === POINTER) return value.data.flatMap((cell) => cell ? cellReference(cell) : []);
  // What a variable of the heap holds is counted by itself.
  if (value.type !== REFERENCE || cellAt(value.data) !== undefined) return [];
  const { data } = value;
  return data.kind === "LIST"
    ? data.elements
    : [...data.entries.values()].map(({ value }) => value);
}

/** The same, and what a variable of the heap holds. */
export function contentsOf(value: LanguageValue): readonly LanguageValue[] {
  const cell = value.type === REFERENCE ? cellAt(value.data) : undefined;
  if (cell === undefined) return partsIn(value);
  return cell.value === undefined ? [] : [cell.value];
}

/** Whether a value is a reference or a pointer, or has one in it. */
export function refers(value: LanguageValue): boolean {
  return value.type === REFERENCE || value.type === POINTER ||
    value.type === STRUCTURE && value.data.some(refers);
}
