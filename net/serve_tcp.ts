import { checkCaps } from "./caps.ts";
import { delay } from "./backoff.ts";
import { callAfter, Deadline } from "./deadline.ts";
import { HeliographError, LimitError, TimeoutError } from "./errors.ts";
import { closeQuietly, formatAddress, isDisconnect, type Socket } from "./socket.ts";
import { type TlsIdentity, tlsIdentity } from "./tls.ts";
import { TlsServerSocket } from "./tls_socket.ts";

/** Options of {@linkcode serveTcp}. */
export interface ServeTcpOptions {
  /** The address to listen on. @default {"127.0.0.1"} */
  hostname?: string | undefined;
  /** The port; 0 for any that is free. @default {0} */
  port?: number | undefined;
  /** A certificate chain in PEM; with `key`, the server speaks TLS. */
  cert?: string | undefined;
  /** The private key of the certificate, in PEM. */
  key?: string | undefined;
  /** Whether several processes may share the port (`SO_REUSEPORT`). @default {false} */
  reusePort?: boolean | undefined;
  /**
   * Connections at one time. Further ones wait to be accepted for as long as `fullTimeout`
   * says.
   *
   * @default {4096}
   */
  maxConnections?: number | undefined;
  /** Connections from one address at one time; further ones are closed at once. @default {2048} */
  maxConnectionsPerAddress?: number | undefined;
  /**
   * Milliseconds that all places may be taken; from then on those who come are closed at
   * once, until a place comes free.
   *
   * @default {10000}
   */
  fullTimeout?: number | undefined;
  /**
   * Milliseconds that a read or a write may wait for the peer before the connection
   * is closed; 0 for none, where the handler has deadlines of its own.
   *
   * @default {0}
   */
  idleTimeout?: number | undefined;
  /** Milliseconds that a TLS handshake may take. @default {10000} */
  handshakeTimeout?: number | undefined;
  /** Milliseconds that connections may go on after `shutdown()`. @default {5000} */
  drainTimeout?: number | undefined;
  /** Shuts the server down when it aborts. */
  signal?: AbortSignal | undefined;
  /** Called for what goes wrong on a connection or while accepting. Default: `console.error`. */
  onError?: ((error: unknown, remote: string | undefined) => void) | undefined;
}

/** A connection as the handler gets it. */
export interface TcpConnection {
  /** The connection; it is closed when the handler returns. */
  readonly socket: Socket;
  /** The peer's address, for messages. */
  readonly remote: string;
  /** Aborts when the server begins to drain: finish what runs and return. */
  readonly draining: AbortSignal;
}

/** A running server. */
export interface TcpServer extends AsyncDisposable {
  /** Where it listens. */
  readonly address: { hostname: string; port: number };
  /** Resolves when it has stopped and every connection has ended. */
  readonly finished: Promise<void>;
  /** How many connections are open. */
  readonly connections: number;
  /**
   * Shows another certificate from the next connection on: one that was renewed.
   *
   * @param cert The certificate chain in PEM.
   * @param key Its private key in PEM.
   * @throws {HeliographError} If they cannot be used, or if the server speaks no TLS; nothing
   * changes then.
   */
  useCertificate(cert: string, key: string): void;
  /** Stops accepting, lets connections finish, closes those that do not in time. */
  shutdown(): Promise<void>;
}

/** Connections that the system keeps for us in a burst; clients of further ones wait a second. */
const BACKLOG = 4_096;
/** How long accepting rests after an error such as too many open files. */
const ACCEPT_PAUSE_MS = 100;
/** How long a shutdown waits for handlers whose connections it has closed. */
const ABANDON_MS = 1_000;

/**
 * Serves connections, with TLS where `cert` and `key` are given: the one accept loop
 * under every server of Heliograph.
 *
 * Connections are accepted plainly and counted before anything else, so that the caps
 * hold for those whose TLS handshake is under way, too.
 * A handler that fails ends its own connection only. Errors while accepting, such
 * as too many open files, are survived with a pause.
 *
 * @param options Address, caps, deadlines, TLS.
 * @param handler Called for every connection.
 * @returns The server, listening already.
 * @throws {HeliographError} If the address cannot be listened on, or if only one
 * of `cert` and `key` is given.
 *
 * @example
 * ```ts
 * import { serveTcp } from "@heliograph/heliograph/net";
 *
 * await using server = serveTcp({ port: 0 }, async ({ socket, remote }) => {
 *   await socket.write(new TextEncoder().encode(`hello ${remote}\n`));
 * });
 * console.log(`listening on ${server.address.hostname}:${server.address.port}`);
 * ```
 */
export function serveTcp(
  options: ServeTcpOptions,
  handler: (connection: TcpConnection) => Promise<void> | void,
): TcpServer {
  checkCaps(options);
  const identity = tlsIdentity(options.cert, options.key);
  return new Server(listen(options), identity, options, handler);
}

/**
 * Serves connections as {@linkcode serveTcp} does, for callers that wait.
 *
 * @param options Address, caps, deadlines, TLS.
 * @param handler Called for every connection.
 * @returns The server, listening already.
 * @throws {HeliographError} As {@linkcode serveTcp}.
 *
 * @example
 * ```ts
 * import { connect, serveTls, SocketReader, writeAll } from "@heliograph/heliograph/net";
 * import { assertEquals } from "@std/assert";
 *
 * const pem = (name: string) => Deno.readTextFile(`tests/certificates/${name}.pem`);
 * const identity = { cert: await pem("localhost"), key: await pem("localhost.key") };
 * await using server = await serveTls({ port: 0, ...identity }, async ({ socket }) => {
 *   await writeAll(socket, new TextEncoder().encode("hello\n"));
 * });
 * const { port } = server.address;
 * const caCerts = [await pem("authority")];
 * const socket = await connect({ hostname: "localhost", port, tls: true }, { caCerts });
 * assertEquals(await new SocketReader(socket).readLine(80), "hello");
 * socket.close();
 * ```
 */
// deno-lint-ignore require-await -- what it throws becomes a rejection
export async function serveTls(
  options: ServeTcpOptions,
  handler: (connection: TcpConnection) => Promise<void> | void,
): Promise<TcpServer> {
  return serveTcp(options, handler);
}

class Server implements TcpServer {
  readonly address: { hostname: string; port: number };
  readonly finished: Promise<void>;
  #listener: Deno.Listener<Deno.TcpConn>;
  #identity: TlsIdentity | undefined;
  #handshakeTimeout: number;
  #handler: (connection: TcpConnection) => Promise<void> | void;
  #open = new Set<OpenConnection>();
  #perAddress = new Map<string, number>();
  #draining = new AbortController();
  #roomAgain: (() => void) | undefined;
  #allEnded: (() => void) | undefined;
  #maxConnections: number;
  #maxPerAddress: number;
  #idleTimeout: number;
  #fullTimeout: number;
  #drainTimeout: number;
  #onError: (error: unknown, remote: string | undefined) => void;

  constructor(
    listener: Deno.Listener<Deno.TcpConn>,
    identity: TlsIdentity | undefined,
    options: ServeTcpOptions,
    handler: (connection: TcpConnection) => Promise<void> | void,
  ) {
    this.#listener = listener;
    this.#identity = identity;
    this.#handler = handler;
    this.#handshakeTimeout = options.handshakeTimeout ?? 10_000;
    this.#maxConnections = options.maxConnections ?? 4_096;
    this.#maxPerAddress = options.maxConnectionsPerAddress ?? 2_048;
    this.#idleTimeout = options.idleTimeout ?? 0;
    this.#fullTimeout = options.fullTimeout ?? 10_000;
    this.#drainTimeout = options.drainTimeout ?? 5_000;
    const print = (error: unknown, remote: string | undefined) =>
      console.error(`${remote ?? formatAddress(listener.addr)}:`, error);
    const { onError = print } = options;
    this.#onError = (error, remote) => {
      try {
        onError(error, remote);
      } catch (failure) {
        // One connection's trouble must not be the end of the others.
        print(failure, remote);
      }
    };
    const { hostname, port } = listener.addr as Deno.NetAddr;
    this.address = { hostname, port };
    const { signal } = options;
    const stop = () => void this.shutdown();
    this.finished = this.#accept().finally(() => signal?.removeEventListener("abort", stop));
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  }

  get connections(): number {
    return this.#open.size;
  }

  useCertificate(cert: string, key: string): void {
    if (this.#identity === undefined) {
      throw new HeliographError("Cannot use a certificate: the server speaks no TLS");
    }
    this.#identity = tlsIdentity(cert, key);
  }

  async shutdown(): Promise<void> {
    if (!this.#draining.signal.aborted) {
      this.#draining.abort(new HeliographError("the server is shutting down"));
      closeQuietly(this.#listener);
      this.#roomAgain?.();
    }
    await this.finished;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #accept(): Promise<void> {
    let refuses = false;
    while (!this.#draining.signal.aborted) {
      if (this.#isFull && !refuses) {
        refuses = !await this.#roomInTime();
        continue;
      }
      let socket: Deno.TcpConn;
      try {
        socket = await this.#listener.accept();
      } catch (error) {
        if (this.#draining.signal.aborted) break;
        if (error instanceof Deno.errors.BadResource) throw error;
        if (hasGone(error)) continue;
        this.#onError(error, undefined);
        // Too many open files (EMFILE) stays true until connections end.
        await delay(ACCEPT_PAUSE_MS, this.#draining.signal).catch(() => {});
        continue;
      }
      if (this.#isFull) {
        closeQuietly(socket);
      } else {
        refuses = false;
        this.#admit(socket);
      }
    }
    await this.#drain();
  }

  get #isFull(): boolean {
    return this.#open.size >= this.#maxConnections;
  }

  /** Waits for a place; false if none comes free in time. */
  async #roomInTime(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#roomAgain = () => resolve(true);
    using deadline = new Deadline(() => resolve(false));
    deadline.set(this.#fullTimeout);
    const hasRoom = await promise;
    this.#roomAgain = undefined;
    if (!hasRoom) {
      this.#onError(
        new LimitError(`All ${this.#maxConnections} places are taken: those who come are refused`),
        undefined,
      );
    }
    return hasRoom;
  }

  #admit(socket: Deno.TcpConn): void {
    const host = socket.remoteAddr.hostname;
    const others = this.#perAddress.get(host) ?? 0;
    if (others >= this.#maxPerAddress) {
      closeQuietly(socket);
      return;
    }
    this.#perAddress.set(host, others + 1);
    const connection: OpenConnection = { socket };
    this.#open.add(connection);
    void this.#serve(socket, connection).finally(() => {
      closeQuietly(connection.socket);
      this.#open.delete(connection);
      const left = this.#perAddress.get(host)! - 1;
      if (left === 0) this.#perAddress.delete(host);
      else this.#perAddress.set(host, left);
      this.#roomAgain?.();
      if (this.#open.size === 0) this.#allEnded?.();
    });
  }

  async #serve(accepted: Deno.TcpConn, connection: OpenConnection): Promise<void> {
    const remote = formatAddress(accepted.remoteAddr);
    const draining = this.#draining.signal;
    let idle: IdleSocket | undefined;
    try {
      accepted.setNoDelay(true);
      if (this.#identity !== undefined) {
        const tls = new TlsServerSocket(accepted);
        connection.socket = tls;
        await tls.handshake(this.#identity.context, this.#handshakeTimeout, draining);
      }
      if (this.#idleTimeout > 0) idle = new IdleSocket(connection.socket, this.#idleTimeout);
      await this.#handler({ socket: idle ?? connection.socket, remote, draining });
    } catch (error) {
      if (!isDisconnect(error)) this.#onError(error, remote);
    } finally {
      idle?.release();
    }
  }

  /** Waits for the connections; a handler that ends with nothing is left behind at last. */
  async #drain(): Promise<void> {
    if (this.#open.size === 0) return;
    const ended = new Promise<void>((resolve) => this.#allEnded = resolve);
    const late = Promise.withResolvers<void>();
    const close = () => this.#open.forEach(({ socket }) => closeQuietly(socket));
    using _closing = callAfter(this.#drainTimeout, close);
    using _leaving = callAfter(this.#drainTimeout + ABANDON_MS, late.resolve);
    await Promise.race([ended, late.promise]);
    if (this.#open.size === 0) return;
    this.#onError(
      new TimeoutError(
        `${this.#open.size} connections were closed, but their handlers have not ended`,
      ),
      undefined,
    );
  }
}

/** A connection that is counted. */
interface OpenConnection {
  /** What closes it: what was accepted, from its handshake on the TLS that is on it. */
  socket: Socket;
}

/** A connection that is closed when one read or write waits too long for the peer. */
class IdleSocket implements Socket {
  #socket: Socket;
  #timeout: number;
  #deadline: Deadline;

  constructor(socket: Socket, timeout: number) {
    this.#socket = socket;
    this.#timeout = timeout;
    this.#deadline = new Deadline(() => closeQuietly(socket));
  }

  get localAddr(): Deno.Addr {
    return this.#socket.localAddr;
  }

  get remoteAddr(): Deno.Addr {
    return this.#socket.remoteAddr;
  }

  read(target: Uint8Array): Promise<number | null> {
    return this.#timed(this.#socket.read(target));
  }

  write(bytes: Uint8Array): Promise<number> {
    return this.#timed(this.#socket.write(bytes));
  }

  closeWrite(): Promise<void> {
    return this.#socket.closeWrite();
  }

  close(): void {
    this.#socket.close();
  }

  release(): void {
    this.#deadline.end();
  }

  #timed<T>(operation: Promise<T>): Promise<T> {
    this.#deadline.set(this.#timeout);
    return operation.finally(() => this.#deadline.clear());
  }
}

function listenAddress(options: ServeTcpOptions): { hostname: string; port: number } {
  const { hostname = "127.0.0.1", port = 0 } = options;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new HeliographError(`Cannot listen on ${hostname}: port ${port}, expected 0 to 65535`);
  }
  return { hostname, port };
}

function listen(options: ServeTcpOptions): Deno.Listener<Deno.TcpConn> {
  const address = listenAddress(options);
  // Without the runtime's flag this option would end the process, uncatchably.
  if (options.reusePort && !("listenDatagram" in Deno)) {
    throw new HeliographError(
      `Cannot share port ${address.port}: SO_REUSEPORT needs the flag --unstable-net`,
    );
  }
  try {
    return Deno.listen({
      ...address,
      tcpBacklog: BACKLOG,
      reusePort: options.reusePort ?? false,
    });
  } catch (error) {
    throw cannotListen(address, error);
  }
}

function cannotListen(address: { hostname: string; port: number }, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) return error;
  const source = formatAddress({ transport: "tcp", ...address });
  const code = (error as Error & { code?: string | undefined }).code;
  let reason = error.message;
  if (error instanceof Deno.errors.AddrInUse || code === "EADDRINUSE") {
    const free = nextFreePort(address.hostname, address.port);
    reason = "the port is in use" + (free === undefined ? "" : `; ${free} is free`);
  } else if (error instanceof Deno.errors.PermissionDenied || code === "EACCES") {
    reason = "the system does not permit it; ports below 1024 may need a privilege";
  } else if (error instanceof Deno.errors.AddrNotAvailable || code === "EADDRNOTAVAIL") {
    reason = "this machine has no such address";
  } else if (/lookup address|empty host/.test(error.message)) {
    reason = "there is no host of this name";
  }
  return new HeliographError(`Cannot listen on ${source}: ${reason}`, { cause: error, source });
}

/** The first free port of the next twenty, or undefined if none is or looking is not permitted. */
function nextFreePort(hostname: string, port: number): number | undefined {
  for (let next = port + 1; next <= Math.min(65_535, port + 20); next++) {
    try {
      Deno.listen({ hostname, port: next }).close();
      return next;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) return undefined;
    }
  }
  return undefined;
}

/**
 * Whether a client was gone before it could be accepted. Anyone who resets connections as fast as
 * he opens them must not keep the others waiting, nor fill the log.
 */
function hasGone(error: unknown): boolean {
  return error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.ConnectionAborted ||
    error instanceof Deno.errors.ConnectionReset;
}
