import { HttpClient } from "../../http/client/client.ts";
import { download } from "../../http/download/download.ts";
import type {
  DownloadOptions,
  DownloadRequest,
  DownloadResult,
} from "../../http/download/job/options.ts";
import { safeFileName } from "../../http/fields/file_name.ts";
import {
  isKeyPattern,
  isS3Text,
  parseS3Text,
  type S3Object,
  s3Text,
} from "../../http/fields/s3_url.ts";
import { discard } from "../../http/message/answer.ts";
import type { ObjectStore } from "../../http/s3/store.ts";
import { ObjectExistsError, writeObject } from "../../http/s3/upload.ts";
import { messageOf } from "../../net/errors.ts";
import { shownUrl } from "../../net/text/shown_url.ts";
import { UsageError } from "../program/command.ts";

/** Uploads at a time; what has come waits for them on the disk. */
const MAX_UPLOADS = 4;

/** Bytes of a file that are read at a time. */
const PIECE_BYTES = 1 << 20;

/**
 * Fetches files, and puts each of them into a bucket once it is whole. Until then it is in a
 * temporary folder.
 *
 * @param output `s3://BUCKET/PREFIX`.
 * @param requests What is fetched.
 * @param options How; `existing` is skip or clobber.
 * @param within Where the temporary folder is made. Default: where the system has them.
 */
export async function downloadToBucket(
  output: string,
  requests: readonly DownloadRequest[],
  options: DownloadOptions,
  within?: string,
): Promise<void> {
  const { existing, signal, s3, onResult } = options;
  if (existing !== "skip" && existing !== "clobber") {
    throw new UsageError(`--${existing} is for files of this machine, and --output is '${output}'`);
  }
  const place = parseS3Text(output);
  using client = new HttpClient({ s3, signal });
  const bucket = new Bucket(place, await client.objectStore(), existing === "skip", signal);
  const wanted: DownloadRequest[] = [];
  for (const request of requests) {
    const there = await bucket.heldAlready(request);
    if (there === undefined) wanted.push(request);
    else onResult?.(there);
  }
  if (wanted.length === 0) return;
  const folder = await Deno.makeTempDir({
    ...(within === undefined ? {} : { dir: within }),
    prefix: "heliograph-",
  });
  const uploads: Promise<void>[] = [];
  // What the caller throws while others are on their way ends them, too.
  const failed = new AbortController();
  try {
    await download(wanted, {
      ...options,
      ...{ folder, existing: "unique" },
      signal: signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]),
      onResult: (result) =>
        void uploads.push(
          bucket.put(folder, result).then((done) => onResult?.(done))
            .catch((error) => failed.abort(error)),
        ),
    });
  } finally {
    await Promise.all(uploads);
    await Deno.remove(folder, { recursive: true });
  }
  failed.signal.throwIfAborted();
}

class Bucket {
  readonly #place: S3Object;
  readonly #store: ObjectStore;
  readonly #keep: boolean;
  readonly #signal: AbortSignal | undefined;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(
    place: S3Object,
    store: ObjectStore,
    keep: boolean,
    signal: AbortSignal | undefined,
  ) {
    const key = place.key === "" ? "" : place.key.replace(/\/*$/, "/");
    this.#place = { ...place, key };
    this.#store = store;
    this.#keep = keep;
    this.#signal = signal;
  }

  /** The result of a request whose object is there already, under the name that its URL has. */
  async heldAlready({ url, name, folder = "" }: DownloadRequest): Promise<
    DownloadResult | undefined
  > {
    const text = String(url);
    if (!this.#keep || isKeyPattern(text)) return undefined;
    const last = lastNameOf(text);
    const own = name ?? last;
    if (own === "") return undefined;
    const object = this.#objectOf(folder === "" ? safeFileName(own) : `${folder}/${own}`);
    const bytes = await this.#sizeOf(object);
    if (bytes === undefined) return undefined;
    const about = { url: shownText(text), path: s3Text(object), bytes, status: null, seconds: 0 };
    return { ...about, outcome: "skipped", error: null };
  }

  #objectOf(name: string): S3Object {
    return { ...this.#place, key: this.#place.key + name };
  }

  async #sizeOf(object: S3Object): Promise<number | undefined> {
    const answer = await this.#store.send("HEAD", object);
    await discard(answer);
    return answer.status === 200 ? Number(answer.fields.get("content-length") ?? 0) : undefined;
  }

  /** Puts what has come into the bucket. */
  async put(folder: string, result: DownloadResult): Promise<DownloadResult> {
    const { path } = result;
    if (path === null) return result;
    if (this.#running >= MAX_UPLOADS) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    const start = performance.now();
    try {
      const object = this.#objectOf(path.slice(folder.length + 1).replaceAll("\\", "/"));
      const there = this.#keep ? await this.#sizeOf(object) : undefined;
      const to = { ...result, path: s3Text(object) };
      if (there !== undefined) return { ...to, bytes: there, outcome: "skipped" };
      const options = { signal: this.#signal, keep: this.#keep };
      try {
        await writeObject(this.#store, object, piecesOf(path), options);
      } catch (error) {
        if (!(error instanceof ObjectExistsError)) throw error;
        // Another program was quicker.
        return { ...to, bytes: await this.#sizeOf(object) ?? 0, outcome: "skipped" };
      }
      const seconds = result.seconds + (performance.now() - start) / 1_000;
      return { ...to, seconds: Math.round(seconds * 1_000) / 1_000 };
    } catch (error) {
      return { ...result, path: null, outcome: "failed", bytes: 0, error: messageOf(error) };
    } finally {
      await Deno.remove(path);
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

/** A URL as it may be shown. */
function shownText(url: string): string {
  const parsed = isS3Text(url) ? null : URL.parse(url);
  return parsed === null ? url : shownUrl(parsed);
}

/** What stands behind the last slash of a URL. */
function lastNameOf(url: string): string {
  const path = isS3Text(url) ? parseS3Text(url).key : URL.parse(url)?.pathname ?? "";
  const last = path.slice(path.lastIndexOf("/") + 1);
  try {
    return isS3Text(url) ? last : decodeURIComponent(last);
  } catch {
    // What is no code stands for itself.
    return last;
  }
}

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  using file = await Deno.open(path);
  const piece = new Uint8Array(PIECE_BYTES);
  // The writer copies what it is given.
  for (let count; (count = await file.read(piece)) !== null;) yield piece.subarray(0, count);
}
