import { assertEquals, assertMatch } from "@std/assert";
import { temporaryFolder } from "../support/temporary.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("examples/socket_download.ts prints the head and saves the picture", async () => {
  await using folder = await temporaryFolder();
  const output = `${folder.path}/output.jpeg`;
  const permissions = ["--allow-net=127.0.0.1", "--allow-read=.", "--allow-write=out"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...permissions, "examples/socket_download.ts", output],
    cwd: ROOT,
  }).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 0, new TextDecoder().decode(stderr));
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
