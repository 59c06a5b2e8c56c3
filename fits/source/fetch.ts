/** A file on a web server as a source of bytes, read by ranges through the browser's `fetch`. */

import { expectedLength, rangeField } from "../../http/fields/byte_selection.ts";
import { parseContentRange } from "../../http/fields/ranges.ts";
import {
  ClosedError,
  FormatError,
  HeliographError,
  ProtocolError,
  TimeoutError,
} from "../../net/errors.ts";
import { type RangeReader, RangeSource, WINDOW_BYTES } from "./ranges.ts";
import { ChangedFileError, type FitsSource } from "./source.ts";
import { StreamSource, type StreamSourceOptions } from "./stream.ts";
import { type Transfer, Transfers } from "./transfers.ts";

/** Milliseconds that a server has to answer without another limit. */
const HEAD_TIMEOUT = 20_000;
/** The longest wait of `setTimeout`. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Options of {@linkcode openFetchSource}; those of a stream are for a body that comes whole. */
export interface FetchOptions extends StreamSourceOptions {
  /** Ends the reading; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds from a request to the head of its answer. @default {20000} */
  readonly headTimeout?: number | undefined;
  /** What is sent along; a page of another origin may not send what it likes. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/**
 * Asks a server for the beginning of a file.
 *
 * A page can read files of another origin if the server allows it
 * (`Access-Control-Allow-Origin`), by ranges if it shows `Content-Range` as well
 * (`Access-Control-Expose-Headers`).
 *
 * @param url An `http:` or `https:` URL.
 * @param options Signal and deadline, and limits for a server that does not answer ranges.
 * @returns A source by ranges, or of the whole body in order where the server sends that.
 * @throws {ProtocolError} If the server answers anything else.
 * @throws {TimeoutError} If it does not answer.
 */
export async function openFetchSource(url: URL, options: FetchOptions = {}): Promise<FitsSource> {
  const server = new FetchedRanges(url, options);
  try {
    const answer = await server.ask(0, WINDOW_BYTES);
    if (answer.status === 200) return bodySource(server, answer, options);
    if (isEncoded(answer)) {
      // Part of a body that is compressed for the way is no part of the file.
      await answer.body?.cancel();
      return bodySource(server, await server.send(), options);
    }
    const { size } = server.contentRange(answer, 0, WINDOW_BYTES);
    if (size === undefined) {
      throw server.error(ProtocolError, "the server does not say how large the file is");
    }
    const first = new Uint8Array(Math.min(WINDOW_BYTES, size));
    await server.take(answer, first);
    server.opened = identityOf(answer);
    return new RangeSource(server, size, first, { transfers: server.transfers });
  } catch (error) {
    server.close();
    throw error;
  }
}

/** Whether the body is compressed for the way; the browser undoes it. */
function isEncoded(answer: Response): boolean {
  const coding = answer.headers.get("content-encoding") ?? "";
  return coding !== "" && coding.toLowerCase() !== "identity";
}

function bodySource(
  server: FetchedRanges,
  answer: Response,
  options: FetchOptions,
): FitsSource {
  if (answer.status !== 200 || answer.body === null) {
    throw server.error(
      ProtocolError,
      `the server answered ${statusOf(answer)}, expected 200 with a body`,
    );
  }
  server.transfers.ranges = false;
  const named = { ...options, name: server.name };
  return new StreamSource(answer.body, named, server.transfers);
}

/** An answer whose body is counted as it comes. */
function metered(answer: Response, transfer: Transfer): Response {
  const { body, status, statusText, headers } = answer;
  if (body === null) {
    transfer.end();
    return answer;
  }
  const reader = body.getReader();
  const counted = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { value } = await reader.read();
        if (value === undefined) {
          transfer.end();
          controller.close();
          return;
        }
        transfer.bytes(value.length);
        controller.enqueue(value);
      } catch (error) {
        transfer.end();
        throw error;
      }
    },
    async cancel(reason) {
      transfer.end();
      await reader.cancel(reason);
    },
  }, { highWaterMark: 0 });
  return new Response(counted, { status, statusText, headers });
}

function statusOf(answer: Response): string {
  return `${answer.status} ${answer.statusText}`.trimEnd();
}

/** What tells one version of a file from another; what the server does not show is left out. */
interface Identity {
  readonly etag: string | undefined;
  readonly modified: string | undefined;
  readonly size: number | undefined;
}

function identityOf(answer: Response): Identity {
  return {
    etag: answer.headers.get("etag")?.replace(/^W\//, ""),
    modified: answer.headers.get("last-modified") ?? undefined,
    size: parseContentRange(answer.headers.get("content-range") ?? "")?.size,
  };
}

/** A server that is asked for parts of one file, and the words for what goes wrong with it. */
class FetchedRanges implements RangeReader {
  readonly name: string;
  readonly #url: URL;
  readonly #options: FetchOptions;
  readonly #closing = new AbortController();
  /** What it cost; of redirects the browser tells nothing, and of codings what is in them. */
  readonly transfers = new Transfers();
  /** The version of the file that was opened. */
  opened: Identity | undefined;

  constructor(url: URL, options: FetchOptions) {
    const bare = new URL(url);
    bare.username = "";
    bare.password = "";
    this.name = bare.href;
    this.#url = url;
    this.#options = options;
  }

  /** Asks for the whole file. */
  async send(headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    if (this.#url.username !== "" || this.#url.password !== "") {
      throw this.error(FormatError, "found a user's name or password in the URL");
    }
    const late = new AbortController();
    const timeout = this.#options.headTimeout ?? HEAD_TIMEOUT;
    // A longer wait is taken for none at all.
    const timer = timeout > MAX_TIMER_MS ? undefined : setTimeout(() => late.abort(), timeout);
    const signals = [this.#closing.signal, late.signal];
    if (this.#options.signal !== undefined) signals.push(this.#options.signal);
    const transfer = this.transfers.begin();
    try {
      const answer = await this.#naming(() =>
        fetch(this.#url, {
          headers: { ...this.#options.headers, ...headers },
          // Browsers keep one entry for a URL: requests for its parts would wait for each
          // other, and end early where the file has changed.
          cache: "no-store",
          signal: AbortSignal.any(signals),
        })
      );
      return metered(answer, transfer);
    } catch (error) {
      transfer.end();
      if (!late.signal.aborted) throw error;
      throw this.error(TimeoutError, `the server did not answer in ${timeout} ms`, 0, error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Asks for the bytes from `start` up to, not including, `end`; the answer is 206 or 200. */
  async ask(start: number, end: number): Promise<Response> {
    const answer = await this.send({ Range: rangeField({ first: start, last: end - 1 }) });
    if (answer.status === 206 || answer.status === 200) return answer;
    await answer.body?.cancel();
    throw this.error(
      ProtocolError,
      `the server answered ${statusOf(answer)}, expected 206 or 200`,
      start,
    );
  }

  /** What a 206 says that it brings, which must be what was asked for. */
  contentRange(answer: Response, start: number, end: number): { size: number | undefined } {
    const field = answer.headers.get("content-range");
    if (field === null) {
      void answer.body?.cancel();
      throw this.error(
        ProtocolError,
        "the server answered 206 without a Content-Range that a page may see " +
          "(Access-Control-Expose-Headers)",
        start,
      );
    }
    const found = parseContentRange(field);
    try {
      expectedLength({ first: start, last: end - 1 }, found, this.name);
    } catch (error) {
      void answer.body?.cancel();
      throw error;
    }
    return { size: found?.size };
  }

  /**
   * Fills memory with the bytes from `start` on. That the file is the one that was opened
   * is seen by what the answer says of it: an `If-Range` would make a browser ask a server
   * of another origin for leave first.
   */
  async fill(start: number, target: Uint8Array): Promise<void> {
    const answer = await this.ask(start, start + target.length);
    if (answer.status === 200 || isEncoded(answer) || this.#isOther(identityOf(answer))) {
      await answer.body?.cancel();
      throw this.error(ChangedFileError, "it has been changed", start);
    }
    this.contentRange(answer, start, start + target.length);
    await this.take(answer, target);
  }

  /**
   * Whether an answer is of another version of the file. Servers tell more of a file once
   * it is older than a second, so that only what both answers tell is compared.
   */
  #isOther(found: Identity): boolean {
    const { opened } = this;
    return (["etag", "modified", "size"] as const).some((key) =>
      found[key] !== undefined && opened?.[key] !== undefined && found[key] !== opened[key]
    );
  }

  /** Fills memory with the body of an answer, which must be of this length. */
  async take(answer: Response, target: Uint8Array): Promise<void> {
    const reader = (answer.body ?? new Blob().stream()).getReader();
    let length = 0;
    for (;;) {
      const { value } = await this.#naming(() => reader.read());
      if (value === undefined) break;
      if (length + value.length > target.length) {
        await reader.cancel();
        throw this.error(ProtocolError, `found more than the ${target.length} bytes asked for`);
      }
      target.set(value, length);
      length += value.length;
    }
    if (length === target.length) return;
    throw this.error(
      ProtocolError,
      `found ${length} bytes, expected the ${target.length} asked for`,
    );
  }

  /** An error that says of which file it is. */
  error<E extends HeliographError>(
    kind: new (message: string, options: ErrorOptions & { source: string; offset?: number }) => E,
    message: string,
    offset = 0,
    cause?: unknown,
  ): E {
    const at = offset === 0 ? "" : ` at byte ${offset}`;
    return new kind(`Cannot read ${this.name}${at}: ${message}`, {
      source: this.name,
      offset,
      cause,
    });
  }

  /** Ends all requests. */
  close(): void {
    this.#closing.abort();
  }

  /** Does what may fail on the network; a browser says no more than that it did. */
  async #naming<T>(work: () => T | Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      if (this.#closing.signal.aborted) throw this.error(ClosedError, "it has been closed");
      if (error instanceof HeliographError) throw error;
      throw this.error(HeliographError, (error as Error).message, 0, error);
    }
  }
}
