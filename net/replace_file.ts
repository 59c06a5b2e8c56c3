/** Files that are there whole or not at all. */

import { fileURLToPath } from "node:url";
import { HeliographError } from "./errors.ts";
import { fileError, isDiskFull } from "./file_error.ts";
import { createPart, removeDeadParts } from "./own_parts.ts";

/**
 * Writes a file beside its place and renames it into it: a reader sees the old file
 * or the new one, never a half. What is no regular file (a pipe, `/dev/null`) is written
 * into: a rename would put a file in its stead. What a killed program has left of the same file
 * is removed.
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
    const { place, before, kind } = await placeOf(path);
    if (kind === "folder") {
      throw new HeliographError(`Cannot write '${name}': it is a folder, expected a file`, {
        source: name,
      });
    }
    const beside = () => `${place}.${crypto.randomUUID().slice(0, 8)}.part`;
    try {
      if (kind === "device") {
        return new PartFile(await Deno.open(path, { write: true }), place, undefined);
      }
      const mode = before?.mode ?? undefined;
      removeDeadParts(place);
      if (before === undefined || mode === undefined) {
        const { file, path } = await createPart(beside);
        return new PartFile(file, place, path);
      }
      // No one else may read it before it belongs to whom the old file belongs to.
      const own = await createPart(beside, { mode: mode & 0o700 });
      const part = new PartFile(own.file, place, own.path);
      await keepOwner(own.path, before, mode);
      return part;
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

/** Where a file is to be, and what exists there now. */
interface Place {
  readonly place: string;
  readonly before?: Deno.FileInfo;
  readonly kind: "file" | "folder" | "device" | "nothing";
}

/** Where a file really is: a link to it stays a link, and it keeps its owner and its mode. */
async function placeOf(path: string | URL): Promise<Place> {
  try {
    const before = await Deno.stat(path);
    // The link /dev/stdout leads to a pipe that has no name of its own.
    if (!before.isFile) {
      return { place: nameOf(path), kind: before.isDirectory ? "folder" : "device" };
    }
    return { place: await Deno.realPath(path), before, kind: "file" };
  } catch {
    return { place: nameOf(path), kind: "nothing" };
  }
}

/**
 * Gives a new file the owner, the group and the mode of the one whose place it takes. The
 * mode comes last: making the file cuts it by the umask, a change of the owner takes bits.
 */
async function keepOwner(path: string, { uid, gid }: Deno.FileInfo, mode: number): Promise<void> {
  const made = await Deno.stat(path);
  const [sameUser, sameGroup] = [made.uid === uid, made.gid === gid];
  const user = sameUser || await isGiven(path, uid, null);
  const group = sameGroup || await isGiven(path, null, gid);
  // Another group must not get what was granted to the old one.
  const granted = group ? mode : mode & ~0o070 | mode & (mode << 3) & 0o070;
  await Deno.chmod(path, granted & (user && group ? 0o7777 : 0o777));
}

/** Whether the system lets a file have another owner. */
async function isGiven(path: string, uid: number | null, gid: number | null): Promise<boolean> {
  try {
    await Deno.chown(path, uid, gid);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return false;
  }
}

function nameOf(path: string | URL): string {
  return path instanceof URL ? fileURLToPath(path) : path;
}

/** Writes all bytes, however many writes the system makes of it. */
export async function writeWhole(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}
