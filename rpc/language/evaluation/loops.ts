/**
 * FOR and FOREACH as steps.
 *
 * @module
 */

import type { Expression, Statement } from "../syntax/ast.ts";
import { refuse } from "../values/error.ts";
import {
  isNumber,
  type LanguageValue,
  type ObjectValue,
  REFERENCE,
} from "../values/language_value.ts";
import { convert } from "../values/convert.ts";
import type { Memory } from "../values/memory.ts";
import { promote } from "../values/promotion.ts";
import { describeAny } from "../structures/structures.ts";
import { plain, Scalar, unstored, wrapped } from "../values/scalar.ts";
import {
  elementsOf,
  type IdlNumericType,
  IdlType,
  isComplex,
  isInteger,
  isLong64,
} from "../values/value.ts";
import { setVariable } from "../state/machine.ts";
import { elementAt, selectPart } from "../structures/parts.ts";
import type { Frame, Variable } from "../state/scope.ts";
import type { Statements } from "./compiler.ts";
import {
  allOf,
  BREAK,
  type Evaluation,
  neverRun,
  NEXT,
  RETURN,
  type Signal,
  type Step,
  waited,
} from "../state/step.ts";

/** The numbers of a FOR loop, in the type of its variable. */
interface Count {
  readonly type: IdlNumericType;
  readonly first: number | bigint;
  readonly last: number | bigint;
  readonly step: number | bigint;
}

/** IDL manual, "FOR": `FOR name = from, to, step DO`. */
export function forStep(
  compiler: Statements,
  { name, from, to, step, body: statement, at }: Statement & { kind: "for" },
): Step<Signal> {
  const { expressions, operations } = compiler;
  const { machine } = operations;
  const place = expressions.names.place(name);
  const defined = (expression: Expression): Step<LanguageValue> => expressions.defined(expression);
  const bounds = allOf([from, to, ...(step === undefined ? [] : [step])].map(defined));
  const body = compiler.body([statement]);
  const begin = (values: LanguageValue[], frame: Frame): Turns => {
    const count = operations.at(at, () => countOf(values, machine.memory));
    const set = (value: Scalar) => {
      const variable = frame.cells[place]!;
      if (variable.value instanceof Scalar) variable.value = value;
      else operations.at(at, () => setVariable(machine, name, variable, value));
    };
    return new Turns(count, frame.cells[place]!, set);
  };
  if (bounds.wait === undefined && body.wait === undefined) {
    const { run } = body;
    return {
      run(frame) {
        const turns = begin(bounds.run(frame), frame);
        while (turns.goesOn) {
          compiler.turn(at);
          const signal = run(frame);
          if (signal === RETURN) return RETURN;
          if (signal === BREAK) break;
          turns.next();
        }
        return NEXT;
      },
    };
  }
  return {
    run: neverRun,
    *wait(frame) {
      const turns = begin(yield* waited(bounds, frame), frame);
      while (turns.goesOn) {
        compiler.turn(at);
        const signal = yield* waited(body, frame);
        if (signal === RETURN) return RETURN;
        if (signal === BREAK) break;
        turns.next();
      }
      return NEXT;
    },
  };
}

/**
 * The variable has the type of the first value, or if they are integers a greater one of the step
 * and of the last value (which makes no INT of a BYTE). All are converted to it.
 */
function countOf(
  values: readonly LanguageValue[],
  space: Parameters<typeof convert>[2],
): Count {
  const [first, last, step] = values.map((value) => {
    if (!isNumber(value) || isComplex(value.type) || elementsOf(value.shape) !== 1) {
      refuse(`Cannot count with ${describeAny(value)}: FOR takes numbers`);
    }
    return value;
  });
  const from = greater(first!.type as IdlNumericType, step?.type as IdlNumericType);
  const to = last!.type as IdlNumericType;
  const type = from === IdlType.BYTE ? from : greater(from, to);
  const numberOf = (value: LanguageValue) => convert(plain(value), type, space).data[0]!;
  return {
    type,
    first: numberOf(first!),
    last: numberOf(last!),
    step: step === undefined ? isLong64(type) ? 1n : 1 : numberOf(step),
  };
}

/** Of two integer types the greater one, else the first. */
function greater(type: IdlNumericType, other: IdlNumericType | undefined): IdlNumericType {
  return other !== undefined && isInteger(type) && isInteger(other)
    ? promote(type, other) as IdlNumericType
    : type;
}

/** The turns of a FOR loop. */
class Turns {
  /** Whether there is another turn. */
  goesOn: boolean;
  readonly #count: Count;
  readonly #variable: Variable;
  readonly #set: (value: Scalar) => void;
  #current: Scalar;

  constructor(count: Count, variable: Variable, set: (value: Scalar) => void) {
    this.#count = count;
    this.#variable = variable;
    this.#set = set;
    this.#current = new Scalar(count.type, count.first);
    this.goesOn = this.#within(count.first);
    set(this.#current);
  }

  #within(number: number | bigint): boolean {
    const { step, last } = this.#count;
    return step >= 0 ? number <= last : number >= last;
  }

  /** Goes to the next value, from what the body has left in the variable. */
  next(): void {
    const { type, step } = this.#count;
    const { value } = this.#variable;
    if (value === this.#current && type === IdlType.LONG) {
      // What most loops count with: the body has left it as it was.
      const sum = (this.#current.number as number) + (step as number);
      this.goesOn = this.#within(sum) && sum === (sum | 0);
      this.#current = new Scalar(IdlType.LONG, sum | 0);
      this.#variable.value = this.#current;
      return;
    }
    const current = value === this.#current ? this.#current : asNumber(value, type);
    if (current === undefined) {
      this.goesOn = false;
      return;
    }
    if (typeof current.number === "bigint") {
      const sum = current.number + (step as bigint);
      const kept = type === IdlType.LONG64 ? BigInt.asIntN(64, sum) : BigInt.asUintN(64, sum);
      this.goesOn = kept === sum && this.#within(sum);
      this.#current = new Scalar(type, kept);
    } else {
      const sum = current.number + (step as number);
      const kept = wrapped(type, sum);
      // Behind the greatest number of the type there is none.
      this.goesOn = this.#within(sum) && (kept === sum || !isInteger(type)) && this.#within(kept);
      this.#current = new Scalar(type, kept);
    }
    this.#set(this.#current);
  }
}

/** What the body stored in the variable of the loop, in its type. */
function asNumber(value: LanguageValue | undefined, type: IdlNumericType): Scalar | undefined {
  if (!(value instanceof Scalar)) return undefined;
  if (value.type === type) return value;
  if (typeof value.number === "bigint" || isLong64(type)) return undefined;
  return new Scalar(type, wrapped(type, isInteger(type) ? Math.trunc(value.number) : value.number));
}

/** IDL manual, "FOREACH": `FOREACH name, value, key DO`. */
export function foreachStep(
  compiler: Statements,
  { name, key, value, body: statement, at }: Statement & { kind: "foreach" },
): Step<Signal> {
  const { expressions, operations } = compiler;
  const { names } = expressions;
  const { machine } = operations;
  const place = names.place(name);
  const keyPlace = key === undefined ? undefined : names.place(key);
  const elements: Step<LanguageValue> = expressions.defined(value);
  const body = compiler.body([statement]);
  const set = (frame: Frame, element: LanguageValue, i: LanguageValue) =>
    operations.at(at, () => {
      setVariable(machine, name, frame.cells[place]!, element);
      if (keyPlace !== undefined) setVariable(machine, key!, frame.cells[keyPlace]!, i);
    });
  const turns = function* (frame: Frame, whole: LanguageValue): Evaluation<Signal> {
    machine.memory.hold(whole);
    try {
      for (const [i, element] of elementsIn(whole, machine.memory)) {
        compiler.turn(at);
        set(frame, element, i);
        const signal = yield* waited(body, frame);
        if (signal === RETURN) return RETURN;
        if (signal === BREAK) break;
      }
    } finally {
      machine.memory.drop(whole);
    }
    return NEXT;
  };
  if (elements.wait === undefined && body.wait === undefined) {
    return {
      run(frame) {
        const whole = elements.run(frame);
        machine.memory.hold(whole);
        try {
          for (const [i, element] of elementsIn(whole, machine.memory)) {
            compiler.turn(at);
            set(frame, element, i);
            const signal = body.run(frame);
            if (signal === RETURN) return RETURN;
            if (signal === BREAK) break;
          }
        } finally {
          machine.memory.drop(whole);
        }
        return NEXT;
      },
    };
  }
  return {
    run: neverRun,
    *wait(frame) {
      return yield* turns(frame, yield* waited(elements, frame));
    },
  };
}

/** The elements of a value with their numbers. */
function* elementsIn(
  whole: LanguageValue,
  space: Memory,
): Generator<[key: LanguageValue, element: LanguageValue], void, void> {
  if (whole.type === REFERENCE) {
    yield* elementsOfObject(whole.data);
    return;
  }
  const count = elementsOf(whole.shape);
  for (let i = 0; i < count; i++) {
    const number = new Scalar(IdlType.LONG, i);
    const element = elementAt(whole, number) ??
      (whole.shape.length === 0
        ? whole
        : unstored(selectPart(whole, [{ kind: "value", value: number }], space)));
    yield [number, element];
  }
}

/** The elements of a list with their numbers, those of a hash with their keys. */
function* elementsOfObject(
  data: ObjectValue,
): Generator<[key: LanguageValue, element: LanguageValue], void, void> {
  if (data.kind !== "LIST") {
    for (const { key, value } of [...data.entries.values()]) yield [key, unstored(value)];
    return;
  }
  for (let i = 0; i < data.elements.length; i++) {
    yield [new Scalar(IdlType.LONG, i), unstored(data.elements[i]!)];
  }
}
