/** The threads in which the longer commands run. */

import { messageOf } from "../../../net/errors.ts";
import { Worker } from "node:worker_threads";
import { callAfter } from "../../../net/deadline.ts";
import type { DrawnPicture, EffectSink } from "./effects.ts";
import {
  CANCELLED,
  type Definitions,
  type FromWorker,
  GRANTED,
  type PackedOutcome,
  PRINTED,
  type ToWorker,
  WORDS_BYTES,
  type WorkerSetup,
} from "./messages.ts";
import { LanguageError, type LanguageErrorCode } from "../../language/values/error.ts";
import type { KeptPlot } from "../../language/routines/kept_plot.ts";
import type { LanguageLimits } from "../../language/values/meter.ts";
import type { CommandOutcome } from "../../language/evaluation/session.ts";
import type { LanguageValue } from "../../language/values/language_value.ts";
import { packAll, unpack, unpackAll } from "./packed_value.ts";
import { threadModule } from "./thread_module.ts";

/** A worker that does not end a command by itself is ended this long after the time limit. */
const GRACE_MS = 1_000;

/** A worker that has not begun to listen after this long does not start at all. */
const START_MS = 60_000;

/** The heap of a worker in MiB, without the arrays, which the language counts itself. */
const HEAP_MIB = 512;

/** A command to be run in a worker. */
export interface PoolJob {
  /** Whose it is: jobs of different owners take turns. */
  readonly owner: object;
  readonly command: string;
  /** Whether an expression at its end is its result. */
  readonly implicitReturn: boolean;
  /** The variables that it works on; their buffers move to the worker. */
  readonly variables: ReadonlyMap<string, LanguageValue>;
  readonly colorTable: number;
  readonly plot: KeptPlot | undefined;
  /** The texts of the functions and procedures that it may call, by name. */
  readonly definitions: Definitions;
  readonly limits: LanguageLimits;
  /** Bytes that it may take before it asks for more, those of its variables among them. */
  readonly first: number;
  /** Whether it will not take long, as far as its text tells. */
  readonly short: boolean;
  /** When it is too late for it, by `performance.now()`. */
  readonly due: number;
  /** Takes what it needs to begin, by force if need be; false if that is not to be had now. */
  readonly begin: (force: boolean) => boolean;
  /** Takes more memory for it. */
  readonly more: (bytes: number) => Promise<void> | undefined;
  /** Takes by force the memory that it waits for. */
  readonly force: () => void;
  readonly sink: EffectSink;
  readonly signal: AbortSignal | undefined;
}

/** How a job ended. */
export interface PoolResult {
  readonly outcome: CommandOutcome;
  /** The variables as they are now, back in this thread; none if the worker was ended. */
  readonly variables: ReadonlyMap<string, LanguageValue>;
  /** The names of those that the command has not assigned. */
  readonly unchanged: ReadonlySet<string>;
  readonly colorTable: number;
  readonly plot: KeptPlot | undefined;
  /** The functions and procedures that it has defined. */
  readonly definitions: Definitions;
}

interface Waiting {
  readonly job: PoolJob;
  readonly settle: (result: PoolResult) => void;
}

/**
 * Milliseconds after which a job gets memory that there is not, if no other runs: all that hold
 * memory may be jobs that wait, with the arrays that came with them.
 */
const FORCE_MS = 500;

/** Times that a job may be looked at for one worker that is free. */
const MAX_LOOKS = 64;

/**
 * A fixed number of workers, started when they are first needed, and one more for what does not
 * take long while all others are busy with what may.
 */
export class WorkerPool {
  #size: number;
  #setup: WorkerSetup;
  #idle: EvaluationWorker[] = [];
  #busy = new Map<EvaluationWorker, PoolJob>();
  #waiting: Waiting[] = [];
  #closed = false;
  #choosing = false;
  #forcing: ReturnType<typeof setTimeout> | undefined;

  /**
   * Makes a pool without workers.
   *
   * @param size The most workers for jobs of any length.
   * @param modules Modules of functions, by name.
   */
  constructor(size: number, modules: ReadonlyMap<string, string>) {
    this.#size = size;
    this.#setup = { modules: [...modules] };
  }

  /** How many jobs wait for a worker or for memory. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Carries out a command; it never rejects.
   *
   * @param job The command. If it is cancelled or late before it begins, it does not begin.
   */
  run(job: PoolJob): Promise<PoolResult> {
    return new Promise((resolve) => {
      const left = Math.max(0, job.due - performance.now());
      const timer = callAfter(left, () => this.#refuse(waiting, "time", WAITED));
      const cancel = () => this.#refuse(waiting, "cancelled", "The command was cancelled");
      const waiting: Waiting = {
        job,
        settle: (result) => {
          timer[Symbol.dispose]();
          job.signal?.removeEventListener("abort", cancel);
          resolve(result);
        },
      };
      job.signal?.addEventListener("abort", cancel, { once: true });
      this.#waiting.push(waiting);
      if (this.#closed) this.#refuse(waiting, "cancelled", SHUTTING_DOWN);
      else if (job.signal?.aborted) cancel();
      else this.next();
    });
  }

  /** Ends every worker; what runs fails. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#forcing);
    for (const waiting of [...this.#waiting]) this.#refuse(waiting, "cancelled", SHUTTING_DOWN);
    await Promise.all([...this.#idle, ...this.#busy.keys()].map((worker) => worker.end()));
  }

  /** Lets jobs begin for which there are workers and memory now. */
  next(): void {
    // Memory that a job asks for may be given back by others, which calls this again.
    if (this.#choosing) return;
    this.#choosing = true;
    try {
      while (this.#waiting.length > 0 && !this.#closed) {
        const waiting = this.#firstThatCanBegin(false);
        if (waiting === undefined) break;
        this.#remove(waiting);
        this.#start(waiting);
      }
    } finally {
      this.#choosing = false;
    }
    this.#forceLater();
  }

  /** One job at a time may go on without memory where no one else can. */
  #forceLater(): void {
    if (this.#busy.size > 1 || this.#busy.size + this.#waiting.length === 0) {
      clearTimeout(this.#forcing);
      this.#forcing = undefined;
      return;
    }
    this.#forcing ??= setTimeout(() => {
      this.#forcing = undefined;
      const [only] = this.#busy.values();
      if (this.#busy.size > 1 || this.#closed) return;
      if (only !== undefined) only.force();
      else {
        const waiting = this.#firstThatCanBegin(true);
        if (waiting === undefined) return;
        this.#remove(waiting);
        this.#start(waiting);
      }
      this.#forceLater();
    }, FORCE_MS);
  }

  #start({ job, settle }: Waiting): void {
    this.#idle = this.#idle.filter(({ ended }) => !ended);
    let worker: EvaluationWorker;
    try {
      worker = this.#idle.pop() ?? new EvaluationWorker(this.#setup);
    } catch (error) {
      // Without permission to read the program's own folder no worker can be loaded.
      const reason = messageOf(error);
      settle(failed(job, "host", `The server cannot start a worker: ${reason}`, job.variables));
      return;
    }
    this.#busy.set(worker, job);
    void worker.run(job).then((result) => {
      this.#busy.delete(worker);
      if (this.#idle.length > this.#size) void worker.end();
      else if (!worker.ended && !this.#closed) this.#idle.push(worker);
      settle(result);
      this.next();
    });
  }

  #refuse(waiting: Waiting, code: LanguageErrorCode, message: string): void {
    if (!this.#remove(waiting)) return;
    const { job, settle } = waiting;
    settle(failed(job, code, message, job.variables));
  }

  #remove(waiting: Waiting): boolean {
    const at = this.#waiting.indexOf(waiting);
    if (at >= 0) this.#waiting.splice(at, 1);
    return at >= 0;
  }

  /**
   * The first job of the owner who has the fewest running, so that no one fills the pool alone,
   * among those for which there is memory: what needs less passes what needs more.
   */
  #firstThatCanBegin(force: boolean): Waiting | undefined {
    const busy = [...this.#busy.values()];
    const onlyShort = busy.length >= this.#size;
    if (busy.length > this.#size || onlyShort && busy.every(({ short }) => short)) return undefined;
    const running = new Map<object, number>();
    for (const { owner } of busy) running.set(owner, (running.get(owner) ?? 0) + 1);
    const turns = (waiting: Waiting) => running.get(waiting.job.owner) ?? 0;
    let looks = 0;
    for (let fewest = 0; fewest <= busy.length; fewest++) {
      for (const waiting of this.#waiting) {
        if (turns(waiting) !== fewest || onlyShort && !waiting.job.short) continue;
        if (++looks > MAX_LOOKS) return undefined;
        if (waiting.job.begin(force)) return waiting;
      }
    }
    return undefined;
  }
}

const WAITED = "The command has waited longer for its turn than it may take";
const SHUTTING_DOWN = "The server is shutting down";

function failed(
  job: PoolJob,
  code: LanguageErrorCode,
  message: string,
  variables: ReadonlyMap<string, LanguageValue> = new Map(),
): PoolResult {
  const error = new LanguageError(code, message, 0);
  const outcome: CommandOutcome = { ok: false, asked: false, error, operations: 0 };
  const unchanged = new Set(variables.keys());
  return {
    outcome,
    variables,
    unchanged,
    colorTable: job.colorTable,
    plot: job.plot,
    definitions: [],
  };
}

/** One worker, and the command that it runs. */
class EvaluationWorker {
  ended = false;
  #worker: Worker;
  #job: PoolJob | undefined;
  #settle: ((result: PoolResult) => void) | undefined;
  #timer: Disposable | undefined;
  #ready = Promise.withResolvers<void>();
  #words: Int32Array<SharedArrayBuffer> | undefined;

  constructor(setup: WorkerSetup) {
    this.#worker = new Worker(threadModule(new URL("./worker.ts", import.meta.url)), {
      workerData: setup,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    });
    this.#worker.on("message", (message: FromWorker) => this.#receive(message));
    this.#worker.on("error", (error: Error) => this.#fail("host", `failed: ${error.message}`));
    this.#worker.on("exit", () => this.#fail("limit", "ended, perhaps for want of memory"));
  }

  run(job: PoolJob): Promise<PoolResult> {
    const { command, implicitReturn, colorTable, plot, definitions, signal, first } = job;
    const words = this.#words = new Int32Array(new SharedArrayBuffer(WORDS_BYTES));
    const { entries: variables, objects, transfer } = packAll(job.variables);
    const milliseconds = Math.min(job.limits.milliseconds, job.due - performance.now());
    const limits = { ...job.limits, milliseconds };
    const cancel = () => {
      Atomics.store(words, CANCELLED, 1);
      this.#endIn(GRACE_MS, "cancelled", "did not end when it was cancelled");
    };
    return new Promise<PoolResult>((resolve) => {
      this.#job = job;
      this.#settle = resolve;
      if (this.ended) return this.#fail("host", "has ended");
      this.#endIn(START_MS, "host", "found a worker that did not start");
      signal?.addEventListener("abort", cancel, { once: true });
      this.#post({
        kind: "run",
        command,
        implicitReturn,
        variables,
        objects,
        colorTable,
        plot,
        definitions,
        limits,
        keepsValues: job.sink.keepsValues === true,
        room: first,
        words: words.buffer,
      }, transfer);
      void this.#ready.promise.then(() => {
        if (this.#job !== job || signal?.aborted) return;
        this.#endIn(
          milliseconds + GRACE_MS,
          "time",
          `ran for over ${Math.round(milliseconds)} ms`,
        );
      });
    }).finally(() => signal?.removeEventListener("abort", cancel));
  }

  async end(): Promise<void> {
    this.#fail("cancelled", "was ended: the server is shutting down");
    await this.#worker.terminate();
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker.postMessage(message, transfer);
  }

  #receive(message: FromWorker): void {
    if (message.kind === "ready") return this.#ready.resolve();
    if (message.kind === "print") this.#takeNext(this.#words!);
    const job = this.#job;
    if (job === undefined) return;
    switch (message.kind) {
      case "more":
        void this.#giveMore(job, message.bytes);
        return;
      case "print":
        for (const line of message.lines) job.sink.print(line);
        return;
      case "show":
      case "write":
        void this.#effect(job, message);
        return;
      case "done":
        return this.#finish({
          outcome: unpackOutcome(message.outcome),
          variables: unpackAll(message.variables, message.objects),
          unchanged: new Set(message.unchanged),
          colorTable: message.colorTable,
          plot: message.plot,
          definitions: message.definitions,
        });
    }
  }

  /** Lets the worker print more, after whatever else has come in the meantime. */
  #takeNext(words: Int32Array<SharedArrayBuffer>): void {
    setTimeout(() => {
      Atomics.sub(words, PRINTED, 1);
      Atomics.notify(words, PRINTED);
    });
  }

  async #giveMore(job: PoolJob, bytes: number): Promise<void> {
    const words = this.#words!;
    let granted = 1;
    try {
      await job.more(bytes);
    } catch {
      // The claim has ended, and the command with it.
      granted = -1;
    }
    Atomics.store(words, GRANTED, granted);
    Atomics.notify(words, GRANTED);
  }

  async #effect(job: PoolJob, message: FromWorker & { kind: "show" | "write" }): Promise<void> {
    let answer: ToWorker;
    try {
      const handle = message.kind === "show"
        ? await job.sink.show(pictureOf(message))
        : await job.sink.write(message.name, new Uint8Array(message.bytes)) ?? 0;
      answer = { kind: "effect", handle };
    } catch (error) {
      const failure = messageOf(error);
      answer = { kind: "effect", handle: 0, failure };
    }
    if (!this.ended) this.#post(answer);
  }

  #endIn(milliseconds: number, code: LanguageErrorCode, what: string): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = callAfter(milliseconds, () => this.#fail(code, `${what} and was ended`));
  }

  /** Ends the worker: what it had is lost, and only the job's owner hears of it. */
  #fail(code: LanguageErrorCode, what: string): void {
    const job = this.#job;
    if (!this.ended) {
      this.ended = true;
      void this.#worker.terminate();
    }
    if (job === undefined) return;
    const lost = job.variables.size === 0
      ? ""
      : `; its variables ${[...job.variables.keys()].join(", ")} are lost`;
    this.#finish(failed(job, code, `The command ${what}${lost}`));
  }

  #finish(result: PoolResult): void {
    this.#timer?.[Symbol.dispose]();
    const settle = this.#settle;
    this.#job = undefined;
    this.#settle = undefined;
    settle?.(result);
  }
}

function unpackOutcome(packed: PackedOutcome): CommandOutcome {
  const { asked, operations } = packed;
  if (packed.ok) {
    const { returned } = packed;
    return { ok: true, asked, operations, returned: returned && unpack(returned) };
  }
  const error = new LanguageError(packed.code, packed.message, packed.position);
  return { ok: false, asked, operations, error };
}

function pictureOf(
  { picture, image, pixels, png }: FromWorker & { kind: "show" },
): DrawnPicture {
  return {
    ...picture,
    image: { ...image, data: new Uint8Array(pixels) },
    png: new Uint8Array(png),
  };
}
