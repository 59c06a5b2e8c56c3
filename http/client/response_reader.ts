/** Reads a response from a connection: its head, then its body into memory. */

import { ClosedError, LimitError, ProtocolError } from "../../net/errors.ts";
import type { SocketReader } from "../../net/socket_reader.ts";
import { ChunkedDecoder } from "../message/chunked.ts";
import { HeaderFields } from "../message/header_fields.ts";
import { HttpError } from "../message/http_error.ts";
import {
  NotHttpError,
  type ResponseHead,
  type ResponseHeadOptions,
  ResponseHeadParser,
} from "../message/response_head.ts";

/** Interim answers, such as 103 Early Hints, before the one that counts. */
const MAX_INTERIM = 100;

/** What a body is read into at first; it grows with what really comes. */
const FIRST_BYTES = 65_536;

/** Memory for a body whose length is announced: so much is believed before it comes. */
const MAX_BELIEVED_BYTES = 1_048_576;

/** A line of sizes and extensions between two chunks. */
const FILL_BYTES = 65_536;

/**
 * Reads the head of the final response; interim ones (1xx but 101) are skipped.
 *
 * @param reader The connection.
 * @param options What was asked, and how much is read.
 * @throws {ProtocolError} If it is no response.
 * @throws {LimitError} If it is larger than allowed.
 * @throws {ClosedError} If the connection ends before the status line.
 */
export async function readResponseHead(
  reader: SocketReader,
  options: ResponseHeadOptions = {},
): Promise<ResponseHead> {
  const { source = "the response" } = options;
  const parser = new ResponseHeadParser(options);
  for (let i = 0; i <= MAX_INTERIM; i++) {
    const head = await nextHead(reader, parser, source);
    if (head.status >= 200 || head.status === 101) return head;
  }
  throw new ProtocolError(`Cannot read ${source}: more than ${MAX_INTERIM} interim answers`, {
    source,
  });
}

async function nextHead(
  reader: SocketReader,
  parser: ResponseHeadParser,
  source: string,
): Promise<ResponseHead> {
  for (let ended = false;;) {
    const { buffered } = reader;
    if (ended && buffered.length === 0) {
      throw new ClosedError(`Cannot read ${source}: the server closed without an answer`, {
        source,
      });
    }
    let head: ResponseHead | undefined;
    try {
      head = parser.parse(buffered, 0, buffered.length, ended);
    } catch (error) {
      throw error instanceof NotHttpError ? error.showing(buffered) : error;
    }
    if (head !== undefined) {
      reader.consume(head.headBytes);
      return head;
    }
    ended = !await reader.fill();
  }
}

/** A body in memory. */
export interface ResponseBody {
  /** Its bytes, the transfer coding taken off, a content coding left on. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Fields behind a chunked body. */
  readonly trailers: HeaderFields;
}

/**
 * Reads the body of a response into memory, which grows as the bytes come.
 *
 * @param reader The connection, behind the head.
 * @param head What was read of the response.
 * @param maxBytes The most bytes of the body.
 * @param source What is read, such as its URL, for error messages.
 * @throws {LimitError} If the body is larger, as soon as that is certain.
 * @throws {ClosedError} If the connection ends before the body does.
 * @throws {ProtocolError} If the chunked coding is broken.
 */
export async function readResponseBody(
  reader: SocketReader,
  head: ResponseHead,
  maxBytes: number,
  source = "the response",
): Promise<ResponseBody> {
  const trailers = new HeaderFields();
  switch (head.framing) {
    case "none":
      return { bytes: new Uint8Array(0), trailers };
    case "length":
      return { bytes: await readLength(reader, head.contentLength, maxBytes, source), trailers };
    case "close":
      return { bytes: await readToClose(reader, maxBytes, source), trailers };
    case "chunked":
      try {
        return await readChunked(reader, maxBytes, source);
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
        throw new ProtocolError(`Cannot read ${source}: ${error.message}`, {
          cause: error,
          source,
        });
      }
  }
}

async function readLength(
  reader: SocketReader,
  length: number,
  maxBytes: number,
  source: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (length > maxBytes) throw tooLarge(source, `${length} bytes`, maxBytes);
  const body = new GrowingBytes(Math.min(length, MAX_BELIEVED_BYTES), length);
  while (body.length < length) {
    const count = await reader.readSome(body.room());
    if (count === null) throw cutShort(source, body.length, `${length} bytes`);
    body.length += count;
  }
  return body.bytes();
}

async function readToClose(
  reader: SocketReader,
  maxBytes: number,
  source: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const body = new GrowingBytes(FIRST_BYTES, Infinity);
  for (let count; (count = await reader.readSome(body.room())) !== null;) {
    body.length += count;
    if (body.length > maxBytes) throw tooLarge(source, `more than ${maxBytes} bytes`, maxBytes);
  }
  return body.bytes();
}

async function readChunked(
  reader: SocketReader,
  maxBytes: number,
  source: string,
): Promise<ResponseBody> {
  const decoder = new ChunkedDecoder({ tolerant: true });
  const body = new GrowingBytes(FIRST_BYTES, Infinity);
  while (!decoder.done) {
    const { remaining } = decoder;
    if (body.length + remaining > maxBytes) {
      throw tooLarge(source, `more than ${maxBytes} bytes`, maxBytes);
    }
    if (remaining > 0) {
      const count = await reader.readSome(body.room().subarray(0, remaining));
      if (count === null) throw cutShort(source, body.length, "its last chunk");
      body.length += count;
      decoder.take(count);
    } else {
      const { buffered } = reader;
      reader.consume(decoder.advance(buffered));
      if (decoder.done || decoder.remaining > 0) continue;
      if (await reader.fill(FILL_BYTES)) continue;
      // Behind the last chunk only trailers can be missing.
      if (decoder.dataDone) break;
      throw cutShort(source, body.length, "its last chunk");
    }
  }
  return { bytes: body.bytes(), trailers: decoder.trailers };
}

/**
 * Memory that grows as it fills, up to a length that is known or not: twice as
 * large each time, or eight times where the length is announced, since then none
 * of it is in vain.
 */
class GrowingBytes {
  length = 0;
  #memory: Uint8Array<ArrayBuffer>;
  readonly #most: number;

  constructor(first: number, most: number) {
    this.#memory = new Uint8Array(first);
    this.#most = most;
  }

  /** Where the next bytes go: never empty before the most is reached. */
  room(): Uint8Array<ArrayBuffer> {
    if (this.length === this.#memory.length && this.length < this.#most) {
      const factor = this.#most === Infinity ? 2 : 8;
      const larger = new Uint8Array(Math.min(this.#most, this.length * factor));
      larger.set(this.#memory);
      this.#memory = larger;
    }
    return this.#memory.subarray(this.length);
  }

  /** What has been filled, in memory of its own size. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.length === this.#memory.length ? this.#memory : this.#memory.slice(0, this.length);
  }
}

function tooLarge(source: string, found: string, allowed: number): LimitError {
  return new LimitError(`Cannot read ${source}: the body has ${found}, allowed are ${allowed}`, {
    source,
  });
}

function cutShort(source: string, found: number, expected: string): ClosedError {
  return new ClosedError(
    `Cannot read ${source}: the connection ended after ${found} bytes of the body, ` +
      `${expected} expected`,
    { source, offset: found },
  );
}
