import { assertEquals, assertThrows } from "@std/assert";
import { cellsOf } from "../../../fits/table/column_data.ts";
import { Card } from "../../../fits/header/card.ts";
import { openFits } from "../../../fits/file/open.ts";
import {
  type ColumnInput,
  columnInputOf,
  tableHdu,
  type TableInput,
} from "../../../fits/table/output.ts";
import { encodeFits } from "../../../fits/write/write.ts";
import { FormatError } from "../../../net/errors.ts";
import { SeededRandom } from "../../support/random.ts";

/** Writes a table and reads it again: columns with format, type, and cells. */
async function roundTrip(table: TableInput) {
  await using file = await openFits(await encodeFits([tableHdu(table)]));
  const { columns } = await file.table();
  return columns.map((data) => {
    const cell = cellsOf(data);
    return {
      name: data.column.name,
      format: data.column.format,
      type: data.type,
      cells: Array.from({ length: data.rows }, (_, row) => cell(row)),
    };
  });
}

const RANDOM = new SeededRandom(3);
const bytes = (length: number) => RANDOM.bytes(length);

const COLUMNS: [
  name: string,
  input: ColumnInput,
  format: string,
  type: string,
  cells: unknown[],
][] = [
  ["bytes", { values: new Uint8Array([0, 255]) }, "1B", "uint8", [0, 255]],
  ["signed bytes", { values: new Int8Array([-128, 127]) }, "1B", "int8", [-128, 127]],
  ["shorts", { values: new Int16Array([-32768, 5]) }, "1I", "int16", [-32768, 5]],
  ["unsigned shorts", { values: new Uint16Array([0, 65535]) }, "1I", "uint16", [0, 65535]],
  ["ints", { values: new Int32Array([-(2 ** 31), 7]) }, "1J", "int32", [-(2 ** 31), 7]],
  ["unsigned ints", { values: new Uint32Array([0, 2 ** 32 - 1]) }, "1J", "uint32", [
    0,
    2 ** 32 - 1,
  ]],
  ["longs", { values: new BigInt64Array([-(2n ** 63n), 1n]) }, "1K", "int64", [-(2n ** 63n), 1n]],
  ["unsigned longs", { values: new BigUint64Array([0n, 2n ** 64n - 1n]) }, "1K", "uint64", [
    0n,
    2n ** 64n - 1n,
  ]],
  ["floats", { values: new Float32Array([0.5, NaN]) }, "1E", "float32", [0.5, NaN]],
  ["doubles", { values: new Float64Array([0.1, -Infinity]) }, "1D", "float64", [0.1, -Infinity]],
  ["strings", { values: ["a b", ""] }, "3A", "string", ["a b", ""]],
  ["strings of a width", { values: ["a", "b"], width: 9 }, "9A", "string", ["a", "b"]],
  ["arrays of strings", { values: ["a", "bcd", "", "x"], shape: [2] }, "6A", "string", [
    ["a", "bcd"],
    ["", "x"],
  ]],
  ["logicals", { values: [true, null] }, "1L", "logical", [true, null]],
  [
    "logicals as bytes",
    { type: "logical", values: new Uint8Array([1, 0]), nulls: new Uint8Array([0, 1]) },
    "1L",
    "logical",
    [true, null],
  ],
  ["bits", { type: "bit", shape: [3], values: new Uint8Array([1, 0, 1, 0, 0, 1]) }, "3X", "bit", [
    new Uint8Array([1, 0, 1]),
    new Uint8Array([0, 0, 1]),
  ]],
  ["complex", { type: "complex64", values: new Float32Array([1, 2, 3, 4]) }, "1C", "complex64", [
    [1, 2],
    [3, 4],
  ]],
  [
    "double complex",
    { type: "complex128", values: new Float64Array([1, 2, 3, 4]) },
    "1M",
    "complex128",
    [[1, 2], [3, 4]],
  ],
  [
    "arrays",
    { values: new Int16Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]), shape: [2, 3] },
    "6I",
    "int16",
    [new Int16Array([1, 2, 3, 4, 5, 6]), new Int16Array([7, 8, 9, 10, 11, 12])],
  ],
  [
    "integers with a null",
    { values: new Int16Array([1, 2]), nulls: new Uint8Array([0, 1]), null: -99 },
    "1I",
    "int16",
    [1, null],
  ],
  [
    "unsigned integers with a null of the writer's choice",
    { values: new Uint16Array([1, 2]), nulls: new Uint8Array([1, 0]) },
    "1I",
    "uint16",
    [null, 2],
  ],
  [
    "longs with a null",
    { values: new BigInt64Array([1n, 2n]), nulls: new Uint8Array([0, 1]) },
    "1K",
    "int64",
    [1n, null],
  ],
  [
    "stored values with a scale",
    { values: new Int16Array([2, 4]), scale: 0.5, zero: 1 },
    "1I",
    "float64",
    [2, 3],
  ],
  [
    "variable arrays",
    { values: [new Float64Array([1, 2]), new Float64Array(0)] },
    "1PD(2)",
    "float64",
    [new Float64Array([1, 2]), new Float64Array(0)],
  ],
  [
    "variable unsigned arrays",
    { values: [new Uint16Array([40000]), new Uint16Array([0, 65535])] },
    "1PI(2)",
    "uint16",
    [new Uint16Array([40000]), new Uint16Array([0, 65535])],
  ],
  ["variable strings", { values: ["a", "long text"], variable: true }, "1PA(9)", "string", [
    "a",
    "long text",
  ]],
  ["variable logicals", { values: [[true, null], []] }, "1PL(2)", "logical", [[true, null], []]],
  [
    "variable bits",
    { type: "bit", values: [new Uint8Array([1, 0, 1, 0, 0, 0, 0, 0, 1]), new Uint8Array([1])] },
    "1PX(9)",
    "bit",
    [new Uint8Array([1, 0, 1, 0, 0, 0, 0, 0, 1]), new Uint8Array([1])],
  ],
  [
    "variable complex",
    { type: "complex64", values: [new Float32Array([1, 2, 3, 4]), new Float32Array([5, 6])] },
    "1PC(2)",
    "complex64",
    [[[1, 2], [3, 4]], [[5, 6]]],
  ],
  [
    "variable arrays with nulls",
    {
      values: [new Int32Array([1, 2]), new Int32Array([3])],
      nulls: [new Uint8Array([0, 1]), new Uint8Array([0])],
      null: -1,
    },
    "1PJ(2)",
    "int32",
    [[1, null], new Int32Array([3])],
  ],
];

for (const [name, input, format, type, cells] of COLUMNS) {
  Deno.test(`tableHdu() writes ${name}, alone, together, and copied from what was read`, async () => {
    const expected = [{ name: "V", format, type, cells }];
    const table = { columns: [{ name: "V", ...input }] };
    assertEquals<unknown>(await roundTrip(table), expected);
    const more = await roundTrip({
      columns: [{ name: "A", values: new Int8Array([1, 2]) }, ...table.columns, {
        name: "Z",
        values: [new Uint8Array([9]), new Uint8Array([8, 7])],
      }],
    });
    assertEquals<unknown>(more[1], expected[0]);
    assertEquals(more[2]!.cells, [new Uint8Array([9]), new Uint8Array([8, 7])]);
    await using file = await openFits(await encodeFits([tableHdu(table)]));
    const { columns } = await file.table();
    const [copy] = await roundTrip({ columns: columns.map(columnInputOf) });
    assertEquals<unknown>([copy!.type, copy!.cells], [type, cells]);
  });
}

Deno.test("tableHdu() writes rows and a heap of many pieces", async () => {
  const rows = 30_000;
  const random = new SeededRandom(4);
  const arrays = Array.from(
    { length: rows },
    () => new Float64Array(random.integer(0, 20)).fill(1),
  );
  const numbers = new BigInt64Array(bytes(rows * 8).buffer);
  const table = {
    columns: [{ values: arrays }, { values: numbers }, { values: bytes(rows * 70), shape: [70] }],
  };
  await using file = await openFits(await encodeFits([tableHdu(table)], { checksum: true }));
  const data = await file.table();
  assertEquals<unknown>(data.columns[0]!.values, arrays);
  assertEquals<unknown>(data.columns[1]!.values, numbers);
  assertEquals<unknown>(data.columns[2]!.values, table.columns[2]!.values);
  assertEquals((await file.openTable({ hdu: 1 })).problems, []);
});

Deno.test("tableHdu() keeps the user's cards, and owns those of the structure and the columns", async () => {
  const header = [
    Card.of("OBSERVER", "Carrington"),
    Card.of("NAXIS2", 77),
    Card.of("TFORM1", "1D"),
    Card.of("TTYPE9", "gone"),
    Card.of("THEAP", 5),
    Card.of("EXTNAME", "OLD"),
  ];
  const table = tableHdu({
    name: "SPOTS",
    version: 2,
    header,
    columns: [{ name: "X", values: new Int16Array(3), unit: "deg", display: "I6" }],
  });
  await using file = await openFits(await encodeFits([table]));
  const hdu = await file.hdu("SPOTS,2");
  assertEquals([...hdu.header].map(({ raw }) => raw.slice(0, 30).trimEnd()), [
    "XTENSION= 'BINTABLE'",
    "BITPIX  =                    8",
    "NAXIS   =                    2",
    "NAXIS1  =                    2",
    "NAXIS2  =                    3",
    "PCOUNT  =                    0",
    "GCOUNT  =                    1",
    "TFIELDS =                    1",
    "TTYPE1  = 'X       '",
    "TFORM1  = '1I      '",
    "TUNIT1  = 'deg     '",
    "TDISP1  = 'I6      '",
    "EXTNAME = 'SPOTS   '",
    "EXTVER  =                    2",
    "OBSERVER= 'Carrington'",
  ]);
});

Deno.test("tableHdu() writes ASCII tables whose numbers read back equal", async () => {
  const values = new Float64Array([0.1, -1e300, 5e-324, 0]);
  const floats = new Float32Array([0.1, NaN, -3e38, 1e-45]);
  const table = await roundTrip({
    kind: "ascii",
    columns: [
      { name: "T", values: ["a b", "", "c", "d"], unit: "x" },
      { name: "I", values: new Int32Array([1, -20, 300, 0]) },
      { name: "N", values: new Int16Array([1, 2, 3, 4]), nulls: new Uint8Array([0, 1, 0, 0]) },
      { name: "L", values: new BigInt64Array([2n ** 63n - 1n, -(2n ** 63n), 0n, 1n]) },
      { name: "D", values },
      { name: "E", values: floats },
      { name: "F", values: new Float64Array([1.25, -2, 0, 1e4]), format: "F10.2" },
    ],
  });
  assertEquals<unknown>(table.map(({ name, format, cells }) => [name, format, cells]), [
    ["T", "A3", ["a b", "", "c", "d"]],
    ["I", "I3", [1, -20, 300, 0]],
    ["N", "I4", [1, null, 3, 4]],
    ["L", "I20", [2n ** 63n - 1n, -(2n ** 63n), 0n, 1n]],
    ["D", "D25.16", [...values]],
    ["E", "E16.8", table[5]!.cells],
    ["F", "F10.2", [1.25, -2, 0, 1e4]],
  ]);
  assertEquals((table[5]!.cells as number[]).map(Math.fround), [...floats]);
});

Deno.test("tableHdu() refuses what no table can hold, and names the column", () => {
  const two = new Int16Array(2);
  const cases: [TableInput, string][] = [
    [
      { columns: [{ name: "A", values: two }, { values: new Int16Array(3) }] },
      "Cannot write a table: the column 'A' has 2 rows, the column 'column 2' 3",
    ],
    [{ columns: [{ values: two, shape: [3] }] }, "2 values are no whole cells of shape [3]"],
    [{ columns: [{ values: two, shape: [0] }] }, "2 values are no whole cells of shape [0]"],
    [{ columns: [{ values: two, type: "bit" }] }, "found int16 values for the type bit"],
    [{ columns: [{ values: ["abc"], width: 2 }] }, "a string has 3 characters, expected at most 2"],
    [{ columns: [{ values: two, nulls: new Uint8Array(3) }] }, "nulls has 3 marks, expected 2"],
    [
      { columns: [{ values: new Int16Array([-32768, 1]), nulls: new Uint8Array([0, 1]) }] },
      "nulls need the option null, since -32768 is among the values",
    ],
    [{ columns: [{ values: two, null: "x" }] }, "null is 'x', expected a number"],
    [{ kind: "ascii", columns: [{ values: two, shape: [2] }] }, "more than one value"],
    [{ kind: "ascii", columns: [{ values: [true] }] }, "found true, expected text"],
    [{ kind: "ascii", columns: [{ values: two, format: "X3" }] }, "its format is 'X3'"],
  ];
  for (const [table, message] of cases) {
    assertThrows(() => tableHdu(table), FormatError, message);
  }
});

Deno.test("tableHdu() refuses values while it writes them", async () => {
  const cases: [TableInput, string][] = [
    [{ columns: [{ name: "S", values: ["é"] }] }, `column 'S': found "é", expected ASCII`],
    [
      { kind: "ascii", columns: [{ values: new Int16Array([12345]), format: "I4" }] },
      "'12345' in row 1 does not fit I4",
    ],
    [
      { kind: "ascii", columns: [{ values: new Float64Array([Infinity]) }] },
      "Infinity has no text in FITS",
    ],
  ];
  for (const [table, message] of cases) {
    try {
      await encodeFits([tableHdu(table)]);
    } catch (error) {
      assertThrows(
        () => {
          throw error;
        },
        FormatError,
        message,
      );
      continue;
    }
    throw new Error(`no error with ${message}`);
  }
});
