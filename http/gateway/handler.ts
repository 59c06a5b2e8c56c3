/** The objects of a bucket for clients that know no object store: read only, no key leaves here. */

import { HeliographError } from "../../net/errors.ts";
import { prefersJson } from "../fields/accept.ts";
import { contentTypeOf } from "../fields/content_type.ts";
import type { S3Object } from "../fields/s3_url.ts";
import { commonFields, setAll } from "../files/fields.ts";
import { discard, type HttpAnswer } from "../message/answer.ts";
import { HeaderFields, type HeaderFieldsInit } from "../message/header_fields.ts";
import { HttpError } from "../message/http_error.ts";
import type { ListingPage } from "../s3/answers.ts";
import type { ObjectStore } from "../s3/store.ts";
import { errorResponse } from "../server/error_response.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "../server/types.ts";
import { bucketJson, bucketPage, entriesOfPage, nextHref } from "./page.ts";
import { Turns } from "./turns.ts";

/** Requests to the store at a time, and those that wait for a turn. */
const MAX_AT_ONCE = 64;
const MAX_WAITING = 256;

/** Pictures that are made at a time, and those that wait for a turn. */
const MAX_PICTURES = 2;
const MAX_WAITING_PICTURES = 100;

/** Characters of a token that asks for a page. */
const MAX_TOKEN = 4_096;

/** Conditions of a request that the store gets. */
const CONDITIONS = [
  ...["If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"],
] as const;

/** A picture of an object. */
export interface ObjectPicture {
  /** Whether an object of this name has one. */
  matches(name: string): boolean;
  /**
   * Makes it.
   *
   * @param object The object.
   * @param query The parameters of the request.
   * @throws {HttpError} With the status to answer.
   */
  render(
    object: S3Object,
    query: URLSearchParams,
  ): Promise<{ readonly type: string; readonly bytes: Uint8Array }>;
}

/** Options of {@linkcode bucketHandler}. */
export interface BucketHandlerOptions {
  readonly store: ObjectStore;
  /** The bucket, and what the keys begin with: it ends in a slash, or is empty. */
  readonly root: S3Object;
  /** Fields for every answer. */
  readonly headers?: HeaderFieldsInit | undefined;
  /** Whether pages of every origin may read. @default {false} */
  readonly cors?: boolean | undefined;
  /** Whether folders are listed. @default {true} */
  readonly listing?: boolean | undefined;
  /** Pictures of objects: `?as=preview`. */
  readonly picture?: ObjectPicture | undefined;
  /** The address of the page of a picture's object, by its path from the root down. */
  readonly pageOf?: ((segments: readonly string[]) => string) | undefined;
}

/**
 * Answers GET and HEAD with the objects of a bucket.
 *
 * @param options The bucket, and how it is shown.
 */
export function bucketHandler(options: BucketHandlerOptions): HttpHandler {
  const gateway = new Gateway(options);
  return (request) => gateway.answer(request);
}

class Gateway {
  readonly #options: BucketHandlerOptions;
  readonly #common: HeaderFields;
  readonly #turns = new Turns(MAX_AT_ONCE, MAX_WAITING);
  readonly #pictures = new Turns(MAX_PICTURES, MAX_WAITING_PICTURES);

  constructor(options: BucketHandlerOptions) {
    this.#options = options;
    this.#common = commonFields(options);
  }

  async answer(request: HttpRequest): Promise<HttpResponse> {
    try {
      return await this.#answer(request);
    } catch (error) {
      if (error instanceof HttpError) {
        return errorResponse(error.status, error.message, this.#common);
      }
      // What the store says may name keys and buckets: it stays here.
      if (!(error instanceof HeliographError)) throw error;
      return errorResponse(502, "the store does not answer as it should", this.#common);
    }
  }

  async #answer(request: HttpRequest): Promise<HttpResponse> {
    const { method } = request;
    if (method !== "GET" && method !== "HEAD") {
      const fields = this.#common.clone();
      fields.set("Allow", "GET, HEAD");
      return errorResponse(405, `${method} is not possible here`, fields);
    }
    const path = keyOfPath(request.path);
    const query = new URLSearchParams(request.query ?? "");
    const key = this.#options.root.key + path;
    if (path === "" || path.endsWith("/")) return await this.#list(request, key, path, query);
    const object = { bucket: this.#options.root.bucket, key };
    if (query.get("as") !== null) return await this.#show(object, query);
    return await this.#send(request, object, path);
  }

  /** An object, or the way to the folder of this name. */
  async #send(request: HttpRequest, object: S3Object, path: string): Promise<HttpResponse> {
    const method = request.method as "GET" | "HEAD";
    const giveBack = await this.#turns.take();
    let streamed = false;
    try {
      const conditions = conditionsOf(request.fields);
      const part = method === "GET" ? partOf(request.fields) : [];
      let answer = await this.#options.store.send(method, object, [...conditions, ...part]);
      if (answer.status === 412 && part.length > 1) {
        // The part was wanted of another version: all of this one is sent (RFC 9110, 13.1.5).
        await discard(answer);
        answer = await this.#options.store.send(method, object, conditions);
      }
      if (answer.status !== 200 && answer.status !== 206) {
        await discard(answer);
        return await this.#refused(answer, object, path);
      }
      const fields = this.#fieldsOf(answer, object.key);
      if (method === "HEAD") {
        await discard(answer);
        return { status: answer.status, fields };
      }
      streamed = true;
      return { status: answer.status, fields, body: bodyOf(answer, giveBack, request.signal) };
    } finally {
      if (!streamed) giveBack();
    }
  }

  async #refused(answer: HttpAnswer, object: S3Object, path: string): Promise<HttpResponse> {
    const { status } = answer;
    if (status === 304) {
      const fields = this.#common.clone();
      const etag = etagOf(answer);
      if (etag !== undefined) fields.set("ETag", etag);
      return { status, fields };
    }
    if (status === 404) {
      if (await this.#isFolder({ ...object, key: `${object.key}/` })) {
        const fields = this.#common.clone();
        fields.set("Location", `./${encodeURIComponent(path.slice(path.lastIndexOf("/") + 1))}/`);
        return errorResponse(301, "it is a folder", fields);
      }
      throw new HttpError(404, "there is no such object");
    }
    if (status === 416) {
      const fields = this.#common.clone();
      const range = answer.fields.get("content-range");
      if (range !== undefined && /^bytes \*\/\d+$/.test(range)) fields.set("Content-Range", range);
      return errorResponse(416, "the object has no such bytes", fields);
    }
    if (status === 412) throw new HttpError(412, "the object is not what the condition says");
    if (status === 401 || status === 403) throw new HttpError(403, "the store does not permit it");
    throw new HttpError(502, "the store does not answer as it should");
  }

  async #isFolder({ bucket, key }: S3Object): Promise<boolean> {
    if (this.#options.listing === false) return false;
    const page = await this.#options.store.listPage(bucket, key, "/");
    return page.objects.length + page.prefixes.length > 0;
  }

  /** What of an answer goes out: nothing but what the object is. */
  #fieldsOf(answer: HttpAnswer, key: string): HeaderFields {
    const fields = new HeaderFields({ "Accept-Ranges": "bytes" });
    const stored = answer.fields.get("content-type") ?? "";
    const plain = stored === "" || /^(binary|application)\/octet-stream$/i.test(stored);
    const isType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;\s*[\w-]+=[\w."-]+)*$/.test(stored);
    fields.set("Content-Type", plain || !isType ? contentTypeOf(key) : stored);
    const etag = etagOf(answer);
    if (etag !== undefined) fields.set("ETag", etag);
    const modified = answer.fields.get("last-modified");
    if (modified !== undefined && /^[\w ,:+-]{10,40}$/.test(modified)) {
      fields.set("Last-Modified", modified);
    }
    const range = answer.fields.get("content-range");
    if (answer.status === 206 && range !== undefined && /^bytes \d+-\d+\/\d+$/.test(range)) {
      fields.set("Content-Range", range);
    }
    const length = answer.contentLength ?? lengthField(answer);
    if (length !== undefined) fields.set("Content-Length", String(length));
    // A page in a bucket is not one of this server.
    fields.set("Content-Security-Policy", "sandbox");
    setAll(fields, this.#common);
    return fields;
  }

  async #show(object: S3Object, query: URLSearchParams): Promise<HttpResponse> {
    const { picture } = this.#options;
    const name = object.key.slice(object.key.lastIndexOf("/") + 1);
    if (picture === undefined || query.get("as") !== "preview" || !picture.matches(name)) {
      throw new HttpError(404, "there is no such form of the object");
    }
    const giveBack = await this.#pictures.take();
    try {
      const { type, bytes } = await picture.render(object, query);
      const fields = new HeaderFields({ "Content-Type": type, "Cache-Control": "no-cache" });
      setAll(fields, this.#common);
      return { status: 200, fields, body: bytes };
    } finally {
      giveBack();
    }
  }

  async #list(
    request: HttpRequest,
    prefix: string,
    path: string,
    query: URLSearchParams,
  ): Promise<HttpResponse> {
    if (this.#options.listing === false) throw new HttpError(404, "folders are not listed");
    const after = query.get("after") ?? undefined;
    if (after !== undefined && after.length > MAX_TOKEN) {
      throw new HttpError(400, "a token too long");
    }
    const giveBack = await this.#turns.take();
    let page: ListingPage;
    try {
      page = await this.#options.store.listPage(this.#options.root.bucket, prefix, "/", after);
    } finally {
      giveBack();
    }
    const empty = page.objects.length + page.prefixes.length === 0;
    if (empty && path !== "" && after === undefined) {
      throw new HttpError(404, "there is no such folder");
    }
    const entries = entriesOfPage(page, prefix);
    const fields = new HeaderFields({ "Cache-Control": "no-cache", Vary: "Accept" });
    if (page.next !== undefined) fields.set("Link", `<${nextHref(page.next)}>; rel="next"`);
    const json = prefersJson(request.fields.get("accept"));
    fields.set("Content-Type", json ? "application/json" : "text/html; charset=utf-8");
    if (!json) {
      fields.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'");
    }
    setAll(fields, this.#common);
    const segments = path.split("/").filter((name) => name !== "");
    const { picture, pageOf } = this.#options;
    const isPictured = (name: string) => picture?.matches(name) ?? false;
    // A path with an empty name in it is no path of a page.
    const pages = /^\/|\/\//.test(path) ? undefined : pageOf;
    const pageHref = (name: string) => isPictured(name) ? pages?.([...segments, name]) : undefined;
    const { next } = page;
    const body = json
      ? bucketJson(entries)
      : bucketPage({ segments, entries, next, isPictured, pageHref });
    return { status: 200, fields, body };
  }
}

/** The rest of a key in the path of a request. */
function keyOfPath(path: string): string {
  let key: string;
  try {
    key = decodeURIComponent(path.replace(/^\//, ""));
  } catch {
    throw new HttpError(400, "the path is no UTF-8, percent-encoded");
  }
  if (!path.startsWith("/") || key.split("/").some((name) => name === "." || name === "..")) {
    throw new HttpError(404, "there is no such object");
  }
  return key;
}

function conditionsOf(fields: HeaderFields): [string, string][] {
  const conditions: [string, string][] = [];
  for (const name of CONDITIONS) {
    const value = fields.get(name);
    if (value !== undefined) conditions.push([name, value]);
  }
  return conditions;
}

/**
 * The fields that ask the store for a part. If-Range becomes If-Match, since stores that were
 * tried send a part of whatever is there; beside an If-Match of the client's own, and of a version
 * that no strong tag names, all is asked for.
 */
function partOf(fields: HeaderFields): [string, string][] {
  const range = fields.get("range");
  const ifRange = fields.get("if-range");
  if (range === undefined) return [];
  if (ifRange === undefined) return [["Range", range]];
  const isStrong = /^"[^"]*"$/.test(ifRange);
  return isStrong && !fields.has("if-match") ? [["Range", range], ["If-Match", ifRange]] : [];
}

function etagOf({ fields }: HttpAnswer): string | undefined {
  const etag = fields.get("etag");
  if (etag === undefined) return undefined;
  // Some stores forget the quotes.
  if (/^[\w.-]{1,200}$/.test(etag)) return `"${etag}"`;
  return /^(?:W\/)?"[\x21\x23-\x7e]{0,200}"$/.test(etag) ? etag : undefined;
}

function lengthField({ fields }: HttpAnswer): number | undefined {
  const length = fields.get("content-length") ?? "";
  return /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}

/**
 * The body as it comes: a slow reader holds up the store, and one buffer. A client that goes away
 * gives the place back, even before the first piece.
 */
function bodyOf(
  answer: HttpAnswer,
  giveBack: () => void,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  const end = () => {
    signal.removeEventListener("abort", end);
    answer.cancel();
    giveBack();
  };
  signal.addEventListener("abort", end, { once: true });
  if (signal.aborted) end();
  const next = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    try {
      const value = await answer.next();
      if (value !== null) return { done: false, value };
    } catch (error) {
      end();
      throw error;
    }
    end();
    return { done: true, value: undefined };
  };
  const over = () => {
    end();
    return Promise.resolve({ done: true as const, value: undefined });
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: over }) };
}
