/** A stream as a source of bytes: read in order, with what may be needed again kept. */

import { checkCaps } from "../../net/caps.ts";
import { ClosedError, LimitError } from "../../net/errors.ts";
import { type FitsSource, readRunsTogether } from "./source.ts";
import type { TransferReport } from "./transfers.ts";

/** How a {@linkcode StreamSource} keeps bytes. */
export interface StreamSourceOptions {
  /** What the stream is, for messages. @default {"stream"} */
  readonly name?: string | undefined;
  /** The most bytes that are kept in memory. @default {1073741824} */
  readonly maxKeptBytes?: number | undefined;
  /** Forgets bytes before what {@linkcode FitsSource.release} names. @default {false} */
  readonly sequential?: boolean | undefined;
}

/** The most bytes of a stream that are kept without another limit. */
export const MAX_KEPT_BYTES: number = 1 << 30;

/**
 * A stream as a source.
 *
 * The stream is read only as far as somebody asks. Its bytes are kept, so that an
 * earlier HDU can be read again; a `sequential` source keeps those of the present
 * HDU alone and so takes streams of any length.
 */
export class StreamSource implements FitsSource {
  readonly name: string;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #most: number;
  readonly #costs: { readonly report?: TransferReport | undefined } | undefined;
  readonly sequential: boolean;
  /** The kept chunks in order, and where each begins. */
  #chunks: Uint8Array[] = [];
  #starts: number[] = [];
  #kept = 0;
  #received = 0;
  #ended = false;
  #closed = false;
  /** What failed, for everyone who asks later. */
  #failure: unknown;
  #pulling: Promise<void> | undefined;

  /**
   * Makes a source of a stream, which then belongs to it.
   *
   * @param stream The stream.
   * @param options Name and limits.
   * @param costs What has the report of what reading cost.
   */
  constructor(
    stream: ReadableStream<Uint8Array>,
    options: StreamSourceOptions = {},
    costs?: { readonly report?: TransferReport | undefined } | undefined,
  ) {
    this.#costs = costs;
    this.#reader = stream.getReader();
    this.name = options.name ?? "stream";
    checkCaps(options);
    this.#most = options.maxKeptBytes ?? MAX_KEPT_BYTES;
    this.sequential = options.sequential ?? false;
  }

  /** What reading has cost so far, where the stream comes from a server. */
  get report(): TransferReport | undefined {
    return this.#costs?.report;
  }

  /** The bytes in all, once the stream has ended. */
  get size(): number | undefined {
    return this.#ended ? this.#received : undefined;
  }

  /** Reads bytes: a view where they lie in one chunk, else a copy. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    await this.#receive(offset, offset + length);
    const end = Math.min(offset + length, this.#received);
    if (end <= offset) return new Uint8Array(0);
    const at = this.#chunkAt(offset);
    const within = offset - this.#starts[at]!;
    const chunk = this.#chunks[at]!;
    if (within + end - offset <= chunk.length) return chunk.subarray(within, within + end - offset);
    const joined = new Uint8Array(end - offset);
    this.#copy(offset, joined);
    return joined;
  }

  /** Reads bytes into memory of the caller. A sequential source keeps none of them. */
  async readInto(offset: number, target: Uint8Array): Promise<number> {
    if (!this.sequential) {
      await this.#receive(offset, offset + target.length);
      return this.#copy(offset, target);
    }
    let done = 0;
    while (done < target.length) {
      await this.#receive(offset + done, offset + done + 1);
      const count = this.#copy(offset + done, target.subarray(done));
      if (count === 0) break;
      done += count;
      this.#forget(offset + done);
    }
    return done;
  }

  /** Reads runs, neighbours in one piece. */
  async readRuns(offsets: ArrayLike<number>, length: number, target: Uint8Array): Promise<void> {
    await readRunsTogether(this, offsets, length, target);
  }

  /** Forgets bytes, if the source is sequential. */
  release(before: number): void {
    if (this.sequential) this.#forget(before);
  }

  /** Cancels the stream. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#chunks = [];
    this.#starts = [];
    this.#kept = 0;
    await this.#reader.cancel().catch(() => {});
  }

  /** Waits until the stream has delivered the bytes before `end`, or has ended. */
  async #receive(start: number, end: number): Promise<void> {
    if (this.#closed) {
      throw new ClosedError(`Cannot read ${this.name}: it has been closed`, { source: this.name });
    }
    while (this.#received < end && !this.#ended) {
      if (this.#failure !== undefined) throw this.#failure;
      if (this.sequential) this.#forget(Math.min(start, this.#received));
      this.#pulling ??= this.#pull().finally(() => this.#pulling = undefined);
      await this.#pulling;
    }
    const first = this.#starts[0] ?? this.#received;
    if (start < first) {
      throw new ClosedError(
        `Cannot read byte ${start} of ${this.name}: a sequential stream is kept from ` +
          `byte ${first} on`,
        { source: this.name, offset: start },
      );
    }
  }

  async #pull(): Promise<void> {
    try {
      const { value, done } = await this.#reader.read();
      if (done) {
        this.#ended = true;
        return;
      }
      if (value.length === 0) return;
      if (this.#kept + value.length > this.#most) {
        throw new LimitError(
          `Cannot keep more than ${this.#most} bytes of ${this.name}: read it sequentially, ` +
            "or raise the limit",
          { source: this.name, offset: this.#received },
        );
      }
      this.#chunks.push(value);
      this.#starts.push(this.#received);
      this.#received += value.length;
      this.#kept += value.length;
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  #copy(offset: number, target: Uint8Array): number {
    const end = Math.min(offset + target.length, this.#received);
    if (end <= offset) return 0;
    for (let i = this.#chunkAt(offset), at = offset; at < end; i++) {
      const within = at - this.#starts[i]!;
      const part = this.#chunks[i]!.subarray(within, within + end - at);
      target.set(part, at - offset);
      at += part.length;
    }
    return end - offset;
  }

  #chunkAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #forget(before: number): void {
    let count = 0;
    while (
      count < this.#chunks.length && this.#starts[count]! + this.#chunks[count]!.length <= before
    ) {
      this.#kept -= this.#chunks[count]!.length;
      count++;
    }
    if (count === 0) return;
    this.#chunks.splice(0, count);
    this.#starts.splice(0, count);
  }
}
