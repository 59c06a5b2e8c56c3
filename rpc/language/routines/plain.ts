/**
 * Plain JavaScript values as values of the language.
 *
 * @module
 */

import { FormatError } from "../../../net/errors.ts";
import { Refusal } from "../values/error.ts";
import { checkedCount, type Workspace } from "../values/memory.ts";
import type { PlainValue } from "./routine.ts";
import {
  elementBytes,
  elementsOf,
  type IdlNumeric,
  type IdlNumericData,
  type IdlNumericType,
  IdlType,
  type IdlValue,
  isNumeric,
  partsOf,
  scalar,
  text,
} from "../values/value.ts";

const DATA_TYPES: { readonly [name: string]: IdlNumericType } = {
  Uint8Array: IdlType.BYTE,
  Int16Array: IdlType.INT,
  Uint16Array: IdlType.UINT,
  Int32Array: IdlType.LONG,
  Uint32Array: IdlType.ULONG,
  Float32Array: IdlType.FLOAT,
  Float64Array: IdlType.DOUBLE,
  BigInt64Array: IdlType.LONG64,
  BigUint64Array: IdlType.ULONG64,
};

/**
 * An array of the language: a typed array with its shape.
 *
 * A function registered with `serveArrays` returns its arrays so; a typed array alone has no
 * shape and is an error.
 *
 * @param data The elements, the fastest dimension first; not copied. `Uint8Array` becomes BYTE,
 * `Int16Array` INT, `Uint16Array` UINT, `Int32Array` LONG, `Uint32Array` ULONG, `Float32Array`
 * FLOAT, `Float64Array` DOUBLE, `BigInt64Array` LONG64 and `BigUint64Array` ULONG64.
 * @param shape The dimensions, the fastest first, as NAXIS1, NAXIS2 ... of FITS.
 * @returns The value.
 * @throws {FormatError} If the elements do not fill the shape, or if IDL has no such type.
 *
 * @example
 * ```ts
 * import { ArrayClient, idlArray, serveArrays } from "@heliograph/heliograph";
 * import { assertEquals } from "@std/assert";
 *
 * const functions = { ramp: () => idlArray(Float32Array.of(0, 1, 2, 3, 4, 5), [3, 2]) };
 * await using server = await serveArrays({ port: 0, functions });
 * await using client = await ArrayClient.connect(server.address);
 * assertEquals((await client.call("ramp()"))?.shape, [3, 2]);
 * ```
 */
export function idlArray(data: IdlNumericData, shape: readonly number[]): IdlNumeric {
  const type = numericTypeOf(data);
  if (type === undefined) {
    throw new FormatError(
      `Cannot make an array of a ${className(data)}: expected one of ${Object.keys(DATA_TYPES)}`,
    );
  }
  const expected = elementsOf(shape);
  if (data.length !== expected) {
    throw new FormatError(
      `Cannot make an array of ${data.length} elements and the shape [${shape.join(", ")}]: ` +
        `expected ${expected}`,
    );
  }
  return { type, shape, data };
}

/**
 * The type of a typed array's elements; undefined where IDL has none.
 *
 * @param data The typed array.
 */
export function numericTypeOf(data: ArrayBufferView): IdlNumericType | undefined {
  return DATA_TYPES[data.constructor.name];
}

function className(value: unknown): string {
  return value === null
    ? "null"
    : typeof value === "object"
    ? value.constructor.name
    : typeof value;
}

/**
 * A value of the language for what a registered function returned: a number
 * becomes DOUBLE, a bigint LONG64, a boolean BYTE, a list of texts a vector.
 *
 * @throws Refusal (`host`) for what is no value, has no shape or contradicts its own, (`range`)
 * for a shape that no array has.
 */
export function toIdlValue(plain: PlainValue, space?: Workspace): IdlValue {
  switch (typeof plain) {
    case "number":
      return scalar(IdlType.DOUBLE, plain);
    case "bigint":
      return scalar(IdlType.LONG64, plain);
    case "boolean":
      return scalar(IdlType.BYTE, plain ? 1 : 0);
    case "string":
      return text(plain);
  }
  if (ArrayBuffer.isView(plain)) {
    const data = plain as ArrayBufferView;
    throw new Refusal(
      "host",
      `A function returned a ${className(data)} without a shape, expected ` +
        (numericTypeOf(data) === undefined ? "a value of IDL" : "idlArray(data, shape)"),
    );
  }
  if (Array.isArray(plain)) {
    const list = plain as readonly string[];
    checkedCount([list.length]);
    return space?.strings([list.length], list) ??
      { type: IdlType.STRING, shape: [list.length], data: list };
  }
  if (plain === null || typeof plain !== "object" || !("type" in plain)) {
    throw new Refusal("host", `A function returned a ${className(plain)}, expected a value of IDL`);
  }
  return checkedValue(plain as IdlValue);
}

function checkedValue(value: IdlValue): IdlValue {
  if (value.type !== IdlType.UNDEFINED) checkedCount(value.shape);
  if (!isNumeric(value)) return value;
  const expected = elementsOf(value.shape) * partsOf(value.type);
  const size = elementBytes(value.type) / partsOf(value.type);
  if (value.data.length !== expected || value.data.BYTES_PER_ELEMENT !== size) {
    throw new Refusal(
      "host",
      `A value of type ${value.type} and shape [${value.shape}] has ${value.data.byteLength} ` +
        `bytes, expected ${expected * size}`,
    );
  }
  return value;
}
