/**
 * A session of the command language: variables that live from command to
 * command, limits, and the routines that may be called.
 *
 * @module
 */

import { type CommandCost, estimateStatements } from "../routines/estimate.ts";
import { LanguageError, Refusal } from "../values/error.ts";
import type { Definition } from "../syntax/ast.ts";
import type { Compiled } from "./compiler.ts";
import { clearVariable, type Machine } from "../state/machine.ts";
import { Program } from "./program.ts";
import { type Frame, frameIn, Names, Scope } from "../state/scope.ts";
import { type Evaluation, RETURN, type Signal, type Step, waited } from "../state/step.ts";
import { BUILT_IN } from "../functions/mod.ts";
import type { LanguageHost } from "../routines/host.ts";
import type { KeptPlot } from "../routines/kept_plot.ts";
import { Memory } from "../values/memory.ts";
import { DEFAULT_LIMITS, type LanguageLimits, Meter, type MeterRoom } from "../values/meter.ts";
import { type ParsedCommand, parsedCommand, parsedDefinition } from "../syntax/parsed_commands.ts";
import { asksForAnswer } from "../syntax/parser.ts";
import type { LanguageFunctions, LanguageRoutine } from "../routines/routine.ts";
import { guardedHost, registeredRoutines } from "../routines/registration.ts";
import { isPlain, kindOf, type LanguageValue } from "../values/language_value.ts";
import { Scalar, stored } from "../values/scalar.ts";
import type { IdlValue } from "../values/value.ts";

/** What a session is made with. */
export interface LanguageSessionOptions {
  /** What its commands may use; default {@linkcode DEFAULT_LANGUAGE_LIMITS}. */
  readonly limits?: Partial<LanguageLimits> | undefined;
  /** Where its effects go; default nowhere: what would be shown or written is refused. */
  readonly host?: Partial<LanguageHost> | undefined;
  /** Functions and procedures besides the built-in ones, by name. */
  readonly functions?: LanguageFunctions | undefined;
  /** How much memory it may take before it asks for more; default its limit. */
  readonly room?: MeterRoom | undefined;
  /** Functions and procedures of programs: the text of each with its name; default none. */
  readonly definitions?: Iterable<readonly [name: string, source: string]> | undefined;
  /** Milliseconds now, for the time limit; default none, and no time limit. */
  readonly clock?: (() => number) | undefined;
}

/** How a command ended. */
export type CommandOutcome =
  | {
    /** The command was run. */
    readonly ok: true;
    /** Whether it returned, as `return, EXPR` does. */
    readonly asked: boolean;
    /**
     * What it returned. It may share its storage with a variable: it is to be
     * sent or copied before the session's next command.
     */
    readonly returned: IdlValue | undefined;
    /** Element operations that it took. */
    readonly operations: number;
  }
  | {
    /** The command failed, at the first statement that did. */
    readonly ok: false;
    /** Whether it has a RETURN statement, so that its client waits for an answer. */
    readonly asked: boolean;
    /** What failed, and where in the command. */
    readonly error: LanguageError;
    /** Element operations that it took. */
    readonly operations: number;
  };

/** The values that a message brings, by the names of the variables that they become. */
export type CommandInputs = { readonly [name: string]: IdlValue } | ReadonlyMap<string, IdlValue>;

/** What a run of a command may be given. */
export interface RunOptions {
  /** Cancels the command between operations, and functions that heed it. */
  readonly signal?: AbortSignal | undefined;
}

/** The state of a session, for what moves its variables. */
let machineOf: (session: LanguageSession) => Machine;
let keepSteps: (session: LanguageSession) => void;

/**
 * A session of the command language.
 *
 * It has no thread, socket or file of its own: one command runs at a time, and
 * whatever it does outside goes through the host.
 *
 * @example
 * ```ts
 * import { idlScalar, LanguageSession } from "@heliograph/heliograph/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * const session = new LanguageSession();
 * const data = { type: 4 as const, shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) };
 * const outcome = await session.run("return, total(sqrt(data * data))", { data });
 * assertEquals(outcome.ok && outcome.returned, idlScalar(4, 10));
 * ```
 */
export class LanguageSession {
  static {
    machineOf = (session) => session.#machine;
    keepSteps = (session) => session.#keepsSteps = true;
  }

  readonly #limits: LanguageLimits;
  readonly #machine: Machine;
  #running = false;
  #keepsSteps = false;
  /** The steps of the last command. */
  #steps: { readonly parsed: ParsedCommand; readonly compiled: Compiled } | undefined;

  /**
   * Makes a session without variables.
   *
   * @param options Limits, host, functions and clock.
   */
  constructor(options: LanguageSessionOptions = {}) {
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    const meter = new Meter(this.#limits, options.clock, options.room);
    this.#machine = {
      meter,
      memory: new Memory(meter),
      host: guardedHost(options.host ?? {}),
      routines: options.functions === undefined
        ? BUILT_IN
        : new Map([...BUILT_IN, ...registeredRoutines(options.functions)]),
      scope: new Scope(),
      definitions: new Map(
        [...options.definitions ?? []].map(([name, source]) => [name, parsedDefinition(source)]),
      ),
      defined: 0,
      depth: 0,
      signal: undefined,
      colorTable: 0,
      plot: undefined,
      failure: undefined,
    };
  }

  /** Every routine that commands may call, by its name in capitals. */
  get routines(): ReadonlyMap<string, LanguageRoutine> {
    return this.#machine.routines;
  }

  /** The variables, by their names in capitals. */
  get variables(): ReadonlyMap<string, IdlValue> {
    this.#machine.memory.show();
    return this.#variables();
  }

  #variables(): Map<string, IdlValue> {
    const variables = new Map<string, IdlValue>();
    for (const [name, value] of this.#machine.scope.defined()) {
      if (isPlain(value)) variables.set(name, stored(value));
    }
    return variables;
  }

  /** The texts of the functions and procedures of its programs, by their names in capitals. */
  get definitions(): ReadonlyMap<string, string> {
    const { definitions } = this.#machine;
    return new Map([...definitions].map(([name, { source }]) => [name, source]));
  }

  /** The bytes that the variables hold. */
  get bytes(): number {
    return this.#machine.meter.bytes;
  }

  /** The colour table that LOADCT chose last; it moves with the variables. */
  get colorTable(): number {
    return this.#machine.colorTable;
  }

  set colorTable(table: number) {
    this.#machine.colorTable = table;
  }

  /** The last plot, to which OPLOT and XYOUTS add; it moves with the variables. */
  get plot(): KeptPlot | undefined {
    return this.#machine.plot;
  }

  set plot(plot: KeptPlot | undefined) {
    this.#machine.plot = plot;
  }

  /**
   * Makes a variable hold a value, which belongs to the session from then on.
   *
   * @param name The variable's name; upper and lower case are the same.
   * @param value Its value, which is not copied.
   * @throws LanguageError (`limit`) where the session has no room for it.
   */
  set(name: string, value: IdlValue): void {
    const machine = this.#machine;
    const variable = machine.scope.variable(name.toUpperCase());
    if (variable.value === value) return;
    clearVariable(machine, variable);
    try {
      machine.memory.hold(value);
    } catch (error) {
      throw asLanguageError(error);
    }
    variable.value = value;
    machine.defined++;
  }

  /**
   * Takes variables out of the session, to move them to another thread.
   *
   * @param names Their names, such as {@linkcode LanguageSession.namesIn} gives; default all.
   * @returns Those that exist, by their names in capitals.
   */
  take(names: Iterable<string> = this.#variables().keys()): Map<string, IdlValue> {
    this.#machine.memory.show();
    const taken = new Map<string, IdlValue>();
    for (const name of [...names]) {
      const variable = this.#machine.scope.variable(name.toUpperCase());
      const { value } = variable;
      if (value === undefined || !isPlain(value)) continue;
      clearVariable(this.#machine, variable);
      taken.set(name.toUpperCase(), stored(value));
    }
    this.#machine.scope.prune();
    return taken;
  }

  /**
   * Runs a command.
   *
   * @param command Statements joined by `&` or line ends.
   * @param inputs Values that become variables first, such as `data`; they belong to the session.
   * @param options A signal that cancels the command.
   * @returns How it ended. It rejects only for an error in the program itself.
   */
  async run(
    command: string,
    inputs: CommandInputs = {},
    options: RunOptions = {},
  ): Promise<CommandOutcome> {
    const started = this.#start(command, inputs, options);
    if ("ok" in started) return started;
    try {
      let step = started.next();
      while (!step.done) {
        let settled: { value: unknown } | { error: unknown };
        try {
          settled = { value: await step.value };
        } catch (error) {
          settled = { error };
        }
        step = "error" in settled ? started.throw(settled.error) : started.next(settled.value);
      }
      return this.#succeeded(step.value);
    } catch (error) {
      return this.#failed(command, error);
    } finally {
      this.#end();
    }
  }

  /**
   * Runs a command without leaving the current turn of the event loop.
   *
   * A function that returns a promise fails here; otherwise it is as
   * {@linkcode LanguageSession.run}.
   *
   * @param command Statements joined by `&` or line ends.
   * @param inputs Values that become variables first; they belong to the session.
   * @param options A signal that cancels the command.
   * @returns How it ended.
   */
  runSync(
    command: string,
    inputs: CommandInputs = {},
    options: RunOptions = {},
  ): CommandOutcome {
    const started = this.#start(command, inputs, options);
    if ("ok" in started) return started;
    try {
      let step = started.next();
      while (!step.done) {
        Promise.resolve(step.value).catch(() => {});
        step = started.throw(
          new Refusal("host", "The function answers later, which cannot be waited for here"),
        );
      }
      return this.#succeeded(step.value);
    } catch (error) {
      return this.#failed(command, error);
    } finally {
      this.#end();
    }
  }

  /**
   * The cost of a command before it runs: what its arrays suggest.
   *
   * @param command Statements joined by `&` or line ends.
   * @param inputs The values that would come with it.
   * @returns Element operations and bytes of temporaries; infinite where the
   * text does not tell, such as for `fltarr(n)` with an unknown n; 0 for a
   * command that cannot be parsed, since it fails at once.
   */
  estimateCost(command: string, inputs: CommandInputs = {}): CommandCost {
    let parsed: ParsedCommand;
    try {
      parsed = parsedCommand(command, this.#limits);
    } catch {
      return { operations: 0, bytes: 0 };
    }
    const variables = this.#variables();
    for (const [name, value] of entriesOf(inputs)) variables.set(name.toUpperCase(), value);
    return estimateStatements(parsed.statements, variables, this.#machine.routines);
  }

  /**
   * The names that a command reads or writes, in capitals: the variables that
   * must move with it to another thread are among them.
   *
   * @param command Statements joined by `&` or line ends.
   * @returns The names; none for a command that cannot be parsed.
   */
  namesIn(command: string): ReadonlySet<string> {
    try {
      return parsedCommand(command, this.#limits).names;
    } catch {
      return new Set();
    }
  }

  #start(
    command: string,
    inputs: CommandInputs,
    options: RunOptions,
  ): Evaluation<Returned | undefined> | CommandOutcome {
    if (this.#running) throw new TypeError("Cannot run a command: the session runs another one");
    this.#machine.signal = options.signal;
    this.#machine.meter.begin(options.signal);
    try {
      for (const [name, value] of entriesOf(inputs)) this.set(name, value);
      const parsed = parsedCommand(command, this.#limits);
      const { definitions } = parsed;
      for (const definition of definitions) this.#define(definition);
      this.#running = true;
      const { names, body } = this.#compiled(parsed);
      return this.#carryOut(body, frameIn(this.#machine.scope, names));
    } catch (error) {
      this.#end();
      return this.#failed(command, error);
    }
  }

  #compiled(parsed: ParsedCommand): Compiled {
    if (this.#steps?.parsed === parsed) return this.#steps.compiled;
    const { statements, names } = parsed;
    const compiled = new Program(this.#machine).compile(statements, new Names(), names);
    if (this.#keepsSteps) this.#steps = { parsed, compiled };
    return compiled;
  }

  /** IDL manual, "FUNCTION": a definition takes the place of an earlier one of the same name. */
  #define(definition: Definition): void {
    const { definitions, meter } = this.#machine;
    const before = definitions.get(definition.name)?.source.length ?? 0;
    let units = definition.source.length - before;
    for (const { source } of definitions.values()) units += source.length;
    if (units > meter.limits.definitions) {
      throw new Refusal(
        "limit",
        `Cannot define ${definition.name}: the routines of a session may have ` +
          `${meter.limits.definitions} characters`,
      );
    }
    definitions.set(definition.name, definition);
  }

  *#carryOut(body: Step<Signal>, frame: Frame): Evaluation<Returned | undefined> {
    const signal = yield* waited(body, frame);
    if (signal !== RETURN) return undefined;
    const { returned } = frame;
    if (returned === undefined) return { value: undefined };
    if (!(returned instanceof Scalar)) this.#machine.memory.show();
    if (isPlain(returned)) return { value: stored(returned) };
    throw new Refusal(
      "value",
      `Cannot return a value of type ${kindOf(returned)}: return what is in it, or print it`,
    );
  }

  #end(): void {
    const machine = this.#machine;
    this.#running = false;
    machine.depth = 0;
    machine.memory.end();
    machine.scope.prune();
    machine.defined = [...machine.scope.defined()].length;
  }

  #succeeded(returned: Returned | undefined): CommandOutcome {
    const { operations } = this.#machine.meter;
    return { ok: true, asked: returned !== undefined, returned: returned?.value, operations };
  }

  #failed(command: string, error: unknown): CommandOutcome {
    const known = asLanguageError(error);
    if (!(known instanceof LanguageError)) throw known;
    const { operations } = this.#machine.meter;
    return { ok: false, asked: asksForAnswer(command), error: known, operations };
  }
}

/**
 * Takes all variables out of a session, structures and objects among them, to move them to
 * another thread.
 */
export function takeAll(session: LanguageSession): Map<string, LanguageValue> {
  const machine = machineOf(session);
  machine.memory.show();
  const taken = new Map<string, LanguageValue>();
  for (const [name, value] of [...machine.scope.defined()]) taken.set(name, stored(value));
  for (const name of taken.keys()) clearVariable(machine, machine.scope.variable(name));
  machine.scope.prune();
  return taken;
}

/**
 * Makes a session without variables ready for commands of someone else, which neither define nor
 * compute what they call: it keeps the steps of the last command for the next that is the same.
 *
 * @param session The session.
 * @param limits What the next command may use.
 */
export function renewSession(session: LanguageSession, limits: LanguageLimits): void {
  const machine = machineOf(session);
  machine.meter.limits = limits;
  machine.failure = undefined;
  keepSteps(session);
}

/** What a RETURN statement gave, if there was one. */
interface Returned {
  readonly value: IdlValue | undefined;
}

function entriesOf(inputs: CommandInputs): Iterable<readonly [string, IdlValue]> {
  return inputs instanceof Map ? inputs : Object.entries(inputs);
}

/** A refusal that met no place in the command stands at its beginning. */
function asLanguageError(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  return new LanguageError(error.code, error.message, 0, { cause: error.cause });
}
