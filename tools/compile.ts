/**
 * Makes the binary, as `deno task compile` asks for it, and says in one line what is missing where
 * Deno ends in a chain of errors about a download.
 *
 * Deno puts a program behind a runtime without tools, `denort`, which it fetches once and keeps.
 *
 * @module
 */

/** What Deno says when it cannot fetch the runtime. */
const NO_RUNTIME = /\bdenort\b|\bdl\.deno\.land\b/;

/**
 * Says why there is no binary.
 *
 * @param errors What Deno wrote.
 * @param version Deno's version.
 * @param target The system, as Deno calls it.
 * @returns One line, or undefined where the runtime is not what is missing.
 */
export function compileProblem(
  errors: string,
  version: string,
  target: string,
): string | undefined {
  const lines = errors.split("\n").filter((line) => !/^(Check|Compile|Download) /.test(line));
  if (!NO_RUNTIME.test(lines.join("\n"))) return undefined;
  const url = `https://dl.deno.land/release/v${version}/denort-${target}.zip`;
  return `Cannot compile: the runtime denort ${version} is not here and could not be fetched from ` +
    `${url}: fetch and unpack it elsewhere, then run DENORT_BIN=PATH/denort deno task compile`;
}

if (import.meta.main) {
  const command = new Deno.Command("deno", {
    args: ["compile", ...Deno.args],
    stdin: "null",
    stdout: "inherit",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  });
  const { code, stderr } = await command.output();
  const errors = new TextDecoder().decode(stderr);
  const problem = code === 0
    ? undefined
    : compileProblem(errors, Deno.version.deno, Deno.build.target);
  console.error(problem ?? errors.trimEnd());
  Deno.exit(code);
}
