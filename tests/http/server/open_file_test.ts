import { assertEquals } from "@std/assert";
import { OpenFile, OpenFolder, versionOf } from "../../../http/server/open_file.ts";
import { temporaryFolder } from "../../support/temporary.ts";

Deno.test("versionOf() takes a time that no date can hold for 1970", () => {
  const info = Deno.statSync(".");
  const cases: [time: number, known: number][] = [
    [1_764_500_000_123, 1_764_500_000_123],
    [-1_000, -1_000],
    [NaN, 0],
    [8.64e15, 0],
    [Date.parse("9999-12-31T23:59:59.999Z"), 253_402_300_799_999],
    [Date.parse("-000002-12-17T00:00:00Z"), 0],
  ];
  for (const [time, known] of cases) {
    const date = new Date(time);
    const { mtime, ctime } = versionOf({ ...info, mtime: date, ctime: date });
    assertEquals([mtime, ctime], [known, known], String(time));
  }
});

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
