import { checkCaps } from "../../net/caps.ts";
import { ClosedError, HeliographError } from "../../net/errors.ts";
import { closeQuietly, formatAddress, isDisconnect, type Socket } from "../../net/socket.ts";
import {
  CLOSE_CODE,
  closeCodeOf,
  type CloseInfo,
  closeReasonOf,
  isCloseCode,
} from "./frames/close_codes.ts";
import { ClosingHandshake } from "./closing_handshake.ts";
import { Inflater } from "./deflate/stream.ts";
import { MAX_CONTROL_BYTES, OPCODE } from "./frames/head_layout.ts";
import { KeepAlive } from "./keep_alive.ts";
import type { MessageQueue } from "./message_queue.ts";
import { MessageReceiver } from "./message_receiver.ts";
import { MessageSender, type MessageSource, type SendOptions } from "./message_sender.ts";
import type { NegotiatedDeflate } from "./deflate/permessage.ts";
import type { WebSocketMessage } from "./received_message.ts";
import type { WebSocketOptions } from "./options.ts";

/** What a {@linkcode WebSocketConnection} is made from, when the opening handshake is done. */
export interface WebSocketConnectionInit {
  /** The connection; it belongs to the WebSocket from now on. */
  readonly socket: Socket;
  /** Which end this is. */
  readonly role: "server" | "client";
  /** What was received behind the handshake. */
  readonly received?: Uint8Array | undefined;
  /** The subprotocol that was chosen. */
  readonly protocol?: string | undefined;
  /** The compression that was negotiated. */
  readonly deflate?: NegotiatedDeflate | undefined;
}

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
  readonly #sender: MessageSender;
  readonly #receiver: MessageReceiver;
  readonly #queue: MessageQueue;
  readonly #keepAlive: KeepAlive;
  readonly #closing: ClosingHandshake;
  /** Whether the close code is decided: the peer has closed, or the connection fails. */
  #decided = false;
  #failure: Error | undefined;

  /**
   * Makes a WebSocket of a connection whose opening handshake is done, as
   * `upgradeWebSocket` and `connectWebSocket` do.
   *
   * @param init The connection and what was agreed on.
   * @param options Limits and deadlines.
   */
  constructor(init: WebSocketConnectionInit, options: WebSocketOptions = {}) {
    const { socket, role, deflate } = init;
    checkCaps(options);
    const { maxMessageSize = 67_108_864 } = options;
    this.#socket = socket;
    this.#role = role;
    this.protocol = init.protocol ?? "";
    this.compressed = deflate !== undefined;
    this.remote = formatAddress(socket.remoteAddr);
    const own = role === "server" ? deflate?.server : deflate?.client;
    const peers = role === "server" ? deflate?.client : deflate?.server;
    const { compression } = options;
    this.#sender = new MessageSender(socket, {
      masks: role === "client",
      deflate: own,
      threshold: (compression === false ? undefined : compression?.threshold) ?? 1_024,
      fragmentSize: options.fragmentSize,
      stallTimeout: options.stallTimeout ?? 60_000,
      source: this.remote,
      onFailure: () => this.abort(),
    });
    this.#keepAlive = new KeepAlive({
      pingInterval: options.pingInterval ?? 30_000,
      pongTimeout: options.pongTimeout ?? 30_000,
      source: this.remote,
      onQuiet: () => {
        this.#sender.rest();
        this.#sender.output.putControl(OPCODE.ping, new Uint8Array(0));
      },
      onSilence: (failure) => {
        this.#failure = failure;
        this.abort();
      },
    });
    this.#receiver = new MessageReceiver(socket, {
      role,
      maxMessageSize,
      maxFrameSize: options.maxFrameSize ?? maxMessageSize,
      inflater: peers === undefined ? undefined : () => new Inflater(peers),
      received: init.received,
      output: this.#sender.output,
      keepAlive: this.#keepAlive,
      source: this.remote,
    });
    this.#queue = this.#receiver.queue;
    this.#closing = new ClosingHandshake({
      socket,
      sender: this.#sender,
      timeout: options.closeTimeout ?? 5_000,
      onLate: () => this.abort(),
    });
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
    if (this.#closing.begun) {
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
    return this.#queue.receive();
  }

  /** The messages, until the peer closes; see {@linkcode WebSocketConnection.receive}. */
  [Symbol.asyncIterator](): AsyncIterator<WebSocketMessage> {
    return this.#queue[Symbol.asyncIterator]();
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
    if (this.#queue.ended) return Promise.reject(this.#failure ?? this.#gone());
    const { bytes, answer } = this.#receiver.pings.add(payload);
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
    const held = this.#queue.leave();
    if (held !== undefined) this.#receiver.leaveMemory(held);
    if (!this.#queue.ended && !this.#decided && !this.#closing.begun) {
      this.#queue.breakOff(this.#gone());
      void this.#sendClose(code, reason);
    }
    return this.closed;
  }

  /** Ends the connection at once, without a closing handshake. */
  abort(): void {
    closeQuietly(this.#socket);
    this.#queue.breakOff(this.#gone());
    this.#queue.shut();
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
      info = await this.#answerClose(await this.#receiver.untilClose());
    } catch (error) {
      failure = this.#closing.begun && isDisconnect(error) ? undefined : this.#explain(error);
      info = await this.#failConnection(failure, error);
    }
    this.#endReceiving(failure);
    this.#end();
    return info;
  }

  /** Answers the peer's close frame. */
  async #answerClose({ code, reason }: { code: number; reason: string }): Promise<CloseInfo> {
    // The server ends the connection first (RFC 6455 section 7.1.1).
    const ends = this.#role === "server" ? "this" : "peer";
    await this.#shakeHands(code, "", { ends });
    return { code, reason, clean: true };
  }

  /** Says why the connection ends, if there is anyone to say it to. */
  async #failConnection(failure: Error | undefined, error: unknown): Promise<CloseInfo> {
    if (failure === undefined || isDisconnect(error) || this.#failure !== undefined) {
      return { code: CLOSE_CODE.abnormal, reason: "", clean: false };
    }
    const code = closeCodeOf(failure);
    const reason = closeReasonOf(failure);
    await this.#shakeHands(code, reason, { ends: "this", failure });
    return { code, reason, clean: false };
  }

  /** Closes when what the peer sent before has been worked on. */
  async #shakeHands(
    code: number,
    reason: string,
    { ends, failure }: { ends: "this" | "peer"; failure?: Error | undefined },
  ): Promise<void> {
    this.#decided = true;
    this.#queue.breakOff(failure ?? this.#gone());
    await this.#closing.untilWorkedOn(this.#queue);
    if (!this.#closing.begun) await this.#sendClose(code, reason);
    this.#endReceiving(failure);
    await this.#closing.linger(ends);
  }

  #sendClose(code: number, reason: string): Promise<void> {
    this.#keepAlive.end();
    this.#queue.shut();
    return this.#closing.send(code, reason);
  }

  /** A source failed in the middle of its message. */
  #abandon(error: unknown): void {
    if (this.#closing.begun || this.#queue.ended) return;
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
        offset: this.#receiver.position,
      });
    }
    return error instanceof Error ? error : new HeliographError(String(error));
  }

  #gone(): ClosedError {
    return new ClosedError(`The connection to ${this.remote} is closed`, { source: this.remote });
  }

  /** Tells the receiver that nothing more comes. */
  #endReceiving(failure: Error | undefined): void {
    if (this.#queue.ended) return;
    this.#failure ??= failure;
    this.#queue.breakOff(this.#failure ?? this.#gone());
    this.#queue.end(this.#failure);
  }

  #end(): void {
    closeQuietly(this.#socket);
    const gone = this.#failure ?? this.#gone();
    this.#keepAlive.end();
    this.#closing.end();
    this.#sender.end(gone);
    this.#receiver.end(gone);
  }
}
