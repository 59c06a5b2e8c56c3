/** The address of the page, which holds the state: written seldom, read when people go back. */

/** Milliseconds between two changes of the address while something is dragged. */
const PAUSE_MS = 250;

/** Options of {@linkcode PageAddress}. */
export interface PageAddressOptions {
  /** Is called when the browser goes back or forward. */
  onReturn(query: string, fragment: string): void;
  signal: AbortSignal;
}

/** Writes the address. */
export class PageAddress {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: string | undefined;

  /**
   * Begins to listen.
   *
   * @param options Who hears of Back, and what ends it.
   */
  constructor({ onReturn, signal }: PageAddressOptions) {
    const returned = () => {
      this.#drop();
      onReturn(location.search, location.hash);
    };
    globalThis.addEventListener("popstate", returned, { signal });
    globalThis.addEventListener("pagehide", () => this.flush(), { signal });
    signal.addEventListener("abort", () => this.#drop(), { once: true });
  }

  /**
   * Writes query and fragment.
   *
   * @param text Such as `?hdu=1#cursor=2,3`.
   * @param kind Whether it is a page of its own for the browser's Back.
   */
  write(text: string, kind: "replace" | "push"): void {
    if (kind === "push") {
      this.flush();
      if (text !== location.search + location.hash) history.pushState(null, "", addressOf(text));
      return;
    }
    this.#waiting = text;
    this.#timer ??= setTimeout(() => this.flush(), PAUSE_MS);
  }

  /** Writes what waits. */
  flush(): void {
    const text = this.#waiting;
    this.#drop();
    if (text === undefined || text === location.search + location.hash) return;
    history.replaceState(history.state, "", addressOf(text));
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = undefined;
  }
}

function addressOf(text: string): string {
  return location.pathname + text;
}
