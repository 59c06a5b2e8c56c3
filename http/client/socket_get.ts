import { checkCaps } from "../../net/caps.ts";
import { connect } from "../../net/connect.ts";
import { Deadline } from "../../net/deadline.ts";
import { HeliographError, TimeoutError } from "../../net/errors.ts";
import { closeQuietly } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { writeAll } from "../../net/write_all.ts";
import { HeaderFields, type HeaderFieldsInit } from "../message/header_fields.ts";
import { encodeRequestHead } from "../message/encoder.ts";
import { readResponseBody, readResponseHead } from "./response_reader.ts";

/** Options of {@linkcode socketGet}. */
export interface SocketGetOptions {
  /** Fields of the request, besides or in the place of Host, User-Agent, Accept and Connection. */
  fields?: HeaderFieldsInit | undefined;
  /** Ends the download; its reason is thrown. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that the server may be silent. @default {30000} */
  timeout?: number | undefined;
  /** Milliseconds for everything. @default {600000} */
  deadline?: number | undefined;
  /** The most bytes of the body. @default {268435456} */
  maxBytes?: number | undefined;
  /** The most bytes of the response's head. @default {65536} */
  headBytes?: number | undefined;
  /** Certificate authorities in PEM that are trusted in addition to the system's, for https. */
  caCerts?: string[] | undefined;
}

/** What a server answered. */
export interface SocketResponse {
  /** The URL that was asked for, without user and password. */
  readonly url: string;
  /** The version of HTTP that the server speaks. */
  readonly version: "1.0" | "1.1";
  /** The status code. */
  readonly status: number;
  /** The reason phrase behind the status code. */
  readonly reason: string;
  /** The header fields. */
  readonly fields: HeaderFields;
  /** Whether the head ended with an empty line, as it must. */
  readonly headComplete: boolean;
  /** The body. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Fields behind a chunked body. */
  readonly trailers: HeaderFields;
}

/**
 * Downloads a file over a bare socket: writes a GET request, reads the lines of
 * the head, then the body by its Content-Length, its chunks, or until the server
 * closes.
 *
 * The small one of the clients: it follows no redirect, keeps no connection and
 * holds the body in memory. Every status is an answer, not an error. A head that
 * ends without an empty line, as some servers send for an error, is an answer
 * with `headComplete` false.
 *
 * @param url An http or https URL; user and password in it are sent as Basic
 * authorization.
 * @param options Fields, limits and deadlines.
 * @returns Status, fields and bytes.
 * @throws {HeliographError} If the URL is none of http or https, or if no one
 * answers there.
 * @throws {ProtocolError} If the answer is not HTTP or its length is contradictory.
 * @throws {LimitError} If head or body are larger than allowed.
 * @throws {ClosedError} If the connection ends before the body does.
 * @throws {TimeoutError} If the server is silent or the whole takes too long.
 *
 * @example
 * ```ts
 * import { socketGet } from "@heliograph/heliograph/http";
 * import { serveTcp, writeAll } from "@heliograph/heliograph/net";
 * import { assertEquals } from "@std/assert";
 *
 * const answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nsun";
 * await using server = serveTcp({ port: 0 }, async ({ socket }) => {
 *   await socket.read(new Uint8Array(1000));
 *   await writeAll(socket, new TextEncoder().encode(answer));
 * });
 * const { status, bytes } = await socketGet(`http://127.0.0.1:${server.address.port}/sun.txt`);
 * assertEquals([status, new TextDecoder().decode(bytes)], [200, "sun"]);
 * ```
 */
export async function socketGet(
  url: string | URL,
  options: SocketGetOptions = {},
): Promise<SocketResponse> {
  checkCaps(options);
  const { signal, timeout = 30_000, deadline = 600_000, maxBytes = 268_435_456 } = options;
  const target = parseHttpUrl(url);
  const shown = withoutCredentials(target);
  const request = encodeRequestHead(
    "GET",
    target.pathname + target.search,
    requestFields(target, options),
  );
  signal?.throwIfAborted();
  const start = performance.now();
  const socket = await connect(target, {
    attemptTimeout: Math.min(timeout, deadline),
    deadline,
    signal,
    caCerts: options.caCerts,
  });
  const reader = new SocketReader(socket, { source: shown, timeout });
  const whole = new Deadline(() => closeQuietly(socket));
  whole.set(Math.max(0, deadline - (performance.now() - start)));
  const stop = () => closeQuietly(socket);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    await writeAll(socket, request, { source: shown, timeout });
    const head = await readResponseHead(reader, {
      source: shown,
      ...(options.headBytes !== undefined && { headBytes: options.headBytes }),
    });
    const { bytes, trailers } = await readResponseBody(reader, head, maxBytes, shown);
    const { version, status, reason, fields, headComplete } = head;
    return { url: shown, version, status, reason, fields, headComplete, bytes, trailers };
  } catch (error) {
    signal?.throwIfAborted();
    if (whole.expired) {
      throw new TimeoutError(`Cannot read ${shown}: it took longer than ${deadline} ms`, {
        cause: error,
        source: shown,
      });
    }
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    whole.end();
    reader.release();
    closeQuietly(socket);
  }
}

function parseHttpUrl(url: string | URL): URL {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== "http:" && parsed.protocol !== "https:")) {
    const shown = parsed === null ? `'${url}'` : `a URL of ${parsed.protocol}`;
    throw new HeliographError(`Cannot read ${shown}: expected http://HOST/PATH or https://`);
  }
  return parsed;
}

function withoutCredentials(url: URL): string {
  const copy = new URL(url);
  copy.username = "";
  copy.password = "";
  copy.hash = "";
  return copy.href;
}

function requestFields(url: URL, options: SocketGetOptions): HeaderFields {
  const fields = new HeaderFields({
    "Host": url.host,
    "User-Agent": "heliograph",
    "Accept": "*/*",
  });
  if (url.username !== "" || url.password !== "") {
    fields.set("Authorization", basicAuthorization(url));
  }
  const own = [...new HeaderFields(options.fields)];
  for (const [name] of own) fields.delete(name);
  for (const [name, value] of own) fields.append(name, value);
  // One answer, and then the end: this client keeps no connection.
  fields.set("Connection", "close");
  return fields;
}

/** User and password of a URL (RFC 7617). */
function basicAuthorization(url: URL): string {
  try {
    const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    return "Basic " + new TextEncoder().encode(pair).toBase64();
  } catch (cause) {
    throw new HeliographError(
      `Cannot read ${withoutCredentials(url)}: user or password is wrongly percent-encoded`,
      { cause, source: withoutCredentials(url) },
    );
  }
}
