import { formatBytes } from "../../net/format_bytes.ts";
import { escapeHtml } from "../pages/escape_html.ts";
import style from "./listing_page.css" with { type: "text" };
import palette from "../pages/palette.css" with { type: "text" };
import { formatRequestPath } from "./request_path.ts";
import type { TreeEntry } from "./tree_entry.ts";

/** What a listing is sorted by. */
export type ListingKey = "name" | "size" | "time";

/** How a listing is sorted. */
export interface ListingOrder {
  readonly key: ListingKey;
  readonly descending: boolean;
}

/** A link to another form of a file. */
export interface ListingLink {
  /** The text of the link. */
  readonly label: string;
  /** The query, without the question mark. */
  readonly query: string;
  /** The query of a small picture, if there is one. */
  readonly thumbnail: string | undefined;
}

const KEYS: readonly ListingKey[] = ["name", "size", "time"];

// Numbers in names by their value: image2 before image10.
const collator = new Intl.Collator("en", { numeric: true });

/**
 * Reads the order from a query: `sort=name|size|time` and `order=asc|desc`; what is
 * not known does not count.
 *
 * @param query The query of the request.
 */
export function parseListingOrder(query: string | undefined): ListingOrder {
  const parameters = new URLSearchParams(query ?? "");
  const key = KEYS.find((name) => name === parameters.get("sort")) ?? "name";
  return { key, descending: parameters.get("order") === "desc" };
}

/**
 * Sorts entries: folders first, names among equals.
 *
 * @param entries The entries, which stay as they are.
 * @param order The order.
 */
export function sortEntries(
  entries: readonly TreeEntry[],
  { key, descending }: ListingOrder,
): TreeEntry[] {
  const sign = descending ? -1 : 1;
  const byName = (a: TreeEntry, b: TreeEntry) =>
    collator.compare(a.name, b.name) || (a.name < b.name ? -1 : 1);
  const compare = key === "name"
    ? (a: TreeEntry, b: TreeEntry) => sign * byName(a, b)
    : key === "size"
    ? (a: TreeEntry, b: TreeEntry) => sign * (a.size - b.size) || byName(a, b)
    : (a: TreeEntry, b: TreeEntry) => sign * (a.mtime - b.mtime) || byName(a, b);
  return entries.toSorted((a, b) =>
    a.isFolder === b.isFolder ? compare(a, b) : a.isFolder ? -1 : 1
  );
}

/**
 * A listing as JSON: an array of `{ name, type, size, time }`, where `type` is
 * `file` or `directory`, `size` is in bytes (null for a directory), and `time` is
 * ISO 8601 in UTC.
 *
 * @param entries The entries, in order.
 */
export function listingJson(entries: readonly TreeEntry[]): string {
  const lines = entries.map(({ name, isFolder, size, mtime }) =>
    JSON.stringify({
      name,
      type: isFolder ? "directory" : "file",
      size: isFolder ? null : size,
      time: new Date(mtime).toISOString(),
    })
  );
  return lines.length === 0 ? "[]\n" : `[\n${lines.join(",\n")}\n]\n`;
}

/**
 * A listing as an HTML page that needs no script.
 *
 * @param segments The names from the root down to the folder.
 * @param entries The entries, in order.
 * @param order How they are sorted.
 * @param linksOf Other forms of a file, by its name.
 */
export function listingPage(
  segments: readonly string[],
  entries: readonly TreeEntry[],
  order: ListingOrder,
  linksOf: (name: string) => readonly ListingLink[],
): string {
  const title = escapeHtml("/" + segments.map((name) => name + "/").join(""));
  const files = entries.filter((entry) => !entry.isFolder);
  const bytes = files.reduce((sum, entry) => sum + entry.size, 0);
  const rows = entries.map((entry) => row(entry, linksOf));
  if (segments.length > 0) rows.unshift(PARENT_ROW);
  const folders = entries.length - files.length;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
${palette}${style}</style>
</head>
<body>
<header><nav aria-label="Path">${breadcrumbs(segments)}</nav></header>
<main>
<table>
<thead><tr>${KEYS.map((key) => columnHead(key, order)).join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table>
${entries.length === 0 ? '<p class="empty">This folder is empty.</p>\n' : ""}</main>
<footer>${count(folders, "folder")}, ${count(files.length, "file")}, ${
    formatBytes(bytes)
  }.<span class="zone"> Times are in UTC.</span></footer>
</body>
</html>
`;
}

const PARENT_ROW =
  '<tr class="folder"><td class="name"><span class="thumb" aria-hidden="true"></span>' +
  '<a href="../">..</a></td><td class="size"></td><td class="time"></td></tr>';

function breadcrumbs(segments: readonly string[]): string {
  const links = segments.map((name, i) => {
    const path = escapeHtml(formatRequestPath(segments.slice(0, i + 1), true));
    const current = i === segments.length - 1 ? ' aria-current="page"' : "";
    return `<a href="${path}"${current}>${escapeHtml(name)}</a>`;
  });
  return ['<a href="/" class="root" aria-label="Root">/</a>', ...links].join("<i>/</i>")
    .replace("</a><i>/</i>", "</a>");
}

function columnHead(key: ListingKey, order: ListingOrder): string {
  const sorted = key === order.key;
  const next = sorted && !order.descending ? "desc" : "asc";
  const aria = sorted ? ` aria-sort="${order.descending ? "descending" : "ascending"}"` : "";
  const label = key[0]!.toUpperCase() + key.slice(1);
  return `<th scope="col" class="${key}"${aria}>` +
    `<a href="?sort=${key}&amp;order=${next}">${label}</a></th>`;
}

function row(
  { name, isFolder, size, mtime }: TreeEntry,
  linksOf: (name: string) => readonly ListingLink[],
): string {
  // The dot keeps a name with a colon from being taken for another scheme.
  const path = `./${encodeURIComponent(name)}${isFolder ? "/" : ""}`;
  const links = isFolder ? [] : linksOf(name);
  const picture = links.find((link) => link.thumbnail !== undefined)?.thumbnail;
  const thumbnail = picture === undefined
    ? '<span class="thumb" aria-hidden="true"></span>'
    : `<img class="thumb" loading="lazy" alt="" src="${escapeHtml(`${path}?${picture}`)}">`;
  const others = links.map(({ label, query }) =>
    ` <a class="form" href="${escapeHtml(`${path}?${query}`)}">${escapeHtml(label)}</a>`
  ).join("");
  const iso = new Date(mtime).toISOString();
  const time = `<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`;
  const bytes = isFolder
    ? ""
    : `<data value="${size}" title="${size} bytes">${formatBytes(size)}</data>`;
  return `<tr class="${isFolder ? "folder" : "file"}"><td class="name">${thumbnail}` +
    `<a href="${escapeHtml(path)}">${escapeHtml(name)}${isFolder ? "/" : ""}</a>${others}</td>` +
    `<td class="size">${bytes}</td><td class="time">${time}</td></tr>`;
}

function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}
