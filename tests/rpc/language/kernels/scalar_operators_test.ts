import { assertEquals } from "@std/assert";
import { LanguageSession } from "../../../../rpc/mod.ts";
import {
  isTrueScalar,
  scalarOperator,
  scalarUnary,
} from "../../../../rpc/language/kernels/scalar_operators.ts";
import { binary, isTrue, unary } from "../../../../rpc/language/kernels/operators.ts";
import { Memory } from "../../../../rpc/language/values/memory.ts";
import { DEFAULT_LIMITS, Meter } from "../../../../rpc/language/values/meter.ts";
import { Scalar, stored } from "../../../../rpc/language/values/scalar.ts";
import { type IdlNumericType, IdlType, scalar } from "../../../../rpc/language/values/value.ts";

const TYPES: readonly IdlNumericType[] = [1, 2, 3, 4, 5, 12, 13, 14, 15];
const NUMBERS = [0, 1, -1, 2, 3, 7, 200, 255, 256, -300, 32767, -32768, 65535, 70000, 2147483647];
const FRACTIONS = [...NUMBERS, 0.5, -2.5, 16777217, 1e20, -0, NaN, Infinity];
const OPERATORS = ["+", "-", "*", "/", "^", "MOD", "<", ">", "AND", "OR", "XOR"] as const;
const COMPARISONS = ["EQ", "NE", "LE", "LT", "GE", "GT"] as const;

function scalarsOf(type: IdlNumericType): Scalar[] {
  const real = type === IdlType.FLOAT || type === IdlType.DOUBLE;
  return (real ? FRACTIONS : NUMBERS).map((number) =>
    new Scalar(type, scalar(type, number).data[0]!)
  );
}

Deno.test("operators on two numbers give what the loops over arrays give", () => {
  const memory = new Memory(new Meter(DEFAULT_LIMITS, undefined));
  let compared = 0;
  for (const left of TYPES.flatMap(scalarsOf)) {
    for (const right of TYPES.flatMap(scalarsOf)) {
      for (const operator of [...OPERATORS, ...COMPARISONS]) {
        const found = scalarOperator(operator)(left, right);
        if (found === undefined) continue;
        const expected = binary(operator, stored(left), stored(right), memory);
        const text = `${left.type}:${left.number} ${operator} ${right.type}:${right.number}`;
        assertEquals([found.type, found.number], [expected.type, expected.data[0]], text);
        compared++;
      }
    }
    memory.sweep();
  }
  assertEquals(compared > 200_000, true, `${compared} compared`);
});

Deno.test("operators on one number give what the loops over arrays give", () => {
  const memory = new Memory(new Meter(DEFAULT_LIMITS, undefined));
  for (const operand of TYPES.flatMap(scalarsOf)) {
    for (const operator of ["-", "+", "NOT", "~"] as const) {
      const found = scalarUnary(operator, operand);
      if (found === undefined) continue;
      const expected = unary(operator, stored(operand), memory);
      const text = `${operator} ${operand.type}:${operand.number}`;
      assertEquals([found.type, found.number], [expected.type, expected.data[0]], text);
    }
    for (const rule of ["bit", "nonzero"] as const) {
      assertEquals(isTrueScalar(operand, rule), isTrue(stored(operand), rule));
    }
  }
});

Deno.test("a number is never shared: what stores into one part changes no other", () => {
  const outcome = new LanguageSession().runSync(
    "a = 5 & b = a & b[0] = 7 & c = b++ & return, [a, b, c]",
  );
  assertEquals(outcome.ok && [...outcome.returned!.data], [5, 8, 7]);
});
