import { FormatError } from "../../net/errors.ts";
import { MAX_DIMENSIONS } from "../language/values/memory.ts";
import { numericTypeOf, toIdlValue } from "../language/routines/plain.ts";
import type { PlainValue } from "../language/routines/routine.ts";
import {
  elementsOf,
  type IdlNumericData,
  IdlType,
  type IdlValue,
  isNumeric,
  partsOf,
} from "../language/values/value.ts";

/**
 * What a client may send as an array: a value of the command language, a number
 * (DOUBLE), a bigint (LONG64), a boolean (BYTE), text, a list of texts, a typed array as a
 * vector, or a typed array with its shape, the fastest dimension first.
 */
export type ArrayInput =
  | PlainValue
  | IdlNumericData
  | { readonly shape: readonly number[]; readonly data: IdlNumericData };

/**
 * The value of the command language for an input.
 *
 * @param input What the caller gave; typed arrays are not copied.
 * @throws {FormatError} If the elements do not fill the shape, or if no array has such a shape.
 */
export function inputValue(input: ArrayInput): IdlValue {
  checkShape(shapeOf(input));
  const value = typedValue(input) ?? toIdlValue(input as PlainValue);
  const expected = elementsOf(value.shape) * (isNumeric(value) ? partsOf(value.type) : 1);
  if (value.type !== IdlType.UNDEFINED && value.data.length !== expected) {
    throw new FormatError(
      `Cannot send ${value.data.length} elements as [${value.shape.join(", ")}]: ` +
        `expected ${expected}`,
    );
  }
  return value;
}

/** A typed array, alone or with its shape, as a value. */
function typedValue(input: ArrayInput): IdlValue | undefined {
  if (typeof input !== "object" || "type" in input) return undefined;
  const given = "shape" in input ? input.data : input;
  if (!ArrayBuffer.isView(given)) return undefined;
  const data = given as IdlNumericData;
  const type = numericTypeOf(data);
  if (type === undefined) {
    throw new FormatError(`Cannot send a ${data.constructor.name}: IDL has no such type`);
  }
  return { type, shape: shapeOf(input), data };
}

function shapeOf(input: ArrayInput): readonly number[] {
  if (typeof input !== "object") return [];
  return "shape" in input ? input.shape : [(input as ArrayLike<unknown>).length];
}

function checkShape(shape: readonly number[]): void {
  const possible = shape.length <= MAX_DIMENSIONS &&
    shape.every((length) => Number.isSafeInteger(length) && length >= 1);
  if (possible) return;
  throw new FormatError(
    `Cannot send an array of the shape [${shape.join(", ")}]: ` +
      `expected at most ${MAX_DIMENSIONS} dimensions, each of at least 1`,
  );
}
