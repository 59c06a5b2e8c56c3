/** Workers that decode the tiles of compressed images. */

import { ClosedError, HeliographError } from "../../net/errors.ts";
import type { TileAnswer, TileJob, TileThreads } from "../image/tile_threads.ts";
import type { WorkerAnswer } from "./tile_worker.ts";

/** More workers than this wait for the one thread that reads and puts together. */
const MAX_WORKERS = 8;
/** Jobs that a worker has: the one that it does, and the next, so that it need not wait. */
const DEPTH = 2;

/**
 * Workers that decode the tiles of compressed images, beside the thread that reads them: given
 * to `hdu.image({ workers })`, they take part where a section has 4,000,000 pixels or more.
 * Pixels, errors and the order of damaged tiles are the same without them; a worker that cannot
 * start costs nothing but its part. They are started when they are first needed, and hold the
 * program open until they are ended.
 *
 * @example
 * ```ts
 * import { compressImage, TileWorkers } from "@heliograph/heliograph/fits/compress";
 * import { encodeFits, openFits } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const pixels = new Int16Array(64 * 64).fill(7);
 * const bytes = await encodeFits([await compressImage({ pixels, shape: [64, 64] })]);
 * using workers = new TileWorkers(1);
 * await using file = await openFits(bytes);
 * const hdu = (await file.find((hdu) => hdu.isImage))!;
 * assertEquals((await hdu.image({ workers })).pixels, pixels);
 * ```
 */
export class TileWorkers implements TileThreads, Disposable {
  readonly #count: number;
  readonly #workers: TileWorker[] = [];
  #closed = false;

  /**
   * Makes a pool; nothing is started yet.
   *
   * @param count How many workers there are at most; by default one less than the machine has
   * processors, for the thread that reads decodes too.
   */
  constructor(count: number = Math.max(1, (navigator.hardwareConcurrency || 2) - 1)) {
    if (!Number.isInteger(count) || count < 1) {
      throw new RangeError(`Cannot start ${count} workers, expected 1 or more`);
    }
    this.#count = Math.min(count, MAX_WORKERS);
  }

  get free(): boolean {
    if (this.#closed || typeof Worker === "undefined") return false;
    return this.#workers.length < this.#count || this.#workers.some(({ load }) => load < DEPTH);
  }

  async decode(job: TileJob): Promise<TileAnswer> {
    if (this.#closed) throw new ClosedError("The workers are ended");
    return await this.#freest().decode(job);
  }

  async turn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  /** Ends the workers, whatever they do; what they were given is decoded by the reader. */
  [Symbol.dispose](): void {
    this.#closed = true;
    for (const worker of this.#workers.splice(0)) worker.close();
  }

  /** A new worker while all have something to do, else the one with the fewest jobs. */
  #freest(): TileWorker {
    const [freest] = this.#workers.toSorted((a, b) => a.load - b.load);
    if (freest !== undefined && (freest.load === 0 || this.#workers.length === this.#count)) {
      return freest;
    }
    const worker = new TileWorker();
    this.#workers.push(worker);
    return worker;
  }
}

interface Waiting {
  resolve(answer: TileAnswer): void;
  reject(error: Error): void;
}

class TileWorker {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  /** Why it does nothing any more. */
  #failure: Error | undefined;

  constructor() {
    this.#worker = new Worker(new URL("./tile_worker.ts", import.meta.url), { type: "module" });
    this.#worker.onmessage = ({ data }: MessageEvent<WorkerAnswer>) => {
      const waiting = this.#waiting.get(data.number);
      this.#waiting.delete(data.number);
      if ("answer" in data) waiting?.resolve(data.answer);
      else waiting?.reject(new HeliographError(`A worker failed: ${data.failure}`));
    };
    this.#worker.onerror = (event) => {
      // What it had is decoded by the reader; the error itself is no one's.
      event.preventDefault();
      this.#end(new HeliographError(`A worker failed: ${event.message}`));
    };
  }

  /** How many jobs it has; one that failed takes none. */
  get load(): number {
    return this.#failure === undefined ? this.#waiting.size : Infinity;
  }

  decode(job: TileJob): Promise<TileAnswer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const number = this.#next++;
      this.#waiting.set(number, { resolve, reject });
      this.#worker.postMessage({ number, job }, [job.bytes.buffer]);
    });
  }

  close(): void {
    this.#end(new ClosedError("The worker is ended"));
  }

  #end(error: Error): void {
    this.#failure ??= error;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
