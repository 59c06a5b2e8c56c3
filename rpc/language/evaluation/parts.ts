/**
 * Reading and writing parts of any value.
 *
 * @module
 */

import type { LanguageValue } from "../values/language_value.ts";
import type { Workspace } from "../values/memory.ts";
import { toLong } from "../values/convert.ts";
import { Scalar, stored } from "../values/scalar.ts";
import { IdlType, isComplex, isInteger, isLong64, isNumeric } from "../values/value.ts";
import { select, type Selector, store } from "./subscripts.ts";

/** One element of a numeric array by its number; undefined where a selection is needed. */
export function elementAt(base: LanguageValue, subscript: Scalar): Scalar | undefined {
  const { number } = subscript;
  if (typeof number !== "number" || !isNumeric(base) || base instanceof Scalar) return undefined;
  const { type, data } = base;
  if (isComplex(type) || base.shape.length === 0) return undefined;
  const index = number < 0 ? Math.trunc(number) + data.length : Math.trunc(number);
  return index >= 0 && index < data.length ? new Scalar(type, data[index]!) : undefined;
}

/**
 * Stores a number in one element of a numeric array that a variable holds.
 *
 * @returns Whether it was done; else a selection is needed.
 */
export function storeElement(base: LanguageValue, subscript: Scalar, value: Scalar): boolean {
  const { number } = subscript;
  if (typeof number !== "number" || !isNumeric(base) || base instanceof Scalar) return false;
  const { type, data } = base;
  if (isComplex(type) || isLong64(type) || isLong64(value.type) || base.shape.length === 0) {
    return false;
  }
  const index = number < 0 ? Math.trunc(number) + data.length : Math.trunc(number);
  if (!(index >= 0 && index < data.length)) return false;
  const element = value.number as number;
  data[index] = type === IdlType.LONG && !isInteger(value.type) ? toLong(element) : element;
  return true;
}

/** The part of a value that subscripts name. */
export function selectPart(
  base: LanguageValue,
  selectors: readonly Selector[],
  space: Workspace,
): LanguageValue {
  return select(base, selectors, space);
}

/** Stores a value in a part of another one; gives the changed value, which may be the same. */
export function storePart(
  target: LanguageValue,
  selectors: readonly Selector[],
  value: LanguageValue,
  space: Workspace,
): LanguageValue {
  // A number is stored into a copy with storage.
  return store(stored(target), selectors, value, space);
}
