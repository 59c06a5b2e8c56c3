/**
 * Functions that make arrays from dimensions.
 *
 * @module
 */

import { withoutTrailing } from "../values/arrays.ts";
import { convert, convertToString, realNumber, textOf, wholeNumber } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { sketchedDimensions, typeWeight } from "../routines/estimate.ts";
import { outOfRange, refuse } from "../values/error.ts";
import { checkedCount } from "../values/memory.ts";
import { describeValue } from "../values/promotion.ts";
import type { CallContext, LanguageKeywords, LanguageRoutine } from "../routines/routine.ts";
import {
  elementBytes,
  elementsOf,
  type IdlNumeric,
  type IdlNumericType,
  IdlType,
  type IdlValue,
  isComplex,
  isLong64,
  isNumeric,
  scalar,
  toBigInt,
} from "../values/value.ts";
import { dimensionsIn, isSet } from "../routines/arguments.ts";

const INDEX_FUNCTIONS: readonly (readonly [string, IdlNumericType])[] = [
  ["bindgen", IdlType.BYTE],
  ["indgen", IdlType.INT],
  ["lindgen", IdlType.LONG],
  ["l64indgen", IdlType.LONG64],
  ["uindgen", IdlType.UINT],
  ["ulindgen", IdlType.ULONG],
  ["ul64indgen", IdlType.ULONG64],
  ["findgen", IdlType.FLOAT],
  ["dindgen", IdlType.DOUBLE],
  ["cindgen", IdlType.COMPLEX],
  ["dcindgen", IdlType.DCOMPLEX],
];

const ZERO_FUNCTIONS: readonly (readonly [string, IdlNumericType])[] = [
  ["bytarr", IdlType.BYTE],
  ["intarr", IdlType.INT],
  ["lonarr", IdlType.LONG],
  ["lon64arr", IdlType.LONG64],
  ["uintarr", IdlType.UINT],
  ["ulonarr", IdlType.ULONG],
  ["ulon64arr", IdlType.ULONG64],
  ["fltarr", IdlType.FLOAT],
  ["dblarr", IdlType.DOUBLE],
  ["complexarr", IdlType.COMPLEX],
  ["dcomplexarr", IdlType.DCOMPLEX],
];

function article(type: IdlNumericType): string {
  return `${/^[AEIO]/.test(typeWord(type)) ? "An" : "A"} ${typeWord(type)} array`;
}

function typeWord(type: IdlNumericType): string {
  return describeValue(scalar(type, 0));
}

/** The cost of an array whose dimensions the text tells. */
function sketchArray(bytes: number): NonNullable<LanguageRoutine["sketch"]> {
  return (args) => {
    const first = args[0];
    if (args.length === 1 && first !== undefined && first.number === undefined && first.count > 1) {
      return { count: Infinity, bytes };
    }
    const { shape, count } = sketchedDimensions(args.map((arg) => arg.number));
    return { shape, count, bytes };
  };
}

function indexFunction([name, type]: readonly [string, IdlNumericType]): NamedRoutine {
  return define(`${name}(dimensions..., START=, INCREMENT=)`, {
    summary: `${article(type)} whose elements are 0, 1, 2 ...`,
    weight: typeWeight(type),
    sketch: sketchArray(elementBytes(type)),
    run(args, keywords, context) {
      const out = context.allocate(type, withoutTrailing(dimensionsIn(args, context)));
      fillIndices(out, keywords, context);
      return out;
    },
  });
}

function fillIndices(out: IdlNumeric, keywords: LanguageKeywords, context: CallContext): void {
  const start = keywords["start"] === undefined ? 0 : realNumber(keywords["start"]);
  const step = keywords["increment"] === undefined ? 1 : realNumber(keywords["increment"]);
  const count = elementsOf(out.shape);
  context.work(count);
  if (isLong64(out.type)) {
    const first = toBigInt(start);
    const by = toBigInt(step);
    for (let i = 0; i < count; i++) out.data[i] = first + BigInt(i) * by;
    return;
  }
  const block = new Float64Array(Math.min(1024, count));
  const parts = isComplex(out.type) ? 2 : 1;
  for (let at = 0; at < count; at += block.length) {
    const n = Math.min(block.length, count - at);
    for (let i = 0; i < n; i++) block[i] = start + (at + i) * step;
    if (parts === 1) {
      (out.data as Float32Array).set(n < block.length ? block.subarray(0, n) : block, at);
    } else for (let i = 0; i < n; i++) out.data[2 * (at + i)] = block[i]!;
  }
}

function zeroFunction([name, type]: readonly [string, IdlNumericType]): NamedRoutine {
  return define(`${name}(dimensions..., /NOZERO)`, {
    summary: `${article(type)} of zeros`,
    weight: typeWeight(type),
    sketch: sketchArray(elementBytes(type)),
    run: (args, _keywords, context) =>
      context.allocate(type, withoutTrailing(dimensionsIn(args, context))),
  });
}

/** An array of STRINGs, each of which is the same. */
function textArray(shape: readonly number[], text: string, context: CallContext): IdlValue {
  const count = checkedCount(shape);
  // The charge comes before the list: 16 bytes for each reference and the text.
  context.reserve(count * (16 + 2 * text.length));
  context.work(count);
  return context.strings(shape, new Array<string>(count).fill(text));
}

/** Fills an array with one element. */
export function replicated(
  value: IdlValue,
  shape: readonly number[],
  context: CallContext,
): IdlValue {
  if (value.type === IdlType.UNDEFINED || elementsOf(value.shape) !== 1) {
    return refuse(`Cannot replicate ${describeValue(value)}: it must be one element`);
  }
  if (!isNumeric(value)) return textArray(shape, textOf(value), context);
  const out = context.allocate(value.type, shape);
  context.work(elementsOf(shape));
  if (!isComplex(value.type)) (out.data as Float32Array).fill(value.data[0] as number);
  else for (let i = 0; i < out.data.length; i++) out.data[i] = value.data[i % 2]!;
  return out;
}

const MAKE_TYPES: { readonly [keyword: string]: IdlType } = {
  byte: IdlType.BYTE,
  integer: IdlType.INT,
  long: IdlType.LONG,
  float: IdlType.FLOAT,
  double: IdlType.DOUBLE,
  complex: IdlType.COMPLEX,
  dcomplex: IdlType.DCOMPLEX,
  string: IdlType.STRING,
  uint: IdlType.UINT,
  ulong: IdlType.ULONG,
  l64: IdlType.LONG64,
  ul64: IdlType.ULONG64,
};

/** IDL manual, "MAKE_ARRAY": SIZE gives dimensions and type, a type keyword or VALUE the type. */
function makeArray(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const size = keywords["size"] === undefined ? undefined : sizeVector(keywords["size"], context);
  const dimensions = keywords["dimension"] === undefined ? args : [keywords["dimension"]];
  const shape = withoutTrailing(size?.shape ?? dimensionsIn(dimensions, context));
  const value = keywords["value"];
  const type = makeType(keywords) ?? value?.type ?? size?.type ?? IdlType.FLOAT;
  if (type === IdlType.UNDEFINED) return refuse("Cannot make an array of undefined elements");
  if (value !== undefined) {
    const typed = type === IdlType.STRING ? value : convert(value, type, context);
    return replicated(typed, shape, context);
  }
  if (type === IdlType.STRING) {
    if (!isSet(keywords, "index")) return textArray(shape, "", context);
    const indices = context.allocate(IdlType.LONG, shape);
    fillIndices(indices, {}, context);
    return context.strings(shape, [...convertToString(indices, context).data]);
  }
  const out = context.allocate(type, shape);
  if (isSet(keywords, "index")) fillIndices(out, keywords, context);
  return out;
}

function makeType(keywords: LanguageKeywords): IdlType | undefined {
  const code = keywords["type"];
  if (code !== undefined) return typeOfCode(wholeNumber(code));
  const name = Object.keys(MAKE_TYPES).find((keyword) => isSet(keywords, keyword));
  return name === undefined ? undefined : MAKE_TYPES[name];
}

/** The type with a code. */
export function typeOfCode(code: number): IdlType {
  const type = Object.values(IdlType).find((known) => known === code);
  if (type === undefined) return refuse(`Cannot make a value of type ${code}`);
  return type;
}

/** What a SIZE vector says: the number of dimensions, the dimensions, the type, the elements. */
function sizeVector(value: IdlValue, context: CallContext): { shape: number[]; type: IdlType } {
  const words = Array.from(convert(value, IdlType.DOUBLE, context).data, Number);
  const dimensions = words[0] ?? 0;
  if (!(dimensions >= 1 && dimensions <= 8) || words.length < dimensions + 2) {
    return outOfRange(`Cannot make an array of the SIZE vector [${words.slice(0, 11)}]`);
  }
  return { shape: words.slice(1, dimensions + 1), type: typeOfCode(words[dimensions + 1]!) };
}

/** IDL manual, "DIST": the distance from the nearest corner, in elements. */
function dist(
  [columns, rows]: readonly IdlValue[],
  context: CallContext,
): IdlValue {
  const width = wholeNumber(columns!);
  const height = rows === undefined ? width : wholeNumber(rows);
  const out = context.allocate(IdlType.FLOAT, withoutTrailing([width, height]));
  context.work(4 * width * height);
  for (let y = 0, at = 0; y < height; y++) {
    if (y % 64 === 0) context.work(0);
    const down = Math.min(y, height - y);
    for (let x = 0; x < width; x++, at++) {
      const across = Math.min(x, width - x);
      out.data[at] = Math.sqrt(across * across + down * down);
    }
  }
  return out;
}

/** The routines of this family. */
export const CREATION: readonly NamedRoutine[] = [
  ...INDEX_FUNCTIONS.map(indexFunction),
  ...ZERO_FUNCTIONS.map(zeroFunction),
  define("sindgen(dimensions...)", {
    summary: "A STRING array whose elements are 0, 1, 2 ... as texts",
    weight: typeWeight(IdlType.STRING),
    sketch: sketchArray(16),
    run: (args, _keywords, context) => {
      const numbers = context.allocate(IdlType.LONG, withoutTrailing(dimensionsIn(args, context)));
      fillIndices(numbers, {}, context);
      return convertToString(numbers, context);
    },
  }),
  define("strarr(dimensions...)", {
    summary: "A STRING array of empty strings",
    weight: typeWeight(IdlType.STRING),
    sketch: sketchArray(16),
    run: (args, _keywords, context) =>
      textArray(withoutTrailing(dimensionsIn(args, context)), "", context),
  }),
  define(
    "make_array([dimensions...], DIMENSION=, TYPE=, SIZE=, VALUE=, /INDEX, START=, INCREMENT=, " +
      "/NOZERO, /BYTE, /INTEGER, /LONG, /FLOAT, /DOUBLE, /COMPLEX, /DCOMPLEX, /STRING, /UINT, " +
      "/ULONG, /L64, /UL64)",
    {
      summary: "An array of a type and a value given by keywords; FLOAT zeros without them",
      weight: typeWeight(IdlType.STRING),
      sketch: (args, keywords) =>
        args.length === 0 || keywords.has("size")
          ? { count: Infinity, bytes: 16 }
          : sketchArray(16)(args, keywords),
      run: makeArray,
    },
  ),
  define("dist(columns, [rows])", {
    summary: "A FLOAT array of the distances from its nearest corner",
    sketch: ([columns, rows]) => sketchArray(4)([columns!, rows ?? columns!], new Map()),
    run: (args, _keywords, context) => dist(args, context),
  }),
  define("replicate(value, dimensions...)", {
    summary: "An array whose elements are all the same",
    sketch: (args, keywords) => sketchArray(args[0]?.bytes ?? 8)(args.slice(1), keywords),
    run: ([value, ...dimensions], _keywords, context) =>
      replicated(value!, withoutTrailing(dimensionsIn(dimensions, context)), context),
  }),
];
