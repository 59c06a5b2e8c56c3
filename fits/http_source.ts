/** A file on a web server as a source of bytes, read by ranges (RFC 9110, section 14). */

import { ClosedError, FormatError, HeliographError, ProtocolError } from "../net/errors.ts";
import { endsEarly, type FitsSource, lastOfPiece } from "./fits_source.ts";
import { StreamSource, type StreamSourceOptions } from "./stream_source.ts";

/** Bytes that a small read asks for: most headers, and the next header of small HDUs. */
const WINDOW_BYTES = 1 << 16;
/** The most windows that are kept. */
const WINDOWS = 16;
/** Requests that are under way at the same time, as browsers have them. */
const REQUESTS = 6;

/** Options of {@linkcode HttpSource.open}. */
export interface HttpSourceOptions extends StreamSourceOptions {
  /** Ends every request; its reason is thrown. */
  readonly signal?: AbortSignal;
}

/** A file on a server that answers ranges. */
export class HttpSource implements FitsSource {
  readonly name: string;
  readonly size: number;
  /** Bytes of one request of a large read. */
  readonly pieceBytes: number = 8 << 20;
  readonly #url: URL;
  readonly #signal: AbortSignal;
  readonly #controller: AbortController;
  /** What tells one version of the file from another: a strong entity tag or a date. */
  readonly #validator: string | undefined;
  /** Windows by their first byte, the latest used last. */
  readonly #windows = new Map<number, Promise<Uint8Array>>();

  private constructor(
    url: URL,
    size: number,
    validator: string | undefined,
    first: Uint8Array,
    controller: AbortController,
    signal: AbortSignal,
  ) {
    this.#url = url;
    this.name = withoutSecrets(url);
    this.size = size;
    this.#validator = validator;
    this.#controller = controller;
    this.#signal = signal;
    this.#windows.set(0, Promise.resolve(first));
  }

  /**
   * Asks a server for the beginning of a file.
   *
   * @param url An `http:` or `https:` URL.
   * @param options Signal, and limits for a server that does not answer ranges.
   * @returns A source by ranges, or of the whole body in order where the server sends that.
   * @throws {ProtocolError} If the server answers anything else.
   */
  static async open(url: URL, options: HttpSourceOptions = {}): Promise<FitsSource> {
    const controller = new AbortController();
    const signal = options.signal === undefined
      ? controller.signal
      : AbortSignal.any([controller.signal, options.signal]);
    const response = await get(url, { Range: `bytes=0-${WINDOW_BYTES - 1}` }, signal);
    if (response.status === 200 && response.body !== null) {
      return new StreamSource(response.body, { ...options, name: withoutSecrets(url) });
    }
    if (response.status !== 206) throw await unexpected(url, response, "206 or 200");
    const { first, size } = contentRange(url, response);
    const bytes = await bodyOf(url, response, WINDOW_BYTES);
    if (first !== 0 || size === undefined) {
      throw new ProtocolError(
        `Cannot read ${withoutSecrets(url)} by ranges: found ` +
          `Content-Range '${response.headers.get("content-range")}'`,
        { source: withoutSecrets(url) },
      );
    }
    const tag = response.headers.get("etag");
    const validator = tag !== null && !tag.startsWith("W/")
      ? tag
      : response.headers.get("last-modified") ?? undefined;
    return new HttpSource(url, size, validator, bytes, controller, signal);
  }

  /** Reads bytes: small reads from windows that are kept, large ones by a request each. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size);
    if (end <= offset) return new Uint8Array(0);
    const start = offset - offset % WINDOW_BYTES;
    if (end > start + 2 * WINDOW_BYTES) return await this.#request(offset, end);
    const window = await this.#window(start);
    if (end <= start + window.length) return window.subarray(offset - start, end - start);
    const next = await this.#window(start + WINDOW_BYTES);
    const joined = new Uint8Array(end - offset);
    const head = window.subarray(offset - start);
    joined.set(head);
    joined.set(next.subarray(0, joined.length - head.length), head.length);
    return joined;
  }

  /** Reads bytes into memory of the caller. */
  async readInto(offset: number, target: Uint8Array): Promise<number> {
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
    await Promise.all(Array.from({ length: Math.min(REQUESTS, pieces.length) }, work));
  }

  /** Ends all requests. */
  close(): Promise<void> {
    this.#controller.abort(
      new ClosedError(`Cannot read ${this.name}: it has been closed`, { source: this.name }),
    );
    this.#windows.clear();
    return Promise.resolve();
  }

  #window(start: number): Promise<Uint8Array> {
    let window = this.#windows.get(start);
    this.#windows.delete(start);
    if (window === undefined) {
      window = this.#request(start, Math.min(start + WINDOW_BYTES, this.size));
      window.catch(() => this.#windows.delete(start));
    }
    this.#windows.set(start, window);
    if (this.#windows.size > WINDOWS) this.#windows.delete(this.#windows.keys().next().value!);
    return window;
  }

  /** The bytes from `start` up to, not including, `end`. */
  async #request(start: number, end: number): Promise<Uint8Array> {
    this.#signal.throwIfAborted();
    const condition: Record<string, string> = this.#validator === undefined
      ? {}
      : { "If-Range": this.#validator };
    const range = `bytes=${start}-${end - 1}`;
    const response = await get(this.#url, { Range: range, ...condition }, this.#signal);
    if (response.status === 200) {
      await response.body?.cancel();
      throw new FormatError(`Cannot read ${this.name} at byte ${start}: it has been changed`, {
        source: this.name,
        offset: start,
      });
    }
    if (response.status !== 206) throw await unexpected(this.#url, response, "206");
    const found = contentRange(this.#url, response);
    const bytes = await bodyOf(this.#url, response, end - start);
    if (found.first === start && bytes.length === end - start) return bytes;
    throw new ProtocolError(
      `Cannot read bytes ${start} to ${end - 1} of ${this.name}: found ${bytes.length} bytes ` +
        `from byte ${found.first} on`,
      { source: this.name, offset: start },
    );
  }
}

async function get(url: URL, headers: HeadersInit, signal: AbortSignal): Promise<Response> {
  try {
    // A coded body would have other offsets than the file.
    return await fetch(url, { headers: { "Accept-Encoding": "identity", ...headers }, signal });
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new HeliographError(`Cannot reach ${withoutSecrets(url)}: ${message}`, {
      source: withoutSecrets(url),
      cause,
    });
  }
}

async function bodyOf(url: URL, response: Response, most: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(most);
  let length = 0;
  for await (const piece of response.body ?? []) {
    if (length + piece.length > most) {
      throw new ProtocolError(
        `Cannot read ${withoutSecrets(url)}: found more than the ${most} bytes asked for`,
        { source: withoutSecrets(url) },
      );
    }
    bytes.set(piece, length);
    length += piece.length;
  }
  return bytes.subarray(0, length);
}

function contentRange(url: URL, response: Response): { first: number; size: number | undefined } {
  const field = response.headers.get("content-range") ?? "";
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(field);
  if (match === null) {
    throw new ProtocolError(
      `Cannot read ${withoutSecrets(url)}: found Content-Range '${field}' in a 206 response`,
      { source: withoutSecrets(url) },
    );
  }
  return { first: Number(match[1]), size: match[3] === "*" ? undefined : Number(match[3]) };
}

async function unexpected(url: URL, response: Response, expected: string): Promise<ProtocolError> {
  await response.body?.cancel();
  return new ProtocolError(
    `Cannot read ${withoutSecrets(url)}: the server answered ${response.status} ` +
      `${response.statusText}, expected ${expected}`,
    { source: withoutSecrets(url) },
  );
}

/** A URL without the password that it may carry. */
function withoutSecrets(url: URL): string {
  if (url.username === "" && url.password === "") return url.href;
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  return shown.href;
}
