import { percentDecodedName, safeFileName } from "../../fields/file_name.ts";

/** Which URLs are followed from a page, and what their files are called. */
export interface Site {
  /** The page that was asked for, where its server had it in the end. */
  readonly start: URL;
  /** Whether nothing above the folder of that page is followed. */
  readonly noParent: boolean;
}

/** Where the file of a URL goes. */
export interface Place {
  /** The folder below the output folder, "" for that itself; each part is a safe name. */
  readonly folder: string;
  /** The name; undefined for the page of a folder. */
  readonly name: string | undefined;
}

/** Why a link is not followed. */
export type LeftOut =
  | "to other servers"
  | "above the folder"
  | "that sort the page"
  | "too deep in folders";

/** The most folders above a file, below the output folder. */
const MAX_FOLDERS = 64;

/** Links of the pages that servers make of folders, to the same in another order. */
const SORTING = /^\?(?:C=[NMSD](?:[;&]O=[AD])?|O=[AD]|(?:.*&)?(?:sort|order)=[a-z_]+(?:&.*)?)$/;

/**
 * Where the file of a link goes, or why it is left out.
 *
 * What is below the folder of the first page keeps its path from there. The rest of the server,
 * without `noParent`, goes to a folder that is named like it.
 *
 * @param url The URL of the link.
 * @param site The pages.
 */
export function placeOf(url: URL, { start, noParent }: Site): Place | LeftOut {
  if (url.origin !== start.origin) return "to other servers";
  const above = folderOf(start);
  const below = url.pathname.startsWith(above);
  if (!below && noParent) return "above the folder";
  if (url.pathname.endsWith("/") && SORTING.test(url.search)) return "that sort the page";
  const path = below ? url.pathname.slice(above.length) : url.pathname.slice(1);
  const parts = path.split("/");
  const last = parts.pop()!;
  const folders = parts.filter((part) => part !== "").map((part) => nameOfPart(part));
  if (!below) folders.unshift(safeFileName(url.host));
  if (folders.length > MAX_FOLDERS) return "too deep in folders";
  const name = last === "" ? undefined : nameOfPart(last, url.search);
  return { folder: folders.join("/"), name };
}

/**
 * Whether a URL may be that of a page: that of a folder, one without an ending, one of programs.
 *
 * @param url The URL.
 */
export function mayBePage(url: URL): boolean {
  const name = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
  const ending = /\.([a-z]\w{0,7})$/i.exec(name)?.[1]?.toLowerCase();
  return ending === undefined || /^(?:x?html?|shtml|php\d?|aspx?|jsp|cgi|pl)$/.test(ending);
}

/**
 * The name of a page.
 *
 * @param place Its place.
 * @param url Its URL.
 * @returns `index.html` for that of a folder; a name without an ending gets one, since there may
 * be a folder of that name too.
 */
export function nameOfPage({ name }: Place, url: URL): string {
  if (name === undefined) return safeFileName(`index.html${percentDecodedName(url.search)}`);
  return /\.[a-z]\w{0,7}(?:\?.*)?$/i.test(name) ? name : safeFileName(`${name}.html`);
}

function folderOf(url: URL): string {
  return url.pathname.slice(0, url.pathname.lastIndexOf("/") + 1);
}

/** One name, never a path, of a part of a URL's path; the query makes further files of it. */
function nameOfPart(part: string, query = ""): string {
  return safeFileName(
    (percentDecodedName(part) + percentDecodedName(query)).replaceAll(/[/\\]/g, "_"),
  );
}
