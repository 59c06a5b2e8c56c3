import type { Claim, MemoryLedger } from "./memory_ledger.ts";

/** Smaller buffers cost nothing to make, and are left to the collector. */
const MIN_BYTES = 65_536;

/** Buffers are given back to the system when they were of no use for this long. */
const IDLE_MS = 5_000;

/**
 * Keeps the memory of arrays that are done with for the next ones of the same size.
 *
 * The system clears every page of new memory before a process may write to it, which
 * takes as long as receiving the bytes does: a client that sends frame after frame
 * gets twice the rate with memory that exists already.
 */
export class BufferPool {
  #ledger: MemoryLedger;
  #limit: number;
  #free = new Map<number, ArrayBuffer[]>();
  #bytes = 0;
  #usedAt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * Makes an empty pool.
   *
   * @param ledger Counts what is kept, and asks for it back when memory is short.
   * @param limit The most bytes that are kept.
   */
  constructor(ledger: MemoryLedger, limit: number) {
    this.#ledger = ledger;
    this.#limit = limit;
    ledger.onShortage = () => this.clear();
  }

  /** Bytes that are kept for further arrays. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * A buffer of a size, with whatever it held before: the caller overwrites all of it.
   *
   * @param bytes Its size.
   * @param claim Counts the memory that was kept from now on; new memory is not counted yet.
   */
  take(bytes: number, claim?: Claim): ArrayBuffer {
    const buffer = this.#free.get(bytes)?.pop();
    if (buffer === undefined) return new ArrayBuffer(bytes);
    this.#bytes -= bytes;
    if (claim === undefined) this.#ledger.release(bytes);
    else claim.adopt(bytes);
    return buffer;
  }

  /**
   * Takes a buffer back. Anyone who still refers to it finds it empty.
   *
   * @param buffer A buffer that no one needs any more.
   */
  give(buffer: ArrayBuffer): void {
    const bytes = buffer.byteLength;
    if (buffer.detached || bytes < MIN_BYTES) return;
    const kept = this.#bytes + bytes <= this.#limit &&
      bytes <= this.#ledger.available && this.#ledger.waiting === 0;
    if (!kept) {
      buffer.transfer(0);
      return;
    }
    const others = this.#free.get(bytes);
    if (others === undefined) this.#free.set(bytes, [buffer.transfer()]);
    else others.push(buffer.transfer());
    this.#bytes += bytes;
    this.#ledger.add(bytes);
    this.#usedAt = performance.now();
    if (this.#timer === undefined) this.#watch(IDLE_MS);
  }

  /** One timer that looks again now and then: setting one for each array costs 20 microseconds. */
  #watch(ms: number): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const left = this.#usedAt + IDLE_MS - performance.now();
      if (left <= 0) this.clear();
      else this.#watch(left);
    }, ms);
    Deno.unrefTimer(this.#timer as unknown as number);
  }

  /** Gives everything back to the system. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const buffers of this.#free.values()) for (const buffer of buffers) buffer.transfer(0);
    this.#free.clear();
    this.#ledger.release(this.#bytes);
    this.#bytes = 0;
  }
}
