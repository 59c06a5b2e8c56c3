/** `/live`: frames of feeds as values over WebSocket, as fast as each reader takes them. */

import type { FeedStore } from "../../fits/fitspipe/feed/store.ts";
import { isFeedName } from "../../fits/fitspipe/feed/protocol.ts";
import type { HttpRequest, HttpResponse } from "../../http/server/types.ts";
import type { WebSocketConnection } from "../../http/websocket/connection.ts";
import { CLOSE_CODE } from "../../http/websocket/frames/close_codes.ts";
import { upgradeWebSocket } from "../../http/websocket/upgrade.ts";
import { ProtocolError } from "../../net/errors.ts";
import { clientAddress } from "../api/client_address.ts";
import { ProblemError, type ProblemPlaces, problemResponse } from "../api/problem.ts";
import { FeedFigures } from "./feed_figures.ts";
import { encodeFrame, frameLevel, frameValues, withSkipped } from "./frame_message.ts";

/** The subprotocol. */
export const LIVE_PROTOCOL = "heliograph.live.1";
/** Connections of one address at one time. */
const MAX_CONNECTIONS = 4;
/** Feeds that one connection looks at. */
const MAX_SUBSCRIPTIONS = 8;
/** Frames that a reader may ask for ahead. */
const MAX_CREDIT = 16;
/** Frames that a reader may ask for by their numbers before it has got them. */
const MAX_ASKED = 16;
/** Times of frames that are remembered, of each feed. */
const MAX_TIMES = 1_024;
/** Feeds whose figures are kept. */
const MAX_FEEDS = 1_024;
/** Bytes of what a reader says. */
const MAX_MESSAGE = 4_096;
/** Pixels of a window. */
const MAX_SIZE = 100_000;

/** Options of {@linkcode LiveSockets}. */
export interface LiveOptions {
  readonly store: FeedStore;
  readonly places: ProblemPlaces;
  readonly trustProxy: boolean;
}

/** A feed that a reader looks at. It holds no frame: what is sent is the newest then. */
interface Subscription {
  readonly feed: string;
  readonly size: readonly [width: number, height: number];
  credit: number;
  /** The number of the last frame that was sent. */
  last: number | undefined;
}

/** What a reader asks for beside the newest frames. */
interface Question {
  readonly feed: string;
  /** The frame that is wanted, in full; undefined asks which ones are kept. */
  readonly number: number | undefined;
}

/** What a connection wants. */
interface Wants {
  readonly subscriptions: Map<string, Subscription>;
  readonly questions: Question[];
}

/** What is told of a feed besides its frames. */
export interface FeedTraffic {
  /** Frames a second; null before there are two. */
  readonly rate: number | null;
  /** How often a frame came after more than three times the usual interval. */
  readonly gaps: number;
  /** Readers of `/live` that look at it now. */
  readonly viewers: number;
  /** Frames that readers did not get, since they were slower. */
  readonly skipped: number;
}

/** Sends frames to all who look. */
export class LiveSockets implements Disposable {
  readonly #options: LiveOptions;
  readonly #connections = new Map<string, number>();
  /** The newest frame of each feed by level, as it is sent, once for all readers. */
  readonly #messages = new Map<
    string,
    { readonly number: number; readonly bytes: Uint8Array<ArrayBuffer> }
  >();
  /** When the frames of each feed were put, by their numbers. */
  readonly #times = new Map<string, Map<number, number>>();
  readonly #wakers = new Set<(feed: string) => void>();
  readonly #figures = new Map<string, FeedFigures>();
  readonly #readers = new Set<Wants>();
  readonly #stop: () => void;
  readonly #skipped = new Map<string, number>();

  /**
   * Prepares the answers.
   *
   * @param options The frames.
   */
  constructor(options: LiveOptions) {
    this.#options = options;
    this.#stop = options.store.listen((feed, { number }) => {
      this.#noteTime(feed, number);
      this.#figuresOf(feed).note(Date.now());
      for (const wake of this.#wakers) wake(feed);
    });
  }

  /** Frames that readers did not get, since they were slower. */
  get skipped(): number {
    return [...this.#skipped.values()].reduce((sum, count) => sum + count, 0);
  }

  /**
   * How fast a feed is, and who looks at it.
   *
   * @param feed The feed.
   */
  trafficOf(feed: string): FeedTraffic {
    const figures = this.#figuresOf(feed);
    return {
      rate: figures.rate(Date.now()) ?? null,
      gaps: figures.gaps,
      viewers: [...this.#readers].filter(({ subscriptions }) => subscriptions.has(feed)).length,
      skipped: this.#skipped.get(feed) ?? 0,
    };
  }

  #figuresOf(feed: string): FeedFigures {
    let figures = this.#figures.get(feed);
    if (figures === undefined) {
      this.#figures.set(feed, figures = new FeedFigures());
      // Feeds come and go: of those that are gone nothing is told.
      for (const old of this.#figures.keys()) {
        if (this.#figures.size <= MAX_FEEDS) break;
        if (this.#options.store.newest(old) === undefined) this.#forget(old);
      }
    }
    return figures;
  }

  #forget(feed: string): void {
    this.#figures.delete(feed);
    this.#skipped.delete(feed);
  }

  /** Hears of no frame any more. */
  [Symbol.dispose](): void {
    this.#stop();
  }

  /**
   * Answers a request for frames.
   *
   * @param request The request.
   */
  async handle(request: HttpRequest): Promise<HttpResponse> {
    const { places, trustProxy } = this.#options;
    const address = clientAddress(request, trustProxy);
    const count = this.#connections.get(address) ?? 0;
    if (count >= MAX_CONNECTIONS) {
      const found = `${MAX_CONNECTIONS} connections of your address are open already`;
      return problemResponse(request, new ProblemError(429, "busy", found), places);
    }
    return await upgradeWebSocket(request, {
      protocols: [LIVE_PROTOCOL],
      compression: false,
      maxMessageSize: MAX_MESSAGE,
      handler: async (connection) => {
        // Many may have asked at the same time, and none of them was counted then.
        const open = this.#connections.get(address) ?? 0;
        if (open >= MAX_CONNECTIONS) {
          await connection.close(CLOSE_CODE.policyViolation, "too many connections");
          return;
        }
        this.#connections.set(address, open + 1);
        try {
          await this.#serve(connection);
        } finally {
          const left = this.#connections.get(address)! - 1;
          if (left > 0) this.#connections.set(address, left);
          else this.#connections.delete(address);
        }
      },
    });
  }

  async #serve(connection: WebSocketConnection): Promise<void> {
    const wants: Wants = { subscriptions: new Map(), questions: [] };
    let sending: Promise<void> | undefined;
    const pump = () => {
      sending ??= this.#send(connection, wants).catch(() => connection.abort())
        .finally(() => sending = undefined);
    };
    const wake = (feed: string) => {
      if ((wants.subscriptions.get(feed)?.credit ?? 0) > 0) pump();
    };
    this.#wakers.add(wake);
    this.#readers.add(wants);
    try {
      for await (const message of connection) {
        if (message.kind !== "text") throw new ProtocolError("expected text");
        apply(await message.text(), wants);
        pump();
      }
    } finally {
      this.#wakers.delete(wake);
      this.#readers.delete(wants);
    }
  }

  /** Answers questions, then sends the newest frame of each feed while there is credit for it. */
  async #send(
    connection: WebSocketConnection,
    { subscriptions, questions }: Wants,
  ): Promise<void> {
    for (let isBusy = true; isBusy;) {
      isBusy = false;
      for (let next = questions.shift(); next !== undefined; next = questions.shift()) {
        await this.#answer(connection, next);
      }
      for (const subscription of [...subscriptions.values()]) {
        const { feed, last } = subscription;
        const frame = this.#options.store.newest(feed);
        if (frame === undefined || subscription.credit === 0 || frame.number === last) continue;
        const skipped = last === undefined ? 0 : Math.max(0, frame.number - last - 1);
        if (skipped > 0) this.#skipped.set(feed, (this.#skipped.get(feed) ?? 0) + skipped);
        // Before the wait: the memory of the frame may be used again.
        const message = this.#messageOf(feed, frame, frameLevel(frame, subscription.size));
        const bytes = withSkipped(message, skipped);
        subscription.credit--;
        subscription.last = frame.number;
        isBusy = true;
        await connection.send(bytes, { kind: "binary" });
      }
    }
  }

  /** Sends a frame that was asked for by its number, all of it; else what is kept. */
  async #answer(connection: WebSocketConnection, { feed, number }: Question): Promise<void> {
    const { store } = this.#options;
    const info = store.info(feed);
    const { oldest = 0, newest = 0, depth = store.depth } = info ?? {};
    if (number === undefined || number < oldest || number > newest) {
      const kept = { feed, oldest, newest, depth, session: String(store.session) };
      const text = JSON.stringify(number === undefined ? kept : { ...kept, gone: number });
      return await connection.send(text);
    }
    const frame = store.get(feed, number)!;
    const time = this.#timeOf(feed, number);
    const values = frameValues(frame, 0);
    const bytes = encodeFrame(values, { frame, time, skipped: 0, isAsked: true });
    await connection.send(bytes, { kind: "binary" });
  }

  #noteTime(feed: string, number: number): void {
    let times = this.#times.get(feed);
    if (times === undefined) this.#times.set(feed, times = new Map());
    times.set(number, Date.now());
    times.delete(number - MAX_TIMES);
  }

  /** When a frame was put; NaN of one that was there before this began to listen. */
  #timeOf(feed: string, number: number): number {
    return this.#times.get(feed)?.get(number) ?? NaN;
  }

  /** The message of a frame: its values are looked at once, however many read it. */
  #messageOf(
    feed: string,
    frame: Parameters<typeof frameValues>[0],
    level: number,
  ): Uint8Array<ArrayBuffer> {
    const key = `${level} ${feed}`;
    const kept = this.#messages.get(key);
    if (kept?.number === frame.number) return kept.bytes;
    const time = this.#timeOf(feed, frame.number);
    const bytes = encodeFrame(frameValues(frame, level), { frame, time, skipped: 0 });
    this.#messages.set(key, { number: frame.number, bytes });
    return bytes;
  }
}

/** Does what a reader says: subscribe, credit, unsubscribe, and what it asks. */
function apply(text: string, { subscriptions, questions }: Wants): void {
  let said: unknown;
  try {
    said = JSON.parse(text);
  } catch {
    throw new ProtocolError("expected JSON");
  }
  if (typeof said !== "object" || said === null) throw new ProtocolError("expected an object");
  const given = said as Record<string, unknown>;
  const { subscribe, unsubscribe, size = [MAX_SIZE, MAX_SIZE], credit = 0, feed } = given;
  if (given.kept !== undefined || given.number !== undefined) {
    if (questions.length >= MAX_ASKED) {
      throw new ProtocolError(`no more than ${MAX_ASKED} at a time`);
    }
    return void questions.push(questionOf(given));
  }
  if (!isCount(credit)) throw new ProtocolError("credit: expected a whole number");
  if (unsubscribe !== undefined) return void subscriptions.delete(feedOf(unsubscribe));
  if (subscribe === undefined) {
    for (const subscription of subscriptions.values()) {
      if (feed !== undefined && subscription.feed !== feedOf(feed)) continue;
      subscription.credit = Math.min(MAX_CREDIT, subscription.credit + credit);
    }
    return;
  }
  const name = feedOf(subscribe);
  if (!Array.isArray(size) || size.length !== 2 || !size.every(isCount) || size.includes(0)) {
    throw new ProtocolError("size: expected two whole numbers above 0");
  }
  if (!subscriptions.has(name) && subscriptions.size >= MAX_SUBSCRIPTIONS) {
    throw new ProtocolError(`no more than ${MAX_SUBSCRIPTIONS} feeds on a connection`);
  }
  subscriptions.set(name, {
    feed: name,
    size: size as [number, number],
    credit: Math.min(MAX_CREDIT, credit),
    last: subscriptions.get(name)?.last,
  });
}

/** `{"kept":"feeds/NAME"}` or `{"number":N,"feed":"feeds/NAME"}`. */
function questionOf({ kept, number, feed }: Record<string, unknown>): Question {
  if (kept !== undefined) return { feed: feedOf(kept), number: undefined };
  if (!Number.isSafeInteger(number) || (number as number) < 1) {
    throw new ProtocolError("number: expected a whole number from 1");
  }
  return { feed: feedOf(feed), number: number as number };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MAX_SIZE;
}

function feedOf(value: unknown): string {
  const name = typeof value === "string" ? value.replace(/^feeds\//, "") : "";
  if (isFeedName(name)) return name;
  throw new ProtocolError("expected feeds/NAME");
}
