import { assertEquals, assertMatch } from "@std/assert";
import { runExample } from "../support/examples.ts";
import { temporaryFolder } from "../support/temporary.ts";

Deno.test("examples/socket_download.ts prints the head and saves the picture", async () => {
  await using folder = await temporaryFolder();
  const output = `${folder.path}/out/output.jpeg`;
  const example = await runExample("example:socket-download", folder.path, output);
  const { code, stdout: text, stderr } = example;
  assertEquals([code, stderr], [0, ""]);
  const picture = await Deno.readFile(output);
  const length = picture.length;
  assertMatch(text, /^HTTP\/1\.1 200 OK\nContent-Type: image\/jpeg\n/);
  assertMatch(text, new RegExp(`\nContent-Length: ${length}\n`));
  assertEquals(text.split("\n").slice(-3), [
    `${output}: ${length} bytes`,
    `socketGet: 200, ${length} bytes, the same: true`,
    "",
  ]);
  assertEquals([...picture.subarray(0, 3)], [0xff, 0xd8, 0xff]);
});
