import { assert, assertEquals, assertThrows } from "@std/assert";
import { LimitError, ProtocolError } from "../../../net/errors.ts";
import {
  elementBytes,
  type IdlNumericType,
  type IdlValue,
  scalar,
  storage,
  text,
  UNDEFINED,
} from "../../../rpc/language/values/value.ts";
import {
  encodeAnswer,
  encodeFailure,
  encodeMessage,
  type IdlAnswer,
  type IdlMessage,
  readAnswer,
  readMessage,
} from "../../../rpc/idl/message.ts";
import { Feed } from "../../../rpc/frames/reading.ts";
import type { WordFormat } from "../../../rpc/idl/size_vector.ts";
import { fuzz, fuzzRounds, SeededRandom } from "../../support/random.ts";

const LIMITS = { maxArray: 1_000_000, maxCommand: 1_000 };
const FORMATS: WordFormat[] = [
  { order: "little", width: 32 },
  { order: "big", width: 32 },
  { order: "little", width: 64 },
  { order: "big", width: 64 },
];
const NUMERIC: IdlNumericType[] = [1, 2, 3, 4, 5, 6, 9, 12, 13, 14, 15];

const messageFeed = () => new Feed<IdlMessage>(() => readMessage(LIMITS));
const fromHex = (hex: string) => Uint8Array.fromHex(hex.replaceAll(" ", ""));
const line = (command: string) => new TextEncoder().encode(command + "\n").toHex();

function join(pieces: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(pieces.flatMap((piece) => [...piece]));
}

/** A value whose elements all differ, with bytes in every place. */
function ramp(type: IdlNumericType, shape: readonly number[]): IdlValue {
  const count = shape.reduce((product, length) => product * length, 1);
  const data = storage(type, count);
  for (let i = 0; i < data.length; i++) {
    if (data instanceof BigInt64Array || data instanceof BigUint64Array) {
      data[i] = BigInt(i + 1) * 0x0102030405060708n;
    } else data[i] = (i + 1) * 1.1 * 2 ** (elementBytes(type) * 3);
  }
  return { type, shape, data };
}

Deno.test("readMessage() understands the bytes that GDL sends", () => {
  const cases: [string, IdlValue][] = [
    [
      "03000000 03000000 04000000 05000000 01000000 3c000000" +
      Uint8Array.from({ length: 60 }, (_, i) => i).toHex(),
      { type: 1, shape: [3, 4, 5], data: Uint8Array.from({ length: 60 }, (_, i) => i) },
    ],
    [
      "01000000 07000000 02000000 07000000 0000 0100 0200 0300 0400 0500 0600",
      { type: 2, shape: [7], data: Int16Array.of(0, 1, 2, 3, 4, 5, 6) },
    ],
    [
      "02000000 02000000 03000000 04000000 06000000" +
      "00000000 0000803f 00000040 00004040 00008040 0000a040",
      { type: 4, shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, 5) },
    ],
    [
      "01000000 02000000 06000000 02000000 0000803f 00004040 00000040 00008040",
      { type: 6, shape: [2], data: Float32Array.of(1, 3, 2, 4) },
    ],
    ["00000000 03000000 01000000 40e20100", scalar(3, 123456)],
    [
      "01000000 03000000 0f000000 03000000 0000000000000000 0100000000000000 0200000000000000",
      { type: 15, shape: [3], data: BigUint64Array.of(0n, 1n, 2n) },
    ],
    [
      "08000000 02000000 01000000 02000000 01000000 02000000 01000000 01000000 02000000" +
      "02000000 10000000" +
      new Uint8Array(Int16Array.from({ length: 16 }, (_, i) => i).buffer).toHex(),
      {
        type: 2,
        shape: [2, 1, 2, 1, 2, 1, 1, 2],
        data: Int16Array.from({ length: 16 }, (_, i) => i),
      },
    ],
  ];
  for (const [hex, value] of cases) {
    const [message, ...others] = messageFeed().push(fromHex(hex + line("a=image(data,/no_tool)")));
    assertEquals(others, []);
    assertEquals(message!.value, value);
    assertEquals(message!.command, "a=image(data,/no_tool)");
    assertEquals(message!.format, FORMATS[0]);
  }
});

Deno.test("readMessage() recognises byte order and word width from the words", () => {
  const cases: [string, WordFormat, IdlValue][] = [
    ["00000000 01000000 01000000 05", FORMATS[0]!, scalar(1, 5)],
    ["00000000 00000001 00000001 05", FORMATS[1]!, scalar(1, 5)],
    ["00000000 00000002 00000001 0005", FORMATS[1]!, scalar(2, 5)],
    ["00000000 0000000c 00000001 0005", FORMATS[1]!, scalar(12, 5)],
    ["00000002 00000001 00000001 00000001 00000001 05", FORMATS[1]!, ramp5([1, 1])],
    ["0000000000000000 0200000000000000 0100000000000000 0500", FORMATS[2]!, scalar(2, 5)],
    ["0000000000000000 0000000000000002 0000000000000001 0005", FORMATS[3]!, scalar(2, 5)],
    [
      "0100000000000000 0100000000000000 0100000000000000 0100000000000000 05",
      FORMATS[2]!,
      ramp5([1]),
    ],
    [
      "0000000000000001 0000000000000001 0000000000000001 0000000000000001 05",
      FORMATS[3]!,
      ramp5([1]),
    ],
    [
      "0000000000000008" + "0000000000000001".repeat(10) + "05",
      FORMATS[3]!,
      ramp5([1, 1, 1, 1, 1, 1, 1, 1]),
    ],
    ["00".repeat(12), FORMATS[0]!, UNDEFINED],
    ["00".repeat(24), FORMATS[2]!, UNDEFINED],
  ];
  for (const [hex, format, value] of cases) {
    for (const command of ["x", ""]) {
      const messages = messageFeed().push(fromHex(hex + line(command)));
      assertEquals(messages, [{ format, value, command }], hex);
    }
  }
});

function ramp5(shape: number[]): IdlValue {
  return { type: 1, shape, data: Uint8Array.of(5) };
}

Deno.test("readMessage() reads an undefined value in the order of the message before it", () => {
  const feed = new Feed(() => readMessage(LIMITS, FORMATS[1]));
  assertEquals(feed.push(fromHex("00".repeat(12) + line("x")))[0]!.format, FORMATS[1]);
  assertEquals(feed.push(fromHex("00".repeat(24) + line("x")))[0]!.format, FORMATS[3]);
});

Deno.test("readMessage() reads back every type, rank and format, split anywhere", () => {
  const random = new SeededRandom(1);
  for (const format of FORMATS) {
    const sent: IdlMessage[] = [{ format, value: UNDEFINED, command: "help, data" }];
    for (const type of NUMERIC) {
      for (let rank = 0; rank <= 8; rank++) {
        const shape = Array.from({ length: rank }, () => random.integer(1, 3));
        sent.push({ format, value: ramp(type, shape), command: `c ${type} ${rank}` });
      }
    }
    // An undefined value tells nothing of the order: it comes after a message that does.
    sent.push(sent.shift()!);
    const wire = join(sent.flatMap(({ value, command }) => encodeMessage(value, command, format)));
    for (const most of [1, 64, wire.length]) {
      let usual: WordFormat | undefined;
      const feed = new Feed<IdlMessage>(function* () {
        const message = yield* readMessage(LIMITS, usual);
        usual = message.format;
        return message;
      });
      const received = random.split(wire, most).flatMap((piece) => feed.push(piece));
      assertEquals(received, sent);
      assert(feed.atBoundary);
    }
  }
});

Deno.test("readMessage() accepts CR LF and keeps the message's own memory", () => {
  const wire = join([...encodeMessage(ramp(5, [4]), "one"), ...encodeMessage(ramp(5, [4]), "two")]);
  const crlf = Uint8Array.fromHex(wire.toHex().replaceAll("0a", "0d0a"));
  const [one, two] = messageFeed().push(crlf);
  assertEquals([one!.command, two!.command], ["one", "two"]);
  assertEquals(one!.value.data, ramp(5, [4]).data);
  crlf.fill(255);
  assertEquals(two!.value.data, ramp(5, [4]).data);
});

Deno.test("readMessage() refuses contradictions before it takes memory", () => {
  const cases: [string, typeof ProtocolError | typeof LimitError, string][] = [
    ["09000000 01000000 01000000", ProtocolError, "begins with the bytes 090000000100000001000000"],
    ["ffffffff 01000000 01000000", ProtocolError, "begins with"],
    ["47455420 2f204854 54502f31", ProtocolError, "begins with"],
    [
      "01000000 07000000 02000000 06000000",
      ProtocolError,
      "it counts 6 elements, its dimensions make 7",
    ],
    ["01000000 ffffffff 02000000 ffffffff", ProtocolError, "a dimension is less than 1"],
    ["02000000 01000000 00000000 02000000 00000000", ProtocolError, "a dimension is less than 1"],
    ["01000000 03000000 07000000 03000000", ProtocolError, "STRING"],
    ["01000000 01000000 08000000 01000000", ProtocolError, "STRUCT"],
    ["00000000 0a000000 01000000", ProtocolError, "POINTER"],
    ["00000000 0b000000 01000000", ProtocolError, "OBJREF"],
    ["00000000 10000000 01000000", ProtocolError, "no type has the code 16"],
    ["00000000 ffffffff 01000000", ProtocolError, "no type has the code -1"],
    ["00000000 02000000 02000000", ProtocolError, "it counts 2 elements, its dimensions make 1"],
    ["01000000 03000000 00000000 03000000", ProtocolError, "an undefined value has none"],
    ["00000000 00000000 01000000" + "00".repeat(12), ProtocolError, "it counts 0 elements"],
    ["02000000 e8030000 e8030000 02000000 40420f00", LimitError, "2000000 bytes, at most 1000000"],
    ["08000000" + "ffffff7f".repeat(8) + "05000000 ffffff7f", ProtocolError, "its dimensions make"],
    [
      "0100000000000000 0000000000000001 0100000000000000 0000000000000001",
      ProtocolError,
      "a dimension is less than 1",
    ],
    [
      "0100000000000000 0000000001000000 0500000000000000 0000000001000000",
      LimitError,
      "an array [4294967296] of type 5",
    ],
  ];
  for (const [hex, kind, message] of cases) {
    assertThrows(() => messageFeed().push(fromHex(hex)), kind, message, hex);
  }
});

Deno.test("readMessage() limits the command, at its end and before", () => {
  const scalarHex = "00000000 01000000 01000000 05";
  assertEquals(messageFeed().push(fromHex(scalarHex + line("x".repeat(999)))).length, 1);
  assertThrows(
    () => messageFeed().push(fromHex(scalarHex + line("x".repeat(1_000)))),
    LimitError,
    "within 1000 bytes",
  );
  assertThrows(
    () => messageFeed().push(fromHex(scalarHex + "78".repeat(1_000))),
    LimitError,
    "within 1000 bytes",
  );
});

Deno.test("encodeAnswer() speaks in the client's byte order and word width", () => {
  const cases: [WordFormat, string][] = [
    [FORMATS[0]!, "01000000 02000000 02000000 02000000 0100 0200"],
    [FORMATS[1]!, "00000001 00000002 00000002 00000002 0001 0002"],
    [FORMATS[2]!, "0100000000000000 0200000000000000 0200000000000000 0200000000000000 0100 0200"],
    [FORMATS[3]!, "0000000000000001 0000000000000002 0000000000000002 0000000000000002 0001 0002"],
  ];
  for (const [format, hex] of cases) {
    const value: IdlValue = { type: 2, shape: [2], data: Int16Array.of(1, 2) };
    assertEquals(join(encodeAnswer(value, format)), fromHex(hex));
  }
  assertEquals(
    join(encodeAnswer({ type: 7, shape: [2], data: ["hé", ""] }, FORMATS[0]!)),
    fromHex("01000000 02000000 07000000 02000000 03000000 68c3a9 00000000"),
  );
  assertEquals(
    join(encodeFailure("no", FORMATS[1]!)),
    fromHex("ffffffff 00000002 6e6f"),
  );
  assertEquals(
    join(encodeFailure("no", FORMATS[2]!)),
    fromHex("ffffffffffffffff 02000000 6e6f"),
  );
});

Deno.test("readAnswer() reads values, texts and failures back in every format", () => {
  const random = new SeededRandom(2);
  for (const format of FORMATS) {
    const values = [
      UNDEFINED,
      text(""),
      text("Héliographe"),
      { type: 7, shape: [2, 2], data: ["a", "", "c", "d"] } as const,
      ...NUMERIC.flatMap((type) => [ramp(type, []), ramp(type, [2, 3])]),
    ];
    const wire = join([
      ...values.flatMap((value) => encodeAnswer(value, format)),
      ...encodeFailure("it failed", format),
    ]);
    const feed = new Feed<IdlAnswer>(() => readAnswer(format, LIMITS));
    const answers = random.split(wire).flatMap((piece) => feed.push(piece));
    assertEquals(answers, [...values.map((value) => ({ value })), { failure: "it failed" }]);
  }
});

Deno.test("readAnswer() refuses what is no answer", () => {
  const cases: [string, typeof ProtocolError | typeof LimitError, string][] = [
    ["feffffff", ProtocolError, "its rank is -2"],
    ["09000000", ProtocolError, "its rank is 9"],
    ["ffffffff ffffffff", LimitError, "a text of -1 bytes"],
    ["ffffffff 00100000", LimitError, "a text of 4096 bytes"],
    ["01000000 02000000 07000000 03000000", ProtocolError, "it counts 3 elements"],
    ["01000000 ffffff7f 05000000 ffffff7f", LimitError, "at most 1000000"],
  ];
  for (const [hex, kind, message] of cases) {
    const feed = new Feed(() => readAnswer(FORMATS[0]!, LIMITS));
    assertThrows(() => feed.push(fromHex(hex)), kind, message, hex);
  }
});

Deno.test("encodeMessage() refuses a STRING and a command of two lines", () => {
  assertThrows(() => encodeMessage(text("x"), "print"), Error, "Cannot send a STRING");
  assertThrows(() => encodeMessage(UNDEFINED, "a\nb"), Error, "expected one line");
});

Deno.test("readMessage() survives damaged messages within its limits", async () => {
  const samples = FORMATS.flatMap((format) =>
    NUMERIC.map((type) => join(encodeMessage(ramp(type, [2, 3]), "return, total(data)", format)))
  );
  await fuzz(fuzzRounds(10_000, 100_000), 1, (random) => {
    const wire = random.pick(samples).slice();
    for (let i = random.integer(0, 4); i > 0; i--) {
      wire[random.integer(0, wire.length - 1)] = random.pick([0, 1, 2, 8, 127, 128, 255]);
    }
    const feed = messageFeed();
    try {
      for (const piece of random.split(wire, 40)) {
        for (const { value, command } of feed.push(piece)) {
          assert(command.length <= LIMITS.maxCommand);
          assert(value.type === 0 || value.type === 7 || value.data.byteLength <= LIMITS.maxArray);
        }
      }
    } catch (error) {
      assert(error instanceof ProtocolError || error instanceof LimitError, String(error));
    }
  });
});
