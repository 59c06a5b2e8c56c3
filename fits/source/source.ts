/** Where the bytes of a FITS file come from: one interface over files, memory, streams and servers. */

import { ClosedError, FormatError } from "../../net/errors.ts";
import type { TransferReport } from "./transfers.ts";

/** The file is no longer the one that was opened: nothing that is read now belongs to it. */
export class ChangedFileError extends FormatError {}

/** Bytes that can be read at any offset. */
export interface FitsSource {
  /** A path, a URL or `bytes`, for messages. */
  readonly name: string;
  /** How many bytes there are; undefined while no one knows (a stream before its end). */
  readonly size: number | undefined;
  /**
   * Reads bytes at an offset.
   *
   * @param offset The first byte, counted from 0.
   * @param length How many are wanted.
   * @returns The bytes, fewer only where the source ends. They may be the source's
   * own memory: to be read, never changed.
   */
  read(offset: number, length: number): Promise<Uint8Array>;
  /**
   * Reads bytes at an offset into memory of the caller.
   *
   * @param offset The first byte, counted from 0.
   * @param target Filled from its start.
   * @returns How many bytes were read, fewer than asked for only where the source ends.
   */
  readInto(offset: number, target: Uint8Array): Promise<number>;
  /**
   * Reads many runs of one length, one behind the other.
   *
   * @param offsets Where each run begins; in ascending order for speed.
   * @param length Bytes of each run.
   * @param target Room for all runs.
   * @throws {ClosedError} If the source ends within a run.
   */
  readRuns(offsets: ArrayLike<number>, length: number, target: Uint8Array): Promise<void>;
  /** Bytes that are best read at a time when more are converted than memory should hold. */
  readonly pieceBytes?: number | undefined;
  /**
   * Reads many bytes at once and converts them, by more than one thread where that is
   * faster; undefined where it never is.
   *
   * @param offset The first byte, counted from 0.
   * @param target Filled whole, with what `convert` makes of the bytes.
   * @param convert Brings bytes of the source into their place in the target; the two may be
   * the same memory. It is given pieces that begin at multiples of 8 bytes.
   * @param signal Ends the reading; its reason is thrown.
   * @throws {ClosedError} If the source ends before the target is full.
   */
  readConverted?(
    offset: number,
    target: Uint8Array<ArrayBuffer>,
    convert: (stored: Uint8Array<ArrayBuffer>, target: Uint8Array<ArrayBuffer>) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Whether bytes are gone once they have been read past. */
  readonly sequential?: boolean | undefined;
  /** What reading has cost so far, where the bytes come from a server. */
  readonly report?: TransferReport | undefined;
  /**
   * Asks for parts that will be read soon, all at once; only sources that answer late have it.
   *
   * @param parts Where each begins, and how long it is.
   */
  prefetch?(parts: readonly (readonly [offset: number, length: number])[]): void;
  /** Whether a byte is there, or on its way, without a further request. */
  holds?(offset: number): boolean;
  /**
   * Remembers bytes that tell where others lie, for the next time that the file is opened.
   *
   * @param offset Where they begin.
   * @param bytes The bytes.
   */
  remember?(offset: number, bytes: Uint8Array): void;
  /**
   * Makes sure that what is remembered is of the file as it is now.
   *
   * @throws {ChangedFileError} If it is not.
   */
  confirm?(): Promise<void>;
  /**
   * Starts over with the file as it is now, if all that was read so far was remembered.
   *
   * @returns Whether it did.
   */
  restart?(): Promise<boolean>;
  /** Says that bytes before an offset are not needed again; a stream may forget them. */
  release?(before: number): void;
  /** Ends the source; reading afterwards fails. */
  close(): Promise<void>;
}

/** A source in memory. */
export class MemorySource implements FitsSource {
  readonly name: string;
  readonly size: number;
  #bytes: Uint8Array;

  /**
   * Makes a source of bytes.
   *
   * @param bytes The bytes; they are not copied.
   * @param name What they are, for messages.
   */
  constructor(bytes: Uint8Array, name = "bytes") {
    this.#bytes = bytes;
    this.name = name;
    this.size = bytes.length;
  }

  /** Gives a view of the bytes. */
  read(offset: number, length: number): Promise<Uint8Array> {
    return Promise.resolve(this.#bytes.subarray(offset, offset + length));
  }

  /** Copies bytes. */
  readInto(offset: number, target: Uint8Array): Promise<number> {
    const bytes = this.#bytes.subarray(offset, offset + target.length);
    target.set(bytes);
    return Promise.resolve(bytes.length);
  }

  /** Copies runs of bytes. */
  readRuns(offsets: ArrayLike<number>, length: number, target: Uint8Array): Promise<void> {
    for (let i = 0; i < offsets.length; i++) {
      const offset = offsets[i]!;
      if (offset + length > this.size) throw endsEarly(this, offset, length);
      target.set(this.#bytes.subarray(offset, offset + length), i * length);
    }
    return Promise.resolve();
  }

  /** Gives the bytes up. */
  close(): Promise<void> {
    this.#bytes = new Uint8Array(0);
    return Promise.resolve();
  }
}

/** A Blob as a source: its slices are read when they are asked for. */
export class BlobSource implements FitsSource {
  readonly name: string;
  readonly size: number;
  readonly #blob: Blob;

  /**
   * Makes a source of a Blob or File.
   *
   * @param blob The Blob.
   */
  constructor(blob: Blob) {
    this.#blob = blob;
    this.name = blob instanceof File ? blob.name : "blob";
    this.size = blob.size;
  }

  /** Reads a slice. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    return new Uint8Array(await this.#blob.slice(offset, offset + length).arrayBuffer());
  }

  /** Reads a slice into memory of the caller. */
  async readInto(offset: number, target: Uint8Array): Promise<number> {
    const bytes = await this.read(offset, target.length);
    target.set(bytes);
    return bytes.length;
  }

  /** Reads runs, neighbours in one slice. */
  async readRuns(offsets: ArrayLike<number>, length: number, target: Uint8Array): Promise<void> {
    await readRunsTogether(this, offsets, length, target);
  }

  /** Does nothing: a Blob has nothing to close. */
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Runs whose gap is smaller than this are read in one piece. */
const GAP_BYTES = 65_536;
/** The most bytes of one such piece. */
const MAX_PIECE_BYTES = 8 << 20;

/**
 * Reads runs through {@linkcode FitsSource.read}, neighbours in one piece.
 *
 * @param source The source.
 * @param offsets Where each run begins, ascending.
 * @param length Bytes of each run.
 * @param target Room for all runs.
 * @throws {ClosedError} If the source ends within a run.
 */
export async function readRunsTogether(
  source: FitsSource,
  offsets: ArrayLike<number>,
  length: number,
  target: Uint8Array,
): Promise<void> {
  for (let first = 0; first < offsets.length;) {
    const last = lastOfPiece(offsets, length, first);
    const start = offsets[first]!;
    const bytes = await source.read(start, offsets[last]! + length - start);
    for (let i = first; i <= last; i++) {
      const at = offsets[i]! - start;
      if (at + length > bytes.length) throw endsEarly(source, offsets[i]!, length);
      target.set(bytes.subarray(at, at + length), i * length);
    }
    first = last + 1;
  }
}

/** The last run that is read in one piece with the run `first`, over gaps of `most` bytes. */
export function lastOfPiece(
  offsets: ArrayLike<number>,
  length: number,
  first: number,
  most: number = GAP_BYTES,
): number {
  const start = offsets[first]!;
  let last = first;
  while (last + 1 < offsets.length) {
    const next = offsets[last + 1]!;
    const gap = next - (offsets[last]! + length);
    if (next < start || gap > most || next + length - start > MAX_PIECE_BYTES) break;
    last++;
  }
  return last;
}

/** The error of a source that has fewer bytes than were asked for. */
export function endsEarly(source: FitsSource, offset: number, length: number): ClosedError {
  const short = source.size !== undefined && offset + length > source.size;
  const found = short ? `${source.size} bytes in all` : "the end before them";
  return new ClosedError(
    `Cannot read ${length} bytes at offset ${offset} of ${source.name}: found ${found}`,
    { source: source.name, offset },
  );
}

/** The error of a source that is no FITS file, or not one that can be read. */
export function formatError(source: FitsSource, offset: number, message: string): FormatError {
  return new FormatError(`Cannot read ${source.name} at byte ${offset}: ${message}`, {
    source: source.name,
    offset,
  });
}
