import { FtpPool } from "./ftp_pool.ts";
import { ftpPattern, listFtpFolder } from "./ftp_listing.ts";
import { FtpFileTransfer } from "./ftp_transfer.ts";
import type { RunContext, Transfer } from "./transfer.ts";

/** What a run needs for FTP; a module of its own, since most runs need none of it. */
export class FtpRun {
  #context: RunContext;
  #pool: FtpPool;

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
      ...(options.onFtpLine === undefined ? {} : { onLine: options.onFtpLine }),
    });
  }

  /**
   * The files in the place of a URL whose last part is a pattern.
   *
   * @param request The request; without a pattern it stays as it is.
   */
  async expand<T extends { url: URL }>(request: T): Promise<(T | { url: URL })[]> {
    const { url } = request;
    if (ftpPattern(url) === undefined) return [request];
    const files = await listFtpFolder(this.#pool, url);
    return files.map((file) => {
      const target = new URL(file.url);
      target.username = url.username;
      target.password = url.password;
      return { url: target };
    });
  }

  /** Prepares the transfer of a file. */
  transfer(url: URL, wanted: { name?: string; sha256?: string }): Transfer {
    return new FtpFileTransfer(this.#context, this.#pool, url, wanted);
  }

  /** Says goodbye on every connection. */
  async close(): Promise<void> {
    await this.#pool.close();
  }
}
