import { checkCaps } from "../../net/caps.ts";
import { delay } from "../../net/backoff.ts";
import { concatenate } from "../../net/bytes/concatenate.ts";
import { messageOf } from "../../net/errors.ts";
import { shownUrl } from "../../net/text/shown_url.ts";
import { checkSecrets, type ClientOptions, fetchUrl, HttpClient } from "../client/client.ts";
import { discard, type HttpAnswer, readBody } from "../client/exchange.ts";
import { BodyCutter } from "../fields/byte_selection.ts";
import { contentCodings } from "../client/content_coding.ts";
import { isTransient } from "./failure.ts";
import { modifiedOf, refusal } from "./http_answer.ts";
import { NameClaims } from "./job/names.ts";
import type { DownloadRequest, DownloadResult } from "./job/options.ts";
import { TransientError } from "./job/transfer.ts";
import { parseJsonFolders, parseJsonListing } from "./links/link_list.ts";
import { type PageLinks, parsePageLinks } from "./links/page_links.ts";
import { MAX_ROBOTS_BYTES, Robots } from "./links/robots.ts";
import { mayBePage, nameOfPage, type Place, placeOf, type Site } from "./links/site.ts";
import { OutputFolder } from "./parts/output_folder.ts";
import { nextAttempt } from "./retry.ts";
import { savePage, type SavePageOptions } from "./saved_page.ts";

/** Options of {@linkcode crawl}. */
export interface CrawlOptions extends ClientOptions, SavePageOptions {
  /** How many links lead from the first page to a file at most. @default {5} */
  depth?: number | undefined;
  /** Whether nothing above the folder of the first page is followed. @default {false} */
  noParent?: boolean | undefined;
  /** Whether links are followed that robots.txt or a page forbids. @default {false} */
  ignoreRobots?: boolean | undefined;
  /** Whether a file is wanted, by its name. Default: each. */
  wants?: ((name: string) => boolean) | undefined;
  /** Whether nothing is written: pages are read and listed alone. @default {false} */
  listOnly?: boolean | undefined;
  /** Pages that are asked for at one time. @default {8} */
  jobs?: number | undefined;
  /** Attempts after the first one for each page. @default {5} */
  retries?: number | undefined;
  /** The wait before the second attempt at most, in milliseconds. @default {500} */
  firstWait?: number | undefined;
  /** Called for each page that is a file, or that could not be read. */
  onResult?: ((result: DownloadResult) => void) | undefined;
  /** Called for each page that was read, and for each link that is not followed, with the reason. */
  onDetail?: ((line: string) => void) | undefined;
}

/** What {@linkcode crawl} has found. */
export interface Crawled {
  /** The files that are left to be fetched, each with its folder and its name. */
  readonly files: DownloadRequest[];
  /** How many pages were read. */
  readonly pages: number;
  /** How many links were not followed, by the reason. */
  readonly leftOut: ReadonlyMap<string, number>;
  /** Whether there was more than the caps allow. */
  readonly cut: boolean;
}

/** The most pages that are read of one site, and the most files of it. */
const MAX_PAGES = 10_000;
const MAX_FILES = 1_000_000;

/** The most bytes of a page. */
const MAX_PAGE_BYTES = 16_777_216;

/** The longest wait between two attempts, and the longest that a server may ask for. */
const LONGEST_WAIT_MS = 30_000;
const LONGEST_RETRY_AFTER_MS = 300_000;

/** A folder may be told as JSON, which has all of its entries on one page. */
const ACCEPT_FOLDER = "application/json, text/html;q=0.9, */*;q=0.1";
const ACCEPT_PAGE = "text/html, application/xhtml+xml, */*;q=0.5";

/**
 * Reads a page and those that it links to on the same server, and so on, and tells the files that
 * they lead to. Pages that are files themselves are saved on the way; those that servers make of
 * folders, which have no Last-Modified, are not.
 *
 * @param start The first page.
 * @param options Depth, what is followed, and where pages are saved.
 * @throws {HeliographError} If the first page cannot be read, or if robots.txt cannot.
 */
export async function crawl(start: string | URL, options: CrawlOptions = {}): Promise<Crawled> {
  using client = new HttpClient(options);
  return await new Crawl(client, options).run(fetchUrl(start, ["http:", "https:"]));
}

/** One site on its way. */
class Crawl {
  readonly #client: HttpClient;
  readonly #options: CrawlOptions;
  readonly #files: DownloadRequest[] = [];
  readonly #seen = new Set<string>();
  readonly #leftOut = new Map<string, number>();
  readonly #claims = new Map<string, NameClaims>();
  /** Names of pages, claimed in the order of the links: what comes first may be another each time. */
  readonly #planned = new Map<string, string>();
  #folds: boolean | undefined;
  #target!: URL;
  #site!: Site;
  #robots: Robots | undefined;
  #pages = 0;
  #cut = false;

  constructor(client: HttpClient, options: CrawlOptions) {
    checkCaps(options);
    this.#client = client;
    this.#options = options;
  }

  async run(target: URL): Promise<Crawled> {
    const { depth: most = 5, noParent = false, jobs = 8 } = this.#options;
    this.#target = target;
    this.#site = { start: target, noParent };
    let level: URL[] = [target];
    this.#seen.add(target.href);
    for (let depth = 0; level.length > 0 && depth <= most; depth++) {
      const links: (readonly URL[])[] = [];
      await inParallel(level, depth === 0 ? 1 : jobs, async (url, i) => {
        links[i] = await this.#visit(url, depth);
      });
      if (depth === most) break;
      const next: URL[] = [];
      for (const urls of links) for (const url of urls) await this.#sort(url, next);
      level = next;
    }
    return {
      files: this.#files,
      pages: this.#pages,
      leftOut: this.#leftOut,
      cut: this.#cut,
    };
  }

  /** Takes a link as a file or as a page to look at, or leaves it out. */
  async #sort(url: URL, next: URL[]): Promise<void> {
    if (this.#seen.has(url.href)) return;
    this.#seen.add(url.href);
    const place = placeOf(url, this.#site);
    if (typeof place === "string") return this.#leave(url, place);
    if (!await this.#allows(url)) return this.#leave(url, "that robots.txt forbids");
    if (!mayBePage(url)) return this.#take(url, place);
    if (this.#pages + next.length >= MAX_PAGES) {
      this.#cut = true;
      return this.#leave(url, `beyond ${MAX_PAGES} pages`);
    }
    next.push(url);
    this.#planned.set(url.href, this.#claim(place.folder, nameOfPage(place, url)));
  }

  #leave(url: URL, why: string): void {
    this.#leftOut.set(why, (this.#leftOut.get(why) ?? 0) + 1);
    this.#options.onDetail?.(`not followed (${why}): ${shownUrl(url)}`);
  }

  #take(url: URL, place: Place): void {
    const { wants } = this.#options;
    const name = place.name ?? nameOfPage(place, url);
    if (wants !== undefined && !wants(name)) return this.#leave(url, "of other names");
    if (this.#files.length >= MAX_FILES) {
      this.#cut = true;
      return this.#leave(url, `beyond ${MAX_FILES} files`);
    }
    const { folder } = place;
    this.#files.push({ url: this.#withUser(url), folder, name: this.#claim(folder, name) });
  }

  #claim(folder: string, name: string): string {
    let claims = this.#claims.get(folder);
    if (claims === undefined) {
      this.#claims.set(
        folder,
        claims = new NameClaims(() => this.#foldsCase()),
      );
    }
    return claims.claim(name);
  }

  #foldsCase(): boolean {
    const { listOnly, folder = "." } = this.#options;
    return this.#folds ??= !listOnly && new OutputFolder(folder, 0).foldsCase();
  }

  /** User and password of the first page are for its own server alone. */
  #withUser(url: URL): URL {
    if (url.origin !== this.#target.origin) return url;
    const own = new URL(url);
    own.username = this.#target.username;
    own.password = this.#target.password;
    return own;
  }

  /** Reads a page; what is none becomes a file, and what fails a result. */
  async #visit(url: URL, depth: number): Promise<readonly URL[]> {
    const { signal, onResult } = this.#options;
    try {
      return await this.#patiently(() => this.#read(url, depth));
    } catch (error) {
      signal?.throwIfAborted();
      if (depth === 0) throw error;
      onResult?.({
        url: shownUrl(url),
        path: null,
        outcome: "failed",
        status: null,
        bytes: 0,
        seconds: 0,
        error: messageOf(error),
      });
      return [];
    }
  }

  async #read(url: URL, depth: number): Promise<readonly URL[]> {
    const isFolder = url.pathname.endsWith("/");
    const began = performance.now();
    const answer = await this.#client.send("GET", this.#withUser(url), [
      ["Accept", isFolder ? ACCEPT_FOLDER : ACCEPT_PAGE],
    ]);
    try {
      if (answer.status !== 200) {
        await discard(answer);
        throw refusal(answer, { kind: "refused", status: answer.status }, shownUrl(url));
      }
      const there = new URL(answer.url);
      if (depth === 0) {
        checkSecrets(this.#target, there, this.#options);
        this.#site = { ...this.#site, start: there };
      }
      const place = placeOf(there, this.#site);
      if (typeof place === "string") {
        this.#leave(url, place);
        return [];
      }
      // Two ways to one page, such as a folder with and without its slash.
      if (there.href !== url.href) {
        if (depth > 0 && this.#seen.has(there.href)) return [];
        this.#seen.add(there.href);
        if (depth > 0 && !await this.#allows(there)) {
          this.#leave(there, "that robots.txt forbids");
          return [];
        }
      }
      const type = answer.fields.getAll("content-type")[0] ?? "";
      const json = isFolder && /^application\/json\b/i.test(type);
      if (!json && !/^(?:text\/html|application\/xhtml)/i.test(type)) {
        this.#take(there, place);
        return [];
      }
      const bytes = await readPage(answer);
      const text = decoderFor(type).decode(bytes);
      const links = json ? linksOfJson(text, there) : parsePageLinks(text, there);
      if (links === undefined) {
        this.#take(there, place);
        return [];
      }
      this.#pages++;
      this.#options.onDetail?.(`${shownUrl(there)}: ${links.urls.length} links`);
      if (!json) this.#save(answer, place, bytes, began);
      if (!links.nofollow || this.#options.ignoreRobots) return links.urls;
      for (const link of links.urls) this.#leave(link, "of pages that ask robots not to follow");
      return [];
    } finally {
      answer.cancel();
    }
  }

  /** Saves a page that is a file: those that are made for the request have no time. */
  #save(answer: HttpAnswer, place: Place, bytes: Uint8Array, began: number): void {
    const { wants, onResult, listOnly } = this.#options;
    const modified = modifiedOf(answer);
    const name = nameOfPage(place, answer.url);
    if (place.name === undefined && modified === undefined) return;
    if (wants !== undefined && !wants(name)) return this.#leave(answer.url, "of other names");
    if (listOnly) {
      this.#files.push({ url: answer.url, folder: place.folder, name });
      return;
    }
    const claimed = this.#planned.get(answer.url.href) ?? this.#claim(place.folder, name);
    const saved = savePage(place.folder, claimed, bytes, modified, this.#options);
    onResult?.({
      url: shownUrl(answer.url),
      path: saved.path,
      outcome: saved.outcome,
      status: answer.status,
      bytes: saved.bytes,
      seconds: Math.round(performance.now() - began) / 1000,
      error: null,
    });
  }

  async #allows(url: URL): Promise<boolean> {
    if (this.#options.ignoreRobots) return true;
    this.#robots ??= await this.#patiently(() => this.#readRobots());
    return this.#robots.allows(url);
  }

  /** RFC 9309 section 2.3.1: where there is no such file all is allowed, after errors nothing. */
  async #readRobots(): Promise<Robots> {
    const url = new URL("/robots.txt", this.#site.start);
    const answer = await this.#client.send("GET", this.#withUser(url));
    try {
      const { status } = answer;
      if (status >= 400 && status < 500 && status !== 429) return new Robots("");
      if (status !== 200) {
        throw refusal(answer, { kind: "refused", status }, shownUrl(url));
      }
      return new Robots(new TextDecoder().decode(await readStart(answer, MAX_ROBOTS_BYTES)));
    } finally {
      answer.cancel();
    }
  }

  /** Tries again what may succeed later. */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    const { retries = 5, firstWait = 500, signal } = this.#options;
    const policy = {
      retries,
      firstWait,
      longestWait: LONGEST_WAIT_MS,
      longestRetryAfter: LONGEST_RETRY_AFTER_MS,
    };
    for (let failures = 1;; failures++) {
      try {
        return await work();
      } catch (error) {
        signal?.throwIfAborted();
        if (!isTransient(error)) throw error;
        const retryAfter = error instanceof TransientError ? error.retryAfter : undefined;
        const next = nextAttempt(policy, failures, retryAfter);
        if ("giveUp" in next) throw error;
        this.#options.onDetail?.(`${messageOf(error)}; next attempt in ${Math.ceil(next.wait)} ms`);
        await delay(next.wait, signal);
      }
    }
  }
}

async function readPage(answer: HttpAnswer): Promise<Uint8Array> {
  const codings = contentCodings(answer.fields);
  if (codings.length === 0) return await readBody(answer, MAX_PAGE_BYTES);
  const { decodeBody } = await import("../client/decode_body.ts");
  const page = new BodyCutter({ first: 0 }, MAX_PAGE_BYTES);
  for await (const piece of decodeBody(answer, codings, () => {})) page.push(piece);
  return page.finish();
}

/** The beginning of a body; what follows is given up with the connection. */
async function readStart(answer: HttpAnswer, most: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (let piece = await answer.next(); piece !== null; piece = await answer.next()) {
    pieces.push(piece.slice(0, most - length));
    length += pieces.at(-1)!.length;
    if (length === most) break;
  }
  return concatenate(pieces, length);
}

function linksOfJson(text: string, url: URL): PageLinks | undefined {
  const files = parseJsonListing(text, url);
  if (files === undefined) return undefined;
  const urls = files.map((file) => new URL(file.url));
  for (const folder of parseJsonFolders(text, url)) urls.push(folder);
  return { urls, nofollow: false };
}

/** Links are ASCII in nearly all pages; the others are read as the page says. */
function decoderFor(type: string): TextDecoder {
  const charset = /;\s*charset\s*=\s*"?([\w.:-]{1,40})/i.exec(type)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}

/** Works on several at a time, each with its place in the list. */
async function inParallel<T>(
  list: readonly T[],
  most: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let i = next++; i < list.length; i = next++) await work(list[i]!, i);
  };
  await Promise.all(Array.from({ length: Math.min(most, list.length) }, lane));
}

/** What the report says of a crawl, in one line. */
export function crawlSummary({ pages, leftOut, cut }: Crawled): string {
  const others = [...leftOut].map(([why, count]) => `${count} ${why}`);
  return `${pages} page${pages === 1 ? "" : "s"} read` +
    (others.length === 0 ? "" : `; links not followed: ${others.join(", ")}`) +
    (cut ? "; there is more than that" : "");
}
