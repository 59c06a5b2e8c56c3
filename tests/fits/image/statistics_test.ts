import { assertAlmostEquals, assertEquals } from "../../support/assert.ts";
import { imageStatistics } from "../../../mod.ts";

Deno.test("imageStatistics() leaves out what has no value, and infinities out of the mean", () => {
  const pixels = new Float64Array([NaN, 1, -Infinity, 4, Infinity, 7]);
  assertEquals(imageStatistics({ type: "float64", pixels, shape: [3, 2] }), {
    count: 6,
    undefined: 1,
    min: -Infinity,
    max: Infinity,
    mean: 4,
    stddev: Math.sqrt(6),
  });
  const none = imageStatistics({ type: "float32", pixels: new Float32Array([NaN]), shape: [1] });
  assertEquals(Object.values(none), [1, 1, NaN, NaN, NaN, NaN]);
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
