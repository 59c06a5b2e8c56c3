import { assertEquals } from "@std/assert";
import { HttpClient } from "../../../http/client/client.ts";
import { serveTcp } from "../../../net/serve_tcp.ts";
import { SocketReader } from "../../../net/socket_reader.ts";
import { writeAll } from "../../../net/write_all.ts";

const encoder = new TextEncoder();

Deno.test("HttpClient gives the head of each answer its own time on a connection that is kept", async () => {
  const asked = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  await using server = serveTcp({ onError: () => {} }, async ({ socket }) => {
    const reader = new SocketReader(socket);
    for (const wait of [undefined, go.promise]) {
      await reader.readUntil(encoder.encode("\r\n\r\n"), 10_000);
      if (wait !== undefined) asked.resolve();
      await wait;
      await writeAll(socket, encoder.encode("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
    }
  });
  const client = new HttpClient({ headTimeout: 30_000, silenceTimeout: 100 });
  const url = new URL(`http://127.0.0.1:${server.address.port}/`);
  const read = async () => {
    const answer = await client.send("GET", url);
    let text = "";
    for (let piece; (piece = await answer.next()) !== null;) {
      text += new TextDecoder().decode(piece);
    }
    return text;
  };
  assertEquals(await read(), "ok");
  const second = read();
  await asked.promise;
  const timer = setTimeout(go.resolve, 300);
  assertEquals(await second, "ok");
  clearTimeout(timer);
  client.close();
});
