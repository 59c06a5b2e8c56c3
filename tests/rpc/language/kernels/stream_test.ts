import { assert, assertEquals } from "@std/assert";
import { streamedBytes } from "../../../../rpc/language/kernels/stream.ts";
import { Memory } from "../../../../rpc/language/values/memory.ts";
import { DEFAULT_LIMITS, Meter } from "../../../../rpc/language/values/meter.ts";
import { type IdlNumeric, IdlType } from "../../../../rpc/language/values/value.ts";
import { SeededRandom } from "../../../support/random.ts";

/** IDL manual, "BYTSCL", for one element that is no integer. */
function scaled(x: number, least: number, greatest: number, top: number): number {
  if (!(x > least)) return 0;
  return x >= greatest ? top : Math.trunc((top + 0.9999) * (x - least) / (greatest - least));
}

Deno.test("streamedBytes() scales as the formula does, whatever the elements and limits", () => {
  const space = new Memory(new Meter(DEFAULT_LIMITS, undefined));
  const random = new SeededRandom(81);
  const special = [NaN, Infinity, -Infinity, 0, -0, 1e-45, 3e38, -3e38, 1];
  const limits = [[0, 1], [-1, 1], [1, 0], [5, 5], [-3e38, 3e38], [0.25, 1e-3], [NaN, 1]];
  for (const type of [IdlType.FLOAT, IdlType.DOUBLE]) {
    for (const count of [1, 15, 16, 17, 2_048, 5_001]) {
      const numbers = Array.from(
        { length: count },
        (_, i) => i < special.length ? special[i]! : random.next() * 3 - 1,
      );
      const data = type === IdlType.FLOAT ? new Float32Array(numbers) : new Float64Array(numbers);
      const value = { type, shape: [count], data } as IdlNumeric;
      for (const [least, greatest] of limits) {
        for (const top of [0, 100, 255]) {
          const out = space.allocate(IdlType.BYTE, [count]);
          const done = streamedBytes(value, out, least!, greatest!, top, space);
          assertEquals(done, !Number.isNaN(least!));
          if (!done) continue;
          const expected = Array.from(data, (x) => scaled(x, least!, greatest!, top));
          assertEquals([...out.data], expected, `${type} [${least}, ${greatest}] ${top}`);
        }
      }
    }
  }
});

Deno.test("streamedBytes() cuts off as the formula does beside every whole number", () => {
  const space = new Memory(new Meter(DEFAULT_LIMITS, undefined));
  const random = new SeededRandom(82);
  const step = new Float32Array(1);
  const bits = new Int32Array(step.buffer);
  const beside = (x: number, ulps: number): number => {
    step[0] = x;
    bits[0]! += ulps;
    return step[0]!;
  };
  for (let round = 0; round < 40; round++) {
    const least = Math.fround((random.next() - 0.5) * 10 ** random.integer(-6, 6));
    const greatest = Math.fround(least + random.next() * 10 ** random.integer(-6, 6));
    if (!(greatest > least)) continue;
    for (const top of [255, 100, 1]) {
      const numbers: number[] = [];
      for (let whole = 0; whole <= top; whole++) {
        const x = Math.fround(least + whole * (greatest - least) / (top + 0.9999));
        for (let ulps = -3; ulps <= 3; ulps++) numbers.push(beside(x, ulps));
        // Others between them, so that FLOAT decides most turns.
        for (let i = 0; i < 93; i++) numbers.push(least + random.next() * (greatest - least));
      }
      const data = new Float32Array(numbers);
      const value: IdlNumeric = { type: IdlType.FLOAT, shape: [data.length], data };
      const out = space.allocate(IdlType.BYTE, [data.length]);
      assert(streamedBytes(value, out, least, greatest, top, space));
      const expected = Uint8Array.from(data, (x) => scaled(x, least, greatest, top));
      const wrong = expected.findIndex((byte, i) => byte !== out.data[i]);
      assertEquals(wrong, -1, `${data[wrong]} [${least}, ${greatest}] ${top}, ${random.seed}`);
    }
  }
});

Deno.test("streamedBytes() leaves limits alone whose products are infinite", () => {
  const space = new Memory(new Meter(DEFAULT_LIMITS, undefined));
  const value: IdlNumeric = { type: IdlType.DOUBLE, shape: [1], data: Float64Array.of(1e308) };
  const out = space.allocate(IdlType.BYTE, [1]);
  assert(!streamedBytes(value, out, -1e308, 1.5e308, 255, space));
  assert(!streamedBytes(value, out, -Infinity, 1, 255, space));
});
