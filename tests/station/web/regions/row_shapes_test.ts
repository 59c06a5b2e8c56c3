/** Work on many shapes: the same numbers, in parts between which others have their turn. */

import { assertEquals } from "@std/assert";
import { encodeFits, openFits } from "../../../../fits/mod.ts";
import { regionSpectrum } from "../../../../station/measure/region_spectrum.ts";
import { shapesByRow } from "../../../../station/web/regions/row_shapes.ts";
import { RegionFrames } from "../../../../station/web/regions/frames.ts";
import { isInside, type Region, type Shape } from "../../../../station/web/regions/shapes.ts";
import { largeRegionStatistics } from "../../../../station/web/regions/large_region.ts";
import { regionStatistics } from "../../../../station/web/regions/statistics.ts";
import { parseRegions } from "../../../../station/web/regions/ds9_text.ts";
import { fuzz, fuzzRounds } from "../../../support/random.ts";

const [WIDTH, HEIGHT] = [40, 30];

function shapesOf(text: string): Region[] {
  const { regions, unread } = parseRegions(`image;${text}`);
  assertEquals(unread, []);
  const frames = new RegionFrames({ keywords: new Map(), sky: () => undefined });
  return regions.map((region) => frames.toImage(region)!);
}

Deno.test("shapesByRow() leaves no shape out of a row that has a pixel of it", async () => {
  await fuzz(fuzzRounds(100, 2_000), 1, (random) => {
    const number = () => Math.round(random.next() * 600 - 100) / 10;
    const size = () => Math.round(random.next() * 200 + 1) / 10;
    const shapes: Shape[] = shapesOf([
      `circle(${number()},${number()},${size()})`,
      `box(${number()},${number()},${size()},${size()},${number()})`,
      `ellipse(${number()},${number()},${size()},${size()},${number()})`,
      `polygon(${Array.from({ length: 10 }, number).join(",")})`,
    ].join(";"));
    const of = shapesByRow(shapes, WIDTH, HEIGHT);
    for (let y = 1; y <= HEIGHT; y++) {
      const { shapes: reaching } = of(y);
      for (let x = 1; x <= WIDTH; x++) {
        const inside = shapes.filter((shape) => isInside(shape, [x, y]));
        assertEquals(reaching.filter((shape) => isInside(shape, [x, y])), inside);
      }
    }
  });
});

Deno.test("numbers of regions let others have their turn while many edges are tested", async () => {
  const side = 512;
  const [shape] = shapesOf(`box(256.5,256.5,${side},${side},0)`);
  const around = Array.from({ length: 32 }, (_, i) => `${i},600,${i + 0.5},-600`).join(",");
  const excluded = shapesOf(`polygon(${around})`);
  const read = (
    { left, right, bottom, top }: Record<"left" | "right" | "bottom" | "top", number>,
  ) => Promise.resolve(new Float64Array((right - left + 1) * (top - bottom + 1)).fill(2));
  const plane = { width: side, height: side, read };
  const expected = await regionStatistics(shape!, plane, { excluded });
  for (const measure of [regionStatistics, largeRegionStatistics]) {
    let pauses = 0;
    const pause = () => Promise.resolve(void pauses++);
    assertEquals(await measure(shape!, plane, { excluded, pause }), expected);
    // 66 steps for each pixel: 64 corners, one of the box, and one; 2^18 of them at a time.
    assertEquals(pauses, Math.floor(side * side / Math.ceil(2 ** 18 / 66)));
  }
});

Deno.test("spectra of regions are read in bands, between which others have their turn", async () => {
  const side = 1024;
  const pixels = new Int16Array(side * side * 2).map((_, i) => i < side * side ? 3 : -1);
  await using file = await openFits(await encodeFits([{ pixels, shape: [side, side, 2] }]));
  const regions = shapesOf(`box(512.5,512.5,${side},${side},0)`);
  let pauses = 0;
  const { values, sums, pixels: counted } = await regionSpectrum(
    await file.hdu(0),
    [0],
    3,
    regions,
    {
      pause: () => Promise.resolve(void pauses++),
      signal: new AbortController().signal,
    },
  );
  const count = side * side;
  assertEquals([values, sums, counted], [[3, -1], [3 * count, -count], [count, count]]);
  assertEquals(pauses, 2 * count / 2 ** 16);
});
