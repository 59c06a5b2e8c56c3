import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { ClosedError } from "../../net/errors.ts";

/** What tells one file, and one version of it, from another. */
export interface FileVersion {
  /** The device that holds the file. */
  readonly dev: number;
  /** The number of the file on the device. */
  readonly ino: number;
  /** Bytes. */
  readonly size: number;
  /** When the bytes changed last, in milliseconds since 1970. */
  readonly mtime: number;
  /** When bytes or metadata changed last, in milliseconds since 1970, often to the second only. */
  readonly ctime: number;
}

/** Bytes of an open file, as a body or a part of one. */
export interface FilePart {
  /** The file; the server closes it when the answer is sent or has failed. */
  readonly file: OpenFile;
  /** The first byte, counted from 0. */
  readonly start: number;
  /** The byte after the last one. */
  readonly end: number;
}

/** The first and the last time that HTTP and ISO 8601 can write with a year of four digits. */
const MIN_TIME = Date.parse("0000-01-01T00:00:00Z");
const MAX_TIME = Date.UTC(10_000, 0) - 1;

/** The version that `Deno.stat` found. */
export function versionOf(info: Deno.FileInfo): FileVersion {
  const mtime = knownTime(info.mtime?.getTime());
  return {
    dev: info.dev,
    ino: info.ino ?? 0,
    size: info.size,
    mtime,
    ctime: info.ctime === null ? mtime : knownTime(info.ctime.getTime()),
  };
}

/**
 * A time of a file system in whole milliseconds. What no date can hold, as broken archives
 * and file systems leave it, counts as 1970: it must not take its folder with it.
 */
function knownTime(time: number | undefined): number {
  return time !== undefined && time >= MIN_TIME && time <= MAX_TIME ? Math.floor(time) : 0;
}

/** Whether two versions have the same bytes, as far as metadata can tell. */
export function sameVersion(a: FileVersion, b: FileVersion): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtime === b.mtime &&
    a.ctime === b.ctime && a.dev === b.dev;
}

/** A regular file that is open for reading, and the version that it had when it was opened. */
export class OpenFile implements Disposable {
  /** The file as it was opened. */
  readonly version: FileVersion;
  #fd: number;

  private constructor(fd: number, version: FileVersion) {
    this.#fd = fd;
    this.version = version;
  }

  /**
   * Opens a file.
   *
   * @param path The file. Anything but a regular file is refused: a named pipe
   * without a writer would otherwise hold the whole process.
   * @throws {Deno.errors.NotFound} If there is no regular file of that name.
   */
  static open(path: string): OpenFile {
    // Stat first, since opening some devices has effects; O_NONBLOCK, since the
    // file may be another one by now.
    if (!Deno.statSync(path).isFile) throw new Deno.errors.NotFound("no regular file");
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const info = fstatSync(fd);
      if (!info.isFile()) throw new Deno.errors.NotFound("no regular file");
      return new OpenFile(fd, versionOfStats(info));
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  }

  /** Where the file really is; undefined where the system does not tell. */
  get place(): string | undefined {
    return placeOfDescriptor(this.#fd);
  }

  /** Bytes of the file when it was opened. */
  get size(): number {
    return this.version.size;
  }

  /**
   * Reads from a place in the file.
   *
   * @param target Where the bytes go.
   * @param position The first byte to read, counted from 0.
   * @returns How many bytes were read; 0 at the end of the file.
   */
  readAt(target: Uint8Array, position: number): number {
    return readSync(this.#fd, target, 0, target.length, position);
  }

  /**
   * Fills memory from a place in the file.
   *
   * @param target Where the bytes go, all of it.
   * @param position The first byte to read, counted from 0.
   * @throws {ClosedError} If the file ends before that: it was cut off meanwhile.
   */
  readFully(target: Uint8Array, position: number): void {
    for (let done = 0; done < target.length;) {
      const view = done === 0 ? target : target.subarray(done);
      const count = this.readAt(view, position + done);
      if (count === 0) throw changedWhileRead();
      done += count;
    }
  }

  /**
   * Makes sure that the bytes read so far are all of the version that was opened.
   *
   * @throws {ClosedError} If the file has changed since.
   */
  checkUnchanged(): void {
    // Nothing else: a new name, a new link or another mode leaves every byte in its place.
    const { size, mtime } = versionOfStats(fstatSync(this.#fd));
    if (size !== this.version.size || mtime !== this.version.mtime) throw changedWhileRead();
  }

  /** Closes the file; a second time does nothing. */
  close(): void {
    if (this.#fd < 0) return;
    closeSync(this.#fd);
    this.#fd = -1;
  }

  /** Closes the file. */
  [Symbol.dispose](): void {
    this.close();
  }
}

function versionOfStats({ dev, ino, size, mtimeMs, ctimeMs }: Stats): FileVersion {
  return { dev, ino, size, mtime: knownTime(mtimeMs), ctime: knownTime(ctimeMs) };
}

function changedWhileRead(): ClosedError {
  return new ClosedError("Cannot go on reading the file: it has changed since it was opened");
}

/** Where Linux tells what a descriptor is, and lets it be used as a path. */
const DESCRIPTORS = "/proc/self/fd/";
let knowsDescriptors: boolean | undefined;

/**
 * Where an open file or folder really is, whatever its names lead to meanwhile.
 *
 * @param fd The descriptor.
 * @returns The path; undefined where the system, or the program's permissions, do not tell.
 */
export function placeOfDescriptor(fd: number): string | undefined {
  knowsDescriptors ??= Deno.build.os === "linux" &&
    Deno.permissions.querySync({ name: "read", path: DESCRIPTORS }).state === "granted";
  if (!knowsDescriptors) return undefined;
  try {
    return Deno.readLinkSync(DESCRIPTORS + fd);
  } catch {
    knowsDescriptors = false;
    return undefined;
  }
}

/** A folder that is open, so that it stays the same whatever its name becomes. */
export class OpenFolder implements Disposable {
  /** Where it really is; undefined where the system does not tell. */
  readonly place: string | undefined;
  /** A path through which its entries can be reached. */
  readonly path: string;
  #fd: number;

  /**
   * Opens a folder.
   *
   * @param path The folder.
   */
  constructor(path: string) {
    this.#fd = openSync(path, constants.O_RDONLY | (constants.O_DIRECTORY ?? 0));
    this.place = placeOfDescriptor(this.#fd);
    this.path = this.place === undefined ? path : DESCRIPTORS + this.#fd;
  }

  /** Closes the folder. */
  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
