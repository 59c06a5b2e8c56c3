import { parseContentLength, requireChunked } from "./framing.ts";
import { HeaderFields, nameBit } from "./header_fields.ts";
import { HttpError } from "./http_error.ts";
import { parseFieldLine } from "./field_line.ts";
import { KNOWN_METHODS } from "./methods.ts";
import {
  COLON,
  CR,
  decodeLatin1,
  FIELD_VALUE,
  HTAB,
  LF,
  LOWER,
  quoted,
  SP,
  TARGET,
  TOKEN,
} from "./octets.ts";
import { refuseRequestLine } from "./request_line.ts";
import { encodeHighOctets, isAuthority, parseTarget, type TargetForm } from "./request_target.ts";

/** How much of a stranger's request head is read. */
export interface RequestHeadLimits {
  /** The most bytes of the request line, its end included; 414 above. @default {16384} */
  requestLineBytes?: number;
  /** The most bytes of the request line and all fields; 431 above. @default {65536} */
  headBytes?: number;
  /** The most field lines; 431 above. @default {200} */
  fieldCount?: number;
  /** Methods that are accepted beside those of the IANA registry; others are 501. */
  methods?: ReadonlySet<string>;
}

/** The head of a request: its first line and its fields, checked. */
export interface RequestHead {
  /** The method, such as `GET`; case-sensitive. */
  readonly method: string;
  /** The target as it came; octets above 127 percent-encoded. */
  readonly target: string;
  /** Which form the target has. */
  readonly form: TargetForm;
  /** The path, percent-encoded as it came; `*` for the asterisk form, empty for the authority form. */
  readonly path: string;
  /** What follows the question mark; undefined without one. */
  readonly query: string | undefined;
  /** Host and port that the request is for: of an absolute target, else of Host. */
  readonly host: string | undefined;
  /** The version; 1.2 and later count as 1.1 (RFC 9110 section 2.5). */
  readonly version: "1.0" | "1.1";
  /** The header fields. */
  readonly fields: HeaderFields;
  /**
   * Whether the client wants the connection to stay open after the answer. Where it
   * says nothing: if it speaks HTTP/1.1 and ends its lines with CR LF.
   */
  readonly keepAlive: boolean;
  /** Where the body ends; a request has no body that ends with the connection. */
  readonly framing: "none" | "length" | "chunked";
  /** Bytes of the body for the framing `length`, else 0. */
  readonly contentLength: number;
  /** Whether the client waits for `100 Continue` before it sends the body. */
  readonly expectContinue: boolean;
  /** The protocols that the client would change to, as it wrote them. */
  readonly upgrade: readonly string[];
  /** Bytes of the head from where parsing began, empty lines before it included. */
  readonly headBytes: number;
}

/** Empty lines before a request are skipped (RFC 9112 section 2.2), up to this many bytes. */
const MOST_EMPTY_BYTES = 512;

// Which of the fields that decide about the message itself have been seen.
const HOST = 1;
const HOST_AGAIN = 2;
const CONTENT_LENGTH = 4;
const TRANSFER_ENCODING = 8;
const CONNECTION = 16;
const EXPECT = 32;
const UPGRADE = 64;

const NO_UPGRADE: readonly string[] = [];

/**
 * Parses the heads of the requests of one connection, one after the other.
 *
 * It remembers how far it came, so a head that trickles in byte by byte costs no
 * more than one that comes at once, and gives the same result: whatever is wrong
 * with a line is reported when the line is complete, or longer than allowed.
 *
 * @example
 * ```ts
 * import { RequestHeadParser } from "@heliograph/heliograph/http";
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
  #hostAt = 0;

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
   * The parser then begins anew; the connection cannot be used further.
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
      if (at - start > MOST_EMPTY_BYTES) {
        throw new HttpError(400, `more than ${MOST_EMPTY_BYTES} bytes of empty lines, no request`);
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
        throw new HttpError(400, notRequestLine(bytes[line]!));
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
      throw new HttpError(400, notRequestLine(bytes[at]!));
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
          this.#method = methodOf(bytes, line, methodEnd, this.#methods);
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
    const text = lineText(bytes, line, feed);
    parseFieldLine(text);
    throw new HttpError(400, `the header line ${quoted(text)} has a carriage return in it`);
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
          this.#seen |= (this.#seen & HOST) === 0 ? HOST : HOST_AGAIN;
          this.#hostAt = spans.length;
        }
        break;
      case 6:
        if (isName(bytes, name, "expect")) this.#seen |= EXPECT;
        break;
      case 7:
        if (isName(bytes, name, "upgrade")) this.#seen |= UPGRADE;
        break;
      case 10:
        if (isName(bytes, name, "connection")) this.#seen |= CONNECTION;
        break;
      case 14:
        if (isName(bytes, name, "content-length")) this.#seen |= CONTENT_LENGTH;
        break;
      case 17:
        if (isName(bytes, name, "transfer-encoding")) this.#seen |= TRANSFER_ENCODING;
        break;
    }
    this.#bits |= nameBit(length, bytes[nameEnd - 1]!);
    spans.push(name - origin, nameEnd - origin, value - origin, valueEnd - origin);
  }

  /** Makes the head of the complete text, after the checks that need all of it. */
  #finish(text: string, headBytes: number): RequestHead {
    const fields = HeaderFields.ofText(text, this.#spans, this.#bits);
    const seen = this.#seen;
    const version = this.#minor === 0 ? "1.0" : "1.1";
    const method = this.#method;
    let target = text.substring(this.#targetStart, this.#targetEnd);
    if (this.#highOctets) target = encodeHighOctets(target);
    const { form, path, query, authority } = parseTarget(method, target);
    const host = this.#host(text, version, authority);
    let framing: RequestHead["framing"] = "none";
    let contentLength = 0;
    if ((seen & (CONTENT_LENGTH | TRANSFER_ENCODING)) !== 0) {
      contentLength = bodyLength(fields, version);
      framing = contentLength < 0 ? "chunked" : "length";
      if (contentLength < 0) contentLength = 0;
    }
    // Who ends lines with a bare line feed is a program that writes by hand, such
    // as IDL with printf: it asks once, and some read until the server closes.
    let keepAlive = version === "1.1" && !this.#bareFeed;
    let upgrade = NO_UPGRADE;
    if ((seen & CONNECTION) !== 0) {
      const options = fields.get("connection")!.toLowerCase();
      if (options !== "keep-alive" || !keepAlive) {
        const tokens = options.split(",").map((token) => token.trim());
        if (tokens.includes("close")) keepAlive = false;
        else if (tokens.includes("keep-alive")) keepAlive = true;
        // An Upgrade that Connection does not name was not meant for this hop,
        // and HTTP/1.0 has none (RFC 9110 section 7.8).
        if ((seen & UPGRADE) !== 0 && version === "1.1" && tokens.includes("upgrade")) {
          upgrade = fields.list("upgrade");
        }
      }
    }
    const expectContinue = (seen & EXPECT) !== 0 && expectsContinue(fields, version) &&
      (framing === "chunked" || contentLength > 0);
    this.#reset();
    return {
      method,
      target,
      form,
      path,
      query,
      host,
      version,
      fields,
      keepAlive,
      framing,
      contentLength,
      expectContinue,
      upgrade,
      headBytes,
    };
  }

  /** The host that the request is for; Host is checked even where the target wins (3.2). */
  #host(text: string, version: string, authority: string | undefined): string | undefined {
    if ((this.#seen & HOST_AGAIN) !== 0) {
      throw new HttpError(400, "more than one Host field, expected one");
    }
    if ((this.#seen & HOST) === 0) {
      if (version === "1.1") throw new HttpError(400, "no Host field, expected one");
      return authority;
    }
    const at = this.#hostAt;
    const host = text.substring(this.#spans[at + 2]!, this.#spans[at + 3]!);
    if (!isAuthority(host, false)) {
      throw new HttpError(400, `the Host field is ${quoted(host)}, expected HOST or HOST:PORT`);
    }
    return authority ?? host;
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

/** The minor version of ` HTTP/1.x` at a place; -1 if something else stands there. */
function versionAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + 9 > end) return -1;
  if (bytes[at] !== SP) return -1;
  if (bytes[at + 1] !== 72 || bytes[at + 2] !== 84 || bytes[at + 3] !== 84) return -1;
  if (bytes[at + 4] !== 80 || bytes[at + 5] !== 47) return -1;
  if (bytes[at + 6] !== 49 || bytes[at + 7] !== 46) return -1;
  const minor = bytes[at + 8]! - 48;
  return minor >= 0 && minor <= 9 ? minor : -1;
}

/** The method, for the usual ones without making text. */
function methodOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  others: ReadonlySet<string> | undefined,
): string {
  if (end - start === 3 && bytes[start] === 71 && bytes[start + 1] === 69) {
    if (bytes[start + 2] === 84) return "GET";
  }
  const method = decodeLatin1(bytes, start, end);
  if (KNOWN_METHODS.has(method) || others?.has(method)) return method;
  throw new HttpError(501, `the method ${quoted(method)} is not known`);
}

/** Bytes of the body; -1 for the chunked coding (RFC 9112 section 6.3). */
function bodyLength(fields: HeaderFields, version: string): number {
  const codings = fields.getAll("transfer-encoding");
  const lengths = fields.getAll("content-length");
  if (codings.length === 0) return parseContentLength(lengths);
  if (lengths.length > 0) {
    // The classic of request smuggling: two programs that choose differently.
    throw new HttpError(400, "both Transfer-Encoding and Content-Length, expected one");
  }
  if (version === "1.0") {
    throw new HttpError(400, "Transfer-Encoding in a request of HTTP/1.0, which has none");
  }
  requireChunked(codings);
  return -1;
}

/** Whether 100 Continue is expected; HTTP/1.0 cannot expect it (RFC 9110 section 10.1.1). */
function expectsContinue(fields: HeaderFields, version: string): boolean {
  if (version === "1.0") return false;
  const expectation = fields.get("expect")!;
  if (expectation.toLowerCase() === "100-continue") return true;
  throw new HttpError(417, `the expectation ${quoted(expectation)} is not known`);
}

function notRequestLine(octet: number): string {
  if (octet === 22) return "the bytes look like TLS, expected a request of HTTP/1.1 in plain text";
  const shown = octet > 32 && octet < 127
    ? `'${String.fromCharCode(octet)}'`
    : `byte 0x${octet.toString(16).padStart(2, "0")}`;
  return `the request begins with ${shown}, expected a method`;
}
