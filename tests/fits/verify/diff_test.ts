import { assertEquals } from "../../support/assert.ts";
import { diffFits, type DiffOptions } from "../../../fits/verify/diff.ts";
import { tableHdu } from "../../../fits/table/output.ts";
import { encodeFits, Header, type ImageInput, openFits } from "../../../mod.ts";
import type { HduInputs } from "../../../fits/mod.ts";

async function differences(a: HduInputs, b: HduInputs, ignore: string[] = []) {
  await using left = await openFits(await encodeFits(a));
  await using right = await openFits(await encodeFits(b));
  return await Array.fromAsync(diffFits(left, right, { ignore }));
}

const pixels = new Int16Array([1, 2, 3, 4, 5, 6]);

Deno.test("diffFits() finds nothing between equal files, NaN and types included", async () => {
  const floats = new Float32Array([NaN, 2, 3]);
  assertEquals(
    await differences([{ pixels }, { pixels: floats }], [{ pixels }, { pixels: floats }]),
    [],
  );
});

Deno.test("diffFits() names cards, text, pixels and structure", async () => {
  const a = new Header();
  a.set("OBJECT", "Sun").set("EXPTIME", 1).set("DATE", "2020-01-01").addCommentary(
    "HISTORY",
    "one",
  );
  const b = new Header();
  b.set("OBJECT", "Moon").set("DATE", "2021-01-01").addCommentary("HISTORY", "two");
  const other = pixels.slice();
  other[4] = 15;
  other[5] = -6;
  const found = await differences(
    [{ pixels, shape: [3, 2], header: a }, { pixels }],
    [{ pixels: other, shape: [3, 2], header: b }],
    ["date"],
  );
  assertEquals(found, [
    { kind: "card", hdu: 0, keyword: "OBJECT", a: "Sun", b: "Moon" },
    { kind: "card", hdu: 0, keyword: "EXPTIME", a: 1, b: undefined },
    { kind: "commentary", hdu: 0, keyword: "HISTORY", onlyA: ["one"], onlyB: ["two"] },
    { kind: "pixels", hdu: 0, different: 2, pixels: 6, largest: 12, first: [2, 2] },
    { kind: "structure", hdu: 1, a: "IMAGE 6 BITPIX 16", b: undefined },
  ]);
});

Deno.test("diffFits() compares physical pixels of different types", async () => {
  const found = await differences(
    [{ pixels: new Uint16Array([1, 2, 40_000]) }],
    [{ pixels: new Float64Array([1, 2.5, 40_000]) }],
    ["BITPIX", "BZERO", "BSCALE"],
  );
  assertEquals(found, [
    { kind: "pixels", hdu: 0, different: 1, pixels: 3, largest: 0.5, first: [2] },
  ]);
});

Deno.test("diffFits() compares 64-bit integers exactly", async () => {
  const a = new BigInt64Array([2n ** 60n, 2n ** 60n, -5n]);
  const b = new BigInt64Array([2n ** 60n, 2n ** 60n + 1n, -5n]);
  const found = {
    kind: "pixels" as const,
    hdu: 0,
    different: 1,
    pixels: 3,
    largest: 1,
    first: [2],
  };
  assertEquals(await differences([{ pixels: a }], [{ pixels: b }]), [found]);
  const unsigned = [a, b].map((values) => BigUint64Array.from(values, (value) => value + 6n));
  assertEquals(
    await differences([{ pixels: unsigned[0]! }], [{ pixels: unsigned[1]! }]),
    [found],
  );
  assertEquals(
    await differences(
      [{ pixels: unsigned[0]! }],
      [{ pixels: a.map((value) => value + 6n) }],
      ["BZERO", "BSCALE"],
    ),
    [],
  );
});

Deno.test("diffFits() names comments that differ, and lines that stand twice in one file only", async () => {
  const a = new Header().set("OBJECT", "Sun", { comment: "one" }).addCommentary("HISTORY", "x\nx");
  const b = new Header().set("OBJECT", "Sun", { comment: "two" }).addCommentary("HISTORY", "x");
  assertEquals(await differences([{ pixels, header: a }], [{ pixels, header: b }]), [
    { kind: "comment", hdu: 0, keyword: "OBJECT", a: "one", b: "two" },
    { kind: "commentary", hdu: 0, keyword: "HISTORY", onlyA: ["x"], onlyB: [] },
  ]);
});

Deno.test("diffFits() compares 64-bit integers exactly with missing ones, floats and small integers", async () => {
  const high = 2n ** 53n;
  const values = BigInt64Array.of(1n, -5n, high + 1n);
  const header = new Header().set("BLANK", -5);
  const others: [pixels: ImageInput["pixels"], different: number, largest: number][] = [
    [Float64Array.of(1, -5, Number(high)), 1, 1],
    [Float64Array.of(1, 0.5, Number(high + 2n)), 2, 5.5],
    [Int16Array.of(1, -5, 7), 1, Number(high - 6n)],
    [BigUint64Array.of(1n, 5n, high + 1n), 1, 10],
  ];
  for (const [pixels, different, largest] of others) {
    const found = await differences([{ pixels: values }], [{ pixels }], IGNORED);
    const pairs = found.flatMap((one) => one.kind === "pixels" ? [one] : []);
    assertEquals(pairs.map((pair) => [pair.different, pair.largest]), [[different, largest]]);
  }
  const blank = { pixels: values, header, stored: true };
  const missing = { pixels: Float64Array.of(1, NaN, Number(high)) };
  const [found] = await differences([blank], [missing], IGNORED);
  assertEquals(found, {
    kind: "pixels",
    hdu: 0,
    different: 1,
    pixels: 3,
    largest: 1,
    first: [3],
  });
  assertEquals(await differences([blank], [blank]), []);
  const [number] = await differences([blank], [{ pixels: values }], IGNORED);
  assertEquals(number, {
    kind: "pixels",
    hdu: 0,
    different: 1,
    pixels: 3,
    largest: 0,
    first: [2],
  });
});

Deno.test("diffFits() tells scaled 64-bit integers apart that are equal as doubles", async () => {
  const high = 2n ** 60n;
  const [a, b] = [BigInt64Array.of(high, 5n, 7n), BigInt64Array.of(high + 1n, 5n, 8n)];
  for (const [scale, zero, largest] of [[1, 1, 1], [-2, 0, 2], [0.5, 3, 0.5]] as const) {
    const header = new Header().set("BSCALE", scale).set("BZERO", zero).set("BLANK", 7);
    const images = [a, b].map((pixels) => [{ pixels, header, stored: true }]);
    assertEquals(await differences(images[0]!, images[1]!), [
      { kind: "pixels", hdu: 0, different: 2, pixels: 3, largest, first: [1] },
    ]);
    const [left, right] = [a, b].map((values) =>
      tableHdu({ columns: [{ name: "A", values, scale, zero }, { name: "B", values }] })
    );
    const found = await differences([left!], [right!]);
    assertEquals(
      found.map((one) => one.kind === "column" && [one.column, one.different, one.largest]),
      [["A", 2, largest], ["B", 2, 1]],
    );
  }
});

Deno.test("diffFits() compares tables whose rows are of different bytes, row by row", async () => {
  const [rows, width] = [3000, 100];
  const doubles = Float64Array.from({ length: rows * width }, (_, i) => i % 1000);
  const shorts = Int16Array.from(doubles, (value) => value - 500);
  shorts[2999 * width + 3]! -= 1;
  const shape = [width];
  const [wide, narrow] = [
    tableHdu({ columns: [{ name: "A", shape, values: doubles }] }),
    tableHdu({ columns: [{ name: "A", shape, values: shorts, zero: 500 }] }),
  ];
  for (const [a, b] of [[wide, narrow], [narrow, wide]] as const) {
    const found = (await differences([a], [b])).filter(({ kind }) => kind === "column");
    assertEquals(
      found.map((one) => one.kind === "column" && [one.different, one.largest, one.first]),
      [[1, 1, 3000]],
    );
  }
});

const IGNORED = ["BITPIX", "BZERO", "BSCALE", "BLANK"];

Deno.test("diffFits() compares tables by columns and rows, within a tolerance", async () => {
  const table = (flux: number[], names: string[], list: number[][], name = "T") =>
    tableHdu({
      name,
      columns: [
        { name: "FLUX", values: Float64Array.from(flux) },
        { name: "NAME", values: names },
        { name: "LIST", values: list.map((cell) => Int32Array.from(cell)) },
      ],
    });
  const primary = { pixels: Float32Array.of(1, 2, NaN) };
  const near = { pixels: Float32Array.of(1, 2.25, NaN) };
  const bytes = await encodeFits([primary, table([1, NaN, 3], ["a", "b", "c"], [[1], [2, 3], []])]);
  const other = await encodeFits([near, table([1.5, NaN, 4], ["a", "B", "c"], [[1], [2, 4], [5]])]);
  await using a = await openFits(bytes);
  await using b = await openFits(other);
  const column = { kind: "column", hdu: 1, rows: 3 };
  const pixels = { kind: "pixels", hdu: 0, different: 1, pixels: 3, largest: 0.25, first: [2] };
  const flux = { ...column, column: "FLUX", different: 2, largest: 1, first: 1, a: "1", b: "1.5" };
  const name = { ...column, column: "NAME", different: 1, largest: 0, first: 2, a: "b", b: "B" };
  const list = { ...column, column: "LIST", different: 2, largest: 1, first: 2 };
  const lists = { ...list, a: "[2,3]", b: "[2,4]" };
  const found = async (options: DiffOptions) => {
    const all = await Array.fromAsync(diffFits(a, b, { ignore: ["T*", "PCOUNT"], ...options }));
    return all as unknown[];
  };
  assertEquals(await found({}), [pixels, flux, name, lists]);
  assertEquals(await found({ tolerance: 0.5 }), [
    { ...flux, different: 1, first: 3, a: "3", b: "4" },
    name,
    lists,
  ]);
  assertEquals(await found({ tolerance: 1 }), [
    name,
    { ...list, different: 1, largest: 0, first: 3, a: "[]", b: "[5]" },
  ]);
});
