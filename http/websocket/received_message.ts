/** A message as it is received: collected whole, or passed on piece by piece. */

import { ClosedError, HeliographError, LimitError } from "../../net/errors.ts";
import { CollectedBytes } from "../message/collected_bytes.ts";
import type { MessageKind } from "./frames/message_parser.ts";

/** A message from the peer, read once: as bytes, as text, or piece by piece. */
export interface WebSocketMessage extends AsyncIterable<Uint8Array> {
  /** Text is valid UTF-8, checked while it arrives; binary is bytes of any kind. */
  readonly kind: MessageKind;
  /**
   * How many bytes it has, if its head says so: if it comes in one frame and is not
   * compressed. Nothing of it may have arrived yet.
   */
  readonly size?: number | undefined;
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
const MAX_HELD_BYTES = 65_536;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The place where the connection, which puts pieces in, and the reader of a
 * message meet. Nothing is taken from the network that no one waits for, but for
 * the first 64 KiB.
 */
export class ReceivedMessage implements WebSocketMessage {
  /** Text or binary. */
  readonly kind: MessageKind;
  /** Its bytes, if the head of its only frame tells. */
  readonly size: number | undefined;
  /** Bytes of the largest message that the peer has sent before. */
  readonly earned: number;
  /** Bytes that count against the connection's queue. */
  counted = 0;
  #mode: "held" | "whole" | "pieces" | "dropped" = "held";
  readonly #collected: CollectedBytes;
  #ended = false;
  #failure: Error | undefined;
  /** A piece that the reader has not finished with, and what the connection waits for. */
  #offered: Uint8Array | undefined;
  #accepted: (() => void) | undefined;
  /** Whether the reader works on a piece, and who waits for the end of that. */
  #passed = false;
  #done: (() => void) | undefined;
  /** What the reader waits for. */
  #wake: (() => void) | undefined;

  /**
   * Makes a message that begins.
   *
   * @param kind Text or binary.
   * @param size Its bytes, if the head of its only frame tells.
   * @param earned Bytes of the largest message that the peer has sent before.
   */
  constructor(kind: MessageKind, size?: number, earned = 0) {
    this.kind = kind;
    this.size = size;
    this.earned = earned;
    this.#collected = new CollectedBytes(earned);
  }

  /** Whether all of it has arrived, or never will. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Bytes that are collected. */
  get length(): number {
    return this.#collected.length;
  }

  /** Takes a piece; a promise says when its memory is free, undefined that it is already. */
  put(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#mode === "dropped" || this.#ended) return undefined;
    if (
      this.#mode === "whole" ||
      (this.#mode === "held" && this.length + bytes.length <= MAX_HELD_BYTES)
    ) {
      this.#collected.append(bytes, this.size);
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
   */
  reserve(announced: number): Uint8Array | undefined {
    if (this.#mode !== "whole" || this.#ended) return undefined;
    return this.#collected.room(announced, this.size);
  }

  /** Bytes were received into what {@linkcode ReceivedMessage.reserve} gave. */
  advance(count: number): void {
    this.#collected.advance(count);
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

  /** Calls back when the reader has done with the piece that it works on, if there is one. */
  whenFree(done: () => void): void {
    if (!this.#passed) return done();
    const before = this.#done;
    this.#done = () => {
      before?.();
      done();
    };
  }

  /** No one reads the rest. */
  drop(): void {
    this.#mode = "dropped";
    this.#finishPiece();
    this.#collected.take();
    this.#release();
  }

  /**
   * No one reads the rest; but the reader may still work on a piece.
   *
   * @returns Whether that is so: its memory must stay as it is then.
   */
  leave(): boolean {
    if (!this.#passed) {
      this.drop();
      return false;
    }
    this.#mode = "dropped";
    this.#release();
    return true;
  }

  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    this.#choose("whole");
    if (this.#offered !== undefined) {
      this.#collected.append(this.#offered, this.size);
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
    if (this.#mode === "dropped") {
      this.#finishPiece();
      return { done: true, value: undefined };
    }
    if (this.length > 0) return { done: false, value: this.#collected.take() };
    if (this.#passed) {
      this.#finishPiece();
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

  /** The reader has done with its piece. */
  #finishPiece(): void {
    this.#passed = false;
    this.#done?.();
    this.#done = undefined;
  }

  #choose(mode: "whole" | "pieces"): void {
    if (this.#mode === "dropped") {
      throw new ClosedError("Cannot read a message: the next one was asked for already");
    }
    if (this.#mode !== "held") throw new HeliographError("Cannot read a message twice");
    this.#mode = mode;
  }

  #whole(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return Promise.resolve(this.#collected.take());
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
}
