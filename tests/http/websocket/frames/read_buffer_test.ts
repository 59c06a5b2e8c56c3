import { assertEquals, assertNotEquals } from "@std/assert";
import { ReadBuffer } from "../../../../http/websocket/frames/read_buffer.ts";

/** Reads as many bytes as are given, and says how large the buffer was for each read. */
function sizes(counts: readonly number[], resting: boolean, buffer = new ReadBuffer()): number[] {
  return counts.map((count) => {
    const { length } = buffer.next(!resting);
    assertEquals(buffer.filled(count, resting).length, count);
    return length;
  });
}

Deno.test("next() gives more memory after each read that fills it, up to 256 KiB", () => {
  const counts = [4_095, 4_096, 16_384, 65_535, 65_536, 262_144, 262_144];
  const buffer = new ReadBuffer();
  assertEquals(
    sizes(counts, false, buffer),
    [4_096, 4_096, 16_384, 65_536, 65_536, 262_144, 262_144],
  );
  // What is shared with other connections is had for the time of a message alone.
  assertEquals(sizes([1, 1], true, buffer), [65_536, 65_536]);
  assertEquals(sizes([1], false, buffer), [262_144]);
  buffer.release();
});

Deno.test("release() gives back what long messages are received into", () => {
  const grown = () => {
    const buffer = new ReadBuffer();
    sizes([4_096, 16_384, 65_536], false, buffer);
    return buffer;
  };
  const first = grown();
  const memory = first.next(true);
  first.release();
  const second = grown();
  assertEquals(second.next(true).byteOffset, memory.byteOffset);
  assertNotEquals(first.next(true).byteOffset, memory.byteOffset);
  first.next(false);
  second.release();
});

Deno.test("next() goes back to 4 KiB when nine reads at rest needed no more", () => {
  const small = Array<number>(8).fill(100);
  const large = (count: number) => Array<number>(count).fill(16_384);
  const grown = () => {
    const buffer = new ReadBuffer();
    sizes([4_096], true, buffer);
    return buffer;
  };
  assertEquals(sizes([...small, 4_096, 1], true, grown()), [...large(9), 4_096]);
  // A longer read begins the count again, and those within a message do not count.
  assertEquals(sizes([...small, 4_097, ...small, 1, 1], true, grown()), [...large(18), 4_096]);
  assertEquals(sizes([...small, 1, 1], false, grown()), large(10));
});

Deno.test("filled() gives the bytes that were read into next()", () => {
  const buffer = new ReadBuffer();
  buffer.next(false).set([1, 2, 3]);
  assertEquals(buffer.filled(3, true), new Uint8Array([1, 2, 3]));
});
