/** Where a queue is: `redis://HOST[:PORT]/NAME`. */

import { HeliographError } from "../errors.ts";

/** The port of Redis. */
const DEFAULT_PORT = 6379;

/** A queue on a server of Redis or Valkey. */
export interface QueueAddress {
  readonly hostname: string;
  readonly port: number;
  readonly tls: boolean;
  /** The name of the queue, which is in all its keys. */
  readonly name: string;
  /** User and password, where the URL has them. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** The URL as it may be shown. */
  readonly shown: string;
}

/**
 * Reads the URL of a queue.
 *
 * @param text `redis://HOST[:PORT]/NAME`, or `rediss:` for TLS.
 * @throws {HeliographError} If it is none.
 */
export function parseQueueUrl(text: string): QueueAddress {
  const url = URL.parse(text);
  // A password may stand in it: what is wrong is said without the text.
  if (url === null || (url.protocol !== "redis:" && url.protocol !== "rediss:")) {
    throw new HeliographError(
      "Cannot read the URL of the queue: expected redis://HOST:PORT/NAME, or rediss: for TLS",
    );
  }
  const name = url.pathname.replace(/^\//, "");
  if (url.hostname === "") {
    throw new HeliographError(
      "Cannot read the URL of the queue: it has no host, expected redis://HOST:PORT/NAME",
    );
  }
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(name) || url.search !== "" || url.hash !== "") {
    throw new HeliographError(
      "Cannot read the URL of the queue: behind the host expected its name, of 1 to 64 letters, " +
        "digits and _ . -, such as redis://localhost/sun",
    );
  }
  const port = url.port === "" ? DEFAULT_PORT : Number(url.port);
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return {
    ...{ hostname, port, tls: url.protocol === "rediss:", name },
    ...{ user: decoded(url.username), password: decoded(url.password) },
    shown: `${url.protocol}//${url.hostname}:${port}/${name}`,
  };
}

/** A user or a password as it is meant; undefined for none. */
function decoded(part: string): string | undefined {
  if (part === "") return undefined;
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HeliographError(
      "Cannot read the URL of the queue: its user or password has a % without two digits behind " +
        "it, expected %25",
    );
  }
}
