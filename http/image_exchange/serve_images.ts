import { type HttpServer, serveHttp, type ServeHttpOptions } from "../server/serve_http.ts";
import { ImageExchange, type ImageExchangeOptions } from "./image_exchange.ts";

/** Options of {@linkcode serveImages}: where to listen, and what to do with images. */
export interface ServeImagesOptions extends ImageExchangeOptions {
  /** The address to listen on. @default {"127.0.0.1"} */
  hostname?: string | undefined;
  /** The port; 0 for any that is free. @default {9000} */
  port?: number | undefined;
  /** Certificate chain and key in PEM, for wss and https. */
  tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Shuts the server down when it aborts. */
  signal?: AbortSignal | undefined;
  /** Further options of the HTTP server. */
  http?:
    | Pick<ServeHttpOptions, "maxConnections" | "maxConnectionsPerAddress" | "onError">
    | undefined;
}

/** A running server of images. */
export interface ImageServer extends HttpServer {
  /** The address for WebSocket clients, such as `ws://127.0.0.1:9000/`. */
  readonly webSocketUrl: string;
  /** What it has received. */
  readonly exchange: ImageExchange;
}

/**
 * Serves the exchange of images over WebSocket, as the server of the document does,
 * to many clients at once, with a page for browsers at `/`.
 *
 * @param options Where to listen, the folder, limits, who may connect.
 * @returns The server, listening already.
 * @throws {HeliographError} If the address cannot be listened on.
 *
 * @example
 * ```ts
 * import { connectWebSocket, sendImage, serveImages } from "@heliograph/heliograph/http";
 * import { assert } from "@std/assert";
 *
 * const folder = "out/received";
 * await using server = await serveImages({ port: 0, folder });
 * await using connection = await connectWebSocket(server.webSocketUrl);
 * const gif = Uint8Array.fromBase64("R0lGODlhAQABAAAAACwAAAAAAQABAAA=");
 * const { sent, received, identical } = await sendImage(connection, gif);
 * assert(identical && sent === 32 && received === 32);
 * ```
 */
export async function serveImages(options: ServeImagesOptions = {}): Promise<ImageServer> {
  const exchange = new ImageExchange(options);
  const { hostname = "127.0.0.1", port = 9000, tls, signal, http } = options;
  const server = await serveHttp({
    hostname,
    port,
    allowHosts: options.hosts,
    ...http,
    ...tls,
    signal,
  }, (request) => exchange.handle(request));
  return Object.defineProperties({} as ImageServer, {
    ...Object.getOwnPropertyDescriptors(server),
    webSocketUrl: { value: server.url.replace(/^http/, "ws"), enumerable: true },
    exchange: { value: exchange, enumerable: true },
  });
}
