/**
 * The frames of all feeds, in bounded memory. A core without sockets: who waits
 * for a frame gives a callback.
 */

import { checkCaps } from "../../../net/caps.ts";
import { HeliographError, LimitError, ProtocolError } from "../../../net/errors.ts";
import { FitspipeFrame, type FitspipeFrameParts } from "./frame.ts";
import {
  type FeedInfo,
  feedLineBound,
  isFeedName,
  LIST_REPLY_BYTES,
  MAX_FRAMES_AHEAD,
} from "./protocol.ts";

/** Bounds of a {@linkcode FeedStore}. */
export interface FeedStoreOptions {
  /** Frames that a feed keeps, 1 or more. @default {64} */
  depth?: number | undefined;
  /**
   * Bytes of all frames: kept, being received, and dropped but still being sent.
   *
   * @default {1073741824}
   */
  maxMemory?: number | undefined;
  /** Feeds at most. @default {64} */
  maxFeeds?: number | undefined;
}

/**
 * Dropped frames whose memory is kept for the next ones. Many slow readers give
 * theirs back in bursts.
 */
const MAX_SPARE = 16;

/** What waits for a frame. */
export interface Waiter {
  /** The number of the frame that is waited for. */
  readonly number: number;
  /** Called once when the frame has been put. */
  readonly ready: (frame: FitspipeFrame) => void;
}

/** Room for one frame. It is given back at the end of its scope, unless the frame was put. */
export interface Reservation extends Disposable {
  /**
   * Adds the frame to the feed, which comes into being with its first one.
   *
   * @param frame The frame without its number; header and pixels have as many bytes as were
   * reserved.
   * @returns The frame with its number.
   * @throws {TypeError} If the room has been used or given back, or is of another size.
   */
  put(frame: FitspipeFrameParts): FitspipeFrame;
}

interface Feed {
  readonly name: string;
  /** The frames that are kept, oldest first. */
  frames: FitspipeFrame[];
  newest: number;
  count: number;
  bytes: number;
  /** Frames that are on their way. */
  reservations: number;
  waiters: Set<Waiter>;
}

/** Called for every frame that is put, with the name of its feed. */
export type CameraFrameListener = (feed: string, frame: FitspipeFrame) => void;

/** The newest frames of each feed. */
export class FeedStore {
  /** Another for every store, so that clients see when the numbers start over. */
  readonly session: string = crypto.randomUUID().slice(0, 8);
  /** Frames that a feed keeps. */
  readonly depth: number;
  /** Bytes of all frames at most. */
  readonly maxMemory: number;
  #maxFeeds: number;
  #feeds = new Map<string, Feed>();
  /** The highest number of a feed that was forgotten: one of that name may come again. */
  #lastForgotten = 0;
  #kept = 0;
  #reserved = 0;
  /** Frames that are being sent: how many readers each has, and whether it is still kept. */
  #lent = new Map<FitspipeFrame, { readers: number; kept: boolean }>();
  #lingering = 0;
  /** Memory of dropped frames, for the next ones: new memory costs ten times as much to fill. */
  #spare: Uint8Array<ArrayBuffer>[] = [];
  #listeners = new Set<CameraFrameListener>();

  /**
   * Makes an empty store.
   *
   * @param options Its bounds.
   * @throws {HeliographError} If it could not keep a single frame.
   */
  constructor(options: FeedStoreOptions = {}) {
    const { depth = 64, maxMemory = 1_073_741_824, maxFeeds = 64 } = options;
    if (!Number.isSafeInteger(depth) || depth < 1) {
      throw new HeliographError(`Cannot keep ${depth} frames of a feed, expected 1 or more`);
    }
    checkCaps(options);
    this.depth = depth;
    this.maxMemory = maxMemory;
    this.#maxFeeds = maxFeeds;
  }

  /** Bytes of frames that are in memory now. */
  get bytes(): number {
    return this.#kept + this.#reserved + this.#lingering;
  }

  /**
   * Makes room for a frame before anything of it is received. A new feed counts as one from
   * then on, so that the frame cannot be refused once it is there.
   *
   * @param name The feed that it is for.
   * @param bytes Header and pixels.
   * @returns The room.
   * @throws {LimitError} If the feed or the bytes are too many.
   */
  reserve(name: string, bytes: number): Reservation {
    if (!this.#feeds.has(name)) this.#checkNewFeed(name);
    if (bytes > this.maxMemory) {
      throw new LimitError(`a frame of ${bytes} bytes, at most ${this.maxMemory} are kept`);
    }
    this.#makeRoom(bytes);
    if (this.bytes + bytes > this.maxMemory) throw new LimitError("no memory is free now");
    this.#reserved += bytes;
    const feed = this.#feeds.get(name) ?? this.#create(name);
    feed.reservations++;
    const spare = this.#spare.reduce((sum, { length }) => sum + length, 0);
    if (this.bytes + spare > this.maxMemory) this.#spare.length = 0;
    let open = true;
    const end = () => {
      open = false;
      this.#reserved -= bytes;
      feed.reservations--;
    };
    return {
      put: (frame) => {
        if (!open) throw new TypeError("Cannot put a frame: its room was used or given back");
        if (sizeOf(frame) !== bytes) {
          throw new TypeError(`Cannot put ${sizeOf(frame)} bytes: ${bytes} were reserved`);
        }
        end();
        return this.#put(feed, frame);
      },
      [Symbol.dispose]: () => {
        if (!open) return;
        end();
        this.#forgetUnborn(feed);
      },
    };
  }

  /**
   * Memory for the pixels of a frame whose room was reserved: that of a dropped
   * frame where one of the same size is at hand.
   *
   * @param bytes Bytes of pixels.
   * @returns Memory with anything in it.
   */
  pixelMemory(bytes: number): Uint8Array<ArrayBuffer> {
    const at = this.#spare.findLastIndex(({ length }) => length === bytes);
    return at < 0 ? new Uint8Array(bytes) : this.#spare.splice(at, 1)[0]!;
  }

  /**
   * Adds a frame that exists already; the feed comes into being with its first.
   *
   * @param name The feed.
   * @param frame The frame without its number.
   * @returns The frame with its number.
   * @throws {LimitError} If the feed or the bytes are too many.
   */
  put(name: string, frame: FitspipeFrameParts): FitspipeFrame {
    using room = this.reserve(name, sizeOf(frame));
    return room.put(frame);
  }

  #put(feed: Feed, frame: FitspipeFrameParts): FitspipeFrame {
    const numbered = new FitspipeFrame(feed.newest + 1, frame);
    const bytes = sizeOf(numbered);
    feed.newest++;
    feed.count++;
    feed.frames.push(numbered);
    feed.bytes += bytes;
    this.#kept += bytes;
    if (feed.frames.length > this.depth) this.#drop(feed);
    for (const waiter of feed.waiters) {
      if (waiter.number > feed.newest) continue;
      feed.waiters.delete(waiter);
      guarded(() => waiter.ready(numbered));
    }
    for (const listener of this.#listeners) guarded(() => listener(feed.name, numbered));
    return numbered;
  }

  /**
   * A frame that is there. Its memory is used again once it is dropped: who keeps
   * it across an await borrows it with {@linkcode FeedStore.lend}.
   *
   * @param name The feed.
   * @param number The frame's number; undefined for the newest.
   * @returns The frame, or undefined if it has not come yet.
   * @throws {ProtocolError} If there is no such feed, or if the frame is gone or
   * too far ahead.
   */
  get(name: string, number: number | undefined): FitspipeFrame | undefined {
    // A feed that is gone comes back with its next number, which may be waited for.
    const feed = number === undefined ? this.#known(name) : this.#feeds.get(name);
    if (feed === undefined || feed.count === 0) throw new ProtocolError(`no feed '${name}'`);
    if (number === undefined) return feed.frames.at(-1);
    if (number > feed.newest + MAX_FRAMES_AHEAD) {
      throw new ProtocolError(`frame ${number} is too far ahead`);
    }
    const oldest = feed.newest - feed.frames.length + 1;
    if (number < oldest) throw new ProtocolError(`frame ${number} is gone, oldest ${oldest}`);
    return feed.frames[number - oldest];
  }

  /** The newest frame of a feed; undefined if there is none. */
  newest(name: string): FitspipeFrame | undefined {
    return this.#feeds.get(name)?.frames.at(-1);
  }

  /**
   * Waits for a frame that has not come yet.
   *
   * @param name The feed.
   * @param waiter The number, and what is called.
   * @returns Ends the wait.
   */
  wait(name: string, waiter: Waiter): () => void {
    const waiters = this.#feeds.get(name)!.waiters;
    waiters.add(waiter);
    return () => void waiters.delete(waiter);
  }

  /**
   * Counts a frame as in memory for as long as it is being sent, even when it is
   * dropped meanwhile.
   *
   * @param frame The frame.
   * @returns Called when it has been sent.
   */
  lend(frame: FitspipeFrame): () => void {
    const loan = this.#lent.get(frame) ?? { readers: 0, kept: true };
    loan.readers++;
    this.#lent.set(frame, loan);
    return () => {
      if (--loan.readers > 0) return;
      this.#lent.delete(frame);
      if (loan.kept) return;
      this.#lingering -= sizeOf(frame);
      this.#reuse(frame);
    };
  }

  /** All feeds that have frames, in the order of their first ones. */
  list(): FeedInfo[] {
    return Array.from(this.#feeds.values()).filter(isThere).map((feed) => this.#infoOf(feed));
  }

  /** What is told of a feed; undefined if there is none of the name. */
  info(name: string): FeedInfo | undefined {
    const feed = this.#known(name);
    return feed && this.#infoOf(feed);
  }

  #known(name: string): Feed | undefined {
    const feed = this.#feeds.get(name);
    return feed !== undefined && isThere(feed) ? feed : undefined;
  }

  #infoOf(feed: Feed): FeedInfo {
    const newest = feed.frames.at(-1);
    return {
      feed: feed.name,
      newest: feed.newest,
      oldest: feed.newest - feed.frames.length + 1,
      depth: this.depth,
      width: newest?.width ?? 0,
      height: newest?.height ?? 0,
      frames: feed.count,
    };
  }

  /**
   * Hears of every frame that is put.
   *
   * @param listener What is called.
   * @returns Ends it.
   */
  listen(listener: CameraFrameListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The reply to `ls` must fit one read of the published client, with every number at its longest. */
  #checkNewFeed(name: string): void {
    if (!isFeedName(name)) throw new ProtocolError(`bad feed name '${name}'`);
    if (this.#hasRoomFor(name)) return;
    // Feeds whose frames were all pushed out, and that no one waits for, are forgotten first.
    for (const feed of this.#feeds.values()) {
      if (feed.frames.length > 0 || feed.reservations > 0 || feed.waiters.size > 0) continue;
      this.#feeds.delete(feed.name);
      this.#lastForgotten = Math.max(this.#lastForgotten, feed.newest);
      if (this.#hasRoomFor(name)) return;
    }
    throw new LimitError(`no more than ${this.#feeds.size} feeds are possible`);
  }

  #hasRoomFor(name: string): boolean {
    let bytes = feedLineBound(name) + ". OK\n".length;
    for (const other of this.#feeds.keys()) bytes += feedLineBound(other);
    return this.#feeds.size < this.#maxFeeds && bytes <= LIST_REPLY_BYTES;
  }

  /** Session, feed and number are one frame's for good: no one's copy of it becomes another's. */
  #create(name: string): Feed {
    const feed: Feed = {
      name,
      frames: [],
      newest: this.#lastForgotten,
      count: 0,
      bytes: 0,
      reservations: 0,
      waiters: new Set(),
    };
    this.#feeds.set(name, feed);
    return feed;
  }

  /** A feed whose first frame did not arrive has never been. */
  #forgetUnborn(feed: Feed): void {
    if (feed.count === 0 && feed.reservations === 0) this.#feeds.delete(feed.name);
  }

  /** The oldest frame of the largest feed goes first. */
  #makeRoom(bytes: number): void {
    while (this.bytes + bytes > this.maxMemory) {
      let largest: Feed | undefined;
      for (const feed of this.#feeds.values()) {
        if (feed.frames.length > 0 && feed.bytes > (largest?.bytes ?? 0)) largest = feed;
      }
      if (largest === undefined) return;
      this.#drop(largest);
    }
  }

  #drop(feed: Feed): void {
    const frame = feed.frames.shift();
    if (frame === undefined) return;
    const bytes = sizeOf(frame);
    feed.bytes -= bytes;
    this.#kept -= bytes;
    const loan = this.#lent.get(frame);
    if (loan === undefined) return this.#reuse(frame);
    loan.kept = false;
    this.#lingering += bytes;
  }

  #reuse({ pixels }: FitspipeFrame): void {
    this.#spare.push(pixels as Uint8Array<ArrayBuffer>);
    if (this.#spare.length > MAX_SPARE) this.#spare.shift();
  }
}

/**
 * A feed whose last frame was pushed out by others is gone until its next one, though its
 * numbers go on. While that one is on its way there is something to wait for.
 */
function isThere(feed: Feed): boolean {
  return feed.frames.length > 0 || feed.count > 0 && feed.reservations > 0;
}

/** What one listener throws is a fault of its own; the others and the producer go on. */
function guarded(call: () => void): void {
  try {
    call();
  } catch (error) {
    reportError(error);
  }
}

/** Bytes that a frame takes in memory. */
export function sizeOf(frame: Pick<FitspipeFrame, "header" | "pixels">): number {
  return frame.header.length + frame.pixels.length;
}
