/** What every command has that talks to a fitspipe server. */

import type { Endpoint } from "../../net/connect.ts";
import { FITSPIPE_PORT } from "../../fits/fitspipe/protocol.ts";
import { type FlagSpec, UsageError } from "../command.ts";

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
