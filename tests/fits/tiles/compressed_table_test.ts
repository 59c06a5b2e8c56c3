import { gzipSync } from "node:zlib";
import { assertEquals, assertRejects } from "@std/assert";
import { FormatError } from "../../../net/errors.ts";
import { Card, csvOf, Header, openFits, TileError } from "../../../fits/mod.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";
import { encodeRice } from "../../support/fits/tiles.ts";

/** The rows of a small table: an integer, two bytes, and an array of 16-bit integers. */
const ROWS: readonly (readonly [number, readonly [number, number], readonly number[]])[] = [
  [1, [10, 11], [1, 2, 3]],
  [-2, [20, 21], []],
  [300_000, [30, 31], Array.from({ length: 40 }, (_, i) => 7 + i % 2)],
  [4, [40, 41], [-1]],
  [5, [50, 51], [256, 255]],
];
const TILE_ROWS = 2;

function bigEndian(size: 1 | 2 | 4 | 8, values: readonly number[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, i) => {
    if (size === 1) view.setUint8(i, value);
    else if (size === 2) view.setInt16(i * 2, value);
    else if (size === 4) view.setInt32(i * 4, value);
    else view.setBigInt64(i * 8, BigInt(value));
  });
  return new Uint8Array(view.buffer);
}

const shuffled = (bytes: Uint8Array, size: number) =>
  Uint8Array.from(bytes, (_, i) => {
    const count = bytes.length / size;
    return bytes[(i % count) * size + Math.floor(i / count)]!;
  });

/** The table compressed in tiles of two rows. */
function compressed(options: { oldFirst: boolean; keywords?: Record<string, number | string> }) {
  const heap: number[] = [];
  const put = (bytes: Uint8Array): [count: number, offset: number] => {
    const offset = heap.length;
    heap.push(...bytes);
    return [bytes.length, offset];
  };
  const table: number[] = [];
  for (let first = 0; first < ROWS.length; first += TILE_ROWS) {
    const rows = ROWS.slice(first, first + TILE_ROWS);
    const integers = put(encodeRice(rows.map(([value]) => value), 4, 32));
    const pairs = put(gzipSync(bigEndian(1, rows.flatMap(([, pair]) => pair))));
    const now: number[] = [];
    const old: number[] = [];
    for (const [, , values] of rows) {
      const plain = bigEndian(2, values);
      const packed = gzipSync(shuffled(plain, 2));
      now.push(
        ...values.length === 0 ? [0, 0] : put(packed.length < plain.length ? packed : plain),
      );
      old.push(values.length, 1000);
    }
    const sets = [bigEndian(4, old), bigEndian(8, now)];
    const [one, other] = options.oldFirst ? sets : sets.toReversed();
    const cell = put(gzipSync(Uint8Array.from([...one!, ...other!])));
    table.push(...bigEndian(8, [...integers, ...pairs, ...cell]));
  }
  const keywords = {
    ZTILELEN: TILE_ROWS,
    ZNAXIS1: 14,
    ZNAXIS2: ROWS.length,
    ZPCOUNT: 92,
    ...Object.fromEntries(["J", "2B", "1PI(40)"].map((format, i) => [`ZFORM${i + 1}`, format])),
    ...Object.fromEntries(["RICE_1", "GZIP_1", "GZIP_2"].map((name, i) => [`ZCTYP${i + 1}`, name])),
    ...options.keywords,
  };
  const header = new Header([
    Card.of("XTENSION", "BINTABLE"),
    ...Object.entries({
      BITPIX: 8,
      NAXIS: 2,
      NAXIS1: 48,
      NAXIS2: 3,
      PCOUNT: heap.length,
      GCOUNT: 1,
      TFIELDS: 3,
    }).map(([keyword, value]) => Card.of(keyword, value)),
    ...["N", "PAIR", "LIST"].flatMap((name, i) => [
      Card.of(`TTYPE${i + 1}`, name),
      Card.of(`TFORM${i + 1}`, "1QB"),
    ]),
    Card.of("ZTABLE", true),
    ...Object.entries(keywords).map(([keyword, value]) => Card.of(keyword, value)),
    Card.of("OBJECT", "Sun", "after the keywords of compression"),
  ]);
  const primary = new Header(
    [["SIMPLE", true], ["BITPIX", 8], ["NAXIS", 0]].map(([k, v]) =>
      Card.of(k as string, v as number)
    ),
  );
  const data = [...table, ...heap];
  const fill = new Uint8Array((2880 - (data.length % 2880)) % 2880);
  return Uint8Array.from([...primary.toBytes(), ...header.toBytes(), ...data, ...fill]);
}

Deno.test("a compressed table is read with both orders of descriptors, by rows and columns", async () => {
  for (const oldFirst of [true, false]) {
    await using file = await openFits(compressed({ oldFirst }));
    const hdu = await file.hdu(1);
    assertEquals([hdu.kind, hdu.shape, hdu.isTable], ["compressed BINTABLE", [14, 5], true]);
    const table = await file.openTable();
    const all = await table.read();
    assertEquals([...all.column("N").values as Int32Array], ROWS.map(([value]) => value));
    assertEquals([...all.column("PAIR").values as Uint8Array], ROWS.flatMap(([, pair]) => pair));
    const lists = (values: unknown) => [...values as Int16Array[]].map((list) => [...list]);
    assertEquals(lists(all.column("LIST").values), ROWS.map(([, , list]) => [...list]));
    const part = await table.read({ rows: "2:4", columns: ["LIST", "N"] });
    assertEquals(lists(part.columns[0]!.values), ROWS.slice(1, 4).map(([, , list]) => [...list]));
    assertEquals([...part.columns[1]!.values as Int32Array], [-2, 300_000, 4]);
    const rows = await Array.fromAsync(table);
    assertEquals(rows[3], { N: 4, PAIR: Uint8Array.of(40, 41), LIST: Int16Array.of(-1) });
  }
});

Deno.test("the header of a compressed table is the table's, the stored one on request", async () => {
  await using file = await openFits(compressed({ oldFirst: true }));
  const { header, data } = await file.hdu(1);
  assertEquals(header.cards.map(({ keyword, value }) => [keyword, value]), [
    ["XTENSION", "BINTABLE"],
    ["BITPIX", 8],
    ["NAXIS", 2],
    ["NAXIS1", 14],
    ["NAXIS2", 5],
    ["PCOUNT", 92],
    ["GCOUNT", 1],
    ["TFIELDS", 3],
    ["TTYPE1", "N"],
    ["TFORM1", "J"],
    ["TTYPE2", "PAIR"],
    ["TFORM2", "2B"],
    ["TTYPE3", "LIST"],
    ["TFORM3", "1PI(40)"],
    ["OBJECT", "Sun"],
  ]);
  assertEquals(data.header.get("ZTILELEN"), 2);
});

Deno.test("a compressed table says what cannot be, and which tile is damaged", async () => {
  const cases: [Record<string, number | string>, string][] = [
    [{ ZTILELEN: 3 }, "it has 3 rows, expected one for each of the 2 tiles"],
    [{ ZTILELEN: 0 }, "ZTILELEN is 0, expected 1 or more"],
    [{ ZNAXIS2: "five" }, "ZNAXIS2 is no whole number, expected 0 or more"],
    [{ ZCTYP2: "LZW" }, "ZCTYP2 is 'LZW', expected one of"],
  ];
  for (const [keywords, message] of cases) {
    await using file = await openFits(compressed({ oldFirst: true, keywords }));
    await assertRejects(async () => await file.openTable({ hdu: 1 }), FormatError, message);
    const { warnings } = await file.hdu(1);
    assertEquals(warnings.some((warning) => warning.message.includes(message)), true, message);
  }
  const bytes = compressed({ oldFirst: true });
  await using good = await openFits(bytes);
  const { dataOffset } = await good.hdu(1);
  // The place of the second tile's first column.
  new DataView(bytes.buffer).setBigInt64(dataOffset + 48 + 8, 1_000_000n);
  await using file = await openFits(bytes);
  const table = await file.openTable();
  const error = await assertRejects(
    () => table.column("N"),
    TileError,
    "Cannot decode column 'N' of tile 2 of HDU 1 of bytes at byte",
  );
  assertEquals([error.hdu, error.tile], [1, 2]);
  assertEquals((await table.column("PAIR")).rows, 5);
  assertEquals([...(await table.column("N", { rows: "1:2" })).values as Int32Array], [1, -2]);
});

corpusTest("compressed tables of the corpus are what they were before", async () => {
  const pairs = [
    ["table/glue_events_continue184.fits", "derived/events_ztable.fits.fz"],
    ["compressed/ztable_bt12_expected.fits", "compressed/ztable_bt12.fits.fz"],
  ] as const;
  for (const [plain, packed] of pairs) {
    await using expected = await openFits(corpusFile(`fits/${plain}`));
    await using file = await openFits(corpusFile(`fits/${packed}`));
    const text = async (of: typeof file) =>
      (await Array.fromAsync(csvOf(await of.openTable()))).join("");
    assertEquals(await text(file), await text(expected), packed);
  }
  await using expected = await openFits(corpusFile(`fits/${pairs[0][0]}`));
  await using file = await openFits(corpusFile(`fits/${pairs[0][1]}`));
  const cards = async (of: typeof file) => (await of.hdu(1)).header.cards.map(({ raw }) => raw);
  assertEquals(await cards(file), await cards(expected));
});

corpusTest("the columns of a compressed table that are not asked for are not read", async () => {
  const bytes = await Deno.readFile(corpusFile("fits/derived/events_ztable.fits.fz"));
  let read = 0;
  const source = {
    name: "counted",
    size: bytes.length,
    read: (offset: number, length: number) => {
      read += length;
      return Promise.resolve(bytes.subarray(offset, offset + length));
    },
    readInto: () => Promise.reject(new Error("not used")),
    readRuns: () => Promise.reject(new Error("not used")),
    close: () => Promise.resolve(),
  };
  await using file = await openFits(source);
  const table = await file.openTable();
  read = 0;
  await table.column(1);
  // A row of the stored table, and the column.
  assertEquals(read, table.columns.length * 16 + 7);
  read = 0;
  await table.column(1);
  assertEquals(read, table.columns.length * 16);
});
