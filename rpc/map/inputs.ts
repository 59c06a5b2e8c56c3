/** The inputs of a map: what names, patterns and lists stand for. */

import { HttpClient } from "../../http/client/client.ts";
import { isKeyPattern, isS3Text, parseS3Text, s3Text } from "../../http/fields/s3_url.ts";
import { listObjects } from "../../http/download/objects.ts";
import type { S3Options } from "../../http/s3/options.ts";
import { HeliographError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { isGlob, matchesGlob } from "../../net/text/glob.ts";

/** What the inputs are found with. */
export interface InputOptions {
  /** How object stores are reached. */
  readonly s3?: S3Options | undefined;
  /** Ends the search. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Finds the inputs that names stand for.
 *
 * @param names Paths, patterns of the shell, URLs, `s3:` URLs; of these one that ends in a slash
 * or has a star stands for the objects there. Behind each, brackets may choose an HDU and a section.
 * @param options How stores are reached.
 * @throws {HeliographError} If nothing matches a pattern.
 */
export async function* findInputs(
  names: Iterable<string> | AsyncIterable<string>,
  options: InputOptions = {},
): AsyncGenerator<string> {
  for await (const name of names) {
    options.signal?.throwIfAborted();
    const [, pattern = name, choice = ""] = /^(.*?)((?:\[[^\]]*\])+)$/s.exec(name) ?? [];
    const found = isS3Text(name)
      ? objectsOf(pattern, options)
      : /^[a-z][a-z0-9+.-]+:/i.test(name) || !isGlob(pattern) || isThere(name)
      ? undefined
      : matchingFiles(pattern);
    if (found === undefined) {
      yield name;
      continue;
    }
    let count = 0;
    for await (const one of found) {
      count++;
      yield one + choice;
    }
    if (count > 0) continue;
    const kind = isS3Text(name) ? "object" : "file";
    throw new HeliographError(`Cannot find '${pattern}': no ${kind} matches`, { source: name });
  }
}

/** The objects of a prefix or a pattern; undefined where the URL is that of one object. */
function objectsOf(text: string, { s3, signal }: InputOptions): AsyncIterable<string> | undefined {
  const place = parseS3Text(text);
  if (place.key !== "" && !place.key.endsWith("/") && !isKeyPattern(place.key)) return undefined;
  return (async function* () {
    using client = new HttpClient({ s3, signal });
    if (isKeyPattern(place.key)) {
      for await (const { files } of listObjects(client, place)) {
        for (const { url } of files) yield url;
      }
      return;
    }
    // Those of the folders below come too: a map is over all that is there.
    for await (const { objects } of (await client.objectStore()).list(place.bucket, place.key)) {
      for (const { key } of objects) {
        if (!key.endsWith("/")) yield s3Text({ bucket: place.bucket, key });
      }
    }
  })();
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return false;
  }
}

/** The files that match a pattern, in the order of their names; `**` is any number of folders. */
async function* matchingFiles(pattern: string): AsyncGenerator<string> {
  const segments = pattern.split("/");
  const fixed = segments.findIndex((segment) => isGlob(segment));
  const start = segments.slice(0, fixed).join("/");
  yield* matchIn(fixed === 0 ? "" : `${start}/`, segments.slice(fixed));
}

async function* matchIn(
  folder: string,
  [segment = "", ...others]: readonly string[],
): AsyncGenerator<string> {
  const last = others.length === 0;
  const deep = segment === "**";
  if (deep && !last) yield* matchIn(folder, others);
  if (!deep && !isGlob(segment)) {
    const path = folder + segment;
    if (!last) yield* matchIn(`${path}/`, others);
    else if (isThere(path)) yield path;
    return;
  }
  for (const entry of entriesOf(folder)) {
    if (!(deep ? !entry.name.startsWith(".") : matchesGlob(segment, entry.name))) continue;
    const path = folder + entry.name;
    // A link to a folder may lead back: `**` follows none.
    if (deep && entry.isDirectory) yield* matchIn(`${path}/`, [segment, ...others]);
    if (last ? isFile(path, entry) : !deep && isFolder(path, entry)) {
      if (last) yield path;
      else yield* matchIn(`${path}/`, others);
    }
  }
}

/** What a folder has, in the order of code units; none where there is no such folder. */
function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder || ".")]
      .sort(({ name: one }, { name: other }) => one < other ? -1 : one > other ? 1 : 0);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return [];
    }
    throw fileError(error, "look into", folder);
  }
}

function isFile(path: string, entry: Deno.DirEntry): boolean {
  return entry.isSymlink ? statOf(path)?.isFile === true : entry.isFile;
}

function isFolder(path: string, entry: Deno.DirEntry): boolean {
  return entry.isSymlink ? statOf(path)?.isDirectory === true : entry.isDirectory;
}

function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return undefined;
  }
}
