/** The threads in which the longer commands run. */

import { messageOf } from "../../../net/errors.ts";
import { Worker } from "node:worker_threads";
import { callAfter } from "../../../net/deadline.ts";
import type { DrawnPicture, EffectSink } from "./effects.ts";
import type { FromWorker, PackedOutcome, ToWorker, WorkerSetup } from "./messages.ts";
import { LanguageError, type LanguageErrorCode } from "../../language/values/error.ts";
import type { LanguageLimits } from "../../language/values/meter.ts";
import type { CommandOutcome } from "../../language/evaluation/session.ts";
import type { IdlValue } from "../../language/values/value.ts";
import { packAll, unpack, unpackAll } from "./packed_value.ts";

/** A worker that does not end a command by itself is ended this long after the time limit. */
const GRACE_MS = 1_000;

/** A worker that has not begun to listen after this long does not start at all. */
const START_MS = 60_000;

/** The heap of a worker in MiB, without the arrays, which the language counts itself. */
const HEAP_MIB = 256;

/** A command to be carried out in a worker. */
export interface PoolJob {
  /** Whose it is: jobs of different owners take turns. */
  readonly owner: object;
  readonly command: string;
  /** The variables that it works on; their buffers move to the worker. */
  readonly variables: ReadonlyMap<string, IdlValue>;
  readonly colorTable: number;
  readonly limits: Partial<LanguageLimits> & { readonly milliseconds: number };
  readonly sink: EffectSink;
  readonly signal: AbortSignal | undefined;
}

/** How a job ended. */
export interface PoolResult {
  readonly outcome: CommandOutcome;
  /** The variables as they are now, back in this thread; none if the worker was ended. */
  readonly variables: ReadonlyMap<string, IdlValue>;
  /** The names of those that the command has not assigned. */
  readonly unchanged: ReadonlySet<string>;
  readonly colorTable: number;
}

interface Waiting {
  readonly job: PoolJob;
  readonly resolve: (result: PoolResult) => void;
}

/** A fixed number of workers, started when they are first needed. */
export class WorkerPool {
  #size: number;
  #setup: WorkerSetup;
  #idle: EvaluationWorker[] = [];
  #busy = new Map<EvaluationWorker, PoolJob>();
  #waiting: Waiting[] = [];
  #closed = false;

  /**
   * Makes a pool without workers.
   *
   * @param size The most workers.
   * @param modules Modules of functions, by name.
   */
  constructor(size: number, modules: ReadonlyMap<string, string>) {
    this.#size = size;
    this.#setup = { modules: [...modules] };
  }

  /**
   * Carries out a command; it never rejects.
   *
   * @param job The command. If it is cancelled before it begins, it does not begin.
   */
  run(job: PoolJob): Promise<PoolResult> {
    return new Promise((resolve) => {
      this.#waiting.push({ job, resolve });
      this.#next();
    });
  }

  /** Ends every worker; what runs fails. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#idle, ...this.#busy.keys()].map((worker) => worker.end()));
    this.#next();
  }

  #next(): void {
    while (this.#waiting.length > 0) {
      const { job, resolve } = this.#waiting[this.#fairest()]!;
      const refused = this.#closed ? "The server is shutting down" : undefined;
      if (refused !== undefined || job.signal?.aborted) {
        this.#take(job);
        resolve(failed(job, "cancelled", refused ?? "The command was cancelled", job.variables));
        continue;
      }
      if (this.#busy.size >= this.#size) return;
      this.#take(job);
      this.#idle = this.#idle.filter(({ ended }) => !ended);
      let worker: EvaluationWorker;
      try {
        worker = this.#idle.pop() ?? new EvaluationWorker(this.#setup);
      } catch (error) {
        // Without permission to read the program's own folder no worker can be loaded.
        const reason = messageOf(error);
        resolve(failed(job, "host", `The server cannot start a worker: ${reason}`, job.variables));
        continue;
      }
      this.#busy.set(worker, job);
      void worker.run(job).then((result) => {
        this.#busy.delete(worker);
        if (!worker.ended && !this.#closed) this.#idle.push(worker);
        resolve(result);
        this.#next();
      });
    }
  }

  #take(job: PoolJob): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting.job !== job);
  }

  /** The first job of the owner who has the fewest running, so that nobody fills the pool alone. */
  #fairest(): number {
    let best = 0;
    let fewest = Infinity;
    for (const [i, { job }] of this.#waiting.entries()) {
      let running = 0;
      for (const other of this.#busy.values()) if (other.owner === job.owner) running++;
      if (running < fewest) [best, fewest] = [i, running];
      if (fewest === 0) break;
    }
    return best;
  }
}

function failed(
  job: PoolJob,
  code: LanguageErrorCode,
  message: string,
  variables: ReadonlyMap<string, IdlValue> = new Map(),
): PoolResult {
  const error = new LanguageError(code, message, 0);
  const outcome: CommandOutcome = { ok: false, asked: false, error, operations: 0 };
  return { outcome, variables, unchanged: new Set(variables.keys()), colorTable: job.colorTable };
}

/**
 * The module of a worker. A worker with limits of its memory is loaded from a file or from
 * data; where this program came from a server, the data is a module that imports it there.
 */
function workerModule(): URL {
  const module = new URL("./worker.ts", import.meta.url);
  if (module.protocol === "file:") return module;
  return new URL(`data:text/javascript,import ${encodeURIComponent(JSON.stringify(module.href))}`);
}

/** One worker, and the command that it carries out. */
class EvaluationWorker {
  ended = false;
  #worker: Worker;
  #job: PoolJob | undefined;
  #settle: ((result: PoolResult) => void) | undefined;
  #timer: Disposable | undefined;
  #ready = Promise.withResolvers<void>();

  constructor(setup: WorkerSetup) {
    this.#worker = new Worker(workerModule(), {
      workerData: setup,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    });
    this.#worker.on("message", (message: FromWorker) => this.#receive(message));
    this.#worker.on("error", (error: Error) => this.#fail("host", `failed: ${error.message}`));
    this.#worker.on("exit", () => this.#fail("limit", "ended, perhaps for want of memory"));
  }

  run(job: PoolJob): Promise<PoolResult> {
    const { command, colorTable, limits, signal } = job;
    const cancelled = new SharedArrayBuffer(4);
    const { entries: variables, transfer } = packAll(job.variables);
    const cancel = () => {
      Atomics.store(new Int32Array(cancelled), 0, 1);
      this.#endIn(GRACE_MS, "cancelled", "did not end when it was cancelled");
    };
    return new Promise<PoolResult>((resolve) => {
      this.#job = job;
      this.#settle = resolve;
      if (this.ended) return this.#fail("host", "has ended");
      this.#endIn(START_MS, "host", "found a worker that did not start");
      signal?.addEventListener("abort", cancel, { once: true });
      this.#post({ kind: "run", command, variables, colorTable, limits, cancelled }, transfer);
      void this.#ready.promise.then(() => {
        if (this.#job !== job || signal?.aborted) return;
        this.#endIn(
          limits.milliseconds + GRACE_MS,
          "time",
          `ran for over ${limits.milliseconds} ms`,
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
    const job = this.#job;
    if (job === undefined) return;
    switch (message.kind) {
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
          variables: unpackAll(message.variables),
          unchanged: new Set(message.unchanged),
          colorTable: message.colorTable,
        });
    }
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
