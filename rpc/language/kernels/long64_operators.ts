/**
 * The operators on LONG64 and ULONG64.
 *
 * @module
 */

import type { BinaryOperator } from "../syntax/ast.ts";
import { convertRange } from "../values/convert.ts";
import type { Workspace } from "../values/memory.ts";
import { type IdlNumeric, type IdlNumericType, IdlType } from "../values/value.ts";

type LongData = BigInt64Array<ArrayBuffer> | BigUint64Array<ArrayBuffer>;

const BLOCK = 1024;

// A bigint operation costs as much as so many on numbers.
const COST = 20;

/** Combines two operands that meet in LONG64 or ULONG64. */
export function longOperation(
  operator: BinaryOperator,
  a: IdlNumeric,
  b: IdlNumeric,
  out: IdlNumeric,
  type: IdlNumericType,
  count: number,
  space: Workspace,
): void {
  const left = block(type, a, count);
  const right = block(type, b, count);
  for (let at = 0; at < count; at += BLOCK) {
    const n = Math.min(BLOCK, count - at);
    space.work(COST * n);
    if (a.shape.length > 0) convertRange(a, at, left, type, n);
    if (b.shape.length > 0) convertRange(b, at, right, type, n);
    combine(operator, left, right, out, at, n);
  }
}

function block(type: IdlNumericType, source: IdlNumeric, count: number): LongData {
  const length = Math.min(BLOCK, count);
  const data = type === IdlType.LONG64 ? new BigInt64Array(length) : new BigUint64Array(length);
  if (source.shape.length > 0) return data;
  convertRange(source, 0, data, type, 1);
  return data.fill(data[0]!);
}

function combine(
  operator: BinaryOperator,
  a: LongData,
  b: LongData,
  out: IdlNumeric,
  at: number,
  n: number,
): void {
  const { data } = out;
  for (let i = 0; i < n; i++) data[at + i] = element(operator, a[i]!, b[i]!);
}

function element(operator: BinaryOperator, a: bigint, b: bigint): bigint | number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return b === 0n ? a : a / b;
    case "MOD":
      return b === 0n ? 0n : a % b;
    case "^":
      return power(a, b);
    case "<":
      return a < b ? a : b;
    case ">":
      return a > b ? a : b;
    case "AND":
      return a & b;
    case "OR":
      return a | b;
    case "XOR":
      return a ^ b;
    case "EQ":
      return a === b ? 1 : 0;
    case "NE":
      return a !== b ? 1 : 0;
    case "LE":
      return a <= b ? 1 : 0;
    case "LT":
      return a < b ? 1 : 0;
    case "GE":
      return a >= b ? 1 : 0;
    default:
      return a > b ? 1 : 0;
  }
}

/** A power by squaring, each product wrapped to 64 bits. */
function power(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) {
    return base === 1n ? 1n : base === -1n ? (exponent % 2n === 0n ? 1n : -1n) : 0n;
  }
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return result;
}
