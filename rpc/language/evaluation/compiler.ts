/**
 * What the makers of steps ask of each other.
 *
 * @module
 */

import type { Argument, Definition, Expression, Statement } from "../syntax/ast.ts";
import type { Position } from "../values/error.ts";
import type { Operations } from "./operations.ts";
import type { Names } from "../state/scope.ts";
import type { Signal, Step, ValueStep } from "../state/step.ts";
import type { AnySelector } from "../structures/parts.ts";

/** Statements as steps. */
export interface Compiled {
  readonly names: Names;
  readonly body: Step<Signal>;
}

/** A function or a procedure as steps. */
export interface CompiledRoutine extends Compiled {
  /** Levels of its statements and expressions at most. */
  readonly levels: number;
}

/** The routines that a command may call. */
export interface Routines {
  readonly operations: Operations;
  /** The statements of a command. */
  compile(statements: readonly Statement[], names?: Names): Compiled;
  /** A function or a procedure of a program. */
  definition(name: string): Definition | undefined;
  /** A function or a procedure as steps. */
  routine(definition: Definition): CompiledRoutine;
  /** Whether a routine may have to wait for something, or calls one that may. */
  waits(name: string): boolean;
}

/** Makes steps of expressions. */
export interface Expressions {
  readonly operations: Operations;
  readonly names: Names;
  readonly calls: Calls;
  /** An expression that must have a value. */
  defined(expression: Expression): ValueStep;
  /** An expression that may have no value. */
  raw(expression: Expression): ValueStep;
  /** An expression that must have a value or be `!NULL`, as a variable is that holds it. */
  nullable(expression: Expression): ValueStep;
  /** A condition, as IF has one. */
  condition(expression: Expression): Step<boolean>;
  /** The subscripts of a part. */
  selectors(subscripts: readonly Argument[]): Step<AnySelector[]>;
}

/** Makes steps of calls. */
export interface Calls {
  readonly routines: Routines;
  readonly operations: Operations;
  readonly expressions: Expressions;
  /** `++x`, `x--`. */
  increment(expression: Expression & { kind: "increment" }): ValueStep;
  /** `(x = value)`. */
  assignment(expression: Expression & { kind: "assignment" }): ValueStep;
  /** Whether something within arguments or subscripts may have to wait. */
  waitsIn(given: readonly Argument[]): boolean;
  /** A call of a function, which is not the name of a variable. */
  function(expression: Expression & { kind: "call" }): ValueStep;
  /** A call of a procedure, or undefined where there is none of this name. */
  procedure(name: string, given: readonly Argument[], at: Position): ValueStep | undefined;
}

/** Makes steps of statements. */
export interface Statements {
  readonly operations: Operations;
  readonly expressions: Expressions;
  /** Statements, one after the other. */
  body(statements: readonly Statement[]): Step<Signal>;
  /** Charges a turn of a loop, and gives back the temporaries of its condition. */
  turn(at: Position): void;
}

/** A step that fails when it is its turn. */
export function failing(error: unknown): Step<never> {
  return {
    run() {
      throw error;
    },
  };
}
