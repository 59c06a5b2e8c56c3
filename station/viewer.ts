/** The viewer of FITS files beside a file server: their values, their pages, and the modules of these. */

import type { FitsFile } from "../fits/file/fits_file.ts";
import { fitsPreview } from "../fits/preview.ts";
import type { FileHandlerOptions } from "../http/files/handler.ts";
import type { Representation } from "../http/files/representation.ts";
import { formatRequestPath } from "../http/files/request_path.ts";
import { FileTree } from "../http/files/tree.ts";
import type { HttpRequest, HttpResponse } from "../http/server/types.ts";
import { refuseForeign } from "./api/foreign.ts";
import { type FitsCounts, FitsRoutes } from "./api/fits_routes.ts";
import { type FitsObjects, type FitsRoom, OpenFiles, OpenFits } from "./api/open_files.ts";
import { RemoteFiles, type RemoteRules, type RemoteTraffic } from "./api/remote_files.ts";
import { FileFacts } from "./file_facts.ts";
import { iconResponse, pageResponse } from "./pages/shell.ts";
import { localBody } from "./pages/local.ts";
import type { FilePlaces } from "./pages/view.ts";
import { problemsBody } from "./pages/problems.ts";
import { isFits } from "./services.ts";
import { ViewRoutes } from "./view_routes.ts";
import { WebModules } from "./web_modules.ts";

export { openFits } from "../fits/file/open.ts";

/** What the viewer is beside. */
export interface ViewerOptions {
  /** The folder of the files, and what can be seen of it; undefined where there are `objects`. */
  readonly root: string | undefined;
  readonly hidden?: boolean | undefined;
  readonly followSymlinks?: boolean | undefined;
  /** The path before `/fits/`, `/view/` and `/app/`. @default {""} */
  readonly base?: string | undefined;
  /** The first page of the server. @default {"/"} */
  readonly home?: string | undefined;
  /** Whether X-Forwarded-For is told by a proxy of one's own. @default {false} */
  readonly trustProxy?: boolean | undefined;
  /** The path of the stream of events, where there is one. */
  readonly events?: string | undefined;
  /** The path of the frames of feeds, where there are any. */
  readonly live?: string | undefined;
  /** Which servers may be asked for files; none without it. */
  readonly remote?: RemoteRules | undefined;
  /** Files beside those of the folder, by the first name of their paths. */
  readonly rooms?: ReadonlyMap<string, FitsRoom> | undefined;
  /** What stands in place of a folder, such as the objects of a bucket. */
  readonly objects?: FitsObjects | undefined;
  /** The path before that of a file, where the file itself is. */
  readonly files: string;
  /** What to write before commands. */
  readonly program: string;
}

/** The viewer of a tree of files. */
export class Viewer implements Disposable {
  /** What pages load. */
  readonly modules: WebModules;
  /** Links to the pages, for listings. */
  readonly pages: NonNullable<FileHandlerOptions["pages"]>;
  /** Pictures of FITS files for a file server. */
  readonly representations: readonly Representation[] = [fitsPreview];
  readonly #base: string;
  readonly #places: FilePlaces;
  readonly #open: OpenFiles;
  readonly #remote: RemoteFiles | undefined;
  readonly #fits: FitsRoutes;
  readonly #views: ViewRoutes;

  /**
   * Prepares the viewer.
   *
   * @param options The files, and where they are.
   */
  constructor(options: ViewerOptions) {
    const { root, base = "", home = "/", files, program, trustProxy } = options;
    this.#remote = options.remote === undefined ? undefined : new RemoteFiles(options.remote);
    const others = { remote: this.#remote, rooms: options.rooms, objects: options.objects };
    const tree = root === undefined ? undefined : new FileTree(root, options);
    const open = new OpenFiles(tree, Date.now, others);
    const facts = tree === undefined ? undefined : new FileFacts(tree);
    const places = {
      ...{ files, fits: `${base}/fits`, view: `${base}/view` },
      ...{ home, problems: `${base}/problems` },
      ...{ events: options.events, live: options.live },
    };
    this.#places = places;
    this.#base = base;
    this.#open = open;
    this.modules = new WebModules(undefined, `${base}/app`);
    this.#fits = new FitsRoutes({ files: open, base: places.fits, places, trustProxy });
    this.#views = new ViewRoutes({ files: open, modules: this.modules, places, program });
    this.pages = [{
      label: "view",
      matches: isFits,
      hrefOf: (path) => places.view + path,
      thumbnailOf: (path) => `${places.fits}${path}?format=thumbnail&size=64`,
      factsOf: async (folder, names) => await facts?.of(folder, names) ?? new Map(),
    }];
  }

  /**
   * The address of the page of a file.
   *
   * @param segments The names from the root down.
   */
  pageOf(segments: readonly string[]): string {
    return `${this.#base}/view${formatRequestPath(segments, false)}`;
  }

  /**
   * Shows a file that is open already, such as one on a server.
   *
   * @param name What it is called.
   * @param fits The file; it stays open.
   */
  show(name: string, fits: FitsFile): void {
    this.#open.pin([name], OpenFits.of(name, fits));
  }

  /** The picture for the tab of a browser, which asks for it at the root. */
  icon(): HttpResponse {
    return iconResponse();
  }

  /** The files, for who watches them. */
  get files(): OpenFiles {
    return this.#open;
  }

  /** Bytes that are kept: levels of planes, and answers. */
  get bytes(): { readonly pyramids: number; readonly answers: number } {
    return this.#fits.bytes;
  }

  /** What has been answered so far. */
  get counts(): FitsCounts {
    return this.#fits.counts;
  }

  /** What other servers were asked for. */
  get remoteTraffic(): RemoteTraffic {
    return this.#remote?.traffic ?? { requests: 0, bytes: 0 };
  }

  /** Closes the files that it has opened. */
  [Symbol.dispose](): void {
    this.#fits[Symbol.dispose]();
    this.#open[Symbol.dispose]();
    this.#remote?.[Symbol.dispose]();
  }

  /**
   * Answers what the viewer answers.
   *
   * @param request The request.
   * @returns The answer; undefined for what is another's.
   */
  handle(request: HttpRequest): HttpResponse | Promise<HttpResponse> | undefined {
    const { path } = request;
    if (!path.startsWith(`${this.#base}/`)) return undefined;
    const rest = path.slice(this.#base.length);
    const isOwn = /^\/(fits|view|app)\//.test(rest);
    const refused = isOwn ? refuseForeign(request) : undefined;
    if (refused !== undefined) return refused;
    if (rest.startsWith("/fits/")) return this.#fits.handle(request);
    if (rest.startsWith("/view/")) return this.#views.handle(request);
    if (rest.startsWith("/app/")) return this.modules.handle(request);
    if (rest === "/local") return this.#localPage();
    if (rest === "/problems") return this.page("Problems", problemsBody(this.#places.home));
    return undefined;
  }

  /**
   * A page that is whole without script.
   *
   * @param title Its title.
   * @param body Its markup.
   * @param script The module that keeps it fresh.
   */
  page(title: string, body: string, script?: string): HttpResponse {
    const styles = ["http/pages/palette.css", "station/web/site.css"];
    return pageResponse({
      title: `${title} - Heliograph`,
      styles: styles.map((path) => this.modules.hrefOf(path)),
      script: script === undefined ? undefined : this.modules.hrefOf(script),
      body,
    });
  }

  /** The page for files of the visitor's own computer. */
  #localPage(): HttpResponse {
    const { modules } = this;
    const entry = "station/web/local.ts";
    const styles = ["http/pages/palette.css", "station/web/site.css", "station/web/viewer.css"];
    return pageResponse({
      title: "A file of your computer - Heliograph",
      styles: styles.map((path) => modules.hrefOf(path)),
      script: modules.hrefOf(entry),
      preloads: modules.graphOf(entry).slice(1).map((path) => modules.hrefOf(path)),
      body: localBody(this.#places.home, this.#places.files),
    });
  }
}
