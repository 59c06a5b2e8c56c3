/**
 * The wish that a call should end early.
 *
 * Most calls are answered before anybody could wish that, and a signal takes some
 * microseconds to make: it is made for who listens to it.
 */
export class Cancellation {
  #controller: AbortController | undefined;
  #cancelled = false;

  /** Whether the call should end. */
  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Aborts when the call should end. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#cancelled) this.#controller.abort();
    }
    return this.#controller.signal;
  }

  /** Asks the call to end. */
  cancel(): void {
    this.#cancelled = true;
    this.#controller?.abort();
  }
}
