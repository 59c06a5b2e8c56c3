/** Kernels of tiles write between their bounds, whatever they are told: a page behind is watched. */

import { assertEquals } from "@std/assert";
import type { DequantizeKernel } from "../../../fits/tiles/codecs/dequantize_module.ts";
import type { RiceKernel as RiceDecoder } from "../../../fits/tiles/codecs/rice_module.ts";
import type { HcompressKernel } from "../../../fits/tiles/encoders/hcompress_module.ts";
import type { QuantizeKernel } from "../../../fits/tiles/encoders/quantize_module.ts";
import type { RiceKernel as RiceEncoder } from "../../../fits/tiles/encoders/rice_module.ts";
import { fuzz, type SeededRandom } from "../../support/random.ts";

const PAGE_BYTES = 65_536;
const CANARY = 0x5a;
const ROUNDS = 150;

/** A kernel of its own, and a function that says whether the page behind its memory is as it was. */
async function watched<K extends { readonly memory: WebAssembly.Memory }>(
  path: string,
): Promise<{ kernel: K; bytes: Uint8Array; assertWhole: () => void }> {
  const code = await Deno.readFile(new URL(`../../../fits/tiles/${path}.wasm`, import.meta.url));
  const { instance } = await WebAssembly.instantiate(code);
  const kernel = instance.exports as unknown as K;
  const end = kernel.memory.buffer.byteLength;
  kernel.memory.grow(1);
  const bytes = new Uint8Array(kernel.memory.buffer);
  const page = bytes.subarray(end).fill(CANARY);
  const whole = new Uint8Array(PAGE_BYTES).fill(CANARY);
  return { kernel, bytes, assertWhole: () => assertEquals(page, whole) };
}

/** As many as there is room for, fewer, or a number that makes no sense. */
function count(random: SeededRandom, room: number): number {
  return random.next() < 0.6
    ? random.integer(0, room)
    : random.pick([room, room + 1, -1, 2 ** 31 - 1, -(2 ** 31), random.integer(room, 2 ** 30)]);
}

/** Bytes of noise, of one value, or of the extremes in turn. */
function fill(random: SeededRandom, bytes: Uint8Array): void {
  switch (random.integer(0, 2)) {
    case 0:
      return bytes.set(random.bytes(Math.min(bytes.length, 200_000)));
    case 1:
      return void bytes.fill(random.integer(0, 255));
    default:
      for (let i = 0; i < bytes.length; i += 8) bytes.fill(i % 16 === 0 ? 0x7f : 0x80, i, i + 8);
  }
}

Deno.test("the encoder of Rice stays within its memory", async () => {
  const { kernel, bytes, assertWhole } = await watched<RiceEncoder>("encoders/rice");
  const source = bytes.subarray(kernel.sourceStart(), kernel.sourceStart() + kernel.sourceBytes());
  const runs = [[1, kernel.riceEncode8], [2, kernel.riceEncode16], [
    4,
    kernel.riceEncode32,
  ]] as const;
  await fuzz(ROUNDS, 14_301, (random) => {
    fill(random, source);
    kernel.riceBegin();
    const [size, run] = random.pick(runs);
    const written = run(count(random, source.length / size));
    assertEquals(written <= kernel.targetBytes(), true);
    kernel.riceEnd();
    assertWhole();
  });
});

Deno.test("the decoder of Rice stays within its memory", async () => {
  const { kernel, bytes, assertWhole } = await watched<RiceDecoder>("codecs/rice");
  const source = bytes.subarray(kernel.sourceStart(), kernel.sourceStart() + kernel.sourceBytes());
  const runs = [[1, kernel.riceDecode8], [2, kernel.riceDecode16], [
    4,
    kernel.riceDecode32,
  ]] as const;
  await fuzz(ROUNDS, 14_302, (random) => {
    fill(random, source);
    kernel.riceSource(count(random, source.length));
    const [size, run] = random.pick(runs);
    const block = random.pick([16, 32, 1, 0, -1, 2 ** 30]);
    run(
      count(random, 8 * source.length),
      random.integer(-1000, 1000),
      count(random, kernel.targetBytes() / size),
      block,
    );
    assertWhole();
  });
});

Deno.test("the kernel that measures and quantises floats stays within its memory", async () => {
  const { kernel, bytes, assertWhole } = await watched<QuantizeKernel>("encoders/quantize");
  const source = bytes.subarray(kernel.sourceStart(), kernel.sourceStart() + kernel.sourceBytes());
  await fuzz(ROUNDS / 5, 14_303, (random) => {
    fill(random, source.subarray(0, 400_000));
    fill(random, source.subarray(-4_000));
    kernel.noiseClear(count(random, source.length));
    const wide = random.next() < 0.5;
    const room = random.next() < 0.1 ? source.length / (wide ? 8 : 4) : 20_000;
    (wide ? kernel.noise64 : kernel.noise32)(count(random, room), random.integer(0, 1));
    kernel.ditherBegin(random.integer(-(2 ** 31), 2 ** 31 - 1));
    const [zero, step] = [0, 0].map(() =>
      random.pick([0, 1, -1e300, NaN, Infinity, random.next()])
    );
    (wide ? kernel.quantize64 : kernel.quantize32)(
      count(random, room),
      zero!,
      step!,
      random.integer(-1, 3),
    );
    assertWhole();
  });
});

Deno.test("the kernel that makes floats of integers stays within its memory", async () => {
  const { kernel, bytes, assertWhole } = await watched<DequantizeKernel>("codecs/dequantize");
  const values = bytes.subarray(kernel.valuesStart(), kernel.valuesStart() + 4 * kernel.most());
  await fuzz(ROUNDS, 14_304, (random) => {
    fill(random, values);
    const run = random.pick([kernel.dequantize32, kernel.dequantize64]);
    const first = count(random, 10_000);
    run(
      count(random, kernel.most()),
      random.next(),
      random.next(),
      random.integer(-1, 3),
      first,
      random.integer(0, 1),
      random.integer(-5, 5),
    );
    assertWhole();
  });
});

Deno.test("the encoder of HCOMPRESS stays between its start and its limit", async () => {
  const { kernel } = await watched<HcompressKernel>("encoders/hcompress");
  const own = kernel.freeStart();
  kernel.memory.grow(30);
  const bytes = new Uint8Array(kernel.memory.buffer);
  await fuzz(ROUNDS, 14_305, (random) => {
    const start = own + 8 * random.integer(0, 100);
    const limit = start + random.integer(0, 400_000);
    const honest = random.next() < 0.7;
    const rows = honest ? random.integer(1, 80) : random.integer(-(2 ** 31), 2 ** 31 - 1);
    const columns = random.integer(honest ? 1 : -5, 80);
    fill(random, bytes.subarray(start, limit));
    const behind = bytes.subarray(limit, limit + PAGE_BYTES).fill(CANARY);
    bytes.fill(CANARY, own, start);
    const run = random.pick([kernel.encode32, kernel.encode64]);
    const length = run(start, limit, rows, columns, random.pick([0, 1, 2, 100, -1]));
    assertEquals(length <= limit - start, true);
    assertEquals(bytes.subarray(own, start).every((byte) => byte === CANARY), true);
    assertEquals(behind, new Uint8Array(PAGE_BYTES).fill(CANARY));
  });
});
