import { checkCaps } from "../../net/caps.ts";
import { connect } from "../../net/connect.ts";
import { ClosedError, HeliographError } from "../../net/errors.ts";
import { closeQuietly } from "../../net/socket.ts";
import { shownUrl } from "../../net/text/shown_url.ts";
import type { HttpAnswer, HttpRequest, Patience, Transport } from "./exchange.ts";
import { HttpConnection } from "./connection.ts";

/** Options of a {@linkcode SocketTransport}. */
export interface SocketTransportOptions {
  /** Certificate authorities in PEM that are trusted in addition to the system's. */
  caCerts?: readonly string[] | undefined;
  /** Whether any certificate is taken. @default {false} */
  insecure?: boolean | undefined;
  /** Connections without a request that are kept for each origin. @default {8} */
  maxIdle?: number | undefined;
  /** Whether an address may be connected to. Default: every one. */
  admits?: ((address: string) => boolean) | undefined;
  /** Closes every connection when it aborts. */
  signal?: AbortSignal | undefined;
}

/**
 * Sends requests over connections of our own, which are used again while the
 * server keeps them open.
 */
export class SocketTransport implements Transport {
  #idle = new Map<string, HttpConnection[]>();
  #open = new Set<HttpConnection>();
  #options: SocketTransportOptions;
  #maxIdle: number;
  #closed = new AbortController();

  /**
   * Makes a transport without connections.
   *
   * @param options Trust and caps.
   */
  constructor(options: SocketTransportOptions = {}) {
    this.#options = options;
    checkCaps(options);
    this.#maxIdle = options.maxIdle ?? 8;
    options.signal?.addEventListener("abort", () => this.close(), {
      once: true,
      signal: this.#closed.signal,
    });
  }

  async send(request: HttpRequest, patience: Patience): Promise<HttpAnswer> {
    for (;;) {
      const connection = this.#idle.get(request.origin)?.pop() ??
        await this.#connect(request, patience);
      try {
        return await connection.exchange(request, patience);
      } catch (error) {
        // A server may close an idle connection at the moment in which a request leaves:
        // then nothing was answered, and a GET may be sent again (RFC 9112 section 9.3.1).
        const stale = connection.reused && !connection.answered && error instanceof ClosedError;
        if (!stale || request.method === "POST" || this.#closed.signal.aborted) throw error;
      }
    }
  }

  /** Closes the connections without a request, and keeps no more than so many of them. */
  keepIdle(most: number): void {
    this.#maxIdle = Math.min(this.#maxIdle, most);
    for (const idle of this.#idle.values()) for (const connection of [...idle]) connection.close();
  }

  close(): void {
    this.#closed.abort();
    for (const connection of this.#open) connection.close();
    this.#idle.clear();
  }

  async #connect({ url, origin }: HttpRequest, patience: Patience): Promise<HttpConnection> {
    const { caCerts, insecure, admits } = this.#options;
    if (admits !== undefined) await checkName(url, admits);
    const socket = await connect(url, {
      attemptTimeout: patience.connectTimeout,
      signal: this.#closed.signal,
      caCerts: caCerts && [...caCerts],
      insecure,
    });
    // A name may have got another address since it was looked at.
    const { remoteAddr } = socket;
    if (admits !== undefined && !(remoteAddr.transport === "tcp" && admits(remoteAddr.hostname))) {
      closeQuietly(socket);
      throw refusal(url);
    }
    const connection = new HttpConnection(
      socket,
      origin,
      (connection) => this.#keep(origin, connection),
      (connection) => this.#forget(origin, connection),
    );
    this.#open.add(connection);
    return connection;
  }

  #keep(origin: string, connection: HttpConnection): void {
    let idle = this.#idle.get(origin);
    if (idle === undefined) this.#idle.set(origin, idle = []);
    if (idle.length >= this.#maxIdle || this.#closed.signal.aborted) {
      connection.close();
    } else idle.push(connection);
  }

  #forget(origin: string, connection: HttpConnection): void {
    this.#open.delete(connection);
    const idle = this.#idle.get(origin);
    const at = idle?.indexOf(connection) ?? -1;
    if (at >= 0) idle!.splice(at, 1);
  }
}

/** Makes sure that no address of a host is one that may not be connected to. */
async function checkName(url: URL, admits: (address: string) => boolean): Promise<void> {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const isAddress = host.includes(":") || /^[\d.]+$/.test(host);
  if (isAddress) {
    if (admits(host)) return;
    throw refusal(url);
  }
  const { lookup } = await import("node:dns/promises");
  let found: readonly { readonly address: string }[];
  try {
    found = await lookup(host, { all: true });
  } catch (error) {
    throw new HeliographError(`Cannot connect to ${host}: its address cannot be found`, {
      cause: error,
      source: shownUrl(url),
    });
  }
  if (!found.every(({ address }) => admits(address))) throw refusal(url);
}

function refusal(url: URL): HeliographError {
  return new HeliographError(
    `Cannot connect to ${url.host}: its address is private, which is not allowed here`,
    { source: shownUrl(url) },
  );
}
