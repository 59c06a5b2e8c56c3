import { assertEquals } from "@std/assert";
import { createPart, createPartSync, removeDeadFiles } from "../../net/own_parts.ts";
import { replaceFile, writeWhole } from "../../net/replace_file.ts";
import { makeLink, temporaryFolder } from "../support/temporary.ts";

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).toSorted();
}

Deno.test("replaceFile() removes what killed programs have left of the same file, and nothing else", async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => `${folder.path}/${name}`;
  const others = [
    ...["b.fits.0123abcd.part", "a.fits.0123abcd", "a.fits.0123abcg.part", "a.fits.part"],
    ...["xa.fits.0123abcd.part", "a.fits.0123abcd.part.json", "a.fits.9999ffff.partx"],
  ];
  const dead = ["a.fits.0123abcd.part", "a.fits.ffff0000.part", "a.fits.ffff0000.heap.part"];
  for (const name of [...others, ...dead]) await Deno.writeTextFile(at(name), "dead");
  await makeLink("b.fits.0123abcd.part", at("a.fits.11111111.part"));
  await Deno.mkdir(at("a.fits.22222222.part"));
  using held = (await createPart(() => at("a.fits.33333333.part"))).file;
  await replaceFile(at("a.fits"), (file) => writeWhole(file, new Uint8Array(1)));
  assertEquals(
    namesIn(folder.path),
    [
      ...[...others, "a.fits", "a.fits.11111111.part", "a.fits.22222222.part"],
      "a.fits.33333333.part",
    ].toSorted(),
  );
  await writeWhole(held, new Uint8Array(1));
});

Deno.test("replaceFile() writes beside a run of itself that is under way", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a`;
  const begun = Promise.withResolvers<void>();
  const inner = Promise.withResolvers<void>();
  const outer = replaceFile(path, async (file) => {
    await writeWhole(file, Uint8Array.of(1));
    begun.resolve();
    await inner.promise;
  });
  await begun.promise;
  await replaceFile(path, (file) => writeWhole(file, Uint8Array.of(2)));
  assertEquals([await Deno.readFile(path), namesIn(folder.path).length], [Uint8Array.of(2), 2]);
  inner.resolve();
  await outer;
  assertEquals([await Deno.readFile(path), namesIn(folder.path)], [Uint8Array.of(1), ["a"]]);
});

Deno.test("removeDeadFiles() leaves what a program holds", async () => {
  await using folder = await temporaryFolder();
  let made = 0;
  using part = createPartSync(() => `${folder.path}/${++made}`).file;
  assertEquals(made, 1);
  removeDeadFiles(folder.path, /^\d$/);
  assertEquals(namesIn(folder.path), ["1"]);
  part.unlockSync();
  removeDeadFiles(folder.path, /^x$/);
  assertEquals(namesIn(folder.path), ["1"]);
  removeDeadFiles(folder.path, /^\d$/);
  assertEquals(namesIn(folder.path), []);
});
