/** What `get` shows while it fetches and when it has: lists, results, the display, wrong usage. */

import { assertEquals, assertMatch } from "@std/assert";
import { DownloadBoard, totalLine, transferLine } from "../../../commands/get/board.ts";
import { DownloadResults } from "../../../commands/get/results.ts";
import type { CommandContext } from "../../../commands/program/command.ts";
import type { DownloadResult } from "../../../http/download/job/options.ts";
import { DownloadProgress } from "../../../http/download/job/progress.ts";
import { answer, hostileServer } from "../../support/http/hostile_server.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

/** A context that notes what is said, each line with where it went. */
function contextOf(flags: Partial<Pick<CommandContext, "json" | "verbose" | "quiet">> = {}) {
  const lines: string[] = [];
  const to = (where: string) => (line: string) => void lines.push(`${where}: ${line}`);
  const context = {
    ...{ json: false, verbose: false, quiet: true, signal: new AbortController().signal },
    ...flags,
    ...{ print: to("out"), report: to("report"), detail: to("detail") },
    complain: to("complain"),
  } as unknown as CommandContext;
  return { context, lines };
}

const result = (more: Partial<DownloadResult>): DownloadResult => ({
  ...{ url: "http://h/a", path: "a.fits", outcome: "fetched", status: 200, bytes: 2_048 },
  ...{ seconds: 2, error: null },
  ...more,
} as DownloadResult);

Deno.test("DownloadResults prints paths, tells sizes and faults, and sums up", () => {
  const { context, lines } = contextOf({ verbose: true });
  const results = new DownloadResults(context);
  results.add(result({}));
  results.add(result({ path: "b.fits", outcome: "skipped", bytes: 4_096 }));
  results.add(result({ path: null, outcome: "failed", bytes: 100, error: "Cannot: gone" }));
  results.add(result({ path: "c.fits", bytes: 1_024, seconds: 0.5 }));
  results.end();
  assertEquals(lines, [
    "out: a.fits",
    "detail: a.fits: 2.00 KiB in 2.00 s",
    "out: b.fits",
    "detail: b.fits: is there already",
    "complain: heliograph get: Cannot: gone",
    "out: c.fits",
    "detail: c.fits: 1.00 KiB in 0.50 s",
  ]);
  assertEquals(results.failed, 1);
  assertMatch(results.summary, /^2 fetched \(3\.00 KiB\), 1 skipped, 1 failed in \d/);
});

Deno.test("DownloadResults prints one object for each file with --json, and no sizes without --verbose", () => {
  const json = contextOf({ json: true, verbose: true });
  const results = new DownloadResults(json.context);
  const all = [result({}), result({ path: null, outcome: "failed", error: "Cannot: gone" })];
  all.forEach((one) => results.add(one));
  results.end();
  assertEquals(json.lines, [
    `out: ${JSON.stringify(all[0])}`,
    "complain: heliograph get: Cannot: gone",
    `out: ${JSON.stringify(all[1])}`,
  ]);
  const { context, lines } = contextOf();
  const plain = new DownloadResults(context);
  plain.add(result({}));
  plain.detail("nobody asked");
  plain.end();
  assertEquals(lines, ["out: a.fits"]);
});

Deno.test("transferLine() shows the share that is there, at most all of it", () => {
  for (
    const [bytes, total, line] of [
      [0, 3, "    0%         0 B  x"],
      [1, 3, "   33%         1 B  x"],
      [3, 3, "  100%         3 B  x"],
      [5, 3, "  100%         5 B  x"],
      [5, 0, "               5 B  x"],
      [5, undefined, "               5 B  x"],
    ] as const
  ) assertEquals(transferLine({ label: "x", bytes, received: 0, total }), line);
});

Deno.test("totalLine() tells the time left where every size is known and something has come", () => {
  const progress = new DownloadProgress();
  const line = (seconds: number) => totalLine(progress, seconds);
  progress.files = 3;
  progress.finished = 1;
  assertEquals(line(0), "1 of 3 files  0 B  0 B/s");
  const one = { label: "x", bytes: 1_024, received: 1_024, total: 3_072 as number | undefined };
  progress.active.add(one);
  // The third has not begun, and its size is not known.
  assertEquals(line(2), "1 of 3 files  1.00 KiB  512 B/s");
  progress.active.add({ label: "y", bytes: 2_048, received: 1_024, total: 1_024 });
  assertEquals(line(2), "1 of 3 files  2.00 KiB  1.00 KiB/s  2.00 s left");
  assertEquals(line(0), "1 of 3 files  2.00 KiB  0 B/s");
  one.total = undefined;
  assertEquals(line(2), "1 of 3 files  2.00 KiB  1.00 KiB/s");
});

Deno.test("DownloadBoard shows nothing of work that ends at once, and lets others write", () => {
  for (const quiet of [true, false]) {
    const lines: string[] = [];
    const board = new DownloadBoard({ quiet, json: false, report: (l) => lines.push(l) }, false);
    board.interrupted(() => lines.push("other"));
    board.end();
    board.end();
    assertEquals(lines, ["other"]);
  }
});

const PAGE = '<a href="../">up</a>\n<a href="a.fits">a.fits</a>   21-Nov-2026 10:00   30\n' +
  '<a href="b.txt">b.txt</a>   21-Nov-2026 10:00   2.5K\n<a href="c.dat">c.dat</a>\n';

function folderServer() {
  return hostileServer(async ({ path }, peer) => {
    const html = { "Content-Type": "text/html" };
    const bytes = (text: string) => new TextEncoder().encode(text);
    await peer.send(
      ...path === "/"
        ? answer("200 OK", html, bytes(PAGE))
        : path.startsWith("/none")
        ? answer("404 Not Found", {}, bytes(""))
        : answer("200 OK", {}, bytes(path)),
    );
  });
}

Deno.test("get --list prints a line or an object for each file, and ends with status 0", async () => {
  await using server = folderServer();
  const { url } = server;
  const list = await runCommand("get", ["--list", `${url}/`]);
  assertEquals([list.status, list.error], [0, []]);
  const lines = ({ out }: typeof list) => out.flatMap((text) => text.split("\n"));
  assertEquals(lines(list), [
    `          30  2026-11-21 10:00:00  ${url}/a.fits`,
    `       ~2560  2026-11-21 10:00:00  ${url}/b.txt`,
    `           -  -                    ${url}/c.dat`,
  ]);
  const json = await runCommand("get", ["--list", "--json", "--match", "[ac]*", `${url}/`]);
  assertEquals([json.status, json.error], [0, []]);
  const modified = "2026-11-21T10:00:00";
  assertEquals(lines(json).map((line) => JSON.parse(line)), [
    { name: "a.fits", url: `${url}/a.fits`, size: 30, rounded: false, modified },
    { name: "c.dat", url: `${url}/c.dat`, size: null, rounded: false, modified: null },
  ]);
  const none = await runCommand("get", ["--list", `${url}/none/`]);
  assertEquals([none.status, none.out, none.error.length], [1, [], 1]);
});

Deno.test("get ends with status 0 where all came, 1 where one did not, and says how many", async () => {
  await using folder = await temporaryFolder();
  await using server = folderServer();
  const get = (...words: string[]) => runCommand("get", [...words, "-o", folder.path]);
  const one = await get(`${server.url}/x.fits`, "--name", "y.fits");
  assertEquals([one.status, one.out], [0, [`${folder.path}/y.fits`]]);
  assertMatch(one.error.join("\n"), /^1 fetched \(7 B\), 0 skipped, 0 failed in \S+ m?s$/);
  const again = await get(`${server.url}/x.fits`, "--name", "y.fits", "--quiet");
  assertEquals([again.status, again.error], [0, []]);
  const two = await get(`${server.url}/none`, `${server.url}/z`, "--retries", "0");
  assertEquals([two.status, two.out, two.error.length], [1, [`${folder.path}/z`], 2]);
  assertMatch(two.error[1]!, /^1 fetched \(2 B\), 0 skipped, 1 failed in/);
  const json = await get(`${server.url}/none`, "--json", "--retries", "0");
  const { outcome, status, path } = JSON.parse(json.out[0]!);
  assertEquals([json.status, outcome, status, path], [1, "failed", 404, null]);
  const unique = await get(`${server.url}/z`, "--unique");
  assertEquals([unique.status, unique.out.length, unique.out[0] === `${folder.path}/z`], [
    0,
    1,
    false,
  ]);
  await Deno.writeTextFile(`${folder.path}/z`, "old");
  assertEquals((await get(`${server.url}/z`, "--clobber")).status, 0);
  assertEquals(await Deno.readTextFile(`${folder.path}/z`), "/z");
});

Deno.test("get refuses flags that do not go together, with status 2", async () => {
  const two = ["http://127.0.0.1:1/a", "http://127.0.0.1:1/b"];
  const hash = "0".repeat(64);
  for (
    const [words, message] of [
      [["--name", "x", ...two], "--name is for one URL; there are 2"],
      [["--sha256", hash, ...two], "--sha256 is for one URL; there are 2"],
      [["--name", "x", "--sha256", hash, ...two], "--name is for one URL; there are 2"],
      [
        ["--name", "a/b", two[0]!],
        "--name is 'a/b', expected a file name; --output names the folder",
      ],
      [
        ["--name", "..", two[0]!],
        "--name is '..', expected a file name; --output names the folder",
      ],
      [["--sha256", `${hash}0`, two[0]!], `--sha256 is '${hash}0', expected 64 hexadecimal digits`],
      [["--max-size", "0", two[0]!], "--max-size is '0', expected 1 or more"],
      [["--clobber", "--unique", two[0]!], "--clobber and --unique exclude each other"],
      [["--newer", "--unique", two[0]!], "--newer and --unique exclude each other"],
    ] as const
  ) {
    const { status, out, error } = await runCommand("get", words);
    assertEquals([status, out, error], [2, [], [message]]);
  }
});
