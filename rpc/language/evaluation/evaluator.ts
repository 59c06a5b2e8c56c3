/**
 * Carries out the statements of a command.
 *
 * @module
 */

import { concatenate } from "../values/arrays.ts";
import { type Argument, chainOf, type Expression, type Statement } from "../syntax/ast.ts";
import { bindArguments, type BoundArguments, type GivenArgument } from "./binding.ts";
import { LanguageError, type Position, Refusal } from "../values/error.ts";
import { Call } from "./call.ts";
import { BUILT_IN } from "../functions/mod.ts";
import { type Machine, printLine, setVariable } from "./machine.ts";
import { storageOf } from "../values/memory.ts";
import { binary, isTrue, unary } from "../kernels/operators.ts";
import { evaluatePlan, leavesOf, Plan, planBinary, planUnary, sumPlan } from "../kernels/plan.ts";
import { printValues } from "../values/print.ts";
import type { LanguageKeywords, LanguageRoutine, PlainValue } from "../routines/routine.ts";
import { toIdlValue } from "../routines/plain.ts";
import { select, type Selector, store } from "./subscripts.ts";
import { systemVariable } from "./system_variables.ts";
import { wholeNumber } from "../values/convert.ts";
import { IdlType, type IdlValue, isNumeric, scalar, UNDEFINED } from "../values/value.ts";

/**
 * Work that may have to wait: for a function registered from TypeScript, or for
 * the host. It yields what it waits for.
 */
export type Evaluation<T> = Generator<PromiseLike<unknown>, T, unknown>;

/** What a RETURN statement gave, if there was one. */
export interface Returned {
  readonly value: IdlValue | undefined;
}

/** Carries out the statements of one command. */
export class Evaluator {
  readonly machine: Machine;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /**
   * Carries out statements until one returns or all are done.
   *
   * @throws LanguageError at the place that failed.
   */
  *run(statements: readonly Statement[]): Evaluation<Returned | undefined> {
    for (const statement of statements) {
      this.#at(statement.at, () => this.machine.meter.work(1));
      const returned = yield* this.#statement(statement);
      if (returned !== undefined) return returned;
      this.machine.memory.sweep();
    }
    return undefined;
  }

  *#statement(statement: Statement): Evaluation<Returned | undefined> {
    switch (statement.kind) {
      case "assign":
        yield* this.#assign(statement);
        return undefined;
      case "procedure":
        yield* this.#procedure(statement);
        return undefined;
      case "return": {
        if (statement.value === undefined) return { value: undefined };
        return { value: yield* this.#defined(statement.value) };
      }
      case "implied":
        this.#printValue(yield* this.#defined(statement.value), statement.at);
        return undefined;
    }
  }

  *#assign(statement: Statement & { kind: "assign" }): Evaluation<void> {
    const { name, subscripts, operator, at } = statement;
    if (operator !== undefined) {
      const height = 1;
      const variable: Expression = { kind: "name", name, at, height };
      const left: Expression = subscripts === undefined
        ? variable
        : { kind: "subscript", base: variable, subscripts, at, height };
      const right = statement.value;
      const value = yield* this.#evaluate({ kind: "binary", operator, left, right, at, height });
      yield* this.#put(name, subscripts, value, at);
      return;
    }
    const value = yield* this.#evaluate(statement.value);
    if (value.type === IdlType.UNDEFINED && !isNull(statement.value)) {
      this.#refuseUndefined(statement.value);
    }
    yield* this.#put(name, subscripts, value, at);
  }

  *#put(
    name: string,
    subscripts: readonly Argument[] | undefined,
    value: IdlValue,
    at: Position,
  ): Evaluation<void> {
    if (subscripts === undefined) {
      this.#at(at, () => setVariable(this.machine, name, value));
      return;
    }
    const target = this.machine.variables.get(name);
    if (target === undefined) throw undefinedVariable(name, at);
    const selectors = yield* this.#selectors(subscripts);
    this.#at(at, () => {
      const changed = store(target, selectors, value, this.machine.memory);
      if (changed !== target) setVariable(this.machine, name, changed);
    });
  }

  *#procedure(statement: Statement & { kind: "procedure" }): Evaluation<void> {
    const { name, at } = statement;
    const routine = this.machine.routines.get(name);
    if (routine?.kind === "procedure") {
      yield* this.#call(name, routine, statement.arguments, at);
      return;
    }
    const variable = this.machine.variables.get(name);
    if (variable !== undefined && statement.arguments.length === 0) {
      this.#printValue(variable, at);
      return;
    }
    if (routine !== undefined) {
      throw new LanguageError("name", `${name} is a function: use it in an expression`, at);
    }
    throw new LanguageError(
      "name",
      `There is no procedure ${name}: HELP, /ROUTINES lists them`,
      at,
    );
  }

  #printValue(value: IdlValue, at: Position): void {
    this.#at(
      at,
      () => printValues([value], this.machine.meter, (line) => printLine(this.machine, line)),
    );
  }

  *#defined(expression: Expression): Evaluation<IdlValue> {
    const value = yield* this.#evaluate(expression);
    if (value.type === IdlType.UNDEFINED && !isNull(expression)) this.#refuseUndefined(expression);
    return value;
  }

  #refuseUndefined(expression: Expression): never {
    if (expression.kind === "name") throw undefinedVariable(expression.name, expression.at);
    throw new LanguageError("value", "The expression has no value", expression.at);
  }

  *#evaluate(expression: Expression): Evaluation<IdlValue> {
    const { memory } = this.machine;
    switch (expression.kind) {
      case "literal":
        return ownLiteral(expression.value);
      case "name":
        return this.machine.variables.get(expression.name) ?? UNDEFINED;
      case "system":
        return this.#at(expression.at, () => systemVariable(expression.name));
      case "unary":
      case "binary":
        return this.#evaluated(yield* this.#planned(expression), expression.at);
      case "logical":
        return yield* this.#logical(expression);
      case "conditional": {
        const condition = yield* this.#defined(expression.condition);
        const chosen = this.#at(expression.at, () => isTrue(condition, "bit"))
          ? expression.then
          : expression.otherwise;
        return yield* this.#defined(chosen);
      }
      case "call":
        return yield* this.#callOrSubscript(expression);
      case "subscript": {
        const base = yield* this.#defined(expression.base);
        return yield* this.#select(base, expression.subscripts, expression.at);
      }
      case "array": {
        const elements: IdlValue[] = [];
        for (const element of expression.elements) elements.push(yield* this.#defined(element));
        return this.#operation(
          expression.at,
          elements,
          () => concatenate(elements, expression.dimension, memory),
        );
      }
    }
  }

  /**
   * An element-wise expression as a plan where it is worth one, so that its
   * operations are run together; every other expression as its value.
   */
  *#planned(expression: Expression): Evaluation<Plan | IdlValue> {
    const { at } = expression;
    if (expression.kind === "unary") {
      const { at } = expression.operand;
      const operand = this.#operand(yield* this.#planned(expression.operand), at);
      const plan = expression.operator === "-" ? planUnary("neg", operand) : undefined;
      if (plan !== undefined) return plan;
      const value = this.#evaluated(operand, at);
      return this.#operation(
        at,
        [value],
        () => unary(expression.operator, value, this.machine.memory),
      );
    }
    if (expression.kind === "binary") {
      const { first, operations } = chainOf(expression);
      let planned = yield* this.#planned(first);
      for (const operation of operations) planned = yield* this.#chained(planned, operation);
      return planned;
    }
    const argument = this.#argumentOf(expression, PLANNED_FUNCTIONS);
    if (argument !== undefined && expression.kind === "call") {
      const operand = this.#operand(yield* this.#planned(argument), argument.at);
      const plan = planUnary(expression.name.toLowerCase(), operand);
      if (plan !== undefined) return plan;
      return yield* this.#callWith(expression.name, this.#evaluated(operand, at), at);
    }
    return yield* this.#defined(expression);
  }

  /** One operation of a chain, on what its left side has come to. */
  *#chained(
    before: Plan | IdlValue,
    { operator, left: { at: leftAt }, right: operand, at }: Expression & { kind: "binary" },
  ): Evaluation<Plan | IdlValue> {
    const left = this.#operand(before, leftAt);
    const right = this.#operand(yield* this.#planned(operand), operand.at);
    const plan = this.#at(at, () => planBinary(operator, left, right));
    if (plan !== undefined) return plan;
    const values = [this.#evaluated(left, at), this.#evaluated(right, at)] as const;
    return this.#operation(at, values, () => binary(operator, ...values, this.machine.memory));
  }

  /** The only argument of a call of one of these built-in functions, unless it is a variable. */
  #argumentOf(
    expression: Expression,
    functions: ReadonlySet<string>,
  ): Expression | undefined {
    if (expression.kind !== "call" || !functions.has(expression.name)) return undefined;
    const { name } = expression;
    const { variables, routines } = this.machine;
    if (variables.has(name) || routines.get(name) !== BUILT_IN.get(name)) return undefined;
    const [only, ...others] = expression.arguments;
    if (only?.kind !== "value" || others.length > 0) return undefined;
    return only.value;
  }

  /** What may stand below in a plan: a comparison is run, for its bytes are converted. */
  #operand(planned: Plan | IdlValue, at: Position): Plan | IdlValue {
    return planned.type === IdlType.BYTE ? this.#evaluated(planned, at) : planned;
  }

  #evaluated(planned: Plan | IdlValue, at: Position): IdlValue {
    if (!(planned instanceof Plan)) return planned;
    return this.#operation(at, leavesOf(planned), () => evaluatePlan(planned, this.machine.memory));
  }

  /** TOTAL of an expression: the elements of a plan are summed as they are computed. */
  *#total(argument: Expression, at: Position): Evaluation<IdlValue> {
    const planned = yield* this.#planned(argument);
    if (!(planned instanceof Plan)) return yield* this.#callWith("TOTAL", planned, at);
    return this.#operation(
      at,
      leavesOf(planned),
      () => scalar(planned.type, sumPlan(planned, this.machine.memory)),
    );
  }

  *#logical(expression: Expression & { kind: "logical" }): Evaluation<IdlValue> {
    const { first, operations } = chainOf(expression);
    let value = yield* this.#defined(first);
    for (const { operator, right, at } of operations) {
      const before = value;
      const decided = this.#at(at, () => isTrue(before, "nonzero"));
      if (decided === (operator === "||")) value = logical(decided);
      else {
        const next = yield* this.#defined(right);
        value = logical(this.#at(at, () => isTrue(next, "nonzero")));
      }
    }
    return value;
  }

  *#callOrSubscript(expression: Expression & { kind: "call" }): Evaluation<IdlValue> {
    const { name, at } = expression;
    const variable = this.machine.variables.get(name);
    if (variable !== undefined) return yield* this.#select(variable, expression.arguments, at);
    const routine = this.machine.routines.get(name);
    if (routine === undefined) {
      throw new LanguageError(
        "name",
        `There is no function or variable ${name}: HELP, /ROUTINES lists the functions`,
        at,
      );
    }
    if (routine.kind === "procedure") {
      throw new LanguageError("name", `${name} is a procedure: use it as a statement`, at);
    }
    const summed = this.#argumentOf(expression, SUMMED_FUNCTIONS);
    if (summed !== undefined) return yield* this.#total(summed, at);
    if (this.#argumentOf(expression, PLANNED_FUNCTIONS) !== undefined) {
      return this.#evaluated(yield* this.#planned(expression), at);
    }
    return yield* this.#call(name, routine, expression.arguments, at);
  }

  *#select(
    base: IdlValue,
    subscripts: readonly Argument[],
    at: Position,
  ): Evaluation<IdlValue> {
    const selectors = yield* this.#selectors(subscripts);
    return this.#operation(at, [base], () => select(base, selectors, this.machine.memory));
  }

  *#selectors(subscripts: readonly Argument[]): Evaluation<Selector[]> {
    const selectors: Selector[] = [];
    for (const subscript of subscripts) {
      switch (subscript.kind) {
        case "all":
          selectors.push({ kind: "all" });
          break;
        case "value":
          selectors.push({ kind: "value", value: yield* this.#defined(subscript.value) });
          break;
        case "range":
          selectors.push({
            kind: "range",
            from: yield* this.#wholeNumber(subscript.from),
            to: subscript.to === undefined ? -1 : yield* this.#wholeNumber(subscript.to),
            step: subscript.step === undefined ? 1 : yield* this.#wholeNumber(subscript.step),
          });
          break;
        case "keyword":
          throw new LanguageError(
            "syntax",
            `Cannot use the keyword ${subscript.name} as a subscript`,
            subscript.at,
          );
      }
    }
    return selectors;
  }

  *#wholeNumber(expression: Expression): Evaluation<number> {
    const value = yield* this.#defined(expression);
    return this.#at(expression.at, () => wholeNumber(value));
  }

  *#call(
    name: string,
    routine: LanguageRoutine,
    given: readonly Argument[],
    at: Position,
  ): Evaluation<IdlValue> {
    const bound = this.#at(at, () => bindArguments(name, routine, given));
    const args: IdlValue[] = [];
    for (const argument of bound.positional) args.push(yield* this.#argument(argument));
    const keywords: Record<string, IdlValue> = Object.create(null);
    for (const [keyword, argument] of bound.keywords) {
      keywords[keyword] = yield* this.#argument(argument);
    }
    return yield* this.#invoke(name, routine, args, keywords, bound, at);
  }

  /** Calls a built-in function with one value. */
  *#callWith(name: string, value: IdlValue, at: Position): Evaluation<IdlValue> {
    const bound: BoundArguments = { positional: [], keywords: new Map() };
    return yield* this.#invoke(name, BUILT_IN.get(name)!, [value], {}, bound, at);
  }

  *#invoke(
    name: string,
    routine: LanguageRoutine,
    args: readonly IdlValue[],
    keywords: LanguageKeywords,
    bound: BoundArguments,
    at: Position,
  ): Evaluation<IdlValue> {
    let result: IdlValue | undefined;
    try {
      this.machine.meter.work(1);
      const called = routine.run(args, keywords, new Call(this.machine, name, bound));
      const awaited = isPromiseLike(called) ? (yield called) as PlainValue | undefined : called;
      result = awaited === undefined ? undefined : toIdlValue(awaited, this.machine.memory);
    } catch (error) {
      throw located(error, at, name);
    }
    const given = Object.values(keywords).filter((value) => value !== undefined);
    this.#releaseAll([...args, ...given], result);
    return result ?? UNDEFINED;
  }

  *#argument({ argument, parameter }: GivenArgument): Evaluation<IdlValue> {
    if (argument.kind !== "value" && argument.kind !== "keyword") {
      throw new LanguageError("syntax", "A range stands only in subscripts", argument.at);
    }
    if (argument.value === undefined) return TRUE;
    const allowed = parameter.output || parameter.undefinedAllowed;
    return allowed ? yield* this.#evaluate(argument.value) : yield* this.#defined(argument.value);
  }

  /** Does work that may refuse its operands, and names the place if it does. */
  #at<T>(at: Position, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw located(error, at);
    }
  }

  /** Like {@linkcode #at}, and gives back the operands that nothing needs any more. */
  #operation(at: Position, operands: readonly IdlValue[], work: () => IdlValue): IdlValue {
    const result = this.#at(at, work);
    this.#releaseAll(operands, result);
    return result;
  }

  #releaseAll(operands: readonly IdlValue[], result: IdlValue | undefined): void {
    const kept = result === undefined ? undefined : storageOf(result);
    for (const operand of operands) {
      if (storageOf(operand) !== kept) this.machine.memory.release(operand);
    }
  }
}

/** The functions that may stand in a plan, and those that may consume one. */
const PLANNED_FUNCTIONS: ReadonlySet<string> = new Set(["SQRT", "ABS"]);
const SUMMED_FUNCTIONS: ReadonlySet<string> = new Set(["TOTAL"]);

const TRUE: IdlValue = { type: IdlType.INT, shape: [], data: Int16Array.of(1) };

/** A literal's value with storage of its own: the tree may be run again. */
function ownLiteral(value: IdlValue): IdlValue {
  if (isNumeric(value)) return { ...value, data: value.data.slice() };
  return value.type === IdlType.STRING ? { ...value, data: value.data.slice() } : value;
}

function logical(value: boolean): IdlValue {
  return { type: IdlType.BYTE, shape: [], data: Uint8Array.of(value ? 1 : 0) };
}

function isPromiseLike<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | undefined)?.then === "function";
}

function isNull(expression: Expression): boolean {
  return expression.kind === "system" && expression.name === "!NULL" ||
    expression.kind === "array" && expression.elements.length === 0;
}

function undefinedVariable(name: string, at: Position): LanguageError {
  return new LanguageError("name", `The variable ${name} is undefined`, at);
}

/** The error at a place, for what was thrown there. */
function located(error: unknown, at: Position, name?: string): unknown {
  if (error instanceof LanguageError) return error;
  if (!(error instanceof Refusal)) return error;
  const subject = name === undefined ? "" : `${name}: `;
  return new LanguageError(error.code, subject + error.message, at, { cause: error.cause });
}
