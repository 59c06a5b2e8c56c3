import { HeliographError } from "../../../net/errors.ts";
import { fileError } from "../../../net/file_error.ts";
import { joinPath, readSidecar } from "./earlier_parts.ts";
import { openLocked } from "./lock.ts";
import { formatSidecar, partName, type Sidecar } from "./sidecar.ts";

/**
 * Files below this size have no note beside their part file: fetching them again
 * costs less than the note.
 */
export const MIN_SIDECAR_BYTES = 1_048_576;

/** A note has this many bytes or a multiple, so that it is replaced by one write. */
const SIDECAR_BLOCK = 4_096;

/** How a whole file gets its name. */
export interface FinishOptions {
  /** Its time in milliseconds since 1970. */
  readonly modified?: number | undefined;
  /** Whether it must be on the disk before. */
  readonly fsync?: boolean | undefined;
}

/**
 * The file that a body goes to until it is whole: `NAME.part`, with a note beside it
 * that says what it is a part of.
 *
 * The order of what it does to the disk is the point of it. At whatever moment the
 * program is killed, a note never stands beside bytes of another file, and a whole
 * file is never thrown away.
 *
 * Writing is synchronous: it goes to the system's cache, which for 200 files of 1 MiB
 * took no longer (45 ms) than to have other threads do it, and keeps the order.
 */
export class PartFile {
  /** The path of the finished file. */
  readonly path: string;
  #partPath: string;
  #file: Deno.FsFile;
  #sidecarFile: Deno.FsFile | undefined;
  #sidecar: Sidecar | undefined;
  #hasSidecar: boolean;
  #position = 0;
  /** Whether there may be bytes in the file. */
  #used: boolean;

  private constructor(path: string, partPath: string, file: Deno.FsFile, existed: boolean) {
    this.path = path;
    this.#partPath = partPath;
    this.#file = file;
    this.#used = existed;
    // A note without a part file is what a killed program left behind a whole file.
    this.#sidecar = existed ? readSidecar(this.#sidecarPath) : undefined;
    this.#hasSidecar = existed;
  }

  /**
   * Opens or makes the part file of a name.
   *
   * @param folder The folder.
   * @param name The name of the finished file.
   * @throws {HeliographError} If the folder cannot be written to, or if another
   * program is fetching the same file.
   */
  static open(folder: string, name: string): PartFile {
    const path = joinPath(folder, partName(name));
    try {
      const { file, existed } = openLocked(path);
      return new PartFile(joinPath(folder, name), path, file, existed);
    } catch (error) {
      throw fileError(error, "write", path);
    }
  }

  /**
   * Writes a file that is in memory: its part file never has a note, and gets its name
   * at once.
   *
   * @param folder The folder.
   * @param name The name of the file.
   * @param bytes What it has.
   * @param options As for {@linkcode PartFile.finish}.
   * @returns The path of the file.
   * @throws {HeliographError} As {@linkcode PartFile.open}, or if the disk is full; no
   * part file is left then.
   */
  static writeWhole(
    folder: string,
    name: string,
    bytes: Uint8Array,
    options: FinishOptions,
  ): string {
    const part = PartFile.open(folder, name);
    try {
      if (part.#used) part.begin(undefined);
      part.#put(bytes, 0);
      part.#finish(options);
    } catch (error) {
      part.discard();
      throw fileError(error, "write", part.#partPath);
    }
    return part.path;
  }

  /**
   * Makes a part file of a file that another program has begun.
   *
   * @param folder The folder.
   * @param name The name of the file, which it gets again when it is whole.
   * @param sidecar What it is a part of.
   * @throws {HeliographError} As {@linkcode PartFile.open}, or if there is a part already.
   */
  static adopt(folder: string, name: string, sidecar: Sidecar): void {
    const part = PartFile.open(folder, name);
    part.#do("write", () => {
      if (part.size > 0) throw new HeliographError(`Cannot write ${part.#partPath}: it is there`);
      // First the note: beside an empty part it does no harm, and a part without one is dropped.
      part.#writeSidecar(sidecar);
      Deno.renameSync(part.path, part.#partPath);
    });
    part.close();
  }

  /** What the bytes in the part file are a part of, where a note says so. */
  get sidecar(): Sidecar | undefined {
    return this.#sidecar;
  }

  /** Bytes that the part file has. */
  get size(): number {
    return this.#file.statSync().size;
  }

  /**
   * Empties the part file, and writes the note for what comes now.
   *
   * @param sidecar The note; undefined for none.
   */
  begin(sidecar: Sidecar | undefined): void {
    this.#do("write", () => {
      // In this order: an old note beside an empty file is harmless, a new one beside
      // old bytes would not be.
      // A file that is cut off is written to the disk when it is closed (ext4,
      // auto_da_alloc), which a new one need not be.
      if (this.#used) {
        this.#file.truncateSync(0);
        this.#seek(0);
      }
      this.#used = true;
      this.#dropSidecar();
      this.#sidecar = sidecar;
      if (sidecar !== undefined) this.#writeSidecar(sidecar);
    });
  }

  /**
   * Replaces the note by one for more of the same file.
   *
   * @param sidecar The note.
   * @param sync Whether the bytes must be on the disk before the note is.
   */
  update(sidecar: Sidecar, sync: boolean): void {
    this.#do("write", () => {
      if (sync) this.#file.syncDataSync();
      this.#sidecar = sidecar;
      this.#writeSidecar(sidecar);
    });
  }

  /**
   * Writes bytes.
   *
   * @param bytes The bytes.
   * @param at The byte of the file at which they begin.
   */
  write(bytes: Uint8Array, at: number): void {
    this.#do("write", () => this.#put(bytes, at));
  }

  /**
   * Passes what is in the file to a function, piece by piece; others may work in between.
   *
   * @param take Called with views that are valid until it returns.
   */
  async read(take: (bytes: Uint8Array) => void): Promise<void> {
    const buffer = new Uint8Array(1_048_576);
    try {
      this.#seek(0);
      for (;;) {
        const count = await this.#file.read(buffer);
        if (count === null) return;
        this.#position += count;
        take(buffer.subarray(0, count));
      }
    } catch (error) {
      throw fileError(error, "read", this.#partPath);
    }
  }

  /** Cuts the part file off behind a number of bytes. */
  truncate(length: number): void {
    this.#do("write", () => this.#file.truncateSync(length));
  }

  /** Gives the whole file its name. */
  finish(options: FinishOptions): void {
    this.#do("finish", () => this.#finish(options));
  }

  /** Leaves the part file for another time if a note says what it is, else removes it. */
  keep(): void {
    if (this.#sidecar === undefined || this.size === 0) this.discard();
    else this.close();
  }

  /** Removes the part file and its note. */
  discard(): void {
    this.#removeQuietly(this.#partPath);
    if (this.#hasSidecar) this.#removeQuietly(this.#sidecarPath);
    this.close();
  }

  /** Closes the files and leaves them as they are. */
  close(): void {
    this.#sidecarFile?.close();
    this.#sidecarFile = undefined;
    this.#file.close();
  }

  /** The note is beside the part file, so that both are found together. */
  get #sidecarPath(): string {
    return this.#partPath + ".json";
  }

  #put(bytes: Uint8Array, at: number): void {
    if (at !== this.#position) this.#seek(at);
    for (let done = 0; done < bytes.length;) {
      const count = this.#file.writeSync(done === 0 ? bytes : bytes.subarray(done));
      done += count;
      this.#position += count;
    }
  }

  #finish({ modified, fsync }: FinishOptions): void {
    if (modified !== undefined) this.#file.utimeSync(Date.now() / 1000, modified / 1000);
    if (fsync) this.#file.syncSync();
    this.#name();
    if (this.#hasSidecar) this.#removeQuietly(this.#sidecarPath);
    this.close();
  }

  #name(): void {
    try {
      Deno.renameSync(this.#partPath, this.path);
    } catch (error) {
      if (Deno.statSync(this.path).isDirectory) {
        throw new HeliographError(`Cannot write ${this.path}: it is a folder`, { cause: error });
      }
      throw error;
    }
  }

  #writeSidecar(sidecar: Sidecar): void {
    const text = new TextEncoder().encode(formatSidecar(sidecar));
    // Blanks at the end are no matter in JSON; a note of one length is never half new.
    const block = new Uint8Array(Math.ceil(text.length / SIDECAR_BLOCK) * SIDECAR_BLOCK).fill(32);
    block.set(text);
    this.#sidecarFile ??= Deno.openSync(this.#sidecarPath, { write: true, create: true });
    this.#hasSidecar = true;
    this.#sidecarFile.seekSync(0, Deno.SeekMode.Start);
    this.#sidecarFile.writeSync(block);
    this.#sidecarFile.truncateSync(block.length);
  }

  #dropSidecar(): void {
    this.#sidecarFile?.close();
    this.#sidecarFile = undefined;
    if (this.#hasSidecar) this.#removeQuietly(this.#sidecarPath);
    this.#hasSidecar = false;
  }

  #seek(at: number): void {
    this.#file.seekSync(at, Deno.SeekMode.Start);
    this.#position = at;
  }

  #removeQuietly(path: string): void {
    try {
      Deno.removeSync(path);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw fileError(error, "remove", path);
    }
  }

  #do(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      throw fileError(error, what, this.#partPath);
    }
  }
}
