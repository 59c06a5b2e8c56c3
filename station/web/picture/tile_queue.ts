/** Which tiles are asked for, in which order, and which no longer. */

/** Something that is wanted; what is wanted most comes first. */
export interface Wanted<Place> {
  /** What tells it from others. */
  readonly key: string;
  readonly place: Place;
}

/** What a queue does with what it gets. */
export interface QueueOptions<Place, T> {
  /** Asks for one; a rejection with the reason of the signal is no failure. */
  load(place: Place, signal: AbortSignal): Promise<T>;
  /** Takes what came. */
  onLoaded(wanted: Wanted<Place>, value: T): void;
  /** Takes why one did not come; it is not asked for again until {@linkcode TileQueue.retry}. */
  onFailed(wanted: Wanted<Place>, error: unknown): void;
  /** How many are asked for at a time. */
  readonly most: number;
}

/** A queue that is told again what is wanted whenever the view changes. */
export class TileQueue<Place, T> {
  readonly #options: QueueOptions<Place, T>;
  readonly #running = new Map<string, AbortController>();
  readonly #failed = new Set<string>();
  #wanted: readonly Wanted<Place>[] = [];
  #isClosed = false;

  /**
   * Makes an empty queue.
   *
   * @param options How tiles are asked for.
   */
  constructor(options: QueueOptions<Place, T>) {
    this.#options = options;
  }

  /** How many are asked for at the moment. */
  get running(): number {
    return this.#running.size;
  }

  /** Whether nothing is asked for, nor waits. */
  get isIdle(): boolean {
    return this.#running.size === 0 && this.#next() === undefined;
  }

  /**
   * Says what is wanted: only that, in this order. What is asked for and no longer wanted ends.
   *
   * @param wanted All that is wanted and not there.
   */
  want(wanted: readonly Wanted<Place>[]): void {
    this.#wanted = wanted;
    const keys = new Set(wanted.map(({ key }) => key));
    for (const [key, controller] of this.#running) {
      if (keys.has(key)) continue;
      this.#running.delete(key);
      controller.abort();
    }
    this.#start();
  }

  /** Asks again for what failed. */
  retry(): void {
    this.#failed.clear();
    this.#start();
  }

  /** Ends everything. */
  close(): void {
    this.#isClosed = true;
    this.want([]);
  }

  #next(): Wanted<Place> | undefined {
    return this.#wanted.find(({ key }) => !this.#running.has(key) && !this.#failed.has(key));
  }

  #start(): void {
    while (!this.#isClosed && this.#running.size < this.#options.most) {
      const wanted = this.#next();
      if (wanted === undefined) return;
      const controller = new AbortController();
      this.#running.set(wanted.key, controller);
      void this.#run(wanted, controller);
    }
  }

  async #run(wanted: Wanted<Place>, controller: AbortController): Promise<void> {
    const { key } = wanted;
    try {
      const value = await this.#options.load(wanted.place, controller.signal);
      if (controller.signal.aborted) return;
      this.#running.delete(key);
      this.#wanted = this.#wanted.filter((other) => other.key !== key);
      this.#options.onLoaded(wanted, value);
    } catch (error) {
      if (controller.signal.aborted) return;
      this.#running.delete(key);
      this.#failed.add(key);
      this.#options.onFailed(wanted, error);
    }
    this.#start();
  }
}
