import { assert, assertEquals } from "@std/assert";
import { loadRowSums } from "../../../../fits/picture/mean/sums.ts";
import { AreaMean } from "../../../../fits/picture/resample.ts";
import { fuzz, type SeededRandom } from "../../../support/random.ts";

const CLASSES = [
  ...[Uint8Array, Int8Array, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array],
] as const;

/** Noise over the range of a class; of floats some are no numbers, or infinite. */
function noise(random: SeededRandom, kind: (typeof CLASSES)[number], length: number) {
  const pixels = new kind(length);
  const floats = pixels instanceof Float32Array || pixels instanceof Float64Array;
  const gaps = random.next() < 0.5;
  for (let i = 0; i < length; i++) {
    pixels[i] = (random.next() - 0.3) * 2 ** (floats ? 10 : 8 * pixels.BYTES_PER_ELEMENT);
    if (floats && gaps && random.next() < 0.2) pixels[i] = random.pick([NaN, Infinity, -Infinity]);
  }
  return pixels;
}

Deno.test("AreaMean has the same means by the kernel as by the loop, but for rounding of parts of pixels", async () => {
  const sums = await loadRowSums();
  assert(sums !== undefined);
  await fuzz(300, 14_400, (random) => {
    const [width, height] = [random.integer(1, 90), random.integer(1, 90)];
    const to = { width: random.integer(1, width), height: random.integer(1, height) };
    const kind = random.pick(CLASSES);
    // Of small integers columns are summed first, which changes how parts are rounded.
    const exact = kind.BYTES_PER_ELEMENT >= 4 ||
      width % to.width === 0 && height % to.height === 0;
    let most = 0;
    const [loop, kernel] = [new AreaMean(width, height, to), new AreaMean(width, height, to, sums)];
    // Parts of some rows, each of some columns.
    for (let y = 0, rows = 0; y < height; y += rows) {
      rows = random.integer(1, height - y);
      for (let x = 0, columns = 0; x < width; x += columns) {
        columns = random.integer(1, width - x);
        const pixels = noise(random, kind, columns * rows);
        for (const value of pixels) if (value - value === 0) most = Math.max(most, Math.abs(value));
        for (const mean of [loop, kernel]) mean.add({ x, y, width: columns, height: rows, pixels });
      }
    }
    const [found, expected] = [kernel.finish().values, loop.finish().values];
    if (exact) assertEquals(found, expected);
    else {
      const far = found.findIndex((value, i) =>
        Number.isNaN(value) !== Number.isNaN(expected[i]!) ||
        Math.abs(value - expected[i]!) > 1e-12 * most
      );
      assertEquals(far, -1);
    }
  });
});

Deno.test("rows that are too long for the kernel, and lists that are no typed arrays, are left to the loop", async () => {
  const sums = (await loadRowSums())!;
  assertEquals(sums.most(new Float64Array(0), 20_000, 5), 0);
  assertEquals(sums.most([1, 2], 2, 1), 0);
  const pixels = Float64Array.from({ length: 40_000 }, (_, i) => i);
  const mean = new AreaMean(20_000, 2, { width: 2, height: 1 }, sums);
  mean.add({ x: 0, y: 0, width: 20_000, height: 2, pixels });
  assertEquals([...mean.finish().values], [14_999.5, 24_999.5]);
});

Deno.test("the kernel of means stays within its memory, whatever it is told", async () => {
  const code = await Deno.readFile(
    new URL("../../../../fits/picture/mean/sums.wasm", import.meta.url),
  );
  const { instance } = await WebAssembly.instantiate(code);
  const kernel = instance
    .exports as unknown as typeof import("../../../../fits/picture/mean/sums.wasm");
  const end = kernel.memory.buffer.byteLength;
  kernel.memory.grow(1);
  const bytes = new Uint8Array(kernel.memory.buffer);
  const canary = new Uint8Array(bytes.length - end).fill(0x5a);
  bytes.set(canary, end);
  const areas = kernel.areasStart() + 8 * kernel.most();
  const behind = bytes.slice(areas, end);
  const rows = bytes.subarray(kernel.rowsStart(), kernel.rowsStart() + kernel.rowsBytes());
  await fuzz(300, 14_401, (random) => {
    rows.set(random.bytes(4000), random.integer(0, rows.length - 4000));
    const add = random.pick([kernel.addInt16, kernel.addFloat64, kernel.addUint8]);
    const odd = () => random.pick([0, -1, 1, 2 ** 31 - 1, -(2 ** 31), random.integer(0, 200_000)]);
    const honest = random.next() < 0.6;
    const ratio = honest
      ? 1 + random.next() * 50
      : random.pick([0, -1, NaN, Infinity, 1e-9, 1e300]);
    const found = add(
      honest ? random.integer(0, 20) : odd(),
      honest ? random.integer(1, 900) : odd(),
      honest ? random.integer(0, 100) : odd(),
      ratio,
      honest ? 0 : odd(),
      honest ? random.integer(1, kernel.most()) : odd(),
      random.next(),
    );
    assert(found >= -1 && found <= kernel.most());
  });
  assertEquals(bytes.subarray(end), canary);
  assertEquals(bytes.subarray(areas, end), behind);
});
