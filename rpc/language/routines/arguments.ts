/**
 * What the built-in functions ask of their arguments.
 *
 * @module
 */

import { convert, realNumber, wholeNumber } from "../values/convert.ts";
import { outOfRange, refuse } from "../values/error.ts";
import type { Workspace } from "../values/memory.ts";
import { describeValue } from "../values/promotion.ts";
import type { LanguageKeywords, LanguageRoutine } from "./routine.ts";
import {
  elementsOf,
  type IdlNumeric,
  type IdlNumericType,
  type IdlString,
  IdlType,
  type IdlValue,
  isComplex,
  isNumeric,
} from "../values/value.ts";

/** Whether a keyword is set: given, and not zero (as KEYWORD_SET tells). */
export function isSet(keywords: LanguageKeywords, name: string): boolean {
  const value = keywords[name];
  return value !== undefined && isSetValue(value);
}

/** IDL manual, "KEYWORD_SET": whether a value is defined, and not one zero. */
export function isSetValue(value: IdlValue): boolean {
  if (value.type === IdlType.UNDEFINED) return false;
  if (elementsOf(value.shape) > 1) return true;
  if (!isNumeric(value)) return value.data[0] !== "";
  return value.data.some((part) => Number(part) !== 0);
}

/** The number of a keyword, or undefined where it was not given. */
export function numberOf(keywords: LanguageKeywords, name: string): number | undefined {
  const value = keywords[name];
  return value === undefined || value.type === IdlType.UNDEFINED ? undefined : realNumber(value);
}

/** The whole number of a keyword, or undefined where it was not given. */
export function integerOf(keywords: LanguageKeywords, name: string): number | undefined {
  const value = keywords[name];
  return value === undefined || value.type === IdlType.UNDEFINED ? undefined : wholeNumber(value);
}

/** A numeric argument; a STRING becomes the number that it is. */
export function numeric(value: IdlValue, space: Workspace): IdlNumeric {
  if (isNumeric(value)) return value;
  if (value.type === IdlType.STRING) return convert(value, IdlType.FLOAT, space);
  return refuse("Cannot compute with !NULL, which has no value");
}

/** A numeric argument that is not complex. */
export function real(value: IdlValue, space: Workspace): IdlNumeric {
  const number = numeric(value, space);
  if (isComplex(number.type)) refuse(`Cannot use ${describeValue(value)}: it takes real numbers`);
  return number;
}

/** The type in which a function of floating-point numbers answers: FLOAT unless more is given. */
export function floatingType(type: IdlType): IdlNumericType {
  switch (type) {
    case IdlType.DOUBLE:
    case IdlType.COMPLEX:
    case IdlType.DCOMPLEX:
      return type;
    default:
      return IdlType.FLOAT;
  }
}

/** The elements of a value as plain numbers, for short lists of arguments. */
export function numbersIn(value: IdlValue, space: Workspace): number[] {
  const { data } = convert(value, IdlType.DOUBLE, space);
  if (data.length > 1000) refuse(`Cannot use ${describeValue(value)} as a short list of numbers`);
  return Array.from(data, Number);
}

/** Dimensions that are given one by one, or as one array. */
export function dimensionsIn(args: readonly IdlValue[], space: Workspace): number[] {
  const first = args[0];
  if (first === undefined) refuse("Cannot make an array without its dimensions");
  if (args.length === 1 && first.shape.length > 0) {
    return numbersIn(first, space).map(Math.trunc);
  }
  return args.map(wholeNumber);
}

/**
 * The dimension (counted from 1 in calls, from 0 here) of an argument or keyword,
 * or undefined where it is 0 or not given, which means the whole array.
 */
export function dimensionIn(
  given: IdlValue | undefined,
  value: IdlValue,
): number | undefined {
  if (given === undefined || given.type === IdlType.UNDEFINED) return undefined;
  const dimension = wholeNumber(given);
  if (dimension === 0) return undefined;
  const rank = Math.max(1, value.shape.length);
  if (dimension < 0 || dimension > rank) {
    outOfRange(`Cannot work along dimension ${dimension}: ${describeValue(value)} has ${rank}`);
  }
  return dimension - 1;
}

/** A value with other dimensions and the same elements. */
export function reshaped(value: IdlNumeric, shape: readonly number[]): IdlNumeric {
  return { type: value.type, shape, data: value.data };
}

/** Elements of a value, for the charge of the work on them. */
export function sizeOf(value: IdlValue): number {
  return value.type === IdlType.UNDEFINED ? 0 : elementsOf(value.shape);
}

/**
 * The estimate of a function that makes one number of all elements, or fewer
 * with a dimension.
 *
 * @param cost Operations for each element.
 */
export function reducing(cost: number): NonNullable<LanguageRoutine["sketch"]> {
  return ([x, ...rest], keywords) => {
    const count = x?.count ?? 1;
    const whole = rest.length === 0 && !keywords.has("dimension");
    return { count: whole ? 1 : count, bytes: 16, operations: cost * count, shape: [] };
  };
}

/** Whether an argument or a keyword was given with a value. */
export function isGiven(value: IdlValue | undefined): value is IdlNumeric | IdlString {
  return value !== undefined && value.type !== IdlType.UNDEFINED;
}

/** The elements of a real argument as DOUBLE. They may be the argument's own storage: only read. */
export function doublesOf(value: IdlValue, space: Workspace): Float64Array<ArrayBuffer> {
  return convert(real(value, space), IdlType.DOUBLE, space).data as Float64Array<ArrayBuffer>;
}

/** The elements of a real argument as they are if it is FLOAT or DOUBLE, else as DOUBLE. */
export function floatsOf(
  value: IdlValue,
  space: Workspace,
): Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> {
  if (value.type === IdlType.FLOAT || value.type === IdlType.DOUBLE) {
    return value.data as Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  }
  return doublesOf(value, space);
}

/** New zeroed numbers in DOUBLE, charged. */
export function scratch(count: number, space: Workspace): Float64Array<ArrayBuffer> {
  return space.allocate(IdlType.DOUBLE, [Math.max(1, count)]).data as Float64Array<ArrayBuffer>;
}

/** DOUBLE where a value is, or the keyword DOUBLE says so; else FLOAT. */
export function floatOrDouble(
  values: readonly (IdlValue | undefined)[],
  keywords: LanguageKeywords = {},
): 4 | 5 {
  const double = isSet(keywords, "double") ||
    values.some((value) => value?.type === IdlType.DOUBLE || value?.type === IdlType.DCOMPLEX);
  return double ? IdlType.DOUBLE : IdlType.FLOAT;
}

/** Numbers as a value of a real type, cut or rounded to it. */
export function fromDoubles(
  type: IdlNumericType,
  shape: readonly number[],
  data: Float64Array<ArrayBuffer>,
  space: Workspace,
): IdlNumeric {
  return convert({ type: IdlType.DOUBLE, shape, data }, type, space);
}

/** The estimate of a function whose result is as large as one argument, at so many operations each. */
export function sizedAs(argument: number, cost: number): NonNullable<LanguageRoutine["sketch"]> {
  return (args) => {
    const { count = 1, shape = [] } = args[argument] ?? {};
    const largest = args.reduce((most, arg) => Math.max(most, arg.count), 1);
    return { count, shape, bytes: 8, operations: cost * largest };
  };
}
