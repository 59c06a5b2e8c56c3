/** Several cutouts of a file on a server at a time, of which none reads what another one reads. */

import type { Cutout } from "../../../fits/cutout/mod.ts";
import type { FitsFile, Hdu, Section } from "../../../fits/mod.ts";

/** Cutouts that wait for a server at a time: as many as there are connections to it. */
const AHEAD = 6;
/** Positions of the list that are looked at for one that can begin. */
const MAX_LOOK = 64;

/** The tiles that a section touches: the first and the last along each axis. */
export type TileBox = readonly (readonly [first: number, last: number])[];

/** What is known of the cutouts of a list. */
export interface CutsOptions<Job> {
  /** Makes a cutout. */
  cut(job: Job): Promise<Cutout>;
  /** The tiles of a compressed image that a cutout reads; undefined where that is not known. */
  tilesOf(job: Job, image: Hdu): Promise<TileBox | undefined>;
}

/**
 * Makes the cutouts of a list, which are taken in its order. Of a file on a server the next ones
 * are begun meanwhile; of a compressed image those alone that share no tile with one that has not
 * been made yet: its tiles are kept, and would come twice.
 */
export class CutsAhead<Job> {
  readonly #file: FitsFile;
  readonly #jobs: readonly Job[];
  readonly #options: CutsOptions<Job>;
  readonly #started = new Map<Job, Promise<Cutout>>();
  readonly #made = new Set<Job>();
  readonly #boxes = new Map<Job, TileBox | undefined>();
  /** The compressed image; null where there is none, undefined before the first cutout. */
  #tiled: Hdu | null | undefined;
  #most = 1;
  #next = 0;

  /**
   * Begins none.
   *
   * @param file The file.
   * @param jobs The cutouts in their order.
   * @param options How they are made.
   */
  constructor(file: FitsFile, jobs: readonly Job[], options: CutsOptions<Job>) {
    this.#file = file;
    this.#jobs = jobs;
    this.#options = options;
  }

  /**
   * Waits for the next cutout of the list.
   *
   * @param job The cutout whose turn it is.
   */
  async take(job: Job): Promise<Cutout> {
    const at = this.#next++;
    this.#start(job);
    await this.#startLater(at);
    try {
      const cut = await this.#started.get(job)!;
      await this.#learn(cut);
      return cut;
    } finally {
      this.#started.delete(job);
      this.#boxes.delete(job);
    }
  }

  #start(job: Job): void {
    if (this.#started.has(job)) return;
    const cutting = this.#options.cut(job).finally(() => this.#made.add(job));
    // It is awaited when its turn comes, unless one before it fails.
    cutting.catch(() => {});
    this.#started.set(job, cutting);
  }

  async #startLater(at: number): Promise<void> {
    const before: Job[] = [this.#jobs[at]!];
    for (const job of this.#jobs.slice(at + 1, at + MAX_LOOK)) {
      if (this.#started.size >= this.#most) return;
      if (!this.#started.has(job) && !await this.#sharesTiles(job, before)) this.#start(job);
      before.push(job);
    }
  }

  /** Whether a cutout reads tiles that one before it in the list has not read yet. */
  async #sharesTiles(job: Job, before: readonly Job[]): Promise<boolean> {
    if (this.#tiled === null) return false;
    const own = await this.#boxOf(job);
    for (const other of before) {
      if (this.#made.has(other)) continue;
      const box = await this.#boxOf(other);
      if (own !== undefined && box !== undefined && own.every((range, i) => meet(range, box[i]!))) {
        return true;
      }
    }
    return false;
  }

  async #boxOf(job: Job): Promise<TileBox | undefined> {
    if (!this.#boxes.has(job)) {
      try {
        this.#boxes.set(job, await this.#options.tilesOf(job, this.#tiled!));
      } catch {
        // What is wrong with the position is said when its turn comes.
        this.#boxes.set(job, undefined);
      }
    }
    return this.#boxes.get(job);
  }

  /** What the first cutout tells: whether several may be made at a time. */
  async #learn({ images }: Cutout): Promise<void> {
    if (this.#tiled !== undefined || this.#file.report?.ranges !== true) return;
    const all = await Promise.all(images.map(({ hdu }) => this.#file.hdu(hdu)));
    const tiled = all.filter(({ tile }) => tile.length > 0);
    if (tiled.length > 0 && all.length > 1) return;
    this.#tiled = tiled[0] ?? null;
    this.#most = AHEAD;
  }
}

function meet(a: readonly [number, number], b: readonly [number, number]): boolean {
  return a[0] <= b[1] && b[0] <= a[1];
}

/**
 * The tiles of a compressed image that a section touches.
 *
 * @param image The image.
 * @param section The section as ranges.
 * @returns One range for each axis; undefined where the section is a text.
 */
export function tilesAround({ shape, tile }: Hdu, section: Section): TileBox | undefined {
  if (typeof section === "string") return undefined;
  return shape.map((length, axis) => {
    const [start, stop] = section[axis] ?? [0, length];
    const [first, last] = [Math.max(0, start), Math.min(length, stop) - 1];
    return [Math.floor(first / tile[axis]!), Math.floor(last / tile[axis]!)] as const;
  });
}
