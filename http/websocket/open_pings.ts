/** A ping that has not been answered. */
interface OpenPing {
  readonly payload: string;
  readonly start: number;
  readonly done: PromiseWithResolvers<number>;
}

/** The pings of one end that wait for their pongs. */
export class OpenPings {
  readonly #open: OpenPing[] = [];
  #count = 0;

  /**
   * Adds a ping that is about to be sent.
   *
   * @param payload Its payload; without one a number of its own.
   * @returns The payload, and the milliseconds until its answer.
   */
  add(payload?: Uint8Array): { bytes: Uint8Array; answer: Promise<number> } {
    const bytes = payload ?? new TextEncoder().encode(String(++this.#count));
    const done = Promise.withResolvers<number>();
    // Who does not wait for the answer need not hear that there is none.
    done.promise.catch(() => {});
    this.#open.push({ payload: bytes.toHex(), start: performance.now(), done });
    return { bytes, answer: done.promise };
  }

  /** A pong answers the ping with its payload, and those before it (RFC 6455 section 5.5.3). */
  answer(payload: Uint8Array): void {
    const hex = payload.toHex();
    const index = this.#open.findIndex((ping) => ping.payload === hex);
    const now = performance.now();
    for (const { start, done } of this.#open.splice(0, index + 1)) done.resolve(now - start);
  }

  /** No answer will come. */
  fail(error: Error): void {
    for (const { done } of this.#open.splice(0)) done.reject(error);
  }
}
