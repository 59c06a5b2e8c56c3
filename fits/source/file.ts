/** A local file as a source of bytes. */

import { setImmediate } from "node:timers";
import { fileURLToPath } from "node:url";
import { ClosedError, FormatError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { endsEarly, type FitsSource, lastOfPiece } from "./source.ts";

/**
 * Reads up to this size are made at once: a thread and back costs 50 microseconds, and
 * leaves the bytes in the cache of another processor.
 */
const SYNC_BYTES = 1 << 18;
/** Bytes that are read at once before a read gives the event loop its turn. */
const TURN_BYTES = 8 << 20;
/**
 * What the other thread takes of the rest at a time, where two read: half of it. Pieces of
 * 1 MiB let it wait for the event loop after each (int16 of 32 MiB: 19 ms, so 15).
 */
const ASIDE_SHARE = 0.5;
/** The least and the most bytes of that: converting them keeps the event loop waiting. */
const MIN_ASIDE = 1 << 20;
const MAX_ASIDE = 32 << 20;
/** Pieces that this thread reads before it looks after the other. */
const PIECES_A_TURN = 4;
/** Bytes that a large read hands to one thread. */
const CHUNK_BYTES = 4 << 20;
/** A run is read alone where the gap to the next is larger than this. */
const GAP_BYTES = 4096;

function nameOf(path: string | URL): string {
  return path instanceof URL ? fileURLToPath(path) : path;
}

/** A regular file, read by offset. */
export class FileSource implements FitsSource {
  readonly name: string;
  readonly size: number;
  readonly #path: string | URL;
  readonly #file: Deno.FsFile;
  /** Pieces that stay in the cache of the processor that reads and converts them. */
  readonly pieceBytes: number = 1 << 17;
  #closed = false;
  #sinceTurn = 0;
  /** The large read that moves the file's position now: any other has to wait for it. */
  #busy: Promise<unknown> | undefined;

  private constructor(path: string | URL, name: string, file: Deno.FsFile, size: number) {
    this.#path = path;
    this.name = name;
    this.#file = file;
    this.size = size;
  }

  /**
   * Opens a file.
   *
   * @param path Its path or `file:` URL.
   * @returns The source.
   * @throws {FormatError} If it is no regular file.
   * @throws {HeliographError} If there is none, or the system does not permit to read it.
   */
  static open(path: string | URL): FileSource {
    FileSource.requireFile(path);
    try {
      return FileSource.of(path, Deno.openSync(path));
    } catch (error) {
      throw fileError(error, "open", nameOf(path));
    }
  }

  /**
   * Takes an open file, as large as it is now.
   *
   * @param path Where it was opened.
   * @param file The file; it is closed with the source.
   */
  static of(path: string | URL, file: Deno.FsFile): FileSource {
    return new FileSource(path, nameOf(path), file, file.statSync().size);
  }

  /**
   * Makes sure that a path leads to a regular file before it is opened: a FIFO would block
   * the whole process, and a directory opens.
   *
   * @param path The path.
   * @throws {FormatError} If it leads to something else.
   */
  static requireFile(path: string | URL): void {
    try {
      const info = Deno.statSync(path);
      if (info.isFile) return;
      const found = info.isDirectory ? "a folder" : "a device or pipe";
      throw new FormatError(`Cannot open '${nameOf(path)}': it is ${found}, expected a file`, {
        source: nameOf(path),
      });
    } catch (error) {
      throw fileError(error, "open", nameOf(path));
    }
  }

  /** Reads bytes. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.size - offset)));
    const count = await this.readInto(offset, bytes);
    return count === bytes.length ? bytes : bytes.subarray(0, count);
  }

  /** Reads bytes straight into memory of the caller. */
  async readInto(offset: number, target: Uint8Array): Promise<number> {
    while (this.#busy !== undefined) await this.#busy;
    if (target.length <= SYNC_BYTES && this.#sinceTurn < TURN_BYTES) {
      this.#sinceTurn += target.length;
      return this.#readSync(offset, target);
    }
    this.#sinceTurn = 0;
    const reading = this.#readLarge(offset, target);
    // The next one only wants the turn; the error belongs to this caller.
    this.#busy = reading.catch(() => 0).finally(() => this.#busy = undefined);
    return await reading;
  }

  async #readLarge(offset: number, target: Uint8Array): Promise<number> {
    this.#seek(offset);
    let done = 0;
    while (done < target.length) {
      const count = await this.#file.read(target.subarray(done, done + CHUNK_BYTES));
      if (count === null) break;
      done += count;
    }
    return done;
  }

  /**
   * Reads and converts from both ends at once: this thread from the start, through memory
   * that stays in its cache, another from the end, straight into the target. Most of the
   * time of a large read goes into the first touch of new memory, which so falls on two.
   */
  async readConverted(
    offset: number,
    target: Uint8Array<ArrayBuffer>,
    convert: (stored: Uint8Array<ArrayBuffer>, target: Uint8Array<ArrayBuffer>) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    while (this.#busy !== undefined) await this.#busy;
    const reading = this.#readFromBothEnds(offset, target, convert, signal);
    this.#busy = reading.catch(() => {}).finally(() => this.#busy = undefined);
    await reading;
  }

  async #readFromBothEnds(
    offset: number,
    target: Uint8Array<ArrayBuffer>,
    convert: (stored: Uint8Array<ArrayBuffer>, target: Uint8Array<ArrayBuffer>) => void,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    let low = 0;
    let high = target.length;
    const aside = this.#openAside();
    const fromTheEnd = async () => {
      while (aside !== undefined && low < high) {
        const share = Math.min(MAX_ASIDE, Math.max(MIN_ASIDE, (high - low) * ASIDE_SHARE));
        const start = Math.max(low, Math.floor((high - share) / 8) * 8);
        const piece = target.subarray(start, high);
        high = start;
        aside.seekSync(offset + start, Deno.SeekMode.Start);
        for (let done = 0; done < piece.length;) {
          const count = await aside.read(piece.subarray(done));
          if (count === null) throw endsEarly(this, offset + start, piece.length);
          done += count;
        }
        convert(piece, piece);
      }
    };
    const other = fromTheEnd();
    // Its failure is seen below, after this thread's own part.
    other.catch(() => high = low);
    try {
      const scratch = new Uint8Array(this.pieceBytes);
      for (let pieces = 1; low < high; pieces++) {
        const start = low;
        low = Math.min(low + scratch.length, high);
        const piece = scratch.subarray(0, low - start);
        if (this.#readSync(offset + start, piece) < piece.length) {
          throw endsEarly(this, offset + start, piece.length);
        }
        convert(piece, target.subarray(start, low));
        if (pieces % PIECES_A_TURN !== 0) continue;
        await new Promise<void>((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
      }
    } finally {
      high = low;
      await other.finally(() => aside?.close());
    }
  }

  /** A second handle with a position of its own, if the path still leads to the same file. */
  #openAside(): Deno.FsFile | undefined {
    let aside: Deno.FsFile | undefined;
    try {
      aside = Deno.openSync(this.#path);
      const [one, other] = [this.#file.statSync(), aside.statSync()];
      if (one.ino !== null && one.ino === other.ino && one.dev === other.dev) return aside;
    } catch {
      // Without one, the reading is only slower.
    }
    aside?.close();
    return undefined;
  }

  /** Reads runs: near ones in one piece, others one by one. */
  async readRuns(offsets: ArrayLike<number>, length: number, target: Uint8Array): Promise<void> {
    let piece = new Uint8Array(0);
    for (let first = 0; first < offsets.length;) {
      const start = offsets[first]!;
      const near = first + 1 < offsets.length && offsets[first + 1]! - start - length < GAP_BYTES;
      const last = near ? lastOfPiece(offsets, length, first) : first;
      const size = offsets[last]! + length - start;
      if (last === first) {
        const run = target.subarray(first * length, (first + 1) * length);
        if (await this.readInto(start, run) < length) throw endsEarly(this, start, length);
      } else {
        if (piece.length < size) piece = new Uint8Array(size);
        const count = await this.readInto(start, piece.subarray(0, size));
        if (count < size) throw endsEarly(this, start, size);
        for (let i = first; i <= last; i++) {
          const at = offsets[i]! - start;
          target.set(piece.subarray(at, at + length), i * length);
        }
      }
      first = last + 1;
    }
  }

  /** Closes the file. */
  close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#file.close();
    }
    return Promise.resolve();
  }

  #readSync(offset: number, target: Uint8Array): number {
    this.#seek(offset);
    let done = 0;
    while (done < target.length) {
      const count = this.#file.readSync(done === 0 ? target : target.subarray(done));
      if (count === null) break;
      done += count;
    }
    return done;
  }

  #seek(offset: number): void {
    if (this.#closed) {
      throw new ClosedError(`Cannot read '${this.name}': it has been closed`, {
        source: this.name,
        offset,
      });
    }
    this.#file.seekSync(offset, Deno.SeekMode.Start);
  }
}
