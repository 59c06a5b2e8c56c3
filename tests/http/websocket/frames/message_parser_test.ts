import { assert, assertEquals, assertThrows } from "@std/assert";
import { FormatError, HeliographError, LimitError, ProtocolError } from "../../../../net/errors.ts";
import { closeCodeOf } from "../../../../http/websocket/frames/close_codes.ts";
import { Deflater, Inflater } from "../../../../http/websocket/deflate/stream.ts";
import {
  MessageParser,
  type MessageParserOptions,
} from "../../../../http/websocket/frames/message_parser.ts";
import { fuzz, fuzzRounds, type SeededRandom } from "../../../support/random.ts";
import { frame, type FrameParts } from "../../../support/websocket/frames.ts";

const CLIENT: MessageParserOptions = {
  role: "client",
  maxMessageSize: 1_000_000,
  maxFrameSize: 1_000_000,
};
const DEFLATE = { windowBits: 15, contextTakeover: true };

/** Everything that a parser tells, as lines; the last one is the close code of its error. */
function events(
  pieces: Iterable<Uint8Array>,
  options: Partial<MessageParserOptions> = {},
): string[] {
  const parser = new MessageParser({ ...CLIENT, ...options });
  const found: string[] = [];
  let data = "";
  try {
    for (const piece of pieces) {
      parser.feed(piece.slice());
      for (let event = parser.next(); event !== "need-data"; event = parser.next()) {
        if (event === "data") data += parser.data.toHex();
        else if (event === "message") data = "";
        else if (event === "end") found.push(`${parser.kind} ${data}`);
        else if (event === "close") found.push(`close ${parser.closeCode} ${parser.closeReason}`);
        else found.push(`${event} ${parser.data.toHex()}`);
      }
    }
  } catch (error) {
    if (!(error instanceof HeliographError)) throw error;
    found.push(`fails ${closeCodeOf(error)}`);
  } finally {
    parser.release();
  }
  return found;
}

const parts = (hex: string) => [Uint8Array.fromHex(hex.replaceAll(" ", ""))];

Deno.test("next() reads the examples of RFC 6455 section 5.7", () => {
  const cases: [hex: string, role: "client" | "server", ...expected: string[]][] = [
    ["810548656c6c6f", "client", "text 48656c6c6f"],
    ["818537fa213d7f9f4d5158", "server", "text 48656c6c6f"],
    ["010348656c 80026c6f", "client", "text 48656c6c6f"],
    ["890548656c6c6f", "client", "ping 48656c6c6f"],
    ["8a8537fa213d7f9f4d5158", "server", "pong 48656c6c6f"],
    ["827e0100" + "00".repeat(256), "client", "binary " + "00".repeat(256)],
    ["827f0000000000010000" + "00".repeat(65_536), "client", "binary " + "00".repeat(65_536)],
  ];
  for (const [hex, role, ...expected] of cases) {
    assertEquals(events(parts(hex), { role }), expected);
  }
});

/** One row for each rule of RFC 6455 sections 5 to 8, with the close code that breaking it gives. */
const RULES: [section: string, hex: string, ...expected: string[]][] = [
  ["5.1 a server's frame is not masked", "8181 00000000 41", "fails 1002"],
  ["5.2 RSV1 without an extension", "c100", "fails 1002"],
  ["5.2 RSV2", "a100", "fails 1002"],
  ["5.2 RSV3", "9100", "fails 1002"],
  ["5.2 RSV on a control frame", "d900", "fails 1002"],
  ...[3, 4, 5, 6, 7, 11, 12, 13, 14, 15].map((opcode): [string, string, string] => [
    `5.2 reserved opcode ${opcode}`,
    (0x80 | opcode).toString(16) + "00",
    "fails 1002",
  ]),
  ["5.2 length of 125 in 2 bytes", "827e007d" + "00".repeat(125), "fails 1002"],
  ["5.2 length of 65535 in 8 bytes", "827f000000000000ffff", "fails 1002"],
  ["5.2 highest bit of a length", "827f8000000000000000", "fails 1002"],
  ["5.2 length of 2^53", "827f0020000000000000", "fails 1009"],
  ["5.2 length of 2^63 - 1", "827f7fffffffffffffff", "fails 1009"],
  ["5.4 continuation of nothing", "8000", "fails 1002"],
  ["5.4 a message within a message", "0100 8100", "fails 1002"],
  ["5.4 fragments with nothing in them", "0100 0000 8000", "text "],
  ["5.4 control frames between fragments", "0101 41 8901 42 8001 43", "ping 42", "text 4143"],
  ["5.5 a fragmented ping", "0900", "fails 1002"],
  ["5.5 a ping of 126 bytes", "897e007e", "fails 1002"],
  ["5.5 a ping of 125 bytes", "897d" + "61".repeat(125), "ping " + "61".repeat(125)],
  ["5.5.1 close without a body", "8800", "close 1005 "],
  ["5.5.1 close with half a code", "880103", "fails 1002"],
  ["5.5.1 close with a reason", "8805 03e8 627965", "close 1000 bye"],
  ["5.5.1 nothing counts behind a close", "8800 8105", "close 1005 "],
  ["7.4.1 code 1005 on the wire", "880203ed", "fails 1002"],
  ["7.4.1 code 1006 on the wire", "880203ee", "fails 1002"],
  ["7.4.1 code 1015 on the wire", "880203f7", "fails 1002"],
  ["7.4.2 code 999", "880203e7", "fails 1002"],
  ["7.4.2 code 3000", "88020bb8", "close 3000 "],
  ["7.4.2 code 4999", "88021387", "close 4999 "],
  ["7.4.2 code 5000", "88021388", "fails 1002"],
  ["8.1 a reason that is not UTF-8", "880403e8 c080", "fails 1007"],
  ["8.1 text that is not UTF-8", "8102c080", "fails 1007"],
  ["8.1 text that ends within a character", "8102e282", "fails 1007"],
  ["8.1 a character over two fragments", "0102e282 8001ac", "text e282ac"],
  ["8.1 a fault is found before the rest comes", "017f00000000000f0000 c080", "fails 1007"],
  ["5.6 binary is not looked at", "8202c080", "binary c080"],
];

Deno.test("next() enforces RFC 6455 sections 5 to 8 rule by rule, at once and byte by byte", () => {
  for (const [section, hex, ...expected] of RULES) {
    const [bytes] = parts(hex);
    assertEquals(events([bytes!]), expected, section);
    const single = Array.from(bytes!, (byte) => new Uint8Array([byte]));
    assertEquals(events(single), expected, `${section}, byte by byte`);
  }
});

Deno.test("next() demands masked frames of a client", () => {
  assertEquals(events(parts("810141"), { role: "server" }), ["fails 1002"]);
});

Deno.test("next() refuses lengths over the limits as soon as they are announced", () => {
  const limits = { maxMessageSize: 100, maxFrameSize: 60 };
  const cases: [string, ...string[]][] = [
    ["823d", "fails 1009"],
    ["023c" + "00".repeat(60) + "8029", "fails 1009"],
    ["023c" + "00".repeat(60) + "8028" + "00".repeat(40), "binary " + "00".repeat(100)],
  ];
  for (const [hex, ...expected] of cases) assertEquals(events(parts(hex), limits), expected);
});

Deno.test("next() says what was wrong, where, and what was allowed", () => {
  const run = (hex: string) => {
    const parser = new MessageParser({ ...CLIENT, maxMessageSize: 10 });
    parser.feed(parts(hex)[0]!);
    while (parser.next() !== "need-data");
  };
  assertThrows(() => run("8100 8100 c100"), ProtocolError, "a reserved bit is set");
  assertThrows(() => run("820b"), LimitError, "a message of 11 bytes: at most 10 are allowed");
  const error = assertThrows(() => run("8100 8101ff"), FormatError, "it is not UTF-8");
  assertEquals(error.offset, 5);
});

Deno.test("next() inflates, bounds what it inflates, and validates the text that comes out", () => {
  const deflater = new Deflater(DEFLATE);
  const compressed = (text: Uint8Array) =>
    frame({ opcode: 1, rsv: 4, payload: deflater.deflate(text, true).slice() });
  const inflater = () => new Inflater(DEFLATE);
  const hello = new TextEncoder().encode("Hello, hello");
  assertEquals(events([compressed(hello), compressed(hello)], { inflater }), [
    `text ${hello.toHex()}`,
    `text ${hello.toHex()}`,
  ]);
  assertEquals(events([compressed(new Uint8Array(1_000_001))], { inflater }), ["fails 1009"]);
  deflater.close();
  const fresh = new Deflater(DEFLATE);
  const bad = frame({ opcode: 1, rsv: 4, payload: fresh.deflate(new Uint8Array([0xc0]), true) });
  assertEquals(events([bad], { inflater }), ["fails 1007"]);
  fresh.close();
  const garbage = frame({ opcode: 2, rsv: 4, payload: new Uint8Array([0xff, 0xff]) });
  assertEquals(events([garbage], { inflater }), ["fails 1007"]);
  // RSV1 belongs to the first frame of a message only (RFC 7692 section 6.1).
  assertEquals(events(parts("4100 c000"), { inflater }), ["fails 1002"]);
});

Deno.test("takeDirect() reads payload where it belongs, unmasked and validated", () => {
  const parser = new MessageParser({ ...CLIENT, role: "server" });
  const text = new TextEncoder().encode("Grüße".repeat(10));
  const bytes = frame({ opcode: 1, payload: text, key: 0x12345678 });
  const head = bytes.length - text.length;
  parser.feed(bytes.slice(0, head + 3));
  assertEquals([parser.next(), parser.directBytes], ["message", 0]);
  assertEquals([parser.next(), parser.data.length], ["data", 3]);
  assertEquals([parser.next(), parser.directBytes], ["need-data", text.length - 3]);
  const rest = bytes.slice(head + 3);
  parser.takeDirect(rest.subarray(0, 20));
  parser.takeDirect(rest.subarray(20));
  assertEquals(rest, text.slice(3));
  assertEquals([parser.directBytes, parser.next(), parser.position], [0, "end", bytes.length]);
  assertThrows(() => {
    parser.feed(frame({ opcode: 1, payload: text, key: 7 }).slice(0, head));
    while (parser.next() !== "need-data");
    parser.takeDirect(new Uint8Array([0xff ^ 7]));
  }, FormatError);
});

/** A stream of frames, most of them right, some of them not. */
function stream(random: SeededRandom, role: "client" | "server"): Uint8Array {
  const frames: number[] = [];
  let inMessage = false;
  for (let i = random.integer(1, 12); i > 0; i--) {
    const wild = random.next() < 0.05;
    const control = random.next() < 0.3;
    const last = random.next() < 0.6;
    const opcode = wild
      ? random.integer(0, 15)
      : control
      ? random.pick([8, 9, 9, 10, 10])
      : inMessage
      ? 0
      : random.pick([1, 2]);
    const text = new TextEncoder().encode("é€𤭢abc".repeat(random.integer(0, 12)));
    const payload = random.next() < 0.8 ? text : random.bytes(random.integer(0, 200));
    const made: FrameParts = {
      opcode,
      final: control || last,
      rsv: random.next() < 0.02 ? random.integer(1, 7) : 0,
      payload: opcode === 8 ? new Uint8Array([3, 232, ...text.subarray(0, 90)]) : payload,
    };
    if (role === "server") made.key = random.integer(0, 0xffffffff);
    if (!control) inMessage = !last;
    frames.push(...frame(made));
  }
  if (random.next() < 0.2) frames[random.integer(0, frames.length - 1)] = random.integer(0, 255);
  return new Uint8Array(frames);
}

Deno.test("next() tells the same of a stream however it is split, and never fails in another way", async () => {
  let ended = 0;
  await fuzz(fuzzRounds(10_000, 100_000), 1, (random) => {
    const role = random.pick(["client", "server"] as const);
    const bytes = stream(random, role);
    const whole = events([bytes], { role, maxMessageSize: 400, maxFrameSize: 300 });
    const split = events(random.split(bytes, random.pick([2, 9, 80])), {
      role,
      maxMessageSize: 400,
      maxFrameSize: 300,
    });
    assertEquals(split, whole);
    if (whole.some((event) => event.startsWith("text") || event.startsWith("binary"))) ended++;
  });
  assert(ended > 1_000, `${ended} rounds had a message`);
});

Deno.test("next() survives compressed streams of random bytes", async () => {
  const inflater = () => new Inflater(DEFLATE);
  await fuzz(fuzzRounds(500, 5_000), 1, (random) => {
    const deflater = new Deflater(DEFLATE);
    const payload = deflater.deflate(new TextEncoder().encode("sun ".repeat(50)), true).slice();
    if (random.next() < 0.7) {
      payload[random.integer(0, payload.length - 1)] = random.integer(0, 255);
    }
    const bytes = frame({ opcode: 1, rsv: 4, payload });
    const options = { inflater, maxMessageSize: 5_000 };
    assertEquals(events(random.split(bytes, 7), options), events([bytes], options));
    deflater.close();
  });
});
