import { fileError } from "../../../net/file_error.ts";
import { readNote } from "./earlier_parts.ts";
import { partName, sidecarName } from "./sidecar.ts";

/** Files of one run above which the folder is listed instead of asked file by file. */
const LISTED_FROM = 32;

/**
 * What the folder had at the beginning of a run.
 *
 * For many files it is listed once: asking the system about each name costs 9
 * microseconds where there is none, and `node:fs`, whose `existsSync` does not throw,
 * takes 16 ms to load.
 */
export class OutputFolder {
  readonly path: string;
  #names: Set<string> | undefined;
  #notes: Map<string, string> | undefined;

  /**
   * Looks at a folder.
   *
   * @param path The folder.
   * @param files How many files are fetched into it.
   */
  constructor(path: string, files: number) {
    this.path = path;
    // Where names that differ in case are one file, only the system knows.
    if (files >= LISTED_FROM && Deno.build.os === "linux") this.#names = this.#list();
  }

  /** Whether there is a file, a folder or anything else of a name. */
  has(name: string): boolean {
    if (this.#names !== undefined) return this.#names.has(name);
    try {
      Deno.lstatSync(`${this.path}/${name}`);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }

  /**
   * Whether names that differ in case only are one file here: so it is on the disks of Windows
   * and macOS, on memory cards, and in folders of Linux that were made so.
   */
  foldsCase(): boolean {
    if (Deno.build.os === "darwin" || Deno.build.os === "windows") return true;
    const probe = `${this.path}/.heliograph-case.part`;
    try {
      Deno.openSync(probe, { write: true, create: true }).close();
      try {
        Deno.lstatSync(`${this.path}/.HELIOGRAPH-CASE.PART`);
        return true;
      } finally {
        Deno.removeSync(probe);
      }
    } catch (error) {
      // Where nothing can be tried, the safe answer is the one that gives two names.
      return !(error instanceof Deno.errors.NotFound);
    }
  }

  /** Whether there may be a part file of a name, with a note. */
  hasPart(name: string): boolean {
    return this.has(partName(name)) && this.has(sidecarName(name));
  }

  /** The name of the file of which there is a part, by the URL that it came from. */
  partOf(url: string): string | undefined {
    this.#notes ??= this.#readNotes();
    return this.#notes.get(url);
  }

  /** The names in the folder; undefined if it may be written to but not listed. */
  #list(): Set<string> | undefined {
    const names = new Set<string>();
    try {
      for (const entry of Deno.readDirSync(this.path)) names.add(entry.name);
    } catch (error) {
      if (error instanceof Deno.errors.PermissionDenied) return undefined;
      throw fileError(error, "list", this.path);
    }
    return names;
  }

  #readNotes(): Map<string, string> {
    const notes = new Map<string, string>();
    const ending = sidecarName("");
    for (const name of this.#names ?? this.#list() ?? []) {
      if (!name.endsWith(ending)) continue;
      const note = readNote(this.path, name);
      if (note !== undefined) notes.set(note.url, note.name);
    }
    return notes;
  }
}
