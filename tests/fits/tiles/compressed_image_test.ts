import { assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { ClosedError, FormatError, LimitError } from "../../../net/errors.ts";
import { type FitsFile, type Hdu, openFits, TileError } from "../../../fits/mod.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";
import { EXPECTED } from "../../support/fits/expected.ts";
import {
  compressedFile,
  encodeRice,
  imageKeywords,
  type TileCell,
} from "../../support/fits/tiles.ts";
import { fuzz } from "../../support/random.ts";

const NONE = new Uint8Array(0);

/** Big-endian 16-bit integers. */
function shorts(values: readonly number[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(values.length * 2));
  values.forEach((value, i) => view.setInt16(i * 2, value));
  return new Uint8Array(view.buffer);
}

const rice = (values: readonly number[]) => encodeRice(values, 4, 32);

/** A file of 3 x 2 pixels, a tile a row, whose table has the columns that are given. */
function twoRows(
  columns: readonly (readonly [string, string, readonly TileCell[]])[],
  keywords: readonly (readonly [string, number | string | boolean])[] = [],
  bitpix = 16,
): Uint8Array<ArrayBuffer> {
  return compressedFile({
    keywords: [...imageKeywords(bitpix, [3, 2], [3, 1]), ...keywords],
    columns,
  });
}

async function pixelsOf(bytes: Uint8Array, options = {}): Promise<unknown> {
  await using file = await openFits(bytes);
  const { type, pixels } = await file.image(options);
  return [type, [...pixels as Float64Array]];
}

Deno.test("a compressed image is read from every column that may hold a tile", async () => {
  const both = (first: TileCell, second: TileCell) => [first, second];
  const cases: [string, Uint8Array, unknown][] = [
    [
      "COMPRESSED_DATA by a P descriptor",
      twoRows([["COMPRESSED_DATA", "1PB(9)", both(rice([1, 2, 3]), rice([4, 5, 6]))]]),
      ["int16", [1, 2, 3, 4, 5, 6]],
    ],
    [
      "by a Q descriptor, its name in lower case",
      twoRows([["compressed_data", "1QB(9)", both(rice([1, 2, 3]), rice([4, 5, 6]))]]),
      ["int16", [1, 2, 3, 4, 5, 6]],
    ],
    [
      "GZIP_COMPRESSED_DATA for a tile that the algorithm does not take",
      twoRows([
        ["GZIP_COMPRESSED_DATA", "1PB", both(NONE, gzipSync(shorts([-4, 5, 32767])))],
        ["COMPRESSED_DATA", "1PB", both(rice([1, 2, 3]), NONE)],
      ]),
      ["int16", [1, 2, 3, -4, 5, 32767]],
    ],
    [
      "UNCOMPRESSED_DATA of the pixels' own type",
      twoRows([
        ["COMPRESSED_DATA", "1PB", both(rice([1, 2, 3]), NONE)],
        ["UNCOMPRESSED_DATA", "1PI", both(NONE, shorts([7, 8, -9]))],
      ]),
      ["int16", [1, 2, 3, 7, 8, -9]],
    ],
    [
      "two tiles that share the bytes of the heap",
      twoRows([["COMPRESSED_DATA", "1PB", [rice([1, 2, 3]), {
        offset: 0,
        count: rice([1, 2, 3]).length,
      }]]]),
      ["int16", [1, 2, 3, 1, 2, 3]],
    ],
    [
      "ZSCALE and ZZERO as keywords, ZBLANK as a column",
      twoRows(
        [
          ["COMPRESSED_DATA", "1PB", both(rice([1, 2, 3]), rice([4, 5, 6]))],
          ["ZBLANK", "1J", [2, 6]],
        ],
        [["ZSCALE", 0.5], ["ZZERO", 10]],
        -32,
      ),
      ["float32", [10.5, NaN, 11.5, 12, 12.5, NaN]],
    ],
    [
      "floats as they are where there is neither ZSCALE nor ZZERO",
      compressedFile({
        keywords: [...imageKeywords(-64, [1, 2], [1, 1], "GZIP_1"), ["ZQUANTIZ", "NO_DITHER"]],
        columns: [[
          "COMPRESSED_DATA",
          "1PB",
          [1.5, -0.1].map((value) => {
            const view = new DataView(new ArrayBuffer(8));
            view.setFloat64(0, value);
            return gzipSync(new Uint8Array(view.buffer));
          }),
        ]],
      }),
      ["float64", [1.5, -0.1]],
    ],
    [
      "16-bit pixels that are stored as 32-bit integers",
      compressedFile({
        keywords: imageKeywords(16, [1, 2], [1, 1], "GZIP_1"),
        columns: [[
          "COMPRESSED_DATA",
          "1PB",
          [
            gzipSync(Uint8Array.from([255, 255, 255, 254])),
            gzipSync(Uint8Array.from([0, 0, 1, 2])),
          ],
        ]],
      }),
      ["int16", [-2, 258]],
    ],
    [
      "integers without a value by a mask",
      twoRows(
        [
          ["COMPRESSED_DATA", "1PB", both(rice([1, 2, 3]), rice([4, 5, 6]))],
          ["NULL_PIXEL_MASK", "1PB", both(NONE, gzipSync(Uint8Array.from([0, 1, 0])))],
        ],
        [["ZMASKCMP", "GZIP_1"]],
      ),
      ["float64", [1, 2, 3, 4, NaN, 6]],
    ],
    [
      "integers without a value by ZBLANK, where there is no BLANK",
      twoRows(
        [["COMPRESSED_DATA", "1PB", both(rice([1, 2, 3]), rice([4, 5, 6]))]],
        [["ZBLANK", 5]],
      ),
      ["float64", [1, 2, 3, 4, NaN, 6]],
    ],
    [
      "unsigned integers by BZERO",
      twoRows(
        [["COMPRESSED_DATA", "1PB", both(rice([-32768, 2, 3]), rice([4, 5, 32767]))]],
        [["BZERO", 32768]],
      ),
      ["uint16", [0, 32770, 32771, 32772, 32773, 65535]],
    ],
    [
      "scaled integers with BLANK",
      twoRows(
        [["COMPRESSED_DATA", "1PB", both(rice([1, 2, 3]), rice([4, 5, 6]))]],
        [["BSCALE", 0.5], ["BLANK", 3]],
      ),
      ["float64", [0.5, 1, NaN, 2, 2.5, 3]],
    ],
    [
      "BLOCKSIZE and BYTEPIX with the values of each other, as old files have them",
      twoRows(
        [["COMPRESSED_DATA", "1PB", both(rice([1, 2, 3]), rice([4, 5, 6]))]],
        [["ZNAME1", "BLOCKSIZE"], ["ZVAL1", 4], ["ZNAME2", "BYTEPIX"], ["ZVAL2", 32]],
      ),
      ["int16", [1, 2, 3, 4, 5, 6]],
    ],
    [
      "NOISEBIT, which old files have in place of BYTEPIX",
      twoRows(
        [["COMPRESSED_DATA", "1PB", both(rice([1, 2, 3]), rice([4, 5, 6]))]],
        [["ZNAME1", "BLOCKSIZE"], ["ZVAL1", 32], ["ZNAME2", "NOISEBIT"], ["ZVAL2", 4]],
      ),
      ["int16", [1, 2, 3, 4, 5, 6]],
    ],
    [
      "a tile a row where there is no ZTILEn",
      compressedFile({
        keywords: imageKeywords(16, [3, 2], []),
        columns: [["COMPRESSED_DATA", "1PB", [rice([1, 2, 3]), rice([4, 5, 6])]]],
        gap: 100,
      }),
      ["int16", [1, 2, 3, 4, 5, 6]],
    ],
    [
      "an image without pixels",
      compressedFile({ keywords: imageKeywords(16, [3, 0], [3, 1]), columns: [] }),
      ["int16", []],
    ],
  ];
  for (const [what, bytes, expected] of cases) assertEquals(await pixelsOf(bytes), expected, what);
});

Deno.test("a compressed image says what of its header cannot be", async () => {
  const tiles: [string, string, TileCell[]][] = [["COMPRESSED_DATA", "1PB", [
    rice([1, 2, 3]),
    rice([4, 5, 6]),
  ]]];
  const keywords = imageKeywords(16, [3, 2], [3, 1]);
  const cases: [Record<string, number | string>, string][] = [
    [{ ZCMPTYPE: "LZW" }, "ZCMPTYPE is 'LZW', expected one of RICE_1, RICE_ONE, GZIP_1"],
    [{ ZTILE2: 2 }, "the table has 2 rows, expected one for each of the 1 tiles"],
    [{ ZTILE1: 0 }, "ZTILE1 is 0, expected 1 or more"],
    [{ ZBITPIX: 17 }, "ZBITPIX is 17, expected 8, 16, 32, 64, -32, -64"],
    [{ ZNAXIS2: "two" }, "ZNAXIS2 is no whole number, expected 0 or more"],
    [{ ZNAME1: "BYTEPIX", ZVAL1: 8 }, "BYTEPIX is 8, expected 1, 2 or 4"],
    [{ ZNAME1: "BLOCKSIZE", ZVAL1: 0 }, "BLOCKSIZE is 0, expected 1 to 4096"],
    [
      { ZQUANTIZ: "SUBTRACTIVE_DITHER_1", ZDITHER0: 10001 },
      "ZDITHER0 is 10001, expected 1 to 10000",
    ],
  ];
  for (const [changes, message] of cases) {
    const changed = new Map<string, number | string>(keywords as [string, number | string][]);
    for (const [keyword, value] of Object.entries(changes)) changed.set(keyword, value);
    await using file = await openFits(compressedFile({ keywords: [...changed], columns: tiles }));
    const hdu = await file.hdu(1);
    await assertRejects(() => hdu.image(), FormatError, message);
    await assertRejects(() => hdu.image(), FormatError, "HDU 1 of bytes");
    assertEquals(hdu.warnings.some((warning) => warning.message.includes(message)), true, message);
  }
});

Deno.test("a damaged tile is named with its HDU and byte, and the others are given if asked", async () => {
  const broken = rice([4, 5, 60000]).slice(0, 3);
  const bytes = twoRows([["COMPRESSED_DATA", "1PB", [rice([1, 2, 3]), broken]]]);
  await using file = await openFits(bytes);
  const error = await assertRejects(
    () => file.image(),
    TileError,
    "Cannot decode tile 2 (pixels 1:3,2:2) of HDU 1 of bytes at byte 5782: its 3 bytes stand for " +
      "at most 0 pixels, expected 3",
  );
  assertEquals([error.hdu, error.tile, error.offset, error.source], [1, 2, 5782, "bytes"]);
  const damaged: number[] = [];
  const onDamage = ({ tile }: TileError) => damaged.push(tile);
  const { type, pixels } = await file.image({ onDamage });
  assertEquals([type, [...pixels as Float64Array]], ["float64", [1, 2, 3, NaN, NaN, NaN]]);
  assertEquals(damaged, [2]);
  // What is not touched does no harm.
  assertEquals([...(await file.image({ section: "*,1" })).pixels as Int16Array], [1, 2, 3]);
  const stored = await file.image({ onDamage, physical: false });
  assertEquals([stored.type, [...stored.pixels as Int16Array]], ["int16", [1, 2, 3, 0, 0, 0]]);
});

Deno.test("tiles that are missing, beyond the heap or beyond the file are damaged too", async () => {
  const good = rice([1, 2, 3]);
  const cases: [TileCell, string][] = [
    [NONE, "none of the columns has any bytes of it"],
    [{ offset: 10_000, count: 5 }, "expected at most the"],
    [{ offset: 0, count: -1 }, "none of the columns has any bytes of it"],
    [rice([1, 2, 70_000]), "the value 70000 of pixel 3 is decoded, expected -32768 to 32767"],
  ];
  for (const [cell, message] of cases) {
    const bytes = twoRows([["COMPRESSED_DATA", "1PB", [good, cell]]]);
    await using file = await openFits(bytes);
    await assertRejects(() => file.image(), TileError, message);
    const { pixels } = await file.image({ onDamage: () => {} });
    assertEquals([...pixels as Float64Array], [1, 2, 3, NaN, NaN, NaN]);
  }
  const bytes = twoRows([["COMPRESSED_DATA", "1PB", [good, rice([4, 5, 6])]]]);
  await using file = await openFits(bytes.slice(0, 5760 + 16 + good.length + 2));
  const error = await assertRejects(() => file.image(), TileError, "before the end of the file");
  assertEquals(error.cause instanceof ClosedError, true);
  const { pixels } = await file.image({ onDamage: () => {} });
  assertEquals([...pixels as Float64Array], [1, 2, 3, NaN, NaN, NaN]);
});

Deno.test("no memory is taken for pixels that the bytes cannot stand for", async () => {
  const huge = [100_000, 100_000];
  const bytes = compressedFile({
    keywords: imageKeywords(16, huge, huge),
    columns: [["COMPRESSED_DATA", "1PB", [rice([1, 2, 3])]]],
  });
  await using file = await openFits(bytes);
  await assertRejects(() => file.image(), LimitError, "read sections of it");
  await assertRejects(() => file.image({ section: "1:9,1:9" }), TileError, "stand for at most");
});

corpusTest("sections of compressed images are those of the whole image", async () => {
  const files = [...EXPECTED].flatMap(([path, { hdus }]) =>
    hdus.filter(({ cls }) => cls === "CompImageHDU").map(({ i }) => [path, i] as const)
  );
  assertEquals(files.length, 39);
  await fuzz(files.length, 14_030, async (random) => {
    const [path, index] = files[random.seed - 14_030]!;
    await using file = await openFits(corpusFile(`fits/${path}`));
    const hdu = await file.hdu(index);
    const physical = random.next() < 0.5;
    const whole = await hdu.image({ physical });
    for (let round = 0; round < 5; round++) {
      const ranges = whole.shape.map((length) => {
        const start = random.integer(0, length - 1);
        return [start, random.integer(start, length), random.pick([1, 1, 2, 7])] as const;
      });
      const section = await hdu.image({ section: ranges, physical });
      const fresh = await openFits(corpusFile(`fits/${path}`), { tileCacheBytes: 0 });
      const again = await (await fresh.hdu(index)).image({ section: ranges, physical });
      await fresh.close();
      const expected: unknown[] = [];
      const pixels = section.shape.reduce((product, length) => product * length, 1);
      for (let i = 0; i < pixels; i++) {
        let rest = i;
        let at = 0;
        let stride = 1;
        for (const [axis, length] of section.shape.entries()) {
          const place = rest % length;
          rest = (rest - place) / length;
          at += (ranges[axis]![0] + place * ranges[axis]![2]) * stride;
          stride *= whole.shape[axis]!;
        }
        expected.push(whole.pixels[at]);
      }
      assertEquals([...section.pixels as Float64Array], expected, `${path} ${index}`);
      assertEquals(again.pixels, section.pixels);
    }
  });
});

corpusTest(
  "pixels go into the caller's memory, and as floats where that is asked for",
  async () => {
    await using file = await openFits(corpusFile("fits/derived/i16_rice_t64x64.fits.fz"));
    const image = await file.image({ physical: false });
    const into = new Int16Array(image.pixels.length);
    assertEquals((await file.image({ into, physical: false })).pixels === into, true);
    assertEquals(into, image.pixels as Int16Array<ArrayBuffer>);
    const { type, pixels } = await file.image({ as: "float32" });
    assertEquals(type, "float32");
    assertEquals(pixels, Float32Array.from(image.pixels as Int16Array));
  },
);

/** The file that a stamp is read from, with the number of bytes that were read. */
async function counted(bytes: Uint8Array, tileCacheBytes?: number) {
  let read = 0;
  const source = {
    name: "counted",
    size: bytes.length,
    read: (offset: number, length: number) => {
      const piece = bytes.subarray(offset, offset + length);
      read += piece.length;
      return Promise.resolve(piece);
    },
    readInto: (offset: number, target: Uint8Array) => {
      const piece = bytes.subarray(offset, offset + target.length);
      read += piece.length;
      target.set(piece);
      return Promise.resolve(piece.length);
    },
    readRuns: () => Promise.reject(new Error("not used")),
    close: () => Promise.resolve(),
  };
  const file: FitsFile = await openFits(source, { tileCacheBytes });
  const hdu: Hdu = await file.hdu(1);
  const taken = () => {
    const before = read;
    read = 0;
    return before;
  };
  return { hdu, taken };
}

corpusTest("only the tiles of a section are read, and once while the cache has room", async () => {
  const bytes = await Deno.readFile(corpusFile("fits/derived/i16_rice_t64x64.fits.fz"));
  const { hdu, taken } = await counted(bytes);
  taken();
  await hdu.image({ section: "1:8,1:8" });
  const first = taken();
  // The rows of the table, and one tile: less than two bytes for each of its pixels.
  assertEquals(first < hdu.data.layout.shape[0]! * hdu.data.layout.shape[1]! + 64 * 64 * 2, true);
  await hdu.image({ section: "9:40,9:40" });
  assertEquals(taken(), 0);
  const without = await counted(bytes, 0);
  await without.hdu.image({ section: "1:8,1:8" });
  without.taken();
  await without.hdu.image({ section: "1:8,1:8" });
  assertEquals(without.taken() > 0, true);
});

corpusTest("the table that stores an image is opened on request alone", async () => {
  await using file = await openFits(corpusFile("fits/derived/i16_rice_t64x64.fits.fz"));
  const hdu = await file.hdu(1);
  assertEquals([hdu.isImage, hdu.isTable, hdu.kind], [true, false, "compressed IMAGE"]);
  await assertRejects(
    async () => await file.openTable({ hdu: 1 }),
    FormatError,
    "its type is compressed IMAGE, expected a table; open it with { stored: true } (--stored)",
  );
  const table = await file.openTable({ hdu: 1, stored: true });
  assertEquals(table.columns.map(({ name }) => name), ["COMPRESSED_DATA"]);
  await assertRejects(() => file.openTable(), FormatError, "Cannot find a table");
});

Deno.test("a row is decoded up to the last pixel that is wanted, and whole when more of it is", async () => {
  const rows = [0, 1].map((y) => Array.from({ length: 200 }, (_, x) => 1000 * y + x * x % 71));
  const cells = (...lengths: (number | undefined)[]) =>
    rows.map((row, y) => encodeRice(row, 2, 32).slice(0, lengths[y]));
  const file = (tiles: Uint8Array[], more: [string, number | string][] = [], bitpix = 16) =>
    compressedFile({
      keywords: [
        ...imageKeywords(bitpix, [200, 2], [200, 1]),
        ...[["ZNAME1", "BYTEPIX"], ["ZVAL1", bitpix === 16 ? 2 : 4], ...more] as [string, string][],
      ],
      columns: [["COMPRESSED_DATA", "1PB", tiles]],
    });
  const { hdu, taken } = await counted(file(cells()));
  taken();
  const part = async (
    from: number,
    to: number,
    options = {},
  ) => [...(await hdu.image({ section: [[from, to], [0, 2]], ...options })).pixels];
  const expected = (from: number, to: number) => rows.flatMap((row) => row.slice(from, to));
  assertEquals(await part(40, 50), expected(40, 50));
  assertEquals(taken() > 0, true);
  // What lies before it has been decoded, what lies behind it has not.
  assertEquals([await part(3, 20), taken()], [expected(3, 20), 0]);
  assertEquals([await part(60, 90), taken() > 0], [expected(60, 90), true]);
  assertEquals([await part(0, 200), taken()], [expected(0, 200), 0]);

  // A row whose end is damaged: what lies before is there, and the damage is told of behind it.
  const damaged = await openFits(file(cells(undefined, 100)));
  await using _ = damaged;
  const section = async (
    from: number,
    to: number,
  ) => [...(await damaged.image({ section: [[from, to], [0, 2]] })).pixels];
  assertEquals(await section(0, 30), expected(0, 30));
  await assertRejects(() => section(150, 200), TileError, "Cannot decode tile 2");
  assertEquals(await section(0, 30), expected(0, 30));

  // Of quantised floats each pixel has a random number of its own.
  const floats = file(
    rows.map((row) => encodeRice(row, 4, 32)),
    [["ZSCALE", 0.5], ["ZZERO", 10], ["ZQUANTIZ", "SUBTRACTIVE_DITHER_1"], ["ZDITHER0", 7]],
    -32,
  );
  await using whole = await openFits(floats);
  const all = [...(await whole.image()).pixels];
  await using one = await openFits(floats);
  const { pixels } = await one.image({ section: [[70, 80], [0, 2]] });
  assertEquals([...pixels], [...all.slice(70, 80), ...all.slice(270, 280)]);
});
