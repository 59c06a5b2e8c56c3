/**
 * Numbers of the language without storage: what loops compute with.
 *
 * @module
 */

import {
  type IdlNumeric,
  type IdlNumericData,
  type IdlNumericType,
  IdlType,
  type IdlValue,
  isComplex,
  scalar,
} from "./value.ts";
import { refuse } from "./error.ts";
import { isNumber, isPlain, kindOf, type LanguageValue } from "./language_value.ts";

const NO_DIMENSIONS: readonly number[] = [];

/**
 * A real scalar as a number (a bigint for LONG64 and ULONG64), already wrapped or rounded to its
 * type. It is an {@linkcode IdlNumeric} whose storage is made when it is asked for: an array of
 * one element for each number would take ten times as long as the sum of two.
 */
export class Scalar implements IdlNumeric {
  readonly type: IdlNumericType;
  readonly number: number | bigint;

  constructor(type: IdlNumericType, number: number | bigint) {
    this.type = type;
    this.number = number;
  }

  get shape(): readonly number[] {
    return NO_DIMENSIONS;
  }

  get data(): IdlNumericData {
    return scalar(this.type, this.number).data;
  }
}

/** A value whose storage exists. */
export function stored<T extends LanguageValue>(value: T | Scalar): T | IdlNumeric {
  return value instanceof Scalar ? scalar(value.type, value.number) : value;
}

/**
 * A value of numbers or texts with its storage, as routines and operators take it.
 *
 * @throws Refusal for structures and references.
 */
export function plain(value: LanguageValue): IdlValue {
  if (isPlain(value)) return stored(value);
  return refuse(`Cannot use a value of type ${kindOf(value)} here: expected numbers or text`);
}

/** The same value, a real scalar as a number. */
export function unstored(value: LanguageValue): LanguageValue {
  if (value instanceof Scalar || value.shape.length > 0) return value;
  if (!isNumber(value) || isComplex(value.type)) return value;
  return new Scalar(value.type, value.data[0]!);
}

/** A number in a type of at most 32 bits, or FLOAT or DOUBLE: wrapped or rounded as in its array. */
export function wrapped(type: IdlNumericType, number: number): number {
  switch (type) {
    case IdlType.BYTE:
      return number & 0xff;
    case IdlType.INT:
      return number << 16 >> 16;
    case IdlType.UINT:
      return number & 0xffff;
    case IdlType.LONG:
      return number | 0;
    case IdlType.ULONG:
      return number >>> 0;
    case IdlType.FLOAT:
      return Math.fround(number);
    default:
      return number;
  }
}

/** BYTE 0 and 1. */
export const NO: Scalar = new Scalar(IdlType.BYTE, 0);
export const YES: Scalar = new Scalar(IdlType.BYTE, 1);
