/**
 * What steps do with values: operators, parts, calls, each at its place in the command.
 *
 * @module
 */

import type { BinaryOperator, UnaryOperator } from "../syntax/ast.ts";
import { LanguageError, type Position, Refusal } from "../values/error.ts";
import { BUILT_IN, WAITING } from "../functions/mod.ts";
import { binary, isTrue, unary } from "../kernels/operators.ts";
import { evaluatePlan, leavesOf, Plan, planBinary, planUnary } from "../kernels/plan.ts";
import { isTrueScalar, scalarOperator, scalarUnary } from "../kernels/scalar_operators.ts";
import {
  type IdlStructure,
  type LanguageValue,
  POINTER,
  REFERENCE,
  STRUCTURE,
} from "../values/language_value.ts";
import { samePointers } from "../structures/pointers.ts";
import { isTruthy, joinedLists } from "../structures/objects.ts";
import { storageOf } from "../values/memory.ts";
import { toIdlValue } from "../routines/plain.ts";
import type { LanguageKeywords, LanguageRoutine, PlainValue } from "../routines/routine.ts";
import { NO, plain, Scalar, unstored, YES } from "../values/scalar.ts";
import { IdlType, type IdlValue, UNDEFINED } from "../values/value.ts";
import type { BoundArguments } from "./binding.ts";
import { Call } from "./call.ts";
import type { Machine } from "../state/machine.ts";
import type { Frame } from "../state/scope.ts";

/** A routine's call with its arguments in their places. */
export interface RoutineCall {
  readonly name: string;
  readonly routine: LanguageRoutine;
  readonly bound: BoundArguments;
  readonly at: Position;
}

/** Work on the values of a machine, whose failures name their place. */
export class Operations {
  readonly machine: Machine;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** Does work that may refuse its operands, and names the place if it does. */
  at<T>(at: Position, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw located(error, at);
    }
  }

  /** Like `at`, and gives back the operands that nothing needs any more. */
  operation(
    at: Position,
    operands: readonly LanguageValue[],
    work: () => LanguageValue,
  ): LanguageValue {
    const result = this.at(at, work);
    this.releaseAll(operands, result);
    return unstored(result);
  }

  releaseAll(operands: readonly LanguageValue[], result: LanguageValue | undefined): void {
    const kept = result === undefined || result instanceof Scalar ? undefined : storageOf(result);
    for (const operand of operands) {
      if (operand instanceof Scalar || storageOf(operand) === kept) continue;
      this.machine.memory.release(operand);
    }
  }

  /** The value of a plan. */
  evaluated(planned: Plan | LanguageValue, at: Position): LanguageValue {
    if (!(planned instanceof Plan)) return planned;
    return this.operation(at, leavesOf(planned), () => evaluatePlan(planned, this.machine.memory));
  }

  /** What may stand below in a plan: a comparison is run, for its bytes are converted. */
  operand(planned: Plan | LanguageValue, at: Position): Plan | LanguageValue {
    return planned.type === IdlType.BYTE ? this.evaluated(planned, at) : planned;
  }

  /** An operator as a function of its operands. */
  binary(
    operator: BinaryOperator,
    at: Position,
    leftAt: Position,
    rightAt: Position,
  ): (left: Plan | LanguageValue, right: Plan | LanguageValue) => Plan | LanguageValue {
    const fast = scalarOperator(operator);
    return (left, right) => {
      if (left instanceof Scalar && right instanceof Scalar) {
        const result = fast(left, right);
        if (result !== undefined) return result;
      }
      return this.#combined(operator, this.operand(left, leftAt), this.operand(right, rightAt), at);
    };
  }

  #combined(
    operator: BinaryOperator,
    left: Plan | LanguageValue,
    right: Plan | LanguageValue,
    at: Position,
  ): Plan | LanguageValue {
    const objects = this.#structured(operator, left, right, at);
    if (objects !== undefined) return objects;
    const plan = this.at(at, () => planBinary(operator, planned(left), planned(right)));
    if (plan !== undefined) return plan;
    const values = [this.evaluated(left, at), this.evaluated(right, at)] as const;
    const [a, b] = values.map(plain) as [IdlValue, IdlValue];
    return this.operation(at, values, () => binary(operator, a, b, this.machine.memory));
  }

  /** IDL manual, "LIST" and "!NULL": `+` joins lists; EQ and NE compare references and `!NULL`. */
  #structured(
    operator: BinaryOperator,
    left: Plan | LanguageValue,
    right: Plan | LanguageValue,
    at: Position,
  ): LanguageValue | undefined {
    const none = IdlType.UNDEFINED;
    if ((operator === "EQ" || operator === "NE") && (left.type === none || right.type === none)) {
      return (left.type === right.type) === (operator === "EQ") ? YES : NO;
    }
    if (left instanceof Plan || right instanceof Plan) return undefined;
    if (left.type === POINTER && (operator === "EQ" || operator === "NE")) {
      const { memory } = this.machine;
      return this.at(at, () => samePointers(left, right, operator === "EQ", memory));
    }
    if (left.type !== REFERENCE || right.type !== REFERENCE) return undefined;
    if (operator === "EQ") return left.data === right.data ? YES : NO;
    if (operator === "NE") return left.data === right.data ? NO : YES;
    if (operator !== "+") return undefined;
    return this.at(at, () => joinedLists(left.data, right.data, this.machine.memory));
  }

  /** The value of an operator with one operand. */
  unary(
    operator: UnaryOperator,
    operand: Plan | LanguageValue,
    at: Position,
  ): Plan | LanguageValue {
    if (operand instanceof Scalar) {
      const result = scalarUnary(operator, operand);
      if (result !== undefined) return result;
    }
    const below = this.operand(operand, at);
    const plan = this.at(at, () => operator === "-" ? planUnary("neg", planned(below)) : undefined);
    if (plan !== undefined) return plan;
    const value = this.evaluated(below, at);
    return this.operation(at, [value], () => unary(operator, plain(value), this.machine.memory));
  }

  /** Whether a value is true. */
  isTrue(value: LanguageValue, rule: "bit" | "nonzero", at: Position): boolean {
    if (value instanceof Scalar) return isTrueScalar(value, rule);
    return this.at(at, () => isTruthy(value) ?? isTrue(plain(value), rule));
  }

  /** Calls a built-in function with one value. */
  callWith(name: string, value: LanguageValue, frame: Frame, at: Position): LanguageValue {
    const bound: BoundArguments = { positional: [], keywords: new Map() };
    const call = { name, routine: BUILT_IN.get(name)!, bound, at };
    const called = this.begin(call, [value], {}, frame);
    return this.result(call, [value], {}, called);
  }

  /** Begins a call: its result, or what has to be waited for. */
  begin(
    { name, routine, bound, at }: RoutineCall,
    args: readonly LanguageValue[],
    keywords: { readonly [name: string]: LanguageValue },
    frame: Frame,
  ): unknown {
    const isOutside = routine !== BUILT_IN.get(name) || WAITING.has(name);
    try {
      this.machine.meter.work(1);
      const given: Record<string, IdlValue> = Object.create(null);
      for (const keyword in keywords) given[keyword] = plain(keywords[keyword]!);
      return routine.run(
        args.map(plain),
        given as LanguageKeywords,
        new Call(this.machine, frame, name, bound),
      );
    } catch (error) {
      throw located(error, at, name);
    } finally {
      if (isOutside) this.machine.memory.show();
    }
  }

  /** The value of a routine that the evaluator executes itself. */
  native(at: Position, name: string, work: () => LanguageValue): LanguageValue {
    try {
      this.machine.meter.work(100);
      return unstored(work());
    } catch (error) {
      throw located(error, at, name);
    }
  }

  /** The value of a call that has ended. */
  result(
    { name, routine, at }: RoutineCall,
    args: readonly LanguageValue[],
    keywords: { readonly [name: string]: LanguageValue },
    ended: unknown,
  ): LanguageValue {
    let result: LanguageValue | undefined;
    try {
      if (isPromiseLike(ended)) {
        throw new Refusal("host", "The function answers later, which cannot be waited for here");
      }
      result = ended === undefined
        ? undefined
        : isStructure(ended) && routine === BUILT_IN.get(name)
        ? ended
        : toIdlValue(ended as PlainValue, this.machine.memory);
    } catch (error) {
      throw located(error, at, name);
    }
    this.releaseAll([...args, ...Object.values(keywords)], result);
    return result === undefined ? UNDEFINED : unstored(result);
  }
}

function isStructure(value: unknown): value is IdlStructure {
  return typeof value === "object" && value !== null && "type" in value && value.type === STRUCTURE;
}

/** What may stand in a plan: no structures and no references. */
function planned(value: Plan | LanguageValue): Plan | IdlValue {
  return value instanceof Plan || value instanceof Scalar ? value : plain(value);
}

/** Whether a value has to be waited for. */
export function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | undefined)?.then === "function";
}

/** The error at a place, for what was thrown there. */
export function located(error: unknown, at: Position, name?: string): unknown {
  if (error instanceof LanguageError) return error;
  if (!(error instanceof Refusal)) return error;
  const subject = name === undefined ? "" : `${name}: `;
  return new LanguageError(error.code, subject + error.message, at, { cause: error.cause });
}

/** The error of a variable that holds nothing. */
export function undefinedVariable(name: string, at: Position): LanguageError {
  return new LanguageError("name", `The variable ${name} is undefined`, at);
}
