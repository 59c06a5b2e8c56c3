/** A message as it is received: collected whole, or passed on piece by piece. */

import { ClosedError, HeliographError, LimitError } from "../../net/errors.ts";
import type { MessageKind } from "./message_parser.ts";

/** A message from the peer, read once: as bytes, as text, or piece by piece. */
export interface WebSocketMessage extends AsyncIterable<Uint8Array> {
  /** Text is valid UTF-8, checked while it arrives; binary is bytes of any kind. */
  readonly kind: MessageKind;
  /**
   * Reads all of it.
   *
   * @returns The bytes, which belong to the caller; of a text message, its UTF-8.
   * @throws {ProtocolError} If the connection fails before its end, or another
   * error of the family that says how it failed.
   */
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Reads all of it as text.
   *
   * @returns The text; of a binary message, its bytes read as UTF-8.
   */
  text(): Promise<string>;
  /** The pieces as they come, each in memory of its own. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>>;
  /**
   * The pieces as they come, without a copy: each is valid until the next is
   * asked for. The peer is held back while a piece is worked on.
   */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array>;
}

/** What is kept of a message before anyone says how to read it. */
const HELD_BYTES = 65_536;
/** What is reserved at once for a message that is collected. */
const FIRST_BYTES = 262_144;
/** Up to this length the memory of a message of several frames grows fourfold. */
const QUICK_BYTES = 1_048_576;
const NOTHING = new Uint8Array(0);
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The place where the connection, which puts pieces in, and the reader of a
 * message meet. Nothing is taken from the network that nobody waits for, but for
 * the first 64 KiB.
 */
export class ReceivedMessage implements WebSocketMessage {
  /** Bytes that count against the connection's queue. */
  counted = 0;
  #mode: "held" | "whole" | "pieces" | "dropped" = "held";
  #store: Uint8Array<ArrayBuffer> = NOTHING;
  #length = 0;
  #ended = false;
  #failure: Error | undefined;
  /** A piece that the reader has not finished with, and what the connection waits for. */
  #offered: Uint8Array | undefined;
  #accepted: (() => void) | undefined;
  /** What the reader waits for. */
  #wake: (() => void) | undefined;

  constructor(readonly kind: MessageKind) {}

  /** Whether all of it has arrived, or never will. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Bytes that are collected. */
  get length(): number {
    return this.#length;
  }

  /** Takes a piece; a promise says when its memory is free, undefined that it is already. */
  put(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#mode === "dropped" || this.#ended) return undefined;
    if (
      this.#mode === "whole" ||
      (this.#mode === "held" && this.#length + bytes.length <= HELD_BYTES)
    ) {
      this.#append(bytes);
      return undefined;
    }
    this.#offered = bytes;
    const accepted = new Promise<void>((resolve) => this.#accepted = resolve);
    this.#wake?.();
    return accepted;
  }

  /**
   * Where the connection may receive right into, if the message is collected.
   *
   * @param announced Bytes that the frame still has.
   * @param last Whether the message ends with the frame.
   */
  reserve(announced: number, last: boolean): Uint8Array | undefined {
    if (this.#mode !== "whole" || this.#ended) return undefined;
    if (this.#length === this.#store.length) this.#reserveMore(announced, last);
    return this.#store.subarray(this.#length, this.#length + announced);
  }

  /**
   * Makes room in proportion to what has arrived, not to what is announced: after
   * the first 256 KiB at most eight times as much, or twice where more frames may
   * follow. Few steps are what makes large messages fast: each one copies.
   */
  #reserveMore(announced: number, last: boolean): void {
    const least = this.#length + Math.min(announced, FIRST_BYTES);
    const factor = last ? 8 : this.#length < QUICK_BYTES ? 4 : 2;
    const most = last ? this.#length + announced : Infinity;
    const size = Math.min(most, factor * this.#length);
    this.#resize(Math.max(least, size));
  }

  /** Bytes were received into what {@linkcode ReceivedMessage.reserve} gave. */
  advance(count: number): void {
    this.#length += count;
  }

  /** The message is complete. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** The connection failed before the message was complete. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#failure = error;
    this.end();
    this.#release();
  }

  /** Nobody reads the rest. */
  drop(): void {
    this.#mode = "dropped";
    this.#store = NOTHING;
    this.#release();
  }

  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    this.#choose("whole");
    if (this.#offered !== undefined) {
      this.#append(this.#offered);
      this.#release();
    }
    if (this.#ended) return this.#whole();
    return this.#arrival().then(() => this.#whole());
  }

  async text(): Promise<string> {
    const bytes = await this.bytes();
    try {
      return decoder.decode(bytes);
    } catch (error) {
      throw new LimitError(
        `Cannot make one string of a message of ${bytes.length} bytes: read it in pieces`,
        { cause: error },
      );
    }
  }

  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const pieces = this[Symbol.asyncIterator]();
    return new ReadableStream({
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value.slice());
      },
      async cancel() {
        await pieces.return?.();
      },
    }, { highWaterMark: 0 });
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    this.#choose("pieces");
    return {
      next: () => this.#nextPiece(),
      return: () => {
        this.drop();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  async #nextPiece(): Promise<IteratorResult<Uint8Array>> {
    if (this.#mode === "dropped") return { done: true, value: undefined };
    if (this.#length > 0) {
      const held = this.#store.subarray(0, this.#length);
      this.#store = NOTHING;
      this.#length = 0;
      return { done: false, value: held };
    }
    if (this.#passed) {
      this.#passed = false;
      this.#release();
    }
    while (this.#offered === undefined && !this.#ended) await this.#arrival();
    if (this.#offered !== undefined) {
      this.#passed = true;
      return { done: false, value: this.#offered };
    }
    if (this.#failure !== undefined) throw this.#failure;
    return { done: true, value: undefined };
  }

  /** Whether the reader works on the offered piece. */
  #passed = false;

  #choose(mode: "whole" | "pieces"): void {
    if (this.#mode === "dropped") {
      throw new ClosedError("Cannot read a message: the next one was asked for already");
    }
    if (this.#mode !== "held") throw new HeliographError("Cannot read a message twice");
    this.#mode = mode;
  }

  #whole(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    // Memory that was reserved for more is given back where that is worth a copy.
    if (2 * this.#length < this.#store.length) this.#resize(this.#length);
    return Promise.resolve(
      this.#length === 0 ? new Uint8Array(0) : this.#store.subarray(0, this.#length),
    );
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => this.#wake = resolve);
  }

  #release(): void {
    this.#offered = undefined;
    const accepted = this.#accepted;
    this.#accepted = undefined;
    accepted?.();
  }

  #append(bytes: Uint8Array): void {
    const needed = this.#length + bytes.length;
    if (needed > this.#store.length) this.#resize(Math.max(needed, 2 * this.#length));
    this.#store.set(bytes, this.#length);
    this.#length = needed;
  }

  #resize(size: number): void {
    this.#store = new Uint8Array(
      this.#length === 0 ? new ArrayBuffer(size) : this.#store.buffer.transfer(size),
    );
  }
}
