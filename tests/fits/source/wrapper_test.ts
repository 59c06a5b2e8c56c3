import { gzipSync } from "node:zlib";
import { assertEquals, assertInstanceOf, assertRejects } from "../../support/assert.ts";
import { ClosedError, encodeFits, FormatError, LimitError, openFits } from "../../../mod.ts";
import { bunzip2 } from "../../../fits/source/bunzip2.ts";
import { uncompress } from "../../../fits/source/uncompress.ts";
import { fuzz, fuzzRounds, SeededRandom } from "../../support/random.ts";
import { compressLzw } from "../../support/fits/lzw.ts";

const PIXELS = new Int16Array(20_000).map((_, i) => (i * i) >> 5);
const FILE = encodeFits([{ pixels: PIXELS }, { pixels: new Uint8Array([1, 2, 3]), name: "B" }]);

function joined(pieces: Iterable<Uint8Array>): Uint8Array {
  return Uint8Array.from([...pieces].flatMap((piece) => [...piece]));
}

Deno.test("openFits() expands gzip by its magic, from memory and streams, in several members", async () => {
  const bytes = await FILE;
  const whole = new Uint8Array(gzipSync(bytes));
  const members = new Uint8Array([
    ...gzipSync(bytes.subarray(0, 5000)),
    ...gzipSync(bytes.subarray(5000)),
  ]);
  const inputs = [
    () => whole,
    () => members,
    () => new Blob([whole]),
    () => ReadableStream.from(Array.from(whole, (byte) => Uint8Array.of(byte))),
  ];
  for (const input of inputs) {
    await using file = await openFits(input());
    assertEquals((await file.image()).pixels as unknown, PIXELS);
    assertEquals((await file.image({ hdu: "B" })).pixels as unknown, new Uint8Array([1, 2, 3]));
    assertEquals(file.source.name.endsWith("(gzip)"), true);
  }
});

Deno.test("openFits() gives what a damaged gzip file still holds", async () => {
  const bytes = await FILE;
  const noise = new SeededRandom(1).bytes(100_000);
  const long = await encodeFits([{ pixels: PIXELS }, { pixels: noise }]);
  const whole = gzipSync(long);
  await using file = await openFits(whole.subarray(0, whole.length - 20_000));
  assertEquals((await file.image({ hdu: 0 })).pixels as unknown, PIXELS);
  await assertRejects(() => file.image({ hdu: 1 }), FormatError, "unexpected end of file");
  await using ended = await openFits(gzipSync(bytes).subarray(0, -4));
  assertEquals((await Array.fromAsync(ended.hdus)).length, 2);
});

Deno.test("openFits() expands no more than its limit", async () => {
  const zeros = new Uint8Array(30_000_000);
  zeros.set(await encodeFits([{ pixels: new Uint8Array(0), shape: [] }]));
  const bomb = gzipSync(zeros);
  const blanks = new Uint8Array(30_000_000).fill(32);
  blanks.set(new TextEncoder().encode("SIMPLE  =                    T".padEnd(80)));
  const endless = gzipSync(blanks);
  await using file = await openFits(bomb, { maxKeptBytes: 1_000_000 });
  assertEquals((await Array.fromAsync(file.hdus)).length, 1);
  await assertRejects(() => openFits(endless, { maxKeptBytes: 1_000_000 }), LimitError);
  await assertRejects(() => openFits(endless, { maxHeaderBytes: 28_800 }), LimitError, "28800");
});

/** What bzip2 makes of texts. */
const BZIP2: [text: string, base64: string][] = [
  [
    "hello, hello, hello!\n",
    "QlpoOTFBWSZTWWJZgMIAAAXRAAAQYAQCRKAAIbUGmhDAi8UOGnxEeLuSKcKEgxLMBhA=",
  ],
  ["", "QlpoORdyRThQkAAAAAA="],
  [
    "one two",
    "QlpoMTFBWSZTWc+6oLQAAAGRAEAAAgGgACGaaDNNDLxdyRThQkM+6oLQQlpoOTFBWSZTWc3cjZoAAACB" +
    "gAAAhIAgACGYGYRhdyRThQkM3cjZoA==",
  ],
  [
    "a".repeat(300) + String.fromCharCode(...Array(256).keys()),
    "QlpoOTFBWSZTWTl7ZakAADN/////////////////////////////////////////////sADKkgaAAAAA" +
    "mAAAATATAAAAAAAABMAAAJgCYAAAAAAAEwAAJgAAAANEAAAAAAAAAABMAAAAAAAAAAAmAAAAAAAAAAAA" +
    "AAAAAAEwEwkwAEwABMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAACwGAA4QEhQWGBocHiAiJCYoKi" +
    "wuMDI0Njg6PD5AQkRGSfglJicoKSorYi0tLi8wMTIzMjM0NTY3ODk6Ozw9Pj/+ICChIaIioyOkJKUlpi" +
    "anJ6goqSmqKqsrrCytLa4ury+wHID7gQAIyAwIyszO0NLU1tja3N7g4uTm6Ors7vDy9ft7fH1+f4CBgo" +
    "OEhYaHiImKi4yNjo6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb" +
    "6/wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v8PHv8PHy8/T19v" +
    "eX+Jr5+gP2LuSKcKEgcvbLUg",
  ],
];

Deno.test("bunzip2() expands empty files, runs, all bytes and several streams", () => {
  for (const [text, base64] of BZIP2) {
    const expected = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    assertEquals(joined(bunzip2(Uint8Array.fromBase64(base64))), expected);
  }
});

Deno.test("bunzip2() finds any changed bit of a block", () => {
  const bytes = Uint8Array.fromBase64(BZIP2[0]![1]);
  let found = 0;
  for (let bit = 80; bit < (bytes.length - 10) * 8; bit++) {
    const changed = bytes.slice();
    changed[bit >> 3]! ^= 1 << (bit & 7);
    try {
      // A bit that no symbol needs may change; the text may not.
      assertEquals(joined(bunzip2(changed)), joined(bunzip2(bytes)));
    } catch (error) {
      assertInstanceOf(error, FormatError);
      found++;
    }
  }
  assertEquals(found > 200, true);
});

Deno.test("uncompress() expands every width of code, and tables that are full", async () => {
  await fuzz(fuzzRounds(40, 400), 19, (random) => {
    const bytes = random.bytes(random.integer(0, random.pick([10, 1000, 400_000])));
    const alphabet = random.pick([2, 7, 256]);
    for (let i = 0; i < bytes.length; i++) bytes[i]! %= alphabet;
    const packed = compressLzw(bytes, random.integer(9, 16));
    const expanded = [...uncompress(packed)];
    assertEquals(
      new Uint8Array(expanded.reduce((n, piece) => n + piece.length, 0)).length,
      bytes.length,
    );
    let at = 0;
    for (const piece of expanded) {
      assertEquals(piece, bytes.slice(at, at + piece.length));
      at += piece.length;
    }
  });
});

Deno.test("openFits() expands compress and reads its HDUs", async () => {
  await using file = await openFits(compressLzw(await FILE, 16));
  assertEquals((await file.image()).pixels as unknown, PIXELS);
});

Deno.test("damaged wrappers end with an error, never with a crash or a hang", async () => {
  const sources = [compressLzw(await FILE, 14), new Uint8Array(gzipSync(await FILE))];
  await fuzz(fuzzRounds(200, 2000), 23, async (random) => {
    const bytes = random.pick(sources).slice();
    for (let i = random.integer(1, 5); i > 0; i--) {
      bytes[random.integer(3, bytes.length - 1)]! ^= 1 << random.integer(0, 7);
    }
    try {
      await using file = await openFits(bytes, { maxKeptBytes: 10_000_000 });
      for await (const hdu of file.hdus) if (hdu.isImage) await hdu.image();
    } catch (error) {
      const known = error instanceof FormatError || error instanceof ClosedError ||
        error instanceof LimitError;
      if (!known) throw error;
    }
  });
});
