/**
 * Sums and extremes.
 *
 * @module
 */

import { convert } from "../values/convert.ts";
import { define, type NamedRoutine } from "../routines/define.ts";
import { refuse } from "../values/error.ts";
import { describeValue } from "../values/promotion.ts";
import { axisFirst } from "../values/rearrange.ts";
import type { CallContext, LanguageKeywords } from "../routines/routine.ts";
import { finiteIn, reducedRows, type Rows, rowsOf, sumOf, sumOfFinite } from "../values/rows.ts";
import {
  elementsOf,
  type IdlNumeric,
  type IdlNumericType,
  IdlType,
  type IdlValue,
  isComplex,
  isInteger,
  isLong64,
  isNumeric,
  scalar,
} from "../values/value.ts";
import { dimensionIn, isSet, reducing } from "../routines/arguments.ts";
import { BLOCK, DoubleOperand } from "../values/operand.ts";
import { streamedSum } from "../kernels/stream.ts";
import { extreme, EXTREME_SIGNATURE } from "./extremes.ts";

/** IDL manual, "TOTAL": FLOAT unless the elements are of more, or a keyword says so. */
function totalType(type: IdlNumericType, keywords: LanguageKeywords): IdlNumericType {
  if (isSet(keywords, "integer")) {
    return type === IdlType.ULONG64 ? IdlType.ULONG64 : IdlType.LONG64;
  }
  if (isSet(keywords, "preserve_type")) return type;
  const double = isSet(keywords, "double");
  if (isComplex(type)) return double ? IdlType.DCOMPLEX : type;
  return double || type === IdlType.DOUBLE || isLong64(type) ? IdlType.DOUBLE : IdlType.FLOAT;
}

/** IDL manual, "TOTAL": a STRING is no number here. */
export function summand(value: IdlValue): IdlNumeric {
  return isNumeric(value) ? value : refuse(`Cannot sum ${describeValue(value)}`);
}

function total(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = summand(args[0]!);
  const type = totalType(value.type, keywords);
  const axis = dimensionIn(args[1], value);
  if (isSet(keywords, "cumulative")) {
    return cumulative(value, type, axis, isSet(keywords, "nan"), context);
  }
  if (isComplex(type)) return totalComplex(value, type, axis, isSet(keywords, "nan"), context);
  if (isInteger(type)) return totalInteger(value, type, axis, context);
  const nan = isSet(keywords, "nan");
  if (axis === undefined || value.shape.length < 2) {
    return scalar(type, nan ? sumOfFiniteAll(value, context) : streamedSum(value, context));
  }
  const rows = rowsOf(value, axis, context);
  return reducedRows(rows, type, nan ? sumOfFinite : sumOf, context);
}

function sumOfFiniteAll(value: IdlNumeric, context: CallContext): number {
  const count = elementsOf(value.shape);
  const operand = new DoubleOperand(value, IdlType.DOUBLE, count);
  let result = 0;
  for (let at = 0; at < count; at += BLOCK) {
    const n = Math.min(BLOCK, count - at);
    context.work(n);
    operand.load(at, n);
    result += sumOfFinite(operand.data, operand.at, n);
  }
  return result;
}

function totalInteger(
  value: IdlNumeric,
  type: IdlNumericType,
  axis: number | undefined,
  context: CallContext,
): IdlValue {
  const ordered = axis === undefined || value.shape.length < 2
    ? value
    : axisFirst(value, axis, context);
  const { data } = convert(ordered, IdlType.LONG64, context);
  const whole = ordered === value && (axis === undefined || value.shape.length < 2);
  const length = whole ? data.length : value.shape[axis!]!;
  const shape = whole ? [] : value.shape.filter((_, other) => other !== axis);
  const out = context.allocate(type, shape);
  for (let row = 0; row < elementsOf(shape); row++) {
    context.work(20 * length);
    let sum = 0n;
    for (let i = row * length; i < (row + 1) * length; i++) sum += data[i] as bigint;
    out.data[row] = isLong64(type) ? sum : Number(BigInt.asIntN(32, sum));
  }
  return out;
}

/** The sums of the real and of the imaginary parts. */
function totalComplex(
  value: IdlNumeric,
  type: IdlNumericType,
  axis: number | undefined,
  nan: boolean,
  context: CallContext,
): IdlValue {
  const sum = nan ? sumOfFinite : sumOf;
  const parts = [0, 1].map((part) => {
    const component = componentOf(value, part, context);
    const rows = rowsOf(component, value.shape.length < 2 ? undefined : axis, context);
    return reducedRows(rows, IdlType.DOUBLE, sum, context);
  });
  const out = context.allocate(type, parts[0]!.shape);
  for (let i = 0; i < parts[0]!.data.length; i++) {
    out.data[2 * i] = parts[0]!.data[i]!;
    out.data[2 * i + 1] = parts[1]!.data[i]!;
  }
  return out;
}

/** The real (0) or imaginary (1) parts as DOUBLE. */
export function componentOf(value: IdlNumeric, part: number, context: CallContext): IdlNumeric {
  const out = context.allocate(IdlType.DOUBLE, value.shape);
  context.work(out.data.length);
  for (let i = 0; i < out.data.length; i++) out.data[i] = value.data[2 * i + part]!;
  return out;
}

/** Each element and all before it, in the order of storage or along a dimension. */
function cumulative(
  value: IdlNumeric,
  type: IdlNumericType,
  axis: number | undefined,
  nan: boolean,
  context: CallContext,
): IdlValue {
  const wide = isComplex(type) ? IdlType.DCOMPLEX : isLong64(type) ? type : IdlType.DOUBLE;
  const source = convert(value, wide, context);
  const out = context.allocate(type, value.shape);
  const parts = isComplex(type) ? 2 : 1;
  const length = axis === undefined ? elementsOf(value.shape) : value.shape[axis] ?? 1;
  const inner = axis === undefined ? 1 : elementsOf(value.shape.slice(0, axis));
  context.work(2 * source.data.length);
  const zero = isLong64(type) ? 0n : 0;
  for (let i = 0; i < elementsOf(value.shape) / length; i++) {
    const start = Math.floor(i / inner) * inner * length + i % inner;
    for (let part = 0; part < parts; part++) {
      let sum: number | bigint = zero;
      for (let k = 0; k < length; k++) {
        const at = parts * (start + k * inner) + part;
        const element = source.data[at]!;
        if (!nan || Number.isFinite(Number(element))) sum = (sum as number) + (element as number);
        out.data[at] = sum;
      }
    }
  }
  return out;
}

/** The product of the elements, FLOAT or more. */
function product(
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): IdlValue {
  const value = summand(args[0]!);
  const axis = dimensionIn(args[1], value);
  if (isComplex(value.type)) {
    return complexProduct(value, context);
  }
  const nan = isSet(keywords, "nan");
  const preserve = isSet(keywords, "preserve_type");
  if (isSet(keywords, "integer") || preserve && isInteger(value.type)) {
    const wide = value.type === IdlType.ULONG64 ? IdlType.ULONG64 : IdlType.LONG64;
    const products = integerProducts(value, wide, axis, context);
    return preserve ? convert(products, value.type, context) : products;
  }
  const rows = rowsOf(value, value.shape.length < 2 ? undefined : axis, context);
  const type = preserve ? value.type : IdlType.DOUBLE;
  return reducedRows(rows, type, (data, start, length) => {
    let factor = 1;
    for (let i = start; i < start + length; i++) {
      if (!nan || Number.isFinite(data[i]!)) factor *= data[i]!;
    }
    return factor;
  }, context);
}

/** The product, or those along a dimension, in 64 bits, which wrap. */
function integerProducts(
  value: IdlNumeric,
  type: 14 | 15,
  axis: number | undefined,
  context: CallContext,
): IdlNumeric {
  const whole = axis === undefined || value.shape.length < 2;
  const { data } = convert(whole ? value : axisFirst(value, axis, context), type, context);
  const length = whole ? data.length : value.shape[axis]!;
  const shape = whole ? [] : value.shape.filter((_, other) => other !== axis);
  const out = context.allocate(type, shape);
  for (let row = 0; row < out.data.length; row++) {
    context.work(50 * length);
    let product = 1n;
    for (let i = row * length; i < (row + 1) * length; i++) {
      product = BigInt.asUintN(64, product * (data[i] as bigint));
    }
    out.data[row] = product;
  }
  return out;
}

function complexProduct(value: IdlNumeric, context: CallContext): IdlNumeric {
  const data = value.data as Float64Array;
  context.work(4 * data.length);
  let real = 1, imaginary = 0;
  for (let i = 0; i < data.length; i += 2) {
    const before = real;
    real = before * data[i]! - imaginary * data[i + 1]!;
    imaginary = before * data[i + 1]! + imaginary * data[i]!;
  }
  return scalar(IdlType.DCOMPLEX, real, imaginary);
}

/** The mean of each row; of finite elements only with NAN. */
export function means(
  rows: Rows,
  type: IdlNumericType,
  nan: boolean,
  context: CallContext,
): IdlNumeric {
  return reducedRows(
    rows,
    type,
    nan
      ? (data, start, length) => sumOfFinite(data, start, length) / finiteIn(data, start, length)
      : (data, start, length) => sumOf(data, start, length) / length,
    context,
  );
}

/** The routines of this family. */
export const REDUCTIONS: readonly NamedRoutine[] = [
  define("total(x, [dimension], /CUMULATIVE, /DOUBLE, /INTEGER, /NAN, /PRESERVE_TYPE)", {
    summary: "The sum of the elements, or the sums along a dimension (from 1); summed in DOUBLE",
    departs: "FLOAT is summed in DOUBLE, so that sums of many are more exact",
    sketch: reducing(1),
    run: total,
  }),
  define("product(x, [dimension], /INTEGER, /NAN, /PRESERVE_TYPE)", {
    summary: "The product of the elements, or the products along a dimension (from 1)",
    sketch: reducing(2),
    run: product,
  }),
  define(`max${EXTREME_SIGNATURE.replaceAll("OTHER", "MIN")}`, {
    summary: "The greatest element, or those along DIMENSION; its place and the least if asked",
    sketch: reducing(2),
    run: (args, keywords, context) => extreme("max", args, keywords, context),
  }),
  define(`min${EXTREME_SIGNATURE.replaceAll("OTHER", "MAX")}`, {
    summary: "The least element, or those along DIMENSION; its place and the greatest if asked",
    sketch: reducing(2),
    run: (args, keywords, context) => extreme("min", args, keywords, context),
  }),
];
