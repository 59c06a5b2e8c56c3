import { checkCaps } from "../caps.ts";
import { connect, startTls } from "../connect.ts";
import { reasonOf } from "../connect_reason.ts";
import { TimedSignal } from "../deadline.ts";
import { ClosedError, HeliographError } from "../errors.ts";
import { closeQuietly, type Socket } from "../socket.ts";
import { SocketReader } from "../socket_reader.ts";
import { writeAll } from "../write_all.ts";
import { FtpError } from "./error.ts";
import type { FtpTransfer } from "./transfer.ts";
import { octetsToText, readableName, textToOctets } from "./octet_text.ts";
import { commandLine, type FtpReply, FtpReplyParser, MAX_REPLY_LINE } from "./reply.ts";

/** How an FTP connection is encrypted. */
export type FtpTls =
  /** Not at all; the password goes over the wire as it is. */
  | "none"
  /** `AUTH TLS` after the greeting (RFC 4217), on the usual port. */
  | "explicit"
  /** From the first byte, on port 990. */
  | "implicit";

/** Options of {@linkcode FtpClient.connect}. */
export interface FtpOptions {
  /** The user's name. @default {"anonymous"} */
  user?: string | undefined;
  /** The password. */
  password?: string | undefined;
  /** Encryption of commands and data. @default {"none"} */
  tls?: FtpTls | undefined;
  /** Certificate authorities in PEM that are trusted in addition to the system's. */
  caCerts?: string[] | undefined;
  /** Whether to take any certificate. @default {false} */
  insecure?: boolean | undefined;
  /** Milliseconds that the server may stay silent. @default {30000} */
  timeout?: number | undefined;
  /** Closes the connection; its reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Called for each line of the dialogue; passwords are replaced by `***`. */
  onLine?: ((line: string) => void) | undefined;
}

/** The control connection: one command after the other, each with its reply. */
export class FtpDialogue {
  /** The server, for messages. */
  readonly source: string;
  /** Milliseconds that the server may stay silent. */
  readonly timeout: number;
  /** The transfer that runs; until it ends no command can be sent. */
  transfer: FtpTransfer | undefined;
  #control: Socket;
  #reader: SocketReader;
  #replies = new FtpReplyParser();
  #options: FtpOptions;
  #hostname: string;
  #closed = false;
  #waiting = 0;
  #abort: () => void;

  /** Takes over a connection. */
  private constructor(control: Socket, hostname: string, port: number, options: FtpOptions) {
    this.#control = control;
    this.#hostname = hostname;
    this.#options = options;
    checkCaps(options);
    this.timeout = options.timeout ?? 30_000;
    this.source = `ftp://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
    this.#reader = this.#readerOf(control);
    this.#abort = () => this.drop();
    options.signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /**
   * Connects; nothing has been read yet.
   *
   * @param server Host name and port.
   * @param options Encryption, trust, deadline.
   * @throws {HeliographError} If nothing answers.
   */
  static async connect(
    server: { hostname: string; port: number },
    options: FtpOptions,
  ): Promise<FtpDialogue> {
    const { hostname, port } = server;
    const { signal, timeout = 30_000, caCerts, insecure, tls } = options;
    const control = await connect({ hostname, port, tls: tls === "implicit" }, {
      attemptTimeout: timeout,
      signal,
      caCerts,
      insecure,
    });
    return new FtpDialogue(control, hostname, port, options);
  }

  /** Whether the connection has ended or can no longer be used. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether a reply is waited for: another command would get it. */
  get waits(): boolean {
    return this.#waiting > 0;
  }

  /** Sends a command and waits for its reply. */
  async ask(verb: string, argument?: string): Promise<FtpReply> {
    if (this.transfer !== undefined) {
      throw new HeliographError(`Cannot send ${verb} to ${this.source}: a transfer is running`);
    }
    if (this.#closed) throw this.#gone();
    const line = commandLine(verb, argument);
    this.#options.onLine?.(verb === "PASS" ? "PASS ***" : readableName(line.trimEnd()));
    this.#waiting++;
    try {
      await writeAll(this.#control, textToOctets(line), {
        timeout: this.timeout,
        source: this.source,
      });
    } catch (error) {
      // A server that closes says why before; the reply may still be there to be read.
      if (!(error instanceof ClosedError)) throw error;
    } finally {
      this.#waiting--;
    }
    return await this.reply();
  }

  /**
   * Sends a command that must succeed.
   *
   * @param verb The command.
   * @param argument Its argument.
   * @param codes The codes that mean success.
   * @param what What is wanted by it, for the error.
   */
  async demand(
    verb: string,
    argument: string,
    codes: readonly number[],
    what: string,
  ): Promise<FtpReply> {
    const reply = await this.ask(verb, argument);
    if (codes.includes(reply.code)) return reply;
    throw this.refused(reply, verb === "CWD" ? `${what} ${readableName(argument)}` : what);
  }

  /** Waits for the next reply. */
  async reply(): Promise<FtpReply> {
    this.#waiting++;
    try {
      return await this.#readReply();
    } finally {
      this.#waiting--;
    }
  }

  async #readReply(): Promise<FtpReply> {
    for (;;) {
      let line: Uint8Array | null;
      try {
        line = await this.#reader.readLineBytes(MAX_REPLY_LINE);
      } catch (error) {
        this.#options.signal?.throwIfAborted();
        this.drop();
        // What the platform says of broken TLS tells nothing of who sent it.
        if (error instanceof HeliographError || !(error instanceof Error)) throw error;
        throw new ClosedError(`Cannot read from ${this.source}: ${error.message}`, {
          cause: error,
          source: this.source,
        });
      }
      if (line === null) {
        this.drop();
        throw this.#gone();
      }
      const text = octetsToText(line);
      this.#options.onLine?.(readableName(text));
      const reply = this.#replies.push(text);
      if (reply === null) continue;
      // The server ends the connection after it (RFC 959 section 5.4).
      if (reply.code === 421) this.drop();
      return reply;
    }
  }

  /**
   * The error for a reply that was not hoped for.
   *
   * @param reply The reply.
   * @param what What was wanted.
   * @param code The code of the error.
   */
  refused(reply: FtpReply, what: string, code: number = reply.code): FtpError {
    const text = readableName(reply.lines.join(" ").trim().slice(0, 300));
    return new FtpError(code, `Cannot ${what} at ${this.source}: ${reply.code} ${text}`, {
      source: this.source,
    });
  }

  /** Encrypts the connection from here on, after the reply to AUTH. */
  async encrypt(): Promise<void> {
    // Whatever came in clear behind the reply was put there by somebody in between.
    if (this.#reader.buffered.length > 0) {
      throw new FtpError(
        0,
        `Cannot encrypt the connection to ${this.source}: ` +
          `found ${this.#reader.buffered.length} bytes in clear after the reply to AUTH, expected none`,
      );
    }
    this.#reader.release();
    this.#control = await this.startTls(this.#control);
    this.#reader = this.#readerOf(this.#control);
  }

  /** Connects for data, which always comes from the host that the commands go to. */
  async connectData(port: number): Promise<Socket> {
    const { signal } = this.#options;
    const remote = this.#control.remoteAddr;
    const hostname = "hostname" in remote ? remote.hostname : this.#hostname;
    return await connect({ hostname, port }, {
      attemptTimeout: this.timeout,
      signal,
    });
  }

  /** Encrypts a connection to this server. */
  async startTls(socket: Socket): Promise<Socket> {
    const { signal, caCerts, insecure } = this.#options;
    using limited = new TimedSignal(this.timeout, signal);
    try {
      return await startTls(socket as Deno.TcpConn, {
        hostname: this.#hostname,
        signal: limited.signal,
        caCerts,
        insecure,
      });
    } catch (error) {
      signal?.throwIfAborted();
      const reason = limited.timedOut
        ? `no TLS handshake within ${this.timeout} ms`
        : error instanceof Error
        ? reasonOf(error)
        : String(error);
      throw new HeliographError(`Cannot encrypt the connection to ${this.source}: ${reason}`, {
        cause: error,
        source: this.source,
      });
    }
  }

  /** Closes the connection, and ends the transfer that runs. */
  drop(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.signal?.removeEventListener("abort", this.#abort);
    this.transfer?.cancel();
    this.#reader.release();
    closeQuietly(this.#control);
  }

  #readerOf(socket: Socket): SocketReader {
    return new SocketReader(socket, { source: this.source, timeout: this.timeout });
  }

  #gone(): ClosedError {
    return new ClosedError(`Cannot go on with ${this.source}: the connection was closed`, {
      source: this.source,
    });
  }
}
