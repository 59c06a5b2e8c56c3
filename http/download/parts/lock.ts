import { HeliographError } from "../../../net/errors.ts";

/** Attempts to get a part file that other programs give its name meanwhile. */
const MAX_ATTEMPTS = 100;

/**
 * Makes a part file or opens the one that is there, for this program alone: a program that
 * holds the lock may write to it and give it its name.
 *
 * @param path The part file.
 * @returns The file, and whether it was there.
 * @throws {HeliographError} If another program holds it, or if it is no regular file.
 */
export function openLocked(path: string): { file: Deno.FsFile; existed: boolean } {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const made = openNew(path);
    const file = made ?? openExisting(path);
    if (file === undefined) continue;
    try {
      if (!file.tryLockSync(true)) throw takenError(path);
      const existed = made === undefined;
      if (existed ? isStill(path, file) : isEmpty(file)) return { file, existed };
    } catch (error) {
      file.close();
      throw error;
    }
    file.close();
  }
  throw takenError(path);
}

function takenError(path: string): HeliographError {
  return new HeliographError(`Cannot write ${path}: another program is fetching it`);
}

/** Makes a part file; undefined if there is one. The usual case, in one call. */
function openNew(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(path, { read: true, write: true, createNew: true });
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) return undefined;
    throw error;
  }
}

/** Opens the part file that is there; undefined if it has gone meanwhile. */
function openExisting(path: string): Deno.FsFile | undefined {
  try {
    // A link could lead out of the folder, and a pipe would block the program.
    if (!Deno.lstatSync(path).isFile) {
      throw new HeliographError(`Cannot write ${path}: it is there and no regular file`);
    }
    return Deno.openSync(path, { read: true, write: true });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/**
 * Whether a file that was made here is as it was made: before it was locked, another
 * program may have opened it, written it and given it its name.
 */
function isEmpty(file: Deno.FsFile): boolean {
  return file.seekSync(0, Deno.SeekMode.End) === 0;
}

/** Whether a path still leads to an open file: another program may have finished it meanwhile. */
function isStill(path: string, file: Deno.FsFile): boolean {
  try {
    const there = Deno.statSync(path);
    const here = file.statSync();
    return there.ino === here.ino && there.dev === here.dev;
  } catch {
    return false;
  }
}
