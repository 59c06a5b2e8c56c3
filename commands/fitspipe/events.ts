import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import { cameraFrameFile } from "../../fits/fitspipe/feed/frame.ts";
import { frameSum } from "../../fits/fitspipe/events/announcer.ts";
import { type FrameEvent, readEvent } from "../../fits/fitspipe/events/entry.ts";
import { parseEndpoint } from "../../net/connect.ts";
import { ProtocolError } from "../../net/errors.ts";
import { PatientRedis, RedisError } from "../../net/redis/patient.ts";
import { entriesOf, entriesOfFirst, type StreamEntry } from "../../net/redis/streams.ts";
import {
  type Command,
  type CommandContext,
  defineCommand,
  UsageError,
} from "../program/command.ts";
import { makeFolder } from "../program/flag_files.ts";
import { QUEUE_DETAILS, QUEUE_FLAGS, QUEUE_PERMISSION, queueOf } from "../program/queue_flags.ts";
import { writeWholeFile } from "../program/whole_file.ts";

/** Milliseconds that the server waits for a frame before it is asked again. */
const BLOCK_MS = 5_000;

/** Milliseconds after which an event goes to another member of its group. */
const LEASE_MS = 60_000;

const FLAGS = {
  feed: { type: "string", value: "F", help: "this feed alone" },
  from: {
    type: "string",
    value: "new|oldest|ID",
    help: "where to begin; a group begins where it has been",
    default: "new",
  },
  group: { type: "string", value: "G", help: "share the frames with others of this name" },
  fetch: { type: "string", value: "DIR", help: "fetch each frame into this folder" },
  count: { type: "count", value: "N", help: "end after so many frames" },
  ...QUEUE_FLAGS,
} as const;

type Context = CommandContext<typeof FLAGS>;

/** `heliograph fitspipe events`: what is announced, as lines of JSON. */
export const command: Command = defineCommand({
  name: "fitspipe events",
  summary: "Follow the frames that fitspipe serve --events announces",
  usage: "redis://HOST[:PORT]/NAME",
  details:
    "Prints a line of JSON for each frame. With --group each frame goes to one member, and\n" +
    "to another one if that has not printed it, and fetched it, within a minute.\n" + QUEUE_DETAILS,
  arguments: [1, 1],
  flags: FLAGS,
  example: "fitspipe events redis://localhost/sun --from oldest --count 1",
  permissions: ["--allow-net=localhost:6379", "--allow-read=."],
  furtherPermissions: `--allow-net=HOST:PORT --allow-write=DIR for --fetch, ${QUEUE_PERMISSION}`,
  async run(context) {
    const { args, flags, signal } = context;
    if (!/^(new|oldest|\d+(-\d+)?)$/.test(flags.from)) {
      throw new UsageError(`--from is '${flags.from}', expected new, oldest or the id of an entry`);
    }
    if (flags.fetch !== undefined) await makeFolder("--fetch", flags.fetch);
    const { address, options } = await queueOf(args[0]!, context);
    using redis = new PatientRedis(address, { ...options, signal });
    const stop = () => redis[Symbol.dispose]();
    signal.addEventListener("abort", stop, { once: true });
    const key = `hg:{${address.name}}:frames`;
    let count = 0;
    try {
      for await (const entry of entries(redis, key, context)) {
        const told = await tell(entry, context);
        if (flags.group !== undefined) await redis.ask("XACK", key, flags.group, entry.id);
        if (told && ++count === flags.count) return;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  },
});

/** The entries of a stream, for ever. */
async function* entries(
  redis: PatientRedis,
  key: string,
  { flags, signal }: Context,
): AsyncGenerator<StreamEntry> {
  const from = flags.from === "new" ? "$" : flags.from === "oldest" ? "0-0" : flags.from;
  if (flags.group !== undefined) {
    yield* entriesOfGroup(redis, key, flags.group, from, signal);
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
  try {
    await redis.ask("XGROUP", "CREATE", key, group, from, "MKSTREAM");
  } catch (error) {
    if (!(error instanceof RedisError) || error.code !== "BUSYGROUP") throw error;
  }
  while (!signal.aborted) {
    // One at a time: what a member has is not there for others.
    const claimed = await redis.ask(
      ...["XAUTOCLAIM", key, group, member, LEASE_MS, "0-0", "COUNT", 1],
    );
    yield* entriesOf(Array.isArray(claimed) ? claimed[1] : undefined);
    const words = ["GROUP", group, member, "COUNT", 1, "BLOCK", BLOCK_MS, "STREAMS", key, ">"];
    yield* entriesOfFirst(await redis.ask("XREADGROUP", ...words));
  }
}

/** Prints a frame, fetched where that is asked for; false for one that is not wanted. */
async function tell(entry: StreamEntry, context: Context): Promise<boolean> {
  const { flags, print, complain } = context;
  const event = readEvent(entry);
  if (typeof event === "string") {
    complain(event);
    return false;
  }
  if (flags.feed !== undefined && event.feed !== flags.feed) return false;
  const { header, ...plain } = event;
  const fetched = flags.fetch === undefined ? {} : await fetchFrame(event, flags.fetch, context);
  print(JSON.stringify({ event: "frame", id: entry.id, ...plain, header, ...fetched }));
  return true;
}

/** Fetches a frame into a folder; what is gone from its server is said to be. */
async function fetchFrame(
  { feed, session, frame, fetch, crc32: told }: FrameEvent,
  folder: string,
  { signal }: Context,
): Promise<{ readonly output: string } | { readonly gone: true }> {
  const [, place] = /^fitspipe:\/\/([^/]+)\//.exec(fetch) ?? [];
  if (place === undefined) {
    throw new ProtocolError(
      `Cannot fetch frame ${frame} of ${feed}: its fetch is no fitspipe: URL`,
    );
  }
  await using client = await FitspipeClient.connect(parseEndpoint(place), { signal });
  const output = `${folder.replace(/\/+$/, "")}/${feed.replace(/^\.+$/, "_")}-${session}-${
    String(frame).padStart(6, "0")
  }.fits`;
  try {
    const found = await client.get(feed, { frame });
    // Numbers begin anew with a server that is started again.
    const sum = frameSum(found.header, found.pixels);
    if (found.number !== frame || sum !== told) return { gone: true };
    await writeWholeFile(output, cameraFrameFile(found));
    return { output };
  } catch (error) {
    if (error instanceof ProtocolError && /is gone|no feed/.test(error.message)) {
      return { gone: true };
    }
    throw error;
  }
}
