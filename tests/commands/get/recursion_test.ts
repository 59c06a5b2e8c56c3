import { assertEquals, assertMatch } from "@std/assert";
import { site } from "../../support/http/site.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const FILES = {
  "data/a.fits": "a",
  "data/notes.txt": "notes",
  "data/2026/b.fits": "b",
  "data/2026/11/c.fits": "c",
  "other/d.fits": "d",
};

/** The files below a folder, in order. */
function filesBelow(folder: string, prefix = ""): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(`${folder}/${name}`, `${prefix}${name}/`) : [prefix + name]
  ).sort();
}

Deno.test("heliograph get --recursive fetches the files of a tree, and skips them the next time", async () => {
  await using folder = await temporaryFolder();
  await using files = await site(FILES);
  const url = `${files.server.url}data/`;
  const args = ["--recursive", "--no-parent", "--match", "*.fits", url, "-o", folder.path];
  const first = await runCommand("get", args);
  assertEquals([first.status, first.out.join("\n").split("\n").sort()], [
    0,
    ["2026/11/c.fits", "2026/b.fits", "a.fits"].map((name) => `${folder.path}/${name}`),
  ]);
  assertMatch(first.error[0]!, /^3 fetched \(3 B\), 0 skipped, 0 failed in /);
  assertEquals(first.error[1], `${url}: 3 pages read; links not followed: 1 of other names`);
  assertEquals(filesBelow(folder.path), ["2026/11/c.fits", "2026/b.fits", "a.fits"]);
  const second = await runCommand("get", [...args, "--json"]);
  assertEquals(second.out.join("\n").split("\n").map((line) => JSON.parse(line).outcome), [
    "skipped",
    "skipped",
    "skipped",
  ]);
});

Deno.test("heliograph get --recursive --list shows what would be fetched, and writes nothing", async () => {
  await using folder = await temporaryFolder();
  await using files = await site(FILES);
  const url = `${files.server.url}data/`;
  const args = ["-r", "--no-parent", "--depth", "1", "--list", url, "-o", folder.path];
  const { status, out } = await runCommand("get", args);
  assertEquals([status, out.sort()], [0, [`${url}a.fits`, `${url}notes.txt`]]);
  const { out: lines } = await runCommand("get", [...args, "--json"]);
  assertEquals(lines.sort().map((line) => JSON.parse(line)), [
    { url: `${url}a.fits`, path: "a.fits" },
    { url: `${url}notes.txt`, path: "notes.txt" },
  ]);
  assertEquals(filesBelow(folder.path), []);
});

Deno.test("heliograph get says which flags go with --recursive", async () => {
  const errorOf = async (...args: string[]) => (await runCommand("get", args)).error.join("\n");
  assertMatch(await errorOf("--no-parent", "http://127.0.0.1/"), /--no-parent needs --recursive/);
  assertMatch(await errorOf("--ignore-robots", "http://127.0.0.1/"), /--ignore-robots needs/);
  assertMatch(await errorOf("-r", "ftp://127.0.0.1/"), /--recursive is for http and https/);
  assertMatch(await errorOf("-r", "--name", "a", "http://127.0.0.1/"), /no name and no sum/);
  assertMatch(await errorOf("-c", "--newer", "http://127.0.0.1/"), /exclude each other/);
});
