import { assertEquals } from "@std/assert";
import { firstKeptLevel, LevelsBuilder, tileOfLevel } from "../../../station/pyramid/builder.ts";
import { levelCount, LevelReduction } from "../../../station/pyramid/levels.ts";

Deno.test("firstKeptLevel() keeps all levels that together take at most 64 MiB", () => {
  const cases: [width: number, height: number, first: number][] = [
    [600, 600, 1],
    [4_096, 4_096, 1],
    [16_384, 16_384, 3],
    [100_000, 100_000, 5],
    [1_000_000, 600, 3],
  ];
  for (const [width, height, first] of cases) assertEquals(firstKeptLevel(width, height), first);
});

Deno.test("LevelsBuilder makes each level as if it were made of the pixels alone", () => {
  const [width, height] = [2_100, 1_030];
  const pixels = Float32Array.from(
    { length: width * height },
    (_, i) => i % 7 === 0 || i % width < 9 ? NaN : i % 1_000,
  );
  const rule = { bscale: 2, bzero: -1, blank: undefined };
  const builder = new LevelsBuilder(width, height, rule);
  assertEquals([builder.first, builder.rows], [1, 2]);
  for (let y = 0; y < height; y += 64) {
    builder.add(pixels.subarray(y * width, Math.min(height, y + 64) * width), y);
  }
  const levels = builder.finish();
  assertEquals([...levels.keys()], [1, 2, 3]);
  assertEquals(levelCount(width, height), 4);
  for (const [number, level] of levels) {
    const alone = new LevelReduction(number, { width, height }, rule);
    alone.add(pixels, 0, width);
    assertEquals([level.width, level.height], [alone.width, alone.height]);
    assertEquals(level.values, alone.finish(), `level ${number}`);
  }
  const tile = tileOfLevel(levels.get(1)!, 2, 1);
  assertEquals([tile.width, tile.height], [26, 3]);
  assertEquals(tile.values[0], levels.get(1)!.values[512 * 1_050 + 1_024]);
});
