import type { TcpConnection } from "../../net/serve_tcp.ts";
import { closeQuietly, isDisconnect } from "../../net/socket.ts";
import { writeAll } from "../../net/write_all.ts";
import { ClosedError, HeliographError, LimitError, ProtocolError } from "../../net/errors.ts";
import { paddedSize } from "../hdu/layout.ts";
import { CommandInput } from "./command_input.ts";
import { type Composite, putComposite } from "./feed/composite.ts";
import type { FeedStore, Reservation } from "./feed/store.ts";
import {
  dataBlockBytes,
  type FitspipeFrame,
  type FrameShape,
  frameShape,
  minimalHeader,
} from "./feed/frame.ts";
import { readHeaderBlocks } from "./header_blocks.ts";
import {
  type Command,
  DEFAULT_FEED,
  errorReply,
  feedLine,
  FITS_MAGIC,
  frameLine,
  getErrorReply,
  HELP_LINES,
  type Input,
  isHttpRequest,
  okReply,
  parseCommand,
  SERVER_NAME,
} from "./feed/protocol.ts";

/** What is skipped of a file that is refused; beyond that the connection ends. */
const MAX_SKIPPED_BYTES = 17_179_869_184;

/**
 * Bytes of pixels in one write. A consumer's piece, and the copy that the system makes
 * of it, stay in the processor's cache, and many consumers take turns: 32 of them
 * together get a fifth more than with whole frames, one as much.
 */
const WRITE_BYTES = 1_048_576;

/** What the connections of a server have in common. */
export interface SessionContext {
  readonly store: FeedStore;
  readonly log: (line: string) => void;
  /** Whether the command `shutdown` is obeyed. */
  readonly allowShutdown: boolean;
  /** Milliseconds that a frame may stand still, on its way in or out. */
  readonly progressTimeout: number;
  /** Milliseconds that a connection may stay without its first command. */
  readonly firstTimeout: number;
  /** Milliseconds that a connection may stay without a further one. */
  readonly idleTimeout: number;
  /** The feeds that are joined, if any are. */
  composite: Composite | undefined;
  /** Begins the server's shutdown. */
  stop(): void;
}

/** One connection: its commands in their order. */
export class Session {
  #connection: TcpConnection;
  #context: SessionContext;
  #input: CommandInput;
  /** Whether a command is running. */
  #busy = false;
  /** Whether the last command was a `put` that is refused: its file may be on its way. */
  #putRefused = false;

  constructor(connection: TcpConnection, context: SessionContext) {
    this.#connection = connection;
    this.#context = context;
    this.#input = new CommandInput(connection.socket, connection.remote);
  }

  /** Serves the connection to its end. */
  async run(): Promise<void> {
    const { draining, socket } = this.#connection;
    // Between commands nothing is under way: such connections end with the server at once.
    const stop = () => this.#busy || closeQuietly(socket);
    draining.addEventListener("abort", stop);
    let timeout = this.#context.firstTimeout;
    try {
      while (!draining.aborted) {
        this.#busy = false;
        const input = await this.#input.next(timeout);
        timeout = this.#context.idleTimeout;
        if (input === null) return;
        this.#busy = true;
        if (!await this.#take(input)) return;
      }
    } catch (error) {
      if (error instanceof LimitError) await this.#send(errorReply(error.message));
      if (!(error instanceof ClosedError) && !isDisconnect(error)) throw error;
    } finally {
      draining.removeEventListener("abort", stop);
      this.#input.release();
    }
  }

  /** Takes what a client has sent; false if it ends the connection. */
  async #take(input: Input): Promise<boolean> {
    if (input.kind === "line") return await this.#line(input.line);
    // An extension belongs to the file before it, which has had its answer.
    if (input.kind === "extension") return await this.#skipHdu("XTENSION");
    if (!this.#putRefused) return await this.#put(DEFAULT_FEED);
    // So does the file of a refused put: one command, one reply.
    this.#putRefused = false;
    return await this.#skipHdu("SIMPLE");
  }

  /** Runs one command; false if it ends the connection. */
  async #line(line: string): Promise<boolean> {
    let command: Command | undefined;
    this.#putRefused = false;
    if (isHttpRequest(line)) {
      // A web page of any origin makes a browser send this, and what follows would be commands.
      this.#context.log(`${this.#connection.remote}: refused: a request of HTTP`);
      await this.#send(errorReply("this is a fitspipe server, which speaks no HTTP"));
      return false;
    }
    try {
      command = parseCommand(line);
    } catch (error) {
      if (!(error instanceof HeliographError)) throw error;
      this.#putRefused = /^\s*put\b/.test(line);
      const reply = /^\s*get\b/.test(line) ? getErrorReply : errorReply;
      return await this.#send(reply(error.message));
    }
    switch (command?.name) {
      case undefined:
        return true;
      case "version":
        return await this.#send(okReply([`${SERVER_NAME} session=${this.#context.store.session}`]));
      case "help":
        return await this.#send(okReply(HELP_LINES));
      case "ls":
        return await this.#send(okReply(this.#context.store.list().map(feedLine)));
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
    let loan: Loan | undefined;
    try {
      loan = this.#borrow(command) ?? await this.#waitFor(command);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      return await this.#send(getErrorReply(error.message));
    }
    if (loan === undefined) return false;
    const { frame, giveBack } = loan;
    try {
      const header = command.fullHeader ? frame.header : minimalHeader(frame);
      const line = frameLine({ ...frame, frame: frame.number });
      return await this.#send([line, header, ...inPieces(frame.pixels, WRITE_BYTES)]);
    } finally {
      giveBack();
    }
  }

  /** A frame that is there. */
  #borrow({ feed, frame: number }: Command & { name: "get" }): Loan | undefined {
    const { store } = this.#context;
    const frame = store.get(feed, number);
    return frame && { frame, giveBack: store.lend(frame) };
  }

  /** Waits for a frame; undefined if the client goes away, an error if the server does. */
  async #waitFor({ feed, frame: number }: Command & { name: "get" }): Promise<Loan | undefined> {
    const { store } = this.#context;
    const { draining } = this.#connection;
    const result = Promise.withResolvers<Loan | undefined>();
    let settled = false;
    const settle = (loan?: Loan) => {
      settled = true;
      result.resolve(loan);
    };
    const stop = store.wait(feed, {
      number: number ?? store.info(feed)!.newest + 1,
      // At once: the frame may be dropped, and its memory used again, before the wait goes on.
      ready: (frame) => settled || settle({ frame, giveBack: store.lend(frame) }),
    });
    const drain = () => {
      settled = true;
      result.reject(new ProtocolError("the server is shutting down"));
    };
    draining.addEventListener("abort", drain);
    const endWatch = this.#input.watch(settle);
    try {
      return await result.promise;
    } finally {
      stop();
      endWatch();
      draining.removeEventListener("abort", drain);
    }
  }

  /** Receives a file into a feed; false if the connection cannot go on. */
  async #put(feed: string): Promise<boolean> {
    const { store, progressTimeout } = this.#context;
    const { reader } = this.#input;
    await this.#input.settle(progressTimeout);
    const magic = await reader.peek(FITS_MAGIC.length);
    if (magic.length < FITS_MAGIC.length) return false;
    if (!magic.every((byte, i) => byte === FITS_MAGIC[i])) {
      await this.#send(errorReply("expected a FITS file after put"));
      return false;
    }
    const header = await readHeaderBlocks(reader, { source: this.#connection.remote });
    let shape: FrameShape;
    let room: Reservation;
    try {
      shape = frameShape(header, store.maxMemory);
      room = store.reserve(feed, header.length + shape.bytes);
    } catch (error) {
      if (!(error instanceof HeliographError)) throw error;
      return await this.#refuse(header, error.message);
    }
    using reserved = room;
    const { width, height } = shape;
    const pixels = store.pixelMemory(shape.bytes);
    await reader.readInto(pixels);
    const { number } = reserved.put({ width, height, header, pixels });
    this.#compose(feed);
    await reader.skip(paddedSize(shape.bytes) - shape.bytes);
    return await this.#send(okReply([], ` frame=${number}`));
  }

  /** Answers a file that is not taken, and skips its data so that the connection goes on. */
  async #refuse(header: Uint8Array, reason: string): Promise<boolean> {
    this.#context.log(`${this.#connection.remote}: put refused: ${reason}`);
    // At once: who waits for the answer may never send the data.
    await this.#send(errorReply(reason));
    return await this.#skipData(header);
  }

  /** Passes over a header and its data. */
  async #skipHdu(first: "SIMPLE" | "XTENSION"): Promise<boolean> {
    await this.#input.settle(this.#context.progressTimeout);
    const options = { source: this.#connection.remote, first };
    return await this.#skipData(await readHeaderBlocks(this.#input.reader, options));
  }

  /** Skips what follows a header; false if that cannot be told or is too much. */
  async #skipData(header: Uint8Array): Promise<boolean> {
    let bytes: number;
    try {
      bytes = dataBlockBytes(header);
    } catch (error) {
      if (!(error instanceof HeliographError)) throw error;
      return false;
    }
    if (bytes > MAX_SKIPPED_BYTES) return false;
    await this.#input.reader.skip(bytes);
    return true;
  }

  #compose(feed: string): void {
    const { composite, store } = this.#context;
    if (composite === undefined || !composite.feeds.includes(feed)) return;
    try {
      putComposite(store, composite);
    } catch (error) {
      if (!(error instanceof HeliographError)) throw error;
      this.#context.log(`composite: ${error.message}`);
    }
  }

  async #composite(command: Command & { name: "composite" }): Promise<boolean> {
    if (!command.enable) {
      this.#context.composite = undefined;
      return await this.#send(okReply());
    }
    const { feeds } = command;
    const columns = command.columns ?? feeds.length;
    const rows = command.rows ?? 1;
    if (feeds.length === 0 || feeds.length > columns * rows || feeds.includes("composite")) {
      return await this.#send(errorReply("compfeeds must name 1 to columns x rows other feeds"));
    }
    this.#context.composite = { columns, rows, feeds };
    return await this.#send(okReply());
  }

  async #shutdown(): Promise<boolean> {
    if (!this.#context.allowShutdown) {
      return await this.#send(errorReply("shutdown is not allowed"));
    }
    await this.#send(okReply());
    this.#context.log(`${this.#connection.remote}: shutdown`);
    this.#context.stop();
    return false;
  }

  async #send(bytes: Uint8Array | readonly Uint8Array[]): Promise<true> {
    const { remote: source, socket } = this.#connection;
    await writeAll(socket, bytes, { timeout: this.#context.progressTimeout, source });
    return true;
  }
}

/** A frame whose memory stays as it is until it is given back. */
interface Loan {
  readonly frame: FitspipeFrame;
  readonly giveBack: () => void;
}

function* inPieces(bytes: Uint8Array, size: number): Generator<Uint8Array, void, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
