/** Standard output and standard error on a full disk, for which `/dev/full` stands. */

import { assert, assertEquals } from "@std/assert";
import { ROOT } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";

const program = `'${Deno.execPath()}' run -A --no-check --quiet '${ROOT}cli.ts'`;

Deno.test("every command says that standard output cannot be written to, with status 1", async () => {
  await using folder = await temporaryFolder();
  const ports = "--rpc-port 0 --ws-port 0 --fitspipe-port 0";
  const lines: [line: string, name: string][] = [
    ["--help", ""],
    ["--version", ""],
    ["fits --help", ""],
    ["serve --help", ""],
    ["serve --port 0", " serve"],
    ["rpc serve --port 0", " rpc serve"],
    ["ws serve --port 0", " ws serve"],
    ["fitspipe serve --port 0", " fitspipe serve"],
    [`start --data . --port 0 ${ports}`, " start"],
  ];
  for (const [line, name] of lines) {
    const command = new Deno.Command("sh", {
      args: ["-c", `exec timeout 30 ${program} ${line} >/dev/full`],
      env: { NO_COLOR: "1" },
      cwd: folder.path,
      stdin: "null",
    });
    const { code, stderr } = await command.output();
    const text = new TextDecoder().decode(stderr);
    assertEquals(code, 1, line);
    const message = `heliograph${name}: Cannot write to 'standard output': the disk is full\n`;
    assert(text.endsWith(message), `${line}: ${text}`);
  }
});

Deno.test("a server whose log is full goes on serving", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/sun.txt`, "sun");
  const server = new Deno.Command("sh", {
    args: ["-c", `exec ${program} serve --port 0 --verbose --access-log common 2>/dev/full`],
    cwd: folder.path,
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const output = server.stdout.getReader();
  const line = new TextDecoder().decode((await output.read()).value);
  const url = line.trim().slice("listening on ".length);
  for (let i = 0; i < 3; i++) assertEquals(await (await fetch(`${url}sun.txt`)).text(), "sun");
  server.kill("SIGTERM");
  assertEquals((await server.status).code, 143);
  await output.cancel();
});
