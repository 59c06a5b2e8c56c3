import { checkCaps } from "../../net/caps.ts";
import { Deadline } from "../../net/deadline.ts";
import { connect, type ConnectOptions } from "../../net/connect.ts";
import { HeliographError, ProtocolError, TimeoutError } from "../../net/errors.ts";
import { closeQuietly, type Socket } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { writeAll } from "../../net/write_all.ts";
import { basicAuthorization, credentialsFor } from "../client/credentials.ts";
import { HeaderFields, type HeaderFieldsInit } from "../message/header_fields.ts";
import { type ResponseHead, ResponseHeadParser } from "../message/response_head.ts";
import { WebSocketConnection } from "./connection.ts";
import { confirmHandshake, handshakeFields, newHandshakeKey } from "./handshake.ts";
import type { WebSocketOptions } from "./options.ts";

/** Options of {@linkcode connectWebSocket}. */
export interface ConnectWebSocketOptions extends WebSocketOptions {
  /** The subprotocols that this end speaks, the preferred one first. */
  protocols?: readonly string[] | undefined;
  /** Further fields of the request, such as Origin, Cookie or Authorization. */
  fields?: HeaderFieldsInit | undefined;
  /** Ends the attempt to connect, and later the connection. */
  signal?: AbortSignal | undefined;
  /** How the TCP or TLS connection is made: retries, deadlines, trusted authorities. */
  connect?: Omit<ConnectOptions, "signal"> | undefined;
  /** Milliseconds that the server may take to answer the handshake. @default {10000} */
  handshakeTimeout?: number | undefined;
}

/** Schemes of a URL, and what they are over TCP. */
const SCHEMES: Readonly<Record<string, "ws:" | "wss:">> = {
  "ws:": "ws:",
  "wss:": "wss:",
  "http:": "ws:",
  "https:": "wss:",
};
/** What is read of a refusal, to tell why. */
const MAX_REFUSAL_BYTES = 1_024;
const REFUSAL_MS = 1_000;

/**
 * Opens a WebSocket to a server.
 *
 * @param url The address: `ws:` or `wss:`, or what they stand for, `http:` and `https:`.
 * A user name and password in it are sent as Basic credentials.
 * @param options Subprotocols, fields, limits and deadlines.
 * @returns The open connection.
 * @throws {HeliographError} If the URL is wrong or nothing answers.
 * @throws {ProtocolError} If the server answers, but not with a WebSocket.
 * @throws {TimeoutError} If the answer takes too long.
 *
 * @example
 * ```ts
 * import { connectWebSocket, serveHttp, upgradeWebSocket } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * await using server = await serveHttp({ port: 0 }, (request) =>
 *   upgradeWebSocket(request, {
 *     handler: (connection) => connection.send(new Uint8Array([1, 2, 3])),
 *   }));
 * const connection = await connectWebSocket(`ws://localhost:${server.address.port}/`);
 * const message = await connection.receive();
 * assertEquals([message?.kind, await message?.bytes()], ["binary", new Uint8Array([1, 2, 3])]);
 * assertEquals((await connection.closed).code, 1000);
 * ```
 */
export async function connectWebSocket(
  url: string | URL,
  options: ConnectWebSocketOptions = {},
): Promise<WebSocketConnection> {
  checkCaps(options);
  const address = webSocketUrl(url);
  const { signal } = options;
  const socket = await connect(address, { ...options.connect, signal });
  const name = shownUrl(address);
  const { handshakeTimeout = 10_000 } = options;
  const deadline = new Deadline(() => closeQuietly(socket));
  deadline.set(handshakeTimeout);
  const stop = () => closeQuietly(socket);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const connection = await shakeHands(socket, address, name, options);
    signal?.removeEventListener("abort", stop);
    const leave = () => connection.abort();
    signal?.addEventListener("abort", leave, { once: true });
    void connection.closed.then(() => signal?.removeEventListener("abort", leave));
    return connection;
  } catch (error) {
    closeQuietly(socket);
    signal?.throwIfAborted();
    if (!deadline.expired) throw error;
    throw new TimeoutError(`Cannot open ${name}: no answer within ${handshakeTimeout} ms`, {
      cause: error,
      source: name,
    });
  } finally {
    deadline.end();
    signal?.removeEventListener("abort", stop);
  }
}

async function shakeHands(
  socket: Socket,
  url: URL,
  name: string,
  options: ConnectWebSocketOptions,
): Promise<WebSocketConnection> {
  const key = newHandshakeKey();
  await writeAll(socket, requestHead(url, key, options), { source: name });
  const reader = new SocketReader(socket, { source: name });
  const head = await readHead(reader, name);
  if (head.status !== 101) throw await refusal(reader, head, name);
  const { protocol, deflate } = await confirmHandshake(head.fields, key, options);
  const received = reader.buffered.slice();
  return new WebSocketConnection({ socket, role: "client", received, protocol, deflate }, options);
}

function webSocketUrl(url: string | URL): URL {
  const address = URL.parse(String(url));
  const scheme = address === null ? undefined : SCHEMES[address.protocol];
  if (address === null || scheme === undefined || address.hostname === "") {
    throw new HeliographError(`Cannot open '${url}': expected ws://HOST:PORT/ or wss://HOST/`);
  }
  address.protocol = scheme;
  address.hash = "";
  return address;
}

/** The URL for messages: without what may be secret, its credentials and its query. */
function shownUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

function requestHead(url: URL, key: string, options: ConnectWebSocketOptions): Uint8Array {
  const fields = new HeaderFields([["Host", url.host], ...handshakeFields(key, options)]);
  const credentials = credentialsFor(url, {});
  if (credentials !== undefined) fields.set("Authorization", basicAuthorization(credentials));
  for (const [name, value] of new HeaderFields(options.fields)) fields.append(name, value);
  return new TextEncoder().encode(
    `GET ${url.pathname}${url.search} HTTP/1.1\r\n${fields.toText()}\r\n`,
  );
}

async function readHead(reader: SocketReader, name: string): Promise<ResponseHead> {
  const parser = new ResponseHeadParser();
  for (;;) {
    const bytes = reader.buffered;
    const head = parseHead(parser, bytes, name);
    if (head !== undefined) {
      reader.consume(head.headBytes);
      return head;
    }
    if (!await reader.fill()) {
      throw new ProtocolError(
        `Cannot open ${name}: the server ended the connection after ${bytes.length} bytes ` +
          `of its answer`,
        { source: name, offset: bytes.length },
      );
    }
  }
}

function parseHead(
  parser: ResponseHeadParser,
  bytes: Uint8Array,
  name: string,
): ResponseHead | undefined {
  try {
    return parser.parse(bytes, 0, bytes.length);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new ProtocolError(`Cannot open ${name}: ${error.message}`, {
      cause: error,
      source: name,
      offset: error.offset,
    });
  }
}

/** The error for an answer that is no WebSocket, with the beginning of what it says. */
async function refusal(
  reader: SocketReader,
  head: ResponseHead,
  name: string,
): Promise<ProtocolError> {
  reader.timeout = REFUSAL_MS;
  const wanted = Math.min(MAX_REFUSAL_BYTES, head.framing === "length" ? head.contentLength : 0);
  let text = "";
  try {
    text = new TextDecoder().decode(await reader.peek(wanted)).slice(0, wanted).trim();
  } catch (error) {
    // The status says enough when its explanation does not come.
    if (!(error instanceof HeliographError)) throw error;
  } finally {
    reader.release();
  }
  const location = head.fields.get("location");
  // Of a page for people, the status says enough.
  const words = text.startsWith("<") ? "" : text;
  const explanation = location !== undefined ? `see ${location}` : words;
  return new ProtocolError(
    `Cannot open ${name}: the server answered ${head.status} ${head.reason}`.trimEnd() +
      (explanation === "" ? "" : ` (${explanation})`) + ", expected 101",
    { source: name },
  );
}
