/** The sending half: frames in order onto a socket, with back-pressure. */

import { Deadline } from "../../net/deadline.ts";
import { ClosedError, FormatError, TimeoutError } from "../../net/errors.ts";
import { closeQuietly, type Socket } from "../../net/socket.ts";
import { looksCompressed } from "./compressibility.ts";
import { Deflater, type DeflateSettings } from "./deflate_stream.ts";
import {
  FIN,
  frameHeaderSize,
  MAX_HEADER_BYTES,
  OPCODE,
  RSV1,
  writeFrameHeader,
} from "./frame_header.ts";
import { applyMask, newMaskingKey } from "./masking.ts";
import type { MessageKind } from "./message_parser.ts";
import { Utf8Validator } from "./utf8_validator.ts";

/** Frames up to this length are collected, so that many leave in one write. */
const SMALL_BYTES = 65_536;
const BUFFER_BYTES = SMALL_BYTES + MAX_HEADER_BYTES;
/** Bytes that may wait for the socket before sending waits too. */
const HIGH_WATER = 65_536;
/** Masked payload is copied in pieces that stay in the second-level cache. */
const MASK_BYTES = 131_072;
/** Compressed at a time: about 2 ms of work. */
const DEFLATE_BYTES = 131_072;

/** Memory for frames, shared by all connections: an idle one holds none. */
const pool: Uint8Array[] = [];
const POOL_MOST = 32;

function takeBuffer(): Uint8Array {
  return pool.pop() ?? new Uint8Array(BUFFER_BYTES);
}

function giveBuffer(buffer: Uint8Array): void {
  if (pool.length < POOL_MOST) pool.push(buffer);
}

/** How a {@linkcode FrameSender} sends. */
export interface FrameSenderOptions {
  /** Whether frames are masked: a client's are. */
  readonly masks: boolean;
  /** How messages are compressed; undefined if they may not be. */
  readonly deflate: DeflateSettings | undefined;
  /** Shorter messages are not compressed. In bytes. */
  readonly threshold: number;
  /** Larger messages leave in fragments of this many bytes. */
  readonly fragmentSize: number;
  /** Milliseconds that the peer may take nothing. */
  readonly stallTimeout: number;
  /** What is written to, for error messages. */
  readonly source: string;
  /** Called when writing fails: nothing will be sent any more. */
  readonly onFailure: () => void;
}

/** What a message can be sent from. */
export type MessageSource =
  | string
  | Uint8Array
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | Iterable<Uint8Array>;

const DONE = Promise.resolve();
const encoder = new TextEncoder();
const scratch = new Uint8Array(3 * (SMALL_BYTES >> 2));

/**
 * Puts frames onto a socket.
 *
 * Messages go one after the other; control frames pass between the fragments of
 * a message. Small frames are collected while a write is under way and leave
 * together in the next.
 */
export class FrameSender {
  readonly #socket: Socket;
  readonly #options: FrameSenderOptions;
  readonly #stall: Deadline;
  /** What leaves before the open buffer: full buffers, and memory of the caller's. */
  readonly #queue: Uint8Array[] = [];
  readonly #pooled = new Set<Uint8Array>();
  #open: Uint8Array | undefined;
  #used = 0;
  #queued = 0;
  #running: Promise<void> | undefined;
  #failure: Error | undefined;
  readonly #waitingForRoom: PromiseWithResolvers<void>[] = [];
  /** Whether a message of several frames is being sent, and who comes next. */
  #taken = false;
  readonly #turns: (() => void)[] = [];
  /** Whether a frame is written in pieces, and the control frames that wait for its end. */
  #frameOpen = false;
  #deferred: { opcode: number; payload: Uint8Array }[] = [];
  #partial = false;
  #deflater: Deflater | undefined;
  #mask: Uint8Array | undefined;

  constructor(socket: Socket, options: FrameSenderOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#stall = new Deadline(() => closeQuietly(socket));
  }

  /** Bytes that wait for the socket. */
  get queued(): number {
    return this.#queued;
  }

  /** Whether as much waits as may. */
  get full(): boolean {
    return this.#queued >= HIGH_WATER;
  }

  /** Whether a stream has failed in the middle of its message, which cannot be taken back. */
  get partial(): boolean {
    return this.#partial;
  }

  /** Sends a message; resolves when its bytes are with the system, or few wait. */
  send(source: MessageSource, kind: MessageKind, compress: boolean | undefined): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (typeof source === "string") {
      if (source.length <= SMALL_BYTES >> 2) {
        const { written } = encoder.encodeInto(source, scratch);
        return this.#sendBytes(scratch.subarray(0, written), kind, compress, true);
      }
      return this.#sendBytes(encoder.encode(source), kind, compress, false);
    }
    if (source instanceof Uint8Array) {
      if (kind === "text") {
        const utf8 = new Utf8Validator();
        if (!utf8.push(source) || !utf8.complete) return Promise.reject(notText());
      }
      return this.#sendBytes(source, kind, compress, false);
    }
    return this.#inTurn(() => this.#sendStream(source, kind, compress));
  }

  /** Sends a control frame, before the rest of a message that is under way. */
  sendControl(opcode: number, payload: Uint8Array): void {
    if (this.#failure !== undefined) return;
    if (this.#frameOpen) this.#deferred.push({ opcode, payload: payload.slice() });
    else this.#putFrame(FIN | opcode, payload);
    this.#start();
  }

  /** Sends the close frame, after the message that is under way. */
  async sendClose(payload: Uint8Array): Promise<void> {
    await this.#inTurn(() => {
      this.sendControl(OPCODE.close, payload);
      return this.flush();
    });
  }

  /** Resolves when everything is with the system. */
  flush(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#start();
    return this.#running ?? DONE;
  }

  /** Resolves when less waits than may. */
  room(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#queued < HIGH_WATER) return DONE;
    const waiter = Promise.withResolvers<void>();
    this.#waitingForRoom.push(waiter);
    return waiter.promise;
  }

  /** Gives back the compressor of a connection that rests; the next message makes a new one. */
  rest(): void {
    if (this.#taken) return;
    this.#dropDeflater();
    this.#mask = undefined;
  }

  /** Ends it: what waits is dropped, and sending fails from now on. */
  end(error: Error): void {
    this.#fail(error);
    this.#stall.end();
    if (!this.#taken) this.rest();
  }

  #sendBytes(
    bytes: Uint8Array,
    kind: MessageKind,
    compress: boolean | undefined,
    shared: boolean,
  ): Promise<void> {
    const compressed = this.#wantsCompression(bytes, compress);
    const small = bytes.length <= SMALL_BYTES && bytes.length <= this.#options.fragmentSize;
    if (small && !this.#taken) {
      this.#putMessage(bytes, kind, compressed);
      this.#start();
      return this.full ? this.room() : DONE;
    }
    const kept = shared ? bytes.slice() : bytes;
    return this.#inTurn(() => {
      if (small) {
        this.#putMessage(kept, kind, compressed);
        this.#start();
        return this.room();
      }
      return compressed ? this.#sendDeflated(kept, kind) : this.#sendFragments(kept, kind);
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
    this.#deflater ??= new Deflater(this.#options.deflate!);
    return this.#deflater.deflate(bytes, last);
  }

  /** A message in one frame. */
  #putMessage(bytes: Uint8Array, kind: MessageKind, compressed: boolean): void {
    const opcode = kind === "text" ? OPCODE.text : OPCODE.binary;
    if (!compressed) this.#putFrame(FIN | opcode, bytes);
    else this.#putFrame(FIN | RSV1 | opcode, this.#deflate(bytes, true));
  }

  async #sendFragments(bytes: Uint8Array, kind: MessageKind): Promise<void> {
    const { fragmentSize } = this.#options;
    let opcode: number = kind === "text" ? OPCODE.text : OPCODE.binary;
    for (let at = 0; at < bytes.length; at += fragmentSize) {
      const fragment = bytes.subarray(at, at + fragmentSize);
      const last = at + fragmentSize >= bytes.length;
      await this.#writeFrame((last ? FIN : 0) | opcode, fragment);
      opcode = OPCODE.continuation;
    }
  }

  async #sendDeflated(bytes: Uint8Array, kind: MessageKind): Promise<void> {
    let first = RSV1 | (kind === "text" ? OPCODE.text : OPCODE.binary);
    for (let at = 0; at < bytes.length; at += DEFLATE_BYTES) {
      const last = at + DEFLATE_BYTES >= bytes.length;
      const piece = this.#deflate(bytes.subarray(at, at + DEFLATE_BYTES), last);
      await this.#writeFrame((last ? FIN : 0) | first, piece);
      first = OPCODE.continuation;
    }
  }

  async #sendStream(
    source: Exclude<MessageSource, string | Uint8Array>,
    kind: MessageKind,
    compress: boolean | undefined,
  ): Promise<void> {
    const utf8 = kind === "text" ? new Utf8Validator() : undefined;
    const opcode = kind === "text" ? OPCODE.text : OPCODE.binary;
    let compressed: boolean | undefined;
    let first: number = opcode;
    for await (const bytes of source as AsyncIterable<Uint8Array>) {
      if (bytes.length === 0) continue;
      if (utf8?.push(bytes) === false) throw notText();
      if (compressed === undefined) {
        compressed = this.#wantsCompression(bytes, compress);
        if (compressed) first |= RSV1;
      }
      const step = compressed ? DEFLATE_BYTES : this.#options.fragmentSize;
      for (let at = 0; at < bytes.length; at += step) {
        const piece = bytes.subarray(at, at + step);
        this.#partial = true;
        await this.#writeFrame(first, compressed ? this.#deflate(piece, false) : piece);
        first = OPCODE.continuation;
      }
    }
    if (utf8?.complete === false) throw notText();
    // Nothing tells the last piece before the end, so an empty frame ends the
    // message; of compressed data, the first byte of an empty block (RFC 7692
    // section 7.2.1), whose other four are cut off.
    this.#putFrame(FIN | first, new Uint8Array(compressed ? 1 : 0));
    this.#partial = false;
    if (compressed && !this.#options.deflate!.contextTakeover) this.#dropDeflater();
    await this.flush();
  }

  /** Writes a frame of any length and waits until the memory of its payload is free again. */
  async #writeFrame(firstByte: number, payload: Uint8Array): Promise<void> {
    if (payload.length <= SMALL_BYTES) {
      this.#putFrame(firstByte, payload);
      this.#start();
      if (this.full) await this.room();
    } else if (!this.#options.masks) {
      this.#putHeader(firstByte, payload.length, undefined);
      this.#seal();
      this.#enqueue(payload);
      await this.flush();
    } else {
      await this.#writeMasked(firstByte, payload);
    }
  }

  async #writeMasked(firstByte: number, payload: Uint8Array): Promise<void> {
    const key = newMaskingKey();
    const mask = this.#mask ??= new Uint8Array(MASK_BYTES + MAX_HEADER_BYTES);
    this.#frameOpen = true;
    let room = writeFrameHeader(mask, 0, { firstByte, length: payload.length, key });
    for (let at = 0; at < payload.length; at += MASK_BYTES) {
      const piece = payload.subarray(at, at + MASK_BYTES);
      mask.set(piece, room);
      applyMask(mask.subarray(room, room + piece.length), key, at);
      this.#seal();
      this.#enqueue(mask.subarray(0, room + piece.length));
      room = 0;
      await this.flush();
    }
    this.#frameOpen = false;
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const { opcode, payload } of deferred) this.#putFrame(FIN | opcode, payload);
    if (deferred.length > 0) this.#start();
  }

  /** Copies a small frame behind what waits. */
  #putFrame(firstByte: number, payload: Uint8Array): void {
    const key = this.#options.masks ? newMaskingKey() : undefined;
    if (payload.length > SMALL_BYTES) {
      // A deflated message that grew: rare, and then copied.
      this.#putHeader(firstByte, payload.length, key);
      this.#seal();
      const copy = payload.slice();
      if (key !== undefined) applyMask(copy, key, 0);
      this.#enqueue(copy);
      return;
    }
    const size = frameHeaderSize(payload.length, key !== undefined) + payload.length;
    const open = this.#openBuffer(size);
    const at = writeFrameHeader(open, this.#used, { firstByte, length: payload.length, key });
    open.set(payload, at);
    if (key !== undefined) applyMask(open.subarray(at, at + payload.length), key, 0);
    this.#used += size;
    this.#queued += size;
  }

  #putHeader(firstByte: number, length: number, key: number | undefined): void {
    const size = frameHeaderSize(length, key !== undefined);
    writeFrameHeader(this.#openBuffer(size), this.#used, { firstByte, length, key });
    this.#used += size;
    this.#queued += size;
  }

  #openBuffer(size: number): Uint8Array {
    if (this.#open !== undefined && this.#used + size > this.#open.length) this.#seal();
    return this.#open ??= takeBuffer();
  }

  #seal(): void {
    if (this.#open === undefined) return;
    if (this.#used > 0) {
      const view = this.#open.subarray(0, this.#used);
      this.#pooled.add(view);
      this.#queue.push(view);
    } else {
      giveBuffer(this.#open);
    }
    this.#open = undefined;
    this.#used = 0;
  }

  #enqueue(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#queued += bytes.length;
  }

  #start(): void {
    if (this.#running !== undefined || this.#queued === 0) return;
    this.#running = this.#run();
    // Whoever sent or flushes learns of a failure; without one of them it is in #failure.
    this.#running.catch(() => {});
  }

  async #run(): Promise<void> {
    try {
      while (this.#queued > 0) {
        if (this.#queue.length === 0) this.#seal();
        const bytes = this.#queue.shift()!;
        for (let done = 0; done < bytes.length;) {
          this.#stall.set(this.#options.stallTimeout);
          done += await this.#socket.write(done === 0 ? bytes : bytes.subarray(done));
        }
        this.#stall.clear();
        this.#queued -= bytes.length;
        if (this.#pooled.delete(bytes)) giveBuffer(new Uint8Array(bytes.buffer));
        if (this.#queued < HIGH_WATER) {
          for (const waiter of this.#waitingForRoom.splice(0)) waiter.resolve();
        }
      }
    } catch (error) {
      const known = this.#failure !== undefined;
      const failure = this.#fail(this.#writeError(error));
      if (!known) this.#options.onFailure();
      throw failure;
    } finally {
      // At once: what is put behind the last write must start the next.
      this.#running = undefined;
    }
    if (this.#failure !== undefined) throw this.#failure;
  }

  #writeError(error: unknown): Error {
    const { source, stallTimeout } = this.#options;
    if (this.#stall.expired) {
      return new TimeoutError(`Cannot send to ${source}: it took nothing for ${stallTimeout} ms`, {
        cause: error,
        source,
      });
    }
    return new ClosedError(`Cannot send to ${source}: the connection was closed`, {
      cause: error,
      source,
    });
  }

  #fail(error: Error): Error {
    if (this.#failure !== undefined) return this.#failure;
    this.#failure = error;
    this.#queue.length = 0;
    this.#pooled.clear();
    this.#open = undefined;
    this.#queued = 0;
    this.#used = 0;
    for (const waiter of this.#waitingForRoom.splice(0)) waiter.reject(error);
    return error;
  }

  /** Runs the sending of one message when those before it are done. */
  async #inTurn(send: () => Promise<void>): Promise<void> {
    if (this.#taken) await new Promise<void>((resolve) => this.#turns.push(resolve));
    this.#taken = true;
    try {
      if (this.#failure !== undefined) throw this.#failure;
      await send();
    } finally {
      const next = this.#turns.shift();
      if (next !== undefined) next();
      else this.#taken = false;
    }
  }
}

function notText(): FormatError {
  return new FormatError("Cannot send a text message: the bytes are not UTF-8");
}
