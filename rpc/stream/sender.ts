import { concatenate } from "../../net/bytes/concatenate.ts";
import { type ByteSink, writeAll } from "../../net/write_all.ts";

/** Messages up to this size are copied into the queue, so that their arrays are free at once. */
const COPY_BYTES = 65_536;

/**
 * How much of a large array goes into the first write, behind the message's head: what the
 * receiver reads at once. It then looks at the head while the rest is being written.
 */
const FIRST_BYTES = 16_384;

/** How much may wait to be written before the producer should wait too. */
const MAX_WAITING_BYTES = 4 * 1024 ** 2;

/** Options of a {@linkcode Sender}. */
export interface SenderOptions {
  /** Milliseconds that the peer may take nothing before the connection is closed. */
  timeout?: number | undefined;
  /** The peer's address, for error messages. */
  source: string;
}

/**
 * Writes messages to one connection in the order in which they are given, from any
 * number of calls that end independently.
 *
 * What is given while a write is under way leaves together in the next one: answers to
 * calls that were sent together need one system call, not one each.
 */
export class Sender {
  #sink: ByteSink;
  #options: SenderOptions;
  #queue: Uint8Array[] = [];
  #queued = 0;
  #writing: Promise<void> | undefined;
  #failure: { error: unknown } | undefined;
  #sentBytes = 0;
  #beginning: Uint8Array | undefined;

  /**
   * Makes a sender; nothing else may write to the sink meanwhile.
   *
   * @param sink The connection.
   * @param options Deadline and name.
   */
  constructor(sink: ByteSink, options: SenderOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  /** Bytes that have been written. */
  get sentBytes(): number {
    return this.#sentBytes;
  }

  /** Whether so much waits to be written that more should not be produced. */
  get congested(): boolean {
    return this.#queued > MAX_WAITING_BYTES;
  }

  /**
   * Gives a message to be written.
   *
   * @param pieces The message; large pieces must stay as they are until it is written.
   * @returns Undefined if the memory of the pieces is free already, else a promise
   * that ends when they are written.
   * @throws What ended an earlier write, as a rejection.
   */
  send(pieces: readonly Uint8Array[]): Promise<void> | undefined {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    let bytes = 0;
    for (const piece of pieces) bytes += piece.length;
    this.#queued += bytes;
    const small = bytes <= COPY_BYTES;
    if (small) this.#queue.push(concatenate(pieces, bytes));
    else this.#queue.push(...this.#withoutSmallBeginning(pieces));
    this.#writing ??= this.#write();
    return small ? undefined : this.finish();
  }

  /**
   * Waits until everything that has been given is written.
   *
   * @throws What ended a write.
   */
  async finish(): Promise<void> {
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /**
   * Pieces whose first write is neither a small nor a large one. A head that is sent alone
   * wakes the receiver for a few bytes, and 1 MiB behind it takes three times as long; with
   * 64 KiB and more both ends often share a processor, and it takes 1.4 times as long (measured).
   */
  #withoutSmallBeginning(pieces: readonly Uint8Array[]): readonly Uint8Array[] {
    const [first, second, ...others] = pieces;
    if (first === undefined || second === undefined || first.length >= COPY_BYTES) return pieces;
    const begin = second.subarray(0, FIRST_BYTES);
    const length = first.length + begin.length;
    // Memory of its own while another message is being written, else always the same.
    const memory = this.#writing === undefined
      ? this.#beginning ??= new Uint8Array(COPY_BYTES + FIRST_BYTES)
      : new Uint8Array(length);
    memory.set(first);
    memory.set(begin, first.length);
    return [memory.subarray(0, length), second.subarray(begin.length), ...others];
  }

  async #write(): Promise<void> {
    try {
      while (this.#queue.length > 0) {
        const pieces = this.#queue;
        const bytes = this.#queued;
        this.#queue = [];
        await writeAll(this.#sink, pieces, this.#options);
        this.#queued -= bytes;
        this.#sentBytes += bytes;
      }
    } catch (error) {
      this.#failure = { error };
      this.#queue = [];
    } finally {
      this.#writing = undefined;
    }
  }
}
