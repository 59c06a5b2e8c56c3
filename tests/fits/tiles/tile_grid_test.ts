import { assertEquals } from "@std/assert";
import { resolveSection } from "../../../fits/image/section.ts";
import { countTiles, tileBox, tileGrid, tilesOf } from "../../../fits/tiles/tile_grid.ts";
import { fuzz } from "../../support/random.ts";

Deno.test("tileBox() finds whole tiles and those at the edges", () => {
  const grid = tileGrid([10, 7], [4, 3]);
  assertEquals([grid.counts, grid.total], [[3, 3], 9]);
  assertEquals(tileBox(grid, 0), { start: [0, 0], shape: [4, 3], pixels: 12 });
  assertEquals(tileBox(grid, 2), { start: [8, 0], shape: [2, 3], pixels: 6 });
  assertEquals(tileBox(grid, 8), { start: [8, 6], shape: [2, 1], pixels: 2 });
});

Deno.test("tilesOf() gives every pixel of a section once, and no tile that it does not touch", async () => {
  await fuzz(300, 14_020, (random) => {
    const axes = random.integer(1, 4);
    const shape = Array.from({ length: axes }, () => random.integer(1, 9));
    const tile = shape.map((length) => random.integer(1, length + 2));
    const grid = tileGrid(shape, tile);
    const ranges = shape.map((length) => {
      const start = random.integer(0, length - 1);
      return [start, random.integer(start + 1, length), random.integer(1, 4)] as const;
    });
    const section = resolveSection(ranges, shape);
    const seen = new Map<string, string>();
    let last = -1;
    let count = 0;
    for (const share of tilesOf(grid, section)) {
      count++;
      assertEquals(share.number > last, true);
      last = share.number;
      const pixels = share.count.reduce((product, length) => product * length, 1);
      for (let i = 0; i < pixels; i++) {
        let rest = i;
        const image: number[] = [];
        const place = share.count.map((length, axis) => {
          const offset = rest % length;
          rest = Math.floor(rest / length);
          const within = share.from[axis]! + offset * share.step[axis]!;
          assertEquals(within < share.box.shape[axis]!, true);
          image.push(share.box.start[axis]! + within);
          return share.at[axis]! + offset;
        });
        assertEquals(seen.has(place.join()), false);
        seen.set(place.join(), image.join());
      }
    }
    assertEquals(count, countTiles(grid, section));
    assertEquals(seen.size, section.shape.reduce((product, length) => product * length, 1));
    for (const [place, image] of seen) {
      const expected = place.split(",").map((at, axis) =>
        ranges[axis]![0] + Number(at) * ranges[axis]![2]
      );
      assertEquals(image, expected.join());
    }
  });
});

Deno.test("tilesOf() of nothing is nothing", () => {
  const grid = tileGrid([10, 0], [4, 3]);
  assertEquals([...tilesOf(grid, resolveSection(undefined, [10, 0]))], []);
  assertEquals([...tilesOf(tileGrid([], []), resolveSection(undefined, []))], []);
});
