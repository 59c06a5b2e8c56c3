/**
 * The loops of the elementary functions: one for each, so that the compiler
 * puts the function into its loop.
 *
 * @module
 */

/** Computes n elements of `a` from x on into `out` from z on. */
export type ElementaryKernel = (
  a: Float64Array,
  x: number,
  out: Float64Array,
  z: number,
  n: number,
) => void;

/** The functions of real numbers, in DOUBLE. */
export const ELEMENTARY_KERNELS: { readonly [name: string]: ElementaryKernel } = {
  sin(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.sin(a[i + x]!);
  },
  cos(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.cos(a[i + x]!);
  },
  tan(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.tan(a[i + x]!);
  },
  asin(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.asin(a[i + x]!);
  },
  acos(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.acos(a[i + x]!);
  },
  atan(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.atan(a[i + x]!);
  },
  sinh(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.sinh(a[i + x]!);
  },
  cosh(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.cosh(a[i + x]!);
  },
  tanh(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.tanh(a[i + x]!);
  },
  exp(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.exp(a[i + x]!);
  },
  alog(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.log(a[i + x]!);
  },
  alog10(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.log10(a[i + x]!);
  },
  alog2(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.log2(a[i + x]!);
  },
  sqrt(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.sqrt(a[i + x]!);
  },
  abs(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.abs(a[i + x]!);
  },
  floor(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.floor(a[i + x]!);
  },
  ceil(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.ceil(a[i + x]!);
  },
  // Halves are rounded away from zero.
  round(a, x, out, z, n) {
    for (let i = 0; i < n; i++) {
      const size = Math.abs(a[i + x]!);
      const below = Math.floor(size);
      const rounded = size - below >= 0.5 ? below + 1 : below;
      out[i + z] = a[i + x]! < 0 ? -rounded : rounded;
    }
  },
};

/** SQRT and ABS of FLOAT, which need no DOUBLE between. */
export const FLOAT_ELEMENTARY_KERNELS: {
  readonly [name: string]: (
    a: Float32Array,
    x: number,
    out: Float32Array,
    z: number,
    n: number,
  ) => void;
} = {
  sqrt(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.sqrt(a[i + x]!);
  },
  abs(a, x, out, z, n) {
    for (let i = 0; i < n; i++) out[i + z] = Math.abs(a[i + x]!);
  },
};
