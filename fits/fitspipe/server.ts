import type { ServeTcpOptions, TcpConnection, TcpServer } from "../../net/serve_tcp.ts";
import { serveTcp } from "../../net/serve_tcp.ts";
import { closeQuietly, isDisconnect } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { writeAll } from "../../net/write_all.ts";
import { ClosedError, HeliographError, LimitError, ProtocolError } from "../../net/errors.ts";
import { paddedSize } from "../hdu_layout.ts";
import { type Composite, compositeOf } from "./composite.ts";
import { FeedStore, type FeedStoreOptions, sizeOf } from "./feed_store.ts";
import {
  dataBlockBytes,
  type FitspipeFrame,
  type FrameShape,
  frameShape,
  minimalHeader,
} from "./frame.ts";
import { readHeaderBlocks } from "./header_blocks.ts";
import {
  type Command,
  COMMAND_GAP_MS,
  errorReply,
  feedLine,
  FITS_MAGIC,
  FITSPIPE_PORT,
  frameLine,
  getErrorReply,
  HELP_LINES,
  type Input,
  nextInput,
  okReply,
  parseCommand,
  SERVER_NAME,
} from "./protocol.ts";

/** Options of {@linkcode serveFitspipe}. */
export interface ServeFitspipeOptions extends FeedStoreOptions {
  /** The address to listen on. @default {"127.0.0.1"} */
  hostname?: string;
  /** The port; 0 for any that is free. @default {9999} */
  port?: number;
  /** Frames from elsewhere; by default a new store with the bounds given here. */
  store?: FeedStore;
  /** Whether the command `shutdown` ends the server. @default {false} */
  allowShutdown?: boolean;
  /** Milliseconds that a consumer may take nothing, or a producer send nothing of a frame. @default {30000} */
  progressTimeout?: number;
  /** Milliseconds that a connection may stay without a command. @default {3600000} */
  idleTimeout?: number;
  /** Connections at one time. @default {1024} */
  maxConnections?: number;
  /** Shuts the server down when it aborts. */
  signal?: AbortSignal;
  /** Hears of connections and of what goes wrong on them. */
  log?: (line: string) => void;
}

/** A running fitspipe server. */
export interface FitspipeServer extends TcpServer {
  /** The frames of its feeds. */
  readonly store: FeedStore;
}

/** What is skipped of a file that is refused; beyond that the connection ends. */
const MOST_SKIPPED_BYTES = 17_179_869_184;

/** Commands that are read ahead while a `get` waits for its frame. */
const READ_AHEAD_BYTES = 65_536;

/**
 * Bytes of pixels in one write. A consumer's piece, and the copy that the system makes
 * of it, stay in the processor's cache, and many consumers take turns: 32 of them
 * together get a fifth more than with whole frames, one as much.
 */
const WRITE_BYTES = 1_048_576;

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
  const store = options.store ?? new FeedStore(options);
  const log = options.log ?? (() => {});
  const tcp: ServeTcpOptions & { cert?: undefined } = {
    hostname: options.hostname ?? "127.0.0.1",
    port: options.port ?? FITSPIPE_PORT,
    maxConnections: options.maxConnections ?? 1_024,
    maxConnectionsPerAddress: options.maxConnections ?? 1_024,
    onError: (error, remote) => log(`${remote ?? "server"}: ${messageOf(error)}`),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const shared: Shared = {
    store,
    log,
    allowShutdown: options.allowShutdown ?? false,
    progressTimeout: options.progressTimeout ?? 30_000,
    idleTimeout: options.idleTimeout ?? 3_600_000,
    composite: undefined,
    stop: () => void server.shutdown(),
  };
  const server = serveTcp(tcp, (connection) => new Session(connection, shared).run());
  return Object.assign(server, { store });
}

interface Shared {
  readonly store: FeedStore;
  readonly log: (line: string) => void;
  readonly allowShutdown: boolean;
  readonly progressTimeout: number;
  readonly idleTimeout: number;
  composite: Composite | undefined;
  stop(): void;
}

/** One connection: its commands in their order. */
class Session {
  #connection: TcpConnection;
  #shared: Shared;
  #reader: SocketReader;
  #filling: Promise<boolean> | undefined;
  /** Whether a command is being carried out. */
  #busy = false;

  constructor(connection: TcpConnection, shared: Shared) {
    this.#connection = connection;
    this.#shared = shared;
    this.#reader = new SocketReader(connection.socket, { source: connection.remote });
  }

  async run(): Promise<void> {
    const { draining, socket } = this.#connection;
    // Between commands nothing is under way: such connections end with the server at once.
    const stop = () => this.#busy || closeQuietly(socket);
    draining.addEventListener("abort", stop);
    try {
      while (!draining.aborted) {
        this.#busy = false;
        const input = await this.#next();
        if (input === null) return;
        this.#busy = true;
        const more = input.kind === "fits"
          ? await this.#put("default")
          : await this.#line(input.line);
        if (!more) return;
      }
    } catch (error) {
      if (error instanceof LimitError) await this.#send(errorReply(error.message));
      if (!(error instanceof ClosedError) && !isDisconnect(error)) throw error;
    } finally {
      draining.removeEventListener("abort", stop);
      this.#reader.release();
    }
  }

  /** The next command or file; null at the end of the connection. */
  async #next(): Promise<Input | null> {
    this.#reader.timeout = this.#shared.idleTimeout;
    for (let silent = false;;) {
      const input = nextInput(this.#reader.buffered, silent);
      if (input !== undefined) {
        if (input.kind === "line") this.#reader.consume(input.bytes);
        return input;
      }
      const waiting = this.#reader.buffered.length > 0;
      const result = waiting ? await this.#fillOrGap() : await this.#fill();
      if (result === "gap") {
        silent = true;
        if (nextInput(this.#reader.buffered, true) === undefined) await this.#fill();
        continue;
      }
      silent = false;
      if (!result && !waiting) return null;
      // The end of the stream completes a command as silence does.
      if (!result) silent = true;
      if (!result && nextInput(this.#reader.buffered, true) === undefined) return null;
    }
  }

  /** Waits for bytes; one read is under way at a time, also across a `get` that waits. */
  #fill(): Promise<boolean> {
    this.#filling ??= this.#reader.fill().finally(() => this.#filling = undefined);
    return this.#filling;
  }

  async #fillOrGap(): Promise<boolean | "gap"> {
    const gap = Promise.withResolvers<"gap">();
    const timer = setTimeout(() => gap.resolve("gap"), COMMAND_GAP_MS);
    try {
      return await Promise.race([this.#fill(), gap.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Runs one command; false if it ends the connection. */
  async #line(line: string): Promise<boolean> {
    let command: Command | undefined;
    try {
      command = parseCommand(line);
    } catch (error) {
      if (!(error instanceof HeliographError)) throw error;
      const reply = /^\s*get\b/.test(line) ? getErrorReply : errorReply;
      return await this.#send(reply(error.message));
    }
    switch (command?.name) {
      case undefined:
        return true;
      case "version":
        return await this.#send(okReply([`${SERVER_NAME} session=${this.#shared.store.session}`]));
      case "help":
        return await this.#send(okReply(HELP_LINES));
      case "ls":
        return await this.#send(okReply(this.#shared.store.list().map(feedLine)));
      case "get":
        return await this.#get(command);
      case "put":
        return await this.#put(command.feed);
      case "composite":
        return await this.#composite(command);
      case "shutdown":
        return await this.#shutdown();
      case "exit":
        return false;
    }
  }

  async #get(command: Command & { name: "get" }): Promise<boolean> {
    let frame: FitspipeFrame | undefined;
    try {
      frame = this.#shared.store.get(command.feed, command.frame) ?? await this.#waitFor(command);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return await this.#send(getErrorReply(error.message));
    }
    if (frame === undefined) return false;
    const giveBack = this.#shared.store.lend(frame);
    try {
      const header = command.fullHeader ? frame.header : minimalHeader(frame);
      const line = frameLine({ ...frame, frame: frame.number });
      return await this.#send([line, header, ...inPieces(frame.pixels, WRITE_BYTES)]);
    } finally {
      giveBack();
    }
  }

  /** Waits for a frame; undefined if the client goes away, an error if the server does. */
  async #waitFor(command: Command & { name: "get" }): Promise<FitspipeFrame | undefined> {
    const { store } = this.#shared;
    const { draining } = this.#connection;
    const result = Promise.withResolvers<FitspipeFrame | undefined>();
    const newest = store.list().find(({ feed }) => feed === command.feed)!.newest;
    const stop = store.wait(command.feed, {
      number: command.frame ?? newest + 1,
      ready: result.resolve,
    });
    const drain = () => result.reject(new ProtocolError("the server is shutting down"));
    draining.addEventListener("abort", drain);
    void this.#untilGone().then(() => result.resolve(undefined));
    try {
      return await result.promise;
    } finally {
      stop();
      draining.removeEventListener("abort", drain);
    }
  }

  /** Resolves when the client ends the connection; reads commands ahead meanwhile, to a bound. */
  async #untilGone(): Promise<void> {
    try {
      while (this.#reader.buffered.length < READ_AHEAD_BYTES && await this.#fill());
      if (this.#reader.buffered.length >= READ_AHEAD_BYTES) await new Promise(() => {});
    } catch {
      // A broken connection is one that has ended.
    }
  }

  /** Receives a file into a feed; false if the connection cannot go on. */
  async #put(feed: string): Promise<boolean> {
    await this.#filling;
    const { store } = this.#shared;
    this.#reader.timeout = this.#shared.progressTimeout;
    const magic = await this.#reader.peek(FITS_MAGIC.length);
    if (magic.length < FITS_MAGIC.length) return false;
    if (!magic.every((byte, i) => byte === FITS_MAGIC[i])) {
      await this.#send(errorReply("expected a FITS file after put"));
      return false;
    }
    const header = await readHeaderBlocks(this.#reader);
    let shape: FrameShape;
    try {
      shape = frameShape(header, store.maxMemory);
      store.reserve(feed, header.length + shape.bytes);
    } catch (error) {
      if (!(error instanceof HeliographError)) throw error;
      return await this.#refuse(header, error.message);
    }
    const { width, height } = shape;
    let frame: Omit<FitspipeFrame, "number"> | undefined;
    try {
      const pixels = store.pixelMemory(shape.bytes);
      await this.#reader.readInto(pixels);
      frame = { width, height, header, pixels };
    } finally {
      if (frame === undefined) store.release(header.length + shape.bytes);
    }
    const { number } = store.put(feed, frame);
    this.#compose(feed);
    await this.#reader.skip(paddedSize(shape.bytes) - shape.bytes);
    return await this.#send(okReply([], ` frame=${number}`));
  }

  /** Answers a file that is not taken, and skips its data so that the connection goes on. */
  async #refuse(header: Uint8Array, reason: string): Promise<boolean> {
    this.#shared.log(`${this.#connection.remote}: put refused: ${reason}`);
    let bytes: number;
    try {
      bytes = dataBlockBytes(header);
    } catch {
      bytes = Infinity;
    }
    if (bytes > MOST_SKIPPED_BYTES) {
      await this.#send(errorReply(reason));
      return false;
    }
    await this.#reader.skip(bytes);
    return await this.#send(errorReply(reason));
  }

  #compose(feed: string): void {
    const { composite, store } = this.#shared;
    if (composite === undefined || !composite.feeds.includes(feed)) return;
    const frame = compositeOf(composite, (name) => {
      return store.list().some((info) => info.feed === name)
        ? store.get(name, undefined)
        : undefined;
    });
    if (frame === undefined) return;
    try {
      store.reserve("composite", sizeOf(frame));
    } catch (error) {
      this.#shared.log(`composite: ${messageOf(error)}`);
      return;
    }
    store.put("composite", frame);
  }

  async #composite(command: Command & { name: "composite" }): Promise<boolean> {
    if (!command.enable) {
      this.#shared.composite = undefined;
      return await this.#send(okReply());
    }
    const { feeds } = command;
    const columns = command.columns ?? feeds.length;
    const rows = command.rows ?? 1;
    if (feeds.length === 0 || feeds.length > columns * rows || feeds.includes("composite")) {
      return await this.#send(errorReply("compfeeds must name 1 to columns x rows other feeds"));
    }
    this.#shared.composite = { columns, rows, feeds };
    return await this.#send(okReply());
  }

  async #shutdown(): Promise<boolean> {
    if (!this.#shared.allowShutdown) return await this.#send(errorReply("shutdown is not allowed"));
    await this.#send(okReply());
    this.#shared.log(`${this.#connection.remote}: shutdown`);
    this.#shared.stop();
    return false;
  }

  async #send(bytes: Uint8Array | readonly Uint8Array[]): Promise<true> {
    const { remote: source, socket } = this.#connection;
    await writeAll(socket, bytes, { timeout: this.#shared.progressTimeout, source });
    return true;
  }
}

function* inPieces(bytes: Uint8Array, size: number): Generator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
