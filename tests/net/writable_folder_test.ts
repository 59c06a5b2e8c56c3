import { assertEquals, assertRejects } from "@std/assert";
import { checkWritableFolder } from "../../net/writable_folder.ts";
import { temporaryFolder } from "../support/temporary.ts";

/** The name that the function gives its file. */
const PROBE = ".heliograph-probe.part";

function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name);
}

Deno.test("checkWritableFolder() leaves nothing, nor what a killed program left", async () => {
  await using folder = await temporaryFolder();
  await checkWritableFolder(folder.path);
  assertEquals(namesIn(folder.path), []);
  await Deno.writeFile(`${folder.path}/${PROBE}`, new Uint8Array());
  await checkWritableFolder(folder.path);
  assertEquals(namesIn(folder.path), []);
});

Deno.test("checkWritableFolder() keeps a file of somebody else that has its name", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/${PROBE}`, "mine");
  await checkWritableFolder(folder.path);
  assertEquals(await Deno.readTextFile(`${folder.path}/${PROBE}`), "mine");
});

Deno.test("checkWritableFolder() may be asked many times at once", async () => {
  await using folder = await temporaryFolder();
  await Promise.all(Array.from({ length: 100 }, () => checkWritableFolder(folder.path)));
  assertEquals(namesIn(folder.path), []);
});

Deno.test("checkWritableFolder() says what the system says of a folder that is not there", async () => {
  await using folder = await temporaryFolder();
  await assertRejects(() => checkWritableFolder(`${folder.path}/none`), Deno.errors.NotFound);
});
