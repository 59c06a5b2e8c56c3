import { assertEquals, assertThrows } from "@std/assert";
import { ClosedError, LimitError, ProtocolError } from "../../../net/errors.ts";
import { HttpError } from "../../../http/message/http_error.ts";
import { encodeLatin1 } from "../../../http/message/octets.ts";
import { SeededRandom } from "../../support/random.ts";
import {
  type ResponseHead,
  type ResponseHeadOptions,
  ResponseHeadParser,
} from "../../../http/message/response_head.ts";

/** Parses a text that is followed by the end of the stream, in pieces. */
function parse(text: string, options?: ResponseHeadOptions, piece = 1): ResponseHead | undefined {
  const bytes = encodeLatin1(text);
  const parser = new ResponseHeadParser(options);
  for (let count = Math.min(piece, bytes.length);; count += piece) {
    const start = count % 5;
    const memory = new Uint8Array(start + bytes.length).fill(10);
    memory.set(bytes.subarray(0, count), start);
    const end = Math.min(bytes.length, count);
    const head = parser.parse(memory, start, start + end);
    if (head !== undefined) return head;
    if (count >= bytes.length) return parser.parse(bytes, 0, bytes.length, true);
  }
}

Deno.test("ResponseHeadParser reads status, fields and framing", () => {
  const text = "HTTP/1.1 200 OK\r\nDate: Thu, 19 Mar 2015 18:37:02 GMT\r\nServer: Apache\r\n" +
    "Accept-Ranges: bytes\r\nContent-Length: 62458\r\nContent-Type: image/jpeg\r\n\r\n";
  for (const piece of [1, 7, 1000]) {
    const { fields, ...rest } = parse(text + "\xff\xd8\xff", {}, piece)!;
    assertEquals(rest, {
      version: "1.1",
      status: 200,
      reason: "OK",
      keepAlive: true,
      framing: "length",
      contentLength: 62458,
      headComplete: true,
      headBytes: text.length,
    });
    assertEquals([...fields].length, 5);
    assertEquals(fields.get("content-type"), "image/jpeg");
  }
});

Deno.test("ResponseHeadParser takes what servers send", () => {
  const ok = "HTTP/1.1 200 OK\r\n";
  const cases: [name: string, text: string, Partial<ResponseHead>, ResponseHeadOptions?][] = [
    ["bare line feeds", "HTTP/1.1 200 OK\nContent-Length: 1\n\n", { contentLength: 1 }],
    ["empty lines first", "\r\n\n" + ok + "\r\n", { headBytes: 22, framing: "close" }],
    ["no reason", "HTTP/1.1 301\r\n\r\n", { status: 301, reason: "" }],
    ["empty reason", "HTTP/1.1 200 \r\n\r\n", { status: 200, reason: "" }],
    ["a reason of octets", "HTTP/1.1 500 Ori\xebnt\r\n\r\n", { reason: "Ori\xebnt" }],
    ["an unknown status", "HTTP/1.1 999 \r\n\r\n", { status: 999 }],
    ["until close", ok + "\r\n", { framing: "close", keepAlive: false }],
    ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", {
      keepAlive: false,
      version: "1.0",
    }],
    [
      "HTTP/1.0 that stays",
      "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\n",
      { keepAlive: true },
    ],
    ["close", ok + "Content-Length: 1\r\nConnection: Close\r\n\r\n", { keepAlive: false }],
    ["chunked", ok + "Transfer-Encoding: chunked\r\n\r\n", { framing: "chunked", keepAlive: true }],
    ["identity", ok + "Transfer-Encoding: identity\r\n\r\n", { framing: "close" }],
    [
      "chunked wins over a length, once",
      ok + "Transfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n",
      { framing: "chunked", contentLength: 0, keepAlive: false },
    ],
    ["HEAD", ok + "Content-Length: 9\r\n\r\n", { framing: "none", keepAlive: true }, {
      method: "HEAD",
    }],
    ["CONNECT", ok + "Content-Length: 9\r\n\r\n", { framing: "none" }, { method: "CONNECT" }],
    ["CONNECT refused", "HTTP/1.1 407 \r\nContent-Length: 9\r\n\r\n", { framing: "length" }, {
      method: "CONNECT",
    }],
    ...[100, 101, 103, 204, 304].map((
      status,
    ): [string, string, Partial<ResponseHead>] => [
      `${status}`,
      `HTTP/1.1 ${status} x\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n`,
      { framing: "none", contentLength: 0, status, keepAlive: true },
    ]),
  ];
  for (const [name, text, expected, options] of cases) {
    for (const piece of [1, 1000]) {
      const head = parse(text, options, piece);
      for (const key of Object.keys(expected) as (keyof ResponseHead)[]) {
        assertEquals(head?.[key], expected[key], `${name}: ${key}`);
      }
      assertEquals([head?.headComplete, head?.headBytes], [true, text.length], name);
    }
  }
});

Deno.test("ResponseHeadParser joins folded lines and forgives a blank before the colon", () => {
  const head = parse("HTTP/1.1 200 OK\r\nA: b \r\n\t c\r\n  d\r\nE : f\r\nG:\r\n h\r\n\r\n")!;
  assertEquals([...head.fields], [["A", "b c d"], ["E", "f"], ["G", "h"]]);
});

Deno.test("ResponseHeadParser reports a head that ends without an empty line", () => {
  const cases: [text: string, status: number, fields: [string, string][]][] = [
    ["HTTP/1.1 400 Bad Request\r\nConnection: close\r\n", 400, [["Connection", "close"]]],
    ["HTTP/1.1 404 Not Found\nConnection: close\n", 404, [["Connection", "close"]]],
    ["HTTP/1.1 404 Not Found\r\n", 404, []],
    // A line that is cut short is not taken for a field.
    ["HTTP/1.1 404 Not Found\r\nContent-Length: 12", 404, []],
  ];
  for (const [text, status, fields] of cases) {
    for (const piece of [1, 1000]) {
      const head = parse(text, {}, piece)!;
      assertEquals([head.status, head.headComplete, head.framing], [status, false, "none"], text);
      assertEquals([head.keepAlive, head.headBytes], [false, text.length]);
      assertEquals([...head.fields], fields);
    }
  }
});

Deno.test("ResponseHeadParser takes no success that is cut short for an answer", () => {
  for (
    const text of [
      "HTTP/1.1 200 OK\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r",
      "HTTP/1.1 206 Partial\r\nContent-Le",
      "HTTP/1.1 304 Not Modified\r\n",
      "HTTP/1.1 100 Continue\r\n",
    ]
  ) {
    for (const piece of [1, 1000]) {
      assertThrows(() => parse(text, {}, piece), ClosedError, "within the head of an answer", text);
    }
  }
});

Deno.test("ResponseHeadParser refuses what is no response, or ends who knows where", () => {
  const ok = "HTTP/1.1 200 OK\r\n";
  const cases: [text: string, message: string][] = [
    ["", "ended before its status line"],
    ["\r\n", "ended before its status line"],
    ["HTTP/1.1 200", "ended before its status line"],
    ["SSH-2.0-OpenSSH_9.2\r\n", "does not begin with HTTP/"],
    ["<html>", "does not begin with HTTP/"],
    ["\x15\x03\x01", "does not begin with HTTP/"],
    ["HTP/1.1 200 OK\r\n\r\n", "does not begin with HTTP/"],
    ["HTTP/2.0 200 OK\r\n\r\n", "expected HTTP/1.1 and a status"],
    ["HTTP/1.1  200 OK\r\n\r\n", "expected HTTP/1.1 and a status"],
    ["HTTP/1.1 20 OK\r\n\r\n", "expected HTTP/1.1 and a status"],
    ["HTTP/1.1 2000 OK\r\n\r\n", "expected HTTP/1.1 and a status"],
    ["HTTP/1.1 099 OK\r\n\r\n", "expected HTTP/1.1 and a status"],
    ["HTTP/1.1\t200 OK\r\n\r\n", "expected HTTP/1.1 and a status"],
    ["HTTP/1.1 200 OK\rX: y\r\n\r\n", "expected HTTP/1.1 and a status"],
    [ok + " A: b\r\n\r\n", "begins with a blank"],
    [ok + "A b: c\r\n\r\n", "is not the name"],
    [ok + "Ab\r\n\r\n", "has no colon"],
    [ok + ": c\r\n\r\n", "is not the name"],
    [ok + "A: b\rC: d\r\n\r\n", "control character"],
    [ok + "A: b\0\r\n\r\n", "control character"],
    [ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", "2 Content-Length fields"],
    [ok + "Content-Length: 1, 1\r\n\r\n", "expected digits"],
    [ok + "Content-Length: -1\r\n\r\n", "expected digits"],
    [ok + "Content-Length: \r\n\r\n", "expected digits"],
    [ok + "Content-Length: 99999999999999999999\r\n\r\n", "too large"],
    [ok + "Transfer-Encoding: gzip\r\n\r\n", "expected chunked"],
    [ok + "Transfer-Encoding: gzip, chunked\r\n\r\n", "expected chunked"],
    [ok + "Transfer-Encoding: chunked, chunked\r\n\r\n", "more than once"],
  ];
  for (const [text, message] of cases) {
    const errors = [1, 4, 1000].map((piece) => {
      const error = assertThrows(() => parse(text, {}, piece), ProtocolError, message, text);
      assertEquals(error instanceof HttpError, false, "a status for the server to answer");
      return error.message;
    });
    assertEquals(new Set(errors).size, 1, text);
  }
});

Deno.test("ResponseHeadParser keeps to its limits", () => {
  const text = "HTTP/1.1 200 OK\r\nA: b\r\nC: d\r\n\r\n";
  assertEquals(parse(text, { headBytes: text.length, fieldCount: 2 })!.status, 200);
  for (const piece of [1, 1000]) {
    assertThrows(() => parse(text, { headBytes: text.length - 1 }, piece), LimitError, "longer");
    assertThrows(() => parse(text, { fieldCount: 1 }, piece), LimitError, "more than the 1");
    const endless = "HTTP/1.1 200 OK\r\nA: " + "b".repeat(70_000);
    assertThrows(() => parse(endless, {}, piece * 100), LimitError, "65536 bytes allowed");
  }
});

Deno.test("ResponseHeadParser reads a usual head and the same one written unusually alike", () => {
  const random = new SeededRandom(20);
  const names = ["Date", "ETag", "Content-Type", "Connection", "X", "vary"];
  const values = ["a", '"6b0-10"', "text/html; charset=utf-8", "close", "", "a, b", "x\ty", "\xfc"];
  for (let round = 0; round < 500; round++) {
    const count = random.integer(0, 6);
    const fields = Array.from({ length: count }, () => {
      const blanks = random.pick(["", " ", "\t ", "  "]);
      return `${random.pick(names)}:${blanks}${random.pick(values)}${random.pick(["", "", " "])}`;
    });
    if (random.integer(0, 1) === 1) fields.push("Content-Length: 17");
    const lines = [
      `HTTP/1.${random.integer(0, 1)} 20${random.pick(["0", "3", "6"])} OK`,
      ...fields,
    ];
    const usual = parse(lines.join("\r\n") + "\r\n\r\n", {}, 1_000)!;
    const unusual = parse(lines.join("\n") + "\n\n", {}, 1_000)!;
    assertEquals([...usual.fields], [...unusual.fields]);
    assertEquals(
      { ...usual, fields: null, headBytes: 0 },
      { ...unusual, fields: null, headBytes: 0 },
    );
    assertEquals(usual.headBytes - unusual.headBytes, lines.length + 1);
  }
});
