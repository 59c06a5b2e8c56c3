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
