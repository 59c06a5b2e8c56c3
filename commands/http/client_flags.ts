/** The flags that every command which fetches has, and what the library makes of them. */

import { readNetrc } from "../../http/client/credentials.ts";
import type { ClientOptions } from "../../http/client/client.ts";
import { CookieJar } from "../../http/client/cookies.ts";
import { type CommandContext, UsageError } from "../program/command.ts";
import { readAuthorities, readFlagFile } from "../program/flag_files.ts";
import { STORE_PERMISSION, type StoreFlagValues, storeOptions } from "../program/store_flags.ts";

/** Flags of `head`, `read`, `get` and `stream`. */
export const CLIENT_FLAGS = {
  user: { type: "string", value: "NAME", help: "user name for the servers", group: "Connection" },
  password: {
    type: "string",
    value: "WORD",
    help: "password; visible in the process list, --netrc is safer",
    group: "Connection",
  },
  netrc: {
    type: "boolean",
    help: "take user and password from ~/.netrc (or $NETRC)",
    group: "Connection",
  },
  "netrc-file": {
    type: "string",
    value: "FILE",
    help: "take them from this file",
    group: "Connection",
  },
  cookies: {
    type: "string",
    value: "FILE",
    help: "send these cookies (Netscape format)",
    group: "Connection",
  },
  header: {
    type: "strings",
    value: "'NAME: VALUE'",
    help: "header field to send with every request",
    group: "Connection",
  },
  ca: {
    type: "string",
    value: "FILE",
    help: "also trust these certificate authorities (PEM)",
    group: "Connection",
  },
  insecure: {
    type: "boolean",
    help: "take any certificate: anyone on the way can read and change what is sent",
    group: "Connection",
  },
  timeout: {
    type: "seconds",
    value: "SECONDS",
    help: "longest silence of a server (default 30; 60 for the first answer)",
    group: "Connection",
  },
} as const;

/** The values of {@linkcode CLIENT_FLAGS}. */
export interface ClientFlagValues extends StoreFlagValues {
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly netrc: boolean;
  readonly "netrc-file": string | undefined;
  readonly cookies: string | undefined;
  readonly header: readonly string[];
  readonly ca: string | undefined;
  readonly insecure: boolean;
  readonly timeout: number | undefined;
}

/** What of a command {@linkcode clientOptions} works with. */
export interface ClientContext extends Pick<CommandContext, "signal" | "report" | "complain"> {
  readonly flags: ClientFlagValues;
}

/** What each command that fetches needs for its example, which asks the station. */
export const CLIENT_PERMISSION = "--allow-net=127.0.0.1:8000";

/** What it needs for the flags that read the environment. */
export const ENVIRONMENT_PERMISSION: string =
  `--allow-env for --netrc and for proxies of the environment, ${STORE_PERMISSION}`;

/**
 * The options of the client family that the flags ask for.
 *
 * @param context The command, with the flags; its signal ends everything.
 */
export async function clientOptions(
  { flags, signal, report, complain }: ClientContext,
): Promise<ClientOptions> {
  if (flags.password !== undefined && flags.user === undefined) {
    throw new UsageError("--password needs --user NAME");
  }
  // A user of HTTP has none (RFC 7617 section 2): it is meant as curl's NAME:PASSWORD.
  if (flags.user?.includes(":")) {
    throw new UsageError("--user has a colon, expected the name alone; --password is its own flag");
  }
  if (flags.insecure) {
    if (flags.ca !== undefined) throw new UsageError("--insecure and --ca exclude each other");
    // Under --quiet too: nothing that comes can be trusted.
    complain(
      "warning: --insecure: no certificate is checked, so that anyone on the way can read and " +
        "change what is sent, passwords too",
    );
  }
  const timeout = milliseconds(flags.timeout);
  const netrcFile = flags["netrc-file"];
  return {
    user: flags.user,
    password: flags.password,
    netrc: flags.netrc || netrcFile !== undefined ? await readNetrc(netrcFile, report) : undefined,
    caCerts: flags.ca === undefined ? undefined : await readAuthorities("--ca", [flags.ca]),
    insecure: flags.insecure,
    s3: storeOptions(flags),
    headers: headersOf(flags.header),
    cookies: await cookiesOf(flags.cookies),
    connectTimeout: timeout,
    headTimeout: timeout,
    silenceTimeout: timeout,
    onWarning: (message) => report(`warning: ${message}`),
    signal,
  };
}

/** The cookies of a file, to which the run adds those that servers set. */
async function cookiesOf(path: string | undefined): Promise<CookieJar> {
  const jar = new CookieJar();
  if (path !== undefined) jar.load(await readFlagFile("--cookies", path), Date.now(), path);
  return jar;
}

/** Milliseconds of a flag in seconds; undefined where it was not given. */
export function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : seconds * 1000;
}

function headersOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(lines.map((line) => {
    const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*)$/.exec(line);
    if (match === null) throw new UsageError("--header expects 'NAME: VALUE'");
    return [match[1]!, match[2]!];
  }));
}
