import { assertEquals } from "@std/assert";
import { replaceFile, writeWhole } from "../../net/replace_file.ts";
import { makeLink, temporaryFolder } from "../support/temporary.ts";

Deno.test("replaceFile() keeps the mode of the file whose place it takes, whatever the umask", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a`;
  for (const mode of [0o666, 0o664, 0o640, 0o600, 0o444, 0o755]) {
    await Deno.writeFile(path, new Uint8Array(1));
    await Deno.chmod(path, mode);
    const before = await Deno.stat(path);
    await replaceFile(path, (file) => writeWhole(file, new Uint8Array(2)));
    const after = await Deno.stat(path);
    assertEquals(after.mode! & 0o7777, mode, mode.toString(8));
    assertEquals([after.uid, after.gid, after.size], [before.uid, before.gid, 2]);
    assertEquals(after.ino === before.ino, false);
    await Deno.remove(path);
  }
  assertEquals(await Array.fromAsync(Deno.readDir(folder.path)), []);
});

Deno.test("replaceFile() leaves the old file alone where writing fails, and a link a link", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/a`;
  await Deno.writeFile(path, Uint8Array.of(7));
  await makeLink("a", `${folder.path}/link`);
  const error = await replaceFile(path, () => Promise.reject(new Error("no"))).catch((e) => e);
  assertEquals([error.message, await Deno.readFile(path)], ["no", Uint8Array.of(7)]);
  await replaceFile(`${folder.path}/link`, (file) => writeWhole(file, Uint8Array.of(8)));
  assertEquals(await Deno.readFile(path), Uint8Array.of(8));
  assertEquals((await Deno.lstat(`${folder.path}/link`)).isSymlink, true);
  const names = (await Array.fromAsync(Deno.readDir(folder.path))).map(({ name }) => name);
  assertEquals(names.toSorted(), ["a", "link"]);
});
