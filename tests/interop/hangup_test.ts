/** The terminal goes: what runs ends as by SIGTERM and leaves nothing behind, but under nohup. */

import { assertEquals } from "@std/assert";
import { serveHttp } from "../../http/server/serve_http.ts";
import { start } from "../support/processes.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** Starts `heliograph serve`, with SIGHUP as a terminal has it, or ignored. */
function serve(...before: string[]) {
  const [program, ...rest] = [...before, Deno.execPath()];
  const args = ["run", "-A", "--no-check", "cli.ts", "serve", "--port", "0", "--quiet"];
  return start(program!, [...rest, ...args]);
}

Deno.test("SIGHUP ends a server as SIGTERM does", async () => {
  await using server = serve("env", "--default-signal=HUP");
  await server.line(/^listening on /);
  server.kill("SIGHUP");
  assertEquals(await server.ended(), 143);
});

Deno.test("SIGHUP does not end a server that was started under nohup", async () => {
  await using server = serve("nohup");
  const [, url] = await server.line(/^listening on (\S+)/);
  server.kill("SIGHUP");
  const response = await fetch(url!);
  await response.body?.cancel();
  assertEquals(response.status, 200);
  server.kill("SIGTERM");
  assertEquals(await server.ended(), 143);
});

/** Runs a program on a terminal of its own under nohup, its output elsewhere, and closes the terminal. */
const ON_TERMINAL = `
import os, pty, signal, sys
out = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT)
pid, terminal = pty.fork()
if pid == 0:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    os.dup2(out, 1)
    os.execvp(sys.argv[2], sys.argv[2:])
os.read(terminal, 1)
os.close(terminal)
print("closed", flush=True)
print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
`;

Deno.test("a download under nohup goes on when its terminal has gone", async () => {
  await using folder = await temporaryFolder();
  const closed = Promise.withResolvers<void>();
  const half = new Uint8Array(100_000);
  await using server = await serveHttp({ port: 0 }, () => ({
    status: 200,
    fields: { "Content-Length": "200000" },
    body: (async function* () {
      yield half;
      await closed.promise;
      // Time for the display to be written a few times more.
      await new Promise((resolve) => setTimeout(resolve, 600));
      yield half;
    })(),
  }));
  const get = [Deno.execPath(), "run", "-A", "--no-check", "cli.ts", "get", `${server.url}a.bin`];
  const all = [...get, "-o", folder.path];
  await using program = start("/usr/bin/python3", [
    "-c",
    ON_TERMINAL,
    `${folder.path}/out`,
    ...all,
  ]);
  await program.line(/^closed/);
  closed.resolve();
  const [, status] = await program.line(/^status (\d+)/);
  assertEquals(status, "0");
  assertEquals(Deno.statSync(`${folder.path}/a.bin`).size, 200_000);
  assertEquals(Deno.readTextFileSync(`${folder.path}/out`), `${folder.path}/a.bin\n`);
});
