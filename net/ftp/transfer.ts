import { closeQuietly, type Socket } from "../socket.ts";
import { type ByteSource, SocketReader } from "../socket_reader.ts";
import { octetsToText } from "./octet_text.ts";

/** What a {@linkcode FtpTransfer} needs of the client that began it. */
export interface FtpTransferOptions {
  /** The server, for messages. */
  source: string;
  /** What is done, for messages. */
  what: string;
  /** Milliseconds that the server may send nothing. */
  timeout: number;
  /** Reads the reply that tells whether everything was sent. */
  finish: () => Promise<void>;
  /** Gives up the connection for commands. */
  abandon: () => void;
}

/** Bytes of the buffer of one transfer. */
const BUFFER_BYTES = 1_048_576;

/** A file or a listing on its way from an FTP server. */
export class FtpTransfer implements AsyncDisposable {
  #data: Socket;
  #reader: SocketReader;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  #options: FtpTransferOptions;
  #over = false;

  /**
   * Takes over a data connection.
   *
   * @param data The connection.
   * @param options Names, deadline, and what to do at the end.
   */
  constructor(data: Socket, options: FtpTransferOptions) {
    this.#data = data;
    this.#options = options;
    this.#reader = new SocketReader(tolerant(data), {
      source: options.source,
      timeout: options.timeout,
    });
  }

  /**
   * Waits for bytes.
   *
   * @returns A view that stays valid until the next call; null when the server has
   * closed the data connection, which only {@linkcode FtpTransfer.finish} can tell
   * from a broken one.
   */
  async next(): Promise<Uint8Array<ArrayBuffer> | null> {
    this.#buffer ??= new Uint8Array(BUFFER_BYTES);
    const count = await this.#reader.readSome(this.#buffer);
    return count === null ? null : this.#buffer.subarray(0, count);
  }

  /**
   * Waits for a line of a listing.
   *
   * @param limit The most octets of a line.
   * @returns The line, one character for each octet; null at the end.
   */
  async nextLine(limit: number): Promise<string | null> {
    const line = await this.#reader.readLineBytes(limit);
    return line === null ? null : octetsToText(line);
  }

  /**
   * Ends the transfer after the last byte.
   *
   * @throws {FtpError} If the server says that not everything was sent.
   */
  async finish(): Promise<void> {
    if (this.#over) return;
    this.#end();
    await this.#options.finish();
  }

  /** Ends the transfer before the last byte; the client is closed with it. */
  cancel(): void {
    if (this.#over) return;
    this.#end();
    this.#options.abandon();
  }

  /** Cancels the transfer unless it has been finished. */
  [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
    return Promise.resolve();
  }

  #end(): void {
    this.#over = true;
    this.#reader.release();
    closeQuietly(this.#data);
  }
}

/**
 * Many servers close encrypted data connections without saying so in TLS; whether
 * something is missing is told by the reply on the control connection and the size.
 */
function tolerant(data: Socket): ByteSource {
  return {
    read: async (target) => {
      try {
        return await data.read(target);
      } catch (error) {
        if (error instanceof Deno.errors.UnexpectedEof) return null;
        throw error;
      }
    },
    close: () => data.close(),
  };
}
