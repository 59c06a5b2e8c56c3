import { assertEquals } from "@std/assert";
import { loadQuantizer, quantizeTile, seedOf } from "../../../../fits/tiles/encoders/quantize.ts";
import { loadQuantize } from "../../../../fits/tiles/encoders/quantize_module.ts";
import { fuzz } from "../../../support/random.ts";

await loadQuantizer();

/** Big-endian floats. */
function bytesOf(values: readonly number[], size: 4 | 8): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * size));
  values.forEach((value, i) =>
    size === 4 ? view.setFloat32(i * size, value) : view.setFloat64(i * size, value)
  );
  return new Uint8Array(view.buffer);
}

const lowerMedian = (values: number[]) =>
  values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? 0;

/** The noise of a row of doubles without equal neighbours, plainly. */
function noiseOf(v: readonly number[]): number {
  const inner = Array.from({ length: v.length - 8 }, (_, i) => i + 4);
  const estimates = [
    1.0483579 * lowerMedian(inner.map((i) => Math.abs(v[i]! - v[i + 2]!))),
    0.6052697 * lowerMedian(inner.map((i) => Math.abs(2 * v[i]! - v[i - 2]! - v[i + 2]!))),
    0.1772048 * lowerMedian(
      inner.map((i) => Math.abs(6 * v[i]! - 4 * v[i - 2]! - 4 * v[i + 2]! + v[i - 4]! + v[i + 4]!)),
    ),
  ];
  return Math.min(...estimates);
}

Deno.test("quantizeTile() has steps of a fraction of the noise, from the medians of differences", async () => {
  await fuzz(40, 14_106, (random) => {
    const values = Array.from({ length: random.integer(9, 4000) }, () => random.next() * 1000);
    const level = random.pick([1, 4, 16]);
    const tile = quantizeTile(
      { bytes: bytesOf(values, 8), size: 8, width: values.length, number: 0, seed: 1 },
      { level, dither: 0 },
    )!;
    assertEquals(tile.scale, noiseOf(values) / level);
    const far = values.findIndex((value, i) =>
      Math.abs(tile.values[i]! * tile.scale + tile.zero - value) > tile.scale * 0.500001
    );
    assertEquals([far, tile.missing], [-1, false]);
  });
});

Deno.test("quantizeTile() gives up where there is no noise, no room, or an infinite pixel", () => {
  const tile = (values: number[]) =>
    quantizeTile(
      { bytes: bytesOf(values, 4), size: 4, width: values.length, number: 0, seed: 1 },
      { level: 4, dither: 1 },
    );
  const noise = Array.from({ length: 50 }, (_, i) => Math.sin(i * i));
  assertEquals(tile(new Array(50).fill(1.5)), undefined);
  assertEquals(tile([1.5]), undefined);
  assertEquals(tile(noise.with(7, 1e30)), undefined);
  assertEquals(tile(noise.with(7, -Infinity)), undefined);
  assertEquals(tile(noise)?.missing, false);
  assertEquals(tile(noise.with(7, NaN))?.missing, true);
  assertEquals(tile(new Array(50).fill(NaN))?.values.every((value) => value === -2147483647), true);
});

Deno.test("seedOf() is the sum of a tile's bytes, as fpack -qt has it", () => {
  // 1.5 is 3f c0 00 00, 1e-45 is nearly 0, and NaN stands for -9.11912e-36: 87 41 f0 ... by bytes.
  assertEquals(seedOf(bytesOf([1.5], 4), 4), 0x3f + 0xc0 + 1);
  assertEquals(seedOf(bytesOf([1e-45, 0], 4), 4), 1);
  const missing = bytesOf([-9.11912e-36], 4).reduce((sum, byte) => sum + byte);
  assertEquals(seedOf(bytesOf([NaN, Infinity], 4), 4), 2 * missing + 1);
});

Deno.test("the kernel takes no more pixels than it has room for", async () => {
  const kernel = await loadQuantize();
  const most = kernel.sourceBytes() / 4;
  assertEquals(kernel.quantize32(most + 1, 0, 1, 0), -1);
  assertEquals(kernel.noise32(most + 1, 1), -1);
  assertEquals(kernel.noise64(-1, 1), -1);
});
