/** The receiving half: what the peer sends, read and brought to where it belongs. */

import { ClosedError } from "../../net/errors.ts";
import type { Socket } from "../../net/socket.ts";
import { OPCODE } from "./frames/head_layout.ts";
import type { FrameOutput } from "./frame_output.ts";
import type { KeepAlive } from "./keep_alive.ts";
import { MessageParser, type MessageParserOptions } from "./frames/message_parser.ts";
import { MessageQueue } from "./message_queue.ts";
import { OpenPings } from "./open_pings.ts";
import type { ReceivedMessage } from "./received_message.ts";
import { ReadBuffer } from "./frames/read_buffer.ts";

/** From this many bytes on a collected message is received right where it belongs. */
const DIRECT_FROM = 16_384;

/** How a {@linkcode MessageReceiver} reads. */
export interface MessageReceiverOptions extends MessageParserOptions {
  /** What was received already. */
  readonly received: Uint8Array | undefined;
  /** Where pings are answered. */
  readonly output: FrameOutput;
  /** What watches for a peer that is gone. */
  readonly keepAlive: KeepAlive;
  /** What is read from, for error messages. */
  readonly source: string;
}

/** Makes messages of frames, answers pings, and holds back a peer that is too fast. */
export class MessageReceiver {
  /** Where the messages go. */
  readonly queue: MessageQueue = new MessageQueue();
  /** The pings that the peer has not answered. */
  readonly pings: OpenPings = new OpenPings();
  readonly #buffer = new ReadBuffer();
  readonly #socket: Socket;
  readonly #options: MessageReceiverOptions;
  readonly #parser: MessageParser;
  /** The message that began last. */
  #message: ReceivedMessage | undefined;

  /**
   * Makes a receiver, which reads nothing yet.
   *
   * @param socket The connection, open for reading.
   * @param options Limits, and who else has to do with what comes.
   */
  constructor(socket: Socket, options: MessageReceiverOptions) {
    const { received } = options;
    this.#socket = socket;
    this.#options = options;
    this.#parser = new MessageParser(options);
    if (received !== undefined && received.length > 0) this.#parser.feed(received.slice());
  }

  /** How many bytes of frames have been read. */
  get position(): number {
    return this.#parser.position;
  }

  /**
   * Reads until the peer's close frame.
   *
   * @returns What the close frame says.
   * @throws {ProtocolError} If the peer breaks the protocol, and as the parser does.
   * @throws {ClosedError} If the connection ends without a close frame.
   */
  async untilClose(): Promise<{ code: number; reason: string }> {
    const { output } = this.#options;
    const parser = this.#parser;
    const queue = this.queue;
    for (;;) {
      switch (parser.next()) {
        case "need-data":
          await this.#fill();
          break;
        case "message":
          if (queue.full) await queue.room();
          this.#message = queue.begin(parser.kind, parser.messageSize);
          break;
        case "data": {
          const busy = queue.arriving?.put(parser.data);
          if (busy !== undefined) await busy;
          break;
        }
        case "end":
          queue.finish(parser.messageBytes);
          break;
        case "ping":
          output.putControl(OPCODE.pong, parser.data);
          // A peer that pings and never reads is not listened to any more.
          if (output.full) await output.room();
          break;
        case "pong":
          this.pings.answer(parser.data);
          break;
        case "close":
          return { code: parser.closeCode, reason: parser.closeReason };
      }
    }
  }

  /** Leaves the memory of the last piece to who works on it, and receives into other memory. */
  leaveMemory(message: ReceivedMessage): void {
    this.#parser.leaveOutput();
    const release = this.#buffer.leave();
    message.whenFree(release);
  }

  /** Ends it: its memory is given back, and no ping will be answered. */
  end(error: Error): void {
    this.#parser.release();
    // The reader of the message may still work on what was received last.
    if (this.#message === undefined) this.#buffer.release();
    else this.#message.whenFree(() => this.#buffer.release());
    this.pings.fail(error);
  }

  async #fill(): Promise<void> {
    const direct = this.#parser.directBytes;
    const message = direct >= DIRECT_FROM ? this.queue.arriving : undefined;
    const target = message?.reserve(direct);
    if (message !== undefined && target !== undefined) {
      const bytes = target.subarray(0, await this.#read(target));
      this.#parser.takeDirect(bytes);
      message.advance(bytes.length);
      return;
    }
    const { inMessage } = this.#parser;
    const count = await this.#read(this.#buffer.next(inMessage));
    this.#parser.feed(this.#buffer.filled(count, !inMessage));
  }

  async #read(target: Uint8Array): Promise<number> {
    const { keepAlive, output, source } = this.#options;
    keepAlive.listen();
    const count = await this.#socket.read(target);
    keepAlive.heard();
    output.answers();
    if (count === null) {
      throw new ClosedError(`The connection to ${source} ended without a close frame`, {
        source,
        offset: this.#parser.position,
      });
    }
    return count;
  }
}
