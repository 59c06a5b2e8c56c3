/** Folders and files whose names others change: with the permission to see where a descriptor is. */

import { assertEquals } from "@std/assert";
import { OpenFile, OpenFolder } from "../../http/server/open_file.ts";
import { temporaryFolder } from "../support/temporary.ts";

Deno.test("OpenFolder and OpenFile stay what was opened, whatever their names become", async () => {
  await using folder = await temporaryFolder();
  const [inside, outside, name] = ["inside", "outside", "name"].map((n) => `${folder.path}/${n}`);
  for (const path of [name!, outside!]) Deno.mkdirSync(path);
  Deno.writeTextFileSync(`${name}/a.txt`, "inside");
  Deno.writeTextFileSync(`${outside}/secret.txt`, "outside");
  using open = new OpenFolder(name!);
  using file = OpenFile.open(`${name}/a.txt`);
  Deno.renameSync(name!, inside!);
  Deno.symlinkSync(outside!, name!);
  if (Deno.build.os !== "linux") return;
  assertEquals([...Deno.readDirSync(open.path)].map((entry) => entry.name), ["a.txt"]);
  assertEquals(file.place, `${Deno.realPathSync(inside!)}/a.txt`);
});
