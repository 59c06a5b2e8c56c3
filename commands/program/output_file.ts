/** Where a command writes: the rule of `--output` is the same everywhere. */

import { isS3Text } from "../../http/fields/s3_url.ts";
import { HeliographError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { type FlagSpec, UsageError } from "./command.ts";
import type { StoreTarget } from "./store_flags.ts";

/** The flag that lets a command replace a file that exists. */
export const CLOBBER_FLAG: FlagSpec & { readonly type: "boolean" } = {
  type: "boolean",
  help: "replace files that exist",
};

/** Loads what writes objects when one is written: a computed specifier, as for the commands. */
export async function loadObjectOutput(): Promise<typeof import("./object_output.ts")> {
  return await import(import.meta.resolve("./object_output.ts"));
}

/** What {@linkcode outputPlace} needs to know. */
export interface OutputRule {
  /** The value of `--clobber`. */
  readonly clobber: boolean;
  /** How many files are worked on: more than one need a folder. @default {1} */
  readonly count?: number | undefined;
  /** How objects are written, by a command that writes them. */
  readonly store?: StoreTarget | undefined;
}

/**
 * Finds where an output goes: `-` is standard output, `DIR/` and a folder that is there take a
 * file of a name of its own, and a file that is there is kept unless `--clobber`.
 *
 * @param output The value of `--output`.
 * @param name The name in a folder.
 * @param rule Whether files are replaced, and how many there are.
 * @returns The path, or `-`.
 * @throws {UsageError} If several files would go into one.
 * @throws {HeliographError} If the file is there.
 */
export async function outputPlace(
  output: string,
  name: string,
  { clobber, count = 1, store }: OutputRule,
): Promise<string> {
  if (isS3Text(output)) return await objectPlace(output, name, { clobber, count, store });
  const folder = output !== "-" && await isFolderName(output);
  if (count > 1 && !folder) {
    throw new UsageError(
      `--output is '${output}', expected a folder such as DIR/ for ${count} files`,
    );
  }
  if (!folder) {
    if (output !== "-") await refuseExisting(output, clobber);
    return output;
  }
  const place = output.replace(/\/*$/, "/");
  try {
    await Deno.mkdir(place, { recursive: true });
  } catch (error) {
    throw fileError(error, "make the folder of --output", output);
  }
  await refuseExisting(place + name, clobber);
  return place + name;
}

/** The same for an object: `s3://BUCKET` and what ends in a slash take a name of their own. */
async function objectPlace(
  output: string,
  name: string,
  { clobber, count = 1, store }: OutputRule,
): Promise<string> {
  if (store === undefined) {
    throw new UsageError(
      `--output is '${output}', expected a file: this command writes no objects`,
    );
  }
  const folder = /^s3:\/\/[^/]*$|\/$/i.test(output);
  if (count > 1 && !folder) {
    throw new UsageError(
      `--output is '${output}', expected a prefix such as s3://BUCKET/PREFIX/ for ${count} files`,
    );
  }
  const place = folder ? output.replace(/\/*$/, "/") + name : output;
  await refuseExisting(place, clobber, store);
  return place;
}

/**
 * Keeps a file, or an object, that is there.
 *
 * @param path The output; what is no regular file, such as a pipe, is written into.
 * @param clobber The value of `--clobber`.
 * @param store How objects are written; without it there are none.
 * @throws {HeliographError} If it is there, and not to be replaced.
 */
export async function refuseExisting(
  path: string,
  clobber = false,
  store?: StoreTarget,
): Promise<void> {
  if (store !== undefined && isS3Text(path)) {
    if (clobber || !await (await loadObjectOutput()).isObjectThere(path, store)) return;
    throw existsAlready(path);
  }
  if (clobber || path === "-" || (await statOf(path))?.isFile !== true) return;
  throw existsAlready(path);
}

function existsAlready(path: string): HeliographError {
  return new HeliographError(`Cannot write '${path}': it exists already; --clobber replaces it`, {
    source: path,
  });
}

/**
 * The name of a file without its folder and endings, for one that is made of it.
 *
 * @param source A path, a URL, an extended name, or `-`.
 * @param ending The ending of the new name, such as `.png`.
 */
export function nameFrom(source: string, ending: string): string {
  const path = source.replace(/\[.*$/s, "").replace(/[?#].*$/s, "");
  const name = path.slice(path.lastIndexOf("/") + 1)
    .replace(/(\.(gz|fz|bz2|Z))+$/i, "").replace(/\.(fits?|fts|jpe?g|png|npy)$/i, "");
  return `${/^[.-]*$/.test(name) ? "output" : name}${ending}`;
}

async function isFolderName(output: string): Promise<boolean> {
  return output.endsWith("/") || (await statOf(output))?.isDirectory === true;
}

async function statOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    // What else is wrong with it is said where it is written.
    if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) throw error;
    return undefined;
  }
}
