/**
 * Elementary functions of complex numbers.
 *
 * @module
 */

import type { Workspace } from "../values/memory.ts";
import type { IdlNumeric } from "../values/value.ts";

/** Computes a function of x + iy and leaves its parts in `out[0]` and `out[1]`. */
export type ComplexKernel = (x: number, y: number, out: Float64Array) => void;

const COST = 40;

/** Applies a function to each element of a COMPLEX or DCOMPLEX value. */
export function complexFunction(
  value: IdlNumeric,
  kernel: ComplexKernel,
  space: Workspace,
): IdlNumeric {
  const out = space.allocate(value.type, value.shape);
  const from = value.data as Float64Array;
  const to = out.data as Float64Array;
  const parts = new Float64Array(2);
  for (let i = 0; i < from.length; i += 2) {
    if (i % 8192 === 0) space.work(COST * Math.min(4096, (from.length - i) / 2));
    kernel(from[i]!, from[i + 1]!, parts);
    to[i] = parts[0]!;
    to[i + 1] = parts[1]!;
  }
  return out;
}

function root(x: number, y: number, out: Float64Array): void {
  const modulus = Math.hypot(x, y);
  const real = Math.sqrt((modulus + Math.abs(x)) / 2);
  const other = real === 0 ? 0 : Math.abs(y) / (2 * real);
  out[0] = x >= 0 ? real : other;
  out[1] = (x >= 0 ? other : real) * (y < 0 || Object.is(y, -0) ? -1 : 1);
}

function logarithm(x: number, y: number, out: Float64Array): void {
  out[0] = Math.log(Math.hypot(x, y));
  out[1] = Math.atan2(y, x);
}

function sine(x: number, y: number, out: Float64Array): void {
  out[0] = Math.sin(x) * Math.cosh(y);
  out[1] = Math.cos(x) * Math.sinh(y);
}

function cosine(x: number, y: number, out: Float64Array): void {
  out[0] = Math.cos(x) * Math.cosh(y);
  out[1] = -Math.sin(x) * Math.sinh(y);
}

function hyperbolicTangent(x: number, y: number, out: Float64Array): void {
  if (Math.abs(x) > 350) {
    out[0] = Math.sign(x);
    out[1] = 0;
    return;
  }
  const divisor = Math.cosh(2 * x) + Math.cos(2 * y);
  out[0] = Math.sinh(2 * x) / divisor;
  out[1] = Math.sin(2 * y) / divisor;
}

/** asin z = -i ln(iz + sqrt(1 - z^2)). */
function arcsine(x: number, y: number, out: Float64Array): void {
  root(1 - (x * x - y * y), -2 * x * y, out);
  logarithm(out[0]! - y, out[1]! + x, out);
  const real = out[1]!;
  out[1] = -out[0]!;
  out[0] = real;
}

/** atan z = i/2 (ln(1 - iz) - ln(1 + iz)). */
function arctangent(x: number, y: number, out: Float64Array): void {
  const real = (Math.atan2(x, 1 - y) - Math.atan2(-x, 1 + y)) / 2;
  out[0] = real;
  out[1] = (Math.log(Math.hypot(1 + y, x)) - Math.log(Math.hypot(1 - y, x))) / 2;
}

function scaledLogarithm(scale: number): ComplexKernel {
  return (x, y, out) => {
    logarithm(x, y, out);
    out[0]! *= scale;
    out[1]! *= scale;
  };
}

/** The functions that take complex numbers. */
export const COMPLEX_FUNCTIONS: { readonly [name: string]: ComplexKernel } = {
  sqrt: root,
  exp(x, y, out) {
    const size = Math.exp(x);
    out[0] = size * Math.cos(y);
    out[1] = size * Math.sin(y);
  },
  alog: logarithm,
  alog10: scaledLogarithm(Math.LOG10E),
  alog2: scaledLogarithm(Math.LOG2E),
  sin: sine,
  cos: cosine,
  tan(x, y, out) {
    hyperbolicTangent(-y, x, out);
    const real = out[1]!;
    out[1] = -out[0]!;
    out[0] = real;
  },
  sinh(x, y, out) {
    out[0] = Math.sinh(x) * Math.cos(y);
    out[1] = Math.cosh(x) * Math.sin(y);
  },
  cosh(x, y, out) {
    out[0] = Math.cosh(x) * Math.cos(y);
    out[1] = Math.sinh(x) * Math.sin(y);
  },
  tanh: hyperbolicTangent,
  asin: arcsine,
  acos(x, y, out) {
    arcsine(x, y, out);
    out[0] = Math.PI / 2 - out[0]!;
    out[1] = -out[1]!;
  },
  atan: arctangent,
};
