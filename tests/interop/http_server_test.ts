/** The file server against what a test without permissions cannot make: links, pipes, real clients. */

import { assert, assertEquals } from "@std/assert";
import { later, site } from "../support/http_site.ts";
import type { WireAnswer } from "../support/http_wire.ts";
import { temporaryFolder } from "../support/temporary.ts";

const DIGITS = "0123456789";

Deno.test("fileHandler() follows links within the folder, and out of it only when told to", async () => {
  await using outside = await temporaryFolder();
  Deno.writeTextFileSync(`${outside.path}/secret.txt`, "secret");
  const files = { "in/a.txt": DIGITS };
  const link = (root: string) => {
    Deno.symlinkSync("in/a.txt", `${root}/inner.txt`);
    Deno.symlinkSync("in", `${root}/innerfolder`);
    Deno.symlinkSync(`${outside.path}/secret.txt`, `${root}/outer.txt`);
    Deno.symlinkSync(outside.path, `${root}/outerfolder`);
    Deno.symlinkSync("loop", `${root}/loop`);
    Deno.symlinkSync("nowhere", `${root}/broken`);
  };
  const status = async (it: { ask(line: string): Promise<WireAnswer> }) => {
    const all: Record<string, number> = {};
    for (
      const path of [
        "inner.txt",
        "innerfolder/a.txt",
        "outer.txt",
        "outerfolder",
        "outerfolder/",
        "outerfolder/secret.txt",
        "loop",
        "broken",
      ]
    ) all[path] = (await it.ask(`GET /${path}`)).status;
    return all;
  };
  await using confined = await site(files);
  link(confined.root);
  assertEquals(await status(confined), {
    "inner.txt": 200,
    "innerfolder/a.txt": 200,
    "outer.txt": 404,
    "outerfolder": 404,
    "outerfolder/": 404,
    "outerfolder/secret.txt": 404,
    "loop": 404,
    "broken": 404,
  });
  const listing = await confined.ask("GET /", "Accept: application/json");
  assertEquals(JSON.parse(listing.body).map((entry: { name: string }) => entry.name), [
    "in",
    "innerfolder",
    "inner.txt",
  ]);
  await using free = await site(files, { followSymlinks: true });
  link(free.root);
  assertEquals(Object.values(await status(free)), [200, 200, 200, 301, 200, 200, 404, 404]);
});

Deno.test("fileHandler() is not held up by a named pipe, and serves no device", async () => {
  await using it = await site({ "a": DIGITS });
  const { success } = await new Deno.Command("mkfifo", { args: [`${it.root}/pipe`] }).output();
  assert(success);
  assertEquals((await it.ask("GET /pipe")).status, 404);
  assertEquals((await it.ask("GET /a")).body, DIGITS);
  const listing = await it.ask("GET /", "Accept: application/json");
  assertEquals(JSON.parse(listing.body).length, 1);
});

Deno.test("a file in memory is let go when a link takes its place", async () => {
  await using it = await site({ "a": "aaaa", "b": "bbbb" }, later);
  for (let i = 0; i < 3; i++) assertEquals((await it.ask("GET /a")).body, "aaaa");
  Deno.removeSync(`${it.root}/a`);
  Deno.symlinkSync("b", `${it.root}/a`);
  assertEquals((await it.ask("GET /a")).body, "bbbb");
});
