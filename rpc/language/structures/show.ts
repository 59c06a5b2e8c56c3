/**
 * The lines of PRINT and HELP for structures and objects.
 *
 * @module
 */

import { formatElement } from "../values/number_format.ts";
import {
  type IdlReference,
  type IdlStructure,
  isNumber,
  isPlain,
  kindOf,
  type LanguageValue,
  partsIn,
  POINTER,
  REFERENCE,
  STRUCTURE,
} from "../values/language_value.ts";
import type { Memory } from "../values/memory.ts";
import { helpLine, printValues } from "../values/print.ts";
import { stored } from "../values/scalar.ts";
import { elementsOf, IdlType, type IdlValue } from "../values/value.ts";
import { keyText, nthElement } from "./objects.ts";
import { pointerText } from "./pointers.ts";

/** Objects within each other that are printed; those below are named only. */
const MAX_LEVELS = 8;

/** Prints a value of any type. */
export function printAny(
  value: LanguageValue,
  memory: Memory,
  emit: (line: string) => void,
  level = 0,
): void {
  if (isPlain(value)) return printValues([stored(value)], memory, emit);
  if (value.type === STRUCTURE) {
    const count = elementsOf(value.shape);
    for (let i = 0; i < count; i++) {
      emit(structureText(nthElement(value, i, memory) as IdlStructure, memory));
    }
    return;
  }
  if (value.type === POINTER) return emit(value.data.map(pointerText).join(""));
  if (level >= MAX_LEVELS) return emit(objectText(value));
  const { data } = value;
  if (data.kind === "LIST") {
    for (const element of data.elements) printAny(element, memory, emit, level + 1);
    return;
  }
  for (const { key, value: entry } of data.entries.values()) {
    const lines: string[] = [];
    printAny(entry, memory, (line) => lines.push(line), level + 1);
    emit(`${keyText(key)}: ${lines[0] ?? ""}`);
    for (const line of lines.slice(1)) emit(line);
  }
}

/** A structure in braces: numbers as PRINT writes them, a blank before texts. */
function structureText({ data }: IdlStructure, memory: Memory): string {
  return `{${data.map((part) => partText(part, memory)).join("")}}`;
}

function partText(part: LanguageValue, memory: Memory): string {
  if (part.type === STRUCTURE) return structureText(part, memory);
  if (part.type === REFERENCE) return objectText(part);
  if (part.type === POINTER) return part.data.map(pointerText).join("");
  if (part.type === IdlType.UNDEFINED) return "!NULL";
  memory.work(1_000 * part.data.length);
  const given = stored(part);
  if (!isNumber(given)) return (given.data as readonly string[]).map((text) => ` ${text}`).join("");
  return Array.from({ length: elementsOf(given.shape) }, (_, i) => formatElement(given, i)).join(
    "",
  );
}

function objectText(value: IdlReference): string {
  return `${value.data.kind}  <NELEMENTS=${partsIn(value).length}>`;
}

/** IDL manual, "HELP", STRUCTURE: a line for a structure, and one for each of its tags. */
export function helpStructure(structure: IdlStructure, emit: (line: string) => void): void {
  const { name, tags, data, shape } = structure;
  emit(`** Structure ${name ?? "<Anonymous>"}, ${tags.length} tags:`);
  for (const [i, tag] of tags.entries()) {
    const part = data[i]!;
    const inner = part.shape.slice(0, part.shape.length - shape.length);
    const line = helpAny(tag, isPlain(part) ? firstOf(stored(part), inner) : part);
    emit(`   ${line.replace(" = ", " ")}`);
  }
}

/** What a tag holds in the first element of an array of structures. */
function firstOf(value: IdlValue, shape: readonly number[]): IdlValue {
  if (value.type === IdlType.UNDEFINED) return value;
  return { ...value, shape } as IdlValue;
}

/** The line that HELP writes for a value of any type. */
export function helpAny(name: string, value: LanguageValue): string {
  if (isPlain(value)) return helpLine(name, stored(value));
  const label = name.length > 15 ? `${name} ` : name.padEnd(16);
  if (value.type === REFERENCE) {
    return `${label}${kindOf(value).padEnd(9)} <NELEMENTS=${partsIn(value).length}>`;
  }
  if (value.type === POINTER) {
    const [only] = value.data;
    const shown = value.shape.length === 0 ? pointerText(only) : `Array[${value.shape.join(", ")}]`;
    return `${label}POINTER   = ${shown}`;
  }
  const shape = value.shape.length === 0 ? [1] : value.shape;
  return `${label}STRUCT    = -> ${value.name ?? "<Anonymous>"} Array[${shape.join(", ")}]`;
}
