import { assertEquals, assertRejects } from "@std/assert";
import { nameFrom, outputPlace } from "../../../commands/program/output_file.ts";
import { temporaryFolder } from "../../support/temporary.ts";

Deno.test("outputPlace() keeps files, makes folders, and lets bytes go to standard output", async () => {
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.writeTextFile(`${path}/old.png`, "");
  const place = (output: string, clobber = false, count = 1) =>
    outputPlace(output, "a.png", { clobber, count });
  assertEquals(await place("-"), "-");
  assertEquals(await place(`${path}/new.png`), `${path}/new.png`);
  assertEquals(await place(`${path}/old.png`, true), `${path}/old.png`);
  assertEquals(await place(path, false, 3), `${path}/a.png`);
  assertEquals(await place(`${path}/x/y/`), `${path}/x/y/a.png`);
  assertEquals(Deno.statSync(`${path}/x/y`).isDirectory, true);
  const wrong: [() => Promise<string>, string][] = [
    [() => place(`${path}/old.png`), "old.png': it exists already; --clobber replaces it"],
    [
      () => place(`${path}/new.png`, true, 2),
      "new.png', expected a folder such as DIR/ for 2 files",
    ],
    [() => place("-", true, 2), "--output is '-', expected a folder such as DIR/ for 2 files"],
    [() => place(`${path}/old.png/`), "Cannot make the folder of --output"],
  ];
  for (const [result, message] of wrong) await assertRejects(result, Error, message);
  await Deno.writeTextFile(`${path}/a.png`, "");
  await assertRejects(() => place(path), Error, "a.png': it exists already");
});

Deno.test("nameFrom() makes a name of a path, a URL, an extended name", () => {
  for (
    const [source, name] of [
      ["a/b.fits", "b.png"],
      ["b.fits.gz", "b.png"],
      ["b.fits.fz[1][1:5,*]", "b.png"],
      ["http://h/x/sun.fits?as=1#f", "sun.png"],
      ["b.tar", "b.tar.png"],
      ["-", "output.png"],
      ["a/..", "output.png"],
      ["http://h/", "output.png"],
    ] as const
  ) {
    assertEquals(nameFrom(source, ".png"), name, source);
  }
});
