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
  const client = new HttpClient({ headTimeout: 30_000, silenceTimeout: 1_000 });
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
  const timer = setTimeout(go.resolve, 1_500);
  assertEquals(await second, "ok");
  clearTimeout(timer);
  client.close();
});

Deno.test("HttpClient sends secrets to the origin that was asked, and to no other", async () => {
  const seen: string[] = [];
  const serve = (answer: () => string) =>
    serveTcp({ onError: () => {} }, async ({ socket }) => {
      const reader = new SocketReader(socket);
      const head = await reader.readUntil(encoder.encode("\r\n\r\n"), 10_000);
      const fields = new TextDecoder().decode(head).split("\r\n")
        .filter((line) => /^(authorization|x-api-key|cookie|accept-language):/i.test(line));
      seen.push(fields.map((line) => line.toLowerCase()).sort().join(", "));
      await writeAll(socket, encoder.encode(answer()));
    });
  await using there = serve(() =>
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
  );
  await using here = serve(() =>
    `HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:${there.address.port}/\r\n` +
    "Content-Length: 0\r\nConnection: close\r\n\r\n"
  );
  using client = new HttpClient({
    netrc: [{ machine: "127.0.0.1", login: "u", password: "p" }],
    headers: { "X-Api-Key": "token", Cookie: "a=b", "Accept-Language": "de" },
  });
  const answer = await client.send("GET", new URL(`http://127.0.0.1:${here.address.port}/`));
  while (await answer.next() !== null);
  assertEquals(seen, [
    `accept-language: de, authorization: basic ${btoa("u:p").toLowerCase()}, ` +
    "cookie: a=b, x-api-key: token",
    "accept-language: de",
  ]);
});
