/**
 * From the trees of statements to steps.
 *
 * @module
 */

import { type Branch, type Expression, isNull, type Statement } from "../syntax/ast.ts";
import { LanguageError, type Position } from "../values/error.ts";
import { printAny } from "../structures/show.ts";
import { type LanguageValue, REFERENCE } from "../values/language_value.ts";
import { Scalar, unstored } from "../values/scalar.ts";
import { elementsOf, IdlType, UNDEFINED } from "../values/value.ts";
import { insteadOf } from "./calls.ts";
import { handledStep, hasCatch } from "./catch.ts";
import type { Expressions, Routines, Statements } from "./compiler.ts";
import { foreachStep, forStep } from "./loops.ts";
import { printLine } from "../state/machine.ts";
import { methodStep, tagStep } from "./member_steps.ts";
import { located, type Operations } from "./operations.ts";
import { selectPart } from "../structures/parts.ts";
import type { Frame } from "../state/scope.ts";
import {
  after,
  allOf,
  BREAK,
  CONTINUE,
  neverRun,
  NEXT,
  RETURN,
  type Signal,
  type Step,
  type ValueStep,
  waited,
} from "../state/step.ts";
import { assignStep } from "./targets.ts";

const NOTHING: Step<Signal> = { run: () => NEXT };

/** Makes steps of the statements of one command or routine. */
export class StatementCompiler implements Statements {
  readonly #routines: Routines;
  readonly operations: Operations;
  readonly expressions: Expressions;

  constructor(routines: Routines, expressions: Expressions) {
    this.#routines = routines;
    this.operations = routines.operations;
    this.expressions = expressions;
  }

  /** All statements of a command or a routine, which may go on after an error. */
  whole(statements: readonly Statement[]): Step<Signal> {
    return hasCatch(statements) ? handledStep(this, statements) : this.body(statements);
  }

  /** Statements, one after the other. */
  body(statements: readonly Statement[]): Step<Signal> {
    const steps = statements.filter(({ kind }) => kind !== "define").map((statement) =>
      this.#statement(statement)
    );
    if (steps.length === 0) return NOTHING;
    if (steps.length === 1) return steps[0]!;
    if (steps.every(({ wait }) => wait === undefined)) {
      const runs = steps.map(({ run }) => run);
      return {
        run(frame) {
          for (let i = 0; i < runs.length; i++) {
            const signal = runs[i]!(frame);
            if (signal !== NEXT) return signal;
          }
          return NEXT;
        },
      };
    }
    return {
      run: neverRun,
      *wait(frame) {
        for (const step of steps) {
          const signal = yield* waited(step, frame);
          if (signal !== NEXT) return signal;
        }
        return NEXT;
      },
    };
  }

  #statement(statement: Statement): Step<Signal> {
    switch (statement.kind) {
      case "block":
        return this.body(statement.body);
      case "if":
        return this.#if(statement);
      case "for":
        return forStep(this, statement);
      case "foreach":
        return foreachStep(this, statement);
      case "while":
        return this.#while(statement.condition, statement.body, statement.at);
      case "repeat":
        return this.#repeat(statement.until, statement.body, statement.at);
      case "case":
      case "switch":
        return this.#choice(statement);
      case "break":
        return { run: () => BREAK };
      case "continue":
        return { run: () => CONTINUE };
      case "return":
        return this.#return(statement);
      default:
        return this.#metered(this.#simple(statement), statement.at);
    }
  }

  /** Charges a turn of a loop, or a statement. */
  step(at: Position): void {
    try {
      this.operations.machine.meter.step();
    } catch (error) {
      throw located(error, at);
    }
  }

  /** A statement that is charged, and whose temporaries are given back. */
  #metered(step: Step<unknown>, at: Position): Step<Signal> {
    const { meter, memory } = this.operations.machine;
    if (step.wait === undefined) {
      const { run } = step;
      return {
        run: (frame) => {
          if (!meter.tick()) this.step(at);
          run(frame);
          memory.sweep();
          return NEXT;
        },
      };
    }
    const begin = (at: Position) => this.step(at);
    return {
      run: neverRun,
      *wait(frame) {
        begin(at);
        yield* waited(step, frame);
        memory.sweep();
        return NEXT;
      },
    };
  }

  #simple(statement: Statement): Step<unknown> {
    const { at } = statement;
    switch (statement.kind) {
      case "assign": {
        const { target, operator, value } = statement;
        return assignStep(this.expressions, target, operator, value, at);
      }
      case "procedure":
        return this.#procedure(statement);
      case "increment":
        return this.expressions.calls.increment(statement.value);
      case "method": {
        const { base, name, arguments: given } = statement;
        return methodStep(this.expressions, base, name, given, at);
      }
      case "implied":
        if (statement.value.kind === "tag") return this.#tagStatement(statement.value);
        return this.#printed(this.#result(statement.value), at);
      default:
        throw new LanguageError("syntax", "Cannot execute such a statement", at);
    }
  }

  /** `x.name`: a tag, which is printed, or a procedure of an object. */
  #tagStatement(expression: Expression & { kind: "tag" }): Step<void> {
    const { base, at } = expression;
    const value = tagStep(this.expressions, expression);
    const isObject: Step<boolean> = after(
      this.expressions.defined(base),
      (value) => value.type === REFERENCE && value.data.kind !== "DICTIONARY",
    );
    return after(allOf<unknown>([isObject, value]), ([called, result]) => {
      if (!called) this.#print(result as LanguageValue, at);
    });
  }

  /** An expression that may be `!NULL`. */
  #result(expression: Expression): ValueStep {
    // A method may have no value.
    return isNull(expression) || expression.kind === "tag" || expression.kind === "method"
      ? this.expressions.raw(expression)
      : this.expressions.defined(expression);
  }

  #printed(step: ValueStep, at: Position): Step<void> {
    return after(step, (value) => this.#print(value, at));
  }

  #print(value: LanguageValue, at: Position): void {
    if (value === UNDEFINED) return;
    const { machine } = this.operations;
    this.operations.at(
      at,
      () => printAny(value, machine.memory, (line) => printLine(machine, line)),
    );
  }

  #procedure(statement: Statement & { kind: "procedure" }): Step<unknown> {
    const { name, arguments: given, at } = statement;
    const call = this.expressions.calls.procedure(name, given, at);
    if (call !== undefined) return call;
    const place = this.expressions.names.place(name);
    const { routines } = this.operations.machine;
    const isFunction = routines.has(name) || this.#routines.definition(name) !== undefined;
    return {
      run: (frame) => {
        const { value } = frame.cells[place]!;
        if (value !== undefined && given.length === 0) return this.#print(value, at);
        throw new LanguageError(
          "name",
          isFunction
            ? `${name} is a function: use it in an expression`
            : `There is no procedure ${name}: ${insteadOf(name) ?? "HELP, /ROUTINES lists them"}`,
          at,
        );
      },
    };
  }

  #return({ value, at }: Statement & { kind: "return" }): Step<Signal> {
    const begin = () => this.step(at);
    if (value === undefined) {
      return {
        run(frame) {
          begin();
          frame.returned = undefined;
          return RETURN;
        },
      };
    }
    const step: Step<LanguageValue> = this.#result(value);
    return after(step, (result, frame) => {
      begin();
      frame.returned = result;
      return RETURN;
    });
  }

  #if(statement: Statement & { kind: "if" }): Step<Signal> {
    const condition = this.expressions.condition(statement.condition);
    const then = this.body([statement.then]);
    const otherwise = statement.otherwise === undefined
      ? NOTHING
      : this.body([statement.otherwise]);
    if (condition.wait === undefined && then.wait === undefined && otherwise.wait === undefined) {
      const test = condition.run;
      const { run } = then;
      const { run: runOtherwise } = otherwise;
      return { run: (frame) => test(frame) ? run(frame) : runOtherwise(frame) };
    }
    return {
      run: neverRun,
      *wait(frame) {
        return yield* waited((yield* waited(condition, frame)) ? then : otherwise, frame);
      },
    };
  }

  #while(expression: Expression, statement: Statement, at: Position): Step<Signal> {
    const condition = this.expressions.condition(expression);
    const body = this.body([statement]);
    const turn = () => this.turn(at);
    if (condition.wait === undefined && body.wait === undefined) {
      const test = condition.run;
      const { run } = body;
      return {
        run(frame) {
          while (turn(), test(frame)) {
            const signal = run(frame);
            if (signal === RETURN) return RETURN;
            if (signal === BREAK) break;
          }
          return NEXT;
        },
      };
    }
    return {
      run: neverRun,
      *wait(frame) {
        while (turn(), yield* waited(condition, frame)) {
          const signal = yield* waited(body, frame);
          if (signal === RETURN) return RETURN;
          if (signal === BREAK) break;
        }
        return NEXT;
      },
    };
  }

  #repeat(expression: Expression, statement: Statement, at: Position): Step<Signal> {
    const until = this.expressions.condition(expression);
    const body = this.body([statement]);
    const turn = () => this.turn(at);
    if (until.wait === undefined && body.wait === undefined) {
      const test = until.run;
      const { run } = body;
      return {
        run(frame) {
          do {
            turn();
            const signal = run(frame);
            if (signal === RETURN) return RETURN;
            if (signal === BREAK) break;
          } while (!test(frame));
          return NEXT;
        },
      };
    }
    return {
      run: neverRun,
      *wait(frame) {
        do {
          turn();
          const signal = yield* waited(body, frame);
          if (signal === RETURN) return RETURN;
          if (signal === BREAK) break;
        } while (!(yield* waited(until, frame)));
        return NEXT;
      },
    };
  }

  /** Charges a turn of a loop, and gives back the temporaries of its condition. */
  turn(at: Position): void {
    const { meter, memory } = this.operations.machine;
    if (!meter.tick()) this.step(at);
    memory.sweep();
  }

  /** IDL manual, "CASE" and "SWITCH": a branch fits where its value equals the selector. */
  #choice(statement: Statement & { kind: "case" | "switch" }): Step<Signal> {
    const { kind, at } = statement;
    const selector: Step<LanguageValue> = after(
      this.expressions.defined(statement.value),
      (value) => this.#single(value, at),
    );
    const branches = statement.branches.map((branch) => this.#branch(branch, at));
    const none = () => {
      if (kind === "case") throw new LanguageError("value", "CASE statement found no match", at);
    };
    const begin = () => this.step(at);
    const waits = selector.wait !== undefined ||
      branches.some(({ body, test }) => body.wait !== undefined || test?.wait !== undefined);
    const choose = function* (frame: Frame) {
      begin();
      const value = yield* waited(selector, frame);
      let first = branches.length;
      for (const [i, { test, equals }] of branches.entries()) {
        if (test === undefined || equals(value, yield* waited(test, frame))) {
          first = i;
          break;
        }
      }
      if (first === branches.length) none();
      const last = kind === "case" ? Math.min(first + 1, branches.length) : branches.length;
      for (let i = first; i < last; i++) {
        const signal = yield* waited(branches[i]!.body, frame);
        if (signal === BREAK) return NEXT;
        if (signal !== NEXT) return signal;
      }
      return NEXT;
    };
    if (waits) return { run: neverRun, wait: choose };
    return {
      run(frame) {
        begin();
        const value = selector.run(frame);
        let first = 0;
        while (first < branches.length) {
          const { test, equals } = branches[first]!;
          if (test === undefined || equals(value, test.run(frame))) break;
          first++;
        }
        if (first === branches.length) none();
        const last = kind === "case" ? Math.min(first + 1, branches.length) : branches.length;
        for (let i = first; i < last; i++) {
          const signal = branches[i]!.body.run(frame);
          if (signal === BREAK) return NEXT;
          if (signal !== NEXT) return signal;
        }
        return NEXT;
      },
    };
  }

  /** One element, whose storage no operator may take. */
  #single(value: LanguageValue, at: Position): LanguageValue {
    if (value instanceof Scalar || value.shape.length === 0) return value;
    if (elementsOf(value.shape) !== 1) {
      throw new LanguageError("value", "Cannot choose by an array: expected one element", at);
    }
    const { memory } = this.operations.machine;
    const first = [{ kind: "value", value: new Scalar(IdlType.INT, 0) }] as const;
    return unstored(this.operations.at(at, () => selectPart(value, first, memory)));
  }

  #branch({ test, body }: Branch, at: Position) {
    const { operations } = this;
    const equal = operations.binary("EQ", at, at, at);
    return {
      test: test === undefined ? undefined : this.expressions.defined(test),
      body: this.body([body]),
      equals: (value: LanguageValue, other: LanguageValue): boolean =>
        operations.isTrue(operations.evaluated(equal(value, other), at), "bit", at),
    };
  }
}
