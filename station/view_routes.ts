/** `/view/PATH`: the page of a FITS file. */

import type { FitsFile } from "../fits/file/fits_file.ts";
import type { Hdu } from "../fits/file/hdu.ts";
import { COLORMAPS } from "../fits/picture/colormap.ts";
import {
  number,
  oneOf,
  readParameters,
  SWITCH,
  wholeNumber,
  words,
} from "../http/fields/parameters.ts";
import { formatRequestPath, parseRequestPath } from "../http/files/request_path.ts";
import type { HttpRequest, HttpResponse } from "../http/server/types.ts";
import { FormatError } from "../net/errors.ts";
import { fileInfo, type HduInfo, type HeaderInfo, headersAsJson } from "./api/file_info.ts";
import type { OpenFiles } from "./api/open_files.ts";
import { failureResponse, ProblemError } from "./api/problem.ts";
import { BIN_RULES, chooseTable } from "./api/binned.ts";
import { HDU, LIMITS, MISSING, PLANE, SCOPE, SECTION, STRETCH } from "./api/rules.ts";
import { readTablePart } from "./api/table_part.ts";
import { pageResponse } from "./pages/shell.ts";
import { type FileLink, type FilePlaces, viewBody, type ViewTab } from "./pages/view.ts";
import type { WebModules } from "./web_modules.ts";

/** The module that puts the viewer into the page. */
const ENTRY = "station/web/viewer.ts";
/** Further pictures of a page, and characters of what names one. */
const [MAX_OTHERS, MAX_OTHER_LENGTH] = [7, 4_096];
/** What the page looks like. */
const STYLES: readonly string[] = ["http/pages/palette.css", "station/web/site.css"];

/** What the address of a page may say: what the viewer keeps there, and what the form sends. */
const RULES = {
  hdu: HDU,
  plane: PLANE,
  section: SECTION,
  size: wholeNumber(1, 4096),
  x: number(),
  y: number(),
  zoom: number(),
  rotate: number(),
  flip: oneOf(["", "x", "y", "xy"] as const),
  north: oneOf(["up"] as const),
  stretch: STRETCH,
  limits: LIMITS,
  scope: SCOPE,
  colormap: oneOf(COLORMAPS),
  invert: SWITCH,
  bias: number("0 to 1", 0, 1),
  contrast: number("0 to 10", 0, 10),
  smooth: SWITCH,
  missing: MISSING,
  sky: oneOf(["native", "icrs", "fk5", "galactic", "ecliptic"] as const),
  coords: oneOf(["sex", "deg"] as const),
  grid: SWITCH,
  compass: SWITCH,
  layout: oneOf(["blink", "grid", "rgb"] as const),
  colors: oneOf(["own", "locked"] as const),
  lock: oneOf(["wcs", "pixel", "none"] as const),
  renderer: oneOf(["canvas", "webgl2"] as const),
  marks: words("a table whose rows are drawn on the picture: PATH[HDU],X,Y,FRAME"),
  panel: words("a panel, such as header, table or info"),
  rows: wholeNumber(1, Number.MAX_SAFE_INTEGER),
  ...BIN_RULES,
} as const;

/** What answers with pages. */
export interface ViewRoutesOptions {
  readonly files: OpenFiles;
  /** What the pages load. */
  readonly modules: WebModules;
  readonly places: FilePlaces;
  /** What to write before commands. */
  readonly program: string;
}

/** Answers requests for pages of FITS files. */
export class ViewRoutes {
  readonly #options: ViewRoutesOptions;

  /**
   * Prepares the pages.
   *
   * @param options The files, and what the pages load.
   */
  constructor(options: ViewRoutesOptions) {
    this.#options = options;
  }

  /**
   * Answers a request below `/view/`.
   *
   * @param request The request.
   */
  async handle(request: HttpRequest): Promise<HttpResponse> {
    try {
      return await this.#answer(request);
    } catch (error) {
      return failureResponse(request, error, this.#options.places);
    }
  }

  async #answer(request: HttpRequest): Promise<HttpResponse> {
    if (request.method !== "GET" && request.method !== "HEAD") {
      throw new ProblemError(405, "method", `${request.method} is not allowed`);
    }
    const { files, modules, places, program } = this.#options;
    const { segments } = parseRequestPath(request.path.slice(places.view.length) || "/");
    const query = new URLSearchParams(request.query);
    // Script shows them; they may be several.
    const others = query.getAll("with");
    if (others.length > MAX_OTHERS || others.some((text) => text.length > MAX_OTHER_LENGTH)) {
      const expected = `at most ${MAX_OTHERS} of ${MAX_OTHER_LENGTH} characters`;
      throw new ProblemError(
        400,
        "bad-value",
        `with: found ${others.length}, expected ${expected}`,
        {
          parameter: "with",
        },
      );
    }
    // A form sends what was left empty, too.
    for (const [name, value] of [...query]) if (value === "" && name !== "flip") query.delete(name);
    const url = segments.length === 0 ? query.get("url") ?? undefined : undefined;
    const room = files.roomOf(segments);
    const own = url === undefined ? room?.parameters ?? [] : ["url"];
    const rules = Object.fromEntries(own.map((name) => [name, words("a text")]));
    const single = new URLSearchParams([...query].filter(([name]) => name !== "with"));
    const given = readParameters(single, "the page", { ...rules, ...RULES });
    using inUse = await files.ask(segments, single);
    const { file } = inUse;
    const info = await fileInfo(file, () => "none");
    const shown = given.bin === undefined || given.hdu !== undefined
      ? await shownHdu(file.fits, given.hdu, info.hdus)
      : await chooseTable(
        file,
        given.bin,
        given.table === undefined ? undefined : await shownHdu(file.fits, given.table, info.hdus),
      );
    const hdu = shown === undefined ? undefined : info.hdus[shown.index];
    // Which table is meant stays true where other HDUs are looked at.
    if (given.bin !== undefined && given.table === undefined && shown?.isTable) {
      query.set("table", String(shown.index));
    }
    const isBinned = given.bin !== undefined && query.get("table") === String(shown?.index);
    const tab = tabOf(given.panel, isBinned ? undefined : shown);
    const body = viewBody({
      segments,
      url,
      link: linkOf(places, segments, url, room !== undefined),
      places,
      program,
      info,
      hdu,
      isBinned,
      tab,
      query,
      header: tab === "header" ? headerOf(shown) : undefined,
      table: tab === "table" && shown?.isTable && hdu?.damage === undefined
        ? await readTablePart(shown, given.rows ?? 1, request.signal)
        : undefined,
    });
    const graph = modules.graphOf(ENTRY);
    return pageResponse({
      title: `${(room === undefined ? segments.at(-1) : undefined) ?? file.name} - Heliograph`,
      styles: STYLES.map((path) => modules.hrefOf(path)),
      script: modules.hrefOf(ENTRY),
      preloads: graph.slice(1).map((path) => modules.hrefOf(path)),
      body,
    });
  }
}

/** The file itself, and what a command of the command line takes for it. */
function linkOf(
  { files, fits }: FilePlaces,
  segments: readonly string[],
  url: string | undefined,
  isRoom: boolean,
): FileLink {
  if (url !== undefined) return { href: /^https?:/i.test(url) ? url : undefined, argument: url };
  const path = formatRequestPath(segments, false);
  return { href: isRoom ? `${fits}${path}` : `${files}${path}`, argument: undefined };
}

/** The HDU that is named; else the first image, SCI before others, else the first table. */
async function shownHdu(
  fits: FitsFile,
  choice: number | string | undefined,
  hdus: readonly HduInfo[],
): Promise<Hdu | undefined> {
  if (choice !== undefined) {
    try {
      return await fits.hdu(choice);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw new ProblemError(404, "not-found", error.message, { parameter: "hdu" });
    }
  }
  const images = hdus.filter(({ planes }) => planes > 0);
  const found = images.find(({ name }) => name.toUpperCase() === "SCI") ?? images[0] ??
    hdus.find(({ rows }) => rows !== undefined) ?? hdus[0];
  return found === undefined ? undefined : await fits.hdu(found.index);
}

function tabOf(panel: string | undefined, hdu: Hdu | undefined): ViewTab {
  if (panel === "header" || panel === "table" || panel === "info") return panel;
  return panel === undefined && hdu?.isTable ? "table" : "image";
}

function headerOf(hdu: Hdu | undefined): HeaderInfo | undefined {
  if (hdu === undefined) return undefined;
  const { index, header } = hdu;
  return headersAsJson([{ index, header }])[0];
}
