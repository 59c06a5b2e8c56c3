/**
 * How a protocol core says what it needs next, so that it touches no socket itself
 * and bulk data still goes straight into its final place.
 *
 * A core is a generator: it yields a need, is resumed with the bytes that fulfil
 * it, and returns the finished message. {@linkcode pull} (a shell) fulfils needs
 * from a socket, {@linkcode Feed} from bytes that are handed to it in any pieces.
 */

import { concatenate } from "../../net/bytes/concatenate.ts";
import { LimitError } from "../../net/errors.ts";

/** What a core needs before it can go on. */
export type Need =
  /** That many bytes, which are consumed. The view is valid until the next need. */
  | { readonly kind: "bytes"; readonly count: number }
  /** A look at that many bytes, which stay where they are. */
  | { readonly kind: "peek"; readonly count: number }
  /** That many bytes in memory of their own, which belongs to the core from then on. */
  | { readonly kind: "array"; readonly bytes: number }
  /** Text up to LF or CR LF, which are consumed and not part of it. */
  | { readonly kind: "line"; readonly limit: number }
  /** Nothing but a turn: work of about that many milliseconds follows, which others may precede. */
  | { readonly kind: "turn"; readonly milliseconds: number };

/** A core at work: it yields needs and returns a message. */
export type Reading<T> = Generator<Need, T, Uint8Array<ArrayBuffer>>;

const LF = 10;
const CR = 13;
const NOTHING: Uint8Array<ArrayBuffer> = new Uint8Array(0);

/**
 * Drives a core with bytes that come in pieces of any length, without a socket.
 */
export class Feed<T> {
  #begin: () => Reading<T>;
  #reading: Reading<T> | undefined;
  #need: Need | undefined;
  #pending: Uint8Array = NOTHING;
  #array: Uint8Array<ArrayBuffer> = NOTHING;
  #filled = 0;

  /**
   * Makes a feed at the beginning of a stream.
   *
   * @param begin Begins to read the next message.
   */
  constructor(begin: () => Reading<T>) {
    this.#begin = begin;
  }

  /** Whether the stream may end here: no message has begun. */
  get atBoundary(): boolean {
    return this.#reading === undefined && this.#pending.length === 0;
  }

  /**
   * Takes the next piece of the stream.
   *
   * @param piece Bytes, which are copied where they must be kept.
   * @returns The messages that it completes.
   * @throws Whatever the core throws for bytes that break its rules; the feed is
   * of no use after that.
   */
  push(piece: Uint8Array): T[] {
    this.#pending = this.#pending.length === 0 ? piece : concatenate([this.#pending, piece]);
    const messages: T[] = [];
    while (this.#reading !== undefined || this.#pending.length > 0) {
      if (this.#reading === undefined) {
        this.#reading = this.#begin();
        this.#resume(NOTHING, messages);
        continue;
      }
      const bytes = this.#fulfil(this.#need!);
      if (bytes === undefined) break;
      this.#resume(bytes, messages);
    }
    if (this.#pending.buffer === piece.buffer) this.#pending = this.#pending.slice();
    return messages;
  }

  #resume(bytes: Uint8Array, messages: T[]): void {
    const step = this.#reading!.next(bytes as Uint8Array<ArrayBuffer>);
    if (step.done) {
      messages.push(step.value);
      this.#reading = undefined;
      this.#need = undefined;
    } else {
      this.#need = step.value;
      this.#filled = 0;
      this.#array = step.value.kind === "array" ? allocate(step.value.bytes) : NOTHING;
    }
  }

  #fulfil(need: Need): Uint8Array | undefined {
    switch (need.kind) {
      case "bytes":
        return this.#pending.length < need.count ? undefined : this.#take(need.count);
      case "peek":
        return this.#pending.length < need.count
          ? undefined
          : this.#pending.subarray(0, need.count);
      case "array": {
        const count = Math.min(need.bytes - this.#filled, this.#pending.length);
        this.#array.set(this.#take(count), this.#filled);
        this.#filled += count;
        return this.#filled < need.bytes ? undefined : this.#array;
      }
      case "line":
        return this.#line(need.limit);
      case "turn":
        return NOTHING;
    }
  }

  #line(limit: number): Uint8Array | undefined {
    const at = this.#pending.indexOf(LF);
    if (at >= limit || (at < 0 && this.#pending.length >= limit)) throw lineTooLong(limit);
    if (at < 0) return undefined;
    const line = this.#take(at + 1);
    return line.subarray(0, at > 0 && line[at - 1] === CR ? at - 1 : at);
  }

  #take(count: number): Uint8Array {
    const taken = this.#pending.subarray(0, count);
    this.#pending = this.#pending.subarray(count);
    return taken;
  }
}

/** Makes memory for an array, or finds some that no one needs any more. */
export type NewBuffer = (bytes: number) => ArrayBuffer;

/**
 * Takes memory for an array.
 *
 * @param bytes How many; they have been checked against the limits.
 * @param newBuffer Where they come from.
 * @throws {LimitError} If the machine has not enough of it.
 */
export function allocate(
  bytes: number,
  newBuffer: NewBuffer = (size) => new ArrayBuffer(size),
): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(newBuffer(bytes));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new LimitError(`Cannot take ${bytes} bytes of memory for an array: ${error.message}`, {
      cause: error,
    });
  }
}

/** The error of a line that does not end in time. */
export function lineTooLong(limit: number): LimitError {
  return new LimitError(`Cannot read a command: no end of the line within ${limit} bytes`);
}
