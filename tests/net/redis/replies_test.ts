import { assertEquals, assertThrows } from "@std/assert";
import { LimitError, ProtocolError } from "../../../net/errors.ts";
import {
  encodeCommand,
  type RedisRefusal,
  type Reply,
  ReplyDecoder,
} from "../../../net/redis/replies.ts";
import { SeededRandom } from "../../support/random.ts";

const encoder = new TextEncoder();

/** What redis-server 7.0.15 has sent, and what it means. */
const RECORDED: readonly (readonly [bytes: string, reply: Reply])[] = [
  ["+PONG\r\n", "PONG"],
  [":20000\r\n", 20_000],
  [":-1\r\n", -1],
  ["$-1\r\n", null],
  ["*-1\r\n", null],
  ["*0\r\n", []],
  ["$0\r\n\r\n", ""],
  ["$4\r\na\r\nb\r\n", "a\r\nb"],
  [
    "$7\r\n\u1234\u1f31e\r\n".replace("$7", `$${encoder.encode("\u1234\u1f31e").length}`),
    "\u1234\u1f31e",
  ],
  [
    "*1\r\n*2\r\n$10\r\nhg:{q}:job\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*4\r\n$1\r\nv\r\n$1\r\n1\r\n$1\r\ni\r\n$1\r\n7\r\n",
    [["hg:{q}:job", [["1-1", ["v", "1", "i", "7"]]]]],
  ],
  ["*3\r\n$3\r\n0-0\r\n*1\r\n*-1\r\n*0\r\n", ["0-0", [null], []]],
];

Deno.test("ReplyDecoder reads recorded replies, wherever the pieces end", () => {
  const bytes = encoder.encode(RECORDED.map(([text]) => text).join(""));
  const replies = RECORDED.map(([, reply]) => reply);
  for (let cut = 0; cut <= bytes.length; cut++) {
    const decoder = new ReplyDecoder();
    const found: Reply[] = [];
    for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
      decoder.push(piece);
      for (let reply; (reply = decoder.next()) !== undefined;) found.push(reply);
    }
    assertEquals(found, replies, `${cut}`);
    assertEquals(decoder.buffered, 0);
  }
});

Deno.test("ReplyDecoder gives refusals as what they are", () => {
  const decoder = new ReplyDecoder();
  decoder.push(encoder.encode("-WRONGTYPE Operation\x1b[2J\r\n-nothing known\r\n"));
  const first = decoder.next() as RedisRefusal;
  assertEquals([first.code, first.text], ["WRONGTYPE", "WRONGTYPE Operation?[2J"]);
  assertEquals((decoder.next() as RedisRefusal).code, "ERR");
});

Deno.test("ReplyDecoder refuses what is no reply, and what is too large", () => {
  const cases: [string, typeof ProtocolError | typeof LimitError, string][] = [
    ["HTTP/1.1 400 Bad Request\r\n", ProtocolError, 'a line that begins with "H"'],
    ["$x\r\n", ProtocolError, "'x' in place of a number"],
    ["$-2\r\n", ProtocolError, "a length of -2"],
    ["*-2\r\n", ProtocolError, "a length of -2"],
    ["$1\r\nab\r\n", ProtocolError, "a bulk string without its end"],
    ["+a\rb\r\n", ProtocolError, "a return without a line feed"],
    [`+${"x".repeat(70_000)}`, ProtocolError, "no end of a line"],
    ["$999999999999\r\n", LimitError, "999999999999 bytes"],
    ["*1000001\r\n", LimitError, "over 1000000 elements"],
    ["*1\r\n".repeat(9), LimitError, "over 8 levels"],
  ];
  for (const [text, kind, found] of cases) {
    const decoder = new ReplyDecoder();
    decoder.push(encoder.encode(text));
    assertThrows(() => decoder.next(), kind as typeof ProtocolError, found);
  }
});

Deno.test("ReplyDecoder reads what was encoded at random, in random pieces", () => {
  const seed = 2026;
  const random = new SeededRandom(seed);
  const make = (depth: number): [string, Reply] => {
    const kind = random.integer(0, depth > 3 ? 3 : 4);
    if (kind === 0) return [`:${depth}\r\n`, depth];
    if (kind === 1) return ["$-1\r\n", null];
    if (kind === 2) return ["+OK\r\n", "OK"];
    if (kind === 3) {
      const text = "x\r\n".repeat(random.integer(0, 50));
      return [`$${text.length}\r\n${text}\r\n`, text];
    }
    const parts = Array.from({ length: random.integer(0, 4) }, () => make(depth + 1));
    return [`*${parts.length}\r\n${parts.map(([text]) => text).join("")}`, parts.map(([, r]) => r)];
  };
  for (let round = 0; round < 200; round++) {
    const [text, expected] = make(0);
    const bytes = encoder.encode(text);
    const decoder = new ReplyDecoder();
    let found: Reply | undefined;
    for (let at = 0; at < bytes.length;) {
      const count = random.integer(1, 40);
      decoder.push(bytes.subarray(at, at + count));
      at += count;
      found = decoder.next();
    }
    assertEquals(found, expected, `seed ${seed}, round ${round}`);
  }
});

Deno.test("encodeCommand() is an array of bulk strings, of octets where a word has them", () => {
  const command = encodeCommand(["SET", "a \u1234", 7, Uint8Array.of(0, 13, 10)]);
  assertEquals(
    new TextDecoder("latin1").decode(command),
    "*4\r\n$3\r\nSET\r\n$5\r\na \xe1\u02c6\xb4\r\n$1\r\n7\r\n$3\r\n\0\r\n\r\n",
  );
});
