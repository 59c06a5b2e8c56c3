/** How the commands that use a queue reach it; loaded where one is given. */

import { HeliographError } from "../../net/errors.ts";
import { parseQueueUrl, type QueueAddress } from "../../net/redis/address.ts";
import type { PatientOptions } from "../../net/redis/patient.ts";
import { type CommandContext, UsageError } from "./command.ts";
import { readAuthorities, readFlagFile } from "./flag_files.ts";
import type { QueueFlagValues } from "./queue_flags.ts";

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
