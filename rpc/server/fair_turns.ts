import { lookAtSockets } from "../../http/server/event_loop_turn.ts";

/** Milliseconds of work between two looks at the sockets. */
const SLICE_MS = 1;

/** What one connection has had of the server's thread. */
export class Share {
  /** Milliseconds, on the clock of {@linkcode FairTurns}, until which it has had its part. */
  until = 0;
}

/** Work that waits for its turn. */
interface Waiting {
  readonly share: Share;
  readonly start: number;
  readonly work: () => void;
}

/**
 * Shares the server's thread between its connections, so that one that sends much keeps none
 * waiting that sends little.
 *
 * Work is done at once as long as there is not much of it. Beyond that it waits for its turn: the
 * connection that has had least goes first (start-time fair queueing), and after each slice the
 * sockets are looked at, so that who has just come is among those that wait.
 */
export class FairTurns {
  #queue: Waiting[] = [];
  /** Milliseconds of work since the sockets were looked at. */
  #busy = 0;
  #last = 0;
  /** The start of the work that began last, on a clock that counts milliseconds of each share. */
  #clock = 0;
  #pumping = false;

  /** How many connections wait for their turn. */
  get waiting(): number {
    return this.#queue.length;
  }

  /**
   * Does work when it is a connection's turn.
   *
   * @param share The connection's.
   * @param work What is done, in one go; what it returns later is not counted.
   * @returns What it returns: at once where no one has to wait.
   */
  run<T>(share: Share, work: () => T): T | Promise<Awaited<T>> {
    if (this.#hasTime()) return this.#timed(share, work);
    return new Promise((resolve, reject) => {
      this.#enqueue(share, () => {
        try {
          resolve(work() as Awaited<T>);
        } catch (error) {
          reject(error);
        }
      });
    });
  }

  /**
   * A turn for work of about so many milliseconds, which is done right after.
   *
   * @returns Undefined if it may be done now.
   */
  turn(share: Share, milliseconds: number): Promise<void> | undefined {
    if (this.#hasTime()) {
      this.#charge(share, milliseconds);
      return undefined;
    }
    return new Promise((resolve) => {
      this.#enqueue(share, () => {
        this.#charge(share, milliseconds);
        resolve();
      });
    });
  }

  #hasTime(): boolean {
    if (this.#pumping) return false;
    // Where the thread has rested since, the sockets have been looked at.
    const now = performance.now();
    this.#busy = Math.max(0, this.#busy - (now - this.#last));
    this.#last = now;
    return this.#busy < SLICE_MS;
  }

  #timed<T>(share: Share, work: () => T): T {
    const begin = performance.now();
    try {
      return work();
    } finally {
      this.#last = performance.now();
      this.#charge(share, this.#last - begin);
    }
  }

  #charge(share: Share, milliseconds: number): void {
    this.#busy += milliseconds;
    share.until = Math.max(share.until, this.#clock) + milliseconds;
  }

  #enqueue(share: Share, work: () => void): void {
    this.#queue.push({ share, start: Math.max(share.until, this.#clock), work });
    if (!this.#pumping) void this.#pump();
  }

  async #pump(): Promise<void> {
    this.#pumping = true;
    while (this.#queue.length > 0) {
      await lookAtSockets();
      this.#busy = 0;
      while (this.#queue.length > 0 && this.#busy < SLICE_MS) {
        const { share, start, work } = this.#takeFirst();
        this.#clock = start;
        this.#timed(share, work);
        // What it led to at once belongs to it, and further work of the same connection.
        const begin = performance.now();
        await undefined;
        this.#charge(share, performance.now() - begin);
      }
    }
    this.#pumping = false;
    this.#last = performance.now();
  }

  #takeFirst(): Waiting {
    let best = 0;
    for (let i = 1; i < this.#queue.length; i++) {
      if (this.#queue[i]!.start < this.#queue[best]!.start) best = i;
    }
    return this.#queue.splice(best, 1)[0]!;
  }
}
