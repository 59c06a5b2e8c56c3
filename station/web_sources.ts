// deno-fmt-ignore-file
// deno-lint-ignore-file camelcase
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/// <reference lib="dom.asynciterable" />
/** What pages load: written by tools/web_modules.ts, to be run when a page imports something else. */

import httpPagesPaletteCss from "../http/pages/palette.css" with { type: "text" };
import stationWebHomeCss from "./web/home.css" with { type: "text" };
import stationWebHomeTs from "./web/home.ts" with { type: "text" };
import stationWebPageDomTs from "./web/page/dom.ts" with { type: "text" };
import stationWebSiteCss from "./web/site.css" with { type: "text" };
import stationWebViewerTs from "./web/viewer.ts" with { type: "text" };

/** The modules and style sheets by their paths from the root. */
export const WEB_SOURCES: Readonly<Record<string, string>> = {
  "http/pages/palette.css": httpPagesPaletteCss,
  "station/web/home.css": stationWebHomeCss,
  "station/web/home.ts": stationWebHomeTs,
  "station/web/page/dom.ts": stationWebPageDomTs,
  "station/web/site.css": stationWebSiteCss,
  "station/web/viewer.ts": stationWebViewerTs,
};

/** The kernels that they fetch. */
export const WEB_KERNELS: readonly string[] = [

];
