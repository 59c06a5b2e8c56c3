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
      oddities: [],
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

const OK = "HTTP/1.1 200 OK\r\n";
const FIVE = "Content-Length: 5\r\n\r\n";

/**
 * What is wrong with an answer, whether the end of its body is certain all the same, what curl
 * 7.88 and wget 1.21 were seen to keep of it, and what
 * it comes to here: framing, length, whether it is told, whether the connection stays; or the error.
 */
const ODD_HEADS: readonly [
  text: string,
  certain: boolean,
  curl: "keeps" | "refuses",
  wget: "keeps" | "refuses",
  verdict: string,
][] = [
  // A number of a version or a blank that is wrong changes nothing that is counted; the connection of HTTP/2 is closed.
  ["HTTP/2.0 200 OK\r\n" + FIVE, true, "keeps", "keeps", '["length",5,true,false]'],
  ["HTTP/2 200\r\n" + FIVE, true, "keeps", "keeps", '["length",5,true,false]'],
  ["HTTP/1.1  200 OK\r\n" + FIVE, true, "keeps", "keeps", '["length",5,true,true]'],
  ["HTTP/1.1\t200 OK\r\n" + FIVE, true, "refuses", "keeps", '["length",5,true,true]'],
  ["HTTP/1.1 200OK\r\n" + FIVE, true, "keeps", "keeps", '["length",5,true,true]'],
  ["HTTP/1.1 200 \x01\x1b[2J\r\n" + FIVE, true, "keeps", "keeps", '["length",5,true,true]'],
  // A line that is no field says nothing of the body; it is passed over.
  [OK + " A: b\r\n" + FIVE, true, "refuses", "keeps", '["length",5,true,true]'],
  [OK + "A b: c\r\n" + FIVE, true, "keeps", "keeps", '["length",5,true,true]'],
  [OK + "Server x\r\n" + FIVE, true, "refuses", "keeps", '["length",5,true,true]'],
  [OK + "HTTP/1.1 200 OK\r\n" + FIVE, true, "refuses", "keeps", '["length",5,true,true]'],
  [OK + ": c\r\n" + FIVE, true, "keeps", "keeps", '["length",5,true,true]'],
  [OK + "(A): c\r\n" + FIVE, true, "keeps", "keeps", '["length",5,true,true]'],
  [OK + "N\xe4me: c\r\n" + FIVE, true, "keeps", "keeps", '["length",5,true,true]'],
  [OK + "A: b\rC: d\r\n" + FIVE, true, "keeps", "keeps", '["length",5,true,true]'],
  [OK + "A: b\x00\r\n" + FIVE, true, "refuses", "keeps", '["length",5,true,true]'],
  [OK + "A: \x01\r\n" + FIVE, true, "keeps", "keeps", '["length",5,true,true]'],
  // One number, in whatever way it is written down twice.
  [OK + "Content-Length : 5\r\n\r\n", true, "keeps", "keeps", '["length",5,false,true]'],
  [OK + "Content-Length: 5\r\n" + FIVE, true, "keeps", "keeps", '["length",5,false,true]'],
  [OK + "Content-Length: 5, 5\r\n\r\n", true, "keeps", "keeps", '["length",5,false,true]'],
  [OK + "Content-Length: 5,\r\n\r\n", true, "keeps", "keeps", '["length",5,false,true]'],
  [OK + "Content-Length: 05\r\n" + FIVE, true, "keeps", "keeps", '["length",5,false,true]'],
  // Chunked, or nothing: RFC 9112 section 6.1 lets it be applied once.
  [
    OK + "Transfer-Encoding: chunked, chunked\r\n\r\n",
    true,
    "keeps",
    "refuses",
    '["chunked",0,false,true]',
  ],
  [
    OK + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
    true,
    "keeps",
    "keeps",
    '["chunked",0,false,true]',
  ],
  [
    OK + "Transfer-Encoding: identity, chunked\r\n\r\n",
    true,
    "keeps",
    "refuses",
    '["chunked",0,false,true]',
  ],
  [
    OK + "Transfer-Encoding: identity\r\n" + FIVE,
    true,
    "keeps",
    "keeps",
    '["length",5,false,true]',
  ],
  [OK + "Transfer-Encoding: \r\n" + FIVE, true, "keeps", "keeps", '["length",5,false,true]'],
  [
    OK + "Transfer-Encoding: chunked\r\nContent-Length: x\r\n\r\n",
    true,
    "refuses",
    "refuses",
    '["chunked",0,false,false]',
  ],
  // Nothing that HTTP/1 says about a body holds.
  ["", false, "refuses", "refuses", "ended before its status line"],
  ["\r\n", false, "refuses", "refuses", "ended before its status line"],
  ["HTTP/1.1 200", false, "refuses", "refuses", "ended before its status line"],
  ["SSH-2.0-OpenSSH_9.2\r\n", false, "refuses", "keeps", "does not begin with HTTP/"],
  ["<html>", false, "refuses", "keeps", "does not begin with HTTP/"],
  ["\x15\x03\x01", false, "refuses", "keeps", "does not begin with HTTP/"],
  ["HTP/1.1 200 OK\r\n\r\n", false, "refuses", "keeps", "does not begin with HTTP/"],
  ["ICY 200 OK\r\n" + FIVE, false, "refuses", "keeps", "does not begin with HTTP/"],
  ["HTTP/3 200 OK\r\n" + FIVE, false, "refuses", "keeps", "expected HTTP/1.1 and a status"],
  ["HTTP/1.1 20 OK\r\n\r\n", false, "refuses", "refuses", "expected HTTP/1.1 and a status"],
  // The version or the status is not certain, and with it whether there is a body.
  ["HTTP/1.1 2000 OK\r\n\r\n", false, "refuses", "keeps", "expected HTTP/1.1 and a status"],
  ["HTTP/1.1 099 OK\r\n\r\n", false, "refuses", "refuses", "expected HTTP/1.1 and a status"],
  ["HTTP/1.1 200 OK\rX: y\r\n\r\n", false, "keeps", "keeps", "expected HTTP/1.1 and a status"],
  // A line that may be about the end of the body cannot be read.
  [OK + "Content-Length 5\r\n\r\n", false, "refuses", "keeps", "has no colon"],
  [OK + "A: b\rContent-Length: 5\r\n\r\n", false, "keeps", "keeps", "control character"],
  [OK + "Content-Length: 5\x00\r\n\r\n", false, "refuses", "keeps", "control character"],
  [OK + "X\x01Transfer-Encoding: chunked\r\n" + FIVE, false, "keeps", "keeps", "is not the name"],
  // The length is none or several: a body that was cut short would be taken for the file.
  [OK + "Content-Length: 1\r\n" + FIVE, false, "keeps", "keeps", "expected one number"],
  [OK + "Content-Length: 5, 6\r\n\r\n", false, "keeps", "keeps", "expected one number"],
  [OK + "Content-Length: -1\r\n\r\n", false, "refuses", "keeps", "expected digits"],
  [OK + "Content-Length: +5\r\n\r\n", false, "keeps", "keeps", "expected digits"],
  [OK + "Content-Length: 5 bytes\r\n\r\n", false, "keeps", "keeps", "expected digits"],
  [OK + "Content-Length: 0x5\r\n\r\n", false, "refuses", "refuses", "expected digits"],
  [OK + "Content-Length: \r\n\r\n", false, "refuses", "refuses", "expected digits"],
  [OK + "Content-Length: 99999999999999999999\r\n\r\n", false, "keeps", "keeps", "too large"],
  // What the bytes are in is not certain.
  [OK + "Transfer-Encoding: gzip\r\n\r\n", false, "refuses", "keeps", "expected chunked"],
  [
    OK + "Transfer-Encoding: gzip, chunked\r\n\r\n",
    false,
    "refuses",
    "refuses",
    "expected chunked",
  ],
  [
    OK + "Transfer-Encoding: chunked, identity\r\n\r\n",
    false,
    "keeps",
    "refuses",
    "expected chunked",
  ],
  [OK + "Transfer-Encoding: binary\r\n" + FIVE, false, "refuses", "keeps", "expected chunked"],
];

Deno.test("ResponseHeadParser takes an odd head where the end of the body is certain", () => {
  for (const [text, certain, , , verdict] of ODD_HEADS) {
    const outcomes = [1, 4, 1000].map((piece) => {
      if (certain) {
        const head = parse(text, {}, piece)!;
        return [head.framing, head.contentLength, head.oddities.length > 0, head.keepAlive];
      }
      const error = assertThrows(() => parse(text, {}, piece), ProtocolError, verdict, text);
      assertEquals(error instanceof HttpError, false, "a status for the server to answer");
      return error.message;
    });
    assertEquals(new Set(outcomes.map((outcome) => JSON.stringify(outcome))).size, 1, text);
    if (certain) assertEquals(JSON.stringify(outcomes[0]), verdict, JSON.stringify(text));
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
