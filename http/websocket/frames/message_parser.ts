/**
 * The receiving half of RFC 6455 as a core: bytes in, events out, no socket.
 *
 * @module
 */

import { FormatError, LimitError, ProtocolError } from "../../../net/errors.ts";
import { CLOSE_CODE, isCloseCode } from "./close_codes.ts";
import type { Inflater } from "../deflate/stream.ts";
import { FrameHeadParser } from "./head_parser.ts";
import { FIN, MAX_CONTROL_BYTES, OPCODE, RSV1 } from "./head_layout.ts";
import { applyMask } from "./masking.ts";
import { Utf8Validator } from "./utf8_validator.ts";

/** Text is UTF-8; binary is bytes of any kind. */
export type MessageKind = "text" | "binary";

/**
 * What {@linkcode MessageParser.next} found.
 *
 * - `need-data`: everything fed is consumed.
 * - `message`: a message begins; its kind is in `kind`.
 * - `data`: a piece of the message is in `data`.
 * - `end`: the message is complete.
 * - `ping`, `pong`: the payload is in `data`.
 * - `close`: code and reason are in `closeCode` and `closeReason`; nothing follows.
 */
export type ParserEvent = "need-data" | "message" | "data" | "end" | "ping" | "pong" | "close";

/** How a {@linkcode MessageParser} reads. */
export interface MessageParserOptions {
  /** Which end this is: a server demands masked frames, a client unmasked ones. */
  readonly role: "server" | "client";
  /** The most bytes of a message, after inflating. */
  readonly maxMessageSize: number;
  /** The most bytes of one frame, as it is on the wire. */
  readonly maxFrameSize: number;
  /** Makes the inflater when the first compressed message comes; without it RSV1 is refused. */
  readonly inflater?: (() => Inflater) | undefined;
}

const NOTHING = new Uint8Array(0);

/**
 * Reads frames and gives the events of the connection one by one.
 *
 * It is a pull parser without allocation: the same object tells of every event,
 * and `data` is a view of what was fed, valid until the next call. Payloads are
 * unmasked in place. Every rule of RFC 6455 sections 5 to 8 is enforced at the
 * first byte that breaks it; lengths are compared with the limits before their
 * payload is waited for.
 *
 * @example
 * ```ts
 * import { MessageParser } from "@heliograph/heliograph/websocket";
 * import { assertEquals } from "@std/assert";
 *
 * const parser = new MessageParser({ role: "client", maxMessageSize: 1e6, maxFrameSize: 1e6 });
 * parser.feed(new Uint8Array([0x81, 2, 0x48, 0x69]));
 * assertEquals(parser.next(), "message");
 * assertEquals([parser.next(), new TextDecoder().decode(parser.data)], ["data", "Hi"]);
 * assertEquals([parser.next(), parser.next()], ["end", "need-data"]);
 * ```
 */
export class MessageParser {
  /** The kind of the message that began last. */
  kind: MessageKind = "binary";
  /** The bytes of the last `data`, `ping` or `pong`, valid until the next call. */
  data: Uint8Array = NOTHING;
  /** The code of the close frame; 1005 if it has none. */
  closeCode: number = CLOSE_CODE.noStatus;
  /** The reason of the close frame. */
  closeReason: string = "";

  readonly #masks: boolean;
  readonly #maxMessageSize: number;
  readonly #maxFrameSize: number;
  readonly #makeInflater: (() => Inflater) | undefined;
  readonly #utf8 = new Utf8Validator();
  #inflater: Inflater | undefined;

  #input: Uint8Array = NOTHING;
  #at = 0;
  #consumed = 0;
  readonly #head: FrameHeadParser;
  #control: Uint8Array | undefined;

  #opcode = 0;
  #final = false;
  #remaining = 0;
  #payloadLength = 0;
  #inFrame = false;
  #inMessage = false;
  #compressed = false;
  #inflating = false;
  #ending = false;
  #size = 0;
  #closed = false;

  /**
   * Makes a parser.
   *
   * @param options Role and limits.
   */
  constructor(options: MessageParserOptions) {
    this.#masks = options.role === "server";
    this.#maxMessageSize = options.maxMessageSize;
    this.#maxFrameSize = options.maxFrameSize;
    this.#makeInflater = options.inflater;
    this.#head = new FrameHeadParser(this.#masks, options.inflater !== undefined);
  }

  /** Whether a message has begun and not ended. */
  get inMessage(): boolean {
    return this.#inMessage;
  }

  /** Whether a frame has begun and not ended, its head included. */
  get inFrame(): boolean {
    return this.#inFrame || this.#head.begun;
  }

  /** How many bytes have been consumed since the beginning. */
  get position(): number {
    return this.#consumed + this.#at;
  }

  /**
   * How many bytes can be received right where the message is collected: those
   * that the current frame still has, if they are plain payload of a message and
   * nothing that was fed is left.
   */
  get directBytes(): number {
    const plain = this.#inFrame && this.#opcode < OPCODE.close && !this.#compressed;
    return plain && this.#at === this.#input.length ? this.#remaining : 0;
  }

  /** Bytes that have come of the message that began last. */
  get messageBytes(): number {
    return this.#size;
  }

  /** The bytes of the message that began last, if its head tells: one frame, not compressed. */
  get messageSize(): number | undefined {
    return this.#final && !this.#compressed ? this.#payloadLength : undefined;
  }

  /**
   * Gives the parser the next bytes; the earlier ones must be consumed.
   *
   * @param bytes What was received. Its payloads are unmasked in place.
   */
  feed(bytes: Uint8Array): void {
    if (this.#at < this.#input.length) throw new Error("Cannot feed: earlier bytes are left");
    this.#consumed += this.#input.length;
    this.#input = bytes;
    // Nothing counts behind a close frame (RFC 6455 section 5.5.1).
    this.#at = this.#closed ? bytes.length : 0;
  }

  /**
   * Tells the parser of payload that was received where it belongs, at most
   * {@linkcode MessageParser.directBytes}. It is unmasked and validated there.
   *
   * @param bytes The payload; the caller needs no event for it.
   */
  takeDirect(bytes: Uint8Array): void {
    this.#unmask(bytes);
    this.#consumed += bytes.length;
    this.#check(bytes);
  }

  /**
   * Finds the next event.
   *
   * @returns What it is.
   * @throws {ProtocolError} If the peer breaks the protocol (close code 1002).
   * @throws {FormatError} If text is not UTF-8 or cannot be inflated (1007).
   * @throws {LimitError} If a message or a frame is too long (1009).
   */
  next(): ParserEvent {
    for (;;) {
      if (this.#inflating) {
        if (this.#inflateMore()) return "data";
      } else if (this.#ending) {
        return this.#endMessage();
      } else if (this.#inFrame) {
        const event = this.#opcode >= OPCODE.close ? this.#readControl() : this.#readPayload();
        if (event !== undefined) return event;
      } else {
        if (this.#closed || !this.#readHead()) return "need-data";
        if (this.#startFrame()) return "message";
      }
    }
  }

  /** Leaves the last piece of a compressed message as it is: the next has other memory. */
  leaveOutput(): void {
    this.#inflater?.leaveOutput();
  }

  /** Gives back the memory of the inflater. */
  release(): void {
    this.#inflater?.close();
    this.#inflater = undefined;
  }

  /** Reads the head of a frame; false if it is not all there. */
  #readHead(): boolean {
    const head = this.#head;
    while (this.#at < this.#input.length) {
      if (head.push(this.#input[this.#at++]!, this.#inMessage)) return true;
      if (head.fault !== undefined) throw this.#broken(head.fault);
    }
    return false;
  }

  /** Enters the frame whose head was read; true if a message begins with it. */
  #startFrame(): boolean {
    const { first, length } = this.#head;
    this.#opcode = first & 0x0f;
    this.#final = (first & FIN) !== 0;
    this.#remaining = this.#payloadLength = length;
    this.#inFrame = true;
    if (this.#opcode >= OPCODE.close) return false;
    if (this.#opcode !== OPCODE.continuation) {
      this.#inMessage = true;
      this.#compressed = (first & RSV1) !== 0;
      this.#size = 0;
      this.kind = this.#opcode === OPCODE.text ? "text" : "binary";
    }
    if (this.#payloadLength > this.#maxFrameSize) {
      throw this.#over("frame", this.#payloadLength, this.#maxFrameSize);
    }
    if (!this.#compressed && this.#size + this.#payloadLength > this.#maxMessageSize) {
      throw this.#over("message", this.#size + this.#payloadLength, this.#maxMessageSize);
    }
    if (this.#compressed) this.#inflater ??= this.#makeInflater!();
    return this.#opcode !== OPCODE.continuation;
  }

  #readPayload(): ParserEvent | undefined {
    const available = this.#input.length - this.#at;
    if (this.#remaining === 0) {
      this.#inFrame = false;
      if (!this.#final) return undefined;
      if (this.#compressed) {
        this.#inflater!.finish();
        this.#inflating = true;
      }
      this.#ending = true;
      return undefined;
    }
    if (available === 0) return "need-data";
    const start = this.#at;
    this.#at += Math.min(available, this.#remaining);
    const bytes = this.#input.subarray(start, this.#at);
    this.#unmask(bytes);
    if (this.#compressed) {
      this.#inflater!.feed(bytes);
      this.#inflating = true;
      return undefined;
    }
    this.#check(bytes);
    this.data = bytes;
    return "data";
  }

  #unmask(bytes: Uint8Array): void {
    if (this.#masks) applyMask(bytes, this.#head.key, this.#payloadLength - this.#remaining);
    this.#remaining -= bytes.length;
  }

  #check(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.kind === "text" && !this.#utf8.push(bytes)) throw this.#notUtf8();
  }

  /** One piece from the inflater; false if it needs more of the message. */
  #inflateMore(): boolean {
    const bytes = this.#inflater!.read();
    if (bytes === undefined) {
      this.#inflating = false;
      return false;
    }
    if (this.#size + bytes.length > this.#maxMessageSize) {
      throw this.#over("inflated message", this.#size + bytes.length, this.#maxMessageSize);
    }
    this.#check(bytes);
    this.data = bytes;
    return true;
  }

  #endMessage(): ParserEvent {
    if (this.kind === "text" && !this.#utf8.complete) throw this.#notUtf8();
    this.#ending = false;
    this.#inMessage = false;
    this.#compressed = false;
    return "end";
  }

  #readControl(): ParserEvent | undefined {
    const length = this.#payloadLength;
    const take = Math.min(this.#remaining, this.#input.length - this.#at);
    const bytes = this.#input.subarray(this.#at, this.#at + take);
    const done = length - this.#remaining;
    this.#at += take;
    this.#unmask(bytes);
    if (take < length) {
      this.#control ??= new Uint8Array(MAX_CONTROL_BYTES);
      this.#control.set(bytes, done);
      if (this.#remaining > 0) return "need-data";
      this.data = this.#control.subarray(0, length);
    } else {
      this.data = bytes;
    }
    this.#inFrame = false;
    if (this.#opcode === OPCODE.ping) return "ping";
    if (this.#opcode === OPCODE.pong) return "pong";
    this.#readClose(this.data);
    this.#closed = true;
    this.#at = this.#input.length;
    return "close";
  }

  /** The body of a close frame (RFC 6455 sections 5.5.1 and 7.4). */
  #readClose(body: Uint8Array): void {
    if (body.length === 0) return;
    if (body.length === 1) throw this.#broken("a close frame has half a code");
    const code = body[0]! << 8 | body[1]!;
    if (!isCloseCode(code)) throw this.#broken(`close code ${code} is not allowed`);
    const reason = body.subarray(2);
    const utf8 = new Utf8Validator();
    if (!utf8.push(reason) || !utf8.complete) {
      throw new FormatError("Cannot read the reason of a close frame: it is not UTF-8", {
        offset: this.position,
      });
    }
    this.closeCode = code;
    this.closeReason = new TextDecoder("utf-8", { ignoreBOM: true }).decode(reason);
  }

  #broken(found: string): ProtocolError {
    return new ProtocolError(`Cannot read the peer's frames: ${found}`, { offset: this.position });
  }

  #notUtf8(): FormatError {
    return new FormatError("Cannot read a text message: it is not UTF-8", {
      offset: this.position,
    });
  }

  #over(what: string, found: number, limit: number): LimitError {
    return new LimitError(`Cannot take a ${what} of ${found} bytes: at most ${limit} are allowed`, {
      offset: this.position,
    });
  }
}
