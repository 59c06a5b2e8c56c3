/**
 * Deadlines for connections, thousands of them on one timer.
 *
 * A pending read cannot be cancelled, so a deadline that passes closes the
 * connection. Setting one costs an addition, which a server can afford for every
 * request; a timer of its own for each would not be.
 */

const TICK_MS = 50;

let ticks = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const running = new Set<Deadline>();

function tick(): void {
  ticks++;
  for (const deadline of running) {
    if (deadline.expiresAt <= ticks) deadline.expire();
  }
}

/**
 * A deadline that can be moved cheaply, any number of times.
 *
 * Time is counted in ticks of 50 ms of a running event loop, so that a program
 * which was busy for a while does not find its peers late. It passes at most two
 * ticks late and never early.
 */
export class Deadline {
  /** The tick at which it passes; infinite while it is not set. */
  expiresAt: number = Infinity;
  #onExpire: (() => void) | undefined;
  #expired = false;

  /**
   * Makes a deadline, not set yet. It takes part in the common timer until
   * {@linkcode Deadline.end} is called.
   *
   * @param onExpire Called once when it passes.
   */
  constructor(onExpire: () => void) {
    this.#onExpire = onExpire;
    running.add(this);
    if (timer === undefined) {
      timer = setInterval(tick, TICK_MS);
      Deno.unrefTimer(timer);
    }
  }

  /** Whether it has passed. */
  get expired(): boolean {
    return this.#expired;
  }

  /**
   * Sets the deadline from now, in place of an earlier one.
   *
   * @param ms Milliseconds; infinite for none.
   */
  set(ms: number): void {
    this.expiresAt = ticks + 1 + Math.ceil(ms / TICK_MS);
  }

  /** Takes the deadline back; it can be set again. */
  clear(): void {
    this.expiresAt = Infinity;
  }

  /** Lets the deadline pass now. */
  expire(): void {
    const onExpire = this.#onExpire;
    this.#expired = onExpire !== undefined || this.#expired;
    this.end();
    onExpire?.();
  }

  /** Ends the deadline for good. */
  end(): void {
    this.#onExpire = undefined;
    this.expiresAt = Infinity;
    running.delete(this);
    if (running.size === 0 && timer !== undefined) {
      clearInterval(timer);
      timer = undefined;
    }
  }

  /** Ends the deadline for good. */
  [Symbol.dispose](): void {
    this.end();
  }
}
