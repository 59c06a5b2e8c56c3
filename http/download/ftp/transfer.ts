import { delay } from "../../../net/backoff.ts";
import { ClosedError, LimitError, ProtocolError } from "../../../net/errors.ts";
import type { FtpClient } from "../../../net/ftp/client.ts";
import { FtpError } from "../../../net/ftp/error.ts";
import { readableName } from "../../../net/ftp/octet_text.ts";
import { withoutCredentials } from "../../client/credentials.ts";
import { formatHttpDate } from "../../message/date.ts";
import { DigestCheck, givenDigests, type GivenSums } from "../digests/check.ts";
import type { ExpectedDigest } from "../../fields/digest_fields.ts";
import { checkFreeSpace } from "../parts/free_space.ts";
import { ftpPath, type FtpPool } from "./pool.ts";
import { findPart } from "../parts/earlier_parts.ts";
import { MIN_SIDECAR_BYTES, PartFile } from "../parts/part_file.ts";
import type { Sidecar } from "../parts/sidecar.ts";
import {
  claimName,
  type RunContext,
  skipExisting,
  type Transfer,
  type TransferEnd,
  TransientError,
} from "../job/transfer.ts";

/** A file on its way over FTP. */
export class FtpFileTransfer implements Transfer {
  readonly url: string;
  readonly host: string;
  readonly label: string;
  status: number | null = null;
  received = 0;
  bytes = 0;
  total: number | undefined;
  #context: RunContext;
  #pool: FtpPool;
  #target: URL;
  #path: string;
  #name: string;
  readonly #digests: readonly ExpectedDigest[];
  #part: PartFile | undefined;
  /** What the part that is there is a part of. */
  #begun: { size: number | undefined; modified: Date | undefined } | undefined;
  #client: FtpClient | undefined;
  #interruption: Error | undefined;

  /**
   * Prepares a transfer; nothing is asked yet.
   *
   * @param context The run.
   * @param pool The connections.
   * @param target The URL, perhaps with credentials.
   * @param request The name and the digest that the caller wants.
   */
  constructor(
    context: RunContext,
    pool: FtpPool,
    target: URL,
    request: { name?: string | undefined } & GivenSums,
  ) {
    this.#context = context;
    this.#pool = pool;
    this.#target = target;
    this.#path = ftpPath(target);
    this.url = withoutCredentials(target).href;
    this.host = `${target.protocol}//${target.host}`;
    const last = this.#path.slice(this.#path.lastIndexOf("/") + 1);
    this.#name = claimName(context, request.name ?? readableName(last));
    this.label = this.#name;
    this.#digests = givenDigests(request);
  }

  get secured(): number {
    return this.#begun?.modified === undefined ? 0 : this.bytes;
  }

  async attempt(): Promise<TransferEnd> {
    this.#interruption = undefined;
    const { existing } = this.#context.options;
    if (this.#part === undefined && existing !== "newer") {
      const skipped = skipExisting(this.#context, this.#name);
      if (skipped !== undefined) return skipped;
    }
    const { client, reused } = await this.#pool.take(this.#target);
    this.#client = client;
    try {
      const end = await this.#fetch(client);
      this.#pool.give(this.#target, client);
      return end;
    } catch (error) {
      if (this.#interruption !== undefined) throw this.#interruption;
      // A connection that waited in the pool may have been closed by the server.
      if (reused && client.closed && this.received === 0 && error instanceof ClosedError) {
        return await this.attempt();
      }
      if (!(error instanceof FtpError)) throw error;
      this.status = error.code === 0 ? this.status : error.code;
      // The connection is in order unless the server ended it: 550 is only an answer.
      this.#pool.give(this.#target, client);
      if (error.code < 400 || error.code >= 500) throw error;
      const wholeServer = error.code === 421;
      throw new TransientError(error.message, { cause: error, source: this.url, wholeServer });
    } finally {
      this.#client = undefined;
    }
  }

  interrupt(reason: Error): void {
    this.#interruption = reason;
    void this.#client?.close();
  }

  stop(resumable: boolean): number {
    const part = this.#part;
    this.#part = undefined;
    if (part === undefined) return 0;
    if (!resumable || part.sidecar === undefined) {
      part.discard();
      return 0;
    }
    part.keep();
    return this.bytes;
  }

  async #fetch(client: FtpClient): Promise<TransferEnd> {
    const size = await client.size(this.#path);
    const modified = await client.modified(this.#path);
    if (this.#part === undefined && this.#context.options.existing === "newer") {
      const skipped = skipExisting(this.#context, this.#name, {
        size,
        modified: modified?.getTime(),
      });
      if (skipped !== undefined) return skipped;
    }
    this.total = size;
    if ((size ?? 0) > this.#context.options.maxSize) throw this.#tooLarge();
    this.#findEarlierPart(size, modified);
    const offset = await this.#beginAt(size, modified);
    if (size === undefined || offset < size || size === 0) {
      await this.#receive(client, offset, size);
    }
    return await this.#finish(size, modified);
  }

  #findEarlierPart(size: number | undefined, modified: Date | undefined): void {
    if (this.#part !== undefined) return;
    const { folder } = this.#context.options;
    const found = findPart(folder, this.#name);
    this.#part = PartFile.open(folder, this.#name);
    const { sidecar } = this.#part;
    if (found === undefined || sidecar?.url !== this.url || size === undefined) return;
    // FTP has no tags: size and time together must be what they were.
    const same = modified !== undefined && sidecar.length === size &&
      sidecar.lastModified === formatHttpDate(modified.getTime());
    if (!same) return;
    this.#begun = { size, modified };
    this.bytes = this.#part.size;
  }

  /** The byte to go on from: 0, with an empty part file, unless the file is still the same. */
  async #beginAt(size: number | undefined, modified: Date | undefined): Promise<number> {
    const begun = this.#begun;
    const same = begun !== undefined && size !== undefined && modified !== undefined &&
      begun.size === size && begun.modified?.getTime() === modified.getTime() && this.bytes <= size;
    if (same) return this.bytes;
    await checkFreeSpace(this.#context.options.folder, this.#name, size ?? 0);
    this.#part!.begin(this.#note(size, modified));
    this.#begun = { size, modified };
    this.bytes = 0;
    return 0;
  }

  #note(size: number | undefined, modified: Date | undefined): Sidecar | undefined {
    if (modified === undefined || (size ?? 0) <= MIN_SIDECAR_BYTES) return undefined;
    const lastModified = formatHttpDate(modified.getTime());
    return { url: this.url, name: this.#name, length: size!, lastModified };
  }

  async #receive(client: FtpClient, offset: number, size: number | undefined): Promise<void> {
    let start = offset;
    let transfer;
    try {
      transfer = await client.retrieve(this.#path, { offset });
    } catch (error) {
      if (!(error instanceof FtpError) || error.code !== 0 || offset === 0) throw error;
      // A server without REST sends all of it or nothing.
      start = this.bytes = 0;
      this.#part!.begin(this.#part!.sidecar);
      transfer = await client.retrieve(this.#path);
    }
    await using running = transfer;
    this.status = 150;
    if (this.#interruption !== undefined) throw this.#interruption;
    let at = start;
    for (let piece = await running.next(); piece !== null; piece = await running.next()) {
      this.received += piece.length;
      if (at + piece.length > this.#context.options.maxSize) throw this.#tooLarge();
      if (size !== undefined && at + piece.length > size) {
        this.#begun = undefined;
        throw new ProtocolError(
          `Cannot fetch ${this.url}: more than the ${size} bytes of its size came`,
          { source: this.url },
        );
      }
      this.#part!.write(piece, at);
      at += piece.length;
      this.bytes = at;
      const wait = this.#context.rateLimit?.take(piece.length) ?? 0;
      if (wait > 0) await delay(wait, this.#context.signal);
    }
    await running.finish();
    this.status = 226;
    if (size === undefined || at === size) return;
    throw new ClosedError(`Cannot fetch ${this.url}: ${at} of ${size} bytes came`, {
      source: this.url,
    });
  }

  async #finish(size: number | undefined, modified: Date | undefined): Promise<TransferEnd> {
    const part = this.#part!;
    if (this.#digests.length > 0) {
      const check = await DigestCheck.of(this.#digests);
      await part.read((piece) => check.update(piece));
      check.finish(this.url);
    }
    const { fsync } = this.#context.options;
    part.finish({ modified: modified?.getTime(), fsync });
    this.#part = undefined;
    return { path: part.path, outcome: "fetched", bytes: size ?? this.bytes };
  }

  #tooLarge(): LimitError {
    return new LimitError(
      `Cannot fetch ${this.url}: it is larger than the ${this.#context.options.maxSize} bytes allowed`,
      { source: this.url },
    );
  }
}
