/**
 * The operators on blocks of DOUBLE, in which all types of at most 32 bits are exact.
 *
 * Each loop is a function of its own, so that it sees one kind of array only: a
 * loop that is shared between kinds of typed arrays takes 5 to 20 times as long.
 *
 * @module
 */

/** Combines n elements of `a` from x and of `b` from y into `out` from z. */
export type DoubleKernel = (
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
) => void;

function add(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! + b[i + y]!;
}

function subtract(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! - b[i + y]!;
}

function multiply(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! * b[i + y]!;
}

function divide(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! / b[i + y]!;
}

function remainder(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! % b[i + y]!;
}

function power(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! ** b[i + y]!;
}

function least(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! < b[i + y]! ? a[i + x]! : b[i + y]!;
}

function greatest(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! > b[i + y]! ? a[i + x]! : b[i + y]!;
}

function multiplyLong(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = Math.imul(a[i + x]!, b[i + y]!);
}

function divideInteger(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) {
    out[i + z] = b[i + y]! === 0 ? a[i + x]! : Math.trunc(a[i + x]! / b[i + y]!);
  }
}

function remainderInteger(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = b[i + y]! === 0 ? 0 : a[i + x]! % b[i + y]!;
}

function bitAnd(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! & b[i + y]!;
}

function bitOr(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! | b[i + y]!;
}

function bitXor(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! ^ b[i + y]!;
}

function floatAnd(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! === 0 ? 0 : b[i + y]!;
}

function floatOr(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! !== 0 ? a[i + x]! : b[i + y]!;
}

function equal(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! === b[i + y]! ? 1 : 0;
}

function notEqual(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! !== b[i + y]! ? 1 : 0;
}

function lessOrEqual(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! <= b[i + y]! ? 1 : 0;
}

function less(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! < b[i + y]! ? 1 : 0;
}

function greaterOrEqual(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! >= b[i + y]! ? 1 : 0;
}

function greater(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! > b[i + y]! ? 1 : 0;
}

/** Integer powers by squaring, each product wrapped to 32 bits. */
function powerInteger(
  a: Float64Array,
  x: number,
  b: Float64Array,
  y: number,
  out: Float64Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = integerPower(a[i + x]!, b[i + y]!);
}

function integerPower(base: number, exponent: number): number {
  if (exponent < 0) return base === 1 ? 1 : base === -1 ? (exponent % 2 === 0 ? 1 : -1) : 0;
  let result = 1;
  let square = base | 0;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = Math.imul(result, square);
    square = Math.imul(square, square);
  }
  return result;
}

/** The operators on floating point numbers. */
export const DOUBLE_KERNELS: { readonly [operator: string]: DoubleKernel } = {
  "+": add,
  "-": subtract,
  "*": multiply,
  "/": divide,
  "^": power,
  "MOD": remainder,
  "<": least,
  ">": greatest,
  "AND": floatAnd,
  "OR": floatOr,
};

/** The operators on integers of at most 32 bits; the result wraps when it is stored. */
export const INTEGER_KERNELS: { readonly [operator: string]: DoubleKernel } = {
  "+": add,
  "-": subtract,
  "*": multiplyLong,
  "/": divideInteger,
  "^": powerInteger,
  "MOD": remainderInteger,
  "<": least,
  ">": greatest,
  "AND": bitAnd,
  "OR": bitOr,
  "XOR": bitXor,
};

/** The comparisons, whose result is 1 or 0. */
export const COMPARISON_KERNELS: { readonly [operator: string]: DoubleKernel } = {
  EQ: equal,
  NE: notEqual,
  LE: lessOrEqual,
  LT: less,
  GE: greaterOrEqual,
  GT: greater,
};
