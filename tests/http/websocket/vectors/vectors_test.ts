import { assert, assertEquals, assertThrows } from "@std/assert";
import * as kernel from "../../../../http/websocket/vectors/vectors.wasm";
import {
  decodeVectors,
  encodeVectors,
  giveVectorBuffer,
  maskVectors,
  takeVectorBuffer,
  VECTOR_BUFFER_BYTES,
} from "../../../../http/websocket/vectors/vectors.ts";
import { SeededRandom } from "../../../support/random.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Runs a test on memory of its own, and on a buffer of the module. */
function inBoth(test: (memory: Uint8Array) => void): void {
  test(new Uint8Array(VECTOR_BUFFER_BYTES));
  const buffer = takeVectorBuffer();
  try {
    test(buffer);
  } finally {
    giveVectorBuffer(buffer);
  }
}

Deno.test("encodeVectors() writes the text of toBase64(), of whole turns of 48 bytes", () => {
  const random = new SeededRandom(1);
  for (const length of [0, 47, 48, 49, 95, 96, 49_151, 49_152, 49_200, 150_000]) {
    const bytes = random.bytes(length);
    const whole = length - length % 48;
    inBoth((target) => {
      const end = whole / 3 * 4;
      target[end] = 7;
      assertEquals(encodeVectors(bytes, target), whole);
      assertEquals(decoder.decode(target.slice(0, end)), bytes.subarray(0, whole).toBase64());
      assertEquals(target[end], 7, "nothing is written behind the text");
    });
  }
  // Every value of a character in every place of a vector.
  const all = Uint8Array.from({ length: 48 * 64 }, (_, i) => i * 37 + (i >> 6));
  const text = new Uint8Array(4_096);
  encodeVectors(all, text);
  assertEquals(decoder.decode(text), all.toBase64());
});

Deno.test("decodeVectors() gives the bytes of fromBase64(), of whole turns of 64 characters", () => {
  const random = new SeededRandom(2);
  for (const length of [0, 48, 96, 49_152, 49_200, 98_352]) {
    const bytes = random.bytes(length);
    const text = encoder.encode(bytes.toBase64() + "QUJD");
    const target = new Uint8Array(length + 1);
    inBoth((memory) => {
      memory.set(text);
      target[length] = 7;
      assertEquals(decodeVectors(memory.subarray(0, text.length), target), text.length - 4);
      assertEquals(target.subarray(0, length), bytes);
      assertEquals(target[length], 7, "nothing is written behind the bytes");
    });
  }
});

Deno.test("decodeVectors() stops before the 64 characters that have something else", () => {
  const alphabet = new Set(
    encoder.encode("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
  );
  const text = new Uint8Array(192).fill(0x41);
  const target = new Uint8Array(144);
  for (let byte = 0; byte < 256; byte++) {
    for (let place = 64; place < 128; place++) {
      text[place] = byte;
      assertEquals(
        decodeVectors(text, target),
        alphabet.has(byte) ? 192 : 64,
        `${byte} at ${place}`,
      );
      text[place] = 0x41;
    }
  }
  // In the second piece.
  const long = new Uint8Array(262_144).fill(0x42);
  long[200_000] = 0x0a;
  assertEquals(decodeVectors(long, new Uint8Array(196_608)), 200_000 - 200_000 % 64);
});

Deno.test("maskVectors() masks in the kernel's memory and leaves all other", () => {
  const bytes = new SeededRandom(3).bytes(1_000);
  const own = bytes.slice();
  assertEquals(maskVectors(own, 0x04030201), 0);
  assertEquals(own, bytes);
  const buffer = takeVectorBuffer();
  buffer.set(bytes, 5);
  assertEquals(maskVectors(buffer.subarray(5, 1_005), 0x04030201), 960);
  assertEquals(
    buffer.slice(5, 1_005),
    bytes.map((byte, i) => i < 960 ? byte ^ (i % 4 + 1) : byte),
  );
  giveVectorBuffer(buffer);
});

Deno.test("takeVectorBuffer() gives each buffer to one alone, and memory of its own when all are taken", () => {
  const taken: Uint8Array<ArrayBuffer>[] = [];
  for (;;) {
    const buffer = takeVectorBuffer(100);
    if (buffer.length === 100) break;
    assertEquals(buffer.length, VECTOR_BUFFER_BYTES);
    taken.push(buffer);
  }
  assertEquals(new Set(taken.map(({ byteOffset }) => byteOffset)).size, taken.length);
  giveVectorBuffer(new Uint8Array(VECTOR_BUFFER_BYTES));
  assertEquals(takeVectorBuffer(100).length, 100, "what is not of the module is not kept");
  for (const buffer of taken) giveVectorBuffer(buffer);
  assert(taken.length > 0);
});

Deno.test("encodeVectors() refuses a place in the kernel's memory that is too short", () => {
  const buffer = takeVectorBuffer();
  try {
    const behind = buffer.subarray(64, 128).fill(7);
    assertThrows(
      () => encodeVectors(new Uint8Array(96), buffer.subarray(0, 127)),
      RangeError,
      "Cannot encode 96 bytes into 127",
    );
    assert(behind.every((byte) => byte === 7), "nothing is written");
  } finally {
    giveVectorBuffer(buffer);
  }
});

Deno.test("the kernel does nothing where it would run past an end", () => {
  const { bytesStart, decode, encode, mask, textStart } = kernel;
  const [text, bytes] = [textStart(), bytesStart()];
  const cases: readonly (readonly [result: number, expected: number])[] = [
    [encode(bytes, bytes + 96, text, text + 128), 0],
    [encode(bytes, bytes + 96, text, text + 127), 1],
    [encode(bytes, bytes + 95, text, text + 128), 1],
    [encode(bytes + 48, bytes, text, text + 128), 1],
    [encode(bytes, bytes, text + 1, text), 1],
    [decode(text, text + 128, bytes, bytes + 100), text + 128],
    [decode(text, text + 128, bytes, bytes + 99), 0],
    [decode(text, text + 127, bytes, bytes + 100), 0],
    [decode(text + 64, text, bytes, bytes + 100), 0],
    [decode(text, text, bytes, bytes + 3), 0],
    [mask(text, text + 64, 1), 0],
    [mask(text, text + 63, 1), 1],
    [mask(text + 64, text, 1), 1],
  ];
  for (const [i, [result, expected]] of cases.entries()) {
    assertEquals(result, expected, `case ${i}`);
  }
});
