/** Tiles decoded in another thread: the job on this side and on that. */

import { ClosedError, FormatError, LimitError } from "../../net/errors.ts";
import { PIXEL_ARRAYS, type StoredType, storedType } from "../image/pixels.ts";
import type { JobTile, TileAnswer, TileJob, TileThreads } from "../image/tile_threads.ts";
import type { StoredPixels } from "./codecs/integers.ts";
import type { Compression } from "./compression.ts";
import { TileDecoder } from "./tile_decoder.ts";
import type { LoadedTile } from "./tile_loader.ts";
import type { TileEntry } from "./tile_table.ts";

/** Sections of fewer pixels are decoded sooner than threads hear of them. */
export const MIN_THREAD_PIXELS = 4_000_000;
/** Pixels of a job: some milliseconds of work, and few enough to share the last ones evenly. */
const JOB_PIXELS = 1 << 19;

const NOTHING = new Uint8Array(0);

/**
 * Decodes the tiles of a job, where it is called.
 *
 * @param job The tiles.
 * @returns Their pixels, and what is wrong with damaged ones.
 */
export async function decodeTileJob(job: TileJob): Promise<TileAnswer> {
  const decoder = await TileDecoder.load(job.compression as Compression);
  const constructor = PIXEL_ARRAYS[job.type];
  const count = job.tiles.reduce((sum, { pixels }) => sum + pixels, 0);
  const all = new constructor(count);
  const damage = new Map<number, string>();
  let at = 0;
  for (const [i, { number, shape, pixels, start, end, entry }] of job.tiles.entries()) {
    const target = all.subarray(at, at + pixels) as StoredPixels;
    at += pixels;
    try {
      decoder.decodeInto({
        share: { number, box: { shape, pixels } },
        entry: entry as TileEntry,
        bytes: job.bytes.subarray(start, end),
        mask: NOTHING,
      }, target);
    } catch (error) {
      const known = error instanceof FormatError || error instanceof LimitError ||
        error instanceof ClosedError;
      if (!known) throw error;
      damage.set(i, error.message);
    }
  }
  return { pixels: all.buffer, damage };
}

/** What is done with the tiles of an image. */
export interface TileTakers {
  /** Decodes a tile here, and puts it into its place. */
  decode(loaded: LoadedTile): void;
  /** Puts a decoded tile into its place. */
  put(loaded: LoadedTile, pixels: StoredPixels): void;
}

interface Batch {
  readonly loaded: LoadedTile[];
  readonly type: StoredType;
  /** What a thread made of it; undefined before that, and where none could. */
  answer: TileAnswer | undefined;
  done: Promise<void>;
}

/**
 * Shares tiles among threads and this one: a job goes to a thread that is free, else it is done
 * here. Results are taken in the order of the tiles, so that the first damaged one is named.
 */
export class TileBatches {
  readonly #threads: TileThreads;
  readonly #compression: Compression;
  readonly #takers: TileTakers;
  readonly #given: Batch[] = [];
  #loaded: LoadedTile[] = [];
  #pixels = 0;

  /**
   * Begins without tiles.
   *
   * @param threads The threads.
   * @param compression How the image is compressed.
   * @param takers What is done with the tiles.
   */
  constructor(threads: TileThreads, compression: Compression, takers: TileTakers) {
    this.#threads = threads;
    this.#compression = compression;
    this.#takers = takers;
  }

  /** Whether a tile can be decoded elsewhere: one with bytes, and without missing pixels of its own. */
  takes({ kept, failure, mask, share }: LoadedTile): boolean {
    return kept === undefined && failure === undefined && mask.length === 0 &&
      this.#compression.blank.column === undefined && share.box.pixels <= MIN_THREAD_PIXELS;
  }

  /**
   * Takes a tile; its bytes are copied, for they are there only until the next one is loaded.
   *
   * @param loaded The tile.
   */
  async add(loaded: LoadedTile): Promise<void> {
    this.#loaded.push({ ...loaded, bytes: loaded.bytes.slice() });
    this.#pixels += loaded.share.box.pixels;
    if (this.#pixels >= JOB_PIXELS) await this.#give();
  }

  /** Waits for all that was given. */
  async finish(): Promise<void> {
    if (this.#loaded.length > 0) await this.#give();
    while (this.#given.length > 0) {
      await this.#given[0]!.done;
      this.#take(this.#given.shift()!);
    }
  }

  async #give(): Promise<void> {
    const loaded = this.#loaded;
    this.#loaded = [];
    this.#pixels = 0;
    if (this.#threads.free) {
      const job = jobOf(this.#compression, loaded);
      const batch: Batch = { loaded, type: job.type, answer: undefined, done: Promise.resolve() };
      batch.done = this.#threads.decode(job).then(
        (answer) => void (batch.answer = answer),
        // It is done here when its turn comes.
        () => {},
      );
      this.#given.push(batch);
    } else {
      try {
        for (const one of loaded) this.#takers.decode(one);
      } catch (error) {
        // A tile before it may be damaged too, and is the one to be named.
        await this.finish();
        throw error;
      }
      await this.#threads.turn();
    }
    while (this.#given[0]?.answer !== undefined) this.#take(this.#given.shift()!);
  }

  #take({ loaded, type, answer }: Batch): void {
    if (answer === undefined) {
      for (const one of loaded) this.#takers.decode(one);
      return;
    }
    const all = new PIXEL_ARRAYS[type](answer.pixels);
    let at = 0;
    for (const [i, one] of loaded.entries()) {
      const { pixels } = one.share.box;
      const message = answer.damage.get(i);
      if (message !== undefined) {
        this.#takers.decode({ ...one, failure: new FormatError(message) });
      } else this.#takers.put(one, all.subarray(at, at + pixels) as StoredPixels);
      at += pixels;
    }
  }
}

function jobOf(compression: Compression, loaded: readonly LoadedTile[]): TileJob {
  const bytes = new Uint8Array(loaded.reduce((sum, one) => sum + one.bytes.length, 0));
  let at = 0;
  const tiles = loaded.map(({ share: { number, box }, entry, bytes: own }): JobTile => {
    bytes.set(own, at);
    const start = at;
    at += own.length;
    return { number, shape: box.shape, pixels: box.pixels, start, end: at, entry };
  });
  return { compression, type: storedType(compression.bitpix), tiles, bytes };
}
