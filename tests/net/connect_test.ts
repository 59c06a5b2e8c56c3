import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { connect, parseEndpoint } from "../../net/connect.ts";
import { HeliographError, TimeoutError } from "../../net/errors.ts";
import { serveTcp } from "../../net/serve_tcp.ts";
import { SocketReader } from "../../net/socket_reader.ts";

/** A port that was free a moment ago. */
function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}

Deno.test("parseEndpoint() reads URLs, host:port and parts", () => {
  const cases: [string, { hostname: string; port: number; tls: boolean }][] = [
    ["localhost:21038", { hostname: "localhost", port: 21038, tls: false }],
    ["tcp://[::1]:9999", { hostname: "::1", port: 9999, tls: false }],
    ["https://example.org/path", { hostname: "example.org", port: 443, tls: true }],
    ["ws://example.org:9000", { hostname: "example.org", port: 9000, tls: false }],
    ["ftp://user@example.org/", { hostname: "example.org", port: 21, tls: false }],
  ];
  for (const [text, endpoint] of cases) assertEquals(parseEndpoint(text), endpoint, text);
  const wrong: [string, string][] = [
    ["localhost", "no port, expected HOST:PORT"],
    ["gopher://example.org", "expected one of tcp:// tls://"],
    ["://", "expected a URL or HOST:PORT"],
    ["tcp://host:0", "port 0, expected 1 to 65535"],
  ];
  for (const [text, message] of wrong) {
    assertThrows(() => parseEndpoint(text), HeliographError, message, text);
  }
});

Deno.test("connect() says at once that nobody listens", async () => {
  const port = freePort();
  const error = await assertRejects(() => connect(`127.0.0.1:${port}`), HeliographError);
  assertEquals(
    error.message,
    `Cannot connect to 127.0.0.1:${port}: the connection was refused; is a server running there?`,
  );
});

Deno.test("connect() with retry reaches a server that starts later", async () => {
  const port = freePort();
  const waits: number[] = [];
  const started = Promise.withResolvers<Deno.Listener>();
  const socket = await connect({ hostname: "127.0.0.1", port }, {
    retry: { first: 10, longest: 20 },
    deadline: 20_000,
    onRetry: (_error, wait) => {
      waits.push(wait);
      if (waits.length === 3) started.resolve(Deno.listen({ hostname: "127.0.0.1", port }));
    },
  });
  (await started.promise).close();
  assert(waits.length >= 3 && waits.every((wait) => wait <= 20), String(waits));
  socket.close();
});

Deno.test("connect() with retry ends at its deadline", async () => {
  const port = freePort();
  const error = await assertRejects(
    () => connect(`127.0.0.1:${port}`, { retry: { first: 5, longest: 10 }, deadline: 60 }),
    TimeoutError,
  );
  assert(/no answer within 60 ms \(\d+ attempts, last: /.test(error.message), error.message);
});

Deno.test("connect() ends with the reason of its signal, also between attempts", async () => {
  const port = freePort();
  const controller = new AbortController();
  const error = await assertRejects(() =>
    connect(`127.0.0.1:${port}`, {
      retry: { first: 60_000, longest: 60_000 },
      signal: controller.signal,
      onRetry: () => queueMicrotask(() => controller.abort(new Error("enough"))),
    })
  );
  assertEquals((error as Error).message, "enough");
});

Deno.test("connect() gives up on a TLS handshake that the server never answers", async () => {
  await using server = serveTcp({ drainTimeout: 0 }, ({ draining }) => {
    return new Promise((resolve) => draining.addEventListener("abort", () => resolve()));
  });
  await assertRejects(
    () => connect({ ...server.address, tls: true }, { deadline: 100 }),
    TimeoutError,
    "no answer within",
  );
});

Deno.test("connect() reads what a server sends", async () => {
  await using server = serveTcp({}, async ({ socket }) => {
    await socket.write(new TextEncoder().encode("hello\n"));
  });
  const socket = await connect(server.address);
  assertEquals(await new SocketReader(socket).readLine(80), "hello");
  socket.close();
});

Deno.test("connect() names an address of IPv6 as URLs do", async () => {
  const error = await assertRejects(() => connect("tcp://[::1]:1"), HeliographError);
  assertMatch(error.message, /^Cannot connect to \[::1\]:1: /);
});
