import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type CloseInfo,
  connectWebSocket,
  type HttpServer,
  serveHttp,
  upgradeWebSocket,
} from "../../../http/mod.ts";
import { HeliographError, ProtocolError, serveTcp, TimeoutError } from "../../../net/mod.ts";

const CERTIFICATES = new URL("../../certificates/", import.meta.url);
const pem = (name: string) => Deno.readTextFile(new URL(name, CERTIFICATES));

function wsUrl(server: HttpServer): string {
  return server.url.replace(/^http/, "ws");
}

Deno.test("upgradeWebSocket() chooses a subprotocol and knows both addresses", async () => {
  await using server = await serveHttp({ port: 0 }, (request) =>
    upgradeWebSocket(request, {
      protocols: ["fits.v2", "fits.v1"],
      handler: (connection) => connection.send(`${connection.protocol} ${connection.remote}`),
    }));
  const connection = await connectWebSocket(wsUrl(server), { protocols: ["fits.v1", "fits.v2"] });
  assertEquals(connection.protocol, "fits.v2");
  const text = await (await connection.receive())?.text();
  assert(/^fits\.v2 127\.0\.0\.1:\d+$/.test(text ?? ""), text);
  assertEquals((await connection.closed).code, 1000);
});

Deno.test("upgradeWebSocket() refuses pages of other origins, and requests that are none", async () => {
  await using server = await serveHttp({ port: 0 }, (request) =>
    upgradeWebSocket(request, {
      origins: ["https://observatory.example"],
      handler: (connection) => connection.send("welcome"),
    }));
  const url = wsUrl(server);
  const own = `http://127.0.0.1:${server.address.port}`;
  for (const origin of ["https://observatory.example", own]) {
    await using connection = await connectWebSocket(url, { fields: { Origin: origin } });
    assertEquals(await (await connection.receive())?.text(), "welcome");
  }
  for (const origin of ["https://evil.example", "null", "http://127.0.0.1:1"]) {
    await assertRejects(
      () => connectWebSocket(url, { fields: { Origin: origin } }),
      ProtocolError,
      "the server answered 403 Forbidden (Pages of this origin may not connect), expected 101",
    );
  }
  const plain = await fetch(server.url);
  assertEquals([plain.status, plain.headers.get("upgrade")], [426, "websocket"]);
  assertEquals(await plain.text(), "This address speaks WebSocket\n");
  const posted = await fetch(server.url, { method: "POST" });
  assertEquals([posted.status, posted.headers.get("allow")], [405, "GET"]);
  await posted.body?.cancel();
});

Deno.test("a handler that throws closes with 1011, and its fault is reported and not told", async () => {
  const errors: unknown[] = [];
  await using server = await serveHttp(
    { port: 0, onError: (error) => errors.push(error) },
    (request) =>
      upgradeWebSocket(request, {
        handler: () => {
          throw new TypeError("a secret path");
        },
      }),
  );
  const connection = await connectWebSocket(wsUrl(server));
  assertEquals(await connection.closed, { code: 1011, reason: "", clean: true });
  await server.shutdown();
  assertEquals(errors.map(String), ["TypeError: a secret path"]);
});

Deno.test("a server that shuts down says goodbye with 1001", async () => {
  const open = Promise.withResolvers<void>();
  const server = await serveHttp({ port: 0 }, (request) =>
    upgradeWebSocket(request, {
      handler: async (connection) => {
        open.resolve();
        await connection.receive();
      },
    }));
  const connection = await connectWebSocket(wsUrl(server));
  await open.promise;
  const ended = server.shutdown();
  assertEquals(await connection.receive(), undefined);
  assertEquals(await connection.closed, {
    code: 1001,
    reason: "the server is shutting down",
    clean: true,
  });
  await ended;
});

Deno.test("connectWebSocket() speaks wss and trusts the authority it is given", async () => {
  const tls = { cert: await pem("localhost.pem"), key: await pem("localhost.key.pem") };
  await using server = await serveHttp({ port: 0, ...tls }, (request) =>
    upgradeWebSocket(request, {
      handler: async (connection) => {
        for await (const message of connection) await connection.send(await message.bytes());
      },
    }));
  const url = `wss://localhost:${server.address.port}/`;
  await using connection = await connectWebSocket(url, {
    connect: { caCerts: [await pem("authority.pem")] },
  });
  const bytes = crypto.getRandomValues(new Uint8Array(60_000));
  await connection.send(bytes);
  assertEquals(await (await connection.receive())?.bytes(), bytes);
});

Deno.test("connectWebSocket() says what went wrong, without credentials or query", async () => {
  await using server = await serveHttp({ port: 0 }, ({ path }) => ({
    status: path === "/moved" ? 302 : 401,
    fields: path === "/moved" ? { Location: "/elsewhere" } : {},
    body: "no entry",
  }));
  const { port } = server.address;
  const cases: [url: string, message: string][] = [
    ["ftp://localhost/", "Cannot open 'ftp://localhost/': expected ws://HOST:PORT/"],
    [
      `ws://ann:secret@127.0.0.1:${port}/a?token=secret`,
      `Cannot open ws://127.0.0.1:${port}/a: the server answered 401 Unauthorized (no entry)`,
    ],
    [`ws://127.0.0.1:${port}/moved`, "answered 302 Found (see /elsewhere), expected 101"],
  ];
  for (const [url, message] of cases) {
    const error = await assertRejects(() => connectWebSocket(url), HeliographError, message);
    assert(!error.message.includes("secret"));
  }
});

Deno.test("connectWebSocket() gives up on servers that are silent, broken or someone else's", async () => {
  const answers: [string | null, string][] = [
    [null, "no answer within 100 ms"],
    ["", "the server ended the connection after 0 bytes of its answer"],
    ["HTTP/1.1 101 Switching Protocols\r\n\r\n", "Upgrade is ''"],
    [
      "HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
      "does not belong to the key",
    ],
  ];
  for (const [answer, message] of answers) {
    await using server = serveTcp({ port: 0 }, async ({ socket }) => {
      await socket.read(new Uint8Array(4_096));
      // A silent server waits until the client has gone.
      if (answer === null) await socket.read(new Uint8Array(1));
      else await socket.write(new TextEncoder().encode(answer));
    });
    await assertRejects(
      () => connectWebSocket(`ws://127.0.0.1:${server.address.port}/`, { handshakeTimeout: 100 }),
      answer === null ? TimeoutError : ProtocolError,
      message,
    );
  }
});

Deno.test("connectWebSocket() obeys its signal, before and after the handshake", async () => {
  const seen = Promise.withResolvers<CloseInfo>();
  await using server = await serveHttp(
    { port: 0 },
    (request) =>
      upgradeWebSocket(request, { handler: (connection) => connection.closed.then(seen.resolve) }),
  );
  const stop = new AbortController();
  const connection = await connectWebSocket(wsUrl(server), { signal: stop.signal });
  stop.abort(new Error("enough"));
  assertEquals((await connection.closed).code, 1006);
  assertEquals((await seen.promise).code, 1006);
  await assertRejects(
    () => connectWebSocket(wsUrl(server), { signal: stop.signal }),
    Error,
    "enough",
  );
});
