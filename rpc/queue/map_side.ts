/** A map whose jobs others do: it enqueues them, and writes the lines that come back. */

import { delay } from "../../net/backoff.ts";
import { RedisError } from "../../net/redis/patient.ts";
import type { StreamEntry } from "../../net/redis/streams.ts";
import type { MapJob } from "../map/work.ts";
import { checkedLine } from "./checked_line.ts";
import type { JobQueue, QueuedMap } from "./job_queue.ts";

/** Jobs that are enqueued in one step. */
const MAX_BATCH = 500;

/** Characters of their inputs: a server whose memory is nearly full takes a small step still. */
const MAX_BATCH_CHARACTERS = 65_536;

/** Lines that are read at a time at most. */
const MAX_LINES = 1_000;

/** Characters of the lines that are read at a time, about: each may have a value of 64 KiB. */
const MAX_LINES_CHARACTERS = 4_194_304;

/** Milliseconds that lines are waited for before it is looked whether any are missing. */
const WAIT_MS = 1_000;

/** Milliseconds between two times that the map's keys are renewed. */
const RENEW_MS = 600_000;

/** Milliseconds between two attempts while the server's memory is full. */
const FULL_MS = 200;

/** Milliseconds after its last sign of life that a worker counts as gone. */
const WORKER_MS = 60_000;

/** Where lines go. */
export interface LineSink {
  /** How many jobs there are. */
  readonly total: number;
  /** How many of them have their line. */
  readonly count: number;
  /** Whether a job has its line. */
  has(number: number): boolean;
  /** How many of the jobs from 1 to a number have their line. */
  countUpTo(number: number): number;
  /** Writes a line; false if the job has one. */
  append(number: number, text: string): Promise<boolean>;
  /** Brings to the disk what is written. */
  sync(): Promise<void>;
  /** The jobs without a line, in ascending order. */
  jobs(): AsyncGenerator<MapJob>;
}

/** How a map is handed to a queue. */
export interface QueuedMapOptions {
  readonly map: QueuedMap;
  /** Jobs without a line that are in the server at a time. */
  readonly window: number;
  /** Takes no more jobs when it aborts. */
  readonly signal: AbortSignal;
  /** Hears how many workers are seen. */
  readonly onWorkers: (count: number) => void;
  /** Hears of what goes wrong and is mended. */
  readonly onTrouble: (line: string) => void;
}

/**
 * Has the jobs of a map done by the workers of a queue, until each has its line.
 *
 * @param queue What jobs are enqueued by.
 * @param reader Another connection to the same queue, which waits for lines.
 * @param sink Where the lines go.
 * @param options The map.
 */
export async function runQueued(
  queue: JobQueue,
  reader: JobQueue,
  sink: LineSink,
  options: QueuedMapOptions,
): Promise<void> {
  const run = new QueuedRun(queue, reader, sink, options);
  await run.run();
  if (!options.signal.aborted) await queue.closeMap(options.map.id);
}

class QueuedRun {
  readonly #queue: JobQueue;
  readonly #reader: JobQueue;
  readonly #sink: LineSink;
  readonly #options: QueuedMapOptions;
  /** The last number that is enqueued. */
  #sent = 0;
  /** The last one that is being enqueued. */
  #sending = 0;
  /** Jobs up to that one that have no line. */
  #open = 0;
  /** Characters of a line, on the average of the last ones. */
  #characters = MAX_LINES_CHARACTERS / 100;
  #stopped = false;
  #room = Promise.withResolvers<void>();
  #last = "0-0";
  #renewed = performance.now();
  #full = false;

  constructor(queue: JobQueue, reader: JobQueue, sink: LineSink, options: QueuedMapOptions) {
    this.#queue = queue;
    this.#reader = reader;
    this.#sink = sink;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { map, signal } = this.#options;
    await this.#patiently(async () => {
      this.#sent = this.#sending = await this.#queue.openMap(map, 0);
    });
    this.#open = this.#sent - this.#sink.countUpTo(this.#sent);
    const stop = () => {
      this.#stopped = true;
      this.#room.resolve();
    };
    signal.addEventListener("abort", stop, { once: true });
    try {
      const guarded = (work: Promise<void>) => work.finally(stop);
      const ends = await Promise.allSettled([
        this.#send().catch((error) => {
          stop();
          throw error;
        }),
        guarded(this.#receive()),
      ]);
      if (signal.aborted) return;
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Enqueues jobs as long as there is room in the window. */
  async #send(): Promise<void> {
    const { window } = this.#options;
    let batch: MapJob[] = [];
    let characters = 0;
    for await (const job of this.#sink.jobs()) {
      if (job.number <= this.#sent) continue;
      batch.push(job);
      characters += job.input.length;
      const isSmall = characters < MAX_BATCH_CHARACTERS;
      if (isSmall && batch.length < Math.min(MAX_BATCH, window - this.#open)) continue;
      await this.#sendBatch(batch);
      batch = [];
      characters = 0;
      while (this.#open >= window && !this.#stopped) {
        this.#room = Promise.withResolvers();
        await this.#room.promise;
      }
      if (this.#stopped) return;
    }
    if (batch.length > 0) await this.#sendBatch(batch);
  }

  async #sendBatch(batch: readonly MapJob[]): Promise<void> {
    // A server that has lost its tail may have jobs behind the last one that it says it was sent:
    // their lines have come meanwhile.
    const jobs = batch.filter(({ number }) => !this.#sink.has(number));
    // They count before they are there: their lines may come before the answer.
    this.#sending = batch.at(-1)!.number;
    this.#open += jobs.length;
    if (jobs.length > 0) {
      await this.#patiently(() => this.#queue.enqueue(this.#options.map.id, jobs));
    }
    this.#sent = this.#sending;
  }

  /** Enqueues, where the server has forgotten the map or has no memory. */
  async #patiently(work: () => Promise<void>): Promise<void> {
    const { map, onTrouble } = this.#options;
    let forgotten = false;
    while (!this.#stopped) {
      try {
        if (forgotten) {
          await this.#queue.makeGroup();
          await this.#queue.openMap(map, this.#sent);
          forgotten = false;
        }
        await work();
        return;
      } catch (error) {
        if (!(error instanceof RedisError)) throw error;
        if (error.code === "NOMAP") {
          onTrouble("the queue's server has forgotten the map: it is told again");
          forgotten = true;
        } else if (error.code === "OOM") {
          // Again and again, as long as it is nearly full: once is enough.
          if (!this.#full) onTrouble("the queue's server has no memory: enqueueing waits for it");
          this.#full = true;
          await delay(FULL_MS);
        } else throw error;
      }
    }
  }

  /** Writes lines as they come, and looks for those that do not. */
  async #receive(): Promise<void> {
    const { map, onWorkers } = this.#options;
    let looked = -Infinity;
    // Counted in the file: what was enqueued says nothing about what has a line.
    while (!this.#stopped && this.#sink.count < this.#sink.total) {
      const entries = await this.#read(WAIT_MS);
      await this.#write(entries);
      const now = performance.now();
      if (now - looked > WAIT_MS) {
        looked = now;
        onWorkers(await this.#queue.countWorkers(WORKER_MS));
      }
      if (now - this.#renewed > RENEW_MS) {
        this.#renewed = now;
        await this.#queue.renewMap(map.id);
      }
      if (entries.length === 0 && this.#open > 0) await this.#seekMissing();
    }
  }

  /** The next lines, as many as are held at a time. */
  async #read(block: number | undefined): Promise<StreamEntry[]> {
    const room = Math.floor(MAX_LINES_CHARACTERS / this.#characters);
    const count = Math.max(1, Math.min(MAX_LINES, room));
    const entries = await this.#reader.results(this.#options.map.id, this.#last, count, block);
    if (entries.length === 0) return entries;
    const characters = entries.reduce((sum, { fields }) => sum + (fields.get("r")?.length ?? 0), 0);
    this.#characters = Math.max(1, (this.#characters + characters / entries.length) / 2);
    return entries;
  }

  async #write(entries: readonly StreamEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const written = await Promise.all(entries.map(async ({ fields }) => {
      const digits = fields.get("i") ?? "";
      const number = /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : 0;
      if (number < 1 || number > this.#sink.total) return false;
      if (this.#sink.has(number)) return false;
      const counts = number <= this.#sending;
      const text = checkedLine(fields.get("r") ?? "", number);
      return await this.#sink.append(number, text) && counts;
    }));
    // What is on the disk is taken from the server, and nothing before.
    await this.#sink.sync();
    this.#last = entries.at(-1)!.id;
    await this.#queue.trimResults(this.#options.map.id, this.#last);
    this.#open -= written.filter(Boolean).length;
    this.#room.resolve();
  }

  /** Enqueues jobs again that have left the queue and have no line: the server has lost some. */
  async #seekMissing(): Promise<void> {
    const { map, window, onTrouble } = this.#options;
    const sent = this.#sent;
    if (!await this.#queue.isDrained(map.id)) return;
    // Lines come in the same step in which jobs leave; ids may have started over.
    this.#last = "0-0";
    const entries = await this.#read(undefined);
    if (entries.length > 0) return await this.#write(entries);
    const missing: MapJob[] = [];
    for await (const job of this.#sink.jobs()) {
      if (job.number > sent || missing.length >= window) break;
      missing.push(job);
    }
    if (missing.length === 0 || this.#stopped) return;
    onTrouble(`the queue's server has lost ${missing.length} jobs: they are enqueued again`);
    for (let i = 0; i < missing.length; i += MAX_BATCH) {
      const batch = missing.slice(i, i + MAX_BATCH);
      await this.#patiently(() => this.#queue.enqueueAgain(map.id, batch));
    }
  }
}
