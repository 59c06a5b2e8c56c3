/** Frames that are announced in a stream of Redis, and fetched from where they are. */

import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import { frameSum } from "../../fits/fitspipe/events/announcer.ts";
import { type FrameEvent, readEvent } from "../../fits/fitspipe/events/entry.ts";
import type { FitspipeFrame } from "../../fits/fitspipe/feed/frame.ts";
import { parseEndpoint } from "../../net/connect.ts";
import { HeliographError, ProtocolError } from "../../net/errors.ts";
import { PatientRedis, RedisError } from "../../net/redis/patient.ts";
import type { Reply } from "../../net/redis/replies.ts";
import { entriesOf, entriesOfFirst, type StreamEntry } from "../../net/redis/streams.ts";
import type { CommandContext } from "../program/command.ts";
import { queueOf } from "../program/queue_access.ts";

/** Milliseconds that the server waits for a frame before it is asked again. */
const BLOCK_MS = 5_000;

/** Milliseconds after which an event goes to another member of its group. */
const LEASE_MS = 60_000;

/**
 * The entries of a stream, for ever.
 *
 * @param redis Its server.
 * @param key The stream.
 * @param options Where to begin, and with whom the entries are shared.
 */
export async function* announcements(
  redis: PatientRedis,
  key: string,
  { from: where, group, signal }: {
    readonly from: string;
    readonly group?: string | undefined;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<StreamEntry> {
  const from = where === "new" ? "$" : where === "oldest" ? "0-0" : where;
  if (group !== undefined) {
    yield* entriesOfGroup(redis, key, group, from, signal);
    return;
  }
  // What comes between two questions would be lost with a dollar sign.
  let last = from;
  if (from === "$") {
    const [newest] = entriesOf(await redis.ask("XREVRANGE", key, "+", "-", "COUNT", 1));
    last = newest?.id ?? "0-0";
  }
  while (!signal.aborted) {
    const reply = await redis.ask("XREAD", "COUNT", 100, "BLOCK", BLOCK_MS, "STREAMS", key, last);
    for (const entry of entriesOfFirst(reply)) {
      yield entry;
      last = entry.id;
    }
  }
}

async function* entriesOfGroup(
  redis: PatientRedis,
  key: string,
  group: string,
  from: string,
  signal: AbortSignal,
): AsyncGenerator<StreamEntry> {
  const member = `member-${crypto.getRandomValues(new Uint8Array(4)).toHex()}`;
  const makeGroup = async (start: string) => {
    try {
      await redis.ask("XGROUP", "CREATE", key, group, start, "MKSTREAM");
    } catch (error) {
      if (!(error instanceof RedisError) || error.code !== "BUSYGROUP") throw error;
    }
  };
  await makeGroup(from);
  while (!signal.aborted) {
    let claimed: Reply;
    let fresh: Reply;
    try {
      // One at a time: what a member has is not there for others.
      claimed = await redis.ask(
        ...["XAUTOCLAIM", key, group, member, LEASE_MS, "0-0", "COUNT", 1],
      );
      yield* entriesOf(Array.isArray(claimed) ? claimed[1] : undefined);
      const words = ["GROUP", group, member, "COUNT", 1, "BLOCK", BLOCK_MS, "STREAMS", key, ">"];
      fresh = await redis.ask("XREADGROUP", ...words);
    } catch (error) {
      if (!(error instanceof RedisError) || error.code !== "NOGROUP") throw error;
      // The server has lost all that it had: all that it has now is new.
      await makeGroup("0");
      continue;
    }
    yield* entriesOfFirst(fresh);
  }
}

/** The server that has an announced frame: `HOST:PORT`. */
export function placeOf({ feed, frame, fetch }: FrameEvent): string {
  const [, place] = /^fitspipe:\/\/([^/]+)\//.exec(fetch) ?? [];
  if (place !== undefined) return place;
  throw new ProtocolError(
    `Cannot fetch frame ${frame} of ${feed}: its fetch is no fitspipe: URL`,
  );
}

/**
 * An announced frame.
 *
 * @param client The server that has it.
 * @param event What was announced.
 * @returns The frame; undefined if it is gone.
 */
export async function frameOf(
  client: FitspipeClient,
  { feed, frame, crc32: told }: FrameEvent,
): Promise<FitspipeFrame | undefined> {
  try {
    const found = await client.get(feed, { frame });
    // Numbers start over with a server that is started again.
    const sum = frameSum(found.header, found.pixels);
    return found.number === frame && sum === told ? found : undefined;
  } catch (error) {
    if (error instanceof ProtocolError && /is gone|no feed/.test(error.message)) return undefined;
    throw error;
  }
}

/**
 * The frames of a feed as they are announced, wherever they are.
 *
 * @param url The queue, `redis://HOST[:PORT]/NAME`.
 * @param feed The feed.
 * @param from `new` or `oldest`.
 * @param context The running command.
 * @param onGone Hears of a frame that cannot be had any more.
 */
export async function* announcedFrames(
  url: string,
  feed: string,
  from: "new" | "oldest",
  context: CommandContext,
  onGone: (frame: number) => void,
): AsyncGenerator<FitspipeFrame> {
  const { signal, complain } = context;
  const { address, options } = await queueOf(url, context);
  using redis = new PatientRedis(address, { ...options, signal });
  const stop = () => redis[Symbol.dispose]();
  signal.addEventListener("abort", stop, { once: true });
  let client: FitspipeClient | undefined;
  let connected = "";
  try {
    const key = `hg:{${address.name}}:frames`;
    for await (const entry of announcements(redis, key, { from, signal })) {
      const event = readEvent(entry);
      if (typeof event === "string") complain(event);
      if (typeof event === "string" || event.feed !== feed) continue;
      let frame: FitspipeFrame | undefined;
      try {
        const place = placeOf(event);
        if (client === undefined || place !== connected) {
          await client?.[Symbol.asyncDispose]();
          client = undefined;
          client = await FitspipeClient.connect(parseEndpoint(place), { signal });
          connected = place;
        }
        frame = await frameOf(client, event);
      } catch (error) {
        // A server that is gone has taken its frames with it; another one may follow.
        if (signal.aborted || !(error instanceof HeliographError)) throw error;
        complain(error.message);
        await client?.[Symbol.asyncDispose]();
        client = undefined;
      }
      if (frame === undefined) onGone(event.frame);
      else yield frame;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    await client?.[Symbol.asyncDispose]();
  }
}
