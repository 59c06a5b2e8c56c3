import { HeliographError } from "./errors.ts";

/** What the system's error codes mean for a person. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EROFS: "the file system is read-only",
  EACCES: "the system does not permit it",
  EPERM: "the system does not permit it",
  EISDIR: "it is a folder, expected a file",
  ENOTDIR: "a part of the path is no folder",
  EEXIST: "it exists already",
  ENAMETOOLONG: "the name is too long",
  EMFILE: "too many files are open",
  EFBIG: "the file system takes no file of this size",
  EIO: "the disk reports an input or output error",
};

/** Whether an error says that the disk has no room. */
export function isDiskFull(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ENOSPC" || code === "EDQUOT";
}

/**
 * A clear error for what went wrong with a file or a folder.
 *
 * @param error What the platform threw.
 * @param what What was being done, such as `write`; what is missing is a file where one is
 * opened or read, else the folder it should go into.
 * @param path To what; its name stands in quotes.
 * @returns The error; one that is clear already, or no error of a file, as it is.
 */
export function fileError(error: unknown, what: string, path: string): unknown {
  if (error instanceof HeliographError || error instanceof Deno.errors.NotCapable) return error;
  const code = codeOf(error);
  if (code === undefined || !(error instanceof Error)) return error;
  const missing = /^(open|read|send|look)/.test(what) ? "file" : "folder";
  const reason = code === "ENOENT" && path.includes("\ufffd")
    ? "its name is not UTF-8, and Deno opens no such file: rename it"
    : code === "ENOENT"
    ? `there is no such ${missing}`
    : code === "EEXIST" && what.startsWith("make the folder")
    ? "it is a file, expected a folder"
    : REASONS[code] ?? `the system says ${code}`;
  return new HeliographError(`Cannot ${what} '${path}': ${reason}`, {
    cause: error,
    source: path,
  });
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" ? code : undefined;
}
