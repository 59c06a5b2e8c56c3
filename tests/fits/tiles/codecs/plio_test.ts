import { assertEquals, assertThrows } from "@std/assert";
import { decodePlio, mostPlioPixels } from "../../../../fits/tiles/codecs/plio.ts";
import { FormatError } from "../../../../net/errors.ts";
import { fuzz } from "../../../support/random.ts";

/** A list of 16-bit words. */
function words(...values: number[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(values.length * 2));
  values.forEach((value, i) => view.setInt16(i * 2, value));
  return new Uint8Array(view.buffer);
}

/** A list with the short head. */
const list = (...instructions: number[]) => words(0, 0, 3 + instructions.length, ...instructions);

const op = (code: number, data: number) => (code << 12) | data;

Deno.test("decodePlio() obeys every instruction, with both heads", () => {
  const instructions = [
    op(0, 2), // two zeros
    op(4, 3), // three ones
    op(2, 9), // the value becomes 10
    op(5, 2), // a zero, and a 10
    op(3, 4), // 6
    op(4, 1),
    op(6, 4), // a 10
    op(7, 7), // a 3
    op(1, 5),
    2, // 2 x 4096 + 5
    op(4, 2),
  ];
  const expected = [0, 0, 1, 1, 1, 0, 10, 6, 10, 3, 8197, 8197, 0, 0];
  const target = new Int32Array(14).fill(99);
  decodePlio(list(...instructions), target);
  assertEquals([...target], expected);
  const small = new Int16Array(14);
  decodePlio(words(0, 7, -100, 7 + instructions.length, 0, 0, 0, ...instructions), small);
  assertEquals([...small], expected);
});

Deno.test("decodePlio() says what is wrong with a list", () => {
  const cases: [Uint8Array, string][] = [
    [words(), "a line list of 0 words"],
    [words(0, 0, 9, 1), "a line list of 4 words says that its instructions are in words 4 to 9"],
    [list(op(4, 5)), "the line list continues after its 4 pixels"],
    [list(op(0, 5)), "the line list continues after its 4 pixels"],
    [list(op(1, 5)), "the line list ends within an instruction"],
    [list(-5), "word 4 of the line list is -5, no instruction"],
    [list(op(3, 2), op(4, 1)), "the line list has the value -1, expected 0 to 32767"],
    [list(op(1, 0), 9, op(4, 1)), "the line list has the value 36864, expected 0 to 32767"],
  ];
  for (const [bytes, message] of cases) {
    assertThrows(() => decodePlio(bytes, new Int16Array(4)), FormatError, message);
  }
});

Deno.test("decodePlio() of noise is pixels or an error, and nothing behind them", async () => {
  await fuzz(500, 14_050, (random) => {
    const bytes = random.bytes(random.integer(0, 60));
    const memory = new Int32Array(200).fill(99);
    try {
      decodePlio(bytes, memory.subarray(50, 150));
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
    }
    assertEquals([...memory.subarray(0, 50), ...memory.subarray(150)], new Array(100).fill(99));
    assertEquals(mostPlioPixels(bytes.length) <= bytes.length * 2048, true);
  });
});
