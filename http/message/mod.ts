/**
 * HTTP/1.1 messages without sockets (RFC 9112): heads parsed and written, chunked bodies.
 *
 * @example A request and its answer, written and read
 * ```ts
 * import {
 *   CHUNK_END,
 *   encodeChunkSize,
 *   encodeLastChunk,
 *   encodeRequestHead,
 *   encodeResponseHead,
 *   formatHttpDate,
 *   HeaderFields,
 *   KNOWN_METHODS,
 *   parseHttpDate,
 *   parseRequestHead,
 *   statusText,
 * } from "@heliograph/heliograph/http/message";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const asked = encodeRequestHead("GET", "/sun.fits", new HeaderFields({ Host: "h" }));
 * const request = parseRequestHead(asked)!;
 * assertEquals([request.method, request.path, request.host], ["GET", "/sun.fits", "h"]);
 * assert(KNOWN_METHODS.has(request.method));
 *
 * const date = formatHttpDate(0);
 * const fields = new HeaderFields({ "Transfer-Encoding": "chunked", "Last-Modified": date });
 * const text = new TextDecoder("latin1");
 * assertEquals(
 *   text.decode(encodeResponseHead(200, fields)),
 *   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n" +
 *     "Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT\r\n\r\n",
 * );
 * assertEquals([statusText(416), parseHttpDate(date)], ["Range Not Satisfiable", 0]);
 *
 * const chunk = [encodeChunkSize(3), new TextEncoder().encode("sun"), CHUNK_END];
 * const body = [...chunk, encodeLastChunk()].map((piece) => text.decode(piece)).join("");
 * assertEquals(body, "3\r\nsun\r\n0\r\n\r\n");
 * ```
 *
 * @module
 */

export {
  parseRequestHead,
  type RequestHead,
  type RequestHeadLimits,
  RequestHeadParser,
} from "./request_head.ts";
export {
  type ResponseHead,
  type ResponseHeadOptions,
  ResponseHeadParser,
} from "./response_head.ts";
export { encodeRequestHead, encodeResponseHead } from "./encoder.ts";
export {
  CHUNK_END,
  ChunkedDecoder,
  type ChunkedLimits,
  encodeChunkSize,
  encodeLastChunk,
} from "./chunked.ts";
export type { Framing } from "./framing.ts";
export type { TargetForm } from "./request_target.ts";
export { KNOWN_METHODS } from "./methods.ts";
export { statusText } from "./status_text.ts";
export { HttpError } from "./http_error.ts";
export { HeaderFields, type HeaderFieldsInit } from "./header_fields.ts";
export { formatHttpDate, parseHttpDate } from "./date.ts";
