/**
 * Plain JavaScript values as values of the language.
 *
 * @module
 */

import { Refusal } from "../values/error.ts";
import { checkedCount, type Workspace } from "../values/memory.ts";
import type { PlainValue } from "./routine.ts";
import {
  elementBytes,
  elementsOf,
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
 * A value of the language for what a registered function returned: a number
 * becomes DOUBLE, a bigint LONG64, a boolean BYTE, a typed array a vector.
 *
 * @throws Refusal (`host`) for what is no value or contradicts its own shape, (`range`) for a
 * shape that no array has.
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
    const data = plain as IdlNumericData;
    return checkedValue({ type: dataType(data), shape: [data.length], data });
  }
  if (Array.isArray(plain)) {
    const list = plain as readonly string[];
    checkedCount([list.length]);
    return space?.strings([list.length], list) ??
      { type: IdlType.STRING, shape: [list.length], data: list };
  }
  return checkedValue(plain as IdlValue);
}

function dataType(data: IdlNumericData): IdlNumericType {
  const type = DATA_TYPES[data.constructor.name];
  if (type === undefined) {
    throw new Refusal("host", `A function returned a ${data.constructor.name}, which IDL has not`);
  }
  return type;
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
