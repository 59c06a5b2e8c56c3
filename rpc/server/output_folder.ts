import { HeliographError, LimitError } from "../../net/errors.ts";
import { createPart, removeDeadFiles } from "../../net/own_parts.ts";
import { writeWhole } from "../../net/replace_file.ts";

/** The names that a server writes: no folder, no hidden file, nothing that a system reads in its own way. */
const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** What a server that was killed leaves of a file on its way: with the process and a number. */
const DEAD_PART = /^[A-Za-z0-9][A-Za-z0-9._-]*\.\d+-\d+\.part$/;

/**
 * The one folder in which a server may write what commands make.
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

  #pathOf(name: string): string {
    if (!SAFE_NAME.test(name)) {
      throw new HeliographError(
        `Cannot write ${JSON.stringify(name)}: expected letters, digits, '.', '_' and '-', ` +
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
