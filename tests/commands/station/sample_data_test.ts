import { assert, assertEquals } from "@std/assert";
import { writeSampleData } from "../../../commands/station/sample_data.ts";
import { openFits } from "../../../fits/file/open.ts";
import { decodePng } from "../../../fits/picture/png.ts";
import { readWcs } from "../../../fits/wcs/wcs.ts";
import { temporaryFolder } from "../../support/temporary.ts";

Deno.test("writeSampleData() writes the Sun as FITS, PNG and JPEG, and a second time nothing", async () => {
  await using folder = await temporaryFolder();
  const data = `${folder.path}/sample data`;
  const paths = ["sun.fits", "sun.png", "sun.jpg"].map((name) => `${data}/${name}`);
  assertEquals(
    await writeSampleData(data, { size: 64 }),
    paths.map((path) => ({ path, written: true })),
  );
  await using file = await openFits(paths[0]!);
  const { type, shape, pixels } = await file.image();
  assertEquals([type, shape], ["uint16", [64, 64]]);
  const wcs = readWcs(file.header)!;
  assertEquals(wcs.pixelToWorld([31.5, 31.5]), [0, 0]);
  assertEquals(wcs.celestial?.system, "HPLN");
  const spots = await file.openTable({ hdu: "SPOTS" });
  assertEquals(spots.columns.map(({ name, unit }) => `${name} ${unit}`.trim()), [
    "GROUP",
    "LONGITUDE deg",
    "LATITUDE deg",
    "RADIUS deg",
  ]);
  assert(spots.rows > 20);
  const png = decodePng(await Deno.readFile(paths[1]!));
  assertEquals([png.width, png.height, png.color], [64, 64, "rgb"]);
  const jpeg = await createImageBitmap(new Blob([await Deno.readFile(paths[2]!)]));
  assertEquals([jpeg.width, jpeg.height], [64, 64]);
  // The disc is bright, the corner of the sky dark.
  assert(Number(pixels[32 * 64 + 32]) > 40_000 && Number(pixels[0]) < 500);

  await Deno.remove(paths[1]!);
  const before = await Deno.stat(paths[0]!);
  assertEquals(
    (await writeSampleData(data + "/", { size: 64 })).map(({ written }) => written),
    [false, true, false],
  );
  assertEquals((await Deno.stat(paths[0]!)).mtime, before.mtime);
  assertEquals((await Array.fromAsync(Deno.readDir(data))).map(({ name }) => name).sort(), [
    "sun.fits",
    "sun.jpg",
    "sun.png",
  ]);
});
