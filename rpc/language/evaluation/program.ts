/**
 * A command and the routines that it calls, as steps.
 *
 * @module
 */

import type { Definition, Statement } from "../syntax/ast.ts";
import { calledIn, expressionsOf, namesIn, statementsBelow } from "../syntax/names.ts";
import { parsedDefinition } from "../syntax/parsed_commands.ts";
import { BUILT_IN, LIBRARY, WAITING } from "../functions/mod.ts";
import { CallCompiler } from "./calls.ts";
import type { Compiled, CompiledRoutine, Routines } from "./compiler.ts";
import { isDynamicName } from "./dynamic_calls.ts";
import { ExpressionCompiler } from "./expressions.ts";
import type { Machine } from "../state/machine.ts";
import { Operations } from "./operations.ts";
import { Names } from "../state/scope.ts";
import { StatementCompiler } from "./statements.ts";

/** Levels that a call takes besides those of its expressions. */
const CALL_LEVELS = 8;

/** The steps of a command and of the routines that it calls. */
export class Program implements Routines {
  readonly operations: Operations;
  readonly #machine: Machine;
  readonly #routines = new Map<Definition, CompiledRoutine>();
  readonly #waiting = new Map<string, boolean>();

  constructor(machine: Machine) {
    this.#machine = machine;
    this.operations = new Operations(machine);
  }

  /** The statements of a command. */
  compile(
    statements: readonly Statement[],
    names: Names = new Names(),
    known: Iterable<string> = namesIn(statements),
  ): Compiled {
    // Each name has its place before there is a frame.
    for (const name of known) names.place(name);
    const expressions = new ExpressionCompiler(
      this.operations,
      names,
      (own) => new CallCompiler(this, own),
    );
    return { names, body: new StatementCompiler(this, expressions).whole(statements) };
  }

  /** A function or a procedure of a program, or a built-in one that is a program itself. */
  definition(name: string): Definition | undefined {
    const { definitions, routines } = this.#machine;
    const own = definitions.get(name);
    const source = own === undefined ? LIBRARY.get(name) : undefined;
    // A routine registered under this name takes its place.
    if (source === undefined || routines.get(name) !== BUILT_IN.get(name)) return own;
    return parsedDefinition(source);
  }

  /** A function or a procedure as steps. */
  routine(definition: Definition): CompiledRoutine {
    const known = this.#routines.get(definition);
    if (known !== undefined) return known;
    const names = new Names();
    for (const parameter of definition.parameters) names.place(parameter);
    for (const { variable } of definition.keywords) names.place(variable);
    const compiled = this.compile(definition.body, names);
    const routine = { ...compiled, levels: CALL_LEVELS + levelsOf(definition.body) };
    this.#routines.set(definition, routine);
    return routine;
  }

  /** Whether a routine may have to wait for something, or calls one that may. */
  waits(name: string): boolean {
    const known = this.#waiting.get(name);
    if (known !== undefined) return known;
    // A routine that calls itself waits only if it calls another one that does.
    this.#waiting.set(name, false);
    const waits = this.#waits(name);
    if (waits) this.#waiting.set(name, true);
    else this.#waiting.delete(name);
    return waits;
  }

  #waits(name: string): boolean {
    // What goes on after an error is executed piece by piece.
    if (isDynamicName(name) || name === "CATCH") return true;
    const definition = this.definition(name);
    if (definition !== undefined) {
      for (const called of calledIn(definition.body)) if (this.waits(called)) return true;
      return false;
    }
    const routine = this.#machine.routines.get(name);
    return routine !== undefined && (routine !== BUILT_IN.get(name) || WAITING.has(name));
  }
}

/** Levels of statements and expressions within each other. */
function levelsOf(statements: readonly Statement[]): number {
  let levels = 0;
  let highest = 0;
  for (let below = statements; below.length > 0; levels++) {
    for (const { height } of below.flatMap(expressionsOf)) highest = Math.max(highest, height);
    below = below.flatMap(statementsBelow);
  }
  return levels + highest;
}
