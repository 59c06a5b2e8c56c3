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
import { refuseForeign } from "./api/foreign.ts";
import type { RemoteRules } from "./api/remote_files.ts";
import type { StationEvents } from "./events.ts";
import { HOME_FILES, homeBody, type HomeFile, numberText } from "./pages/home.ts";
import { ICON_PATH, iconResponse, pageResponse } from "./pages/shell.ts";
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
  /** The servers, once they listen. */
  services(): readonly Service[];
}

/** What answers, and what it holds. */
export interface StationHandler extends Disposable {
  readonly handle: HttpHandler;
}

/** Small pictures of pictures are the pictures, where they are no larger. */
const MAX_THUMBNAIL_BYTES = 2 << 20;
/** How long the names of the data are told to others, in milliseconds. */
const MAX_AGE_MS = 1_000;
/** Style sheets and module of the first page. */
const HOME_STYLES = ["http/pages/palette.css", "station/web/site.css", "station/web/home.css"];
const HOME_SCRIPT = "station/web/home.ts";

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
  const viewer = new Viewer({
    ...{ root: data, base, home: `${base}/`, files: `${base}/files` },
    ...{ program: parts.program, trustProxy, remote: parts.remote },
  });
  const { pages } = viewer;
  const shown = { root: data, representations: viewer.representations, pages, sandbox: true };
  // A quarter of the usual memory for each: the same files are at two places.
  const kept = { cacheBytes: 16 << 20 };
  const files = fileHandler({ ...shown, ...kept, base: `${base}/files` });
  const alias = fileHandler({ ...shown, ...kept, base });
  const feeds = feedView(store, { base: `${base}/feeds/` });
  const home = new HomePage(parts, tree, viewer.modules);
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
    if (path.startsWith("/feeds/")) return feeds(request);
    const reading = request.method === "GET" || request.method === "HEAD";
    if (!reading) return alias(request);
    if (path === "/healthz") return text(request.draining.aborted ? 503 : 200, "ok\n");
    if (path === "/station.json" || path === "/status") return json(stateOf(parts));
    const folder = path.match(OWN_PATHS);
    if (folder !== null && !path.endsWith("/")) {
      return redirect(`${base}${path}/`);
    }
    const wantsJson = request.fields.get("accept")?.includes("application/json") ?? false;
    if (path === "/" && request.query === undefined && !wantsJson) return home.answer(request);
    return alias(request);
  };
  return { handle, [Symbol.dispose]: () => viewer[Symbol.dispose]() };
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
    const { services, events, store, program, base, remote } = this.#parts;
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
        program,
        services: services().map((service) => seenFrom(service, host)),
        files: files.slice(0, HOME_FILES).map((entry) => homeFile(entry, base)),
        base,
        remote: remote !== undefined,
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

/** The numbers of the station, and what happened. */
function stateOf({ services, events, store }: StationParts) {
  return {
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

function redirect(to: string): HttpResponse {
  return { status: 301, fields: { Location: to }, body: "" };
}

function json(value: unknown): HttpResponse {
  return {
    status: 200,
    fields: {
      "Content-Type": "application/json",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
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
