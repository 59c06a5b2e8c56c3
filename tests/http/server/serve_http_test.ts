import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { ClosedError, HeliographError, messageOf } from "../../../net/errors.ts";
import { HttpError } from "../../../http/message/http_error.ts";
import { serveHttp, type ServeHttpOptions } from "../../../http/server/serve_http.ts";
import type { HttpHandler } from "../../../http/server/types.ts";
import { Wire } from "../../support/http/wire.ts";

/** Starts a server on a free port; unless the test expects errors, one is a failure. */
function serve(handler: HttpHandler, options: ServeHttpOptions = {}) {
  // What the callback itself throws, a server only prints.
  const fail = (error: unknown) =>
    queueMicrotask(() => {
      throw error;
    });
  return serveHttp({ port: 0, onError: fail, ...options }, handler);
}

const hello: HttpHandler = ({ path }) => ({ status: 200, body: `hello ${path}` });
const GET = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n";

Deno.test("serveHttp() answers with status, Date, length and body in one write", async () => {
  await using server = await serve(hello);
  using wire = await Wire.open(server.address);
  await wire.send(GET);
  const piece = new Uint8Array(1000);
  const text = new TextDecoder().decode(piece.subarray(0, (await wire.conn.read(piece))!));
  assertMatch(
    text,
    /^HTTP\/1\.1 200 OK\r\nDate: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\nContent-Length: 8\r\n\r\nhello \/a$/,
  );
});

Deno.test("serveHttp() answers requests that come without waiting, in their order", async () => {
  const pending: ((value: void) => void)[] = [];
  await using server = await serve(async ({ path }) => {
    if (path === "/0") await new Promise<void>((resolve) => pending.push(resolve));
    return { status: 200, body: path };
  });
  using wire = await Wire.open(server.address);
  await wire.send([0, 1, 2, 3].map((i) => `GET /${i} HTTP/1.1\r\nHost: x\r\n\r\n`).join(""));
  // Another connection is answered meanwhile; then the first may go on.
  using other = await Wire.open(server.address);
  assertEquals((await other.ask(GET)).body, "/a");
  pending[0]!();
  const bodies: string[] = [];
  for (let i = 0; i < 4; i++) bodies.push((await wire.read()).body);
  assertEquals(bodies, ["/0", "/1", "/2", "/3"]);
});

Deno.test("serveHttp() keeps or closes the connection as version and Connection say", async () => {
  await using server = await serve(hello);
  const cases: [string, string | null, boolean][] = [
    ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", null, true],
    ["GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "close", false],
    ["GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, CLOSE\r\n\r\n", "close", false],
    ["GET / HTTP/1.0\r\n\r\n", "close", false],
    ["GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive", true],
    ["GET / HTTP/1.7\r\nHost: x\r\n\r\n", null, true],
  ];
  for (const [request, connection, stays] of cases) {
    using wire = await Wire.open(server.address);
    const answer = await wire.ask(request);
    assertEquals(answer.first, "HTTP/1.1 200 OK", request);
    assertEquals(answer.fields.get("connection"), connection, request);
    if (stays) assertEquals((await wire.ask(GET)).body, "hello /a", request);
    else assert(await wire.ended(), request);
  }
});

Deno.test("serveHttp() accepts heads whose lines end in a bare line feed, as GDL sends them, and closes", async () => {
  await using server = await serve(hello);
  using wire = await Wire.open(server.address);
  assertEquals((await wire.ask("\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n")).body, "hello /b");
  const last = await wire.ask("GET /a.jpg HTTP/1.1\nHost: x\n\n\n");
  assertEquals([last.body, last.fields.get("connection")], ["hello /a.jpg", "close"]);
});

Deno.test("serveHttp() refuses what is no proper request, says why and closes", async () => {
  await using server = await serve(hello);
  const get = "GET / HTTP/1.1\r\nHost: x\r\n";
  const post = "POST / HTTP/1.1\r\nHost: x\r\n";
  const cases: [string, number][] = [
    ["GET / HTTP/1.1\r\n\r\n", 400],
    [`${get}Host: y\r\n\r\n`, 400],
    ["GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400],
    [`GET /${"a".repeat(70_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414],
    [`GET /${"a".repeat(1_048_576)} HTTP/1.1\r\nHost: x\r\n\r\n`, 414],
    [`${get}A: ${"a".repeat(70_000)}\r\n\r\n`, 431],
    [`${get}${"A: 1\r\n".repeat(10_000)}\r\n`, 431],
    ["FROB / HTTP/1.1\r\nHost: x\r\n\r\n", 501],
    [`${get}A : 1\r\n\r\n`, 400],
    [`${get}A: 1\r\n folded\r\n\r\n`, 400],
    [`${get}A: 1\rB: 2\r\n\r\n`, 400],
    ["GET x:80 HTTP/1.1\r\nHost: x\r\n\r\n", 400],
    ["GET * HTTP/1.1\r\nHost: x\r\n\r\n", 400],
    [`${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    [`${post}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 501],
    [`${post}Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n`, 400],
    [`${post}Content-Length: 3, 3\r\n\r\nabc`, 400],
    [`${post}Content-Length: +3\r\n\r\nabc`, 400],
    [`${post}Content-Length: \r\n\r\nabc`, 400],
    [`${post}Content-Length: 99999999999999999999\r\n\r\nabc`, 400],
    [`${get}Expect: a-miracle\r\n\r\n`, 417],
    ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505],
    ["GET / HTTP/2.0\r\nHost: x\r\n\r\n", 505],
    ["\x16\x03\x01\x02\x00\x01\x00\x01", 400],
    [String.fromCharCode(...crypto.getRandomValues(new Uint8Array(5000))) + "\n", 400],
  ];
  for (const [request, status] of cases) {
    using wire = await Wire.open(server.address);
    // The server may have closed before the last of a long request.
    await wire.send(request).catch(() => {});
    const answer = await wire.read();
    const shown = JSON.stringify(request.slice(0, 90));
    assertEquals(answer.status, status, shown);
    assertEquals(answer.fields.get("connection"), "close", shown);
    assertEquals(answer.fields.get("content-type"), "text/plain; charset=utf-8", shown);
    assertMatch(answer.body, /^\d{3} [A-Z].*: .+\n$/, shown);
    assert(await wire.ended(), shown);
  }
});

Deno.test("serveHttp() prefers the host of an absolute target, and gives the form asterisk to OPTIONS", async () => {
  await using server = await serve(({ method, path, host }) => ({
    status: 200,
    body: `${method} ${host} ${path}`,
  }), { allowHosts: ["a.example"] });
  using wire = await Wire.open(server.address);
  const absolute = await wire.ask("GET http://a.example:81/x HTTP/1.1\r\nHost: b\r\n\r\n");
  assertEquals(absolute.body, "GET a.example:81 /x");
  const asterisk = await wire.ask("OPTIONS * HTTP/1.1\r\nHost: b\r\n\r\n");
  assertEquals(asterisk.body, "OPTIONS b *");
});

Deno.test("a handler reads a body by its length and by chunks, without the trailers", async () => {
  await using server = await serve(async ({ body, fields }) => ({
    status: 200,
    body: `${await body.text()}|${fields.get("x-sum")}`,
  }));
  using wire = await Wire.open(server.address);
  const post = "POST / HTTP/1.1\r\nHost: x\r\n";
  assertEquals((await wire.ask(`${post}Content-Length: 3\r\n\r\nsun`)).body, "sun|undefined");
  const chunked = `${post}Transfer-Encoding: chunked\r\n\r\n`;
  const answer = await wire.ask(`${chunked}2;a=b\r\nsu\r\n1\r\nn\r\n0\r\nX-Sum: 7\r\n\r\n`);
  assertEquals(answer.body, "sun|undefined");
  assertEquals((await wire.ask(`${post}Content-Length: 0\r\n\r\n`)).body, "|undefined");
});

Deno.test("a body with broken chunks is answered 400, a too long one 413, and the connection ends", async () => {
  await using server = await serve(async ({ body }) => ({
    status: 200,
    body: await body.text(10),
  }));
  const chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  const cases: [string, number][] = [
    [`${chunked}fffffffffffffffff\r\n`, 400],
    [`${chunked}3\nsun\n0\n\n`, 400],
    [`${chunked}3\r\nsunX0\r\n\r\n`, 400],
    [`${chunked}x\r\n`, 400],
    [`${chunked}${(300_000).toString(16)}\r\n${"a".repeat(300_000)}\r\n0\r\n\r\n`, 413],
    ["POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", 413],
  ];
  for (const [request, status] of cases) {
    using wire = await Wire.open(server.address);
    const answer = await wire.ask(request);
    assertEquals(answer.status, status, request.slice(0, 90));
    assert(await wire.ended());
  }
});

Deno.test("a body that nobody reads is dropped up to a limit, and the next request answered", async () => {
  await using server = await serve(hello, { maxDrainBytes: 10 });
  const post = "POST / HTTP/1.1\r\nHost: x\r\n";
  const cases: [string, boolean][] = [
    [`${post}Content-Length: 10\r\n\r\n0123456789`, true],
    [`${post}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`, true],
    [`${post}Content-Length: 11\r\n\r\n0123456789a`, false],
    [`${post}Transfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n`, false],
  ];
  for (const [request, stays] of cases) {
    using wire = await Wire.open(server.address);
    assertEquals((await wire.ask(request)).body, "hello /", request);
    if (stays) assertEquals((await wire.ask(GET)).body, "hello /a", request);
    else assert(await wire.ended(), request);
  }
});

Deno.test("a client that expects 100 Continue gets it when the body is read, and only then", async () => {
  await using server = await serve(async ({ path, body }) => ({
    status: 200,
    body: path === "/read" ? await body.text() : "unread",
  }));
  const head = (path: string) =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n`;
  using reads = await Wire.open(server.address);
  assertEquals((await reads.ask(head("/read"))).first, "HTTP/1.1 100 Continue");
  assertEquals((await reads.ask("sun")).body, "sun");
  assertEquals((await reads.ask(GET)).body, "unread");
  using refuses = await Wire.open(server.address);
  const answer = await refuses.ask(head("/no"));
  assertEquals([answer.body, answer.fields.get("connection")], ["unread", "close"]);
  assert(await refuses.ended());
});

Deno.test("a handler's failure is a 500 on its own connection, without the reason", async () => {
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  await using server = await serve(({ path }) => {
    if (path === "/fail") throw new Error("secret /etc/passwd");
    if (path === "/late") return Promise.reject(new TypeError("secret"));
    if (path === "/status") return { status: 99 };
    if (path === "/field") return { status: 200, fields: { "X-A": "b\r\nX-C: d" } };
    if (path === "/refuse") throw new HttpError(403, "not you");
    return { status: 200, body: "fine" };
  }, { onError });
  using fine = await Wire.open(server.address);
  assertEquals((await fine.ask(GET)).body, "fine");
  for (const path of ["/fail", "/late", "/status", "/field"]) {
    using wire = await Wire.open(server.address);
    const answer = await wire.ask(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    assertEquals(answer.status, 500, path);
    assertEquals(
      answer.body,
      "500 Internal Server Error: the server failed to answer this request\n",
    );
    assert(await wire.ended(), path);
  }
  assertEquals(errors.length, 4);
  const refusal = await fine.ask("GET /refuse HTTP/1.1\r\nHost: x\r\n\r\n");
  assertEquals([refusal.status, refusal.body], [403, "403 Forbidden: not you\n"]);
  assertEquals((await fine.ask(GET)).body, "fine");
});

Deno.test("answers are framed by what their body is", async () => {
  async function* pieces() {
    yield new TextEncoder().encode("hello ");
    yield new Uint8Array(0);
    yield new TextEncoder().encode("sun");
  }
  await using server = await serve(({ path }) => {
    switch (path) {
      case "/stream":
        return { status: 200, body: pieces() };
      case "/known":
        return { status: 200, fields: { "Content-Length": "9" }, body: pieces() };
      case "/standard":
        return new Response("hello sun", { headers: { "X-A": "b" } });
      case "/pieces":
        return { status: 200, body: [new Uint8Array([104]), new Uint8Array([105])] };
      case "/none":
        return { status: 204, fields: { "Content-Length": "3" }, body: "abc" };
      default:
        return { status: 304, fields: { ETag: '"a"' }, body: "abc" };
    }
  });
  using wire = await Wire.open(server.address);
  const ask = (path: string, rest = "HTTP/1.1\r\nHost: x\r\n\r\n") =>
    wire.ask(`${path.startsWith("/") ? "GET " : ""}${path} ${rest}`);
  const stream = await ask("/stream");
  assertEquals(stream.body, "6\r\nhello \r\n3\r\nsun\r\n0\r\n\r\n");
  assertEquals(stream.fields.get("content-length"), null);
  assertEquals((await ask("/known")).body, "hello sun");
  const standard = await ask("/standard");
  assertEquals(standard.body, "9\r\nhello sun\r\n0\r\n\r\n");
  assertEquals(standard.fields.get("x-a"), "b");
  assertEquals((await ask("/pieces")).body, "hi");
  const head = await ask("HEAD /pieces");
  assertEquals([head.status, head.fields.get("content-length")], [200, "2"]);
  const none = await ask("/none");
  assertEquals([none.status, none.fields.get("content-length")], [204, null]);
  const unchanged = await ask("/unchanged");
  assertEquals([unchanged.status, unchanged.fields.get("etag")], [304, '"a"']);
  // HTTP/1.0 knows no chunks: the end of the connection ends the body.
  const old = await ask("/stream", "HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  assertEquals([old.body, old.fields.get("connection")], ["hello sun", "close"]);
});

Deno.test("a body that breaks its word ends the connection early", async () => {
  const errors: unknown[] = [];
  const options = { onError: (error: unknown) => errors.push(error) };
  await using server = await serve(async function ({ path }) {
    async function* pieces() {
      yield new Uint8Array(3);
      if (path === "/fails") throw new Error("the disk is gone");
    }
    const fields = path === "/short" ? { "Content-Length": "4" } : { "Content-Length": "2" };
    return await Promise.resolve({
      status: 200,
      ...(path === "/fails" ? {} : { fields }),
      body: pieces(),
    });
  }, options);
  for (const path of ["/short", "/long", "/fails"]) {
    using wire = await Wire.open(server.address);
    await assertRejects(
      () => wire.ask(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`),
      Error,
      "the server ended",
    );
  }
  assertEquals(errors.length, 1);
});

Deno.test("serveHttp() takes over a connection with what the client has sent already", async () => {
  await using server = await serve((request) =>
    request.takeOver(
      { status: 101, fields: { Upgrade: request.upgrade[0]!, Connection: "Upgrade" } },
      async ({ socket, reader }) => {
        const line = await reader.readLine(100);
        await socket.write(new TextEncoder().encode(`echo ${line}`));
      },
    )
  );
  using wire = await Wire.open(server.address);
  await wire.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: lines\r\n\r\nsun");
  const answer = await wire.read();
  assertEquals(answer.first, "HTTP/1.1 101 Switching Protocols");
  assertEquals(answer.fields.get("upgrade"), "lines");
  assertEquals(answer.fields.get("content-length"), null);
  await wire.send("shine\n");
  assertEquals(await wire.readToEnd(), "echo sunshine");
});

Deno.test("shutdown() ends idle connections and lets answers finish", async () => {
  let proceed = () => {};
  const began = Promise.withResolvers<void>();
  const server = await serve(async ({ path }) => {
    if (path === "/slow") {
      const wait = new Promise<void>((resolve) => proceed = resolve);
      began.resolve();
      await wait;
    }
    return { status: 200, body: "done" };
  });
  using idle = await Wire.open(server.address);
  await idle.ask(GET);
  using fresh = await Wire.open(server.address);
  using slow = await Wire.open(server.address);
  await slow.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  await began.promise;
  const down = server.shutdown();
  assert(await idle.ended());
  assert(await fresh.ended());
  await assertRejects(() => Wire.open(server.address), Deno.errors.ConnectionRefused);
  proceed();
  const answer = await slow.read();
  assertEquals([answer.body, answer.fields.get("connection")], ["done", "close"]);
  slow.conn.close();
  await down;
});

Deno.test("serveHttp() ends a connection after its most requests", async () => {
  await using server = await serve(hello, { maxRequests: 2 });
  using wire = await Wire.open(server.address);
  assertEquals((await wire.ask(GET)).fields.get("connection"), null);
  assertEquals((await wire.ask(GET)).fields.get("connection"), "close");
  assert(await wire.ended());
});

Deno.test("a request's signal aborts when the client has gone", async () => {
  const aborted = Promise.withResolvers<unknown>();
  const asked = Promise.withResolvers<void>();
  await using server = await serve(async ({ path, signal }) => {
    if (path === "/a") return { status: 200, body: "first" };
    signal.addEventListener("abort", () => aborted.resolve(signal.reason));
    asked.resolve();
    await aborted.promise;
    return { status: 200, body: "nobody reads this" };
  });
  const wire = await Wire.open(server.address);
  await wire.send(`${GET}GET /b HTTP/1.1\r\nHost: x\r\n\r\n`);
  await asked.promise;
  wire[Symbol.dispose]();
  assert(await aborted.promise instanceof ClosedError);
});

Deno.test("a stream that is not sent is let go, and one whose reader went away as well", async () => {
  const cancelled: string[] = [];
  const done = Promise.withResolvers<void>();
  await using server = await serve(({ method, path }) => ({
    status: path === "/unchanged" ? 304 : 200,
    body: new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
      cancel: () => {
        cancelled.push(`${method} ${path}`);
        if (cancelled.length === 3) done.resolve();
      },
    }),
  }));
  using wire = await Wire.open(server.address);
  await wire.ask("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n");
  await wire.ask("GET /unchanged HTTP/1.1\r\nHost: x\r\n\r\n");
  const other = await Wire.open(server.address);
  await other.send(GET);
  await other.conn.read(new Uint8Array(1));
  other[Symbol.dispose]();
  await done.promise;
  assertEquals(cancelled, ["HEAD /a", "GET /unchanged", "GET /a"]);
});

Deno.test("serveHttp() speaks TLS, large bodies both ways included", async () => {
  const read = (name: string) =>
    Deno.readTextFileSync(new URL(`../../certificates/${name}`, import.meta.url));
  await using server = await serve(async ({ body, secure }) => ({
    status: 200,
    fields: { "X-Secure": String(secure) },
    body: await body.bytes(8_388_608),
  }), { cert: read("localhost.pem"), key: read("localhost.key.pem") });
  assertEquals(server.url, `https://127.0.0.1:${server.address.port}/`);
  const sent = new Uint8Array(4_194_304).map((_, i) => i * 7 + (i >> 9));
  using client = Deno.createHttpClient({ caCerts: [read("authority.pem")] });
  const url = `https://localhost:${server.address.port}/`;
  const response = await fetch(url, { method: "POST", body: sent, client });
  assertEquals(response.headers.get("x-secure"), "true");
  assertEquals(await response.bytes(), sent);
  // Plain text to a port that speaks TLS, and silence, end their connection only.
  using plain = await Wire.open(server.address);
  await plain.send(GET);
  assert(!(await plain.readToEnd()).includes("HTTP/1.1 200"));
  assertEquals((await fetch(url, { client })).status, 200);
  await assertRejects(
    () => serve(hello, { cert: read("localhost.pem") }),
    HeliographError,
    "there is a certificate but no key, expected both",
  );
});

Deno.test("a body that follows a request whose signal was looked at comes whole", async () => {
  const first = Promise.withResolvers<void>();
  const looked = Promise.withResolvers<void>();
  await using server = await serve(async (request) => {
    if (request.method === "POST") return { status: 200, body: await request.body.text() };
    request.signal.throwIfAborted();
    looked.resolve();
    await first.promise;
    return { status: 200, body: "first" };
  });
  using wire = await Wire.open(server.address);
  await wire.send(GET + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n");
  await looked.promise;
  first.resolve();
  assertEquals((await wire.read()).body, "first");
  await wire.send("ABCDE");
  await wire.send("FGHIJ");
  assertEquals((await wire.read()).body, "ABCDEFGHIJ");
});

Deno.test("a body of single bytes comes whole", async () => {
  await using server = await serve(async ({ body }) => ({ status: 200, body: await body.text() }));
  using wire = await Wire.open(server.address);
  await wire.send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  await wire.send("1\r\nx\r\n".repeat(20_000) + "0\r\n\r\n");
  assertEquals((await wire.read()).body, "x".repeat(20_000));
});

async function* waitsForEver(first: Uint8Array) {
  yield first;
  await new Promise(() => {});
}

Deno.test("a stream that waits for ever ends with its client, and so does the server", async () => {
  for (const kind of ["stream", "generator"]) {
    const cancelled = Promise.withResolvers<void>();
    const first = new TextEncoder().encode("first\n");
    const server = await serve(() => ({
      status: 200,
      body: kind === "generator" ? waitsForEver(first) : new ReadableStream({
        start: (controller) => controller.enqueue(first),
        cancel: () => cancelled.resolve(),
      }),
    }), { drainTimeout: 60_000 });
    using wire = await Wire.open(server.address);
    await wire.send(GET);
    await wire.conn.read(new Uint8Array(1000));
    wire.conn.close();
    if (kind === "stream") await cancelled.promise;
    await server.shutdown();
  }
});

Deno.test("serveHttp() takes over a connection on which a stream was sent before", async () => {
  await using server = await serve((request) => {
    if (request.upgrade.length === 0) {
      return {
        status: 200,
        body: ReadableStream.from(["a", "b"].map((text) => new TextEncoder().encode(text))),
      };
    }
    return request.takeOver(
      { status: 101, fields: { Upgrade: "raw", Connection: "Upgrade" } },
      async ({ socket }) => void await socket.write(new TextEncoder().encode("raw")),
    );
  });
  using wire = await Wire.open(server.address);
  assertEquals((await wire.ask(GET)).body, "1\r\na\r\n1\r\nb\r\n0\r\n\r\n");
  await wire.send("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: raw\r\nConnection: upgrade\r\n\r\n");
  const text = await wire.readToEnd();
  assert(text.startsWith("HTTP/1.1 101 ") && text.endsWith("\r\n\r\nraw"), text);
});

Deno.test("serveHttp() answers 421 to a name that is not its own, on every path and method", async () => {
  await using server = await serve(hello, { allowHosts: ["data.example"] });
  using wire = await Wire.open(server.address);
  const ask = async (request: string) => (await wire.ask(request)).status;
  assertEquals(await ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"), 421);
  assertEquals(await ask("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n"), 421);
  assertEquals(await ask("OPTIONS /a HTTP/1.1\r\nHost: evil.example:80\r\n\r\n"), 421);
  assertEquals(await ask("GET / HTTP/1.1\r\nHost: data.example:1\r\n\r\n"), 200);
  assertEquals(await ask("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), 200);
});

Deno.test("serveHttp() lets pages of other origins change nothing unless they are named", async () => {
  await using server = await serve(hello, { allowOrigins: ["https://friend.example"] });
  using wire = await Wire.open(server.address);
  const ask = async (method: string, origin: string) => {
    const length = method === "POST" ? "Content-Length: 0\r\n" : "";
    const head = `${method} / HTTP/1.1\r\nHost: localhost\r\n${length}`;
    return (await wire.ask(`${head}Origin: ${origin}\r\n\r\n`)).status;
  };
  assertEquals(await ask("POST", "https://evil.example"), 403);
  assertEquals(await ask("DELETE", "null"), 403);
  assertEquals(await ask("POST", "http://localhost"), 200);
  assertEquals(await ask("POST", "https://friend.example"), 200);
  assertEquals(await ask("GET", "https://evil.example"), 200);
});

Deno.test("serveHttp() goes on where its callbacks throw", async () => {
  const told: unknown[] = [];
  const print = console.error;
  console.error = (...words: unknown[]) => told.push(String(words.at(-1)));
  try {
    const options: ServeHttpOptions = {
      log: ({ target }) => {
        throw new Error(`log ${target}`);
      },
      onError: (error) => {
        throw new Error(`onError ${messageOf(error)}`);
      },
    };
    await using server = await serve(({ path }) => {
      if (path === "/bad") throw new Error("handler");
      return { status: 200, body: path };
    }, options);
    using wire = await Wire.open(server.address);
    const statuses: number[] = [];
    for (const path of ["/a", "/b", "/bad"]) {
      const { status } = await wire.ask(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
      statuses.push(status);
    }
    assertEquals(statuses, [200, 200, 500]);
  } finally {
    console.error = print;
  }
  assertEquals(told, [
    "Error: onError log /a",
    "Error: onError log /b",
    "Error: onError handler",
    "Error: onError log /bad",
  ]);
});
