import { assertEquals, assertNotEquals } from "@std/assert";
import { applyMask, newMaskingKey } from "../../../../http/websocket/frames/masking.ts";
import { fuzz, fuzzRounds } from "../../../support/random.ts";

/** RFC 6455 section 5.3, word for word. */
function maskByDefinition(bytes: Uint8Array, key: number, position: number): Uint8Array {
  const octets = new Uint8Array(new Uint32Array([key]).buffer);
  return bytes.map((byte, i) => byte ^ octets[(position + i) % 4]!);
}

Deno.test("applyMask() masks the example of RFC 6455 section 5.7", () => {
  const bytes = new TextEncoder().encode("Hello");
  applyMask(bytes, 0x3d21fa37, 0);
  assertEquals(bytes.toHex(), "7f9f4d5158");
});

Deno.test("applyMask() masks as section 5.3 defines, at every length, alignment and position", async () => {
  const memory = new Uint8Array(8_192);
  await fuzz(fuzzRounds(2_000, 20_000), 1, (random) => {
    const offset = random.integer(0, 9);
    const bytes = memory.subarray(offset, offset + random.integer(0, random.pick([8, 140, 6_000])));
    bytes.set(random.bytes(bytes.length));
    const [key, position] = [random.integer(0, 0xffffffff), random.integer(0, 7)];
    const expected = maskByDefinition(bytes, key, position);
    const behind = memory[offset + bytes.length]!;
    applyMask(bytes, key, position);
    assertEquals(bytes.toHex(), expected.toHex());
    assertEquals(memory[offset + bytes.length]!, behind);
  });
});

Deno.test("newMaskingKey() gives keys of 32 bits that differ", () => {
  const keys = Array.from({ length: 3_000 }, newMaskingKey);
  assertEquals(new Set(keys).size, keys.length);
  assertEquals(keys.every((key) => Number.isInteger(key) && key >= 0 && key <= 0xffffffff), true);
  assertNotEquals(keys.reduce((bits, key) => bits | key, 0) >>> 0, 0);
  assertEquals(keys.reduce((bits, key) => bits | key, 0) >>> 0, 0xffffffff);
});
