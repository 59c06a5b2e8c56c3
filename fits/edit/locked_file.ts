/** Local files that are changed: one change after the other, and only of the file that was read. */

import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { HeliographError, TimeoutError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { writeWhole } from "../../net/replace_file.ts";
import { FileSource } from "../source/file.ts";

/** How long a change waits for those of other programs, in milliseconds. */
const MAX_WAIT_MS = 120_000;
/** How long it waits between two attempts: locks of the system tell no one that they are free. */
const RETRY_MS = 20;
/** How often a change starts over because another program has replaced the file meanwhile. */
const MAX_ATTEMPTS = 20;

/** How a file is changed. */
export interface ChangeOptions {
  /** Ends the waiting, and the work before anything is written; its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** A file that no one else changes by {@linkcode changeFile} while it is open. */
export class LockedFile implements AsyncDisposable {
  /** Its path, for messages. */
  readonly name: string;
  readonly #path: string | URL;
  readonly #file: Deno.FsFile;
  readonly #writable: boolean;
  #before: Deno.FileInfo | undefined;
  #source: FileSource | undefined;

  /**
   * Opens a file.
   *
   * @param path Where it is.
   * @throws {HeliographError} If it is no file, or cannot be opened.
   */
  constructor(path: string | URL) {
    this.name = path instanceof URL ? fileURLToPath(path) : path;
    this.#path = path;
    ({ file: this.#file, writable: this.#writable } = openFile(path, this.name));
  }

  /** The bytes of the file, as they are once it is locked. */
  get source(): FileSource {
    return this.#source ??= FileSource.of(this.#path, this.#file);
  }

  /**
   * Waits until no one else changes the file.
   *
   * @param end When to give up, by the clock of `performance`.
   * @param signal Ends the waiting; its reason is thrown.
   */
  async lock(end: number, signal: AbortSignal | undefined): Promise<void> {
    while (!this.#tryLock()) {
      if (performance.now() > end) {
        throw new TimeoutError(
          `Cannot change '${this.name}': another program has kept it locked for ` +
            `${MAX_WAIT_MS / 1000} s`,
          { source: this.name },
        );
      }
      // A wait in the system could not be ended by the signal.
      await setTimeout(RETRY_MS);
      signal?.throwIfAborted();
    }
    this.#before = this.#file.statSync();
    // The last holder of the lock may have put a new file in its place.
    this.checkPlace();
  }

  /** A file system that has no locks says so: two changes at once could break the file. */
  #tryLock(): boolean {
    try {
      return this.#file.tryLockSync(true);
    } catch (error) {
      throw fileError(error, "lock", this.name);
    }
  }

  /**
   * Writes bytes into the file, each piece in its place.
   *
   * @param pieces The pieces.
   * @throws {HeliographError} If the system does not permit it.
   */
  async write(
    pieces: readonly { readonly offset: number; readonly bytes: Uint8Array }[],
  ): Promise<void> {
    try {
      if (!this.#writable) {
        // What the system says is what the user must know.
        Deno.openSync(this.#path, { write: true }).close();
      }
      for (const { offset, bytes } of pieces) {
        this.#file.seekSync(offset, Deno.SeekMode.Start);
        await writeWhole(this.#file, bytes);
      }
    } catch (error) {
      throw fileError(error, "write", this.name);
    }
    this.checkPlace();
  }

  /**
   * Makes sure that the path still leads to this file.
   *
   * @param whole Whether its size must be what it was, too.
   * @throws {ReplacedMeanwhile} If it does not: the change starts over.
   */
  checkPlace(whole = false): void {
    let now: Deno.FileInfo;
    try {
      now = Deno.statSync(this.#path);
    } catch (error) {
      throw fileError(error, "open", this.name);
    }
    const { ino, dev, size } = this.#before!;
    if (now.ino !== ino || now.dev !== dev || whole && now.size !== size) {
      throw new ReplacedMeanwhile();
    }
  }

  /** Closes the file, and ends the lock with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#source !== undefined) await this.#source.close();
    else this.#file.close();
  }
}

/** Another program has put another file in the place of the one that was read. */
class ReplacedMeanwhile extends Error {
  override name = "ReplacedMeanwhile";
}

/**
 * Changes a local file alone: the others that do so by this function, in this and in other
 * processes, wait. The lock belongs to the open file (flock), so that it ends with a
 * process that is killed.
 *
 * @param path The file.
 * @param work Reads and writes it; started over where the file has been replaced meanwhile.
 * @param options What ends the waiting.
 * @returns What `work` gave.
 * @throws {TimeoutError} If another program keeps the file locked.
 */
export async function changeFile<T>(
  path: string | URL,
  work: (file: LockedFile) => Promise<T>,
  { signal }: ChangeOptions = {},
): Promise<T> {
  const end = performance.now() + MAX_WAIT_MS;
  for (let attempt = 1;; attempt++) {
    signal?.throwIfAborted();
    await using file = new LockedFile(path);
    try {
      await file.lock(end, signal);
      return await work(file);
    } catch (error) {
      if (!(error instanceof ReplacedMeanwhile)) throw error;
      if (attempt < MAX_ATTEMPTS) continue;
      throw new HeliographError(
        `Cannot change '${file.name}': other programs have replaced it ${attempt} times meanwhile`,
        { source: file.name },
      );
    }
  }
}

/** A file that may not be written to can still be replaced. */
function openFile(path: string | URL, name: string): { file: Deno.FsFile; writable: boolean } {
  FileSource.requireFile(path);
  try {
    return { file: Deno.openSync(path, { read: true, write: true }), writable: true };
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) {
      throw fileError(error, "open", name);
    }
  }
  try {
    return { file: Deno.openSync(path), writable: false };
  } catch (error) {
    throw fileError(error, "open", name);
  }
}
