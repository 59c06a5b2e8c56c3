/**
 * Calls of the functions and procedures that programs define.
 *
 * @module
 */

import type { Argument, Definition } from "../syntax/ast.ts";
import { LanguageError, type Position, Refusal } from "../values/error.ts";
import type { LanguageValue } from "../values/language_value.ts";
import { Scalar } from "../values/scalar.ts";
import { IdlType, UNDEFINED } from "../values/value.ts";
import { type Calls, type CompiledRoutine, failing } from "./compiler.ts";
import { clearVariable, type Machine, setVariable, takeVariable } from "./machine.ts";
import { located } from "./operations.ts";
import { Frame, type GivenParameters, Variable } from "./scope.ts";
import { neverRun, type Step, type ValueStep, waited } from "./step.ts";

/**
 * Levels of statements and expressions that the routines that call each other may have open: a
 * level takes up to a kilobyte of the stack.
 */
const MAX_DEPTH = 1_500;

/** The argument of a call: the variable that the caller names, or a value. */
interface Given {
  readonly parameter: string;
  readonly place: number | undefined;
  readonly value: ValueStep | undefined;
}

const FLAG: LanguageValue = new Scalar(IdlType.INT, 1);
const ZERO: LanguageValue = new Scalar(IdlType.INT, 0);

/** A call of a routine that a program defines. */
export function userCall(
  calls: Calls,
  definition: Definition,
  given: readonly Argument[],
  at: Position,
): ValueStep {
  let bound: Given[];
  try {
    bound = bindParameters(calls, definition, given);
  } catch (error) {
    return failing(located(error, at));
  }
  const call = new UserCall(calls, definition, bound, at);
  const waits = calls.routines.waits(definition.name) ||
    bound.some(({ value }) => value?.wait !== undefined);
  return waits
    ? { run: neverRun, wait: (frame) => call.wait(frame) }
    : { run: (frame) => call.run(frame) };
}

/** Joins arguments to the parameters of a definition. */
function bindParameters(
  calls: Calls,
  { name, parameters, keywords }: Definition,
  given: readonly Argument[],
): Given[] {
  const bound: Given[] = [];
  let count = 0;
  for (const argument of given) {
    if (argument.kind === "value") {
      const parameter = parameters[count++];
      if (parameter === undefined) {
        throw new Refusal(
          "value",
          `${name}: Incorrect number of arguments: it takes at most ` +
            `${parameters.length}`,
        );
      }
      bound.push({ parameter, ...givenAs(calls, argument.value) });
    } else if (argument.kind === "keyword") {
      const variable = keywordOf(name, keywords, argument);
      if (bound.some(({ parameter }) => parameter === variable)) {
        throw new Refusal("value", `${name}: the keyword ${argument.name} is given twice`);
      }
      const flag = { place: undefined, value: { run: () => FLAG } };
      bound.push({
        parameter: variable,
        ...(argument.value === undefined ? flag : givenAs(calls, argument.value)),
      });
    } else {
      throw new LanguageError("syntax", "A range stands only in subscripts", argument.at);
    }
  }
  return bound;
}

function givenAs(
  calls: Calls,
  expression: (Argument & { kind: "value" })["value"],
): Pick<Given, "place" | "value"> {
  return expression.kind === "name"
    ? { place: calls.expressions.names.place(expression.name), value: undefined }
    : { place: undefined, value: calls.expressions.raw(expression) };
}

/** IDL manual, "Keyword parameters": a name may be abbreviated to what is still unique. */
function keywordOf(
  name: string,
  keywords: Definition["keywords"],
  { name: given }: { readonly name: string },
): string {
  const exact = keywords.find(({ keyword }) => keyword === given);
  if (exact !== undefined) return exact.variable;
  const matching = keywords.filter(({ keyword }) => keyword.startsWith(given));
  if (matching.length === 1) return matching[0]!.variable;
  const problem = matching.length > 1 ? "Ambiguous keyword abbreviation" : "Keyword";
  const ending = matching.length > 1 ? "" : " not allowed in call to: " + name;
  throw new Refusal("value", `${name}: ${problem} ${given}${ending}`);
}

class UserCall {
  readonly #calls: Calls;
  readonly #definition: Definition;
  readonly #given: readonly Given[];
  readonly #at: Position;
  readonly #parameters: GivenParameters;

  constructor(
    calls: Calls,
    definition: Definition,
    given: readonly Given[],
    at: Position,
  ) {
    this.#calls = calls;
    this.#definition = definition;
    this.#given = given;
    this.#at = at;
    const positional = new Set(definition.parameters);
    this.#parameters = {
      count: given.filter(({ parameter }) => positional.has(parameter)).length,
      present: new Set(
        given.filter(({ place }) => place !== undefined).map(({ parameter }) => parameter),
      ),
    };
  }

  get #machine(): Machine {
    return this.#calls.operations.machine;
  }

  run(caller: Frame): LanguageValue {
    const values: (LanguageValue | undefined)[] = [];
    for (const { value } of this.#given) values.push(value?.run(caller));
    const routine = this.#calls.routines.routine(this.#definition);
    const own = this.#begin(routine, caller, values);
    let failed = true;
    try {
      routine.body.run(own.frame);
      failed = false;
    } catch (error) {
      throw this.#located(error);
    } finally {
      if (failed) this.#end(routine, own);
    }
    return this.#end(routine, own);
  }

  *wait(caller: Frame): Generator<PromiseLike<unknown>, LanguageValue, unknown> {
    const values: (LanguageValue | undefined)[] = [];
    for (const { value } of this.#given) {
      values.push(value === undefined ? undefined : yield* waited(value, caller));
    }
    const routine = this.#calls.routines.routine(this.#definition);
    const own = this.#begin(routine, caller, values);
    let failed = true;
    try {
      yield* waited(routine.body as Step<unknown>, own.frame);
      failed = false;
    } catch (error) {
      throw this.#located(error);
    } finally {
      if (failed) this.#end(routine, own);
    }
    return this.#end(routine, own);
  }

  /** Makes the variables of the call, those of its parameters among them. */
  #begin(
    routine: CompiledRoutine,
    caller: Frame,
    values: readonly (LanguageValue | undefined)[],
  ): { frame: Frame; own: Set<Variable> } {
    const machine = this.#machine;
    if (machine.depth + routine.levels > MAX_DEPTH) {
      throw new LanguageError(
        "limit",
        `Cannot call ${this.#definition.name}: routines that call each other may have ` +
          `${MAX_DEPTH} levels of statements and expressions open`,
        this.#at,
      );
    }
    machine.depth += routine.levels;
    machine.memory.enter();
    const cells = routine.names.list.map(() => new Variable());
    const own = new Set(cells);
    for (const [i, { parameter, place }] of this.#given.entries()) {
      const at = routine.names.place(parameter);
      if (place !== undefined) {
        own.delete(cells[at]!);
        cells[at] = caller.cells[place]!;
      } else if (values[i]!.type !== UNDEFINED.type) {
        setVariable(machine, parameter, cells[at]!, values[i]!);
      }
    }
    const { name } = this.#definition;
    return { frame: new Frame(routine.names, cells, undefined, name, this.#parameters), own };
  }

  #end(
    routine: CompiledRoutine,
    { frame, own }: { frame: Frame; own: ReadonlySet<Variable> },
  ): LanguageValue {
    const machine = this.#machine;
    const result = frame.returned ?? (this.#definition.kind === "function" ? ZERO : UNDEFINED);
    const kept = result instanceof Scalar ? undefined : result;
    for (const variable of own) {
      if (kept !== undefined && variable.value === kept) takeVariable(machine, variable);
      else clearVariable(machine, variable);
    }
    if (frame.scoped) {
      for (const [name] of [...frame.scope.defined()]) {
        if (routine.names.find(name) === undefined) {
          clearVariable(machine, frame.scope.variable(name));
        }
      }
    }
    machine.memory.leave(result);
    machine.depth -= routine.levels;
    return result;
  }

  /** An error inside of the routine stands at its call, and says where it was. */
  #located(error: unknown): unknown {
    const { definition, at } = { definition: this.#definition, at: this.#at };
    if (error instanceof RangeError && /call stack/.test(error.message)) {
      return new LanguageError("limit", `${definition.name} calls itself too often`, at);
    }
    if (error instanceof Refusal) return located(error, at, definition.name);
    if (!(error instanceof LanguageError)) return error;
    const { code, position, cause } = error;
    if (error instanceof RoutineError) return new RoutineError(code, error.message, at, { cause });
    const before = definition.source.slice(0, Math.max(0, position - definition.at));
    const line = before.split("\n").length;
    const message = `${error.message} (in ${definition.name}, line ${line})`;
    return new RoutineError(code, message, at, { cause });
  }
}

/** An error whose message says in which routine it was. */
class RoutineError extends LanguageError {}
