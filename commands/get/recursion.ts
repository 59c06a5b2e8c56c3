/** `get --recursive`: the pages of a server, and the files that they lead to. */

import { matchesGlob } from "../../net/text/glob.ts";
import { printable } from "../../net/text/printable.ts";
import { shownUrl } from "../../net/text/shown_url.ts";
import { fetchUrl } from "../../http/client/client.ts";
import { crawl, type CrawlOptions, crawlSummary } from "../../http/download/crawl.ts";
import type { DownloadRequest } from "../../http/download/job/options.ts";
import { checkWritableFolder } from "../../net/writable_folder.ts";
import { fileError } from "../../net/file_error.ts";
import { type CommandContext, UsageError } from "../program/command.ts";

/** What the pages lead to. */
export interface FoundFiles {
  readonly files: DownloadRequest[];
  /** What to say of each page in the end. */
  readonly lines: readonly string[];
  /** Whether every page could be read, and the caps have left nothing out. */
  readonly complete: boolean;
}

/**
 * Follows the links of each page.
 *
 * @param context The command.
 * @param requests The pages.
 * @param options Depth, limits, and a pattern for the names of files.
 */
export async function followLinks(
  context: CommandContext,
  requests: readonly DownloadRequest[],
  options: CrawlOptions & { readonly match?: string | undefined },
): Promise<FoundFiles> {
  const { match, folder = "." } = options;
  for (const { url, name, checksum, mirrors } of requests) {
    if (!/^https?:/i.test(String(url))) {
      throw new UsageError(`--recursive is for http and https, found '${url}'`);
    }
    if (name !== undefined || checksum !== undefined || mirrors !== undefined) {
      throw new UsageError("--recursive takes pages, of which no name and no sum can be given");
    }
  }
  if (!options.listOnly) {
    await checkWritableFolder(folder).catch((error) => {
      throw fileError(error, "write into", folder);
    });
  }
  const files: DownloadRequest[] = [];
  const lines: string[] = [];
  let complete = true;
  for (const { url } of requests) {
    const page = fetchUrl(url, ["http:", "https:"]);
    try {
      const found = await crawl(url, {
        ...options,
        wants: match === undefined ? undefined : (name) => matchesGlob(match, name),
      });
      for (const file of found.files) files.push(file);
      lines.push(`${shownUrl(page)}: ${crawlSummary(found)}`);
      complete &&= !found.cut;
    } catch (error) {
      context.signal.throwIfAborted();
      if (requests.length === 1) throw error;
      context.fail(error, shownUrl(page));
      complete = false;
    }
  }
  return { files, lines, complete };
}

/** Prints where the files are, and where they would go. */
export function showFound(context: CommandContext, files: readonly DownloadRequest[]): void {
  for (const { url, folder, name } of files) {
    const shown = shownUrl(new URL(url));
    const path = folder === "" ? name : `${folder}/${name}`;
    context.print(context.json ? JSON.stringify({ url: shown, path }) : printable(shown));
  }
}
