/**
 * Element-wise expressions that are run block by block, all operations
 * on one block before the next: without a temporary for each operation.
 *
 * @module
 */

import type { BinaryOperator } from "../syntax/ast.ts";
import { convertRange } from "../values/convert.ts";
import type { Workspace } from "../values/memory.ts";
import { promote, wrapsInto } from "../values/promotion.ts";
import { simd, SIMD_BLOCK, SLOTS, turnBytes } from "./simd.ts";
import {
  elementsOf,
  type IdlNumeric,
  type IdlNumericType,
  IdlType,
  type IdlValue,
  isComplex,
  isNumeric,
} from "../values/value.ts";

/** Fewer elements than this are not worth a plan. */
const MIN_PLANNED_ELEMENTS = 4096;

/** Elements between two looks at the limits. */
const STRIDE = 32 * SIMD_BLOCK;

/** An element-wise expression that has not been run yet. */
export class Plan {
  /** The operator, or the function's name in small letters. */
  readonly operation: string;
  readonly operands: readonly (Plan | IdlNumeric)[];
  /** The type of the elements; of a comparison BYTE. */
  readonly type: typeof IdlType.BYTE | typeof IdlType.FLOAT | typeof IdlType.DOUBLE;
  /** The type in which it is computed. */
  readonly domain: 4 | 5;
  readonly shape: readonly number[];
  /** Operations in all. */
  readonly size: number;
  /** Slots that it needs: one for each array and scalar, and one for each operation. */
  readonly slots: number;

  constructor(
    operation: string,
    operands: readonly (Plan | IdlNumeric)[],
    type: typeof IdlType.BYTE | typeof IdlType.FLOAT | typeof IdlType.DOUBLE,
    domain: 4 | 5,
    shape: readonly number[],
    size: number,
    slots: number,
  ) {
    this.operation = operation;
    this.operands = operands;
    this.type = type;
    this.domain = domain;
    this.shape = shape;
    this.size = size;
    this.slots = slots;
  }

  get count(): number {
    return elementsOf(this.shape);
  }
}

/** The values at the leaves of a plan. */
export function leavesOf(plan: Plan): IdlNumeric[] {
  return plan.operands.flatMap((operand) => operand instanceof Plan ? leavesOf(operand) : operand);
}

const COMPARISONS: readonly string[] = ["EQ", "NE", "LE", "LT", "GE", "GT"];
const PLANNED_OPERATORS: readonly string[] = ["+", "-", "*", "/", "<", ">", ...COMPARISONS];

/** What a plan is made of: no comparisons, whose bytes are numbers of another type. */
type Operand = Plan | IdlNumeric;

/** Whether an operator may stand in a plan. */
export function isPlanned(operator: BinaryOperator): boolean {
  return PLANNED_OPERATORS.includes(operator);
}

/**
 * A plan for an operator, or undefined where it must be run as it is:
 * for few elements, arrays of different sizes, results other than FLOAT and DOUBLE.
 */
export function planBinary(
  operator: BinaryOperator,
  left: Plan | IdlValue,
  right: Plan | IdlValue,
): Plan | undefined {
  if (!isPlanned(operator) || !isOperand(left) || !isOperand(right)) return undefined;
  const shape = commonShape(left, right);
  if (shape === undefined) return undefined;
  const type = promote(left.type, right.type);
  if (!COMPARISONS.includes(operator)) return planOf(operator, [left, right], type, type, shape);
  if (wrapsInto(left.type, type) || wrapsInto(right.type, type)) return undefined;
  const domain = COMPARED_AS[type];
  return domain && planOf(operator, [left, right], IdlType.BYTE, domain, shape);
}

/** The types in which comparisons are exact. */
const COMPARED_AS: { readonly [type: number]: 4 | 5 | undefined } = {
  [IdlType.BYTE]: IdlType.FLOAT,
  [IdlType.INT]: IdlType.FLOAT,
  [IdlType.UINT]: IdlType.FLOAT,
  [IdlType.FLOAT]: IdlType.FLOAT,
  [IdlType.LONG]: IdlType.DOUBLE,
  [IdlType.ULONG]: IdlType.DOUBLE,
  [IdlType.DOUBLE]: IdlType.DOUBLE,
};

/** The shape of both operands, where one is a scalar or they have as many elements. */
function commonShape(left: Operand, right: Operand): readonly number[] | undefined {
  const shape = left.shape.length > 0 ? left.shape : right.shape;
  const other = right.shape.length > 0 ? right.shape : left.shape;
  return elementsOf(shape) === elementsOf(other) ? shape : undefined;
}

/** A plan for a function of one element: `sqrt`, `abs` or `neg`. */
export function planUnary(name: string, operand: Plan | IdlValue): Plan | undefined {
  if (!isOperand(operand)) return undefined;
  // ABS and - keep the type of integers.
  const type = name === "sqrt" && operand.type !== IdlType.DOUBLE ? IdlType.FLOAT : operand.type;
  return planOf(name, [operand], type, type, operand.shape);
}

function isOperand(value: Plan | IdlValue): value is Operand {
  if (value instanceof Plan) return value.type !== IdlType.BYTE;
  return isNumeric(value) && !isComplex(value.type);
}

function planOf(
  operation: string,
  operands: readonly (Plan | IdlNumeric)[],
  type: IdlValue["type"],
  domain: IdlValue["type"],
  shape: readonly number[],
): Plan | undefined {
  if (domain !== IdlType.FLOAT && domain !== IdlType.DOUBLE) return undefined;
  if (type !== IdlType.BYTE && type !== IdlType.FLOAT && type !== IdlType.DOUBLE) return undefined;
  if (elementsOf(shape) < MIN_PLANNED_ELEMENTS) return undefined;
  let size = 1, slots = 1;
  for (const operand of operands) {
    size += operand instanceof Plan ? operand.size : 0;
    // A FLOAT below a DOUBLE needs a second slot to be widened into.
    slots += operand instanceof Plan ? operand.slots + (operand.type === domain ? 0 : 1) : 1;
  }
  return slots > SLOTS
    ? undefined
    : new Plan(operation, operands, type, domain, shape, size, slots);
}

/** Executes a plan into an array: the storage of a temporary of its type, or new. */
export function evaluatePlan(plan: Plan, space: Workspace): IdlNumeric {
  const { type, shape, count } = plan;
  const own = leavesOf(plan).find((leaf) =>
    leaf.type === type && leaf.shape.length > 0 && space.isTemporary(leaf)
  );
  const out: IdlNumeric = own === undefined
    ? space.allocateUnset(type, shape)
    : { type, shape, data: own.data };
  const run = new Run(plan);
  const block = run.block as Float64Array;
  const target = out.data as Float64Array;
  for (let at = 0; at < count; at += SIMD_BLOCK) {
    const n = run.next(at, count, space);
    target.set(n === SIMD_BLOCK ? block : block.subarray(0, n), at);
  }
  return out;
}

/** The sum of a plan's elements, in DOUBLE, without any array. */
export function sumPlan(plan: Plan, space: Workspace): number {
  const { count } = plan;
  const run = new Run(plan);
  const { block } = run;
  const whole = plan.type === IdlType.BYTE ? Infinity : SIMD_BLOCK;
  let sum = 0;
  for (let at = 0; at < count; at += SIMD_BLOCK) {
    const n = run.next(at, count, space);
    sum += n === whole ? run.sum() : sumTail(block, n);
  }
  return sum;
}

/**
 * Executes a comparison without an array for its result.
 *
 * @param plan A plan of the type BYTE.
 * @param space Is charged.
 * @param take Takes each block: its flags, where they are in the kernel's memory, the first
 * element's number and how many there are; it may overwrite them.
 */
export function planFlags(
  plan: Plan,
  space: Workspace,
  take: (flags: Uint8Array<ArrayBuffer>, address: number, at: number, n: number) => void,
): void {
  const { count } = plan;
  const run = new Run(plan);
  const { block, address } = run;
  for (let at = 0; at < count; at += SIMD_BLOCK) {
    take(block as Uint8Array<ArrayBuffer>, address, at, run.next(at, count, space));
  }
}

function sumTail(block: Uint8Array | Float32Array | Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += block[i]!;
  return sum;
}

/** A plan with its slots. */
class Run {
  readonly #loads: ((at: number, n: number) => void)[] = [];
  readonly #steps: ((n: number) => void)[] = [];
  readonly #result: number;
  readonly #plan: Plan;
  #free = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#result = this.#compile(plan);
  }

  /** The block that `next` computes. */
  get block(): Uint8Array<ArrayBuffer> | Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> {
    const { type } = this.#plan;
    return type === IdlType.BYTE ? simd.bytes[this.#result]! : this.#slot(type, this.#result);
  }

  /** Computes the block that begins at an element, and returns how many elements it has. */
  next(at: number, count: number, space: Workspace): number {
    if (at % STRIDE === 0) space.work(this.#plan.size * Math.min(STRIDE, count - at));
    const n = Math.min(SIMD_BLOCK, count - at);
    for (let i = 0; i < this.#loads.length; i++) this.#loads[i]!(at, n);
    for (let i = 0; i < this.#steps.length; i++) this.#steps[i]!(n);
    return n;
  }

  /** Where that block is in the kernel's memory. */
  get address(): number {
    return simd.addresses[this.#result]!;
  }

  /** The sum of a whole block. */
  sum(): number {
    const { type } = this.#plan;
    const loops = type === IdlType.FLOAT ? simd.single : simd.double;
    return loops.sum(
      this.address,
      SIMD_BLOCK * (type === IdlType.FLOAT ? 4 : 8),
    );
  }

  #slot(
    type: typeof IdlType.FLOAT | typeof IdlType.DOUBLE,
    slot: number,
  ): Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> {
    return type === IdlType.FLOAT ? simd.floats[slot]! : simd.doubles[slot]!;
  }

  #compile(plan: Plan): number {
    const { type, domain, operation } = plan;
    const slots = plan.operands.map((operand) => this.#operand(operand, domain));
    // What an operand has is needed once: the fewer slots, the more of them are in the first cache.
    const used = plan.operands.findIndex((operand) =>
      operand instanceof Plan || operand.shape.length > 0
    );
    const out = slots[used] ?? this.#free++;
    const loops = domain === IdlType.FLOAT ? simd.single : simd.double;
    const width = domain === IdlType.FLOAT ? 4 : 8;
    const [a, b, target] = [...slots, out].map((slot) => simd.addresses[slot]!);
    if (slots.length === 2) {
      const combine = (type === IdlType.BYTE ? loops.comparison : loops.binary)[operation]!;
      this.#steps.push((n) => combine(a!, b!, target!, turnBytes(width * n)));
    } else {
      const compute = loops.unary[operation]!;
      this.#steps.push((n) => compute(a!, b!, turnBytes(width * n)));
    }
    return out;
  }

  #operand(operand: Plan | IdlNumeric, type: typeof IdlType.FLOAT | typeof IdlType.DOUBLE): number {
    if (operand instanceof Plan) {
      const slot = this.#compile(operand);
      return operand.type === type ? slot : this.#widened(slot);
    }
    const slot = this.#free++;
    const block = this.#slot(type, slot);
    if (operand.shape.length === 0) {
      convertRange(operand, 0, block, type as IdlNumericType, 1);
      block.fill(block[0]!);
    } else this.#loads.push((at, n) => convertRange(operand, at, block, type, n));
    return slot;
  }

  /** A FLOAT below a DOUBLE. */
  #widened(slot: number): number {
    const from = simd.floats[slot]!;
    const own = this.#free++;
    const to = simd.doubles[own]!;
    this.#steps.push((n) => to.set(n === SIMD_BLOCK ? from : from.subarray(0, n)));
    return own;
  }
}
