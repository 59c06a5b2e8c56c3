/**
 * Calls of routines whose names are computed, and commands in text.
 *
 * @module
 */

import type { Argument, Expression } from "../syntax/ast.ts";
import { parsedCommand } from "../syntax/parsed_commands.ts";
import { BUILT_IN } from "../functions/mod.ts";
import { textOf } from "../values/convert.ts";
import { LanguageError, type Position } from "../values/error.ts";
import type { LanguageValue } from "../values/language_value.ts";
import type { LanguageRoutine } from "../routines/routine.ts";
import { plain, Scalar } from "../values/scalar.ts";
import { IdlType } from "../values/value.ts";
import { type Calls, failing } from "./compiler.ts";
import { failureOf, isCaught } from "./catch.ts";
import { printLine } from "../state/machine.ts";
import { located } from "./operations.ts";
import { type Frame, frameIn } from "../state/scope.ts";
import { type Evaluation, neverRun, type ValueStep, waited } from "../state/step.ts";

/** The routines that take the name of another one, or a command. */
const DYNAMIC: ReadonlySet<string> = new Set([
  "EXECUTE",
  "CALL_FUNCTION",
  "CALL_PROCEDURE",
]);

/** Whether a routine of this name calls what only its arguments tell. */
export function isDynamicName(name: string): boolean {
  return DYNAMIC.has(name);
}

/** Whether a routine calls what only its arguments tell. */
export function isDynamic(name: string, routine: LanguageRoutine): boolean {
  return DYNAMIC.has(name) && routine === BUILT_IN.get(name);
}

/** A call of such a routine. */
export function dynamicCall(
  calls: Calls,
  name: string,
  [first, ...rest]: readonly Argument[],
  at: Position,
): ValueStep {
  if (first?.kind !== "value") {
    return failing(new LanguageError("value", `${name} needs a text as its first argument`, at));
  }
  const text = calls.expressions.defined(first.value);
  if (name === "EXECUTE") return { run: neverRun, wait: execute(calls, first.value, at) };
  const known = new Map<string, ValueStep>();
  const stepOf = (routine: string): ValueStep => {
    const step = known.get(routine) ??
      (name === "CALL_FUNCTION"
        ? calls.function({ kind: "call", name: routine, arguments: rest, at, height: 1 })
        : calls.procedure(routine, rest, at) ??
          failing(new LanguageError("name", `There is no procedure ${routine}`, at)));
    known.set(routine, step);
    return step;
  };
  return {
    run: neverRun,
    *wait(frame) {
      const value = yield* waited(text, frame);
      const routine = calls.operations.at(at, () => textOf(plain(value))).toUpperCase();
      return yield* waited(stepOf(routine), frame);
    },
  };
}

/** IDL manual, "EXECUTE": 1 if the command succeeded, 0 if it failed, and why is printed. */
function execute(
  calls: Calls,
  expression: Expression,
  at: Position,
): (frame: Frame) => Evaluation<LanguageValue> {
  const { operations, routines } = calls;
  const { machine } = operations;
  const text = calls.expressions.defined(expression);
  return function* (frame) {
    const value = yield* waited(text, frame);
    const command = operations.at(at, () => textOf(plain(value)));
    machine.depth += EXECUTE_LEVELS;
    try {
      if (machine.depth > MAX_LEVELS) {
        throw new LanguageError("limit", "EXECUTE stands within too many others", at);
      }
      operations.at(at, () => machine.meter.work(PARSE_WORK * command.length));
      const { statements, definitions } = parsedCommand(command, machine.meter.limits);
      if (definitions.length > 0) {
        throw new LanguageError("value", "EXECUTE cannot define functions and procedures", at);
      }
      const { names, body } = routines.compile(statements);
      machine.memory.enter();
      try {
        yield* waited(body, frameIn(frame.scope, names, frame));
      } finally {
        machine.memory.leave(undefined);
      }
      return EXECUTED;
    } catch (error) {
      const failure = located(error, at);
      if (!isCaught(failure)) throw failure;
      machine.failure = failureOf(failure);
      printLine(machine, `% EXECUTE: ${failure.message}`);
      return FAILED;
    } finally {
      machine.depth -= EXECUTE_LEVELS;
    }
  };
}

/** Levels that EXECUTE takes, and the most that there may be. */
const EXECUTE_LEVELS = 100;
const MAX_LEVELS = 1_500;

/** Operations, some nanoseconds each, that a character of a command takes to be parsed. */
const PARSE_WORK = 200;

const EXECUTED = new Scalar(IdlType.INT, 1);
const FAILED = new Scalar(IdlType.INT, 0);
