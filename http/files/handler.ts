import { checkCaps } from "../../net/caps.ts";
import { chooseEncoding, prefersJson } from "../fields/accept.ts";
import { contentTypeOf } from "../fields/content_type.ts";
import { errorResponse } from "../server/error_response.ts";
import { answerContent, type Content } from "./answer.ts";
import { type ArchiveEntry, type ArchiveKind, archiveOf } from "./archive.ts";
import { type CachedFile, FileCache, type FileSet, fileSetOf, type PreparedForm } from "./cache.ts";
import {
  type Coding,
  CODINGS,
  compressed,
  hasRoom,
  isCompressible,
  isWholeBody,
} from "./compression.ts";
import { compressForm, FileContent, PreparedContent, prepareForm } from "./content.ts";
import { commonFields, fileFields, setAll } from "./fields.ts";
import { FileTree, type FileTreeOptions, type ShownPart } from "./tree.ts";
import { isSettled, validatorsOf } from "./validators.ts";
import { HeaderFields, type HeaderFieldsInit } from "../message/header_fields.ts";
import { HttpError } from "../message/http_error.ts";
import {
  listingJson,
  type ListingLink,
  listingPage,
  PAGE_ENTRIES,
  pageOf,
  pageStart,
} from "./listing_page.ts";
import { filterInSteps, parseListingRequest, sortInSteps } from "./listing_order.ts";
import { FolderNames } from "./folder_names.ts";
import { Listings } from "./listings.ts";
import { inTurns } from "../server/event_loop_turn.ts";
import { type OpenFile, sameVersion, versionOf } from "../server/open_file.ts";
import { PreparedResponse } from "../server/prepared_response.ts";
import { Renderings, type Representation } from "./representation.ts";
import { formatRequestPath, parseRequestPath, type RequestPath } from "./request_path.ts";
import type { HttpRequest, HttpResponse } from "../server/types.ts";
import type { TreeEntry } from "./tree_entry.ts";

/** How often a folder is in an archive by links in folders that were reached by links. */
const MAX_TIMES_IN_ARCHIVE = 30;

/** Options of {@linkcode fileHandler}. */
export interface FileHandlerOptions extends FileTreeOptions {
  /** The folder whose files are served. */
  root: string;
  /** The file that stands for its folder, if there is one. @default {"index.html"} */
  index?: string | undefined;
  /** Whether folders without an index are listed, else they are 404. @default {true} */
  listing?: boolean | undefined;
  /** Fields of every answer, in the place of those that the handler would set. */
  headers?: HeaderFieldsInit | undefined;
  /** Whether pages of every origin may read the files. @default {false} */
  cors?: boolean | undefined;
  /**
   * Whether `sun.csv.br`, `sun.csv.zst` or `sun.csv.gz` is sent for `sun.csv` to
   * clients that accept it.
   *
   * @default {true}
   */
  precompressed?: boolean | undefined;
  /**
   * Whether text and JSON are compressed (zstd, gzip) for clients that accept it.
   *
   * @default {false}
   */
  compress?: boolean | undefined;
  /** The most bytes of small files that are kept in memory. @default {67108864} */
  cacheBytes?: number | undefined;
  /** Other forms in which files can be had. */
  representations?: readonly Representation[] | undefined;
  /** Pages elsewhere on the server that show files; listings link to them. */
  pages?:
    | readonly {
      /** The text of the link. */
      readonly label: string;
      /** Whether the page shows a file, by its name. */
      matches(name: string): boolean;
      /** Where it is, by the encoded path of the file. */
      hrefOf(path: string): string;
      /** Where a small picture of the file is. */
      thumbnailOf?(path: string): string;
      /** What files of a folder show, in words, by their names: what is known soon. */
      factsOf?(
        folder: readonly string[],
        names: readonly string[],
      ): Promise<ReadonlyMap<string, string>>;
    }[]
    | undefined;
  /** The path before that of the root, without a slash at its end. @default {""} */
  base?: string | undefined;
  /**
   * Whether files get `Content-Security-Policy: sandbox`, so that one that is HTML or SVG is no
   * page of the server's own origin.
   *
   * @default {false}
   */
  sandbox?: boolean | undefined;
  /** The clock, in milliseconds since 1970. @default {Date.now} */
  now?: (() => number) | undefined;
}

/** Takes files into the folders of a tree. */
export interface FileUploads {
  /**
   * Takes the body of a PUT as a file.
   *
   * @param request The request.
   * @param segments The names from the root down to the file.
   * @throws {HttpError} If it is not taken, and why.
   */
  put(request: HttpRequest, segments: readonly string[]): Promise<void>;
  /**
   * Takes the files of a form.
   *
   * @param request The request.
   * @param segments The names from the root down to the folder.
   * @throws {HttpError} If one is not taken, and why.
   */
  form(request: HttpRequest, segments: readonly string[]): Promise<unknown>;
}

/** What a drawing may load and run: nothing. */
const SANDBOX = "default-src 'none'; sandbox";

const ALLOWED = "GET, HEAD, OPTIONS";

/** What pages of other origins may send; the star alone is not understood everywhere. */
const CROSS_ORIGIN_FIELDS =
  "Range, If-Match, If-Modified-Since, If-None-Match, If-Range, If-Unmodified-Since, *";

/**
 * A handler for {@linkcode serveHttp} that serves the files below a folder.
 *
 * It answers GET, HEAD and OPTIONS with conditions and ranges (RFC 9110 sections
 * 13 and 14), precompressed files, listings as HTML or JSON, and keeps small files
 * in memory. It follows no link out of the folder, shows no file whose name begins
 * with a dot, and opens nothing but regular files, unless the options say so.
 *
 * @param options The folder, and what is shown of it.
 * @returns The handler.
 * @throws {HeliographError} If the folder cannot be served.
 *
 * @example
 * ```ts
 * import { fileHandler, serveHttp } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await serveHttp({ port: 0 }, fileHandler({ root: "." }));
 * const response = await fetch(new URL("/LICENSE", server.url), {
 *   headers: { Range: "bytes=0-2" },
 * });
 * assertEquals([response.status, await response.text()], [206, "MIT"]);
 * ```
 */
export function fileHandler(
  options: FileHandlerOptions,
): (request: HttpRequest) => HttpResponse | Promise<HttpResponse> {
  const files = new FileServer(options);
  return (request) => files.handle(request);
}

/**
 * A handler as {@linkcode fileHandler} gives it that takes files too, by PUT and by the form of
 * listings; files get `sandbox` then.
 *
 * @param options The folder, and what is shown of it.
 * @param uploads Makes what takes the files.
 */
export function receivingFileHandler(
  options: FileHandlerOptions,
  uploads: (tree: FileTree, index: string) => FileUploads,
): (request: HttpRequest) => HttpResponse | Promise<HttpResponse> {
  const files = new FileServer(options, uploads);
  return (request) => files.handle(request);
}

/** An answer that was given, and can be given again to the same head while the file stays. */
interface PreparedAnswer {
  readonly file: CachedFile;
  readonly answer: PreparedResponse;
}

class FileServer {
  #tree: FileTree;
  #index: string;
  #listing: boolean;
  #precompressed: boolean;
  #compress: boolean;
  /** Files that are being compressed, by path, version and coding. */
  readonly #compressing = new Map<string, Promise<PreparedForm>>();
  #common: HeaderFields;
  #cors: boolean;
  #representations: readonly Representation[];
  #renderings = new Renderings();
  #listings = new Listings();
  readonly #names = new FolderNames();
  #pages: NonNullable<FileHandlerOptions["pages"]>;
  #base: string;
  #sandbox: boolean;
  #cache: FileCache;
  #now: () => number;
  #uploads: FileUploads | undefined;
  #allowed: string;
  /** Answers that were given, by the head of their request (see HttpRequest.sameHead). */
  #memos = new WeakMap<object, PreparedAnswer>();

  constructor(
    options: FileHandlerOptions,
    uploads?: (tree: FileTree, index: string) => FileUploads,
  ) {
    this.#tree = new FileTree(options.root, options);
    this.#index = options.index ?? "index.html";
    this.#listing = options.listing ?? true;
    this.#precompressed = options.precompressed ?? true;
    this.#compress = options.compress ?? false;
    this.#cors = options.cors ?? false;
    this.#representations = options.representations ?? [];
    this.#pages = options.pages ?? [];
    this.#base = options.base ?? "";
    this.#uploads = uploads?.(this.#tree, this.#index);
    this.#allowed = this.#uploads === undefined ? ALLOWED : `${ALLOWED}, POST, PUT`;
    // What strangers bring is no page of this origin.
    this.#sandbox = options.sandbox ?? this.#uploads !== undefined;
    checkCaps(options);
    this.#cache = new FileCache(options.cacheBytes ?? 67_108_864);
    this.#now = options.now ?? Date.now;
    this.#common = commonFields(options);
  }

  handle(request: HttpRequest): HttpResponse | Promise<HttpResponse> {
    const { sameHead } = request;
    const memo = sameHead === undefined ? undefined : this.#memos.get(sameHead);
    if (memo !== undefined && memo.file.isCurrent()) return memo.answer;
    try {
      const answer = this.#answer(request);
      return answer instanceof Promise
        ? answer.catch((error) => this.#answerToFailure(error))
        : answer;
    } catch (error) {
      return this.#answerToFailure(error);
    }
  }

  #answer(request: HttpRequest): HttpResponse | Promise<HttpResponse> {
    const { method } = request;
    if (method !== "GET" && method !== "HEAD") {
      const takes = this.#uploads !== undefined && (method === "PUT" || method === "POST");
      return takes ? this.#take(request, this.#uploads!) : this.#answerOther(method);
    }
    const path = parseRequestPath(request.path.slice(this.#base.length));
    const located = this.#tree.locate(path.segments);
    const form = this.#representationOf(request, path);
    if (form !== undefined) return this.#answerRepresentation(request, located, path, form);
    if (!path.endsWithSlash) {
      const cached = this.#cache.get(located);
      if (cached !== undefined) return this.#answerCached(request, cached);
    }
    const info = this.#tree.stat(located);
    if (info.isDirectory) return this.#answerFolder(request, located, path);
    if (path.endsWithSlash) throw new HttpError(404, "there is no such folder");
    return this.#answerFile(request, this.#fileSet(located, info));
  }

  #answerOther(method: string): HttpResponse {
    const fields = this.#common.clone();
    fields.set("Allow", this.#allowed);
    if (method !== "OPTIONS") {
      return errorResponse(405, `${method} is not allowed, expected ${this.#allowed}`, fields);
    }
    if (this.#cors) {
      fields.set("Access-Control-Allow-Methods", ALLOWED);
      fields.set("Access-Control-Allow-Headers", CROSS_ORIGIN_FIELDS);
      fields.set("Access-Control-Max-Age", "86400");
    }
    return { status: 204, fields };
  }

  /** Takes the file of a PUT, or those of a form that is sent to a folder. */
  async #take(request: HttpRequest, uploads: FileUploads): Promise<HttpResponse> {
    const { segments, endsWithSlash } = parseRequestPath(request.path.slice(this.#base.length));
    const fields = this.#common.clone();
    if (request.method === "PUT") {
      if (endsWithSlash) throw new HttpError(400, "the path is that of a folder");
      await uploads.put(request, segments);
      fields.set("Location", this.#base + formatRequestPath(segments, false));
      return { status: 201, fields };
    }
    if (!endsWithSlash) return this.#answerOther("POST");
    await uploads.form(request, segments);
    fields.set("Location", this.#base + formatRequestPath(segments, true));
    return { status: 303, fields };
  }

  #answerToFailure(error: unknown): HttpResponse {
    if (!(error instanceof HttpError)) throw error;
    const fields = this.#common.clone();
    if (error.status === 503) fields.set("Retry-After", "1");
    return errorResponse(error.status, error.message, fields);
  }

  // Files

  #fileSet(path: string, info: Deno.FileInfo): FileSet {
    const version = versionOf(info);
    return this.#precompressed ? fileSetOf(path, version) : { path, version, sidecars: [] };
  }

  /** The coding in which a file is sent; a part of a file is one of the file as it is. */
  #encoding({ method, fields }: HttpRequest, set: FileSet): string {
    const compresses = this.#compresses(set);
    if (!compresses && set.sidecars.length === 0) return "";
    if (method === "GET" && fields.has("range")) return "";
    const available = set.sidecars.map((sidecar) => sidecar.encoding);
    // What is compressed on the way has a weak tag, of which no part can be asked for.
    if (compresses && !fields.has("if-match") && hasRoom()) {
      for (const coding of CODINGS) if (!available.includes(coding)) available.push(coding);
    }
    return chooseEncoding(fields.get("accept-encoding"), available) ?? "";
  }

  #compresses({ path, version }: FileSet): boolean {
    return this.#compress && isCompressible(contentTypeOf(path), version.size);
  }

  #answerCached(request: HttpRequest, file: CachedFile): HttpResponse | Promise<HttpResponse> {
    const form = file.forms.get(this.#encoding(request, file.set));
    if (form === undefined) return this.#answerFile(request, file.set);
    const answer = answerContent(request, new PreparedContent(form, this.#common), this.#now());
    if (answer instanceof PreparedResponse) {
      if (request.sameHead !== undefined) this.#memos.set(request.sameHead, { file, answer });
    }
    return answer;
  }

  #answerFile(request: HttpRequest, set: FileSet): HttpResponse | Promise<HttpResponse> {
    const encoding = this.#encoding(request, set);
    const sidecar = set.sidecars.find((form) => form.encoding === encoding);
    if (encoding !== "" && sidecar === undefined) {
      return this.#answerCompressed(request, set, encoding as Coding);
    }
    const expected = sidecar?.version ?? set.version;
    const file = this.#tree.open(set.path + (sidecar?.extension ?? ""));
    const now = this.#now();
    const validators = validatorsOf(file.version, now, encoding);
    const description = {
      name: set.path,
      encoding: sidecar?.encoding,
      varies: set.sidecars.length > 0 || this.#compresses(set),
    };
    const fields = fileFields(description, validators, this.#common);
    if (this.#sandbox) fields.set("Content-Security-Policy", "sandbox");
    const settled = isSettled(expected, now) && isSettled(set.version, now);
    if (settled && this.#cache.accepts(file.size) && sameVersion(file.version, expected)) {
      const form = prepareForm(file, fields, validators);
      return this.#answerCached(request, this.#cache.keep(set, encoding, form));
    }
    const content = new FileContent(file, fields, validators, this.#common);
    return content.answer(request, now);
  }

  /** A file that is compressed for who accepts it: a small one once for all, a large one as it goes. */
  async #answerCompressed(
    request: HttpRequest,
    set: FileSet,
    coding: Coding,
  ): Promise<HttpResponse> {
    const file = this.#tree.open(set.path);
    const now = this.#now();
    const { etag, lastModified } = validatorsOf(file.version, now, coding);
    // Another version of the library may give other bytes for the same file.
    const validators = { etag: etag.replace(/^(?!W\/)/, "W/"), lastModified };
    const fields = fileFields(
      { name: set.path, encoding: coding, varies: true },
      validators,
      this.#common,
    );
    if (this.#sandbox) fields.set("Content-Security-Policy", "sandbox");
    const common = this.#common;
    const whole: HttpResponse = { status: 200, fields };
    const content = { size: 0, fields, validators, hasRanges: false, common, whole: () => whole };
    const answer = answerContent(request, { ...content, part: () => new Uint8Array(0) }, now);
    if (answer !== whole || !this.#cache.accepts(file.size)) {
      if (answer === whole) return { ...whole, body: compressed(file, coding) };
      file.close();
      return answer;
    }
    const key = `${set.path} ${etag}`;
    let making = this.#compressing.get(key);
    if (making === undefined) {
      making = compressForm(file, fields, validators, coding);
      this.#compressing.set(key, making);
      void making.catch(() => {}).finally(() => this.#compressing.delete(key));
    } else file.close();
    const form = await making;
    const settled = isSettled(set.version, now) && sameVersion(file.version, set.version);
    if (settled) this.#cache.keep(set, coding, form);
    return answerContent(request, new PreparedContent(form, common), now);
  }

  // Folders

  #answerFolder(
    request: HttpRequest,
    located: string,
    path: RequestPath,
  ): HttpResponse | Promise<HttpResponse> {
    this.#tree.confine(located);
    if (!path.endsWithSlash) return this.#redirect(request, path);
    const archive = this.#listing ? archiveKindOf(request.query) : undefined;
    if (archive !== undefined) return this.#answerArchive(archive, located, path);
    const index = `${located}/${this.#index}`;
    const cached = this.#cache.get(index);
    if (cached !== undefined) return this.#answerCached(request, cached);
    const info = this.#tree.statIfAny(index);
    if (info?.isFile) return this.#answerFile(request, this.#fileSet(index, info));
    if (!this.#listing) throw new HttpError(404, "there is no such file");
    return this.#answerListing(request, located, path);
  }

  /** All files below a folder as one: what a listing shows, and nothing else. */
  #answerArchive(kind: ArchiveKind, located: string, { segments }: RequestPath): HttpResponse {
    // RFC 8187 section 3.2.1 takes fewer marks as they are than a URL does.
    const name = encodeURIComponent(segments.at(-1) ?? "files")
      .replace(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
    const fields = new HeaderFields({
      "Content-Type": kind === "zip" ? "application/zip" : "application/x-tar",
      "Content-Disposition": `attachment; filename*=UTF-8''${name}.${kind}`,
      "Cache-Control": "no-cache",
    });
    setAll(fields, this.#common);
    const entries = this.#entriesBelow(located, "", [], new Map());
    return { status: 200, fields, body: archiveOf(kind, entries) };
  }

  async *#entriesBelow(
    located: string,
    prefix: string,
    above: readonly string[],
    times: Map<string, number>,
  ): AsyncGenerator<ArchiveEntry> {
    // A link to a folder above would have no end.
    const real = Deno.realPathSync(located);
    if (above.includes(real)) return;
    // Folders that are linked to each other are as many as the orders that they can stand in.
    const links = above.filter((folder, i) => !(above[i + 1] ?? real).startsWith(`${folder}/`));
    if (links.length > 1) {
      const before = times.get(real) ?? 0;
      if (before === MAX_TIMES_IN_ARCHIVE) {
        throw new HttpError(500, `links in linked folders lead to /${prefix} again and again`);
      }
      times.set(real, before + 1);
    }
    const entries = await this.#tree.list(located);
    entries.sort((a, b) => a.name < b.name ? -1 : 1);
    for (const { name, isFolder, mtime } of entries) {
      const path = prefix + name;
      if (isFolder) {
        yield { path: `${path}/`, mtime, file: undefined };
        yield* this.#entriesBelow(`${located}/${name}`, `${path}/`, [...above, real], times);
        continue;
      }
      let file: OpenFile;
      try {
        file = this.#tree.open(`${located}/${name}`);
      } catch (error) {
        // It has gone since, or may not be read.
        if (error instanceof HttpError && error.status !== 503) continue;
        throw error;
      }
      yield { path, mtime, file };
    }
  }

  #redirect(request: HttpRequest, { segments }: RequestPath): HttpResponse {
    const query = request.query === undefined ? "" : `?${request.query}`;
    const location = this.#base + formatRequestPath(segments, true) + query;
    const fields = this.#common.clone();
    fields.set("Location", location);
    return errorResponse(301, "the path of a folder ends with a slash", fields);
  }

  async #answerListing(
    request: HttpRequest,
    located: string,
    { segments }: RequestPath,
  ): Promise<HttpResponse> {
    const asked = parseListingRequest(request.query);
    const json = prefersJson(request.fields.get("accept"));
    const make = async () => {
      const first = json ? ((asked.page ?? 1) - 1) * PAGE_ENTRIES : undefined;
      const { key, descending, filter } = asked;
      const part: ShownPart = {
        sort: async (all) => {
          const wanted = await inTurns(filterInSteps(all, filter));
          return await inTurns(sortInSteps(wanted, asked));
        },
        range: (count) => {
          const from = Math.min(count, first ?? pageStart(count, asked.page));
          return { first: from, end: from + PAGE_ENTRIES };
        },
        names: filter === ""
          ? this.#names.of(JSON.stringify([located, key, descending]), this.#now())
          : undefined,
      };
      // By size or time, or where all are shown, everything has to be known of all.
      const isPart = asked.key === "name" && (!json || asked.page !== undefined);
      const { entries, unnamed } = isPart
        ? await this.#tree.listPart(located, part)
        : await this.#listSorted(located, part);
      if (!json) {
        const base = this.#base;
        const linksOf = ({ name }: TreeEntry) => this.#linksOf(segments, name);
        const uploads = this.#uploads !== undefined;
        const facts = await this.#factsOf(segments, pageOf(entries, asked.page));
        const view = { segments, base, entries, request: asked, uploads, linksOf, facts };
        const pieces = listingPage({ ...view, unnamed });
        return { pieces, entries: Math.min(entries.length, PAGE_ENTRIES) };
      }
      const shown = asked.page === undefined
        ? entries
        : entries.slice(first, first! + PAGE_ENTRIES);
      return { pieces: listingJson(shown), entries: shown.length };
    };
    const version = versionOf(this.#tree.stat(located));
    const key = JSON.stringify([json, asked, located]);
    const body = await this.#listings.get(key, version, this.#now(), make);
    const fields = new HeaderFields({
      "Content-Type": json ? "application/json; charset=utf-8" : "text/html; charset=utf-8",
      "Cache-Control": "no-cache",
      "Vary": "Accept",
    });
    setAll(fields, this.#common);
    if (!this.#compress) return { status: 200, fields, body };
    fields.set("Vary", "Accept, Accept-Encoding");
    const coding = hasRoom() && isWholeBody(body)
      ? chooseEncoding(request.fields.get("accept-encoding"), CODINGS)
      : undefined;
    if (coding === undefined || !isWholeBody(body)) return { status: 200, fields, body };
    fields.set("Content-Encoding", coding);
    return { status: 200, fields, body: compressed(body, coding) };
  }

  async #listSorted(
    located: string,
    { sort }: ShownPart,
  ): Promise<{ entries: readonly TreeEntry[]; unnamed: number }> {
    const { entries, unnamed } = await this.#tree.listAll(located);
    return { entries: await sort(entries), unnamed };
  }

  async #factsOf(
    segments: readonly string[],
    entries: readonly TreeEntry[],
  ): Promise<ReadonlyMap<string, string>> {
    const all = new Map<string, string>();
    for (const page of this.#pages) {
      const names = entries.filter(({ name, isFolder }) => !isFolder && page.matches(name))
        .map(({ name }) => name);
      if (page.factsOf === undefined || names.length === 0) continue;
      for (const [name, words] of await page.factsOf(segments, names)) all.set(name, words);
    }
    return all;
  }

  #linksOf(segments: readonly string[], name: string): ListingLink[] {
    const forms = this.#representations.filter((form) => form.matches(name)).map((form) => {
      const as = `?as=${encodeURIComponent(form.name)}`;
      const thumbnail = form.thumbnail === undefined ? undefined : `${as}&${form.thumbnail}`;
      return { label: form.label, href: as, thumbnail };
    });
    const path = formatRequestPath([...segments, name], false);
    const pages = this.#pages.filter((page) => page.matches(name)).map((page) => ({
      label: page.label,
      href: page.hrefOf(path),
      thumbnail: page.thumbnailOf?.(path),
    }));
    return [...pages, ...forms];
  }

  // Other forms

  #representationOf(request: HttpRequest, path: RequestPath): Representation | undefined {
    if (this.#representations.length === 0 || !request.query?.includes("as=")) return undefined;
    const wanted = new URLSearchParams(request.query).get("as");
    if (wanted === null) return undefined;
    const name = path.segments.at(-1) ?? "";
    const form = this.#representations.find((form) => form.name === wanted && form.matches(name));
    if (form === undefined) throw new HttpError(404, "the file has no such form");
    return form;
  }

  async #answerRepresentation(
    request: HttpRequest,
    located: string,
    path: RequestPath,
    form: Representation,
  ): Promise<HttpResponse> {
    using file = this.#tree.open(located);
    const { version, size } = file;
    const now = this.#now();
    const validators = validatorsOf(version, now);
    const query = new URLSearchParams(request.query);
    const render = async () => {
      const readAt = (target: Uint8Array, position: number) => file.readAt(target, position);
      const rendered = await form.render({ name: path.segments.at(-1)!, size, readAt }, query);
      file.checkUnchanged();
      return rendered;
    };
    // The rendering of a file that may change unseen is made again each time.
    const key = isSettled(version, now) ? "" : `${now} ${Math.random()} `;
    const rendered = await this.#renderings.get(
      `${key}${located} ${validators.etag} ${query}`,
      render,
    );
    const { type, bytes } = rendered instanceof Uint8Array
      ? { type: form.type, bytes: rendered }
      : rendered;
    const fields = new HeaderFields({
      "Content-Type": type,
      // A drawing is no page of its own.
      ...(type === "image/svg+xml" ? { "Content-Security-Policy": SANDBOX } : {}),
      "ETag": validators.etag.replace(/"$/, `-${encodeURIComponent(form.name)}"`),
    });
    setAll(fields, this.#common);
    const whole = { status: 200, fields, body: bytes };
    const content: Content = {
      size: bytes.length,
      fields,
      validators: { ...validators, etag: fields.get("etag")! },
      hasRanges: false,
      common: this.#common,
      whole: () => whole,
      part: () => bytes,
    };
    return answerContent(request, content, now);
  }
}

/** The kind of archive that a query asks for. */
function archiveKindOf(query: string | undefined): ArchiveKind | undefined {
  if (!query?.includes("archive=")) return undefined;
  const kind = new URLSearchParams(query).get("archive");
  if (kind === null) return undefined;
  if (kind === "zip" || kind === "tar") return kind;
  throw new HttpError(404, "there is no such archive, expected zip or tar");
}
