/** The page of a file: complete without script, which puts the viewer in its place. */

import { COLORMAPS } from "../../fits/picture/colormap.ts";
import { STRETCHES } from "../../fits/picture/stretch.ts";
import { formatRequestPath } from "../../http/files/request_path.ts";
import { escapeHtml } from "../../http/pages/escape_html.ts";
import { formatBytes } from "../../net/format_bytes.ts";
import type { FileInfo, HduInfo, HeaderInfo } from "../api/file_info.ts";
import type { TablePart } from "../api/table_part.ts";

/** What of a file is shown. */
export type ViewTab = "image" | "header" | "table" | "info";

/** Where the files, their values and their pages are: paths without a slash at the end. */
export interface FilePlaces {
  readonly files: string;
  readonly fits: string;
  readonly view: string;
  /** The first page. */
  readonly home: string;
  /** The page that says what problems mean. */
  readonly problems: string;
  /** The stream of events, where there is one. */
  readonly events?: string | undefined;
  /** Where frames of feeds come from as they are put, if there are any. */
  readonly live?: string | undefined;
}

/** The file itself. */
export interface FileLink {
  /** Where a browser gets it; undefined where none does. */
  readonly href: string | undefined;
  /** What a command of the command line takes, if not that. */
  readonly argument: string | undefined;
}

/** What {@linkcode viewBody} shows. */
export interface FileView {
  readonly places: FilePlaces;
  /** The address on another server, if it is there. */
  readonly url?: string | undefined;
  readonly link: FileLink;
  /** The names from the root down. */
  readonly segments: readonly string[];
  readonly info: FileInfo;
  /** What to write before commands. */
  readonly program: string;
  /** The HDU that is shown; undefined if there is none to show. */
  readonly hdu: HduInfo | undefined;
  /** Whether it is a table that is shown as an image. */
  readonly isBinned?: boolean | undefined;
  readonly tab: ViewTab;
  /** The parameters of the address, as they were given. */
  readonly query: URLSearchParams;
  readonly header?: HeaderInfo | undefined;
  readonly table?: TablePart | undefined;
}

/** What of the address a picture is made from. */
const OF_PICTURE =
  /^(hdu|plane|section|size|stretch|limits|scope|colormap|invert|bias|contrast|missing)$/;
/** What of the address makes an image of a table. */
const OF_BINNED = /^(bin|table|filter|weight)$/;
const TABS: readonly ViewTab[] = ["image", "header", "table", "info"];

/** The address of a picture of what is shown. */
export function pictureHref(view: FileView): string {
  const { query, hdu } = view;
  const wanted = new URLSearchParams([["format", "png"]]);
  for (const [name, value] of query) if (OF_PICTURE.test(name)) wanted.set(name, value);
  if (hdu !== undefined) wanted.set("hdu", String(hdu.index));
  return fitsHref(view, wanted);
}

/** The address of the file's values, headers and so on. */
function fitsHref(
  { places, segments, url, query: given }: FileView,
  query = new URLSearchParams(),
): string {
  if (given.has("bin")) {
    for (const [name, value] of given) if (OF_BINNED.test(name)) query.set(name, value);
  }
  if (url !== undefined) query.set("url", url);
  const text = query.size === 0 ? "" : `?${query}`;
  return `${places.fits}${formatRequestPath(segments, false)}${text}`;
}

/** The body of the page. */
export function viewBody(view: FileView): string {
  const { segments, info, places, link } = view;
  const name = segments.at(-1) ?? info.name;
  const data: readonly (readonly [name: string, value: string | undefined])[] = [
    ["source", fitsHref(view)],
    ["file", link.href],
    ["argument", link.argument],
    ["program", view.program],
    ["home", places.home],
    ["events", eventsHref(view)],
    ["live", liveHref(view)],
    ["fits", `${places.fits}/`],
  ];
  const attributes = data.filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` data-${name}="${escapeHtml(value!)}"`).join("");
  const download = link.href === undefined
    ? ""
    : ` · <a href="${escapeHtml(link.href)}" download>download</a>`;
  return `<header>
<nav aria-label="Where this is"><a href="${escapeHtml(places.home)}">Heliograph</a>${
    folderLinks(view)
  }</nav>
<h1>${escapeHtml(name)}</h1>
<p class="faint">${formatBytes(info.bytes)}, ${counted(info.hdus.length, "HDU")}${download}</p>
</header>
<main>
<div id="viewer"${attributes}>
<nav class="tabs" aria-label="What of the file is shown">
${TABS.map((other) => tabLink(view, other)).join("\n")}
</nav>
${hduLinks(view)}
${content(view)}
</div>
</main>`;
}

/** Where it is told that the file has changed. */
function eventsHref({ places, segments, url, link }: FileView): string | undefined {
  const isFile = url === undefined && link.href?.startsWith(`${places.files}/`);
  if (places.events === undefined || isFile !== true) return undefined;
  return `${places.events}?${new URLSearchParams([["topics", "files"], [
    "path",
    segments.join("/"),
  ]])}`;
}

/** Where the frames of a feed come from; undefined of all else, and of one frame of a feed. */
function liveHref(view: FileView): string | undefined {
  const { places, segments, query } = view;
  const isFeed = segments.length === 2 && segments[0] === "feeds" && isOfRoom(view);
  return isFeed && !query.has("number") ? places.live : undefined;
}

/** Whether what is shown is a picture or a frame, and no file of the folder. */
function isOfRoom({ places, link, url }: FileView): boolean {
  return url === undefined && link.href?.startsWith(`${places.fits}/`) === true;
}

function folderLinks(view: FileView): string {
  const { segments, places } = view;
  // Pictures and feeds have lists of their own; they are no folders of files.
  const root = isOfRoom(view) ? places.home.replace(/\/$/, "") : places.files;
  return segments.slice(0, -1).map((name, depth) => {
    const href = `${root}${formatRequestPath(segments.slice(0, depth + 1), true)}`;
    return ` / <a href="${escapeHtml(href)}">${escapeHtml(name)}</a>`;
  }).join("");
}

/** The address of the same file with other parameters; `undefined` leaves one out. */
function hrefWith(
  { segments, query, places }: FileView,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const wanted = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) wanted.delete(name);
    else wanted.set(name, value);
  }
  const text = wanted.size === 0 ? "" : `?${wanted}`;
  return escapeHtml(`${places.view}${formatRequestPath(segments, false)}${text}`);
}

function tabLink(view: FileView, tab: ViewTab): string {
  const href = hrefWith(view, { panel: tab === "image" ? undefined : tab, rows: undefined });
  const current = tab === view.tab ? ' aria-current="page"' : "";
  return `<a href="${href}"${current}>${tab[0]!.toUpperCase()}${tab.slice(1)}</a>`;
}

/** The HDUs as links; of hundreds, those near the one that is shown. */
const MAX_LINKS = 40;

function hduLinks(view: FileView): string {
  const { info: { hdus }, hdu } = view;
  if (hdus.length < 2) return "";
  const at = hdu?.index ?? 0;
  const start = Math.max(0, Math.min(at - MAX_LINKS / 2, hdus.length - MAX_LINKS));
  const links = hdus.slice(start, start + MAX_LINKS).map((other) => {
    const current = other.index === hdu?.index ? ' aria-current="true"' : "";
    const changes = { hdu: String(other.index), plane: undefined, section: undefined };
    const words = `${other.index} ${other.name || other.kind}`;
    return `<a href="${hrefWith(view, changes)}"${current}>${escapeHtml(words)}</a>`;
  });
  const rest = hdus.length > links.length
    ? ` <a href="${hrefWith(view, { panel: "info" })}">all ${hdus.length}</a>`
    : "";
  return `<nav class="tabs" aria-label="HDUs">${links.join("\n")}${rest}</nav>`;
}

function content(view: FileView): string {
  const { tab, hdu } = view;
  if (tab === "info") return infoTable(view);
  if (hdu === undefined) return "<p>The file has no image and no table.</p>";
  const damage = hdu.damage === undefined ? "" : `<p class="error">${escapeHtml(hdu.damage)}</p>\n`;
  if (tab === "header") return damage + headerTable(view);
  if (tab === "table") return damage + tablePart(view);
  return damage + picture(view, hdu);
}

/** What a HDU is, in words. */
export function describeHdu({ kind, shape, rows, columns, unit, compression }: HduInfo): string {
  if (rows !== undefined) {
    return `table of ${counted(columns ?? 0, "column")}, ${counted(rows, "row")}`;
  }
  if (shape.length === 0) return `${kind}, header only`;
  const packed = compression === undefined ? "" : `, compressed by ${compression}`;
  return `${kind}, ${shape.join(" x ")}${unit === "" ? "" : ` ${unit}`}${packed}`;
}

function picture(view: FileView, hdu: HduInfo): string {
  const words = describeHdu(hdu);
  const isFlat = hdu.planes > 0 && hdu.shape.filter((length) => length > 1).length > 1;
  if (!isFlat && view.isBinned !== true) {
    const thumbnail = fitsHref(
      view,
      new URLSearchParams([["format", "thumbnail"], ["size", "256"], ["hdu", `${hdu.index}`]]),
    );
    const other = hdu.rows === undefined ? "header" : "table";
    return `<figure><noscript><img src="${escapeHtml(thumbnail)}" alt="${
      escapeHtml(words)
    }"></noscript>
<figcaption>HDU ${hdu.index}: ${escapeHtml(words)}. <a href="${
      hrefWith(view, { panel: other })
    }">Show the ${other}</a></figcaption></figure>`;
  }
  const href = escapeHtml(pictureHref(view));
  return `${pictureForm(view, hdu)}
<figure><noscript><a href="${href}"><img src="${href}" alt="HDU ${hdu.index}: ${
    escapeHtml(words)
  }"></a></noscript>
<figcaption>HDU ${hdu.index}: ${
    escapeHtml(words)
  } · <a href="${href}">as PNG</a></figcaption></figure>`;
}

function pictureForm({ segments, query, places, url }: FileView, hdu: HduInfo): string {
  const value = (name: string) => query.get(name) ?? "";
  const input = (name: string, label: string, more: string, fallback = "") =>
    `<label>${label}<input name="${name}" value="${
      escapeHtml(value(name) || fallback)
    }" ${more}></label>`;
  const choice = (name: string, label: string, words: readonly string[]) =>
    `<label>${label}<select name="${name}">${
      words.map((word) =>
        `<option${word === (value(name) || words[0]) ? " selected" : ""}>${
          escapeHtml(word)
        }</option>`
      ).join("")
    }</select></label>`;
  return `<form method="get" action="${
    escapeHtml(`${places.view}${formatRequestPath(segments, false)}`)
  }">
${url === undefined ? "" : `<input type="hidden" name="url" value="${escapeHtml(url)}">\n`}${
    [...query].filter(([name]) => OF_BINNED.test(name)).map(([name, value]) =>
      `<input type="hidden" name="${name}" value="${escapeHtml(value)}">\n`
    ).join("")
  }<input type="hidden" name="hdu" value="${hdu.index}">
${
    hdu.planes > 1
      ? input("plane", `Plane of ${hdu.shape.slice(2).join(" x ")}`, 'size="6"', "1")
      : ""
  }
${choice("stretch", "Stretch", stretches(value("stretch")))}
${input("limits", "Limits", 'size="14" list="limits"', "zscale")}
<datalist id="limits"><option>zscale<option>minmax<option>percentile:99.5</datalist>
${choice("colormap", "Colour map", COLORMAPS)}
${input("size", "Pixels", 'type="number" min="1" max="4096"', "1024")}
<button>Show</button>
</form>`;
}

/** The stretches of the form: with a power, and with that of the address. */
function stretches(given: string): string[] {
  return [...new Set([...STRETCHES, "power:3", given])].filter((word) => word !== "");
}

function headerTable({ header }: FileView): string {
  if (header === undefined) return "<p>The header cannot be read.</p>";
  const rows = header.cards.map(([keyword, value, comment]) =>
    `<tr><th scope="row">${escapeHtml(keyword)}</th><td>${escapeHtml(valueText(value))}</td><td>${
      escapeHtml(comment)
    }</td></tr>`
  );
  return `<div class="wide"><table><caption>${
    counted(header.cards.length, "card")
  } of HDU ${header.index}</caption>
<thead><tr><th scope="col">Keyword</th><th scope="col">Value</th><th scope="col">Comment</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table></div>`;
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "T" : "F";
  return Array.isArray(value) ? `(${value.join(", ")})` : String(value);
}

function tablePart(view: FileView): string {
  const { table, hdu } = view;
  if (table === undefined) {
    return `<p>HDU ${hdu!.index} is no table: ${escapeHtml(describeHdu(hdu!))}.</p>`;
  }
  const { columns, rows, total, first, left } = table;
  const last = first + rows.length - 1;
  const heads = columns.map(({ name, unit }) =>
    `<th scope="col">${escapeHtml(name)}${
      unit === "" ? "" : ` <span class="faint">${escapeHtml(unit)}</span>`
    }</th>`
  );
  const body = rows.map((cells, i) =>
    `<tr><th scope="row">${first + i}</th>${
      cells.map((cell) =>
        `<td${/^-?[\d.]/.test(cell) ? ' class="number"' : ""}>${escapeHtml(cell)}</td>`
      ).join("")
    }</tr>`
  );
  const step = Math.max(1, rows.length);
  const link = (words: string, row: number) =>
    `<a href="${hrefWith(view, { rows: String(row) })}">${words}</a>`;
  const ways = [
    first > 1 ? link("rows before", Math.max(1, first - step)) : "",
    last < total ? link("rows after", last + 1) : "",
  ].filter(Boolean).join(" · ");
  return `<div class="wide"><table><caption>${
    total === 0 ? "No rows" : `Rows ${first} to ${last} of ${total.toLocaleString("en")}`
  }</caption>
<thead><tr><th scope="col">Row</th>${heads.join("")}</tr></thead>
<tbody>
${body.join("\n")}
</tbody></table></div>
<p>${ways}${left === 0 ? "" : ` <span class="faint">${counted(left, "column")} more</span>`}</p>`;
}

function infoTable(view: FileView): string {
  const rows = view.info.hdus.map((hdu) => {
    const href = hrefWith(view, { hdu: String(hdu.index), panel: undefined, plane: undefined });
    return `<tr><th scope="row"><a href="${href}">${hdu.index}</a></th><td>${
      escapeHtml(hdu.name)
    }</td><td class="number">${hdu.version}</td><td>${escapeHtml(describeHdu(hdu))}</td><td>${
      escapeHtml(hdu.damage ?? "")
    }</td></tr>`;
  });
  return `<div class="wide"><table><caption>${counted(view.info.hdus.length, "HDU")}</caption>
<thead><tr><th scope="col">HDU</th><th scope="col">Name</th><th scope="col">Version</th><th scope="col">What</th><th scope="col">Damage</th></tr></thead>
<tbody>
${rows.join("\n")}
</tbody></table></div>`;
}

function counted(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
