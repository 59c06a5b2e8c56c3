/** A page of a listing of a bucket, as HTML without a script and as JSON. */

import { formatBytes } from "../../net/format_bytes.ts";
import type { ListingPage } from "../s3/answers.ts";
import { escapeHtml } from "../pages/escape_html.ts";
import palette from "../pages/palette.css" with { type: "text" };
import style from "../files/listing_page.css" with { type: "text" };

/** An entry of a page. */
export interface BucketEntry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly size: number | undefined;
  /** ISO 8601 in UTC. */
  readonly time: string | undefined;
}

/** What a page shows. */
export interface BucketView {
  /** The names from the root down. */
  readonly segments: readonly string[];
  readonly entries: readonly BucketEntry[];
  /** What asks for the next page. */
  readonly next: string | undefined;
  /** Whether a file can be had as a picture. */
  isPictured(name: string): boolean;
  /** The address of the page of a file, if it has one. */
  pageHref(name: string): string | undefined;
}

/**
 * The entries of a page, without what stands for the folder itself.
 *
 * @param page What the store told.
 * @param prefix What the keys begin with.
 */
export function entriesOfPage(page: ListingPage, prefix: string): BucketEntry[] {
  const folders = page.prefixes.map((name) => ({
    ...{ name: name.slice(prefix.length).replace(/\/$/, ""), isFolder: true },
    ...{ size: undefined, time: undefined },
  }));
  const files = page.objects.map(({ key, size, modified }) => ({
    ...{ name: key.slice(prefix.length), isFolder: false, size, time: modified },
  }));
  // A name with a slash at its end, or with dots alone, could not be asked for.
  return [...folders, ...files].filter(({ name }) => !/^\.{0,2}$|\/$/.test(name));
}

/** The entries as JSON, as folders have them: `name`, `type`, `size`, `time`. */
export function bucketJson(entries: readonly BucketEntry[]): string {
  const lines = entries.map(({ name, isFolder, size, time }) =>
    JSON.stringify({
      ...{ name, type: isFolder ? "directory" : "file" },
      ...{ size: size ?? null, time: time ?? null },
    })
  );
  return lines.length === 0 ? "[]\n" : `[\n${lines.join(",\n")}\n]\n`;
}

/** The address of the next page, from the page itself. */
export function nextHref(next: string): string {
  return `?after=${encodeURIComponent(next)}`;
}

/** A page as HTML. */
export function bucketPage({ segments, entries, next, isPictured, pageHref }: BucketView): string {
  const title = escapeHtml("/" + segments.map((name) => name + "/").join(""));
  const rows = entries.map((entry) => {
    const { name, isFolder, size, time } = entry;
    const href = escapeHtml(`./${encodeURIComponent(name)}${isFolder ? "/" : ""}`);
    const picture = !isFolder && isPictured(name)
      ? ` <a href="${href}?as=preview">preview</a>`
      : "";
    const page = isFolder ? undefined : pageHref(name);
    const view = page === undefined ? "" : ` <a href="${escapeHtml(page)}">view</a>`;
    const shown = escapeHtml(name) + (isFolder ? "/" : "");
    return `<tr><td><a href="${href}">${shown}</a>${picture}${view}</td>` +
      `<td>${size === undefined ? "" : formatBytes(size)}</td>` +
      `<td>${escapeHtml(time?.slice(0, 16).replace("T", " ") ?? "")}</td></tr>`;
  });
  const parent = segments.length > 0
    ? '<tr><td><a href="../">../</a></td><td></td><td></td></tr>\n'
    : "";
  const more = next === undefined
    ? ""
    : `<nav class="pages" aria-label="Pages"><a href="${
      escapeHtml(nextHref(next))
    }" rel="next">next page</a></nav>\n`;
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
<header><h1>${title}</h1></header>
<main>
<table>
<thead><tr><th>Name</th><th>Size</th><th>Time (UTC)</th></tr></thead>
<tbody>
${parent}${rows.join("\n")}
</tbody>
</table>
${entries.length === 0 ? '<p class="empty">This folder is empty.</p>\n' : ""}${more}</main>
</body>
</html>
`;
}
