import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import { cameraFrameFile, type FitspipeFrame } from "../../fits/fitspipe/feed/frame.ts";
import { type FrameEvent, readEvent } from "../../fits/fitspipe/events/entry.ts";
import { parseEndpoint } from "../../net/connect.ts";
import { HeliographError } from "../../net/errors.ts";
import { PatientRedis } from "../../net/redis/patient.ts";
import type { StreamEntry } from "../../net/redis/streams.ts";
import { UsageError } from "../program/command.ts";
import type { EventsContext } from "./event_flags.ts";
import { makeFolder } from "../program/flag_files.ts";
import { queueOf } from "../program/queue_access.ts";
import { writeWholeFile } from "../program/whole_file.ts";
import { announcements, frameOf, placeOf } from "./announced.ts";

/** Prints what is announced, as lines of JSON. */
export async function followEvents(context: EventsContext): Promise<void> {
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
    for await (const entry of announcements(redis, key, { ...flags, signal })) {
      const told = await tell(entry, context);
      if (flags.group !== undefined) await redis.ask("XACK", key, flags.group, entry.id);
      if (told && ++count === flags.count) return;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Prints a frame, fetched where that is asked for; false for one that is not wanted. */
async function tell(entry: StreamEntry, context: EventsContext): Promise<boolean> {
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
  event: FrameEvent,
  folder: string,
  { signal, complain }: EventsContext,
): Promise<{ readonly output: string } | { readonly gone: true }> {
  const { feed, session, frame } = event;
  const output = `${folder.replace(/\/+$/, "")}/${feed.replace(/^\.+$/, "_")}-${session}-${
    String(frame).padStart(6, "0")
  }.fits`;
  let found: FitspipeFrame | undefined;
  try {
    await using client = await FitspipeClient.connect(parseEndpoint(placeOf(event)), { signal });
    found = await frameOf(client, event);
  } catch (error) {
    // A server that has ended has taken its frames with it; the frames of others follow.
    if (signal.aborted || !(error instanceof HeliographError)) throw error;
    complain(error.message);
  }
  if (found === undefined) return { gone: true };
  await writeWholeFile(output, cameraFrameFile(found));
  return { output };
}
