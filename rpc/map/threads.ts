/** The threads that do the jobs of maps. */

import { Worker } from "node:worker_threads";
import { callAfter } from "../../net/deadline.ts";
import { ClosedError, HeliographError } from "../../net/errors.ts";
import { threadModule } from "../server/evaluation/thread_module.ts";
import type { JobSetup } from "./job.ts";
import { lineText } from "./lines.ts";
import type { FromThread, ToThread } from "./messages.ts";
import { type FailureKind, type MapJob, type MapWork, shownInput } from "./work.ts";

/** Jobs that a thread has: the one that it does, and the next, so that it need not wait. */
const DEPTH = 2;

/** Milliseconds after the time of a job after which its thread is ended. */
const GRACE_MS = 2_000;

/** Milliseconds that a thread may take to start. */
const START_MS = 60_000;

/** The heap of a thread in MiB, without its arrays, which the language counts itself. */
const HEAP_MIB = 512;

/**
 * What of it is for values that live shortly: without a limit it grows over the first 20,000 jobs,
 * by 35 MB a thread, and jobs take as long.
 */
const YOUNG_MIB = 12;

/** What became of a job: the text of its line. */
export interface JobAnswer {
  readonly number: number;
  readonly text: string;
  readonly failed: FailureKind | undefined;
}

interface Task extends ToThread {
  readonly settle: (answer: JobAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** A fixed number of threads, started when they are first needed. */
export class JobThreads implements AsyncDisposable {
  /** Jobs that are best given to the threads at a time. */
  readonly places: number;
  readonly #size: number;
  readonly #setup: JobSetup;
  readonly #threads = new Set<JobThread>();
  readonly #waiting: Task[] = [];
  #closed = false;

  /**
   * Begins without threads.
   *
   * @param size The most threads.
   * @param setup What each of them needs.
   */
  constructor(size: number, setup: JobSetup) {
    this.#size = size;
    this.#setup = setup;
    this.places = size * DEPTH;
  }

  /**
   * Has a job done.
   *
   * @param work What is computed.
   * @param job On what.
   * @returns Its line, whatever became of it.
   * @throws {HeliographError} If there are no threads to be had.
   * @throws {ClosedError} If the threads are ended before.
   */
  run(work: MapWork, job: MapJob): Promise<JobAnswer> {
    return new Promise((settle, reject) => {
      this.#waiting.push({ work, job, settle, reject });
      this.#next();
    });
  }

  /** Waits until a thread runs, or cannot. */
  async ready(): Promise<void> {
    if (this.#threads.size === 0) this.#start();
    await Promise.race([...this.#threads].map((thread) => thread.started));
  }

  /** Ends the threads, whatever they do. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    const error = new ClosedError("The threads are ended");
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    await Promise.all([...this.#threads].map((thread) => thread.close(error)));
  }

  #next(): void {
    while (this.#waiting.length > 0 && !this.#closed) {
      const thread = this.#freest();
      if (thread === undefined) return;
      thread.give(this.#waiting.shift()!);
    }
  }

  /** The thread with the fewest jobs; undefined while all have enough. */
  #freest(): JobThread | undefined {
    let freest: JobThread | undefined;
    for (const thread of this.#threads) {
      if (thread.load === 0) return thread;
      if (thread.load < DEPTH && thread.load < (freest?.load ?? DEPTH)) freest = thread;
    }
    return this.#threads.size >= this.#size ? freest : this.#start();
  }

  #start(): JobThread {
    const started = new JobThread(
      this.#setup,
      () => this.#next(),
      (tasks) => {
        this.#threads.delete(started);
        this.#waiting.unshift(...tasks);
        this.#next();
      },
    );
    this.#threads.add(started);
    return started;
  }
}

/** One thread and the jobs that it has. */
class JobThread {
  readonly #worker: Worker;
  readonly #tasks: Task[] = [];
  readonly #onFree: () => void;
  readonly #onEnd: (tasks: Task[]) => void;
  #timer: Disposable | undefined;
  readonly #started = Promise.withResolvers<void>();
  #ready = false;
  #ended = false;

  constructor(setup: JobSetup, onFree: () => void, onEnd: (tasks: Task[]) => void) {
    this.#onFree = onFree;
    this.#onEnd = onEnd;
    this.#worker = new Worker(threadModule(new URL("./thread.ts", import.meta.url)), {
      workerData: setup,
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    this.#worker.on("message", (message: FromThread) => this.#receive(message));
    this.#worker.on("error", (error: Error) => this.#fail("limit", `failed: ${error.message}`));
    this.#worker.on("exit", () => this.#fail("limit", "ended, perhaps for want of memory"));
    this.#timer = callAfter(START_MS, () => this.#fail("time", "did not start"));
  }

  /** Settles when it runs, or has ended. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  /** How many jobs it has. */
  get load(): number {
    return this.#tasks.length;
  }

  give(task: Task): void {
    this.#tasks.push(task);
    const { work, job } = task;
    this.#worker.postMessage({ work, job } satisfies ToThread);
    if (this.#tasks.length === 1 && this.#ready) this.#watch();
  }

  async close(error: Error): Promise<void> {
    this.#ended = true;
    this.#started.resolve();
    this.#timer?.[Symbol.dispose]();
    for (const { reject } of this.#tasks.splice(0)) reject(error);
    await this.#worker.terminate();
  }

  /** Ends the thread if the first job takes too long: it is the one that is being done. */
  #watch(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const first = this.#tasks[0];
    if (first === undefined) return;
    const { jobTime } = first.work;
    this.#timer = callAfter(
      jobTime * 1_000 + GRACE_MS,
      () => this.#fail("time", `took longer than its ${jobTime} s, and was given up`),
    );
  }

  #receive(message: FromThread): void {
    if (this.#ended) return;
    if (message.kind === "ready") {
      this.#ready = true;
      this.#started.resolve();
      return this.#watch();
    }
    if (message.kind === "fault") return this.#fail("limit", `failed: ${message.message}`);
    const task = this.#tasks.shift();
    const { text, failed } = message;
    task?.settle({ number: task.job.number, text, failed });
    this.#watch();
    this.#onFree();
  }

  /** Ends the thread: its first job fails, the others go to another one. */
  #fail(failed: FailureKind, what: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#started.resolve();
    this.#timer?.[Symbol.dispose]();
    void this.#worker.terminate();
    const [first, ...others] = this.#tasks.splice(0);
    if (!this.#ready) {
      // The next one would not start either.
      const error = new HeliographError(`Cannot start a thread for the jobs: it ${what}`);
      for (const task of [first, ...others]) task?.reject(error);
      return this.#onEnd([]);
    }
    if (first !== undefined) {
      const { number, input } = first.job;
      const error = failed === "time" ? `The job ${what}` : `The thread of the job ${what}`;
      const text = lineText({
        ...{ job: number, input: shownInput(input), failed, error },
      });
      first.settle({ number, text, failed });
    }
    this.#onEnd(others);
  }
}
