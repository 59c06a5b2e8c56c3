import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { encodeFits, openFits, tableHdu } from "../../../fits/mod.ts";
import { findRows } from "../../../station/api/table_query.ts";
import { SeededRandom } from "../../support/random.ts";
import { serveStationFiles } from "../../support/fits/station_files.ts";

const COUNT = 10_000;
/** More than one piece of rows: numbers with some missing, names, arrays. */
const table = tableHdu({
  name: "T",
  columns: [
    { name: "N", values: Int32Array.from({ length: COUNT }, (_, i) => i * 7919 % COUNT) },
    { name: "FLUX", values: Float64Array.from({ length: COUNT }, (_, i) => i % 4 ? i / 2 : NaN) },
    { name: "NAME", values: Array.from({ length: COUNT }, (_, i) => i % 100 ? `s${i % 37}` : "") },
    { name: "XY", values: new Float32Array(2 * COUNT), shape: [2] },
  ],
});

const query = (more: Record<string, string>) =>
  `a.fits?${new URLSearchParams({ format: "rows", ...more })}`;

Deno.test("/fits?format=rows filters and sorts, and says how many rows there are", async () => {
  await using server = await serveStationFiles({ "a.fits": await encodeFits([table]) });
  const rows = async (more: Record<string, string>) => await (await server.get(query(more))).json();
  const all = await rows({ rows: "1:2" });
  assertEquals([all.total, all.matched, all.numbers], [COUNT, COUNT, [1, 2]]);
  const low = await rows({ filter: "N < 5", columns: "N, name" });
  assertEquals([low.total, low.matched, low.rows.length], [COUNT, 5, 5]);
  assertEquals(low.columns.map(({ name }: { name: string }) => name), ["N", "NAME"]);
  const numbers = low.rows.map(([n]: string[]) => Number(n));
  assertEquals(numbers.toSorted(), [0, 1, 2, 3, 4]);
  // In the order of the table, and each with its own number there.
  assertEquals(low.numbers, low.numbers.toSorted((a: number, b: number) => a - b));
  for (const [i, n] of numbers.entries()) {
    assertEquals((low.numbers[i] - 1) * 7919 % COUNT, n);
  }
  const sorted = await rows({ sort: "N", rows: "9999:10000", columns: "N" });
  assertEquals(sorted.rows, [["9998"], ["9999"]]);
  const down = await rows({ sort: "-flux", rows: "1:2", columns: "FLUX", filter: "FLUX < 100" });
  assertEquals([down.matched, down.rows], [150, [["99.5"], ["99"]]]);
  // What has no value comes last, whichever way.
  for (const sort of ["FLUX", "-FLUX"]) {
    const { rows: last } = await rows({ sort, rows: `${COUNT}:${COUNT}`, columns: "FLUX" });
    assertMatch(last[0][0], /^nan$/i);
  }
  const names = await rows({ sort: "NAME", rows: "1:1", columns: "NAME" });
  assertEquals(names.rows, [["s0"]]);
  const none = await rows({ filter: "N > 99999" });
  assertEquals([none.matched, none.rows, none.columns.length], [0, [], 4]);
});

Deno.test("/fits?format=rows says what is wrong with a question", async () => {
  await using server = await serveStationFiles({ "a.fits": await encodeFits([table]) });
  const cases: [more: Record<string, string>, status: number, parameter: string | undefined][] = [
    [{ filter: "N <" }, 400, "filter"],
    [{ filter: "BOGUS > 1" }, 400, "filter"],
    [{ filter: "XY > 1" }, 400, "filter"],
    [{ sort: "BOGUS" }, 400, "sort"],
    [{ columns: "N,BOGUS" }, 400, "columns"],
    [{ sort: "XY" }, 413, undefined],
    [{ sort: "" }, 400, "sort"],
  ];
  for (const [more, status, parameter] of cases) {
    const answer = await server.get(query(more));
    const problem = await answer.json();
    assertEquals([answer.status, problem.parameter], [status, parameter], JSON.stringify(problem));
    assert(!problem.detail.includes("undefined"));
  }
});

Deno.test("findRows() sorts in steps, as a plain sort does", async () => {
  const rows = 30_000;
  const random = new SeededRandom(7);
  const values = Float64Array.from({ length: rows }, () => {
    const value = random.integer(0, 5000);
    return value === 0 ? NaN : value / 7;
  });
  await using file = await openFits(
    await encodeFits([
      tableHdu({ columns: [{ name: "A", values }] }),
    ]),
  );
  const table = await file.hdu(1);
  for (const sort of ["A", "-A"]) {
    let pauses = 0;
    const pause = () => {
      pauses++;
      return Promise.resolve();
    };
    const found = await findRows(table, { sort }, pause);
    const sign = sort === "A" ? 1 : -1;
    const expected = Array.from(values.keys()).sort((a, b) => {
      const [one, other] = [values[a]!, values[b]!];
      if (Number.isNaN(one) || Number.isNaN(other)) {
        return Number(Number.isNaN(one)) - Number(Number.isNaN(other)) || a - b;
      }
      return sign * (one - other) || a - b;
    });
    assertEquals([...found!], expected);
    // Each pass over 4096 rows at a time, and there are three of them.
    assertEquals(pauses > 4 * rows / 4096, true, `${pauses}`);
  }
  await assertRejects(
    () =>
      findRows(table, { sort: "A", filter: "A > 0" }, () => Promise.resolve(), AbortSignal.abort()),
    DOMException,
  );
});

Deno.test("findRows() tells 64-bit integers apart that are equal as doubles", async () => {
  const high = 2n ** 63n;
  await using file = await openFits(
    await encodeFits([tableHdu({
      columns: [
        { name: "K", values: BigInt64Array.of(high - 1n, high - 2n, -high, 1n - high) },
        { name: "U", values: BigUint64Array.of(high + 1n, high, 2n * high - 1n, 0n) },
      ],
    })]),
  );
  const table = await file.hdu(1);
  const cases: [string, number[]][] = [
    ["K", [2, 3, 1, 0]],
    ["-K", [0, 1, 3, 2]],
    ["U", [3, 1, 0, 2]],
    ["-U", [2, 0, 1, 3]],
  ];
  for (const [sort, expected] of cases) {
    assertEquals([...(await findRows(table, { sort }, () => Promise.resolve()))!], expected, sort);
  }
});
