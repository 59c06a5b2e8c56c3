/**
 * The matrix products `#` and `##`.
 *
 * @module
 */

import { withoutTrailing } from "../values/arrays.ts";
import { convert } from "../values/convert.ts";
import { refuse } from "../values/error.ts";
import type { Workspace } from "../values/memory.ts";
import { describeValue, promote } from "../values/promotion.ts";
import {
  type IdlNumeric,
  IdlType,
  type IdlValue,
  isComplex,
  isLong64,
  isNumeric,
} from "../values/value.ts";

/**
 * IDL manual, "Matrix multiplication": `a # b` sums the columns of a over the
 * rows of b, and `a ## b` is `b # a`. Types below LONG become LONG.
 *
 * @throws Refusal where the inner dimensions differ.
 */
export function matrixProduct(
  operator: "#" | "##",
  left: IdlValue,
  right: IdlValue,
  space: Workspace,
): IdlValue {
  const [first, second] = operator === "#" ? [left, right] : [right, left];
  if (!isNumeric(first) || !isNumeric(second)) {
    return refuse(`Cannot multiply ${describeValue(left)} ${operator} ${describeValue(right)}`);
  }
  const dimensions = matrixDimensions(first.shape, second.shape);
  if (dimensions === undefined) {
    return refuse(
      `Cannot multiply ${describeValue(left)} ${operator} ${describeValue(right)}: ` +
        "their inner dimensions differ",
    );
  }
  const type = productType(promote(left.type, right.type) as IdlNumeric["type"]);
  const { rows, inner, columns } = dimensions;
  // The whole is charged ahead; the loops look at the clock and the signal with each column.
  space.work(rows * inner * columns * (isLong64(type) ? 20 : isComplex(type) ? 4 : 1));
  const out = space.allocate(type, withoutTrailing([rows, columns]));
  const wide = accumulatorType(type);
  const a = convert(first, wide, space);
  const b = convert(second, wide, space);
  const multiply = isComplex(type)
    ? multiplyComplex
    : isLong64(type)
    ? multiplyLong64
    : multiplyReal;
  if (wide === IdlType.LONG) multiplyIntegers(a, b, out, dimensions, space);
  else multiply(a, b, out, dimensions, space);
  return out;
}

/** IDL manual: integers below LONG become LONG, or ULONG if they are unsigned. */
function productType(type: IdlNumeric["type"]): IdlNumeric["type"] {
  if (type === IdlType.UINT) return IdlType.ULONG;
  return type === IdlType.BYTE || type === IdlType.INT ? IdlType.LONG : type;
}

/** The type in which products are summed. */
function accumulatorType(type: IdlNumeric["type"]): IdlNumeric["type"] {
  if (isComplex(type)) return IdlType.DCOMPLEX;
  if (type === IdlType.ULONG64) return IdlType.LONG64;
  if (type === IdlType.ULONG) return IdlType.LONG;
  return type === IdlType.FLOAT ? IdlType.DOUBLE : type;
}

/** The product of `[rows, inner]` and `[inner, columns]`, first dimension fastest. */
interface Dimensions {
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** A vector stands as a row or as a column, as the other operand needs it. */
function matrixDimensions(
  a: readonly number[],
  b: readonly number[],
): Dimensions | undefined {
  if (a.length > 2 || b.length > 2) return undefined;
  const [a0 = 1, a1 = 1] = a;
  const [b0 = 1, b1 = 1] = b;
  if (a.length === 2 && b.length < 2 && a1 === b0) return { rows: a0, inner: a1, columns: 1 };
  if (a.length < 2 && b.length === 2 && a0 === b0) return { rows: 1, inner: b0, columns: b1 };
  if (a1 === b0) return { rows: a0, inner: a1, columns: b1 };
  if (a1 === 1 && b1 === 1) return { rows: a0, inner: 1, columns: b0 };
  return undefined;
}

/** Sums the products of two matrices in the type of `a` and `b`. */
type Multiply = (
  a: IdlNumeric,
  b: IdlNumeric,
  out: IdlNumeric,
  dimensions: Dimensions,
  space: Workspace,
) => void;

const multiplyReal: Multiply = (a, b, out, { rows, inner, columns }, space) => {
  const x = a.data as Float64Array;
  const y = b.data as Float64Array;
  const sums = new Float64Array(rows);
  for (let j = 0; j < columns; j++) {
    space.work(0);
    sums.fill(0);
    for (let k = 0; k < inner; k++) {
      const factor = y[k + j * inner]!;
      const start = k * rows;
      for (let i = 0; i < rows; i++) sums[i]! += x[start + i]! * factor;
    }
    (out.data as Float32Array).set(sums, j * rows);
  }
};

const multiplyIntegers: Multiply = (a, b, out, { rows, inner, columns }, space) => {
  const x = a.data as Int32Array;
  const y = b.data as Int32Array;
  const sums = new Int32Array(rows);
  for (let j = 0; j < columns; j++) {
    space.work(0);
    sums.fill(0);
    for (let k = 0; k < inner; k++) {
      const factor = y[k + j * inner]!;
      const start = k * rows;
      for (let i = 0; i < rows; i++) sums[i]! += Math.imul(x[start + i]!, factor);
    }
    (out.data as Int32Array).set(sums, j * rows);
  }
};

const multiplyLong64: Multiply = (a, b, out, { rows, inner, columns }, space) => {
  for (let j = 0; j < columns; j++) {
    space.work(0);
    for (let i = 0; i < rows; i++) {
      let sum = 0n;
      for (let k = 0; k < inner; k++) {
        sum += (a.data[k * rows + i] as bigint) * (b.data[k + j * inner] as bigint);
      }
      out.data[i + j * rows] = sum;
    }
  }
};

const multiplyComplex: Multiply = (a, b, out, { rows, inner, columns }, space) => {
  const x = a.data as Float64Array;
  const y = b.data as Float64Array;
  const sums = new Float64Array(2 * rows);
  for (let j = 0; j < columns; j++) {
    space.work(0);
    sums.fill(0);
    for (let k = 0; k < inner; k++) {
      const real = y[2 * (k + j * inner)]!;
      const imaginary = y[2 * (k + j * inner) + 1]!;
      for (let i = 0; i < rows; i++) {
        const u = x[2 * (k * rows + i)]!;
        const v = x[2 * (k * rows + i) + 1]!;
        sums[2 * i]! += u * real - v * imaginary;
        sums[2 * i + 1]! += u * imaginary + v * real;
      }
    }
    (out.data as Float32Array).set(sums, 2 * j * rows);
  }
};
