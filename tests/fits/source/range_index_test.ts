import { assertEquals } from "@std/assert";
import { RangeIndex } from "../../../fits/source/range_index.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const VERSION = { etag: '"a"', date: undefined, size: 1000 };
const bytes = (start: number, length: number) =>
  Uint8Array.from({ length }, (_, i) => (start + i) % 256);

Deno.test("RangeIndex finds bytes within what it remembers, and nowhere else", () => {
  const index = new RangeIndex("find", VERSION);
  assertEquals([index.isUseful, index.find(0, 1)], [false, undefined]);
  for (const [start, length] of [[500, 100], [0, 50], [100, 10], [20, 100]] as const) {
    index.add(start, bytes(start, length));
  }
  assertEquals(index.isUseful, true);
  const cases = [
    ...[[0, 50, true], [0, 51, false], [49, 60, true], [20, 120, true], [119, 121, false]] as const,
    ...[[500, 600, true], [599, 600, true], [599, 601, false], [499, 501, false]] as const,
  ];
  for (const [start, end, found] of cases) {
    const expected = found ? bytes(start, end - start) : undefined;
    assertEquals(index.find(start, end), expected, `${start} to ${end}`);
  }
});

Deno.test("RangeIndex remembers no more than a bound", () => {
  const index = new RangeIndex("bound", { ...VERSION, size: 1e9 });
  for (let i = 0; i < 10; i++) index.add(i << 20, new Uint8Array(1 << 20));
  assertEquals([index.find(3 << 20, 4 << 20)?.length, index.find(4 << 20, 5 << 20)], [
    1 << 20,
    undefined,
  ]);
});

Deno.test("RangeIndex of a folder is read by a later process, and forgotten when a file changes", async () => {
  await using folder = await temporaryFolder();
  const cache = `${folder.path}/cache`;
  const name = "https://somewhere/secret-name.fits";
  const index = new RangeIndex(name, VERSION, cache).begin();
  index.add(0, bytes(0, 80));
  index.add(500, bytes(500, 20));
  await index.save();
  const files = Array.from(Deno.readDirSync(cache), ({ name }) => name);
  assertEquals(files.map((file) => /^[0-9a-f]{64}\.index$/.test(file)), [true]);
  const path = `${cache}/${files[0]}`;
  const stored = await Deno.readFile(path);
  // What is in memory hides the folder: another folder with the same file does not.
  const moved = `${folder.path}/moved`;
  await Deno.rename(cache, moved);
  const again = (await RangeIndex.of(name, moved))!;
  assertEquals([again.version, again.find(500, 520)], [VERSION, bytes(500, 20)]);
  await again.forget();
  assertEquals(Array.from(Deno.readDirSync(moved)), []);
  assertEquals(await RangeIndex.of(name, moved), undefined);
  // A damaged file is none.
  const text = new TextDecoder("latin1").decode(stored);
  const damaged: Uint8Array[] = [
    new Uint8Array(0),
    stored.subarray(0, stored.length - 1),
    new Uint8Array([...stored, 0]),
    new TextEncoder().encode("null\n"),
    new TextEncoder().encode(text.replace("[0,80]", "[0,1e9]")),
    new TextEncoder().encode(text.replace("[500,20]", "[990,20]")),
    new TextEncoder().encode(text.replace('"size":1000', '"size":-1')),
    new TextEncoder().encode(text.replace('"version":1', '"version":2')),
  ];
  for (const bytes of damaged) {
    await Deno.writeFile(`${moved}/${files[0]}`, bytes);
    assertEquals(await RangeIndex.of(name, moved), undefined);
  }
});

Deno.test("RangeIndex keeps a thousand files in a folder, those that were used last", async () => {
  await using folder = await temporaryFolder();
  const name = (i: number) => `${i.toString(16).padStart(64, "0")}.index`;
  for (let i = 0; i < 1_000; i++) {
    const path = `${folder.path}/${name(i)}`;
    Deno.writeTextFileSync(path, "");
    Deno.utimeSync(path, 1_000_000 + i, 1_000_000 + i);
  }
  Deno.writeTextFileSync(`${folder.path}/own.txt`, "of someone else");
  const version = { etag: '"a"', date: undefined, size: 10 };
  const index = new RangeIndex("http://sun.example/a", version, folder.path).begin();
  index.add(0, new Uint8Array(10));
  await index.save();
  const names = [...Deno.readDirSync(folder.path)].map((entry) => entry.name).sort();
  assertEquals(names.length, 901);
  assertEquals(names.includes("own.txt"), true);
  // The new one is the 1,001st, and the oldest 101 have gone.
  assertEquals(names.includes(name(100)), false);
  assertEquals(names.includes(name(101)), true);
});
