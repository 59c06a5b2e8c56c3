import { HeliographError } from "../../net/errors.ts";
import { fetchUrl, sendsSecrets } from "../client/client.ts";
import { givenDigests } from "./digests/check.ts";
import { isKeyPattern } from "../fields/s3_url.ts";
import { fileError } from "../../net/file_error.ts";
import { shownUrl } from "../../net/text/shown_url.ts";
import { checkWritableFolder } from "../../net/writable_folder.ts";
import {
  type DownloadOptions,
  type DownloadRequest,
  type DownloadResult,
  resolveOptions,
} from "./job/options.ts";
import { safeFolder } from "./job/names.ts";
import { Run } from "./run.ts";

/** The schemes that {@linkcode download} fetches from. */
const SCHEMES = ["http:", "https:", "ftp:", "ftps:", "ftpes:", "s3:", "file:", "data:"] as const;

/** Those of files that are in several places. */
const MIRROR_SCHEMES = ["http:", "https:"] as const;

/**
 * Fetches files into a folder.
 *
 * Each file is either there, whole and right, or not at all: bodies go to a part file
 * first, sizes and digests are checked, and what is left of a broken transfer is used
 * the next time, if the server still has the same version. Broken connections and busy
 * servers are tried again. Files that are there already are skipped by default.
 *
 * One file's failure does not keep the others from arriving.
 *
 * @param urls What to fetch: http, https, ftp, ftps, ftpes, s3, file and data URLs. The last part of
 * an FTP URL may be a pattern of the shell, in whose place the files that match it come; so may
 * the key of an object (`s3://BUCKET/2026/*.fits`), where it is text: a URL object names one.
 * @param options Folder, names, caps, deadlines, credentials.
 * @returns What became of each file, in the order of `urls`.
 * @throws {HeliographError} If the folder is missing or cannot be written to, or if a
 * URL is none; nothing is fetched then.
 * @throws The reason of the signal when it aborts; parts are kept.
 *
 * @example
 * ```ts
 * import { download } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = "out/doc-download";
 * await Deno.mkdir(folder, { recursive: true });
 * const [result] = await download("data:text/plain,sun", { folder, existing: "clobber" });
 * assertEquals([result!.outcome, result!.bytes], ["fetched", 3]);
 * ```
 *
 * @example Progress with rate and time left
 * ```ts
 * import { download, type DownloadState } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = "out/doc-progress";
 * await Deno.mkdir(folder, { recursive: true });
 * const states: DownloadState[] = [];
 * const onProgress = (state: DownloadState) => states.push(state);
 * await download("data:text/plain,sun", { folder, existing: "clobber", onProgress });
 * const { files, finished, received, secondsLeft } = states.at(-1)!;
 * assertEquals([files, finished, received, secondsLeft], [1, 1, 3, 0]);
 * ```
 */
export async function download(
  urls: string | URL | DownloadRequest | Iterable<string | URL | DownloadRequest>,
  options: DownloadOptions = {},
): Promise<DownloadResult[]> {
  const list = isIterable(urls) ? [...urls] : [urls];
  const requests = list.map((entry) => {
    const request = typeof entry === "string" || entry instanceof URL ? { url: entry } : entry;
    // What is wrong is said before anything is fetched.
    givenDigests(request);
    const { mirrors: places } = request;
    const all = places?.map((place) => withoutFragment(fetchUrl(place, MIRROR_SCHEMES)));
    const schemes = places === undefined ? SCHEMES : MIRROR_SCHEMES;
    const url = withoutFragment(fetchUrl(request.url, schemes));
    const mirrors = all?.filter((mirror) => mayAsk(mirror, url, options));
    // A URL object names one object, whatever characters its key has.
    const pattern = url.protocol === "s3:" && typeof request.url === "string" &&
      isKeyPattern(request.url);
    const folder = safeFolder(request.folder ?? "");
    return { ...request, url, folder, pattern, mirrors };
  });
  options.signal?.throwIfAborted();
  const resolved = resolveOptions(options);
  await checkFolder(resolved.folder);
  return await new Run(resolved, requests.length).fetch(requests);
}

/** Whether a mirror may be asked: a secret is for the server of the first place alone. */
function mayAsk(mirror: URL, first: URL, options: DownloadOptions): boolean {
  if (mirror.origin === first.origin || !sendsSecrets(options)) return true;
  options.onWarning?.(
    `${shownUrl(mirror)} is not asked: it must not see the credentials, which are for ` +
      first.origin,
  );
  return false;
}

/** A fragment is a place within a file, which is the same file with another one. */
function withoutFragment(url: URL): URL {
  if (!url.href.includes("#")) return url;
  const whole = new URL(url);
  whole.hash = "";
  return whole;
}

function isIterable(
  urls: string | URL | DownloadRequest | Iterable<string | URL | DownloadRequest>,
): urls is Iterable<string | URL | DownloadRequest> {
  return typeof urls === "object" && Symbol.iterator in urls;
}

/** Finds out before anything is fetched whether files can be written into a folder. */
async function checkFolder(folder: string): Promise<void> {
  let info: Deno.FileInfo;
  try {
    info = await Deno.stat(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw fileError(error, "write into", folder);
    throw new HeliographError(`Cannot write into '${folder}': there is no such folder`, {
      cause: error,
      source: folder,
    });
  }
  if (!info.isDirectory) {
    throw new HeliographError(`Cannot write into '${folder}': it is a file, expected a folder`, {
      source: folder,
    });
  }
  try {
    await checkWritableFolder(folder);
  } catch (error) {
    throw fileError(error, "write into", folder);
  }
}
