import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Card } from "../../../fits/header/card.ts";
import { cellsOf, type ColumnData } from "../../../fits/table/column_data.ts";
import type { FitsFile } from "../../../fits/file/fits_file.ts";
import { type FitsSource, MemorySource } from "../../../fits/source/source.ts";
import { Header } from "../../../fits/header/header.ts";
import { openFits } from "../../../fits/file/open.ts";
import { parseRows } from "../../../fits/table/row_range.ts";
import { ClosedError, FormatError, HeliographError, LimitError } from "../../../net/errors.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";
import { temporaryFolder } from "../../support/temporary.ts";

type CardValues = Record<string, string | number | bigint | boolean>;

/** The bytes of a file with an empty primary HDU and one table made by hand. */
function tableBytes(cards: CardValues, data: number[] | Uint8Array): Uint8Array {
  const primary = new Header([
    Card.of("SIMPLE", true),
    Card.of("BITPIX", 8),
    Card.of("NAXIS", 0),
  ]).toBytes();
  const all: CardValues = { XTENSION: "BINTABLE", BITPIX: 8, NAXIS: 2, ...cards };
  const header = new Header(Object.entries(all).map(([key, value]) => Card.of(key, value)))
    .toBytes();
  const padded = new Uint8Array(Math.ceil(data.length / 2880) * 2880);
  padded.set(data);
  const bytes = new Uint8Array(primary.length + header.length + padded.length);
  bytes.set(primary);
  bytes.set(header, primary.length);
  bytes.set(padded, primary.length + header.length);
  return bytes;
}

/** A binary table of columns by their formats. */
function binary(
  naxis1: number,
  naxis2: number,
  columns: CardValues[],
  data: number[],
  more: CardValues = {},
): Uint8Array {
  const cards: CardValues = {
    NAXIS1: naxis1,
    NAXIS2: naxis2,
    PCOUNT: data.length - naxis1 * naxis2,
    GCOUNT: 1,
    TFIELDS: columns.length,
    ...more,
  };
  columns.forEach((column, i) => {
    for (const [key, value] of Object.entries(column)) cards[`${key}${i + 1}`] = value;
  });
  return tableBytes(cards, data);
}

Deno.test("strings keep their trailing blanks where that is asked for", async () => {
  const text = (value: string) => Array.from(value, (char) => char.charCodeAt(0));
  const fixed = binary(4, 3, [{ TFORM: "4A" }], text("ab  a\0b   c "));
  assertEquals((await columnOf(fixed)).values as string[], ["ab", "a", "  c"]);
  assertEquals((await columnOf(fixed, { trim: false })).values as string[], ["ab  ", "a", "  c "]);
  const heap = binary(8, 1, [{ TFORM: "1PA(3)" }], [0, 0, 0, 3, 0, 0, 0, 0, ...text("x  ")]);
  assertEquals((await columnOf(heap, { trim: false })).values as string[], ["x  "]);
  const cards = {
    XTENSION: "TABLE",
    NAXIS1: 3,
    NAXIS2: 2,
    PCOUNT: 0,
    GCOUNT: 1,
    TFIELDS: 1,
    TBCOL1: 1,
    TFORM1: "A3",
    TNULL1: "-",
  };
  const ascii = await columnOf(tableBytes(cards, text("a  -  ")), { trim: false });
  assertEquals([ascii.values as string[], [...ascii.nulls!]], [["a  ", "-  "], [0, 1]]);
});

async function columnOf(bytes: Uint8Array, options = {}): Promise<ColumnData> {
  await using file = await openFits(bytes);
  return await (await file.openTable()).column(0, options);
}

function cells(data: ColumnData): unknown[] {
  const cell = cellsOf(data);
  return Array.from({ length: data.rows }, (_, row) => cell(row));
}

corpusTest("Table has the columns and rows that the corpus expects", async () => {
  const { files } = JSON.parse(await Deno.readTextFile(corpusFile("fits/EXPECTED.json")));
  let tables = 0;
  for (const [name, { hdus }] of Object.entries<{ hdus?: Record<string, unknown>[] }>(files)) {
    for (const expected of hdus ?? []) {
      if (expected.cols === undefined) continue;
      await using file = await openFits(corpusFile(`fits/${name}`));
      const table = await file.openTable({ hdu: expected.i as number, stored: true });
      assertEquals(table.rows, expected.rows, name);
      assertEquals(table.columns.length, expected.ncols, name);
      // The list of expected columns ends at sixty.
      assertEquals(
        table.columns.slice(0, 60).map(({ name, format, unit }) => [name, format, unit]),
        (expected.cols as (string | null)[][]).map(([name, format, , unit]) => [
          name?.trim() ?? "",
          format,
          unit?.trim() ?? "",
        ]),
        name,
      );
      tables++;
    }
  }
  assertEquals(tables, 71);
});

corpusTest("Table reads values of real files: scaled, null, nested, in the heap", async () => {
  const read = async (name: string, column: string, hdu = 1) => {
    await using file = await openFits(corpusFile(`fits/${name}`));
    return await (await file.openTable({ hdu })).column(column);
  };
  assertEquals(cells(await read("table/tb_tnull_tscal.fits", "C3")), [
    3.7000000715255736,
    6.699999713897705,
  ]);
  assertEquals(cells(await read("table/logical_null.fits", "flag")), [true, null, false]);
  assertEquals(cells(await read("table/ascii.fits", "a")), [10.123, 5.2, 15.61, NaN, 345]);
  assertEquals(cells(await read("table/vla_logical_null.fits", "flag")), [
    [true, null, true],
    [false, true],
  ]);
  assertEquals(cells(await read("table/variable_length_table.fits", "var")), [
    new Int16Array([45, 56]),
    new Int16Array([11, 12, 13]),
  ]);
});

Deno.test("Table reads every type of a binary table", async () => {
  const cases: [string, CardValues, number, number[], unknown[]][] = [
    ["logicals", { TFORM: "1L" }, 1, [0x54, 0x46, 0, 1, 0x3f], [true, false, null, true, null]],
    ["bits", { TFORM: "3X" }, 1, [0b10100000, 0b01011111], [[1, 0, 1], [0, 1, 0]]],
    ["bytes", { TFORM: "B" }, 1, [0, 200], [0, 200]],
    ["signed bytes", { TFORM: "B", TZERO: -128 }, 1, [0, 128, 255], [-128, 0, 127]],
    ["shorts", { TFORM: "1I" }, 2, [0xff, 0xfe, 1, 0], [-2, 256]],
    ["unsigned shorts", { TFORM: "1I", TZERO: 32768 }, 2, [0x80, 0, 0x7f, 0xff], [0, 65535]],
    ["ints", { TFORM: "1J" }, 4, [0xff, 0xff, 0xff, 0xfd], [-3]],
    ["unsigned ints", { TFORM: "1J", TZERO: 2147483648 }, 4, [0x7f, 255, 255, 255], [4294967295]],
    ["longs", { TFORM: "1K" }, 8, [0x80, 0, 0, 0, 0, 0, 0, 1], [-(2n ** 63n) + 1n]],
    [
      "unsigned longs",
      { TFORM: "1K", TZERO: 9223372036854775808n },
      8,
      [0x7f, 255, 255, 255, 255, 255, 255, 255],
      [2n ** 64n - 1n],
    ],
    ["floats", { TFORM: "E" }, 4, [0x3f, 0x80, 0, 0, 0x7f, 0xc0, 0, 0], [1, NaN]],
    ["doubles", { TFORM: "1D" }, 8, [0xbf, 0xf0, 0, 0, 0, 0, 0, 0], [-1]],
    ["complex numbers", { TFORM: "C" }, 8, [0x3f, 0x80, 0, 0, 0x40, 0, 0, 0], [[1, 2]]],
    [
      "double complex numbers",
      { TFORM: "1M" },
      16,
      [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0],
      [[1, -2]],
    ],
    ["text", { TFORM: "4A" }, 4, [...bytesOf("ab  "), ...bytesOf("x\0yz"), 0, 0, 0, 0], [
      "ab",
      "x",
      "",
    ]],
    ["substrings", { TFORM: "6A3" }, 6, bytesOf("ab def"), [["ab", "def"]]],
    ["a format with a display width", { TFORM: "2D8.3" }, 16, new Array(16).fill(0), [[0, 0]]],
    ["arrays", { TFORM: "2I" }, 4, [0, 1, 0, 2], [[1, 2]]],
    ["arrays of arrays", { TFORM: "6B", TDIM: "(3,2)" }, 6, [1, 2, 3, 4, 5, 6], [[
      1,
      2,
      3,
      4,
      5,
      6,
    ]]],
    ["arrays that leave bytes", { TFORM: "4B", TDIM: "(3)" }, 4, [1, 2, 3, 9], [[1, 2, 3]]],
    ["texts in an array", { TFORM: "6A", TDIM: "(2,3)" }, 6, bytesOf("a bcd "), [["a", "bc", "d"]]],
    ["no elements", { TFORM: "0D" }, 0, [], []],
  ];
  for (const [name, column, width, data, expected] of cases) {
    const rows = width === 0 ? 0 : data.length / width;
    const found = cells(await columnOf(binary(width, rows, [column], data)));
    assertEquals(found.map(plain), expected, name);
  }
});

function bytesOf(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

function plain(value: unknown): unknown {
  return ArrayBuffer.isView(value) ? Array.from(value as Uint8Array) : value;
}

Deno.test("Table scales, marks missing values, and gives stored or converted ones when asked", async () => {
  const scaled = binary(2, 3, [{ TFORM: "I", TSCAL: 0.5, TZERO: 10, TNULL: -1 }], [
    ...[0, 4],
    ...[0xff, 0xff],
    ...[0xff, 0xfe],
  ]);
  assertEquals(cells(await columnOf(scaled)), [12, NaN, 9]);
  const stored = await columnOf(scaled, { physical: false });
  assertEquals([stored.type, cells(stored)], ["int16", [4, null, -2]]);
  const single = await columnOf(scaled, { as: "float32" });
  assertEquals([single.type, cells(single)], ["float32", [12, NaN, 9]]);

  const unsigned = binary(2, 2, [{ TFORM: "I", TZERO: 32768, TNULL: -32768 }], [0x80, 0, 0x80, 1]);
  const found = await columnOf(unsigned);
  assertEquals([found.type, cells(found)], ["uint16", [null, 1]]);
  assertEquals(cells(await columnOf(unsigned, { as: "float64" })), [NaN, 1]);

  const long = binary(8, 1, [{ TFORM: "K", TNULL: -(2n ** 63n) }], [0x80, 0, 0, 0, 0, 0, 0, 0]);
  assertEquals(cells(await columnOf(long)), [null]);

  const complex = binary(8, 1, [{ TFORM: "C", TSCAL: 2, TZERO: 5 }], [
    ...[0x3f, 0x80, 0, 0],
    ...[0x40, 0, 0, 0],
  ]);
  const pair = await columnOf(complex);
  assertEquals([pair.type, cells(pair)], ["complex128", [[7, 4]]]);
});

Deno.test("Table reads arrays from the heap, by 32 and 64 bits, shared, empty and after a gap", async () => {
  const column = { TFORM: "1PI(3)" };
  const heap = [0, 1, 0, 2, 0, 3];
  const rows = [[2, 0], [0, 99], [3, 0], [1, 4]].flatMap(([count, offset]) => [
    ...[0, 0, 0, count!],
    ...[0, 0, 0, offset!],
  ]);
  const expected = [[1, 2], [], [1, 2, 3], [3]];
  const near = binary(8, 4, [column], [...rows, ...heap]);
  assertEquals(cells(await columnOf(near)).map(plain), expected);
  const gap = binary(8, 4, [column], [...rows, 9, 9, 9, ...heap], { THEAP: 35 });
  assertEquals(cells(await columnOf(gap)).map(plain), expected);
  const wide = binary(16, 1, [{ TFORM: "QE" }], [
    ...[0, 0, 0, 0, 0, 0, 0, 1],
    ...[0, 0, 0, 0, 0, 0, 0, 0],
    ...[0x3f, 0x80, 0, 0],
  ]);
  assertEquals(cells(await columnOf(wide)).map(plain), [[1]]);
  const text = binary(8, 2, [{ TFORM: "PA(5)" }], [
    ...[0, 0, 0, 5, 0, 0, 0, 0],
    ...[0, 0, 0, 2, 0, 0, 0, 3],
    ...bytesOf("Hallo"),
  ]);
  assertEquals(cells(await columnOf(text)), ["Hallo", "lo"]);
  const bits = binary(8, 1, [{ TFORM: "1PX(9)" }], [0, 0, 0, 9, 0, 0, 0, 0, 0xaa, 0x80]);
  assertEquals(cells(await columnOf(bits)).map(plain), [[1, 0, 1, 0, 1, 0, 1, 0, 1]]);
  const scaled = binary(8, 1, [{ TFORM: "1PB(2)", TSCAL: 2, TZERO: 1, TNULL: 7 }], [
    ...[0, 0, 0, 2, 0, 0, 0, 0],
    ...[3, 7],
  ]);
  assertEquals(cells(await columnOf(scaled)).map(plain), [[7, NaN]]);
  const none = binary(0, 2, [{ TFORM: "0PB" }], []);
  assertEquals(cells(await columnOf(none)).map(plain), [[], []]);
});

Deno.test("Table refuses arrays that are not in the heap, and more of them than the limit", async () => {
  const column = { TFORM: "1PJ" };
  for (
    const [count, offset] of [
      [[0, 0, 0, 2], [0, 0, 0, 0]],
      [[0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0]],
      [[0, 0, 0, 1], [0xff, 0xff, 0xff, 0]],
      [[0x7f, 0xff, 0xff, 0xff], [0, 0, 0, 0]],
    ] as const
  ) {
    const bytes = binary(8, 1, [column], [...count, ...offset, 0, 0, 0, 1]);
    await assertRejects(() => columnOf(bytes), FormatError, "of the heap, which has 4 bytes");
  }
  // A thousand rows that all share one array of a kilobyte.
  const rows = Array.from({ length: 1000 }, () => [0, 0, 4, 0, 0, 0, 0, 0]).flat();
  const shared = binary(8, 1000, [{ TFORM: "1PB" }], [...rows, ...new Array(1024).fill(5)]);
  await assertRejects(
    () => columnOf(shared, { maxBytes: 100_000 }),
    LimitError,
    "the arrays of 1000 rows have 1024000 elements, more than the limit of 100000 bytes",
  );
});

Deno.test("Table takes NAXIS1 as the distance of rows, and names what does not fit", async () => {
  const spare = binary(3, 2, [{ TFORM: "1I", TTYPE: "A" }], [0, 1, 9, 0, 2, 9]);
  await using file = await openFits(spare);
  const table = await file.openTable();
  assertEquals(table.problems, ["the columns take 2 bytes of a row, NAXIS1 is 3"]);
  assertEquals(cells(await table.column("a")), [1, 2]);

  await using short = await openFits(
    binary(2, 1, [{ TFORM: "1I", TTYPE: "A" }, { TFORM: "1J", TTYPE: "B" }], [0, 1]),
  );
  const narrow = await short.openTable();
  assertEquals(cells(await narrow.column("A")), [1]);
  await assertRejects(
    () => narrow.column("B"),
    FormatError,
    "column 'B' ends at byte 6 of a row of 2 bytes",
  );
});

Deno.test("Table refuses headers that do not say where columns are, and keeps the rest as problems", async () => {
  const refused: [CardValues, string][] = [
    [{ TFIELDS: 1 }, "it has no TFORM1"],
    [{ TFIELDS: 1, TFORM1: "1Z" }, "TFORM1 is '1Z', expected a format such as 1J"],
    [{ TFIELDS: 1, TFORM1: "2PJ" }, "TFORM1 is '2PJ'"],
    [{ TFIELDS: 1000 }, "TFIELDS is 1000, expected 0 to 999"],
    [{}, "TFIELDS is undefined, expected 0 to 999"],
    [{ XTENSION: "TABLE", TFIELDS: 1, TFORM1: "I2" }, "TBCOL1 is undefined"],
    [{ XTENSION: "TABLE", TFIELDS: 1, TFORM1: "I0", TBCOL1: 1 }, "TFORM1 is 'I0'"],
    [{ XTENSION: "IMAGE" }, "its type is IMAGE, expected a table"],
  ];
  for (const [cards, message] of refused) {
    const bytes = tableBytes({ NAXIS1: 4, NAXIS2: 1, PCOUNT: 0, GCOUNT: 1, ...cards }, [
      0,
      0,
      0,
      0,
    ]);
    await using file = await openFits(bytes);
    const hdu = await file.hdu(1);
    assertThrows(() => hdu.openTable(), FormatError, message);
    const warned = hdu.warnings.some((warning) => warning.message.includes(message));
    assertEquals(warned, hdu.isTable, message);
  }
  const columns = [
    { TTYPE: "X", TFORM: "2I", TDIM: "(3,1)", TSCAL: "no" },
    { TTYPE: "x", TFORM: "1L", TSCAL: 2, TNULL: 1 },
    { TFORM: "E", TNULL: 5 },
  ];
  await using file = await openFits(binary(9, 0, columns, []));
  const table = await file.openTable();
  assertEquals(table.columns.map(({ key }) => key), ["X", "x_2", "col3"]);
  assertEquals(
    table.problems,
    [
      "TSCAL1 is no number, taken as 1",
      "TDIM1 is ignored: '(3,1)' does not fit a cell of 2 elements",
      "TTYPE2: the name 'x' is not the first",
      "TSCAL2 and TZERO2 are ignored: the column holds no numbers",
      "TNULL2 is ignored: the column holds no integers",
      "TNULL3 is ignored: the column holds no integers",
    ].toSorted((a, b) => table.problems.indexOf(a) - table.problems.indexOf(b)),
  );
  assertEquals(table.problems.length, 6);
});

Deno.test("Table reads the fields of an ASCII table", async () => {
  const cases: [string, CardValues, unknown[]][] = [
    ["text with blanks", { TFORM: "A6" }, ["  ab", "x'y", ""]],
    ["integers", { TFORM: "I6" }, [-12, 0, 123456]],
    ["wide integers", { TFORM: "I10" }, [-12n, 0n, 9999999999n]],
    ["integers with a null", { TFORM: "I6", TNULL: "-" }, [5, null, 7]],
    ["scaled integers", { TFORM: "I6", TSCAL: 0.5, TZERO: 1 }, [3, 1]],
    ["reals", { TFORM: "F8.2" }, [1.5, 1.5, -1500, 0.0015, 0]],
    ["reals with a null", { TFORM: "D10.3", TNULL: "***" }, [100, NaN, NaN]],
  ];
  const fields = [
    ["  ab  ", "x'y   ", "      "],
    ["   -12", "      ", "123456"],
    ["       -12", "          ", "9999999999"],
    ["     5", "-     ", "    +7"],
    ["     4", "      "],
    ["     150", "1.5     ", "-1.5E+3 ", "  1.5-3 ", "        "],
    ["    1.0D+2", "***       ", "**********"],
  ];
  for (const [i, [name, column, expected]] of cases.entries()) {
    const rows = fields[i]!;
    const cards: CardValues = { XTENSION: "TABLE", NAXIS1: rows[0]!.length, NAXIS2: rows.length };
    Object.assign(cards, { PCOUNT: 0, GCOUNT: 1, TFIELDS: 1, TBCOL1: 1 });
    for (const [key, value] of Object.entries(column)) cards[key + 1] = value;
    assertEquals(cells(await columnOf(tableBytes(cards, bytesOf(rows.join(""))))), expected, name);
  }
  for (
    const [form, field, message] of [
      ["I4", "1.50", "row 1 of column 'col1': found '1.50', expected an integer"],
      ["I20", "99999999999999999999", "expected an integer of 64 bits"],
      ["F4.1", "1.x0", "found '1.x0', expected a number"],
      ["E4.1", " .E1", "expected a number"],
    ]
  ) {
    const cards = { XTENSION: "TABLE", NAXIS1: field!.length, NAXIS2: 1, PCOUNT: 0, GCOUNT: 1 };
    const bytes = tableBytes({ ...cards, TFIELDS: 1, TBCOL1: 1, TFORM1: form! }, bytesOf(field!));
    await assertRejects(() => columnOf(bytes), FormatError, message!);
  }
});

Deno.test("Table reads row ranges and columns in the wanted order, and iterates", async () => {
  const data = Array.from({ length: 10 }, (_, i) => [i, 65 + i]).flat();
  await using file = await openFits(
    binary(2, 10, [{ TFORM: "B", TTYPE: "N" }, { TFORM: "1A", TTYPE: "S" }], data),
  );
  const table = await file.openTable();
  const part = await table.read({ rows: "3:4", columns: ["s", 0] });
  assertEquals([part.rows, part.firstRow], [2, 2]);
  assertEquals(part.columns.map(cells), [["C", "D"], [2, 3]]);
  assertEquals(cells(part.column("N")), [2, 3]);
  assertThrows(() => part.column("nope"), FormatError, "it has no column 'nope'; it has N, S");
  const one = await table.read({ columns: ["N"] });
  assertThrows(() => one.column("S"), FormatError, "column 'S' is not among those that were read");
  assertEquals(await Array.fromAsync(table.iterate({ rows: [8, 10] })), [
    { N: 8, S: "I" },
    { N: 9, S: "J" },
  ]);
  assertEquals((await Array.fromAsync(table)).length, 10);
  const file2 = await file.table({ rows: [0, 1] });
  assertEquals(file2.columns.map(cells), [[0], ["A"]]);
  await assertRejects(() => table.column(7), FormatError, "it has no column '7'");
});

Deno.test("parseRows() reads ranges as texts and numbers", () => {
  const cases: [Parameters<typeof parseRows>[0], readonly [number, number]][] = [
    [undefined, [0, 9]],
    ["*", [0, 9]],
    ["3", [2, 3]],
    ["2:4", [1, 4]],
    ["5:", [4, 9]],
    [":5", [0, 5]],
    [":", [0, 9]],
    [[0, 0], [0, 0]],
  ];
  for (const [range, expected] of cases) assertEquals(parseRows(range, 9), expected);
  for (const range of ["0:3", "5:4", "1:10", "10:", "10", "", "a", "1:2:3", "-1", "1,2"]) {
    assertThrows(() => parseRows(range, 9), FormatError, `Cannot read rows '${range}'`);
  }
  assertThrows(() => parseRows([0, 10], 9), FormatError, "Cannot read rows 0 to 10");
  assertThrows(() => parseRows([0.5, 1], 9), FormatError, "Cannot read rows 0.5 to 1");
});

/** A source that counts the bytes that are read from it. */
class CountingSource implements FitsSource {
  readonly name = "counted";
  readonly size: number;
  bytes = 0;
  readonly #inner: MemorySource;
  constructor(bytes: Uint8Array) {
    this.#inner = new MemorySource(bytes);
    this.size = bytes.length;
  }
  read(offset: number, length: number) {
    this.bytes += length;
    return this.#inner.read(offset, length);
  }
  readInto(offset: number, target: Uint8Array) {
    this.bytes += target.length;
    return this.#inner.readInto(offset, target);
  }
  readRuns(offsets: ArrayLike<number>, length: number, target: Uint8Array) {
    this.bytes += target.length;
    return this.#inner.readRuns(offsets, length, target);
  }
  close() {
    return this.#inner.close();
  }
}

async function counted(
  bytes: Uint8Array,
  work: (file: FitsFile) => Promise<unknown>,
): Promise<number> {
  const source = new CountingSource(bytes);
  await using file = await openFits(source);
  await file.openTable();
  const before = source.bytes;
  await work(file);
  return source.bytes - before;
}

Deno.test("Table reads only the rows, columns and arrays that are asked for", async () => {
  const width = 200_004;
  const wide = binary(width, 10, [{ TFORM: "1J" }, { TFORM: `${width - 4}B` }], []);
  const full = new Uint8Array(wide.length + width * 10);
  full.set(wide);
  const cards = { NAXIS1: width, NAXIS2: 10, PCOUNT: 0, GCOUNT: 1, TFIELDS: 2 };
  const bytes = tableBytes(
    { ...cards, TFORM1: "1J", TFORM2: `${width - 4}B` },
    new Uint8Array(width * 10),
  );
  assertEquals(await counted(bytes, (file) => file.table({ columns: [0] })), 40);
  assertEquals(await counted(bytes, (file) => file.table({ rows: "3:4" })), 2 * width);
  const rows = Array.from({ length: 100 }, (_, i) => [0, 0, 0, 10, 0, 0, 0x10 * (i >> 4), i])
    .flat();
  const heap = new Array(70_000).fill(0);
  const arrays = binary(8, 100, [{ TFORM: "1PB" }], [...rows, ...heap]);
  assertEquals(await counted(arrays, (file) => file.table({ rows: "5" })), 8 + 10);
});

Deno.test("Table reads what is there of a truncated file, and says where it ends", async () => {
  const data = Array.from({ length: 5000 }, (_, i) => i & 255);
  const bytes = binary(1, 5000, [{ TFORM: "B" }], data);
  await using file = await openFits(bytes.subarray(0, bytes.length - 2880));
  const table = await file.openTable();
  assertEquals(cells(await table.column(0, { rows: [0, 2880] })), data.slice(0, 2880));
  await assertRejects(() => table.column(0), ClosedError, "Cannot read HDU 1 of bytes");
});

Deno.test("Table does not take memory for rows that no file has", async () => {
  const huge = 2 ** 40;
  const zero = tableBytes(
    { NAXIS1: 0, NAXIS2: huge, PCOUNT: 0, GCOUNT: 1, TFIELDS: 1, TFORM1: "1A" },
    [],
  );
  await assertRejects(() => columnOf(zero), FormatError, "ends at byte 1 of a row of 0 bytes");
  const empty = tableBytes(
    { NAXIS1: 0, NAXIS2: huge, PCOUNT: 0, GCOUNT: 1, TFIELDS: 1, TFORM1: "0A" },
    [],
  );
  await assertRejects(() => columnOf(empty), LimitError, `${huge} rows need`);
  await using file = await openFits(empty);
  assertEquals(await Array.fromAsync((await file.openTable()).iterate()), []);
  const lies = tableBytes(
    { NAXIS1: 1000, NAXIS2: 2 ** 30, PCOUNT: 0, GCOUNT: 1, TFIELDS: 1, TFORM1: "1D" },
    [],
  );
  await assertRejects(() => columnOf(lies), HeliographError);
});

Deno.test("Table finds rows and arrays beyond 4 GiB", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/sparse.fits`;
  const [width, rows] = [1016, 5_000_000];
  const start = width * rows;
  const head = tableBytes({
    ...{ NAXIS1: width, NAXIS2: rows, PCOUNT: 2 ** 32 + 8, GCOUNT: 1, TFIELDS: 2 },
    ...{ TFORM1: "1QJ(1)", TFORM2: `${(width - 16) / 4}J` },
  }, []);
  const file = await Deno.open(path, { write: true, createNew: true });
  const put = (offset: number, bytes: number[]) => {
    file.seekSync(offset, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(bytes));
  };
  put(0, [...head]);
  // The last row: an array of one element, 4 GiB into the heap, and a number at its end.
  put(head.length + start - width, [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 4]);
  put(head.length + start - 4, [0, 0, 0, 77]);
  put(head.length + start + 2 ** 32 + 4, [0, 0, 0, 88]);
  file.close();
  await using fits = await openFits(path);
  const data = await fits.table({ rows: [rows - 1, rows] });
  const [array, row] = data.columns.map((column) => cellsOf(column)(0) as Int32Array);
  assertEquals([[...array!], row!.at(-1)], [[88], 77]);
});

corpusTest("Table reads a compressed table, and on request the table that stores it", async () => {
  await using file = await openFits(corpusFile("fits/derived/events_ztable.fits.fz"));
  await using original = await openFits(corpusFile("fits/table/glue_events_continue184.fits"));
  const [table, expected] = [await file.openTable(), await original.openTable()];
  assertEquals(table.columns, expected.columns);
  assertEquals(table.rows, expected.rows);
  const stored = await file.openTable({ stored: true });
  assertEquals(stored.columns[0]!.format, "1QB(53)");
  assertEquals(stored.rows, 1);
  const data = await stored.column(0);
  assertEquals((data.values as Uint8Array[])[0]!.length, 53);
});

corpusTest("Table answers mutated tables with values or an error of the family", async () => {
  const names = [
    ...["apex_vla_tdim", "ascii", "ascii_i4-i20", "btable", "logical_null", "memtest", "tdim"],
    ...["nomtam_vla_PD_PA", "tb_tnull_tscal", "theap-gap", "variable_length_table"],
    ...["vla_logical_null", "vector_columns", "table_with_spaces", "stddata"],
  ];
  const originals = await Promise.all(
    names.map((name) => Deno.readFile(corpusFile(`fits/table/${name}.fits`))),
  );
  await fuzz(fuzzRounds(1_000, 10_000), 50_000, async (random) => {
    const bytes = random.pick(originals).slice();
    for (let i = random.integer(1, 6); i > 0; i--) {
      const at = random.integer(0, bytes.length - 1);
      if (random.next() < 0.5) bytes[at]! ^= 1 << random.integer(0, 7);
      else bytes[at] = random.pick(bytesOf("0123456789PQAIJED()'= T"));
    }
    const cut = random.next() < 0.2 ? random.integer(2880, bytes.length) : bytes.length;
    try {
      await using file = await openFits(bytes.subarray(0, cut));
      for await (const hdu of file.hdus) {
        if (!hdu.isTable) continue;
        const table = hdu.openTable({ stored: true });
        const { columns } = await table.read({ maxBytes: 1 << 24 });
        for (const column of columns) {
          if (column.rows > 0 && column.rows < 1e5) cellsOf(column)(column.rows - 1);
        }
      }
    } catch (error) {
      if (!(error instanceof HeliographError)) throw error;
    }
  });
});
