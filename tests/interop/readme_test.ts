/** The recipes of the README and the cookbooks, typed one after the other beside a running station. */

import { assert, assertEquals } from "@std/assert";
import { ROOT, type Running, startDeno, taskProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

const PYTHON = 'python3() { /usr/bin/python3 -I "$@"; }\n';

/** A line to type, and what it prints. */
interface Recipe {
  readonly line: string;
  readonly output: readonly string[];
}

function recipes(markdown: string): Recipe[] {
  const found: { line: string; output: string[] }[] = [];
  let fence: string | undefined;
  for (const line of markdown.split("\n")) {
    if (line.startsWith("```")) fence = fence === undefined ? line : undefined;
    else if (fence !== "```") continue;
    else if (line.startsWith("$ ")) found.push({ line: line.slice(2), output: [] });
    else found.at(-1)?.output.push(line);
  }
  return found;
}

/** What is another on each day and machine: times, tags, numbers of frames, durations. */
function masked(text: string): string[] {
  return text
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+Z)?/g, "TIME")
    .replace(/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/g, "DATE")
    .replace(/ETag: \S+/g, "ETag: TAG")
    .replace(/^Frame \d+/gm, "Frame N")
    .replace(/in \d+\.\d+ s$/gm, "in N s")
    .replace(/(DATASUM|CHECKSUM) ok \(\d+\)/g, "$1 ok (SUM)")
    .split("\n").map((line) => line.trimEnd()).filter((line) => line !== "").sort();
}

/** The documents whose recipes are typed, in one folder; Python is that of the system. */
const DOCUMENTS = ["README.md"].concat(
  ["idl", "python", "observatory"].map((name) => `docs/cookbook-${name}.md`),
);

Deno.test("every recipe prints what it shows, beside the station", async (t) => {
  await using folder = await temporaryFolder();
  const options = { cwd: folder.path };
  const all: Recipe[] = [];
  for (const document of DOCUMENTS) {
    const found = recipes(await Deno.readTextFile(`${ROOT}${document}`));
    assert(found.length >= 5, `${document}: ${found.length}`);
    all.push(...found);
  }
  const servers: { server: Running; output: readonly string[] }[] = [];
  await using _ = new AsyncDisposableStack();
  _.defer(async () => {
    for (const { server } of servers) await server[Symbol.asyncDispose]();
  });
  await using station = startDeno([...taskProgram(), "start"], options);
  assertEquals(await station.line(), "listening on http://127.0.0.1:8000/");
  const shell = [Deno.execPath(), ...taskProgram()].map((word) => `'${word}'`).join(" ");
  for (const { line, output } of all) {
    await t.step(line, async () => {
      if (/^heliograph (\w+ )?serve\b/.test(line)) {
        const server = startDeno([...taskProgram(), ...line.split(" ").slice(1)], options);
        servers.push({ server, output });
        for (const listening of output.filter((text) => text.startsWith("listening on "))) {
          assertEquals(await server.line(), listening);
        }
        return;
      }
      const command = new Deno.Command("sh", {
        args: ["-c", `${PYTHON}heliograph() { ${shell} "$@"; }\n${line} 2>&1`],
        stdin: "null",
        ...options,
      });
      const { stdout } = await command.output();
      assertEquals(masked(new TextDecoder().decode(stdout)), masked(output.join("\n")));
    });
  }
  for (const { server, output } of servers) {
    const { code, stdout, stderr } = await server.stop("SIGINT");
    assertEquals(code, 130);
    const printed = masked(stdout + stderr);
    assertEquals(masked(output.join("\n")).filter((line) => !printed.includes(line)), []);
  }
});
