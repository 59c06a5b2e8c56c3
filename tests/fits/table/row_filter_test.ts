import { assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../net/errors.ts";
import { csvOf, encodeFits, openFits, tableHdu } from "../../../fits/mod.ts";
import { rowFilter } from "../../../fits/table/row_filter.ts";
import { fuzz } from "../../support/random.ts";

async function sample() {
  const bytes = await encodeFits([tableHdu({
    columns: [
      { name: "PI", values: Int16Array.of(100, 300, 301, 500, 700) },
      { name: "GRADE", values: Float32Array.of(1, 2, NaN, 4, 0.5) },
      { name: "NAME", values: ["a", "it's", "b", "", "Z"] },
      {
        name: "BIG",
        values: BigInt64Array.of(9007199254740993n, 9007199254740992n, -1n, 0n, 5n),
      },
      { name: "OK", values: [true, false, null, true, false], type: "logical" },
      { name: "X", values: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), shape: [2] },
      { name: "a b", values: Uint8Array.of(1, 2, 3, 4, 5) },
    ],
  })]);
  return await openFits(bytes);
}

/** A condition, and the rows that it keeps, counted from 1. */
const CASES: readonly (readonly [string, string])[] = [
  ["PI > 300 && GRADE < 4", "5"],
  ["PI>300 and .not. GRADE<4", "4"],
  ["pi .ge. 300 .and. pi .le. 500", "2 3 4"],
  ["PI = 100 || PI == 700 or pi <> pi", "1 5"],
  ["GRADE != 2", "1 4 5"],
  ["!(GRADE = 2)", "1 4 5"],
  ["isnull(GRADE)", "3"],
  ["!isnull(GRADE) && !isnull(OK)", "1 2 4 5"],
  ["OK", "1 4"],
  ["!OK", "2 5"],
  ["OK || PI = 301", "1 3 4"],
  ["OK && PI = 301", ""],
  ["NAME = 'it''s' || NAME = \"Z\"", "2 5"],
  ["NAME < 'b'", "1 4 5"],
  ["BIG = 9007199254740993", "1"],
  ["BIG >= 9007199254740992", "1 2"],
  ["-BIG > 0.5", "3"],
  ["BIG % 2 = 1", "1 5"],
  ["BIG + 0 = 9007199254740993", "1"],
  ["BIG - 1 = 9007199254740992", "1"],
  ["3 * BIG = 27021597764222979", "1"],
  ["BIG / 3 = 3002399751580331", "1"],
  ["BIG / 2 = 2.5", "5"],
  ["abs(-BIG) = 9007199254740993 || floor(BIG) = -1", "1 3"],
  ["BIG + 0.5 = 5.5", "5"],
  ["BIG % 0 = 0 || BIG / 0 = 0", ""],
  ["X[2] > 4 && X[1] < 9", "3 4"],
  ["$a b$ % 2 = 1", "1 3 5"],
  ["PI - 100 * 3 = 0", "2"],
  ["(PI - 100) / 2 ** 2 = 50", "2"],
  ["-2^2 = -4 && PI = 100", "1"],
  ["sqrt(PI) = 10 || abs(-PI) = 500", "1 4"],
  ["T", "1 2 3 4 5"],
  ["false", ""],
  ["PI / 0 > 0", "1 2 3 4 5"],
];

Deno.test("rowFilter() keeps the rows for which a condition holds", async () => {
  await using file = await sample();
  const table = await file.openTable();
  for (const [text, rows] of CASES) {
    const filter = rowFilter(text, table);
    const lines = (await Array.fromAsync(csvOf(table, { columns: ["a b"], filter }))).join("");
    assertEquals(lines.trim().split("\n").slice(1).join(" "), rows, text);
    const data = await table.read({ columns: filter.columns });
    const keep = filter.keep(data);
    assertEquals([0, 1, 2, 3, 4].filter(keep).map((row) => row + 1).join(" "), rows, text);
  }
});

Deno.test("rowFilter() says what is wrong with a condition, and where", async () => {
  await using file = await sample();
  const table = await file.openTable();
  const wrong: readonly (readonly [string, string])[] = [
    ["", "has 'the end' at character 1, expected a value"],
    ["PI >", "has 'the end' at character 5, expected a value"],
    ["PI", "has 'PI' at character 1, which is a number, expected a comparison"],
    ["PI && OK", "has 'PI' at character 1, which is a number, expected a comparison"],
    ["NOPE = 1", "has 'NOPE' at character 1, expected a column: PI, GRADE, NAME, BIG, OK, X, a b"],
    ["NAME = 1", "has '=' at character 6, between a text and a number, expected two alike"],
    ["NAME + 1 = 2", "has 'NAME' at character 1, which is a text, expected a number"],
    ["X = 1", "has 'X' at character 1, a column of arrays, expected one element: X[1]"],
    ["PI[1] = 1", "has 'PI' at character 1, a column of single values"],
    ["X[0] = 1", "has '0' at character 3, expected the number of an element, counted from 1"],
    ["PI = 1 PI", "has 'PI' at character 8, expected && or ||"],
    ["PI = 'a", "has ''' at character 6"],
    ["(PI = 1", "has 'the end' at character 8, expected )"],
    ["foo(PI) = 1", "has 'foo' at character 1, expected isnull or one of abs, sqrt"],
    ["PI = 1; drop", "has ';' at character 7"],
    ["(".repeat(200), "nested deeper than 100"],
    ["!".repeat(200) + "OK", "nested deeper than 100"],
    ["x".repeat(20_000), "has 20000 characters, expected 10000 at most"],
  ];
  for (const [text, message] of wrong) {
    assertThrows(() => rowFilter(text, table), FormatError, message);
  }
});

Deno.test("rowFilter() takes any text for a condition or for none", async () => {
  const words =
    "PI GRADE NAME X [ 1 ] ( ) && || ! = < > 'a' \" $ 2.5e3 - * ^ isnull sqrt .and. .x. T"
      .split(" ");
  await using file = await sample();
  const table = await file.openTable();
  const data = await table.read();
  await fuzz(3000, 2026, (random) => {
    const text = Array.from({ length: random.integer(1, 9) }, () => random.pick(words))
      .join(random.next() < 0.5 ? " " : "");
    try {
      const keep = rowFilter(text, table).keep(data);
      for (let row = 0; row < data.rows; row++) assertEquals(typeof keep(row), "boolean");
    } catch (error) {
      if (!(error instanceof FormatError)) throw new Error(text, { cause: error });
    }
  });
});
