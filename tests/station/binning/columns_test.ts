import { assertEquals, assertRejects } from "@std/assert";
import { encodeFits, openFits, tableHdu } from "../../../fits/mod.ts";
import { parseNpy } from "../../../fits/image/npy.ts";
import { ParameterError } from "../../../http/fields/parameters.ts";
import { columnNpy, readNumbers } from "../../../station/binning/columns.ts";

const pause = () => Promise.resolve();
const { signal } = new AbortController();

async function table() {
  const file = await openFits(
    await encodeFits([tableHdu({
      columns: [
        { name: "A", values: Int32Array.of(1, 2, 3), unit: "s" },
        { name: "L", values: BigInt64Array.of(1n, (1n << 53n) + 1n, 3n) },
        { name: "V", values: Float32Array.of(1, 2, 3, 4, 5, 6), shape: [2] },
        { name: "N", values: Int16Array.of(5, -1, 7), nulls: Uint8Array.of(0, 1, 0), null: -1 },
        { name: "T", values: ["a", "b", "c"] },
        {
          ...{ name: "M", values: BigInt64Array.of(1n << 60n, -1n, (1n << 53n) + 1n) },
          ...{ nulls: Uint8Array.of(0, 1, 0), null: -1 },
        },
      ],
    })]),
  );
  return await file.hdu(1);
}

Deno.test("columns are read as doubles, of the rows that a condition keeps", async () => {
  const read = await readNumbers(await table(), ["n", "A"], { filter: "A > 1", pause });
  assertEquals(read.values, [Float64Array.of(NaN, 7), Float64Array.of(2, 3)]);
  assertEquals(read.total, 3);
  for (const name of ["T", "V", "Q"]) {
    await assertRejects(
      async () => await readNumbers(await table(), [name], { pause }),
      ParameterError,
    );
  }
});

Deno.test("a column as npy keeps its type, arrays as axes, no value as NaN", async () => {
  const of = async (name: string, rows?: readonly [number, number], found?: Uint32Array) => {
    const bytes = await columnNpy(await table(), name, rows, found, signal);
    const { type, shape, data } = parseNpy(bytes);
    return [type, [...shape], [...data as unknown as Iterable<unknown>]];
  };
  assertEquals(await of("A"), ["i32", [3], [1, 2, 3]]);
  assertEquals(await of("L", [1, 9]), ["i64", [2], [(1n << 53n) + 1n, 3n]]);
  assertEquals(await of("V", [0, 2]), ["f32", [2, 2], [1, 2, 3, 4]]);
  assertEquals(await of("V", [0, 2], Uint32Array.of(2, 0, 1)), ["f32", [2, 2], [5, 6, 1, 2]]);
  assertEquals(await of("N"), ["f64", [3], [5, NaN, 7]]);
  await assertRejects(() => of("T"), ParameterError, "numbers of one size");
  await assertRejects(() => of("Q"), ParameterError, "which has A, L, V, N, T, M");
  // Of the two large ones a double holds the first alone.
  await assertRejects(() => of("M"), ParameterError, "numbers that doubles hold");
  assertEquals(await of("M", [0, 2]), ["f64", [2], [2 ** 60, NaN]]);
});
