import { HeliographError } from "../../net/errors.ts";

/**
 * The message of an error for a person; a permission that is missing is said in words.
 *
 * @param error What was thrown.
 * @param verbose Whether the stack is wanted.
 */
export function errorText(error: unknown, verbose = false): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Deno.errors.NotCapable) {
    const [, access = "", flag = ""] =
      /^Requires (.*?), run again with the (--allow-\S+) flag/s.exec(error.message) ?? [];
    if (flag === "") return `${error.message}; --help shows the permissions that are needed`;
    return `the program lacks the permission for ${access}: start it with ${flag} ` +
      "(--help shows the least that is needed)";
  }
  const [, path] = /^Requires read access to "(.*?)"/s.exec(error.message) ?? [];
  if (error instanceof TypeError && path !== undefined) {
    return `the program lacks the permission for its own file '${path}': start it with ` +
      `--allow-read=${new URL("../../", import.meta.url).pathname} ` +
      "(a comma separates further folders)";
  }
  return verbose ? error.stack ?? error.message : error.message;
}

/**
 * An error as the line that `--json` prints: these names do not change.
 *
 * @param error What was thrown.
 * @param command The command's name, or that of the family in which there is no such command.
 * @param source What was worked on, where the error does not say it.
 */
export function errorJson(error: unknown, command: string, source?: string): unknown {
  const known = error instanceof HeliographError ? error : undefined;
  const name = error instanceof Error ? error.name : "Error";
  return {
    error: {
      name: error instanceof Deno.errors.NotCapable ? "PermissionError" : name,
      message: errorText(error),
      command,
      source: known?.source ?? source,
      offset: known?.offset,
    },
  };
}

/** A place on a server that lacks its scheme: a host, which may be an address, a port, a path. */
const BARE_HOST =
  /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:]+\]|[\w-]+(?:\.[\w-]+)+):\d{1,5}(?:\/|$)/i;

/**
 * Says how the URL of a server is written, where an error names an argument that may be one.
 *
 * @param text The error's text.
 * @param args The arguments.
 * @returns What is put behind the text.
 */
export function serverHint(text: string, args: readonly string[]): string {
  const bare = args.find((argument) => BARE_HOST.test(argument) && text.includes(argument));
  return bare === undefined ? "" : `; on a server it is http://${bare}`;
}
