import { checkCaps } from "./caps.ts";
import { Deadline } from "./deadline.ts";
import { ClosedError, HeliographError, LimitError, TimeoutError } from "./errors.ts";
import { closeQuietly, isDisconnect } from "./socket.ts";

/** What a {@linkcode SocketReader} reads from. */
export interface ByteSource {
  /** Reads at least one byte into `target`; null at the end of the stream. */
  read(target: Uint8Array): Promise<number | null>;
  /** Closes the source; called when a deadline passes. */
  close?(): void;
}

/** Options of a {@linkcode SocketReader}. */
export interface SocketReaderOptions {
  /**
   * Bytes of the buffer at the start. It grows, up to the limit of the call, only
   * when a line or a block needs it.
   *
   * @default {16384}
   */
  bufferSize?: number | undefined;
  /** What is read, for error messages, such as `127.0.0.1:8000`. */
  source?: string | undefined;
  /** Milliseconds that one operation may wait for the peer; no deadline without it. */
  timeout?: number | undefined;
  /**
   * The most bytes that {@linkcode SocketReader.readExactly} and
   * {@linkcode SocketReader.readToEnd} may allocate.
   *
   * @default {67108864}
   */
  maxBytes?: number | undefined;
}

const LF = 10;
const CR = 13;

/**
 * Reads lines, blocks and bulk data from one connection through one buffer.
 *
 * Views that it returns stay valid until the next call that reads. Bulk reads go
 * straight into the caller's memory. No method allocates more than its limit,
 * whatever the peer announces.
 *
 * @example
 * ```ts
 * import { connect, serveTcp, SocketReader, writeAll } from "@heliograph/heliograph/net";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = serveTcp({ port: 0 }, async ({ socket }) => {
 *   await writeAll(socket, new TextEncoder().encode("one\r\ntwo\n"));
 * });
 * const socket = await connect(server.address);
 * const reader = new SocketReader(socket);
 * assertEquals(await reader.readLine(80), "one");
 * assertEquals(await reader.readLine(80), "two");
 * assertEquals(await reader.readLine(80), null);
 * socket.close();
 * ```
 */
export class SocketReader {
  #source: ByteSource;
  #name: string;
  #buffer: Uint8Array<ArrayBuffer>;
  #start = 0;
  #end = 0;
  #ended = false;
  #timeout: number | undefined;
  #deadline: Deadline | undefined;
  #reading = false;
  #maxBytes: number;
  #position = 0;

  /**
   * Makes a reader; nothing else may read from the source meanwhile.
   *
   * @param source The connection.
   * @param options Sizes, deadline and name.
   */
  constructor(source: ByteSource, options: SocketReaderOptions = {}) {
    checkCaps(options);
    this.#source = source;
    this.#name = options.source ?? "the connection";
    this.#buffer = new Uint8Array(options.bufferSize ?? 16_384);
    this.#timeout = options.timeout;
    this.#maxBytes = options.maxBytes ?? 67_108_864;
  }

  /** The bytes that have been received and not yet consumed, without waiting. */
  get buffered(): Uint8Array<ArrayBuffer> {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  /** Whether the peer has ended the stream and every byte of it is consumed. */
  get ended(): boolean {
    return this.#ended && this.#start === this.#end;
  }

  /** How many bytes have been consumed since the beginning. */
  get position(): number {
    return this.#position;
  }

  /**
   * Milliseconds that one operation may wait from now on, one that is under way
   * included; undefined for no deadline.
   */
  set timeout(ms: number | undefined) {
    this.#timeout = ms;
    if (this.#reading) this.#arm();
  }

  /**
   * Drops bytes from the beginning of the buffer, also while a `fill` is under way.
   *
   * @param count How many; at most as many as are buffered.
   */
  consume(count: number): void {
    if (count > this.#end - this.#start) {
      throw new RangeError(
        `Cannot consume ${count} bytes: ${this.#end - this.#start} are buffered`,
      );
    }
    this.#advance(count);
  }

  /**
   * Waits for more bytes behind those that are buffered.
   *
   * @param limit The most bytes that may be buffered.
   * @returns False at the end of the stream.
   * @throws {LimitError} If `limit` bytes are buffered already.
   */
  async fill(limit: number = Infinity): Promise<boolean> {
    if (this.#ended) return false;
    if (this.#end - this.#start >= limit) {
      throw new LimitError(
        `Cannot read from ${this.#name}: more than the ${limit} bytes that are allowed here`,
        { source: this.#name, offset: this.#position },
      );
    }
    this.#makeRoom();
    const count = await this.#read(this.#buffer.subarray(this.#end));
    if (count === null) return false;
    this.#end += count;
    return true;
  }

  /**
   * Waits until a number of bytes is buffered, and leaves them there.
   *
   * @param count How many.
   * @returns A view of them; shorter only at the end of the stream.
   */
  async peek(count: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#end - this.#start < count && await this.fill());
    return this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + count));
  }

  /**
   * Reads whatever has arrived, and waits for something if nothing has.
   *
   * @param target Where the bytes go.
   * @returns How many; null at the end of the stream.
   */
  readSome(target: Uint8Array): Promise<number | null> {
    const buffered = this.#end - this.#start;
    if (buffered === 0) return this.#readCounted(target);
    return Promise.resolve(this.#take(target));
  }

  /**
   * Fills the caller's memory, past the buffer as soon as that is empty.
   *
   * @param target Where the bytes go, all of it.
   * @throws {ClosedError} If the stream ends before `target` is full.
   */
  async readInto(target: Uint8Array): Promise<void> {
    let done = this.#take(target);
    while (done < target.length) {
      const count = await this.#readCounted(target.subarray(done));
      if (count === null) throw this.#endedEarly(done, target.length);
      done += count;
    }
  }

  /**
   * Reads a number of bytes into new memory.
   *
   * @param count How many.
   * @returns The bytes, which belong to the caller.
   * @throws {LimitError} If `count` is over the reader's `maxBytes`; nothing is
   * allocated then.
   * @throws {ClosedError} If the stream ends before that.
   */
  async readExactly(count: number): Promise<Uint8Array<ArrayBuffer>> {
    if (count > this.#maxBytes) {
      throw new LimitError(
        `Cannot read ${count} bytes from ${this.#name}: at most ${this.#maxBytes} are allowed`,
        { source: this.#name, offset: this.#position },
      );
    }
    const bytes = new Uint8Array(count);
    await this.readInto(bytes);
    return bytes;
  }

  /**
   * Reads up to a line feed.
   *
   * @param limit The most bytes of a line, its end included.
   * @returns A view of the line without LF or CR LF; the rest of the stream if it
   * ends without a line feed; null if nothing is left.
   * @throws {LimitError} If no line feed comes within `limit` bytes.
   */
  async readLineBytes(limit: number): Promise<Uint8Array<ArrayBuffer> | null> {
    let searched = 0;
    for (;;) {
      const view = this.#buffer.subarray(this.#start, this.#end);
      const at = view.indexOf(LF, searched);
      if (at >= 0) {
        if (at >= limit) throw this.#tooLong(limit);
        this.#advance(at + 1);
        return view.subarray(0, at > 0 && view[at - 1] === CR ? at - 1 : at);
      }
      searched = view.length;
      if (searched >= limit) throw this.#tooLong(limit);
      if (!await this.fill()) {
        if (searched === 0) return null;
        const rest = this.#buffer.subarray(this.#start, this.#end);
        this.#advance(searched);
        return rest;
      }
    }
  }

  /**
   * Reads up to a line feed as UTF-8 text.
   *
   * @param limit The most bytes of a line, its end included.
   * @returns The line without LF or CR LF; null if nothing is left.
   * @throws {LimitError} If no line feed comes within `limit` bytes.
   */
  async readLine(limit: number): Promise<string | null> {
    const line = await this.readLineBytes(limit);
    return line === null ? null : new TextDecoder().decode(line);
  }

  /**
   * Reads up to a sequence of bytes.
   *
   * @param delimiter The sequence.
   * @param limit The most bytes, the sequence included.
   * @returns A view of the bytes, with the sequence at its end.
   * @throws {LimitError} If it does not come within `limit` bytes.
   * @throws {ClosedError} If the stream ends before it comes.
   */
  async readUntil(delimiter: Uint8Array, limit: number): Promise<Uint8Array<ArrayBuffer>> {
    let searched = 0;
    for (;;) {
      const view = this.#buffer.subarray(this.#start, this.#end);
      const at = indexOf(view, delimiter, searched);
      if (at >= 0 && at + delimiter.length <= limit) {
        this.#advance(at + delimiter.length);
        return view.subarray(0, at + delimiter.length);
      }
      if (at >= 0 || view.length >= limit) throw this.#tooLong(limit);
      searched = Math.max(0, view.length - delimiter.length + 1);
      if (!await this.fill()) throw this.#endedEarly(view.length, undefined);
    }
  }

  /**
   * Drops bytes as they come.
   *
   * @param count How many.
   * @throws {ClosedError} If the stream ends before that.
   */
  async skip(count: number): Promise<void> {
    let left = count;
    for (;;) {
      const now = Math.min(left, this.#end - this.#start);
      this.consume(now);
      left -= now;
      if (left === 0) return;
      if (!await this.fill()) throw this.#endedEarly(count - left, count);
    }
  }

  /**
   * Reads all that is left of the stream.
   *
   * @param limit The most bytes.
   * @throws {LimitError} If more than `limit` bytes come.
   */
  async readToEnd(limit: number = this.#maxBytes): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#end - this.#start <= limit && await this.fill());
    if (this.#end - this.#start > limit) throw this.#tooLong(limit);
    const bytes = this.#buffer.slice(this.#start, this.#end);
    this.consume(bytes.length);
    return bytes;
  }

  /** Ends the reader's deadline, for a connection that is closed or handed on before its end. */
  release(): void {
    this.#deadline?.end();
    this.#deadline = undefined;
  }

  /** Leaves the bytes where they are, for views of them and for a read that is under way. */
  #advance(count: number): void {
    this.#start += count;
    this.#position += count;
  }

  #take(target: Uint8Array): number {
    const count = Math.min(target.length, this.#end - this.#start);
    target.set(this.#buffer.subarray(this.#start, this.#start + count));
    this.consume(count);
    return count;
  }

  async #readCounted(target: Uint8Array): Promise<number | null> {
    if (this.#ended) return null;
    const count = await this.#read(target);
    if (count !== null) this.#position += count;
    return count;
  }

  #arm(): void {
    if (this.#timeout === undefined) return this.#deadline?.clear();
    this.#deadline ??= new Deadline(() => closeQuietly({ close: () => this.#source.close?.() }));
    this.#deadline.set(this.#timeout);
  }

  async #read(target: Uint8Array): Promise<number | null> {
    if (this.#reading) {
      throw new HeliographError(
        `Cannot read from ${this.#name}: another read is under way into the same memory`,
        { source: this.#name, offset: this.#position },
      );
    }
    if (this.#timeout !== undefined) this.#arm();
    this.#reading = true;
    try {
      const count = await this.#source.read(target);
      if (count === null) {
        this.#ended = true;
        this.release();
      }
      return count;
    } catch (error) {
      if (this.#deadline?.expired) {
        throw new TimeoutError(
          `Cannot read from ${this.#name}: nothing came for ${this.#timeout} ms`,
          { cause: error, source: this.#name, offset: this.#position },
        );
      }
      if (!isDisconnect(error)) throw error;
      throw new ClosedError(
        `Cannot read from ${this.#name}: the connection was closed after ${this.#position} bytes`,
        { cause: error, source: this.#name, offset: this.#position },
      );
    } finally {
      this.#reading = false;
      this.#deadline?.clear();
    }
  }

  /** Moves what is buffered to the front, into a larger buffer only if it fills this one. */
  #makeRoom(): void {
    if (this.#start === this.#end) this.#start = this.#end = 0;
    const size = this.#buffer.length;
    if (size - this.#end > size >> 1) return;
    if (this.#start > 0 && (this.#start >= size >> 1 || this.#end === size)) {
      this.#buffer.copyWithin(0, this.#start, this.#end);
      this.#end -= this.#start;
      this.#start = 0;
    } else if (this.#end === size) {
      const larger = new Uint8Array(size * 2);
      larger.set(this.#buffer);
      this.#buffer = larger;
    }
  }

  #tooLong(limit: number): LimitError {
    return new LimitError(
      `Cannot read from ${this.#name}: no end of the line or block within ${limit} bytes`,
      { source: this.#name, offset: this.#position },
    );
  }

  #endedEarly(found: number, expected: number | undefined): ClosedError {
    const wanted = expected === undefined ? "the end of the block was" : `${expected} were`;
    return new ClosedError(
      `Cannot read from ${this.#name}: it ended after ${found} bytes, ${wanted} expected`,
      { source: this.#name, offset: this.#position },
    );
  }
}

function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const first = wanted[0]!;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let i = 1;
    while (i < wanted.length && bytes[at + i] === wanted[i]) i++;
    if (i === wanted.length) return at;
  }
  return -1;
}
