/** The FITS files that are asked for: opened once, closed when others are asked for or they change. */

import { createHash } from "node:crypto";
import type { FitsFile } from "../../fits/file/fits_file.ts";
import { openFits } from "../../fits/file/open.ts";
import type { Hdu } from "../../fits/file/hdu.ts";
import type { FileTree } from "../../http/files/tree.ts";
import { ProblemError } from "./problem.ts";
import { isSettled } from "../../http/files/validators.ts";
import {
  type FileVersion,
  type OpenFile,
  sameVersion,
  versionOf,
} from "../../http/server/open_file.ts";

/** Files that are open at one time, while no one reads more of them. */
const MAX_OPEN = 16;
/** Decoded tiles of compressed images that are kept for each file. */
const TILE_CACHE_BYTES = 32 << 20;
/** A file that was written to so lately may go on growing, in milliseconds. */
const MAX_FRESH_MS = 60_000;
/** HDUs of a file whose growth is followed. */
const MAX_GROWING_HDUS = 1_000;
/** Files whose growth is remembered. */
const MAX_GROWTHS = 256;
/** Bytes of a file within gzip, bzip2 or compress that are kept. */
const MAX_EXPANDED_BYTES = 512 << 20;

/** A version of a FITS file that is open. */
export class OpenFits {
  /** The name without its folder. */
  readonly name: string;
  /** Bytes of the file; of one that is compressed as a whole, as far as that is known. */
  readonly bytes: number;
  /** The HDUs. */
  readonly fits: FitsFile;
  /** Whether every later change will show: what is found out may be kept until then. */
  readonly settled: boolean;
  /** Whether it is on another server. */
  readonly isRemote: boolean;
  /** Where it is on the disk; undefined of one elsewhere. */
  readonly path: string | undefined;
  readonly #file: OpenFile | undefined;
  readonly #own: string;
  /** Of a file that grows: which of its versions have the same beginning. */
  #growth: Growth | undefined;
  #users = 0;
  #forgotten = false;
  #outdated = false;

  private constructor(
    name: string,
    file: OpenFile | undefined,
    fits: FitsFile,
    settled: boolean,
    { isRemote = false, path, own }: {
      readonly isRemote?: boolean | undefined;
      readonly path?: string | undefined;
      readonly own?: string | undefined;
    } = {},
  ) {
    this.name = name;
    this.bytes = fits.source.size ?? 0;
    this.#file = file;
    this.fits = fits;
    this.settled = settled;
    this.isRemote = isRemote;
    this.path = path;
    const version = file?.version;
    this.#own = version === undefined
      ? own ?? crypto.randomUUID()
      : `${version.dev} ${version.ino} ${version.size} ${version.mtime}`;
  }

  /**
   * Takes what is open already, such as a file on a server, as one that does not change.
   *
   * @param name What it is called.
   * @param fits The HDUs.
   * @param options Whether it is on another server, and what tells it from all others.
   */
  static of(
    name: string,
    fits: FitsFile,
    options: {
      readonly isRemote?: boolean | undefined;
      readonly own?: string | undefined;
    } = {},
  ): OpenFits {
    return new OpenFits(name, undefined, fits, true, options);
  }

  /**
   * Opens what a file holds.
   *
   * @param name The name without its folder.
   * @param file The file; it is closed with the result, or if it is no FITS file.
   * @param path Where it is.
   * @param now The time, in milliseconds since 1970.
   */
  static async open(
    name: string,
    file: OpenFile,
    path: string,
    now: number,
  ): Promise<OpenFits> {
    try {
      const { size, version } = file;
      const readAt = (target: Uint8Array, position: number) => file.readAt(target, position);
      const fits = await openFits({ name, size, readAt }, {
        tileCacheBytes: TILE_CACHE_BYTES,
        maxKeptBytes: MAX_EXPANDED_BYTES,
      });
      return new OpenFits(name, file, fits, isSettled(version, now), { path });
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** What tells this version of the file from others. */
  get validator(): string {
    return shortHash(this.#own);
  }

  /** The file as the system had it when it was opened; undefined of one elsewhere. */
  get version(): FileVersion | undefined {
    return this.#file?.version;
  }

  /** What tells this version of an HDU from others. */
  validatorOf(hdu: Hdu): string {
    if (this.#growth === undefined) {
      return shortHash(`${this.validator} ${hdu.index} ${hdu.headerOffset}`);
    }
    return shortHash(`${this.#growth.key} ${hdu.index} ${headOf(hdu)}`);
  }

  /** Whether its last HDU is still being written. */
  get isGrowing(): boolean {
    return this.#growth?.isPartial ?? false;
  }

  /** Counts how often the file became another, rather than longer. */
  get epoch(): number {
    return this.#growth?.epoch ?? 0;
  }

  /**
   * Finds out whether the file is one that was known before, and has only grown since: then what
   * was known of its HDUs stays true.
   *
   * @param before What was known.
   * @param now The time, in milliseconds since 1970.
   * @returns What is known now; undefined of a file that no one writes to.
   */
  async grow(before: Growth | undefined, now: number): Promise<Growth | undefined> {
    const version = this.version;
    if (version === undefined) return undefined;
    const isFresh = now - version.mtime < MAX_FRESH_MS;
    if (before === undefined && !isFresh) return undefined;
    const hdus = await Array.fromAsync(this.fits.hdus);
    if (hdus.length > MAX_GROWING_HDUS) return undefined;
    const heads = hdus.map(headOf);
    const hasGrown = before !== undefined && before.version.ino === version.ino &&
      before.version.dev === version.dev &&
      (version.size > before.version.size || version.mtime === before.version.mtime) &&
      // The header of the last HDU counts what it grows by.
      before.heads.slice(0, -1).every((head, i) => head === heads[i]);
    const epoch = hasGrown ? before.epoch : (before?.epoch ?? 0) + 1;
    const key = hasGrown ? before.key : crypto.randomUUID();
    const last = hdus.at(-1);
    const isPartial = last !== undefined && last.dataOffset + last.dataSize > version.size;
    this.#growth = { epoch, heads, version, key, isPartial };
    return this.#growth;
  }

  /** Whether it is known that there is another version now. */
  get isOutdated(): boolean {
    return this.#outdated;
  }

  /** Says that there is another version: who asks next has the file opened again. */
  outdate(): void {
    this.#outdated = true;
  }

  /** Makes sure that the bytes read so far are of this version. */
  checkUnchanged(): void {
    try {
      this.#file?.checkUnchanged();
    } catch (error) {
      // What is appended meanwhile leaves every byte that was read in its place.
      const isLonger = this.#growth !== undefined && this.path !== undefined &&
        (Deno.statSync(this.path).size) > this.#growth.version.size;
      if (!isLonger) throw error;
    }
  }

  /** Takes it into use: it stays open until that ends. Undefined if it is closed already. */
  use(): FitsInUse | undefined {
    if (this.#forgotten && this.#users === 0) return undefined;
    this.#users++;
    let ended = false;
    return {
      file: this,
      [Symbol.dispose]: () => {
        if (ended) return;
        ended = true;
        this.#users--;
        this.#closeIfUnused();
      },
    };
  }

  /** Closes it as soon as no one uses it. */
  forget(): void {
    if (this.#forgotten) return;
    this.#forgotten = true;
    this.#closeIfUnused();
  }

  #closeIfUnused(): void {
    if (!this.#forgotten || this.#users > 0) return;
    this.#file?.close();
    void this.fits.close();
  }
}

/** What is known of a file that grows. */
export interface Growth {
  /** How often it became another. */
  readonly epoch: number;
  /** The same for all versions that have only grown. */
  readonly key: string;
  readonly version: FileVersion;
  /** Where each HDU is, and its header. */
  readonly heads: readonly string[];
  /** Whether the last HDU is not all there. */
  readonly isPartial: boolean;
}

/** Where an HDU is, and its header. */
function headOf({ headerOffset, header }: Hdu): string {
  return shortHash(`${headerOffset} ${header.cards.map(({ raw }) => raw).join("\n")}`);
}

/** A file that somebody reads: it stays open for the scope. */
export interface FitsInUse extends Disposable {
  readonly file: OpenFits;
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 16);
}

/** Files beside those of the tree, such as pictures in memory, below a first name of their own. */
export interface FitsRoom {
  /**
   * A file of the room, in use.
   *
   * @param names What follows the room's name in the path.
   * @param query The parameters of the request.
   * @throws {ProblemError} If there is none.
   */
  use(names: readonly string[], query: URLSearchParams): Promise<FitsInUse>;
  /** The parameters of its own. */
  readonly parameters: readonly string[];
}

/** What there is besides a tree of files. */
export interface OtherFiles {
  /** Files on servers, by the parameter `url`; undefined where they may not be asked for. */
  readonly remote?: { use(url: string): Promise<FitsInUse> } | undefined;
  /** Rooms by the first name of a path. */
  readonly rooms?: ReadonlyMap<string, FitsRoom> | undefined;
  /** What stands in place of a tree, such as the objects of a bucket. */
  readonly objects?: FitsObjects | undefined;
}

/** Files that lie in no tree of this machine. */
export interface FitsObjects {
  /**
   * A file of them, in use.
   *
   * @param segments The names from the root down.
   * @throws {HttpError} If it is not there or may not be read.
   */
  use(segments: readonly string[]): Promise<FitsInUse>;
}

/** Opens the FITS files of a tree, and keeps the last of them open. */
export class OpenFiles implements Disposable {
  readonly #files: FileTree | undefined;
  readonly #now: () => number;
  readonly #others: OtherFiles;
  readonly #open = new Map<string, Promise<OpenFits>>();
  readonly #growths = new Map<string, Growth>();

  /**
   * Makes a collection of a tree's files, none of them open.
   *
   * @param tree The files; without it there are others alone.
   * @param now The clock, in milliseconds since 1970.
   * @param others What there is besides.
   */
  constructor(
    tree: FileTree | undefined,
    now: () => number = Date.now,
    others: OtherFiles = {},
  ) {
    this.#files = tree;
    this.#now = now;
    this.#others = others;
  }

  get #tree(): FileTree {
    if (this.#files !== undefined) return this.#files;
    throw new ProblemError(404, "not-found", "there are no files of this machine");
  }

  /**
   * The room that a path leads to, if it does not lead to a file of the tree.
   *
   * @param segments The names from the root down.
   */
  roomOf(segments: readonly string[]): FitsRoom | undefined {
    return segments.length > 1 ? this.#others.rooms?.get(segments[0]!) : undefined;
  }

  /**
   * The file that a request is about: on a server, in a room, or of the tree.
   *
   * @param segments The names from the root down; none with the parameter `url`.
   * @param query The parameters of the request.
   * @throws {HttpError} If it is not there or may not be read.
   * @throws {FormatError} If it is no FITS file.
   */
  async ask(segments: readonly string[], query: URLSearchParams): Promise<FitsInUse> {
    const url = segments.length === 0 ? query.get("url") : null;
    if (url !== null) {
      const { remote } = this.#others;
      if (remote !== undefined) return await remote.use(url);
      throw new ProblemError(
        403,
        "forbidden",
        "files of other servers are not read here: the flag --remote allows it",
        { parameter: "url" },
      );
    }
    const room = this.roomOf(segments);
    if (room !== undefined) return await room.use(segments.slice(1), query);
    return await (this.#others.objects ?? this).use(segments);
  }

  /**
   * A file as it is now, in use.
   *
   * @param segments The names from the root down.
   * @throws {HttpError} If it is not there or may not be read.
   * @throws {FormatError} If it is no FITS file.
   */
  async use(segments: readonly string[]): Promise<FitsInUse> {
    const path = this.#tree.locate(segments);
    for (;;) {
      const kept = await this.#open.get(path)?.catch(() => undefined);
      const isCurrent = kept?.settled &&
        (kept.version === undefined ||
          sameVersion(kept.version, versionOf(this.#tree.stat(path))));
      const inUse = isCurrent ? kept.use() : (await this.#reopen(path, segments)).use();
      if (inUse === undefined) continue;
      this.#touch(path);
      return inUse;
    }
  }

  /**
   * Gives what is open already a name; it stays open until all are closed.
   *
   * @param segments The names from the root down.
   * @param file What is open.
   */
  pin(segments: readonly string[], file: OpenFits): void {
    this.#open.set(this.#tree.locate(segments), Promise.resolve(file));
  }

  #reopen(path: string, segments: readonly string[]): Promise<OpenFits> {
    this.#forget(path);
    const file = this.#tree.open(path);
    const opening = this.#openFile(path, segments.at(-1) ?? "", file);
    this.#open.set(path, opening);
    opening.catch(() => {
      if (this.#open.get(path) === opening) this.#open.delete(path);
    });
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MAX_OPEN) break;
      this.#forget(oldest);
    }
    return opening;
  }

  async #openFile(path: string, name: string, file: OpenFile): Promise<OpenFits> {
    const now = this.#now();
    const opened = await OpenFits.open(name, file, path, now);
    const growth = await opened.grow(this.#growths.get(path), now);
    this.#growths.delete(path);
    if (growth !== undefined) this.#growths.set(path, growth);
    for (const oldest of this.#growths.keys()) {
      if (this.#growths.size <= MAX_GROWTHS) break;
      this.#growths.delete(oldest);
    }
    return opened;
  }

  /**
   * Where a file is on the disk.
   *
   * @param segments The names from the root down.
   */
  pathOf(segments: readonly string[]): string {
    return this.#tree.locate(segments);
  }

  /**
   * What tells the version of a file that is there now.
   *
   * @param segments The names from the root down.
   * @throws {HttpError} If it is not there.
   */
  versionOf(segments: readonly string[]): string {
    const { dev, ino, size, mtime } = versionOf(this.#tree.stat(this.#tree.locate(segments)));
    return `${dev} ${ino} ${size} ${mtime}`;
  }

  /** Closes all files. */
  [Symbol.dispose](): void {
    for (const path of [...this.#open.keys()]) this.#forget(path);
  }

  #touch(path: string): void {
    const file = this.#open.get(path);
    if (file === undefined) return;
    this.#open.delete(path);
    this.#open.set(path, file);
  }

  #forget(path: string): void {
    const file = this.#open.get(path);
    this.#open.delete(path);
    file?.then((open) => open.forget(), () => {});
  }
}
