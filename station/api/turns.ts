/** Whose turn it is to have something made: no one waits for one who asks for much. */

import { ProblemError } from "./problem.ts";

/** What is made for one address at a time. */
const MAX_AT_ONCE = 4;
/** What may wait for one address; more is answered 429. */
const MAX_WAITING = 64;
/** What is made for all addresses at a time. */
const MAX_RUNNING = 8;

/** An address that asks. */
interface Asking {
  running: number;
  readonly waiting: (() => void)[];
}

/** Gives turns to addresses, one after the other. */
export class Turns {
  /** Those that ask, the one whose turn is next first. */
  readonly #asking = new Map<string, Asking>();
  #running = 0;

  /** How many addresses ask for something now. */
  get addresses(): number {
    return this.#asking.size;
  }

  /**
   * Does work when it is its turn.
   *
   * @param address Who asks.
   * @param signal Gives the turn up, while it waits.
   * @param work The work.
   * @returns What the work returns.
   * @throws {ProblemError} 429 if too much of the address waits already.
   */
  async run<T>(address: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    let asking = this.#asking.get(address);
    if (asking === undefined) this.#asking.set(address, asking = { running: 0, waiting: [] });
    if (this.#running < MAX_RUNNING && asking.running < MAX_AT_ONCE) this.#begin(asking);
    else await this.#wait(address, asking, signal);
    try {
      return await work();
    } finally {
      this.#running--;
      asking.running--;
      this.#forgetIdle(address, asking);
      this.#next();
    }
  }

  #begin(asking: Asking): void {
    this.#running++;
    asking.running++;
  }

  async #wait(address: string, asking: Asking, signal: AbortSignal): Promise<void> {
    if (asking.waiting.length >= MAX_WAITING) {
      throw new ProblemError(
        429,
        "busy",
        `${MAX_WAITING} requests of your address wait already, ask again later`,
      );
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const turn = () => {
      this.#begin(asking);
      resolve();
    };
    const leave = () => {
      const at = asking.waiting.indexOf(turn);
      if (at < 0) return;
      asking.waiting.splice(at, 1);
      this.#forgetIdle(address, asking);
      reject(signal.reason);
    };
    asking.waiting.push(turn);
    signal.addEventListener("abort", leave, { once: true });
    try {
      if (signal.aborted) leave();
      await promise;
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  /** Gives the free turns to the addresses that have waited for the longest. */
  #next(): void {
    for (const [address, asking] of this.#asking) {
      if (this.#running >= MAX_RUNNING) return;
      if (asking.running >= MAX_AT_ONCE) continue;
      const turn = asking.waiting.shift();
      if (turn === undefined) continue;
      // Its next turn comes after those of the others.
      this.#asking.delete(address);
      this.#asking.set(address, asking);
      turn();
    }
  }

  #forgetIdle(address: string, asking: Asking): void {
    if (asking.running === 0 && asking.waiting.length === 0) this.#asking.delete(address);
  }
}
