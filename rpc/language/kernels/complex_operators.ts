/**
 * The operators on COMPLEX and DCOMPLEX.
 *
 * @module
 */

import type { BinaryOperator } from "../syntax/ast.ts";
import { convertRange } from "../values/convert.ts";
import { refuse } from "../values/error.ts";
import type { Workspace } from "../values/memory.ts";
import {
  type IdlNumeric,
  type IdlNumericType,
  IdlType,
  isComplex,
  typeName,
} from "../values/value.ts";

const BLOCK = 1024;
const COST = 4;

type Kernel = (a: Float64Array, b: Float64Array, out: Float64Array, n: number) => void;

/** Combines two operands that meet in COMPLEX or DCOMPLEX; comparisons give BYTE. */
export function complexOperation(
  operator: BinaryOperator,
  a: IdlNumeric,
  b: IdlNumeric,
  out: IdlNumeric,
  type: IdlNumericType,
  count: number,
  space: Workspace,
): void {
  const kernel = Object.hasOwn(KERNELS, operator) ? KERNELS[operator]! : undefined;
  if (kernel === undefined) refuse(`Cannot use ${operator} on ${typeName(type)}`);
  const parts = isComplex(out.type) ? 2 : 1;
  const left = new Float64Array(2 * BLOCK);
  const right = new Float64Array(2 * BLOCK);
  const result = new Float64Array(2 * BLOCK);
  if (a.shape.length === 0) fill(left, a);
  if (b.shape.length === 0) fill(right, b);
  for (let at = 0; at < count; at += BLOCK) {
    const n = Math.min(BLOCK, count - at);
    space.work(COST * n);
    if (a.shape.length > 0) load(left, a, at, n);
    if (b.shape.length > 0) load(right, b, at, n);
    kernel(left, right, result, n);
    (out.data as Float64Array).set(result.subarray(0, parts * n), parts * at);
  }
}

function load(block: Float64Array<ArrayBuffer>, source: IdlNumeric, at: number, n: number): void {
  if (!isComplex(source.type)) block.fill(0);
  convertRange(source, at, block, IdlType.DCOMPLEX, n);
}

function fill(block: Float64Array<ArrayBuffer>, source: IdlNumeric): void {
  convertRange(source, 0, block, IdlType.DCOMPLEX, 1);
  const [real, imaginary] = block;
  for (let i = 0; i < block.length; i += 2) {
    block[i] = real!;
    block[i + 1] = imaginary!;
  }
}

/** Smith's division, which does not overflow where the quotient does not. */
function divide(a: Float64Array, b: Float64Array, out: Float64Array, n: number): void {
  for (let i = 0; i < 2 * n; i += 2) {
    const x = a[i]!, y = a[i + 1]!, u = b[i]!, v = b[i + 1]!;
    if (Math.abs(u) >= Math.abs(v)) {
      const ratio = v / u;
      const scale = u + v * ratio;
      out[i] = (x + y * ratio) / scale;
      out[i + 1] = (y - x * ratio) / scale;
    } else {
      const ratio = u / v;
      const scale = u * ratio + v;
      out[i] = (x * ratio + y) / scale;
      out[i + 1] = (y * ratio - x) / scale;
    }
  }
}

function power(a: Float64Array, b: Float64Array, out: Float64Array, n: number): void {
  for (let i = 0; i < 2 * n; i += 2) {
    const x = a[i]!, y = a[i + 1]!, u = b[i]!, v = b[i + 1]!;
    const modulus = Math.hypot(x, y);
    if (modulus === 0) {
      out[i] = u === 0 && v === 0 ? 1 : 0;
      out[i + 1] = 0;
      continue;
    }
    const logarithm = Math.log(modulus);
    const angle = Math.atan2(y, x);
    const size = Math.exp(u * logarithm - v * angle);
    const turn = v * logarithm + u * angle;
    out[i] = size * Math.cos(turn);
    out[i + 1] = size * Math.sin(turn);
  }
}

function modulus2(a: Float64Array, i: number): number {
  return a[i]! * a[i]! + a[i + 1]! * a[i + 1]!;
}

const KERNELS: { readonly [operator: string]: Kernel } = {
  "+": (a, b, out, n) => {
    for (let i = 0; i < 2 * n; i++) out[i] = a[i]! + b[i]!;
  },
  "-": (a, b, out, n) => {
    for (let i = 0; i < 2 * n; i++) out[i] = a[i]! - b[i]!;
  },
  "*": (a, b, out, n) => {
    for (let i = 0; i < 2 * n; i += 2) {
      const x = a[i]!, y = a[i + 1]!, u = b[i]!, v = b[i + 1]!;
      out[i] = x * u - y * v;
      out[i + 1] = x * v + y * u;
    }
  },
  "/": divide,
  "^": power,
  // IDL manual, "Relational operators": EQ and NE compare both parts, < and > the moduli.
  "<": (a, b, out, n) => {
    for (let i = 0; i < 2 * n; i += 2) {
      const from = modulus2(a, i) < modulus2(b, i) ? a : b;
      out[i] = from[i]!;
      out[i + 1] = from[i + 1]!;
    }
  },
  ">": (a, b, out, n) => {
    for (let i = 0; i < 2 * n; i += 2) {
      const from = modulus2(a, i) > modulus2(b, i) ? a : b;
      out[i] = from[i]!;
      out[i + 1] = from[i + 1]!;
    }
  },
  EQ: (a, b, out, n) => {
    for (let i = 0; i < n; i++) {
      out[i] = a[2 * i] === b[2 * i] && a[2 * i + 1] === b[2 * i + 1] ? 1 : 0;
    }
  },
  NE: (a, b, out, n) => {
    for (let i = 0; i < n; i++) {
      out[i] = a[2 * i] !== b[2 * i] || a[2 * i + 1] !== b[2 * i + 1] ? 1 : 0;
    }
  },
  LE: (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = modulus2(a, 2 * i) <= modulus2(b, 2 * i) ? 1 : 0;
  },
  LT: (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = modulus2(a, 2 * i) < modulus2(b, 2 * i) ? 1 : 0;
  },
  GE: (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = modulus2(a, 2 * i) >= modulus2(b, 2 * i) ? 1 : 0;
  },
  GT: (a, b, out, n) => {
    for (let i = 0; i < n; i++) out[i] = modulus2(a, 2 * i) > modulus2(b, 2 * i) ? 1 : 0;
  },
};
