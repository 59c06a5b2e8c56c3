/** An object store that is asked over HTTP: who asks, where, and what its refusals mean. */

import { backoffDelay, delay } from "../../net/backoff.ts";
import { messageOf, ProtocolError } from "../../net/errors.ts";
import { printable } from "../../net/text/printable.ts";
import { type S3Object, s3Text, s3UrlOf } from "../fields/s3_url.ts";
import { withoutCredentials } from "../../net/text/shown_url.ts";
import { isTransientStatus, parseRetryAfter } from "../fields/retry_after.ts";
import { discard, type HttpAnswer, readBody } from "../message/answer.ts";
import { parseHttpDate } from "../message/date.ts";
import { addressOf, isRegion, isSameStore } from "./address.ts";
import {
  type ListedObject,
  type ListingPage,
  ListingReader,
  parseStoreError,
  type StoreError,
} from "./answers.ts";
import { HASHES, sha256Of } from "./hashes.ts";
import type { S3Options } from "./options.ts";
import { resolveSettings, type S3Settings } from "./settings.ts";
import { EMPTY_PAYLOAD, queryOf, type S3Credentials, signByFields } from "./signature.ts";
import { ToldAnswer } from "./told_answer.ts";

/** Fields of a request. */
type Fields = readonly (readonly [name: string, value: string])[];

/** What a store is asked with. */
export type StoreMethod = "GET" | "HEAD" | "PUT" | "POST" | "DELETE";

/** The way to servers: sends one request, and follows nothing. */
export interface StoreWay {
  exchange(
    method: StoreMethod,
    url: URL,
    fields: Fields,
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<HttpAnswer>;
  /** Fields that the caller wants with every request; `home` is false behind a redirect. */
  headers(home: boolean): Fields;
  /** Another way to the same servers, which no signal has ended. */
  fresh(): { objectStore(): Promise<ObjectStore> } & Disposable;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of a page of a listing at most: a thousand keys of 1,024 bytes, each of them encoded. */
const MAX_LISTING_BYTES = 8 << 20;

/** Bytes of a page that are made text at a time: of long texts the memory grows. */
const LISTING_PIECE = 16_384;

/** Bytes of a refusal that are read. */
const MAX_REFUSAL_BYTES = 65_536;

/** Characters of a store's message that are told on. */
const MAX_MESSAGE = 300;

/** Milliseconds that a store may ask to wait. */
const MAX_RETRY_AFTER = 60_000;

/** Buckets whose region is remembered. */
const MAX_REGIONS = 1_000;

/** Where a store has said that a bucket is; it is asked there from then on. */
const REGIONS = new Map<string, string>();

/** Buckets, as they are reached by one set of options. */
export class ObjectStore {
  readonly #options: S3Options;
  readonly #way: StoreWay;
  #settings: Promise<S3Settings> | undefined;

  /**
   * Begins without a request.
   *
   * @param options Key, endpoint, region.
   * @param way What requests are sent by.
   */
  constructor(options: S3Options, way: StoreWay) {
    this.#options = options;
    this.#way = way;
  }

  /**
   * Asks for an object, again where the store is too busy.
   *
   * @param method GET or HEAD.
   * @param object What is asked for.
   * @param fields Fields of this request, such as Range.
   * @returns The answer, of whatever status; what the body of a refusal says is in its reason.
   * @throws {ProtocolError} If redirects lead on and on.
   */
  async send(method: "GET" | "HEAD", object: S3Object, fields: Fields = []): Promise<HttpAnswer> {
    return await this.#patiently(() => this.#follow(method, object, "", fields));
  }

  /**
   * Asks for something about an object, or writes, again where the store is too busy.
   *
   * @param method The method.
   * @param object What is written.
   * @param query Parameters, in the order of their names.
   * @param body What is sent, if anything.
   * @param fields Fields of this request.
   * @param onAgain Hears when it is sent again: the store may have carried it out.
   * @returns The answer, of whatever status.
   */
  async ask(
    method: StoreMethod,
    object: S3Object,
    query: readonly (readonly [name: string, value: string])[],
    body?: Uint8Array<ArrayBuffer>,
    fields: Fields = [],
    onAgain?: () => void,
  ): Promise<HttpAnswer> {
    const work = () => this.#follow(method, object, queryOf(query), fields, body);
    return await this.#patiently(work, onAgain);
  }

  /**
   * Deletes what was begun, even if a signal has ended everything else.
   *
   * @param object What was begun.
   * @param query Which of it.
   */
  async takeBack(
    object: S3Object,
    query: readonly (readonly [name: string, value: string])[],
  ): Promise<void> {
    using client = this.#way.fresh();
    const store = await client.objectStore();
    await discard(await store.ask("DELETE", object, query));
  }

  /** What stands for the store and for who asks it: the same for the same right to read. */
  async identity(): Promise<string> {
    const { endpoint, credentials } = await this.#known();
    return `${endpoint?.href ?? "aws"} ${credentials?.accessKeyId ?? "anonymous"}`;
  }

  #known(): Promise<S3Settings> {
    return this.#settings ??= resolveSettings(this.#options);
  }

  /**
   * Lists what is below a prefix, as it comes: a page is told of in several parts, so that none is
   * in memory as a whole.
   *
   * @param bucket The bucket.
   * @param prefix What the keys begin with.
   * @param delimiter Keys that have it behind the prefix are told of by what is before it only.
   * @throws {ProtocolError} If an answer is no page, or its pages do not end.
   */
  async *list(bucket: string, prefix: string, delimiter?: string): AsyncGenerator<ListingPage> {
    const source = s3Text({ bucket, key: prefix });
    // A token that comes again would begin a circle: one that is kept finds it, however long.
    let kept: string | undefined;
    let token: string | undefined;
    for (let pages = 1;; pages++) {
      let next: string | undefined;
      for await (const part of this.#page(bucket, prefix, delimiter, token, source)) {
        yield part;
        next = part.next;
      }
      token = next;
      if (token === undefined) return;
      if (token === kept) {
        throw new ProtocolError(`Cannot list ${source}: a token of the listing comes again`, {
          source,
        });
      }
      if ((pages & (pages - 1)) === 0) kept = token;
    }
  }

  /**
   * One page of a listing.
   *
   * @param bucket The bucket.
   * @param prefix What the keys begin with.
   * @param delimiter Keys that have it behind the prefix are told of by what is before it only.
   * @param after What the page before has given for it; the first page without it.
   * @throws {ProtocolError} If the answer is no page.
   */
  async listPage(
    bucket: string,
    prefix: string,
    delimiter?: string,
    after?: string,
  ): Promise<ListingPage> {
    const source = s3Text({ bucket, key: prefix });
    const objects: ListedObject[] = [];
    const prefixes: string[] = [];
    let next: string | undefined;
    for await (const part of this.#page(bucket, prefix, delimiter, after, source)) {
      objects.push(...part.objects);
      prefixes.push(...part.prefixes);
      next = part.next;
    }
    return { objects, prefixes, next };
  }

  /** A page of a listing in parts, of which the last has what asks for the next page. */
  async *#page(
    bucket: string,
    prefix: string,
    delimiter: string | undefined,
    token: string | undefined,
    source: string,
  ): AsyncGenerator<ListingPage> {
    const parameters: [string, string][] = [
      ...(token === undefined ? [] : [["continuation-token", token] as [string, string]]),
      ...(delimiter === undefined ? [] : [["delimiter", delimiter] as [string, string]]),
      ["encoding-type", "url"],
      ["list-type", "2"],
      ["prefix", prefix],
    ];
    const object = { bucket, key: "" };
    const answer = await this.#patiently(() =>
      this.#follow("GET", object, queryOf(parameters), [])
    );
    const fail = (found: string, cause?: unknown) =>
      new ProtocolError(`Cannot list ${source}: ${found}`, { source, cause });
    if (answer.status !== 200) {
      await discard(answer);
      throw fail(`the store answered ${answer.status} ${answer.reason}`.trimEnd());
    }
    const length = answer.contentLength ?? 0;
    if (length > MAX_LISTING_BYTES) {
      answer.cancel();
      throw fail(`a page of ${length} bytes, expected at most ${MAX_LISTING_BYTES}`);
    }
    const body = new ListingBody(answer);
    try {
      for (;;) {
        let found: ListingPage | StoreError;
        try {
          found = await body.next();
        } catch (error) {
          this.#way.signal?.throwIfAborted();
          const message = messageOf(error);
          throw fail(message[0]!.toLowerCase() + message.slice(1), error);
        }
        if (!("objects" in found)) {
          throw fail(`the store answered ${await this.#words(found)}`);
        }
        yield found;
        if (body.ended) return;
      }
    } finally {
      if (!body.ended) answer.cancel();
    }
  }

  /** Sends a request again while the store is too busy, and says what its refusal means. */
  async #patiently(work: () => Promise<HttpAnswer>, onAgain?: () => void): Promise<HttpAnswer> {
    const { retries = 4 } = this.#options;
    for (let failures = 1;; failures++) {
      const answer = await work();
      if (!isTransientStatus(answer.status) || failures > retries) return answer;
      const date = parseHttpDate(answer.fields.get("date") ?? "");
      const asked = parseRetryAfter(answer.fields.get("retry-after"), date ?? Date.now()) ?? 0;
      if (asked > MAX_RETRY_AFTER) return answer;
      await discard(answer);
      onAgain?.();
      const own = backoffDelay(failures, { first: 200, longest: 5_000 });
      await delay(asked + own, this.#way.signal);
    }
  }

  /** Asks where the bucket is thought to be, and once more where the store sends us. */
  async #follow(
    method: StoreMethod,
    object: S3Object,
    query: string,
    fields: Fields,
    body?: Uint8Array<ArrayBuffer>,
  ): Promise<HttpAnswer> {
    const payload = body === undefined ? EMPTY_PAYLOAD : sha256Of(body);
    const length: Fields = body === undefined ? [] : [["Content-Length", String(body.length)]];
    const settings = await this.#known();
    const place = `${settings.endpoint?.href ?? "aws"} ${object.bucket}`;
    const remembered = REGIONS.get(place);
    let region = remembered ?? settings.region;
    let url = withQuery(addressOf(object, region, settings.endpoint), query);
    let { credentials } = settings;
    let home = true;
    for (let hop = 0;; hop++) {
      const wanted = this.#way.headers(home);
      // What begins so must be signed, if anything is.
      const own = wanted.filter(([name]) => /^x-amz-/i.test(name));
      if (settings.requesterPays && home) own.push(["x-amz-request-payer", "requester"]);
      const all = [
        ...wanted.filter(([name]) =>
          !/^x-amz-/i.test(name) && (credentials === undefined || !/^authorization$/i.test(name))
        ),
        ...fields,
        ...length,
        ...signed(method, url, region, credentials, own, payload),
      ];
      const first = await this.#way.exchange(method, url, all, body);
      const told = await this.#told(method, object, first);
      const { answer, error } = told;
      // Another store may have the address now: what was said of the one before is forgotten.
      const isOfBefore = error?.code === "AuthorizationHeaderMalformed" && hop === 0 &&
        remembered !== undefined && remembered !== settings.region;
      const next = movedTo(answer, error, region) ?? (isOfBefore ? settings.region : undefined);
      if (next === undefined) return answer;
      await discard(answer);
      if (hop > 0) {
        const source = s3Text(object);
        throw new ProtocolError(`Cannot read ${source}: more than one redirect of its store`, {
          source,
        });
      }
      if (typeof next === "string") {
        region = next;
        remember(place, region);
        url = withQuery(addressOf(object, region, settings.endpoint), query);
        continue;
      }
      const target = withoutCredentials(new URL(next.location, url));
      home = isSameStore(url, target);
      if (!home) credentials = undefined;
      url = target;
    }
  }

  /** An answer under the object's own name; of a refusal, with what its body says. */
  async #told(
    method: StoreMethod,
    object: S3Object,
    answer: HttpAnswer,
  ): Promise<{ answer: HttpAnswer; error: StoreError | undefined }> {
    const url = s3UrlOf(object);
    const refused = answer.status >= 300 && ![304, 412, 416].includes(answer.status);
    if (!refused) {
      const told = new ToldAnswer(answer, url, answer.reason, answer.contentLength);
      return { answer: told, error: undefined };
    }
    let error: StoreError | undefined;
    if (method !== "HEAD") {
      try {
        const body = await readBody(answer, MAX_REFUSAL_BYTES);
        error = parseStoreError(new TextDecoder().decode(body));
      } catch {
        // The status says it as well, in fewer words.
        answer.cancel();
      }
    }
    const words = error === undefined ? undefined : await this.#words(error);
    const { anonymousBecause, credentials } = await this.#known();
    const anonymous = credentials === undefined && (answer.status === 401 || answer.status === 403);
    const details = [words, anonymous ? anonymousBecause : undefined].filter(Boolean).join("; ");
    const reason = details === "" ? answer.reason : `${answer.reason} (${details})`.trimStart();
    return { answer: new ToldAnswer(answer, url, reason, 0), error };
  }

  /** What a store says, for a person: no control, no secret that it may have sent back. */
  async #words({ code, message, times }: StoreError): Promise<string> {
    let words = message === "" ? code : `${code}: ${message}`;
    if (times !== undefined) {
      words += `; the request was made at ${times[0]}, the store's clock says ${times[1]}`;
    }
    const { credentials } = await this.#known();
    const secrets = [
      credentials?.secretAccessKey,
      credentials?.sessionToken,
      credentials?.accessKeyId,
    ];
    for (const secret of secrets) if (secret) words = words.replaceAll(secret, "***");
    words = words.replace(/\b[0-9a-f]{64}\b/gi, "***");
    const short = words.length > MAX_MESSAGE ? `${words.slice(0, MAX_MESSAGE)}...` : words;
    return printable(short.replace(/\s+/g, " "));
  }
}

/** A page of a listing as it comes: of its text nothing is kept but what it says. */
class ListingBody {
  /** Whether all of it has been told. */
  ended = false;
  readonly #answer: HttpAnswer;
  readonly #text = new TextDecoder("utf-8", { fatal: true });
  readonly #reader = new ListingReader();
  #count = 0;
  /** What of the last piece has not been read. */
  #rest: Uint8Array = new Uint8Array(0);

  /**
   * Reads nothing yet.
   *
   * @param answer The page, of status 200.
   */
  constructor(answer: HttpAnswer) {
    this.#answer = answer;
  }

  /** What the page lists next. */
  async next(): Promise<ListingPage | StoreError> {
    for (;;) {
      if (this.#rest.length === 0) {
        const piece = await this.#answer.next();
        if (piece === null) {
          this.ended = true;
          this.#reader.push(this.#text.decode());
          return this.#reader.finish();
        }
        this.#count += piece.length;
        if (this.#count > MAX_LISTING_BYTES) {
          throw new ProtocolError(`More than ${MAX_LISTING_BYTES} bytes in a page`);
        }
        this.#rest = piece;
      }
      const piece = this.#rest.subarray(0, LISTING_PIECE);
      this.#rest = this.#rest.subarray(piece.length);
      this.#reader.push(this.#text.decode(piece, { stream: true }));
      const found = this.#reader.takeListed();
      if (found !== undefined) return found;
    }
  }
}

/** The fields of a store's own, signed where there is a key. */
function signed(
  method: string,
  url: URL,
  region: string,
  credentials: S3Credentials | undefined,
  fields: Fields,
  payload: string,
): Fields {
  if (credentials === undefined) return fields;
  const own: Fields = [...fields, ["x-amz-content-sha256", payload]];
  const request = {
    method,
    target: url.pathname + url.search,
    fields: [["Host", url.host] as const, ...own],
    payload,
  };
  const context = { credentials, region, service: "s3", time: new Date(), hashes: HASHES };
  return [...own, ...signByFields(request, context)];
}

/** Another region, or another URL; undefined where the answer is the one that was asked for. */
function movedTo(
  answer: HttpAnswer,
  error: StoreError | undefined,
  region: string,
): string | { location: string } | undefined {
  const redirects = [301, 302, 303, 307, 308].includes(answer.status);
  if (!redirects && answer.status !== 400) return undefined;
  const named = answer.fields.get("x-amz-bucket-region") ?? error?.region;
  // A name that could become another host is none.
  if (named !== undefined && named !== region && isRegion(named)) return named;
  const location = redirects ? answer.fields.get("location") : undefined;
  return location === undefined || !/^(?:https?:)?\//.test(location) ? undefined : { location };
}

function remember(place: string, region: string): void {
  REGIONS.delete(place);
  REGIONS.set(place, region);
  if (REGIONS.size > MAX_REGIONS) REGIONS.delete(REGIONS.keys().next().value!);
}

function withQuery(url: URL, query: string): URL {
  return query === "" ? url : new URL(`${url.href}?${query}`);
}
