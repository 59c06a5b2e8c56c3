import { assertEquals } from "@std/assert";
import { FolderNames } from "../../../http/files/folder_names.ts";
import { fileHandler } from "../../../http/files/handler.ts";
import { serveHttp } from "../../../http/server/serve_http.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const NOW = 1_800_000_000_000;
const VERSION = { dev: 1, ino: 2, size: 3, mtime: NOW - 60_001, ctime: NOW - 60_001 };
const names = (...list: string[]) => ({
  sorted: list.map((name) => ({ name, isFolder: false, size: NaN, mtime: 0 })),
  unnamed: 0,
});

Deno.test("FolderNames keeps the names of a folder as long as it stays the same", () => {
  const kept = new FolderNames();
  const own = names("a", "b");
  kept.of("x", NOW).keep(VERSION, own);
  assertEquals(kept.of("x", NOW + 1e9).find(VERSION), own);
  assertEquals(kept.of("y", NOW).find(VERSION), undefined);
  assertEquals(kept.of("x", NOW).find({ ...VERSION, mtime: NOW - 1 }), undefined);
  assertEquals(kept.of("x", NOW).find(VERSION), undefined, "what is old is forgotten");
  // What was changed just now may change again in the same moment.
  const fresh = { ...VERSION, mtime: NOW - 1, ctime: NOW - 1 };
  kept.of("x", NOW).keep(fresh, own);
  assertEquals(kept.of("x", NOW).find(fresh), undefined);
});

Deno.test("FolderNames keeps so many names and no more, those asked for lately", () => {
  const kept = new FolderNames(5);
  const put = (key: string, ...list: string[]) => kept.of(key, NOW).keep(VERSION, names(...list));
  const has = (...keys: string[]) =>
    keys.filter((key) => kept.of(key, NOW).find(VERSION) !== undefined).join("");
  put("a", "1", "2");
  put("b", "1", "2");
  assertEquals(has("b", "a"), "ba");
  put("c", "1", "2");
  assertEquals(has("a", "b", "c"), "ac");
  put("a", "1");
  assertEquals(has("a", "c"), "ac");
  put("d", "1", "2", "3", "4", "5", "6");
  assertEquals(has("a", "c", "d"), "ac");
  put("e", "1", "2", "3", "4", "5");
  assertEquals(has("a", "c", "e"), "e");
});

Deno.test("a page of a folder shows what was added, renamed and removed, and sizes as they are", async () => {
  await using folder = await temporaryFolder();
  const path = (name: string) => `${folder.path}/${name}`;
  for (let i = 0; i < 300; i++) await Deno.writeTextFile(path(`file${i}`), "x");
  let ahead = 10_000;
  const now = () => Date.now() + ahead;
  await using server = await serveHttp({ port: 0 }, fileHandler({ root: folder.path, now }));
  // Each look is later than what is kept of the page itself.
  const look = async (query: string): Promise<{ name: string; size: number }[]> => {
    ahead += 10_000;
    const headers = { Accept: "application/json" };
    return await (await fetch(`${server.url}?${query}`, { headers })).json();
  };
  const first = await look("page=1");
  assertEquals([first.length, first[0], first.at(-1)!.name], [
    200,
    { ...first[0]!, name: "file0", size: 1 },
    "file199",
  ]);
  assertEquals((await look("page=2")).map(({ name }) => name).at(-1), "file299");
  assertEquals((await look("page=1&order=desc"))[0]!.name, "file299");
  await Deno.writeTextFile(path("file0"), "longer");
  assertEquals((await look("page=1"))[0]!.size, 6);
  await Deno.rename(path("file0"), path("another"));
  await Deno.remove(path("file1"));
  const after = (await look("page=1")).map(({ name }) => name);
  assertEquals([after.length, after[0], after[1], after.at(-1)], [
    200,
    "another",
    "file2",
    "file200",
  ]);
  assertEquals((await look("page=1&filter=another")).length, 1);
});
