import { formatBytes } from "../../net/format_bytes.ts";
import { escapeHtml } from "../pages/escape_html.ts";
import style from "./listing_page.css" with { type: "text" };
import palette from "../pages/palette.css" with { type: "text" };
import { formatRequestPath } from "./request_path.ts";
import { LISTING_KEYS, type ListingKey, type ListingOrder } from "./listing_order.ts";
import type { TreeEntry } from "./tree_entry.ts";

/** A link to another form of a file. */
export interface ListingLink {
  /** The text of the link. */
  readonly label: string;
  /** The query, without the question mark. */
  readonly query: string;
  /** The query of a small picture, if there is one. */
  readonly thumbnail: string | undefined;
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
 * A listing as an HTML page that needs no script.
 *
 * @param segments The names from the root down to the folder.
 * @param entries The entries, in order.
 * @param order How they are sorted.
 * @param linksOf Other forms of a file, by its name.
 * @returns The pieces of the page, one after the other.
 */
export function* listingPage(
  segments: readonly string[],
  entries: readonly TreeEntry[],
  order: ListingOrder,
  linksOf: (name: string) => readonly ListingLink[],
): Generator<string, void> {
  const title = escapeHtml("/" + segments.map((name) => name + "/").join(""));
  yield `<!DOCTYPE html>
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
<thead><tr>${LISTING_KEYS.map((key) => columnHead(key, order)).join("")}</tr></thead>
<tbody>
${segments.length > 0 ? PARENT_ROW + "\n" : ""}`;
  let files = 0;
  let bytes = 0;
  for (let at = 0; at < entries.length; at += PIECE) {
    let rows = "";
    for (const entry of entries.slice(at, at + PIECE)) {
      rows += row(entry, linksOf) + "\n";
      if (entry.isFolder) continue;
      files++;
      bytes += entry.size;
    }
    yield rows;
  }
  yield `</tbody>
</table>
${entries.length === 0 ? '<p class="empty">This folder is empty.</p>\n' : ""}</main>
<footer>${count(entries.length - files, "folder")}, ${count(files, "file")}, ${
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
