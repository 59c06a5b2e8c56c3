/** What is shown for copying, for each way to start the program: by its own help text. */

import { assert, assertEquals } from "@std/assert";
import { type ProgramOptions, ROOT, runDeno } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const ALL = ["--allow-read", "--allow-env", "--allow-write"];

/** The last line of a command's help, which is its example. */
async function example(
  words: readonly string[],
  options: ProgramOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await runDeno([...words, "version", "--help"], options);
  assertEquals(code, 0, stderr);
  return stdout.trimEnd().split("\n").at(-1)!;
}

Deno.test("help names the file as seen from the working folder", async () => {
  assertEquals(await example(["run", "cli.ts"]), "  deno run cli.ts version --verbose");
  const cwd = `${ROOT}commands`;
  assertEquals(
    await example(["run", ...ALL, "../cli.ts"], { cwd }),
    `  deno run ${ROOT}cli.ts version --verbose`,
  );
});

Deno.test("help names what starts the program, and npx where that brings Deno", async () => {
  for (
    const [program, command, expected] of [
      ["deno task heliograph", "", "deno task heliograph"],
      ["deno task heliograph", "exec", `npx --yes deno@${Deno.version.deno} task heliograph`],
      ["npx heliograph", "exec", "npx heliograph"],
      ["heliograph", "", "heliograph"],
      ["rm -rf $HOME;", "", "deno run cli.ts"],
    ] as const
  ) {
    const env = { HELIOGRAPH_PROGRAM: program, npm_command: command };
    assertEquals(
      await example(["run", ...ALL, "cli.ts"], { env }),
      `  ${expected} version --verbose`,
    );
  }
});

Deno.test("help names an installed program by its name, if a shell finds it", async () => {
  await using folder = await temporaryFolder();
  const { code, stderr } = await runDeno([
    ...["install", "--global", "--root", folder.path, ...ALL],
    ...["--name", "heliograph", "cli.ts"],
  ]);
  assertEquals(code, 0, stderr);
  const found = { env: { PATH: `/nowhere:${folder.path}/bin`, HELIOGRAPH_PROGRAM: "" } };
  assertEquals(await example(["run", ...ALL, "cli.ts"], found), "  heliograph version --verbose");
  const lost = { env: { PATH: folder.path, HELIOGRAPH_PROGRAM: "" } };
  assertEquals(
    await example(["run", ...ALL, "cli.ts"], lost),
    "  deno run cli.ts version --verbose",
  );
});

Deno.test("the task works in the folder of its caller, and says how it is called", async () => {
  await using folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/a folder`);
  const cwd = `${folder.path}/a folder`;
  await Deno.writeTextFile(`${cwd}/not.fits`, "SIMPLE");
  const task = ["task", "--quiet", "heliograph"];
  // A task keeps the folder that an outer one has noted, such as that of these tests.
  const options = { cwd, clearEnv: true };
  const { code, stderr } = await runDeno([...task, "fits", "info", "not.fits"], options);
  assertEquals(code, 1);
  assert(stderr.includes("not.fits"), stderr);
  assert(!stderr.includes("there is no such file"), stderr);
  assertEquals(await example(task, options), "  deno task heliograph version --verbose");
});
