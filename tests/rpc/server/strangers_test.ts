import { assertEquals } from "@std/assert";
import { connect } from "../../../net/connect.ts";
import { SocketReader } from "../../../net/socket_reader.ts";
import { writeAll } from "../../../net/write_all.ts";
import { serveArrays } from "../../../rpc/mod.ts";

/** Whether the server ends a connection without an answer. */
async function ends(address: { hostname: string; port: number }, text: string): Promise<boolean> {
  const socket = await connect(address);
  const reader = new SocketReader(socket, { timeout: 10_000 });
  try {
    if (text !== "") await writeAll(socket, new TextEncoder().encode(text));
    return !await reader.fill();
  } catch (error) {
    // What the server had not read makes the system reset the connection.
    if (error instanceof Deno.errors.ConnectionReset) return true;
    throw error;
  } finally {
    reader.release();
    socket.close();
  }
}

Deno.test("an array server ends a connection that begins as a request of HTTP", async () => {
  const lines: string[] = [];
  await using server = await serveArrays({ port: 0, log: (line) => void lines.push(line) });
  const body = "\r\nContent-Type: text/plain\r\n\r\nprint, 'evil'\n";
  for (const head of ["POST / HTTP/1.1", "GET / HTTP/1.1", "OPTIONS * HTTP/1.0", "PUT /x HTTP/2"]) {
    assertEquals(await ends(server.address, head + body), true, head);
  }
  assertEquals(lines.filter((line) => line.includes("evil")), []);
  assertEquals(server.metrics().calls.done, 0);
});

Deno.test("an array server ends a connection that never sends a byte", async () => {
  await using server = await serveArrays({ port: 0, firstTimeout: 20 });
  assertEquals(await ends(server.address, ""), true);
});
