import { HeliographError, LimitError } from "../../net/errors.ts";
import { createPart, removeDeadFiles } from "../../net/own_parts.ts";
import { writeWhole } from "../../net/replace_file.ts";

/** The names that a server writes: no folder, no hidden file, nothing that a system reads in its own way. */
const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** What a server that was killed leaves of a file on its way: with the process and a number. */
const DEAD_PART = /^[A-Za-z0-9][A-Za-z0-9._-]*\.\d+-\d+\.part$/;

/**
 * The one folder in which a server may write what commands make, and from which they may read.
 *
 * A file appears whole or not at all where the folder may be read too. Names are checked again here, and a link of that
 * name is replaced, never followed.
 */
export class OutputFolder {
  #path: string;
  #limit: number;
  #written = 0;
  #parts = 0;

  /**
   * Makes the folder known; it must be there.
   *
   * @param path The folder.
   * @param limit The most bytes that are written in all.
   */
  constructor(path: string, limit: number) {
    this.#path = path.replace(/\/+$/, "") || "/";
    this.#limit = limit;
    removeDeadFiles(this.#path, DEAD_PART);
  }

  /** Bytes that have been written. */
  get written(): number {
    return this.#written;
  }

  /**
   * Writes a file, in place of one that has the name.
   *
   * @param name Its name.
   * @param bytes What it holds.
   * @throws {HeliographError} If the name is not safe or the folder cannot be written.
   * @throws {LimitError} If as much as is allowed has been written already.
   */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#pathOf(name);
    this.#charge(bytes.length, name);
    let part = "";
    try {
      const nextPart = () => part = `${path}.${Deno.pid}-${++this.#parts}.part`;
      using file = (await createPart(nextPart)).file;
      await writeWhole(file, bytes);
      await this.#replace(part, path, bytes);
    } catch (error) {
      await Deno.remove(part).catch(() => {});
      // What was not written leaves room for the next.
      this.#written -= bytes.length;
      throw cannotWrite(name, error);
    }
  }

  /**
   * Puts the finished part in its place. Renaming needs the permission to read the
   * folder; without it the file is rewritten, where no link can stand.
   */
  async #replace(part: string, path: string, bytes: Uint8Array): Promise<void> {
    try {
      await Deno.rename(part, path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotCapable)) throw error;
      await Deno.remove(part);
      await Deno.remove(path).catch((missing) => {
        if (!(missing instanceof Deno.errors.NotFound)) throw missing;
      });
      await Deno.writeFile(path, bytes, { createNew: true });
    }
  }

  /**
   * Makes an empty file if there is none of that name.
   *
   * @param name Its name.
   * @returns Whether there was none.
   */
  async claim(name: string): Promise<boolean> {
    try {
      (await Deno.open(this.#pathOf(name), { write: true, createNew: true })).close();
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) return false;
      throw cannotWrite(name, error);
    }
  }

  /** Takes back a name that was claimed, if nothing was written under it. */
  async unclaim(name: string): Promise<void> {
    const path = this.#pathOf(name);
    try {
      if ((await Deno.lstat(path)).size === 0) await Deno.remove(path);
    } catch {
      // Without the permission to read the folder an empty file stays, as one of another stays.
    }
  }

  /**
   * The bytes of a file.
   *
   * @param name Its name.
   * @throws {HeliographError} If the name is not safe, or no file of that name may be read.
   */
  async sizeOf(name: string): Promise<number> {
    const path = this.#pathOf(name, "read");
    try {
      return fileOnly(await Deno.lstat(path)).size;
    } catch (error) {
      throw cannotRead(name, error);
    }
  }

  /**
   * Reads a file; a link of that name is not followed.
   *
   * @param name Its name.
   * @param size Its bytes, as {@linkcode sizeOf} gave them.
   * @throws {HeliographError} If no file of that name may be read, or it has another size now.
   */
  async read(name: string, size: number): Promise<Uint8Array<ArrayBuffer>> {
    const path = this.#pathOf(name, "read");
    try {
      const there = fileOnly(await Deno.lstat(path));
      using file = await Deno.open(path);
      // What has been put in its place in between may be a link.
      const opened = await file.stat();
      if (opened.ino !== there.ino || opened.dev !== there.dev || opened.size !== size) {
        throw new HeliographError("it was changed meanwhile");
      }
      const bytes = new Uint8Array(size);
      for (let at = 0; at < size;) {
        const count = await file.read(bytes.subarray(at));
        if (count === null) throw new HeliographError("it was changed meanwhile");
        at += count;
      }
      return bytes;
    } catch (error) {
      throw cannotRead(name, error);
    }
  }

  #pathOf(name: string, verb: "read" | "write" = "write"): string {
    if (!SAFE_NAME.test(name)) {
      throw new HeliographError(
        `Cannot ${verb} ${JSON.stringify(name)}: expected letters, digits, '.', '_' and '-', ` +
          "a letter or digit first",
      );
    }
    return `${this.#path}/${name}`;
  }

  #charge(bytes: number, name: string): void {
    if (this.#written + bytes > this.#limit) {
      throw new LimitError(
        `Cannot write ${name} of ${bytes} bytes: ` +
          `${this.#written} of the ${this.#limit} that the server may write are used`,
      );
    }
    this.#written += bytes;
  }
}

/** The description of what is a file itself, and no link, folder or pipe. */
function fileOnly(info: Deno.FileInfo): Deno.FileInfo {
  if (info.isFile) return info;
  throw new HeliographError(info.isDirectory ? "it is a folder" : "it is no plain file");
}

/** Says what failed without telling a client where the folder is. */
function cannotRead(name: string, error: unknown): HeliographError {
  const reason = error instanceof HeliographError
    ? error.message
    : error instanceof Deno.errors.NotFound
    ? "there is no such file in the output folder"
    : error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied
    ? "the server may not read there"
    : error instanceof Error && "code" in error
    ? `the system says ${error.code}`
    : "the disk refused it";
  return new HeliographError(`Cannot read ${name}: ${reason}`, { cause: error });
}

/** Says what failed without telling a client where the folder is. */
function cannotWrite(name: string, error: unknown): HeliographError {
  const reason = error instanceof Deno.errors.NotFound
    ? "the output folder is missing"
    : error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied
    ? "the server may not write there"
    : error instanceof Deno.errors.IsADirectory
    ? "there is a folder of that name"
    : error instanceof Error && "code" in error && error.code === "ENOSPC"
    ? "the disk is full"
    : error instanceof Error && "code" in error
    ? `the system says ${error.code}`
    : "the disk refused it";
  return new HeliographError(`Cannot write ${name}: ${reason}`, { cause: error });
}
