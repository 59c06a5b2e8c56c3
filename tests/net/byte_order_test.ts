import { assertEquals, assertThrows } from "@std/assert";
import { LITTLE_ENDIAN, swapBytes, swapInto, toNativeOrder } from "../../net/byte_order.ts";
import type { ElementSize } from "../../net/byte_order.ts";
import { SeededRandom } from "../support/random.ts";

/** The definition: every element's bytes in reverse. */
function reversed(bytes: Uint8Array, size: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < bytes.length; i += size) {
    result.push(...bytes.subarray(i, i + size).toReversed());
  }
  return result;
}

Deno.test("swapBytes() and swapInto() reverse every element at every length and alignment", () => {
  const random = new SeededRandom(1);
  for (const size of [1, 2, 4, 8] as ElementSize[]) {
    for (let count = 0; count < 20; count++) {
      for (let shift = 0; shift < 4; shift++) {
        const bytes = random.bytes(count * size + shift).subarray(shift);
        const expected = reversed(bytes, size);
        const target = new Uint8Array(count * size + 3 - shift).subarray(3 - shift);
        assertEquals([...swapInto(bytes, target, size)], expected, `${size} x ${count} + ${shift}`);
        assertEquals([...swapBytes(bytes, size)], expected, `in place, ${size} x ${count}`);
      }
    }
  }
});

Deno.test("swapInto() reverses arrays of many pieces, and of every length around one", () => {
  const random = new SeededRandom(3);
  for (const size of [2, 4, 8] as ElementSize[]) {
    for (const length of [120, 128, 136, 65_464, 65_472, 65_480, 131_008]) {
      const bytes = random.bytes(length + 1).subarray(1);
      const expected = Uint8Array.from(reversed(bytes, size));
      const target = new Uint8Array(length + 16).fill(0xaa);
      swapInto(bytes, target.subarray(8, 8 + length), size);
      assertEquals(target.subarray(8, 8 + length), expected, `${size}, ${length} bytes`);
      assertEquals(target.subarray(0, 8).every((byte) => byte === 0xaa), true);
      assertEquals(target.subarray(8 + length).every((byte) => byte === 0xaa), true);
      assertEquals(swapBytes(bytes, size), expected, `in place, ${size}, ${length} bytes`);
    }
  }
});

Deno.test("swapInto() refuses lengths that do not fit", () => {
  assertThrows(
    () => swapInto(new Uint8Array(4), new Uint8Array(8), 4),
    RangeError,
    "4 bytes into 8",
  );
  assertThrows(() => swapBytes(new Uint8Array(6), 4), RangeError, "multiples of 4");
});

Deno.test("toNativeOrder() reads big-endian numbers as a DataView does", () => {
  const bytes = new SeededRandom(2).bytes(64);
  const view = new DataView(bytes.slice().buffer);
  const native = new Float64Array(toNativeOrder(bytes.slice(), 8, "big").buffer);
  assertEquals([...native], Array.from({ length: 8 }, (_, i) => view.getFloat64(i * 8)));
  const little = new Int16Array(toNativeOrder(bytes.slice(), 2, "little").buffer);
  assertEquals(little[3], view.getInt16(6, true));
  assertEquals(LITTLE_ENDIAN, new Int16Array(new Uint8Array([1, 0]).buffer)[0] === 1);
});
