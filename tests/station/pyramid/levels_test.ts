import { assertEquals } from "@std/assert";
import {
  levelCount,
  levelLength,
  LevelReduction,
  type NumberArray,
  type Reduce,
  REDUCES,
  tileBox,
  tileGrid,
} from "../../../station/pyramid/levels.ts";

Deno.test("levelLength() rounds up, so that no column is lost", () => {
  const cases: [length: number, level: number, expected: number][] = [
    [1, 0, 1],
    [1, 24, 1],
    [512, 1, 256],
    [513, 1, 257],
    [1000, 3, 125],
    [1001, 3, 126],
    [1_040_000, 11, 508],
  ];
  for (const [length, level, expected] of cases) {
    assertEquals(levelLength(length, level), expected);
  }
});

Deno.test("levelCount() ends with the level that is one tile", () => {
  const cases: [width: number, height: number, levels: number][] = [
    [1, 1, 1],
    [512, 512, 1],
    [513, 1, 2],
    [1, 1025, 3],
    [4096, 4096, 4],
    [16_384, 16_384, 6],
    [100_000, 100_000, 9],
  ];
  for (const [width, height, levels] of cases) assertEquals(levelCount(width, height), levels);
});

Deno.test("tileGrid() and tileBox() cover a plane once, edge tiles being smaller", () => {
  const [width, height] = [1500, 700];
  for (const level of [0, 1, 2]) {
    const { columns, rows } = tileGrid(width, height, level);
    let pixels = 0;
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const box = tileBox(width, height, { level, x, y });
        assertEquals([box.x, box.y], [x * 512 * 2 ** level, y * 512 * 2 ** level]);
        pixels += box.width * box.height;
      }
    }
    assertEquals(pixels, width * height);
  }
});

/** The level by its definition. */
function byDefinition(
  pixels: ArrayLike<number>,
  size: { width: number; height: number },
  level: number,
  rule: { bscale: number; bzero: number; blank: number | undefined },
  reduce: Reduce,
): number[] {
  const side = 2 ** level;
  const result: number[] = [];
  for (let y = 0; y < size.height; y += side) {
    for (let x = 0; x < size.width; x += side) {
      const found: number[] = [];
      for (let row = y; row < Math.min(size.height, y + side); row++) {
        for (let column = x; column < Math.min(size.width, x + side); column++) {
          const value = pixels[row * size.width + column]!;
          if (value === rule.blank || !Number.isFinite(value)) continue;
          found.push(rule.bzero + rule.bscale * value);
        }
      }
      const sum = found.reduce((total, value) => total + value, 0);
      const reduced = reduce === "mean"
        ? sum / found.length
        : reduce === "sum"
        ? sum
        : reduce === "max"
        ? Math.max(...found)
        : Math.min(...found);
      result.push(found.length === 0 ? NaN : reduced);
    }
  }
  return result;
}

Deno.test("LevelReduction makes each level as it is defined, whatever the bands", () => {
  const size = { width: 37, height: 23 };
  const count = size.width * size.height;
  const wave = (i: number) => Math.round(100 * Math.sin(i * 1.7)) + i % 13;
  const cases: [pixels: NumberArray, blank: number | undefined][] = [
    [Uint8Array.from({ length: count }, (_, i) => i * 7), undefined],
    [Int16Array.from({ length: count }, (_, i) => i % 5 === 0 ? -99 : wave(i)), -99],
    [Int32Array.from({ length: count }, (_, i) => wave(i) * 1000), undefined],
    [
      Float32Array.from(
        { length: count },
        (_, i) => i % 37 < 9 ? NaN : i === 50 ? Infinity : wave(i),
      ),
      undefined,
    ],
    [Float64Array.from({ length: count }, () => NaN), undefined],
  ];
  for (const [pixels, blank] of cases) {
    for (const [bscale, bzero] of [[1, 0], [-0.5, 3]] as const) {
      const rule = { bscale, bzero, blank };
      for (const reduce of REDUCES) {
        for (const level of [1, 2, 3, 6]) {
          for (const rows of [1, 5, 23]) {
            const reduction = new LevelReduction(level, size, rule, reduce);
            for (let y = 0; y < size.height; y += rows) {
              const band = pixels.subarray(y * size.width, (y + rows) * size.width) as NumberArray;
              reduction.add(band, y, size.width);
            }
            const expected = byDefinition(pixels, size, level, rule, reduce);
            assertEquals(reduction.width * reduction.height, expected.length);
            const found = reduction.finish();
            for (const [i, value] of expected.entries()) {
              const exact = Math.fround(value);
              const near = Math.abs(found[i]! - exact) <= Math.abs(exact) * 1e-6 + 1e-4;
              if (!Object.is(found[i], exact) && !near) {
                throw new Error(`${reduce} level ${level} at ${i}: ${found[i]}, not ${value}`);
              }
            }
          }
        }
      }
    }
  }
});
