import { ClosedError, LimitError, ProtocolError } from "../../net/errors.ts";
import { type Framing, parseResponseLength, requireChunked } from "./framing.ts";
import { parseFieldLine } from "./field_line.ts";
import { HeaderFields, listElements, nameBit, trimBlanks } from "./header_fields.ts";
import { HttpError } from "./http_error.ts";
import {
  COLON,
  CR,
  decodeAscii,
  decodeLatin1,
  FIELD_VALUE,
  HTAB,
  LF,
  quoted,
  SP,
  TOKEN,
} from "./octets.ts";

/** How much of a stranger's response head is read, and what it answers. */
export interface ResponseHeadOptions {
  /** The method of the request: the answer to HEAD has no body. @default {"GET"} */
  method?: string | undefined;
  /** The most bytes of the status line and all fields. @default {65536} */
  headBytes?: number | undefined;
  /** The most field lines. @default {500} */
  fieldCount?: number | undefined;
  /** What is read, such as its URL, for error messages. @default {"the response"} */
  source?: string | undefined;
}

/** The head of a response: its status line and its fields. */
export interface ResponseHead {
  /** The version; 1.2 and later count as 1.1 (RFC 9110 section 2.5). */
  readonly version: "1.0" | "1.1";
  /** The status code, 100 to 999. */
  readonly status: number;
  /** The reason phrase, which means nothing to a program. */
  readonly reason: string;
  /** The header fields. */
  readonly fields: HeaderFields;
  /** Whether another request may follow on this connection. */
  readonly keepAlive: boolean;
  /** Where the body ends. */
  readonly framing: Framing;
  /** Bytes of the body for the framing `length`, else 0. */
  readonly contentLength: number;
  /**
   * Whether the head ended with an empty line. Servers like that of the SockServer
   * example close the connection behind the last field of an error (400 and above);
   * with any other status that is a connection that broke.
   */
  readonly headComplete: boolean;
  /** Bytes of the head, empty lines before and behind it included. */
  readonly headBytes: number;
  /** What was passed over, since the end of the body is certain all the same; nearly always none. */
  readonly oddities: readonly string[];
}

/** What answers speaks another protocol than HTTP. */
export class NotHttpError extends ProtocolError {
  /**
   * The same, with what has come of the answer. The parser cannot say it: its messages
   * are the same however the bytes are split.
   *
   * @param bytes What has come.
   */
  showing(bytes: Uint8Array): ProtocolError {
    const begins = quoted(decodeLatin1(bytes, 0, Math.min(bytes.length, 100)));
    const source = this.source === undefined ? {} : { source: this.source };
    // A record of TLS that carries an alert (RFC 8446 section 5.1).
    if (bytes[0] === 0x15 && bytes[1] === 0x03) {
      return new ProtocolError(`${this.message} but as TLS does: expected https:`, source);
    }
    return new ProtocolError(`${this.message} but with ${begins}`, source);
  }
}

/**
 * Parses the heads of the responses on one connection.
 *
 * It is more tolerant than a server may be, since no one stands behind a client
 * who could be deceived: lines may end in a bare LF, a field may be folded over
 * several lines (RFC 9112 section 5.2), blanks may stand before a colon (5.1), and a line that
 * is no field is passed over ({@linkcode ResponseHead.oddities}). What makes the end of the body
 * uncertain is an error all the same.
 *
 * @example
 * ```ts
 * import { ResponseHeadParser } from "@heliograph/heliograph/http/message";
 * import { assertEquals } from "@std/assert";
 *
 * const parser = new ResponseHeadParser();
 * const bytes = new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nsun");
 * assertEquals(parser.parse(bytes, 0, 30), undefined);
 * const head = parser.parse(bytes, 0, bytes.length)!;
 * assertEquals([head.status, head.framing, head.contentLength], [200, "length", 3]);
 * assertEquals(head.headBytes, bytes.length - 3);
 * ```
 */
export class ResponseHeadParser {
  /** The method of the requests. */
  readonly method: string;
  readonly #headBytes: number;
  readonly #fieldCount: number;
  readonly #source: string;
  // Relative to the start of the head, as the caller's buffer may move.
  #line = 0;
  #searched = 0;
  #begun = false;
  #first = 0; // the status line

  /**
   * Makes a parser.
   *
   * @param options What is answered, and how much is read.
   */
  constructor(options: ResponseHeadOptions = {}) {
    this.method = options.method ?? "GET";
    this.#headBytes = options.headBytes ?? 65_536;
    this.#fieldCount = options.fieldCount ?? 500;
    this.#source = options.source ?? "the response";
  }

  /**
   * Parses the head at the beginning of what has arrived.
   *
   * @param bytes The memory.
   * @param start Where the head begins; the same byte in every call for one head.
   * @param end Behind the last byte that has arrived.
   * @param ended Whether nothing more will arrive.
   * @returns The head; undefined if more bytes are needed.
   * @throws {ProtocolError} If it is no response of HTTP/1.x, or where its body
   * ends is contradictory.
   * @throws {LimitError} If it is larger than allowed.
   * @throws {ClosedError} If the stream ended within the head of anything but an error.
   */
  parse(
    bytes: Uint8Array,
    start: number,
    end: number,
    ended = false,
  ): ResponseHead | undefined {
    const headEnd = this.#findEnd(bytes, start, end);
    this.#requireHttp(bytes, start, end);
    if (headEnd < 0 && end - start <= this.#headBytes && !ended) return undefined;
    const complete = headEnd >= 0;
    const length = (complete ? headEnd : start + this.#line) - start;
    this.#reset();
    if ((complete ? length : end - start) > this.#headBytes) {
      throw new LimitError(
        `Cannot read ${this.#source}: the head is longer than the ${this.#headBytes} bytes allowed`,
        { source: this.#source },
      );
    }
    const plain = complete ? this.#readPlain(bytes, start, headEnd) : undefined;
    if (plain !== undefined) return plain;
    const lines = decodeLatin1(bytes, start, start + length).split("\n");
    return this.#read(lines, complete, complete ? length : end - start);
  }

  /**
   * Reads a head as nearly every server writes it, in ASCII, without text for each
   * line: in a third of the time. Undefined for one that is unusual or wrong, which
   * takes a closer look.
   */
  #readPlain(bytes: Uint8Array, start: number, headEnd: number): ResponseHead | undefined {
    const spans: number[] = [];
    let bits = 0;
    let all = 0;
    const end = headEnd - 2;
    let at = bytes.indexOf(LF, start) + 1;
    while (at < end) {
      const name = at;
      while (TOKEN[bytes[at]!] === 1) at++;
      const nameEnd = at;
      if (nameEnd === name || bytes[at++] !== COLON) return undefined;
      while (bytes[at] === SP || bytes[at] === HTAB) at++;
      const value = at;
      while (FIELD_VALUE[bytes[at]!] === 1) all |= bytes[at++]!;
      const valueEnd = at;
      if (bytes[at++] !== CR || bytes[at++] !== LF) return undefined;
      if (valueEnd > value && (bytes[valueEnd - 1] === SP || bytes[valueEnd - 1] === HTAB)) {
        return undefined;
      }
      bits |= nameBit(nameEnd - name, bytes[nameEnd - 1]!);
      spans.push(name - start, nameEnd - start, value - start, valueEnd - start);
    }
    if (at !== end || bytes[at] !== CR || all > 127) return undefined;
    if (spans.length > 4 * this.#fieldCount) return undefined;
    const text = decodeAscii(bytes.subarray(start, headEnd));
    const match = PLAIN_STATUS_LINE.exec(text);
    if (match === null) return undefined;
    const fields = HeaderFields.ofText(text, spans, bits);
    const version = match[1] === "0" ? "1.0" : "1.1";
    try {
      return this.#headOf(version, Number(match[2]), match[3]!, fields, true, text.length);
    } catch (error) {
      throw this.#fault(error);
    }
  }

  /** Behind the empty line that ends the head; -1 if it has not come. Reads no byte twice. */
  #findEnd(bytes: Uint8Array, start: number, end: number): number {
    for (let at = start + this.#searched; at < end; at++) {
      if (bytes[at] !== LF) continue;
      const length = at - start - this.#line;
      if (!this.#begun) this.#first = this.#line;
      const empty = length === 0 || (length === 1 && bytes[at - 1] === CR);
      this.#line = at + 1 - start;
      this.#searched = this.#line;
      if (empty && this.#begun) return at + 1;
      if (!empty) this.#begun = true;
    }
    this.#searched = end - start;
    if (!this.#begun) this.#first = this.#line;
    return -1;
  }

  /** Refuses something else than HTTP at its first bytes: no end of a head may ever come. */
  #requireHttp(bytes: Uint8Array, start: number, end: number): void {
    const at = start + this.#first;
    if (at < end && (bytes[at] === CR)) return;
    for (let i = 0; i < HTTP.length && at + i < end; i++) {
      if (bytes[at + i] === HTTP.charCodeAt(i)) continue;
      this.#reset();
      throw new NotHttpError(
        `Cannot read ${this.#source}: the answer does not begin with HTTP/`,
        { source: this.#source },
      );
    }
  }

  #reset(): void {
    this.#line = 0;
    this.#searched = 0;
    this.#first = 0;
    this.#begun = false;
  }

  #read(lines: string[], complete: boolean, headBytes: number): ResponseHead {
    const unfolded = unfold(lines.map((line) => line.endsWith("\r") ? line.slice(0, -1) : line));
    const [statusLine, ...fieldLines] = unfolded;
    if (statusLine === undefined) {
      throw this.#broken("the answer ended before its status line");
    }
    const match = STATUS_LINE.exec(statusLine);
    if (match === null) {
      throw this.#broken(
        `the answer begins with ${quoted(statusLine)}, expected HTTP/1.1 and a status`,
      );
    }
    const version = match[1] === "0" ? "1.0" : "1.1";
    const status = Number(match[2]);
    const reason = printableOctets(match[3]!);
    const oddities: string[] = [];
    if (!USUAL_STATUS_LINE.test(statusLine)) {
      oddities.push(`the status line is ${quoted(statusLine)}`);
    }
    if (!complete && status < 400) {
      // An error without an empty line is how some servers say it; a success without
      // one is a broken connection, whose empty body would be taken for the file.
      throw new ClosedError(
        `Cannot read ${this.#source}: the connection ended within the head of an answer ${status}`,
        { source: this.#source, offset: headBytes },
      );
    }
    if (fieldLines.length > this.#fieldCount) {
      throw new LimitError(
        `Cannot read ${this.#source}: more than the ${this.#fieldCount} header fields allowed`,
        { source: this.#source },
      );
    }
    try {
      const fields = new HeaderFields();
      for (const line of fieldLines) addField(fields, line, oddities);
      const head = this.#headOf(version, status, reason, fields, complete, headBytes, oddities);
      // Another version may keep other rules for what follows.
      return match[1] === undefined ? { ...head, keepAlive: false } : head;
    } catch (error) {
      throw this.#fault(error);
    }
  }

  #headOf(
    version: "1.0" | "1.1",
    status: number,
    reason: string,
    fields: HeaderFields,
    headComplete: boolean,
    headBytes: number,
    oddities: readonly string[] = NO_ODDITIES,
  ): ResponseHead {
    const [framing, contentLength] = headComplete
      ? framingOf(this.method, status, fields)
      : ["none", 0] as const;
    return {
      version,
      status,
      reason,
      fields,
      keepAlive: headComplete && staysOpen(version, framing, fields),
      framing,
      contentLength,
      headComplete,
      headBytes,
      oddities,
    };
  }

  /** The status of the parts shared with servers is for servers; here the server is at fault. */
  #fault(error: unknown): unknown {
    return error instanceof HttpError ? this.#broken(error.message, error) : error;
  }

  #broken(found: string, cause?: Error): ProtocolError {
    return new ProtocolError(`Cannot read ${this.#source}: ${found}`, {
      source: this.#source,
      cause,
    });
  }
}

const HTTP = "HTTP/";
const PLAIN_STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d) ([A-Za-z][A-Za-z -]*[A-Za-z])\r\n/;
const STATUS_LINE = /^HTTP\/(?:1\.(\d)|2(?:\.0)?)[ \t]+([1-9]\d\d)(?!\d)[ \t]*([^\r]*)$/;
const USUAL_STATUS_LINE = /^HTTP\/1\.\d [1-9]\d\d(?: [\t\x20-\x7e\x80-\xff]*)?$/;
const NO_ODDITIES: readonly string[] = [];

/** The names of the fields that say where a body ends, wherever they stand in a line. */
const ABOUT_FRAMING = /content-length|transfer-encoding/i;

/** The most odd lines that are told of. */
const MAX_ODDITIES = 10;

/**
 * Adds the field of a line, or passes over a line that is none: a `Server x` without a colon
 * says nothing about the body. Where it may say where the body ends, it is an error.
 */
function addField(fields: HeaderFields, line: string, oddities: string[]): void {
  try {
    fields.append(...parseFieldLine(line.replace(/^([^:\s]+)[ \t]+:/, "$1:")));
  } catch (error) {
    if (!(error instanceof HttpError) || ABOUT_FRAMING.test(line)) throw error;
    if (oddities.length < MAX_ODDITIES) oddities.push(error.message);
  }
}

/** Octets without those that would move a cursor. */
function printableOctets(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, "?");
}

/** Joins the lines that begin with a blank to those before them; drops empty ones. */
function unfold(lines: readonly string[]): string[] {
  const unfolded: string[] = [];
  for (const line of lines) {
    const begunByBlank = /^[ \t]/.test(line);
    if (begunByBlank && unfolded.length > 1) {
      unfolded[unfolded.length - 1] += " " + trimBlanks(line);
    } else if (line !== "") {
      unfolded.push(begunByBlank ? line : trimBlanks(line));
    }
  }
  return unfolded;
}

/** Where the body ends, in the order of RFC 9112 section 6.3. */
function framingOf(
  method: string,
  status: number,
  fields: HeaderFields,
): readonly [Framing, number] {
  const bodyless = status < 200 || status === 204 || status === 304;
  if (method === "HEAD" || bodyless || (method === "CONNECT" && status < 300)) return ["none", 0];
  const coding = fields.get("transfer-encoding");
  // Some servers name the coding "identity", which RFC 2616 had for "none". Chunked cannot
  // have been applied twice (RFC 9112 section 6.1): who names it twice means the same.
  if (coding !== undefined && !/^(identity)?$/i.test(coding)) {
    const last = coding.replace(/^(identity[ \t]*,[ \t]*)+/i, "");
    if (!/^chunked([ \t]*,[ \t]*chunked)*$/i.test(last)) requireChunked([coding]);
    return ["chunked", 0];
  }
  const lengths = fields.getAll("content-length");
  return lengths.length > 0 ? ["length", parseResponseLength(lengths)] : ["close", 0];
}

/** Whether the connection can be used again: never where a length was contradicted (6.1). */
function staysOpen(version: string, framing: Framing, fields: HeaderFields): boolean {
  if (framing === "close") return false;
  if (framing === "chunked" && (version === "1.0" || fields.has("content-length"))) return false;
  const value = fields.get("connection")?.toLowerCase();
  if (value === undefined) return version === "1.1";
  if (value === "keep-alive") return true;
  const options = listElements(value);
  if (options.includes("close")) return false;
  return version === "1.1" || options.includes("keep-alive");
}
