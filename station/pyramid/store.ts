/** The levels of the planes that are looked at: made one plane after the other, kept in bounded memory. */

import { type Level, LevelsBuilder } from "./builder.ts";
import { NoWorkerError, passInWorker } from "./pass.ts";
import type { PassFile } from "./pass_messages.ts";
import { inSlices, letOthers } from "./slices.ts";
import type { StoredPlane } from "./stored_plane.ts";

/** Bytes of all levels that are kept. */
const MAX_BYTES = 512 << 20;
/** Pixels of a band: others have their turn after each. */
const BAND_PIXELS = 1 << 20;
/** A pass ends when no one has looked for so long, in milliseconds. */
const MAX_UNSEEN_MS = 30_000;
/** Turns of the event loop that a band waits at most while tiles are made. */
const MAX_WAITED_TURNS = 16;

/** Where the levels of a plane are made from, and what keeps its file open meanwhile. */
export interface PassSource {
  /** What tells this version of the plane from all others. */
  readonly key: string;
  readonly plane: StoredPlane;
  /** The same for a worker; undefined of what only this thread can read. */
  readonly file?: PassFile | undefined;
  /** Keeps the file open until it is disposed of. */
  use(): Disposable | undefined;
}

/** The levels of a plane, finished or not. */
interface Pyramid {
  readonly source: PassSource;
  readonly finished: Promise<ReadonlyMap<number, Level>>;
  readonly resolve: (levels: ReadonlyMap<number, Level>) => void;
  readonly reject: (reason: unknown) => void;
  levels: ReadonlyMap<number, Level> | undefined;
  bytes: number;
  percent: number;
  /** Who waits for it. */
  waiting: number;
  lookedAt: number;
}

/** Makes and keeps levels. */
export class PyramidStore {
  readonly #pyramids = new Map<string, Pyramid>();
  readonly #now: () => number;
  #queue: Pyramid[] = [];
  #running = false;
  #bytes = 0;
  #tiles = 0;
  #rowsRead = 0;
  /** Whether no worker could be started. */
  #isAlone = false;
  readonly #closed = new AbortController();

  /**
   * Makes an empty store.
   *
   * @param now The clock, in milliseconds.
   */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Bytes of the levels that are kept. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Rows that passes have read so far. */
  get rowsRead(): number {
    return this.#rowsRead;
  }

  /**
   * How far the levels of a plane are, in per cent; undefined where no one has asked for them.
   *
   * @param key The plane.
   */
  percentOf(key: string): number | undefined {
    return this.#pyramids.get(key)?.percent;
  }

  /**
   * The levels of a plane, if they are there.
   *
   * @param key The plane.
   */
  get(key: string): ReadonlyMap<number, Level> | undefined {
    const pyramid = this.#pyramids.get(key);
    if (pyramid?.levels === undefined) return undefined;
    this.#look(pyramid);
    // A Map keeps the order of insertion: the plane becomes the youngest.
    this.#pyramids.delete(key);
    this.#pyramids.set(key, pyramid);
    return pyramid.levels;
  }

  /**
   * Begins to make the levels of a plane, unless that is done already.
   *
   * @param source The plane.
   */
  start(source: PassSource): void {
    const known = this.#pyramids.get(source.key);
    if (known !== undefined) return this.#look(known);
    const { promise: finished, resolve, reject } = Promise.withResolvers<
      ReadonlyMap<number, Level>
    >();
    // Drafts do without it; who waits hears of it.
    finished.catch(() => {});
    const pyramid: Pyramid = {
      ...{ source, finished, resolve, reject, levels: undefined, bytes: 0, percent: 0, waiting: 0 },
      lookedAt: this.#now(),
    };
    this.#pyramids.set(source.key, pyramid);
    this.#queue.push(pyramid);
    void this.#run();
  }

  /**
   * Waits for the levels of a plane.
   *
   * @param source The plane.
   * @param signal Ends the waiting; the pass ends when no one waits for long.
   */
  async wait(source: PassSource, signal: AbortSignal): Promise<ReadonlyMap<number, Level>> {
    this.start(source);
    const pyramid = this.#pyramids.get(source.key)!;
    pyramid.waiting++;
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      signal.throwIfAborted();
      return await Promise.race([pyramid.finished, aborted]);
    } finally {
      signal.removeEventListener("abort", onAbort);
      pyramid.waiting--;
      this.#look(pyramid);
    }
  }

  /** Ends the pass that is under way; nothing is made any more. */
  close(): void {
    this.#closed.abort(new DOMException("the store is closed", "AbortError"));
  }

  /** Says that a tile is being made until the result is disposed of: passes wait a little. */
  tile(): Disposable {
    this.#tiles++;
    return { [Symbol.dispose]: () => void this.#tiles-- };
  }

  #look(pyramid: Pyramid): void {
    pyramid.lookedAt = this.#now();
  }

  /** One pass at a time: the plane that was looked at last comes first. */
  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#queue.length > 0) {
      this.#queue.sort((a, b) => a.lookedAt - b.lookedAt);
      const pyramid = this.#queue.pop()!;
      try {
        await this.#pass(pyramid);
      } catch (error) {
        this.#pyramids.delete(pyramid.source.key);
        pyramid.reject(error);
      }
    }
    this.#running = false;
  }

  async #pass(pyramid: Pyramid): Promise<void> {
    using _file = pyramid.source.use();
    this.#closed.signal.throwIfAborted();
    const levels = await this.#passElsewhere(pyramid) ?? await this.#passHere(pyramid);
    pyramid.levels = levels;
    pyramid.percent = 100;
    pyramid.bytes = [...levels.values()].reduce((sum, { values }) => sum + values.byteLength, 0);
    this.#bytes += pyramid.bytes;
    this.#shrink(pyramid);
    pyramid.resolve(levels);
  }

  /** Whether no one has looked at a plane for long: its pass ends. */
  #isUnseen({ waiting, lookedAt }: Pyramid): boolean {
    return waiting === 0 && this.#now() - lookedAt > MAX_UNSEEN_MS;
  }

  /** Has a worker go through the plane; undefined where there is none for it. */
  async #passElsewhere(pyramid: Pyramid): Promise<ReadonlyMap<number, Level> | undefined> {
    const { file } = pyramid.source;
    if (file === undefined || this.#isAlone) return undefined;
    const end = new AbortController();
    try {
      return await passInWorker(file, {
        signal: AbortSignal.any([end.signal, this.#closed.signal]),
        onProgress: (rows, percent) => {
          this.#rowsRead += rows;
          pyramid.percent = percent;
          if (this.#isUnseen(pyramid)) end.abort(unseen());
        },
      });
    } catch (error) {
      if (!(error instanceof NoWorkerError)) throw error;
      this.#isAlone = true;
      return undefined;
    }
  }

  /** Goes through the plane in this thread, in slices between which others have their turn. */
  async #passHere(pyramid: Pyramid): Promise<ReadonlyMap<number, Level>> {
    const { plane } = pyramid.source;
    const { width, height } = plane;
    const builder = new LevelsBuilder(width, height, plane.rule);
    const together = Math.max(1, Math.floor(BAND_PIXELS / width / builder.rows)) * builder.rows;
    const slice = inSlices();
    for (let y = 0; y < height; y += together) {
      this.#closed.signal.throwIfAborted();
      if (this.#isUnseen(pyramid)) throw unseen();
      const band = { x: 0, y, width, height: Math.min(together, height - y) };
      const { values } = await plane.read(band);
      builder.add(values, y);
      this.#rowsRead += band.height;
      pyramid.percent = Math.floor((y + band.height) / height * 100);
      await slice();
      for (let turns = 0; this.#tiles > 0 && turns < MAX_WAITED_TURNS; turns++) await letOthers();
    }
    return builder.finish();
  }

  /** Forgets what no one has looked at for the longest. */
  #shrink(except: Pyramid): void {
    for (const [key, pyramid] of this.#pyramids) {
      if (this.#bytes <= MAX_BYTES) return;
      if (pyramid.levels === undefined || pyramid === except) continue;
      this.#pyramids.delete(key);
      this.#bytes -= pyramid.bytes;
    }
  }
}

function unseen(): DOMException {
  return new DOMException("no one looks at it any more", "AbortError");
}
