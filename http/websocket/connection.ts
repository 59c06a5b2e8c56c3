import { Deadline } from "../../net/deadline.ts";
import { ClosedError, HeliographError, TimeoutError } from "../../net/errors.ts";
import { closeQuietly, formatAddress, isDisconnect, type Socket } from "../../net/socket.ts";
import {
  CLOSE_CODE,
  closeCodeOf,
  type CloseInfo,
  closeReasonOf,
  fittingReason,
  isCloseCode,
} from "./close_codes.ts";
import { Inflater } from "./deflate_stream.ts";
import { MAX_CONTROL_BYTES, OPCODE } from "./frame_header.ts";
import { type MessageKind, MessageParser } from "./message_parser.ts";
import { MessageSender, type MessageSource, type SendOptions } from "./message_sender.ts";
import { OpenPings } from "./open_pings.ts";
import type { NegotiatedDeflate } from "./permessage_deflate.ts";
import { ReceivedMessage, type WebSocketMessage } from "./received_message.ts";
import type { WebSocketOptions } from "./websocket_options.ts";

/** What a {@linkcode WebSocketConnection} is made from, when the opening handshake is done. */
export interface WebSocketConnectionInit {
  /** The connection; it belongs to the WebSocket from now on. */
  readonly socket: Socket;
  /** Which end this is. */
  readonly role: "server" | "client";
  /** What was received behind the handshake. */
  readonly received?: Uint8Array;
  /** The subprotocol that was chosen. */
  readonly protocol?: string;
  /** The compression that was negotiated. */
  readonly deflate?: NegotiatedDeflate | undefined;
}

/** The smallest buffer, and all that an idle connection holds; it grows while reads fill it. */
const LEAST_READ = 4_096;
const MOST_READ = 262_144;
/** So many reads in a row must need no more than the least before the buffer shrinks. */
const SHORT_READS = 8;
/** From this many bytes on a collected message is received right where it belongs. */
const DIRECT_FROM = 16_384;
/** What messages may wait to be received before the peer is held back. */
const MOST_QUEUED = 256;
const MOST_QUEUED_BYTES = 262_144;
/**
 * How long a close frame waits for whoever took a message and has not asked for the
 * next: a loop will ask, and may answer before that; a single receive() may not.
 */
const ANSWER_MS = 250;
/** How long what a peer sends after a failure is read, so that it can read the close frame. */
const LINGER_MS = 1_000;

/**
 * A WebSocket, either end of it.
 *
 * Messages are received in order with {@linkcode WebSocketConnection.receive} or
 * `for await`; pings are answered meanwhile. Both directions have back-pressure:
 * {@linkcode WebSocketConnection.send} waits for a peer that reads slowly, and a
 * peer is held back while its messages wait to be received.
 *
 * @example
 * ```ts
 * import { connectWebSocket, serveHttp, upgradeWebSocket } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await serveHttp({ port: 0 }, (request) =>
 *   upgradeWebSocket(request, {
 *     handler: async (connection) => {
 *       for await (const message of connection) {
 *         await connection.send(await message.text());
 *       }
 *     },
 *   }));
 * await using connection = await connectWebSocket(`ws://localhost:${server.address.port}/`);
 * await connection.send("Hello");
 * assertEquals(await (await connection.receive())?.text(), "Hello");
 * ```
 */
export class WebSocketConnection implements AsyncIterable<WebSocketMessage>, AsyncDisposable {
  /** The subprotocol that was chosen; empty for none. */
  readonly protocol: string;
  /** Whether messages may be compressed. */
  readonly compressed: boolean;
  /** The address of the peer, for messages. */
  readonly remote: string;
  /** How the connection ended; resolves when it has, and never fails. */
  readonly closed: Promise<CloseInfo>;

  readonly #socket: Socket;
  readonly #role: "server" | "client";
  readonly #options: Required<
    Omit<WebSocketOptions, "compression" | "maxFrameSize" | "fragmentSize">
  >;
  readonly #parser: MessageParser;
  readonly #sender: MessageSender;
  #deadline: Deadline;
  #closing: Deadline | undefined;

  #buffer = new Uint8Array(LEAST_READ);
  #readSize = LEAST_READ;
  #shortReads = 0;
  #current: ReceivedMessage | undefined;
  readonly #queue: ReceivedMessage[] = [];
  #queuedBytes = 0;
  readonly #receivers: PromiseWithResolvers<WebSocketMessage | undefined>[] = [];
  /** The message that was received last. */
  #taken: ReceivedMessage | undefined;
  /** Whether a loop takes the messages. */
  #looping = false;
  #wakePump: (() => void) | undefined;
  readonly #pings = new OpenPings();
  #failure: Error | undefined;
  #ended = false;
  /** Whether the close code is decided: the peer has closed, or the connection fails. */
  #decided = false;
  #aborted = false;
  #closeSent: { code: number; reason: string } | undefined;
  #pingedAt = 0;
  /** Bytes of the longest message that has come. */
  #earned = 0;

  /**
   * Makes a WebSocket of a connection whose opening handshake is done, as
   * `upgradeWebSocket` and `connectWebSocket` do.
   *
   * @param init The connection and what was agreed on.
   * @param options Limits and deadlines.
   */
  constructor(init: WebSocketConnectionInit, options: WebSocketOptions = {}) {
    const { socket, role, deflate } = init;
    const { maxMessageSize = 67_108_864 } = options;
    this.#options = {
      maxMessageSize,
      pingInterval: options.pingInterval ?? 30_000,
      pongTimeout: options.pongTimeout ?? 30_000,
      stallTimeout: options.stallTimeout ?? 60_000,
      closeTimeout: options.closeTimeout ?? 5_000,
    };
    this.#socket = socket;
    this.#role = role;
    this.protocol = init.protocol ?? "";
    this.compressed = deflate !== undefined;
    this.remote = formatAddress(socket.remoteAddr);
    const own = role === "server" ? deflate?.server : deflate?.client;
    const peers = role === "server" ? deflate?.client : deflate?.server;
    const { compression } = options;
    this.#parser = new MessageParser({
      role,
      maxMessageSize,
      maxFrameSize: options.maxFrameSize ?? maxMessageSize,
      inflater: peers === undefined ? undefined : () => new Inflater(peers),
    });
    this.#sender = new MessageSender(socket, {
      masks: role === "client",
      deflate: own,
      threshold: (compression === false ? undefined : compression?.threshold) ?? 1_024,
      fragmentSize: options.fragmentSize,
      stallTimeout: this.#options.stallTimeout,
      source: this.remote,
      onFailure: () => this.abort(),
    });
    this.#deadline = new Deadline(() => this.#quiet());
    if (init.received !== undefined && init.received.length > 0) {
      this.#parser.feed(init.received.slice());
    }
    this.closed = this.#pump();
  }

  /** Bytes that wait to be sent. */
  get bufferedAmount(): number {
    return this.#sender.output.queued;
  }

  /**
   * Sends a message.
   *
   * @param source Text, bytes, or a stream of bytes for a message of any length. Bytes
   * must stay as they are until the promise resolves.
   * @param options Text or binary, compressed or not.
   * @returns Resolves when the bytes are with the system, or so few wait for it that
   * more can be sent: who waits for it never queues more than 64 KiB.
   * @throws {ClosedError} If the connection is closed.
   * @throws {FormatError} If the bytes of a text message are not UTF-8.
   * @throws {TimeoutError} If the peer takes nothing for the `stallTimeout`.
   */
  send(source: MessageSource, options: SendOptions = {}): Promise<void> {
    if (this.#closeSent !== undefined) {
      return Promise.reject(
        new ClosedError(`Cannot send to ${this.remote}: the connection is closing`, {
          source: this.remote,
        }),
      );
    }
    const sent = this.#sender.send(source, options);
    if (typeof source === "string" || source instanceof Uint8Array) return sent;
    return sent.catch((error) => {
      // A message that was begun cannot be taken back: only closing tells the peer.
      if (this.#sender.partial) this.#abandon(error);
      throw error;
    });
  }

  /**
   * Receives the next message.
   *
   * What was not read of the message before is dropped.
   *
   * @returns The message as soon as it begins; undefined when the peer has closed.
   * @throws {ProtocolError} If the peer breaks the protocol.
   * @throws {LimitError} If a message is over the limit.
   * @throws {ClosedError} If the connection is lost without a closing handshake.
   */
  receive(): Promise<WebSocketMessage | undefined> {
    this.#forget();
    const message = this.#queue.shift();
    if (message !== undefined) {
      this.#queuedBytes -= message.counted;
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

  /** Nobody works on the last message any more. */
  #forget(): void {
    if (this.#taken?.ended === false) this.#taken.drop();
    this.#taken = undefined;
    this.#wakePump?.();
  }

  /** The messages, until the peer closes; see {@linkcode WebSocketConnection.receive}. */
  async *[Symbol.asyncIterator](): AsyncIterator<WebSocketMessage> {
    this.#looping = true;
    try {
      for (let message = await this.receive(); message !== undefined;) {
        yield message;
        message = await this.receive();
      }
    } finally {
      this.#looping = false;
      this.#forget();
    }
  }

  /**
   * Pings the peer.
   *
   * @param payload At most 125 bytes, by default a number.
   * @returns The milliseconds until the answer.
   * @throws {ClosedError} If the connection ends before the answer.
   */
  ping(payload?: Uint8Array): Promise<number> {
    if (payload !== undefined && payload.length > MAX_CONTROL_BYTES) {
      return Promise.reject(
        new HeliographError(
          `Cannot ping with ${payload.length} bytes: at most ${MAX_CONTROL_BYTES} fit`,
        ),
      );
    }
    if (this.#ended) return Promise.reject(this.#failure ?? this.#gone());
    const { bytes, answer } = this.#pings.add(payload);
    this.#sender.output.putControl(OPCODE.ping, bytes);
    return answer;
  }

  /**
   * Closes the connection: sends the close frame behind what is being sent, and
   * waits for the peer's. Messages that arrive meanwhile are dropped.
   *
   * @param code 1000 to 1014 where allowed on the wire, or 3000 to 4999.
   * @param reason At most 123 bytes of UTF-8; a longer one is cut.
   * @returns How the connection ended.
   * @throws {HeliographError} If the code may not be sent.
   */
  close(code: number = CLOSE_CODE.normal, reason = ""): Promise<CloseInfo> {
    if (!isCloseCode(code)) {
      return Promise.reject(
        new HeliographError(`Cannot close with code ${code}: it may not be sent (RFC 6455, 7.4)`),
      );
    }
    this.#forget();
    if (!this.#ended && !this.#decided && this.#closeSent === undefined) {
      this.#current?.fail(this.#gone());
      void this.#sendClose(code, reason);
    }
    return this.closed;
  }

  /** Ends the connection at once, without a closing handshake. */
  abort(): void {
    this.#aborted = true;
    closeQuietly(this.#socket);
    this.#breakOff(this.#gone());
    this.#wakePump?.();
  }

  /** Closes the connection with 1000 and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Reads until the connection ends, and ends it. */
  async #pump(): Promise<CloseInfo> {
    let info: CloseInfo;
    let failure: Error | undefined;
    try {
      await this.#readMessages();
      info = await this.#answerClose();
    } catch (error) {
      failure = this.#closeSent !== undefined && isDisconnect(error)
        ? undefined
        : this.#explain(error);
      info = await this.#failConnection(failure, error);
    }
    this.#endReceiving(failure);
    this.#end();
    return info;
  }

  /** Takes events until the peer's close frame. */
  async #readMessages(): Promise<void> {
    const parser = this.#parser;
    for (;;) {
      switch (parser.next()) {
        case "need-data":
          await this.#fill();
          break;
        case "message":
          if (this.#queueIsFull()) await this.#untilRoom();
          this.#begin(parser.kind);
          break;
        case "data": {
          const busy = this.#current?.put(parser.data);
          if (busy !== undefined) await busy;
          break;
        }
        case "end":
          this.#finishMessage();
          break;
        case "ping":
          this.#sender.output.putControl(OPCODE.pong, parser.data);
          // A peer that pings and never reads is not listened to any more.
          if (this.#sender.output.full) await this.#sender.output.room();
          break;
        case "pong":
          this.#pings.answer(parser.data);
          break;
        case "close":
          return;
      }
    }
  }

  async #fill(): Promise<void> {
    const direct = this.#parser.directBytes;
    const target = direct >= DIRECT_FROM ? this.#current?.reserve(direct) : undefined;
    if (target !== undefined) {
      const bytes = target.subarray(0, await this.#read(target));
      this.#parser.takeDirect(bytes);
      this.#current!.advance(bytes.length);
      return;
    }
    if (this.#buffer.length !== this.#readSize) this.#buffer = new Uint8Array(this.#readSize);
    const count = await this.#read(this.#buffer);
    const idle = !this.#parser.inMessage;
    // Reads that fill the buffer ask for a larger one; a connection at rest keeps the least.
    if (count === this.#readSize) this.#readSize = Math.min(MOST_READ, 4 * this.#readSize);
    else if (idle && count <= LEAST_READ && ++this.#shortReads > SHORT_READS) {
      this.#readSize = LEAST_READ;
    }
    if (count > LEAST_READ) this.#shortReads = 0;
    this.#parser.feed(this.#buffer.subarray(0, count));
  }

  async #read(target: Uint8Array): Promise<number> {
    if (this.#options.pingInterval > 0 && this.#closing === undefined) {
      this.#deadline.set(this.#options.pingInterval);
    }
    const count = await this.#socket.read(target);
    this.#deadline.clear();
    this.#sender.output.answers();
    this.#pingedAt = 0;
    if (count === null) {
      throw new ClosedError(`The connection to ${this.remote} ended without a close frame`, {
        source: this.remote,
        offset: this.#parser.position,
      });
    }
    return count;
  }

  /** Nothing came for a while: first a ping, then the end. */
  #quiet(): void {
    this.#deadline = new Deadline(() => this.#quiet());
    if (this.#pingedAt > 0) {
      this.#failure = new TimeoutError(
        `Cannot read from ${this.remote}: no answer to a ping within ${this.#options.pongTimeout} ms`,
        { source: this.remote },
      );
      this.abort();
      return;
    }
    this.#pingedAt = performance.now();
    this.#sender.rest();
    this.#sender.output.putControl(OPCODE.ping, new Uint8Array(0));
    this.#deadline.set(this.#options.pongTimeout);
  }

  #begin(kind: MessageKind): void {
    const message = new ReceivedMessage(kind, this.#parser.messageSize, this.#earned);
    this.#current = message;
    if (this.#closeSent !== undefined || this.#aborted) {
      message.drop();
      return;
    }
    const receiver = this.#receivers.shift();
    if (receiver === undefined) {
      this.#queue.push(message);
    } else {
      this.#taken = message;
      receiver.resolve(message);
    }
  }

  #finishMessage(): void {
    const message = this.#current;
    if (message === undefined) return;
    this.#current = undefined;
    if (message !== this.#taken) {
      message.counted = message.length;
      this.#queuedBytes += message.length;
    }
    this.#earned = Math.max(this.#earned, this.#parser.messageBytes);
    message.end();
  }

  #queueIsFull(): boolean {
    return this.#queue.length >= MOST_QUEUED || this.#queuedBytes >= MOST_QUEUED_BYTES;
  }

  async #untilRoom(): Promise<void> {
    while (this.#queueIsFull() && this.#closeSent === undefined && !this.#aborted) {
      await this.#pumpWakes();
    }
  }

  /** Waits until whoever receives has worked on every message, but not for ever. */
  async #untilWorkedOn(): Promise<void> {
    let late = false;
    const deadline = new Deadline(() => {
      late = true;
      this.#wakePump?.();
    });
    const { closeTimeout } = this.#options;
    deadline.set(this.#looping ? closeTimeout : Math.min(ANSWER_MS, closeTimeout));
    while (
      (this.#queue.length > 0 || this.#taken !== undefined) && !late &&
      this.#closeSent === undefined && !this.#aborted
    ) {
      await this.#pumpWakes();
    }
    deadline.end();
  }

  async #pumpWakes(): Promise<void> {
    await new Promise<void>((resolve) => this.#wakePump = resolve);
    this.#wakePump = undefined;
  }

  /** Answers the peer's close frame when what it sent before has been worked on. */
  async #answerClose(): Promise<CloseInfo> {
    const { closeCode: code, closeReason: reason } = this.#parser;
    this.#decided = true;
    this.#breakOff(this.#gone());
    await this.#untilWorkedOn();
    if (this.#closeSent === undefined) await this.#sendClose(code, "");
    this.#endReceiving(undefined);
    await this.#sender.output.flush().catch(() => {});
    // The server ends the connection first (RFC 6455 section 7.1.1).
    await this.#linger(this.#role === "server");
    return { code, reason, clean: true };
  }

  async #sendClose(code: number, reason: string): Promise<void> {
    this.#closeSent = { code, reason };
    this.#deadline.clear();
    this.#closing ??= new Deadline(() => this.abort());
    this.#closing.set(this.#options.closeTimeout);
    const text = new TextEncoder().encode(fittingReason(reason));
    const empty = code === CLOSE_CODE.noStatus;
    const payload = new Uint8Array(empty ? 0 : 2 + text.length);
    if (!empty) {
      payload[0] = code >>> 8;
      payload[1] = code;
      payload.set(text, 2);
    }
    // A connection that is lost meanwhile is reported by the one who reads.
    await this.#sender.sendClose(payload).catch(() => {});
  }

  /** Says why the connection ends, if there is anyone to say it to. */
  async #failConnection(failure: Error | undefined, error: unknown): Promise<CloseInfo> {
    if (failure === undefined || isDisconnect(error) || this.#failure !== undefined) {
      return { code: CLOSE_CODE.abnormal, reason: "", clean: false };
    }
    this.#decided = true;
    this.#breakOff(failure);
    await this.#untilWorkedOn();
    const code = closeCodeOf(failure);
    const reason = closeReasonOf(failure);
    if (this.#closeSent === undefined) await this.#sendClose(code, reason);
    this.#endReceiving(failure);
    await this.#sender.output.flush().catch(() => {});
    await this.#linger(true);
    return { code, reason, clean: false };
  }

  /** The message that is being received will not be completed. */
  #breakOff(failure: Error): void {
    if (this.#current === undefined) return;
    this.#current.fail(failure);
    if (this.#taken === this.#current) this.#taken = undefined;
    this.#current = undefined;
  }

  /**
   * Reads what still comes, until the peer ends the connection or time is up. Closing
   * with bytes unread would reset the connection, and the peer might never see the
   * close frame.
   */
  async #linger(endFirst: boolean): Promise<void> {
    const deadline = new Deadline(() => this.abort());
    deadline.set(Math.min(LINGER_MS, this.#options.closeTimeout));
    try {
      if (endFirst) await this.#socket.closeWrite();
      while (await this.#socket.read(this.#buffer) !== null);
    } catch (error) {
      if (!isDisconnect(error)) throw error;
    } finally {
      deadline.end();
    }
  }

  /** A source failed in the middle of its message. */
  #abandon(error: unknown): void {
    if (this.#closeSent !== undefined || this.#ended) return;
    // Within a frame there is no place for a close frame.
    if (this.#sender.output.frameOpen) return this.abort();
    void this.#sendClose(
      CLOSE_CODE.internalError,
      error instanceof HeliographError ? error.message : "",
    );
  }

  #explain(error: unknown): Error {
    if (this.#failure !== undefined) return this.#failure;
    if (error instanceof HeliographError) return error;
    if (isDisconnect(error)) {
      return new ClosedError(`The connection to ${this.remote} was lost`, {
        cause: error,
        source: this.remote,
        offset: this.#parser.position,
      });
    }
    return error instanceof Error ? error : new HeliographError(String(error));
  }

  #gone(): ClosedError {
    return new ClosedError(`The connection to ${this.remote} is closed`, { source: this.remote });
  }

  /** Tells whoever receives that nothing more comes. */
  #endReceiving(failure: Error | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure ??= failure;
    this.#breakOff(this.#failure ?? this.#gone());
    for (const { resolve, reject } of this.#receivers.splice(0)) {
      if (this.#failure === undefined) resolve(undefined);
      else reject(this.#failure);
    }
  }

  #end(): void {
    closeQuietly(this.#socket);
    const gone = this.#failure ?? this.#gone();
    this.#deadline.end();
    this.#closing?.end();
    this.#sender.end(gone);
    this.#parser.release();
    this.#pings.fail(gone);
  }
}
