/**
 * Tests the tests: `deno task test:mutants`. It makes one small fault after another in a copy of
 * the checkout, a comparison at its boundary, a statement removed, two arguments swapped, and runs
 * the tests that belong to the file. A fault that no test sees has *lived*: a test is missing, or
 * the change makes no difference.
 *
 * - `--count N` faults (300), shared by the modules; `--module NAME` for one of them, several with
 *   commas; `--path TEXT` for files whose path has this text.
 * - `--seed N`: the same seed chooses the same faults of the same sources (1).
 * - `--jobs N` faults at a time, each in a copy of its own (1).
 * - `--tests N` test files for a fault at most, the nearest first (12).
 * - `--list` prints the chosen faults and runs nothing; with `--text FILE` all of one file.
 *
 * A change that breaks a type is no fault that could get in: another is drawn. A test that does
 * not end, which is what it does when it takes far longer than without the fault, has seen it.
 * `HELIOGRAPH_CORPUS` gives the tests their real files.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { loadCompiler, TypeCheck } from "./compiler.ts";
import type { Compiler } from "./compiler.ts";
import { matchingTests, usersOf } from "./matching_tests.ts";
import { KINDS, lineOf, mutate, mutationsOf } from "./mutations.ts";
import type { Mutation } from "./mutations.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const MODULES: readonly string[] = ["net", "http", "fits", "rpc", "station", "commands"];
/** Folders that no test reads, or that a copy must not have. */
const NOT_COPIED = /^(\.git|node_modules|out|coverage|sample-data|heliograph)$/;

/** A test that runs longer than this many times its usual time, and a while, does not end. */
const SLOWDOWN = 5;
const GRACE = 20_000;
/** Longest time of a test file without a fault. */
const MAX_TEST_TIME = 300_000;

/** A fault at its place. */
interface Fault {
  readonly path: string;
  readonly text: string;
  readonly mutation: Mutation;
}

/** How the tests took a fault. */
type Outcome = "killed" | "hung" | "lived";

/** Random numbers from a seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The TypeScript files of the checkout with their texts, by path. */
async function readSources(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  async function walk(folder: string): Promise<void> {
    for await (const { name, isDirectory } of Deno.readDir(ROOT + folder)) {
      const path = folder + name;
      if (isDirectory) {
        if (!NOT_COPIED.test(name) && !name.startsWith(".")) await walk(`${path}/`);
      } else if (/(?<!\.as|\.d)\.ts$/.test(name)) {
        found.set(path, await Deno.readTextFile(ROOT + path));
      }
    }
  }
  await walk("");
  return new Map([...found].sort(([one], [other]) => one < other ? -1 : 1));
}

/**
 * Draws faults from files: first a kind of change, then a place, so that rare kinds are tried,
 * too; those that break a type do not count.
 */
function* draw(
  ts: Compiler,
  files: readonly (readonly [string, string])[],
  random: () => number,
  isValid: (fault: Fault) => boolean,
): Generator<Fault> {
  const all = files.flatMap(([path, text]) =>
    mutationsOf(ts, text).map((mutation): Fault => ({ path, text, mutation }))
  );
  const kinds = KINDS
    .map((kind) => all.filter(({ mutation }) => mutation.kind === kind))
    .filter(({ length }) => length > 0);
  while (kinds.length > 0) {
    const k = Math.floor(random() * kinds.length);
    const [fault] = kinds[k]!.splice(Math.floor(random() * kinds[k]!.length), 1);
    if (kinds[k]!.length === 0) kinds.splice(k, 1);
    if (isValid(fault!)) yield fault!;
  }
}

/** One line that says what a fault is. */
function describe({ path, text, mutation }: Fault): string {
  const [before, after] = mutation.shown;
  return `${path}:${lineOf(text, mutation)}  ${mutation.kind}  ${before}  ->  ${after}`;
}

/** A copy of the checkout in which faults are made. */
class Copy implements AsyncDisposable {
  readonly #folder: string;
  readonly #usual: Map<string, Promise<number>>;

  private constructor(folder: string, usual: Map<string, Promise<number>>) {
    this.#folder = folder;
    this.#usual = usual;
  }

  /**
   * Copies the checkout as it is.
   *
   * @param usual How long each test file takes without a fault, which copies share.
   */
  static async make(usual: Map<string, Promise<number>>): Promise<Copy> {
    await Deno.mkdir(`${ROOT}out`, { recursive: true });
    const folder = `${await Deno.makeTempDir({ dir: `${ROOT}out`, prefix: "mutants-" })}/`;
    async function copy(path: string): Promise<void> {
      for await (const { name, isDirectory, isSymlink } of Deno.readDir(ROOT + path)) {
        if (isSymlink || NOT_COPIED.test(name)) continue;
        if (!isDirectory) await Deno.copyFile(`${ROOT}${path}${name}`, `${folder}${path}${name}`);
        else {
          await Deno.mkdir(`${folder}${path}${name}`);
          await copy(`${path}${name}/`);
        }
      }
    }
    await copy("");
    return new Copy(folder, usual);
  }

  /** Runs tests with a fault, one after another until one sees it. */
  async judge({ path, text, mutation }: Fault, tests: readonly string[]): Promise<Outcome> {
    for (const test of tests) {
      const usual = await this.#usual.getOrInsertComputed(test, () => this.#timeOf(test));
      if (usual === Infinity) continue;
      await Deno.writeTextFile(this.#folder + path, mutate(text, mutation));
      const outcome = await this.#run(test, usual * SLOWDOWN + GRACE);
      await Deno.writeTextFile(this.#folder + path, text);
      if (outcome !== "lived") return outcome;
    }
    return "lived";
  }

  /** How long a test takes without a fault; Infinity if it fails, so that it says nothing. */
  async #timeOf(test: string): Promise<number> {
    const start = performance.now();
    if (await this.#run(test, MAX_TEST_TIME) === "lived") return performance.now() - start;
    console.error(`${test} fails without a fault, and is left out`);
    return Infinity;
  }

  async #run(test: string, limit: number): Promise<Outcome> {
    const process = new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-check", "--quiet", "--fail-fast", ...permissions(), test],
      cwd: this.#folder,
      env: corpus(),
      detached: true,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      killGroup(process.pid);
    }, limit);
    const { success } = await process.status;
    clearTimeout(timer);
    // A program that a failed test has left behind.
    killGroup(process.pid);
    if (hung) return "hung";
    return success ? "lived" : "killed";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function killGroup(leader: number): void {
  try {
    Deno.kill(-leader, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The permissions that `deno task test` gives, without the corpus of the checkout. */
function permissions(): string[] {
  const { tasks } = JSON.parse(Deno.readTextFileSync(`${ROOT}deno.json`));
  const { HELIOGRAPH_CORPUS = "." } = corpus();
  return [...tasks.test.command.matchAll(/ (--allow-\S+?)(?=,\$\(| |$)/g)]
    .map(([, word]) => word.replace("$HELIOGRAPH_CORPUS", HELIOGRAPH_CORPUS))
    .map((word) => word.startsWith("--allow-run") ? `${word},${Deno.execPath()}` : word);
}

/** The corpus, as it is named in a copy: two folders deeper than the checkout. */
function corpus(): Record<string, string> {
  const given = Deno.env.get("HELIOGRAPH_CORPUS");
  return given === undefined ? {} : { HELIOGRAPH_CORPUS: `../../${given}` };
}

/** What is known of one module. */
interface Row {
  readonly module: string;
  killed: number;
  hung: number;
  readonly lived: string[];
}

function table(rows: readonly Row[]): string {
  const lines = ["module     killed  (hung)  lived"];
  const all: Row = { module: "all", killed: 0, hung: 0, lived: [] };
  for (const row of rows) {
    all.killed += row.killed;
    all.hung += row.hung;
    all.lived.push(...row.lived);
  }
  for (const { module, killed, hung, lived } of [...rows, all]) {
    const died = killed + hung;
    const share = Math.round(100 * died / Math.max(1, died + lived.length));
    lines.push(
      `${module.padEnd(9)} ${String(died).padStart(7)} ${`(${hung})`.padStart(7)}` +
        ` ${String(lived.length).padStart(6)}   ${share} %`,
    );
  }
  return [...lines, ...all.lived.map((line) => `lived: ${line}`)].join("\n");
}

async function main(): Promise<void> {
  const one = { type: "string" } as const;
  const { values: flags } = parseArgs({
    args: Deno.args,
    options: {
      ...{ list: { type: "boolean" }, count: one, seed: one, module: one },
      ...{ path: one, jobs: one, tests: one, text: one },
    },
  });
  const number = (name: "count" | "seed" | "jobs" | "tests", fallback: number): number => {
    const value = flags[name] === undefined ? fallback : Number(flags[name]);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw new TypeError(`--${name} is '${flags[name]}', expected a number`);
  };
  const seed = number("seed", 1);
  const modules = flags.module === undefined ? MODULES : flags.module.split(",");
  const count = number("count", 300);
  const ts = await loadCompiler();

  if (flags.text !== undefined) {
    const path = flags.text;
    const text = await Deno.readTextFile(path);
    const faults = draw(ts, [[path, text]], seeded(seed), () => true);
    for (const fault of faults.take(count)) console.log(describe(fault));
    return;
  }

  const sources = await readSources();
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["types"] }).output();
  const types = new TypeCheck(ts, ROOT, new TextDecoder().decode(stdout));
  const usual = new Map<string, number>();
  const isValid = ({ path, text, mutation }: Fault): boolean => {
    const errors = usual.getOrInsertComputed(path, () => types.errors(ROOT + path));
    return types.errors(ROOT + path, mutate(text, mutation)) === errors;
  };
  const chosen = modules.map((module) => {
    const files = [...sources].filter(([path]) =>
      path.startsWith(`${module}/`) && path.includes(flags.path ?? "")
    );
    if (files.length > 0) {
      return draw(ts, files, seeded(seed), isValid).take(Math.ceil(count / modules.length));
    }
    throw new TypeError(`No source file is in '${module}', expected ${MODULES.join(", ")}`);
  });
  if (flags.list) {
    for (const faults of chosen) for (const fault of faults) console.log(describe(fault));
    return;
  }

  const { imports } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const users = usersOf(sources, imports);
  const times = new Map<string, Promise<number>>();
  const rows = modules.map((module): Row => ({ module, killed: 0, hung: 0, lived: [] }));
  const queue = chosen.flatMap((faults, i) =>
    [...faults].map((fault) => [rows[i]!, fault] as const)
  );
  console.log(`${queue.length} faults, seed ${seed}`);
  const work = Array.from({ length: Math.max(1, number("jobs", 1)) }, async () => {
    await using copy = await Copy.make(times);
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [row, fault] = next;
      const tests = matchingTests(fault.path, users, number("tests", 12));
      const outcome = await copy.judge(fault, tests);
      console.log(`${outcome.padEnd(6)}  ${describe(fault)}`);
      if (outcome === "lived") row.lived.push(describe(fault));
      else row[outcome]++;
    }
  });
  await Promise.all(work);
  console.log(`\n${table(rows)}`);
}

if (import.meta.main) await main();
