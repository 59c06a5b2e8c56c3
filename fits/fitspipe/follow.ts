import { backoffDelay, delay } from "../../net/backoff.ts";
import {
  ClosedError,
  FormatError,
  HeliographError,
  LimitError,
  ProtocolError,
} from "../../net/errors.ts";
import type { Endpoint } from "../../net/connect.ts";
import { callAfter } from "../../net/deadline.ts";
import { FitspipeClient, type FitspipeClientOptions } from "./client.ts";
import type { FitspipeFrame } from "./feed/frame.ts";
import { type FeedInfo, MAX_FRAMES_AHEAD } from "./feed/protocol.ts";

/** Frames that are gone. */
export interface GapEvent {
  /** What happened. */
  readonly kind: "gap";
  /** The first number that was missed. */
  readonly first: number;
  /** The last number that was missed. */
  readonly last: number;
}

/** The connection ended; it is tried again. */
export interface DisconnectedEvent {
  /** What happened. */
  readonly kind: "disconnected";
  /** Why, for a person. */
  readonly reason: string;
}

/** The server started over, its numbers with it: nothing tells how many frames were missed. */
export interface RestartedEvent {
  /** What happened. */
  readonly kind: "restarted";
  /** The last frame before. */
  readonly last: number;
  /** The first frame of the new numbers. */
  readonly next: number;
}

/** The server sent a frame again, or an earlier one, in place of the next. It is not given. */
export interface RepeatedEvent {
  /** What happened. */
  readonly kind: "repeated";
  /** The number that came. */
  readonly frame: number;
  /** The last frame that was given; the next one has a greater number. */
  readonly last: number;
}

/** What happens besides frames. */
export type FollowEvent = GapEvent | DisconnectedEvent | RestartedEvent | RepeatedEvent;

/** Options of {@linkcode followFeed}; the waits of `retry` hold for interruptions too. */
export interface FollowOptions extends FitspipeClientOptions {
  /** The feed. @default {"default"} */
  feed?: string | undefined;
  /** The first frame: the next that is put, the newest, the oldest, or a number. @default {"next"} */
  from?: "next" | "newest" | "oldest" | number | undefined;
  /** How many frames; without it for ever. */
  count?: number | undefined;
  /** Frames that are asked for ahead of the one that is awaited, where the server allows it. @default {4} */
  ahead?: number | undefined;
  /**
   * Whether the memory of a frame is used again as soon as the next one is asked
   * for: much faster for large frames, for who does not keep them.
   *
   * @default {false}
   */
  recycle?: boolean | undefined;
  /**
   * Milliseconds without a byte after which the server is asked over a connection of its
   * own whether it still has the feed: a host that lost its power closes no connection.
   *
   * @default {60000}
   */
  silence?: number | undefined;
  /** Hears of gaps, broken connections, restarts and repeated frames. */
  onEvent?: ((event: FollowEvent) => void) | undefined;
}

/** Times in a row that a server may send a frame that was there before. */
const MAX_REPEATED = 100;

/** Times in a row that a server may refuse a frame, or answer with no frame, after a reconnection. */
const MAX_REFUSALS = 4;

/**
 * Follows a feed, also through restarts of the server and broken connections.
 *
 * After an interruption it resumes after the last frame that it gave; frames that
 * the server no longer has are reported as a gap.
 *
 * @param target Host and port, or `host:port`.
 * @param options The feed, the first frame, how many.
 * @returns The frames, in order.
 * @throws {HeliographError} If nothing answers at first, if there is no such feed, or if
 * the server goes on answering with what is no frame.
 */
export async function* followFeed(
  target: string | URL | Endpoint,
  options: FollowOptions = {},
): AsyncGenerator<FitspipeFrame, void, void> {
  const { count = Infinity, signal } = options;
  const place: Place = { last: undefined, version: undefined };
  for (let given = 0, attempt = 0, refusals = 0; given < count;) {
    signal?.throwIfAborted();
    let client: FitspipeClient | undefined;
    try {
      client = await FitspipeClient.connect(target, options);
      const first = await startNumber(client, place, options);
      if (first === undefined) throw new ClosedError("the feed has not come back yet");
      const check = checkOf(target, client, options);
      const start = { first, exactly: place.last !== undefined };
      for await (const frame of framesFrom(client, start, count - given, check, options)) {
        attempt = refusals = 0;
        place.last = frame.number;
        given++;
        yield frame;
        if (options.recycle) client.recycle(frame);
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (place.version === undefined || !isInterruption(error)) throw error;
      if (isRefusal(error) && ++refusals > MAX_REFUSALS) throw error;
      options.onEvent?.({ kind: "disconnected", reason: (error as Error).message });
      const waits = typeof options.retry === "object" ? options.retry : {};
      await delay(backoffDelay(++attempt, waits), signal);
    } finally {
      client?.close();
    }
  }
}

/** Where a follower stands. */
interface Place {
  /** The last frame that was given. */
  last: number | undefined;
  /** What the server called itself, with the number of its session if it is ours. */
  version: string | undefined;
}

/** Whether waiting may help: whatever befalls a server or a network passes, a missing permission does not. */
function isInterruption(error: unknown): error is HeliographError {
  return error instanceof HeliographError && !(error.cause instanceof Deno.errors.NotCapable);
}

/** The server is there, and its answer is of no use. */
function isRefusal(error: HeliographError): boolean {
  return error instanceof ProtocolError || error instanceof FormatError ||
    error instanceof LimitError;
}

/** Says whether a frame that does not come can still come. */
type Check = (expected: number) => Promise<void>;

/**
 * Asks the server over another connection about a frame that is awaited in vain.
 *
 * @returns A function that throws a ClosedError if the first connection has died.
 */
function checkOf(
  target: string | URL | Endpoint,
  client: FitspipeClient,
  options: FollowOptions,
): Check {
  const { feed = "default" } = options;
  let before = -1;
  return async (expected) => {
    await using second = await FitspipeClient.connect(target, options);
    const info = (await second.list()).find((entry) => entry.feed === feed);
    const there = info !== undefined && second.version === client.version;
    // A frame that has just come, or comes slowly, has bytes to show the next time.
    const arrived = client.received !== before;
    before = client.received;
    if (there && (arrived || info.newest < expected)) return;
    throw new ClosedError("the connection died without a word");
  };
}

/** The number of the first frame to ask for; undefined if a feed that was there is not now. */
async function startNumber(
  client: FitspipeClient,
  place: Place,
  options: FollowOptions,
): Promise<number | undefined> {
  const { feed = "default", from = "next", onEvent } = options;
  const info = (await client.list()).find((entry) => entry.feed === feed);
  if (info === undefined) {
    if (place.version !== undefined) return undefined;
    throw new HeliographError(`No feed '${feed}' found on server.`);
  }
  const first = place.last === undefined ? firstNumber(info, from, client.pipelined) : undefined;
  const before = place.version;
  place.version = client.version;
  if (place.last === undefined) return first;
  if (before !== client.version || info.newest < place.last) {
    onEvent?.({ kind: "restarted", last: place.last, next: info.oldest });
    return info.oldest;
  }
  return skipGap(info, place.last + 1, onEvent);
}

function firstNumber(
  info: FeedInfo,
  from: "next" | "newest" | "oldest" | number,
  ours: boolean,
): number {
  if (from === "oldest") return info.oldest;
  if (from === "newest") return info.newest;
  if (from === "next") return info.newest + 1;
  if (!ours) return from;
  if (from > info.newest + MAX_FRAMES_AHEAD) {
    throw new HeliographError(
      `Cannot wait for frame ${from} of feed '${info.feed}': the newest is ${info.newest}, ` +
        `expected at most ${MAX_FRAMES_AHEAD} more`,
    );
  }
  // A number before the feed's first is no frame that is gone.
  return Math.max(from, info.newest - info.frames + 1);
}

function skipGap(info: FeedInfo, next: number, onEvent: FollowOptions["onEvent"]): number {
  if (next >= info.oldest) return next;
  onEvent?.({ kind: "gap", first: next, last: info.oldest - 1 });
  return info.oldest;
}

/** Frames from a number on, several asked for ahead, over the gaps that a slow reader finds. */
async function* framesFrom(
  client: FitspipeClient,
  { first, exactly }: { readonly first: number; readonly exactly: boolean },
  count: number,
  check: Check,
  options: FollowOptions,
): AsyncGenerator<FitspipeFrame, void, void> {
  const { feed = "default", silence = 60_000, onEvent } = options;
  const window = client.pipelined ? 1 + (options.ahead ?? 4) : 1;
  const asked: Promise<FitspipeFrame>[] = [];
  let expected = first;
  let next = first;
  let repeated = 0;
  for (let given = 0; given < count;) {
    while (asked.length < Math.min(window, count - given)) {
      const frame = client.get(feed, { frame: next++ });
      frame.catch(() => {});
      asked.push(frame);
    }
    let frame: FitspipeFrame;
    try {
      frame = await unlessSilent(asked.shift()!, silence, () => check(expected));
    } catch (error) {
      if (!(error instanceof ProtocolError) || client.closed) throw error;
      const info = (await client.list()).find((entry) => entry.feed === feed);
      // Refused although it is there or yet to come: no gap, but a server that will not.
      if (info === undefined || expected >= info.oldest) throw error;
      const reached = await firstThatCame(asked);
      if (reached === undefined) {
        expected = next = skipGap(info, expected, onEvent);
        continue;
      }
      frame = reached;
    }
    // The first frame of all may have any number: what came counts, not what was asked for.
    if ((exactly || given > 0) && frame.number < expected) {
      onEvent?.({ kind: "repeated", frame: frame.number, last: expected - 1 });
      if (++repeated >= MAX_REPEATED) {
        throw new ProtocolError(
          `Cannot follow feed '${feed}': the server sent ${repeated} frames that were there ` +
            `before, the last ${frame.number}, expected ${expected}`,
        );
      }
      client.recycle(frame);
      if (asked.length === 0) next = expected;
      continue;
    }
    repeated = 0;
    if (frame.number > expected) {
      onEvent?.({ kind: "gap", first: expected, last: frame.number - 1 });
    }
    expected = frame.number + 1;
    given++;
    yield frame;
  }
}

/** Waits for a frame, and makes sure now and then that it can come. */
async function unlessSilent(
  frame: Promise<FitspipeFrame>,
  silence: number,
  check: () => Promise<void>,
): Promise<FitspipeFrame> {
  for (;;) {
    const silent = Promise.withResolvers<void>();
    using _timer = callAfter(silence, silent.resolve);
    const come = await Promise.race([frame, silent.promise]);
    if (come) return come;
    await check();
  }
}

/** The first frame of those asked for that the server still had. */
async function firstThatCame(
  asked: Promise<FitspipeFrame>[],
): Promise<FitspipeFrame | undefined> {
  for (let frame = asked.shift(); frame !== undefined; frame = asked.shift()) {
    try {
      return await frame;
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
  }
  return undefined;
}
