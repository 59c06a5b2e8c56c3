/**
 * How this program was started, so that what it shows for copying works for the one who started it.
 * Imports nothing, like `command.ts`.
 */

/** What those who start the program say it is called: the task, and the npm package. */
const NAME_VARIABLE = "HELIOGRAPH_PROGRAM";
/** Bytes of a launcher that are looked at. */
const MAX_LAUNCHER = 4096;

let known: string | undefined;

/**
 * What to write before a command so that it runs as this program was started: installed, as a
 * binary, by a task, from a checkout, or from a URL.
 *
 * @param permissions What the command needs, as flags of `deno run`; an installed program has them.
 */
export function programLine(permissions: readonly string[]): string {
  known ??= installedName() ?? "";
  if (known !== "") return known;
  return ["deno run", ...permissions, quoted(shownPath(import.meta.resolve("../../cli.ts")))]
    .join(" ");
}

function installedName(): string | undefined {
  if (Deno.build.standalone) return binaryName(Deno.execPath());
  const given = variable(NAME_VARIABLE);
  if (given !== undefined && /^[\w .@/-]{1,100}$/.test(given)) {
    // Anyone who has a task by way of npx has no Deno to run it by.
    const byNpx = given.startsWith("deno ") && variable("npm_command") === "exec";
    return byNpx ? given.replace("deno", `npx --yes deno@${Deno.version.deno}`) : given;
  }
  const cli = import.meta.resolve("../../cli.ts");
  return searchPath((folder) => launches(`${folder}/heliograph`, cli)) ? "heliograph" : undefined;
}

/** A compiled program: its name, if a shell finds it by that, else where it is. */
function binaryName(path: string): string {
  const at = path.search(/[^/\\]*$/);
  const folder = path.slice(0, Math.max(1, at - 1));
  if (searchPath((candidate) => candidate === folder)) return path.slice(at);
  return quoted(shownPath(path));
}

function searchPath(test: (folder: string) => boolean): boolean {
  const separator = Deno.build.os === "windows" ? ";" : ":";
  return (variable("PATH") ?? "").split(separator).some((folder) => folder !== "" && test(folder));
}

/** Whether a file is what `deno install` makes to start a script. */
function launches(path: string, script: string): boolean {
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return false;
  try {
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(MAX_LAUNCHER);
    const text = new TextDecoder().decode(bytes.subarray(0, file.readSync(bytes) ?? 0));
    return text.includes("deno") && text.includes(`'${script}'`);
  } catch {
    return false;
  }
}

/** A variable of the environment, if this program may read it. */
function variable(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** A URL as it is; a file as seen from the working folder, where it is below that. */
function shownPath(place: string): string {
  if (/^https?:/.test(place)) return place;
  const path = place.startsWith("file:") ? decodeURIComponent(new URL(place).pathname) : place;
  let folder: string;
  try {
    folder = Deno.cwd();
  } catch {
    return path;
  }
  if (!path.startsWith(`${folder}/`)) return path;
  const below = path.slice(folder.length + 1);
  return place.startsWith("file:") ? below : `./${below}`;
}

/** A word of a shell's line. */
function quoted(word: string): string {
  return /^[\w./:@%+,=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
