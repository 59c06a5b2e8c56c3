import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { parseRegions } from "../../../../station/web/regions/ds9_text.ts";
import { RegionFrames } from "../../../../station/web/regions/frames.ts";
import { largeRegionStatistics } from "../../../../station/web/regions/large_region.ts";
import type { Region } from "../../../../station/web/regions/shapes.ts";
import { type ReadBox, regionStatistics } from "../../../../station/web/regions/statistics.ts";
import { HEIGHT, valueOf, VECTORS, WIDTH } from "../../../support/station/region_vectors.ts";

let boxes = 0;
const read: ReadBox = ({ left, right, bottom, top }) => {
  boxes++;
  const width = right - left + 1;
  return Promise.resolve(
    Array.from(
      { length: width * (top - bottom + 1) },
      (_, i) => valueOf(left + i % width, bottom + Math.floor(i / width)),
    ),
  );
};
const PLANE = { width: WIDTH, height: HEIGHT, read };

function shapeOf(text: string): Region {
  const frames = new RegionFrames({ keywords: new Map(), sky: () => undefined });
  return frames.toImage(parseRegions(text).regions[0]!)!;
}

Deno.test("largeRegionStatistics() finds in bands what regionStatistics() finds at once", async () => {
  const excluded = [shapeOf("-circle(25,18,3)")];
  for (const [text, [pixels, , , , median, stddev]] of VECTORS) {
    const shape = shapeOf(text);
    const done: number[] = [];
    const onProgress = (part: number) => done.push(part);
    boxes = 0;
    const found = await largeRegionStatistics(shape, PLANE, { bandPixels: 200, onProgress });
    assertEquals([found.pixels, found.median], [pixels, median], text);
    assertAlmostEquals(found.stddev, stddev!, 1e-12, text);
    assertEquals([done.length, done.at(-1)], [boxes, 1], text);
    const bounded = { ...found, stddev: 0, centroid: undefined };
    const whole = await regionStatistics(shape, PLANE);
    assertEquals(bounded, { ...whole, stddev: 0, centroid: undefined }, text);
    assertAlmostEquals(found.centroid![0], whole.centroid![0], 1e-12);
    const left = await largeRegionStatistics(shape, PLANE, { bandPixels: 200, excluded });
    const same = await regionStatistics(shape, PLANE, { excluded });
    assertEquals([left.pixels, left.sum, left.median], [same.pixels, same.sum, same.median], text);
  }
});

Deno.test("largeRegionStatistics() has no numbers where there is no value, and a limit", async () => {
  const nothing = await largeRegionStatistics(shapeOf("circle(500,500,3)"), PLANE);
  assertEquals([nothing.pixels, nothing.mean, nothing.minAt], [0, NaN, undefined]);
  const missing = await largeRegionStatistics(shapeOf("circle(10,5,0.4)"), PLANE);
  assertEquals([missing.pixels, missing.missing, missing.sum], [0, 1, 0]);
  const huge = { ...PLANE, width: 100_000, height: 100_000 };
  await assertRejects(
    () => largeRegionStatistics(shapeOf("circle(50000,50000,30000)"), huge),
    RangeError,
    "expected at most 1073741824",
  );
});
