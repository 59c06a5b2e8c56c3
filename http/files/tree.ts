import { HeliographError } from "../../net/errors.ts";
import { HttpError } from "../message/http_error.ts";
import { inTurn, letSockets } from "../server/event_loop_turn.ts";
import {
  type FileVersion,
  OpenFile,
  OpenFolder,
  sameVersion,
  versionOf,
} from "../server/open_file.ts";
import type { OrderedNames, RememberedNames } from "./folder_names.ts";
import type { TreeEntry } from "./tree_entry.ts";

/** Which files below a folder can be seen. */
export interface FileTreeOptions {
  /** Whether names that begin with a dot can be seen. @default {false} */
  hidden?: boolean | undefined;
  /** Whether symbolic links may lead out of the folder. @default {false} */
  followSymlinks?: boolean | undefined;
}

const SEPARATOR = Deno.build.os === "windows" ? "\\" : "/";

/** Which entries of a folder are shown, and in which order. */
export interface ShownPart {
  /** Puts entries in order, of which nothing but names and kinds is known: sizes are NaN. */
  sort(entries: readonly TreeEntry[]): Promise<TreeEntry[]>;
  /** Which of so many are shown: those from `first` to before `end`. */
  range(count: number): { readonly first: number; readonly end: number };
  /** The names as they were before, in the same order. */
  readonly names?: RememberedNames | undefined;
}

/** An entry as its folder has it. */
type Named = Pick<Deno.DirEntry, "name" | "isSymlink"> & Partial<Deno.DirEntry>;

/** Entries of a folder that are looked at in one step, which takes half a millisecond. */
const ENTRIES_PER_STEP = 64;
/** Milliseconds of names between two turns of the sockets. */
const MAX_SLICE_MS = 4;
/** The most entries of a folder that is listed; each takes some 200 bytes while it is sorted. */
const MAX_ENTRIES = 2_000_000;

/**
 * The files below a folder, and none beside them.
 *
 * Errors are HttpErrors for the client: 404 for everything that is not there or
 * may not be seen, 403 where the system refuses, never with a path of the disk.
 */
export class FileTree {
  /** The folder, with every link on the way to it resolved. */
  readonly root: string;
  #hidden: boolean;
  #followSymlinks: boolean;

  /**
   * Makes sure that the folder can be served.
   *
   * @param root The folder.
   * @param options What can be seen.
   * @throws {HeliographError} If there is no such folder or it cannot be read.
   */
  constructor(root: string, options: FileTreeOptions = {}) {
    this.#hidden = options.hidden ?? false;
    this.#followSymlinks = options.followSymlinks ?? false;
    try {
      this.root = Deno.realPathSync(root);
      if (!Deno.statSync(this.root).isDirectory) throw new Deno.errors.NotADirectory();
      Deno.readDirSync(this.root)[Symbol.iterator]().next();
    } catch (error) {
      throw cannotServe(root, error);
    }
  }

  /**
   * The path on the disk of names below the root.
   *
   * @throws {HttpError} 404 if one of them is hidden.
   */
  locate(segments: readonly string[]): string {
    if (!this.#hidden && segments.some((name) => name.startsWith("."))) throw notFound();
    return segments.length === 0 ? this.root : `${this.root}/${segments.join("/")}`;
  }

  /**
   * What is at a path: a regular file or a folder.
   *
   * @throws {HttpError} 404 if there is neither, 403 if it may not be looked at.
   */
  stat(path: string): Deno.FileInfo {
    const info = this.#ask(() => Deno.statSync(path));
    if (!info.isFile && !info.isDirectory) throw notFound();
    return info;
  }

  /** What is at a path, if there is a regular file or a folder that may be looked at. */
  statIfAny(path: string): Deno.FileInfo | undefined {
    try {
      return this.stat(path);
    } catch (error) {
      if (error instanceof HttpError) return undefined;
      throw error;
    }
  }

  /**
   * Makes sure that a folder lies below the root.
   *
   * @throws {HttpError} 404 if a link leads out of it.
   */
  confine(path: string): void {
    if (!this.#ask(() => this.#isBelowRoot(path, undefined))) throw notFound();
  }

  /**
   * Opens the regular file at a path.
   *
   * What was checked is what is open: the descriptor and the place below the root
   * have to be the same file, whatever is renamed or linked meanwhile.
   *
   * @throws {HttpError} As {@linkcode FileTree.stat}; 404 also for a link out of the root.
   */
  open(path: string): OpenFile {
    return this.#ask(() => {
      const file = OpenFile.open(path);
      try {
        const { place } = file;
        const isBelow = place === undefined || this.#followSymlinks
          ? this.#isBelowRoot(path, file.version)
          : this.#covers(place);
        if (!isBelow) throw notFound();
        return file;
      } catch (error) {
        file.close();
        throw error;
      }
    });
  }

  /**
   * Lists a folder, in no order, without what could not be asked for.
   *
   * What was checked is what is listed: the folder is open meanwhile. Where the system does
   * not tell what is open, each entry has to lie below the root.
   *
   * @throws {HttpError} As {@linkcode FileTree.open}; 503 for more entries than can be sorted.
   */
  async list(path: string): Promise<TreeEntry[]> {
    return (await this.listAll(path)).entries;
  }

  /**
   * Lists a folder as {@linkcode FileTree.list} does, and counts what has no name that Deno opens:
   * one that is not UTF-8, as in archives of another time.
   */
  async listAll(path: string): Promise<{ entries: TreeEntry[]; unnamed: number }> {
    return await this.listPart(path, undefined);
  }

  /**
   * Lists a folder of which a part is shown: sizes and times are asked for of that part alone,
   * since to ask takes longer than all the rest.
   *
   * @param path The folder.
   * @param part The order, and what is shown; without it, all is. Where the system does not tell
   * what is open, everything is known of all.
   * @returns The entries in order, those that are shown with everything, without what could not
   * be asked for.
   */
  async listPart(
    path: string,
    part: ShownPart | undefined,
  ): Promise<{ entries: TreeEntry[]; unnamed: number }> {
    using folder = this.#ask(() => new OpenFolder(path));
    if (folder.place === undefined) this.confine(path);
    else if (!this.#followSymlinks && !this.#covers(folder.place)) throw notFound();
    if (part === undefined || folder.place === undefined) {
      const found = await this.#named(folder.path);
      const { entries, unnamed } = await this.#known(folder, found, false);
      return { entries: await part?.sort(entries) ?? entries, unnamed };
    }
    const { sorted, unnamed } = await this.#namesOf(folder, part);
    const { first, end } = part.range(sorted.length);
    const shown = sorted.slice(first, end).map(({ name }) => ({ name, isSymlink: true }));
    const { entries: asked } = await this.#known(folder, shown, false);
    return { entries: [...sorted.slice(0, first), ...asked, ...sorted.slice(end)], unnamed };
  }

  /** The names of a folder in order, read or as they are remembered. */
  async #namesOf(folder: OpenFolder, { sort, names }: ShownPart): Promise<OrderedNames> {
    const version = versionOf(Deno.statSync(folder.path));
    const remembered = names?.find(version);
    if (remembered !== undefined) return remembered;
    const found = await this.#named(folder.path);
    const { entries, unnamed } = await this.#known(folder, found, true);
    const ordered = { sorted: await sort(entries), unnamed };
    // What came while they were read may be among them or not.
    if (sameVersion(version, versionOf(Deno.statSync(folder.path)))) names?.keep(version, ordered);
    return ordered;
  }

  /** What is known of entries: all, or no more than costs nothing. */
  async #known(
    folder: OpenFolder,
    found: readonly Named[],
    isPart: boolean,
  ): Promise<{ entries: TreeEntry[]; unnamed: number }> {
    const entries: TreeEntry[] = [];
    let unnamed = 0;
    for (let at = 0; at < found.length; at += ENTRIES_PER_STEP) {
      await inTurn(() => {
        for (const entry of found.slice(at, at + ENTRIES_PER_STEP)) {
          const listed = isPart ? this.#kind(folder, entry) : this.#entry(folder, entry);
          if (listed !== undefined) entries.push(listed);
          else if (entry.name.includes("\ufffd")) unnamed++;
        }
      });
    }
    return { entries, unnamed };
  }

  /** The entries that a request can name. */
  async #named(path: string): Promise<Deno.DirEntry[]> {
    const found: Deno.DirEntry[] = [];
    try {
      let seen = 0;
      let since = performance.now();
      for await (const entry of Deno.readDir(path)) {
        if (++seen % ENTRIES_PER_STEP === 0 && performance.now() - since > MAX_SLICE_MS) {
          await letSockets();
          since = performance.now();
        }
        if (!this.#hidden && entry.name.startsWith(".")) continue;
        // No request can name it (parseRequestPath).
        if (entry.name.includes("\\")) continue;
        if (found.push(entry) > MAX_ENTRIES) {
          throw new HttpError(503, "the folder has too many files");
        }
      }
    } catch (error) {
      this.#ask(() => {
        throw error;
      });
    }
    return found;
  }

  /** Name and kind, as the folder has them; all of a link, since only what it leads to is shown. */
  #kind(folder: OpenFolder, entry: Named): TreeEntry | undefined {
    // A name that is not UTF-8 leads nowhere.
    if (entry.isSymlink || entry.name.includes("\ufffd")) return this.#entry(folder, entry);
    if (!entry.isFile && !entry.isDirectory) return undefined;
    return { name: entry.name, isFolder: entry.isDirectory === true, size: NaN, mtime: 0 };
  }

  #entry(folder: OpenFolder, { name, isSymlink }: Named): TreeEntry | undefined {
    const path = `${folder.path}/${name}`;
    try {
      const info = Deno.statSync(path);
      if (!info.isFile && !info.isDirectory) return undefined;
      const version = versionOf(info);
      const isSure = !isSymlink && folder.place !== undefined;
      if (!isSure && !this.#isBelowRoot(path, version)) return undefined;
      const size = info.isDirectory ? 0 : info.size;
      return { name, isFolder: info.isDirectory, size, mtime: version.mtime };
    } catch (error) {
      // A broken link, or a file that went away meanwhile.
      if (statusOf(error) === undefined) throw error;
      return undefined;
    }
  }

  /** Whether a real path is the root or lies below it. */
  #covers(real: string): boolean {
    const prefix = this.root.endsWith(SEPARATOR) ? this.root : this.root + SEPARATOR;
    return real === this.root || real.startsWith(prefix);
  }

  #isBelowRoot(path: string, expected: FileVersion | undefined): boolean {
    const real = this.#followSymlinks ? path : Deno.realPathSync(path);
    if (!this.#followSymlinks && !this.#covers(real)) return false;
    if (expected === undefined) return true;
    const found = versionOf(Deno.statSync(real));
    return found.dev === expected.dev && found.ino === expected.ino;
  }

  #ask<T>(question: () => T): T {
    try {
      return question();
    } catch (error) {
      const status = statusOf(error);
      if (status === undefined) throw error;
      if (status === 404) throw notFound(error);
      throw new HttpError(
        status,
        status === 403 ? "the file may not be read" : "too many files are open",
        { cause: error },
      );
    }
  }
}

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  ENOENT: 404,
  ENOTDIR: 404,
  ENAMETOOLONG: 404,
  ELOOP: 404,
  ENXIO: 404,
  EACCES: 403,
  EPERM: 403,
  EMFILE: 503,
  ENFILE: 503,
};

/** The status for an error of the file system; undefined for what is no such error. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof Deno.errors.NotFound) return 404;
  // A link to what the program has no permission for is a link out of the tree.
  if (error instanceof Deno.errors.NotCapable) return 404;
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? STATUS_OF_CODE[code] : undefined;
}

function notFound(cause?: unknown): HttpError {
  return new HttpError(404, "there is no such file", { cause });
}

function cannotServe(root: string, error: unknown): unknown {
  const reason = error instanceof Deno.errors.NotCapable
    ? `the program may not read it, expected the flag --allow-read=${root}`
    : error instanceof Deno.errors.NotADirectory
    ? "it is a file, expected a folder"
    : statusOf(error) === 404
    ? "there is no such folder"
    : statusOf(error) === 403
    ? "the system does not permit to read it"
    : undefined;
  if (reason === undefined) return error;
  return new HeliographError(`Cannot serve '${root}': ${reason}`, { cause: error, source: root });
}
