/** Sections with axes that are turned around: `-*`, as in CFITSIO. */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { compressImage } from "../../../fits/compress/mod.ts";
import { encodeFits, type Hdu, openFits, SectionError } from "../../../fits/mod.ts";
import { choosePlane } from "../../../fits/chosen_plane.ts";
import { cutout } from "../../../fits/cutout/mod.ts";
import { imageParts } from "../../../fits/file/image_parts.ts";
import { ImagePlane } from "../../../fits/file/plane.ts";
import { fuzz } from "../../support/random.ts";

const SHAPE = [7, 5, 3];
const PIXELS = Int16Array.from({ length: 105 }, (_, i) => i);

/** The image plain and in tiles of 3 x 2 x 2. */
async function bothFiles(): Promise<Uint8Array<ArrayBuffer>[]> {
  const image = { pixels: PIXELS, shape: SHAPE };
  return [
    await encodeFits([image]),
    await encodeFits([await compressImage(image, { tile: [3, 2, 2] })]),
  ];
}

/** The pixels of places along each axis, counted from 0. */
function pixelsAt(places: readonly (readonly number[])[]): number[] {
  const [xs, ys, zs] = places as [number[], number[], number[]];
  return zs.flatMap((z) => ys.flatMap((y) => xs.map((x) => PIXELS[(z * 5 + y) * 7 + x]!)));
}

const SECTIONS: [section: string, places: number[][]][] = [
  ["-*,*,*", [[6, 5, 4, 3, 2, 1, 0], [0, 1, 2, 3, 4], [0, 1, 2]]],
  ["*,-*,2", [[0, 1, 2, 3, 4, 5, 6], [4, 3, 2, 1, 0], [1]]],
  ["-*:2, -*:3, - *", [[6, 4, 2, 0], [4, 1], [2, 1, 0]]],
  ["2:5:3,-*:9,-*:2", [[1, 4], [4], [2, 0]]],
];

Deno.test("sections turn axes around, of plain and of compressed images", async () => {
  for (const bytes of await bothFiles()) {
    await using file = await openFits(bytes);
    const hdu = (await file.find((hdu) => hdu.isImage))!;
    for (const [section, places] of SECTIONS) {
      const { pixels, shape } = await hdu.image({ section });
      assertEquals([section, [...pixels], shape], [
        section,
        pixelsAt(places),
        places.map(({ length }) => length),
      ]);
      const doubles = await hdu.image({ section, as: "float64" });
      assertEquals([...doubles.pixels], pixelsAt(places));
    }
  }
});

async function partsOf(hdu: Hdu, section: string, partPixels: number): Promise<number[]> {
  const all: number[] = [];
  for await (const { image } of imageParts(hdu, { section, partPixels })) {
    all.push(...image.pixels as Int16Array);
  }
  return all;
}

Deno.test("parts of turned sections continue where the one before them ends", async () => {
  const files = await bothFiles();
  await fuzz(60, 14_500, async (random) => {
    await using file = await openFits(random.pick(files));
    const hdu = (await file.find((hdu) => hdu.isImage))!;
    const section = SHAPE.map(() => random.pick(["*", "-*", "*:2", "-*:2", "-*:3"])).join(",");
    const { pixels } = await hdu.image({ section });
    assertEquals(await partsOf(hdu, section, random.integer(1, 40)), [...pixels as Int16Array]);
  });
});

Deno.test("planes of turned sections are turned, by parts too, and know their pixels", async () => {
  for (const bytes of await bothFiles()) {
    await using file = await openFits(bytes);
    const hdu = (await file.find((hdu) => hdu.isImage))!;
    for (const section of ["-*,*,2", "*,-*:2,3", "-*:2,-*,1"]) {
      const { pixels, shape } = await hdu.image({ section });
      for (const partPixels of [1000, 4]) {
        const plane = new ImagePlane(hdu, { section, partPixels, keptBytes: 0 });
        const found = new Int16Array(pixels.length);
        for await (const part of plane.parts()) {
          for (let i = 0; i < part.pixels.length; i++) {
            const [x, y] = [part.x + i % part.width, part.y + Math.floor(i / part.width)];
            found[y * plane.width + x] = Number(part.pixels[i]);
          }
        }
        assertEquals([section, partPixels, found], [section, partPixels, pixels]);
        const [x, y, z] = plane.pixelAt(1, 2);
        assertEquals(PIXELS[(z! * 5 + y!) * 7 + x!], pixels[2 * shape[0]! + 1]);
      }
    }
  }
});

Deno.test("what cannot turn an axis around says so", async () => {
  await using file = await openFits((await bothFiles())[0]!);
  const hdu = await file.hdu(0);
  assertThrows(
    () => choosePlane(hdu, { section: "-*,*,1", mostPixels: 1000 }),
    SectionError,
    "The section '-*,*,1' turns axis 1 around, expected first:last here",
  );
  for (const section of ["-5:3,*,*", "--*,*,*", "-*:0,*,*", "5:3,*,*"]) {
    await assertRejects(() => hdu.image({ section }), SectionError, "for axis 1");
  }
  await assertRejects(() => hdu.image({ section: [[6, -2, -1]] }), SectionError, "axis 1");
  await assertRejects(() => hdu.image({ section: [[7, -1, -1]] }), SectionError, "axis 1");
  const { pixels } = await hdu.image({ section: [[6, 3, -2], [0, 1], [0, 1]] });
  assertEquals([...pixels], [6, 4]);
});

Deno.test("cutouts turn axes around, and reach beyond the image along the others", async () => {
  for (const bytes of await bothFiles()) {
    await using file = await openFits(bytes);
    const { images: [cut], ...made } = await cutout(file, { section: "-*:2,0:2,3:*" });
    assertEquals([cut!.section, cut!.shape, cut!.outside], ["7:1:2,0:2,3:3", [4, 3, 1], 4]);
    await using again = await openFits(await made.bytes());
    const { pixels } = await (await again.hdu(0)).image({ section: "*,2:3,*" });
    assertEquals([...pixels].map(Number), pixelsAt([[6, 4, 2, 0], [0, 1], [2]]));
  }
});
