import { checkCaps } from "../../net/caps.ts";
import {
  ClosedError,
  FormatError,
  HeliographError,
  messageOf,
  ProtocolError,
  TimeoutError,
} from "../../net/errors.ts";
import { connect, type ConnectOptions, type Endpoint } from "../../net/connect.ts";
import { closeQuietly, formatAddress, type Socket } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { writeAll } from "../../net/write_all.ts";
import { checkFrame, FitspipeFrame } from "./feed/frame.ts";
import { readHeaderBlocks } from "./header_blocks.ts";
import {
  COMMAND_GAP_MS,
  type FeedInfo,
  FRAME_LINE_BYTES,
  isFeedName,
  parseFeedLine,
  parseFrameLine,
  replyKind,
  SERVER_NAME,
} from "./feed/protocol.ts";
import { delay } from "../../net/backoff.ts";

/** Options of {@linkcode FitspipeClient.connect}. */
export interface FitspipeClientOptions extends ConnectOptions {
  /** Bytes of pixels of a frame at most. @default {1073741824} */
  maxFrame?: number | undefined;
  /** Milliseconds that a reply may take; a `get` that waits for its frame has no such limit. @default {30000} */
  replyTimeout?: number | undefined;
}

/** Which frame of a feed. */
export interface GetOptions {
  /** Its number; without it the newest. */
  frame?: number | undefined;
  /** Whether the whole header comes, or only what describes the pixels. @default {true} */
  fullHeader?: boolean | undefined;
}

const encoder = new TextEncoder();
const MAX_LINE_BYTES = 65_536;

/** Milliseconds for a reply, where the caller sets no others. */
const REPLY_MS = 30_000;

/** Who speaks fitspipe names itself within this time, in milliseconds. */
const GREETING_MS = 10_000;

/** Frames whose memory is kept for the next ones. */
const MAX_SPARE = 4;

/**
 * A connection to a fitspipe server.
 *
 * Commands go out without a terminator, as the published client sends them, until
 * the server has named itself as ours; from then on they end with LF and several
 * `get`s can be under way at once.
 *
 * @example
 * ```ts
 * import { encodeCameraFrame, FitspipeClient, serveFitspipe } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = serveFitspipe({ port: 0 });
 * await using client = await FitspipeClient.connect(server.address);
 * await client.put("default", encodeCameraFrame({ width: 3, height: 2, pixels: new Uint16Array(6) }));
 * const frame = await client.get("default");
 * assertEquals([frame.number, frame.width, frame.height], [1, 3, 2]);
 * ```
 */
export class FitspipeClient implements AsyncDisposable {
  #version = "";
  #socket: Socket;
  #reader: SocketReader;
  #source: string;
  #maxFrame: number;
  #replyTimeout: number;
  #spare: Uint8Array<ArrayBuffer>[] = [];
  #closed = false;
  /** Ends the connection's part in the caller's signal. */
  #forget: (() => void) | undefined;
  /** The last reply that was asked for; each waits for the one before. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(socket: Socket, source: string, options: FitspipeClientOptions) {
    this.#socket = socket;
    this.#source = source;
    checkCaps(options);
    this.#maxFrame = options.maxFrame ?? 1_073_741_824;
    this.#replyTimeout = options.replyTimeout ?? REPLY_MS;
    this.#reader = new SocketReader(socket, { source, bufferSize: 65_536 });
  }

  /** The server's own name and version, as it says them. */
  get version(): string {
    return this.#version;
  }

  /** Whether the server is ours, which takes many commands at once. */
  get pipelined(): boolean {
    return this.#version.startsWith(SERVER_NAME);
  }

  /**
   * Connects to a server. A signal that aborts ends the connection, also later.
   *
   * @param target Host and port, or `host:port`.
   * @param options Retries, deadlines and limits.
   * @throws {HeliographError} If nothing answers, or what answers does not speak fitspipe.
   */
  static async connect(
    target: string | URL | Endpoint,
    options: FitspipeClientOptions = {},
  ): Promise<FitspipeClient> {
    const { signal } = options;
    const socket = await connect(target, options);
    // A server that vanished is found at last, also by a get that waits for days.
    (socket as Partial<Deno.TcpConn>).setKeepAlive?.(true);
    const source = formatAddress(socket.remoteAddr);
    const client = new FitspipeClient(socket, source, options);
    const abort = () => closeQuietly(socket);
    signal?.addEventListener("abort", abort, { once: true });
    client.#forget = () => signal?.removeEventListener("abort", abort);
    try {
      // It may have aborted while the connection was made, when no one listened.
      signal?.throwIfAborted();
      client.#replyTimeout = Math.min(client.#replyTimeout, GREETING_MS);
      client.#version = (await client.#command("version")).join(" ");
      client.#replyTimeout = options.replyTimeout ?? REPLY_MS;
      return client;
    } catch (error) {
      client.close();
      signal?.throwIfAborted();
      if (!(error instanceof FormatError || error instanceof TimeoutError)) throw error;
      const found = error instanceof TimeoutError ? "it does not answer" : error.message;
      throw new ProtocolError(`Cannot speak fitspipe with ${source}: ${found}`, {
        cause: error,
        source,
      });
    }
  }

  /** How many bytes of replies and frames have been read. */
  get received(): number {
    return this.#reader.position;
  }

  /** The server's help text, line by line. */
  async help(): Promise<string[]> {
    return await this.#command("help");
  }

  /** The feeds that the server has now. */
  async list(): Promise<FeedInfo[]> {
    return (await this.#command("ls")).map(parseFeedLine);
  }

  /**
   * Fetches a frame; one that does not exist yet is waited for.
   *
   * @param feed The feed's name.
   * @param options Which frame.
   * @returns The frame, in memory of its own.
   * @throws {ProtocolError} If the server refuses, or answers with something else.
   * @throws {ClosedError} If the connection ends.
   */
  get(feed: string, options: GetOptions = {}): Promise<FitspipeFrame> {
    const { frame, fullHeader = true } = options;
    const number = frame === undefined ? "" : ` frame=${frame}`;
    const line = `get feed=${checkName(feed)}${number}${fullHeader ? " fullheader=1" : ""}`;
    return this.#inTurn(line, () => this.#readFrame(feed));
  }

  /**
   * Gives the memory of a frame back, for those to come: a consumer that is done
   * with each frame before the next saves most of the time that new memory costs.
   *
   * @param frame A frame that {@linkcode FitspipeClient.get} gave and no one uses any more.
   */
  recycle(frame: FitspipeFrame): void {
    if (this.#spare.length < MAX_SPARE) this.#spare.push(frame.pixels);
  }

  /**
   * Submits a FITS file with one 16-bit image of two axes.
   *
   * @param feed The feed's name.
   * @param file The file, whole, in one piece or several.
   * @returns The number that the frame got, or undefined if the server does not say.
   * @throws {ProtocolError} If the server refuses it.
   */
  put(feed: string, file: Uint8Array | readonly Uint8Array[]): Promise<number | undefined> {
    const line = `put feed=${checkName(feed)}`;
    return this.#inTurn(line, async () => {
      const lines = await this.#readReply();
      const number = /frame=(\d+)/.exec(lines.at(-1) ?? "");
      return number === null ? undefined : Number(number[1]);
    }, file);
  }

  /**
   * Sends any other command and gives its reply.
   *
   * @param line The command, without a terminator.
   * @returns The lines before the last, without their prefixes.
   * @throws {ProtocolError} If the server refuses it.
   */
  async command(line: string): Promise<string[]> {
    return await this.#command(line);
  }

  /** Whether the connection was closed here: by the caller, or after a reply that made no sense. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Closes the connection. */
  close(): void {
    this.#closed = true;
    this.#forget?.();
    this.#reader.release();
    closeQuietly(this.#socket);
  }

  /** Closes the connection. */
  [Symbol.asyncDispose](): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  async #command(line: string): Promise<string[]> {
    return await this.#inTurn(line, async () => (await this.#readReply()).slice(0, -1));
  }

  /** Sends a command, at once if the server takes many, and reads the reply when it is its turn. */
  #inTurn<T>(
    line: string,
    read: () => Promise<T>,
    file?: Uint8Array | readonly Uint8Array[],
  ): Promise<T> {
    const before = this.#turn;
    const sent = this.pipelined ? this.#send(line + "\n", file) : undefined;
    const reply = (async () => {
      await before.catch(() => {});
      await (sent ?? this.#send(line, file));
      return await read();
    })();
    this.#turn = reply;
    reply.catch(() => {});
    return reply;
  }

  #sending: Promise<void> = Promise.resolve();

  #send(line: string, file?: Uint8Array | readonly Uint8Array[]): Promise<void> {
    const command = encoder.encode(line);
    const pieces = file === undefined ? [] : file instanceof Uint8Array ? [file] : file;
    const options = { timeout: this.#replyTimeout, source: this.#source };
    this.#sending = this.#sending.then(async () => {
      if (this.pipelined) return await writeAll(this.#socket, [command, ...pieces], options);
      await writeAll(this.#socket, command, options);
      if (pieces.length === 0) return;
      // Without a terminator only silence tells the server where the command ends.
      await delay(COMMAND_GAP_MS * 3);
      await writeAll(this.#socket, pieces, options);
    });
    this.#sending.catch(() => {});
    return this.#sending;
  }

  /** Reads `+ ` lines up to `. ` or `! `; the last line is included. */
  async #readReply(): Promise<string[]> {
    this.#reader.timeout = this.#replyTimeout;
    const lines: string[] = [];
    for (let bytes = 0; bytes < MAX_LINE_BYTES;) {
      const line = await this.#reader.readLine(MAX_LINE_BYTES);
      if (line === null) throw new ClosedError(`Cannot read a reply of ${this.#source}: it closed`);
      bytes += line.length;
      const kind = replyKind(line.slice(0, 2));
      if (kind === "error") {
        throw new ProtocolError(`${this.#source} answers: ${line.slice(2).trim()}`);
      }
      if (kind === "frame") {
        throw new ProtocolError(
          `Cannot read a reply of ${this.#source}: found a frame, expected a line`,
        );
      }
      lines.push(line.slice(2));
      if (kind === "ok") return lines;
    }
    throw new ProtocolError(
      `${this.#source} does not end its reply within ${MAX_LINE_BYTES} bytes`,
    );
  }

  async #readFrame(feed: string): Promise<FitspipeFrame> {
    const reader = this.#reader;
    reader.timeout = undefined;
    const prefix = new TextDecoder().decode(await reader.peek(2));
    if (prefix === "") throw new ClosedError(`Cannot get a frame of ${this.#source}: it closed`);
    reader.timeout = this.#replyTimeout;
    if (replyKind(prefix) !== "frame") {
      const reply = await this.#readReply();
      throw new ProtocolError(`${this.#source} answers '${reply.at(-1)}', expected a frame`);
    }
    try {
      return await this.#readRest(feed);
    } catch (error) {
      // What follows cannot be told apart from the next reply.
      this.close();
      throw error;
    }
  }

  async #readRest(feed: string): Promise<FitspipeFrame> {
    const reader = this.#reader;
    const line = parseFrameLine(await reader.readExactly(FRAME_LINE_BYTES));
    const header = await readHeaderBlocks(reader, { source: this.#source });
    try {
      checkFrame(line, header, this.#maxFrame);
    } catch (error) {
      throw new ProtocolError(
        `Cannot take frame ${line.frame} of feed '${feed}' from ${this.#source}: ` +
          messageOf(error),
        { cause: error },
      );
    }
    const bytes = line.width * line.height * 2;
    const at = this.#spare.findIndex(({ length }) => length === bytes);
    const pixels = at < 0 ? new Uint8Array(bytes) : this.#spare.splice(at, 1)[0]!;
    await reader.readInto(pixels);
    const { frame: number, width, height } = line;
    return new FitspipeFrame(number, { width, height, header, pixels });
  }
}

function checkName(feed: string): string {
  if (isFeedName(feed)) return feed;
  throw new HeliographError(
    `Cannot use the feed name '${feed}': expected 1 to 64 of A-Z a-z 0-9 _ . : -`,
  );
}
