import { assertEquals } from "@std/assert";
import { textTable } from "../../../commands/program/text_table.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";

Deno.test("textTable() aligns numbers to the right, other cells to the left", () => {
  assertEquals(
    textTable(["N", "NAME", "X"], [["1", "a", "-1.5"], ["200", "", "2e+10"], [
      "30",
      "long name",
      "",
    ]]),
    ["  N  NAME       X", "  1  a          -1.5", "200             2e+10", " 30  long name"],
  );
  assertEquals(textTable(["A", "VALUE"], []), ["A  VALUE"]);
  assertEquals(textTable(["A", "VALUE"], [["-", "1.2.3"], ["x", "-7"]]), [
    "A  VALUE",
    "-  1.2.3",
    "x     -7",
  ]);
});

const CELLS = [
  "",
  "-",
  "1",
  "-20",
  "3.25",
  "4e-07",
  "5E+3",
  "e+5",
  "1e5",
  "m",
  "M 31",
  "  ",
  "-e+1",
];

Deno.test("textTable() pads every cell to the widest of its column", async () => {
  await fuzz(fuzzRounds(500, 20_000), 41_000, (random) => {
    const columns = random.integer(0, 4);
    const titles = Array.from({ length: columns }, () => random.pick(CELLS));
    const rows = Array.from(
      { length: random.integer(0, 4) },
      () => titles.map(() => random.pick(CELLS)),
    );
    const lines = [titles, ...rows];
    const widths = titles.map((_, i) => Math.max(...lines.map((cells) => cells[i]!.length)));
    const numeric = titles.map((_, i) =>
      rows.length > 0 && rows.every((cells) => /^-?[\d.]+(e[+-]\d+)?$/i.test(cells[i]!))
    );
    const padded = lines.map((cells) =>
      cells.map((cell, i) => numeric[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!))
        .join("  ").trimEnd()
    );
    assertEquals(textTable(titles, rows), padded);
  });
});
