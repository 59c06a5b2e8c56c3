/** Bad messages over real sockets: each gets its answer, and the server goes on. */

import { assertEquals, assertThrows } from "@std/assert";
import { decodeLatin1, encodeLatin1 } from "../../../http/message/octets.ts";
import { serveHttp } from "../../../http/server/serve_http.ts";
import { SeededRandom } from "../../support/random.ts";
import { probe, probeServer } from "../server/probe_server.ts";

const GET = "GET / HTTP/1.1\r\nHost: HOST:PORT\r\n\r\n";

Deno.test("serveHttp() refuses what is too large, noise and other protocols, and goes on", async () => {
  await using server = await probeServer();
  const random = new SeededRandom(1);
  const head = "GET / HTTP/1.1\r\nHost: HOST:PORT\r\n";
  const cases: [name: string, payload: string, statuses: number[]][] = [
    ["10,000 fields", head + "X: y\r\n".repeat(10_000) + "\r\n", [431]],
    ["10,000 fields without an end", head + "X: y\r\n".repeat(10_000), [431]],
    ["a request line of 1 MiB", `GET /${"a".repeat(1_048_576)} HTTP/1.1\r\nHost: a\r\n\r\n`, [414]],
    ["a line of 1 MiB without an end", "GET /" + "a".repeat(1_048_576), [414]],
    ["a field of 1 MiB", `${head}X: ${"y".repeat(1_048_576)}\r\n\r\n`, [431]],
    ["a name of 1 MiB", `${head}${"x".repeat(1_048_576)}: y\r\n\r\n`, [431]],
    ["1 MiB of empty lines", "\r\n".repeat(524_288), [400]],
    ["1 MiB of NUL", "\0".repeat(1_048_576), [400]],
    ["TLS", "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", [400]],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", [505]],
    ["SMTP", "EHLO example.org\r\n", [400]],
    ["SSH", "SSH-2.0-OpenSSH_9.2\r\n", [400]],
    ["JSON", '{"jsonrpc":"2.0"}\n', [400]],
    ["a bad request behind good ones", GET + GET + "\x01", [200, 200, 400]],
    [
      "1 MiB of bad chunks",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" +
      "1;a\r\nxx\r\n".repeat(100_000),
      [400],
    ],
    [
      "1 MiB of trailers",
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" +
      "A: b\r\n".repeat(170_000),
      [431],
    ],
  ];
  for (let i = 0; i < 20; i++) {
    // The first octet is none of a method, so the noise is refused and not waited for.
    cases.push([`noise ${i}`, "\x80" + decodeLatin1(random.bytes(random.integer(1, 100_000))), [
      400,
    ]]);
  }
  const outcomes = await Promise.all(cases.map(([, payload]) => probe(server, payload)));
  for (const [i, [name, , statuses]] of cases.entries()) {
    const answers = outcomes[i]!;
    assertEquals(answers.map(({ status }) => status), statuses, name);
    assertEquals(answers.at(-1)!.fields.get("connection"), "close", name);
  }
  assertEquals((await probe(server, GET)).map(({ status }) => status), [200]);
});

Deno.test("serveHttp() survives a connection that is closed in the middle of everything", async () => {
  await using server = await probeServer();
  const { hostname, port } = server.address;
  const request = encodeLatin1(
    "\r\nPOST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" +
      "Transfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\nGET / HT",
  );
  for (let count = 0; count <= request.length; count++) {
    const socket = await Deno.connect({ hostname, port });
    if (count > 0) await socket.write(request.subarray(0, count));
    // Every other one is half-closed first, so that the server sees an end and no reset.
    if (count % 2 === 0) {
      await socket.closeWrite();
      while (await socket.read(new Uint8Array(1000)) !== null);
    }
    socket.close();
  }
  assertEquals((await probe(server, GET)).map(({ status }) => status), [200]);
});

Deno.test("a handler cannot change the fields of a request, which the next one may share", async () => {
  await using server = await serveHttp({ port: 0, idleTimeout: 200 }, ({ fields }) => {
    const own = fields.clone();
    own.delete("host");
    own.append("X-Own", "yes");
    const { message } = assertThrows(() => fields.delete("host"), TypeError);
    return { status: 200, body: [...own, ...fields, message].join() };
  });
  const request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const answers = await probe(server, request.repeat(2));
  const seen =
    "X-Own,yes,Host,a,Cannot change the fields of a received message: change a clone() of them";
  assertEquals(answers.map(({ body }) => body), [seen, seen]);
});
