/**
 * What a command can ask about values and routines.
 *
 * @module
 */

import { TEXT_WORK, textOf } from "../values/convert.ts";
import { define, type NamedRoutine, signatureOf } from "../routines/define.ts";
import { Refusal } from "../values/error.ts";
import { formattedLines } from "../values/format.ts";
import { helpLine, printValues } from "../values/print.ts";
import type { CallContext, LanguageKeywords } from "../routines/routine.ts";
import {
  countOf,
  IdlType,
  type IdlValue,
  isComplex,
  isInteger,
  partsOf,
  scalar,
  text,
  typeName,
} from "../values/value.ts";
import { isSet, isSetValue, reducing } from "../routines/arguments.ts";

function print(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): void {
  const format = keywords["format"];
  const emit = (line: string): void => context.print(line);
  if (format === undefined) printValues(args, context, emit);
  else for (const line of formattedLines(args, format, context)) emit(line);
}

/** HELP without arguments lists the variables, with /ROUTINES the routines. */
function help(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): void {
  if (isSet(keywords, "routines")) {
    for (const [name, routine] of [...context.routines].sort(byName)) {
      context.print(signatureOf(name, routine));
    }
    return;
  }
  const about = keywords["about"];
  if (about !== undefined) return helpAbout(textOf(about).toUpperCase(), context);
  if (args.length === 0) {
    for (const [name, value] of [...context.variables].sort(byName)) {
      context.print(helpLine(name, value));
    }
    return;
  }
  for (const [i, value] of args.entries()) {
    const name = context.variableName(i);
    const holdsNull = name === undefined || context.variables.has(name);
    context.print(helpLine(name ?? "<Expression>", value, holdsNull));
  }
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function helpAbout(name: string, context: CallContext): void {
  const routine = context.routines.get(name);
  if (routine === undefined) throw new Refusal("name", `There is no routine ${name}`);
  context.print(signatureOf(name, routine));
  context.print(`  ${routine.summary}`);
  if (routine.departs !== undefined) context.print(`  Not as IDL: ${routine.departs}`);
}

/** IDL manual, "SIZE": the number of dimensions, the dimensions, the type, the elements. */
function size(
  [x]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const { type, shape } = x!;
  const count = countOf(x!);
  const wide = isSet(keywords, "l64") || count >= 2 ** 31;
  const word = wide ? IdlType.LONG64 : IdlType.LONG;
  if (isSet(keywords, "tname")) return text(typeName(type));
  if (isSet(keywords, "type")) return scalar(IdlType.LONG, type);
  if (isSet(keywords, "n_dimensions")) return scalar(IdlType.LONG, shape.length);
  if (isSet(keywords, "n_elements")) return scalar(word, count);
  if (isSet(keywords, "dimensions")) {
    return shape.length === 0 ? scalar(word, 0) : words(shape, word, context);
  }
  return words([shape.length, ...shape, type, count], word, context);
}

function words(
  list: readonly number[],
  type: typeof IdlType.LONG | typeof IdlType.LONG64,
  context: CallContext,
): IdlValue {
  const out = context.allocate(type, [list.length]);
  for (const [i, word] of list.entries()) {
    out.data[i] = type === IdlType.LONG64 ? BigInt(word) : word;
  }
  return out;
}

/** Whether two arrays are equal; a scalar is compared with each element. */
function arrayEqual(a: IdlValue, b: IdlValue, context: CallContext): boolean {
  const counts = [countOf(a), countOf(b)];
  context.work(Math.max(...counts));
  const single = a.shape.length === 0 || b.shape.length === 0;
  if (!single && counts[0] !== counts[1]) return false;
  const parts = Math.max(partsOf(a.type), partsOf(b.type));
  const count = Math.max(counts[0]!, counts[1]!);
  for (let i = 0; i < count; i++) {
    for (let part = 0; part < parts; part++) {
      // Numbers of different types are equal if they have the same value.
      if (partAt(a, i, part) != partAt(b, i, part)) return false;
    }
  }
  return true;
}

/** An element's real (0) or imaginary (1) part; a scalar stands for each element. */
function partAt(value: IdlValue, i: number, part: number): number | bigint | string | undefined {
  const parts = partsOf(value.type);
  return part < parts ? value.data[parts * (value.shape.length === 0 ? 0 : i) + part] : 0;
}

/** What ISA's keywords ask of a type. */
const KINDS: { readonly [keyword: string]: (type: IdlType) => boolean } = {
  number: (type) => type !== IdlType.UNDEFINED && type !== IdlType.STRING,
  integer: isInteger,
  float: (type) => type === IdlType.FLOAT || type === IdlType.DOUBLE,
  complex: isComplex,
  string: (type) => type === IdlType.STRING,
};

/** IDL manual, "ISA": whether a value is defined, of the type named and of the kinds asked for. */
function isa([x, name]: readonly IdlValue[], keywords: LanguageKeywords): boolean {
  const { type, shape } = x!;
  if (isSet(keywords, "null") && type === IdlType.UNDEFINED) return true;
  if (type === IdlType.UNDEFINED) return false;
  if (name !== undefined && textOf(name).toUpperCase() !== typeName(type)) return false;
  if (isSet(keywords, "array") && shape.length === 0) return false;
  if (isSet(keywords, "scalar") && shape.length > 0) return false;
  if (isSet(keywords, "null")) return false;
  return Object.entries(KINDS).every(([keyword, holds]) =>
    !isSet(keywords, keyword) || holds(type)
  );
}

/** The routines of this family. */
export const INTROSPECTION: readonly NamedRoutine[] = [
  define("print, [values...], FORMAT=", {
    summary: "Prints values, by a FORMAT such as '(3f8.2)' where one is given",
    cost: TEXT_WORK,
    run: print,
  }),
  define("help, [?values...], /ROUTINES, ABOUT=, /STRUCTURE", {
    summary: "Prints types and shapes; the variables; the routines; what ABOUT names",
    departs: "/STRUCTURE does not tell the bytes of a structure",
    cost: 0,
    run: help,
  }),
  define("size(?x, /N_DIMENSIONS, /DIMENSIONS, /TYPE, /TNAME, /N_ELEMENTS, /L64)", {
    summary: "The SIZE vector of a value: dimensions, type code, elements; or one of them",
    sketch: reducing(0),
    run: size,
  }),
  define("n_elements(?x)", {
    summary: "The number of elements of a value; 0 if it is undefined",
    sketch: reducing(0),
    run: ([x]) => scalar(IdlType.LONG, countOf(x!)),
  }),
  define("keyword_set(?x)", {
    summary: "1 if a value is defined and not 0, else 0",
    sketch: reducing(0),
    run: ([x]) => scalar(IdlType.INT, isSetValue(x!) ? 1 : 0),
  }),
  define("isa(?x, [name], /ARRAY, /COMPLEX, /FLOAT, /INTEGER, /NULL, /NUMBER, /SCALAR, /STRING)", {
    summary: "1 if a value is defined, of the type named and of the kinds asked for, else 0",
    sketch: reducing(0),
    run: (args, keywords) => scalar(IdlType.BYTE, isa(args, keywords) ? 1 : 0),
  }),
  define("array_equal(x, y)", {
    summary: "1 if all elements are equal, else 0",
    sketch: reducing(1),
    run: ([x, y], _keywords, context) => scalar(IdlType.BYTE, arrayEqual(x!, y!, context) ? 1 : 0),
  }),
  define("temporary(x)", {
    summary: "The value of a variable, which is undefined afterwards",
    cost: 0,
    run: ([x], _keywords, context) => context.takeVariable(0) ?? x!,
  }),
];
