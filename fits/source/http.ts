/** A file on a web server as a source of bytes, read by ranges (RFC 9110, section 14). */

import { checkCaps } from "../../net/caps.ts";
import { decodeBody } from "../../http/client/decode_body.ts";
import { contentCodings, keepsCoding } from "../../http/client/content_coding.ts";
import { expectedLength, rangeField } from "../../http/fields/byte_selection.ts";
import { shownUrl } from "../../net/text/shown_url.ts";
import { discard, type HttpAnswer, type HttpRequest } from "../../http/client/exchange.ts";
import { type ClientOptions, HttpClient } from "../../http/client/client.ts";
import { parseContentRange } from "../../http/fields/ranges.ts";
import { ClosedError, HeliographError, ProtocolError, TimeoutError } from "../../net/errors.ts";
import { printable } from "../../net/text/printable.ts";
import { RangeIndex } from "./range_index.ts";
import { type RangeReader, RangeSource, WINDOW_BYTES } from "./ranges.ts";
import { ChangedFileError, type FitsSource } from "./source.ts";
import { StreamSource, type StreamSourceOptions } from "./stream.ts";
import { Transfers } from "./transfers.ts";

/** Milliseconds that a server has to answer without another limit. */
const HEAD_TIMEOUT = 20_000;

/** Options of {@linkcode openHttpSource}: of the client, and of a body that comes whole. */
export interface HttpSourceOptions extends ClientOptions, StreamSourceOptions {
  /** Milliseconds from a request to the end of its answer's head. @default {20000} */
  headTimeout?: number | undefined;
  /**
   * A folder in which it is remembered where the parts of files lie, for later processes; it is
   * made if it is missing. Within a process that is always remembered.
   */
  cache?: string | undefined;
}

/**
 * Asks a server for the beginning of a file.
 *
 * @param url An `http:`, `https:` or `s3:` URL; user and password in it are used and never shown.
 * @param options Signal, deadlines and credentials, and limits for a server that does not
 * answer ranges.
 * @returns A source by ranges, or of the whole body in order where the server sends that.
 * @throws {ProtocolError} If the server answers anything else, or what is no HTTP.
 * @throws {TimeoutError} If it does not answer.
 */
export async function openHttpSource(
  url: URL,
  options: HttpSourceOptions = {},
): Promise<FitsSource> {
  checkCaps(options);
  const transfers = new Transfers();
  const client = new HttpClient({
    ...options,
    headTimeout: options.headTimeout ?? HEAD_TIMEOUT,
    onRequest: () => transfers.begin(),
  });
  let key: string | undefined;
  try {
    key = await keyOf(url, options, client);
  } catch (error) {
    client.close();
    throw error;
  }
  return await openRanges({
    name: shownUrl(url),
    // Three stores that were tried answer 206 to an If-Range that does not hold.
    condition: url.protocol === "s3:" ? "If-Match" : "If-Range",
    ...{ key, transfers },
    ask: (fields) => client.send("GET", url, fields),
    close: () => client.close(),
  }, options);
}

/** What stands for a file: its URL without what is secret, and what else decides the answer. */
async function keyOf(
  url: URL,
  options: HttpSourceOptions,
  client: HttpClient,
): Promise<string | undefined> {
  const { user, headers, netrc } = options;
  const shown = shownUrl(url);
  // Another store, or anyone who asks with another key, has other objects of the same name.
  if (url.protocol === "s3:") {
    if (Object.keys(headers ?? {}).length > 0) return undefined;
    return `${await (await client.objectStore()).identity()} ${shown}`;
  }
  // Who may read a file is not remembered beside its bytes.
  const isPrivate = user !== undefined || url.username !== "" || netrc !== undefined ||
    Object.keys(headers ?? {}).length > 0 || options.cookies !== undefined;
  return isPrivate ? undefined : shown;
}

/** The way to one file on a server, and how it is asked for parts of one version. */
export interface RangeOrigin {
  /** What messages call the file: no secret is in it. */
  readonly name: string;
  /**
   * The condition that ties later requests to the first answer: a server that heeds
   * If-Range answers 200 for another version (RFC 9110, section 13.1.5), one that heeds
   * If-Match answers 412 (section 13.1.1).
   */
  readonly condition: "If-Range" | "If-Match";
  /**
   * What stands for the file among those that are remembered: the same for the same file and the
   * same right to read it. Without it nothing is remembered.
   */
  readonly key?: string | undefined;
  /** Counts the requests; what they cost is not known without it. */
  readonly transfers?: Transfers | undefined;
  /** Sends a GET. */
  ask(fields: HttpRequest["fields"]): Promise<HttpAnswer>;
  /** Ends all requests. */
  close(): void;
}

/**
 * Asks for the beginning of a file.
 *
 * @param origin The way to the file; it is closed with the source.
 * @param options Signal, and limits for a body that comes whole.
 * @returns A source by ranges, or of the whole body in order where the server sends that.
 * @throws {ProtocolError} If the server answers anything else, or what is no HTTP.
 */
export async function openRanges(
  origin: RangeOrigin,
  options: HttpSourceOptions,
): Promise<FitsSource> {
  const server = new RangeServer(origin, options.signal);
  const { key, transfers = new Transfers() } = origin;
  try {
    const known = key === undefined ? undefined : await RangeIndex.of(key, options.cache);
    const reopen = async () => {
      server.opened = undefined;
      const begun = await beginning(server, transfers, key, options.cache);
      if (begun.answer !== undefined) {
        begun.answer.cancel();
        throw server.error(ProtocolError, "the server no longer answers ranges");
      }
      return begun;
    };
    if (known?.isUseful === true) {
      server.opened = known.version;
      const { size } = known.version;
      return new RangeSource(server, size, undefined, { index: known, transfers, reopen });
    }
    const begun = await beginning(server, transfers, key, options.cache);
    if (begun.answer !== undefined) {
      const body = bodyStream(server, begun.answer);
      return new StreamSource(body, { ...options, name: server.name }, transfers);
    }
    return new RangeSource(server, begun.size, begun.first, { index: begun.index, transfers });
  } catch (error) {
    server.close();
    throw error;
  }
}

/** How a file begins: its first bytes, or the answer that brings all of it. */
type Beginning =
  | { size: number; first: Uint8Array; index?: RangeIndex; answer?: undefined }
  | { answer: HttpAnswer };

async function beginning(
  server: RangeServer,
  transfers: Transfers,
  key: string | undefined,
  folder: string | undefined,
): Promise<Beginning> {
  const answer = await server.ask(0, WINDOW_BYTES);
  if (answer.status === 200) {
    transfers.ranges = false;
    return { answer };
  }
  const { size } = server.contentRange(answer, 0, WINDOW_BYTES);
  if (size === undefined) {
    answer.cancel();
    throw server.error(ProtocolError, "the server does not say how large the file is");
  }
  const first = new Uint8Array(Math.min(WINDOW_BYTES, size));
  await server.fillFrom(answer, first);
  const version = { ...versionOf(answer), size };
  server.opened = version;
  server.coding = codingOf(answer);
  // Without a tag that a server stands by, a later request could not be tied to this one.
  if (key === undefined || !isStrong(version)) return { size, first };
  return { size, first, index: new RangeIndex(key, version, folder).begin() };
}

/** Whether later requests can be made to depend on the version. */
function isStrong({ etag }: Version): boolean {
  return etag !== undefined && !isWeak(etag);
}

/** What a server tells of the version of a file (RFC 9110, section 8.8). */
interface Version {
  readonly etag: string | undefined;
  readonly date: string | undefined;
}

function versionOf({ fields }: HttpAnswer): Version {
  return { etag: fields.get("etag"), date: fields.get("last-modified") };
}

/**
 * The condition of a request for a further part. Neither of the two allows weak tags, and
 * where a server has no better one, it does not stand by its date either. If-Match knows
 * no dates.
 */
function conditionFields(
  name: RangeOrigin["condition"],
  { etag, date }: Version,
): HttpRequest["fields"] {
  const value = etag === undefined ? (name === "If-Range" ? date : undefined) : etag;
  return value === undefined || isWeak(value) ? [] : [[name, value]];
}

function isWeak(etag: string): boolean {
  return etag.startsWith("W/");
}

/** How a later version differs, if what both tell does. A tag says more than a date. */
function changeOf(before: Version, now: Version): string | undefined {
  const sameDate = before.date !== undefined && before.date === now.date;
  if (before.etag !== undefined && now.etag !== undefined) {
    // The weak tag of a file that was just written becomes a strong one, of other letters
    // perhaps, as the file gets older: then its date decides.
    const same = isWeak(before.etag)
      ? before.etag.slice(2) === now.etag.replace(/^W\//, "") || sameDate
      : before.etag === now.etag;
    return same ? undefined : `its ETag is ${now.etag} now, and was ${before.etag}`;
  }
  if (before.date === undefined || now.date === undefined || sameDate) return undefined;
  return `its date is ${now.date} now, and was ${before.date}`;
}

/** The content codings of an answer, in one text; "" for none. */
function codingOf(answer: HttpAnswer): string {
  const coding = (answer.fields.get("content-encoding") ?? "").trim().toLowerCase().slice(0, 100);
  return coding === "identity" ? "" : coding;
}

/** A server that is asked for parts of one file, and the words for what goes wrong with it. */
class RangeServer implements RangeReader {
  readonly name: string;
  readonly #origin: RangeOrigin;
  readonly #signal: AbortSignal | undefined;
  /** The version of the file that was opened, and its size. */
  opened: Version & { readonly size: number } | undefined;
  /** The content coding of its first part, if that is known. */
  coding: string | undefined;
  #closed = false;

  constructor(origin: RangeOrigin, signal: AbortSignal | undefined) {
    this.name = origin.name;
    this.#origin = origin;
    this.#signal = signal;
  }

  /** Asks for the bytes from `start` up to, not including, `end`; the answer is 206 or 200. */
  async ask(start: number, end: number): Promise<HttpAnswer> {
    const range = ["Range", rangeField({ first: start, last: end - 1 })] as const;
    const condition = this.opened === undefined
      ? []
      : conditionFields(this.#origin.condition, this.opened);
    const answer = await this.#naming(() => this.#origin.ask([range, ...condition]));
    if (answer.status === 206 || answer.status === 200) return answer;
    if (answer.status === 412 && condition.length > 0) {
      await discard(answer);
      throw this.error(ChangedFileError, "it has been changed", start);
    }
    // Whatever the status: a tag of another version says that the file is not there any more.
    const other = this.#otherTag(answer);
    if (other !== undefined) {
      await discard(answer);
      throw this.error(ChangedFileError, `it has been changed: ${other}`, start);
    }
    await discard(answer);
    const found = `${answer.status} ${answer.reason}`.trimEnd();
    const size = parseContentRange(answer.fields.get("content-range") ?? "")?.size;
    const bytes = size === undefined ? "" : ` for a file of ${size} bytes`;
    const later = answer.fields.get("retry-after");
    const wait = later === undefined ? "" : ` (Retry-After: ${printable(later.slice(0, 100))})`;
    throw this.error(
      ProtocolError,
      `the server answered ${found}${wait}${bytes}, expected 206 or 200`,
      start,
    );
  }

  /** How the tag of an answer without a file differs from that of the file, if both have one. */
  #otherTag(answer: HttpAnswer): string | undefined {
    const [before, now] = [this.opened?.etag, answer.fields.get("etag")];
    if (before === undefined || now === undefined) return undefined;
    return changeOf({ etag: before, date: undefined }, { etag: now, date: undefined });
  }

  /** What a 206 says that it brings, which must be what was asked for. */
  contentRange(answer: HttpAnswer, start: number, end: number): { size: number | undefined } {
    const found = parseContentRange(answer.fields.get("content-range") ?? "");
    try {
      expectedLength({ first: start, last: end - 1 }, found, this.name);
    } catch (error) {
      answer.cancel();
      throw error;
    }
    return { size: found?.size };
  }

  /** Fills memory with the bytes from `start` on. */
  async fill(start: number, target: Uint8Array): Promise<void> {
    const answer = await this.ask(start, start + target.length);
    if (answer.status === 200) {
      answer.cancel();
      throw this.error(ChangedFileError, "it has been changed", start);
    }
    const { size } = this.contentRange(answer, start, start + target.length);
    // Not every server heeds conditions: parts of two files would make a third.
    const { opened } = this;
    const change = opened === undefined
      ? undefined
      : size !== undefined && size !== opened.size
      ? `it has ${size} bytes now, and had ${opened.size}`
      : changeOf(opened, versionOf(answer));
    if (change !== undefined) {
      answer.cancel();
      throw this.error(ChangedFileError, `it has been changed: ${change}`, start);
    }
    // Places in a coded body are others than those in the file.
    const coding = codingOf(answer);
    if (coding !== (this.coding ?? coding)) {
      answer.cancel();
      const found = coding === "" ? "without a coding" : `in the coding ${printable(coding)}`;
      throw this.error(ProtocolError, `the part comes ${found}, and the first part did not`, start);
    }
    this.coding = coding;
    await this.fillFrom(answer, target);
  }

  /** Fills memory with the body of an answer, which must be of this length. */
  async fillFrom(answer: HttpAnswer, target: Uint8Array): Promise<void> {
    let length = 0;
    for (;;) {
      const piece = await this.next(answer);
      if (piece === null) break;
      if (length + piece.length > target.length) {
        answer.cancel();
        throw this.error(ProtocolError, `found more than the ${target.length} bytes asked for`);
      }
      target.set(piece, length);
      length += piece.length;
    }
    if (length === target.length) return;
    throw this.error(
      ProtocolError,
      `found ${length} bytes, expected the ${target.length} asked for`,
    );
  }

  /** The next piece of a body; a view until the one after it. */
  next(answer: HttpAnswer): Promise<Uint8Array | null> {
    return this.#naming(() => answer.next());
  }

  /** An error that says of which file it is. */
  error<E extends HeliographError>(
    kind: new (
      message: string,
      options: ErrorOptions & { source: string; offset?: number | undefined },
    ) => E,
    message: string,
    offset?: number,
    cause?: unknown,
  ): E {
    const at = offset === undefined || offset === 0 ? "" : ` at byte ${offset}`;
    return new kind(`Cannot read ${this.name}${at}: ${message}`, {
      source: this.name,
      offset,
      cause,
    });
  }

  /** Ends all requests. */
  close(): void {
    this.#closed = true;
    this.#origin.close();
  }

  /** Does what may fail on the network; errors of the connection know only the host. */
  async #naming<T>(work: () => Promise<T>): Promise<T> {
    try {
      if (this.#closed) throw new ClosedError("closed");
      return await work();
    } catch (error) {
      this.#signal?.throwIfAborted();
      if (this.#closed) throw this.error(ClosedError, "it has been closed");
      if (!(error instanceof HeliographError) || error.message.includes(this.name)) throw error;
      const kind = [TimeoutError, ClosedError, ProtocolError]
        .find((kind) => error instanceof kind) ?? HeliographError;
      const { message } = error;
      throw this.error(kind, message[0]!.toLowerCase() + message.slice(1), undefined, error);
    }
  }
}

/** A whole body, decoded where that is not what the file itself is wrapped in. */
function bodyStream(server: RangeServer, answer: HttpAnswer): ReadableStream<Uint8Array> {
  const codings = contentCodings(answer.fields);
  const coded = codings.length > 0 && !keepsCoding(answer.url.pathname, codings);
  const pieces = coded ? decodeBody(answer, codings, () => {}) : piecesOf(server, answer);
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => server.close(),
  }, { highWaterMark: 0 });
}

async function* piecesOf(server: RangeServer, answer: HttpAnswer): AsyncGenerator<Uint8Array> {
  for (;;) {
    const piece = await server.next(answer);
    if (piece === null) return;
    // The reader of the stream keeps it, while the view is used again.
    yield piece.slice();
  }
}
