import { assertEquals, assertRejects } from "@std/assert";
import { HeliographError } from "../../../net/errors.ts";
import { OutputFolder } from "../../../rpc/server/output_folder.ts";
import { WindowDisplays } from "../../../rpc/server/window_displays.ts";
import { temporaryFolder } from "../../support/temporary.ts";

Deno.test("WindowDisplays tells apart what was written and what could not be", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/out`;
  await Deno.mkdir(path);
  const logged: string[] = [];
  const complained: string[] = [];
  const windows = new WindowDisplays(
    new OutputFolder(path, 100),
    [],
    (line) => logged.push(line),
    (line) => complained.push(line),
  );
  const { write } = windows.sink(() => {});
  await write("a.txt", new Uint8Array(3));
  await Deno.remove(path, { recursive: true });
  await assertRejects(() => write("b.txt", new Uint8Array(3)), HeliographError, "b.txt");
  assertEquals(logged, ["% SOCKSERVER: Wrote a.txt"]);
  assertEquals(complained, ["% SOCKSERVER: Cannot write b.txt: the output folder is missing"]);
});

Deno.test("OutputFolder removes what a killed server has left of its files", async () => {
  await using folder = await temporaryFolder();
  const names = ["image-1.png.77-3.part", "image-1.png", "x.part", ".image-1.png.77-3.part"];
  for (const name of names) await Deno.writeTextFile(`${folder.path}/${name}`, "dead");
  new OutputFolder(folder.path, 100);
  const left = [...Deno.readDirSync(folder.path)].map(({ name }) => name).toSorted();
  assertEquals(left, names.slice(1).toSorted());
});
