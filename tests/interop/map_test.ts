/** What `rpc map` prints, writes and returns, embedded: no queue. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Card } from "../../fits/header/card.ts";
import { parseNpy } from "../../fits/image/npy.ts";
import { openFits } from "../../fits/file/open.ts";
import { encodeFits } from "../../fits/write/write.ts";
import { serveObjects } from "../support/http/object_store.ts";
import { ROOT, runDeno, startDeno } from "../support/program.ts";
import { runCommand } from "../support/run_command.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";

/** A FITS file of one pixel. */
async function onePixel(value: number): Promise<Uint8Array<ArrayBuffer>> {
  const header = [Card.of("DATE-OBS", `2026-11-0${value}`)];
  return await encodeFits([{ pixels: Int16Array.of(value), shape: [1, 1], header }]);
}

/** A folder with the files 1.fits to 5.fits, whose pixels are their numbers. */
async function fiveFiles() {
  const folder = await temporaryFolder();
  for (let i = 1; i <= 5; i++) {
    await Deno.writeFile(`${folder.path}/${i}.fits`, await onePixel(i));
  }
  return folder;
}

const map = (...words: string[]) => runCommand("rpc map", words);

/** The lines of results by their jobs, without what differs from run to run. */
function linesOf(lines: readonly string[]): Record<string, unknown>[] {
  return lines.map((line) => {
    const { seconds, worker, ...rest } = JSON.parse(line);
    assert(seconds >= 0);
    assertMatch(worker, /^[\w.-]+-[0-9a-f]{4}$/);
    return rest;
  }).sort((one, other) => one.job - other.job);
}

Deno.test("rpc map prints a line for each input, of those that fail too", async () => {
  await using folder = await fiveFiles();
  const at = (name: string) => `${folder.path}/${name}`;
  await Deno.writeTextFile(at("text.fits"), "hello");
  const { status, out, error } = await map(
    "data[0] * 1.5",
    at("[12].fits"),
    at("none.fits"),
    at("text.fits"),
    `${at("3.fits")}[1:1,1:1]`,
  );
  assertEquals(status, 1);
  const lines = linesOf(out);
  assertEquals(
    lines.map(({ job, input, type, shape, data, failed }) => [
      ...[job, input, type, shape, data, failed],
    ]),
    [
      [1, at("1.fits"), "FLOAT", [], 1.5, undefined],
      [2, at("2.fits"), "FLOAT", [], 3, undefined],
      [3, at("none.fits"), undefined, undefined, undefined, "read"],
      [4, at("text.fits"), undefined, undefined, undefined, "format"],
      [5, `${at("3.fits")}[1:1,1:1]`, "FLOAT", [], 4.5, undefined],
    ],
  );
  assertEquals(lines[2]!.error, `Cannot open '${at("none.fits")}': there is no such file`);
  assertMatch(error.at(-1)!, /^5 jobs done, 2 failed, in [\d.]+ s$/);
  assertEquals(error.filter((line) => line.startsWith("job ")).length, 2);
});

Deno.test("rpc map says where an expression fails, and what is no expression at once", async () => {
  await using folder = await fiveFiles();
  const input = `${folder.path}/1.fits`;
  const cases: [expression: string, failed: string, error: RegExp, position: number | undefined][] =
    [
      ["1 + nowhere", "language", /nowhere/i, 4],
      ["a = data", "language", /has no value, expected an expression/, 0],
      ["tv, data", "language", /shows no pictures/, 0],
      ["bytarr(300, 300)", "limit", /BYTE \[300, 300\], is longer than the 65536 char/, undefined],
    ];
  for (const [expression, failed, message, position] of cases) {
    const { status, out } = await map(expression, input, "--jobs", "1");
    const [line] = linesOf(out);
    assertEquals([status, line!.failed, line!.position], [1, failed, position], expression);
    assertMatch(String(line!.error), message);
  }
  const wrong = await map("mean(data", input);
  assertEquals([wrong.status, wrong.out], [2, []]);
  assertStringIncludes(wrong.error[0]!, "of 'mean(data')");
});

Deno.test("rpc map ends a job that takes longer than its time, and goes on", async () => {
  await using folder = await fiveFiles();
  const input = `${folder.path}/*.fits`;
  const expression = `data[0] eq 2 ? ${"fft(".repeat(60)}dcomplexarr(2000, 2000)${
    ")".repeat(60)
  } : data[0]`;
  const { status, out } = await map(expression, input, "--job-time", "3", "-j", "1");
  const lines = linesOf(out);
  assertEquals(status, 1);
  assertEquals(lines.map(({ data, failed }) => data ?? failed), [1, "time", 3, 4, 5]);
});

Deno.test("rpc map puts header values beside results, and saves values as files", async () => {
  await using folder = await fiveFiles();
  const save = `${folder.path}/values`;
  for (const format of ["npy", "fits"] as const) {
    const { status, out } = await map(
      ...["[[1.5, 2.5]] * data[0]", `${folder.path}/[45].fits`, "--format", format],
      ...["--save", save, "--header", "date-obs", "--header", "NONE"],
    );
    assertEquals(status, 0);
    const lines = linesOf(out);
    for (const [i, value] of [4, 5].entries()) {
      const path = `${save}/00000${i + 1}-${value}.${format}`;
      const bytes = await Deno.readFile(path);
      const expected = Float32Array.of(1.5 * value, 2.5 * value);
      if (format === "npy") assertEquals(parseNpy(bytes).data as unknown, expected);
      else {
        await using file = await openFits(bytes);
        assertEquals((await file.image()).pixels as unknown, expected);
      }
      assertEquals(lines[i], {
        ...{ job: i + 1, input: `${folder.path}/${value}.fits`, type: "FLOAT", shape: [2] },
        ...{ path, bytes: bytes.length },
        header: { "DATE-OBS": `2026-11-0${value}`, NONE: null },
      });
    }
  }
});

Deno.test("rpc map -o writes results, goes on, and does failures again", async () => {
  await using folder = await fiveFiles();
  const results = `${folder.path}/r.jsonl`;
  const words = ["data[0]", `${folder.path}/*.fits`, `${folder.path}/late.fits`, "-o", results];
  const first = await map(...words, "--json");
  assertEquals(first.status, 1);
  assertEquals(first.out.length, 1);
  const { seconds: _, ...summary } = JSON.parse(first.out[0]!);
  assertEquals(summary, {
    ...{ event: "summary", jobs: 6, done: 5, failed: 1, resumed: 0, workers: 1 },
  });
  const written = await Deno.readTextFile(results);
  assertEquals(linesOf(written.trimEnd().split("\n")).map(({ job }) => job), [1, 2, 3, 4, 5, 6]);
  // A line that was torn off is done again, and nothing else.
  const kept = written.slice(0, written.lastIndexOf("\n", written.length - 2) + 1);
  await Deno.writeTextFile(results, kept + '{"job":');
  await Deno.writeFile(`${folder.path}/6.fits`, await onePixel(6));
  const again = await map(...words);
  assertEquals(again.status, 1);
  assertEquals(again.error[0], `${results}: 5 of 6 jobs are done already`);
  const whole = await Deno.readTextFile(results);
  assertEquals(whole.startsWith(kept), true);
  assertEquals(linesOf(whole.trimEnd().split("\n")).map(({ job }) => job), [1, 2, 3, 4, 5, 6]);
  await Deno.writeFile(`${folder.path}/late.fits`, await onePixel(7));
  const retried = await map(...words, "--retry-failed");
  assertEquals([retried.status, retried.out], [0, []]);
  const lines = linesOf((await Deno.readTextFile(results)).trimEnd().split("\n"));
  assertEquals(lines.map(({ data }) => data), [1, 2, 3, 4, 5, 7]);
  const other = await map("data[0] + 1", ...words.slice(1));
  assertEquals([other.status, other.out], [1, []]);
  assertStringIncludes(other.error[0]!, "--clobber starts over");
  const anew = await map("data[0] + 1", ...words.slice(1), "--clobber");
  assertEquals(anew.status, 0);
});

Deno.test("rpc map takes lists and the objects of a bucket", async () => {
  await using folder = await fiveFiles();
  await Deno.writeTextFile(
    `${folder.path}/list`,
    [3, 1].map((i) => `${folder.path}/${i}.fits`).join("\r\n"),
  );
  const listed = await map("data[0]", "-i", `${folder.path}/list`);
  assertEquals(linesOf(listed.out).map(({ data }) => data), [3, 1]);
  await using store = await serveObjects({ open: ["sun"], pageKeys: 2 });
  for (let i = 1; i <= 5; i++) store.put(`sun/night/${i % 2}/${i}.fits`, await onePixel(i));
  const objects = (name: string) =>
    map("data[0]", name, "--endpoint", store.endpoint, "--no-sign-request");
  const all = await objects("s3://sun/night/");
  assertEquals([all.status, linesOf(all.out).map(({ data }) => data)], [0, [2, 4, 1, 3, 5]]);
  const some = await objects("s3://sun/night/1/[35]*.fits");
  assertEquals(linesOf(some.out).map(({ input }) => input), [
    "s3://sun/night/1/3.fits",
    "s3://sun/night/1/5.fits",
  ]);
});

Deno.test("rpc map refuses what it cannot do before it begins", async () => {
  await using folder = await fiveFiles();
  const input = `${folder.path}/1.fits`;
  const cases: [words: string[], status: number, error: string][] = [
    [["1"], 2, "expected an INPUT, or --input LIST"],
    [["1", input, "--format", "png"], 2, "--format is 'png', expected npy or fits"],
    [["1", input, "--hdu", ""], 2, "--hdu is '', expected a number, EXTNAME or EXTNAME,EXTVER"],
    [
      ["1", input, "--retry-failed"],
      2,
      "--retry-failed needs the --output in which the failures are",
    ],
    [["1", `${folder.path}/*.fit`], 1, `Cannot find '${folder.path}/*.fit': no file matches`],
    [
      ["1", "-i", `${folder.path}/no`],
      1,
      `Cannot read --input '${folder.path}/no': there is no such file`,
    ],
    [
      ["1", input, "-o", folder.path],
      1,
      `Cannot write '${folder.path}': it is a folder, expected a file`,
    ],
    [
      ["1", input, "--save", input],
      1,
      `Cannot make the folder of --save '${input}': it is a file, expected a folder`,
    ],
  ];
  for (const [words, status, message] of cases) {
    const { status: found, out, error } = await map(...words);
    assertEquals([found, out, error[0]], [status, [], message]);
  }
});

Deno.test("rpc map that is killed anywhere goes on: each result once", async () => {
  await using folder = await fiveFiles();
  const results = `${folder.path}/r.jsonl`;
  const count = 400;
  const list = Array.from({ length: count }, (_, i) => `${folder.path}/${i % 5 + 1}.fits`);
  await Deno.writeTextFile(`${folder.path}/list`, list.join("\n"));
  const args = [
    ...["run", "-A", "--no-check", "--quiet", `${ROOT}cli.ts`, "rpc", "map", "data[0]"],
    ...["-i", `${folder.path}/list`, "-o", results, "-j", "2"],
  ];
  const size = () => {
    try {
      return Deno.statSync(results).size;
    } catch {
      return 0;
    }
  };
  for (const least of [1, 10_000, 20_000]) {
    await using running = startDeno(args);
    let ended = false;
    void running.process.status.then(() => ended = true);
    await until(() => ended || size() >= least, "results are written");
    try {
      running.process.kill("SIGKILL");
    } catch (error) {
      // It was faster.
      if (!(error instanceof TypeError)) throw error;
    }
    while (await running.line() !== undefined);
    await running.stop("SIGKILL");
  }
  const { code, stderr } = await runDeno(args);
  assertEquals(code, 0, stderr);
  const lines = linesOf((await Deno.readTextFile(results)).trimEnd().split("\n"));
  assertEquals(lines.map(({ job, data }) => [job, data]), list.map((_, i) => [i + 1, i % 5 + 1]));
});
