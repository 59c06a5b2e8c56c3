import { closeQuietly, type Socket } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { COMMAND_GAP_MS, type Input, nextInput } from "./feed/protocol.ts";

/** Commands that are read ahead while a `get` waits for its frame. */
const MAX_READ_AHEAD_BYTES = 65_536;

/**
 * The commands of one connection, whose ends may be silence. One read is under way
 * at a time, also across a `get` that waits.
 */
export class CommandInput {
  /** What follows a command; only while no other method of the input waits. */
  readonly reader: SocketReader;
  #socket: Socket;
  #filling: Promise<boolean> | undefined;

  constructor(socket: Socket, source: string) {
    this.#socket = socket;
    this.reader = new SocketReader(socket, { source });
  }

  /**
   * Waits for the next command or file.
   *
   * @param timeout Milliseconds.
   * @returns Null at the end of the connection.
   */
  async next(timeout: number): Promise<Input | null> {
    this.reader.timeout = timeout;
    for (let silent = false;;) {
      const input = nextInput(this.reader.buffered, silent);
      if (input !== undefined) {
        if (input.kind === "line") this.reader.consume(input.bytes);
        return input;
      }
      const waiting = this.reader.buffered.length > 0;
      const result = waiting ? await this.#fillOrGap() : await this.#fill();
      if (result === "gap") {
        silent = true;
        if (nextInput(this.reader.buffered, true) === undefined) await this.#fill();
        continue;
      }
      silent = false;
      if (!result && !waiting) return null;
      // The end of the stream completes a command as silence does.
      if (!result) silent = true;
      if (!result && nextInput(this.reader.buffered, true) === undefined) return null;
    }
  }

  /**
   * Makes the reader free for what follows a command.
   *
   * @param timeout Milliseconds that each read may wait from now on.
   */
  async settle(timeout: number): Promise<void> {
    this.reader.timeout = timeout;
    await this.#filling;
  }

  /**
   * Looks out for the end of the connection while nothing is expected of the client;
   * what it sends meanwhile is kept, to a bound.
   *
   * @param gone Called when it has ended the connection.
   * @returns Ends the watch.
   */
  watch(gone: () => void): () => void {
    let watching = true;
    // A frame may be waited for as long as the camera sleeps; hosts that vanished without
    // a word are found by the system.
    this.reader.timeout = undefined;
    (this.#socket as Partial<Deno.TcpConn>).setKeepAlive?.(true);
    const look = async () => {
      try {
        while (watching && this.reader.buffered.length < MAX_READ_AHEAD_BYTES) {
          if (!await this.#fill()) return gone();
        }
      } catch {
        // A broken connection is one that has ended.
        gone();
      }
    };
    void look();
    return () => void (watching = false);
  }

  /** Closes the connection. */
  close(): void {
    closeQuietly(this.#socket);
  }

  /** Ends the reader's deadline. */
  release(): void {
    this.reader.release();
  }

  #fill(): Promise<boolean> {
    this.#filling ??= this.reader.fill().finally(() => this.#filling = undefined);
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
}
