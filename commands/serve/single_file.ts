import { errorResponse } from "../../http/server/error_response.ts";
import type { HttpHandler } from "../../http/server/types.ts";

/** Where one file is, for a server of its folder. */
export interface SingleFile {
  readonly folder: string;
  readonly name: string;
}

/**
 * What is to be served, if it is one file.
 *
 * @param path A file or a folder.
 * @returns Undefined for a folder, and for what is not there.
 */
export function singleFile(path: string): SingleFile | undefined {
  try {
    if (!Deno.statSync(path).isFile) return undefined;
  } catch {
    // The server of folders says what is wrong.
    return undefined;
  }
  const slash = Math.max(
    path.lastIndexOf("/"),
    Deno.build.os === "windows" ? path.lastIndexOf("\\") : -1,
  );
  const folder = slash < 0 ? "." : path.slice(0, slash) || "/";
  return { folder, name: path.slice(slash + 1) };
}

/**
 * A handler that has one file of a folder alone; `/` leads to it.
 *
 * @param name The file.
 * @param files Serves the folder.
 */
export function onlyFile(name: string, files: HttpHandler): HttpHandler {
  const path = `/${encodeURIComponent(name)}`;
  return (request) => {
    if (request.path === "/") return errorResponse(302, `the file is ${path}`, { Location: path });
    if (nameIn(request.path) === name) return files(request);
    return errorResponse(404, "there is no such file");
  };
}

/** The one name of a path, decoded; undefined if there are more or it cannot be. */
function nameIn(path: string): string | undefined {
  try {
    return /^\/[^/]+$/.test(path) ? decodeURIComponent(path.slice(1)) : undefined;
  } catch {
    return undefined;
  }
}
