/**
 * The station: all servers in one process, and one page to watch them.
 *
 * This is where the floors meet: the file server gets pictures of FITS files, the
 * page gets the numbers of every server.
 *
 * @module
 */

import { FITS_PREVIEW } from "./fits_preview.ts";
import { serveFitspipe, SyntheticCamera } from "./fits/fitspipe/mod.ts";
import { feedView } from "./fits/fitspipe/view.ts";
import type { FeedStore } from "./fits/fitspipe/feed_store.ts";
import { fileHandler } from "./http/file_handler.ts";
import { type ImageServer, serveImages } from "./http/image_exchange/serve_images.ts";
import { serveHttp } from "./http/serve_http.ts";
import type { HttpHandler, HttpResponse } from "./http/server_types.ts";
import { fileError } from "./net/file_error.ts";
import type { TcpServer } from "./net/serve_tcp.ts";
import { formatAddress } from "./net/socket.ts";
import { ARRAY_PORT, type ArrayServer, serveArrays } from "./rpc/array_server.ts";
import { isFits, isPicture, type Service, stationPage, statusOf } from "./station_page.ts";

/** Options of {@linkcode startStation}. */
export interface StationOptions {
  /** The folder whose files are served. */
  data: string;
  /** The address of every server. @default {"127.0.0.1"} */
  hostname?: string;
  /** The port of the page and the files. @default {8000} */
  port?: number;
  /** The port of the camera frames. @default {9999} */
  fitspipePort?: number;
  /** The port of arrays and commands. @default {21038} */
  arrayPort?: number;
  /** The port of images over WebSocket. @default {9000} */
  imagePort?: number;
  /** The folder for pictures that arrive; it is made if it is missing. */
  received: string;
  /** Shuts everything down when it aborts. */
  signal?: AbortSignal;
  /** Hears of what goes wrong on a connection. */
  log?: (line: string) => void;
}

/** A running station. */
export interface Station extends AsyncDisposable {
  /** The address of the page. */
  readonly url: string;
  /** What is listening. */
  readonly services: readonly Service[];
  /** Resolves when everything has ended. */
  readonly finished: Promise<void>;
  /** Stops accepting, lets connections finish, and ends. */
  shutdown(): Promise<void>;
}

/**
 * Starts the station.
 *
 * @param options The data, the addresses, a signal.
 * @returns The station, listening already.
 * @throws {HeliographError} If a port is in use; what was started is ended then.
 */
export async function startStation(options: StationOptions): Promise<Station> {
  const { hostname = "127.0.0.1", log = () => {} } = options;
  const onError = (error: unknown, remote: string | undefined) =>
    log(`${remote ?? "station"}: ${error instanceof Error ? error.message : error}`);
  const started: (Pick<TcpServer, "finished" | "shutdown">)[] = [];
  const services: Service[] = [];
  const camera = new AbortController();
  const shutdown = async () => {
    camera.abort();
    await Promise.all(started.map((server) => server.shutdown()));
  };
  try {
    const frames = serveFitspipe({ hostname, port: options.fitspipePort ?? 9999, log });
    started.push(frames);
    runCamera(frames.store, camera.signal);
    const files = await serveHttp(
      { hostname, port: options.port ?? 8000, onError },
      stationHandler(options.data, frames.store, () => services),
    );
    started.push(files);
    await makeReceived(options.received);
    const arrays = await serveArrays({
      hostname,
      port: options.arrayPort ?? ARRAY_PORT,
      output: options.received,
      log,
    });
    started.push(arrays);
    const images = await serveImages({
      hostname,
      port: options.imagePort ?? 9000,
      folder: options.received,
      keep: true,
      http: { onError },
    });
    started.push(images);
    services.push(
      fileService(files.url, files, options.data),
      arrayService(arrays, options.data),
      imageService(images, options.data),
      frameService(frames),
    );
    options.signal?.addEventListener("abort", () => void shutdown(), { once: true });
    return {
      url: files.url,
      services,
      finished: Promise.all(started.map((server) => server.finished)).then(() => {}),
      shutdown,
      [Symbol.asyncDispose]: shutdown,
    };
  } catch (error) {
    await shutdown();
    throw error;
  }
}

async function makeReceived(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (error) {
    throw fileError(error, "make the folder", folder);
  }
}

/** The page at `/`, its numbers, the feeds below `/feeds/`, and the data everywhere else. */
function stationHandler(
  data: string,
  store: FeedStore,
  services: () => readonly Service[],
): HttpHandler {
  const files = fileHandler({ root: data, representations: [FITS_PREVIEW] });
  const feeds = feedView(store, { base: "/feeds/" });
  return (request) => {
    const { path } = request;
    if (path.startsWith("/feeds/")) return feeds(request);
    const reading = request.method === "GET" || request.method === "HEAD";
    const wantsJson = request.fields.get("accept")?.includes("application/json") ?? false;
    if (path === "/" && reading && request.query === undefined && !wantsJson) {
      const host = hostOf(request.fields.get("host"));
      return page(stationPage({
        services: services().map((service) => seenFrom(service, host)),
        files: dataFiles(data),
      }));
    }
    if (path === "/station.json" && reading) {
      const state = services().map((service) => {
        const { name, url } = service;
        return { name, url, status: statusOf(service), ...service.numbers() };
      });
      return {
        status: 200,
        fields: { "Content-Type": "application/json" },
        body: JSON.stringify(state),
      };
    }
    return files(request);
  };
}

function page(html: string): HttpResponse {
  return {
    status: 200,
    fields: {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
    body: html,
  };
}

/** The name that a browser used, if it can stand in a command as it is. */
function hostOf(field = ""): string {
  const host = URL.parse(`http://${field}/`)?.hostname ?? "";
  return /^[\w.[\]:-]+$/.test(host) ? host : "localhost";
}

/** A service as another machine sees it: where all addresses are listened on, by the name it used. */
function seenFrom(service: Service, host: string): Service {
  const named = (text: string) => text.replace(/\b0\.0\.0\.0\b|\[::\]|(?<= )::(?= |$)/g, host);
  const { page } = service;
  return {
    ...service,
    url: named(service.url),
    commands: service.commands.map(named),
    ...(page === undefined ? {} : { page: { ...page, href: named(page.href) } }),
  };
}

/** The names of what may be seen of the data folder, folders with a slash. */
function dataFiles(data: string): string[] {
  const names: string[] = [];
  for (const entry of Deno.readDirSync(data)) {
    if (!entry.name.startsWith(".")) names.push(entry.isDirectory ? `${entry.name}/` : entry.name);
  }
  return names.sort();
}

/** A file of the data for a command to try, as the sample data has it where there is none. */
function example(data: string, wanted: (name: string) => boolean, fallback: string): string {
  return dataFiles(data).find(wanted) ?? fallback;
}

/** The same as a path, as a shell reads it. */
function examplePath(data: string, wanted: (name: string) => boolean, fallback: string): string {
  const path = `${data.replace(/\/$/, "")}/${example(data, wanted, fallback)}`;
  return /^[\w./~:@%+,-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

function fileService(url: string, server: TcpServer, data: string): Service {
  const file = `${url}${encodeURIComponent(example(data, isFits, "sun.fits"))}`;
  return {
    name: "files",
    url,
    page: { href: "/?sort=name", words: "browse" },
    summary: "A file server with ranges, listings and pictures of FITS files.",
    commands: [`head ${file}`, `read ${file} --range 0-2879`, `fits header ${file}`],
    numbers: () => ({ connections: server.connections }),
  };
}

function frameService(server: TcpServer & { store: FeedStore }): Service {
  const { hostname, port } = server.address;
  const address = formatAddress({ transport: "tcp", hostname, port });
  const option = port === 9999 ? "" : ` --port ${port}`;
  return {
    name: "frames",
    url: `tcp://${address}`,
    page: { href: "/feeds/", words: "watch" },
    summary: "Camera frames over fitspipe: a simulated camera, and whatever is put.",
    commands: [
      `fitspipe ls ${hostname}${option}`,
      `fitspipe get ${hostname}${option} --feed camera --nframe 3 --out frame`,
    ],
    numbers: () => ({
      connections: server.connections,
      frames: server.store.list().reduce((sum, { frames }) => sum + frames, 0),
      bytes: server.store.bytes,
    }),
  };
}

function arrayService(server: ArrayServer, data: string): Service {
  const { hostname, port } = server.address;
  const option = (hostname === "127.0.0.1" ? "" : ` --host ${hostname}`) +
    (port === ARRAY_PORT ? "" : ` --port ${port}`);
  const picture = examplePath(data, isPicture, "sun.jpg");
  const file = examplePath(data, isFits, "sun.fits");
  return {
    name: "arrays",
    url: `tcp://${formatAddress({ transport: "tcp", hostname, port })}`,
    summary: "Arrays and commands, from IDL, GDL, Python and our own clients.",
    commands: [
      `rpc send ${picture} 'a=image(data,/no_tool)'${option}`,
      `rpc call 'mean(sun)' sun=${file}${option}`,
    ],
    numbers: () => {
      const { connections, calls } = server.metrics();
      return { connections: connections.open, calls: calls.done, failed: calls.failed };
    },
  };
}

function imageService(server: ImageServer, data: string): Service {
  return {
    name: "images",
    url: server.webSocketUrl,
    page: { href: server.url, words: "drop images" },
    summary: "Images over WebSocket, as Base64 text or binary.",
    commands: [`ws send ${examplePath(data, isPicture, "sun.jpg")} ${server.webSocketUrl}`],
    numbers: () => ({ connections: server.connections }),
  };
}

/** A camera that does not exist: five frames a second into the feed `camera`. */
function runCamera(store: FeedStore, signal: AbortSignal): void {
  const size = { width: 640, height: 480 };
  const camera = new SyntheticCamera({ ...size, rate: 5 });
  const start = Date.now();
  let sequence = 0;
  const expose = () => {
    const [header, data] = camera.frame(++sequence, Date.now(), start);
    const pixels = data!.subarray(0, size.width * size.height * 2);
    store.reserve("camera", header!.length + pixels.length);
    store.put("camera", { ...size, header: header!, pixels });
  };
  expose();
  const timer = setInterval(expose, 200);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}
