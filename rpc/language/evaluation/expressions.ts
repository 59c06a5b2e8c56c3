/**
 * From the trees of expressions to steps.
 *
 * @module
 */

import { concatenate } from "../values/arrays.ts";
import { type Argument, chainOf, type Expression, isNull } from "../syntax/ast.ts";
import { LanguageError, type Position } from "../values/error.ts";
import { BUILT_IN } from "../functions/mod.ts";
import { whereHolds } from "../functions/searching.ts";
import { leavesOf, Plan, planUnary, sumPlan } from "../kernels/plan.ts";
import { isPlain, type LanguageValue, POINTER } from "../values/language_value.ts";
import { NO, plain, Scalar, unstored, YES } from "../values/scalar.ts";
import { IdlType, UNDEFINED } from "../values/value.ts";
import { type Calls, type Expressions, failing } from "./compiler.ts";
import { type Operations, undefinedVariable } from "./operations.ts";
import type { Frame, Names } from "../state/scope.ts";
import {
  after,
  allOf,
  type Evaluation,
  neverRun,
  type Step,
  type ValueStep,
  waited,
} from "../state/step.ts";
import { type AnySelector, elementAt, selectPart } from "../structures/parts.ts";
import { methodStep, structureStep, tagStep } from "./member_steps.ts";
import { dereferenceStep } from "./pointers.ts";
import { joinedPointers } from "../structures/pointers.ts";
import { joined } from "../structures/structures.ts";
import { systemVariable } from "../state/system_variables.ts";
import { wholeNumber } from "../values/convert.ts";

/** The functions that may stand in a plan, and those that may consume one. */
const PLANNED_FUNCTIONS: ReadonlySet<string> = new Set(["SQRT", "ABS"]);
const SUMMED_FUNCTIONS: ReadonlySet<string> = new Set(["TOTAL"]);

type Planned = Plan | LanguageValue;

/** Makes steps of the expressions of one command or routine. */
export class ExpressionCompiler implements Expressions {
  readonly operations: Operations;
  readonly names: Names;
  /** How calls and changes are made into steps. */
  readonly calls: Calls;

  constructor(
    operations: Operations,
    names: Names,
    calls: (expressions: Expressions) => Calls,
  ) {
    this.operations = operations;
    this.names = names;
    this.calls = calls(this);
  }

  /** An expression that must have a value. */
  defined(expression: Expression): ValueStep {
    const { at } = expression;
    switch (expression.kind) {
      case "literal": {
        const { value } = expression;
        // The tree may be run again: what has storage is copied.
        if (value.type === IdlType.STRING) {
          return { run: () => ({ ...value, data: value.data.slice() }) };
        }
        const number = unstored(value);
        return { run: () => number };
      }
      case "name":
        return this.#variable(expression.name, at);
      case "unary":
        return this.#unary(expression);
      case "binary":
        return this.#binary(expression);
      case "logical":
        return this.#logical(expression);
      case "conditional":
        return this.#conditional(expression);
      case "subscript":
        return this.#subscript(expression);
      case "system":
      case "array":
      case "structure":
        return isNull(expression) ? { run: () => UNDEFINED } : this.raw(expression);
      default: {
        const step = this.raw(expression);
        return { ...after(step, (value) => required(value, at)), planned: step.planned };
      }
    }
  }

  /** An expression that may have no value. */
  raw(expression: Expression): ValueStep {
    const { at } = expression;
    switch (expression.kind) {
      case "name": {
        const place = this.names.place(expression.name);
        return { run: (frame) => frame.cells[place]!.value ?? UNDEFINED };
      }
      case "system": {
        const { name } = expression;
        const { machine } = this.operations;
        return {
          run: () => unstored(this.operations.at(at, () => systemVariable(name, machine.failure))),
        };
      }
      case "array":
        return this.#array(expression);
      case "call":
        return this.#callOrSubscript(expression);
      case "increment":
        return this.calls.increment(expression);
      case "assignment":
        return this.calls.assignment(expression);
      case "deref":
        return dereferenceStep(this, expression);
      case "tag":
        return tagStep(this, expression);
      case "method": {
        const { base, name, arguments: given } = expression;
        return methodStep(this, base, name, given, at);
      }
      case "structure":
        return structureStep(this, expression);
      default:
        return this.defined(expression);
    }
  }

  /** An expression that must have a value or be `!NULL`, as a variable is that holds it. */
  nullable(expression: Expression): ValueStep {
    const { kind, at } = expression;
    if (kind === "call") return this.raw(expression);
    if (kind !== "name") return this.defined(expression);
    const { name } = expression;
    const place = this.names.place(name);
    return {
      run(frame) {
        const { value } = frame.cells[place]!;
        if (value === undefined) throw undefinedVariable(name, at);
        return value;
      },
    };
  }

  /** IDL manual, "!NULL": what is compared with it may be undefined. */
  #compared(operand: Expression, other: Expression): ValueStep {
    return isNull(other) ? this.raw(operand) : this.nullable(operand);
  }

  /** A condition, as IF has one. */
  condition(expression: Expression): Step<boolean> {
    const { at } = expression;
    return after(this.defined(expression), (value) => this.operations.isTrue(value, "bit", at));
  }

  /** A whole number. */
  wholeNumber(expression: Expression): Step<number> {
    const { at } = expression;
    return after(
      this.defined(expression),
      (value) => this.operations.at(at, () => wholeNumber(plain(value))),
    );
  }

  #variable(name: string, at: Position): ValueStep {
    const place = this.names.place(name);
    return {
      run(frame) {
        const { value } = frame.cells[place]!;
        if (value === undefined || value.type === 0) throw undefinedVariable(name, at);
        return value;
      },
    };
  }

  #unary(expression: Expression & { kind: "unary" }): ValueStep {
    const { operator, operand: { at } } = expression;
    const operand = this.defined(expression.operand);
    const work = (value: Planned): Planned => this.operations.unary(operator, value, at);
    return this.#plannedStep(at, operand, work);
  }

  /** A step whose value may be a plan, on an operand that may be one. */
  #plannedStep(
    at: Position,
    operand: ValueStep,
    work: (value: Planned, frame: Frame) => Planned,
  ): ValueStep {
    const { operations } = this;
    if (operand.wait !== undefined) {
      return after(operand, (value, frame) => operations.evaluated(work(value, frame), at));
    }
    const below = operand.planned ?? operand.run;
    const planned = (frame: Frame) => work(below(frame), frame);
    return { planned, run: (frame) => operations.evaluated(planned(frame), at) };
  }

  #binary(expression: Expression & { kind: "binary" }): ValueStep {
    const { first, operations: chain } = chainOf(expression);
    let step = this.defined(first);
    for (const { operator, left, right, at } of chain) {
      const compares = operator === "EQ" || operator === "NE";
      step = this.#operation(
        compares && left === first ? this.#compared(left, right) : step,
        compares ? this.#compared(right, left) : this.defined(right),
        this.operations.binary(operator, at, left.at, right.at),
        at,
      );
      if (chain.length > MAX_NESTED_STEPS) return this.#longChain(expression);
    }
    return step;
  }

  #operation(
    left: ValueStep,
    right: ValueStep,
    work: (left: Planned, right: Planned) => Planned,
    at: Position,
  ): ValueStep {
    const { operations } = this;
    if (left.wait !== undefined || right.wait !== undefined) {
      return {
        run: neverRun,
        *wait(frame) {
          const value = yield* waited(left, frame);
          return operations.evaluated(work(value, yield* waited(right, frame)), at);
        },
      };
    }
    const first = left.planned ?? left.run;
    const second = right.planned ?? right.run;
    const planned = (frame: Frame) => work(first(frame), second(frame));
    return {
      planned,
      run(frame) {
        const value = work(first(frame), second(frame));
        return value instanceof Scalar ? value : operations.evaluated(value, at);
      },
    };
  }

  /** A chain that is too long for steps within each other. */
  #longChain(expression: Expression & { kind: "binary" }): ValueStep {
    const { first, operations: chain } = chainOf(expression);
    const { operations } = this;
    const start = this.defined(first);
    const links = chain.map(({ operator, left, right, at }) => ({
      right: this.defined(right),
      work: operations.binary(operator, at, left.at, right.at),
      at,
    }));
    const { at } = links.at(-1)!;
    const waits = [start, ...links.map(({ right }) => right)].some(({ wait }) =>
      wait !== undefined
    );
    if (waits) {
      return {
        run: neverRun,
        *wait(frame) {
          let value: LanguageValue = yield* waited(start, frame);
          for (const { right, work, at } of links) {
            value = operations.evaluated(work(value, yield* waited(right, frame)), at);
          }
          return value;
        },
      };
    }
    const planned = (frame: Frame): Planned => {
      let value: Planned = (start.planned ?? start.run)(frame);
      for (const { right, work } of links) value = work(value, (right.planned ?? right.run)(frame));
      return value;
    };
    return { planned, run: (frame) => operations.evaluated(planned(frame), at) };
  }

  #logical(expression: Expression & { kind: "logical" }): ValueStep {
    const { first, operations: chain } = chainOf(expression);
    const start = this.defined(first);
    const links = chain.map(({ operator, right, at }) => ({
      operator,
      right: this.defined(right),
      at,
    }));
    const { operations } = this;
    const truth = (value: LanguageValue, at: Position) => operations.isTrue(value, "nonzero", at);
    if (start.wait === undefined && links.every(({ right }) => right.wait === undefined)) {
      return {
        run(frame) {
          let value = start.run(frame);
          for (const { operator, right, at } of links) {
            const decided = truth(value, at);
            if (decided !== (operator === "||")) {
              value = truth(right.run(frame), at) ? YES : NO;
            } else value = decided ? YES : NO;
          }
          return value;
        },
      };
    }
    return {
      run: neverRun,
      *wait(frame) {
        let value: LanguageValue = yield* waited(start, frame);
        for (const { operator, right, at } of links) {
          const decided = truth(value, at);
          if (decided !== (operator === "||")) {
            value = truth(yield* waited(right, frame), at) ? YES : NO;
          } else value = decided ? YES : NO;
        }
        return value;
      },
    };
  }

  #conditional(expression: Expression & { kind: "conditional" }): ValueStep {
    const { at } = expression;
    const { operations } = this;
    const condition = after(
      this.defined(expression.condition),
      (value) => operations.isTrue(value, "bit", at),
    );
    const then = this.defined(expression.then);
    const otherwise = this.defined(expression.otherwise);
    if ([condition, then, otherwise].every(({ wait }) => wait === undefined)) {
      return { run: (frame) => (condition.run(frame) ? then : otherwise).run(frame) };
    }
    return {
      run: neverRun,
      *wait(frame) {
        return yield* waited((yield* waited(condition, frame)) ? then : otherwise, frame);
      },
    };
  }

  #array(expression: Expression & { kind: "array" }): ValueStep {
    const { dimension, at } = expression;
    const { operations } = this;
    const elements = allOf(expression.elements.map((element) => this.nullable(element)));
    return after(elements, (values) =>
      operations.operation(
        at,
        values,
        () => concatenated(values, dimension, operations.machine.memory),
      ));
  }

  #subscript(expression: Expression & { kind: "subscript" }): ValueStep {
    const { base, subscripts, at } = expression;
    return this.part(this.defined(base), subscripts, at);
  }

  /** A part of a value. */
  part(base: ValueStep, subscripts: readonly Argument[], at: Position): ValueStep {
    const { operations } = this;
    const { memory } = operations.machine;
    const select = (value: LanguageValue, selectors: readonly AnySelector[]): LanguageValue =>
      operations.operation(at, [value], () => selectPart(value, selectors, memory));
    const only = subscripts.length === 1 && subscripts[0]!.kind === "value"
      ? this.defined(subscripts[0]!.value)
      : undefined;
    if (only !== undefined && base.wait === undefined && only.wait === undefined) {
      const { run } = base;
      const index = only.run;
      return {
        run(frame) {
          const value = run(frame);
          const subscript = index(frame);
          if (subscript instanceof Scalar) {
            const element = elementAt(value, subscript);
            if (element !== undefined) return element;
          }
          return select(value, [{ kind: "value", value: subscript }]);
        },
      };
    }
    const selectors = this.selectors(subscripts);
    if (base.wait === undefined && selectors.wait === undefined) {
      return { run: (frame) => select(base.run(frame), selectors.run(frame)) };
    }
    return {
      run: neverRun,
      *wait(frame) {
        const value = yield* waited(base, frame);
        return select(value, yield* waited(selectors, frame));
      },
    };
  }

  /** The subscripts of a part. */
  selectors(subscripts: readonly Argument[]): Step<AnySelector[]> {
    return allOf(subscripts.map((subscript) => this.#selector(subscript)));
  }

  #selector(subscript: Argument): Step<AnySelector> {
    switch (subscript.kind) {
      case "all":
        return { run: () => ({ kind: "all" }) };
      case "value":
        return after(this.defined(subscript.value), (value) => ({ kind: "value", value }));
      case "range": {
        const { from, to, step } = subscript;
        const bounds = allOf([
          this.wholeNumber(from),
          to === undefined ? { run: () => -1 } : this.wholeNumber(to),
          step === undefined ? { run: () => 1 } : this.wholeNumber(step),
        ]);
        return after(bounds, ([from, to, step]) => ({
          kind: "range",
          from: from!,
          to: to!,
          step: step!,
        }));
      }
      case "keyword":
        return failing(
          new LanguageError(
            "syntax",
            `Cannot use the keyword ${subscript.name} as a subscript`,
            subscript.at,
          ),
        );
    }
  }

  /** `name(...)`: a variable with subscripts, or a function. */
  #callOrSubscript(expression: Expression & { kind: "call" }): ValueStep {
    const { name, at, arguments: given } = expression;
    const place = this.names.place(name);
    const call = this.#function(expression);
    let part: ValueStep | undefined;
    const partOf = () => part ??= this.part(this.#variable(name, at), given, at);
    const isVariable = (frame: Frame): boolean => frame.cells[place]!.value !== undefined;
    if (call.wait !== undefined || this.calls.waitsIn(given)) {
      return {
        run: neverRun,
        *wait(frame): Evaluation<LanguageValue> {
          return yield* waited(isVariable(frame) ? partOf() : call, frame);
        },
      };
    }
    const planned = call.planned;
    return {
      run(frame) {
        return (isVariable(frame) ? partOf() : call).run(frame);
      },
      planned: planned === undefined
        ? undefined
        : (frame) => isVariable(frame) ? partOf().run(frame) : planned(frame),
    };
  }

  #function(expression: Expression & { kind: "call" }): ValueStep {
    const { name, at } = expression;
    const { operations } = this;
    const argument = this.#onlyArgument(expression);
    if (argument !== undefined && SUMMED_FUNCTIONS.has(name)) {
      const { memory } = operations.machine;
      const step = this.#plannedStep(at, this.defined(argument), (planned, frame) => {
        if (!(planned instanceof Plan)) {
          return operations.callWith(name, planned, frame, at);
        }
        const sum = () => sumOf(planned, memory);
        return operations.operation(at, leavesOf(planned), sum);
      });
      return { run: step.run, wait: step.wait };
    }
    if (argument !== undefined && name === "WHERE") {
      const { memory } = operations.machine;
      const step = this.#plannedStep(at, this.defined(argument), (planned, frame) => {
        if (planned.type !== IdlType.BYTE || !(planned instanceof Plan)) {
          return operations.callWith(name, operations.evaluated(planned, at), frame, at);
        }
        return operations.operation(at, leavesOf(planned), () => whereHolds(planned, memory));
      });
      return { run: step.run, wait: step.wait };
    }
    if (argument !== undefined && PLANNED_FUNCTIONS.has(name)) {
      return this.#plannedStep(at, this.defined(argument), (planned, frame) => {
        const operand = operations.operand(planned, argument.at);
        const plan = operand instanceof Plan || isPlain(operand) && operand.shape.length > 0
          ? planUnary(name.toLowerCase(), operand)
          : undefined;
        return plan ?? operations.callWith(name, operations.evaluated(operand, at), frame, at);
      });
    }
    return this.calls.function(expression);
  }

  /** The only argument of a call of a built-in function, unless it is a variable. */
  #onlyArgument(expression: Expression & { kind: "call" }): Expression | undefined {
    const { name, arguments: [only, ...others] } = expression;
    const takes = PLANNED_FUNCTIONS.has(name) || SUMMED_FUNCTIONS.has(name) || name === "WHERE";
    if (!takes) return undefined;
    const { routines, definitions } = this.operations.machine;
    if (routines.get(name) !== BUILT_IN.get(name) || definitions.has(name)) return undefined;
    return only?.kind === "value" && others.length === 0 ? only.value : undefined;
  }
}

/** Operators of a chain that are steps within each other at most. */
const MAX_NESTED_STEPS = 8;

/** The sum of a plan: DOUBLE of DOUBLE, else FLOAT, as TOTAL gives of all other types. */
function sumOf(plan: Plan, memory: Operations["machine"]["memory"]): Scalar {
  const sum = sumPlan(plan, memory);
  return plan.type === IdlType.DOUBLE
    ? new Scalar(IdlType.DOUBLE, sum)
    : new Scalar(IdlType.FLOAT, Math.fround(sum));
}

/** Values joined to an array, or structures to one of structures. */
function concatenated(
  values: readonly LanguageValue[],
  dimension: number,
  memory: Operations["machine"]["memory"],
): LanguageValue {
  if (values.every(isPlain)) return concatenate(values.map(plain), dimension, memory);
  if (values[0]!.type === POINTER) return joinedPointers(values, memory);
  const made = joined(values, memory);
  memory.adopt(made);
  return made;
}

function required(value: LanguageValue, at: Position): LanguageValue {
  if (value.type !== IdlType.UNDEFINED) return value;
  throw new LanguageError("value", "The expression has no value", at);
}
