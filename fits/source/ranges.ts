/** A file of known size of which any part can be asked for: small reads from windows that are kept. */

import { endsEarly, type FitsSource, lastOfPiece } from "./source.ts";

/** Bytes that a small read asks for: most headers, and the next header of small HDUs. */
export const WINDOW_BYTES: number = 1 << 16;
/** The most windows that are kept. */
const MAX_WINDOWS = 16;
/** Requests that are under way at the same time, as browsers have them. */
const MAX_REQUESTS = 6;

/** What parts of a file are asked of: a server, and the way to it. */
export interface RangeReader {
  /** The file's URL without a password, for messages. */
  readonly name: string;
  /**
   * Fills memory with the bytes from `start` on.
   *
   * @throws {FormatError} If the file is no longer the one that was opened.
   * @throws {ProtocolError} If the answer brings other bytes.
   */
  fill(start: number, target: Uint8Array): Promise<void>;
  /** Ends all requests. */
  close(): void;
}

/** A file that is read by ranges. */
export class RangeSource implements FitsSource {
  readonly name: string;
  readonly size: number;
  /** Bytes of one request of a large read. */
  readonly pieceBytes: number = 8 << 20;
  readonly #ranges: RangeReader;
  /** Windows by their first byte, the latest used last. */
  readonly #windows = new Map<number, Promise<Uint8Array>>();

  /**
   * Makes a source.
   *
   * @param ranges What is asked for parts.
   * @param size How many bytes the file has.
   * @param first Its first window.
   */
  constructor(ranges: RangeReader, size: number, first: Uint8Array) {
    this.#ranges = ranges;
    this.name = ranges.name;
    this.size = size;
    this.#windows.set(0, Promise.resolve(first));
  }

  /** Reads bytes: small reads from windows that are kept, large ones by a request each. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size);
    if (end <= offset) return new Uint8Array(0);
    const start = offset - offset % WINDOW_BYTES;
    if (end > start + 2 * WINDOW_BYTES) {
      const bytes = new Uint8Array(end - offset);
      await this.#ranges.fill(offset, bytes);
      return bytes;
    }
    const window = await this.#window(start);
    if (end <= start + window.length) return window.subarray(offset - start, end - start);
    const next = await this.#window(start + WINDOW_BYTES);
    const joined = new Uint8Array(end - offset);
    const head = window.subarray(offset - start);
    joined.set(head);
    joined.set(next.subarray(0, joined.length - head.length), head.length);
    return joined;
  }

  /** Reads bytes into memory of the caller: much of them straight from the connection. */
  async readInto(offset: number, target: Uint8Array): Promise<number> {
    if (target.length > 2 * WINDOW_BYTES) {
      const count = Math.max(0, Math.min(target.length, this.size - offset));
      if (count > 0) await this.#ranges.fill(offset, target.subarray(0, count));
      return count;
    }
    const bytes = await this.read(offset, target.length);
    target.set(bytes);
    return bytes.length;
  }

  /** Reads runs: near ones by one request, several requests at a time. */
  async readRuns(offsets: ArrayLike<number>, length: number, target: Uint8Array): Promise<void> {
    const pieces: [first: number, last: number][] = [];
    for (let first = 0; first < offsets.length;) {
      const last = lastOfPiece(offsets, length, first);
      pieces.push([first, last]);
      first = last + 1;
    }
    let next = 0;
    const work = async () => {
      while (next < pieces.length) {
        const [first, last] = pieces[next++]!;
        const start = offsets[first]!;
        const bytes = await this.read(start, offsets[last]! + length - start);
        for (let i = first; i <= last; i++) {
          const at = offsets[i]! - start;
          if (at + length > bytes.length) throw endsEarly(this, offsets[i]!, length);
          target.set(bytes.subarray(at, at + length), i * length);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(MAX_REQUESTS, pieces.length) }, work));
  }

  /** Ends all requests. */
  close(): Promise<void> {
    this.#ranges.close();
    this.#windows.clear();
    return Promise.resolve();
  }

  #window(start: number): Promise<Uint8Array> {
    let window = this.#windows.get(start);
    this.#windows.delete(start);
    if (window === undefined) {
      const bytes = new Uint8Array(Math.min(WINDOW_BYTES, this.size - start));
      window = this.#ranges.fill(start, bytes).then(() => bytes);
      window.catch(() => this.#windows.delete(start));
    }
    this.#windows.set(start, window);
    if (this.#windows.size > MAX_WINDOWS) this.#windows.delete(this.#windows.keys().next().value!);
    return window;
  }
}
