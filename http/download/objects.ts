/** The objects of a bucket in the place of a folder or of a pattern. */

import { HeliographError } from "../../net/errors.ts";
import { matchesGlob } from "../../net/text/glob.ts";
import type { HttpClient } from "../client/client.ts";
import { isKeyPattern, type S3Object, s3Text } from "../fields/s3_url.ts";
import type { LinkedFile } from "./links/link_list.ts";

/** A page of what a bucket has. */
export interface ObjectPage {
  /** The objects; their URLs are text, not encoded. */
  readonly files: LinkedFile[];
  /** What other keys begin with, each up to its next slash. */
  readonly folders: readonly string[];
}

/**
 * Lists objects, a page at a time.
 *
 * @param client What asks the store.
 * @param place A bucket and the beginning of a key, such as a folder with its slash; or a
 * pattern with a star: `*` is any text within a folder, `**` any text, `?` and `[a-z]` one
 * character.
 * @throws {HeliographError} If the store refuses.
 */
export async function* listObjects(
  client: HttpClient,
  { bucket, key }: S3Object,
): AsyncGenerator<ObjectPage> {
  const pattern = isKeyPattern(key) ? key : undefined;
  const prefix = pattern === undefined ? key : key.slice(0, key.search(/[*?[\\]/));
  const rest = key.slice(prefix.length);
  // Keys of other folders need not be listed where the pattern cannot reach them.
  const flat = !rest.includes("/") && !rest.includes("**");
  const store = await client.objectStore();
  for await (const page of store.list(bucket, prefix, flat ? "/" : undefined)) {
    const files: LinkedFile[] = [];
    for (const { key: found, size, modified } of page.objects) {
      // What stands for an empty folder is no file.
      if (found.endsWith("/") || (pattern !== undefined && !matchesKey(pattern, found))) continue;
      const name = found.slice(found.lastIndexOf("/") + 1);
      const url = s3Text({ bucket, key: found });
      files.push({ name, url, size, modified: modified?.slice(0, 19) });
    }
    const folders = pattern === undefined
      ? page.prefixes.map((prefix) => s3Text({ bucket, key: prefix }))
      : [];
    yield { files, folders };
  }
}

/**
 * The objects that match a pattern.
 *
 * @param client What asks the store.
 * @param pattern A bucket, and a key with a star.
 * @throws {HeliographError} If the store refuses, or nothing matches.
 */
export async function matchingObjects(
  client: HttpClient,
  pattern: S3Object,
): Promise<LinkedFile[]> {
  const found: LinkedFile[] = [];
  for await (const { files } of listObjects(client, pattern)) {
    for (const file of files) found.push(file);
  }
  if (found.length > 0) return found;
  const source = s3Text(pattern);
  throw new HeliographError(`Cannot fetch ${source}: no object there matches`, { source });
}

function matchesKey(pattern: string, key: string): boolean {
  if (pattern.includes("**")) return matchesGlob(pattern.replace(/\*{2,}/g, "*"), key);
  const parts = pattern.split("/");
  const names = key.split("/");
  return parts.length === names.length &&
    parts.every((part, i) => part === names[i] || matchesGlob(part, names[i]!));
}
