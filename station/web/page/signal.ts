/** A value that tells when it changes: all the state management that the page needs. */

/** A value that can be watched. */
export class Signal<T> {
  #value: T;
  readonly #watchers = new Set<(value: T, before: T) => void>();

  /**
   * Makes a signal.
   *
   * @param value Its first value.
   */
  constructor(value: T) {
    this.#value = value;
  }

  /** The value now. */
  get value(): T {
    return this.#value;
  }

  /** Changes the value; the same value tells no one. */
  set value(value: T) {
    if (Object.is(value, this.#value)) return;
    const before = this.#value;
    this.#value = value;
    // A watcher that sets the value again has told everybody of the newer one already.
    for (const watcher of [...this.#watchers]) {
      if (!Object.is(this.#value, value)) return;
      watcher(value, before);
    }
  }

  /**
   * Calls a function at each change, and once at first.
   *
   * @param watcher Gets the value and the one before it (at first, the same).
   * @param signal Ends it.
   */
  watch(watcher: (value: T, before: T) => void, signal?: AbortSignal): void {
    if (signal?.aborted) return;
    this.#watchers.add(watcher);
    signal?.addEventListener("abort", () => this.#watchers.delete(watcher), { once: true });
    watcher(this.#value, this.#value);
  }
}
