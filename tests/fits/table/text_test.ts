import { assertEquals } from "@std/assert";
import { openFits } from "../../../fits/file/open.ts";
import { tableHdu } from "../../../fits/table/output.ts";
import { csvOf, describeColumn, jsonLinesOf } from "../../../fits/table/text.ts";
import { encodeFits } from "../../../fits/write/write.ts";

const TABLE = tableHdu({
  columns: [
    { name: "NAME", values: ['say "hi"', "a,b", "plain"] },
    {
      name: "N",
      values: new BigInt64Array([2n ** 60n + 1n, -1n, 5n]),
      nulls: new Uint8Array([0, 0, 1]),
    },
    { name: "F", values: new Float32Array([0.1, NaN, -Infinity]), unit: "Jy" },
    { name: "D", values: new Float64Array([0.1, 1e300, 1 / 3]) },
    { name: "OK", values: [true, false, null] },
    { name: "BITS", type: "bit", shape: [3], values: new Uint8Array([1, 0, 1, 0, 0, 0, 1, 1, 1]) },
    { name: "Z", type: "complex64", values: new Float32Array([1, 0.1, 0, NaN, 2, 3]) },
    { name: "A", shape: [2, 2], values: new Int16Array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) },
    {
      name: "V",
      values: [new Float32Array([0.1, 2]), new Float32Array(0), new Float32Array([NaN])],
    },
    { name: "S", shape: [2], values: ["x", "y,z", "", "1", "2", "3"] },
    { name: "T", variable: true, values: ["long, text", "", "t"] },
  ],
});

async function textOf(of: typeof csvOf, options = {}): Promise<string> {
  await using file = await openFits(await encodeFits([TABLE]));
  return (await Array.fromAsync(of(await file.openTable(), options))).join("");
}

Deno.test("csvOf() writes every kind of column, quoted where it must be", async () => {
  assertEquals(
    await textOf(csvOf),
    "NAME,N,F,D,OK,BITS,Z,A,V,S,T\n" +
      '"say ""hi""",1152921504606846977,0.1,0.1,true,101,"[1,0.1]","[[1,2],[3,4]]",' +
      '"[0.1,2]","[""x"",""y,z""]","long, text"\n' +
      '"a,b",-1,NaN,1e+300,false,000,"[0,NaN]","[[5,6],[7,8]]",[],"["""",""1""]",\n' +
      'plain,,-Infinity,0.3333333333333333,,111,"[2,3]","[[9,10],[11,12]]",[null],' +
      '"[""2"",""3""]",t\n',
  );
});

Deno.test("csvOf() and jsonLinesOf() keep to the columns and rows that are asked for", async () => {
  const options = { columns: ["d", "NAME"], rows: "2:2" };
  assertEquals(await textOf(csvOf, options), 'D,NAME\n1e+300,"a,b"\n');
  assertEquals(await textOf(jsonLinesOf, options), '{"D":1e+300,"NAME":"a,b"}\n');
  assertEquals(await textOf(csvOf, { columns: ["D"], rows: [0, 0] }), "D\n");
});

Deno.test("csvOf() and jsonLinesOf() keep the sign of zero", async () => {
  const columns = [
    { name: "F", values: new Float32Array([-0, 0]) },
    { name: "Z", type: "complex128" as const, values: new Float64Array([-0, 1, 0, -0]) },
  ];
  await using file = await openFits(await encodeFits([tableHdu({ columns })]));
  const table = await file.openTable();
  assertEquals(
    (await Array.fromAsync(csvOf(table))).join(""),
    'F,Z\n-0.0,"[-0.0,1]"\n0,"[0,-0.0]"\n',
  );
  assertEquals(
    (await Array.fromAsync(jsonLinesOf(table))).join(""),
    '{"F":-0.0,"Z":[-0.0,1]}\n{"F":0,"Z":[0,-0.0]}\n',
  );
});

Deno.test("csvOf() quotes an empty field that is alone, so that its line is none without one", async () => {
  const columns = [{ name: "S", values: ["a", "", "b"] }];
  await using file = await openFits(await encodeFits([tableHdu({ columns })]));
  const lines = await Array.fromAsync(csvOf(await file.openTable()));
  assertEquals(lines.join(""), 'S\na\n""\nb\n');
});

Deno.test("jsonLinesOf() writes lines that JSON.parse() reads, integers exact", async () => {
  const lines = (await textOf(jsonLinesOf)).trimEnd().split("\n");
  assertEquals(lines.map((line) => JSON.parse(line)), [
    {
      NAME: 'say "hi"',
      N: 1152921504606846977,
      F: 0.1,
      D: 0.1,
      OK: true,
      BITS: "101",
      Z: [1, 0.1],
      A: [[1, 2], [3, 4]],
      V: [0.1, 2],
      S: ["x", "y,z"],
      T: "long, text",
    },
    {
      NAME: "a,b",
      N: -1,
      F: null,
      D: 1e300,
      OK: false,
      BITS: "000",
      Z: [0, null],
      A: [[5, 6], [7, 8]],
      V: [],
      S: ["", "1"],
      T: "",
    },
    {
      NAME: "plain",
      N: null,
      F: "-Infinity",
      D: 1 / 3,
      OK: null,
      BITS: "111",
      Z: [2, 3],
      A: [[9, 10], [11, 12]],
      V: [null],
      S: ["2", "3"],
      T: "t",
    },
  ]);
  assertEquals(lines[0]!.includes('"N":1152921504606846977,'), true);
});

Deno.test("describeColumn() says type, shape and unit", async () => {
  await using file = await openFits(await encodeFits([TABLE]));
  const { columns } = await file.openTable();
  assertEquals(columns.map(describeColumn), [
    "string",
    "int64",
    "float32 Jy",
    "float64",
    "logical",
    "bit[3]",
    "complex64",
    "int16[2,2]",
    "float32[...]",
    "string[2]",
    "string",
  ]);
});

Deno.test("jsonLinesOf() escapes what a terminal would obey in texts and names", async () => {
  const values = ["a!b"];
  const bytes = await encodeFits([tableHdu({ columns: [{ name: "T!", values }] })]);
  // The standard allows no such byte; files have them.
  for (let at = bytes.indexOf(0x21); at >= 0; at = bytes.indexOf(0x21)) bytes[at] = 0x9b;
  await using file = await openFits(bytes);
  const lines = await Array.fromAsync(jsonLinesOf(await file.openTable()));
  assertEquals(lines, ['{"T\\u009b":"a\\u009bb"}\n']);
  assertEquals(JSON.parse(lines[0]!), { "T\u009b": "a\u009bb" });
});
