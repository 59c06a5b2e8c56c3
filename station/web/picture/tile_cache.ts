/** What is kept by its bytes: the least recently used goes first, what is in view stays. */

/** A store of things with a size. */
export class TileCache<T> {
  readonly #most: number;
  readonly #dispose: (value: T) => void;
  readonly #entries = new Map<string, { value: T; bytes: number }>();
  #pinned: ReadonlySet<string> = new Set();
  #bytes = 0;

  /**
   * Makes an empty store.
   *
   * @param most Bytes that it holds, unless more are in view.
   * @param dispose Ends what goes.
   */
  constructor(most: number, dispose: (value: T) => void = () => {}) {
    this.#most = most;
    this.#dispose = dispose;
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Things held. */
  get size(): number {
    return this.#entries.size;
  }

  /** The entry of a key; it counts as used. */
  get(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Whether something is there; it does not count as used. */
  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** Keeps something in the place of what was there. */
  set(key: string, value: T, bytes: number): void {
    this.delete(key);
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    this.#shrink();
  }

  /** Lets go of something. */
  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    this.#dispose(entry.value);
  }

  /** Says what is in view, which stays whatever it takes. */
  pin(keys: ReadonlySet<string>): void {
    this.#pinned = keys;
    this.#shrink();
  }

  /** Lets go of everything. */
  clear(): void {
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }

  #shrink(): void {
    if (this.#bytes <= this.#most) return;
    for (const key of [...this.#entries.keys()]) {
      if (this.#pinned.has(key)) continue;
      this.delete(key);
      if (this.#bytes <= this.#most) return;
    }
  }
}
