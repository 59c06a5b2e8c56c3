/** What every command has that talks to a fitspipe server. */

import type { Endpoint } from "../../net/connect.ts";
import { FITSPIPE_PORT } from "../../fits/fitspipe/feed/protocol.ts";
import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import {
  type Command,
  type CommandContext,
  defineCommand,
  type FlagSpec,
  UsageError,
} from "../program/command.ts";

/** The flag for the server's port. */
export const PORT_FLAG: {
  readonly type: "number";
  readonly value: "PORT";
  readonly help: string;
  readonly default: number;
} & FlagSpec = {
  type: "number",
  value: "PORT",
  help: "port of the server",
  default: FITSPIPE_PORT,
};

/**
 * The server that a command line names, with the published client's check of the port.
 *
 * @throws {UsageError} If the port is none.
 */
export function serverOf(hostname: string, port: number): Endpoint {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new UsageError(`Port ${port} is invalid (1..65535)`);
  }
  return { hostname, port };
}

/**
 * A command that asks a server one thing.
 *
 * @param name The command's name within `fitspipe`.
 * @param summary What it does.
 * @param ask Asks, and prints the answer.
 */
export function questionCommand(
  name: string,
  summary: string,
  ask: (client: FitspipeClient, context: CommandContext) => Promise<void>,
): Command {
  return defineCommand({
    name: `fitspipe ${name}`,
    summary,
    usage: "HOST",
    arguments: [1, 1],
    flags: { port: PORT_FLAG },
    example: `fitspipe ${name} localhost`,
    permissions: ["--allow-net=localhost"],
    async run(context) {
      const { args, flags, signal } = context;
      await using client = await FitspipeClient.connect(serverOf(args[0]!, flags.port), { signal });
      await ask(client, context);
    },
  });
}
