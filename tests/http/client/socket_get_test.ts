import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  ClosedError,
  HeliographError,
  LimitError,
  ProtocolError,
  TimeoutError,
} from "../../../net/errors.ts";
import { serveTcp, serveTls } from "../../../net/serve_tcp.ts";
import { SocketReader } from "../../../net/socket_reader.ts";
import { writeAll } from "../../../net/write_all.ts";
import { decodeLatin1, encodeLatin1 } from "../../../http/message/octets.ts";
import {
  socketGet,
  type SocketGetOptions,
  type SocketResponse,
} from "../../../http/client/socket_get.ts";

const certificate = (name: string) =>
  Deno.readTextFileSync(new URL(`../../certificates/${name}`, import.meta.url));

interface Exchange {
  /** The request as the server read it. */
  request: string;
  response: Promise<SocketResponse>;
}

/** Asks a server that reads the head of one request, answers with these pieces and closes. */
async function exchange(
  pieces: readonly (string | Uint8Array)[],
  options: SocketGetOptions & { path?: string; userinfo?: string; stay?: boolean } = {},
): Promise<Exchange> {
  const request = Promise.withResolvers<string>();
  await using server = serveTcp({ port: 0, onError: () => {} }, async ({ socket, draining }) => {
    const reader = new SocketReader(socket);
    const head = await reader.readUntil(encodeLatin1("\r\n\r\n"), 10_000);
    request.resolve(decodeLatin1(head));
    for (const piece of pieces) {
      await writeAll(socket, typeof piece === "string" ? encodeLatin1(piece) : piece);
    }
    if (!options.stay) return;
    await new Promise((resolve) => draining.addEventListener("abort", resolve));
  });
  const { path = "/", userinfo = "", stay: _, ...getOptions } = options;
  const url = `http://${userinfo}127.0.0.1:${server.address.port}${path}`;
  const response = socketGet(url, getOptions);
  await Promise.allSettled([response]);
  return { request: await request.promise, response };
}

async function answer(...args: Parameters<typeof exchange>): Promise<SocketResponse> {
  return await (await exchange(...args)).response;
}

Deno.test("socketGet() writes the request by hand", async () => {
  const ok = ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"];
  const { request } = await exchange(ok, { path: "/a b/ü.fits?x=1#part" });
  assertMatch(
    request,
    /^GET \/a%20b\/%C3%BC\.fits\?x=1 HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\nUser-Agent: heliograph\r\nAccept: \*\/\*\r\nConnection: close\r\n\r\n$/,
  );
  const own = await exchange(ok, {
    fields: [["accept", "image/fits"], ["Cookie", "a=1"], ["Cookie", "b=2"], ["Connection", "x"]],
    userinfo: "s%C3%BCn:p%3Aw@",
  });
  assertEquals(
    own.request.split("\r\n").slice(2, -2),
    [
      "User-Agent: heliograph",
      "Authorization: Basic c8O8bjpwOnc=",
      "accept: image/fits",
      "Cookie: a=1",
      "Cookie: b=2",
      "Connection: close",
    ],
  );
  assertMatch((await own.response).url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
});

Deno.test("socketGet() reads the body by Content-Length, chunks, or until close", async () => {
  const big = new Uint8Array(3_000_000).map((_, i) => i % 251);
  const cases: [name: string, pieces: (string | Uint8Array)[], bytes: string | Uint8Array][] = [
    ["length", ["HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nsunrest"], "sun"],
    ["nothing", ["HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"], ""],
    ["close", ["HTTP/1.0 200 OK\n\nsun", "rise"], "sunrise"],
    ["close, empty", ["HTTP/1.1 200 OK\r\n\r\n"], ""],
    ["chunks", [
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nsun\r\n",
      "4\r\nrise\r\n0\r\nX-Sum: 7\r\n\r\n",
    ], "sunrise"],
    ["after 103 and 100", [
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 \r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nsun",
    ], "sun"],
    ["204", ["HTTP/1.1 204 No Content\r\n\r\nsun"], ""],
    ["long length", [`HTTP/1.1 200 OK\r\nContent-Length: ${big.length}\r\n\r\n`, big], big],
    ["long until close", ["HTTP/1.1 200 OK\r\n\r\n", big], big],
    ["long chunk", [
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${big.length.toString(16)}\r\n`,
      big,
      "\r\n0\r\n\r\n",
    ], big],
  ];
  for (const [name, pieces, bytes] of cases) {
    const response = await answer(pieces);
    const expected = typeof bytes === "string" ? encodeLatin1(bytes) : bytes;
    assertEquals(response.bytes.length, expected.length, name);
    assertEquals(response.bytes.findIndex((byte, i) => byte !== expected[i]), -1, name);
    assertEquals(response.headComplete, true, name);
    if (name === "chunks") assertEquals([...response.trailers], [["X-Sum", "7"]]);
  }
});

Deno.test("socketGet() returns every status, and answers that end without an empty line", async () => {
  const cases: [string, number, boolean, [string, string][]][] = [
    ["HTTP/1.1 400 Bad Request\r\nConnection: close\r\n", 400, false, [["Connection", "close"]]],
    ["HTTP/1.1 404 Not Found\nConnection: close\n", 404, false, [["Connection", "close"]]],
    ["HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", 302, true, [
      ["Location", "/x"],
      ["Content-Length", "0"],
    ]],
    ["HTTP/1.1 500 \r\n\r\n", 500, true, []],
  ];
  for (const [text, status, headComplete, fields] of cases) {
    const response = await answer([text]);
    assertEquals([response.status, response.headComplete], [status, headComplete], text);
    assertEquals([...response.fields], fields);
  }
});

Deno.test("socketGet() says what is wrong with an answer", async () => {
  const ok = "HTTP/1.1 200 OK\r\n";
  type Kind = new (message: string) => HeliographError;
  const cases: [pieces: string[], kind: Kind, message: RegExp, options?: SocketGetOptions][] = [
    [[], ClosedError, /: the server closed without an answer$/],
    [[ok, "Content-Ty"], ClosedError, /: the connection ended within the head of an answer 200$/],
    [["HTTP/1.1 2"], ProtocolError, /: the answer ended before its status line$/],
    [
      ["220 FTP server ready\r\n"],
      ProtocolError,
      /: the answer does not begin with HTTP\/ but with "220 FTP server ready\\r\\n"$/,
    ],
    [
      [ok, "Content-Length: 10\r\n\r\nhello"],
      ClosedError,
      /: the connection ended after 5 bytes of the body, 10 bytes expected$/,
    ],
    [
      [ok, "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"],
      ClosedError,
      /: the connection ended after 5 bytes of the body, its last chunk expected$/,
    ],
    [
      [ok, "Transfer-Encoding: chunked\r\n\r\nx"],
      ProtocolError,
      /: the chunked coding is broken: 'x' where the size of a chunk was expected$/,
    ],
    [
      [ok, "Content-Length: 1\r\nContent-Length: 2\r\n\r\n"],
      ProtocolError,
      /: the Content-Length is "1, 2", expected one number$/,
    ],
    [
      [ok, "Content-Length: 9007199254740991\r\n\r\n"],
      LimitError,
      /: the body has 9007199254740991 bytes, allowed are 268435456$/,
    ],
    [
      [ok, "Content-Length: 11\r\n\r\nhello world"],
      LimitError,
      /: the body has 11 bytes, allowed are 10$/,
      { maxBytes: 10 },
    ],
    [
      [ok, "Transfer-Encoding: chunked\r\n\r\nfffffffffffff\r\n"],
      LimitError,
      /: the body has more than 10 bytes, allowed are 10$/,
      { maxBytes: 10 },
    ],
    [[ok, "\r\nhello world"], LimitError, /more than 10 bytes/, { maxBytes: 10 }],
    [[ok, `A: ${"b".repeat(70_000)}`], LimitError, /the head is longer than the 65536 bytes/],
    [[ok, "A: b\r\n\r\n"], LimitError, /the head is longer than the 20 bytes/, { headBytes: 20 }],
    [["HTTP/1.1 103 \r\n\r\n".repeat(102)], ProtocolError, /more than 100 interim answers$/],
  ];
  for (const [pieces, kind, message, options] of cases) {
    const { response } = await exchange(pieces, { ...options, userinfo: "user:secret@" });
    const error = await assertRejects(() => response, kind, "", pieces.join("").slice(0, 60));
    assertMatch(error.message, /^Cannot read http:\/\/127\.0\.0\.1:\d+\/: /);
    assertMatch(error.message, message);
    assertEquals(error.source?.startsWith("http://127.0.0.1:"), true, error.message);
  }
});

Deno.test("socketGet() ends when the server is silent, slow, or no longer wanted", async () => {
  const head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel";
  const stay = true;
  const silent = await exchange([head], { stay, timeout: 60 });
  await assertRejects(() => silent.response, TimeoutError, "nothing came for 60 ms");
  const slow = await exchange([head], { stay, deadline: 60 });
  await assertRejects(() => slow.response, TimeoutError, "it took longer than 60 ms");
  const unwanted = await exchange([head], { stay, signal: AbortSignal.timeout(60) });
  await assertRejects(() => unwanted.response, DOMException, "aborted due to timeout");
  const reason = new Error("never mind");
  await assertRejects(
    () => socketGet("http://127.0.0.1:1/", { signal: AbortSignal.abort(reason) }),
    Error,
    "never mind",
  );
});

Deno.test("socketGet() refuses what is no http URL, and requests that would be several", async () => {
  for (const url of ["", "sun.fits", "ftp://example.org/", "file:///etc/passwd", "http://"]) {
    await assertRejects(() => socketGet(url), HeliographError, "expected http://HOST/PATH", url);
  }
  await assertRejects(
    () => socketGet("http://%zz:a@127.0.0.1/"),
    HeliographError,
    "percent-encoded",
  );
  await assertRejects(
    () => socketGet("http://127.0.0.1/", { fields: { "X": "a\r\nY: b" } }),
    HeliographError,
    "Cannot set the header field X",
  );
});

Deno.test("socketGet() speaks TLS for https", async () => {
  const identity = { cert: certificate("localhost.pem"), key: certificate("localhost.key.pem") };
  await using server = await serveTls(
    { ...identity, port: 0, onError: () => {} },
    async ({ socket }) => {
      await new SocketReader(socket).readUntil(encodeLatin1("\r\n\r\n"), 10_000);
      await writeAll(socket, encodeLatin1("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nsun"));
    },
  );
  const url = `https://127.0.0.1:${server.address.port}/`;
  const { bytes } = await socketGet(url, { caCerts: [certificate("authority.pem")] });
  assertEquals(decodeLatin1(bytes), "sun");
  await assertRejects(() => socketGet(url), HeliographError, "Cannot connect to 127.0.0.1");
});
