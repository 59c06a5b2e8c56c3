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

const add: DoubleKernel = (a, x, b, y, out, z, n) => {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! + b[i + y]!;
};

const subtract: DoubleKernel = (a, x, b, y, out, z, n) => {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! - b[i + y]!;
};

const least: DoubleKernel = (a, x, b, y, out, z, n) => {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! < b[i + y]! ? a[i + x]! : b[i + y]!;
};

const greatest: DoubleKernel = (a, x, b, y, out, z, n) => {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! > b[i + y]! ? a[i + x]! : b[i + y]!;
};

/** The operators on floating point numbers. */
export const DOUBLE_KERNELS: { readonly [operator: string]: DoubleKernel } = {
  "+": add,
  "-": subtract,
  "*"(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! * b[i + y]!;
  },
  "/"(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! / b[i + y]!;
  },
  "^"(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! ** b[i + y]!;
  },
  MOD(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! % b[i + y]!;
  },
  "<": least,
  ">": greatest,
  AND(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! === 0 ? 0 : b[i + y]!;
  },
  OR(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! !== 0 ? a[i + x]! : b[i + y]!;
  },
};

/** The operators on integers of at most 32 bits; the result wraps when it is stored. */
export const INTEGER_KERNELS: { readonly [operator: string]: DoubleKernel } = {
  "+": add,
  "-": subtract,
  "*"(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.imul(a[i + x]!, b[i + y]!);
  },
  "/"(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) {
      out[i + z] = b[i + y]! === 0 ? a[i + x]! : Math.trunc(a[i + x]! / b[i + y]!);
    }
  },
  // By squaring, each product wrapped to 32 bits.
  "^"(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = integerPower(a[i + x]!, b[i + y]!);
  },
  MOD(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = b[i + y]! === 0 ? 0 : a[i + x]! % b[i + y]!;
  },
  "<": least,
  ">": greatest,
  AND(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! & b[i + y]!;
  },
  OR(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! | b[i + y]!;
  },
  XOR(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! ^ b[i + y]!;
  },
};

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

/** The comparisons, whose result is 1 or 0. */
export const COMPARISON_KERNELS: { readonly [operator: string]: DoubleKernel } = {
  EQ(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! === b[i + y]! ? 1 : 0;
  },
  NE(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! !== b[i + y]! ? 1 : 0;
  },
  LE(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! <= b[i + y]! ? 1 : 0;
  },
  LT(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! < b[i + y]! ? 1 : 0;
  },
  GE(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! >= b[i + y]! ? 1 : 0;
  },
  GT(a, x, b, y, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = a[i + x]! > b[i + y]! ? 1 : 0;
  },
};
