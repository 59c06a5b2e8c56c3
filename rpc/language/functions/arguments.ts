/**
 * What the built-in functions ask of their arguments.
 *
 * @module
 */

import { convert, realNumber, wholeNumber } from "../values/convert.ts";
import { outOfRange, refuse } from "../values/error.ts";
import type { Workspace } from "../values/memory.ts";
import { describeValue } from "../values/promotion.ts";
import type { LanguageKeywords, LanguageRoutine } from "../routines/routine.ts";
import {
  elementsOf,
  type IdlNumeric,
  type IdlNumericType,
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
