/**
 * A file of known size of which any part can be asked for: few requests, several at a time, and
 * what was read is kept for a while.
 */

import { Pace } from "./pace.ts";
import { ChangedFileError, endsEarly, type FitsSource, lastOfPiece } from "./source.ts";
import { type TransferReport, Transfers } from "./transfers.ts";

/**
 * Bytes of the first request: most headers, and often the table of tiles of a compressed image.
 * Twice as many save a round trip for few files, and are the half of what a small cutout needs.
 */
export const WINDOW_BYTES: number = 1 << 15;
/** Bytes that a small read far from others asks for: the header of a further HDU. */
export const HOP_BYTES: number = 1 << 14;
/** Bytes that show whether a file is the one that is remembered. */
const CONFIRM_BYTES = 2880;
/** Bytes that small reads one behind the other ask for at most. */
const MAX_AHEAD_BYTES = 1 << 18;
/** Reads from this size on ask for what they need and no more, and are not kept. */
const LARGE_BYTES = 1 << 17;
/** The most bytes that are kept, and in how many segments. */
const MAX_KEPT_BYTES = 8 << 20;
const MAX_SEGMENTS = 256;
/** Parts that are asked for ahead at most. */
const MAX_PREFETCHED = 64;
/** Requests that are under way at the same time, as browsers have them. */
const MAX_REQUESTS = 6;

/**
 * Runs that are read by one request are asked for by several at once, without what lies between
 * the last of one and the first of the next, where each brings this much: how many at most, and
 * how much has to lie between two runs.
 */
const DIVIDED_BYTES = 3 << 16;
const MAX_DIVIDED = 4;
const MIN_LEFT_OUT = 4096;

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

/** Bytes that are remembered from one opening of a file to the next. */
export interface RememberedParts {
  /** The bytes from one place to another, or undefined. */
  find(start: number, end: number): Uint8Array | undefined;
  /** Remembers bytes. */
  add(start: number, bytes: Uint8Array): void;
  /** Forgets everything: the file is no longer the one that was read. */
  forget(): Promise<void>;
  /** Keeps what is remembered for later. */
  save(): Promise<void>;
}

/** What is known of a file when it is opened. */
export interface RangeOptions {
  /** What is remembered of it from before. */
  readonly index?: RememberedParts | undefined;
  /** What opening it cost. */
  readonly transfers?: Transfers | undefined;
  /** Asks for the file again, after what is remembered turned out to be of another version. */
  readonly reopen?:
    | (() => Promise<{ size: number; first: Uint8Array; index?: RememberedParts }>)
    | undefined;
}

/** Bytes that are there or on their way. */
interface Segment {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
  readonly ready: Promise<void>;
  here: boolean;
}

/** The runs of one piece, in as many parts as are asked for at once: the first and last of each. */
function dividedRuns(
  offsets: ArrayLike<number>,
  length: number,
  first: number,
  last: number,
): (readonly [first: number, last: number])[] {
  const start = offsets[first]!;
  const span = offsets[last]! + length - start;
  const count = Math.min(MAX_DIVIDED, Math.floor(span / DIVIDED_BYTES));
  const parts: (readonly [number, number])[] = [];
  let from = first;
  for (let i = first; i < last && parts.length < count - 1; i++) {
    const isFull = offsets[i + 1]! - start >= span * (parts.length + 1) / count;
    if (!isFull || offsets[i + 1]! - offsets[i]! - length < MIN_LEFT_OUT) continue;
    parts.push([from, i]);
    from = i + 1;
  }
  parts.push([from, last]);
  return parts;
}

/** A file that is read by ranges. */
export class RangeSource implements FitsSource {
  readonly name: string;
  /** Bytes of one request of a large read. */
  readonly pieceBytes: number = 8 << 20;
  readonly #ranges: RangeReader;
  readonly #transfers: Transfers;
  readonly #reopen: RangeOptions["reopen"];
  #index: RememberedParts | undefined;
  #size: number;
  /** What is kept, the latest last. */
  #segments: Segment[] = [];
  #keptBytes = 0;
  /** The segment of the last small read that needed a request. */
  #last: Segment | undefined;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  /** Whether an answer has shown that the file is the one that is remembered. */
  #confirmed: boolean;
  readonly #pace = new Pace();

  /**
   * Makes a source.
   *
   * @param ranges What is asked for parts.
   * @param size How many bytes the file has.
   * @param first Its first bytes; none where what is remembered is enough to begin with.
   * @param options What is known of it.
   */
  constructor(
    ranges: RangeReader,
    size: number,
    first: Uint8Array | undefined,
    options: RangeOptions = {},
  ) {
    this.#ranges = ranges;
    this.name = ranges.name;
    this.#size = size;
    this.#index = options.index;
    this.#transfers = options.transfers ?? new Transfers();
    this.#reopen = options.reopen;
    this.#confirmed = first !== undefined;
    if (first !== undefined) this.#take(first);
  }

  /** How many bytes the file has. */
  get size(): number {
    return this.#size;
  }

  /** What reading has cost so far. */
  get report(): TransferReport {
    return this.#transfers.report;
  }

  /** Reads bytes: small reads with what lies behind them, large ones by a request each. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.#size);
    if (end <= offset) return new Uint8Array(0);
    const known = this.#index?.find(offset, end);
    if (known !== undefined) {
      this.#transfers.cacheHits++;
      return known;
    }
    const head = this.#segmentAt(offset);
    if (head !== undefined && head.end >= end) {
      if (head.here) this.#transfers.cacheHits++;
      await head.ready;
      return head.bytes.subarray(offset - head.start, end - head.start);
    }
    if (end - offset > LARGE_BYTES) {
      const bytes = new Uint8Array(end - offset);
      await this.#fill(offset, bytes);
      return bytes;
    }
    const from = head?.end ?? offset;
    const beside = this.#segmentAt(from);
    const isCovered = beside !== undefined && beside.end >= end;
    const rest = isCovered ? beside : this.#fetch(from, this.#lengthFrom(from, end));
    if (!isCovered) this.#last = rest;
    await Promise.all([head?.ready, rest.ready]);
    const tail = rest.bytes.subarray(from - rest.start, end - rest.start);
    if (head === undefined) return tail;
    const joined = new Uint8Array(end - offset);
    joined.set(head.bytes.subarray(offset - head.start));
    joined.set(tail, from - offset);
    return joined;
  }

  /** Reads bytes into memory of the caller: much of them straight from the connection. */
  async readInto(offset: number, target: Uint8Array): Promise<number> {
    const count = Math.max(0, Math.min(target.length, this.#size - offset));
    const known = this.#index?.find(offset, offset + count) ?? this.#here(offset, offset + count);
    if (known === undefined && count > HOP_BYTES) {
      await this.#fill(offset, target.subarray(0, count));
      return count;
    }
    const bytes = await this.read(offset, count);
    target.set(bytes);
    return bytes.length;
  }

  /** Reads runs: near ones by one request, several requests at a time. */
  async readRuns(offsets: ArrayLike<number>, length: number, target: Uint8Array): Promise<void> {
    const work: Promise<void>[] = [];
    for (let first = 0; first < offsets.length;) {
      const last = lastOfPiece(offsets, length, first, this.#pace.gap);
      const isNear = (this.#segmentAt(offsets[first]!)?.end ?? 0) >= offsets[last]! + length;
      const parts = isNear ? [[first, last] as const] : dividedRuns(offsets, length, first, last);
      for (const [a, b] of parts) work.push(this.#readPiece(offsets, length, target, a, b));
      first = last + 1;
      // What waits for its turn needs memory too.
      if (work.length >= MAX_REQUESTS) await Promise.all(work.splice(0));
    }
    await Promise.all(work);
  }

  /**
   * Asks for parts that will be read soon, all at once; those that are there already, or on their
   * way, are left out.
   *
   * @param parts Where each begins, and how long it is.
   */
  prefetch(parts: readonly (readonly [offset: number, length: number])[]): void {
    let bytes = 0;
    for (const [offset, length] of parts.slice(0, MAX_PREFETCHED)) {
      // More than is kept would be gone before it is read.
      if ((bytes += length) > MAX_KEPT_BYTES / 2) break;
      const end = Math.min(offset + length, this.#size);
      if (end <= offset || this.#index?.find(offset, Math.min(end, offset + 1)) !== undefined) {
        continue;
      }
      const from = this.#segmentAt(offset)?.end ?? offset;
      if (from < end) this.#fetch(from, end - from);
    }
  }

  /** Whether a byte is there, or on its way, without a further request. */
  holds(offset: number): boolean {
    return this.#segmentAt(offset) !== undefined ||
      this.#index?.find(offset, offset + 1) !== undefined;
  }

  /**
   * Remembers bytes that tell where others lie, such as a header, for the next time that the
   * file is opened.
   *
   * @param offset Where they begin.
   * @param bytes The bytes.
   */
  remember(offset: number, bytes: Uint8Array): void {
    this.#index?.add(offset, bytes);
  }

  /**
   * Makes sure that what is remembered is of the file as it is now, unless an answer has shown
   * that already.
   *
   * @throws {ChangedFileError} If it is not.
   */
  async confirm(): Promise<void> {
    if (this.#confirmed) return;
    await this.#fetch(0, Math.min(CONFIRM_BYTES, this.#size)).ready;
  }

  /**
   * Starts over with the file as it is now, if all that was read so far was remembered.
   *
   * @returns Whether it did; else bytes of two versions could meet.
   */
  async restart(): Promise<boolean> {
    if (this.#confirmed || this.#reopen === undefined) return false;
    const { size, first, index } = await this.#reopen();
    this.#size = size;
    this.#index = index;
    this.#segments = [];
    this.#keptBytes = 0;
    this.#confirmed = true;
    this.#take(first);
    return true;
  }

  /** Ends all requests. */
  async close(): Promise<void> {
    this.#ranges.close();
    this.#segments = [];
    if (this.#confirmed) await this.#index?.save();
  }

  /** The first bytes of the file. */
  #take(first: Uint8Array): void {
    const segment = { start: 0, end: first.length, bytes: first, ready: Promise.resolve() };
    this.#keep({ ...segment, here: true });
  }

  async #readPiece(
    offsets: ArrayLike<number>,
    length: number,
    target: Uint8Array,
    first: number,
    last: number,
  ): Promise<void> {
    const start = offsets[first]!;
    const end = offsets[last]! + length;
    if (end > this.#size) throw endsEarly(this, offsets[last]!, length);
    if (first === last && this.#here(start, end) === undefined) {
      return await this.#fill(start, target.subarray(first * length, (first + 1) * length));
    }
    const bytes = this.#here(start, end) ?? await this.#whole(start, end);
    for (let i = first; i <= last; i++) {
      const at = offsets[i]! - start;
      target.set(bytes.subarray(at, at + length), i * length);
    }
  }

  async #whole(start: number, end: number): Promise<Uint8Array> {
    // What begins in a segment needs only the rest.
    const head = this.#segmentAt(start);
    const bytes = new Uint8Array(end - start);
    const from = head === undefined ? start : Math.min(head.end, end);
    await Promise.all([head?.ready, this.#fill(from, bytes.subarray(from - start))]);
    if (head !== undefined) bytes.set(head.bytes.subarray(start - head.start, from - head.start));
    return bytes;
  }

  /** Bytes that are there without a wait. */
  #here(start: number, end: number): Uint8Array | undefined {
    const segment = this.#segmentAt(start);
    if (segment === undefined || !segment.here || segment.end < end) return undefined;
    this.#transfers.cacheHits++;
    return segment.bytes.subarray(start - segment.start, end - segment.start);
  }

  /** The segment that a byte is in; of several the one that reaches furthest. */
  #segmentAt(offset: number): Segment | undefined {
    let found: Segment | undefined;
    for (const segment of this.#segments) {
      if (segment.start > offset || segment.end <= offset) continue;
      if (found === undefined || segment.end > found.end) found = segment;
    }
    return found;
  }

  /** How much a small read asks for: the more, the longer they follow each other. */
  #lengthFrom(from: number, end: number): number {
    const last = this.#last;
    const follows = last !== undefined && from >= last.end && from <= last.end + this.#pace.gap;
    const ahead = follows ? Math.min(2 * (last.end - last.start), MAX_AHEAD_BYTES) : HOP_BYTES;
    return Math.min(Math.max(end - from, ahead), this.#size - from);
  }

  /** Asks for a segment, which is kept. */
  #fetch(start: number, length: number): Segment {
    const bytes = new Uint8Array(length);
    const ready = this.#fill(start, bytes);
    const segment: Segment = { start, end: start + length, bytes, ready, here: false };
    ready.then(
      () => segment.here = true,
      // Its reader hears why; the next one asks again.
      () => this.#drop(segment),
    );
    this.#keep(segment);
    return segment;
  }

  #keep(segment: Segment): void {
    this.#segments.push(segment);
    this.#keptBytes += segment.bytes.length;
    while (
      this.#segments.length > 1 &&
      (this.#keptBytes > MAX_KEPT_BYTES || this.#segments.length > MAX_SEGMENTS)
    ) this.#drop(this.#segments[0]!);
  }

  #drop(segment: Segment): void {
    const at = this.#segments.indexOf(segment);
    if (at < 0) return;
    this.#segments.splice(at, 1);
    this.#keptBytes -= segment.bytes.length;
  }

  /** Sends one request, when fewer than the most are under way. */
  async #fill(start: number, target: Uint8Array): Promise<void> {
    if (target.length === 0) return;
    if (this.#running >= MAX_REQUESTS) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    const began = performance.now();
    try {
      await this.#ranges.fill(start, target);
      this.#confirmed = true;
      this.#pace.hear(target.length, performance.now() - began);
    } catch (error) {
      if (error instanceof ChangedFileError) await this.#index?.forget();
      throw error;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
