/** What the station answers at which path. */

import type { FeedStore } from "../fits/fitspipe/feed/store.ts";
import { feedView } from "../fits/fitspipe/view.ts";
import { fileHandler } from "../http/files/handler.ts";
import { sortEntries } from "../http/files/listing_order.ts";
import { FileTree } from "../http/files/tree.ts";
import type { TreeEntry } from "../http/files/tree_entry.ts";
import type { HttpHandler, HttpRequest, HttpResponse } from "../http/server/types.ts";
import { HttpError } from "../http/message/http_error.ts";
import { errorResponse } from "../http/server/error_response.ts";
import { prefersJson } from "../http/fields/accept.ts";
import { refuseForeign } from "./api/foreign.ts";
import type { RemoteRules } from "./api/remote_files.ts";
import type { FitsRoom } from "./api/open_files.ts";
import { ConsoleRoutes } from "./console/routes.ts";
import type { EventBus } from "./live/bus.ts";
import { EventStreams } from "./live/event_stream.ts";
import { FileWatch } from "./live/file_watch.ts";
import { LiveSockets } from "./live/live_socket.ts";
import { FeedRoom } from "./live/feed_room.ts";
import type { RequestMetrics } from "./live/metrics.ts";
import { PictureRoutes } from "./live/picture_routes.ts";
import type { PictureStore } from "./live/pictures.ts";
import { consoleBody } from "./pages/console.ts";
import { picturesBody } from "./pages/pictures.ts";
import { SodaRoutes } from "./soda/routes.ts";
import type { StationEvents } from "./events.ts";
import { HOME_FILES, homeBody, type HomeFile, numberText } from "./pages/home.ts";
import { ICON_PATH, iconResponse, pageResponse } from "./pages/shell.ts";
import { statusBody } from "./pages/status.ts";
import { hostOf, isFits, isPicture, seenFrom, type Service, statusOf } from "./services.ts";
import { TokenAccess } from "./token_access.ts";
import { Viewer } from "./viewer.ts";
import type { WebModules } from "./web_modules.ts";

/** What the station has to show. */
export interface StationParts {
  /** The folder of the data. */
  readonly data: string;
  /** What to write before commands. */
  readonly program: string;
  /** The version of the program. */
  readonly version: string;
  /** The path before all others, without a slash at its end; "" for none. */
  readonly base: string;
  /** What has to be known; undefined where nothing has. */
  readonly token?: string | undefined;
  /** Whether X-Forwarded-* fields are those of a proxy of one's own. */
  readonly trustProxy?: boolean | undefined;
  /** Which servers may be asked for files; none without it. */
  readonly remote?: RemoteRules | undefined;
  readonly store: FeedStore;
  readonly events: StationEvents;
  /** Pictures that have arrived. */
  readonly pictures: PictureStore;
  readonly bus: EventBus;
  /** Counts requests. */
  readonly requests: RequestMetrics;
  /** The servers, once they listen. */
  services(): readonly Service[];
}

/** What answers, and what it holds. */
export interface StationHandler extends Disposable {
  readonly handle: HttpHandler;
  /** Ends its own connections to other servers of the station, which would wait for their end. */
  drain(): Promise<void>;
}

/** Small pictures of pictures are the pictures, where they are no larger. */
const MAX_THUMBNAIL_BYTES = 2 << 20;
/** How long the names of the data are told to others, in milliseconds. */
const MAX_AGE_MS = 1_000;
/** Style sheets and module of the first page. */
const HOME_STYLES = ["http/pages/palette.css", "station/web/site.css", "station/web/home.css"];
const HOME_SCRIPT = "station/web/home.ts";

/** How the program is started where it is installed, in a checkout, and where only npx is. */
const OTHER_PROGRAMS: readonly string[] = [
  "heliograph",
  "deno task heliograph",
  `npx --yes deno@${Deno.version.deno} task heliograph`,
];

/** Pictures of the first page. */
const HOME_PICTURES = 6;
/** Milliseconds between two looks at the numbers. */
const STATUS_MS = 1_000;

/** Style sheets of every page. */
const PAGE_STYLES = ["http/pages/palette.css", "station/web/site.css"];

/** What is no secret: whether the station is well, and the program's own sources. */
const OPEN_PATHS = /^\/(healthz$|app\/)/;

/** A name that stands for no file at the root, since the station answers there. */
const OWN_PATHS =
  /^\/(app|console|events|feeds|files|fits|healthz|live|local|metrics|pictures|problems|soda|station\.json|status|view)(\/|$)/;

/**
 * The handler of the station: its page, files with their listings, FITS files as values and
 * pages, feeds, and its numbers.
 *
 * @param parts What it has to show.
 */
export function stationHandler(parts: StationParts): StationHandler {
  const { data, store, base, token, trustProxy = false } = parts;
  const tree = new FileTree(data);
  const { bus, pictures } = parts;
  const rooms = new Map<string, FitsRoom>([
    ["pictures", pictures],
    ["feeds", new FeedRoom(store)],
  ]);
  const viewer = new Viewer({
    ...{ root: data, base, home: `${base}/`, files: `${base}/files` },
    ...{ program: parts.program, trustProxy, remote: parts.remote, rooms },
    ...{ events: `${base}/events`, live: `${base}/live` },
  });
  const { pages } = viewer;
  const shown = { root: data, representations: viewer.representations, pages, sandbox: true };
  // A quarter of the usual memory for each: the same files are at two places.
  const kept = { cacheBytes: 16 << 20 };
  const files = fileHandler({ ...shown, ...kept, base: `${base}/files` });
  const alias = fileHandler({ ...shown, ...kept, base });
  const feeds = feedView(store, { base: `${base}/feeds/` });
  const home = new HomePage(parts, tree, viewer.modules);
  const places = { home: `${base}/`, problems: `${base}/problems` };
  const watch = new FileWatch(viewer.files, bus);
  const streams = new EventStreams({
    ...{ bus, places, trustProxy },
    watch: (segments) => watch.watch(segments),
  });
  const soda = new SodaRoutes({ files: viewer.files, base, trustProxy });
  const live = new LiveSockets({ store, places, trustProxy });
  const pictureRoutes = new PictureRoutes({
    ...{ store: pictures, base: `${base}/pictures/`, places, trustProxy },
    page: () => {
      const commands = parts.services().find(({ name }) => name === "arrays")?.commands ?? [];
      const body = picturesBody(pictures.list(), base, commands, parts.program, bus.last);
      return viewer.page("Pictures", body, "station/web/pictures.ts");
    },
  });
  const arrays = () => parts.services().find(({ name }) => name === "arrays");
  const terminal = new ConsoleRoutes({
    ...{ pictures, bus, places, trustProxy, token },
    server: () => arrays()?.url,
    page: () => {
      const body = consoleBody(base, arrays()?.commands.slice(-1) ?? [], parts.program);
      return viewer.page("Console", body, "station/web/console/page.ts");
    },
  });
  const state = () => ({ ...stateOf(parts), memory: memoryOf(parts, viewer) });
  const ended = new AbortController();
  tellOfStatus(bus, state, ended.signal);
  const styles = PAGE_STYLES.map((path) => viewer.modules.hrefOf(path));
  const access = token === undefined
    ? undefined
    : new TokenAccess({ token, base, styles, trustProxy });
  const handle: HttpHandler = (request) => {
    const refused = refuseForeign(request);
    if (refused !== undefined) return refused;
    if (request.path === ICON_PATH) return iconResponse();
    if (request.path === base && base !== "") return redirect(`${base}/`);
    if (!request.path.startsWith(`${base}/`)) {
      return errorResponse(404, `all that is here is below ${base}/`);
    }
    const path = request.path.slice(base.length);
    if (!OPEN_PATHS.test(path)) {
      const stopped = access?.stop(request);
      if (stopped !== undefined) return stopped;
    }
    const viewed = viewer.handle(request);
    if (viewed !== undefined) return viewed;
    if (path.startsWith("/files/")) return files(request);
    if (path === "/feeds/" && isReading(request) && prefersJson(request.fields.get("accept"))) {
      const list = store.list().map((feed) => ({ ...feed, ...live.trafficOf(feed.feed) }));
      return json(list, { Vary: "Accept" });
    }
    if (path.startsWith("/feeds/")) return feeds(request);
    if (path.startsWith("/pictures/")) return pictureRoutes.handle(request);
    if (path === "/console") return terminal.handle(request);
    if (path.startsWith("/soda/")) return soda.handle(request);
    if (path === "/events") return streams.handle(request);
    if (path === "/live") return live.handle(request);
    if (!isReading(request)) return alias(request);
    if (path === "/healthz") return text(request.draining.aborted ? 503 : 200, "ok\n");
    if (path === "/status" && wantsPage(request)) {
      return viewer.page("Status", statusBody({ base, ...state() }));
    }
    if (path === "/station.json" || path === "/status") return json(state());
    if (path === "/metrics") return metricsAnswer(parts, viewer, live);
    const folder = path.match(OWN_PATHS);
    if (folder !== null && !path.endsWith("/")) {
      return redirect(`${base}${path}/`);
    }
    const wantsJson = request.fields.get("accept")?.includes("application/json") ?? false;
    if (path === "/" && request.query === undefined && !wantsJson) return home.answer(request);
    return alias(request);
  };
  return {
    handle,
    drain: () => terminal[Symbol.asyncDispose](),
    [Symbol.dispose]: () => {
      ended.abort();
      live[Symbol.dispose]();
      viewer[Symbol.dispose]();
    },
  };
}

/** The first page. */
class HomePage {
  readonly #parts: StationParts;
  readonly #tree: FileTree;
  readonly #modules: WebModules;
  #entries: Promise<readonly TreeEntry[]> | undefined;
  #listedAt = 0;

  constructor(parts: StationParts, tree: FileTree, modules: WebModules) {
    this.#parts = parts;
    this.#tree = tree;
    this.#modules = modules;
  }

  async answer(request: HttpRequest): Promise<HttpResponse> {
    const { services, events, store, program, base, remote, pictures } = this.#parts;
    const host = hostOf(request.fields.get("host"));
    let unreadable: string | undefined;
    const entries = await this.#list().catch((error) => {
      if (!(error instanceof HttpError)) throw error;
      unreadable = error.message;
      return [];
    });
    const newest = sortEntries(entries, { key: "time", descending: true });
    const files = [
      ...newest.filter(({ isFolder }) => !isFolder),
      ...newest.filter(({ isFolder }) => isFolder),
    ];
    const modules = this.#modules;
    return pageResponse({
      title: "Heliograph",
      styles: HOME_STYLES.map((path) => modules.hrefOf(path)),
      script: modules.hrefOf(HOME_SCRIPT),
      preloads: modules.graphOf(HOME_SCRIPT).slice(1).map((path) => modules.hrefOf(path)),
      body: homeBody({
        ...{ program, programs: OTHER_PROGRAMS },
        services: services().map((service) => seenFrom(service, host)),
        files: files.slice(0, HOME_FILES).map((entry) => homeFile(entry, base)),
        base,
        remote: remote !== undefined,
        pictures: pictures.list().slice(0, HOME_PICTURES),
        total: entries.length,
        unreadable,
        feeds: store.list(),
        events: events.latest,
        now: Date.now(),
      }),
    });
  }

  /** The names of the data, asked for once a second at most. */
  #list(): Promise<readonly TreeEntry[]> {
    const now = Date.now();
    if (this.#entries === undefined || now - this.#listedAt > MAX_AGE_MS) {
      this.#listedAt = now;
      const listing = this.#tree.list(this.#tree.root);
      this.#entries = listing;
      listing.catch(() => this.#entries = undefined);
    }
    return this.#entries;
  }
}

function homeFile(entry: TreeEntry, base: string): HomeFile {
  const { name, isFolder, size } = entry;
  const path = encodeURIComponent(name);
  const fits = !isFolder && isFits(name);
  const picture = !isFolder && isPicture(name) && size <= MAX_THUMBNAIL_BYTES;
  return {
    ...entry,
    page: fits ? `${base}/view/${path}` : undefined,
    thumbnail: fits
      ? `${base}/fits/${path}?format=thumbnail&size=128`
      : picture
      ? `${base}/files/${path}`
      : undefined,
  };
}

const STARTED = new Date().toISOString();

/** Whether a browser asks, for people. */
function wantsPage({ fields }: HttpRequest): boolean {
  const accept = fields.get("accept") ?? "";
  return /\btext\/html\b/i.test(accept) && !prefersJson(accept);
}

/** The numbers of the station, and what happened. */
function stateOf({ services, events, store, version }: StationParts) {
  return {
    version,
    started: STARTED,
    time: new Date().toISOString(),
    services: services().map((service) => {
      const { name, url } = service;
      const counts = service.numbers();
      const numbers = Object.fromEntries(
        Object.entries(counts).map(([what, count]) => [what, numberText(what, count)]),
      );
      return { name, url, status: statusOf(service), ...counts, numbers };
    }),
    feeds: store.list(),
    events: events.latest,
  };
}

/** Tells of the numbers once a second, while somebody listens and something has changed. */
function tellOfStatus(bus: EventBus, state: () => object, signal: AbortSignal): void {
  let before = "";
  const timer = setInterval(() => {
    if (bus.listeners === 0) return;
    const now = state();
    const text = JSON.stringify({ ...now, time: "", memory: undefined });
    if (text === before) return;
    before = text;
    bus.publish("status", "status", now);
  }, STATUS_MS);
  signal.addEventListener("abort", () => clearInterval(timer), { once: true });
}

/** Bytes that are in memory. */
function memoryOf({ pictures, store }: StationParts, viewer: Viewer) {
  const { pyramids, answers } = viewer.bytes;
  const { rss } = Deno.memoryUsage();
  return { pyramids, answers, pictures: pictures.bytes, feeds: store.bytes, rss };
}

function metricsAnswer(parts: StationParts, viewer: Viewer, live: LiveSockets): HttpResponse {
  const memory = memoryOf(parts, viewer);
  const services = parts.services().map((service) => [service.name, service.numbers()] as const);
  const calls = services.find(([name]) => name === "arrays")?.[1] ?? {};
  const { tiles, tileSeconds, hits } = viewer.counts;
  const text = parts.requests.write([
    {
      ...{ name: "tiles_total", help: "Tiles that were asked for.", type: "counter" },
      values: Object.entries(tiles).map(([result, count]) => [{ result }, count]),
    },
    {
      ...{ name: "tile_seconds_total", help: "Seconds of making tiles.", type: "counter" },
      values: [[{}, tileSeconds]],
    },
    {
      ...{ name: "pyramid_bytes", help: "Bytes of the levels of planes.", type: "gauge" },
      values: [[{}, memory.pyramids]],
    },
    {
      ...{ name: "cache_bytes", help: "Bytes of answers that are kept.", type: "gauge" },
      values: [[{ cache: "answers" }, memory.answers]],
    },
    {
      ...{ name: "cache_hits_total", help: "Answers that were kept.", type: "counter" },
      values: [[{}, hits]],
    },
    {
      ...{ name: "connections", help: "Connections that are open.", type: "gauge" },
      values: services.map(([service, numbers]) => [{ service }, numbers.connections ?? 0]),
    },
    {
      ...{ name: "memory_bytes", help: "Bytes that are kept, and of the process.", type: "gauge" },
      values: Object.entries(memory).map(([what, bytes]) => [{ what }, bytes]),
    },
    {
      ...{ name: "frames_total", help: "Frames that were put.", type: "counter" },
      values: parts.store.list().map(({ feed, frames }) => [{ feed }, frames]),
    },
    {
      ...{
        name: "frames_skipped_total",
        help: "Frames that slow readers missed.",
        type: "counter",
      },
      values: parts.store.list().map(({ feed }) => [{ feed }, live.trafficOf(feed).skipped]),
    },
    {
      ...{ name: "remote_requests_total", help: "Requests to other servers.", type: "counter" },
      values: [[{}, viewer.remoteTraffic.requests]],
    },
    {
      ...{ name: "remote_bytes_total", help: "Bytes from other servers.", type: "counter" },
      values: [[{}, viewer.remoteTraffic.bytes]],
    },
    {
      ...{ name: "rpc_calls_total", help: "Calls of the array server.", type: "counter" },
      values: [
        [{ result: "done" }, calls.calls ?? 0],
        [{ result: "failed" }, calls.failed ?? 0],
      ],
    },
    {
      ...{ name: "pictures", help: "Pictures that are kept.", type: "gauge" },
      values: [[{}, parts.pictures.list().length]],
    },
  ]);
  return {
    status: 200,
    fields: {
      "Content-Type": "text/plain; version=0.0.4; charset=utf-8",
      "Cache-Control": "no-store",
    },
    body: text,
  };
}

function isReading({ method }: HttpRequest): boolean {
  return method === "GET" || method === "HEAD";
}

function redirect(to: string): HttpResponse {
  return { status: 301, fields: { Location: to }, body: "" };
}

function json(value: unknown, more: Readonly<Record<string, string>> = {}): HttpResponse {
  return {
    status: 200,
    fields: {
      "Content-Type": "application/json",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      ...more,
    },
    body: JSON.stringify(value),
  };
}

function text(status: number, body: string): HttpResponse {
  return {
    status,
    fields: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" },
    body,
  };
}
