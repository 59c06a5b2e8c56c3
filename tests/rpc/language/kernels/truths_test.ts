import { assert, assertEquals } from "@std/assert";
import { planBinary } from "../../../../rpc/language/kernels/plan.ts";
import {
  eachPlace,
  truePlaces,
  truthsOf,
  truthsOfPlan,
} from "../../../../rpc/language/kernels/truths.ts";
import { Memory } from "../../../../rpc/language/values/memory.ts";
import { DEFAULT_LIMITS, Meter } from "../../../../rpc/language/values/meter.ts";
import { type IdlNumeric, IdlType, scalar } from "../../../../rpc/language/values/value.ts";
import { SeededRandom } from "../../../support/random.ts";

Deno.test("truthsOf() and truePlaces() find what a plain loop finds, at every length", () => {
  const space = new Memory(new Meter(DEFAULT_LIMITS, undefined));
  const random = new SeededRandom(2_026);
  for (const length of [1, 7, 8, 15, 16, 63, 64, 65, 127, 2_047, 2_048, 2_049, 6_200]) {
    for (const [share, run] of [[0, 1], [0.01, 1], [0.5, 1], [0.5, 50], [0.9, 19], [1, 1]]) {
      const flags = new Uint8Array(length);
      for (let at = 0; at < length; at += run!) {
        if (random.next() < share!) flags.fill(random.integer(1, 255), at, at + run!);
      }
      const numbers = [...flags.keys()];
      const found = numbers.filter((i) => flags[i] !== 0);
      const truths = truthsOf(flags, space);
      assertEquals([truths.length, truths.count], [length, found.length], `seed ${random.seed}`);
      for (const complement of [false, true]) {
        const expected = complement ? numbers.filter((i) => flags[i] === 0) : found;
        const out = new Int32Array(expected.length);
        truePlaces(truths, complement, out);
        assertEquals([...out], expected, `${length}, ${complement}, seed ${random.seed}`);
        const listed: number[] = [];
        eachPlace(truths, complement, (place) => listed.push(place));
        assertEquals(listed, expected);
      }
    }
  }
});

Deno.test("truthsOfPlan() finds what holds, NaN and the last elements of a block among them", () => {
  const space = new Memory(new Meter(DEFAULT_LIMITS, undefined));
  const random = new SeededRandom(2_027);
  for (const length of [4_096, 4_097, 5_000, 6_143, 6_144, 6_145]) {
    for (const type of [IdlType.FLOAT, IdlType.DOUBLE, IdlType.INT]) {
      const numbers = Array.from({ length }, () => random.integer(-2, 2));
      if (type !== IdlType.INT) numbers[9] = NaN;
      const data = type === IdlType.FLOAT
        ? new Float32Array(numbers)
        : type === IdlType.INT
        ? new Int16Array(numbers)
        : new Float64Array(numbers);
      const value = { type, shape: [length], data } as IdlNumeric;
      for (
        const [operator, holds] of [
          ["NE", (x: number) => x !== 0],
          ["GT", (x: number) => x > 0],
          ["LE", (x: number) => x <= 0],
        ] as const
      ) {
        const plan = planBinary(operator, value, scalar(type, 0));
        assert(plan !== undefined);
        const expected = [...numbers.keys()].filter((i) => holds(numbers[i]!));
        const truths = truthsOfPlan(plan, space);
        assertEquals([truths.length, truths.count], [length, expected.length]);
        const out = new Int32Array(expected.length);
        truePlaces(truths, false, out);
        assertEquals([...out], expected, `${operator} ${type}, ${length}, seed ${random.seed}`);
      }
    }
  }
});
