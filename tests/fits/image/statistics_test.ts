import { assertAlmostEquals, assertEquals } from "../../support/assert.ts";
import { imageStatistics, StatisticsOfParts } from "../../../fits/image/statistics.ts";

Deno.test("imageStatistics() leaves out what has no value, and counts infinities apart", () => {
  const pixels = new Float64Array([NaN, 1, -Infinity, 4, Infinity, 7]);
  assertEquals(imageStatistics({ type: "float64", pixels, shape: [3, 2] }), {
    count: 6,
    undefined: 1,
    infinite: 2,
    min: 1,
    max: 7,
    mean: 4,
    stddev: Math.sqrt(6),
  });
  const none = imageStatistics({ type: "float32", pixels: new Float32Array([NaN]), shape: [1] });
  assertEquals(Object.values(none), [1, 1, 0, NaN, NaN, NaN, NaN]);
  const endless = new Float32Array([-Infinity, NaN, -Infinity]);
  const all = imageStatistics({ type: "float32", pixels: endless, shape: [3] });
  assertEquals(Object.values(all), [3, 1, 2, NaN, NaN, NaN, NaN]);
});

Deno.test("imageStatistics() keeps its figures beside one bright pixel, wherever it stands", () => {
  const count = 1_000_000;
  for (const place of [0, 1, count - 1]) {
    const pixels = new Float64Array(count).map((_, i) => i % 2);
    pixels[place] = 1e12;
    const { mean, stddev } = imageStatistics({ type: "float64", pixels, shape: [count] });
    assertAlmostEquals(mean, (1e12 + count / 2 - place % 2) / count, 1e-7);
    // One value of 1e12 among n: its distance from the mean, times the root of (n - 1) / n^2.
    assertAlmostEquals(stddev, 1e12 * Math.sqrt(count - 1) / count, 1);
  }
});

Deno.test("imageStatistics() finds a small contrast on a high level", () => {
  const pixels = new Float64Array(1000).map((_, i) => 1e9 + i % 2);
  const { mean, stddev } = imageStatistics({ type: "float64", pixels, shape: [1000] });
  assertEquals([mean, stddev], [1e9 + 0.5, 0.5]);
});

Deno.test("imageStatistics() has the mean of integers exactly", () => {
  const pixels = new Int16Array([-32768, 32767, 0]);
  assertEquals(imageStatistics({ type: "int16", pixels, shape: [3] }).mean, -1 / 3);
});

Deno.test("imageStatistics() tells neighbours among 64-bit integers, far from zero and from the first", () => {
  const high = 2n ** 64n - 1n;
  const unsigned = BigUint64Array.of(0n, ...Array(999).fill(high), ...Array(1000).fill(high - 2n));
  const { min, max } = imageStatistics({ type: "uint64", pixels: unsigned, shape: [2000] });
  assertEquals([min, max], [0, high]);
  const signed = BigInt64Array.of(-(2n ** 63n), -(2n ** 63n) + 2n, -(2n ** 63n) + 4n);
  const { mean, stddev } = imageStatistics({ type: "int64", pixels: signed, shape: [3] });
  assertEquals([mean, stddev], [-(2 ** 63), Math.sqrt(8 / 3)]);
  const far = BigInt64Array.of(0n, 2n ** 62n, 2n ** 62n, 0n);
  const wide = imageStatistics({ type: "int64", pixels: far, shape: [4] });
  assertEquals([wide.mean, wide.stddev], [2 ** 61, 2 ** 61]);
  const small = imageStatistics({
    type: "uint64",
    pixels: BigUint64Array.of(1n, 2n, 3n, 1000n),
    shape: [4],
  });
  assertEquals([small.min, small.max, small.mean], [1, 1000, 251.5]);
});

Deno.test("imageStatistics() holds at the ends of the range of doubles", () => {
  const cases: [values: number[], min: number, max: number, mean: number, stddev: number][] = [
    [[1.5 * 2 ** 1023, 2 ** 1023], 2 ** 1023, 1.5 * 2 ** 1023, 1.25 * 2 ** 1023, 2 ** 1021],
    [[-(2 ** 1023), 2 ** 1023, NaN, Infinity], -(2 ** 1023), 2 ** 1023, 0, 2 ** 1023],
    [[2 ** 600, 3 * 2 ** 600], 2 ** 600, 3 * 2 ** 600, 2 ** 601, 2 ** 600],
    [[2 ** -600, 3 * 2 ** -600], 2 ** -600, 3 * 2 ** -600, 2 ** -599, 2 ** -600],
    [[2 ** -1070, 3 * 2 ** -1070], 2 ** -1070, 3 * 2 ** -1070, 2 ** -1069, 2 ** -1070],
    [[0, 0], 0, 0, 0, 0],
    [[0, 2 ** -599], 0, 2 ** -599, 2 ** -600, 2 ** -600],
    [[2 ** -599, 0], 0, 2 ** -599, 2 ** -600, 2 ** -600],
  ];
  for (const [values, ...right] of cases) {
    const pixels = Float64Array.from(values);
    const { min, max, mean, stddev, count } = imageStatistics({
      type: "float64",
      pixels,
      shape: [pixels.length],
    });
    assertEquals([min, max, mean, stddev, count], [...right, pixels.length], `${values}`);
    const sum = new StatisticsOfParts();
    for (const value of [...values, ...values]) {
      sum.add({ type: "float64", pixels: Float64Array.of(value), shape: [1] });
    }
    const parts = sum.statistics;
    assertEquals([parts.min, parts.max, parts.mean, parts.stddev], right, `${values}`);
  }
});
