/** A worker of a queue: it takes jobs, has them done by threads, and hands in their lines. */

import { delay } from "../../net/backoff.ts";
import { callEvery } from "../../net/deadline.ts";
import { ClosedError } from "../../net/errors.ts";
import { RedisError } from "../../net/redis/patient.ts";
import type { StreamEntry } from "../../net/redis/streams.ts";
import { lineText } from "../map/lines.ts";
import type { JobThreads } from "../map/threads.ts";
import { type FailureKind, shownInput } from "../map/work.ts";
import type { FinishedJob, JobQueue } from "./job_queue.ts";
import { type QueuedWork, readEntry, readWork } from "./layout.ts";

/** Milliseconds that jobs under way may take once the worker is to end. */
const DRAIN_MS = 4_000;

/** Milliseconds that the server waits for jobs before it says that there are none. */
const BLOCK_MS = 5_000;

/** The same where the worker ends once there are none. */
const SHORT_BLOCK_MS = 100;

/** Maps whose work is remembered. */
const MAX_MAPS = 100;

/** Milliseconds for which it is: a map may be dropped, or go on with other options. */
const MAP_MS = 5_000;

/** Weight of the newest job in the mean time of one. */
const NEWEST = 0.2;

/** Lines that are handed in at a time. */
const MAX_FINISHED = 200;

/** Deliveries after which a job is done alone: it may be what its workers died of. */
const TOGETHER = 2;

/** Deliveries besides the tries: workers may die before they have begun the job. */
const MAX_DELIVERIES = 100;

/** How a worker works. */
export interface WorkerOptions {
  readonly worker: string;
  readonly threads: JobThreads;
  /** Jobs that it holds at most. */
  readonly batch: number;
  /** Milliseconds without a sign of life after which others take its jobs over. */
  readonly lease: number;
  /** Whether it ends when nothing waits or runs. */
  readonly once: boolean;
  readonly signal: AbortSignal;
  /** Hears of each job that is done. */
  readonly onJob: (job: {
    readonly map: string;
    readonly number: number;
    readonly seconds: number;
    readonly failed: FailureKind | undefined;
  }) => void;
}

/**
 * Works until the signal aborts, or with `once` until the queue is empty.
 *
 * @param queue What lines are handed in by.
 * @param reader Another connection to the same queue, which waits for jobs.
 * @param options Threads, batch, lease.
 */
export async function workOnQueue(
  queue: JobQueue,
  reader: JobQueue,
  options: WorkerOptions,
): Promise<void> {
  await new QueueWorker(queue, reader, options).run();
}

class QueueWorker {
  readonly #queue: JobQueue;
  readonly #reader: JobQueue;
  readonly #options: WorkerOptions;
  /** The jobs that it has, and how often each was delivered. */
  readonly #held = new Map<string, number>();
  /** The job that is done alone, and how many workers have died of it before. */
  #alone: { readonly id: string; readonly deaths: number } | undefined;
  readonly #works = new Map<
    string,
    { readonly work: QueuedWork | string; readonly read: number }
  >();
  readonly #finished = new Map<string, FinishedJob[]>();
  #finishing: Promise<void> | undefined;
  #changed = Promise.withResolvers<void>();
  #failure: { readonly error: unknown } | undefined;
  #stopped = false;
  /** Seconds that a job takes on the average. */
  #seconds = 0;

  constructor(queue: JobQueue, reader: JobQueue, options: WorkerOptions) {
    this.#queue = queue;
    this.#reader = reader;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { worker, lease, signal } = this.#options;
    const stop = () => {
      this.#stopped = true;
      // What waits for jobs is woken.
      this.#reader[Symbol.dispose]();
      this.#wake();
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    let pulsing = false;
    const pulse = async () => {
      // One that waits for a server that is away says what the next ones would.
      if (pulsing) return;
      pulsing = true;
      try {
        await this.#queue.pulse(worker, [...this.#held.keys()]);
      } catch (error) {
        this.#fail(error);
      } finally {
        pulsing = false;
      }
    };
    await pulse();
    const pulses = callEvery(lease / 3, () => void pulse());
    try {
      await this.#takeJobs();
    } catch (error) {
      if (!this.#stopped) this.#fail(error);
    } finally {
      signal.removeEventListener("abort", stop);
    }
    try {
      if (this.#failure !== undefined) throw this.#failure.error;
      await this.#drain();
    } finally {
      // Behind the last sign of life nothing says that it lives.
      pulses[Symbol.dispose]();
    }
    // No one has died of what is given back.
    if (this.#alone !== undefined) await this.#queue.setDeaths(this.#alone.id, this.#alone.deaths);
    const held = await this.#queue.held(worker);
    const jobs = held.map((id) => ({ id, deliveries: (this.#held.get(id) ?? 1) - 1 }));
    await this.#queue.giveBack(worker, jobs, lease);
  }

  /** Waits a moment for what runs. */
  async #drain(): Promise<void> {
    const end = performance.now() + DRAIN_MS;
    while (this.#held.size > 0 && performance.now() < end && this.#failure === undefined) {
      await Promise.race([this.#change(), delay(100)]);
    }
    await this.#finishing;
  }

  async #takeJobs(): Promise<void> {
    const { worker, lease, once } = this.#options;
    let claimed = -Infinity;
    while (!this.#stopped) {
      const room = this.#limit() - this.#held.size;
      if (room <= 0) {
        await this.#change();
        continue;
      }
      const now = performance.now();
      if (now - claimed >= lease / 2) {
        claimed = now;
        const more = await this.#withGroup(() => this.#takeOver(room));
        if (more) claimed = -Infinity;
        else if (this.#held.size === 0) await this.#withGroup(() => this.#queue.redeliver());
        if (more || this.#stopped) continue;
      }
      const block = Math.max(
        1,
        Math.round(Math.min(
          once ? SHORT_BLOCK_MS : BLOCK_MS,
          claimed + lease / 2 - performance.now(),
        )),
      );
      const entries = await this.#withGroup(() => this.#reader.take(worker, room, block));
      for (const entry of entries) await this.#begin(entry, 1);
      if (!once || entries.length > 0 || this.#held.size > 0) continue;
      if (await this.#queue.isEmpty()) return;
    }
  }

  /**
   * Takes over the jobs of workers that give no sign of life. One that has been taken over before
   * is done alone, and only then a worker's death counts against it: no other job can be the
   * cause, and it takes no other with it.
   *
   * @returns Whether there may be more.
   */
  async #takeOver(room: number): Promise<boolean> {
    const { worker, lease } = this.#options;
    const together = new Map<string, number>();
    const alone = new Map<string, number>();
    const dead = new Set<string>();
    for (const { entry, deliveries, worker: last } of await this.#queue.silent(lease, room)) {
      if (this.#held.has(entry.id)) continue;
      if (last !== worker) dead.add(last);
      const { map } = readEntry(entry);
      const work = map === undefined ? undefined : await this.#workOf(map);
      const tries = typeof work === "object" ? work.tries : Infinity;
      const jobs = deliveries >= Math.min(TOGETHER, tries) ? alone : together;
      jobs.set(entry.id, deliveries + 1);
    }
    for (const entry of await this.#queue.claim(worker, lease, [...together.keys()])) {
      await this.#begin(entry, together.get(entry.id)!);
    }
    for (const [id, deliveries] of alone) {
      await this.#allDone();
      if (this.#stopped) return true;
      // Another that takes over may have been first.
      for (const entry of await this.#queue.claim(worker, lease, [id])) {
        await this.#begin(entry, deliveries, true);
      }
    }
    if (alone.size > 0) await this.#allDone();
    for (const last of dead) await this.#queue.leave(last);
    return together.size + alone.size > 0;
  }

  /** Waits until nothing is held that is done alone, or beside which something is to be. */
  async #allDone(): Promise<void> {
    while (this.#held.size > 0 && !this.#stopped) await this.#change();
  }

  /** Makes the group again where someone has taken it away. */
  async #withGroup<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1;; attempt++) {
      try {
        return await work();
      } catch (error) {
        const gone = error instanceof RedisError && error.code === "NOGROUP";
        if (!gone || attempt > 3) throw error;
        await this.#queue.makeGroup();
      }
    }
  }

  /** Jobs that it may hold: what it can do in half a lease, and what it is allowed. */
  #limit(): number {
    const { threads, batch, lease } = this.#options;
    const size = threads.places / 2;
    if (this.#seconds === 0) return batch;
    const possible = Math.floor(lease / 2_000 / this.#seconds * size);
    return Math.max(1, Math.min(batch, Math.max(size, possible)));
  }

  async #begin(entry: StreamEntry, deliveries: number, alone = false): Promise<void> {
    // A claim may bring what is under way here: its pulse came late.
    if (this.#held.has(entry.id)) return;
    const reading = readEntry(entry);
    const { id, map, number } = reading;
    if (map === undefined) return await this.#queue.discard(id);
    this.#held.set(id, deliveries);
    const work = await this.#workOf(map);
    if (work === undefined || number === undefined) {
      await this.#queue.discard(id);
      this.#release(id);
      return;
    }
    const input = "input" in reading ? reading.input : "";
    const lost = (error: string, tries: number) => {
      const line = { job: number, input: shownInput(input), failed: "lost" as const, error, tries };
      this.#finish(map, { number, id, text: lineText({ ...line, worker: this.#options.worker }) });
    };
    if ("wrong" in reading) {
      return lost(`The entry ${id} of the queue is no job: ${reading.wrong}`, deliveries - 1);
    }
    if (typeof work === "string") {
      return lost(`The map ${map} cannot be done: ${work}`, deliveries - 1);
    }
    if (alone) {
      const deaths = await this.#queue.deaths(id);
      if (deaths >= work.tries || deliveries > work.tries + MAX_DELIVERIES) {
        const [who, which] = deaths === 1
          ? ["1 worker has", "its"]
          : [`${deaths} workers have`, "their"];
        return lost(`${who} died of the job, which was ${which} only one`, deaths);
      }
      // A worker that is killed before its thread runs has not died of the job.
      await this.#options.threads.ready();
      await this.#queue.setDeaths(id, deaths + 1);
      this.#alone = { id, deaths };
    }
    void this.#do(id, map, { number, input }, work);
  }

  async #workOf(map: string): Promise<QueuedWork | string | undefined> {
    const known = this.#works.get(map);
    const now = performance.now();
    if (known !== undefined && now - known.read < MAP_MS) return known.work;
    const queued = await this.#queue.map(map);
    this.#works.delete(map);
    if (queued === undefined) return undefined;
    const work = readWork(queued.expression, queued.options);
    this.#works.set(map, { work, read: now });
    if (this.#works.size > MAX_MAPS) this.#works.delete(this.#works.keys().next().value!);
    return work;
  }

  async #do(
    id: string,
    map: string,
    job: { readonly number: number; readonly input: string },
    { work }: QueuedWork,
  ): Promise<void> {
    const start = performance.now();
    try {
      const { number, text, failed } = await this.#options.threads.run(work, job);
      const seconds = (performance.now() - start) / 1_000;
      this.#seconds = this.#seconds === 0
        ? seconds
        : this.#seconds * (1 - NEWEST) + seconds * NEWEST;
      this.#options.onJob({ map, number, seconds: Math.round(seconds * 1_000) / 1_000, failed });
      this.#finish(map, { number, id, text });
    } catch (error) {
      // What was ended with the worker is done by another one.
      if (!(error instanceof ClosedError && this.#stopped)) this.#fail(error);
    }
  }

  #finish(map: string, job: FinishedJob): void {
    const waiting = this.#finished.get(map);
    if (waiting === undefined) this.#finished.set(map, [job]);
    else waiting.push(job);
    this.#finishing ??= this.#handIn().catch((error) => this.#fail(error));
  }

  /** Hands in lines: what comes meanwhile goes together. */
  async #handIn(): Promise<void> {
    await Promise.resolve();
    try {
      for (const [map, waiting] of this.#finished) {
        while (waiting.length > 0) {
          const jobs = waiting.splice(0, MAX_FINISHED);
          await this.#queue.finish(map, jobs);
          for (const { id } of jobs) this.#release(id);
        }
        this.#finished.delete(map);
      }
    } finally {
      this.#finishing = undefined;
    }
    const [rest] = this.#finished.values();
    if (rest !== undefined) this.#finishing = this.#handIn();
  }

  #release(id: string): void {
    this.#held.delete(id);
    if (this.#alone?.id === id) this.#alone = undefined;
    this.#wake();
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stopped = true;
    this.#reader[Symbol.dispose]();
    this.#wake();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }

  #change(): Promise<void> {
    return this.#changed.promise;
  }
}
