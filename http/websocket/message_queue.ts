/** The messages that have come: who receives them, and how many may wait. */

import type { MessageKind } from "./frames/message_parser.ts";
import { ReceivedMessage, type WebSocketMessage } from "./received_message.ts";

/** What messages may wait to be received before the peer is held back. */
const MAX_QUEUED = 256;
const MAX_QUEUED_BYTES = 262_144;

/**
 * Where the connection, which reads messages, and the receiver meet.
 *
 * A message is there from its beginning, while it still arrives, until the next one is
 * asked for: then no one works on it any more.
 */
export class MessageQueue implements AsyncIterable<WebSocketMessage> {
  readonly #waiting: ReceivedMessage[] = [];
  #waitingBytes = 0;
  readonly #receivers: PromiseWithResolvers<WebSocketMessage | undefined>[] = [];
  #arriving: ReceivedMessage | undefined;
  /** The message that was received last. */
  #taken: ReceivedMessage | undefined;
  #looping = false;
  /** Bytes of the longest message that has come. */
  #earned = 0;
  #shut = false;
  #ended = false;
  #failure: Error | undefined;
  /** What the connection, which waits for one thing at a time, waits for. */
  #wake: (() => void) | undefined;

  /** The message that has begun and not ended. */
  get arriving(): ReceivedMessage | undefined {
    return this.#arriving;
  }

  /** Whether as much waits as may; then {@linkcode MessageQueue.room} is waited for. */
  get full(): boolean {
    return !this.#shut &&
      (this.#waiting.length >= MAX_QUEUED || this.#waitingBytes >= MAX_QUEUED_BYTES);
  }

  /** Whether a loop takes the messages, which will ask for the next. */
  get looping(): boolean {
    return this.#looping;
  }

  /** Whether nothing more comes. */
  get ended(): boolean {
    return this.#ended;
  }

  /** A message begins; its bytes go to {@linkcode MessageQueue.arriving}. */
  begin(kind: MessageKind, size: number | undefined): ReceivedMessage {
    const message = new ReceivedMessage(kind, size, this.#earned);
    this.#arriving = message;
    if (this.#shut) {
      message.drop();
      return message;
    }
    const receiver = this.#receivers.shift();
    if (receiver === undefined) {
      this.#waiting.push(message);
    } else {
      this.#taken = message;
      receiver.resolve(message);
    }
    return message;
  }

  /**
   * The arriving message is complete.
   *
   * @param bytes All that came of it.
   */
  finish(bytes: number): void {
    const message = this.#arriving;
    if (message === undefined) return;
    this.#arriving = undefined;
    if (message !== this.#taken) {
      message.counted = message.length;
      this.#waitingBytes += message.length;
    }
    this.#earned = Math.max(this.#earned, bytes);
    message.end();
  }

  /** The arriving message will not be completed. */
  breakOff(failure: Error): void {
    if (this.#arriving === undefined) return;
    this.#arriving.fail(failure);
    if (this.#taken === this.#arriving) this.#taken = undefined;
    this.#arriving = undefined;
  }

  /** Gives the next message as soon as it begins; undefined when no more comes. */
  receive(): Promise<WebSocketMessage | undefined> {
    this.forget();
    const message = this.#waiting.shift();
    if (message !== undefined) {
      this.#waitingBytes -= message.counted;
      message.counted = 0;
      this.#taken = message;
      return Promise.resolve(message);
    }
    if (this.#ended) {
      return this.#failure === undefined
        ? Promise.resolve(undefined)
        : Promise.reject(this.#failure);
    }
    const receiver = Promise.withResolvers<WebSocketMessage | undefined>();
    this.#receivers.push(receiver);
    return receiver.promise;
  }

  /** The messages, until no more comes. */
  async *[Symbol.asyncIterator](): AsyncIterator<WebSocketMessage> {
    this.#looping = true;
    try {
      for (let message = await this.receive(); message !== undefined;) {
        yield message;
        message = await this.receive();
      }
    } finally {
      this.#looping = false;
      this.forget();
    }
  }

  /** No one works on the last message any more. */
  forget(): void {
    if (this.#taken?.ended === false) this.#taken.drop();
    this.#taken = undefined;
    this.#wake?.();
  }

  /**
   * The connection is closed, whatever is made of the last message.
   *
   * @returns The message, if a piece of it is still worked on.
   */
  leave(): ReceivedMessage | undefined {
    const message = this.#taken;
    const held = message?.ended === false && message.leave() ? message : undefined;
    this.#taken = undefined;
    this.#wake?.();
    return held;
  }

  /** Resolves when more may wait. */
  async room(): Promise<void> {
    while (this.full) await this.#change();
  }

  /** Resolves when every message has been worked on. */
  async workedOn(): Promise<void> {
    while (!this.#shut && (this.#waiting.length > 0 || this.#taken !== undefined)) {
      await this.#change();
    }
  }

  /** Drops the messages that begin from now on, and lets the connection wait for no one. */
  shut(): void {
    this.#shut = true;
    this.#wake?.();
  }

  /**
   * Tells the receiver that nothing more comes.
   *
   * @param failure Why, if that is an error.
   */
  end(failure: Error | undefined): void {
    this.#ended = true;
    this.#failure = failure;
    for (const { resolve, reject } of this.#receivers.splice(0)) {
      if (failure === undefined) resolve(undefined);
      else reject(failure);
    }
  }

  async #change(): Promise<void> {
    await new Promise<void>((resolve) => this.#wake = resolve);
    this.#wake = undefined;
  }
}
