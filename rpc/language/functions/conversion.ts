/**
 * Functions that change the type of values.
 *
 * @module
 */

import { withoutTrailing } from "../values/arrays.ts";
import { convert, convertToString, TEXT_WORK, wholeNumber } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { outOfRange, refuse } from "../values/error.ts";
import { checkedCount } from "../values/memory.ts";
import { describeValue } from "../values/promotion.ts";
import type { CallContext } from "../routines/routine.ts";
import {
  elementBytes,
  elementsOf,
  type IdlNumeric,
  type IdlNumericType,
  type IdlString,
  IdlType,
  type IdlValue,
  isComplex,
  isLong64,
  isNumeric,
  typeName,
} from "../values/value.ts";
import { dimensionsIn, isSet } from "../routines/arguments.ts";
import { typeWeight } from "../routines/estimate.ts";
import { typeOfCode } from "./creation.ts";
import { formatWith } from "../values/format.ts";

const CONVERSIONS: readonly (readonly [string, IdlNumericType])[] = [
  ["uint", IdlType.UINT],
  ["long", IdlType.LONG],
  ["ulong", IdlType.ULONG],
  ["long64", IdlType.LONG64],
  ["ulong64", IdlType.ULONG64],
  ["float", IdlType.FLOAT],
  ["double", IdlType.DOUBLE],
];

/** A value in another type, or the elements that its bytes make from an offset on. */
function converted(
  args: readonly IdlValue[],
  type: IdlNumericType,
  context: CallContext,
): IdlNumeric {
  const [value, offset, ...dimensions] = args;
  if (offset === undefined) return convert(value!, type, context);
  const shape = dimensions.length === 0 ? [] : withoutTrailing(dimensionsIn(dimensions, context));
  return reinterpreted(value!, wholeNumber(offset), type, shape, context);
}

/** IDL manual, "FLOAT": with an offset in bytes, the value's bytes are taken as they are. */
function reinterpreted(
  value: IdlValue,
  offset: number,
  type: IdlNumericType,
  shape: readonly number[],
  context: CallContext,
): IdlNumeric {
  if (!isNumeric(value)) return refuse(`Cannot take bytes out of ${describeValue(value)}`);
  const bytes = checkedCount(shape) * elementBytes(type);
  const { buffer, byteOffset, byteLength } = value.data;
  if (offset < 0 || offset + bytes > byteLength) {
    outOfRange(
      `Cannot take ${bytes} bytes from byte ${offset} on: ${
        describeValue(value)
      } has ${byteLength}`,
    );
  }
  const out = context.allocate(type, shape);
  const from = new Uint8Array(buffer, byteOffset + offset, bytes);
  new Uint8Array(out.data.buffer).set(from);
  return out;
}

/** IDL manual, "BYTE": a STRING becomes the codes of its characters, as a row. */
function bytesOfText(value: IdlString, context: CallContext): IdlNumeric {
  context.work(500 * value.data.length);
  const encoder = new TextEncoder();
  const texts = value.data.map((text, i) => {
    if (i % 4_096 === 0) context.work(0);
    return encoder.encode(text);
  });
  const longest = texts.reduce((most, text) => Math.max(most, text.length), 1);
  const shape = value.shape.length === 0 ? [longest] : [longest, ...value.shape];
  const out = context.allocate(IdlType.BYTE, shape);
  for (const [i, text] of texts.entries()) {
    if (i % 65_536 === 0) context.work(0);
    (out.data as Uint8Array).set(text, i * longest);
  }
  return out;
}

/** IDL manual, "STRING": the rows of a BYTE array are the codes of characters. */
function textOfBytes(value: IdlNumeric, context: CallContext): IdlString {
  const [length = 1, ...rest] = value.shape;
  const count = elementsOf(rest);
  context.work(elementsOf(value.shape) + 500 * count);
  const decoder = new TextDecoder();
  const texts = Array.from({ length: count }, (_, i) => {
    const row = (value.data as Uint8Array).subarray(i * length, (i + 1) * length);
    return decoder.decode(row.slice()).replace(/\0.*$/s, "");
  });
  return context.strings(rest, texts);
}

function complexOf(
  args: readonly IdlValue[],
  type: typeof IdlType.COMPLEX | typeof IdlType.DCOMPLEX,
  context: CallContext,
): IdlValue {
  const [first, second] = args;
  if (args.length === 1) return convert(first!, type, context);
  const real = convert(first!, IdlType.DOUBLE, context);
  const imaginary = convert(second!, IdlType.DOUBLE, context);
  const shape = real.shape.length === 0
    ? imaginary.shape
    : imaginary.shape.length === 0 || elementsOf(real.shape) <= elementsOf(imaginary.shape)
    ? real.shape
    : imaginary.shape;
  const out = context.allocate(type, shape);
  const count = elementsOf(shape);
  context.work(2 * count);
  for (let i = 0; i < count; i++) {
    out.data[2 * i] = real.data[real.shape.length === 0 ? 0 : i]!;
    out.data[2 * i + 1] = imaginary.data[imaginary.shape.length === 0 ? 0 : i]!;
  }
  return out;
}

/** Real or imaginary parts. */
function partOf(value: IdlValue, part: 0 | 1, context: CallContext): IdlValue {
  if (!isNumeric(value)) return refuse(`Cannot take a part of ${describeValue(value)}`);
  if (!isComplex(value.type)) {
    if (part === 0) {
      return value.type === IdlType.DOUBLE ? value : convert(value, IdlType.FLOAT, context);
    }
    return context.allocate(IdlType.FLOAT, value.shape);
  }
  const type = value.type === IdlType.COMPLEX ? IdlType.FLOAT : IdlType.DOUBLE;
  const out = context.allocate(type, value.shape);
  const count = elementsOf(value.shape);
  context.work(count);
  for (let i = 0; i < count; i++) out.data[i] = value.data[2 * i + part]!;
  return out;
}

function conjugate(value: IdlValue, context: CallContext): IdlValue {
  if (!isNumeric(value)) return refuse(`Cannot conjugate ${describeValue(value)}`);
  if (!isComplex(value.type)) {
    const wide = value.type === IdlType.DOUBLE || isLong64(value.type);
    return convert(value, wide ? IdlType.DCOMPLEX : IdlType.COMPLEX, context);
  }
  const out = context.allocate(value.type, value.shape);
  context.work(out.data.length);
  for (let i = 0; i < out.data.length; i += 2) {
    out.data[i] = value.data[i]!;
    out.data[i + 1] = -(value.data[i + 1] as number);
  }
  return out;
}

function fix(
  args: readonly IdlValue[],
  code: IdlValue | undefined,
  context: CallContext,
): IdlValue {
  const type = code === undefined ? IdlType.INT : typeOfCode(wholeNumber(code));
  if (type === IdlType.UNDEFINED) return refuse("Cannot convert to the undefined type");
  return type === IdlType.STRING
    ? convertToString(args[0]!, context)
    : converted(args, type, context);
}

/** The routines of this family. */
export const CONVERSION: readonly NamedRoutine[] = [
  define("byte(x, [offset], [dimensions...])", {
    summary: "x as BYTE; the codes of the characters of a STRING",
    run([value, ...rest], _keywords, context) {
      if (value!.type === IdlType.STRING) return bytesOfText(value as IdlString, context);
      return converted([value!, ...rest], IdlType.BYTE, context);
    },
  }),
  define("fix(x, [offset], [dimensions...], TYPE=)", {
    summary: "x as INT, or as the type with the code TYPE",
    run: (args, keywords, context) => fix(args, keywords["type"], context),
  }),
  ...CONVERSIONS.map(([name, type]) =>
    define(`${name}(x, [offset], [dimensions...])`, {
      summary: `x as ${typeName(type)}`,
      weight: typeWeight(type),
      run: (args, _keywords, context) => converted(args, type, context),
    })
  ),
  define("complex(real, [imaginary], /DOUBLE)", {
    summary: "COMPLEX of a real and an imaginary part; DCOMPLEX with /DOUBLE",
    weight: typeWeight(IdlType.COMPLEX),
    run: (args, keywords, context) =>
      complexOf(args, isSet(keywords, "double") ? IdlType.DCOMPLEX : IdlType.COMPLEX, context),
  }),
  define("dcomplex(real, [imaginary])", {
    summary: "DCOMPLEX of a real and an imaginary part",
    weight: typeWeight(IdlType.COMPLEX),
    run: (args, _keywords, context) => complexOf(args, IdlType.DCOMPLEX, context),
  }),
  define("real_part(z)", {
    summary: "The real part",
    run: ([z], _keywords, context) => partOf(z!, 0, context),
  }),
  define("imaginary(z)", {
    summary: "The imaginary part",
    run: ([z], _keywords, context) => partOf(z!, 1, context),
  }),
  define("conj(z)", {
    summary: "The complex conjugate",
    run: ([z], _keywords, context) => conjugate(z!, context),
  }),
  define("string(values..., FORMAT=)", {
    summary: "The text that PRINT would write of each element; characters of a BYTE array's codes",
    weight: typeWeight(IdlType.STRING),
    cost: TEXT_WORK,
    run(args, keywords, context) {
      const format = keywords["format"];
      if (format !== undefined) return formatWith(args, format, context);
      const [first] = args;
      if (first === undefined) return refuse("Cannot convert: STRING needs a value");
      if (args.length === 1 && first.type === IdlType.BYTE) {
        return first.shape.length > 0
          ? textOfBytes(first as IdlNumeric, context)
          : context.strings([], [String.fromCharCode(Number(first.data[0]))]);
      }
      if (args.length === 1) return convertToString(first, context);
      const texts = args.flatMap((value) => [...convertToString(value, context).data]);
      return context.strings([texts.length], texts);
    },
  }),
];
