import { HeliographError, messageOf } from "../../../net/errors.ts";
import { FtpError } from "../../../net/ftp/error.ts";
import { withoutCredentials } from "../../client/credentials.ts";
import { FtpPool } from "./pool.ts";
import { ftpPattern, listFtpFolder } from "./listing.ts";
import { FtpFileTransfer } from "./transfer.ts";
import type { LinkedFile } from "../links/link_list.ts";
import type { RunContext, Transfer, TransferEnd } from "../job/transfer.ts";

/** What a run needs for FTP; a module of its own, since most runs need none of it. */
export class FtpRun {
  #context: RunContext;
  #pool: FtpPool;
  /** Patterns that have led to no file, and why. */
  #unlisted = new Map<URL, unknown>();

  /**
   * Begins without connections.
   *
   * @param context The run.
   */
  constructor(context: RunContext) {
    const { options, signal } = context;
    this.#context = context;
    this.#pool = new FtpPool({
      ...options,
      tls: options.ftpTls,
      timeout: options.silenceTimeout ?? 30_000,
      signal,
      onLine: options.onFtpLine,
    });
  }

  /**
   * The files in the place of a URL whose last part is a pattern.
   *
   * @param request The request; without a pattern it stays as it is, and where nothing can be
   * listed or nothing matches, its transfer will fail for that.
   */
  async expand<T extends { url: URL }>(request: T): Promise<(T | { url: URL })[]> {
    const { url } = request;
    if (ftpPattern(url) === undefined) return [request];
    let files: LinkedFile[];
    try {
      files = await listFtpFolder(this.#pool, url);
    } catch (error) {
      this.#unlisted.set(request.url, error);
      return [request];
    }
    if (files.length === 0) {
      const source = withoutCredentials(url).href;
      const error = new HeliographError(`Cannot fetch ${source}: no file there matches`, {
        source,
      });
      this.#unlisted.set(request.url, error);
      return [request];
    }
    return files.map((file) => {
      const target = new URL(file.url);
      target.username = url.username;
      target.password = url.password;
      return { url: target };
    });
  }

  /** Prepares the transfer of a file. */
  transfer(url: URL, wanted: { name?: string | undefined; sha256?: string | undefined }): Transfer {
    const failure = this.#unlisted.get(url);
    return failure === undefined
      ? new FtpFileTransfer(this.#context, this.#pool, url, wanted)
      : new UnlistedTransfer(url, failure);
  }

  /** Says goodbye on every connection. */
  async close(): Promise<void> {
    await this.#pool.close();
  }
}

/** What stands for a pattern in whose place there is no file: it fails, and the others arrive. */
class UnlistedTransfer implements Transfer {
  readonly url: string;
  readonly host: string;
  readonly label: string;
  readonly status: number | null;
  readonly secured = 0;
  readonly received = 0;
  readonly bytes = 0;
  readonly total = undefined;
  #failure: HeliographError;

  constructor(url: URL, failure: unknown) {
    this.url = this.label = withoutCredentials(url).href;
    this.host = `${url.protocol}//${url.host}`;
    this.status = failure instanceof FtpError && failure.code !== 0 ? failure.code : null;
    const message = messageOf(failure);
    // None of the errors that are worth another attempt: that would list nothing again.
    this.#failure = new HeliographError(message, { source: this.url });
  }

  attempt(): Promise<TransferEnd> {
    return Promise.reject(this.#failure);
  }

  interrupt(): void {}

  stop(): number {
    return 0;
  }
}
