import { fileError } from "../../net/file_error.ts";
import { type ExistingPolicy, isNewer, numberedName } from "./job/names.ts";
import { joinPath } from "./parts/earlier_parts.ts";
import { PartFile } from "./parts/part_file.ts";

/** Where pages are saved, and what happens to those that are there. */
export interface SavePageOptions {
  /** The output folder. @default {"."} */
  folder?: string | undefined;
  /** What to do about files that are there already. @default {"skip"} */
  existing?: ExistingPolicy | undefined;
  /** Whether a file must be on the disk before it gets its name. @default {false} */
  fsync?: boolean | undefined;
}

/** What became of a page. */
export interface SavedPage {
  readonly path: string;
  readonly outcome: "fetched" | "skipped";
  readonly bytes: number;
}

/**
 * Saves a page that is in memory: whole or not at all.
 *
 * @param below Its folder below the output folder; it is made.
 * @param name Its name.
 * @param bytes What it has.
 * @param modified When it was changed, in milliseconds since 1970.
 * @param options Where, and what happens to an existing file.
 */
export function savePage(
  below: string,
  name: string,
  bytes: Uint8Array,
  modified: number | undefined,
  { folder: output = ".", existing = "skip", fsync }: SavePageOptions,
): SavedPage {
  const folder = folderBelow(output, below);
  const here = statOf(joinPath(folder, name));
  const keeps = existing === "clobber" || existing === "unique" || here === undefined
    ? false
    : existing !== "newer" || !isNewer(here, { size: bytes.length, modified });
  if (keeps) return { path: joinPath(folder, name), outcome: "skipped", bytes: here!.size };
  let free = name;
  for (let number = 1; existing === "unique" && statOf(joinPath(folder, free)); number++) {
    free = numberedName(name, number);
  }
  const path = PartFile.writeWhole(folder, free, bytes, { modified, fsync });
  return { path, outcome: "fetched", bytes: bytes.length };
}

/**
 * Makes a folder below the output folder.
 *
 * @param output The output folder, which must be there.
 * @param below The path from it, of safe names; "" for itself.
 * @returns Its path.
 */
export function folderBelow(output: string, below: string): string {
  if (below === "") return output;
  const path = joinPath(output, below);
  try {
    Deno.mkdirSync(path, { recursive: true });
  } catch (error) {
    throw fileError(error, "make the folder", path);
  }
  return path;
}

function statOf(path: string): { size: number; modified: number } | undefined {
  try {
    const { size, mtime } = Deno.statSync(path);
    return { size, modified: mtime?.getTime() ?? 0 };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw fileError(error, "look at", path);
  }
}
