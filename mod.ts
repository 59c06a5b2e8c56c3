/**
 * Heliograph moves pictures of the sky, FITS files and arrays between programs
 * over plain sockets.
 *
 * The names that most programs need. Each floor has more of its own, as
 * `@heliograph/heliograph/net`, `/http`, `/fits` and `/rpc`; protocols without sockets are
 * in `/http/message`, `/http/fields`, `/websocket`, `/fits/header`, `/fits/image`,
 * `/fits/compress`, `/fits/picture`, `/fits/source`, `/fits/wcs` and `/rpc/wire`.
 *
 * @example A part of a picture, fetched from a server by ranges
 * ```ts
 * import { encodeFits, fileHandler, openFits, serveHttp } from "@heliograph/heliograph";
 * import { assertEquals } from "@std/assert";
 *
 * const pixels = Int16Array.from({ length: 100 * 100 }, (_, i) => i);
 * await Deno.mkdir("out", { recursive: true });
 * await Deno.writeFile("out/ramp.fits", await encodeFits([{ pixels, shape: [100, 100] }]));
 *
 * await using server = await serveHttp({ port: 0 }, fileHandler({ root: "out" }));
 * await using file = await openFits(new URL("ramp.fits", server.url));
 * const corner = await file.image({ section: "1:2,1:2" });
 * assertEquals([...corner.pixels], [0, 1, 100, 101]);
 * ```
 *
 * @module
 */

// Sockets.
export { connect, type ConnectOptions, type Endpoint } from "./net/connect.ts";
export { serveTcp, type ServeTcpOptions } from "./net/serve_tcp.ts";
export type { TcpConnection, TcpServer } from "./net/serve_tcp.ts";
export type { Socket } from "./net/socket.ts";
export { SocketReader } from "./net/socket_reader.ts";
export { writeAll } from "./net/write_all.ts";
export { toNativeOrder } from "./net/byte_order.ts";
export { FtpClient, type FtpOptions } from "./net/ftp/client.ts";

// Errors.
export {
  ClosedError,
  FormatError,
  HeliographError,
  type HeliographErrorOptions,
  LimitError,
  ProtocolError,
  TimeoutError,
} from "./net/errors.ts";

// HTTP and WebSocket.
export { type HttpServer, serveHttp, type ServeHttpOptions } from "./http/server/serve_http.ts";
export type { HttpHandler, HttpRequest, HttpResponse } from "./http/server/types.ts";
export { fileHandler, type FileHandlerOptions } from "./http/files/handler.ts";
export { socketGet, type SocketGetOptions } from "./http/client/socket_get.ts";
export type { SocketResponse } from "./http/client/socket_get.ts";
export type { ClientOptions } from "./http/client/client.ts";
export { fetchHead, type FetchHeadResult } from "./http/client/head.ts";
export { readRange, type ReadRangeOptions, type ReadRangeResult } from "./http/client/read.ts";
export { download } from "./http/download/download.ts";
export type {
  DownloadOptions,
  DownloadRequest,
  DownloadResult,
} from "./http/download/job/options.ts";
export { imageDataUri } from "./http/pages/image_data_uri.ts";
export { imagePage, type ImagePageOptions } from "./http/pages/image_page.ts";
export { connectWebSocket, type ConnectWebSocketOptions } from "./http/websocket/connect.ts";
export { upgradeWebSocket, type UpgradeWebSocketOptions } from "./http/websocket/upgrade.ts";
export type { WebSocketConnection } from "./http/websocket/connection.ts";
export type { WebSocketMessage } from "./http/websocket/received_message.ts";
export { sendImage } from "./http/image_exchange/send_image.ts";
export { serveImages, type ServeImagesOptions } from "./http/image_exchange/serve_images.ts";

// FITS files and pictures.
export { type FitsInput, openFits, type OpenOptions } from "./fits/file/open.ts";
export type { FitsFile } from "./fits/file/fits_file.ts";
export type { Hdu } from "./fits/file/hdu.ts";
export { Header } from "./fits/header/header.ts";
export { Card } from "./fits/header/card.ts";
export type { Image } from "./fits/image/pixels.ts";
export type { Table } from "./fits/table/table.ts";
export { encodeFits, writeFits, type WriteOptions } from "./fits/write/write.ts";
export { FitsWriter } from "./fits/write/fits_writer.ts";
export type { ImageInput } from "./fits/image/output.ts";
export { tableHdu, type TableInput } from "./fits/table/output.ts";
export { verifyFits } from "./fits/verify/verify.ts";
export { readWcs, type Wcs } from "./fits/wcs/wcs.ts";
export { fitsPreview } from "./fits/preview.ts";
export { type RenderOptions, renderPng } from "./fits/picture/render.ts";

// Camera frames.
export { FitspipeClient, type FitspipeClientOptions } from "./fits/fitspipe/client.ts";
export { type FitspipeServer, serveFitspipe } from "./fits/fitspipe/server.ts";
export type { ServeFitspipeOptions } from "./fits/fitspipe/server.ts";
export { followFeed, type FollowOptions } from "./fits/fitspipe/follow.ts";
export { cameraFrameFile, encodeCameraFrame } from "./fits/fitspipe/feed/frame.ts";
export type { CameraImage, FitspipeFrame } from "./fits/fitspipe/feed/frame.ts";

// Arrays and commands.
export {
  type ArrayServer,
  serveArrays,
  type ServeArraysOptions,
} from "./rpc/server/array_server.ts";
export { ArrayClient, type ArrayClientOptions } from "./rpc/client/array_client.ts";
export type { CallOptions } from "./rpc/client/array_client.ts";
export type { ArrayInput } from "./rpc/client/array_input.ts";
export { sendArray, type SendArrayOptions } from "./rpc/client/idl_client.ts";
export { arrayFromFile } from "./rpc/client/array_file.ts";
export { idlArray } from "./rpc/language/routines/plain.ts";
export type { IdlValue } from "./rpc/language/values/value.ts";
