import { Deadline } from "../../net/deadline.ts";
import { isTlsError, reasonOf } from "../../net/connect_reason.ts";
import {
  ClosedError,
  HeliographError,
  LimitError,
  ProtocolError,
  TimeoutError,
} from "../../net/errors.ts";
import { closeQuietly, type Socket } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { writeAll } from "../../net/write_all.ts";
import { ChunkedDecoder } from "../message/chunked.ts";
import type { HeaderFields } from "../message/header_fields.ts";
import { encodeLatin1 } from "../message/octets.ts";
import { NotHttpError, type ResponseHead, ResponseHeadParser } from "../message/response_head.ts";
import { givenUp, type HttpAnswer, type HttpRequest, type Patience } from "./exchange.ts";
import { shownUrl } from "../../net/text/shown_url.ts";

/** Informational answers that may come before the final one. */
const MAX_INFORMATIONAL = 100;

/** Bytes of the buffer that bodies go through: for short ones, and for long ones. */
const SHORT_BUFFER = 262_144;
const LONG_BUFFER = 1_048_576;

/** One connection to a server of HTTP/1.1, for one request after the other. */
export class HttpConnection {
  /** Whether a request has been answered on it: the server may have closed it since. */
  reused = false;
  /** Whether anything came in answer to the last request. */
  answered = false;
  #socket: Socket;
  #source: string;
  #reader: SocketReader;
  #deadline: Deadline;
  #parser: ResponseHeadParser | undefined;
  #buffer: Uint8Array<ArrayBuffer> | undefined;
  /** The fields of the last request, and what was written of them. */
  #fields: HttpRequest["fields"] | undefined;
  #fieldLines = "";
  #closed = false;
  #onIdle: (connection: HttpConnection) => void;
  #onClose: (connection: HttpConnection) => void;

  /**
   * Takes over a connection.
   *
   * @param socket The connection.
   * @param source The server, for messages.
   * @param onIdle Called when it can be used for another request.
   * @param onClose Called when it is closed.
   */
  constructor(
    socket: Socket,
    source: string,
    onIdle: (connection: HttpConnection) => void,
    onClose: (connection: HttpConnection) => void,
  ) {
    this.#socket = socket;
    this.#source = source;
    this.#reader = new SocketReader(socket, { source });
    this.#deadline = new Deadline(() => closeQuietly(socket));
    this.#onIdle = onIdle;
    this.#onClose = onClose;
  }

  /**
   * Sends a request and reads the head of its answer.
   *
   * @param request The request.
   * @param patience How long it may take.
   */
  async exchange(request: HttpRequest, patience: Patience): Promise<HttpAnswer> {
    this.answered = false;
    // The time between pieces is one of the answer before; a head has its own.
    this.#reader.timeout = undefined;
    this.#deadline.set(patience.headTimeout);
    try {
      await writeAll(this.#socket, this.#encode(request), { source: this.#source });
      if (request.body !== undefined) await this.#writeBody(request.body, patience);
      const head = await this.#readHead(request.method);
      this.#deadline.clear();
      return new SocketAnswer(this, request.url, head, patience.silenceTimeout);
    } catch (error) {
      const late = this.#deadline.expired;
      this.close();
      if (!late) throw named(error, request.url, this.#reader.buffered);
      const found = this.answered ? "no whole head" : "no answer";
      throw new TimeoutError(
        `Cannot read from ${this.#source}: ${found} within ${patience.headTimeout} ms`,
        { cause: error, source: this.#source },
      );
    }
  }

  /** Writes a body; each piece of it has the time of an answer. */
  async #writeBody(body: Uint8Array, { headTimeout }: Patience): Promise<void> {
    for (let at = 0; at < body.length; at += LONG_BUFFER) {
      this.#deadline.set(headTimeout);
      const piece = body.subarray(at, at + LONG_BUFFER);
      await writeAll(this.#socket, piece, { source: this.#source });
    }
    this.#deadline.set(headTimeout);
  }

  /** The reader, for the answer's body. */
  get reader(): SocketReader {
    return this.#reader;
  }

  /** Memory for pieces of the body. */
  bufferFor(length: number): Uint8Array<ArrayBuffer> {
    const size = length > LONG_BUFFER ? LONG_BUFFER : SHORT_BUFFER;
    if (this.#buffer === undefined || this.#buffer.length < size) {
      this.#buffer = new Uint8Array(size);
    }
    return this.#buffer;
  }

  /** Gives the connection back after a whole answer. */
  release(keepAlive: boolean): void {
    // Bytes behind the answer belong to no request: no one knows what follows them.
    if (!keepAlive || this.#closed || this.#reader.buffered.length > 0) return this.close();
    this.reused = true;
    this.#onIdle(this);
  }

  /** Closes the connection. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#deadline.end();
    this.#reader.release();
    closeQuietly(this.#socket);
    this.#onClose(this);
  }

  /** A request as octets. The same fields come again and again, with other targets. */
  #encode({ method, url, fields }: HttpRequest): Uint8Array<ArrayBuffer> {
    if (fields !== this.#fields) {
      this.#fields = fields;
      const named = fields.some(([name]) => name.toLowerCase() === "host");
      this.#fieldLines = named ? "" : `Host: ${url.host}\r\n`;
      for (const [name, value] of fields) this.#fieldLines += `${name}: ${value}\r\n`;
    }
    return encodeLatin1(
      `${method} ${url.pathname}${url.search} HTTP/1.1\r\n${this.#fieldLines}\r\n`,
    );
  }

  async #readHead(method: string): Promise<ResponseHead> {
    if (this.#parser?.method !== method) this.#parser = new ResponseHeadParser({ method });
    let informational = 0;
    for (let ended = false;;) {
      const bytes = this.#reader.buffered;
      if (bytes.length > 0) {
        this.answered = true;
        const head = this.#parser.parse(bytes, 0, bytes.length, ended);
        if (head !== undefined) {
          this.#reader.consume(head.headBytes);
          // 101 was not asked for; what follows it is another protocol.
          if (head.status >= 200 || head.status === 101) return head;
          if (++informational <= MAX_INFORMATIONAL) continue;
          throw new ClosedError(
            `Cannot read from ${this.#source}: more than ${MAX_INFORMATIONAL} informational answers`,
            { source: this.#source },
          );
        }
      }
      if (ended) {
        throw new ClosedError(
          `Cannot read from ${this.#source}: the connection was closed ` +
            `${bytes.length === 0 ? "without an answer" : "within the head of the answer"}`,
          { source: this.#source },
        );
      }
      ended = !await this.#reader.fill();
    }
  }
}

/** The parser knows no URL; the code that reads its message wants to. */
function named(error: unknown, url: URL, bytes: Uint8Array): unknown {
  const source = shownUrl(url);
  const options = { cause: error, source };
  if (isTlsError(error)) {
    return new HeliographError(`Cannot read the answer of ${source}: ${reasonOf(error)}`, options);
  }
  const found = error instanceof NotHttpError ? error.showing(bytes) : error;
  const message = found instanceof Error
    ? found.message.replace(/^Cannot read the response/, `Cannot read the answer of ${source}`)
    : "";
  if (error instanceof LimitError) return new LimitError(message, options);
  return error instanceof ProtocolError ? new ProtocolError(message, options) : error;
}

/** An answer whose body comes over a connection of our own. */
class SocketAnswer implements HttpAnswer {
  readonly url: URL;
  onOddity: ((found: string) => void) | undefined;
  readonly contentLength: number | undefined;
  #connection: HttpConnection;
  #head: ResponseHead;
  #remaining: number;
  #chunks: ChunkedDecoder | undefined;
  #over = false;
  #isCancelled = false;
  #pending = 0;

  constructor(connection: HttpConnection, url: URL, head: ResponseHead, silence: number) {
    this.url = url;
    this.#connection = connection;
    this.#head = head;
    this.#remaining = head.contentLength;
    this.contentLength = head.framing === "length" ? head.contentLength : undefined;
    if (head.framing === "chunked") this.#chunks = new ChunkedDecoder({ tolerant: true });
    connection.reader.timeout = silence;
    if (head.framing === "none" || (head.framing === "length" && head.contentLength === 0)) {
      this.#end();
    }
  }

  get version(): string {
    return `HTTP/${this.#head.version}`;
  }

  get status(): number {
    return this.#head.status;
  }

  get reason(): string {
    return this.#head.reason;
  }

  get fields(): HeaderFields {
    return this.#head.fields;
  }

  get oddities(): readonly string[] {
    return this.#head.oddities;
  }

  async next(): Promise<Uint8Array<ArrayBuffer> | null> {
    this.#consumePending();
    // What was given up has not ended: who takes it for the end would take a part for the whole.
    if (this.#isCancelled) throw givenUp(this.url);
    if (this.#over) return null;
    try {
      if (this.#chunks !== undefined) return await this.#nextOfChunks(this.#chunks);
      return await this.#nextPlain();
    } catch (error) {
      this.cancel();
      throw error;
    }
  }

  takeWhole(): Uint8Array<ArrayBuffer> | undefined {
    const { reader } = this.#connection;
    const { framing, contentLength } = this.#head;
    const bytes = reader.buffered;
    if (this.#over || framing !== "length" || this.#remaining !== contentLength) return undefined;
    if (bytes.length < contentLength) return undefined;
    reader.consume(contentLength);
    this.#over = true;
    return bytes.length === contentLength ? bytes : bytes.subarray(0, contentLength);
  }

  release(): void {
    this.#connection.release(this.#head.keepAlive);
  }

  cancel(): void {
    if (this.#over) return;
    this.#isCancelled = true;
    this.#close();
  }

  #close(): void {
    this.#over = true;
    this.#connection.close();
  }

  async #nextPlain(): Promise<Uint8Array<ArrayBuffer> | null> {
    const known = this.#head.framing === "length";
    if (known && this.#remaining === 0) return this.#end();
    const piece = await this.#piece(known ? this.#remaining : Infinity);
    if (piece !== null) {
      if (known) this.#remaining -= piece.length;
      return piece;
    }
    if (!known) return this.#end();
    throw this.#endedEarly(`${this.#remaining} of ${this.#head.contentLength} bytes are missing`);
  }

  async #nextOfChunks(chunks: ChunkedDecoder): Promise<Uint8Array<ArrayBuffer> | null> {
    const { reader } = this.#connection;
    for (;;) {
      if (chunks.remaining > 0) {
        const piece = await this.#piece(chunks.remaining);
        if (piece === null) throw this.#endedEarly("the last chunk is missing");
        chunks.take(piece.length);
        return piece;
      }
      const bytes = reader.buffered;
      reader.consume(chunks.advance(bytes, 0, bytes.length));
      if (chunks.done) return this.#end();
      if (chunks.remaining === 0 && !await reader.fill()) {
        // Behind the last chunk only trailers can be missing.
        if (!chunks.dataDone) throw this.#endedEarly("the last chunk is missing");
        this.#close();
        return null;
      }
    }
  }

  /** What has arrived already where it lies, else straight from the socket into large memory. */
  async #piece(most: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const { reader } = this.#connection;
    const bytes = reader.buffered;
    if (bytes.length > 0) {
      const piece = bytes.length > most ? bytes.subarray(0, most) : bytes;
      this.#pending = piece.length;
      return piece;
    }
    const buffer = this.#connection.bufferFor(most);
    const count = await reader.readSome(most < buffer.length ? buffer.subarray(0, most) : buffer);
    return count === null ? null : buffer.subarray(0, count);
  }

  /** The bytes of the last view may be overwritten from now on. */
  #consumePending(): void {
    if (this.#pending === 0) return;
    this.#connection.reader.consume(this.#pending);
    this.#pending = 0;
  }

  #end(): null {
    this.#over = true;
    this.release();
    return null;
  }

  #endedEarly(missing: string): ClosedError {
    const source = shownUrl(this.url);
    return new ClosedError(`Cannot read ${source}: the connection was closed, ${missing}`, {
      source,
    });
  }
}
