import { assert, assertEquals, assertRejects } from "@std/assert";
import { cutout } from "../../../fits/cutout/mod.ts";
import {
  Card,
  compressImage,
  encodeFits,
  openFits,
  SectionError,
  tableHdu,
  verifyFits,
} from "../../../fits/mod.ts";
import type { ImageInput } from "../../../fits/mod.ts";
import { FormatError } from "../../../net/errors.ts";
import { corpusFile, corpusTest } from "../../support/corpus.ts";

/** Pixels 0, 1, 2 ... of 6 x 5. */
const PIXELS = Int16Array.from({ length: 30 }, (_, i) => i);

async function findings(bytes: Uint8Array): Promise<string[]> {
  const found = await verifyFits(bytes);
  return found.map(({ message }) => message);
}

Deno.test("cutout() writes a valid file: pixels, name, coordinates, history, checksums", async () => {
  const header = [
    Card.of("CRPIX1", 3),
    Card.of("CTYPE1", "X"),
    Card.of("DATAMAX", 29),
    Card.of("OBSERVER", "somebody"),
  ];
  const hdus = [
    { pixels: new Uint8Array(0), shape: [], header: [Card.of("TELESCOP", "Tower")] },
    {
      ...{ pixels: PIXELS, shape: [6, 5], name: "SCI" },
      header: [...header, Card.of("INHERIT", true)],
    },
  ];
  await using file = await openFits(await encodeFits(hdus, { checksum: true }));
  const cut = await cutout(file, { hdu: "sci", section: "2:4,4:5" });
  assertEquals(cut.images, [{
    ...{ hdu: 1, name: "SCI", section: "2:4,4:5", shape: [3, 2], outside: 0, fill: undefined },
    notes: [],
  }]);
  const bytes = await cut.bytes();
  assertEquals(await findings(bytes), []);
  await using part = await openFits(bytes);
  assertEquals([...(await part.image()).pixels], [19, 20, 21, 25, 26, 27]);
  assertEquals(part.header.cards.map(({ keyword, value, text }) => [keyword, value ?? text]), [
    ["SIMPLE", true],
    ["BITPIX", 16],
    ["NAXIS", 2],
    ["NAXIS1", 3],
    ["NAXIS2", 2],
    ["EXTEND", true],
    ["EXTNAME", "SCI"],
    ["CRPIX1", 2],
    ["CTYPE1", "X"],
    ["OBSERVER", "somebody"],
    ["TELESCOP", "Tower"],
    ["CRPIX2", -3],
    ["LTV1", -1],
    ["LTV2", -3],
    ["HISTORY", "Cut by Heliograph: [2:4,4:5] of HDU 1 SCI of bytes"],
    ["DATASUM", part.header.get("DATASUM")],
    ["CHECKSUM", part.header.get("CHECKSUM")],
  ]);
});

Deno.test("cutout() gives the same bytes of a plain and of a compressed image, in every type", async () => {
  const shape = [6, 5];
  const images: ImageInput[] = [
    { pixels: Uint8Array.from(PIXELS), shape },
    { pixels: Int8Array.from(PIXELS, (value) => value - 20), shape },
    { pixels: PIXELS, shape },
    { pixels: Uint16Array.from(PIXELS, (value) => value * 2000), shape },
    { pixels: Int32Array.from(PIXELS), shape },
    { pixels: Float32Array.from(PIXELS), shape },
  ];
  for (const image of images) {
    const plain = await encodeFits([{ pixels: new Uint8Array(0), shape: [] }, image]);
    const packed = await encodeFits([
      await compressImage(image, { algorithm: "gzip1", quantize: 0, tile: [4, 3] }),
    ]);
    const cuts: Uint8Array[] = [];
    for (const bytes of [plain, packed]) {
      await using file = await openFits(bytes);
      const cut = await cutout(file, { section: "3:8,-1:4:2" });
      assertEquals([cut.images[0]!.shape, cut.images[0]!.outside], [[6, 3], 10]);
      cuts.push(await cut.bytes());
    }
    assertEquals(await findings(cuts[0]!), []);
    await using file = await openFits(cuts[0]!);
    const { pixels } = await file.image({ as: "float64" });
    await using whole = await openFits(plain);
    const { pixels: all } = await whole.image({ as: "float64" });
    const at = (x: number, y: number) => all[y * 6 + x]!;
    assertEquals([...pixels], [
      ...[NaN, NaN, NaN, NaN, NaN, NaN],
      ...[at(2, 0), at(3, 0), at(4, 0), at(5, 0), NaN, NaN],
      ...[at(2, 2), at(3, 2), at(4, 2), at(5, 2), NaN, NaN],
    ]);
    const bodies = cuts.map((bytes) => bytes.subarray(bytes.length - 2880));
    assertEquals(bodies[0], bodies[1]);
  }
});

Deno.test("cutout() of all HDUs keeps those that the section touches, and says what it leaves out", async () => {
  const bytes = await encodeFits([
    { pixels: new Uint8Array(0), shape: [], header: [Card.of("TELESCOP", "Tower")] },
    { pixels: PIXELS, shape: [6, 5], name: "SCI" },
    tableHdu({ columns: [{ name: "N", values: new Int32Array(3) }] }),
    { pixels: PIXELS, shape: [3, 10], name: "SMALL" },
    { pixels: Float32Array.from(PIXELS), shape: [6, 5], name: "ERR" },
  ]);
  await using file = await openFits(bytes);
  const cut = await cutout(file, { hdu: "all", section: "4:5,1:2" });
  assertEquals(cut.images.map(({ name }) => name), ["SCI", "ERR"]);
  assertEquals(cut.left, [2, 3]);
  const part = await openFits(await cut.bytes());
  const hdus = await Array.fromAsync(part.hdus);
  assertEquals(hdus.map(({ name, kind, shape }) => [name, kind, shape.join()]), [
    ["", "PRIMARY", ""],
    ["SCI", "IMAGE", "2,2"],
    ["ERR", "IMAGE", "2,2"],
  ]);
  assertEquals(part.header.get("TELESCOP"), "Tower");
  assertEquals(await findings(await cut.bytes()), []);
  await assertRejects(
    () => cutout(file, { hdu: "all", section: "40:50" }),
    SectionError,
    "The section '40:50' lies outside of HDU 1 of bytes: it asks for 40 to 50 of axis 1, which has " +
      "pixels 1 to 6",
  );
});

Deno.test("cutout() refuses what is no image", async () => {
  const bytes = await encodeFits([
    tableHdu({ columns: [{ name: "N", values: new Int32Array(3) }] }),
  ]);
  await using file = await openFits(bytes);
  for (
    const [hdu, message] of [
      [undefined, "Cannot find an image in bytes"],
      [0, "Cannot find an image in HDU 0 of bytes: its type is PRIMARY"],
      [1, "Cannot find an image in HDU 1 of bytes: its type is BINTABLE"],
      ["all", "Cannot find an image to cut in bytes"],
    ] as const
  ) {
    await assertRejects(() => cutout(file, { hdu, section: "1:2" }), FormatError, message);
  }
});

corpusTest("cutout() takes the corrections of coordinates along, moved", async () => {
  await using file = await openFits(corpusFile("fits/image/dist_lookup.fits.gz"));
  const cut = await cutout(file, { hdu: 1, section: "11:60,21:70" });
  assertEquals(cut.images[0]!.notes, []);
  const bytes = await cut.bytes();
  await using part = await openFits(bytes);
  const hdus = await Array.fromAsync(part.hdus);
  assert(hdus.length > 1);
  const [whole, moved] = await Promise.all([file.hdu(hdus[1]!.name), part.hdu(hdus[1]!.name)]);
  assertEquals(
    [1, 2].map((axis) =>
      moved.header.number(`CRVAL${axis}`)! - whole.header.number(`CRVAL${axis}`)!
    ),
    [-10, -20],
  );
  // With steps they would need other values: they are left out, and that is said.
  const stepped = await cutout(file, { hdu: 1, section: "11:60:2,21:70:2" });
  const { notes } = stepped.images[0]!;
  assertEquals(notes.at(-1), "the coordinates are without the corrections of CPDISj and D2IMDISj");
  await using without = await openFits(await stepped.bytes());
  assertEquals((await Array.fromAsync(without.hdus)).length, 1);
  assertEquals(without.header.has("CPDIS1"), false);
});
