/**
 * Metalink 4 (RFC 5854): a list of files with their mirrors and sums, in XML.
 *
 * @module
 */

import { FormatError } from "../../../net/errors.ts";
import { parseSum } from "../../fields/digest_fields.ts";
import type { ListedUrl } from "./input_list.ts";

/** The most files of a list. */
const MAX_FILES = 100_000;

/** Characters before the first element: a comment may say whose list it is. */
const MAX_PROLOGUE = 100_000;
/** Characters of a name and of a whole tag that are looked at. */
const [MAX_NAME, MAX_TAG] = [20, 10_000];

/** Sums, the strongest first. */
const SUMS: readonly string[] = ["sha-512", "sha-256", "sha-1", "md5"];

/** Whether a list is Metalink, by its first characters. */
export function isMetalink(text: string): boolean {
  if (!/^\ufeff?\s*</.test(text)) return false;
  for (const { name } of tagsOf(text.slice(0, MAX_PROLOGUE))) return name === "metalink";
  return false;
}

/**
 * Reads a Metalink: of each file its name, its places over http and https, those that are
 * preferred first, and its strongest sum.
 *
 * @param text The list.
 * @param source Its name, for messages.
 * @returns Its files in order.
 * @throws {FormatError} If a file has no place over http or https, or a sum that is none.
 */
export function parseMetalink(text: string, source = "the list"): ListedUrl[] {
  const files: ListedUrl[] = [];
  for (const { name, places, sums } of filesOf(text)) {
    if (files.length === MAX_FILES) {
      throw new FormatError(`Cannot read ${source}: it has more than ${MAX_FILES} files`, {
        source,
      });
    }
    const shown = JSON.stringify((name ?? "").slice(0, 80));
    const [url, ...mirrors] = places.filter((place) => /^https?:\/\//i.test(place.url))
      .sort((a, b) => a.priority - b.priority).map((place) => place.url);
    if (name === undefined || url === undefined) {
      const found = name === undefined ? "a file without a name" : `no place of ${shown}`;
      throw new FormatError(
        `Cannot read ${source}: found ${found}, expected one over http or https`,
        { source },
      );
    }
    const type = SUMS.find((known) => sums.has(known));
    const sum = type === undefined ? undefined : `${type}=${sums.get(type)}`;
    if (sum !== undefined && parseSum(sum) === undefined) {
      throw new FormatError(`Cannot read ${source}: the sum of ${shown} is none`, { source });
    }
    // A folder in the name is for programs that make folders.
    const entry: ListedUrl = { url, name: name.slice(name.lastIndexOf("/") + 1) };
    files.push({
      ...entry,
      ...(mirrors.length === 0 ? {} : { mirrors }),
      ...(sum === undefined ? {} : { checksum: sum }),
    });
  }
  return files;
}

/** A file of the list, as it is described. */
interface Described {
  readonly name: string | undefined;
  /** Its places, with their priority: 1 comes first, and none last. */
  readonly places: { readonly url: string; readonly priority: number }[];
  /** Its sums, by their types; those of pieces are not those of the file. */
  readonly sums: Map<string, string>;
}

/** Finds the files that begin and end. */
function* filesOf(text: string): Generator<Described> {
  let file: Described | undefined;
  let inPieces = false;
  for (const { name, attributes, content } of tagsOf(text)) {
    if (name === "file") {
      file ??= { name: attribute(attributes, "name"), places: [], sums: new Map() };
    } else if (file === undefined) continue;
    else if (name === "/file") {
      yield file;
      file = undefined;
      inPieces = false;
    } else if (name === "pieces") inPieces = true;
    else if (name === "/pieces") inPieces = false;
    else if (name === "url" && /^\S+$/.test(content)) {
      const priority = Number(attribute(attributes, "priority") ?? 999_999);
      file.places.push({ url: unescaped(content), priority });
    } else if (name === "hash" && !inPieces && /^[0-9a-f]+$/i.test(content)) {
      const type = attribute(attributes, "type")?.toLowerCase();
      if (type !== undefined) file.sums.set(type, content);
    }
  }
}

/** A tag, with the text behind it up to the next. */
interface Tag {
  /** The element in small letters, behind a slash where it ends. */
  readonly name: string;
  readonly attributes: string;
  readonly content: string;
}

/** The tags of a text, outside of comments; what is never closed ends it, so that the time is linear. */
function* tagsOf(text: string): Generator<Tag> {
  for (let at = text.indexOf("<"); at >= 0; at = text.indexOf("<", at)) {
    if (text.startsWith("<!--", at)) {
      const end = text.indexOf("-->", at + 4);
      if (end < 0) return;
      at = end + 3;
      continue;
    }
    const end = text.indexOf(">", at);
    if (end < 0) return;
    const [, name] = /^<(\/?[a-z]+)(?=[\s/>])/i.exec(text.slice(at, at + MAX_NAME)) ?? [];
    const behind = text.indexOf("<", end);
    if (name !== undefined) {
      yield {
        name: name.toLowerCase(),
        attributes: text.slice(at + 1 + name.length, Math.min(end, at + MAX_TAG)),
        content: text.slice(end + 1, behind < 0 ? text.length : behind).trim(),
      };
    }
    at = end + 1;
  }
}

function attribute(attributes: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "i").exec(
    attributes,
  );
  const value = match?.[1] ?? match?.[2];
  return value === undefined ? undefined : unescaped(value);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&amp;": "&",
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
};

function unescaped(text: string): string {
  return text.replace(
    /&(?:amp|lt|gt|quot|apos|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi,
    (entity, decimal, hex) => {
      if (decimal === undefined && hex === undefined) return ENTITIES[entity.toLowerCase()]!;
      const code = decimal === undefined ? parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : entity;
    },
  );
}
