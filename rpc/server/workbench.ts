/** The variables of one connection, and where its commands are run. */

import type { BufferPool } from "./buffer_pool.ts";
import type { Cancellation } from "./cancellation.ts";
import { effectHost, type EffectSink } from "./evaluation/effects.ts";
import { LanguageError, type LanguageErrorCode } from "../language/values/error.ts";
import type { LanguageLimits } from "../language/values/meter.ts";
import { type CommandCost, estimateStatements } from "../language/routines/estimate.ts";
import type { LanguageFunctions, LanguageRoutine } from "../language/routines/routine.ts";
import type { KeptPlot } from "../language/routines/kept_plot.ts";
import {
  type CommandOutcome,
  LanguageSession,
  renewSession,
  takeAll,
} from "../language/evaluation/session.ts";
import { LIBRARY } from "../language/functions/mod.ts";
import { isPlain, type LanguageValue, refers } from "../language/values/language_value.ts";
import { parsedCommand } from "../language/syntax/parsed_commands.ts";
import { elementsOf, IdlType, type IdlValue } from "../language/values/value.ts";
import type { MemoryLedger } from "./memory_ledger.ts";
import { NameQueue } from "./name_queue.ts";
import { bytesOfAll, VariableStore } from "./variable_store.ts";
import type { PoolResult } from "./evaluation/job.ts";
import type { WorkerPool } from "./evaluation/pool.ts";

/** Commands up to this many element operations run in the server's own thread: some milliseconds. */
const CHEAP_OPERATIONS = 4_000_000;

/** Milliseconds after which a command leaves the server's own thread, if its estimate was wrong. */
const CHEAP_MS = 100;

/** Commands that make more than this many bytes run in a worker. */
const CHEAP_BYTES = 32 * 1024 ** 2;

/** UTF-16 units of the longest command that is parsed in the server's own thread. */
const MAX_CHEAP_UNITS = 4_096;

/** Pictures of more than this are drawn and packed in a worker, and every plot. */
const CHEAP_PICTURE_BYTES = 16_384;

/** Elements of the largest STRING array that the server's own thread looks at. */
const MAX_CHEAP_TEXTS = 256;

/** Bytes that a command may take besides what is estimated, before it has to ask for more. */
const SPARE_BYTES = 1024 ** 2;

/** Bytes that a command begins with in a worker where the text does not tell how many it takes. */
const UNKNOWN_BYTES = 64 * 1024 ** 2;

/** Commands in workers up to this many element operations may use the one that is kept for them. */
const SHORT_OPERATIONS = 200_000_000;

/** What the workbenches of a server share. */
export interface WorkbenchTools {
  readonly pool: WorkerPool;
  readonly ledger: MemoryLedger;
  /** Memory of arrays that no one needs any more. */
  readonly buffers: BufferPool;
  /** Every function besides the built-in ones, for their descriptions and costs. */
  readonly functions: LanguageFunctions;
  /** The names, in capitals, of those that are closures: they run in this thread only. */
  readonly closures: ReadonlySet<string>;
  /** Every routine that commands may call, by its name in capitals. */
  readonly routines: ReadonlyMap<string, LanguageRoutine>;
  /** The names, in capitals, of those that are modules: they run in workers only. */
  readonly modules: ReadonlySet<string>;
  readonly limits: LanguageLimits;
}

/** A command with what belongs to it. */
export interface WorkRequest {
  readonly command: string;
  /** The arrays that came with it, by name. */
  readonly arrays: ReadonlyMap<string, IdlValue>;
  /** Whether the arrays stay as variables after the command, as `data` of IDL's wire does. */
  readonly keepArrays: boolean;
  readonly sink: EffectSink;
  readonly cancellation?: Cancellation | undefined;
  /** Milliseconds that it may take from now on, with what it has to wait. */
  readonly milliseconds?: number | undefined;
  /** Whether an expression at its end is its result, as if RETURN stood before it. */
  readonly implicitReturn?: boolean | undefined;
}

/** Routines that make plots, which takes some milliseconds. */
const PLOTS: ReadonlySet<string> = new Set([
  "PLOT",
  "OPLOT",
  "XYOUTS",
  "CONTOUR",
  "COLORBAR",
  "SURFACE",
]);

/** Stands for the last plot among the names that commands share; no variable has such a name. */
const LAST_PLOT = "!PLOT";

/** Routines with effects, for which a display or a disk may have to be waited for. */
const EFFECTS: ReadonlySet<string> = new Set(
  ["IMAGE", "TV", "TVSCL", "WRITEFITS", "WRITE_PNG", "READFITS", "HEADFITS", "MRDFITS", ...PLOTS],
);

/** Routines that call what only their arguments tell. */
const PROGRAM_CALLS: ReadonlySet<string> = new Set(
  ["EXECUTE", "CALL_FUNCTION", "CALL_PROCEDURE", ...LIBRARY.keys()],
);

/** A command that has ended. */
export interface WorkResult {
  readonly outcome: CommandOutcome;
  /** Frees the memory of the command's arrays that nothing else needs, once the answer is written. */
  release(): void;
}

/** What the names in a command tell of it. */
interface CommandFacts {
  /** Whether it has effects. */
  readonly effects: boolean;
  /** Whether it makes plots, chooses a colour table, or calls what only its arguments tell. */
  readonly plots: boolean;
  readonly colors: boolean;
  readonly programs: boolean;
}

/** By the names: a command that comes again has the same set of them. */
const knownFacts = new WeakMap<ReadonlySet<string>, CommandFacts>();

function factsOf(names: ReadonlySet<string>): CommandFacts {
  const known = knownFacts.get(names);
  if (known !== undefined) return known;
  const facts: CommandFacts = {
    effects: !names.isDisjointFrom(EFFECTS),
    plots: !names.isDisjointFrom(PLOTS),
    colors: names.has("LOADCT"),
    programs: !names.isDisjointFrom(PROGRAM_CALLS),
  };
  knownFacts.set(names, facts);
  return facts;
}

/** A session for one command after the other, and where their effects go. */
interface QuickSession {
  readonly session: LanguageSession;
  sink: EffectSink;
}

/** A request with the names that it speaks of. */
interface Task {
  readonly request: WorkRequest;
  /** Every name in the command, in capitals; undefined for one that is too long to be parsed here. */
  readonly names: ReadonlySet<string> | undefined;
  /** The arrays that came with it, by their names in capitals. */
  readonly inputs: ReadonlyMap<string, IdlValue>;
  /** The names of variables that other commands may use too. */
  readonly shared: ReadonlySet<string>;
  /** When it is too late for it, by the clock of the server. */
  readonly due: number;
}

/**
 * Executes the commands of one connection.
 *
 * Variables live as long as the connection. Commands run side by side unless they
 * speak of the same variables: then the later one waits for the earlier.
 */
export class Workbench {
  #tools: WorkbenchTools;
  #variables: VariableStore;
  #names = new NameQueue();
  #colorTable = 0;
  #plot: KeptPlot | undefined;
  #closed = false;
  /** For commands that run at once: making a session takes as long as a small one of them. */
  #quick: QuickSession | undefined;
  /** The texts of the functions and procedures of the connection, by name in capitals. */
  readonly #definitions = new Map<string, string>();

  /** Makes a workbench without variables. */
  constructor(tools: WorkbenchTools) {
    this.#tools = tools;
    this.#variables = new VariableStore(tools.ledger, tools.buffers);
  }

  /** Forgets the variables, when the connection ends. */
  close(): void {
    this.#closed = true;
    this.#variables.clear();
  }

  /** The texts of the functions and procedures that its commands have defined, by name. */
  get definitions(): ReadonlyMap<string, string> {
    return this.#definitions;
  }

  /** Drops one variable, whose value is about to be replaced. */
  drop(name: string): void {
    this.#variables.drop(name);
  }

  /**
   * Executes a command.
   *
   * @param request The command.
   * @returns How it ended: at once for a cheap one that waits for nothing. It never rejects
   * for what a command can do.
   */
  run(request: WorkRequest): WorkResult | Promise<WorkResult> {
    const task = this.#task(request);
    const result = this.#names.before(task.shared)?.then(() => this.#begin(task)) ??
      this.#begin(task);
    if (result instanceof Promise) {
      const end = this.#names.begin(task.shared);
      return result.then((done) => releasing(done, end), (error) => {
        end();
        throw error;
      });
    }
    const { outcome } = result;
    const answer = outcome.ok ? outcome.returned : undefined;
    return answer !== undefined && this.#variables.holds(answer)
      ? releasing(result, this.#names.begin(task.shared))
      : result;
  }

  /** A session in this thread. */
  #session({ sink }: WorkRequest, limits: Partial<LanguageLimits>): LanguageSession {
    return this.#prepared(this.#newSession(sink, { ...this.#tools.limits, ...limits }));
  }

  #newSession(sink: EffectSink, limits: LanguageLimits): LanguageSession {
    const { functions, closures, modules } = this.#tools;
    return new LanguageSession({
      limits,
      host: effectHost(sink),
      clock,
      functions: closures.size + modules.size > 0 ? functions : undefined,
      definitions: this.#definitions,
    });
  }

  /** The session of the command before, if that has ended well, for one that calls no programs. */
  #quickSession(sink: EffectSink, limits: Partial<LanguageLimits>): QuickSession {
    const all = { ...this.#tools.limits, ...limits };
    let quick = this.#definitions.size === 0 ? this.#quick : undefined;
    // Until this command has ended well, too.
    this.#quick = undefined;
    if (quick === undefined) {
      const own: { sink: EffectSink } = { sink };
      const host: EffectSink = {
        get keepsValues() {
          return own.sink.keepsValues;
        },
        print: (line) => own.sink.print(line),
        show: (picture) => own.sink.show(picture),
        write: (name, bytes) => own.sink.write(name, bytes),
        sizeOf: (name) => own.sink.sizeOf(name),
        read: (name, size) => own.sink.read(name, size),
      };
      quick = Object.assign(own, { session: this.#newSession(host, all) });
    }
    quick.sink = sink;
    renewSession(quick.session, all);
    this.#prepared(quick.session);
    return quick;
  }

  #prepared(session: LanguageSession): LanguageSession {
    session.colorTable = this.#colorTable;
    session.plot = this.#plot;
    return session;
  }

  #task(request: WorkRequest): Task {
    const { command, milliseconds = Infinity, arrays } = request;
    const { values } = this.#variables;
    const { routines } = this.#tools;
    const due = clock() + milliseconds;
    const inputs = new Map<string, IdlValue>();
    for (const [name, value] of arrays) inputs.set(name.toUpperCase(), value);
    if (command.length > MAX_CHEAP_UNITS && !this.#speaksOfClosures(command)) {
      return { request, names: undefined, inputs, shared: NameQueue.ALL, due };
    }
    let names = parsedNames(command, this.#tools.limits);
    // They may speak of any variable.
    if (names.has("HELP") || names.has("EXECUTE")) names = names.union(new Set(values.keys()));
    // Variables that refer to the same objects move together.
    if (values.size > 0) {
      const referring = [...values].filter(([, value]) => refers(value)).map(([name]) => name);
      if (referring.some((name) => names.has(name))) names = names.union(new Set(referring));
    }
    const shared = new Set<string>(request.keepArrays ? inputs.keys() : []);
    for (const name of names) {
      const isRoutine = routines.has(name) && !values.has(name);
      if (!isRoutine && !inputs.has(name)) shared.add(name);
    }
    if (this.#mayPlot(names)) shared.add(LAST_PLOT);
    return { request, names, inputs, shared, due };
  }

  /** Whether a long command may call what runs in this thread alone. */
  #speaksOfClosures(command: string): boolean {
    const { closures } = this.#tools;
    if (closures.size === 0) return false;
    const text = command.toUpperCase();
    for (const name of closures) if (text.includes(name)) return true;
    return false;
  }

  #begin(task: Task): WorkResult | Promise<WorkResult> {
    const { request: { command, cancellation }, names, inputs, due } = task;
    if (cancellation?.cancelled) return refused("cancelled", "The command was cancelled");
    if (clock() > due) return refused("time", WAITED);
    const { closures, modules, ledger } = this.#tools;
    const variables = new Map<string, LanguageValue>(inputs);
    for (const [name, value] of this.#variables.values) {
      if (!inputs.has(name) && (names?.has(name) ?? true)) variables.set(name, value);
    }
    if (names === undefined) return this.#inWorker(task, variables, UNKNOWN_COST);
    const facts = factsOf(names);
    const programs = hasPrograms(command, this.#tools.limits) ||
      facts.programs || this.#callsDefined(names) ||
      [...variables.values()].some((value) => !isPlain(value));
    const here = closures.size > 0 && !names.isDisjointFrom(closures);
    const elsewhere = modules.size > 0 && !names.isDisjointFrom(modules);
    if (here && elsewhere) {
      return refused("value", "Cannot mix functions of the server's thread and of its workers");
    }
    const own = bytesOfAll(variables.values());
    if (here) {
      const bytes = Math.min(this.#tools.limits.bytes, own + ledger.available);
      return this.#waiting(task, variables, { bytes, ...this.#timeFor(task) });
    }
    if (programs) return this.#inWorker(task, variables, UNKNOWN_COST);
    const cost = estimateCost(command, plainOf(variables), this.#tools);
    const { effects, plots } = facts;
    // Packing a picture takes longer than most that is done with its pixels.
    const large = effects && (plots || own + cost.bytes > CHEAP_PICTURE_BYTES);
    const room = 2 * cost.bytes + SPARE_BYTES;
    if (
      elsewhere || large || cost.operations > CHEAP_OPERATIONS || cost.bytes > CHEAP_BYTES ||
      // A little is there for everybody, as long as what was kept of it is not too much already.
      2 * cost.bytes > Math.max(ledger.available, SPARE_BYTES) || ledger.used > ledger.limit ||
      hasManyTexts(variables.values())
    ) return this.#inWorker(task, variables, cost);
    const bytes = Math.min(this.#tools.limits.bytes, own + room);
    if (effects) return this.#waiting(task, variables, { bytes, ...this.#timeFor(task) });
    const dear = { operations: Infinity, bytes: cost.bytes };
    return this.#here(task, variables, bytes) ?? this.#inWorker(task, variables, dear);
  }

  #callsDefined(names: ReadonlySet<string>): boolean {
    for (const name of this.#definitions.keys()) if (names.has(name)) return true;
    return false;
  }

  /** Whether a command may make a plot, or add to one, so that it waits for others that do. */
  #mayPlot(names: ReadonlySet<string>): boolean {
    const { plots, programs } = factsOf(names);
    return plots || programs || this.#callsDefined(names);
  }

  /** Whether a command may choose a colour table; another one that began earlier keeps no older. */
  #mayLoadColors(names: ReadonlySet<string>): boolean {
    const { colors, programs } = factsOf(names);
    return colors || programs || this.#callsDefined(names);
  }

  /** The time that a command has once it runs. */
  #timeFor({ due }: Task): { milliseconds: number } {
    return { milliseconds: Math.min(this.#tools.limits.milliseconds, due - clock()) };
  }

  /**
   * In this thread, in one go. An estimate may be wrong: a command that takes more than a few
   * milliseconds is given up before it has changed anything, and begins again in a worker.
   *
   * @returns Undefined if it has been given up.
   */
  #here(
    task: Task,
    variables: ReadonlyMap<string, LanguageValue>,
    bytes: number,
  ): WorkResult | undefined {
    const { request } = task;
    const { command, sink } = request;
    // What is stored into a part of a variable cannot be taken back.
    const stores = changesInPlace(command, this.#tools.limits);
    if (stores === "after a call") return undefined;
    const lines: string[] = [];
    const time = this.#timeFor(task);
    const limits = stores ? { bytes, ...time } : {
      bytes,
      operations: 2 * CHEAP_OPERATIONS,
      milliseconds: Math.min(time.milliseconds, CHEAP_MS),
    };
    const print = (line: string) => void lines.push(line);
    const quick = this.#quickSession({ ...sink, print }, limits);
    const { session } = quick;
    const outcome = session.runSync(command, plainOf(variables));
    const code = outcome.ok ? undefined : outcome.error.code;
    if ((code === "limit" || code === "time") && !stores) return undefined;
    for (const line of lines) sink.print(line);
    const result = this.#finished(session, task, outcome);
    if (outcome.ok && session.bytes === 0 && this.#definitions.size === 0) this.#quick = quick;
    return result;
  }

  /** In this thread, where functions and displays may have to be waited for. */
  async #waiting(
    task: Task,
    variables: ReadonlyMap<string, LanguageValue>,
    limits: Partial<LanguageLimits>,
  ): Promise<WorkResult> {
    const { command, cancellation } = task.request;
    const session = this.#session(task.request, limits);
    const options = cancellation === undefined ? {} : { signal: cancellation.signal };
    const result = this.#finished(
      session,
      task,
      await session.run(command, plainOf(variables), options),
    );
    // A function of the program may have kept its arguments.
    return task.names?.isDisjointFrom(this.#tools.closures)
      ? result
      : { outcome: result.outcome, release() {} };
  }

  #finished(session: LanguageSession, task: Task, outcome: CommandOutcome): WorkResult {
    const { colorTable, plot } = session;
    const variables = takeAll(session);
    const unchanged = new Set<string>();
    for (const [name, value] of task.inputs) {
      if (variables.get(name) === value) unchanged.add(name);
    }
    const definitions = [...session.definitions];
    return this.#keep(task, { outcome, variables, unchanged, colorTable, plot, definitions });
  }

  async #inWorker(
    task: Task,
    variables: ReadonlyMap<string, LanguageValue>,
    cost: CommandCost,
  ): Promise<WorkResult> {
    const { command, sink, cancellation, implicitReturn = false } = task.request;
    const { pool, ledger, limits } = this.#tools;
    const own = bytesOfAll(variables.values());
    const total = Math.max(0, Math.min(limits.bytes - own, ledger.limit));
    const first = Math.min(
      total,
      cost.bytes === Infinity ? UNKNOWN_BYTES : cost.bytes + 8 * SPARE_BYTES,
    );
    using claim = ledger.claim(total, "command");
    this.#variables.lend([...variables.keys()].filter((name) => !task.inputs.has(name)));
    const result = await pool.run({
      owner: this,
      command,
      implicitReturn,
      variables,
      colorTable: this.#colorTable,
      plot: this.#plot,
      definitions: [...this.#definitions],
      limits: { ...limits, bytes: own + total },
      first: own + first,
      short: cost.operations <= SHORT_OPERATIONS && first <= UNKNOWN_BYTES,
      due: task.due,
      // Room is taken when a worker is free for the command, so that none is held in vain.
      begin: (force) => force ? (claim.force(first), true) : claim.growNow(first),
      more: (bytes) => claim.grow(bytes),
      force: () => claim.force(0),
      sink,
      signal: cancellation?.signal,
    });
    if (result.lost !== undefined) this.#countUntil(result.lost, own + claim.held);
    return this.#keep(task, result);
  }

  /** Counts memory that a thread holds that cannot be ended. */
  #countUntil(end: Promise<void>, bytes: number): void {
    const { ledger } = this.#tools;
    ledger.add(bytes);
    void end.then(() => ledger.release(bytes));
  }

  /**
   * Keeps what a command left: what was a variable or has been assigned, but not the
   * arrays that came with it, unless they stay.
   */
  #keep({ request, inputs, names }: Task, result: PoolResult): WorkResult {
    if (names === undefined || this.#mayLoadColors(names)) this.#colorTable = result.colorTable;
    if (names === undefined || this.#mayPlot(names)) this.#plot = result.plot;
    for (const [name, source] of result.definitions) this.#definitions.set(name, source);
    const passing: LanguageValue[] = [];
    const staying = new Map<string, LanguageValue>();
    for (const [name, value] of result.variables) {
      const passes = inputs.has(name) && result.unchanged.has(name) && !request.keepArrays;
      if (passes) passing.push(value);
      else if (!this.#closed) staying.set(name, value);
    }
    this.#variables.keep(staying);
    return { outcome: result.outcome, release: () => this.#variables.free(passing) };
  }
}

const clock = () => performance.now();

/** What is not known before the command has run. */
const UNKNOWN_COST: CommandCost = { operations: Infinity, bytes: Infinity };

const WAITED = "The command has waited longer for its turn than it may take";

function hasManyTexts(values: Iterable<LanguageValue>): boolean {
  for (const { type, shape } of values) {
    if (type === IdlType.STRING && elementsOf(shape) > MAX_CHEAP_TEXTS) return true;
  }
  return false;
}

/** The names in a command; none for one that cannot be parsed, which fails at once. */
function parsedNames(command: string, limits: LanguageLimits): ReadonlySet<string> {
  try {
    return parsedCommand(command, limits).names;
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    return new Set();
  }
}

/** Whether a command stores into a part of a variable, and whether it calls routines as well. */
function changesInPlace(command: string, limits: LanguageLimits): boolean | "after a call" {
  try {
    return parsedCommand(command, limits).changesInPlace;
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    return false;
  }
}

/** Variables as a session takes them: structures and objects too. */
function plainOf(
  variables: ReadonlyMap<string, LanguageValue>,
): ReadonlyMap<string, IdlValue> {
  return variables as ReadonlyMap<string, IdlValue>;
}

/** Whether a command defines routines or calls methods. */
function hasPrograms(command: string, limits: LanguageLimits): boolean {
  try {
    return parsedCommand(command, limits).hasPrograms;
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    return false;
  }
}

function estimateCost(
  command: string,
  variables: ReadonlyMap<string, IdlValue>,
  { limits, routines }: WorkbenchTools,
): CommandCost {
  try {
    return estimateStatements(parsedCommand(command, limits).statements, variables, routines);
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    return { operations: 0, bytes: 0 };
  }
}

function refused(code: LanguageErrorCode, message: string): WorkResult {
  const error = new LanguageError(code, message, 0);
  return { outcome: { ok: false, asked: false, error, operations: 0 }, release() {} };
}

function releasing({ outcome, release }: WorkResult, end: () => void): WorkResult {
  return {
    outcome,
    release() {
      release();
      end();
    },
  };
}
