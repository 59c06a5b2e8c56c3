import { assert, assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../../net/errors.ts";
import { canCompress, Deflater, Inflater } from "../../../../http/websocket/deflate/stream.ts";
import { fuzz, fuzzRounds, type SeededRandom } from "../../../support/random.ts";

const FRESH = { windowBits: 15, contextTakeover: true };

function inflate(inflater: Inflater, pieces: readonly Uint8Array[]): Uint8Array {
  const bytes: number[] = [];
  const drain = () => {
    for (let piece = inflater.read(); piece !== undefined; piece = inflater.read()) {
      for (const byte of piece) bytes.push(byte);
    }
  };
  for (const piece of pieces) {
    inflater.feed(piece);
    drain();
  }
  inflater.finish();
  drain();
  return new Uint8Array(bytes);
}

Deno.test("canCompress() finds what it needs in this runtime", () => assert(canCompress()));

Deno.test("Inflater reads the examples of RFC 7692 section 7.2.3", () => {
  const cases: [name: string, ...messages: string[]][] = [
    ["7.2.3.1 one block", "f248cdc9c90700"],
    ["7.2.3.2 shared window", "f248cdc9c90700", "f200110000"],
    ["7.2.3.3 no compression", "000500faff48656c6c6f00"],
    ["7.2.3.4 BFINAL", "f348cdc9c9070000"],
    ["7.2.3.4 BFINAL, then another message", "f348cdc9c9070000", "f248cdc9c90700"],
    ["7.2.3.5 two blocks", "f24805000000ffffcac9c90700"],
  ];
  for (const [name, ...messages] of cases) {
    for (const size of [1, 2, 100]) {
      const inflater = new Inflater(FRESH);
      for (const hex of messages) {
        const bytes = Uint8Array.fromHex(hex);
        const pieces = [];
        for (let i = 0; i < bytes.length; i += size) pieces.push(bytes.slice(i, i + size));
        assertEquals(new TextDecoder().decode(inflate(inflater, pieces)), "Hello", name);
      }
      inflater.close();
    }
  }
});

Deno.test("Inflater reads an empty message (RFC 7692 section 7.2.3.6)", () => {
  const inflater = new Inflater(FRESH);
  assertEquals(inflate(inflater, [new Uint8Array([0])]).length, 0);
  inflater.close();
});

Deno.test("Inflater refuses what is not deflated data", () => {
  const inflater = new Inflater(FRESH);
  assertThrows(
    () => inflate(inflater, [new Uint8Array([0xff, 0xff, 1, 2])]),
    FormatError,
    "Cannot inflate a message: invalid block type",
  );
  inflater.close();
});

Deno.test("Inflater refuses a reference to a message before when there is no context takeover", () => {
  const inflater = new Inflater({ windowBits: 15, contextTakeover: false });
  inflate(inflater, [Uint8Array.fromHex("f248cdc9c90700")]);
  assertThrows(
    () => inflate(inflater, [Uint8Array.fromHex("f200110000")]),
    FormatError,
    "invalid distance too far back",
  );
  inflater.close();
});

/** Bytes with repetitions near and far, such as a sliding window meets them. */
function sample(random: SeededRandom): Uint8Array {
  const words = Array.from({ length: 20 }, () => random.bytes(random.integer(1, 40)));
  const bytes: number[] = [];
  const length = random.integer(1, random.pick([50, 2_000, 20_000]));
  while (bytes.length < length) {
    bytes.push(...random.next() < 0.1 ? random.bytes(300) : random.pick(words));
  }
  return new Uint8Array(bytes);
}

Deno.test("Inflater gives back what Deflater takes, with every window and level, in pieces", async () => {
  await fuzz(fuzzRounds(150, 2_000), 1, (random) => {
    const settings = {
      windowBits: random.integer(8, 15),
      contextTakeover: random.next() < 0.5,
      level: random.integer(0, 9),
      memLevel: random.integer(1, 9),
    };
    const deflater = new Deflater(settings);
    const inflater = new Inflater(settings);
    for (let message = 0; message < 4; message++) {
      const bytes = sample(random);
      const cut = random.next() < 0.5 ? bytes.length : random.integer(1, bytes.length);
      const compressed = deflater.deflate(bytes.subarray(0, cut), cut === bytes.length).slice();
      const pieces = random.split(compressed, random.pick([3, 500, 1e6]));
      if (cut < bytes.length) {
        pieces.push(deflater.deflate(bytes.subarray(cut), true).slice());
      }
      assertEquals(inflate(inflater, pieces).toHex(), bytes.toHex(), JSON.stringify(settings));
    }
    deflater.close();
    inflater.close();
  });
});

Deno.test("Deflater stays within a window of 256 bytes, which zlib itself cannot make", async () => {
  await fuzz(fuzzRounds(100, 1_000), 1, (random) => {
    const level = random.integer(1, 9);
    const deflater = new Deflater({ windowBits: 8, contextTakeover: true, level });
    const bytes = sample(random);
    const compressed = deflater.deflate(bytes, true).slice();
    // Fed byte by byte, the inflater keeps nothing but its window of 256 bytes.
    const inflater = new Inflater({ windowBits: 8, contextTakeover: true });
    assertEquals(inflate(inflater, random.split(compressed, 1)).toHex(), bytes.toHex());
    deflater.close();
    inflater.close();
  });
});

Deno.test("Inflater gives a bomb out in pieces of at most 64 KiB", () => {
  const deflater = new Deflater({ ...FRESH, level: 9 });
  const bomb = deflater.deflate(new Uint8Array(16_000_000), true).slice();
  assert(bomb.length < 20_000);
  const inflater = new Inflater(FRESH);
  inflater.feed(bomb);
  let [total, largest] = [0, 0];
  for (let piece = inflater.read(); piece !== undefined; piece = inflater.read()) {
    total += piece.length;
    largest = Math.max(largest, piece.length);
  }
  assert(largest <= 65_536 && total > 15_900_000, `${largest} of ${total}`);
  deflater.close();
  inflater.close();
});
