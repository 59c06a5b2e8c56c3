/**
 * The files that a folder's page links to, as Apache, nginx, lighttpd, Python and our own
 * server write such pages.
 *
 * @module
 */

import { parseHttpDate } from "../../message/date.ts";

/** A file that a page links to. */
export interface LinkedFile {
  /** The name, decoded. */
  readonly name: string;
  /** Where it is. */
  readonly url: string;
  /** Bytes, where the page tells; servers often round them. */
  readonly size?: number | undefined;
  /** Whether the size is rounded, as `2.0M` is. */
  readonly rounded?: boolean | undefined;
  /** The time of the last change in ISO 8601 as the page tells it, without a zone. */
  readonly modified?: string | undefined;
}

/** Links of one page beyond which nothing is read. */
const MAX_LINKS = 1_000_000;

/**
 * Reads the page of a folder.
 *
 * Only links to files below the folder, on the same server, are listed; folders, the
 * parent and links that sort the page are not.
 *
 * @param html The page.
 * @param base The URL of the page.
 */
export function parseLinks(html: string, base: URL): LinkedFile[] {
  const folder = new URL(".", base);
  const files = new Map<string, LinkedFile>();
  // A tag ends before the next one begins: looking further would take quadratic time.
  const anchors = /<a\s([^<>]*)>/gi;
  let match = anchors.exec(html);
  while (match !== null && files.size < MAX_LINKS) {
    const start = anchors.lastIndex;
    const attributes = match[1]!;
    match = anchors.exec(html);
    const url = fileBelow(hrefOf(attributes), base, folder);
    if (url === undefined || files.has(url.href)) continue;
    const row = html.slice(start, Math.min(match?.index ?? html.length, start + 4_096));
    const name = decodedName(url);
    files.set(url.href, { name, url: url.href, ...detailsOf(row) });
  }
  return [...files.values()];
}

function hrefOf(attributes: string): string | undefined {
  const match = /(?:^|\s)href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(attributes);
  const raw = match?.[1] ?? match?.[2] ?? match?.[3];
  return raw === undefined ? undefined : decodeEntities(raw.trim());
}

function fileBelow(href: string | undefined, base: URL, folder: URL): URL | undefined {
  if (href === undefined || href === "" || /^[?#]/.test(href)) return undefined;
  const url = URL.parse(href, base.href);
  if (url === null || url.origin !== folder.origin || url.pathname.endsWith("/")) return undefined;
  if (!url.pathname.startsWith(folder.pathname) || url.pathname === base.pathname) return undefined;
  url.hash = "";
  url.username = url.password = "";
  return url;
}

function decodedName(url: URL): string {
  const last = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** Time and size that stand behind a link: in the same line or row of a table. */
function detailsOf(row: string): Pick<LinkedFile, "size" | "rounded" | "modified"> {
  const afterLink = row.slice(row.indexOf("</a>") + 4);
  const line = /^[^]*?(?=<\/tr|<\/li|\n(?!\s*<td)|$)/i.exec(afterLink)![0];
  const text = line.replace(/<[^>]*>/g, " ");
  const time =
    /(?:(\d{4})-(\d\d|[A-Z][a-z]{2})-(\d\d)|(\d\d)-([A-Z][a-z]{2})-(\d{4}))[ T](\d\d:\d\d(?::\d\d)?)/
      .exec(text);
  const rest = time === null ? text : text.slice(time.index + time[0].length);
  return { ...sizeIn(rest), modified: time === null ? undefined : timeOf(time) };
}

function timeOf(match: RegExpExecArray): string | undefined {
  const year = match[1] ?? match[6]!;
  const day = match[3] ?? match[4]!;
  let month = match[2] ?? match[5]!;
  if (!/^\d/.test(month)) {
    const index = MONTHS.indexOf(month);
    if (index < 0) return undefined;
    month = String(index / 3 + 1).padStart(2, "0");
  }
  return `${year}-${month}-${day}T${match[7]!.padEnd(8, ":00")}`;
}

function sizeIn(text: string): { size?: number | undefined; rounded?: boolean | undefined } {
  const match = /^[\s:Z|]*(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B|ytes)?(?=\s|$)/i.exec(text);
  if (match === null) return {};
  const unit = match[2]!.toUpperCase();
  const rounded = unit !== "";
  const size = Math.round(Number(match[1]) * 1024 ** " KMGT".indexOf(unit || " "));
  return { size, rounded: rounded ? true : undefined };
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]+));/gi,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name]! : whole;
      const code = decimal === undefined ? parseInt(hex, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

/**
 * Reads the listing that a server gives to who accepts JSON: our own, nginx, Caddy.
 *
 * @param text The answer.
 * @param base The URL of the folder.
 * @returns Its files; undefined if it is no such listing.
 */
export function parseJsonListing(text: string, base: URL): LinkedFile[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const files: LinkedFile[] = [];
  for (const entry of value as (Record<string, unknown> | null)[]) {
    const { name, size, type, is_dir } = entry ?? {};
    if (type !== "file" && is_dir !== false) continue;
    if (typeof name !== "string" || /^$|[/\0]/.test(name)) continue;
    files.push({
      name,
      url: new URL(encodeURIComponent(name), new URL(".", base)).href,
      size: typeof size === "number" ? size : undefined,
      ...jsonTime(entry!),
    });
  }
  return files;
}

/** `time` of our own server, `mtime` of nginx, `mod_time` of Caddy. */
function jsonTime(
  { time, mtime, mod_time }: Record<string, unknown>,
): { modified?: string | undefined } {
  const text = time ?? mtime ?? mod_time;
  if (typeof text !== "string") return {};
  const date = parseHttpDate(text);
  return { modified: date === undefined ? text : new Date(date).toISOString() };
}
