/** Files that are there whole or not at all. */

import { fileURLToPath } from "node:url";
import { HeliographError } from "./errors.ts";
import { fileError, isDiskFull } from "./file_error.ts";

/**
 * Writes a file beside its place and renames it into it: a reader sees the old file
 * or the new one, never a half. What is no regular file (a pipe, `/dev/null`) is written
 * into: a rename would put a file in its stead.
 *
 * @param path Its place.
 * @param write Writes the file.
 * @returns What `write` returned.
 * @throws {HeliographError} If it cannot be written there.
 */
export async function replaceFile<T>(
  path: string | URL,
  write: (file: Deno.FsFile) => Promise<T>,
): Promise<T> {
  const part = await PartFile.create(path);
  try {
    const result = await write(part.file);
    await part.commit();
    return result;
  } catch (error) {
    throw isDiskFull(error) ? fileError(error, "write", nameOf(path)) : error;
  } finally {
    await part.discard();
  }
}

/** A file that is written beside its place; a pipe or a device itself. */
export class PartFile {
  /** The open file. */
  readonly file: Deno.FsFile;
  readonly #place: string;
  readonly #beside: string | undefined;
  #done = false;

  private constructor(file: Deno.FsFile, place: string, beside: string | undefined) {
    this.file = file;
    this.#place = place;
    this.#beside = beside;
  }

  /**
   * Opens a new file beside a place.
   *
   * @param path The place.
   */
  static async create(path: string | URL): Promise<PartFile> {
    const name = nameOf(path);
    const { place, mode, kind } = await placeOf(path);
    if (kind === "folder") {
      throw new HeliographError(`Cannot write '${name}': it is a folder, expected a file`, {
        source: name,
      });
    }
    const beside = `${place}.${crypto.randomUUID().slice(0, 8)}.part`;
    try {
      if (kind === "device") {
        return new PartFile(await Deno.open(path, { write: true }), place, undefined);
      }
      const options: Deno.OpenOptions = { write: true, createNew: true };
      if (mode !== undefined) options.mode = mode;
      const file = await Deno.open(beside, options);
      return new PartFile(file, place, beside);
    } catch (error) {
      throw fileError(error, "write", name);
    }
  }

  /** Closes the file and renames it into its place. */
  async commit(): Promise<void> {
    this.#done = true;
    this.file.close();
    if (this.#beside === undefined) return;
    try {
      await Deno.rename(this.#beside, this.#place);
    } catch (error) {
      await Deno.remove(this.#beside).catch(() => {});
      throw fileError(error, "write", this.#place);
    }
  }

  /** Closes and removes the file, unless it is in its place. */
  async discard(): Promise<void> {
    if (this.#done) return;
    this.#done = true;
    this.file.close();
    if (this.#beside !== undefined) await Deno.remove(this.#beside).catch(() => {});
  }
}

/** Where a file is to be, and what is there now. */
interface Place {
  readonly place: string;
  readonly mode?: number;
  readonly kind: "file" | "folder" | "device" | "nothing";
}

/** Where a file really is: a link to it stays a link, and it keeps its mode. */
async function placeOf(path: string | URL): Promise<Place> {
  try {
    const { mode, isFile, isDirectory } = await Deno.stat(path);
    // The link /dev/stdout leads to a pipe that has no name of its own.
    if (!isFile) return { place: nameOf(path), kind: isDirectory ? "folder" : "device" };
    const place = await Deno.realPath(path);
    return mode === null ? { place, kind: "file" } : { place, mode, kind: "file" };
  } catch {
    return { place: nameOf(path), kind: "nothing" };
  }
}

function nameOf(path: string | URL): string {
  return path instanceof URL ? fileURLToPath(path) : path;
}

/** Writes all bytes, however many writes the system makes of it. */
export async function writeWhole(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}
