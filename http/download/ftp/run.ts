import { HeliographError } from "../../../net/errors.ts";
import type { GivenSums } from "../digests/check.ts";
import { FtpError } from "../../../net/ftp/error.ts";
import { withoutCredentials } from "../../client/credentials.ts";
import { FtpPool } from "./pool.ts";
import { ftpPattern, listFtpFolder } from "./listing.ts";
import { FtpFileTransfer } from "./transfer.ts";
import type { LinkedFile } from "../links/link_list.ts";
import type { RunContext, Transfer } from "../job/transfer.ts";
import { UnlistedTransfer } from "../job/unlisted_transfer.ts";

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

  /** Prepares the transfer of a file; `context` is of its folder. */
  transfer(
    url: URL,
    wanted: { name?: string | undefined } & GivenSums,
    context: RunContext = this.#context,
  ): Transfer {
    const failure = this.#unlisted.get(url);
    if (failure === undefined) return new FtpFileTransfer(context, this.#pool, url, wanted);
    const status = failure instanceof FtpError && failure.code !== 0 ? failure.code : null;
    const host = `${url.protocol}//${url.host}`;
    return new UnlistedTransfer(withoutCredentials(url).href, host, failure, status);
  }

  /** Says goodbye on every connection. */
  async close(): Promise<void> {
    await this.#pool.close();
  }
}
