/** FITS files on other servers, read by ranges, where that is allowed. */

import { openFits } from "../../fits/file/open.ts";
import { fetchUrl } from "../../http/client/client.ts";
import { isPublicAddress } from "../../http/client/public_address.ts";
import { isS3Text } from "../../http/fields/s3_url.ts";
import type { S3Options } from "../../http/s3/options.ts";
import { FormatError, HeliographError, LimitError } from "../../net/errors.ts";
import { shownUrl } from "../../net/text/shown_url.ts";
import { type FitsInUse, OpenFits } from "./open_files.ts";
import { ProblemError } from "./problem.ts";

/** Files that are open at one time, while no one reads more of them. */
const MAX_OPEN = 16;
/** A file that no one has asked for so long is opened again, in milliseconds. */
const MAX_IDLE_MS = 600_000;
/** Characters of an address. */
const MAX_URL = 4_096;
/** Decoded tiles of compressed images that are kept for each file. */
const TILE_CACHE_BYTES = 32 << 20;
/** Bytes of a file that comes whole, or within gzip, that are kept. */
const MAX_KEPT_BYTES = 512 << 20;
/** Milliseconds that a server has for its answer. */
const HEAD_TIMEOUT = 15_000;
const MAX_REDIRECTS = 5;

/** Which servers may be asked. */
export interface RemoteRules {
  /** Whether private, loopback and link-local addresses may be asked, too. */
  readonly allowsPrivate: boolean;
  /** How object stores are reached. Default: as the environment says. */
  readonly s3?: S3Options | undefined;
}

/** What other servers were asked for. */
export interface RemoteTraffic {
  /** Requests that were sent. */
  readonly requests: number;
  /** Bytes of bodies that came. */
  readonly bytes: number;
}

/** Files whose traffic is still counted: the last requests of one that is let go come later. */
const MAX_COUNTED = 64;

interface Entry {
  readonly opening: Promise<OpenFits>;
  askedAt: number;
}

/** Opens files on servers, and keeps the last of them open. */
export class RemoteFiles implements Disposable {
  readonly #rules: RemoteRules;
  readonly #now: () => number;
  readonly #open = new Map<string, Entry>();
  /** Files whose traffic may grow, and the sum of those before them. */
  readonly #counted: OpenFits[] = [];
  #before: RemoteTraffic = { requests: 0, bytes: 0 };

  /**
   * Makes a collection without files.
   *
   * @param rules Which servers may be asked.
   * @param now The clock, in milliseconds.
   */
  constructor(rules: RemoteRules, now: () => number = Date.now) {
    this.#rules = rules;
    this.#now = now;
  }

  /**
   * A file, in use.
   *
   * @param url Its address: http, https or s3.
   * @throws {ProblemError} If the address is none, may not be asked, or cannot be had.
   * @throws {FormatError} If it is no FITS file.
   */
  async use(url: string): Promise<FitsInUse> {
    const target = checkedUrl(url);
    const key = target.href;
    for (;;) {
      const kept = this.#open.get(key);
      const entry = kept !== undefined && this.#now() - kept.askedAt < MAX_IDLE_MS
        ? kept
        : this.#begin(key, target);
      entry.askedAt = this.#now();
      // A Map keeps the order of insertion: the file becomes the youngest.
      this.#open.delete(key);
      this.#open.set(key, entry);
      let file: OpenFits;
      try {
        file = await entry.opening;
      } catch (error) {
        if (this.#open.get(key) === entry) this.#open.delete(key);
        throw remoteProblem(error);
      }
      const inUse = file.isOutdated ? undefined : file.use();
      if (inUse !== undefined) return inUse;
      if (this.#open.get(key) === entry) this.#forget(key);
    }
  }

  /** What was asked for so far. */
  get traffic(): RemoteTraffic {
    return this.#counted.map(trafficOf).reduce(joined, this.#before);
  }

  /** Counts the traffic of a file from now on. */
  #count(file: OpenFits): OpenFits {
    this.#counted.push(file);
    if (this.#counted.length > MAX_COUNTED) {
      this.#before = joined(this.#before, trafficOf(this.#counted.shift()!));
    }
    return file;
  }

  #begin(key: string, target: URL): Entry {
    this.#forget(key);
    const { allowsPrivate, s3 } = this.#rules;
    const opening = openFits(target, {
      s3,
      admits: allowsPrivate ? () => true : isPublicAddress,
      headTimeout: HEAD_TIMEOUT,
      maxRedirects: MAX_REDIRECTS,
      tileCacheBytes: TILE_CACHE_BYTES,
      maxKeptBytes: MAX_KEPT_BYTES,
    }).then((fits) => this.#count(OpenFits.of(nameOf(target), fits, { isRemote: true })));
    opening.catch(() => {});
    for (const oldest of this.#open.keys()) {
      if (this.#open.size < MAX_OPEN) break;
      this.#forget(oldest);
    }
    return { opening, askedAt: this.#now() };
  }

  #forget(key: string): void {
    const entry = this.#open.get(key);
    this.#open.delete(key);
    entry?.opening.then((file) => file.forget(), () => {});
  }

  /** Closes all files. */
  [Symbol.dispose](): void {
    for (const key of [...this.#open.keys()]) this.#forget(key);
  }
}

function trafficOf({ fits }: OpenFits): RemoteTraffic {
  const { requests = 0, bytes = 0 } = fits.report ?? {};
  return { requests, bytes };
}

function joined(a: RemoteTraffic, b: RemoteTraffic): RemoteTraffic {
  return { requests: a.requests + b.requests, bytes: a.bytes + b.bytes };
}

/** The last part of the path of an address, as a name. */
function nameOf(url: URL): string {
  const last = url.pathname.split("/").filter(Boolean).at(-1) ?? "";
  try {
    return decodeURIComponent(last).replaceAll(/[/\\\0]/g, "_") || "remote.fits";
  } catch {
    return "remote.fits";
  }
}

function checkedUrl(text: string): URL {
  const bad = (found: string) =>
    new ProblemError(400, "bad-value", `url is ${found}`, { parameter: "url" });
  const expected = "expected an address of http:, https: or s3:";
  if (text.length > MAX_URL) throw bad(`${text.length} characters long, expected ${MAX_URL}`);
  let url: URL;
  try {
    url = fetchUrl(text, ["http:", "https:", "s3:"]);
  } catch (error) {
    if (!(error instanceof HeliographError)) throw error;
    throw bad(`none that can be opened: ${error.message}, ${expected}`);
  }
  if (!isS3Text(text) && (url.username !== "" || url.password !== "")) {
    throw bad(`${shownUrl(url)} with a user or password, which others would see`);
  }
  return url;
}

/** What went wrong with another server: 502. */
export function remoteProblem(error: unknown): unknown {
  const isOwn = !(error instanceof HeliographError) || error instanceof FormatError ||
    error instanceof LimitError;
  return isOwn ? error : new ProblemError(502, "remote", error.message);
}
