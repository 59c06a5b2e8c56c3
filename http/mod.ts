/**
 * HTTP/1.1 over bare sockets: a server, static files, and a family of clients.
 *
 * @example A file server, and a part of one of its files
 * ```ts
 * import { fileHandler, read, serveHttp } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * const files = fileHandler({ root: "." });
 * await using server = await serveHttp({ port: 0 }, (request) => {
 *   return request.path === "/hello" ? { status: 200, body: "hello\n" } : files(request);
 * });
 * const { bytes } = await read(new URL("/LICENSE", server.url), { range: "0-2" });
 * assertEquals(new TextDecoder().decode(bytes), "MIT");
 * ```
 *
 * @module
 */

// The server.
export { type HttpServer, serveHttp, type ServeHttpOptions } from "./serve_http.ts";
export type {
  BodyPiece,
  HttpHandler,
  HttpRequest,
  HttpResponse,
  RequestBody,
  ResponseBody,
  TakenConnection,
} from "./server_types.ts";
export { HttpError } from "./http_error.ts";
export { type AccessRecord, commonLogLine, jsonLogLine } from "./access_log.ts";

// Static files.
export { fileHandler, type FileHandlerOptions } from "./file_handler.ts";
export type { FileTreeOptions } from "./file_tree.ts";
export { type FilePart, type FileVersion, OpenFile } from "./open_file.ts";
export { PreparedResponse } from "./prepared_response.ts";
export type { Representation, RepresentedFile } from "./representation.ts";
export { contentTypeOf } from "./content_type.ts";
export { IMAGE_SNIFF_BYTES, sniffImageType } from "./image_type.ts";

// Clients.
export type { ClientOptions } from "./client/http_client.ts";
export { head, headLines, type HeadResult } from "./head.ts";
export { read, type ReadOptions, type ReadResult } from "./read.ts";
export { socketGet, type SocketGetOptions, type SocketResponse } from "./socket_get.ts";
export { readNetrc } from "./client/credentials.ts";
export { type NetrcEntry, parseNetrc } from "./client/netrc.ts";

// Downloads.
export { download } from "./download.ts";
export type { DownloadOptions, DownloadRequest, DownloadResult } from "./download/options.ts";
export { DownloadProgress, type TransferProgress } from "./download/progress.ts";
export { type ListedUrl, parseUrlList } from "./download/input_list.ts";
export type { LinkedFile } from "./download/link_list.ts";
export type { ExistingPolicy } from "./download/names.ts";
export { listFiles, type ListOptions } from "./list_files.ts";
export { safeFileName, type SafeFileNameOptions } from "./file_name.ts";

// Pages that carry their images.
export { imageDataUri } from "./image_data_uri.ts";
export { imagePage, type ImagePageOptions, imagePageParts, type PageImage } from "./image_page.ts";
export type { ImageRenderer, ImageStreamOptions, RenderedImage } from "./image_stream.ts";

// WebSocket.
export * from "./websocket/mod.ts";
export * from "./image_exchange/mod.ts";

// Messages without sockets.
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
export { encodeRequestHead, encodeResponseHead } from "./message_encoder.ts";
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

// Fields: conditions, ranges, tags, dates.
export { HeaderFields, type HeaderFieldsInit } from "./header_fields.ts";
export {
  checkIfMatch,
  checkIfModifiedSince,
  checkIfNoneMatch,
  checkIfRange,
  checkIfUnmodifiedSince,
  evaluateConditions,
  type Outcome,
  type Validators,
  type Verdict,
} from "./conditions.ts";
export {
  type ByteRange,
  type ContentRange,
  formatContentRange,
  type MultipartPlan,
  parseContentRange,
  parseRange,
  planMultipart,
  randomBoundary,
  type RangeRequest,
} from "./ranges.ts";
export { equalStrong, equalWeak, isEntityTag, parseEntityTags } from "./entity_tag.ts";
export { formatHttpDate, parseHttpDate } from "./date.ts";
export { type ContentDisposition, parseContentDisposition } from "./content_disposition.ts";
