/** The threads in which the longer commands run. */

import { messageOf } from "../../../net/errors.ts";
import { callAfter } from "../../../net/deadline.ts";
import { failed, type PoolJob, type PoolResult } from "./job.ts";
import type { WorkerSetup } from "./messages.ts";
import type { LanguageErrorCode } from "../../language/values/error.ts";
import { EvaluationThread } from "./thread.ts";

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
 *
 * A thread that runs JavaScript without an end cannot be ended: `terminate()` of Deno 2.9 says
 * that it has, and leaves it. Such a worker is lost, which is told to the caller that waited for it and to
 * the operator; others take its place. When as many are lost as there are places, commands may
 * call no further functions of modules, whose number of threads is bounded by this.
 */
export class WorkerPool {
  #size: number;
  #setup: WorkerSetup;
  #idle: EvaluationThread[] = [];
  #busy = new Map<EvaluationThread, PoolJob>();
  #waiting: Waiting[] = [];
  #lost = new Set<EvaluationThread>();
  #complain: (line: string) => void;
  #closed = false;
  #choosing = false;
  #forcing: ReturnType<typeof setTimeout> | undefined;

  /**
   * Makes a pool without workers.
   *
   * @param size The most workers for jobs of any length.
   * @param modules Modules of functions, by name.
   * @param complain Takes the lines that tell the operator of threads that do not end.
   */
  constructor(
    size: number,
    modules: ReadonlyMap<string, string>,
    complain: (line: string) => void = () => {},
  ) {
    this.#size = size;
    this.#complain = complain;
    this.#setup = { modules: [...modules] };
  }

  /** How many jobs wait for a worker or for memory. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** How many threads go on with a command that has been given up. */
  get lost(): number {
    return this.#lost.size;
  }

  /**
   * Executes a command; it never rejects.
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
    const all = [...this.#idle, ...this.#busy.keys(), ...this.#lost];
    await Promise.all(all.map((worker) => worker.end()));
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
    let worker: EvaluationThread;
    try {
      worker = this.#idle.pop() ?? new EvaluationThread(this.#setup);
    } catch (error) {
      // Without permission to read the program's own folder no worker can be loaded.
      const reason = messageOf(error);
      settle(failed(job, "host", `The server cannot start a worker: ${reason}`, job.variables));
      return;
    }
    this.#busy.set(worker, job);
    const refusal = this.#lost.size < this.#size ? undefined : tooManyLost(this.#lost.size);
    void worker.run(job, refusal).then((result) => {
      this.#busy.delete(worker);
      if (result.lost !== undefined) this.#lose(worker, result.lost);
      if (this.#idle.length > this.#size) void worker.end();
      else if (!worker.ended && !this.#closed) this.#idle.push(worker);
      settle(result);
      this.next();
    });
  }

  #lose(worker: EvaluationThread, ended: Promise<void>): void {
    this.#lost.add(worker);
    this.#complain(
      `A command does not end, and neither does its thread: ${this.#lost.size} so far, ` +
        `and from ${this.#size} on functions of modules are refused`,
    );
    void ended.then(() => {
      this.#lost.delete(worker);
      if (!this.#closed) this.#complain("A thread that did not end has ended after all");
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

function tooManyLost(count: number): string {
  return `calls that do not end keep all threads that the server has for functions (${count})`;
}
