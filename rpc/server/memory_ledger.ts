import { LimitError } from "../../net/errors.ts";

/** Somebody who waits for memory. */
interface Waiter {
  readonly bytes: number;
  readonly admit: () => void;
}

/**
 * Counts the memory of a whole server, so that many clients together stay under one cap.
 *
 * Memory is taken before it is used. Who asks for more than is left waits in turn for
 * a while, since others give theirs back.
 */
export class MemoryLedger {
  readonly limit: number;
  readonly patience: number;

  /** Called when somebody asks for more than is left, before it has to wait. */
  onShortage: (() => void) | undefined;
  #used = 0;
  #waiting: Waiter[] = [];

  /**
   * Makes a ledger in which nothing is taken.
   *
   * @param limit The most bytes that may be taken at one time.
   * @param patience Milliseconds that somebody may wait for memory.
   */
  constructor(limit: number, patience: number) {
    this.limit = limit;
    this.patience = patience;
  }

  /** Bytes that are taken. */
  get used(): number {
    return this.#used;
  }

  /** Bytes that can be taken without waiting. */
  get available(): number {
    return Math.max(0, this.limit - this.#used);
  }

  /**
   * Takes memory.
   *
   * @param bytes How many.
   * @returns Undefined if it was there, else a promise that ends when it is.
   * @throws {LimitError} If it is more than the limit; or, as a rejection, if the
   * memory has not come free in time.
   */
  take(bytes: number): Promise<void> | undefined {
    if (bytes > this.limit) throw this.#tooMuch(bytes);
    if (bytes > this.limit - this.#used) this.onShortage?.();
    if (this.#waiting.length === 0 && bytes <= this.limit - this.#used) {
      this.#used += bytes;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
        reject(this.#tooMuch(bytes));
        this.#admitNext();
      }, this.patience);
      const waiter = {
        bytes,
        admit: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiting.push(waiter);
    });
  }

  /** Takes what is needed even if the limit is passed by it: of memory that is in use already. */
  add(bytes: number): void {
    this.#used += bytes;
  }

  /** Gives memory back. */
  release(bytes: number): void {
    this.#used -= bytes;
    this.#admitNext();
  }

  #admitNext(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && next.bytes <= this.limit - this.#used;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#used += next.bytes;
      next.admit();
    }
  }

  #tooMuch(bytes: number): LimitError {
    return new LimitError(
      `Cannot take ${bytes} bytes of memory: ${this.#used} of the server's ${this.limit} are in use`,
    );
  }
}
