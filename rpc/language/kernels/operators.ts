/**
 * IDL's operators on values: which loop runs for which types.
 *
 * @module
 */

import type { BinaryOperator, UnaryOperator } from "../syntax/ast.ts";
import { longOperation } from "./long64_operators.ts";
import { complexOperation } from "./complex_operators.ts";
import { convert, convertToString } from "../values/convert.ts";
import {
  COMPARISON_KERNELS,
  DOUBLE_KERNELS,
  type DoubleKernel,
  INTEGER_KERNELS,
} from "./double_kernels.ts";
import { refuse } from "../values/error.ts";
import { matrixProduct } from "./matrix.ts";
import type { Workspace } from "../values/memory.ts";
import { BLOCK, DoubleOperand } from "../values/operand.ts";
import { describeValue, promote, resultShape, wrapsInto } from "../values/promotion.ts";
import {
  elementsOf,
  type IdlNumeric,
  type IdlNumericType,
  type IdlString,
  IdlType,
  type IdlValue,
  isComplex,
  isInteger,
  isLong64,
  isNumeric,
  typeName,
} from "../values/value.ts";

/** Elements between two looks at the limits. */
const STRIDE = 64 * BLOCK;

/** UTF-16 units of a STRING at most. */
const MAX_TEXT = 2 ** 24;

/**
 * The value of an operator with two operands.
 *
 * The result takes the storage of an operand that is temporary and of its type.
 *
 * @throws Refusal for operands that the operator does not take.
 */
export function binary(
  operator: BinaryOperator,
  left: IdlValue,
  right: IdlValue,
  space: Workspace,
): IdlValue {
  if (operator === "#" || operator === "##") return matrixProduct(operator, left, right, space);
  const type = operandType(operator, left, right);
  const comparison = Object.hasOwn(COMPARISON_KERNELS, operator);
  if (type === IdlType.STRING) return stringOperation(operator, left, right, space);
  const a = numericOperand(left, type, space);
  const b = operator === "^" && isNumeric(right) ? right : numericOperand(right, type, space);
  const { shape, count } = resultShape(a, b);
  const resultType = comparison ? IdlType.BYTE : type;
  const out = reusable(a, resultType, shape, space) ?? reusable(b, resultType, shape, space) ??
    space.allocate(resultType, shape);
  if (isLong64(type)) longOperation(operator, a, b, out, type, count, space);
  else if (isComplex(type)) complexOperation(operator, a, b, out, type, count, space);
  else realOperation(operator, a, b, out, type, count, space);
  return out;
}

/** The type in which the operands meet. */
function operandType(
  operator: BinaryOperator,
  left: IdlValue,
  right: IdlValue,
): Exclude<IdlType, typeof IdlType.UNDEFINED> {
  const type = promote(left.type, right.type);
  // A number to an integer power keeps its type.
  if (operator === "^" && isInteger(left.type) && isInteger(right.type)) {
    return left.type as IdlNumericType;
  }
  return type;
}

function numericOperand(value: IdlValue, type: IdlNumericType, space: Workspace): IdlNumeric {
  return isNumeric(value) && !wrapsInto(value.type, type) ? value : convert(value, type, space);
}

/** The operand itself, where its storage may become the result's. */
function reusable(
  operand: IdlNumeric,
  type: IdlNumericType,
  shape: readonly number[],
  space: Workspace,
): IdlNumeric | undefined {
  if (operand.type !== type || operand.shape.length === 0) return undefined;
  if (elementsOf(operand.shape) !== elementsOf(shape) || !space.isTemporary(operand)) {
    return undefined;
  }
  return { type, shape, data: operand.data };
}

function realOperation(
  operator: BinaryOperator,
  a: IdlNumeric,
  b: IdlNumeric,
  out: IdlNumeric,
  type: IdlNumericType,
  count: number,
  space: Workspace,
): void {
  const kernel = kernelFor(operator, type);
  const left = new DoubleOperand(a, type, count);
  const right = new DoubleOperand(b, type, count);
  const direct = out.data instanceof Float64Array;
  const target = direct ? out.data as Float64Array : new Float64Array(Math.min(BLOCK, count));
  for (let at = 0; at < count; at += BLOCK) {
    if (at % STRIDE === 0) space.work(Math.min(STRIDE, count - at));
    const n = Math.min(BLOCK, count - at);
    left.load(at, n);
    right.load(at, n);
    kernel(left.data, left.at, right.data, right.at, target, direct ? at : 0, n);
    if (!direct) {
      (out.data as Float32Array).set(n === target.length ? target : target.subarray(0, n), at);
    }
  }
}

function kernelFor(operator: BinaryOperator, type: IdlNumericType): DoubleKernel {
  if (Object.hasOwn(COMPARISON_KERNELS, operator)) return COMPARISON_KERNELS[operator]!;
  const kernels = isInteger(type) ? INTEGER_KERNELS : DOUBLE_KERNELS;
  return kernels[operator] ??
    refuse(`Cannot use ${operator} on ${typeName(type)}: it takes integers`);
}

function stringOperation(
  operator: BinaryOperator,
  left: IdlValue,
  right: IdlValue,
  space: Workspace,
): IdlValue {
  const a = convertToString(left, space);
  const b = convertToString(right, space);
  const { shape, count } = resultShape(a, b);
  space.work(count);
  const at = (value: IdlString, i: number): string => value.data[value.shape.length === 0 ? 0 : i]!;
  if (operator === "+") return joined(a, b, shape, count, space, at);
  if (!Object.hasOwn(COMPARISON_KERNELS, operator)) {
    return refuse(`Cannot use ${operator} on two STRINGs: they take + and the comparisons`);
  }
  const out = space.allocate(IdlType.BYTE, shape);
  for (let i = 0; i < count; i++) out.data[i] = compareTexts(operator, at(a, i), at(b, i)) ? 1 : 0;
  return out;
}

function joined(
  a: IdlString,
  b: IdlString,
  shape: readonly number[],
  count: number,
  space: Workspace,
  at: (value: IdlString, i: number) => string,
): IdlString {
  const texts: string[] = [];
  space.reserve(16 * count);
  for (let i = 0; i < count; i++) {
    const length = at(a, i).length + at(b, i).length;
    if (length > MAX_TEXT) refuse(`Cannot make a STRING of ${length} characters`);
    texts.push(at(a, i) + at(b, i));
  }
  return space.strings(shape, texts);
}

function compareTexts(operator: BinaryOperator, a: string, b: string): boolean {
  switch (operator) {
    case "EQ":
      return a === b;
    case "NE":
      return a !== b;
    case "LE":
      return a <= b;
    case "LT":
      return a < b;
    case "GE":
      return a >= b;
    default:
      return a > b;
  }
}

/**
 * The value of an operator with one operand.
 *
 * @throws Refusal for an operand that the operator does not take.
 */
export function unary(operator: UnaryOperator, operand: IdlValue, space: Workspace): IdlValue {
  if (operator === "~") return logicalNot(operand, space);
  if (operator === "+") return operand;
  if (operator === "-") return negative(numericOperand(operand, IdlType.FLOAT, space), space);
  if (!isNumeric(operand)) {
    return refuse(`Cannot use ${operator} on ${describeValue(operand)}: it takes numbers`);
  }
  return bitwiseNot(operand, space);
}

function negative(operand: IdlNumeric, space: Workspace): IdlValue {
  if (isComplex(operand.type)) {
    const out = reusable(operand, operand.type, operand.shape, space) ??
      space.allocate(operand.type, operand.shape);
    space.work(out.data.length);
    for (let i = 0; i < out.data.length; i++) out.data[i] = -(operand.data[i] as number);
    return out;
  }
  if (operand.type === IdlType.FLOAT || operand.type === IdlType.DOUBLE) {
    const minusZero: IdlNumeric = {
      type: operand.type,
      shape: [],
      data: operand.type === IdlType.FLOAT ? Float32Array.of(-0) : Float64Array.of(-0),
    };
    return binary("-", minusZero, operand, space);
  }
  return binary("-", { type: IdlType.BYTE, shape: [], data: Uint8Array.of(0) }, operand, space);
}

/** IDL manual, "NOT": the complement of an integer's bits; of a FLOAT 1 for 0, else 0. */
function bitwiseNot(operand: IdlNumeric, space: Workspace): IdlValue {
  const { type } = operand;
  if (isComplex(type)) return refuse(`Cannot use NOT on ${describeValue(operand)}`);
  if (isLong64(type)) {
    const ones: IdlNumeric = { type: IdlType.LONG64, shape: [], data: BigInt64Array.of(-1n) };
    return binary("XOR", operand, ones, space);
  }
  if (isInteger(type)) {
    const ones = convert({ type: IdlType.INT, shape: [], data: Int16Array.of(-1) }, type, space);
    return binary("XOR", operand, ones, space);
  }
  const zero: IdlNumeric = { type: IdlType.BYTE, shape: [], data: Uint8Array.of(0) };
  const out = space.allocate(type, operand.shape);
  const truth = binary("EQ", operand, zero, space) as IdlNumeric;
  (out.data as Float32Array).set(truth.data as Uint8Array);
  return out;
}

/** IDL manual, "~": 1 where the operand is zero or an empty STRING. */
function logicalNot(operand: IdlValue, space: Workspace): IdlValue {
  if (isNumeric(operand)) {
    const zero: IdlNumeric = { type: IdlType.BYTE, shape: [], data: Uint8Array.of(0) };
    return binary("EQ", operand, zero, space);
  }
  return binary("EQ", operand, { type: IdlType.STRING, shape: [], data: [""] }, space);
}

/**
 * Whether a scalar is true.
 *
 * @param value A scalar or an array of one element.
 * @param rule `bit` as IF and `?:` do (an integer is true if it is odd), `nonzero`
 * as `&&`, `||` and `~` do.
 */
export function isTrue(value: IdlValue, rule: "bit" | "nonzero"): boolean {
  if (value.type === IdlType.UNDEFINED || elementsOf(value.shape) !== 1) {
    return refuse(`Cannot use ${describeValue(value)} as a condition: it must be one element`);
  }
  if (!isNumeric(value)) return value.data[0] !== "";
  if (isComplex(value.type)) return value.data[0] !== 0 || value.data[1] !== 0;
  const element = value.data[0]!;
  if (rule === "nonzero" || !isInteger(value.type)) return Number(element) !== 0;
  return isLong64(value.type) ? (element as bigint) % 2n !== 0n : Number(element) % 2 !== 0;
}
