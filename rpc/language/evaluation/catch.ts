/**
 * CATCH as steps: statements that go on behind it after an error.
 *
 * @module
 */

import type { Argument, Statement } from "../syntax/ast.ts";
import { allStatements } from "../syntax/names.ts";
import { LanguageError, type Position } from "../values/error.ts";
import { Scalar } from "../values/scalar.ts";
import { IdlType } from "../values/value.ts";
import { IdlMessage } from "../routines/message.ts";
import { type LastFailure, setVariable } from "../state/machine.ts";
import type { Frame } from "../state/scope.ts";
import { type Evaluation, neverRun, NEXT, type Signal, type Step, waited } from "../state/step.ts";
import { failing, type Statements } from "./compiler.ts";
import { located, type Operations } from "./operations.ts";

/** Failures that end a command, also where a part of it may fail. */
const FATAL: ReadonlySet<string> = new Set(["limit", "time", "cancelled", "host"]);

/** Whether a program may go on after an error. */
export function isCaught(error: unknown): error is LanguageError {
  return error instanceof LanguageError && !FATAL.has(error.code);
}

/** IDL's number of the errors of MESSAGE, and ours of all others. */
const MESSAGE_ERROR = -5;
const ERROR = -1;

/** Operations, some nanoseconds each, that an error and the way back take. */
const CAUGHT_WORK = 10_000;

/** What !ERROR_STATE tells of an error. */
export function failureOf(error: LanguageError): LastFailure {
  const own = error.cause instanceof IdlMessage ? error.cause : undefined;
  return own === undefined
    ? { code: ERROR, message: error.message }
    : { code: MESSAGE_ERROR, message: own.message };
}

/** Statements of which some may be begun again behind a CATCH. */
interface Handled {
  readonly nodes: readonly Node[];
}

/** A statement: a step, or statements of which one is CATCH, in a block or behind a condition. */
interface Node {
  readonly step?: Step<Signal> | undefined;
  readonly condition?: Step<boolean> | undefined;
  readonly branches: readonly Handled[];
}

function isCatch(statement: Statement): statement is Statement & { kind: "procedure" } {
  return statement.kind === "procedure" && statement.name === "CATCH";
}

/** Whether statements have a CATCH among them. */
export function hasCatch(statements: readonly Statement[]): boolean {
  return allStatements(statements).some(isCatch);
}

/** The statements of a command or a routine that has a CATCH. */
export function handledStep(compiler: Statements, statements: readonly Statement[]): Step<Signal> {
  const { operations } = compiler;
  const list = handled(compiler, statements, []);
  const at = statements[0]!.at;
  return {
    run: neverRun,
    *wait(frame) {
      let path: readonly number[] = [];
      for (;;) {
        try {
          return yield* runFrom(list, path, frame);
        } catch (error) {
          path = placeAfter(error, frame, operations, at);
        }
      }
    },
  };
}

/** Where a routine goes on after an error; the error again if it does not. */
function placeAfter(
  error: unknown,
  frame: Frame,
  operations: Operations,
  at: Position,
): readonly number[] {
  const { machine } = operations;
  const failure = located(error, at);
  if (frame.handler === undefined || !isCaught(failure)) throw error;
  const { variable, path } = frame.handler;
  machine.memory.sweep();
  machine.failure = failureOf(failure);
  const code = new Scalar(IdlType.LONG, machine.failure.code);
  operations.at(at, () => {
    machine.meter.work(CAUGHT_WORK);
    setVariable(machine, variable, frame.variable(variable), code);
  });
  return path;
}

function handled(
  compiler: Statements,
  statements: readonly Statement[],
  path: readonly number[],
): Handled {
  const own = statements.filter(({ kind }) => kind !== "define");
  return {
    nodes: own.map((statement, i): Node => {
      if (!hasCatch([statement])) return { step: compiler.body([statement]), branches: [] };
      if (isCatch(statement)) {
        return { step: catchStep(compiler, statement, [...path, i + 1]), branches: [] };
      }
      const below = (list: readonly Statement[], branch: number): Handled =>
        handled(compiler, list, [...path, i, branch]);
      if (statement.kind === "block") return { branches: [below(statement.body, 0)] };
      if (statement.kind !== "if") {
        const text = "CATCH cannot stand within a loop or a choice";
        return { step: failing(new LanguageError("syntax", text, statement.at)), branches: [] };
      }
      const { condition, then, otherwise } = statement;
      const lists = otherwise === undefined ? [then] : [then, otherwise];
      return {
        condition: compiler.expressions.condition(condition),
        branches: lists.map((list, branch) => below([list], branch)),
      };
    }),
  };
}

/** IDL manual, "CATCH": the variable is 0 now, and an error begins the statements behind it again. */
function catchStep(
  compiler: Statements,
  { arguments: given, at }: Statement & { kind: "procedure" },
  path: readonly number[],
): Step<Signal> {
  const [first] = given;
  const { machine } = compiler.operations;
  if (given.length === 1 && isCancel(first!)) {
    return {
      run(frame) {
        frame.handler = undefined;
        return NEXT;
      },
    };
  }
  if (given.length !== 1 || first!.kind !== "value" || first!.value.kind !== "name") {
    const text = "CATCH takes the name of a variable, or the keyword CANCEL";
    return failing(new LanguageError("value", text, at));
  }
  const variable = first!.value.name;
  return {
    run(frame) {
      frame.handler = { variable, path };
      const none = new Scalar(IdlType.LONG, 0);
      compiler.operations.at(
        at,
        () => setVariable(machine, variable, frame.variable(variable), none),
      );
      return NEXT;
    },
  };
}

function isCancel(argument: Argument): boolean {
  return argument.kind === "keyword" && argument.name.length >= 2 &&
    "CANCEL".startsWith(argument.name) && argument.value === undefined;
}

/** Runs statements from a place on: numbers of statements and branches in turn. */
function* runFrom(
  { nodes }: Handled,
  [first = 0, branch, ...rest]: readonly number[],
  frame: Frame,
): Evaluation<Signal> {
  let next = first;
  if (branch !== undefined) {
    const signal = yield* runFrom(nodes[next]!.branches[branch]!, rest, frame);
    if (signal !== NEXT) return signal;
    next++;
  }
  for (; next < nodes.length; next++) {
    const signal = yield* runNode(nodes[next]!, frame);
    if (signal !== NEXT) return signal;
  }
  return NEXT;
}

function* runNode({ step, condition, branches }: Node, frame: Frame): Evaluation<Signal> {
  if (step !== undefined) return yield* waited(step, frame);
  const isTrue = condition === undefined || (yield* waited(condition, frame));
  const list = branches[isTrue ? 0 : 1];
  return list === undefined ? NEXT : yield* runFrom(list, [], frame);
}
