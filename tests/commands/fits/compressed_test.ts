/** Compressed images, wherever an image is taken. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { decodePng, openFits } from "../../../fits/mod.ts";
import { arrayFromFile } from "../../../rpc/client/array_file.ts";
import { fitsPreview } from "../../../fits/preview.ts";
import { corpusFile, corpusFolder, corpusTest } from "../../support/corpus.ts";
import { type Finished, ROOT, runDeno } from "../../support/program.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const pathOf = (name: string) => corpusFolder === undefined ? "" : corpusFile(name).pathname;
const PLAIN = pathOf("fits/derived/i16.fits");
const PACKED = pathOf("fits/derived/i16_rice_t64x64.fits.fz");

function fits(cwd: string, ...args: string[]): Promise<Finished> {
  const program = ["run", "--no-check", "--quiet", "--allow-read", "--allow-write=."];
  return runDeno([...program, `${ROOT}cli.ts`, "fits", ...args], { cwd });
}

corpusTest("every command of fits takes a compressed image as an image", async () => {
  await using folder = await temporaryFolder();
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await fits(folder.path, ...args);
    assertEquals([args[0], code], [args[0], 0]);
    return stdout + stderr;
  };
  const info = (await run("info", PACKED, "--json")).trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assertEquals([info[1].type, info[1].shape, info[1].bitpix], ["compressed IMAGE", [130, 110], 16]);
  const section = ["--section", "3:40,60:70", "--json"];
  const [packed, plain] = [PACKED, PLAIN].map((file) => run("image", file, ...section));
  const statistics = (text: string) => ({ ...JSON.parse(text), file: "", hdu: 0, name: "" });
  assertEquals(statistics(await packed!), statistics(await plain!));
  assertEquals((await run("header", PACKED, "--hdu", "1", "--key", "BITPIX")).trim(), "16");
  const stored = await run("header", PACKED, "--stored", "--key", "ZCMPTYPE");
  assertEquals(stored.trim(), "RICE_1");
  assertStringIncludes(await run("verify", PACKED), "0 errors");
  assertStringIncludes(await run("checksum", PACKED), "CHECKSUM ok");
  assertStringIncludes(await run("diff", PACKED, PLAIN), "do not differ");
  await run("copy", PACKED, "copy.fz");
  assertEquals(await Deno.readFile(`${folder.path}/copy.fz`), await Deno.readFile(PACKED));
  for (const [file, name] of [[PACKED, "packed.png"], [PLAIN, "plain.png"]] as const) {
    await run("view", file, "-o", name);
  }
  assertEquals(
    await Deno.readFile(`${folder.path}/packed.png`),
    await Deno.readFile(`${folder.path}/plain.png`),
  );
});

corpusTest("a damaged tile ends fits image, or is left out by --keep-going", async () => {
  await using folder = await temporaryFolder();
  const bytes = await Deno.readFile(PACKED);
  // The descriptor of the second tile: its array begins behind the heap.
  bytes.set([0x7f, 0xff, 0xff, 0xff], 8640 + 8 + 4);
  await Deno.writeFile(`${folder.path}/bad.fz`, bytes);
  const failed = await fits(folder.path, "image", "bad.fz");
  assertEquals(failed.code, 1);
  assertStringIncludes(failed.stderr, "Cannot decode tile 2 (pixels 65:128,1:64) of HDU 1");
  const kept = await fits(folder.path, "image", "bad.fz", "--keep-going");
  assertEquals(kept.code, 1);
  assertStringIncludes(kept.stderr, "Cannot decode tile 2");
  assertStringIncludes(kept.stdout, "14300 pixels, 4096 undefined");
  const found = await fits(folder.path, "verify", "bad.fz");
  assertEquals(found.code, 1);
  assertStringIncludes(found.stdout, "Cannot decode tile 2");
  const section = await fits(folder.path, "image", "bad.fz", "--section", "1:64,*");
  assertEquals([section.code, section.stderr], [0, ""]);
});

corpusTest(
  "arrays of rpc call and rpc send, and the station's pictures, are of compressed images",
  async () => {
    const bytes = await Deno.readFile(PACKED);
    await using plain = await openFits(PLAIN);
    const image = await plain.image();
    const value = await arrayFromFile(bytes, "a.fits.fz");
    assertEquals([value.shape, value.data], [image.shape, image.pixels]);
    const file = {
      name: "a.fits.fz",
      size: bytes.length,
      readAt: (target: Uint8Array, offset: number) => {
        const piece = bytes.subarray(offset, offset + target.length);
        target.set(piece);
        return piece.length;
      },
    };
    const png = await fitsPreview.render(
      file as unknown as Parameters<typeof fitsPreview.render>[0],
      new URLSearchParams("size=130"),
    );
    const { width, height } = decodePng(png as Uint8Array<ArrayBuffer>);
    assertEquals([width, height], [130, 110]);
  },
);
