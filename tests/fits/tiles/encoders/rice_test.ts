import { assertEquals } from "@std/assert";
import { decodeRice, loadRiceDecoder } from "../../../../fits/tiles/codecs/rice.ts";
import { encodeRice, loadRiceEncoder, RICE_BLOCK } from "../../../../fits/tiles/encoders/rice.ts";
import { swapBytes } from "../../../../net/byte_order.ts";
import { encodeRice as plainly } from "../../../support/fits/tiles.ts";
import { fuzz } from "../../../support/random.ts";

await loadRiceEncoder();
await loadRiceDecoder();

const CLASSES = { 1: Uint8Array, 2: Int16Array, 4: Int32Array } as const;

function bigEndian(values: Uint8Array | Int16Array | Int32Array): Uint8Array {
  const bytes = new Uint8Array(values.buffer.slice(0), values.byteOffset, values.byteLength);
  return swapBytes(bytes, values.BYTES_PER_ELEMENT as 1 | 2 | 4);
}

/** The number of low bits that CFITSIO chooses for a block. */
function lowBits(values: Uint8Array | Int16Array | Int32Array, block: number): number {
  const width = 8 * values.BYTES_PER_ELEMENT;
  const first = block * RICE_BLOCK;
  const count = Math.min(RICE_BLOCK, values.length - first);
  let sum = 0;
  for (let i = first; i < first + count; i++) {
    const difference = BigInt.asIntN(
      width,
      BigInt(values[i]!) - BigInt(values[Math.max(0, i - 1)]!),
    );
    sum += Number(difference >= 0n ? 2n * difference : -2n * difference - 1n);
  }
  if (sum === 0) return -1;
  const mean = Math.max(0, Math.floor((sum - Math.floor(count / 2) - 1) / count));
  let low = 0;
  for (let half = Math.floor(mean / 2); half > 0; half = Math.floor(half / 2)) low++;
  return Math.min(low, { 8: 6, 16: 14, 32: 25 }[width]!);
}

Deno.test("encodeRice() makes the streams of a plain encoder, at every width and length", async () => {
  await fuzz(400, 14_101, (random) => {
    const bytePix = random.pick([1, 2, 4] as const);
    const spread = 2 ** random.integer(0, 8 * bytePix);
    const values = new CLASSES[bytePix](random.integer(1, 300));
    const flat = random.pick([0.3, 0.95]);
    let value = 0;
    for (let i = 0; i < values.length; i++) {
      if (random.next() >= flat) value += Math.floor((random.next() - 0.5) * spread);
      values[i] = value;
    }
    const expected = plainly(values, bytePix, RICE_BLOCK, (block) => lowBits(values, block));
    assertEquals(encodeRice(bigEndian(values), bytePix), expected);
    if (values instanceof Int32Array) assertEquals(encodeRice(values, 4), expected);
  });
});

Deno.test("encodeRice() goes on over the ends of its windows", () => {
  for (const bytePix of [1, 2, 4] as const) {
    // Noise, then one outlier: a run of zeros that is longer than a word.
    const values = new CLASSES[bytePix](150_001).map((_, i) => Math.imul(i, 0x9e3779b1) >> 28);
    values[70_000] = 100;
    const stream = encodeRice(bigEndian(values), bytePix).slice();
    const target = new CLASSES[bytePix](values.length);
    decodeRice(stream, { blockSize: RICE_BLOCK, bytePix }, target);
    assertEquals(target, values);
  }
});

Deno.test("encodeRice() takes no more than the pixels and a few bits for each block", () => {
  for (const bytePix of [1, 2, 4] as const) {
    const values = new CLASSES[bytePix](32_000).map((_, i) => Math.imul(i * i + 7, 0x9e3779b1));
    const stream = encodeRice(bigEndian(values), bytePix);
    const least = values.byteLength + bytePix + Math.ceil(32_000 / RICE_BLOCK * 5 / 8);
    assertEquals(stream.length <= least, true, `${stream.length} of ${least}`);
  }
});
