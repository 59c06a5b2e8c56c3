/** Vectors are made with numpy: masks of the pixels whose centres are inside. */

import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { parseRegions } from "../../../../station/web/regions/ds9_text.ts";
import { RegionFrames } from "../../../../station/web/regions/frames.ts";
import type { Region } from "../../../../station/web/regions/shapes.ts";
import {
  profileAlong,
  type ReadBox,
  regionStatistics,
} from "../../../../station/web/regions/statistics.ts";
import { HEIGHT, valueOf, VECTORS, WIDTH } from "../../../support/station/region_vectors.ts";

const read: ReadBox = ({ left, right, bottom, top }) => {
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

Deno.test("regionStatistics() has the numbers of numpy's masks, for every shape", async () => {
  for (const [text, expected] of VECTORS) {
    const found = await regionStatistics(shapeOf(text), PLANE);
    const [pixels, missing, sum, mean, median, stddev, min, max, x, y] = expected;
    const { minAt, maxAt, centroid, ...numbers } = found;
    // The values are eighths: sums of them are exact, however they are added.
    assertEquals(
      { ...numbers, stddev: 0 },
      { pixels, missing, sum, mean, median, stddev: 0, min, max } as typeof numbers,
      text,
    );
    assertAlmostEquals(found.stddev, stddev!, 1e-12, text);
    assertAlmostEquals(centroid![0], x!, 1e-10, text);
    assertAlmostEquals(centroid![1], y!, 1e-10, text);
    assertEquals([valueOf(...minAt!), valueOf(...maxAt!)], [min, max]);
  }
});

Deno.test("regionStatistics() leaves out what is excluded, and says when nothing is left", async () => {
  const shape = shapeOf("circle(30.5,20.25,9.9)");
  const excluded = [shapeOf("-circle(30.5,20.25,4.4)")];
  const { pixels, sum } = await regionStatistics(shape, PLANE, { excluded });
  assertEquals([pixels, sum], [254, 8035.125]);
  const nothing = await regionStatistics(shapeOf("circle(500,500,3)"), PLANE);
  assertEquals([nothing.pixels, nothing.minAt, nothing.centroid], [0, undefined, undefined]);
  assert([nothing.mean, nothing.median, nothing.min, nothing.max].every(Number.isNaN));
});

Deno.test("regionStatistics() reads large regions in bands, and refuses those beyond its limit", async () => {
  const boxes: number[] = [];
  const done: number[] = [];
  const plane = {
    width: 1200,
    height: 1000,
    read: ({ left, right, bottom, top }: Parameters<ReadBox>[0]) => {
      const pixels = (right - left + 1) * (top - bottom + 1);
      boxes.push(pixels);
      return Promise.resolve(new Float32Array(pixels).fill(2));
    },
  };
  const onProgress = (part: number) => done.push(part);
  const all = await regionStatistics(shapeOf("box(600,500,4000,4000,0)"), plane, { onProgress });
  assertEquals([all.pixels, all.sum, all.median, all.stddev], [1_200_000, 2_400_000, 2, 0]);
  assert(boxes.length > 1 && boxes.every((pixels) => pixels <= 1 << 20), `${boxes}`);
  assertEquals([done.length, done.at(-1)], [boxes.length, 1]);
  const huge = { ...plane, width: 100_000, height: 100_000 };
  await assertRejects(
    () => regionStatistics(shapeOf("circle(50000,50000,30000)"), huge),
    RangeError,
    "expected at most 16777216",
  );
});

Deno.test("profileAlong() has the pixels under the line, from end to end", async () => {
  const { distances, values } = await profileAlong([8, 5], [12, 5], PLANE);
  assertEquals(distances, [0, 1, 2, 3, 4]);
  assertEquals(values, [8, 9, 10, 11, 12].map((x) => valueOf(x, 5)));
  const slant = await profileAlong([-3, 2], [5, 8], PLANE);
  assertEquals(slant.distances.length, 11);
  assertEquals(slant.values.slice(0, 6), [NaN, NaN, NaN, NaN, NaN, valueOf(1, 5)]);
  assertEquals(slant.values.at(-1), valueOf(5, 8));
  await assertRejects(() => profileAlong([0, 0], [1e6, 0], PLANE), RangeError, "steps");
});
