import { assertEquals } from "@std/assert";
import { dequantize, loadDequantizer } from "../../../../fits/tiles/codecs/dequantize.ts";
import { ditherNumbers } from "../../../../fits/tiles/codecs/dither.ts";
import { fuzz } from "../../../support/random.ts";

await loadDequantizer();

const ZERO_MARK = -2147483646;

/** The standard's text, one pixel after the other. */
function plainly(
  values: Int32Array,
  { scale, zero, blank, dither, seed, tile }: Parameters<typeof dequantize>[2],
): number[] {
  const random = ditherNumbers();
  let start = (tile + seed - 1) % 10_000;
  let at = Math.floor(random[start]! * 500);
  return Array.from(values, (value) => {
    const number = random[at]!;
    if (++at === 10_000) {
      start = (start + 1) % 10_000;
      at = Math.floor(random[start]! * 500);
    }
    if (value === blank) return NaN;
    if (dither === 2 && value === ZERO_MARK) return 0;
    return dither === 0 ? value * scale + zero : (value - number + 0.5) * scale + zero;
  });
}

Deno.test("ditherNumbers() are those of Park and Miller", () => {
  const numbers = ditherNumbers();
  assertEquals(numbers.length, 10_000);
  assertEquals(numbers[0], Math.fround(16807 / 2147483647));
  assertEquals(numbers[9999], Math.fround(1043618065 / 2147483647));
});

Deno.test("dequantize() gives the numbers of the standard's text, whatever the method", async () => {
  await fuzz(100, 14_010, (random) => {
    const length = random.pick([0, 1, 2, 3, 5, 100, 9_999, 10_001, 30_000]);
    const blank = random.pick([undefined, -2147483648, -2147483647, 7]);
    const values = Int32Array.from({ length }, () =>
      random.pick([
        random.integer(-1000, 1000),
        random.integer(-(2 ** 31), 2 ** 31 - 1),
        ZERO_MARK,
        blank ?? 7,
      ]));
    const quantization = {
      scale: random.next() * 10 - 5,
      zero: random.next() * 1e6 - 5e5,
      blank,
      dither: random.pick([0, 1, 2] as const),
      seed: random.integer(1, 10_000),
      tile: random.integer(0, 100_000),
    };
    const expected = plainly(values, quantization);
    const doubles = new Float64Array(length);
    dequantize(values, doubles, quantization);
    assertEquals(doubles, Float64Array.from(expected));
    const memory = new Float32Array(length + 2).fill(99);
    dequantize(values, memory.subarray(1, length + 1), quantization);
    assertEquals(memory, Float32Array.from([99, ...expected, 99]));
  });
});

Deno.test("the kernel of dequantizing stays within its memory, whatever it is told", async () => {
  const kernel = await import("../../../../fits/tiles/codecs/dequantize.wasm");
  const bytes = new Uint8Array(kernel.memory.buffer);
  const results = kernel.resultsStart();
  const most = kernel.most();
  const outside = () => [bytes.slice(0, results), bytes.slice(results + most * 8)];
  const canary = outside();
  await fuzz(500, 14_011, (random) => {
    const number = (honest: number) =>
      random.next() < 0.7 ? random.integer(0, honest) : random.integer(-(2 ** 31), 2 ** 31 - 1);
    const run = random.pick([kernel.dequantize32, kernel.dequantize64]);
    run(number(most), 1, 0, random.integer(-1, 3), number(10_000), 1, number(9));
  });
  assertEquals(outside(), canary);
});
