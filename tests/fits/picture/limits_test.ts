import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  findLimits,
  minmax,
  parseLimits,
  percentileLimits,
  zscale,
} from "../../../fits/picture/limits.ts";
import { renderImage } from "../../../fits/picture/render.ts";
import { FormatError } from "../../../net/errors.ts";
import { SeededRandom } from "../../support/random.ts";

Deno.test("parseLimits() reads what a command line gives", () => {
  const cases: [string, unknown][] = [
    ["zscale", "zscale"],
    ["minmax", "minmax"],
    ["percentile:99.5", "percentile:99.5"],
    ["percentile:100", "percentile:100"],
    ["-100,2000", [-100, 2000]],
    ["1e3, 5.5", [1000, 5.5]],
  ];
  for (const [text, limits] of cases) assertEquals(parseLimits(text), limits);
  for (
    const text of [
      "",
      "zscal",
      "percentile:",
      "percentile:101",
      "percentile:-1",
      "5",
      "1,",
      "1,2,3",
      "a,b",
    ]
  ) {
    assertThrows(
      () => parseLimits(text),
      FormatError,
      `Cannot take '${text}' as limits: expected zscale, minmax, percentile:P or LOW,HIGH`,
    );
  }
});

Deno.test("minmax() leaves out what is not finite", () => {
  assertEquals(minmax([NaN, 3, -Infinity, -2, Infinity]), [-2, 3]);
  assertEquals(minmax(new BigInt64Array([-(2n ** 62n), 5n])), [-(2 ** 62), 5]);
  assertEquals(minmax([NaN]), [0, 0]);
  assertEquals(minmax([]), [0, 0]);
});

Deno.test("percentileLimits() interpolates between the sorted values", () => {
  const values = Float64Array.from({ length: 101 }, (_, i) => 100 - i);
  assertEquals(percentileLimits(values, 100), [0, 100]);
  assertEquals(percentileLimits(values, 90), [5, 95]);
  assertEquals(percentileLimits([0, 10], 50), [2.5, 7.5]);
  assertEquals(percentileLimits([0, NaN, 10, Infinity], 0), [5, 5]);
  assertEquals(percentileLimits([4, 4, 4], 50), [4, 4]);
});

Deno.test("percentileLimits() agrees with sorting, for values of any spread", () => {
  const random = new SeededRandom(5);
  for (let round = 0; round < 20; round++) {
    const values = Float64Array.from(
      { length: random.integer(2, 5000) },
      () => Math.exp(random.next() * 30) * (random.next() < 0.1 ? -1 : 1),
    );
    const sorted = values.slice().sort();
    const percent = random.next() * 100;
    const expected = [(100 - percent) / 200, 1 - (100 - percent) / 200].map((fraction) => {
      const place = fraction * (sorted.length - 1);
      const below = sorted[Math.floor(place)]!;
      const above = sorted[Math.ceil(place)]!;
      return below + (place - Math.floor(place)) * (above - below);
    });
    const found = percentileLimits(values, percent);
    found.forEach((value, i) =>
      assertAlmostEquals(value, expected[i]!, Math.abs(expected[i]!) * 1e-12)
    );
  }
});

Deno.test("zscale() leaves bright stars out and shows the sky's noise", () => {
  const random = new SeededRandom(6);
  const values = Float64Array.from(
    { length: 40_000 },
    (_, i) => i % 97 === 0 ? 1e5 : 1000 + random.next() * 10,
  );
  const [low, high] = zscale(values);
  assertEquals([low >= 1000 && low < 1001, high > 1010 && high < 1030], [true, true]);
});

Deno.test("zscale() of few or equal values is their range", () => {
  assertEquals(zscale([]), [0, 0]);
  assertEquals(zscale([NaN, Infinity]), [0, 0]);
  assertEquals(zscale([7]), [7, 7]);
  assertEquals(zscale([1, 2, 3]), [1, 3]);
  assertEquals(zscale(new Float32Array(2000).fill(5)), [5, 5]);
  assertEquals(zscale(new Float32Array(2000).fill(5).fill(90, 0, 100)), [5, 90]);
});

Deno.test("findLimits() takes two numbers as they are", () => {
  assertEquals(findLimits([1, 2, 3], [10, 20]), [10, 20]);
  assertEquals(findLimits([1, 2, 3], "minmax"), [1, 3]);
  assertEquals(findLimits([0, 10], "percentile:50"), [2.5, 7.5]);
  assertEquals(findLimits([1, 2, 3], "zscale"), [1, 3]);
});

Deno.test("limits hold at the ends of the range of doubles, and pictures show what lies between", () => {
  const cases: number[][] = [
    [0, 1e-306, 2e-306, 3e-306],
    [0, 5e-324, 1e-323, 1.5e-323],
    [-1.7e308, 0, 0, 1.7e308],
    [-Number.MAX_VALUE, -1e308, 1e308, Number.MAX_VALUE],
    [1e308, 1.1e308, 1.2e308, 1.3e308],
  ];
  for (const values of cases) {
    const pixels = Float64Array.from(values);
    for (const limits of ["percentile:99", "percentile:50", "minmax", "zscale"] as const) {
      const [low, high] = findLimits(pixels, limits);
      const name = `${values}: ${limits} gives ${low} to ${high}`;
      assertEquals([low <= high, low >= values[0]!, high <= values[3]!], [true, true, true], name);
    }
    assertEquals(findLimits(pixels, "percentile:100"), [values[0]!, values[3]!]);
    const { data, color } = renderImage({ pixels, shape: [4, 1] }, { limits: "minmax" });
    assertEquals([color, data[0], data[3]], ["gray", 0, 255], `${values}: ${data}`);
    assertEquals([data[0]! < data[1]!, data[1]! <= data[2]!, data[2]! < data[3]!], [
      true,
      true,
      true,
    ]);
  }
});

Deno.test("zscale() of values whose squares are no doubles is that of the same values in reach", () => {
  const random = new SeededRandom(28);
  const plain = Float64Array.from({ length: 3000 }, () => random.next() + random.next());
  const [low, high] = zscale(plain);
  for (const power of [-1000, -600, 600, 1000]) {
    const scaled = plain.map((value) => value * 2 ** power);
    assertEquals(zscale(scaled), [low * 2 ** power, high * 2 ** power]);
  }
});
