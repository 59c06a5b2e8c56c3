/** What the clients of array servers have in common: where the server is, and how long they wait. */

import { formatAddress } from "../../net/socket.ts";
import { ARRAY_PORT } from "../../rpc/frames/frames.ts";
import { ArrayClient, type ArrayClientOptions } from "../../rpc/client/array_client.ts";
import { readAuthorities, tokenOf } from "../program/flag_files.ts";
import { type FlagSpec, UsageError } from "../program/command.ts";

/** The flags of every client, by their kinds: from these the types of their values come. */
interface ClientFlags extends Record<string, FlagSpec> {
  host: FlagSpec & { type: "string"; default: string };
  port: FlagSpec & { type: "port"; default: number };
  token: FlagSpec & { type: "string"; default?: never | undefined };
  "token-file": FlagSpec & { type: "string"; default?: never | undefined };
  tls: FlagSpec & { type: "boolean" };
  ca: FlagSpec & { type: "strings" };
  wait: FlagSpec & { type: "seconds"; default?: never | undefined };
  deadline: FlagSpec & { type: "seconds"; default?: never | undefined };
}

/** What of the help text is about the server. */
const SERVER = "Server";

/** A wait that no one waits to its end: a year, in seconds. */
const FOREVER = "31536000";

/** The flags of every client. */
export const CLIENT_FLAGS: ClientFlags = {
  host: { type: "string", value: "H", help: "the server", default: "localhost", group: SERVER },
  port: { type: "port", value: "PORT", help: "its port", default: ARRAY_PORT, group: SERVER },
  token: { type: "string", value: "T", help: "token for the server", group: SERVER },
  "token-file": {
    type: "string",
    value: "FILE",
    help: "a file that holds the token",
    group: SERVER,
  },
  tls: { type: "boolean", help: "speak TLS", group: SERVER },
  ca: {
    type: "strings",
    value: "FILE",
    help: "also trust this certificate authority (PEM), for --tls",
    group: SERVER,
  },
  wait: {
    type: "seconds",
    value: "[SECONDS]",
    optional: FOREVER,
    help: "wait for a server that does not run yet",
    group: SERVER,
  },
  deadline: {
    type: "seconds",
    value: "SECONDS",
    help: "time limit for the connection",
    group: SERVER,
  },
};

/** The values of {@linkcode CLIENT_FLAGS}. */
export interface ClientFlagValues {
  readonly host: string;
  readonly port: number;
  readonly token: string | undefined;
  readonly "token-file": string | undefined;
  readonly tls: boolean;
  readonly ca: readonly string[];
  readonly wait: number | undefined;
  readonly deadline: number | undefined;
}

/** Where and how to connect, as the flags say. */
export async function connection(
  flags: ClientFlagValues,
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<{
  endpoint: { hostname: string; port: number; tls: boolean };
  options: ArrayClientOptions;
}> {
  const { host, port, tls, wait } = flags;
  const deadline = Math.min(wait ?? Infinity, flags.deadline ?? Infinity);
  if (flags.ca.length > 0 && !tls) throw new UsageError("--ca needs --tls");
  const caCerts = await readAuthorities("--ca", flags.ca);
  const token = await tokenOf(flags);
  let told = false;
  return {
    endpoint: { hostname: host, port, tls },
    options: {
      retry: wait !== undefined,
      signal,
      caCerts,
      token,
      deadline: deadline === Infinity ? undefined : deadline * 1_000,
      onRetry: () => {
        if (!told) {
          report(`% SOCKCLIENT: Waiting for a server on ${host}:${port}`);
        }
        told = true;
      },
    },
  };
}

/** Connects in our own protocol, and says so in the words of the document. */
export async function connectClient(
  flags: ClientFlagValues,
  signal: AbortSignal,
  report: (line: string) => void,
): Promise<ArrayClient> {
  const { endpoint, options } = await connection(flags, signal, report);
  const client = await ArrayClient.connect(endpoint, options);
  report("% SOCKCLIENT: Server connection established on LUN 100");
  return client;
}

/** The address of a server as a URL. */
export function urlOf(address: { hostname: string; port: number }): string {
  return `tcp://${formatAddress({ transport: "tcp", ...address })}`;
}
