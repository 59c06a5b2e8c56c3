/**
 * The type and the shape of a result, from those of its operands.
 *
 * @module
 */

import { refuse } from "./error.ts";
import { elementsOf, IdlType, type IdlValue, typeName } from "./value.ts";

// IDL manual, "Data type and structure of expressions", hierarchy of data types:
// signed and unsigned integers of one size are of the same rank.
const RANKS: { readonly [type in IdlType]: number } = {
  [IdlType.UNDEFINED]: 0,
  [IdlType.STRING]: 0,
  [IdlType.BYTE]: 1,
  [IdlType.INT]: 2,
  [IdlType.UINT]: 2,
  [IdlType.LONG]: 3,
  [IdlType.ULONG]: 3,
  [IdlType.LONG64]: 4,
  [IdlType.ULONG64]: 4,
  [IdlType.FLOAT]: 5,
  [IdlType.DOUBLE]: 6,
  [IdlType.COMPLEX]: 7,
  [IdlType.DCOMPLEX]: 8,
};

/**
 * The type in which two operands meet: that of the greater rank, the left one's
 * where they are of the same rank.
 *
 * @throws Refusal if one of them is undefined.
 */
export function promote(left: IdlType, right: IdlType): Exclude<IdlType, typeof IdlType.UNDEFINED> {
  if (left === IdlType.UNDEFINED || right === IdlType.UNDEFINED) {
    return refuse("Cannot compute with !NULL, which has no value");
  }
  if (left === IdlType.COMPLEX && right === IdlType.DOUBLE) return IdlType.DCOMPLEX;
  if (left === IdlType.DOUBLE && right === IdlType.COMPLEX) return IdlType.DCOMPLEX;
  return RANKS[right] > RANKS[left] ? right : left;
}

/**
 * Whether some numbers of an integer type change when they meet others in a second one of
 * at most 32 bits: those below 0 in an unsigned type, the largest unsigned ones in a signed.
 */
export function wrapsInto(from: IdlType, to: IdlType): boolean {
  switch (to) {
    case IdlType.INT:
      return from === IdlType.UINT;
    case IdlType.UINT:
      return from === IdlType.INT;
    case IdlType.LONG:
      return from === IdlType.ULONG;
    case IdlType.ULONG:
      return from === IdlType.INT || from === IdlType.LONG;
    default:
      return false;
  }
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
