import { HeliographError, LimitError } from "../errors.ts";
import { closeQuietly, type Socket } from "../socket.ts";
import { FtpDialogue, type FtpOptions, type FtpTls } from "./dialogue.ts";
import { FtpError } from "./error.ts";
import { FtpTransfer } from "./transfer.ts";
import { type FtpEntry, readListLine, readMlsdLine } from "./listing.ts";
import { readableName } from "./octet_text.ts";
import {
  extendedPassivePort,
  featuresOf,
  passivePort,
  readTimeVal,
  sizeOf,
  workingFolder,
} from "./reply.ts";

export type { FtpOptions, FtpTls };

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
  #dialogue: FtpDialogue;
  #options: FtpOptions;
  #home = "/";
  #extended = true;

  private constructor(dialogue: FtpDialogue, options: FtpOptions) {
    this.#dialogue = dialogue;
    this.#options = options;
  }

  /**
   * Connects and logs in.
   *
   * @param server Host name and port.
   * @param options User, password, encryption, deadline.
   * @returns The client.
   * @throws {FtpError} If the server refuses the login or the encryption.
   * @throws {HeliographError} If nothing answers.
   */
  static async connect(
    server: { hostname: string; port: number },
    options: FtpOptions = {},
  ): Promise<FtpClient> {
    const dialogue = await FtpDialogue.connect(server, options);
    const client = new FtpClient(dialogue, options);
    try {
      await client.#begin();
      return client;
    } catch (error) {
      dialogue.drop();
      options.signal?.throwIfAborted();
      throw error;
    }
  }

  /** The server, for messages. */
  get source(): string {
    return this.#dialogue.source;
  }

  /** Whether the connection has ended or can no longer be used. */
  get closed(): boolean {
    return this.#dialogue.closed;
  }

  /**
   * The size of a file.
   *
   * @param path The file.
   * @returns Bytes, or undefined where the server does not tell.
   * @throws {FtpError} If there is no such file.
   */
  async size(path: string): Promise<number | undefined> {
    const reply = await this.#dialogue.ask("SIZE", path);
    return reply.code === 213 ? sizeOf(reply) : undefined;
  }

  /**
   * The time of a file's last change.
   *
   * @param path The file.
   * @returns The time, or undefined where the server does not tell.
   */
  async modified(path: string): Promise<Date | undefined> {
    const reply = await this.#dialogue.ask("MDTM", path);
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
  async retrieve(
    path: string,
    options: { offset?: number | undefined } = {},
  ): Promise<FtpTransfer> {
    const { offset = 0 } = options;
    return await this.#receive("RETR", path, async () => {
      if (offset === 0) return;
      const reply = await this.#dialogue.ask("REST", String(offset));
      if (reply.code === 350) return;
      throw this.#dialogue.refused(reply, `begin at byte ${offset} of ${readableName(path)}`, 0);
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
    if (path !== "") await this.#dialogue.demand("CWD", path, [250, 200], "open the folder");
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
      if (path !== "" && !this.closed) {
        await this.#dialogue.demand("CWD", this.#home, [250, 200], "return to the first folder");
      }
    }
  }

  /** Says goodbye and closes the connection; while a reply is waited for, without a word. */
  async close(): Promise<void> {
    if (!this.closed && this.#dialogue.transfer === undefined && !this.#dialogue.waits) {
      try {
        await this.#dialogue.ask("QUIT");
      } catch (error) {
        if (!(error instanceof HeliographError)) throw error;
      }
    }
    this.#dialogue.drop();
  }

  /** Says goodbye and closes the connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #begin(): Promise<void> {
    let greeting = await this.#dialogue.reply();
    while (greeting.code === 120) greeting = await this.#dialogue.reply();
    if (greeting.code !== 220) throw this.#dialogue.refused(greeting, "begin");
    if (this.#options.tls === "explicit") await this.#encrypt();
    await this.#logIn();
    if ((this.#options.tls ?? "none") !== "none") {
      await this.#dialogue.demand("PBSZ", "0", [200], "encrypt the data");
      await this.#dialogue.demand("PROT", "P", [200], "encrypt the data");
    }
    const features = await this.#dialogue.ask("FEAT");
    if (features.code === 211) {
      for (const [name, value] of featuresOf(features)) this.features.set(name, value);
    }
    if (this.features.has("UTF8")) await this.#dialogue.ask("OPTS", "UTF8 ON");
    await this.#dialogue.demand("TYPE", "I", [200], "choose binary transfers");
    const folder = await this.#dialogue.ask("PWD");
    if (folder.code === 257) this.#home = workingFolder(folder) ?? "/";
  }

  async #encrypt(): Promise<void> {
    await this.#dialogue.demand("AUTH", "TLS", [234, 334], "encrypt the connection");
    await this.#dialogue.encrypt();
  }

  async #logIn(): Promise<void> {
    const { user = "anonymous", password = "anonymous@" } = this.#options;
    let reply = await this.#dialogue.ask("USER", user);
    if (reply.code === 331) reply = await this.#dialogue.ask("PASS", password);
    if (reply.code === 332) reply = await this.#dialogue.ask("ACCT", "");
    if (reply.code !== 230 && reply.code !== 202 && reply.code !== 232) {
      throw this.#dialogue.refused(reply, `log in as ${user}`);
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
      let reply = await this.#dialogue.ask(verb, path);
      if (reply.code >= 400) throw this.#dialogue.refused(reply, what);
      begun = true;
      if (this.#options.tls === "explicit" || this.#options.tls === "implicit") {
        data = await this.#dialogue.startTls(data);
      }
      const early = reply.code >= 200 ? reply : undefined;
      const transfer = new FtpTransfer(data, {
        source: this.source,
        what,
        timeout: this.#dialogue.timeout,
        finish: async () => {
          this.#dialogue.transfer = undefined;
          reply = early ?? await this.#dialogue.reply();
          if (reply.code >= 300) throw this.#dialogue.refused(reply, what);
        },
        abandon: () => {
          this.#dialogue.transfer = undefined;
          // The replies that still come could not be told from those of the next command.
          this.#dialogue.drop();
        },
      });
      this.#dialogue.transfer = transfer;
      return transfer;
    } catch (error) {
      closeQuietly(data);
      if (begun) this.#dialogue.drop();
      throw error;
    }
  }

  async #openData(): Promise<Socket> {
    if (this.#extended) {
      const reply = await this.#dialogue.ask("EPSV");
      if (reply.code === 229) {
        try {
          return await this.#dialogue.connectData(extendedPassivePort(reply));
        } catch (error) {
          this.#options.signal?.throwIfAborted();
          // Some firewalls only understand PASV; a server without it says so.
          if (!(error instanceof HeliographError)) throw error;
        }
      }
      if (this.closed) throw this.#dialogue.refused(reply, "open a data connection");
      this.#extended = false;
    }
    const reply = await this.#dialogue.ask("PASV");
    if (reply.code !== 227) throw this.#dialogue.refused(reply, "open a data connection");
    return await this.#dialogue.connectData(passivePort(reply));
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
      // The sum of the blocks, in any language, and the folder itself with its parent.
      else if (!/^(\S+ \d+)?\s*$/.test(line) && !/[ ;]\.\.?$/.test(line)) unread ??= line;
      if (entries.length > MAX_ENTRIES) {
        throw new LimitError(`Cannot list ${this.source}: more than ${MAX_ENTRIES} entries`);
      }
    }
    await transfer.finish();
    // What cannot be read may be a file: a part of a folder must not pass for all of it.
    if (unread !== undefined) {
      const shown = JSON.stringify(unread.slice(0, 80));
      throw new FtpError(
        0,
        `Cannot list ${this.source}: found ${shown}, expected lines as of MLSD, ls -l or DOS`,
      );
    }
    return entries;
  }
}
