import type { Socket } from "../../net/socket.ts";
import type { SocketReader } from "../../net/socket_reader.ts";
import type { HeaderFields, HeaderFieldsInit } from "../message/header_fields.ts";
import type { FilePart } from "./open_file.ts";

/**
 * Answers one request.
 *
 * An answer that is ready is best returned as it is, without a promise. What the
 * handler throws becomes the answer 500, or the status of an `HttpError`; the
 * connection then ends, and no other one is touched.
 */
export type HttpHandler = (
  request: HttpRequest,
) => HttpResponse | Response | Promise<HttpResponse | Response>;

/** A request as a handler gets it. */
export interface HttpRequest {
  /** The method, such as `GET`; upper and lower case differ (RFC 9110 section 9.1). */
  readonly method: string;
  /** The target as it was sent, such as `/sun.fits?as=preview`. */
  readonly target: string;
  /** The path of the target, still percent-encoded; `*` for `OPTIONS *`. */
  readonly path: string;
  /** What follows the question mark of the target, still percent-encoded; undefined without one. */
  readonly query: string | undefined;
  /** Host and port that the request is for: of an absolute target, else of the field Host. */
  readonly host: string | undefined;
  /** The version; 1.2 and later count as 1.1 (RFC 9110 section 2.5). */
  readonly version: "1.0" | "1.1";
  /**
   * The header fields. Trailers of a chunked body are never among them. Requests of
   * a connection whose heads are the same share them: they cannot be changed, only
   * a `clone()` of them.
   */
  readonly fields: HeaderFields;
  /**
   * The same object for requests of a connection whose heads are the same bytes, so that
   * what was found out for one of them can be kept for the others; undefined where no one
   * knows.
   */
  readonly sameHead?: object | undefined;
  /** The protocols that the client would change to, as it wrote them. */
  readonly upgrade: readonly string[];
  /** The body, which is read from the connection when it is asked for. */
  readonly body: RequestBody;
  /** The address of the other end. */
  readonly remoteAddr: Deno.Addr;
  /** The address of this end. */
  readonly localAddr: Deno.Addr;
  /** Whether the connection is encrypted. */
  readonly secure: boolean;
  /** Aborts when the server begins to shut down: finish what runs. */
  readonly draining: AbortSignal;
  /**
   * Aborts when the client has ended the connection, so that probably no one will
   * read the answer; one that is given is sent all the same.
   */
  readonly signal: AbortSignal;
  /**
   * Hands the connection to another protocol, such as WebSocket.
   *
   * The handler returns the result. The server then writes the head of `response`
   * (101 with the fields Upgrade and Connection, or 200 for CONNECT), runs
   * `protocol`, and closes the connection when that has ended. Caps and drain
   * go on counting it; deadlines are the protocol's own from then on.
   *
   * @param response Status and fields; it has no body.
   * @param protocol What speaks on the connection from then on.
   * @returns The answer that the handler has to return.
   */
  takeOver(
    response: HttpResponse,
    protocol: (connection: TakenConnection) => Promise<void>,
  ): HttpResponse;
}

/** A connection that speaks another protocol from now on. */
export interface TakenConnection {
  /** The connection; it is closed when the protocol has ended. */
  readonly socket: Socket;
  /** The reader of the connection, with what the client has sent already. */
  readonly reader: SocketReader;
  /** Aborts when the server begins to shut down: say goodbye and return. */
  readonly draining: AbortSignal;
}

/** The body of a request, read once, as bytes, as text or as a stream. */
export interface RequestBody extends AsyncIterable<Uint8Array<ArrayBuffer>> {
  /** How many bytes the request announces; undefined for a chunked body. */
  readonly length: number | undefined;
  /**
   * Reads all of it.
   *
   * @param limit The most bytes, by default the server's `maxBodyBytes`.
   * @throws {HttpError} 413 if it is longer, 400 if its framing is broken, 408 if
   * it comes too slowly.
   */
  bytes(limit?: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Reads all of it as UTF-8.
   *
   * @param limit The most bytes, by default the server's `maxBodyBytes`.
   * @throws {HttpError} As {@linkcode RequestBody.bytes}.
   */
  text(limit?: number): Promise<string>;
  /** The pieces as they come, each in memory of its own. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** One piece of a body that is known before it is sent. */
export type BodyPiece = Uint8Array | FilePart;

/**
 * The body of a response.
 *
 * The length of text (sent as UTF-8), bytes and parts of files is known and
 * announced. A stream is sent chunked unless the fields have a Content-Length.
 */
export type ResponseBody =
  | string
  | Uint8Array
  | FilePart
  | readonly BodyPiece[]
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>;

/**
 * The answer to a request.
 *
 * The server adds Date, the framing (Content-Length or Transfer-Encoding) and
 * Connection, and leaves out the body of an answer to HEAD.
 */
export interface HttpResponse {
  /** The status code, 200 to 599; 101 only by way of `takeOver`. */
  readonly status: number;
  /** The header fields. */
  readonly fields?: HeaderFields | HeaderFieldsInit | undefined;
  /** The body; none without it. */
  readonly body?: ResponseBody | undefined;
}
