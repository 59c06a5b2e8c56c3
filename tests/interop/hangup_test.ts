/** The terminal goes: what runs ends as by SIGTERM and leaves nothing behind, but under nohup. */

import { assertEquals } from "@std/assert";
import { start } from "../support/processes.ts";

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
