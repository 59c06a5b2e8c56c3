import { assertEquals, assertRejects } from "@std/assert";
import { HeliographError } from "../../net/errors.ts";
import { replaceFile, writeWhole } from "../../net/replace_file.ts";
import { temporaryFolder } from "../support/temporary.ts";

const bytes = new TextEncoder().encode("SIMPLE  =                    T");

Deno.test("replaceFile() writes into a pipe, and leaves it a pipe", async () => {
  await using folder = await temporaryFolder();
  const pipe = `${folder.path}/pipe`;
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  const reader = new Deno.Command("cat", { args: [pipe], stdout: "piped" }).spawn();
  await replaceFile(pipe, (file) => writeWhole(file, bytes));
  assertEquals(new Uint8Array((await reader.output()).stdout), bytes);
  assertEquals((await Deno.lstat(pipe)).isFifo, true);
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["pipe"]);
});

Deno.test("replaceFile() leaves a device and the link to it what they are", async () => {
  await using folder = await temporaryFolder();
  const link = `${folder.path}/full`;
  await Deno.symlink("/dev/full", link);
  await assertRejects(
    () => replaceFile(link, (file) => writeWhole(file, bytes)),
    HeliographError,
    `Cannot write '${link}': the disk is full`,
  );
  assertEquals((await Deno.lstat(link)).isSymlink, true);
  assertEquals((await Deno.stat("/dev/full")).isCharDevice, true);
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["full"]);
});
