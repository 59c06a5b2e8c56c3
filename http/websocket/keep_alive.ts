import { Deadline } from "../../net/deadline.ts";
import { TimeoutError } from "../../net/errors.ts";

/** How a {@linkcode KeepAlive} finds out. */
export interface KeepAliveOptions {
  /** Milliseconds without a word from the peer before it is pinged; 0 for never. */
  readonly pingInterval: number;
  /** Milliseconds that the peer may take to answer with anything. */
  readonly pongTimeout: number;
  /** What is read from, for the error message. */
  readonly source: string;
  /** Called when nothing came for the interval, to send a ping. */
  readonly onQuiet: () => void;
  /** Called when nothing came for the time-out either: no one is there. */
  readonly onSilence: (failure: TimeoutError) => void;
}

/** Watches for a peer that is gone: first a ping, then the end. */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  #deadline: Deadline;
  #pinged = false;

  /**
   * Makes a watch that has not begun.
   *
   * @param options Times, and what is done when they are over.
   */
  constructor(options: KeepAliveOptions) {
    this.#options = options;
    this.#deadline = new Deadline(() => this.#expire());
  }

  /** The peer is listened to. */
  listen(): void {
    if (this.#options.pingInterval > 0) this.#deadline.set(this.#options.pingInterval);
  }

  /** The peer gave a sign of life. */
  heard(): void {
    this.#deadline.clear();
    this.#pinged = false;
  }

  /** Ends the watch for good. */
  end(): void {
    this.#deadline.end();
  }

  #expire(): void {
    const { pongTimeout, source, onQuiet, onSilence } = this.#options;
    if (this.#pinged) {
      onSilence(
        new TimeoutError(
          `Cannot read from ${source}: no answer to a ping within ${pongTimeout} ms`,
          { source },
        ),
      );
      return;
    }
    this.#pinged = true;
    // One that has passed cannot be set again.
    this.#deadline = new Deadline(() => this.#expire());
    this.#deadline.set(pongTimeout);
    onQuiet();
  }
}
