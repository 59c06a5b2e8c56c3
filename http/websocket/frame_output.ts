/** Frames onto a socket: collected while they are small, with back-pressure. */

import { Deadline } from "../../net/deadline.ts";
import { ClosedError, TimeoutError } from "../../net/errors.ts";
import { closeQuietly, type Socket } from "../../net/socket.ts";
import { endOfTurn } from "../server/event_loop_turn.ts";
import { FIN, frameHeadSize, MAX_HEAD_BYTES, writeFrameHead } from "./frames/head_layout.ts";
import { giveVectorBuffer, takeVectorBuffer } from "./vectors/vectors.ts";
import { applyMask, newMaskingKey } from "./frames/masking.ts";

/** Frames up to this length are collected, so that many leave in one write. */
export const SMALL_BYTES = 65_536;
/** Bytes that may wait for the socket before sending waits too. */
const MAX_WAITING_BYTES = 65_536;
/** Buffers of one size, shared by all connections: an idle one holds none. */
class BufferPool {
  readonly size: number;
  readonly most: number;
  readonly #free: Uint8Array[] = [];

  constructor(size: number, most: number) {
    this.size = size;
    this.most = most;
  }

  /** A buffer; at least as long as is said, if that is less than the size of all. */
  take(enough = this.size): Uint8Array {
    return this.#free.pop() ?? new Uint8Array(Math.min(enough, this.size));
  }

  give(buffer: Uint8Array): void {
    if (buffer.length === this.size && this.#free.length < this.most) this.#free.push(buffer);
  }
}

const smallBuffers = new BufferPool(SMALL_BYTES + MAX_HEAD_BYTES, 32);

/** How a {@linkcode FrameOutput} writes. */
export interface FrameOutputOptions {
  /** Whether frames are masked: a client's are. */
  readonly masks: boolean;
  /** Milliseconds that the peer may take nothing. */
  readonly stallTimeout: number;
  /** What is written to, for error messages. */
  readonly source: string;
  /** Called when writing fails: nothing will be sent any more. */
  readonly onFailure: () => void;
}

const DONE = Promise.resolve();

/**
 * Puts frames onto a socket, in order.
 *
 * Small frames are collected while a write is under way and leave together in the
 * next. A long frame is written in parts ({@linkcode FrameOutput.beginFrame}); control
 * frames that are put meanwhile follow it.
 */
export class FrameOutput {
  readonly #socket: Socket;
  readonly #options: FrameOutputOptions;
  readonly #stall: Deadline;
  /** What leaves before the open buffer: full buffers, and memory of the caller's. */
  readonly #queue: Uint8Array[] = [];
  readonly #pooled = new Set<Uint8Array>();
  #open: Uint8Array | undefined;
  #used = 0;
  #queued = 0;
  #running: Promise<void> | undefined;
  /** Whether something was written since the last read. */
  #wrote = false;
  #failure: Error | undefined;
  readonly #waitingForRoom: PromiseWithResolvers<void>[] = [];
  /** Whether a frame is written in parts, and the control frames that wait for its end. */
  #frameOpen = false;
  #deferred: { opcode: number; payload: Uint8Array }[] = [];
  /** Of an open frame that is masked: its key, its length so far, and what is not written yet. */
  #key = 0;
  #position = 0;
  #mask: Uint8Array<ArrayBuffer> | undefined;
  #masked = 0;

  /**
   * Makes an output.
   *
   * @param socket The connection, open for writing.
   * @param options Masking, deadline, name.
   */
  constructor(socket: Socket, options: FrameOutputOptions) {
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
    return this.#queued >= MAX_WAITING_BYTES;
  }

  /** Why nothing is sent any more. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Whether a frame was begun and not ended. */
  get frameOpen(): boolean {
    return this.#frameOpen;
  }

  /** Puts a control frame behind the frame that is open, if one is, and sends it. */
  putControl(opcode: number, payload: Uint8Array): void {
    if (this.#failure !== undefined) return;
    if (this.#frameOpen) this.#deferred.push({ opcode, payload: payload.slice() });
    else this.put(FIN | opcode, payload);
    this.start();
  }

  /** Copies a frame behind what waits; {@linkcode FrameOutput.start} sends it. */
  put(firstByte: number, payload: Uint8Array): void {
    const { length } = payload;
    const key = this.#options.masks ? newMaskingKey() : undefined;
    const size = frameHeadSize(length, key !== undefined) + length;
    const small = length <= SMALL_BYTES;
    // A deflated message may have grown: rare, and then it gets memory of its own.
    const open = small ? this.#openBuffer(size) : new Uint8Array(size);
    const start = small ? this.#used : 0;
    const at = writeFrameHead(open, start, { firstByte, length, key });
    open.set(payload, at);
    if (key !== undefined) applyMask(open.subarray(at, at + length), key, 0);
    if (small) {
      this.#used += size;
      this.#queued += size;
    } else {
      this.#seal();
      this.#enqueue(open);
    }
  }

  /**
   * Begins a frame of any length; the next calls are of {@linkcode FrameOutput.writePart},
   * until all of it is there, and then of {@linkcode FrameOutput.endFrame}.
   */
  beginFrame(firstByte: number, length: number): void {
    this.#frameOpen = true;
    if (this.#options.masks) {
      const key = this.#key = newMaskingKey();
      this.#position = 0;
      this.#mask = takeVectorBuffer(length + MAX_HEAD_BYTES);
      this.#masked = writeFrameHead(this.#mask, 0, { firstByte, length, key });
      return;
    }
    const size = frameHeadSize(length, false);
    writeFrameHead(this.#openBuffer(size), this.#used, { firstByte, length, key: undefined });
    this.#used += size;
    this.#queued += size;
  }

  /** Writes a part of the open frame; resolves when the memory of the part is free again. */
  async writePart(part: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    if (!this.#options.masks) {
      this.#seal();
      this.#enqueue(part);
      return await this.flush();
    }
    for (let at = 0; at < part.length;) {
      const mask = this.#mask!;
      const piece = part.subarray(at, at + mask.length - this.#masked);
      mask.set(piece, this.#masked);
      const end = this.#masked + piece.length;
      applyMask(mask.subarray(this.#masked, end), this.#key, this.#position);
      this.#masked = end;
      this.#position += piece.length;
      at += piece.length;
      if (end === mask.length) await this.#writeMasked();
    }
  }

  /** Ends the open frame, with the control frames that wait for its end. */
  async endFrame(): Promise<void> {
    if (this.#mask !== undefined) {
      await this.#writeMasked();
      this.#dropMask();
    }
    this.#frameOpen = false;
    const deferred = this.#deferred;
    this.#deferred = [];
    for (const { opcode, payload } of deferred) this.put(FIN | opcode, payload);
    if (deferred.length > 0) this.start();
  }

  #dropMask(): void {
    if (this.#mask !== undefined) giveVectorBuffer(this.#mask);
    this.#mask = undefined;
  }

  async #writeMasked(): Promise<void> {
    if (this.#masked === 0) return;
    this.#seal();
    this.#enqueue(this.#mask!.subarray(0, this.#masked));
    this.#masked = 0;
    await this.flush();
  }

  /** Something was read: the first answer to it leaves at once. */
  answers(): void {
    this.#wrote = false;
  }

  /**
   * Begins to write what waits, if nothing is being written: the first frame after a
   * read at once; further small ones together, when the turn of the event loop ends.
   */
  start(): void {
    if (this.#running !== undefined || this.#queued === 0) return;
    const later = this.#wrote && this.#queued < MAX_WAITING_BYTES;
    this.#wrote = true;
    this.#running = later ? endOfTurn().then(() => this.#run()) : this.#run();
    // The caller that sent or flushes learns of a failure; without one of them it is in #failure.
    this.#running.catch(() => {});
  }

  /** Resolves when everything is with the system. */
  flush(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.start();
    return this.#running ?? DONE;
  }

  /** Resolves when less waits than may. */
  room(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#queued < MAX_WAITING_BYTES) return DONE;
    const waiter = Promise.withResolvers<void>();
    this.#waitingForRoom.push(waiter);
    return waiter.promise;
  }

  /** Ends it: what waits is dropped, and sending fails from now on. */
  end(error: Error): void {
    this.#fail(error);
    this.#stall.end();
  }

  #openBuffer(size: number): Uint8Array {
    if (this.#open !== undefined && this.#used + size > this.#open.length) this.#seal();
    return this.#open ??= smallBuffers.take();
  }

  #seal(): void {
    if (this.#open === undefined) return;
    if (this.#used > 0) {
      const view = this.#open.subarray(0, this.#used);
      this.#pooled.add(view);
      this.#queue.push(view);
    } else {
      smallBuffers.give(this.#open);
    }
    this.#open = undefined;
    this.#used = 0;
  }

  #enqueue(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#queued += bytes.length;
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
        if (this.#pooled.delete(bytes)) smallBuffers.give(new Uint8Array(bytes.buffer));
        if (this.#queued < MAX_WAITING_BYTES) {
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
      if (this.#failure !== undefined) this.#dropMask();
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
    // What is being written belongs to the system still.
    if (this.#running === undefined) this.#dropMask();
    this.#queued = 0;
    this.#used = 0;
    for (const waiter of this.#waitingForRoom.splice(0)) waiter.reject(error);
    return error;
  }
}
