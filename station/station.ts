/**
 * The station: all servers in one process, and one page to watch them.
 *
 * This is where the floors meet: the file server gets pictures of FITS files, the
 * page gets the numbers of every server and what happens there.
 *
 * @module
 */

import { messageOf } from "../net/errors.ts";
import { type FitspipeServer, serveFitspipe, SyntheticCamera } from "../fits/fitspipe/mod.ts";
import { describeFits } from "../fits/description.ts";
import { serveImages } from "../http/image_exchange/serve_images.ts";
import { serveHttp } from "../http/server/serve_http.ts";
import { fileError } from "../net/file_error.ts";
import type { TcpServer } from "../net/serve_tcp.ts";
import { ARRAY_PORT } from "../rpc/frames/frames.ts";
import { serveArrays } from "../rpc/server/array_server.ts";
import type { FeedStore } from "../fits/fitspipe/feed/store.ts";
import type { ArrayDisplay } from "../rpc/picture/picture.ts";
import { EventBus } from "./live/bus.ts";
import { RequestMetrics } from "./live/metrics.ts";
import { fitsOfFile, fitsOfPicture } from "./live/picture_file.ts";
import { PictureStore } from "./live/pictures.ts";
import type { RemoteRules } from "./api/remote_files.ts";
import { StationEvents } from "./events.ts";
import { type StationHandler, stationHandler } from "./routes.ts";
import {
  arrayService,
  CAMERA,
  fileService,
  frameService,
  imageService,
  type Service,
} from "./services.ts";

/** Pixels of the picture of a FITS file that a page has sent. */
const CARD_SIZE = 256;
/** Milliseconds between two events of a feed. */
const FRAME_MS = 500;
/** A picture of more bytes is shown from its folder only. */
const MAX_IMAGE_BYTES = 256 << 20;

/** Options of {@linkcode startStation}. */
export interface StationOptions {
  /** The folder whose files are served. */
  data: string;
  /** What the page writes before the commands that it proposes. @default {"heliograph"} */
  program?: string | undefined;
  /** The path before all others of the page, such as `/x`. @default {""} */
  basePath?: string | undefined;
  /** What has to be known to see the page, and to send arrays and images. */
  token?: string | undefined;
  /** Whether X-Forwarded-* fields are those of a proxy of one's own. @default {false} */
  trustProxy?: boolean | undefined;
  /** The version of the program, as `/status` tells it. @default {""} */
  version?: string | undefined;
  /** Bytes of the pictures that are kept. @default {1073741824} */
  pictureMemory?: number | undefined;
  /** Which other servers may be asked for FITS files; none without it. */
  remote?: RemoteRules | undefined;
  /** The address of every server. @default {"127.0.0.1"} */
  hostname?: string | undefined;
  /** Further names of this machine, which pages and images may be asked for by. */
  allowHosts?: readonly string[] | undefined;
  /** The port of the page and the files. @default {8000} */
  port?: number | undefined;
  /** The port of the camera frames. @default {9999} */
  fitspipePort?: number | undefined;
  /** The port of arrays and commands. @default {21038} */
  arrayPort?: number | undefined;
  /** The port of images over WebSocket. @default {9000} */
  imagePort?: number | undefined;
  /** The folder for pictures that arrive; it is made if it is missing. */
  received: string;
  /** Shuts everything down when it aborts. */
  signal?: AbortSignal | undefined;
  /** Hears of what goes wrong on a connection. */
  log?: ((line: string) => void) | undefined;
}

/** A running station. */
export interface Station extends AsyncDisposable {
  /** The address of the page. */
  readonly url: string;
  /** What is listening. */
  readonly services: readonly Service[];
  /** The feeds of frames, and where they are served. */
  readonly frames: Pick<FitspipeServer, "store" | "address">;
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
  const { hostname = "127.0.0.1", basePath: base = "", token, log = () => {} } = options;
  const onError = (error: unknown, remote: string | undefined) =>
    log(`${remote ?? "station"}: ${messageOf(error)}`);
  const started: (Pick<TcpServer, "finished" | "shutdown">)[] = [];
  const services: Service[] = [];
  const events = new StationEvents(base);
  const bus = new EventBus(Date.now());
  const pictures = new PictureStore({ base, bus, maxBytes: options.pictureMemory });
  const requests = new RequestMetrics(base);
  const ended = new AbortController();
  let handler: StationHandler | undefined;
  const shutdown = async () => {
    ended.abort();
    await Promise.all([handler?.drain(), ...started.map((server) => server.shutdown())]);
    handler?.[Symbol.dispose]();
  };
  try {
    const frames = serveFitspipe({ hostname, port: options.fitspipePort ?? 9999, log });
    started.push(frames);
    runCamera(frames.store, ended.signal);
    events.watchFrames(frames.store, CAMERA);
    tellOfFrames(frames.store, bus, ended.signal);
    const pages = stationHandler({
      data: options.data,
      program: options.program ?? "heliograph",
      version: options.version ?? "",
      base,
      token,
      trustProxy: options.trustProxy,
      remote: options.remote,
      pictures,
      bus,
      requests,
      store: frames.store,
      events,
      services: () => services,
    });
    handler = pages;
    const files = await serveHttp({
      hostname,
      port: options.port ?? 8000,
      allowHosts: options.allowHosts,
      onError,
      log: (record) => {
        events.noteRequest(record);
        requests.note(record);
      },
    }, pages.handle);
    started.push(files);
    await makeReceived(options.received);
    const arrays = await serveArrays({
      hostname,
      port: options.arrayPort ?? ARRAY_PORT,
      output: options.received,
      displays: [pictureDisplay(pictures)],
      token,
      log: (line) => {
        events.noteLine(line);
        log(line);
      },
    });
    started.push(arrays);
    events.watchCalls(arrays, ended.signal);
    const images = await serveImages({
      hostname,
      port: options.imagePort ?? 9000,
      folder: options.received,
      token,
      keep: true,
      hosts: options.allowHosts,
      http: { onError },
      onEvent: (event) => {
        events.noteImage(event);
        if (event.event === "saved") keepImage(pictures, options.received, event);
      },
      describe: async ({ name, type }, path) => {
        if (type !== "image/fits") return undefined;
        const { words, picture } = await describeFits(path, CARD_SIZE);
        const kept = pictures.list().find((picture) => picture.name === name);
        return { words, picture, page: kept && new URL(kept.url, files.url).href };
      },
    });
    started.push(images);
    const url = base === "" ? files.url : `${files.url}${base.slice(1)}/`;
    services.push(
      fileService(url, files, options.data, base),
      arrayService(arrays, options.data),
      imageService(images, options.data),
      frameService(frames, base),
    );
    options.signal?.addEventListener("abort", () => void shutdown(), { once: true });
    if (options.signal?.aborted) void shutdown();
    return {
      url,
      services,
      frames,
      finished: Promise.all(started.map((server) => server.finished)).then(() => {}),
      shutdown,
      [Symbol.asyncDispose]: shutdown,
    };
  } catch (error) {
    await shutdown();
    throw error;
  }
}

/** Keeps what commands show as values. */
function pictureDisplay(pictures: PictureStore): ArrayDisplay {
  return {
    keepsValues: true,
    show: (picture) => {
      const { kind, handle, title, image, values, origin } = picture;
      const data = values?.data ?? image.data;
      pictures.add({
        name: title ?? `${kind} ${handle}`,
        from: origin?.peer ?? "",
        command: origin?.command,
        type: typeName(data),
        shape: values?.shape ?? [image.width, image.height],
        bytes: data.byteLength,
        file: () => fitsOfPicture(picture),
      });
    },
  };
}

/** The name of a class of arrays without its ending: `int16`. */
function typeName(data: ArrayBufferView): string {
  return data.constructor.name.replace(/Array$/, "").replace(/^Big|Clamped$/g, "").toLowerCase();
}

/** Keeps a picture that was saved; what is shown by browsers alone is in its folder only. */
function keepImage(
  pictures: PictureStore,
  folder: string,
  { name, type, bytes, peer }: { name: string; type: string; bytes: number; peer: string },
): void {
  const kind = /^image\/(fits|png|jpeg)$/.exec(type)?.[1];
  if (kind === undefined || bytes > MAX_IMAGE_BYTES) return;
  pictures.add({
    ...{ name, bytes, type: kind, from: peer.replace(/^tcp[46]:/, "") },
    file: async () => await fitsOfFile(await Deno.readFile(`${folder}/${name}`)),
  });
}

/** Tells of the newest frames, of each feed twice a second at most. */
function tellOfFrames(store: FeedStore, bus: EventBus, signal: AbortSignal): void {
  const waiting = new Map<string, ReturnType<typeof setTimeout> | undefined>();
  const tell = (feed: string) => {
    const frame = store.newest(feed);
    if (frame === undefined) return;
    const { number, width, height } = frame;
    bus.publish("feeds", "frame", { feed, number, width, height });
    const again = setTimeout(() => {
      waiting.delete(feed);
      if (store.newest(feed)?.number !== number) tell(feed);
    }, FRAME_MS);
    waiting.set(feed, again);
  };
  store.listen((feed) => {
    if (!waiting.has(feed) && bus.listeners > 0) tell(feed);
  });
  signal.addEventListener("abort", () => {
    for (const timer of waiting.values()) clearTimeout(timer);
  }, { once: true });
}

async function makeReceived(folder: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
  } catch (error) {
    throw fileError(error, "make the folder", folder);
  }
}

/** A camera that does not exist: five frames a second. */
function runCamera(store: ReturnType<typeof serveFitspipe>["store"], signal: AbortSignal): void {
  const size = { width: 640, height: 480 };
  const camera = new SyntheticCamera({ ...size, rate: 5 });
  const start = Date.now();
  let sequence = 0;
  const expose = () => {
    const [header, data] = camera.frame(++sequence, Date.now(), start);
    const pixels = data!.subarray(0, size.width * size.height * 2);
    store.put(CAMERA, { ...size, header: header!, pixels });
  };
  expose();
  const timer = setInterval(expose, 200);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}
