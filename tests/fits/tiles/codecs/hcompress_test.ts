import { assertEquals, assertThrows } from "@std/assert";
import { decodeHcompress, loadHcompressDecoder } from "../../../../fits/tiles/codecs/hcompress.ts";
import { openFits } from "../../../../fits/mod.ts";
import { FormatError, LimitError } from "../../../../net/errors.ts";
import { corpusFile, corpusTest } from "../../../support/corpus.ts";
import { fuzz, fuzzRounds } from "../../../support/random.ts";

await loadHcompressDecoder();

/** A stream without planes of bits: every pixel is the mean. */
function flat(width: number, height: number, sum: number): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(26));
  view.setUint16(0, 0xdd99);
  view.setInt32(2, height);
  view.setInt32(6, width);
  view.setBigInt64(14, BigInt(sum));
  return new Uint8Array(view.buffer);
}

Deno.test("decodeHcompress() spreads the sum of a flat image", () => {
  for (const wide of [false, true]) {
    const target = new Int32Array(16);
    // 4 x 4 pixels of 5: 20 for each 2 x 2, and half the sum of these.
    decodeHcompress(flat(4, 4, 40), target, { shape: [4, 4], smooth: false, wide });
    assertEquals([...target], new Array(16).fill(5));
  }
});

Deno.test("decodeHcompress() refuses what is no stream of the tile", () => {
  const options = { shape: [4, 4], smooth: false, wide: false };
  const target = new Int16Array(16);
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(10), "10 bytes are no stream of HCOMPRESS"],
    [flat(4, 5, 0), "the stream has 4 x 5 pixels, expected 4 x 4"],
    [flat(4, 4, 0).subarray(0, 25), "the stream ends early"],
    [flat(4, 4, 0).fill(255, 25), "the stream has a code that is none"],
    [flat(4, 4, 0).fill(40, 22, 23), "40 planes of bits, expected at most 31"],
    [flat(4, 4, 8 * 40_000), "a pixel is decoded that has over 16 bits"],
  ];
  for (const [bytes, message] of cases) {
    assertThrows(() => decodeHcompress(bytes, target, options), FormatError, message);
  }
  const huge = { ...options, shape: [20_000, 20_000] };
  assertThrows(() => decodeHcompress(flat(20_000, 20_000, 0), target, huge), LimitError);
});

/** The tiles of a file of the corpus, with their shapes. */
async function streams(): Promise<Uint8Array[]> {
  await using file = await openFits(corpusFile("fits/derived/i16_hcomp_t65x55.fits.fz"));
  const table = await file.openTable({ hdu: 1, stored: true });
  return [...(await table.column("COMPRESSED_DATA")).values as Uint8Array[]];
}

corpusTest("decodeHcompress() of damaged streams is pixels or an error", async () => {
  const originals = await streams();
  await fuzz(fuzzRounds(300, 5000), 14_060, (random) => {
    const bytes = random.pick(originals).slice();
    for (let i = random.integer(1, 8); i > 0; i--) {
      bytes[random.integer(10, bytes.length - 1)] = random.integer(0, 255);
    }
    const cut = random.next() < 0.3 ? random.integer(0, bytes.length) : bytes.length;
    const target = new Int32Array(65 * 55);
    const options = { shape: [65, 55], smooth: random.next() < 0.5, wide: random.next() < 0.5 };
    try {
      decodeHcompress(bytes.subarray(0, cut), target, options);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
  });
});

corpusTest("the kernel of HCOMPRESS stays between its start and its limit", async () => {
  const originals = await streams();
  const kernel = await import("../../../../fits/tiles/codecs/hcompress.wasm");
  const missing = 2_000_000 - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / 65_536));
  const bytes = new Uint8Array(kernel.memory.buffer);
  const start = kernel.freeStart() + 1000;
  const canary = new Uint8Array(bytes.length).fill(0x5a);
  await fuzz(300, 14_061, (random) => {
    const stream = random.pick(originals).slice(25);
    for (let i = random.integer(0, 8); i > 0; i--) {
      stream[random.integer(0, stream.length - 1)] = random.integer(0, 255);
    }
    const honest = random.next() < 0.7;
    const rows = honest ? random.integer(1, 80) : random.integer(-(2 ** 31), 2 ** 31 - 1);
    const columns = random.integer(honest ? 1 : -5, 80);
    const limit = start + random.integer(0, 600_000);
    bytes.fill(0x5a, 0, start).fill(0x5a, limit);
    bytes.set(stream.subarray(0, Math.max(0, limit - start)), start);
    // What comes before the start is the kernel's own, its table of codes among it.
    const own = saved.slice();
    bytes.set(own, 0);
    const planes = random.integer(0, 20) | (random.integer(0, 20) << 8) |
      (random.integer(0, 20) << 16);
    const run = random.pick([kernel.decode32, kernel.decode64]);
    const length = Math.min(stream.length, Math.max(0, limit - start));
    run(start, length, limit, rows, columns, random.integer(-1, 5), 1000n, planes, 1);
    assertEquals(bytes.subarray(0, own.length), own);
    assertEquals(bytes.subarray(own.length, start), canary.subarray(0, start - own.length));
    assertEquals(bytes.subarray(limit), canary.subarray(0, bytes.length - limit));
  });
});

/** The kernel's own memory, which lies before what is free. */
const saved = await import("../../../../fits/tiles/codecs/hcompress.wasm").then((kernel) =>
  new Uint8Array(kernel.memory.buffer).slice(0, kernel.freeStart())
);
