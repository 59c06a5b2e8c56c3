/** Runs command lines of the program one after the other in one process, which saves its start. */

import { runDeno } from "./program.ts";

/** What a command line leaves. */
export interface LineResult {
  readonly status: number;
  readonly out: string[];
  readonly error: string[];
}

const MARK = "=== end of a command line, status ";

/**
 * Runs command lines.
 *
 * @param lines The lines, their words separated by blanks.
 * @param folder The folder they run in.
 * @returns Status and lines of output of each.
 */
export async function runCommandLines(
  lines: readonly string[],
  folder: string,
): Promise<LineResult[]> {
  const { code, stdout, stderr } = await runDeno([
    "run",
    "--no-check",
    "--allow-read",
    "--allow-write=.",
    new URL(import.meta.url).pathname,
    ...lines,
  ], { cwd: folder });
  if (code !== 0) throw new Error(stderr);
  const [out, error] = [parts(stdout), parts(stderr)];
  return lines.map((_, i) => {
    const result = out[i]!;
    return { status: Number(result.pop()), out: result, error: error[i]!.slice(0, -1) };
  });
}

/** The lines of each command line; the last one is its status. */
function parts(text: string): string[][] {
  const found: string[][] = [[]];
  for (const line of text.replace(/\n$/, "").split("\n")) {
    if (line.startsWith(MARK)) {
      found.at(-1)!.push(line.slice(MARK.length));
      found.push([]);
    } else found.at(-1)!.push(line);
  }
  return found;
}

if (import.meta.main) {
  const { COMMANDS } = await import("../../cli.ts");
  const { runCommandLine } = await import("../../commands/program/run.ts");
  for (const line of Deno.args) {
    const status = await runCommandLine("heliograph", COMMANDS, line.split(" "));
    console.log(MARK + status);
    console.error(MARK + status);
  }
}
