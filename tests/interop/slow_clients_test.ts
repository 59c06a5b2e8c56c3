import { assert, assertEquals } from "@std/assert";
import { HeaderFields } from "../../http/message/header_fields.ts";
import { PreparedResponse } from "../../http/server/prepared_response.ts";
import { serveHttp, type ServeHttpOptions } from "../../http/server/serve_http.ts";
import type { HttpHandler } from "../../http/server/types.ts";
import { Wire } from "../support/http/wire.ts";
import { until } from "../support/until.ts";

const GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const hello: HttpHandler = () => ({ status: 200, body: "hello" });

function serve(options: ServeHttpOptions, handler: HttpHandler = hello) {
  // What the callback itself throws, a server only prints.
  const onError = (error: unknown) =>
    queueMicrotask(() => {
      throw error;
    });
  return serveHttp({ port: 0, onError, ...options }, handler);
}

/** Asks until a condition holds, on fresh connections: others are served meanwhile. */
async function servedUntil(
  server: { address: { port: number } },
  holds: () => boolean,
): Promise<number> {
  let answers = 0;
  await until(async () => {
    if (holds()) return true;
    using wire = await Wire.open(server.address);
    assertEquals((await wire.ask(GET)).body, "hello");
    answers++;
    return false;
  }, "those who wait are gone");
  return answers;
}

Deno.test("500 connections with half a head are gone after the deadline, others are served", async () => {
  await using server = await serve({ headTimeout: 700 });
  const wires = await Promise.all(Array.from({ length: 500 }, async () => {
    const wire = await Wire.open(server.address);
    await wire.send("GET / HTTP/1.1\r\nHost: x\r\nX-");
    return wire;
  }));
  let gone = 0;
  const endings = wires.map(async (wire) => {
    const answer = await wire.readToEnd();
    gone++;
    wire[Symbol.dispose]();
    return answer.split("\r\n", 1)[0];
  });
  assert(await servedUntil(server, () => gone === 500) > 10);
  assertEquals(new Set(await Promise.all(endings)), new Set(["HTTP/1.1 408 Request Timeout"]));
});

Deno.test("a head that trickles in byte by byte meets the deadline as a whole", async () => {
  await using server = await serve({ headTimeout: 300 });
  using wire = await Wire.open(server.address);
  const trickle = async () => {
    for (const letter of `GET /${"a".repeat(60_000)}`) await wire.send(letter);
  };
  const sending = trickle().catch(() => {});
  assertEquals((await wire.read()).status, 408);
  await sending;
});

Deno.test("a connection that says nothing, or nothing more, ends without a word", async () => {
  await using server = await serve({ headTimeout: 700, idleTimeout: 3_000 });
  using silent = await Wire.open(server.address);
  using idle = await Wire.open(server.address);
  await idle.ask(GET);
  assertEquals(await silent.readToEnd(), "");
  assertEquals((await idle.ask(GET)).body, "hello");
  assertEquals(await idle.readToEnd(), "");
});

Deno.test("a body that does not come, or comes a byte at a time, is answered 408", async () => {
  const failures: unknown[] = [];
  await using server = await serve({ bodyTimeout: 300 }, async ({ body }) => {
    await body.bytes().catch((error) => {
      failures.push(error);
      throw error;
    });
    return { status: 200 };
  });
  const post = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n";
  using silent = await Wire.open(server.address);
  const start = performance.now();
  assertEquals((await silent.ask(`${post}a`)).status, 408);
  assert(performance.now() - start >= 300);
  assert(await silent.ended());
  using slow = await Wire.open(server.address);
  await slow.send(post);
  let over = false;
  const trickle = async () => {
    // About 200 bytes for each second: less than what counts as progress.
    while (!over) {
      await slow.send("a");
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const sending = trickle().catch(() => {});
  assertEquals((await slow.read()).status, 408);
  over = true;
  await sending;
  assertEquals(failures.length, 2);
});

Deno.test("a reader that takes nothing is dropped, others are served", async () => {
  const large = new Uint8Array(64 * 1_048_576);
  let gone = 0;
  await using server = await serve({
    writeTimeout: 300,
    log: ({ bytes }) => {
      if (bytes === 0) gone++;
    },
  }, ({ path }) => ({ status: 200, body: path === "/large" ? large : "hello" }));
  const readers = await Promise.all(Array.from({ length: 20 }, async () => {
    const wire = await Wire.open(server.address);
    await wire.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
    return wire;
  }));
  await servedUntil(server, () => gone === 20);
  for (const wire of readers) wire[Symbol.dispose]();
});

Deno.test("a reader that takes something now and then gets all of it, however long it takes", async () => {
  const size = 12 * 1_048_576;
  const prepared = new PreparedResponse(200, new HeaderFields(), new Uint8Array(size));
  await using server = await serve(
    { headTimeout: 150, idleTimeout: 150, writeTimeout: 5_000 },
    () => prepared,
  );
  using wire = await Wire.open(server.address);
  await wire.send(GET);
  const piece = new Uint8Array(262_144);
  let received = 0;
  for (const start = performance.now(); performance.now() - start < 600;) {
    received += (await wire.conn.read(piece))!;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  received += await wire.skip(size - received);
  assert(received >= size);
});

Deno.test("connections beyond the cap of one address are closed, those beyond all wait", async () => {
  await using server = await serve({ maxConnectionsPerAddress: 2 });
  using first = await Wire.open(server.address);
  await first.ask(GET);
  using second = await Wire.open(server.address);
  await second.ask(GET);
  using third = await Wire.open(server.address);
  assert(await third.ended());
  await using small = await serve({ maxConnections: 1 });
  const only = await Wire.open(small.address);
  await only.ask(GET);
  using next = await Wire.open(small.address);
  const waiting = next.ask(GET);
  only[Symbol.dispose]();
  assertEquals((await waiting).body, "hello");
});

Deno.test("when all places are taken, the oldest idle connection makes room", async () => {
  await using server = await serve({ maxConnections: 3 });
  const wires: Wire[] = [];
  for (let i = 0; i < 6; i++) {
    const wire = await Wire.open(server.address);
    assertEquals((await wire.ask(GET)).body, "hello");
    wires.push(wire);
  }
  for (const wire of wires.slice(0, 4)) assert(await wire.ended());
  for (const wire of wires.slice(4)) assertEquals((await wire.ask(GET)).body, "hello");
  for (const wire of wires) wire[Symbol.dispose]();
});

Deno.test("a connection that is closed in the middle of anything harms no other", async () => {
  const bodies: string[] = [];
  const errors: unknown[] = [];
  await using server = await serve({ onError: (error) => errors.push(error) }, async (request) => {
    const { path, body } = request;
    if (path === "/body") bodies.push(await body.text());
    if (path === "/stream") return { status: 200, body: endless() };
    if (path === "/large") return { status: 200, body: new Uint8Array(16_777_216) };
    return { status: 200, body: "hello" };
  });
  const requests = [
    "",
    "G",
    "GET / HTTP/1.1\r\nHo",
    GET,
    "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
    "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    "GET /stream HTTP/1.1\r\nHost: x\r\n\r\n",
    "GET /large HTTP/1.1\r\nHost: x\r\n\r\n",
    GET.repeat(100),
  ];
  for (const request of requests) {
    const wire = await Wire.open(server.address);
    await wire.send(request);
    wire[Symbol.dispose]();
    using other = await Wire.open(server.address);
    assertEquals((await other.ask(GET)).body, "hello", request.slice(0, 40));
  }
  assertEquals([bodies, errors], [[], []]);
});

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) {
    yield new Uint8Array(65_536);
    await new Promise((resolve) => setTimeout(resolve));
  }
}
