import { inflateSync } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import { encodePng, encodePngStream } from "../../../fits/picture/png_writer.ts";
import { cheapestFilter, filterChooser } from "../../../fits/picture/png_filters.ts";
import { SeededRandom } from "../../support/random.ts";

/** The filtered rows of a gray picture of 8 bits: the type of each, and its bytes. */
function rowsOf(png: Uint8Array, width: number, height: number) {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const data: number[] = [];
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    const type = new TextDecoder().decode(png.subarray(at + 4, at + 8));
    if (type === "IDAT") data.push(...png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const bytes = inflateSync(Uint8Array.from(data));
  return Array.from({ length: height }, (_, row) => ({
    type: bytes[row * (width + 1)]!,
    bytes: bytes.subarray(row * (width + 1) + 1, (row + 1) * (width + 1)),
  }));
}

function paeth(a: number, b: number, c: number): number {
  const [pa, pb, pc] = [Math.abs(b - c), Math.abs(a - c), Math.abs(a + b - 2 * c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** The sum of a row filtered by each type, its bytes taken as signed (PNG, sections 9.2 and 12.7). */
function costsOf(row: Uint8Array, prior: Uint8Array): number[] {
  const at = (bytes: Uint8Array, i: number) => i < 0 ? 0 : bytes[i]!;
  const guesses = [
    () => 0,
    (i: number) => at(row, i - 1),
    (i: number) => at(prior, i),
    (i: number) => (at(row, i - 1) + at(prior, i)) >> 1,
    (i: number) => paeth(at(row, i - 1), at(prior, i), at(prior, i - 1)),
  ];
  return guesses.map((guess) =>
    row.reduce((sum, value, i) => sum + Math.abs(((value - guess(i)) << 24) >> 24), 0)
  );
}

Deno.test("encodePng() takes the filter of the least sum for each row, also of a long one", () => {
  const random = new SeededRandom(310);
  const [width, height] = [3000, 12];
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let x = 0; x < width; x++) {
      // Rows whose beginning says nothing of which filter suits the rest.
      const [above, left] = [
        row === 0 ? 0 : data[(row - 1) * width + x]!,
        data[row * width + x - 1] ?? 0,
      ];
      const base = x < 1024
        ? 0
        : row % 3 === 0
        ? left
        : row % 3 === 1
        ? above
        : (left + above) >> 1;
      data[row * width + x] = x < 1024 ? 0 : base + random.integer(0, 5);
    }
  }
  const rows = rowsOf(encodePng({ width, height, color: "gray", data }), width, height);
  const types = new Set<number>();
  for (const [i, { type }] of rows.entries()) {
    const row = data.subarray(i * width, (i + 1) * width);
    const prior = i === 0 ? new Uint8Array(width) : data.subarray((i - 1) * width, i * width);
    const costs = costsOf(row, prior);
    assertEquals(costs[type], Math.min(...costs), `row ${i}: ${costs}`);
    types.add(type);
  }
  assertEquals(types.size > 1, true, `${[...types]}`);
});

Deno.test("filterChooser() chooses what cheapestFilter() does, for every length and pixel", async () => {
  const choose = await filterChooser();
  assert(choose !== cheapestFilter);
  const random = new SeededRandom(88);
  // More than a piece of the kernel, and ends of every kind.
  for (const length of [1, 2, 15, 16, 17, 31, 100, 4_095, 16_383, 16_384, 16_385, 40_003]) {
    for (const pixelBytes of [1, 2, 3, 4, 6, 8]) {
      for (const span of [1, 4, 255]) {
        const row = Uint8Array.from({ length }, () => random.integer(0, span));
        const prior = Uint8Array.from({ length }, () => random.integer(0, span));
        for (let i = pixelBytes; i < length; i++) {
          // A row that resembles what is left of it, above it, or both.
          const [left, above] = [row[i - pixelBytes]!, prior[i]!];
          const guess = [
            0,
            left,
            above,
            (left + above) >> 1,
            left + above - prior[i - pixelBytes]!,
          ];
          row[i]! += guess[length % 7 % 5]!;
        }
        const expected = cheapestFilter(row, prior, pixelBytes);
        const what = `${length} bytes, ${pixelBytes} a pixel, up to ${span}`;
        assertEquals(choose(row, prior, pixelBytes), expected, what);
      }
    }
  }
});

async function* later(data: Uint8Array<ArrayBuffer>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  await Promise.resolve();
  yield data;
}

Deno.test("encodePngStream() gives the bytes of encodePng()", async () => {
  const random = new SeededRandom(89);
  for (const [color, channels] of [["gray", 1], ["rgb", 3], ["rgb-alpha", 4]] as const) {
    const [width, height] = [701, 40];
    let level = 0;
    const data = Uint8Array.from(
      { length: width * height * channels },
      () => level += random.integer(-9, 9),
    );
    const pieces = await Array.fromAsync(
      encodePngStream({ width, height, color, depth: 8 }, later(data)),
    );
    const png = encodePng({ width, height, color, data });
    assertEquals(new Uint8Array(await new Blob(pieces).arrayBuffer()), png);
  }
});
