/**
 * What is changed: variables and parts of what they hold.
 *
 * @module
 */

import { type Argument, type BinaryOperator, type Expression, isNull } from "../syntax/ast.ts";
import { LanguageError, type Position, Refusal } from "../values/error.ts";
import {
  type HeapCell,
  isNumber,
  type LanguageValue,
  POINTER,
  STRUCTURE,
} from "../values/language_value.ts";
import { plain, Scalar, unstored } from "../values/scalar.ts";
import { type IdlNumeric, IdlType } from "../values/value.ts";
import { binary } from "../kernels/operators.ts";
import { scalarOperator } from "../kernels/scalar_operators.ts";
import { type Expressions, failing } from "./compiler.ts";
import { copied, setVariable } from "../state/machine.ts";
import { storeInCell } from "../structures/pointers.ts";
import { cellStep } from "./pointers.ts";
import type { Frame } from "../state/scope.ts";
import { undefinedVariable } from "./operations.ts";
import {
  type Accessor,
  type AnySelector,
  elementAt,
  placesIn,
  selectPart,
  storeElement,
  storePart,
  storePath,
} from "../structures/parts.ts";
import { after, allOf, neverRun, type Step, type ValueStep, waited } from "../state/step.ts";

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
  if (base.kind === "deref") return storeInHeap(expressions, base, allOf(way));
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
      else if (changed.type === STRUCTURE || changed.type === POINTER) {
        machine.memory.refresh(changed);
      }
    });
  });
}

/** Stores in a variable of the heap, or in a part of what it holds. */
function storeInHeap(
  expressions: Expressions,
  target: Expression & { kind: "deref" },
  way: Step<Accessor[]>,
): Store {
  const { operations } = expressions;
  const { machine } = operations;
  const { memory } = machine;
  const { at } = target;
  return after(
    allOf<unknown>([cellStep(expressions, target), way]),
    ([found, accessors]) => (value: LanguageValue) => {
      const cell = found as HeapCell;
      operations.at(at, () => {
        if ((accessors as Accessor[]).length === 0) {
          const kept = unstored(value);
          const own = memory.isTemporary(kept) ? kept : copied(machine, kept);
          return storeInCell(cell, own, memory);
        }
        const whole = cell.value;
        if (whole === undefined) {
          throw new Refusal("name", "The variable to which the pointer leads is undefined");
        }
        const changed = storePath(whole, accessors as Accessor[], value, memory);
        if (changed !== whole) storeInCell(cell, changed, memory);
        else if (changed.type === STRUCTURE || changed.type === POINTER) memory.refresh(changed);
      });
    },
  );
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
        else if (changed.type === STRUCTURE || changed.type === POINTER) {
          machine.memory.refresh(changed);
        }
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
  const part = operator === undefined ? undefined : partTarget(target);
  if (operator !== undefined && part !== undefined) {
    return changePartStep(expressions, part, operator, value, at);
  }
  const given = operator === undefined ? assigned(expressions, value) : expressions.defined(
    { kind: "binary", operator, left: target, right: value, at, height: 1 },
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

/** A part of what a variable holds, by subscripts. */
interface PartTarget {
  readonly name: string;
  readonly subscripts: readonly Argument[];
  readonly at: Position;
}

function partTarget(target: Expression): PartTarget | undefined {
  if (target.kind === "call") {
    return { name: target.name, subscripts: target.arguments, at: target.at };
  }
  if (target.kind !== "subscript" || target.base.kind !== "name") return undefined;
  return { name: target.base.name, subscripts: target.subscripts, at: target.base.at };
}

/** A part before and after its change. */
interface Change {
  readonly before: LanguageValue;
  readonly now: LanguageValue;
}

/**
 * Changes a part of what a variable holds. Its subscripts are evaluated once.
 *
 * @param next The new value for the old one; `selectors` name the part of `whole`.
 */
function changedPart(
  expressions: Expressions,
  { name, at }: PartTarget,
  next: (
    old: LanguageValue,
    whole: LanguageValue,
    selectors: readonly AnySelector[],
  ) => LanguageValue,
): (selectors: readonly AnySelector[], frame: Frame) => Change {
  const place = expressions.names.place(name);
  const { operations } = expressions;
  const { machine } = operations;
  return (selectors, frame) => {
    const variable = frame.cells[place]!;
    const whole = variable.value;
    if (whole === undefined || whole.type === IdlType.UNDEFINED) throw undefinedVariable(name, at);
    const only = selectors.length === 1 ? selectors[0]! : undefined;
    if (only?.kind === "value" && only.value instanceof Scalar) {
      const before = elementAt(whole, only.value);
      if (before !== undefined) {
        const now = next(before, whole, selectors);
        if (now instanceof Scalar && storeElement(whole, only.value, now)) return { before, now };
      }
    }
    return operations.at(at, () => {
      const before = unstored(selectPart(whole, selectors, machine.memory));
      const now = next(before, whole, selectors);
      const changed = storePart(whole, selectors, now, machine.memory);
      if (changed !== whole) setVariable(machine, name, variable, changed);
      else if (changed.type === STRUCTURE || changed.type === POINTER) {
        machine.memory.refresh(changed);
      }
      return { before, now };
    });
  };
}

/** `a[i] += value`. */
function changePartStep(
  expressions: Expressions,
  part: PartTarget,
  operator: BinaryOperator,
  value: Expression,
  at: Position,
): Step<void> {
  const { operations } = expressions;
  const work = operations.binary(operator, at, part.at, value.at);
  const selectors = expressions.selectors(part.subscripts);
  const given: Step<LanguageValue> = expressions.defined(value);
  return after(allOf<unknown>([selectors, given]), ([selected, other], frame) => {
    const change = changedPart(
      expressions,
      part,
      (old) => operations.evaluated(work(old, other as LanguageValue), at),
    );
    change(selected as AnySelector[], frame);
  });
}

/** IDL manual, "Assignment": the value of an assignment in round brackets is what it stores. */
export function assignmentStep(
  expressions: Expressions,
  { target, value }: Expression & { kind: "assignment" },
): ValueStep {
  const given = expressions.defined(value);
  const store = storeStep(expressions, target);
  if (given.wait === undefined && store.wait === undefined) {
    return {
      run(frame) {
        const result = given.run(frame);
        store.run(frame)(result);
        return result;
      },
    };
  }
  return {
    run: neverRun,
    *wait(frame) {
      const result = yield* waited(given, frame);
      (yield* waited(store, frame))(result);
      return result;
    },
  };
}

/** IDL manual, "Increment and decrement operators": the type of the operand stays. */
export function incrementStep(
  expressions: Expressions,
  { target, by, after: before, at }: Expression & { kind: "increment" },
): ValueStep {
  const { operations } = expressions;
  const { memory } = operations.machine;
  const operator = by > 0 ? "+" : "-";
  const fast = scalarOperator(operator);
  const one = new Scalar(IdlType.BYTE, 1);
  const next = (old: LanguageValue): LanguageValue => {
    const result = old instanceof Scalar ? fast(old, one) : undefined;
    return result ?? unstored(operations.at(at, () => binary(operator, plain(old), one, memory)));
  };
  const part = partTarget(target);
  if (part !== undefined) {
    const change = changedPart(expressions, part, (old, whole, selectors) => {
      const now = next(old);
      if (now instanceof Scalar || now.shape.length === 0 || !isNumber(now)) return now;
      return repeated(now, placesIn(whole, selectors, memory), by);
    });
    return after(expressions.selectors(part.subscripts), (selectors, frame) => {
      const { before: old, now } = change(selectors, frame);
      return before ? old : now;
    });
  }
  const value = expressions.defined(target);
  const store = storeStep(expressions, target);
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

/** An element that is named several times is changed as often. */
function repeated(value: IdlNumeric, places: Int32Array, by: 1 | -1): IdlNumeric {
  const last = new Map<number, number>();
  const { data } = value;
  const parts = data.length / places.length;
  for (let i = 0; i < places.length; i++) {
    const earlier = last.get(places[i]!);
    if (earlier !== undefined) {
      const number = data[parts * earlier]!;
      for (let part = 1; part < parts; part++) {
        data[parts * i + part] = data[parts * earlier + part]!;
      }
      data[parts * i] = typeof number === "bigint" ? number + BigInt(by) : number + by;
    }
    last.set(places[i]!, i);
  }
  return value;
}
