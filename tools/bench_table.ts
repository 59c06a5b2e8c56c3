/**
 * Writes README's table of figures from what `deno task bench --json` printed:
 * `deno task bench:readme RUN.jsonl [RUN.jsonl...]`.
 *
 * A figure that several runs do not repeat is given as a range. A row that the runs do not hold is
 * said, and left out.
 *
 * @module
 */

import type { MeasuredTable } from "../bench/compare.ts";
import { type Row, ROWS } from "../bench/readme_rows.ts";

const BEGIN = "<!-- figures: deno task bench:readme writes this table -->";
const END = "<!-- end of figures -->";

/** Figures of two runs that differ by less are one figure. */
const SAME = 0.08;

/** What one run says of itself. */
interface Machine {
  readonly machine: string;
  readonly date: string;
  readonly deno: string;
}

/** One run of the benchmarks. */
export interface Run {
  readonly machine: Machine;
  readonly tables: ReadonlyMap<string, MeasuredTable>;
}

/**
 * Reads the lines that one run printed.
 *
 * @throws {Error} Where there is no line about the machine.
 */
export function parseRun(text: string): Run {
  const values = text.split("\n").filter((line) => line.startsWith("{")).map((line) =>
    JSON.parse(line)
  );
  const machine = values.find((value) => "machine" in value);
  if (machine === undefined) throw new Error("no line tells the machine: deno task bench --json");
  const tables = values.filter((value) => "title" in value);
  return { machine, tables: new Map(tables.map((table) => [table.title, table])) };
}

/** How many times as fast as a peer we were in one run; undefined where it was not measured. */
export function timesAsFast(
  { tables }: Run,
  title: string,
  peer: string,
  ours: string | undefined,
): number | undefined {
  const table = tables.get(title);
  const mine = ours === undefined ? table?.rows[0] : table?.rows.find(({ name }) => name === ours);
  const theirs = table?.rows.find(({ name }) => name === peer);
  if (table === undefined || mine === undefined || theirs === undefined) return undefined;
  const isTime = /^(s|ms|ns|microseconds)$/.test(table.unit);
  return isTime ? theirs.median / mine.median : mine.median / theirs.median;
}

/** A figure as it is written: one of the runs, or the range of them. */
export function figureText(figures: readonly number[]): string {
  const least = Math.min(...figures);
  const most = Math.max(...figures);
  const [low, high] = [twoDigits(least), twoDigits(most)];
  return most / least - 1 < SAME || low === high
    ? twoDigits((least + most) / 2)
    : `${low} to ${high}`;
}

function twoDigits(value: number): string {
  return value < 1 ? value.toFixed(2) : value.toPrecision(value < 10 ? 2 : 3);
}

/** The whole table, with the date and the machine before it, and the rows that are missing. */
export function readmeTable(
  runs: readonly Run[],
  rows: readonly Row[] = ROWS,
): { text: string; missing: string[] } {
  const missing: string[] = [];
  const lines = ["| work | peer | times as fast |", "| --- | --- | ---: |"];
  for (const { work, titles, peers, ours } of rows) {
    let label = work;
    for (const [name, peer] of Object.entries(peers)) {
      const cells = titles.map((title) => {
        const figures = runs.map((run) => timesAsFast(run, title, name, ours))
          .filter((figure) => figure !== undefined);
        if (figures.length === 0) missing.push(`${title}: ${name}`);
        return figures.length === 0 ? undefined : figureText(figures);
      });
      if (cells.includes(undefined)) continue;
      lines.push(`| ${label} | ${peer} | ${cells.join(" / ")} |`);
      label = "";
    }
  }
  const [{ machine }] = runs as [Run];
  const dates = [...new Set(runs.map((run) => run.machine.date))].join(" and ");
  const head = `Measured on ${dates}, ${machine.machine}, Deno ${machine.deno}` +
    (runs.length > 1 ? `, ${runs.length} runs.` : ", one run.");
  return { text: `${head}\n\n${lines.join("\n")}`, missing };
}

/**
 * Puts the table in its place.
 *
 * @throws {Error} Where the marks of the place are missing.
 */
export function withTable(readme: string, table: string): string {
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md lacks the marks ${BEGIN} and ${END}`);
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${table}\n\n${readme.slice(end)}`;
}

if (import.meta.main) {
  if (Deno.args.length === 0) {
    console.error("usage: deno task bench:readme RUN.jsonl [RUN.jsonl...]");
    Deno.exit(2);
  }
  const runs = await Promise.all(
    Deno.args.map(async (path) => parseRun(await Deno.readTextFile(path))),
  );
  const { text, missing } = readmeTable(runs);
  const readme = new URL("../README.md", import.meta.url);
  await Deno.writeTextFile(readme, withTable(await Deno.readTextFile(readme), text));
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["fmt", "-q", readme.pathname],
  }).output();
  for (const row of missing) console.error(`not measured: ${row}`);
  Deno.exit(success && missing.length === 0 ? 0 : 1);
}
