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

const [WIDTH, HEIGHT] = [60, 40];

function valueOf(x: number, y: number): number {
  if (x === 10 && y === 5 || x === 31 && y === 21) return NaN;
  return ((x * 7919 + y * 104_729) % 997 - 300) / 8;
}

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

/** Pixels, missing, sum, mean, median, deviation, min, max, centroid. */
const VECTORS: readonly (readonly [text: string, expected: readonly number[]])[] = [
  ["circle(30.5,20.25,11.3)", [
    397,
    1,
    11612.25,
    29.25,
    31.625,
    33.88079074841724,
    -37.375,
    87.0,
    30.407866692501454,
    20.246399276625976,
  ]],
  ["ellipse(25,18,14.2,6.7,33)", [
    302,
    1,
    7178.0,
    23.7682119205298,
    22.4375,
    35.06248383430054,
    -37.375,
    87.0,
    22.610180412371133,
    17.953312203956536,
  ]],
  ["box(33.3,21.7,25.1,12.9,-20)", [
    323,
    1,
    8867.875,
    27.4547213622291,
    28.0,
    32.88987881173378,
    -37.375,
    86.625,
    31.45835388974247,
    22.919470560872814,
  ]],
  ["annulus(30.5,20.25,4.4,9.9)", [
    254,
    0,
    8035.125,
    31.63435039370079,
    36.125,
    31.295873395794064,
    -37.375,
    85.625,
    31.008493956223457,
    19.931177175215073,
  ]],
  ["polygon(5.3,4.2,40.7,8.9,22.1,35.5,18.4,12.6)", [
    378,
    2,
    9680.625,
    25.610119047619047,
    26.125,
    34.02342678057628,
    -37.0,
    87.0,
    25.33186132093744,
    16.45969397637033,
  ]],
  ["circle(1,1,8.5)", [
    65,
    0,
    1961.375,
    30.175,
    46.625,
    43.72527763029246,
    -36.875,
    86.125,
    5.994391689503537,
    2.7936396660506024,
  ]],
  ["circle(30,20,500)", [
    2398,
    2,
    58572.625,
    24.425615095913262,
    23.875,
    36.11163700579664,
    -37.375,
    87.0,
    30.474790911283215,
    20.308525100249476,
  ]],
];

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
