/** What `fitspipe serve --events` and `--archive` do; loaded where they are given. */

import type { FeedStore } from "../../fits/fitspipe/feed/store.ts";
import { FrameAnnouncer } from "../../fits/fitspipe/events/announcer.ts";
import { openArchive } from "../../fits/fitspipe/events/archive.ts";
import { PatientRedis } from "../../net/redis/patient.ts";
import { formatAddress } from "../../net/socket.ts";
import { type CommandContext, UsageError } from "../program/command.ts";
import { queueOf } from "../program/queue_access.ts";
import { storeOptions } from "../program/store_flags.ts";

/** The values of the flags that say how frames are announced. */
interface EventFlagValues {
  readonly events: string | undefined;
  readonly "events-url": string | undefined;
  readonly "events-header": readonly string[];
  readonly "events-sha256": boolean;
  readonly "events-keep": number;
  readonly archive: string | undefined;
}

/**
 * Announces the frames of a server from now on.
 *
 * @param context The running command.
 * @param store The feeds.
 * @param address Where the server listens.
 * @returns What ends it.
 */
export async function announceFrames(
  context: CommandContext,
  store: FeedStore,
  address: { readonly hostname: string; readonly port: number },
): Promise<AsyncDisposable> {
  const flags = context.flags as unknown as EventFlagValues;
  const { address: queue, options } = await queueOf(flags.events!, context);
  const from = flags["events-url"]?.replace(/\/+$/, "") ??
    `fitspipe://${formatAddress({ transport: "tcp", ...address })}`;
  if (!/^fitspipe:\/\/[^/\s]+$/.test(from)) {
    throw new UsageError(`--events-url is '${from}', expected fitspipe://HOST:PORT`);
  }
  if (/^fitspipe:\/\/(127\.|localhost\b|\[::1\])/.test(from)) {
    context.report(`warning: ${from} is announced, which is this machine to everyone else`);
  }
  const archive = flags.archive === undefined ? undefined : openArchive(
    flags.archive,
    storeOptions({
      ...{ endpoint: undefined, "no-sign-request": false, "requester-pays": false },
    }),
  );
  const redis = new PatientRedis(queue, { ...options, patience: Infinity });
  // What is wrong at the start is said at the start.
  await redis.ask("PING");
  const announcer = new FrameAnnouncer(redis, store, {
    key: `hg:{${queue.name}}:frames`,
    keep: flags["events-keep"],
    from,
    header: flags["events-header"].map((keyword) => keyword.toUpperCase()),
    sha256: flags["events-sha256"],
    archive: archive?.keep,
    onTrouble: context.complain,
  });
  return {
    async [Symbol.asyncDispose]() {
      await announcer[Symbol.asyncDispose]();
      archive?.[Symbol.dispose]();
    },
  };
}
