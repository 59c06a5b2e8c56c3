/**
 * Files that a program writes beside their place: held by a lock while it lives, so that the next
 * program can tell those of a killed one and remove them.
 *
 * @module
 */

/** Names that are tried: another program may take a file for that of a killed one meanwhile. */
const MAX_ATTEMPTS = 10;

/** A new file that this program holds. */
export interface OwnPart {
  readonly file: Deno.FsFile;
  readonly path: string;
}

/**
 * Makes a file and locks it.
 *
 * @param path Names the file; called again if it could not be had.
 * @param options Its mode, and whether it is read too.
 * @throws The platform's error, if it cannot be made.
 */
export async function createPart(
  path: () => string,
  options: Pick<Deno.OpenOptions, "mode" | "read"> = {},
): Promise<OwnPart> {
  for (let attempt = 1;; attempt++) {
    const part = path();
    const file = await Deno.open(part, { ...options, write: true, createNew: true });
    if (attempt === MAX_ATTEMPTS || isHeld(file, part)) return { file, path: part };
    file.close();
  }
}

/** The same without waiting. */
export function createPartSync(
  path: () => string,
  options: Pick<Deno.OpenOptions, "mode" | "read"> = {},
): OwnPart {
  for (let attempt = 1;; attempt++) {
    const part = path();
    const file = Deno.openSync(part, { ...options, write: true, createNew: true });
    if (attempt === MAX_ATTEMPTS || isHeld(file, part)) return { file, path: part };
    file.close();
  }
}

/** Locks a file that was just made; false if it was taken for dead before. */
function isHeld(file: Deno.FsFile, path: string): boolean {
  try {
    if (!file.tryLockSync(true)) return false;
    const there = Deno.lstatSync(path);
    const here = file.statSync();
    return there.ino === here.ino && there.dev === here.dev;
  } catch (error) {
    // A file system without locks has none for the next program either; who may only write
    // cannot look.
    return !(error instanceof Deno.errors.NotFound);
  }
}

/** What was found in each folder, by its path: a program looks at a folder once. */
const found = new Map<string, string[]>();

/** How the names of parts end. */
const ENDING = /\.[0-9a-f]{8}(?:\.heap)?\.part$/;

/**
 * Removes the parts that killed programs have left of one file: `NAME.xxxxxxxx.part`, with
 * eight hexadecimal digits. What another program holds, or this one may not look at, stays.
 *
 * @param place The path of the file.
 */
export function removeDeadParts(place: string): void {
  const slash = Math.max(place.lastIndexOf("/"), place.lastIndexOf("\\"));
  const folder = slash < 0 ? "." : place.slice(0, slash) || "/";
  const name = place.slice(slash + 1);
  let parts = found.get(folder);
  if (parts === undefined) found.set(folder, parts = namesIn(folder, ENDING));
  for (const part of parts) {
    if (part.replace(ENDING, "") === name) removeDead(`${folder}/${part}`);
  }
}

/**
 * Removes the files of a folder that killed programs have left.
 *
 * @param folder The folder.
 * @param pattern How their names look: no one else's do.
 */
export function removeDeadFiles(folder: string, pattern: RegExp): void {
  for (const name of namesIn(folder, pattern)) removeDead(`${folder}/${name}`);
}

function namesIn(folder: string, pattern: RegExp): string[] {
  try {
    return [...Deno.readDirSync(folder)]
      .filter((entry) => entry.isFile && pattern.test(entry.name))
      .map((entry) => entry.name);
  } catch {
    // What cannot be listed is not tidied up.
    return [];
  }
}

function removeDead(path: string): void {
  try {
    // A pipe would block the program.
    if (!Deno.lstatSync(path).isFile) return;
    using file = Deno.openSync(path, { read: true, write: true });
    if (file.tryLockSync(true)) Deno.removeSync(path);
  } catch {
    // It has gone, or belongs to somebody else.
  }
}
