/**
 * Calls of the functions and procedures that programs define.
 *
 * @module
 */

import type { Argument, Definition } from "../syntax/ast.ts";
import { LanguageError, type Position, Refusal } from "../values/error.ts";
import type { LanguageValue } from "../values/language_value.ts";
import { cellOf, heldCell } from "../structures/pointers.ts";
import { makeStructure } from "../structures/structures.ts";
import { Scalar } from "../values/scalar.ts";
import { IdlType, UNDEFINED } from "../values/value.ts";
import { type Calls, type CompiledRoutine, failing } from "./compiler.ts";
import { extraOf } from "./extra.ts";
import { clearVariable, type Machine, setVariable, takeVariable } from "../state/machine.ts";
import { located } from "./operations.ts";
import { routineError } from "./routine_error.ts";
import { Frame, type GivenParameters, Variable } from "../state/scope.ts";
import { neverRun, type Step, type ValueStep, waited } from "../state/step.ts";

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
  /** Whether the value is the pointer to the variable that is given. */
  readonly isPointer?: boolean | undefined;
  /** The keyword, where it is one of those that _EXTRA or _REF_EXTRA takes. */
  readonly extra?: string | undefined;
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
  definition: Definition,
  given: readonly Argument[],
): Given[] {
  const { name, parameters, keywords } = definition;
  const further = extraOf(definition);
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
      const variable = keywordOf(name, keywords, argument, further?.variable);
      const extra = variable === further?.variable ? argument.name : undefined;
      if (bound.some((other) => other.parameter === variable && other.extra === extra)) {
        throw new Refusal("value", `${name}: the keyword ${argument.name} is given twice`);
      }
      const flag = { place: undefined, value: { run: () => FLAG } };
      bound.push({
        parameter: variable,
        extra,
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
): Pick<Given, "place" | "value" | "isPointer"> {
  if (expression.kind === "deref") {
    const value = calls.expressions.defined(expression.operand);
    return { place: undefined, value, isPointer: true };
  }
  return expression.kind === "name"
    ? { place: calls.expressions.names.place(expression.name), value: undefined }
    : { place: undefined, value: calls.expressions.raw(expression) };
}

/** IDL manual, "Keyword parameters": a name may be abbreviated to what is still unique. */
function keywordOf(
  name: string,
  keywords: Definition["keywords"],
  { name: given }: { readonly name: string },
  further: string | undefined,
): string {
  const exact = keywords.find(({ keyword }) => keyword === given);
  if (exact !== undefined) return exact.variable;
  const matching = keywords.filter(({ keyword }) => keyword.startsWith(given));
  if (matching.length === 1) return matching[0]!.variable;
  if (matching.length === 0 && further !== undefined) return further;
  const problem = matching.length > 1 ? "Ambiguous keyword abbreviation" : "Keyword";
  const ending = matching.length > 1 ? "" : " not allowed in call to: " + name;
  throw new Refusal("value", `${name}: ${problem} ${given}${ending}`);
}

/** The variables of a call, and what it holds on to. */
interface Begun {
  readonly frame: Frame;
  /** Those that no one else has. */
  readonly own: ReadonlySet<Variable>;
  /** Variables of the heap that were given to it. */
  readonly held: readonly LanguageValue[];
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
        given.filter(({ place, isPointer }) => place !== undefined || isPointer).map((
          { parameter },
        ) => parameter),
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
      throw routineError(error, this.#definition, this.#at, own.frame.onError);
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
      throw routineError(error, this.#definition, this.#at, own.frame.onError);
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
  ): Begun {
    const machine = this.#machine;
    if (machine.depth + routine.levels > MAX_DEPTH) {
      throw new LanguageError(
        "limit",
        `Cannot call ${this.#definition.name}: routines that call each other may have ` +
          `${MAX_DEPTH} levels of statements and expressions open`,
        this.#at,
      );
    }
    // What may fail comes first: nothing has begun then that an end belongs to.
    const heap = this.#given.map(({ isPointer }, i) =>
      isPointer ? this.#calls.operations.at(this.#at, () => cellOf(values[i]!)) : undefined
    );
    machine.depth += routine.levels;
    machine.memory.enter();
    const cells = routine.names.list.map(() => new Variable());
    const own = new Set(cells);
    const held: LanguageValue[] = [];
    const extras = new Map<string, Variable>();
    for (const [i, { parameter, place, isPointer, extra }] of this.#given.entries()) {
      const at = routine.names.place(parameter);
      if (extra !== undefined) {
        extras.set(extra, heap[i] ?? this.#extraVariable(this.#given[i]!, caller, values[i], own));
      } else if (isPointer) {
        const cell = heap[i]!;
        own.delete(cells[at]!);
        cells[at] = cell;
        // Nothing that the routine does to the pointer takes the variable away from it.
        held.push(heldCell(cell));
        machine.memory.hold(held.at(-1)!);
      } else if (place !== undefined) {
        own.delete(cells[at]!);
        cells[at] = caller.cells[place]!;
      } else if (values[i]!.type !== UNDEFINED.type) {
        setVariable(machine, parameter, cells[at]!, values[i]!);
      }
    }
    const { name } = this.#definition;
    const frame = new Frame(routine.names, cells, undefined, name, this.#parameters);
    if (extras.size > 0) this.#giveExtras(frame, extras);
    return { frame, own, held };
  }

  /** The variable of a keyword that the routine does not name. */
  #extraVariable(
    { place }: Given,
    caller: Frame,
    value: LanguageValue | undefined,
    own: Set<Variable>,
  ): Variable {
    if (place !== undefined) return caller.cells[place]!;
    const variable = new Variable();
    if (value!.type !== IdlType.UNDEFINED) setVariable(this.#machine, "_EXTRA", variable, value!);
    own.add(variable);
    return variable;
  }

  /** IDL manual, "Keyword inheritance": a structure of values, or the names of variables. */
  #giveExtras(frame: Frame, extras: ReadonlyMap<string, Variable>): void {
    const { memory } = this.#machine;
    const { keyword, variable } = extraOf(this.#definition)!;
    const names = [...extras.keys()];
    let value: LanguageValue;
    if (keyword === "_REF_EXTRA") {
      value = memory.strings([names.length], names);
      frame.extras = new Map([[variable, extras]]);
    } else {
      const defined = names.filter((name) => extras.get(name)!.value !== undefined);
      if (defined.length === 0) return;
      const parts = defined.map((name) => extras.get(name)!.value!);
      value = makeStructure(undefined, defined, parts, memory);
      memory.adopt(value);
    }
    setVariable(this.#machine, variable, frame.variable(variable), value);
  }

  #end(
    routine: CompiledRoutine,
    { frame, own, held }: Begun,
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
    for (const cell of held) machine.memory.drop(cell);
    machine.memory.leave(result);
    machine.depth -= routine.levels;
    return result;
  }
}
