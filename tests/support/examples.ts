/** Runs examples as their tasks do, each in a folder of its own: they write below `out/`. */

import { type Finished, ROOT, runDeno } from "./program.ts";

/**
 * Runs an example with the permissions of its task.
 *
 * @param task The task, such as `example:range`.
 * @param folder Where it runs, in place of the checkout.
 * @param args What is added to the task's words.
 */
export async function runExample(
  task: string,
  folder: string,
  ...args: readonly string[]
): Promise<Finished> {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const [, , ...words] = (tasks[task].command as string).split(" ").map((word) =>
    word.startsWith("examples/")
      ? ROOT + word
      : word.replace("--allow-read=.", `--allow-read=${folder},${ROOT}`)
        .replace("--allow-write=out", `--allow-write=${folder}/out`)
  );
  await Deno.mkdir(`${folder}/out`, { recursive: true });
  const config = `--config=${ROOT}deno.json`;
  return await runDeno(["run", "--no-check", "--no-prompt", config, ...words, ...args], {
    cwd: folder,
  });
}
