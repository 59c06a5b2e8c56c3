/** Every example of a help text works as it is pasted, with `deno task start` running beside it. */

import { assert, assertEquals } from "@std/assert";
import { COMMANDS } from "../../cli.ts";
import type { Command, CommandTable } from "../../commands/command.ts";
import { ROOT, startDeno } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

async function allCommands(table: CommandTable): Promise<Command[]> {
  const found: Command[] = [];
  for (const entry of Object.values(table)) {
    if (entry.family !== undefined) found.push(...await allCommands(entry.family));
    else found.push((await entry.load!()).command as Command);
  }
  return found;
}

/** What `deno task heliograph` runs, in another folder. */
function program(): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
  return tasks.heliograph.command.split(" ").slice(1, -1).concat(`${ROOT}cli.ts`);
}

/** Runs a line through a shell, as a person does. */
async function paste(example: string, cwd: string): Promise<{ code: number; text: string }> {
  const deno = [Deno.execPath(), ...program()].map((word) => `'${word}'`).join(" ");
  const command = new Deno.Command("sh", {
    args: ["-c", `exec timeout 60 ${deno} ${example}`],
    cwd,
    stdin: "null",
  });
  const { code, stdout, stderr } = await command.output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

const commands = await allCommands(COMMANDS);
const isServer = ({ name }: Command) => /^(start|serve|.* serve)$/.test(name);

Deno.test("the examples of servers listen, and end at an interrupt", async (t) => {
  await using folder = await temporaryFolder();
  for (const { name, example } of commands.filter(isServer)) {
    await t.step(`heliograph ${example}`, async () => {
      const words = example.split(" ");
      await using server = startDeno([...program(), ...words], { cwd: folder.path });
      const first = await server.line() ?? (await server.stop("SIGTERM")).stderr;
      assert(first.startsWith("listening on "), `${name}: ${first}`);
      assertEquals((await server.stop("SIGINT")).code, 130);
    });
  }
});

Deno.test("the examples of all other commands work beside the station", async (t) => {
  await using folder = await temporaryFolder();
  await using station = startDeno([...program(), "start"], { cwd: folder.path });
  const first = await station.line() ?? (await station.stop("SIGTERM")).stderr;
  assertEquals(first, "listening on http://127.0.0.1:8000/");
  for (const { example } of commands.filter((command) => !isServer(command))) {
    await t.step(`heliograph ${example}`, async () => {
      const { code, text } = await paste(example, folder.path);
      assertEquals(code, 0, text);
    });
  }
});
