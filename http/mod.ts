/**
 * HTTP/1.1 over bare sockets: a server, static files, and a family of clients.
 *
 * @example A file server, and a part of one of its files
 * ```ts
 * import { fileHandler, readRange, serveHttp } from "@heliograph/heliograph/http";
 * import { assertEquals } from "@std/assert";
 *
 * const files = fileHandler({ root: "." });
 * await using server = await serveHttp({ port: 0 }, (request) => {
 *   return request.path === "/hello" ? { status: 200, body: "hello\n" } : files(request);
 * });
 * const { bytes } = await readRange(new URL("/LICENSE", server.url), { range: "0-2" });
 * assertEquals(new TextDecoder().decode(bytes), "MIT");
 * ```
 *
 * @module
 */

// The server.
export { type HttpServer, serveHttp, type ServeHttpOptions } from "./server/serve_http.ts";
export type {
  BodyPiece,
  HttpHandler,
  HttpRequest,
  HttpResponse,
  RequestBody,
  ResponseBody,
  TakenConnection,
} from "./server/types.ts";
export { HttpError } from "./message/http_error.ts";
export { type AccessRecord, commonLogLine, jsonLogLine } from "./server/access_log.ts";

// Static files.
export { fileHandler, type FileHandlerOptions } from "./files/handler.ts";
export type { FileTreeOptions } from "./files/tree.ts";
export { type FilePart, type FileVersion, OpenFile } from "./server/open_file.ts";
export { PreparedResponse } from "./server/prepared_response.ts";
export type { Representation, RepresentedFile } from "./files/representation.ts";
export { contentTypeOf } from "./fields/content_type.ts";
export { MAX_SNIFFED_BYTES, sniffImageType } from "./fields/image_type.ts";

// Clients.
export type { ClientOptions } from "./client/client.ts";
export { fetchHead, type FetchHeadResult, headLines } from "./client/head.ts";
export { readRange, type ReadRangeOptions, type ReadRangeResult } from "./client/read.ts";
export { socketGet, type SocketGetOptions, type SocketResponse } from "./client/socket_get.ts";
export { readNetrc } from "./client/credentials.ts";
export { type NetrcEntry, parseNetrc } from "./client/netrc.ts";

// Downloads.
export { download } from "./download/download.ts";
export type { DownloadOptions, DownloadRequest, DownloadResult } from "./download/job/options.ts";
export { DownloadProgress, type TransferProgress } from "./download/job/progress.ts";
export { type ListedUrl, parseUrlList } from "./download/links/input_list.ts";
export type { LinkedFile } from "./download/links/link_list.ts";
export type { ExistingPolicy } from "./download/job/names.ts";
export { listFiles, type ListOptions } from "./download/list_files.ts";
export { safeFileName, type SafeFileNameOptions } from "./fields/file_name.ts";

// Pages that carry their images.
export { imageDataUri } from "./pages/image_data_uri.ts";
export {
  imagePage,
  type ImagePageOptions,
  imagePageParts,
  type PageImage,
} from "./pages/image_page.ts";
export type { ImageRenderer, ImageStreamOptions, RenderedImage } from "./pages/image_stream.ts";

// WebSocket.
export * from "./websocket/mod.ts";
export * from "./image_exchange/mod.ts";

// Messages without sockets.
export {
  parseRequestHead,
  type RequestHead,
  type RequestHeadLimits,
  RequestHeadParser,
} from "./message/request_head.ts";
export {
  type ResponseHead,
  type ResponseHeadOptions,
  ResponseHeadParser,
} from "./message/response_head.ts";
export { encodeRequestHead, encodeResponseHead } from "./message/encoder.ts";
export {
  CHUNK_END,
  ChunkedDecoder,
  type ChunkedLimits,
  encodeChunkSize,
  encodeLastChunk,
} from "./message/chunked.ts";
export type { Framing } from "./message/framing.ts";
export type { TargetForm } from "./message/request_target.ts";
export { KNOWN_METHODS } from "./message/methods.ts";
export { statusText } from "./message/status_text.ts";

// Fields: conditions, ranges, tags, dates.
export { HeaderFields, type HeaderFieldsInit } from "./message/header_fields.ts";
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
} from "./fields/conditions.ts";
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
} from "./fields/ranges.ts";
export { equalStrong, equalWeak, isEntityTag, parseEntityTags } from "./fields/entity_tag.ts";
export { formatHttpDate, parseHttpDate } from "./message/date.ts";
export { type ContentDisposition, parseContentDisposition } from "./fields/content_disposition.ts";
