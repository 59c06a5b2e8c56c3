/** Announces the frames of feeds on a server of Redis, which the feeds never wait for. */

import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { delay } from "../../../net/backoff.ts";
import { type PatientRedis, RedisError } from "../../../net/redis/patient.ts";
import type { CommandWord } from "../../../net/redis/replies.ts";
import { Header } from "../../header/header.ts";
import type { FitspipeFrame } from "../feed/frame.ts";
import type { FeedStore } from "../feed/store.ts";
import { eventWords, type FrameEvent } from "./entry.ts";

/** Announcements that wait for the server at most; then the oldest go. */
const MAX_WAITING = 1_000;

/** Announcements that are sent at a time. */
const MAX_BATCH = 100;

/** Frames that are being kept at a time. */
const MAX_KEEPING = 4;

/** Milliseconds between two attempts while the server's memory is full. */
const FULL_MS = 500;

/** Milliseconds that an announcement waits for its frame to be kept. */
const KEEP_MS = 2_000;

/** How frames are announced. */
export interface AnnouncerOptions {
  /** The stream. */
  readonly key: string;
  /** Entries that it keeps, about. */
  readonly keep: number;
  /** Where the frames are fetched from, `fitspipe://HOST:PORT`. */
  readonly from: string;
  /** Keywords whose values are told. */
  readonly header: readonly string[];
  /** Whether SHA-256 is told. */
  readonly sha256: boolean;
  /** Keeps a frame; where. The frame's memory is lent until then. */
  readonly archive?:
    | ((feed: string, session: string, frame: FitspipeFrame) => Promise<string>)
    | undefined;
  /** Hears of what goes wrong. */
  readonly onTrouble: (line: string) => void;
}

/**
 * Adds entries in their order, in one step: where the answer is lost, all come again behind the
 * first ones, and none before another.
 *
 * KEYS: the stream. ARGV: its length, then of each entry the number of its words, and these.
 */
const ANNOUNCE = `
local k = 2
while k <= #ARGV do
  local count = tonumber(ARGV[k])
  redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', unpack(ARGV, k + 1, k + count))
  k = k + count + 1
end
`;

/** CRC-32 of header and pixels of a frame, as it is announced. */
export function frameSum(header: Uint8Array, pixels: Uint8Array): string {
  return crc32(pixels, crc32(header)).toString(16).padStart(8, "0");
}

interface Waiting {
  event: FrameEvent;
  /** Whether it still waits for its frame to be kept; it waits no longer than so. */
  keeping: Promise<void> | undefined;
}

/** Announces every frame of a store until it is ended. */
export class FrameAnnouncer implements AsyncDisposable {
  readonly #redis: PatientRedis;
  readonly #store: FeedStore;
  readonly #options: AnnouncerOptions;
  readonly #waiting: Waiting[] = [];
  readonly #stop: () => void;
  #missed = 0;
  #keeping = 0;
  #sending: Promise<void> | undefined;
  #failed = false;

  /**
   * Begins to listen.
   *
   * @param redis The server.
   * @param store The feeds.
   * @param options Stream, address, what is told.
   */
  constructor(redis: PatientRedis, store: FeedStore, options: AnnouncerOptions) {
    this.#redis = redis;
    this.#store = store;
    this.#options = options;
    this.#stop = store.listen((feed, frame) => this.#hear(feed, frame));
  }

  /** How many announcements wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Ends it; what waits is sent if the server takes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    await Promise.race([this.#sending, delay(KEEP_MS)]);
    this.#redis[Symbol.dispose]();
    await this.#sending;
  }

  #hear(feed: string, frame: FitspipeFrame): void {
    if (this.#failed) return;
    const waiting: Waiting = { event: this.#eventOf(feed, frame), keeping: undefined };
    if (this.#options.archive !== undefined && this.#keeping < MAX_KEEPING) {
      const kept = this.#keep(waiting, feed, frame).finally(() => waiting.keeping = undefined);
      waiting.keeping = kept;
    }
    this.#waiting.push(waiting);
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift();
      this.#missed++;
    }
    this.#sending ??= this.#send();
  }

  #eventOf(feed: string, frame: FitspipeFrame): FrameEvent {
    const { header, pixels, number, width, height } = frame;
    const { session } = this.#store;
    const { from, sha256 } = this.#options;
    return {
      ...{ feed, frame: number, session, width, height },
      bytes: header.length + pixels.length,
      time: new Date().toISOString(),
      fetch: `${from}/${feed}/${number}`,
      crc32: frameSum(header, pixels),
      sha256: sha256 ? createHash("sha256").update(header).update(pixels).digest("hex") : undefined,
      header: this.#cardsOf(header),
    };
  }

  #cardsOf(bytes: Uint8Array): Record<string, string> {
    const wanted = this.#options.header;
    if (wanted.length === 0) return {};
    const found: Record<string, string> = {};
    try {
      const header = Header.parse(bytes);
      for (const keyword of wanted) {
        const value = header.get(keyword);
        if (value !== undefined && value !== null) found[keyword] = String(value);
      }
    } catch {
      // A frame whose cards cannot be read is announced all the same.
    }
    return found;
  }

  async #keep(waiting: Waiting, feed: string, frame: FitspipeFrame): Promise<void> {
    const giveBack = this.#store.lend(frame);
    this.#keeping++;
    try {
      const url = await this.#options.archive!(feed, this.#store.session, frame);
      waiting.event = { ...waiting.event, url };
    } catch (error) {
      this.#options.onTrouble(
        `frame ${frame.number} of ${feed} is not kept: ${(error as Error).message}`,
      );
    } finally {
      this.#keeping--;
      giveBack();
    }
  }

  /** Asks the server, again as long as it has no memory. */
  async #announce(words: readonly CommandWord[]): Promise<void> {
    for (let told = false;; told = true) {
      try {
        await this.#redis.ask(...words);
        return;
      } catch (error) {
        if (!(error instanceof RedisError) || error.code !== "OOM") throw error;
        if (!told) this.#options.onTrouble("the events' server has no memory: frames wait for it");
        await delay(FULL_MS);
      }
    }
  }

  /** Sends what waits, in its order. */
  async #send(): Promise<void> {
    try {
      // The frame can be fetched before it is announced: its producer has its turn first.
      await Promise.resolve();
      while (this.#waiting.length > 0) {
        const [first] = this.#waiting;
        if (first!.keeping !== undefined) await Promise.race([first!.keeping, delay(KEEP_MS)]);
        const batch: FrameEvent[] = [];
        while (batch.length < MAX_BATCH && this.#waiting.length > 0) {
          if (batch.length > 0 && this.#waiting[0]!.keeping !== undefined) break;
          batch.push(this.#waiting.shift()!.event);
        }
        const missed = this.#missed;
        this.#missed = 0;
        const { key, keep } = this.#options;
        const words = batch.flatMap((event, i) => {
          const told = eventWords(i === 0 && missed > 0 ? { ...event, missed } : event);
          return [told.length, ...told];
        });
        await this.#announce(["EVAL", ANNOUNCE, 1, key, keep, ...words]);
      }
    } catch (error) {
      this.#failed = true;
      this.#waiting.length = 0;
      this.#options.onTrouble(`frames are no longer announced: ${(error as Error).message}`);
    } finally {
      this.#sending = undefined;
    }
  }
}
