/**
 * What a function or a procedure of the command language is.
 *
 * @module
 */

import type { LanguageHost } from "./host.ts";
import type { KeptPlot } from "./kept_plot.ts";
import type { Workspace } from "../values/memory.ts";
import type { IdlValue } from "../values/value.ts";

/** A positional parameter. */
export interface LanguageParameter {
  /** Its name in signatures. */
  readonly name: string;
  /** Whether it may be left out. */
  readonly optional?: boolean | undefined;
  /** Whether the routine stores a result in it; then it may be an undefined variable. */
  readonly output?: boolean | undefined;
  /** Whether an undefined variable may be given. */
  readonly undefinedAllowed?: boolean | undefined;
  /** Whether any number of further arguments may follow in its place. */
  readonly rest?: boolean | undefined;
}

/** A keyword parameter. */
export interface LanguageKeyword {
  /** Its full name in lower case; a call may abbreviate it. */
  readonly name: string;
  /** A `flag` is set as `/NAME`, a `value` is given as `NAME=value`, an `output` names a variable. */
  readonly kind: "flag" | "value" | "output";
}

/** The keywords of a call, by their full names in lower case; those that were not given are absent. */
export type LanguageKeywords = { readonly [name: string]: IdlValue | undefined };

/** What is known of a value before it exists. */
export interface Sketch {
  /** Its dimensions. */
  readonly shape: readonly number[];
  /** Its elements. */
  readonly count: number;
  /** Bytes of one element at most. */
  readonly bytes: number;
  /** Operations that any work on an element costs besides: of texts, 64-bit integers, complex numbers. */
  readonly weight?: number | undefined;
  /** The number, where it is a scalar that the command's text tells. */
  readonly number?: number | undefined;
}

/** What is known of a result before it exists, and what it costs. */
export interface SketchedResult {
  /** Its dimensions; default one, of all elements. */
  readonly shape?: readonly number[] | undefined;
  /** Its elements; infinite where the text does not tell. */
  readonly count: number;
  /** Bytes of one element at most. */
  readonly bytes: number;
  /** Element operations; default one for each element. */
  readonly operations?: number | undefined;
}

/** What a routine may do while it runs. */
export interface CallContext extends Workspace {
  /** The routine's name as it was called, in capitals. */
  readonly name: string;
  /** Aborts when the command is cancelled or its connection ends. */
  readonly signal: AbortSignal | undefined;
  /** Where effects go. */
  readonly host: LanguageHost;
  /** The colour table that LOADCT chose. */
  colorTable: number;
  /** The last plot, to which OPLOT and XYOUTS add. */
  plot: KeptPlot | undefined;
  /** Prints one line. */
  print(line: string): void;
  /** The message of the last error that CATCH or EXECUTE met. */
  readonly lastMessage: string;
  /** Whether a variable stands at an output parameter, by number from 0 or by keyword. */
  wants(parameter: number | string): boolean;
  /** Stores a result in an output parameter, by number from 0 or by keyword. */
  output(parameter: number | string, value: IdlValue): void;
  /** Takes the value out of the variable at a positional argument, which is undefined then. */
  takeVariable(parameter: number): IdlValue | undefined;
  /** The variable's name at a positional argument, in capitals, where it is one. */
  variableName(parameter: number): string | undefined;
  /** How many positional arguments the running routine of a program was called with. */
  readonly parameterCount: number;
  /** The name of the running routine of a program in capitals; undefined outside of routines. */
  readonly routineName: string | undefined;
  /** Whether its caller gave a variable for one of its parameters, by name in capitals. */
  isPresent(parameter: string): boolean;
  /** Every routine of the session, by its name in capitals. */
  readonly routines: ReadonlyMap<string, LanguageRoutine>;
  /** The variables of the session, by name in capitals. */
  readonly variables: ReadonlyMap<string, IdlValue>;
}

/** A function or a procedure with its description. */
export interface LanguageRoutine {
  /** A function has a value and stands in expressions; a procedure is a statement. */
  readonly kind: "function" | "procedure";
  /** Whether a function of the evaluator may also stand as a procedure. */
  readonly alsoProcedure?: boolean | undefined;
  /** What it does, in one line. */
  readonly summary: string;
  /** In what it is not as IDL's routine of this name. */
  readonly departs?: string | undefined;
  /** Its positional parameters. */
  readonly parameters: readonly LanguageParameter[];
  /** Its keywords; undefined where it takes any. */
  readonly keywords?: readonly LanguageKeyword[] | undefined;
  /** Operations that work on an element of its result costs besides, if not those of its arguments. */
  readonly weight?: number | undefined;
  /** Operations for each element of its largest argument, for estimates; default 4. */
  readonly cost?: number | undefined;
  /** The size and the cost of its result, where they are not its largest argument's. */
  readonly sketch?:
    | ((
      args: readonly Sketch[],
      keywords: ReadonlyMap<string, Sketch>,
    ) => SketchedResult)
    | undefined;
  /**
   * Does the work.
   *
   * @param args The positional arguments.
   * @param keywords The keywords that were given.
   * @param context What the routine may do.
   * @returns The value of a function; nothing for a procedure.
   */
  run(
    args: readonly IdlValue[],
    keywords: LanguageKeywords,
    context: CallContext,
  ): IdlValue | void | PromiseLike<IdlValue | void>;
}

/**
 * A function registered from TypeScript without a description. It may return
 * plain values: a number (DOUBLE), a bigint (LONG64), a string, a boolean (BYTE), a list of strings;
 * arrays as `idlArray(data, shape)` makes them.
 *
 * @param args The positional arguments.
 * @param keywords The keywords that were given, by their names in lower case.
 * @param context What the function may do.
 */
export type LanguageFunction = (
  args: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
) => PlainValue | void | PromiseLike<PlainValue | void>;

/** What a registered function may return. */
export type PlainValue =
  | IdlValue
  | number
  | bigint
  | boolean
  | string
  | readonly string[];

/** Functions registered from TypeScript, by their names. */
export type LanguageFunctions = {
  readonly [name: string]: LanguageFunction | LanguageRoutine;
};
