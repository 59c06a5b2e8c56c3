import { formatBytes } from "../../net/format_bytes.ts";
import { escapeHtml } from "../pages/escape_html.ts";
import style from "./listing_page.css" with { type: "text" };
import palette from "../pages/palette.css" with { type: "text" };
import { formatRequestPath } from "./request_path.ts";
import { LISTING_KEYS, type ListingKey, type ListingRequest } from "./listing_order.ts";
import type { TreeEntry } from "./tree_entry.ts";

/** A link to another form of a file. */
export interface ListingLink {
  /** The text of the link; undefined where there is only a small picture. */
  readonly label: string | undefined;
  /** Where it is: a query with its question mark, or a path. */
  readonly href: string;
  /** Where a small picture is, in the same way, if there is one. */
  readonly thumbnail: string | undefined;
}

/** Entries of a page. */
export const PAGE_ENTRIES = 200;

/** What a listing page shows. */
export interface ListingView {
  /** The names from the root down to the folder. */
  readonly segments: readonly string[];
  /** The path before the root's. @default {""} */
  readonly base?: string | undefined;
  /** All entries that the filter leaves, in order. */
  readonly entries: readonly TreeEntry[];
  /** Entries that are left out, since their names are not UTF-8. @default {0} */
  readonly unnamed?: number | undefined;
  readonly request: ListingRequest;
  /** Whether files can be put into the folder. @default {false} */
  readonly uploads?: boolean | undefined;
  /** What files show, in words, by their names. */
  readonly facts?: ReadonlyMap<string, string> | undefined;
  /** Other forms of a file, by its name. */
  linksOf(entry: TreeEntry): readonly ListingLink[];
}

/**
 * The entries of a page; of one behind the last, those of the last.
 *
 * @param entries All entries.
 * @param page Which page, from 1.
 */
export function pageOf(entries: readonly TreeEntry[], page = 1): readonly TreeEntry[] {
  const first = pageStart(entries.length, page);
  return entries.slice(first, first + PAGE_ENTRIES);
}

/**
 * Where a page begins; one behind the last where the last does.
 *
 * @param count How many entries there are.
 * @param page Which page, from 1.
 */
export function pageStart(count: number, page = 1): number {
  const pages = Math.max(1, Math.ceil(count / PAGE_ENTRIES));
  return (Math.min(page, pages) - 1) * PAGE_ENTRIES;
}

/** Entries of one piece of a listing, which takes less than half a millisecond to make. */
const PIECE = 100;

/**
 * A listing as JSON: an array of `{ name, type, size, time }`, where `type` is
 * `file` or `directory`, `size` is in bytes (null for a directory), and `time` is
 * ISO 8601 in UTC.
 *
 * @param entries The entries, in order.
 * @returns The pieces of the text, one after the other.
 */
export function* listingJson(entries: readonly TreeEntry[]): Generator<string, void> {
  if (entries.length === 0) return yield "[]\n";
  for (let at = 0; at < entries.length; at += PIECE) {
    const lines = entries.slice(at, at + PIECE).map(({ name, isFolder, size, mtime }) =>
      JSON.stringify({
        name,
        type: isFolder ? "directory" : "file",
        size: isFolder ? null : size,
        time: new Date(mtime).toISOString(),
      })
    );
    yield (at === 0 ? "[\n" : ",\n") + lines.join(",\n");
  }
  yield "\n]\n";
}

/**
 * One page of a listing as HTML that needs no script.
 *
 * @param view The folder, and what of it is shown.
 * @returns The pieces of the page, one after the other.
 */
export function* listingPage(view: ListingView): Generator<string, void> {
  const { segments, entries, request } = view;
  const title = escapeHtml("/" + segments.map((name) => name + "/").join(""));
  const pages = Math.max(1, Math.ceil(entries.length / PAGE_ENTRIES));
  const page = Math.min(request.page ?? 1, pages);
  yield `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<link rel="icon" href="${ICON}">
<style>
${palette}${style}</style>
</head>
<body>
<header><nav aria-label="Path"><h1>${breadcrumbs(view)}</h1></nav></header>
<main>
${entries.length > FORM_ENTRIES || request.filter !== "" ? form(request) : ""}${
    view.uploads ? UPLOAD_FORM : ""
  }<table>
<thead><tr>${LISTING_KEYS.map((key) => columnHead(key, request)).join("")}</tr></thead>
<tbody>
${segments.length > 0 ? PARENT_ROW + "\n" : ""}`;
  const shown = pageOf(entries, page);
  for (let at = 0; at < shown.length; at += PIECE) {
    yield shown.slice(at, at + PIECE).map((entry) => row(entry, view) + "\n").join("");
  }
  let files = 0;
  let bytes = 0;
  for (const { isFolder, size } of entries) {
    if (isFolder) continue;
    files++;
    bytes += size;
  }
  const empty = request.filter === "" ? "This folder is empty." : "No name has this text in it.";
  yield `</tbody>
</table>
${entries.length === 0 ? `<p class="empty">${empty}</p>\n` : ""}${
    pages > 1 ? pageLinks(request, page, pages) : ""
  }</main>
<footer>${count(entries.length - files, "folder")}, ${count(files, "file")}${
    // Of a folder of many pages only what is on this one was asked for.
    Number.isNaN(bytes) ? "" : `, ${formatBytes(bytes)}`}${entries.length === 0 ? "" : ARCHIVES}.${
    unnamedText(view.unnamed ?? 0)
  }<span class="zone"> Times are in UTC.</span></footer>
</body>
</html>
`;
}

/** A folder, for the tab of a browser. */
const ICON = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' " +
  "fill='%23d9922e'%3E%3Cpath d='M3 5h7l2 3h9v11H3z'/%3E%3C/svg%3E";

/** The folder as one file. */
const ARCHIVES = ', all below as <a href="?archive=zip" download>zip</a> or ' +
  '<a href="?archive=tar" download>tar</a>';

/** What cannot be opened is said, so that no one takes the folder for whole. */
function unnamedText(unnamed: number): string {
  if (unnamed === 0) return "";
  return ` ${count(unnamed, "file")} left out: ` +
    `${unnamed === 1 ? "its name is" : "their names are"} not UTF-8.`;
}

/** What a browser sends comes back to the listing. */
const UPLOAD_FORM = '<form method="post" enctype="multipart/form-data"><label>Add files ' +
  '<input type="file" name="file" multiple required></label> <button>Send</button></form>\n';

/** A folder of more entries has a form that finds names. */
const FORM_ENTRIES = 20;

function form({ key, descending, filter }: ListingRequest): string {
  const hidden = key === "name" && !descending
    ? ""
    : `<input type="hidden" name="sort" value="${key}">` +
      `<input type="hidden" name="order" value="${descending ? "desc" : "asc"}">`;
  return `<form method="get">${hidden}<label>Names with <input type="search" name="filter" value="${
    escapeHtml(filter)
  }"></label> <button>Find</button></form>
`;
}

/** The query of the same listing, sorted otherwise or at another page. */
function queryOf(
  { key, descending, filter, page }: ListingRequest,
): string {
  const query = new URLSearchParams({ sort: key, order: descending ? "desc" : "asc" });
  if (filter !== "") query.set("filter", filter);
  if (page !== undefined && page !== 1) query.set("page", String(page));
  return escapeHtml(`?${query}`);
}

function pageLinks(request: ListingRequest, page: number, pages: number): string {
  const link = (to: number, words: string, rel: string) =>
    to < 1 || to > pages
      ? ""
      : `<a href="${queryOf({ ...request, page: to })}"${rel}>${words}</a> `;
  return `<nav class="pages" aria-label="Pages">${link(page === 1 ? 0 : 1, "first", "")}${
    link(page - 1, "previous", ' rel="prev"')
  }<span>page ${page} of ${pages}</span> ${link(page + 1, "next", ' rel="next"')}${
    link(page === pages ? 0 : pages, "last", "")
  }</nav>
`;
}

const PARENT_ROW =
  '<tr class="folder"><td class="name"><span class="thumb" aria-hidden="true"></span>' +
  '<a href="../">..</a></td><td class="size"></td><td class="time"></td></tr>';

function breadcrumbs({ segments, base = "" }: ListingView): string {
  const links = segments.map((name, i) => {
    const path = escapeHtml(base + formatRequestPath(segments.slice(0, i + 1), true));
    const current = i === segments.length - 1 ? ' aria-current="page"' : "";
    return `<a href="${path}"${current}>${escapeHtml(name)}</a>`;
  });
  return [`<a href="${base}/" class="root" aria-label="Root">/</a>`, ...links].join("<i>/</i>")
    .replace("</a><i>/</i>", "</a>");
}

function columnHead(key: ListingKey, request: ListingRequest): string {
  const sorted = key === request.key;
  const descending = sorted && !request.descending;
  const aria = sorted ? ` aria-sort="${request.descending ? "descending" : "ascending"}"` : "";
  const label = key[0]!.toUpperCase() + key.slice(1);
  const query = queryOf({ ...request, key, descending, page: undefined });
  return `<th scope="col" class="${key}"${aria}><a href="${query}">${label}</a></th>`;
}

/** Pictures of at most so many bytes are their own thumbnails. */
const MAX_THUMBNAIL_BYTES = 2_097_152;

function row(entry: TreeEntry, view: ListingView): string {
  const { name, isFolder, size, mtime } = entry;
  // The dot keeps a name with a colon from being taken for another scheme.
  const path = `./${encodeURIComponent(name)}${isFolder ? "/" : ""}`;
  const at = (href: string) => escapeHtml(href.startsWith("?") ? path + href : href);
  const links = isFolder ? [] : view.linksOf(entry);
  const isPicture = /\.(avif|gif|jpe?g|png|webp)$/i.test(name) && size <= MAX_THUMBNAIL_BYTES;
  const picture = links.find((link) => link.thumbnail !== undefined)?.thumbnail ??
    (isPicture && !isFolder ? "" : undefined);
  const source = picture === "" ? escapeHtml(path) : picture === undefined ? "" : at(picture);
  const thumbnail = picture === undefined
    ? '<span class="thumb" aria-hidden="true"></span>'
    : `<img class="thumb" loading="lazy" alt="" src="${source}">`;
  const others = links.map(({ label, href }) =>
    label === undefined ? "" : ` <a class="form" href="${at(href)}">${escapeHtml(label)}</a>`
  ).join("");
  const fact = view.facts?.get(name);
  const words = fact === undefined ? "" : `<small>${escapeHtml(fact)}</small>`;
  const iso = new Date(mtime).toISOString();
  const time = `<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`;
  const bytes = isFolder
    ? ""
    : `<data value="${size}" title="${size} bytes">${formatBytes(size)}</data>`;
  return `<tr class="${isFolder ? "folder" : "file"}"><td class="name">${thumbnail}` +
    `<a href="${escapeHtml(path)}">${escapeHtml(name)}${
      isFolder ? "/" : ""
    }</a>${others}${words}</td>` +
    `<td class="size">${bytes}</td><td class="time">${time}</td></tr>`;
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
