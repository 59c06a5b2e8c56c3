/** Every example of a help text works as it is pasted, with `deno task start` running beside it. */

import { assert, assertEquals } from "@std/assert";
import { fileHandler } from "../../http/files/handler.ts";
import { serveHttp } from "../../http/server/serve_http.ts";
import type { Command } from "../../commands/program/command.ts";
import { allCommands } from "../support/commands.ts";
import { linesOf } from "@std/streams";
import { ROOT, startDeno, taskProgram } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** How the program is started: what comes before a command and its arguments. */
type Form = (command: Command) => readonly string[];

/** From a URL, as the help text says it then: with no more than the permissions of the example. */
const remote = (origin: string): Form => ({ permissions }) => {
  return ["run", "--no-prompt", "--quiet", ...permissions, `${origin}cli.ts`];
};

/** Runs a line through a shell, as a person does. */
async function paste(
  words: readonly string[],
  example: string,
  options: { cwd: string; env: Record<string, string> },
): Promise<{ code: number; text: string }> {
  const deno = [Deno.execPath(), ...words].map((word) => `'${word}'`).join(" ");
  const command = new Deno.Command("sh", {
    args: ["-c", `exec timeout 60 ${deno} ${example}`],
    stdin: "null",
    ...options,
  });
  const { code, stdout, stderr } = await command.output();
  return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
}

const commands = [...(await allCommands()).values()];
const isServer = ({ name }: Command) => /^(start|view|serve|.* serve)$/.test(name);

/** The queue of the examples, on the port that is every queue's. */
async function queue(): Promise<AsyncDisposable> {
  const process = new Deno.Command("redis-server", {
    args: ["--port", "6379", "--bind", "127.0.0.1", "--save", "", "--dir", "/"],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  for await (const line of linesOf(process.stdout)) {
    if (/Ready to accept connections/.test(line)) break;
  }
  // A frame that someone has announced.
  const frame = [
    "feed",
    "a",
    "frame",
    "1",
    "session",
    "x",
    "width",
    "1",
    "height",
    "1",
    "bytes",
    "2",
  ];
  await new Deno.Command("redis-cli", {
    args: ["XADD", "hg:{sun}:frames", "*", "v", "1", ...frame],
    stdout: "null",
  }).output();
  return {
    async [Symbol.asyncDispose]() {
      try {
        process.kill("SIGKILL");
      } catch {
        // One that the system runs had the port already: that is as good.
      }
      await process.status;
    },
  };
}

async function checkExamples(t: Deno.TestContext, form: Form, env: Record<string, string> = {}) {
  await using folder = await temporaryFolder();
  const options = { cwd: folder.path, env };
  for (const command of commands.filter(isServer)) {
    const { name, example } = command;
    await t.step(`heliograph ${example}, ended by an interrupt`, async () => {
      await using server = startDeno([...form(command), ...example.split(" ")], options);
      const first = await server.line() ?? (await server.stop("SIGTERM")).stderr;
      assert(first.startsWith("listening on "), `${name}: ${first}`);
      assertEquals((await server.stop("SIGINT")).code, 130);
    });
  }
  await using _queue = await queue();
  const start = commands.find(({ name }) => name === "start")!;
  await using station = startDeno([...form(start), "start"], options);
  const first = await station.line() ?? (await station.stop("SIGTERM")).stderr;
  assertEquals(first, "listening on http://127.0.0.1:8000/");
  for (const command of commands.filter((command) => !isServer(command))) {
    for (const example of [command.example, ...command.examples ?? []]) {
      await t.step(`heliograph ${example}`, async () => {
        const { code, text } = await paste(form(command), example, options);
        assertEquals(code, 0, text);
      });
    }
  }
}

Deno.test("the example of every help text works beside the station", async (t) => {
  await checkExamples(t, taskProgram);
});

Deno.test("the same from a URL, with the permissions that the help text names", async (t) => {
  await using cache = await temporaryFolder();
  await using checkout = await serveHttp({ port: 0 }, fileHandler({ root: ROOT }));
  await checkExamples(t, remote(checkout.url), { DENO_DIR: cache.path });
});

Deno.test("an example fails without any one of its permissions", async (t) => {
  await using folder = await temporaryFolder();
  const options = { cwd: folder.path, env: {} };
  await using station = startDeno([...taskProgram(), "start"], options);
  assertEquals(await station.line(), "listening on http://127.0.0.1:8000/");
  await using _queue = await queue();
  for (const command of commands.filter((command) => !isServer(command))) {
    for (const permission of command.permissions) {
      await t.step(`heliograph ${command.name} without ${permission}`, async () => {
        // From a local file, commands read their own source too.
        const others = command.permissions.filter((other) => other !== permission)
          .map((other) => other.replace("--allow-read=.", `--allow-read=.,${ROOT}`));
        const program = ["run", "--no-prompt", "--quiet", ...others, `${ROOT}cli.ts`];
        const { code, text } = await paste(program, command.example, options);
        assertEquals(code, 1, text);
        assert(text.includes(permission.replace(/=.*/, "")), text);
      });
    }
  }
});
