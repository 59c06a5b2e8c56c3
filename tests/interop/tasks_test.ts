/** The tasks as a newcomer runs them: each with the permissions that it names, and no others. */

import { assert, assertEquals } from "@std/assert";
import { ROOT, runDeno, startDeno } from "../support/program.ts";
import { runExample } from "../support/examples.ts";
import { temporaryFolder } from "../support/temporary.ts";

const { tasks } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`)) as {
  tasks: Record<string, { description: string; command: string }>;
};

/** The `deno run` flags of a task. */
function permissionsOf(task: string): string[] {
  return tasks[task]!.command.split(" ").filter((word) => word.startsWith("--allow-"));
}

Deno.test("every task names its permissions; none takes all", () => {
  for (const [name, { command }] of Object.entries(tasks)) {
    assert(!/ (-A|--allow-all)\b/.test(command), name);
    if (/\bdeno (run|test) /.test(command)) assert(/ --allow-/.test(command), name);
  }
});

Deno.test("the task start needs no more than it names", async () => {
  await using folder = await temporaryFolder();
  // The task's own words, in a folder and on ports of this test's own.
  const permissions = permissionsOf("start").map((flag) =>
    flag.replace("--allow-read=.", `--allow-read=${ROOT},${folder.path}`)
      .replace("--allow-write=sample-data", `--allow-write=${folder.path}/sample-data`)
  );
  await using station = startDeno(
    ["run", "--no-prompt", ...permissions, `${ROOT}cli.ts`, "start", ...ANY_PORTS],
    { cwd: folder.path },
  );
  const first = await station.line();
  const url = /^listening on (http:\/\/127\.0\.0\.1:\d+\/)$/.exec(first ?? "")?.[1];
  assert(url !== undefined, first ?? (await station.stop("SIGTERM")).stderr);
  const page = await fetch(url);
  assertEquals(page.status, 200);
  await page.body?.cancel();
  const sun = await fetch(`${url}sun.jpg`);
  assertEquals(sun.headers.get("Content-Type"), "image/jpeg");
  await sun.body?.cancel();
  const { code, stderr } = await station.stop("SIGINT");
  assertEquals(code, 130, stderr);
});

const ANY_PORTS = ["", "fitspipe-", "rpc-", "ws-"].flatMap((name) => [`--${name}port`, "0"]);

Deno.test("every example runs offline with the permissions of its task", async (t) => {
  for (const name of Object.keys(tasks).filter((task) => task.startsWith("example:"))) {
    await t.step(name, async () => {
      await using folder = await temporaryFolder();
      // The document's server has a port of its own.
      const port = name === "example:http-server" ? ["0"] : [];
      const { code, stderr } = await runExample(name, folder.path, ...port);
      assertEquals(code, 0, stderr);
    });
  }
});

Deno.test("heliograph --help names every command, and each has a help text of its own", async () => {
  const help = await runDeno(["run", "--no-prompt", "cli.ts", "--help"]);
  assertEquals([help.code, help.stderr], [0, ""]);
  const { COMMANDS } = await import("../../cli.ts");
  for (const [name, entry] of Object.entries(COMMANDS)) {
    assert(help.stdout.includes(`\n  ${name} `), name);
    for (const command of entry.family === undefined ? [""] : Object.keys(entry.family)) {
      const one = await (entry.family?.[command] ?? entry).load!() as {
        command: { name: string; example: string; permissions: readonly string[] };
      };
      const whole = `${name} ${command}`.trim();
      assertEquals(one.command.name, whole);
      assert(one.command.example.startsWith(whole), `the example of ${whole}`);
      assert(!one.command.permissions.includes("-A"), whole);
    }
  }
});

Deno.test("heliograph help COMMAND shows what COMMAND --help shows", async () => {
  for (const words of [["serve"], ["fits", "info"], ["fits"], []]) {
    const [asked, flag] = await Promise.all([
      runDeno(["run", "--no-prompt", "cli.ts", "help", ...words]),
      runDeno(["run", "--no-prompt", "cli.ts", ...words, "--help"]),
    ]);
    assertEquals(asked, flag);
    assertEquals([asked.code, asked.stdout.split("\n", 1)[0]?.split(" ", 2)[0]], [0, "Usage:"]);
  }
});

Deno.test("a wrong command line ends with status 2 and the nearest right word", async () => {
  const cases: [string[], string][] = [
    [["srat"], "heliograph: unknown command 'srat'; did you mean 'start'?"],
    [["fits", "inof"], "heliograph fits: unknown command 'inof'; did you mean 'info'?"],
    [["-q"], "Usage: heliograph COMMAND [ARGUMENT...]"],
    [["gte"], "heliograph: unknown command 'gte'; did you mean 'get'?"],
    [["diff"], "heliograph: unknown command 'diff'; did you mean 'fits diff'?"],
    [["-q", "fits", "header", "--kye", "A"], "unknown flag '--kye'; did you mean '--key'?"],
    [["fits", "view", "--cmap", "gray"], "unknown flag '--cmap'; did you mean '--colormap'?"],
    [["--verison"], "heliograph: unknown flag '--verison'; did you mean '--version'?"],
    [["help", "serv"], "heliograph: unknown command 'serv'; did you mean 'serve'?"],
    [["start", "--prot", "1"], "unknown flag '--prot'; did you mean '--port'?"],
    [["fitspipe", "get"], "heliograph fitspipe get: needs 1 argument"],
    [["fitspipe", "get", "h", "--port", "0"], "Port 0 is invalid (1..65535)"],
  ];
  for (const [args, message] of cases) {
    const { code, stderr, stdout } = await runDeno(["run", "--no-prompt", "cli.ts", ...args]);
    assertEquals([code, stdout], [2, ""], args.join(" "));
    assert(stderr.includes(message), stderr);
  }
});
