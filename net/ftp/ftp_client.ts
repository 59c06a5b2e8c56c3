import { connect, startTls } from "../connect.ts";
import { ClosedError, HeliographError, LimitError } from "../errors.ts";
import { closeQuietly, type Socket } from "../socket.ts";
import { SocketReader } from "../socket_reader.ts";
import { writeAll } from "../write_all.ts";
import { FtpError } from "./ftp_error.ts";
import { FtpTransfer } from "./ftp_transfer.ts";
import { type FtpEntry, readListLine, readMlsdLine } from "./listing.ts";
import { octetsToText, readableName, textToOctets } from "./octet_text.ts";
import {
  commandLine,
  extendedPassivePort,
  featuresOf,
  type FtpReply,
  FtpReplyParser,
  MAX_REPLY_LINE,
  passivePort,
  readTimeVal,
  sizeOf,
  workingFolder,
} from "./reply.ts";

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
  user?: string;
  /** The password. */
  password?: string;
  /** Encryption of commands and data. @default {"none"} */
  tls?: FtpTls;
  /** Certificate authorities in PEM that are trusted beside the system's. */
  caCerts?: string[];
  /** Milliseconds that the server may stay silent. @default {30000} */
  timeout?: number;
  /** Closes the connection; its reason is thrown. */
  signal?: AbortSignal;
  /** Called for each line of the dialogue; passwords are replaced by `***`. */
  onLine?: (line: string) => void;
}

/** The most octets of one line of a listing, and the most entries of one folder. */
const MAX_LISTING_LINE = 8_192;
const MAX_ENTRIES = 1_000_000;

/**
 * A client of FTP servers (RFC 959, 2228, 2389, 2428, 3659, 4217): passive mode,
 * binary type, resume, listings, explicit and implicit TLS.
 *
 * Paths are octets, one character each, as a URL has them after percent-decoding;
 * those of plain ASCII are simply text. One thing is done at a time.
 *
 * Servers that demand that the data connection resumes the TLS session of the
 * control connection (vsftpd without `require_ssl_reuse=NO`) cannot be used:
 * the platform's TLS cannot resume sessions.
 *
 * @example
 * ```ts ignore
 * import { FtpClient } from "@heliograph/heliograph/net";
 *
 * await using ftp = await FtpClient.connect({ hostname: "ftp.example.org", port: 21 });
 * for (const entry of await ftp.list("pub/sun")) console.log(entry.name, entry.size);
 * await using transfer = await ftp.retrieve("pub/sun/f_171.fits");
 * for (let piece = await transfer.next(); piece !== null; piece = await transfer.next()) {
 *   console.log(piece.length);
 * }
 * ```
 */
export class FtpClient implements AsyncDisposable {
  /** What the server says it can do, names in upper case. */
  readonly features: Map<string, string> = new Map();
  /** The server, for messages. */
  readonly source: string;
  #control: Socket;
  #reader: SocketReader;
  #replies = new FtpReplyParser();
  #options: FtpOptions;
  #hostname: string;
  #home = "/";
  #extended = true;
  #closed = false;
  #ended = false;
  #transfer: FtpTransfer | undefined;
  #abort: () => void;

  /** Takes over a connection. */
  private constructor(control: Socket, hostname: string, port: number, options: FtpOptions) {
    this.#control = control;
    this.#hostname = hostname;
    this.#options = options;
    this.source = `ftp://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
    this.#reader = this.#readerOf(control);
    this.#abort = () => this.#drop();
    options.signal?.addEventListener("abort", this.#abort, { once: true });
  }

  /**
   * Connects and logs in.
   *
   * @param server Host name and port.
   * @param options User, password, encryption, deadline.
   * @returns The client.
   * @throws {FtpError} If the server refuses the login or the encryption.
   * @throws {HeliographError} If nobody answers.
   */
  static async connect(
    server: { hostname: string; port: number },
    options: FtpOptions = {},
  ): Promise<FtpClient> {
    const { hostname, port } = server;
    const { signal, timeout = 30_000, caCerts, tls = "none" } = options;
    const shared = {
      ...(signal === undefined ? {} : { signal }),
      ...(caCerts === undefined ? {} : { caCerts }),
    };
    const endpoint = { hostname, port, tls: tls === "implicit" };
    const control = await connect(endpoint, { ...shared, attemptTimeout: timeout });
    const client = new FtpClient(control, hostname, port, options);
    try {
      await client.#begin();
      return client;
    } catch (error) {
      client.#drop();
      signal?.throwIfAborted();
      throw error;
    }
  }

  /** Whether the connection has ended or can no longer be used. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * The size of a file.
   *
   * @param path The file.
   * @returns Bytes, or undefined where the server does not tell.
   * @throws {FtpError} If there is no such file.
   */
  async size(path: string): Promise<number | undefined> {
    const reply = await this.#ask("SIZE", path);
    return reply.code === 213 ? sizeOf(reply) : undefined;
  }

  /**
   * The time of a file's last change.
   *
   * @param path The file.
   * @returns The time, or undefined where the server does not tell.
   */
  async modified(path: string): Promise<Date | undefined> {
    const reply = await this.#ask("MDTM", path);
    return reply.code === 213 ? readTimeVal(reply.lines.at(-1)!) : undefined;
  }

  /**
   * Begins to receive a file.
   *
   * @param path The file.
   * @param options `offset`: the first byte wanted, 0 for all.
   * @returns The transfer; it must be ended before the next command.
   * @throws {FtpError} If the server refuses, with code 0 if it cannot begin at the offset.
   */
  async retrieve(path: string, options: { offset?: number } = {}): Promise<FtpTransfer> {
    const { offset = 0 } = options;
    return await this.#receive("RETR", path, async () => {
      if (offset === 0) return;
      const reply = await this.#ask("REST", String(offset));
      if (reply.code === 350) return;
      throw this.#refused(reply, `begin at byte ${offset} of ${readableName(path)}`, 0);
    });
  }

  /**
   * Lists a folder, with MLSD where the server has it, else with LIST.
   *
   * @param path The folder; empty for the one after login.
   * @returns Its entries, without itself and its parent.
   * @throws {FtpError} If there is no such folder, or if no line of it can be read.
   */
  async list(path: string): Promise<FtpEntry[]> {
    // A path as an argument of LIST may be taken for options or a pattern.
    if (path !== "") await this.#demand("CWD", path, [250, 200], "open the folder");
    try {
      if (this.features.has("MLST") || this.features.has("MLSD")) {
        try {
          return await this.#readListing("MLSD", readMlsdLine);
        } catch (error) {
          if (!(error instanceof FtpError) || error.code < 500) throw error;
          this.features.delete("MLST");
          this.features.delete("MLSD");
        }
      }
      const now = new Date();
      return await this.#readListing("LIST", (line) => readListLine(line, now));
    } finally {
      if (path !== "" && !this.#closed) {
        await this.#demand("CWD", this.#home, [250, 200], "return to the first folder");
      }
    }
  }

  /** Says goodbye and closes the connection. */
  async close(): Promise<void> {
    if (!this.#closed && this.#transfer === undefined) {
      try {
        await this.#ask("QUIT");
      } catch (error) {
        if (!(error instanceof HeliographError)) throw error;
      }
    }
    this.#drop();
  }

  /** Says goodbye and closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #begin(): Promise<void> {
    let greeting = await this.#reply();
    while (greeting.code === 120) greeting = await this.#reply();
    if (greeting.code !== 220) throw this.#refused(greeting, "begin");
    if (this.#options.tls === "explicit") await this.#encrypt();
    await this.#logIn();
    if ((this.#options.tls ?? "none") !== "none") {
      await this.#demand("PBSZ", "0", [200], "encrypt the data");
      await this.#demand("PROT", "P", [200], "encrypt the data");
    }
    const features = await this.#ask("FEAT");
    if (features.code === 211) {
      for (const [name, value] of featuresOf(features)) this.features.set(name, value);
    }
    if (this.features.has("UTF8")) await this.#ask("OPTS", "UTF8 ON");
    await this.#demand("TYPE", "I", [200], "choose binary transfers");
    const folder = await this.#ask("PWD");
    if (folder.code === 257) this.#home = workingFolder(folder) ?? "/";
  }

  async #encrypt(): Promise<void> {
    await this.#demand("AUTH", "TLS", [234, 334], "encrypt the connection");
    // Whatever came in clear behind the reply was put there by somebody in between.
    if (this.#reader.buffered.length > 0) {
      throw new FtpError(
        0,
        `Cannot encrypt the connection to ${this.source}: ` +
          `found ${this.#reader.buffered.length} bytes in clear after the reply to AUTH, expected none`,
      );
    }
    this.#reader.release();
    this.#control = await this.#startTls(this.#control);
    this.#reader = this.#readerOf(this.#control);
  }

  async #logIn(): Promise<void> {
    const { user = "anonymous", password = "anonymous@" } = this.#options;
    let reply = await this.#ask("USER", user);
    if (reply.code === 331) reply = await this.#ask("PASS", password);
    if (reply.code === 332) reply = await this.#ask("ACCT", "");
    if (reply.code !== 230 && reply.code !== 202 && reply.code !== 232) {
      throw this.#refused(reply, `log in as ${user}`);
    }
  }

  /** Opens a data connection, sends the command, and waits for the server to begin. */
  async #receive(
    verb: string,
    path: string | undefined,
    prepare: () => Promise<void> = () => Promise.resolve(),
  ): Promise<FtpTransfer> {
    const what = path === undefined ? "list the folder" : `fetch ${readableName(path)}`;
    let data = await this.#openData();
    let begun = false;
    try {
      await prepare();
      let reply = await this.#ask(verb, path);
      if (reply.code >= 400) throw this.#refused(reply, what);
      begun = true;
      if (this.#options.tls === "explicit" || this.#options.tls === "implicit") {
        data = await this.#startTls(data);
      }
      const early = reply.code >= 200 ? reply : undefined;
      const transfer = new FtpTransfer(data, {
        source: this.source,
        what,
        timeout: this.#options.timeout ?? 30_000,
        finish: async () => {
          this.#transfer = undefined;
          reply = early ?? await this.#reply();
          if (reply.code >= 300) throw this.#refused(reply, what);
        },
        abandon: () => {
          this.#transfer = undefined;
          // The replies that still come could not be told from those of the next command.
          this.#drop();
        },
      });
      this.#transfer = transfer;
      return transfer;
    } catch (error) {
      closeQuietly(data);
      if (begun) this.#drop();
      throw error;
    }
  }

  async #openData(): Promise<Socket> {
    if (this.#extended) {
      const reply = await this.#ask("EPSV");
      if (reply.code === 229) {
        try {
          return await this.#connectData(extendedPassivePort(reply));
        } catch (error) {
          this.#options.signal?.throwIfAborted();
          // Some firewalls only understand PASV; a server without it says so.
          if (!(error instanceof HeliographError)) throw error;
        }
      }
      if (this.#closed) throw this.#refused(reply, "open a data connection");
      this.#extended = false;
    }
    const reply = await this.#ask("PASV");
    if (reply.code !== 227) throw this.#refused(reply, "open a data connection");
    return await this.#connectData(passivePort(reply));
  }

  /** Data always comes from the host that the commands go to. */
  async #connectData(port: number): Promise<Socket> {
    const { signal, timeout = 30_000 } = this.#options;
    const remote = this.#control.remoteAddr;
    const hostname = "hostname" in remote ? remote.hostname : this.#hostname;
    return await connect({ hostname, port }, {
      attemptTimeout: timeout,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  async #startTls(socket: Socket): Promise<Socket> {
    const { signal, timeout = 30_000, caCerts } = this.#options;
    const limit = AbortSignal.timeout(timeout);
    try {
      return await startTls(socket as Deno.TcpConn, {
        hostname: this.#hostname,
        signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
        ...(caCerts === undefined ? {} : { caCerts }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      const reason = limit.aborted
        ? `no TLS handshake within ${timeout} ms`
        : error instanceof Error
        ? error.message
        : String(error);
      throw new HeliographError(`Cannot encrypt the connection to ${this.source}: ${reason}`, {
        cause: error,
        source: this.source,
      });
    }
  }

  async #readListing(
    verb: string,
    read: (line: string) => FtpEntry | null,
  ): Promise<FtpEntry[]> {
    await using transfer = await this.#receive(verb, undefined);
    const entries: FtpEntry[] = [];
    let unread: string | undefined;
    for (;;) {
      const line = await transfer.nextLine(MAX_LISTING_LINE);
      if (line === null) break;
      const entry = read(line);
      if (entry !== null) entries.push(entry);
      else if (!/^(total \d+)?\s*$/i.test(line) && !/[ ;]\.\.?$/.test(line)) unread ??= line;
      if (entries.length > MAX_ENTRIES) {
        throw new LimitError(`Cannot list ${this.source}: more than ${MAX_ENTRIES} entries`);
      }
    }
    await transfer.finish();
    if (entries.length === 0 && unread !== undefined) {
      const shown = JSON.stringify(unread.slice(0, 80));
      throw new FtpError(
        0,
        `Cannot list ${this.source}: found ${shown}, expected lines as of MLSD, ls -l or DOS`,
      );
    }
    return entries;
  }

  #readerOf(socket: Socket): SocketReader {
    return new SocketReader(socket, {
      source: this.source,
      timeout: this.#options.timeout ?? 30_000,
    });
  }

  async #demand(
    verb: string,
    argument: string,
    codes: readonly number[],
    what: string,
  ): Promise<FtpReply> {
    const reply = await this.#ask(verb, argument);
    if (codes.includes(reply.code)) return reply;
    throw this.#refused(reply, verb === "CWD" ? `${what} ${readableName(argument)}` : what);
  }

  /** Sends a command and waits for its reply. */
  async #ask(verb: string, argument?: string): Promise<FtpReply> {
    if (this.#transfer !== undefined) {
      throw new HeliographError(`Cannot send ${verb} to ${this.source}: a transfer is running`);
    }
    if (this.#closed) throw this.#gone();
    const line = commandLine(verb, argument);
    this.#options.onLine?.(verb === "PASS" ? "PASS ***" : readableName(line.trimEnd()));
    try {
      await writeAll(this.#control, textToOctets(line), {
        timeout: this.#options.timeout ?? 30_000,
        source: this.source,
      });
    } catch (error) {
      // A server that closes says why before; the reply may still be there to be read.
      if (!(error instanceof ClosedError)) throw error;
    }
    return await this.#reply();
  }

  async #reply(): Promise<FtpReply> {
    for (;;) {
      let line: Uint8Array | null;
      try {
        line = await this.#reader.readLineBytes(MAX_REPLY_LINE);
      } catch (error) {
        this.#options.signal?.throwIfAborted();
        this.#drop();
        throw error;
      }
      if (line === null) {
        this.#drop();
        throw this.#gone();
      }
      const text = octetsToText(line);
      this.#options.onLine?.(readableName(text));
      const reply = this.#replies.push(text);
      if (reply === null) continue;
      // The server ends the connection after it (RFC 959 section 5.4).
      if (reply.code === 421) this.#drop();
      return reply;
    }
  }

  #gone(): ClosedError {
    return new ClosedError(`Cannot go on with ${this.source}: the connection was closed`, {
      source: this.source,
    });
  }

  #refused(reply: FtpReply, what: string, code = reply.code): FtpError {
    const text = readableName(reply.lines.join(" ").trim().slice(0, 300));
    return new FtpError(code, `Cannot ${what} at ${this.source}: ${reply.code} ${text}`, {
      source: this.source,
    });
  }

  #drop(): void {
    this.#closed = true;
    this.#options.signal?.removeEventListener("abort", this.#abort);
    if (this.#ended) return;
    this.#ended = true;
    this.#transfer?.cancel();
    this.#reader.release();
    closeQuietly(this.#control);
  }
}
