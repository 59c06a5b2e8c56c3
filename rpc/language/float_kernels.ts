/**
 * The operators of FLOAT on FLOAT, element by element.
 *
 * Each loop is a function of its own, so that it sees one kind of array only: a
 * loop that is shared between kinds of typed arrays takes 5 to 20 times as long.
 *
 * @module
 */

/** Combines n elements of `a` from x and of `b` from y into `out` from z. */
export type FloatKernel = (
  a: Float32Array,
  x: number,
  b: Float32Array,
  y: number,
  out: Float32Array,
  z: number,
  n: number,
) => void;

function add(
  a: Float32Array,
  x: number,
  b: Float32Array,
  y: number,
  out: Float32Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! + b[i + y]!;
}

function subtract(
  a: Float32Array,
  x: number,
  b: Float32Array,
  y: number,
  out: Float32Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! - b[i + y]!;
}

function multiply(
  a: Float32Array,
  x: number,
  b: Float32Array,
  y: number,
  out: Float32Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! * b[i + y]!;
}

function divide(
  a: Float32Array,
  x: number,
  b: Float32Array,
  y: number,
  out: Float32Array,
  z: number,
  n: number,
): void {
  for (let i = 0; i < n; i++) out[i + z] = a[i + x]! / b[i + y]!;
}

/** The operators that have a loop for FLOAT alone. */
export const FLOAT_KERNELS: { readonly [operator: string]: FloatKernel } = {
  "+": add,
  "-": subtract,
  "*": multiply,
  "/": divide,
};
