/** What jobs may open that come from a queue: who can write to it is not who runs the worker. */

import { HeliographError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import { localReading } from "../../fits/file/open.ts";

/** The folders that jobs may use, by their real paths. */
export interface JobLimits {
  /** Files are read below it; null for none. */
  readonly root: string | null;
  /** Values are written below it; null for nowhere. */
  readonly saveRoot: string | null;
}

/**
 * The input of a job as it is opened.
 *
 * @param input A URL, or a path within the root.
 * @param limits The folders.
 * @throws {HeliographError} If it is outside, or leads there.
 */
export function permittedInput(input: string, { root }: JobLimits): string {
  if (/^(?:https?|s3):/i.test(input)) return input;
  const refused = (why: string) =>
    new HeliographError(`Cannot open '${input}': ${why}`, { source: input });
  if (root === null) throw refused("this worker reads no files; --root DIR lets it");
  if (/^[a-z][a-z0-9+.-]+:/i.test(input)) throw refused("expected a path, http:, https: or s3:");
  const path = input.startsWith("/") ? input : `${root}/${input}`;
  const { file } = localReading(path);
  let real: string;
  try {
    real = Deno.realPathSync(file);
  } catch (error) {
    throw fileError(error, "open", input);
  }
  if (!isWithin(real, root)) throw refused("it is outside of the worker's --root");
  return path;
}

/**
 * The folder into which a job saves, made where it is missing.
 *
 * @param save A path within the folder for saved values, or an `s3:` URL.
 * @param limits The folders.
 * @throws {HeliographError} If it is outside, or leads there.
 */
export async function permittedFolder(save: string, { saveRoot }: JobLimits): Promise<string> {
  const refused = (why: string) =>
    new HeliographError(`Cannot write to '${save}': ${why}`, { source: save });
  if (saveRoot === null) throw refused("this worker writes no files; --save-root DIR lets it");
  const segments = save.split("/");
  if (save.startsWith("/") || segments.includes("..") || save.includes("\0")) {
    throw refused("expected the name of a folder within the worker's --save-root");
  }
  const path = `${saveRoot}/${save}`;
  const check = (real: string) => {
    if (real === saveRoot || isWithin(real, saveRoot)) return;
    throw refused("it leads out of the worker's --save-root");
  };
  try {
    // Before anything is made: a link on the way would have it made elsewhere.
    for (let count = segments.length; count > 0; count--) {
      const real = await realPathIfAny(`${saveRoot}/${segments.slice(0, count).join("/")}`);
      if (real === undefined) continue;
      check(real);
      break;
    }
    await Deno.mkdir(path, { recursive: true });
    check(await Deno.realPath(path));
  } catch (error) {
    throw fileError(error, "write to", save);
  }
  return path;
}

async function realPathIfAny(path: string): Promise<string | undefined> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function isWithin(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
