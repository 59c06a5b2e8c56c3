/** Runs contenders in turn, so that a drifting machine slows all of them alike. */

/** One way of doing the work that is compared. */
export interface Contender {
  readonly name: string;
  /** Does the work once and returns its figure: seconds, or a rate. */
  run(): Promise<number> | number;
}

/** The figures of one contender, one for each round. */
export interface Figures {
  readonly name: string;
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Runs every contender once as a warm-up and then in turn, round by round.
 *
 * @param contenders What is compared; the first is ours.
 * @param rounds How many figures are taken of each.
 */
export async function compare(contenders: readonly Contender[], rounds = 5): Promise<Figures[]> {
  const figures = contenders.map((): number[] => []);
  for (const contender of contenders) await contender.run();
  for (let round = 0; round < rounds; round++) {
    for (const [i, contender] of contenders.entries()) figures[i]!.push(await contender.run());
  }
  return contenders.map(({ name }, i) => figuresOf(name, figures[i]!));
}

/**
 * What is printed of the figures of one contender.
 *
 * @param name Its name.
 * @param measured At least one figure.
 */
export function figuresOf(name: string, measured: readonly number[]): Figures {
  const sorted = measured.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1
    ? sorted[middle]!
    : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { name, median, least: sorted[0]!, most: sorted.at(-1)! };
}

/** One table as a line of JSON: what `deno task bench --json` prints. */
export interface MeasuredTable {
  readonly title: string;
  /** What the figures count, such as `req/s` or `s`. */
  readonly unit: string;
  /** The first is ours. */
  readonly rows: readonly Figures[];
}

/** Whether lines of JSON were asked for in place of tables. */
const AS_JSON = Deno.args.includes("--json");

/**
 * Prints a table with the ratio of ours (the first row) to each other row, or a line of JSON.
 *
 * @param title What was measured.
 * @param unit The unit of the figures, such as `req/s` or `s`.
 * @param figures What {@linkcode compare} returned.
 */
export function printTable(title: string, unit: string, figures: readonly Figures[]): void {
  if (AS_JSON) {
    const table: MeasuredTable = { title, unit, rows: figures };
    console.log(JSON.stringify(table));
    return;
  }
  const ours = figures[0]!.median;
  console.log(`\n### ${title}\n\n| | median ${unit} | least | most | ours / this |`);
  console.log("|---|---:|---:|---:|---:|");
  for (const { name, median, least, most } of figures) {
    const row = [median, least, most].map(threeFigures).join(" | ");
    console.log(`| ${name} | ${row} | ${(ours / median).toFixed(2)} |`);
  }
}

/**
 * Prints what belongs to no table; with `--json` as a line that holds it as a note.
 *
 * @param text One line or several.
 */
export function printNote(text: string): void {
  console.log(AS_JSON ? JSON.stringify({ note: text.trim() }) : text);
}

function threeFigures(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString("en");
  return value.toPrecision(3);
}

/** Seconds that a piece of work takes. */
export async function seconds(work: () => Promise<unknown> | unknown): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
