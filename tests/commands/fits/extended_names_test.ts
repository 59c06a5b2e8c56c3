/** Extended names of files, as the commands of `fits` take them. */

import { assertEquals } from "@std/assert";
import { encodeFits, openFits, tableHdu } from "../../../fits/mod.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

async function setUp() {
  const folder = await temporaryFolder();
  const file = `${folder.path}/a.fits`;
  const pixels = Int16Array.from({ length: 12 }, (_, i) => i);
  await Deno.writeFile(
    file,
    await encodeFits([
      { pixels: new Uint8Array(0), shape: [] },
      { pixels, shape: [4, 3], name: "SCI" },
      tableHdu({ name: "T", columns: [{ name: "N", values: new Int32Array([7, 8]) }] }),
    ]),
  );
  return { folder, file };
}

Deno.test("the commands of fits take what a file's name selects", async () => {
  const { folder, file } = await setUp();
  await using _ = folder;
  const cases: readonly [command: string, args: string[], line: number, found: string][] = [
    ["fits image", [`${file}[SCI][2:3,*]`], 1, "shape   2 x 3 int16, 6 pixels, 0 undefined"],
    [
      "fits image",
      [`${file}[SCI]`, "--section", "1,*"],
      1,
      "shape   1 x 3 int16, 3 pixels, 0 undefined",
    ],
    ["fits header", [`${file}+1`, "--key", "EXTNAME"], 0, "SCI"],
    ["fits header", [`${file}[T]`], 0, "XTENSION= 'BINTABLE'           / type of extension"],
    ["fits header", [`${file}[T]`, "--summary"], 0, "HDU 2 T: BINTABLE, 4 x 2, BITPIX 8, 11 cards"],
    ["fits table", [`${file}[2]`, "--csv"], 0, "N"],
    ["fits checksum", [`${file}[T]`], 0, "HDU 2 T: CHECKSUM absent, DATASUM absent (15)"],
  ];
  for (const [command, args, line, found] of cases) {
    const { out, bytes, error, status } = await runCommand(command, args);
    const lines = out.length > 0 ? out : new TextDecoder().decode(bytes).split("\n");
    assertEquals([lines[line], error, status], [found, [], 0], args.join(" "));
  }
  const info = await runCommand("fits info", [`${file}[SCI]`, "--json"]);
  assertEquals(info.out.map((line) => JSON.parse(line).hdu), [1]);
});

Deno.test("fits copy, fits cutout and fits header --set work on the HDU of a file's name", async () => {
  const { folder, file } = await setUp();
  await using _ = folder;
  const out = `${folder.path}/out.fits`;
  await runCommand("fits copy", [`${file}[T]`, out]);
  await using copied = await openFits(out);
  assertEquals((await Array.fromAsync(copied.hdus)).map(({ name }) => name), ["", "T"]);
  const cut = await runCommand("fits cutout", [`${file}[SCI][2:3,1]`, "-o", out, "--clobber"]);
  assertEquals(cut.error, [`wrote ${out}: [2:3,1:1] of HDU 1`]);
  await using part = await openFits(out);
  assertEquals([...(await part.image()).pixels], [1, 2]);
  const set = await runCommand("fits header", [`${file}[SCI]`, "--set", "OBJECT=Sun"]);
  assertEquals(set.status, 0);
  await using changed = await openFits(file);
  assertEquals((await changed.hdu("SCI")).header.get("OBJECT"), "Sun");
});

Deno.test("the commands of fits refuse what a name selects twice or in vain", async () => {
  const { folder, file } = await setUp();
  await using _ = folder;
  const cases: readonly [command: string, args: string[], message: string][] = [
    [
      "fits image",
      [`${file}[1]`, "--hdu", "2"],
      `--hdu is '2', but '${file}[1]' selects an HDU already`,
    ],
    [
      "fits image",
      [`${file}[1][1:2]`, "--section", "1,*"],
      `--section is '1,*', but '${file}[1][1:2]' selects a section already`,
    ],
    [
      "fits table",
      [`${file}[2][1:2]`],
      `'${file}[2][1:2]' selects the section 1:2, expected no more than an HDU`,
    ],
    ["fits verify", [`${file}[SCI]`], `'${file}[SCI]' selects HDU SCI, expected a whole file`],
    [
      "fits diff",
      [`${file}[1]`, file],
      `'${file}[1]' selects HDU 1, expected a whole file`,
    ],
    [
      "fits copy",
      [`${file}[1]`, "out/x", "--hdu", "2"],
      `--hdu is '2', but '${file}[1]' selects an HDU already`,
    ],
    [
      "fits header",
      [`${file}[1]`, "--hdu", "2", "--set", "A=1"],
      `--hdu is '2', but '${file}[1]' selects an HDU already`,
    ],
    [
      "fits header",
      [`${file}[1][1:2]`, "--set", "A=1"],
      `'${file}[1][1:2]' selects the section 1:2, expected an HDU at most`,
    ],
    [
      "fits cutout",
      [`${file}[1][1:2]`, "--center", "1,2", "--size", "3", "-o", "out/x"],
      `found --center, but '${file}[1][1:2]' selects a section already`,
    ],
    [
      "fits cutout",
      [`${file}[1]`, "-o", "out/x"],
      "expected one of --section, --center and --at, found none",
    ],
  ];
  for (const [command, args, message] of cases) {
    const { status, error } = await runCommand(command, args);
    assertEquals([status, error], [2, [message]], args.join(" "));
  }
});
