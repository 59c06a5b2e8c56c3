import { assertEquals, assertThrows } from "@std/assert";
import { decodePlio } from "../../../../fits/tiles/codecs/plio.ts";
import { encodePlio } from "../../../../fits/tiles/encoders/plio.ts";
import { FormatError } from "../../../../net/errors.ts";
import { fuzz } from "../../../support/random.ts";

function there(values: Int32Array<ArrayBuffer>): Int32Array {
  const target = new Int32Array(values.length);
  decodePlio(encodePlio(values, 0), target);
  return target;
}

Deno.test("encodePlio() writes the words of the standard's instructions", () => {
  const words = (values: number[]) => {
    const bytes = encodePlio(Int32Array.from(values), 0);
    const view = new DataView(bytes.buffer);
    return Array.from({ length: bytes.length / 2 - 7 }, (_, i) => view.getUint16(14 + i * 2));
  };
  // Zeros, and one pixel of the value that is there from the start.
  assertEquals(words([0, 0, 1]), [0x5003]);
  // Up by 4 and one pixel; down by 2 and one; three more are a run of their own.
  assertEquals(words([5, 3, 4, 4, 4]), [0x6004, 0x7002, 0x2001, 0x4003]);
  // A change over 4095 sets the value by two words.
  assertEquals(words([70_000, 0, 0]), [0x1170, 17, 0x4001, 0x0002]);
});

Deno.test("encodePlio() keeps what lies behind exactly 4095 zeros, where CFITSIO loses them", () => {
  for (const zeros of [4094, 4095, 4096, 8190, 8191]) {
    const values = new Int32Array(zeros + 2);
    values[zeros] = 7;
    assertEquals(there(values), values, `${zeros}`);
    values[zeros] = 70_000;
    assertEquals(there(values), values, `${zeros}, set`);
  }
});

Deno.test("encodePlio() and decodePlio() are each other's inverse", async () => {
  await fuzz(300, 14_102, (random) => {
    const values = new Int32Array(random.integer(1, 9000));
    const steps = random.pick([1, 100, 5000, 2 ** 24 - 1]);
    for (let i = 0; i < values.length;) {
      const value = random.next() < 0.4 ? 0 : random.integer(0, steps);
      const run = random.next() < 0.05 ? random.integer(1, 5000) : random.integer(1, 3);
      values.fill(value, i, i + run);
      i += run;
    }
    assertEquals(there(values), values);
  });
});

Deno.test("encodePlio() cuts no pixel", () => {
  for (const value of [-1, 2 ** 24]) {
    assertThrows(
      () => encodePlio(Int32Array.of(1, value), 0),
      FormatError,
      `pixel 2 of the tile is ${value}, PLIO_1 has 0 to 16777215 only`,
    );
  }
  assertEquals(encodePlio(Int32Array.of(-32768), 32768).length, 16);
});
