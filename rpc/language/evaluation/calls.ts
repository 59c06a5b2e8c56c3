/**
 * From calls of functions and procedures to steps.
 *
 * @module
 */

import type { Argument, Expression } from "../syntax/ast.ts";
import { expressionsIn } from "../syntax/expression_parser.ts";
import { allIn } from "../syntax/names.ts";
import { bindArguments, type BoundArguments, type GivenArgument } from "./binding.ts";
import { LanguageError, type Position } from "../values/error.ts";
import type { LanguageValue } from "../values/language_value.ts";
import { Scalar } from "../values/scalar.ts";
import { IdlType } from "../values/value.ts";
import { BUILT_IN } from "../functions/mod.ts";
import { isNative, nativeCall } from "./native_calls.ts";
import type { LanguageRoutine } from "../routines/routine.ts";
import { type Calls, type Expressions, failing, type Routines } from "./compiler.ts";
import { isPromiseLike, located, type Operations, type RoutineCall } from "./operations.ts";
import type { Frame } from "../state/scope.ts";
import { allOf, neverRun, type ValueStep, waited } from "../state/step.ts";
import { assignmentStep, incrementStep } from "./targets.ts";
import { extraCall, isExtra } from "./extra.ts";
import { userCall } from "./user_calls.ts";
import { dynamicCall, isDynamic } from "./dynamic_calls.ts";

const TRUE: LanguageValue = new Scalar(IdlType.INT, 1);

/** Whether an argument is a variable or a constant, for which no one waits. */
function isSimple(argument: Argument): boolean {
  if (argument.kind !== "value") return argument.kind === "all";
  const { kind } = argument.value;
  return kind === "name" || kind === "literal" || kind === "system";
}

/** Routines of IDL and SolarSoft that read files. */
const READERS: ReadonlySet<string> = new Set(
  ("FITS_READ READ_SDO READ_JPEG READ_PNG READ_IMAGE READ_TIFF " +
    "READ_ASCII RESTORE RESTGEN OPENR FITS2MAP FILE_SEARCH").split(" "),
);

/** What to do in place of a routine that cannot be here; undefined for any other name. */
export function insteadOf(name: string): string | undefined {
  if (!READERS.has(name)) return undefined;
  return "commands read FITS files in the output folder alone, by READFITS and MRDFITS: send the " +
    "array with the command, and its header as NAME_header";
}

/** Makes steps of calls. */
export class CallCompiler implements Calls {
  readonly routines: Routines;
  readonly operations: Operations;
  readonly expressions: Expressions;

  constructor(routines: Routines, expressions: Expressions) {
    this.routines = routines;
    this.operations = routines.operations;
    this.expressions = expressions;
  }

  /** `++x`, `x--`. */
  increment(expression: Expression & { kind: "increment" }): ValueStep {
    return incrementStep(this.expressions, expression);
  }

  /** `(x = value)`. */
  assignment(expression: Expression & { kind: "assignment" }): ValueStep {
    return assignmentStep(this.expressions, expression);
  }

  /** Whether something within arguments or subscripts may have to wait. */
  waitsIn(given: readonly Argument[]): boolean {
    if (given.every(isSimple)) return false;
    return given.flatMap(expressionsIn).flatMap(allIn).some((expression) =>
      expression.kind === "call" && this.routines.waits(expression.name)
    );
  }

  /** A call of a function, which is not the name of a variable. */
  function({ name, arguments: given, at }: Expression & { kind: "call" }): ValueStep {
    if (given.some(isExtra)) return extraCall(this, { name, kind: "function", given, at });
    const definition = this.routines.definition(name);
    if (definition?.kind === "function") return userCall(this, definition, given, at);
    const routine = this.operations.machine.routines.get(name);
    if (definition !== undefined || routine?.kind === "procedure") {
      return failing(
        new LanguageError("name", `${name} is a procedure: use it as a statement`, at),
      );
    }
    if (routine === undefined) {
      return failing(
        new LanguageError(
          "name",
          `There is no function or variable ${name}: ${
            insteadOf(name) ?? "HELP, /ROUTINES lists the functions"
          }`,
          at,
        ),
      );
    }
    return this.routine(name, routine, given, at);
  }

  /** A call of a procedure, or undefined where there is none of this name. */
  procedure(name: string, given: readonly Argument[], at: Position): ValueStep | undefined {
    if (given.some(isExtra)) return extraCall(this, { name, kind: "procedure", given, at });
    const definition = this.routines.definition(name);
    if (definition?.kind === "procedure") return userCall(this, definition, given, at);
    const routine = this.operations.machine.routines.get(name);
    const fits = routine?.kind === "procedure" || routine?.alsoProcedure;
    return definition === undefined && routine !== undefined && fits
      ? this.routine(name, routine, given, at, "procedure")
      : undefined;
  }

  /** A call of a routine that is not a program's. */
  routine(
    name: string,
    routine: LanguageRoutine,
    given: readonly Argument[],
    at: Position,
    kind: "function" | "procedure" = "function",
  ): ValueStep {
    if (isDynamic(name, routine)) return dynamicCall(this, name, given, at);
    let bound: BoundArguments;
    try {
      bound = bindArguments(name, routine, given);
    } catch (error) {
      return failing(located(error, at));
    }
    return this.#invocation({ name, routine, bound, at }, kind);
  }

  #invocation(call: RoutineCall, kind: "function" | "procedure"): ValueStep {
    const { bound, name, at } = call;
    const keywords = [...bound.keywords.keys()];
    const count = bound.positional.length;
    const given = allOf([
      ...bound.positional.map((argument) => this.#argument(argument)),
      ...[...bound.keywords.values()].map((argument) => this.#argument(argument)),
    ]);
    const { operations } = this;
    const own = isNative(name) && call.routine === BUILT_IN.get(name);
    const variables = bound.positional.map(({ argument }) =>
      argument.kind === "value" && argument.value.kind === "name" ? argument.value.name : undefined
    );
    const begin = (values: LanguageValue[], frame: Frame) => {
      const byName: Record<string, LanguageValue> = Object.create(null);
      keywords.forEach((keyword, i) => byName[keyword] = values[count + i]!);
      const args = values.slice(0, count);
      const native = own
        ? nativeCall(name, operations.machine, {
          values: args,
          keywords: byName,
          names: variables,
          kind,
          all: () => frame.scope.defined(),
          variable: (i) => variables[i] === undefined ? undefined : frame.variable(variables[i]),
          stopAt: (place) => frame.onError = place,
        })
        : undefined;
      if (native !== undefined) {
        const value = operations.native(at, name, native);
        return { begun: undefined, end: () => value };
      }
      const begun = operations.begin(call, args, byName, frame);
      return { begun, end: (ended: unknown) => operations.result(call, args, byName, ended) };
    };
    if (given.wait === undefined && !this.routines.waits(name)) {
      return {
        run(frame) {
          const { begun, end } = begin(given.run(frame), frame);
          return end(begun);
        },
      };
    }
    return {
      run: neverRun,
      *wait(frame) {
        const { begun, end } = begin(yield* waited(given, frame), frame);
        if (!isPromiseLike(begun)) return end(begun);
        let ended: unknown;
        try {
          ended = yield begun;
        } catch (error) {
          throw located(error, at, name);
        }
        return end(ended);
      },
    };
  }

  #argument({ argument, parameter }: GivenArgument): ValueStep {
    if (argument.kind !== "value" && argument.kind !== "keyword") {
      return failing(
        new LanguageError("syntax", "A range stands only in subscripts", argument.at),
      );
    }
    if (argument.value === undefined) return { run: () => TRUE };
    const allowed = parameter.output || parameter.undefinedAllowed;
    return allowed
      ? this.expressions.raw(argument.value)
      : this.expressions.defined(argument.value);
  }
}
