import { refuseFieldLine } from "./field_line.ts";
import { HeaderFields, nameBit } from "./header_fields.ts";
import { HttpError } from "./http_error.ts";
import { methodAt } from "./methods.ts";
import {
  COLON,
  CR,
  decodeLatin1,
  FIELD_VALUE,
  HTAB,
  LF,
  LOWER,
  SP,
  TARGET,
  TOKEN,
} from "./octets.ts";
import { refuseFirstByte, refuseRequestLine, versionAt } from "./request_line.ts";
import { type RequestHead, requestHeadOf, SEEN } from "./request_semantics.ts";

export type { RequestHead };

/** How much of a stranger's request head is read. */
export interface RequestHeadLimits {
  /** The most bytes of the request line, its end included; 414 above. @default {16384} */
  requestLineBytes?: number | undefined;
  /** The most bytes of the request line and all fields; 431 above. @default {65536} */
  headBytes?: number | undefined;
  /** The most field lines; 431 above. @default {200} */
  fieldCount?: number | undefined;
  /** Methods that are accepted besides those of the IANA registry; others are 501. */
  methods?: ReadonlySet<string> | undefined;
}

/** Empty lines before a request are skipped (RFC 9112 section 2.2), up to this many bytes. */
const MAX_EMPTY_BYTES = 512;

/**
 * Parses the heads of the requests of one connection, one after the other.
 *
 * It remembers how far it came, so a head that trickles in byte by byte costs no
 * more than one that comes at once, and gives the same result: whatever is wrong
 * with a line is reported when the line is complete, or longer than allowed.
 *
 * @example
 * ```ts
 * import { RequestHeadParser } from "@heliograph/heliograph/http/message";
 * import { assertEquals } from "@std/assert";
 *
 * const parser = new RequestHeadParser();
 * const bytes = new TextEncoder().encode("GET /sun.fits HTTP/1.1\r\nHost: localhost\r\n\r\n");
 * assertEquals(parser.parse(bytes, 0, 20), undefined);
 * const head = parser.parse(bytes, 0, bytes.length)!;
 * assertEquals([head.method, head.path, head.host], ["GET", "/sun.fits", "localhost"]);
 * assertEquals(head.headBytes, bytes.length);
 * ```
 */
export class RequestHeadParser {
  readonly #requestLineBytes: number;
  readonly #headBytes: number;
  readonly #fieldCount: number;
  readonly #methods: ReadonlySet<string> | undefined;

  // Positions are relative to the start that parse() is given: the caller's
  // buffer may move its content between two calls.
  #origin = 0; // the request line
  #line = 0; // the first line that is not parsed
  #searched = 0; // no line feed between #line and here
  #targetStart = 0; // this and the next two relative to #origin; 0: no request line yet
  #targetEnd = 0;
  #minor = 0;
  #method = "";
  #highOctets = false;
  #bareFeed = false;
  #spans: number[] = [];
  #bits = 0;
  #seen = 0;

  /**
   * Makes a parser.
   *
   * @param limits How much is read.
   */
  constructor(limits: RequestHeadLimits = {}) {
    this.#requestLineBytes = limits.requestLineBytes ?? 16_384;
    this.#headBytes = limits.headBytes ?? 65_536;
    this.#fieldCount = limits.fieldCount ?? 200;
    this.#methods = limits.methods;
  }

  /**
   * Whether a request has begun: something other than empty lines has been seen
   * of a head that is not complete.
   */
  get begun(): boolean {
    return this.#searched > this.#origin;
  }

  /**
   * Parses the head at the beginning of what has arrived.
   *
   * @param bytes The memory.
   * @param start Where the head begins; the same byte in every call for one head.
   * @param end Behind the last byte that has arrived; nothing behind it is read.
   * @returns The head; undefined if more bytes are needed.
   * @throws {HttpError} With the status to answer: 400, 414, 417, 431, 501, 505.
   * The parser then starts over; the connection cannot be used further.
   */
  parse(bytes: Uint8Array, start: number, end: number): RequestHead | undefined {
    try {
      return this.#parse(bytes, start, end);
    } catch (error) {
      this.#reset();
      throw error;
    }
  }

  #parse(bytes: Uint8Array, start: number, end: number): RequestHead | undefined {
    if (this.#searched > this.#line) {
      const feed = findLineFeed(bytes, start + this.#searched, end);
      if (feed < 0) return this.#wait(bytes, start, start + this.#line, end);
    }
    let at = start + this.#line;
    if (this.#targetStart === 0) {
      at = skipEmptyLines(bytes, at, end);
      if (at - start > MAX_EMPTY_BYTES) {
        throw new HttpError(400, `more than ${MAX_EMPTY_BYTES} bytes of empty lines, no request`);
      }
      this.#origin = at - start;
      const next = this.#requestLine(bytes, at, end);
      if (next < 0) return this.#wait(bytes, start, at, end);
      at = next;
    }
    const origin = start + this.#origin;
    for (;;) {
      const next = this.#fieldLine(bytes, at, end, origin);
      if (next < 0) return this.#wait(bytes, start, at, end);
      if (next === at) break;
      at = next;
    }
    at += bytes[at] === CR ? 2 : 1;
    if (at - origin > this.#headBytes) throw this.#tooLarge();
    return this.#finish(decodeLatin1(bytes, origin, at), at - start);
  }

  /** Notes where to go on, and checks the limits of a line that is not complete. */
  #wait(bytes: Uint8Array, start: number, line: number, end: number): undefined {
    this.#line = line - start;
    this.#searched = end - start;
    const length = end - start - this.#origin;
    if (this.#targetStart === 0) {
      // Noise, such as the first bytes of TLS, needs no deadline to be refused.
      if (line < end && TOKEN[bytes[line]!] !== 1 && bytes[line] !== CR) {
        refuseFirstByte(bytes[line]!);
      }
      if (length > this.#requestLineBytes) throw this.#lineTooLong();
    }
    if (length > this.#headBytes) throw this.#tooLarge();
    return undefined;
  }

  /** Parses the request line; returns where the next line begins, or -1 for more bytes. */
  #requestLine(bytes: Uint8Array, line: number, end: number): number {
    let at = line;
    while (at < end && TOKEN[bytes[at]!] === 1) at++;
    if (at === line && at < end && bytes[at] !== CR) {
      refuseFirstByte(bytes[at]!);
    }
    const methodEnd = at;
    let all = 0;
    if (at < end && bytes[at] === SP && at > line) {
      at++;
      for (; at < end; at++) {
        const octet = bytes[at]!;
        if (TARGET[octet] !== 1) break;
        all |= octet;
      }
      const targetEnd = at;
      const minor = versionAt(bytes, at, end);
      if (minor >= 0 && targetEnd > methodEnd + 1) {
        at += 9;
        const bareFeed = at < end && bytes[at] === LF;
        if (at < end && bytes[at] === CR) at++;
        if (at < end && bytes[at] === LF) {
          if (at + 1 - line > this.#requestLineBytes) throw this.#lineTooLong();
          if (at + 1 - line > this.#headBytes) throw this.#tooLarge();
          this.#method = methodAt(bytes, line, methodEnd, this.#methods);
          this.#targetStart = methodEnd + 1 - line;
          this.#targetEnd = targetEnd - line;
          this.#minor = minor;
          this.#highOctets = all > 127;
          this.#bareFeed = bareFeed;
          return at + 1;
        }
      }
    }
    const feed = findLineFeed(bytes, at, end);
    if (feed < 0) return -1;
    if (feed + 1 - line > this.#requestLineBytes) throw this.#lineTooLong();
    if (feed + 1 - line > this.#headBytes) throw this.#tooLarge();
    refuseRequestLine(lineText(bytes, line, feed));
  }

  /**
   * Parses one field line.
   *
   * @returns Where the next line begins; the same position for the empty line at
   * the end; -1 if more bytes are needed.
   */
  #fieldLine(bytes: Uint8Array, line: number, end: number, origin: number): number {
    let at = line;
    while (at < end && TOKEN[bytes[at]!] === 1) at++;
    if (at < end && at > line && bytes[at] === COLON) {
      const nameEnd = at++;
      while (at < end && (bytes[at] === SP || bytes[at] === HTAB)) at++;
      const valueStart = at;
      while (at < end && FIELD_VALUE[bytes[at]!] === 1) at++;
      let valueEnd = at;
      if (at < end && bytes[at] === CR) at++;
      if (at < end && bytes[at] === LF) {
        if (at + 1 - origin > this.#headBytes) throw this.#tooLarge();
        while (valueEnd > valueStart && isBlank(bytes[valueEnd - 1]!)) valueEnd--;
        this.#field(bytes, line, nameEnd, valueStart, valueEnd, origin);
        return at + 1;
      }
    } else if (at === line && at < end) {
      if (bytes[at] === LF) return line;
      if (bytes[at] === CR && at + 1 < end && bytes[at + 1] === LF) return line;
    }
    const feed = findLineFeed(bytes, at, end);
    if (feed < 0) return -1;
    if (feed + 1 - origin > this.#headBytes) throw this.#tooLarge();
    refuseFieldLine(lineText(bytes, line, feed));
  }

  /** Notes a field, and whether it decides about the message itself. */
  #field(
    bytes: Uint8Array,
    name: number,
    nameEnd: number,
    value: number,
    valueEnd: number,
    origin: number,
  ): void {
    const spans = this.#spans;
    if (spans.length >= 4 * this.#fieldCount) {
      throw new HttpError(431, `more than ${this.#fieldCount} header fields`);
    }
    const length = nameEnd - name;
    switch (length) {
      case 4:
        if (isName(bytes, name, "host")) {
          this.#seen |= (this.#seen & SEEN.HOST) === 0 ? SEEN.HOST : SEEN.HOST_AGAIN;
        }
        break;
      case 6:
        if (isName(bytes, name, "expect")) this.#seen |= SEEN.EXPECT;
        break;
      case 7:
        if (isName(bytes, name, "upgrade")) this.#seen |= SEEN.UPGRADE;
        break;
      case 10:
        if (isName(bytes, name, "connection")) this.#seen |= SEEN.CONNECTION;
        break;
      case 14:
        if (isName(bytes, name, "content-length")) this.#seen |= SEEN.CONTENT_LENGTH;
        break;
      case 17:
        if (isName(bytes, name, "transfer-encoding")) this.#seen |= SEEN.TRANSFER_ENCODING;
        break;
    }
    this.#bits |= nameBit(length, bytes[nameEnd - 1]!);
    spans.push(name - origin, nameEnd - origin, value - origin, valueEnd - origin);
  }

  /** Makes the head of the complete text. */
  #finish(text: string, headBytes: number): RequestHead {
    const head = requestHeadOf({
      method: this.#method,
      target: text.substring(this.#targetStart, this.#targetEnd),
      highOctets: this.#highOctets,
      version: this.#minor === 0 ? "1.0" : "1.1",
      bareFeed: this.#bareFeed,
      fields: HeaderFields.ofText(text, this.#spans, this.#bits),
      seen: this.#seen,
      headBytes,
    });
    this.#reset();
    return head;
  }

  #reset(): void {
    this.#origin = 0;
    this.#line = 0;
    this.#searched = 0;
    this.#targetStart = 0;
    this.#spans = [];
    this.#bits = 0;
    this.#seen = 0;
  }

  #lineTooLong(): HttpError {
    return new HttpError(414, `the request line is longer than ${this.#requestLineBytes} bytes`);
  }

  #tooLarge(): HttpError {
    return new HttpError(431, `the request head is longer than ${this.#headBytes} bytes`);
  }
}

/**
 * Parses one request head; {@linkcode RequestHeadParser} is the form for bytes
 * that come piece by piece.
 *
 * @param bytes The memory.
 * @param start Where the head begins.
 * @param end Behind the last byte; nothing behind it is read.
 * @param limits How much is read.
 * @returns The head; undefined if it is not complete.
 * @throws {HttpError} With the status to answer.
 */
export function parseRequestHead(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
  limits: RequestHeadLimits = {},
): RequestHead | undefined {
  return new RequestHeadParser(limits).parse(bytes, start, end);
}

function findLineFeed(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at++) if (bytes[at] === LF) return at;
  return -1;
}

function skipEmptyLines(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end) {
    if (bytes[at] === LF) at++;
    else if (bytes[at] === CR && at + 1 < end && bytes[at + 1] === LF) at += 2;
    else break;
  }
  return at;
}

/** A line as text, without its LF or CR LF. */
function lineText(bytes: Uint8Array, line: number, feed: number): string {
  return decodeLatin1(bytes, line, feed > line && bytes[feed - 1] === CR ? feed - 1 : feed);
}

function isBlank(octet: number): boolean {
  return octet === SP || octet === HTAB;
}

function isName(bytes: Uint8Array, at: number, name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    if (LOWER[bytes[at + i]!] !== name.charCodeAt(i)) return false;
  }
  return true;
}
