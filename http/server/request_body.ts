import { ClosedError, HeliographError } from "../../net/errors.ts";
import { ChunkedDecoder } from "../message/chunked.ts";
import { CollectedBytes } from "../message/collected_bytes.ts";
import { HttpError } from "../message/http_error.ts";
import type { RequestHead } from "../message/request_head.ts";
import type { RequestBody } from "./types.ts";

/** The connection as the body of a request needs it. */
export interface BodySource {
  /** The bytes that have been received and not yet consumed. */
  readonly buffered: Uint8Array<ArrayBuffer>;
  /** Drops bytes from the beginning of the buffer. */
  consume(count: number): void;
  /** Tells a client that waits for it to go on (100 Continue). */
  proceed(): Promise<void>;
  /**
   * Waits for more bytes.
   *
   * @param received Bytes of this body that have come.
   * @returns False at the end of the stream.
   */
  fillBody(received: number): Promise<boolean>;
}

/** The body of a request, read from its connection. */
export class IncomingBody implements RequestBody {
  readonly length: number | undefined;
  #source: BodySource;
  #limit: number;
  #left: number;
  #decoder: ChunkedDecoder | undefined;
  #waitsForContinue: boolean;
  #received = 0;
  #taken = false;
  #busy = false;

  /**
   * Makes the body of a request.
   *
   * @param source The connection, behind the head.
   * @param head The head of the request.
   * @param limit The most bytes that are read at once where the caller names no limit.
   */
  constructor(source: BodySource, head: RequestHead, limit: number) {
    this.#source = source;
    this.#limit = limit;
    this.#left = head.contentLength;
    this.#decoder = head.framing === "chunked" ? new ChunkedDecoder() : undefined;
    this.length = this.#decoder === undefined ? head.contentLength : undefined;
    this.#waitsForContinue = head.expectContinue;
  }

  /** Whether every byte of it has been read. */
  get ended(): boolean {
    return this.#decoder === undefined ? this.#left === 0 : this.#decoder.done;
  }

  async bytes(limit: number = this.#limit): Promise<Uint8Array<ArrayBuffer>> {
    this.#take();
    if (this.length !== undefined && this.length > limit) throw tooLarge(limit);
    const collected = new CollectedBytes();
    for (let piece; (piece = await this.#next()) !== null;) {
      if (collected.length + piece.length > limit) throw tooLarge(limit);
      collected.append(piece, this.length);
    }
    return collected.take();
  }

  async text(limit: number = this.#limit): Promise<string> {
    return new TextDecoder().decode(await this.bytes(limit));
  }

  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#take();
    return new ReadableStream({
      pull: async (controller) => {
        const piece = await this.#next();
        if (piece === null) controller.close();
        else controller.enqueue(piece.slice());
      },
    }, { highWaterMark: 0 });
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Uint8Array<ArrayBuffer>> {
    this.#take();
    for (let piece; (piece = await this.#next()) !== null;) yield piece.slice();
  }

  /**
   * Whether what is left may be short enough to be read and dropped.
   *
   * @param most The most bytes that are worth it.
   */
  worthDraining(most: number): boolean {
    // A client that was never told to proceed may send the body or not.
    return !this.#busy && !this.#waitsForContinue && this.#left <= most;
  }

  /**
   * Reads and drops what no one has read, so that the next request can follow.
   *
   * @param most The most bytes that are worth it.
   * @returns Whether the connection stands at the end of the body.
   */
  async drain(most: number): Promise<boolean> {
    if (this.ended) return true;
    if (!this.worthDraining(most)) return false;
    const before = this.#received;
    while (await this.#next() !== null) {
      if (this.#received - before > most) return false;
    }
    return true;
  }

  #take(): void {
    if (this.#taken) {
      throw new HeliographError("Cannot read the body of the request: it has been read already");
    }
    this.#taken = true;
  }

  /** The next piece of the data, as a view that is valid until the next call; null at the end. */
  async #next(): Promise<Uint8Array<ArrayBuffer> | null> {
    this.#busy = true;
    if (this.#waitsForContinue && !this.ended) {
      this.#waitsForContinue = false;
      if (this.#source.buffered.length === 0) await this.#source.proceed();
    }
    for (;;) {
      const piece = this.#takeBuffered();
      if (piece !== undefined) {
        this.#busy = false;
        this.#received += piece?.length ?? 0;
        return piece;
      }
      if (!await this.#source.fillBody(this.#received)) {
        throw new ClosedError(
          `Cannot read the body of the request: it ended after ${this.#received} bytes, ` +
            `expected ${this.length ?? "the last chunk"}`,
          { offset: this.#received },
        );
      }
    }
  }

  /** Takes data that exists already; undefined if more bytes are needed. */
  #takeBuffered(): Uint8Array<ArrayBuffer> | null | undefined {
    const decoder = this.#decoder;
    const bytes = this.#source.buffered;
    if (decoder === undefined) {
      if (this.#left === 0) return null;
      if (bytes.length === 0) return undefined;
      const count = Math.min(this.#left, bytes.length);
      this.#left -= count;
      this.#source.consume(count);
      return bytes.subarray(0, count);
    }
    const at = decoder.advance(bytes);
    const count = Math.min(decoder.remaining, bytes.length - at);
    decoder.take(count);
    this.#source.consume(at + count);
    if (count > 0) return bytes.subarray(at, at + count);
    return decoder.done ? null : undefined;
  }
}

function tooLarge(limit: number): HttpError {
  return new HttpError(413, `the body is longer than the ${limit} bytes that are allowed`);
}
