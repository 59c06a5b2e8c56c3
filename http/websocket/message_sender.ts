/** The sending half: messages in order, each in one frame or in fragments. */

import { FormatError, HeliographError } from "../../net/errors.ts";
import type { Socket } from "../../net/socket.ts";
import { isEncoded } from "./base64_stream.ts";
import { looksCompressed } from "./deflate/compressibility.ts";
import { Deflater, type DeflateSettings } from "./deflate/stream.ts";
import { Fragments, FragmentSize } from "./fragments.ts";
import { FIN, OPCODE, RSV1 } from "./frames/head_layout.ts";
import { FrameOutput, type FrameOutputOptions, SMALL_BYTES } from "./frame_output.ts";
import type { MessageKind } from "./frames/message_parser.ts";
import { Utf8Validator } from "./frames/utf8_validator.ts";

/** Compressed at a time: about 2 ms of work. */
const DEFLATE_BYTES = 131_072;

/** How a {@linkcode MessageSender} sends. */
export interface MessageSenderOptions extends FrameOutputOptions {
  /** How messages are compressed; undefined if they may not be. */
  readonly deflate: DeflateSettings | undefined;
  /** Shorter messages are not compressed. In bytes. */
  readonly threshold: number;
  /** Larger messages leave in fragments of this many bytes; undefined for what suits. */
  readonly fragmentSize: number | undefined;
}

/** What a message can be sent from. */
export type MessageSource =
  | string
  | Uint8Array
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>;

/** A source whose bytes come in pieces. */
type PieceSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** How one message is sent. */
export interface SendOptions {
  /** Strings are text and everything else is binary, unless it is said here; text must be UTF-8. */
  kind?: MessageKind | undefined;
  /** Whether to compress; by default, messages that gain by it, if the peer agreed. */
  compress?: boolean | undefined;
  /**
   * The bytes of a message that is sent from a stream, where they are known. The message
   * then goes like one that is given whole, and who receives it learns its size at once.
   */
  size?: number | undefined;
}

const DONE = Promise.resolve();
const encoder = new TextEncoder();
const scratch = new Uint8Array(3 * (SMALL_BYTES >> 2));

/**
 * Makes frames of messages.
 *
 * Messages go one after the other; control frames pass between the fragments of
 * a message.
 */
export class MessageSender {
  /** Where the frames go. */
  readonly output: FrameOutput;
  readonly #options: MessageSenderOptions;
  /** Whether a message of several frames is being sent, and who comes next. */
  #taken = false;
  readonly #turns: (() => void)[] = [];
  #partial = false;
  #deflater: Deflater | undefined;
  readonly #fragmentSize: FragmentSize;

  /**
   * Makes a sender.
   *
   * @param socket The connection, open for writing.
   * @param options Masking, compression, fragments.
   */
  constructor(socket: Socket, options: MessageSenderOptions) {
    this.output = new FrameOutput(socket, options);
    this.#options = options;
    this.#fragmentSize = new FragmentSize(options.fragmentSize);
  }

  /** Whether a source has failed in the middle of its message, which cannot be taken back. */
  get partial(): boolean {
    return this.#partial;
  }

  /** Sends a message; resolves when its bytes are with the system, or few wait. */
  send(source: MessageSource, options: SendOptions): Promise<void> {
    if (this.output.failure !== undefined) return Promise.reject(this.output.failure);
    const { kind = typeof source === "string" ? "text" : "binary", compress, size } = options;
    const opcode = kind === "text" ? OPCODE.text : OPCODE.binary;
    if (typeof source === "string") {
      if (source.length <= SMALL_BYTES >> 2) {
        const { written } = encoder.encodeInto(source, scratch);
        return this.#sendBytes(scratch.subarray(0, written), opcode, compress, true);
      }
      return this.#sendBytes(encoder.encode(source), opcode, compress, false);
    }
    if (source instanceof Uint8Array) {
      if (kind === "text") {
        const utf8 = new Utf8Validator();
        if (!utf8.push(source) || !utf8.complete) return Promise.reject(notText());
      }
      return this.#sendBytes(source, opcode, compress, false);
    }
    const pieces = kind === "text" && !isEncoded(source) ? textPieces(source) : source;
    return this.#inTurn(() => this.#sendPieces(pieces, opcode, compress, size));
  }

  /** Sends the close frame, after the message that is under way. */
  async sendClose(payload: Uint8Array): Promise<void> {
    await this.#inTurn(() => {
      this.output.putControl(OPCODE.close, payload);
      return this.output.flush();
    });
  }

  /** Gives back the compressor of a connection that rests; the next message makes a new one. */
  rest(): void {
    if (!this.#taken) this.#dropDeflater();
  }

  /** Ends it: what waits is dropped, and sending fails from now on. */
  end(error: Error): void {
    this.output.end(error);
    this.#dropDeflater();
  }

  #sendBytes(
    bytes: Uint8Array,
    opcode: number,
    compress: boolean | undefined,
    shared: boolean,
  ): Promise<void> {
    const compressed = this.#wantsCompression(bytes, compress);
    const small = bytes.length <= SMALL_BYTES && bytes.length <= this.#fragmentSize.bytes;
    if (small && !this.#taken) {
      this.#putMessage(bytes, opcode, compressed);
      return this.output.full ? this.output.room() : DONE;
    }
    const kept = shared ? bytes.slice() : bytes;
    return this.#inTurn(async () => {
      if (small) {
        this.#putMessage(kept, opcode, compressed);
        await this.output.room();
      } else if (compressed) {
        await this.#sendDeflated(kept, opcode);
      } else {
        const fragments = new Fragments(this.output, opcode, kept.length, this.#fragmentSize);
        await fragments.write(kept);
      }
    });
  }

  /** Whether a message is compressed; of a stream, its first piece decides. */
  #wantsCompression(bytes: Uint8Array, wish: boolean | undefined): boolean {
    if (this.#options.deflate === undefined || wish === false || bytes.length === 0) return false;
    return wish === true || (bytes.length >= this.#options.threshold && !looksCompressed(bytes));
  }

  #dropDeflater(): void {
    this.#deflater?.close();
    this.#deflater = undefined;
  }

  #deflate(bytes: Uint8Array, last: boolean): Uint8Array {
    // A lost connection has given its compressor back; a message under way makes no other.
    if (this.output.failure !== undefined) throw this.output.failure;
    this.#deflater ??= new Deflater(this.#options.deflate!);
    return this.#deflater.deflate(bytes, last);
  }

  /** A message in one frame. */
  #putMessage(bytes: Uint8Array, opcode: number, compressed: boolean): void {
    if (compressed) this.output.put(FIN | RSV1 | opcode, this.#deflate(bytes, true));
    else this.output.put(FIN | opcode, bytes);
    this.output.start();
  }

  async #sendDeflated(bytes: Uint8Array, opcode: number): Promise<void> {
    let first = RSV1 | opcode;
    for (let at = 0; at < bytes.length; at += DEFLATE_BYTES) {
      const last = at + DEFLATE_BYTES >= bytes.length;
      const piece = this.#deflate(bytes.subarray(at, at + DEFLATE_BYTES), last);
      await this.#writeFrame((last ? FIN : 0) | first, piece);
      first = OPCODE.continuation;
    }
  }

  /** A message that comes in pieces; the first of them says whether it is compressed. */
  async #sendPieces(
    source: PieceSource,
    opcode: number,
    compress: boolean | undefined,
    size: number | undefined,
  ): Promise<void> {
    let first = opcode;
    let compressed = false;
    let fragments: Fragments | undefined;
    let given = 0;
    for await (const piece of source) {
      if (piece.length === 0) continue;
      if (given === 0) {
        compressed = this.#wantsCompression(piece, compress);
        if (compressed) first |= RSV1;
        else if (size !== undefined) {
          fragments = new Fragments(this.output, first, size, this.#fragmentSize);
        }
      }
      given += piece.length;
      if (size !== undefined && given > size) throw wrongSize(size, `at least ${given}`);
      this.#partial = true;
      if (fragments !== undefined) await fragments.write(piece);
      else await this.#writePiece(first, piece, compressed);
      first = OPCODE.continuation;
    }
    if (size !== undefined && given < size) throw wrongSize(size, String(given));
    if (fragments === undefined) this.#endPieces(first, compressed);
    this.#partial = false;
    await this.output.flush();
  }

  /** Writes a piece in frames of its own. */
  async #writePiece(first: number, piece: Uint8Array, compressed: boolean): Promise<void> {
    const step = compressed ? DEFLATE_BYTES : this.#fragmentSize.bytes;
    for (let at = 0; at < piece.length; at += step) {
      const part = piece.subarray(at, at + step);
      await this.#writeFrame(first, compressed ? this.#deflate(part, false) : part);
      first = OPCODE.continuation;
    }
  }

  /**
   * Ends a message whose last piece was not known to be the last, by an empty frame; of
   * compressed data, by the first byte of an empty block (RFC 7692 section 7.2.1), whose
   * other four are cut off.
   */
  #endPieces(first: number, compressed: boolean): void {
    this.output.put(FIN | first, new Uint8Array(compressed ? 1 : 0));
    if (compressed && !this.#options.deflate!.contextTakeover) this.#dropDeflater();
  }

  /** Writes a frame of any length and waits until the memory of its payload is free again. */
  async #writeFrame(firstByte: number, payload: Uint8Array): Promise<void> {
    const { output } = this;
    if (payload.length <= SMALL_BYTES) {
      output.put(firstByte, payload);
      output.start();
      if (output.full) await output.room();
      return;
    }
    output.beginFrame(firstByte, payload.length);
    await output.writePart(payload);
    await output.endFrame();
  }

  /** Runs the sending of one message when those before it are done. */
  async #inTurn(send: () => Promise<void>): Promise<void> {
    if (this.#taken) await new Promise<void>((resolve) => this.#turns.push(resolve));
    this.#taken = true;
    try {
      if (this.output.failure !== undefined) throw this.output.failure;
      await send();
    } finally {
      const next = this.#turns.shift();
      if (next !== undefined) next();
      else this.#taken = false;
    }
  }
}

/** The pieces of a text, each checked before it is sent. */
async function* textPieces(source: PieceSource): AsyncGenerator<Uint8Array> {
  const utf8 = new Utf8Validator();
  for await (const piece of source) {
    if (!utf8.push(piece)) throw notText();
    yield piece;
  }
  if (!utf8.complete) throw notText();
}

function notText(): FormatError {
  return new FormatError("Cannot send a text message: the bytes are not UTF-8");
}

function wrongSize(size: number, found: string): HeliographError {
  return new HeliographError(
    `Cannot send a message of ${size} bytes: its source has ${found}`,
  );
}
