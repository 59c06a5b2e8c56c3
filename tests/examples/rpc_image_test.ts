import { assertEquals, assertMatch } from "../support/assert.ts";
import { runExample } from "../support/examples.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { decodePng } from "../../fits/picture/png.ts";

Deno.test("examples/rpc_image.ts prints the document's messages and puts the picture on disk", async () => {
  await using folder = await temporaryFolder();
  const { code, stdout: printed, stderr } = await runExample("example:rpc", folder.path);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(printed, /^% SOCKSERVER: Server listening on port \d+$/m);
  assertMatch(printed, /^% LISTENERCALLBACK: Client connection established on LUN 101$/m);
  assertMatch(printed, /^% SOCKCLIENT: Server connection established on LUN 100$/m);
  assertMatch(printed, /^total\(data\) is \d+$/m);
  const name = /^The picture is in (\S+\.png)$/m.exec(printed)![1]!;
  const { width, height, color, data } = decodePng(await Deno.readFile(`${folder.path}/${name}`));
  assertEquals([width, height, color], [512, 512, "rgb"]);
  // The spot at 40 percent from the left and 35 from the top is dark, its mirror image is not.
  const level = (x: number, y: number) => data[(y * width + x) * 3]!;
  assertEquals(level(205, 179) < 30 && level(205, 333) > 90, true);
});
