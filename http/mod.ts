/**
 * HTTP/1.1 over bare sockets: a server, static files, and a family of clients.
 *
 * @module
 */

export {
  CHUNK_END,
  ChunkedDecoder,
  type ChunkedLimits,
  encodeChunkSize,
  encodeLastChunk,
} from "./chunked.ts";
export type { Framing } from "./framing.ts";
export { HeaderFields, type HeaderFieldsInit } from "./header_fields.ts";
export { HttpError } from "./http_error.ts";
export {
  parseRequestHead,
  type RequestHead,
  type RequestHeadLimits,
  RequestHeadParser,
} from "./request_head.ts";
export type { TargetForm } from "./request_target.ts";
