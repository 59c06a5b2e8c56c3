import { assertEquals } from "@std/assert";
import { encodeFits, openFits, tableHdu } from "../../../mod.ts";
import { type ColumnInput, columnInputOf } from "../../../fits/table/output.ts";

/** What is not undefined. */
function given(input: ColumnInput): Record<string, unknown> {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

Deno.test("columnInputOf() keeps name, unit, display, shape, kind and null, and nothing else", async () => {
  const columns: ColumnInput[] = [
    { name: "ONE", values: Int16Array.of(1, 2), unit: "s", display: "I4" },
    { name: "ARRAY", values: new Float32Array(6), shape: [3] },
    { name: "CUBE", values: new Uint8Array(24), shape: [2, 3, 2] },
    { name: "HEAP", values: [Int32Array.of(1), Int32Array.of(2, 3)] },
    { name: "TEXT", values: ["a", "b"] },
    { name: "TEXTS", values: ["a", "b", "c", "d"], shape: [2] },
    { name: "LONG", values: ["a", "bcd"], variable: true },
    { name: "BITS", values: Uint8Array.of(1, 0, 0, 1), shape: [2], type: "bit" },
    { name: "TRUE", values: [true, false] },
    { name: "Z", values: Float32Array.of(1, 2, 3, 4), type: "complex64" },
    { name: "GAP", values: Int16Array.of(1, -9), nulls: Uint8Array.of(0, 1), null: -9 },
    { name: "HALF", values: Int16Array.of(1, 2), scale: 0.5, zero: 10 },
  ];
  const kept: Record<string, unknown>[] = [
    { name: "ONE", values: Int16Array.of(1, 2), unit: "s", display: "I4" },
    { name: "ARRAY", values: new Float32Array(6), shape: [3] },
    { name: "CUBE", values: new Uint8Array(24), shape: [2, 3, 2] },
    { name: "HEAP", values: [Int32Array.of(1), Int32Array.of(2, 3)], variable: true },
    { name: "TEXT", values: ["a", "b"], type: "string" },
    { name: "TEXTS", values: ["a", "b", "c", "d"], shape: [2], type: "string" },
    { name: "LONG", values: ["a", "bcd"], variable: true, type: "string" },
    { name: "BITS", values: Uint8Array.of(1, 0, 0, 1), shape: [2], type: "bit" },
    { name: "TRUE", values: Uint8Array.of(1, 0), type: "logical" },
    { name: "Z", values: Float32Array.of(1, 2, 3, 4), type: "complex64" },
    { name: "GAP", values: Int16Array.of(1, -9), nulls: Uint8Array.of(0, 1), null: -9 },
    { name: "HALF", values: Float64Array.of(10.5, 11) },
  ];
  await using file = await openFits(await encodeFits([tableHdu({ columns })]));
  const { columns: read } = await file.table();
  const plain = { unit: "", display: "" };
  assertEquals(
    read.map((data) => given(columnInputOf(data))),
    kept.map((input) => ({ ...plain, ...input })),
  );
  const stored = await (await file.openTable()).column("HALF", { physical: false });
  assertEquals(given(columnInputOf(stored)), {
    ...plain,
    name: "HALF",
    values: Int16Array.of(1, 2),
    scale: 0.5,
    zero: 10,
  });
});

Deno.test("TDIM of a variable-length column is the shape of its arrays; what is no list is named", async () => {
  const table = tableHdu({
    columns: [{ name: "A", values: [new Int16Array(6)], display: "I4" }],
  });
  const bytes = await encodeFits([table]);
  const at = new TextDecoder("latin1").decode(bytes).indexOf("TDISP1");
  const cases: [text: string, shape: number[], problems: string[]][] = [
    ["(3,2)", [3, 2], []],
    ["(300,200)", [300, 200], []],
    ["3x2", [], ["TDIM1 is ignored: '3x2' is no list of lengths in brackets"]],
  ];
  for (const [text, shape, problems] of cases) {
    bytes.set(new TextEncoder().encode(`TDIM1   = '${text.padEnd(12)}'`), at);
    await using file = await openFits(bytes);
    const read = await file.openTable();
    assertEquals([read.columns[0]!.shape, read.problems], [shape, problems]);
  }
});

Deno.test("an integer TZERO that is no double is named", async () => {
  const columns = [{ name: "A", values: BigInt64Array.of(1n), scale: 1, zero: 7 }];
  const bytes = await encodeFits([tableHdu({ columns })]);
  const at = new TextDecoder("latin1").decode(bytes).indexOf("TZERO1");
  bytes.set(new TextEncoder().encode("TZERO1  =     9007199254740993".padEnd(80)), at);
  await using file = await openFits(bytes);
  assertEquals((await file.openTable()).problems, [
    "TZERO1 is 9007199254740993, taken as 9007199254740992, the nearest double",
  ]);
});
