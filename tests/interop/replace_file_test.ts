import { assertEquals, assertStringIncludes } from "@std/assert";
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
  // The runtime opens devices with all permissions only, as `deno eval` has them.
  const module = new URL("../../net/replace_file.ts", import.meta.url).href;
  const script = `
    import { replaceFile, writeWhole } from ${JSON.stringify(module)};
    await replaceFile(${JSON.stringify(link)}, (file) => writeWhole(file, new Uint8Array(80)));
  `;
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args: ["eval", script] })
    .output();
  assertEquals(code, 1);
  assertStringIncludes(
    new TextDecoder().decode(stderr),
    `HeliographError: Cannot write '${link}': the disk is full`,
  );
  assertEquals((await Deno.lstat(link)).isSymlink, true);
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["full"]);
});
