/** The chunked transfer coding (RFC 9112 section 7.1): a decoder and an encoder. */

import { parseFieldLine } from "./field_line.ts";
import { HeaderFields } from "./header_fields.ts";
import { HttpError } from "./http_error.ts";
import { CR, decodeLatin1, encodeLatin1, HTAB, LF, quoted, SP, TOKEN } from "./octets.ts";

/** How much besides the data a chunked body may carry. */
export interface ChunkedLimits {
  /**
   * The most bytes of size lines and chunk extensions that the data does not
   * justify (16 bytes for each chunk and half of the data are granted).
   *
   * @default {16384}
   */
  overheadBytes?: number | undefined;
  /** The most bytes of the trailer section; 431 above. @default {16384} */
  trailerBytes?: number | undefined;
  /** The most trailer lines; 431 above. @default {100} */
  trailerCount?: number | undefined;
  /**
   * Whether to pass over what leaves no doubt where a chunk ends: lines that end in a bare
   * LF, whatever stands behind a size, trailers that are no fields. Not for a server: another
   * program may stand between, and see another end. @default {false}
   */
  tolerant?: boolean | undefined;
}

// Where in a chunked body the next byte stands.
const SIZE_START = 0; // first digit of a size
const SIZE = 1;
const EXTENSION_BLANK = 2; // blanks between a size or a value and the semicolon
const NAME_START = 3; // behind the semicolon
const NAME = 4;
const NAME_BLANK = 5; // blanks between a name and its equals sign
const VALUE_START = 6;
const VALUE = 7;
const STRING = 8;
const STRING_ESCAPE = 9;
const SIZE_LF = 10;
const DATA = 11;
const DATA_CR = 12;
const DATA_LF = 13;
const TRAILER = 14;
const DONE = 15;

/**
 * Decodes a chunked body as its bytes come.
 *
 * The data itself is never copied and need not even pass through here: the
 * decoder reads what stands between the data, and says how much data follows.
 * {@linkcode ChunkedDecoder.decode} is the convenient form for bytes in memory.
 *
 * @example
 * ```ts
 * import { ChunkedDecoder } from "@heliograph/heliograph/http/message";
 * import { assertEquals } from "@std/assert";
 *
 * const decoder = new ChunkedDecoder();
 * const bytes = new TextEncoder().encode("3\r\nsun\r\n0\r\nX-Sum: 7\r\n\r\nrest");
 * const pieces = [...decoder.decode(bytes)];
 * assertEquals(pieces.map((piece) => new TextDecoder().decode(piece)), ["sun"]);
 * assertEquals([decoder.done, decoder.consumed], [true, bytes.length - 4]);
 * assertEquals(decoder.trailers.get("x-sum"), "7");
 * ```
 */
export class ChunkedDecoder {
  readonly #overheadBytes: number;
  readonly #trailerBytes: number;
  readonly #trailerCount: number;
  readonly #tolerant: boolean;
  #state = SIZE_START;
  #size = 0;
  #overhead = 0;
  #consumed = 0;
  #line = "";
  #trailerSize = 0;
  #trailers = new HeaderFields();

  /**
   * Makes a decoder for one body.
   *
   * @param limits How much besides the data is read.
   */
  constructor(limits: ChunkedLimits = {}) {
    this.#overheadBytes = limits.overheadBytes ?? 16_384;
    this.#trailerBytes = limits.trailerBytes ?? 16_384;
    this.#trailerCount = limits.trailerCount ?? 100;
    this.#tolerant = limits.tolerant ?? false;
  }

  /** Whether the end of the body has been read. */
  get done(): boolean {
    return this.#state === DONE;
  }

  /** Whether all of the data has come; trailers may follow. */
  get dataDone(): boolean {
    return this.#state === TRAILER || this.#state === DONE;
  }

  /** Bytes of data that come next, before anything else; 0 where something else comes. */
  get remaining(): number {
    return this.#state === DATA ? this.#size : 0;
  }

  /** Bytes of the coded body that have been read, data included. */
  get consumed(): number {
    return this.#consumed;
  }

  /**
   * The trailer fields, complete when {@linkcode ChunkedDecoder.done}. They are
   * kept apart from the header fields: a trailer must not change how a message
   * is taken (RFC 9110 section 6.5.1).
   */
  get trailers(): HeaderFields {
    return this.#trailers;
  }

  /**
   * Reads what stands before the next data, or behind the last.
   *
   * @param bytes The memory.
   * @param start The first byte.
   * @param end Behind the last byte.
   * @returns Where it stopped: at data ({@linkcode ChunkedDecoder.remaining} is
   * above 0), behind the body ({@linkcode ChunkedDecoder.done}), or at `end`.
   * @throws {HttpError} 400 if the coding is broken, 431 for too many trailers.
   */
  advance(bytes: Uint8Array, start = 0, end: number = bytes.length): number {
    let at = start;
    while (at < end && this.#state !== DATA && this.#state !== DONE) {
      if (this.#state === TRAILER) at = this.#trailer(bytes, at, end);
      else this.#step(bytes[at++]!);
    }
    this.#consumed += at - start;
    return at;
  }

  /**
   * Notes that data has been taken.
   *
   * @param count How many bytes; at most {@linkcode ChunkedDecoder.remaining}.
   */
  take(count: number): void {
    if (count > this.remaining || count < 0) {
      throw new RangeError(`Cannot take ${count} bytes of a chunk: ${this.remaining} are left`);
    }
    if (count === 0) return;
    this.#size -= count;
    this.#consumed += count;
    this.#overhead = Math.max(0, this.#overhead - count / 2);
    if (this.#size === 0) this.#state = DATA_CR;
  }

  /**
   * Decodes bytes that follow those of the last call.
   *
   * @param bytes The bytes; what follows the body is left alone.
   * @returns The data in them, as views.
   * @throws {HttpError} 400 if the coding is broken, 431 for too many trailers.
   */
  *decode(bytes: Uint8Array): Generator<Uint8Array> {
    for (let at = this.advance(bytes); this.remaining > 0 && at < bytes.length;) {
      const piece = bytes.subarray(at, at + Math.min(this.remaining, bytes.length - at));
      this.take(piece.length);
      at += piece.length;
      yield piece;
      at = this.advance(bytes, at);
    }
  }

  #step(octet: number): void {
    switch (this.#state) {
      case SIZE_START:
      case SIZE:
        return this.#sizeStep(octet);
      case SIZE_LF:
        if (octet !== LF) throw broken("a carriage return without a line feed in a size line");
        this.#state = this.#size === 0 ? TRAILER : DATA;
        return;
      case DATA_CR:
        // Data that is longer than its size, or a bare line feed.
        if (octet === CR) {
          this.#state = DATA_LF;
          return;
        }
        if (!this.#tolerant || octet !== LF) {
          throw broken(`${shown(octet)} behind the data of a chunk, expected CR LF`);
        }
        this.#size = 0;
        this.#state = SIZE_START;
        return;
      case DATA_LF:
        if (octet !== LF) {
          throw broken(`${shown(octet)} behind the data of a chunk, expected CR LF`);
        }
        this.#size = 0;
        this.#state = SIZE_START;
        return;
      case REST_OF_LINE:
        this.#count();
        if (octet === LF) this.#state = this.#size === 0 ? TRAILER : DATA;
        return;
      default:
        this.#count();
        return this.#extensionStep(octet);
    }
  }

  #sizeStep(octet: number): void {
    this.#count();
    const digit = hexDigit(octet);
    if (digit >= 0) {
      this.#size = this.#size * 16 + digit;
      if (this.#size > Number.MAX_SAFE_INTEGER) throw broken("the size of a chunk is too large");
      this.#state = SIZE;
    } else if (this.#state === SIZE_START) {
      throw broken(`${shown(octet)} where the size of a chunk was expected`);
    } else {
      // 16 bytes for each size line are granted, and more for its data.
      if (octet === CR || octet === LF) this.#overhead = Math.max(0, this.#overhead - 16);
      if (this.#tolerant && octet !== CR) {
        this.#state = octet !== LF ? REST_OF_LINE : this.#size === 0 ? TRAILER : DATA;
      } else this.#endOfPart(octet, EXTENSION_BLANK);
    }
  }

  /** Chunk extensions are checked, so that no two programs see different ends, and dropped. */
  #extensionStep(octet: number): void {
    switch (this.#state) {
      case EXTENSION_BLANK:
        if (octet === SP || octet === HTAB) return;
        if (octet !== SEMICOLON) throw broken(`${shown(octet)} behind the size of a chunk`);
        this.#state = NAME_START;
        return;
      case NAME_START:
        if (octet === SP || octet === HTAB) return;
        this.#state = NAME;
        break;
      case NAME:
        if (octet === EQUALS) {
          this.#state = VALUE_START;
          return;
        }
        if (TOKEN[octet] !== 1) return this.#endOfPart(octet, NAME_BLANK);
        return;
      case NAME_BLANK:
        if (octet === SP || octet === HTAB) return;
        if (octet !== EQUALS && octet !== SEMICOLON) {
          throw broken(`${shown(octet)} in a chunk extension`);
        }
        this.#state = octet === EQUALS ? VALUE_START : NAME_START;
        return;
      case VALUE_START:
        if (octet === SP || octet === HTAB) return;
        this.#state = octet === QUOTE ? STRING : VALUE;
        if (octet === QUOTE) return;
        break;
      case VALUE:
        if (TOKEN[octet] !== 1) return this.#endOfPart(octet, EXTENSION_BLANK);
        return;
      case STRING:
        if (octet === QUOTE) this.#state = STRING_END;
        else if (octet === BACKSLASH) this.#state = STRING_ESCAPE;
        else if (isControl(octet)) throw broken(`${shown(octet)} in a chunk extension`);
        return;
      case STRING_ESCAPE:
        if (isControl(octet)) throw broken(`${shown(octet)} in a chunk extension`);
        this.#state = STRING;
        return;
      case STRING_END:
        return this.#endOfPart(octet, EXTENSION_BLANK);
    }
    if (TOKEN[octet] !== 1) throw broken(`${shown(octet)} in a chunk extension`);
  }

  /** What may follow a size, a name or a value: the line's end, blanks, another extension. */
  #endOfPart(octet: number, blank: number): void {
    if (octet === CR) this.#state = SIZE_LF;
    else if (octet === SEMICOLON) this.#state = NAME_START;
    else if (octet === SP || octet === HTAB) this.#state = blank;
    else throw broken(`${shown(octet)} in the size line of a chunk`);
  }

  #count(): void {
    if (++this.#overhead > this.#overheadBytes) {
      throw broken(
        `more than ${this.#overheadBytes} bytes of sizes and extensions around little data`,
      );
    }
  }

  /** Collects a trailer line; the empty one ends the body. */
  #trailer(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && bytes[at] !== LF) at++;
    const complete = at < end;
    if (complete) at++;
    this.#trailerSize += at - start;
    if (this.#trailerSize > this.#trailerBytes) {
      throw new HttpError(431, `more than ${this.#trailerBytes} bytes of trailers`);
    }
    this.#line += decodeLatin1(bytes, start, at);
    if (!complete) return at;
    const line = this.#line;
    this.#line = "";
    if (!this.#tolerant && !line.endsWith("\r\n")) {
      throw broken(`the trailer line ${quoted(line)} ends without CR LF`);
    }
    const content = line.slice(0, line.endsWith("\r\n") ? -2 : -1);
    if (content === "") {
      this.#state = DONE;
      return at;
    }
    if (this.#trailers.size >= this.#trailerCount) {
      throw new HttpError(431, `more than ${this.#trailerCount} trailers`);
    }
    try {
      this.#trailers.append(...parseFieldLine(content));
    } catch (error) {
      if (!this.#tolerant || !(error instanceof HttpError)) throw error;
    }
    return at;
  }
}

const STRING_END = 16;
const REST_OF_LINE = 17;
const SEMICOLON = 59;
const EQUALS = 61;
const QUOTE = 34;
const BACKSLASH = 92;

function hexDigit(octet: number): number {
  if (octet >= 48 && octet <= 57) return octet - 48;
  const letter = octet | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

function isControl(octet: number): boolean {
  return (octet < 32 && octet !== HTAB) || octet === 127;
}

function broken(found: string): HttpError {
  return new HttpError(400, `the chunked coding is broken: ${found}`);
}

function shown(octet: number): string {
  return octet > 32 && octet < 127
    ? `'${String.fromCharCode(octet)}'`
    : `byte 0x${octet.toString(16).padStart(2, "0")}`;
}

/**
 * The line before the data of a chunk.
 *
 * @param length Bytes of the data, at least 1: a chunk of 0 bytes ends the body.
 */
export function encodeChunkSize(length: number): Uint8Array<ArrayBuffer> {
  if (!Number.isSafeInteger(length) || length < 1) {
    throw new RangeError(`Cannot write a chunk of ${length} bytes: expected 1 or more`);
  }
  return encodeLatin1(length.toString(16) + "\r\n");
}

/** What follows the data of a chunk. */
export const CHUNK_END: Uint8Array<ArrayBuffer> = encodeLatin1("\r\n");

/**
 * The end of a chunked body.
 *
 * @param trailers Fields behind the data.
 */
export function encodeLastChunk(trailers?: HeaderFields): Uint8Array<ArrayBuffer> {
  return encodeLatin1("0\r\n" + (trailers?.toText() ?? "") + "\r\n");
}
