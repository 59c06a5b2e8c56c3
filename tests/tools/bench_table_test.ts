import { assertEquals, assertThrows } from "@std/assert";
import {
  figureText,
  parseRun,
  readmeTable,
  timesAsFast,
  withTable,
} from "../../tools/bench_table.ts";
import { ROWS } from "../../bench/readme_rows.ts";

const row = (name: string, median: number) => ({ name, median, least: median, most: median });
const MACHINE = { machine: "2 cores", date: "2026-01-02", deno: "2.9.6" };

function run(seconds: number, rate: number): string {
  return [
    MACHINE,
    { title: "Work", unit: "s", rows: [row("ours", seconds), row("into", 1), row("peer", 3)] },
    { note: "memory" },
    { title: "Rate", unit: "MiB/s", rows: [row("ours", rate), row("peer", 100)] },
  ].map((line) => JSON.stringify(line)).join("\n");
}

Deno.test("timesAsFast() turns times over and leaves rates as they are", () => {
  const measured = parseRun("warning: not JSON\n" + run(2, 150));
  assertEquals(timesAsFast(measured, "Work", "peer", undefined), 1.5);
  assertEquals(timesAsFast(measured, "Work", "peer", "into"), 3);
  assertEquals(timesAsFast(measured, "Rate", "peer", undefined), 1.5);
  assertEquals(timesAsFast(measured, "Rate", "other", undefined), undefined);
  assertEquals(timesAsFast(measured, "None", "peer", undefined), undefined);
  assertThrows(() => parseRun("{}"), Error, "no line tells the machine");
});

Deno.test("figureText() writes one figure for runs that agree, and a range for others", () => {
  assertEquals(
    [[0.834], [1.512, 1.58], [1.5, 2.04], [12.34], [123.4], [0.98, 1.2]].map(figureText),
    ["0.83", "1.5", "1.5 to 2.0", "12.3", "123", "0.98 to 1.2"],
  );
});

Deno.test("readmeTable() names the runs and says which rows they do not hold", () => {
  const rows = [
    { work: "both", titles: ["Work", "Rate"], peers: { peer: "a peer" } },
    { work: "caller", titles: ["Work"], peers: { peer: "a peer", other: "none" }, ours: "into" },
  ];
  assertEquals(readmeTable([parseRun(run(2, 150)), parseRun(run(1, 150))], rows), {
    text: "Measured on 2026-01-02, 2 cores, Deno 2.9.6, 2 runs.\n\n" +
      "| work | peer | times as fast |\n| --- | --- | ---: |\n" +
      "| both | a peer | 1.5 to 3.0 / 1.5 |\n| caller | a peer | 3.0 |",
    missing: ["Work: other"],
  });
});

Deno.test("withTable() replaces what stands between its marks, README's too", async () => {
  const readme = await Deno.readTextFile(new URL("../../README.md", import.meta.url));
  const written = withTable(readme, "| new |");
  assertEquals(written.includes("\n\n| new |\n\n"), true);
  assertEquals(withTable(written, "| new |"), written);
  assertThrows(() => withTable("# None", "x"), Error, "README.md lacks the marks");
});

Deno.test("every figure of README comes from a table that a benchmark prints", async () => {
  const sources: string[] = [];
  for await (const { name } of Deno.readDir(new URL("../../bench/", import.meta.url))) {
    if (!name.endsWith("_bench.ts")) continue;
    sources.push(await Deno.readTextFile(new URL(`../../bench/${name}`, import.meta.url)));
  }
  const text = sources.join("\n");
  const names = ROWS.flatMap(({ peers, ours }) => [...Object.keys(peers), ...(ours ? [ours] : [])]);
  const unknown = names.filter((name) =>
    !text.includes(name) && !text.includes(name.split(/[ ,]/, 1)[0]!)
  );
  assertEquals(unknown, []);
});
