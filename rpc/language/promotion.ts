/**
 * The type and the shape of a result, from those of its operands.
 *
 * @module
 */

import { refuse } from "./error.ts";
import { elementsOf, IdlType, type IdlValue, typeName } from "./value.ts";

// IDL manual, "Type conversion in expressions": the operand of greater
// precedence decides; the unsigned type wins over the signed one of its size.
const PRECEDENCE: readonly IdlType[] = [
  IdlType.BYTE,
  IdlType.INT,
  IdlType.UINT,
  IdlType.LONG,
  IdlType.ULONG,
  IdlType.LONG64,
  IdlType.ULONG64,
  IdlType.FLOAT,
  IdlType.DOUBLE,
  IdlType.COMPLEX,
  IdlType.DCOMPLEX,
  IdlType.STRING,
];

/**
 * The type in which two operands meet.
 *
 * @throws Refusal if one of them is undefined.
 */
export function promote(left: IdlType, right: IdlType): Exclude<IdlType, 0> {
  if (left === IdlType.UNDEFINED || right === IdlType.UNDEFINED) {
    return refuse("Cannot compute with !NULL, which has no value");
  }
  if (left === IdlType.COMPLEX && right === IdlType.DOUBLE) return IdlType.DCOMPLEX;
  if (left === IdlType.DOUBLE && right === IdlType.COMPLEX) return IdlType.DCOMPLEX;
  return PRECEDENCE.indexOf(left) > PRECEDENCE.indexOf(right) ? left : right;
}

/** The shape of an element-wise result. */
export interface ResultShape {
  readonly shape: readonly number[];
  readonly count: number;
}

/**
 * The shape of an element-wise result: a scalar takes the other's shape, and of
 * two arrays the one with fewer elements decides (IDL manual, "Array operands").
 */
export function resultShape(left: IdlValue, right: IdlValue): ResultShape {
  const leftCount = elementsOf(left.shape);
  const rightCount = elementsOf(right.shape);
  if (left.shape.length === 0) return { shape: right.shape, count: rightCount };
  if (right.shape.length === 0) return { shape: left.shape, count: leftCount };
  return rightCount < leftCount
    ? { shape: right.shape, count: rightCount }
    : { shape: left.shape, count: leftCount };
}

/** Words that describe a value in messages, such as `FLOAT[512, 512]`. */
export function describeValue(value: IdlValue): string {
  const name = typeName(value.type);
  return value.shape.length === 0 ? name : `${name}[${value.shape.join(", ")}]`;
}
