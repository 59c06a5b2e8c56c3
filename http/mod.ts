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
export { HeaderFields, type HeaderFieldsInit } from "./message/header_fields.ts";
export type { RequestHead } from "./message/request_head.ts";
export type { TargetForm } from "./message/request_target.ts";
export { type AccessRecord, commonLogLine, jsonLogLine } from "./server/access_log.ts";

// Static files.
export { fileHandler, type FileHandlerOptions } from "./files/handler.ts";
export type { FileTreeOptions } from "./files/tree.ts";
export { type FilePart, type FileVersion, OpenFile } from "./server/open_file.ts";
export type { Representation, RepresentedFile } from "./files/representation.ts";
export { contentTypeOf } from "./fields/content_type.ts";

// Clients.
export type { ClientOptions } from "./client/client.ts";
export { CookieJar } from "./client/cookies.ts";
export type { S3Options } from "./s3/options.ts";
export type { S3Credentials } from "./s3/signature.ts";
export { fetchHead, type FetchHeadResult, headLines } from "./client/head.ts";
export { readRange, type ReadRangeOptions, type ReadRangeResult } from "./client/read.ts";
export type { ByteRange, ContentRange } from "./fields/ranges.ts";
export { socketGet, type SocketGetOptions, type SocketResponse } from "./client/socket_get.ts";
export { readNetrc } from "./client/credentials.ts";
export type { NetrcEntry } from "./client/netrc.ts";

// Downloads.
export { download } from "./download/download.ts";
export type { DownloadOptions, DownloadRequest, DownloadResult } from "./download/job/options.ts";
export {
  DownloadProgress,
  type DownloadState,
  type TransferProgress,
} from "./download/job/progress.ts";
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
export { connectWebSocket, type ConnectWebSocketOptions } from "./websocket/connect.ts";
export { upgradeWebSocket, type UpgradeWebSocketOptions } from "./websocket/upgrade.ts";
export { WebSocketConnection, type WebSocketConnectionInit } from "./websocket/connection.ts";
export type { WebSocketOptions } from "./websocket/options.ts";
export type { WebSocketMessage } from "./websocket/received_message.ts";
export type { MessageSource, SendOptions } from "./websocket/message_sender.ts";
export type { MessageKind } from "./websocket/frames/message_parser.ts";
export type { HandshakePolicy } from "./websocket/handshake.ts";
export type { CloseInfo } from "./websocket/frames/close_codes.ts";
export type { CompressionOptions, NegotiatedDeflate } from "./websocket/deflate/permessage.ts";
export type { DeflateSettings } from "./websocket/deflate/stream.ts";

// The exchange of images over WebSocket.
export * from "./image_exchange/mod.ts";
