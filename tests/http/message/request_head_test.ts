import { assert, assertEquals, assertThrows } from "@std/assert";
import { HttpError } from "../../../http/message/http_error.ts";
import { encodeLatin1 } from "../../../http/message/octets.ts";
import {
  parseRequestHead,
  type RequestHead,
  type RequestHeadLimits,
  RequestHeadParser,
} from "../../../http/message/request_head.ts";

function parse(text: string, limits?: RequestHeadLimits): RequestHead | undefined {
  const bytes = encodeLatin1(text);
  return parseRequestHead(bytes, 0, bytes.length, limits);
}

/** Feeds one byte more in each call, from memory that moves between the calls. */
function parseTrickling(text: string, limits?: RequestHeadLimits): RequestHead | undefined {
  const bytes = encodeLatin1(text);
  const parser = new RequestHeadParser(limits);
  for (let count = 1; count <= bytes.length; count++) {
    const start = count % 7;
    const memory = new Uint8Array(start + bytes.length).fill(10);
    memory.set(bytes.subarray(0, count), start);
    const head = parser.parse(memory, start, start + count);
    if (head !== undefined) return head;
  }
  return undefined;
}

/** `get` with the usual fields, changed by a test. */
function get(line: string, fields = "Host: a\r\n"): string {
  return `${line}\r\n${fields}\r\n`;
}

Deno.test("parseRequestHead() reads the line, the fields and what they say about the message", () => {
  const text = "GET /a/b%20c.fits?x=1&y=?2 HTTP/1.1\r\nHost: example.org:8000\r\n" +
    "User-Agent:  gdl \t\r\nACCEPT:*/*\r\nX-Empty:\r\nx-high: d\xfcss\r\n\r\n";
  const head = parse(text + "GET / HT")!;
  const { fields, ...rest } = head;
  assertEquals(rest, {
    method: "GET",
    target: "/a/b%20c.fits?x=1&y=?2",
    form: "origin",
    path: "/a/b%20c.fits",
    query: "x=1&y=?2",
    host: "example.org:8000",
    version: "1.1",
    keepAlive: true,
    framing: "none",
    contentLength: 0,
    expectContinue: false,
    upgrade: [],
    headBytes: text.length,
  });
  assertEquals(fields.get("accept"), "*/*");
  assertEquals(fields.get("range"), undefined);
  assertEquals([...fields], [
    ["Host", "example.org:8000"],
    ["User-Agent", "gdl"],
    ["ACCEPT", "*/*"],
    ["X-Empty", ""],
    ["x-high", "d\xfcss"],
  ]);
});

Deno.test("parseRequestHead() accepts what it should", () => {
  const cases: [name: string, text: string, expected: Partial<RequestHead>][] = [
    ["bare line feeds", "GET /a.jpg HTTP/1.1\nHost: x\n\n", {
      path: "/a.jpg",
      host: "x",
      keepAlive: false,
    }],
    ["bare line feeds that stay", "GET / HTTP/1.1\nHost: x\nConnection: keep-alive\n\n", {
      keepAlive: true,
    }],
    ["mixed line ends", "GET / HTTP/1.1\nHost: x\r\nA: b\n\r\n", { host: "x" }],
    ["empty lines first", "\r\n\n\r\n" + get("GET / HTTP/1.1"), { path: "/", headBytes: 32 }],
    ["HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", {
      version: "1.0",
      keepAlive: false,
      host: undefined,
    }],
    ["HTTP/1.0 that stays", get("GET / HTTP/1.0", "Connection: Keep-Alive\r\n"), {
      keepAlive: true,
    }],
    ["HTTP/1.2", get("GET / HTTP/1.2"), { version: "1.1", keepAlive: true }],
    ["close", get("GET / HTTP/1.1", "Host: a\r\nConnection: foo, Close\r\n"), { keepAlive: false }],
    ["close wins", get("GET / HTTP/1.1", "Host: a\r\nConnection: keep-alive, close\r\n"), {
      keepAlive: false,
    }],
    [
      "close on two lines",
      get("GET / HTTP/1.1", "Host: a\r\nConnection: a\r\nConnection: close\r\n"),
      {
        keepAlive: false,
      },
    ],
    ["absolute form wins", get("GET http://b:81/x?y HTTP/1.1"), {
      form: "absolute",
      host: "b:81",
      path: "/x",
      query: "y",
    }],
    ["absolute form, no path", get("GET HTTPS://b HTTP/1.1"), { path: "/", host: "b" }],
    ["absolute form, query only", get("GET http://b?x HTTP/1.1"), { path: "/", query: "x" }],
    ["absolute form of *", get("OPTIONS http://b HTTP/1.1"), { path: "*", form: "absolute" }],
    ["asterisk form", get("OPTIONS * HTTP/1.1"), { form: "asterisk", path: "*" }],
    ["authority form", get("CONNECT b:443 HTTP/1.1"), {
      form: "authority",
      path: "",
      host: "b:443",
    }],
    ["two slashes stay", get("GET //b/c HTTP/1.1"), { form: "origin", path: "//b/c" }],
    ["empty query", get("GET /? HTTP/1.1"), { path: "/", query: "" }],
    ["raw UTF-8", get("GET /\xc3\xbc?\xe9 HTTP/1.1"), {
      target: "/%C3%BC?%E9",
      path: "/%C3%BC",
      query: "%E9",
    }],
    ["odd characters", get('GET /a"b|c\\d^ HTTP/1.1'), { path: '/a"b|c\\d^' }],
    ["IPv6 host", get("GET / HTTP/1.1", "Host: [::1]:8000\r\n"), { host: "[::1]:8000" }],
    ["host with empty port", get("GET / HTTP/1.1", "Host: a:\r\n"), { host: "a:" }],
    ["a length", get("POST / HTTP/1.1", "Host: a\r\nContent-Length: 0042 \r\n"), {
      framing: "length",
      contentLength: 42,
    }],
    ["chunked", get("POST / HTTP/1.1", "Host: a\r\nTransfer-Encoding: Chunked\r\n"), {
      framing: "chunked",
      contentLength: 0,
    }],
    [
      "100-continue",
      get("PUT / HTTP/1.1", "Host: a\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n"),
      {
        expectContinue: true,
      },
    ],
    ["100-continue without a body", get("PUT / HTTP/1.1", "Host: a\r\nExpect: 100-continue\r\n"), {
      expectContinue: false,
    }],
    ["expectation of HTTP/1.0", get("PUT / HTTP/1.0", "Expect: x\r\nContent-Length: 1\r\n"), {
      expectContinue: false,
    }],
    [
      "upgrade",
      get(
        "GET / HTTP/1.1",
        "Host: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket, h2c\r\n",
      ),
      { upgrade: ["websocket", "h2c"], keepAlive: true },
    ],
    ["upgrade not in Connection", get("GET / HTTP/1.1", "Host: a\r\nUpgrade: websocket\r\n"), {
      upgrade: [],
    }],
    [
      "upgrade of HTTP/1.0",
      get("GET / HTTP/1.0", "Host: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"),
      { upgrade: [] },
    ],
    ["a method of the registry", get("PROPFIND / HTTP/1.1"), { method: "PROPFIND" }],
    ["a line of 8000 bytes", get(`GET /${"a".repeat(8000)} HTTP/1.1`), { method: "GET" }],
    ["underscore in a name", get("GET / HTTP/1.1", "Host: a\r\nContent_Length: 7\r\n"), {
      framing: "none",
    }],
  ];
  for (const [name, text, expected] of cases) {
    for (const head of [parse(text), parseTrickling(text)]) {
      assert(head !== undefined, name);
      for (const key of Object.keys(expected) as (keyof RequestHead)[]) {
        assertEquals(head?.[key], expected[key], `${name}: ${key}`);
      }
    }
  }
});

Deno.test("parseRequestHead() refuses with the right status", () => {
  const host = "Host: a\r\n";
  const cases: [status: number, text: string][] = [
    [400, get("GET  / HTTP/1.1")],
    [400, get("GET\t/ HTTP/1.1")],
    [400, get("GET / HTTP/1.1 ")],
    [400, get(" GET / HTTP/1.1")],
    [400, get("GET HTTP/1.1")],
    [400, get("GET  HTTP/1.1")],
    [400, "GET /\r\n"],
    [400, get("GET / http/1.1")],
    [400, get("GET / HTTP-1.1")],
    [400, get("GET / HTTQ/1.1")],
    [400, get("GET / HTSP/1.1")],
    [400, get("GET / XTTP/1.1")],
    [400, get("GET / HTTP/1")],
    [400, get("GET / HTTP/01.01")],
    [400, get("GET / HTTP/ 1.1")],
    [400, get("GET / HTTP/1.11")],
    [400, get("GET / ICE/1.0")],
    [505, get("GET / HTTP/2.0")],
    [505, get("GET / HTTP/0.9")],
    [505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    [400, get("GET /a b HTTP/1.1")],
    [400, get("GET /a#b HTTP/1.1")],
    [400, get("GET /a\0b HTTP/1.1")],
    [400, get("GET /a\x7f HTTP/1.1")],
    [400, get("GET a HTTP/1.1")],
    [400, get("GET * HTTP/1.1")],
    [400, get("GET a:443 HTTP/1.1")],
    [400, get("GET ftp://a/ HTTP/1.1")],
    [400, get("GET http:// HTTP/1.1")],
    [400, get("GET http://u@a/ HTTP/1.1")],
    [400, get("GET http:///x HTTP/1.1")],
    [400, get("CONNECT a HTTP/1.1")],
    [400, get("CONNECT / HTTP/1.1")],
    [400, get("CONNECT a:b HTTP/1.1")],
    [400, get("G[T / HTTP/1.1")],
    [501, get("FOO / HTTP/1.1")],
    [501, get("get / HTTP/1.1")],
    [501, get("GETT / HTTP/1.1")],
    [400, "GET / HTTP/1.1\r\n\r\n"],
    [400, get("GET / HTTP/1.1", "Host: a\r\nHost: a\r\n")],
    [400, get("GET / HTTP/1.0", "Host: a\r\nhost: b\r\n")],
    ...["", "a b", "a, b", "u@a", "a/b", "a:b", "a:99999", "[::1", "[::g]", "a\xe9", "%zz", "::1"]
      .map((value): [number, string] => [400, get("GET / HTTP/1.1", `Host: ${value}\r\n`)]),
    [400, get("GET / HTTP/1.1", host + "X-Test : v\r\n")],
    [400, get("GET / HTTP/1.1", host + "X-Test\t: v\r\n")],
    [400, get("GET / HTTP/1.1", host + "X-Test: v\r\n folded\r\n")],
    [400, get("GET / HTTP/1.1", host + "X-Test: v\n\tfolded\n")],
    [400, get("GET / HTTP/1.1", " " + host)],
    [400, "GET / HTTP/1.1\r\n \r\n" + host + "\r\n"],
    [400, get("GET / HTTP/1.1", host + ": v\r\n")],
    [400, get("GET / HTTP/1.1", host + "No colon\r\n")],
    [400, get("GET / HTTP/1.1", host + "NoColon\r\n")],
    [400, get("GET / HTTP/1.1", host + "B[d: v\r\n")],
    [400, get("GET / HTTP/1.1", host + "B\xe4d: v\r\n")],
    [400, get("GET / HTTP/1.1", host + "X: a\0b\r\n")],
    [400, get("GET / HTTP/1.1", host + "X: a\x0bb\r\n")],
    [400, get("GET / HTTP/1.1", host + "X: a\rb\r\n")],
    [400, get("GET / HTTP/1.1", host + "X: a\r\r\n")],
    [400, get("GET / HTTP/1.1", host + "\r\r\n")],
    [400, "GET / HTTP/1.1\rHost: a\r\n\r\n"],
    [400, "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"],
    [400, "\rGET / HTTP/1.1\r\nHost: a\r\n\r\n"],
    ...[
      "",
      "abc",
      "+5",
      "-1",
      "-0",
      "0x5",
      "0o5",
      "1_0",
      "1 0",
      "5, 5",
      "5,6",
      "5.0",
      "٥",
      "99999999999999999999",
      "9007199254740992",
    ]
      .map((value): [number, string] => [
        400,
        get("POST / HTTP/1.1", `${host}Content-Length: ${value}\r\n`),
      ]),
    [400, get("POST / HTTP/1.1", host + "Content-Length: 5\r\nContent-Length: 5\r\n")],
    ...[
      "",
      "chunked, gzip",
      "gzip",
      "chunked, chunked",
      ", chunked",
      "chunked,",
      "chunked;a=b",
      "xchunked",
      "identity",
      "chunked identity",
      "\x0bchunked",
    ]
      .map((value): [number, string] => [
        400,
        get("POST / HTTP/1.1", `${host}Transfer-Encoding: ${value}\r\n`),
      ]),
    [501, get("POST / HTTP/1.1", host + "Transfer-Encoding: gzip, chunked\r\n")],
    [501, get("POST / HTTP/1.1", host + "Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n")],
    [400, get("POST / HTTP/1.1", host + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n")],
    [400, get("POST / HTTP/1.0", host + "Transfer-Encoding: chunked\r\n")],
    [417, get("GET / HTTP/1.1", host + "Expect: 200-ok\r\n")],
    [400, "\r\n".repeat(300)],
    [414, get(`GET /${"a".repeat(16_384)} HTTP/1.1`)],
    [414, "GET /" + "a".repeat(1_048_576)],
    [431, get("GET / HTTP/1.1", host + `X: ${"a".repeat(65_536)}\r\n`)],
    [431, get("GET / HTTP/1.1", host + "X: y\r\n".repeat(10_000))],
    [400, "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03"],
    [400, "\0"],
    [400, "{"],
  ];
  for (const [status, text] of cases) {
    const shown = JSON.stringify(text.slice(0, 80));
    const error = assertThrows(() => parse(text), HttpError, undefined, shown);
    assertEquals(error.status, status, `${shown}: ${error.message}`);
    if (text.length > 100_000) continue;
    const again = assertThrows(() => parseTrickling(text), HttpError, undefined, shown);
    assertEquals([again.status, again.message], [status, error.message], shown);
  }
});

Deno.test("parseRequestHead() keeps to its limits exactly", () => {
  const text = "GET /abc HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n";
  const line = "GET /abc HTTP/1.1\r\n".length;
  const exact = { requestLineBytes: line, headBytes: text.length, fieldCount: 2 };
  for (const run of [parse, parseTrickling]) {
    assertEquals(run(text, exact)!.headBytes, text.length);
    for (
      const [limit, status] of [["requestLineBytes", 414], ["headBytes", 431], [
        "fieldCount",
        431,
      ]] as const
    ) {
      const error = assertThrows(
        () => run(text, { ...exact, [limit]: exact[limit] - 1 }),
        HttpError,
      );
      assertEquals(error.status, status, limit);
    }
    assertEquals(run(get("FOO / HTTP/1.1"), { methods: new Set(["FOO"]) })!.method, "FOO");
  }
});

Deno.test("RequestHeadParser.begun tells a waiting connection from a begun request", () => {
  const parser = new RequestHeadParser();
  const bytes = encodeLatin1("\r\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  assertEquals(parser.begun, false);
  parser.parse(bytes, 0, 3);
  assertEquals(parser.begun, false);
  parser.parse(bytes, 0, 4);
  assertEquals(parser.begun, true);
  assert(parser.parse(bytes, 0, bytes.length) !== undefined);
  assertEquals(parser.begun, false);
});

Deno.test("RequestHeadParser reads pipelined requests from one memory", () => {
  const parser = new RequestHeadParser();
  const bytes = encodeLatin1(get("GET /1 HTTP/1.1").repeat(3) + "GET");
  const paths: string[] = [];
  let at = 0;
  for (let head; (head = parser.parse(bytes, at, bytes.length)); at += head.headBytes) {
    paths.push(head.path);
  }
  assertEquals(paths, ["/1", "/1", "/1"]);
  assertEquals(at, bytes.length - 3);
});
