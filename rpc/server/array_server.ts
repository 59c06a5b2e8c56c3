import { checkCaps } from "../../net/caps.ts";
import { printable } from "../../net/text/printable.ts";
import { ClosedError, HeliographError, messageOf } from "../../net/errors.ts";
import { closeQuietly, isDisconnect } from "../../net/socket.ts";
import {
  type ServeTcpOptions,
  serveTls,
  type TcpConnection,
  type TcpServer,
} from "../../net/serve_tcp.ts";
import type { ArrayServerCore } from "./core.ts";
import { BufferPool } from "./buffer_pool.ts";
import { Channel } from "./channel.ts";
import { serveFrameConnection } from "./frame_connection.ts";
import { ARRAY_PORT, FRAME_LIMITS, MAGIC } from "../frames/frames.ts";
import { serveIdlConnection } from "./idl_connection.ts";
import type {
  LanguageFunction,
  LanguageFunctions,
  LanguageRoutine,
} from "../language/routines/routine.ts";
import { DEFAULT_LIMITS } from "../language/values/meter.ts";
import { FairTurns, Share } from "./fair_turns.ts";
import { LanguageSession } from "../language/evaluation/session.ts";
import { MemoryLedger } from "./memory_ledger.ts";
import { type ArrayMetrics, Metrics } from "./metrics.ts";
import { OutputFolder } from "./output_folder.ts";
import type { ArrayDisplay } from "../picture/picture.ts";
import { WindowDisplays } from "./window_displays.ts";
import { TokenGate } from "./token_gate.ts";
import { WorkerPool } from "./evaluation/pool.ts";

/** The most bytes of memory that are kept for further arrays. */
const MAX_POOLED_BYTES = 768 * 1024 ** 2;

/** Bytes of the head of a call besides its command and the texts of its arrays. */
const SPARE_HEAD_BYTES = 4_096;

/** Options of {@linkcode serveArrays}. */
export interface ServeArraysOptions {
  /** The address to listen on. @default {"127.0.0.1"} */
  hostname?: string | undefined;
  /** The port; 0 for any that is free. @default {21038} */
  port?: number | undefined;
  /** A certificate chain in PEM; with `key`, the server speaks TLS. */
  cert?: string | undefined;
  /** The private key of the certificate, in PEM. */
  key?: string | undefined;
  /**
   * What clients must send before their first call. IDL's wire has no place for it, so
   * with a token only our own protocol is served.
   */
  token?: string | undefined;
  /** The folder for pictures and files; without it nothing is written. */
  output?: string | undefined;
  /** The most bytes that are written there in all. @default {4294967296} */
  maxOutput?: number | undefined;
  /** The most bytes of the arrays of one message. @default {1073741824} */
  maxArray?: number | undefined;
  /** The most bytes of variables and temporaries of one connection. @default {2147483648} */
  maxVariables?: number | undefined;
  /**
   * The most bytes of arrays of all connections together; each thread keeps at most 128 MiB more,
   * that were arrays, for arrays to come. @default {4294967296}
   */
  maxMemory?: number | undefined;
  /** The most bytes of one command. @default {65536} */
  maxCommand?: number | undefined;
  /** Connections at one time; further ones wait to be accepted. @default {4096} */
  maxConnections?: number | undefined;
  /** Connections from one address at one time. @default {2048} */
  maxConnectionsPerAddress?: number | undefined;
  /** Calls of one connection that may be under way at one time. @default {64} */
  maxInFlight?: number | undefined;
  /** Milliseconds that a command may take. @default {10000} */
  commandTimeout?: number | undefined;
  /** Milliseconds that a client may be silent before its first message. @default {60000} */
  firstTimeout?: number | undefined;
  /** Milliseconds that a client may be silent between messages. @default {3600000} */
  idleTimeout?: number | undefined;
  /**
   * Milliseconds that a message may take, and one second more for every 64 KiB of its
   * arrays: a client that is slower is not waited for.
   *
   * @default {30000}
   */
  messageTimeout?: number | undefined;
  /** Milliseconds that a client may take nothing of its answer. @default {30000} */
  writeTimeout?: number | undefined;
  /** Milliseconds that connections may go on after `shutdown()`. @default {5000} */
  drainTimeout?: number | undefined;
  /** The most threads for longer commands. @default {the number of processors, at most 4} */
  workers?: number | undefined;
  /**
   * Functions besides the built-in ones, by name. One given as a function runs in the
   * server's own thread, gets a signal and cannot be ended from outside; one given as the
   * URL of a module that exports it by default runs in the workers. Its command fails at the
   * time limit, and another worker takes the next. Deno 2.9 stops no thread in a loop without an
   * end: what never returns keeps its processor and its memory, which stays counted, until the
   * program ends by `Deno.exit()`. `complain` hears of each such thread, `metrics().threads.lost`
   * counts them, and when there are as many as `workers`, calls of functions of modules are refused.
   */
  functions?: { readonly [name: string]: LanguageFunction | LanguageRoutine | URL } | undefined;
  /** Where pictures are shown, besides the output folder. */
  displays?: readonly ArrayDisplay[] | undefined;
  /** Takes the lines of the log: what is printed, connections, failures. Default: nowhere. */
  log?: ((line: string) => void) | undefined;
  /**
   * Takes those that the operator should see: that the output folder cannot be written, that a
   * thread does not end. Default: like the others.
   */
  complain?: ((line: string) => void) | undefined;
  /** Shuts the server down when it aborts. */
  signal?: AbortSignal | undefined;
}

/** A running array server. */
export interface ArrayServer extends AsyncDisposable {
  /** Where it listens. */
  readonly address: { hostname: string; port: number };
  /** Resolves when it has stopped and every connection has ended. */
  readonly finished: Promise<void>;
  /** What it has done so far. */
  metrics(): ArrayMetrics;
  /**
   * Shows another certificate from the next connection on.
   *
   * @param cert The certificate chain in PEM.
   * @param key Its private key in PEM.
   * @throws {HeliographError} If they cannot be used, or if the server has no TLS.
   */
  useCertificate(cert: string, key: string): void;
  /** Stops accepting, lets what runs end, closes what does not in time. */
  shutdown(): Promise<void>;
}

/**
 * Serves arrays and commands: IDL's and GDL's socket programs as they are, and our own
 * protocol on the same port.
 *
 * Commands are statements of IDL that a small evaluator runs within limits; no
 * client can run code, open a file or connect anywhere.
 *
 * @param options Address, limits, functions, displays.
 * @returns The server, listening already.
 * @throws {HeliographError} If the address cannot be listened on.
 *
 * @example
 * ```ts
 * import { ArrayClient, serveArrays } from "@heliograph/heliograph/rpc";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await serveArrays({
 *   port: 0,
 *   functions: { twice: ([x]) => Number(x?.data[0]) * 2 },
 * });
 * await using client = await ArrayClient.connect(server.address);
 * const answer = await client.call("twice(total(data))", {
 *   arrays: { data: Float64Array.of(1, 2, 3) },
 * });
 * assertEquals(answer?.data[0], 12);
 * ```
 */
export async function serveArrays(options: ServeArraysOptions = {}): Promise<ArrayServer> {
  checkCaps(options);
  const core = await makeCore(options);
  const log = core.log;
  let lun = 100;
  let server: TcpServer;
  try {
    server = await serveTls(listenOptions(options, log), async (connection) => {
      await serveConnection(core, options, connection, () => ++lun);
    });
  } catch (error) {
    await core.tools.pool.close();
    throw error;
  }
  log(`% SOCKSERVER: Server listening on port ${server.address.port}`);
  const finished = server.finished.finally(() => {
    core.tools.buffers.clear();
    return core.tools.pool.close();
  });
  const shutdown = async () => {
    await server.shutdown();
    await finished;
  };
  return {
    address: server.address,
    finished,
    metrics: () => core.snapshot(),
    useCertificate: (cert, key) => server.useCertificate(cert, key),
    shutdown,
    [Symbol.asyncDispose]: shutdown,
  };
}

function listenOptions(
  options: ServeArraysOptions,
  log: (line: string) => void,
): ServeTcpOptions {
  const { hostname, port = ARRAY_PORT, cert, key, signal } = options;
  const { maxConnections, maxConnectionsPerAddress, drainTimeout } = options;
  return {
    port,
    hostname,
    cert,
    key,
    signal,
    maxConnections,
    maxConnectionsPerAddress,
    drainTimeout,
    onError: (error, remote) =>
      log(`% SOCKSERVER: ${remote === undefined ? "" : `${remote}: `}${messageOf(error)}`),
  };
}

async function makeCore(options: ServeArraysOptions): Promise<ArrayServerCore> {
  const { maxArray = 1024 ** 3, maxCommand = 65_536, token, output } = options;
  const { maxMemory = 4 * 1024 ** 3, maxVariables = 2 * 1024 ** 3 } = options;
  const registered = await registerFunctions(options.functions ?? {});
  const shown = (line: string) => line.split("\t").map(printable).join("\t");
  const log = (line: string) => options.log?.(shown(line));
  const folder = output === undefined
    ? undefined
    : new OutputFolder(output, options.maxOutput ?? 4 * 1024 ** 3);
  const ledger = new MemoryLedger(maxMemory);
  const buffers = new BufferPool(ledger, Math.min(MAX_POOLED_BYTES, maxMemory / 2));
  const metrics = new Metrics();
  const complain = (line: string) => (options.complain ?? options.log)?.(shown(line));
  const windows = new WindowDisplays(folder, options.displays ?? [], log, complain);
  const pool = new WorkerPool(
    options.workers ?? Math.min(4, navigator.hardwareConcurrency),
    registered.urls,
    (line) => complain(`% SOCKSERVER: ${line}`),
  );
  ledger.onRelease = () => pool.next();
  const { routines } = new LanguageSession({ functions: registered.functions });
  return {
    tools: {
      pool,
      ledger,
      buffers,
      functions: registered.functions,
      closures: registered.closures,
      routines,
      modules: new Set([...registered.urls.keys()].map((name) => name.toUpperCase())),
      limits: {
        ...DEFAULT_LIMITS,
        bytes: maxVariables,
        milliseconds: options.commandTimeout ?? 10_000,
        commandLength: maxCommand,
      },
    },
    metrics,
    snapshot: () => {
      const { bytes: kept } = buffers;
      const { used, limit, waiting } = ledger;
      return metrics.snapshot({ used: used - kept, kept, limit, waiting }, pool);
    },
    turns: new FairTurns(),
    limits: {
      ...FRAME_LIMITS,
      maxArray,
      maxCommand,
      // JSON takes two bytes for a quote or the end of a line.
      maxPlainHead: 2 * maxCommand + SPARE_HEAD_BYTES,
    },
    maxInFlight: options.maxInFlight ?? 64,
    gate: token === undefined ? undefined : new TokenGate(token),
    routines,
    log,
    sinkFor: (print, origin) => windows.sink(print, origin),
  };
}

/** What the program has registered, sorted by where it runs. */
interface Registered {
  readonly functions: LanguageFunctions;
  readonly closures: ReadonlySet<string>;
  readonly urls: ReadonlyMap<string, string>;
}

async function registerFunctions(
  given: NonNullable<ServeArraysOptions["functions"]>,
): Promise<Registered> {
  const functions: Record<string, LanguageFunction | LanguageRoutine> = {};
  const closures = new Set<string>();
  const urls = new Map<string, string>();
  for (const [name, registered] of Object.entries(given)) {
    if (!(registered instanceof URL)) {
      functions[name] = registered;
      closures.add(name.toUpperCase());
      continue;
    }
    // Here only its description is of use; the workers load it for themselves.
    const routine = (await import(registered.href)).default;
    if (typeof routine !== "function" && typeof routine?.call !== "function") {
      throw new HeliographError(
        `Cannot register ${name}: ${registered} exports no function by default`,
      );
    }
    functions[name] = routine;
    urls.set(name, registered.href);
  }
  return { functions, closures, urls };
}

async function serveConnection(
  core: ArrayServerCore,
  options: ServeArraysOptions,
  connection: TcpConnection,
  nextLun: () => number,
): Promise<void> {
  const { metrics } = core;
  const { idleTimeout = 3_600_000, messageTimeout = 30_000, writeTimeout = 30_000 } = options;
  const { firstTimeout = Math.min(60_000, idleTimeout) } = options;
  const { draining } = connection;
  const share = new Share();
  const channel = new Channel(connection, {
    ledger: core.tools.ledger,
    buffers: core.tools.buffers,
    draining,
    share,
    turn: (milliseconds) => core.turns.turn(share, milliseconds),
    firstTimeout,
    idleTimeout,
    messageTimeout,
    writeTimeout,
  });
  const stop = () => closeQuietly(channel.socket);
  const disconnect = metrics.connect(channel);
  draining.addEventListener("abort", stop);
  try {
    if (!await channel.begins()) return;
    const first = await channel.peekFirst(MAGIC.length);
    draining.removeEventListener("abort", stop);
    if (draining.aborted) return;
    if (MAGIC.every((byte, i) => first[i] === byte)) {
      await serveFrameConnection(core, channel, draining);
    } else if (core.gate === undefined) {
      const lun = nextLun();
      core.log(`% LISTENERCALLBACK: Client connection established on LUN ${lun}`);
      await serveIdlConnection(core, channel, lun, draining);
    } else {
      metrics.fail("unauthorized");
      core.log(
        `% SOCKSERVER: ${channel.remote}: refused, IDL's wire carries no token and this server ` +
          "asks for one",
      );
    }
  } catch (error) {
    const ended = isDisconnect(error) && (draining.aborted || !(error instanceof ClosedError));
    if (!ended) core.log(`% SOCKSERVER: ${channel.remote}: ${messageOf(error)}`);
  } finally {
    draining.removeEventListener("abort", stop);
    channel.end();
    disconnect();
  }
}
