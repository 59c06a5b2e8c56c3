import { checkCaps } from "../../net/caps.ts";
import { messageOf } from "../../net/errors.ts";
import type { ServeTcpOptions, TcpServer } from "../../net/serve_tcp.ts";
import { serveTcp } from "../../net/serve_tcp.ts";
import { FeedStore, type FeedStoreOptions } from "./feed/store.ts";
import { FITSPIPE_PORT } from "./feed/protocol.ts";
import { Session, type SessionContext } from "./session.ts";

/** Options of {@linkcode serveFitspipe}. */
export interface ServeFitspipeOptions extends FeedStoreOptions {
  /** The address to listen on. @default {"127.0.0.1"} */
  hostname?: string | undefined;
  /** The port; 0 for any that is free. @default {9999} */
  port?: number | undefined;
  /** Frames from elsewhere; by default a new store with the bounds given here. */
  store?: FeedStore | undefined;
  /** Whether the command `shutdown` ends the server. @default {false} */
  allowShutdown?: boolean | undefined;
  /** Milliseconds that a consumer may take nothing, or a producer send nothing of a frame. @default {30000} */
  progressTimeout?: number | undefined;
  /** Milliseconds that a connection may stay without its first command. @default {30000} */
  firstTimeout?: number | undefined;
  /** Milliseconds that a connection may stay without a further command. @default {3600000} */
  idleTimeout?: number | undefined;
  /** Connections at one time. @default {1024} */
  maxConnections?: number | undefined;
  /**
   * Connections from one address at one time; further ones are closed at once.
   *
   * @default {512, and always fewer than `maxConnections`}
   */
  maxConnectionsPerAddress?: number | undefined;
  /** Shuts the server down when it aborts. */
  signal?: AbortSignal | undefined;
  /** Hears of connections and of what goes wrong on them. */
  log?: ((line: string) => void) | undefined;
}

/** A running fitspipe server. */
export interface FitspipeServer extends TcpServer {
  /** The frames of its feeds. */
  readonly store: FeedStore;
}

/**
 * Serves frames: producers put FITS images into feeds, any number of consumers get
 * them at their own pace.
 *
 * @param options Address, bounds, deadlines.
 * @returns The server, listening already.
 * @throws {HeliographError} If the address cannot be listened on.
 *
 * @example
 * ```ts
 * import { FitspipeClient, serveFitspipe } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = serveFitspipe({ port: 0 });
 * await using client = await FitspipeClient.connect(server.address);
 * assertEquals(await client.list(), []);
 * ```
 */
export function serveFitspipe(options: ServeFitspipeOptions = {}): FitspipeServer {
  checkCaps(options);
  const store = options.store ?? new FeedStore(options);
  const log = options.log ?? (() => {});
  const { maxConnections = 1_024, idleTimeout = 3_600_000 } = options;
  const { maxConnectionsPerAddress = Math.max(1, Math.min(512, maxConnections - 1)) } = options;
  const tcp: ServeTcpOptions & { cert?: undefined } = {
    hostname: options.hostname ?? "127.0.0.1",
    port: options.port ?? FITSPIPE_PORT,
    maxConnections,
    maxConnectionsPerAddress,
    onError: (error, remote) => log(`${remote ?? "server"}: ${messageOf(error)}`),
    signal: options.signal,
  };
  const context: SessionContext = {
    store,
    log,
    allowShutdown: options.allowShutdown ?? false,
    progressTimeout: options.progressTimeout ?? 30_000,
    firstTimeout: options.firstTimeout ?? Math.min(30_000, idleTimeout),
    idleTimeout,
    composite: undefined,
    stop: () => void server.shutdown(),
  };
  const server = serveTcp(tcp, (connection) => new Session(connection, context).run());
  return Object.assign(server, { store });
}
