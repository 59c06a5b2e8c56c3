/**
 * What earlier runs have left in a folder: part files, and the notes beside them.
 *
 * @module
 */

import { parseSidecar, partName, type Sidecar, sidecarName } from "./sidecar.ts";

/**
 * The part of a file that an earlier run has left.
 *
 * @param folder The folder.
 * @param name The name of the finished file.
 * @returns The note and the size of the part file; undefined if there is nothing to go on with.
 */
export function findPart(
  folder: string,
  name: string,
): { sidecar: Sidecar; size: number } | undefined {
  const sidecar = readSidecar(joinPath(folder, sidecarName(name)));
  if (sidecar === undefined || sidecar.name !== name) return undefined;
  try {
    return { sidecar, size: Deno.lstatSync(joinPath(folder, partName(name))).size };
  } catch {
    return undefined;
  }
}

/**
 * The name that a note gives its file, if there is such a note.
 *
 * @param folder The folder.
 * @param note The note's own name.
 * @returns The URL and the name.
 */
export function readNote(folder: string, note: string): Sidecar | undefined {
  return readSidecar(joinPath(folder, note));
}

/** Removes a note whose file is whole: the program was killed before it could. */
export function removeOrphan(folder: string, name: string): void {
  const path = joinPath(folder, sidecarName(name));
  if (readSidecar(path)?.name !== name) return;
  try {
    Deno.lstatSync(joinPath(folder, partName(name)));
  } catch {
    Deno.removeSync(path);
  }
}

/** The path of a file in a folder. */
export function joinPath(folder: string, name: string): string {
  return folder.endsWith("/") ? folder + name : `${folder}/${name}`;
}

/** The note at a path, if there is one that makes sense. */
export function readSidecar(path: string): Sidecar | undefined {
  try {
    return parseSidecar(Deno.readTextFileSync(path));
  } catch {
    return undefined;
  }
}
