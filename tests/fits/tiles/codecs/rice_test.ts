import { assertEquals, assertThrows } from "@std/assert";
import { decodeRice, loadRiceDecoder, mostRiceValues } from "../../../../fits/tiles/codecs/rice.ts";
import { FormatError } from "../../../../net/errors.ts";
import { encodeRice } from "../../../support/fits/tiles.ts";
import { fuzz } from "../../../support/random.ts";

await loadRiceDecoder();

const CLASSES = { 1: Uint8Array, 2: Int16Array, 4: Int32Array } as const;

Deno.test("decodeRice() reads the bits of the standard's text", () => {
  // 16-bit values, start 5; a block of 4: 2 low bits (code 3), differences 0, 1, -1, 6.
  // 0011 | 1 00 | 1 10 | 1 01 | 000 1 00
  const bits = "0000000000000101" + "0011" + "100" + "110" + "101" + "000100";
  const bytes = Uint8Array.from(bits.padEnd(40, "0").match(/.{8}/g)!, (byte) => parseInt(byte, 2));
  const target = new Int16Array(4);
  decodeRice(bytes, { blockSize: 4, bytePix: 2 }, target);
  assertEquals([...target], [5, 6, 5, 11]);
});

Deno.test("decodeRice() gives back values of every width, block and number of low bits", async () => {
  await fuzz(300, 14_001, (random) => {
    const bytePix = random.pick([1, 2, 4] as const);
    const blockSize = random.pick([1, 2, 16, 32, 33, 100]);
    const spread = 2 ** random.integer(0, 8 * bytePix);
    const values = new CLASSES[bytePix](random.integer(1, 300));
    let value = 0;
    for (let i = 0; i < values.length; i++) {
      if (random.next() < 0.7) value += Math.floor((random.next() - 0.5) * spread);
      values[i] = value;
    }
    // Now and then a number of low bits that no writer would choose, with runs of many zeros.
    const fsMax = { 1: 6, 2: 14, 4: 25 }[bytePix];
    const least = Math.max(0, Math.min(fsMax, Math.floor(Math.log2(spread)) - 6));
    const odd = random.next() < 0.5 ? undefined : () => random.integer(least, fsMax);
    const stream = encodeRice(values, bytePix, blockSize, odd);
    const target = new CLASSES[bytePix](values.length);
    decodeRice(stream, { blockSize, bytePix }, target);
    assertEquals(target, values);
  });
});

Deno.test("decodeRice() goes on over the ends of its windows", () => {
  // 130,000 values of 32 bits stored as they are: four windows of the source.
  const values = Int32Array.from({ length: 130_000 }, (_, i) => Math.imul(i, 0x9e3779b1));
  const stream = encodeRice(values, 4, 32, (block) => block % 3 === 0 ? 24 : 25);
  const target = new Int32Array(values.length);
  decodeRice(stream, { blockSize: 32, bytePix: 4 }, target);
  assertEquals(target, values);
  const flat = new Int32Array(300_000).fill(7);
  const short = encodeRice(flat, 4, 32);
  const again = new Int32Array(flat.length);
  decodeRice(short, { blockSize: 32, bytePix: 4 }, again);
  assertEquals(again, flat);
});

Deno.test("decodeRice() says where a stream ends early, and writes nothing behind the target", async () => {
  await fuzz(500, 14_002, (random) => {
    const bytePix = random.pick([1, 2, 4] as const);
    const values = new CLASSES[bytePix](200).map(() => random.integer(0, 100));
    const stream = encodeRice(values, bytePix, 32);
    const cut = stream.slice(0, random.integer(0, stream.length - 3));
    const memory = new CLASSES[bytePix](values.length + 64).fill(99);
    const target = memory.subarray(32, 32 + values.length);
    assertThrows(
      () => decodeRice(cut, { blockSize: 32, bytePix }, target),
      FormatError,
      `${cut.length} bytes of Rice code`,
    );
    const noise = random.bytes(random.integer(0, 300));
    try {
      decodeRice(noise, { blockSize: random.pick([16, 32]), bytePix }, target);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
    assertEquals([...memory.subarray(0, 32), ...memory.subarray(32 + values.length)], [
      ...new Array(64).fill(99),
    ]);
  });
});

Deno.test("the kernel of Rice stays within its memory, whatever it is told", async () => {
  const kernel = await import("../../../../fits/tiles/codecs/rice.wasm");
  const bytes = new Uint8Array(kernel.memory.buffer);
  const [source, room] = [kernel.sourceStart(), kernel.sourceBytes()];
  const [target, most] = [kernel.targetStart(), kernel.targetBytes()];
  // What lies around the source, its reversed copy (as large, with 32 bytes on both sides) and
  // the target.
  const copy = source + room + 32;
  const outside = () => [
    bytes.slice(0, source),
    bytes.slice(source + room, copy),
    bytes.slice(copy + room + 64, target),
    bytes.slice(target + most),
  ];
  const canary = outside();
  await fuzz(300, 14_003, (random) => {
    bytes.set(random.bytes(64), source + random.integer(0, room - 64));
    const decode = random.pick([kernel.riceDecode8, kernel.riceDecode16, kernel.riceDecode32]);
    const number = (honest: number) =>
      random.next() < 0.8 ? random.integer(0, honest) : random.integer(-(2 ** 31), 2 ** 31 - 1);
    const before = bytes.slice(target, target + most);
    const length = number(room);
    assertEquals(kernel.riceSource(length), length >= 0 && length <= room ? 0 : 1);
    const count = number(most / 4);
    const done = decode(number(length * 8), random.integer(0, 99), count, number(64));
    assertEquals(done >= -1 && done <= Math.max(0, count), true);
    if (done < 0) assertEquals(bytes.subarray(target, target + most), before);
  });
  assertEquals(outside(), canary);
});

Deno.test("mostRiceValues() is no less than what a stream holds", () => {
  const stream = encodeRice(new Uint8Array(3200), 1, 32);
  assertEquals(mostRiceValues(stream.length, { blockSize: 32, bytePix: 1 }) >= 3200, true);
  assertEquals(mostRiceValues(0, { blockSize: 32, bytePix: 4 }) <= 0, true);
});
