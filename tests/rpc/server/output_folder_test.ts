import { assertEquals, assertRejects } from "@std/assert";
import { HeliographError, LimitError } from "../../../net/errors.ts";
import { OutputFolder } from "../../../rpc/server/output_folder.ts";
import { temporaryFolder } from "../../support/temporary.ts";

Deno.test("OutputFolder charges what is written, not what failed", async () => {
  await using folder = await temporaryFolder();
  const missing = new OutputFolder(`${folder.path}/none`, 100);
  for (let i = 0; i < 3; i++) {
    const error = await assertRejects(
      () => missing.write("a.png", new Uint8Array(60)),
      HeliographError,
    );
    assertEquals(error.message, "Cannot write a.png: the output folder is missing");
  }
  assertEquals(missing.written, 0);
  const output = new OutputFolder(folder.path, 100);
  await output.write("a.png", new Uint8Array(60));
  await assertRejects(() => output.write("b.png", new Uint8Array(60)), LimitError, "60 of the 100");
  assertEquals(output.written, 60);
});

Deno.test("OutputFolder takes a claimed name back unless something was written under it", async () => {
  await using folder = await temporaryFolder();
  const output = new OutputFolder(folder.path, 100);
  assertEquals([await output.claim("a.png"), await output.claim("a.png")], [true, false]);
  await output.unclaim("a.png");
  assertEquals(await output.claim("a.png"), true);
  await output.write("a.png", new Uint8Array(3));
  await output.unclaim("a.png");
  assertEquals(await output.claim("a.png"), false);
});
