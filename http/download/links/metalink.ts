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

/** Sums, the strongest first. */
const SUMS: readonly string[] = ["sha-512", "sha-256", "sha-1", "md5"];

/** Whether a list is Metalink, by its first characters. */
export function isMetalink(text: string): boolean {
  return /^\ufeff?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^]{0,5000}?-->\s*)*<metalink[\s>]/i.test(text);
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
  const content = text.replace(/<!--[^]*?-->/g, "");
  for (const match of content.matchAll(/<file\s+([^<>]*)>([^]*?)<\/file\s*>/gi)) {
    if (files.length === MAX_FILES) {
      throw new FormatError(`Cannot read ${source}: it has more than ${MAX_FILES} files`, {
        source,
      });
    }
    const name = attribute(match[1]!, "name");
    const shown = JSON.stringify((name ?? "").slice(0, 80));
    const [url, ...mirrors] = placesOf(match[2]!);
    if (name === undefined || url === undefined) {
      const found = name === undefined ? "a file without a name" : `no place of ${shown}`;
      throw new FormatError(
        `Cannot read ${source}: found ${found}, expected one over http or https`,
        { source },
      );
    }
    const sum = sumOf(match[2]!);
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

/** The places, by their priority: 1 comes first, and none last. */
function placesOf(file: string): string[] {
  const places = [...file.matchAll(/<url(\s[^<>]*)?>\s*([^<\s]+)\s*<\/url\s*>/gi)].map((match) => ({
    url: unescaped(match[2]!),
    priority: Number(attribute(match[1] ?? "", "priority") ?? 999_999),
  }));
  return places.filter(({ url }) => /^https?:\/\//i.test(url))
    .sort((a, b) => a.priority - b.priority).map(({ url }) => url);
}

function sumOf(file: string): string | undefined {
  // The sums of pieces are not those of the file.
  const whole = file.replace(/<pieces[^]*?<\/pieces\s*>/gi, "");
  const found = new Map(
    [...whole.matchAll(/<hash\s+([^<>]*)>\s*([0-9a-f]+)\s*<\/hash\s*>/gi)].map((match) => [
      attribute(match[1]!, "type")?.toLowerCase(),
      match[2]!,
    ]),
  );
  const type = SUMS.find((name) => found.has(name));
  return type === undefined ? undefined : `${type}=${found.get(type)}`;
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
  return text.replace(/&(?:amp|lt|gt|quot|apos);/g, (entity) => ENTITIES[entity]!);
}
