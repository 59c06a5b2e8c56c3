/**
 * The files that a folder's page links to, as Apache, nginx, lighttpd, Python and our own
 * server write such pages.
 *
 * @module
 */

import { parseHttpDate } from "../../message/date.ts";
import { type Tag, tagsWith } from "./html_tags.ts";

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
  const page: Page = { url: base, base, folders: [new URL(".", base)] };
  const links: Tag[] = [];
  for (const tag of tagsWith(html, HREF)) {
    // It counts for the links before it, too.
    if (tag.name === "base") moveBase(page, decodeEntities(tag.attributes.href!.trim()));
    if (tag.name === "a" && links.push(tag) >= MAX_LINKS) break;
  }
  const files = new Map<string, LinkedFile>();
  for (const [i, link] of links.entries()) {
    const url = fileBelow(decodeEntities(link.attributes.href!.trim()), page);
    if (url === undefined || files.has(url.href)) continue;
    const next = links[i + 1]?.start ?? html.length;
    const row = html.slice(link.end, Math.min(next, link.end + 4_096));
    files.set(url.href, { name: decodedName(url), url: url.href, ...detailsOf(row) });
  }
  return [...files.values()];
}

const HREF: ReadonlySet<string> = new Set(["href"]);

/** What the links of a page are relative to. */
interface Page {
  readonly url: URL;
  base: URL;
  /** Where its files may be: below the page, or below what its `<base>` names. */
  readonly folders: URL[];
}

/** The first `<base>` of a page counts for all of its links. */
function moveBase(page: Page, href: string): void {
  const url = URL.parse(href, page.url.href);
  if (url === null || !/^https?:$/.test(url.protocol) || page.folders.length > 1) return;
  page.base = url;
  page.folders.push(new URL(".", url));
}

function fileBelow(href: string, page: Page): URL | undefined {
  if (href === "" || /^[?#]/.test(href)) return undefined;
  const url = URL.parse(href, page.base.href);
  if (url === null || url.pathname.endsWith("/")) return undefined;
  // A page must not send anyone to another server.
  if (url.origin !== page.url.origin || url.pathname === page.url.pathname) return undefined;
  if (!page.folders.some((folder) => url.pathname.startsWith(folder.pathname))) return undefined;
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
  const line = /^[^]*?(?=<\/tr|<\/li|\n(?!\s{0,100}<td)|$)/i.exec(afterLink)![0];
  const text = line.replace(/<[^<>]*>/g, " ");
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
  const match = /^[\s:Z|]*(\d{1,16}(?:\.\d{1,16})?)\s*([KMGT]?)(?:i?B|ytes)?(?=\s|$)/i.exec(text);
  if (match === null) return {};
  const unit = match[2]!.toUpperCase();
  const rounded = unit !== "";
  const size = Math.round(Number(match[1]) * 1024 ** " KMGT".indexOf(unit || " "));
  return Number.isSafeInteger(size) ? { size, rounded: rounded ? true : undefined } : {};
}

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

/**
 * A text of a page with its entities decoded.
 *
 * @param text The text, such as the value of an attribute.
 */
export function decodeEntities(text: string): string {
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
  const entries = entriesOf(text);
  if (entries === undefined) return undefined;
  const files: LinkedFile[] = [];
  for (const entry of entries) {
    const { name, size, type, is_dir } = entry ?? {};
    if (type !== "file" && is_dir !== false) continue;
    if (!isName(name)) continue;
    files.push({
      name,
      url: new URL(encodeURIComponent(name), new URL(".", base)).href,
      size: Number.isSafeInteger(size) && size as number >= 0 ? size as number : undefined,
      ...jsonTime(entry!),
    });
  }
  return files;
}

/**
 * The folders of such a listing.
 *
 * @param text The answer.
 * @param base The URL of the folder.
 * @returns Their URLs, each with its slash at the end.
 */
export function parseJsonFolders(text: string, base: URL): URL[] {
  const folders: URL[] = [];
  for (const entry of entriesOf(text) ?? []) {
    const { name, type, is_dir } = entry ?? {};
    if (type !== "directory" && is_dir !== true) continue;
    // Caddy's names of folders have their slash.
    const plain = typeof name === "string" ? name.replace(/\/$/, "") : name;
    if (isName(plain)) folders.push(new URL(`${encodeURIComponent(plain)}/`, new URL(".", base)));
  }
  return folders;
}

function entriesOf(text: string): (Record<string, unknown> | null)[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isName(name: unknown): name is string {
  return typeof name === "string" && !/^\.{0,2}$|[/\0]/.test(name);
}

/** `time` of our own server, `mtime` of nginx, `mod_time` of Caddy. */
function jsonTime(
  { time, mtime, mod_time }: Record<string, unknown>,
): { modified?: string | undefined } {
  const text = time ?? mtime ?? mod_time;
  if (typeof text !== "string") return {};
  const date = parseHttpDate(text);
  if (date !== undefined) return { modified: new Date(date).toISOString() };
  // A program or a person reads it as it is.
  return /^\d{4}-\d\d-\d\d(?:[T ][\d:.]{1,20}(?:Z|[+-]\d\d:?\d\d)?)?$/.test(text)
    ? { modified: text }
    : {};
}
