/** Every fuzz test again, with as many rounds as there is time for. */

import { assertEquals } from "@std/assert";
import { ROOT, runDeno } from "../support/program.ts";

/** The test files with fuzz tests in them. */
function fuzzFiles(folder = "tests/"): string[] {
  return Array.from(Deno.readDirSync(ROOT + folder)).flatMap(({ name, isDirectory }) => {
    if (isDirectory) return name === "interop" ? [] : fuzzFiles(`${folder}${name}/`);
    if (!name.endsWith("_test.ts")) return [];
    return Deno.readTextFileSync(ROOT + folder + name).includes("fuzzRounds(")
      ? [folder + name]
      : [];
  });
}

Deno.test("fuzz tests hold for many rounds", async (t) => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
  const corpus = Deno.env.get("HELIOGRAPH_CORPUS");
  const permissions = tasks.test.command.split(" ")
    .filter((word: string) => /^--allow-(net|read|write|env)/.test(word))
    .map((word: string) => word.replace("./$HELIOGRAPH_CORPUS", corpus ?? "."));
  const env = {
    HELIOGRAPH_FUZZ: "long",
    ...(corpus === undefined ? {} : { HELIOGRAPH_CORPUS: corpus }),
  };
  for (const file of fuzzFiles()) {
    await t.step(file, async () => {
      const { code, stdout, stderr } = await runDeno(
        ["test", "--no-check", "--allow-run", ...permissions, file],
        { env },
      );
      assertEquals(code, 0, stdout.slice(-3_000) + stderr.slice(-1_000));
    });
  }
});
