/** The variables of one connection, and where its commands are carried out. */

import type { BufferPool } from "./buffer_pool.ts";
import type { Cancellation } from "./cancellation.ts";
import { effectHost, type EffectSink } from "./evaluation/effects.ts";
import { LanguageError, type LanguageErrorCode } from "../language/values/error.ts";
import type { LanguageLimits } from "../language/values/meter.ts";
import type { LanguageFunctions } from "../language/routines/routine.ts";
import { type CommandOutcome, LanguageSession } from "../language/evaluation/session.ts";
import type { IdlValue } from "../language/values/value.ts";
import type { MemoryLedger } from "./memory_ledger.ts";
import { NameQueue } from "./name_queue.ts";
import { bytesOfAll, VariableStore } from "./variable_store.ts";
import type { PoolResult, WorkerPool } from "./evaluation/pool.ts";

/** Commands up to this many element operations run in the server's own thread: some milliseconds. */
const CHEAP_OPERATIONS = 4_000_000;

/** Commands that make more than this many bytes run in a worker. */
const CHEAP_BYTES = 32 * 1024 ** 2;

/** Pictures of more than this are drawn and packed in a worker. */
const CHEAP_PICTURE_BYTES = 100_000;

/** What the workbenches of a server share. */
export interface WorkbenchTools {
  readonly pool: WorkerPool;
  readonly ledger: MemoryLedger;
  /** Memory of arrays that nobody needs any more. */
  readonly buffers: BufferPool;
  /** Every function beside the built-in ones, for their descriptions and costs. */
  readonly functions: LanguageFunctions;
  /** The names, in capitals, of those that are closures: they run in this thread only. */
  readonly closures: ReadonlySet<string>;
  /** The names, in capitals, of those that are modules: they run in workers only. */
  readonly modules: ReadonlySet<string>;
  readonly limits: Partial<LanguageLimits> & {
    readonly bytes: number;
    readonly milliseconds: number;
  };
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
  /** Milliseconds that it may take, if less than the server allows. */
  readonly milliseconds?: number | undefined;
}

/** Routines with effects, for which a display or a disk may have to be waited for. */
const EFFECTS: ReadonlySet<string> = new Set(
  ["IMAGE", "TV", "TVSCL", "PLOT", "WRITEFITS", "WRITE_PNG"],
);

/** A command that has ended. */
export interface WorkResult {
  readonly outcome: CommandOutcome;
  /** Frees the memory of the command's arrays that nothing else needs, once the answer is written. */
  release(): void;
}

/** A request with the names that it speaks of. */
interface Task {
  readonly request: WorkRequest;
  /** Every name in the command, in capitals. */
  readonly names: ReadonlySet<string>;
  /** The arrays that came with it, by their names in capitals. */
  readonly inputs: ReadonlyMap<string, IdlValue>;
  /** The names of variables that other commands may use too. */
  readonly shared: ReadonlySet<string>;
}

/**
 * Carries out the commands of one connection.
 *
 * Variables live as long as the connection. Commands run side by side unless they
 * speak of the same variables: then the later one waits for the earlier.
 */
export class Workbench {
  #tools: WorkbenchTools;
  #variables: VariableStore;
  #names = new NameQueue();
  #colorTable = 0;
  #closed = false;

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

  /** Drops one variable, whose value is about to be replaced. */
  drop(name: string): void {
    this.#variables.drop(name);
  }

  /**
   * Carries out a command.
   *
   * @param request The command.
   * @returns How it ended: at once for a cheap one that waits for nothing. It never rejects
   * for what a command can do.
   */
  run(request: WorkRequest): WorkResult | Promise<WorkResult> {
    const session = this.#session(request);
    const task = this.#task(session, request);
    const result = this.#names.before(task.shared)?.then(() => this.#begin(session, task)) ??
      this.#begin(session, task);
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

  #session({ arrays, sink, milliseconds = Infinity }: WorkRequest): LanguageSession {
    const { limits, functions, ledger, closures, modules } = this.#tools;
    const own = this.#variables.bytes + bytesOfAll(arrays.values());
    return new LanguageSession({
      limits: {
        ...limits,
        bytes: Math.min(limits.bytes, own + ledger.available),
        milliseconds: Math.min(limits.milliseconds, milliseconds),
      },
      host: effectHost(sink),
      clock,
      functions: closures.size + modules.size > 0 ? functions : undefined,
    });
  }

  #task(session: LanguageSession, request: WorkRequest): Task {
    const { values } = this.#variables;
    let names = session.namesIn(request.command);
    if (names.has("HELP")) names = names.union(new Set(values.keys()));
    const inputs = new Map<string, IdlValue>();
    for (const [name, value] of request.arrays) inputs.set(name.toUpperCase(), value);
    const shared = new Set<string>(request.keepArrays ? inputs.keys() : []);
    for (const name of names) {
      const isRoutine = session.routines.has(name) && !values.has(name);
      if (!isRoutine && !inputs.has(name)) shared.add(name);
    }
    return { request, names, inputs, shared };
  }

  #begin(session: LanguageSession, task: Task): WorkResult | Promise<WorkResult> {
    const { request: { command, cancellation }, names, inputs } = task;
    if (cancellation?.cancelled) return refused("cancelled", "The command was cancelled");
    const { closures, modules } = this.#tools;
    const variables = new Map(inputs);
    for (const name of names) {
      const value = this.#variables.values.get(name);
      if (value !== undefined && !inputs.has(name)) variables.set(name, value);
    }
    const here = !names.isDisjointFrom(closures);
    const elsewhere = !names.isDisjointFrom(modules);
    if (here && elsewhere) {
      return refused("value", "Cannot mix functions of the server's thread and of its workers");
    }
    session.colorTable = this.#colorTable;
    if (here) return this.#waiting(session, task, variables);
    const cost = session.estimateCost(command, variables);
    const effects = !names.isDisjointFrom(EFFECTS);
    // Packing a picture takes longer than most that is done with its pixels.
    const large = effects && bytesOfAll(variables.values()) > CHEAP_PICTURE_BYTES;
    if (elsewhere || large || cost.operations > CHEAP_OPERATIONS || cost.bytes > CHEAP_BYTES) {
      return this.#inWorker(task, variables, cost.bytes);
    }
    if (effects) return this.#waiting(session, task, variables);
    return this.#finished(session, task, session.runSync(command, variables));
  }

  /** In this thread, where functions and displays may have to be waited for. */
  async #waiting(
    session: LanguageSession,
    task: Task,
    variables: ReadonlyMap<string, IdlValue>,
  ): Promise<WorkResult> {
    const { command, cancellation } = task.request;
    const options = cancellation === undefined ? {} : { signal: cancellation.signal };
    const result = this.#finished(session, task, await session.run(command, variables, options));
    // A function of the program may have kept its arguments.
    return task.names.isDisjointFrom(this.#tools.closures)
      ? result
      : { outcome: result.outcome, release() {} };
  }

  #finished(session: LanguageSession, task: Task, outcome: CommandOutcome): WorkResult {
    const { colorTable } = session;
    const variables = session.take();
    const unchanged = new Set<string>();
    for (const [name, value] of task.inputs) {
      if (variables.get(name) === value) unchanged.add(name);
    }
    return this.#keep(task, { outcome, variables, unchanged, colorTable });
  }

  async #inWorker(
    task: Task,
    variables: ReadonlyMap<string, IdlValue>,
    estimated: number,
  ): Promise<WorkResult> {
    const { command, sink, cancellation, milliseconds = Infinity } = task.request;
    const { pool, ledger, limits } = this.#tools;
    const own = bytesOfAll(variables.values());
    // Room for temporaries is set aside, so that commands side by side stay under the cap together.
    const wanted = Math.min(limits.bytes - own, estimated * 2 + CHEAP_BYTES);
    const room = Math.max(0, Math.min(wanted, Math.floor(ledger.available / 2)));
    ledger.add(room);
    this.#variables.lend([...variables.keys()].filter((name) => !task.inputs.has(name)));
    try {
      return this.#keep(
        task,
        await pool.run({
          owner: this,
          command,
          variables,
          colorTable: this.#colorTable,
          limits: {
            ...limits,
            bytes: own + room,
            milliseconds: Math.min(limits.milliseconds, milliseconds),
          },
          sink,
          signal: cancellation?.signal,
        }),
      );
    } finally {
      ledger.release(room);
    }
  }

  /**
   * Keeps what a command left: what was a variable or has been assigned, but not the
   * arrays that came with it, unless they stay.
   */
  #keep({ request, inputs }: Task, result: PoolResult): WorkResult {
    this.#colorTable = result.colorTable;
    const passing: IdlValue[] = [];
    const staying = new Map<string, IdlValue>();
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
