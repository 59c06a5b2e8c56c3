/** The flags of every command that uses a queue, and how it is reached. */

import { HeliographError } from "../../net/errors.ts";
import { parseQueueUrl, type QueueAddress } from "../../net/redis/address.ts";
import type { PatientOptions } from "../../net/redis/patient.ts";
import { type CommandContext, UsageError } from "./command.ts";
import { readAuthorities, readFlagFile } from "./flag_files.ts";

/** Flags that say who asks the queue, and how long it may be away. */
export const QUEUE_FLAGS = {
  "queue-password-file": {
    type: "string",
    value: "FILE",
    help: "a file that holds the queue's password (else $HELIOGRAPH_REDIS_PASSWORD)",
    group: "Queue",
  },
  ca: {
    type: "strings",
    value: "FILE",
    help: "also trust this certificate authority (PEM), for rediss:",
    group: "Queue",
  },
  patience: {
    type: "seconds",
    value: "S",
    help: "how long the queue's server may be away",
    default: 600,
    group: "Queue",
  },
} as const;

/** The values of {@linkcode QUEUE_FLAGS}. */
export interface QueueFlagValues {
  readonly "queue-password-file": string | undefined;
  readonly ca: readonly string[];
  /** Seconds; without them for ever. */
  readonly patience?: number | undefined;
}

/** What the help says of a queue. */
export const QUEUE_DETAILS: string =
  "redis://HOST[:PORT]/NAME is a queue on a server of Redis 7 or Valkey; rediss: is TLS. Its\n" +
  "password and user are those of HELIOGRAPH_REDIS_PASSWORD and HELIOGRAPH_REDIS_USER. A user\n" +
  "needs no more than ~hg:{NAME}:* +@stream +@scripting +@bitmap +@hash +@sortedset\n" +
  "+@connection +expire +unlink +info.";

/** What a queue needs. */
export const QUEUE_PERMISSION = "--allow-net=HOST:PORT --allow-env=HELIOGRAPH_REDIS_* for a queue";

/**
 * Where a queue is and how it is asked, as the flags say it.
 *
 * @param text The URL of the queue.
 * @param context The running command.
 * @throws {UsageError} If the URL is none.
 */
export async function queueOf(
  text: string,
  { flags, report, complain }: CommandContext,
): Promise<{ readonly address: QueueAddress; readonly options: PatientOptions }> {
  const values = flags as unknown as QueueFlagValues;
  const address = addressOf(text);
  if (address.password !== undefined) {
    complain("warning: others on this machine can see a password in the URL of a queue");
  }
  const file = values["queue-password-file"];
  const password = file !== undefined
    ? (await readFlagFile("--queue-password-file", file)).replace(/\r?\n$/, "")
    : address.password ?? variable("HELIOGRAPH_REDIS_PASSWORD");
  if (values.ca.length > 0 && !address.tls) throw new UsageError("--ca needs a rediss: URL");
  const options = {
    user: address.user ?? variable("HELIOGRAPH_REDIS_USER"),
    password,
    caCerts: await readAuthorities("--ca", values.ca),
    patience: (values.patience ?? Infinity) * 1_000,
    onAway: (reason: string) =>
      report(`the queue ${address.shown} is away (${reason}): waiting for it`),
    onBack: () => report(`the queue ${address.shown} is back`),
  };
  return { address, options };
}

function addressOf(text: string): QueueAddress {
  try {
    return parseQueueUrl(text);
  } catch (error) {
    if (!(error instanceof HeliographError)) throw error;
    throw new UsageError(error.message);
  }
}

/** A variable of the environment, where reading it is permitted without a question. */
function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  const value = state === "granted" ? Deno.env.get(name) : undefined;
  return value === "" ? undefined : value;
}
