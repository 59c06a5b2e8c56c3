/**
 * What is changed: variables and parts of what they hold.
 *
 * @module
 */

import { type Argument, type BinaryOperator, type Expression, isNull } from "../syntax/ast.ts";
import { LanguageError, type Position } from "../values/error.ts";
import { type LanguageValue, STRUCTURE } from "../values/language_value.ts";
import { plain, Scalar, unstored } from "../values/scalar.ts";
import { IdlType } from "../values/value.ts";
import { binary } from "../kernels/operators.ts";
import { scalarOperator } from "../kernels/scalar_operators.ts";
import { type Expressions, failing } from "./compiler.ts";
import { setVariable } from "./machine.ts";
import { undefinedVariable } from "./operations.ts";
import {
  type Accessor,
  type AnySelector,
  storeElement,
  storePart,
  storePath,
} from "../structures/parts.ts";
import { after, allOf, neverRun, type Step, type ValueStep, waited } from "./step.ts";

/** How a value is stored where an expression stands. */
export type Store = Step<(value: LanguageValue) => void>;

/** Stores values in a variable or a part of what it holds. */
export function storeStep(expressions: Expressions, target: Expression): Store {
  switch (target.kind) {
    case "name":
      return storeVariable(expressions, target.name, target.at);
    case "call":
      return storeInPart(expressions, target.name, target.arguments, target.at);
    case "subscript":
      if (target.base.kind === "name") {
        return storeInPart(expressions, target.base.name, target.subscripts, target.base.at);
      }
      break;
  }
  return storeAlong(expressions, target);
}

/** Stores at the end of a way of subscripts and tags. */
function storeAlong(expressions: Expressions, target: Expression): Store {
  const { operations } = expressions;
  const { machine } = operations;
  const way: Step<Accessor>[] = [];
  let base = target;
  for (;;) {
    if (base.kind === "subscript") {
      way.unshift(partAccessor(expressions, base.subscripts));
      base = base.base;
    } else if (base.kind === "tag") {
      const { tag } = base;
      way.unshift(
        typeof tag === "string"
          ? { run: () => ({ kind: "tag", tag }) }
          : after(expressions.defined(tag), (value) => ({ kind: "tag", tag: value })),
      );
      base = base.base;
    } else if (base.kind === "method") {
      const { name } = base;
      way.unshift(partAccessor(expressions, base.arguments));
      way.unshift({ run: () => ({ kind: "tag", tag: name }) });
      base = base.base;
    } else break;
  }
  if (base.kind === "call") way.unshift(partAccessor(expressions, base.arguments));
  if (base.kind !== "name" && base.kind !== "call") {
    return failing(
      new LanguageError("syntax", "Cannot store a value in such an expression", target.at),
    );
  }
  const { name, at } = base;
  const place = expressions.names.place(name);
  return after(allOf(way), (accessors, frame) => (value: LanguageValue) => {
    const variable = frame.cells[place]!;
    const whole = variable.value;
    if (whole === undefined) throw undefinedVariable(name, at);
    operations.at(at, () => {
      const changed = storePath(whole, accessors, value, machine.memory);
      if (changed !== whole) setVariable(machine, name, variable, changed);
      else if (changed.type === STRUCTURE) machine.memory.refresh(changed);
    });
  });
}

function partAccessor(expressions: Expressions, subscripts: readonly Argument[]): Step<Accessor> {
  return after(expressions.selectors(subscripts), (selectors) => ({ kind: "part", selectors }));
}

function storeVariable(expressions: Expressions, name: string, at: Position): Store {
  const place = expressions.names.place(name);
  const { operations } = expressions;
  const { machine } = operations;
  return {
    run: (frame) => (value) =>
      operations.at(at, () => setVariable(machine, name, frame.cells[place]!, value)),
  };
}

function storeInPart(
  expressions: Expressions,
  name: string,
  subscripts: readonly Argument[],
  at: Position,
): Store {
  const place = expressions.names.place(name);
  const { operations } = expressions;
  const { machine } = operations;
  return after(
    expressions.selectors(subscripts),
    (selectors: AnySelector[], frame) => (value: LanguageValue) => {
      const variable = frame.cells[place]!;
      const target = variable.value;
      if (target === undefined) throw undefinedVariable(name, at);
      const only = selectors.length === 1 ? selectors[0]! : undefined;
      if (only?.kind === "value" && only.value instanceof Scalar && value instanceof Scalar) {
        if (storeElement(target, only.value, value)) return;
      }
      operations.at(at, () => {
        const changed = storePart(target, selectors, value, machine.memory);
        if (changed !== target) setVariable(machine, name, variable, changed);
        else if (changed.type === STRUCTURE) machine.memory.refresh(changed);
      });
    },
  );
}

/** `target = value`, `target += value`. */
export function assignStep(
  expressions: Expressions,
  target: Expression,
  operator: BinaryOperator | undefined,
  value: Expression,
  at: Position,
): Step<void> {
  const given = operator === undefined ? assigned(expressions, value) : expressions.defined(
    { kind: "binary", operator, left: readable(target), right: value, at, height: 1 },
  );
  if (target.kind === "name") return assignVariable(expressions, target.name, given, at);
  const store = storeStep(expressions, target);
  if (given.wait === undefined && store.wait === undefined) {
    return {
      run(frame) {
        const result = given.run(frame);
        store.run(frame)(result);
      },
    };
  }
  return {
    run: neverRun,
    *wait(frame) {
      const result = yield* waited(given, frame);
      (yield* waited(store, frame))(result);
    },
  };
}

function assignVariable(
  expressions: Expressions,
  name: string,
  given: ValueStep,
  at: Position,
): Step<void> {
  const place = expressions.names.place(name);
  const { operations } = expressions;
  const { machine } = operations;
  return after(given, (value, frame) => {
    const variable = frame.cells[place]!;
    // A number for a number: nothing is counted.
    if (value instanceof Scalar && variable.value instanceof Scalar) variable.value = value;
    else operations.at(at, () => setVariable(machine, name, variable, value));
  });
}

/** The value of an assignment, which may be `!NULL`. */
function assigned(expressions: Expressions, value: Expression): ValueStep {
  return isNull(value) ? expressions.raw(value) : expressions.nullable(value);
}

/** What is changed as what is read before: round brackets are subscripts of a variable. */
function readable(target: Expression): Expression {
  if (target.kind !== "call") return target;
  const { name, arguments: subscripts, at, height } = target;
  return { kind: "subscript", base: { kind: "name", name, at, height: 1 }, subscripts, at, height };
}

/** IDL manual, "Increment and decrement operators": the type of the operand stays. */
export function incrementStep(
  expressions: Expressions,
  { target, by, after: before, at }: Expression & { kind: "increment" },
): ValueStep {
  const { operations } = expressions;
  const { memory } = operations.machine;
  const value = expressions.defined(readable(target));
  const store = storeStep(expressions, target);
  const operator = by > 0 ? "+" : "-";
  const fast = scalarOperator(operator);
  const one = new Scalar(IdlType.BYTE, 1);
  const next = (old: LanguageValue): LanguageValue => {
    const result = old instanceof Scalar ? fast(old, one) : undefined;
    return result ?? unstored(operations.at(at, () => binary(operator, plain(old), one, memory)));
  };
  const change = (old: LanguageValue, set: (value: LanguageValue) => void) => {
    const changed = next(old);
    set(changed);
    return before ? old : changed;
  };
  if (value.wait === undefined && store.wait === undefined) {
    return { run: (frame) => change(value.run(frame), store.run(frame)) };
  }
  return {
    run: neverRun,
    *wait(frame) {
      const old = yield* waited(value, frame);
      return change(old, yield* waited(store, frame));
    },
  };
}
