/** A file on a web server as a source of bytes, read by ranges (RFC 9110, section 14). */

import { decodeBody } from "../../http/client/decode_body.ts";
import { contentCodings, keepsCoding } from "../../http/client/content_coding.ts";
import { expectedLength, rangeField } from "../../http/fields/byte_selection.ts";
import { withoutCredentials } from "../../http/client/credentials.ts";
import { discard, type HttpAnswer } from "../../http/client/exchange.ts";
import { type ClientOptions, HttpClient } from "../../http/client/client.ts";
import { parseContentRange } from "../../http/fields/ranges.ts";
import {
  ClosedError,
  FormatError,
  HeliographError,
  ProtocolError,
  TimeoutError,
} from "../../net/errors.ts";
import { endsEarly, type FitsSource, lastOfPiece } from "./source.ts";
import { StreamSource, type StreamSourceOptions } from "./stream.ts";

/** Bytes that a small read asks for: most headers, and the next header of small HDUs. */
const WINDOW_BYTES = 1 << 16;
/** The most windows that are kept. */
const MAX_WINDOWS = 16;
/** Requests that are under way at the same time, as browsers have them. */
const MAX_REQUESTS = 6;
/** Milliseconds that a server has to answer without another limit. */
const HEAD_TIMEOUT = 20_000;

/** Options of {@linkcode HttpSource.open}: of the client, and of a body that comes whole. */
export interface HttpSourceOptions extends ClientOptions, StreamSourceOptions {
  /** Milliseconds from a request to the end of its answer's head. @default {20000} */
  headTimeout?: number | undefined;
}

/** A file on a server that answers ranges. */
export class HttpSource implements FitsSource {
  readonly name: string;
  readonly size: number;
  /** Bytes of one request of a large read. */
  readonly pieceBytes: number = 8 << 20;
  readonly #server: RangeServer;
  /** What tells one version of the file from another: a strong entity tag or a date. */
  readonly #validator: string | undefined;
  /** Windows by their first byte, the latest used last. */
  readonly #windows = new Map<number, Promise<Uint8Array>>();

  private constructor(server: RangeServer, size: number, validator: string | undefined) {
    this.#server = server;
    this.name = server.name;
    this.size = size;
    this.#validator = validator;
  }

  /**
   * Asks a server for the beginning of a file.
   *
   * @param url An `http:` or `https:` URL; user and password in it are used and never shown.
   * @param options Signal, deadlines and credentials, and limits for a server that does not
   * answer ranges.
   * @returns A source by ranges, or of the whole body in order where the server sends that.
   * @throws {ProtocolError} If the server answers anything else, or what is no HTTP.
   * @throws {TimeoutError} If it does not answer.
   */
  static async open(url: URL, options: HttpSourceOptions = {}): Promise<FitsSource> {
    const server = new RangeServer(url, options);
    try {
      const answer = await server.ask(0, WINDOW_BYTES);
      if (answer.status === 200) {
        return new StreamSource(bodyStream(server, answer), { ...options, name: server.name });
      }
      const { size } = server.contentRange(answer, 0, WINDOW_BYTES);
      if (size === undefined) {
        throw server.error(ProtocolError, "the server does not say how large the file is");
      }
      const first = new Uint8Array(Math.min(WINDOW_BYTES, size));
      await server.fill(answer, first);
      const tag = answer.fields.get("etag");
      const validator = tag !== undefined && !tag.startsWith("W/")
        ? tag
        : answer.fields.get("last-modified");
      const source = new HttpSource(server, size, validator);
      source.#windows.set(0, Promise.resolve(first));
      return source;
    } catch (error) {
      server.close();
      throw error;
    }
  }

  /** Reads bytes: small reads from windows that are kept, large ones by a request each. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size);
    if (end <= offset) return new Uint8Array(0);
    const start = offset - offset % WINDOW_BYTES;
    if (end > start + 2 * WINDOW_BYTES) {
      const bytes = new Uint8Array(end - offset);
      await this.#request(offset, bytes);
      return bytes;
    }
    const window = await this.#window(start);
    if (end <= start + window.length) return window.subarray(offset - start, end - start);
    const next = await this.#window(start + WINDOW_BYTES);
    const joined = new Uint8Array(end - offset);
    const head = window.subarray(offset - start);
    joined.set(head);
    joined.set(next.subarray(0, joined.length - head.length), head.length);
    return joined;
  }

  /** Reads bytes into memory of the caller: much of them straight from the connection. */
  async readInto(offset: number, target: Uint8Array): Promise<number> {
    if (target.length > 2 * WINDOW_BYTES) {
      const count = Math.max(0, Math.min(target.length, this.size - offset));
      if (count > 0) await this.#request(offset, target.subarray(0, count));
      return count;
    }
    const bytes = await this.read(offset, target.length);
    target.set(bytes);
    return bytes.length;
  }

  /** Reads runs: near ones by one request, several requests at a time. */
  async readRuns(offsets: ArrayLike<number>, length: number, target: Uint8Array): Promise<void> {
    const pieces: [first: number, last: number][] = [];
    for (let first = 0; first < offsets.length;) {
      const last = lastOfPiece(offsets, length, first);
      pieces.push([first, last]);
      first = last + 1;
    }
    let next = 0;
    const work = async () => {
      while (next < pieces.length) {
        const [first, last] = pieces[next++]!;
        const start = offsets[first]!;
        const bytes = await this.read(start, offsets[last]! + length - start);
        for (let i = first; i <= last; i++) {
          const at = offsets[i]! - start;
          if (at + length > bytes.length) throw endsEarly(this, offsets[i]!, length);
          target.set(bytes.subarray(at, at + length), i * length);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(MAX_REQUESTS, pieces.length) }, work));
  }

  /** Ends all requests. */
  close(): Promise<void> {
    this.#server.close();
    this.#windows.clear();
    return Promise.resolve();
  }

  #window(start: number): Promise<Uint8Array> {
    let window = this.#windows.get(start);
    this.#windows.delete(start);
    if (window === undefined) {
      const bytes = new Uint8Array(Math.min(WINDOW_BYTES, this.size - start));
      window = this.#request(start, bytes).then(() => bytes);
      window.catch(() => this.#windows.delete(start));
    }
    this.#windows.set(start, window);
    if (this.#windows.size > MAX_WINDOWS) this.#windows.delete(this.#windows.keys().next().value!);
    return window;
  }

  /** Fills memory with the bytes from `start` on. */
  async #request(start: number, target: Uint8Array): Promise<void> {
    const answer = await this.#server.ask(start, start + target.length, this.#validator);
    if (answer.status === 200) {
      answer.cancel();
      throw this.#server.error(FormatError, "it has been changed", start);
    }
    this.#server.contentRange(answer, start, start + target.length);
    await this.#server.fill(answer, target);
  }
}

/** A server that is asked for parts of one file, and the words for what goes wrong with it. */
class RangeServer {
  /** The URL without the password that it may carry. */
  readonly name: string;
  readonly #url: URL;
  readonly #client: HttpClient;
  readonly #signal: AbortSignal | undefined;
  #closed = false;

  constructor(url: URL, options: HttpSourceOptions) {
    this.name = withoutCredentials(url).href;
    this.#url = url;
    this.#client = new HttpClient({ ...options, headTimeout: options.headTimeout ?? HEAD_TIMEOUT });
    this.#signal = options.signal;
  }

  /** Asks for the bytes from `start` up to, not including, `end`; the answer is 206 or 200. */
  async ask(start: number, end: number, validator?: string): Promise<HttpAnswer> {
    const fields: [string, string][] = [["Range", rangeField({ first: start, last: end - 1 })]];
    if (validator !== undefined) fields.push(["If-Range", validator]);
    const answer = await this.#naming(() => this.#client.send("GET", this.#url, fields));
    if (answer.status === 206 || answer.status === 200) return answer;
    await discard(answer);
    const found = `${answer.status} ${answer.reason}`.trimEnd();
    const size = parseContentRange(answer.fields.get("content-range") ?? "")?.size;
    const bytes = size === undefined ? "" : ` for a file of ${size} bytes`;
    throw this.error(
      ProtocolError,
      `the server answered ${found}${bytes}, expected 206 or 200`,
      start,
    );
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

  /** Fills memory with the body of an answer, which must be of this length. */
  async fill(answer: HttpAnswer, target: Uint8Array): Promise<void> {
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
    this.#client.close();
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
    // Whoever reads the stream keeps it, while the view is used again.
    yield piece.slice();
  }
}
