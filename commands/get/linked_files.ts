/** `get --list` and `get --match`: folders, and the files that they link to. */

import { HeliographError } from "../../net/errors.ts";
import { isS3Text, parseS3Text, s3UrlOf } from "../../http/fields/s3_url.ts";
import { printable } from "../../net/text/printable.ts";
import { shownUrl } from "../../net/text/shown_url.ts";
import { checkSecrets } from "../../http/client/client.ts";
import type { LinkedFile } from "../../http/download/links/link_list.ts";
import type { DownloadRequest } from "../../http/download/job/options.ts";
import type { ListOptions } from "../../http/download/list_files.ts";
import type { CommandContext } from "../program/command.ts";
import { OutputEnded } from "../program/streams.ts";

/**
 * Prints what the folders have.
 *
 * @param context The command.
 * @param requests The folders.
 * @param options Pattern, credentials, deadlines.
 * @returns The exit status: 1 if one could not be listed.
 */
export async function showLists(
  context: CommandContext,
  requests: readonly DownloadRequest[],
  options: ListOptions,
): Promise<number> {
  const onFolders = (urls: readonly string[]) => {
    for (const url of urls) context.report(printable(`folder ${url}`));
  };
  const complete = await listAll(context, requests, { ...options, onFolders }, (files) => {
    // Together, since a bucket has lines by the million.
    if (files.length > 0) context.print(files.map(context.json ? lineInJson : lineOf).join("\n"));
  });
  return complete ? 0 : 1;
}

function lineInJson(file: LinkedFile): string {
  const { name, url, size = null, rounded = false, modified = null } = file;
  return JSON.stringify({ name, url, size, rounded, modified });
}

function lineOf(file: LinkedFile): string {
  const size = file.size === undefined ? "-" : `${file.rounded ? "~" : ""}${file.size}`;
  const time = file.modified?.replace("T", " ").replace(/(\.\d+)?Z$/, "") ?? "-";
  return `${size.padStart(12)}  ${time.padEnd(19)}  ${printable(file.url)}`;
}

/**
 * With --match, each URL is a page and its matching links are what is fetched.
 *
 * @param context The command.
 * @param requests The pages.
 * @param options Pattern, credentials, deadlines.
 * @returns The files, and whether every page has led to some.
 */
export async function followMatches(
  context: CommandContext,
  requests: readonly DownloadRequest[],
  options: ListOptions,
): Promise<{ found: DownloadRequest[]; complete: boolean }> {
  const found: DownloadRequest[] = [];
  const complete = await listAll(context, requests, options, (files, url) => {
    if (isS3Text(String(url))) {
      // A URL object, since keys that were listed are no patterns.
      for (const file of files) found.push({ url: s3UrlOf(parseS3Text(file.url)) });
      return;
    }
    const page = new URL(url);
    for (const file of files) {
      const target = new URL(file.url);
      if (serverOf(target) !== serverOf(page)) checkSecrets(page, target, options);
      target.username = page.username;
      target.password = page.password;
      found.push({ url: target });
    }
  }, (url) => {
    throw new HeliographError(
      `Cannot fetch '${options.match}' of ${shown(url)}: nothing there matches`,
    );
  });
  return { found, complete };
}

function serverOf(url: URL): string {
  return `${url.protocol}//${url.host}`;
}

function shown(url: string | URL): string {
  return isS3Text(String(url)) ? String(url) : shownUrl(new URL(url));
}

/**
 * Lists the folders one after the other; one that cannot be listed does not keep back the others.
 *
 * @returns Whether all could be listed.
 */
async function listAll(
  context: CommandContext,
  requests: readonly DownloadRequest[],
  options: ListOptions,
  take: (files: readonly LinkedFile[], url: string | URL) => void,
  none: (url: string | URL) => void = () => {},
): Promise<boolean> {
  const { listPages } = await import("../../http/download/list_files.ts");
  let complete = true;
  for (const { url } of requests) {
    try {
      let count = 0;
      for await (const files of listPages(url, options)) {
        count += files.length;
        take(files, url);
      }
      if (count === 0) none(url);
    } catch (error) {
      context.signal.throwIfAborted();
      if (requests.length === 1 || error instanceof OutputEnded) throw error;
      context.fail(error, String(url));
      complete = false;
    }
  }
  return complete;
}
