import { checkCaps } from "../../net/caps.ts";
import { certificateNames } from "../../net/tls.ts";
import { serveTcp, type ServeTcpOptions, serveTls, type TcpServer } from "../../net/serve_tcp.ts";
import type { TcpConnection } from "../../net/serve_tcp.ts";
import { formatAddress } from "../../net/socket.ts";
import type { AccessRecord } from "./access_log.ts";
import type { ConnectionSettings } from "./settings.ts";
import { ServerConnection } from "./connection.ts";
import { OwnNames } from "../fields/own_names.ts";
import type { HttpHandler } from "./types.ts";

/** Options of {@linkcode serveHttp}: those of every server, and what HTTP adds. */
export interface ServeHttpOptions extends Omit<ServeTcpOptions, "idleTimeout"> {
  /**
   * Connections at one time. When the last place is taken, the oldest connection
   * that waits for a request is closed; if none does, further ones wait.
   *
   * @default {4096}
   */
  maxConnections?: number | undefined;
  /** The port; 0 for any that is free. @default {8000} */
  port?: number | undefined;
  /** The most bytes of a request's line and fields; 414 or 431 above. @default {65536} */
  maxHeadBytes?: number | undefined;
  /** The most fields of a request; 431 above. @default {200} */
  maxFields?: number | undefined;
  /** The most bytes of a body that is read at once; 413 above. @default {1048576} */
  maxBodyBytes?: number | undefined;
  /**
   * The most bytes of a body that the handler has left which are read and dropped;
   * with more of them the connection ends.
   *
   * @default {262144}
   */
  maxDrainBytes?: number | undefined;
  /** The most requests on one connection. @default {100000} */
  maxRequests?: number | undefined;
  /** Milliseconds for the head of a request as a whole; then 408. @default {10000} */
  headTimeout?: number | undefined;
  /** Milliseconds that a connection may wait for its next request. @default {60000} */
  idleTimeout?: number | undefined;
  /**
   * Milliseconds without any byte of a body, or with less than 500 bytes for each
   * further second of it; then 408.
   *
   * @default {30000}
   */
  bodyTimeout?: number | undefined;
  /** Milliseconds that a client may take nothing of an answer. @default {30000} */
  writeTimeout?: number | undefined;
  /**
   * Names that the server goes by besides addresses, names without a dot, `hostname` and
   * those of the certificate; others are answered 421. `*` for any, as behind a proxy.
   *
   * @default {[]}
   */
  allowHosts?: readonly string[] | undefined;
  /**
   * Origins of pages, besides the server's own, whose requests with other methods than GET,
   * HEAD and OPTIONS are answered; others get 403. `*` for any.
   *
   * @default {[]}
   */
  allowOrigins?: readonly string[] | undefined;
  /** Methods that are known besides those of the IANA registry; others are answered 501. */
  methods?: ReadonlySet<string> | undefined;
  /** Called for every answer that has been sent, and for what was no request. */
  log?: ((record: AccessRecord) => void) | undefined;
}

/** A running HTTP server. */
export interface HttpServer extends TcpServer {
  /** The address as a URL, such as `http://127.0.0.1:8000/`. */
  readonly url: string;
}

/**
 * Serves HTTP/1.1 and 1.0 on plain sockets, or on TLS with `cert` and `key`.
 *
 * Connections are kept open, requests that follow each other without waiting are
 * answered in order. Everything that a client can make large or slow has a limit.
 *
 * @param options Address, limits, deadlines, log.
 * @param handler Answers the requests.
 * @returns The server, listening already.
 * @throws {HeliographError} If the address cannot be listened on, or if only one of
 * `cert` and `key` is given.
 *
 * @example
 * ```ts
 * import { serveHttp } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await serveHttp({ port: 0 }, ({ path }) => ({
 *   status: 200,
 *   fields: { "Content-Type": "text/plain; charset=utf-8" },
 *   body: `You asked for ${path}\n`,
 * }));
 * const response = await fetch(new URL("/sun", server.url));
 * assertEquals(await response.text(), "You asked for /sun\n");
 * ```
 */
export async function serveHttp(
  options: ServeHttpOptions,
  handler: HttpHandler,
): Promise<HttpServer> {
  const secure = options.cert !== undefined;
  const settings = connectionSettings(options, handler, secure);
  const { maxConnections = 4_096 } = options;
  const open = new Set<ServerConnection>();
  const serve = async (connection: TcpConnection) => {
    const served = new ServerConnection(connection, settings);
    // One listener for all connections: they share the signal.
    if (open.size === 0) connection.draining.addEventListener("abort", drainAll, { once: true });
    // Full: room is made for the next one, if somebody only keeps a connection open.
    if (open.size + 1 >= maxConnections) {
      for (const other of open) if (other.closeIfIdle()) break;
    }
    open.add(served);
    try {
      await served.serve();
    } finally {
      open.delete(served);
      if (open.size === 0) connection.draining.removeEventListener("abort", drainAll);
    }
  };
  const drainAll = () => open.forEach((connection) => connection.drain());
  checkCaps(options);
  const { cert, key, idleTimeout: _, ...rest } = options;
  const address = { ...rest, port: options.port ?? 8000, maxConnections };
  const server = secure || key !== undefined
    ? await serveTls({ ...address, cert, key }, serve)
    : serveTcp(address, serve);
  return withUrl(server, secure);
}

function withUrl(server: TcpServer, secure: boolean): HttpServer {
  const { hostname, port } = server.address;
  const host = formatAddress({ transport: "tcp", hostname, port });
  return {
    url: `${secure ? "https" : "http"}://${host}/`,
    address: server.address,
    finished: server.finished,
    get connections() {
      return server.connections;
    },
    useCertificate: (cert, key) => server.useCertificate(cert, key),
    shutdown: () => server.shutdown(),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function connectionSettings(
  options: ServeHttpOptions,
  handler: HttpHandler,
  secure: boolean,
): ConnectionSettings {
  const print = (error: unknown, remote?: string) => console.error(`${remote}:`, error);
  const { onError: given = print, log: write } = options;
  // What a callback throws is no reason to break off an answer, or to end the server.
  const onError: ConnectionSettings["onError"] = (error, remote) => {
    try {
      given(error, remote);
    } catch (failure) {
      print(failure, remote);
    }
  };
  const log: ConnectionSettings["log"] = write === undefined ? undefined : (record) => {
    try {
      write(record);
    } catch (failure) {
      onError(failure, record.host);
    }
  };
  return {
    handler,
    secure,
    names: new OwnNames({
      hostname: options.hostname,
      names: [...(options.allowHosts ?? []), ...certificateNames(options.cert)],
    }),
    origins: options.allowOrigins ?? [],
    maxHeadBytes: options.maxHeadBytes ?? 65_536,
    maxFields: options.maxFields ?? 200,
    maxBodyBytes: options.maxBodyBytes ?? 1_048_576,
    maxDrainBytes: options.maxDrainBytes ?? 262_144,
    maxRequests: options.maxRequests ?? 100_000,
    headTimeout: options.headTimeout ?? 10_000,
    idleTimeout: options.idleTimeout ?? 60_000,
    bodyTimeout: options.bodyTimeout ?? 30_000,
    writeTimeout: options.writeTimeout ?? 30_000,
    methods: options.methods,
    log,
    onError,
  };
}
