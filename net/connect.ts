import { checkCaps } from "./caps.ts";
import { backoffDelay, type BackoffOptions, delay } from "./backoff.ts";
import { reasonOf } from "./connect_reason.ts";
import { TimedSignal } from "./deadline.ts";
import { HeliographError, TimeoutError } from "./errors.ts";
import { closeQuietly, type Socket } from "./socket.ts";

/** Where to connect to. */
export interface Endpoint {
  /** A host name or an address. */
  hostname: string;
  /** The port, 1 to 65535. */
  port: number;
  /** Whether to speak TLS. @default {false} */
  tls?: boolean | undefined;
}

/** Options of {@linkcode connect}. */
export interface ConnectOptions {
  /** Ends every attempt; its reason is thrown. */
  signal?: AbortSignal | undefined;
  /**
   * Whether to try again when nothing answers, until the deadline passes or the
   * signal aborts. Names that do not resolve and missing permissions end it at once.
   *
   * @default {false}
   */
  retry?: boolean | BackoffOptions | undefined;
  /** Milliseconds for everything: all attempts, waits, and the TLS handshake. */
  deadline?: number | undefined;
  /** Milliseconds for one attempt. @default {10000} */
  attemptTimeout?: number | undefined;
  /** Certificate authorities in PEM that are trusted in addition to the system's. */
  caCerts?: string[] | undefined;
  /**
   * Whether to take any certificate: anyone on the way can then read and change what is sent.
   *
   * @default {false}
   */
  insecure?: boolean | undefined;
  /** Called before each wait, with the error and the milliseconds until the next attempt. */
  onRetry?: ((error: Error, wait: number) => void) | undefined;
}

/** The ports of the URL schemes that connect knows, and whether they speak TLS. */
const SCHEMES: Readonly<Record<string, { port?: number | undefined; tls: boolean }>> = {
  "tcp:": { tls: false },
  "tls:": { tls: true },
  "http:": { port: 80, tls: false },
  "https:": { port: 443, tls: true },
  "ws:": { port: 80, tls: false },
  "wss:": { port: 443, tls: true },
  "ftp:": { port: 21, tls: false },
};

/**
 * Connects to a server, with Nagle's algorithm off.
 *
 * @param target Host and port, a URL (`tcp://localhost:21038`, `https://example.org/`),
 * or `host:port`.
 * @param options Retries, deadlines and trust.
 * @returns The connection; it belongs to the caller.
 * @throws {TimeoutError} If the deadline passes.
 * @throws {HeliographError} If nothing answers and `retry` is off, or if the target
 * cannot be understood.
 *
 * @example
 * ```ts
 * import { connect, serveTcp } from "@heliograph/heliograph/net";
 *
 * await using server = serveTcp({ port: 0 }, async ({ socket }) => {
 *   await socket.write(new TextEncoder().encode("hello"));
 * });
 * const socket = await connect(server.address, { retry: true, deadline: 5_000 });
 * console.log(await socket.read(new Uint8Array(80)));
 * socket.close();
 * ```
 */
export async function connect(
  target: string | URL | Endpoint,
  options: ConnectOptions = {},
): Promise<Socket> {
  const endpoint = parseEndpoint(target);
  checkCaps(options);
  const { attemptTimeout = 10_000, deadline = Infinity, retry = false, onRetry } = options;
  const start = performance.now();
  for (let attempt = 1;; attempt++) {
    const left = deadline - (performance.now() - start);
    const limit = Math.min(left, attemptTimeout);
    try {
      return await connectOnce(endpoint, limit, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof Error)) throw error;
      const wait = backoffDelay(attempt, retry === true || retry === false ? {} : retry);
      const enough = performance.now() - start + wait < deadline;
      if (retry === false || !isWorthRetrying(error)) throw describe(endpoint, error, limit);
      if (!enough) {
        throw new TimeoutError(
          `Cannot connect to ${nameOf(endpoint)}: ` +
            `no answer within ${deadline} ms (${attempt} attempts, last: ${reasonOf(error)})`,
          { cause: error, source: nameOf(endpoint) },
        );
      }
      onRetry?.(error, wait);
      await delay(wait, options.signal);
    }
  }
}

/**
 * Reads a target for {@linkcode connect}.
 *
 * @param target A URL, `host:port`, or the parts.
 * @throws {HeliographError} If it names no host, no port or an unknown scheme.
 */
export function parseEndpoint(target: string | URL | Endpoint): Endpoint {
  if (typeof target !== "string" && !(target instanceof URL)) return checkPort(target);
  const text = String(target);
  const url = URL.parse(text.includes("://") ? text : `tcp://${text}`);
  if (url === null || url.hostname === "") {
    throw new HeliographError(`Cannot connect to '${text}': expected a URL or HOST:PORT`);
  }
  const scheme = Object.hasOwn(SCHEMES, url.protocol) ? SCHEMES[url.protocol] : undefined;
  if (scheme === undefined) {
    const known = Object.keys(SCHEMES).map((name) => name + "//").join(" ");
    throw new HeliographError(`Cannot connect to '${text}': expected one of ${known}`);
  }
  const port = url.port === "" ? scheme.port : Number(url.port);
  if (port === undefined) {
    throw new HeliographError(`Cannot connect to '${text}': no port, expected HOST:PORT`);
  }
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  return checkPort({ hostname, port, tls: scheme.tls });
}

function checkPort(endpoint: Endpoint): Endpoint {
  const { port } = endpoint;
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return endpoint;
  throw new HeliographError(
    `Cannot connect to ${endpoint.hostname}: port ${port}, expected 1 to 65535`,
  );
}

async function connectOnce(
  endpoint: Endpoint,
  limit: number,
  options: ConnectOptions,
): Promise<Socket> {
  using limited = new TimedSignal(limit, options.signal);
  const { signal } = limited;
  try {
    const { hostname, port } = endpoint;
    const tcp = await Deno.connect({ hostname, port, signal });
    tcp.setNoDelay(true);
    if (!endpoint.tls) return tcp;
    const { caCerts = [], insecure } = options;
    return await startTls(tcp, { hostname, signal, caCerts, insecure });
  } catch (error) {
    if (limited.timedOut) throw new TimeoutError("no answer");
    throw error;
  }
}

/** Options of {@linkcode startTls}. */
export interface StartTlsOptions {
  /** The name that the server's certificate must carry. */
  hostname: string;
  /** Certificate authorities in PEM that are trusted in addition to the system's. */
  caCerts?: string[] | undefined;
  /** Whether to take any certificate. @default {false} */
  insecure?: boolean | undefined;
  /** Ends the handshake; the connection is closed then. */
  signal?: AbortSignal | undefined;
}

/**
 * Turns a plain connection into one with TLS, as `AUTH TLS` of FTP asks for, and
 * waits for the handshake.
 *
 * @param tcp The connection; it must not be used any more.
 * @param options The server's name, trust, and a signal.
 * @returns The connection with TLS.
 */
export async function startTls(tcp: Deno.TcpConn, options: StartTlsOptions): Promise<Socket> {
  const { hostname, caCerts = [], signal, insecure } = options;
  if (insecure) {
    // Loaded for anyone who asks for it: it brings the platform's other TLS.
    const { UncheckedTlsSocket } = await import("./tls_socket.ts");
    const unchecked = new UncheckedTlsSocket(tcp);
    try {
      await unchecked.handshake(hostname, signal);
      return unchecked;
    } catch (error) {
      unchecked.close();
      throw error;
    }
  }
  const tls = await Deno.startTls(tcp, { hostname, caCerts });
  const stop = () => closeQuietly(tls);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    await tls.handshake();
    return tls;
  } catch (error) {
    closeQuietly(tls);
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/** A wrong name, a refused permission or a certificate that is not trusted stays wrong. */
function isWorthRetrying(error: Error): boolean {
  return error instanceof Deno.errors.ConnectionRefused ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.TimedOut ||
    error instanceof Deno.errors.AddrNotAvailable ||
    error instanceof TimeoutError;
}

function nameOf({ hostname, port }: Endpoint): string {
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

function describe(endpoint: Endpoint, error: Error, limit: number): Error {
  if (error instanceof Deno.errors.NotCapable) return error;
  const source = nameOf(endpoint);
  const options = { cause: error, source };
  if (error instanceof TimeoutError) {
    return new TimeoutError(
      `Cannot connect to ${source}: no answer within ${Math.round(limit)} ms`,
      options,
    );
  }
  return new HeliographError(`Cannot connect to ${source}: ${reasonOf(error)}`, options);
}
