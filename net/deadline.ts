/**
 * Deadlines for connections, thousands of them on one timer.
 *
 * A pending read cannot be cancelled, so a deadline that passes closes the
 * connection. Setting one costs an addition and a look-up, which a server can afford for
 * every request; a timer of its own for each would not be.
 */

const TICK_MS = 50;

/** The longest wait of `setTimeout`; a longer one it takes for none at all. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

let ticks = 0;
let ticking = false;
const running = new Set<Deadline>();

/** Waited for, and never notified. */
const CELL = new Int32Array(new SharedArrayBuffer(4));

/**
 * Ticks as long as a deadline is set. One that was taken back leaves at the next tick and
 * comes again when it is set, so that what was dropped without an end is not kept.
 *
 * It waits by the engine itself, which keeps no program alive; the first `setTimeout` of
 * a program takes 5 ms, since it loads the timers of Node: a tenth of the time in which a
 * small file is fetched.
 */
async function tick(): Promise<void> {
  ticking = true;
  while (running.size > 0) {
    await Atomics.waitAsync(CELL, 0, 0, TICK_MS).value;
    ticks++;
    for (const deadline of running) {
      if (deadline.expiresAt === Infinity) running.delete(deadline);
      else if (deadline.expiresAt <= ticks) {
        try {
          deadline.expire();
        } catch (error) {
          // As from a timer: no one's to catch, and no reason to stop the others.
          reportError(error);
        }
      }
    }
  }
  ticking = false;
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
   * Makes a deadline, not set yet.
   *
   * @param onExpire Called once when it passes.
   */
  constructor(onExpire: () => void) {
    this.#onExpire = onExpire;
  }

  /** Whether it has passed. */
  get expired(): boolean {
    return this.#expired;
  }

  /**
   * Sets the deadline from now, in place of an earlier one; nothing after its end.
   *
   * @param ms Milliseconds; infinite for none.
   */
  set(ms: number): void {
    if (this.#onExpire === undefined) return;
    this.expiresAt = ticks + 1 + Math.ceil(ms / TICK_MS);
    running.add(this);
    if (!ticking) void tick();
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
  }

  /** Ends the deadline for good. */
  [Symbol.dispose](): void {
    this.end();
  }
}

/** A signal that aborts with another one or after a time, whichever comes first. */
export class TimedSignal implements Disposable {
  /** The signal. */
  readonly signal: AbortSignal;
  readonly #timeout = new AbortController();
  readonly #deadline: Deadline;

  /**
   * Starts the time.
   *
   * @param ms Milliseconds; infinite for no limit.
   * @param signal The other signal, if there is one.
   */
  constructor(ms: number, signal: AbortSignal | undefined) {
    this.#deadline = new Deadline(() => this.#timeout.abort());
    this.#deadline.set(Math.max(0, ms));
    const { signal: timeout } = this.#timeout;
    this.signal = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  }

  /** Whether the time has passed. */
  get timedOut(): boolean {
    return this.#timeout.signal.aborted;
  }

  /** Ends the time. */
  [Symbol.dispose](): void {
    this.#deadline.end();
  }
}

/**
 * Calls a function again and again, until it is told to stop; keeps no program alive.
 *
 * @param ms Milliseconds between two calls; two ticks more at most.
 * @param call The function.
 * @returns What stops it.
 */
export function callEvery(ms: number, call: () => void): Disposable {
  let next: Deadline;
  const wait = () => {
    next = new Deadline(() => {
      wait();
      call();
    });
    next.set(ms);
  };
  wait();
  return { [Symbol.dispose]: () => next.end() };
}

/**
 * Calls a function once, after any time; keeps the program alive until then.
 *
 * @param ms Milliseconds, of any number; infinite for never.
 * @param call The function.
 * @returns What stops it.
 */
export function callAfter(ms: number, call: () => void): Disposable {
  const end = performance.now() + ms;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = (left: number) => {
    if (left === Infinity) return;
    timer = left <= MAX_TIMER_MS
      ? setTimeout(call, left)
      : setTimeout(() => wait(end - performance.now()), MAX_TIMER_MS);
  };
  wait(ms);
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}
