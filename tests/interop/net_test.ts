import { assert, assertEquals } from "@std/assert";
import { connect } from "../../net/connect.ts";
import type { Socket } from "../../net/socket.ts";
import { SocketReader } from "../../net/socket_reader.ts";
import { writeAll } from "../../net/write_all.ts";

const line = new TextEncoder().encode("still here\n");

Deno.test("serveTcp() survives running out of file descriptors, and says so", async () => {
  const script = new URL("net/echo_server.ts", import.meta.url).pathname;
  const server = new Deno.Command("sh", {
    args: ["-c", `ulimit -n 48; exec "${Deno.execPath()}" run --allow-net=127.0.0.1 "${script}"`],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = server.stdout.pipeThrough(new TextDecoderStream() as never) as ReadableStream<
    string
  >;
  const errors = new Response(server.stderr).text();
  const reader = output.getReader();
  const port = Number((await reader.read()).value);
  const sockets: Socket[] = [];
  for (let i = 0; i < 64; i++) sockets.push(await connect({ hostname: "127.0.0.1", port }));
  const first = sockets[0]!;
  await writeAll(first, line);
  assertEquals(await new SocketReader(first).readLine(80), "still here");
  // The last of them is accepted only once others have gone.
  const last = sockets.at(-1)!;
  await writeAll(last, line);
  for (const socket of sockets.slice(0, -1)) socket.close();
  assertEquals(await new SocketReader(last, { timeout: 10_000 }).readLine(80), "still here");
  last.close();
  server.kill("SIGKILL");
  await server.status;
  await reader.cancel();
  assert(/Too many open files/.test(await errors), await errors);
});
