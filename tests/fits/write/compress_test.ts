import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type ColumnInput,
  compressImage,
  type CompressOptions,
  encodeFits,
  type HduInput,
  Header,
  openFits,
  tableHdu,
  verifyFits,
} from "../../../fits/mod.ts";
import { compressPieces, compressTable, decompressPieces } from "../../../fits/write/compress.ts";
import { concatenate } from "../../../net/bytes/concatenate.ts";
import { FormatError } from "../../../net/errors.ts";
import { randomImage, type RandomType } from "../../support/fits/random_image.ts";
import { fuzz } from "../../support/random.ts";

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece.slice());
  return concatenate(all, all.reduce((sum, { length }) => sum + length, 0));
}

async function compressed(
  bytes: Uint8Array<ArrayBuffer>,
  options: CompressOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  await using file = await openFits(bytes);
  return await bytesOf(compressPieces(file, options));
}

async function back(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  await using file = await openFits(bytes);
  return await bytesOf(decompressPieces(file));
}

const INTEGERS: RandomType[] = ["uint8", "int8", "int16", "uint16", "int32", "uint32"];
const FLOATS: RandomType[] = ["float32", "float64"];

const LOSSLESS:
  readonly (readonly [RandomType[], CompressOptions, least?: number, most?: number])[] = [
    [INTEGERS, {}],
    [INTEGERS, { algorithm: "rice" }],
    [[...INTEGERS, "int64"], { algorithm: "gzip1" }],
    [["int64"], {}],
    [[...INTEGERS, "int64"], { algorithm: "gzip2" }],
    [FLOATS, { quantize: 0 }],
    [FLOATS, { algorithm: "gzip1", quantize: 0 }],
    [[...INTEGERS, ...FLOATS, "int64"], { algorithm: "none" }],
    [INTEGERS, { algorithm: "hcompress" }, 4],
    [["uint8", "int16", "uint16", "int32"], { algorithm: "plio" }, 1, 20_000],
  ];

Deno.test("compressPieces() and decompressPieces() give the same file back, headers and checksums too", async () => {
  await fuzz(60, 14_103, async (random) => {
    const [types, options, least = 1, most] = random.pick(LOSSLESS);
    const first = randomImage(random, random.pick(types), { least, ...(most && { most }) });
    const second = randomImage(random, random.pick(types), { least, ...(most && { most }) });
    const original = await encodeFits([first, { ...second, name: "SECOND", version: 3 }], {
      checksum: random.next() < 0.5,
    });
    const tile = options.algorithm === "hcompress" || random.next() < 0.3
      ? undefined
      : [random.integer(1, 20)];
    const small = await compressed(original, { ...options, tile });
    const again = await back(small);
    assert(again.length === original.length && again.every((byte, i) => byte === original[i]));
  });
});

Deno.test("compressPieces() writes a valid file with right checksums", async () => {
  const pixels = Float32Array.from({ length: 60 * 40 }, (_, i) => Math.sin(i) * 100);
  pixels.fill(NaN, 70, 90);
  const original = await encodeFits([{ pixels, shape: [60, 40] }], { checksum: true });
  for (
    const options of [
      {},
      { dither: 2 },
      { dither: 0, quantize: -0.5 },
      { quantize: 0 },
      { algorithm: "hcompress" },
    ] as CompressOptions[]
  ) {
    const findings = await verifyFits(await compressed(original, options));
    assertEquals(findings.map(({ message }) => message), []);
  }
});

Deno.test("compressImage() keeps quantised floats within half a step, NaN and exact zeros", async () => {
  const noise = (i: number) => Math.sin(i * 12.9898) * 43758.5453 % 1;
  const pixels = Float32Array.from({ length: 100 * 20 }, (_, i) => 1000 + 10 * noise(i));
  pixels.fill(0, 300, 320);
  pixels.fill(NaN, 400, 410);
  for (const dither of [0, 1, 2] as const) {
    const hdu = await compressImage({ pixels, shape: [100, 20] }, { dither, quantize: -0.5 });
    await using file = await openFits(await encodeFits([hdu]));
    const { pixels: read } = await (await file.hdu(1)).image();
    const far = Array.from(pixels).findIndex((pixel, i) =>
      Number.isNaN(pixel) ? !Number.isNaN(read[i]) : !(Math.abs(Number(read[i]) - pixel) <= 0.2501)
    );
    assertEquals(far, -1, `dither ${dither}`);
    const zeros = read.slice(300, 320).every((pixel) => pixel === 0);
    // Without dithering, steps of 0.5 from a multiple of 0.5 meet 0 as well.
    assertEquals(zeros, dither !== 1);
  }
});

Deno.test("compressImage() stores what cannot be quantised as it is: flat tiles and infinite pixels", async () => {
  const pixels = Float32Array.from({ length: 4 * 50 }, (_, i) => Math.sin(i * i));
  pixels.fill(1.1, 0, 50);
  pixels[120] = Infinity;
  const hdu = await compressImage({ pixels, shape: [50, 4] });
  await using file = await openFits(await encodeFits([hdu]));
  const { pixels: read } = await (await file.hdu(1)).image();
  assertEquals(read.slice(0, 50), pixels.slice(0, 50));
  assertEquals(read.slice(100, 150), pixels.slice(100, 150));
  assert(read[60] !== pixels[60]);
});

Deno.test("compressImage() is repeatable: the seed of dithering comes from the pixels", async () => {
  const pixels = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i * i));
  const make = async (options: CompressOptions = {}) =>
    await encodeFits([await compressImage({ pixels, shape: [100, 10] }, options)]);
  assertEquals(await make(), await make());
  await using file = await openFits(await make());
  const seed = (await file.hdu(1)).data.header.integer("ZDITHER0")!;
  assertEquals(await make({ seed }), await make());
});

const REFUSED: readonly (readonly [RandomType, CompressOptions, string])[] = [
  ["int64", { algorithm: "rice" }, "RICE_1 has no 64-bit integers and would cut them"],
  ["int64", { algorithm: "plio" }, "PLIO_1 has no 64-bit integers and would cut them"],
  ["int64", { algorithm: "hcompress" }, "HCOMPRESS_1 has no 64-bit integers and would cut them"],
  ["float32", { algorithm: "plio" }, "would cut floating-point pixels"],
  ["float64", { algorithm: "rice", quantize: 0 }, "floating-point pixels that are not quantised"],
  ["float32", { algorithm: "hcompress", quantize: 0 }, "pixels that are not quantised"],
  ["float32", { quantize: NaN }, "the level of quantisation is NaN"],
  ["float32", { seed: 10_001 }, "the seed is 10001, expected 1 to 10000"],
  ["int16", { scale: -1 }, "the scale is -1"],
  ["int16", { tile: [0] }, "a tile has length 0, expected 1 or more"],
  ["int16", { tile: [2, 2, 2, 2, 2] }, "a tile of 5 axes is asked for"],
  ["int16", { algorithm: "hcompress", tile: [3, 3] }, "at least 4 pixels"],
  ["int16", { algorithm: "lzw" as "rice" }, "the algorithm is 'lzw', expected one of rice"],
];

Deno.test("compressImage() refuses what would lose something silently, and says why", async () => {
  await fuzz(1, 14_104, async (random) => {
    for (const [type, options, reason] of REFUSED) {
      const image = randomImage(random, type, { least: 20, axes: 2 });
      const error = await assertRejects(() => compressImage(image, options), FormatError, reason);
      assert(error.message.startsWith("Cannot compress the image: "), error.message);
    }
  });
});

Deno.test("compressImage() refuses pixels that PLIO cuts, and a header that would say something else", async () => {
  const pixels = Int16Array.of(3, 2, 1, 0, -1, 5);
  await assertRejects(
    () => compressImage({ pixels, shape: [2, 3] }, { algorithm: "plio" }),
    FormatError,
    "Cannot compress the image: tile 3: pixel 1 of the tile is -1, PLIO_1 has 0 to 16777215 only",
  );
  const header = new Header().set("ZSCALE", 5);
  await assertRejects(
    () => compressImage({ pixels, header }),
    FormatError,
    "its header has the keyword ZSCALE, which says how a compressed image is stored",
  );
  await assertRejects(() => compressImage({ pixels: new Int16Array(0) }), FormatError, "no pixels");
});

Deno.test("compressImage() gives pixels without a value none, where HCOMPRESS rounds", async () => {
  const header = new Header().set("BLANK", -1);
  const pixels = new Int16Array(64).fill(7);
  const image = { pixels, shape: [8, 8], header, stored: true };
  const options = { algorithm: "hcompress", scale: 4 } as const;
  await compressImage(image, options);
  pixels[9] = -1;
  await assertRejects(
    () => compressImage(image, options),
    FormatError,
    "pixels have no value (-1), and HCOMPRESS_1 with a scale of 4 would give them one",
  );
  await compressImage(image, { algorithm: "hcompress" });
});

Deno.test("compressImage() rounds no pixel out of the range of its type", async () => {
  const pixels = Uint8Array.from({ length: 400 }, (_, i) => i * i % 3 === 0 ? 255 : i % 7 * 36);
  const hdu = await compressImage({ pixels, shape: [20, 20] }, {
    algorithm: "hcompress",
    scale: 50,
  });
  await using file = await openFits(await encodeFits([hdu]));
  assertEquals((await (await file.hdu(1)).image()).pixels.length, 400);
});

Deno.test("compressPieces() compresses tables where that is asked for, complex numbers so that CFITSIO reads them", async () => {
  const rows = 3000;
  const numbers = Array.from({ length: rows }, (_, i) => i);
  const columns = [
    { name: "I", values: Int16Array.from(numbers) },
    { name: "J", values: Int32Array.from(numbers, (i) => i * i) },
    { name: "K", values: BigInt64Array.from(numbers, (i) => BigInt(i) << 40n) },
    { name: "E", values: Float32Array.from(numbers, Math.sin) },
    { name: "S", values: numbers.map((i) => `name ${i % 50}`) },
    { name: "L", values: numbers.map((i) => i % 3 === 0) },
  ];
  const original = await encodeFits([tableHdu({ columns, name: "EVENTS" })], { checksum: true });
  assertEquals(await compressed(original), original);
  await using file = await openFits(original);
  const small = await bytesOf(compressPieces(file, { tables: true }));
  assert(small.length < original.length / 2, `${small.length} of ${original.length}`);
  assertEquals(await verifyFits(small), []);
  assertEquals(await back(small), original);
  await using read = await openFits(small);
  const table = await (await read.hdu(1)).table({ rows: "2001:2003", columns: ["J"] });
  assertEquals([...table.column("J").values as Int32Array], [2000 ** 2, 2001 ** 2, 2002 ** 2]);
});

/** A table of variable-length arrays of every type that CFITSIO reads back, long ones and none. */
function arraysTable(rows: number): HduInput {
  const length = (row: number) => row % 5 === 0 ? 0 : row % 7 === 0 ? 400 : row % 13;
  const cells = <T>(make: (length: number, row: number) => T) =>
    Array.from({ length: rows }, (_, row) => make(length(row), row));
  const numbers = (length: number, row: number) => Array.from({ length }, (_, i) => row + i);
  return tableHdu({
    name: "SPECTRA",
    columns: [
      { name: "B", values: cells((n, row) => Uint8Array.from(numbers(n, row))) },
      { name: "I", values: cells((n, row) => Int16Array.from(numbers(n, row))) },
      { name: "ROW", values: Int32Array.from({ length: rows }, (_, i) => i) },
      { name: "J", values: cells((n, row) => Int32Array.from(numbers(n, row), (i) => i * i)) },
      { name: "K", values: cells((n, row) => BigInt64Array.from(numbers(n, row), BigInt)) },
      { name: "E", values: cells((n, row) => Float32Array.from(numbers(n, row), Math.sqrt)) },
      { name: "D", values: cells((n, row) => Float64Array.from(numbers(n, row), Math.sin)) },
    ],
  });
}

Deno.test("compressPieces() compresses variable-length arrays, and brings back their heap", async () => {
  const original = await encodeFits([arraysTable(1000)], { checksum: true });
  await using file = await openFits(original);
  const small = await bytesOf(compressPieces(file, { tables: true }));
  assert(small.length < original.length * 0.6, `${small.length} of ${original.length}`);
  assertEquals(await verifyFits(small), []);
  assertEquals(await back(small), original);
  await using read = await openFits(small);
  const table = await (await read.hdu(1)).table({ rows: "8:8", columns: ["J", "E"] });
  assertEquals((table.column("J").values as Int32Array[])[0]!.length, 400);
  assertEquals((table.column("J").values as Int32Array[])[0]![399], 406 ** 2);
});

Deno.test("compressPieces() keeps arrays that share bytes of the heap", async () => {
  const values = [[1, 2, 3, 4], [5, 6]].map((cell) => Int16Array.from(cell));
  const original = await encodeFits([tableHdu({ columns: [{ name: "V", values }] })]);
  // The second array is the end of the first: count 3, and begins at byte 2; then all to byte 12.
  const rows = original.length - 2880;
  const view = new DataView(original.buffer);
  view.setInt32(rows + 8, 5);
  view.setInt32(rows + 12, 2);
  await using file = await openFits(original);
  const small = await bytesOf(compressPieces(file, { tables: true }));
  await using read = await openFits(small);
  assertEquals((await read.hdu(1)).kind, "compressed BINTABLE");
  assertEquals(await back(small), original);
});

/** Tables that other programs could not bring back, or that could not be brought back whole. */
const LEFT:
  readonly (readonly [what: string, input: HduInput, change?: (bytes: DataView) => void])[] = [
    [
      "strings in arrays",
      tableHdu({ columns: [{ name: "S", variable: true, values: ["one", "two"] }] }),
    ],
    [
      "bytes that no array has",
      tableHdu({ columns: [{ name: "V", values: [Int16Array.of(1, 2), Int16Array.of(3)] }] }),
      (bytes) => bytes.setInt32(bytes.byteLength - 2880, 1),
    ],
  ];

for (const [what, input, change] of LEFT) {
  Deno.test(`compressPieces() leaves a table with ${what} as it is`, async () => {
    const original = await encodeFits([input]);
    change?.(new DataView(original.buffer));
    await using file = await openFits(original);
    assertEquals(await bytesOf(compressPieces(file, { tables: true })), original);
  });
}

Deno.test("decompressPieces() keeps other HDUs, empty primaries and bytes behind the last", async () => {
  const image = { pixels: new Int16Array(100).fill(3), shape: [10, 10], name: "A" };
  const empty = { pixels: new Uint8Array(0), shape: [] };
  const whole = await encodeFits([empty, image]);
  const original = new Uint8Array([...whole, 72, 73]);
  assertEquals(await back(await compressed(original)), original);
});

Deno.test("decompressPieces() writes checksums anew where pixels are no longer the same", async () => {
  const pixels = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i * i));
  for (const checksum of [true, false]) {
    const original = await encodeFits([{ pixels, shape: [100, 10] }], { checksum });
    const again = await back(await compressed(original));
    await using file = await openFits(again);
    const { header } = await file.hdu(0);
    assertEquals(header.has("CHECKSUM"), checksum);
    assertEquals(await verifyFits(again), []);
  }
});

Deno.test("compressTable() compresses columns in memory and tables of files, and gives them back", async () => {
  const columns: ColumnInput[] = [
    { name: "I", values: Int16Array.from({ length: 500 }, (_, i) => i % 11) },
    { name: "U", values: Uint32Array.from({ length: 500 }, (_, i) => 4e9 + i) },
    { name: "D", values: Float64Array.from({ length: 500 }, (_, i) => Math.sin(i)) },
    { name: "S", values: Array.from({ length: 500 }, (_, i) => `row ${i}`) },
    { name: "V", values: Array.from({ length: 500 }, (_, i) => new Int32Array(i % 4).fill(i)) },
  ];
  const plain = await encodeFits([tableHdu({ columns, name: "T" })]);
  await using file = await openFits(plain);
  const inMemory = await encodeFits([await compressTable({ columns, name: "T" })]);
  const ofFile = await encodeFits([await compressTable(await file.hdu("T"))]);
  assertEquals(inMemory, ofFile);
  assert(inMemory.length < plain.length);
  assertEquals(await back(inMemory), plain);
  await using packed = await openFits(inMemory);
  assertEquals((await packed.hdu("T")).kind, "compressed BINTABLE");
  const rows = "498:500";
  assertEquals((await packed.table({ hdu: "T", rows })).columns.map(({ values }) => values), [
    ...(await file.table({ hdu: "T", rows })).columns.map(({ values }) => values),
  ]);
});

Deno.test("compressTable() tells of progress, ends with its signal, and takes a heap", async () => {
  const columns = [{ name: "N", values: Int32Array.from({ length: 100 }, (_, i) => i) }];
  const done: [number, number][] = [];
  await compressTable({ columns }, { onProgress: (rows, all) => done.push([rows, all]) });
  assertEquals(done, [[100, 100]]);
  const reason = new Error("enough");
  const ended = compressTable({ columns }, { signal: AbortSignal.abort(reason) });
  assertEquals(await ended.catch((error) => error), reason);
});

Deno.test("compressTable() refuses what could not be brought back, and says why", async () => {
  const numbers = new Int32Array(2);
  const cases: [string, Parameters<typeof tableHdu>[0]][] = [
    ["its type is TABLE, expected a binary table", {
      columns: [{ name: "N", values: numbers }],
      kind: "ascii",
    }],
    ["it has no rows, or rows without bytes", {
      columns: [{ name: "N", values: new Int32Array(0) }],
    }],
    ["its header has ZTABLE, a keyword of compressed tables", {
      columns: [{ name: "N", values: numbers }],
      header: new Header().set("ZTABLE", false),
    }],
    ["the column L has variable-length arrays of logical, which other programs do not read back", {
      columns: [{ name: "L", values: [[true], [false, true]] }],
    }],
  ];
  for (const [reason, table] of cases) {
    const error = await compressTable(table).then(() => undefined, (error) => error);
    assert(error instanceof FormatError, reason);
    assertEquals(error.message.endsWith(`: ${reason}`), true, error.message);
  }
  await using file = await openFits(await encodeFits([{ pixels: numbers }]));
  await assertRejects(
    async () => await compressTable(await file.hdu(0)),
    FormatError,
    "its type is PRIMARY, expected a binary table",
  );
});
