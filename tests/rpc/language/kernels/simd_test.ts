import { assertEquals, assertThrows } from "@std/assert";
import { simd, SIMD_BLOCK, type SimdLoops, SLOTS } from "../../../../rpc/language/kernels/simd.ts";
import { SeededRandom } from "../../../support/random.ts";

/** What every loop does to an element, or two. IDL's `<` and `>` take the second at NaN. */
const BINARY: { readonly [operator: string]: (a: number, b: number) => number } = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "<": (a, b) => a < b ? a : b,
  ">": (a, b) => a > b ? a : b,
};
const COMPARISONS: { readonly [operator: string]: (a: number, b: number) => boolean } = {
  EQ: (a, b) => a === b,
  NE: (a, b) => a !== b,
  LT: (a, b) => a < b,
  GT: (a, b) => a > b,
  LE: (a, b) => a <= b,
  GE: (a, b) => a >= b,
};
const UNARY: { readonly [name: string]: (a: number) => number } = {
  abs: Math.abs,
  neg: (a) => -a,
  sqrt: Math.sqrt,
};

const TYPES = [
  { name: "FLOAT", loops: simd.single, slots: simd.floats, width: 4, round: Math.fround },
  { name: "DOUBLE", loops: simd.double, slots: simd.doubles, width: 8, round: (x: number) => x },
] as const;

const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, 1, 1e300, -1e-40];

/** Fills two slots with pairs of every two special numbers, and others. */
function fill(slots: readonly (Float32Array | Float64Array)[], random: SeededRandom): void {
  for (let i = 0; i < SIMD_BLOCK; i++) {
    const pair = i < 64 ? [SPECIAL[i >> 3]!, SPECIAL[i & 7]!] : [number(random), number(random)];
    for (const operand of [0, 1]) slots[operand]![i] = pair[operand]!;
  }
}

function number(random: SeededRandom): number {
  return random.integer(-4000, 4000) / 1024;
}

for (const { name, loops, slots, width, round } of TYPES) {
  const [a, b, out] = [slots[0]!, slots[1]!, slots[SLOTS - 1]!];
  const [atA, atB, atOut] = [0, 1, SLOTS - 1].map((slot) => simd.addresses[slot]!) as [
    number,
    number,
    number,
  ];
  const bytes = width * SIMD_BLOCK;

  Deno.test(`the loops of ${name} do to each element what the operators say`, () => {
    fill(slots, new SeededRandom(5));
    for (const [operator, expected] of Object.entries(BINARY)) {
      loops.binary[operator]!(atA, atB, atOut, bytes);
      assertEquals([...out], [...a].map((x, i) => round(expected(x, b[i]!))), operator);
    }
    for (const [operator, expected] of Object.entries(COMPARISONS)) {
      loops.comparison[operator]!(atA, atB, atOut, bytes);
      assertEquals(
        [...simd.bytes[SLOTS - 1]!],
        [...a].map((x, i) => Number(expected(x, b[i]!))),
        operator,
      );
    }
    for (const [operation, expected] of Object.entries(UNARY)) {
      loops.unary[operation]!(atA, atOut, bytes);
      assertEquals([...out], [...a].map((x) => round(expected(x))), operation);
    }
    for (const [name, expected] of [["min", Math.min], ["max", Math.max]] as const) {
      loops.extreme[name](atA, atB, atOut, bytes);
      assertEquals([...out], [...a].map((x, i) => expected(x, b[i]!)), name);
    }
    assertEquals(keysOf(loops), [BINARY, COMPARISONS, UNARY].map(Object.keys));
  });

  Deno.test(`the loops of ${name} sum, and find the least and the greatest beside NaN`, () => {
    for (let i = 0; i < SIMD_BLOCK; i++) a[i] = i % 7 - 2;
    assertEquals(loops.sum(atA, bytes), [...a].reduce((sum, x) => sum + x));
    assertEquals(loops.sum(atA, 64), [...a.subarray(0, 64 / width)].reduce((sum, x) => sum + x));
    a[5] = NaN;
    a[1000] = -9;
    a[2047] = 12;
    for (const [fold, start, best] of [["min", Infinity, -9], ["max", -Infinity, 12]] as const) {
      out.fill(start, 0, 64 / width);
      loops.fold[fold]!(atA, atOut, bytes);
      const lanes = [...out.subarray(0, 64 / width)];
      assertEquals(fold === "min" ? Math.min(...lanes) : Math.max(...lanes), best);
    }
  });

  Deno.test(`the loops of ${name} stop before they leave the slots`, () => {
    const add = loops.binary["+"]!;
    const end = simd.addresses[SLOTS - 1]! + 8 * SIMD_BLOCK;
    const calls: (() => void)[] = [
      () => add(atA, atB, end - 64, 128),
      () => add(end, atB, atOut, 64),
      () => add(atA, atA - 64, atOut, 64),
      () => add(atA, atB, atOut, -64),
      () => add(atA, atB, atOut, 72),
      () => add(atA, -64, atOut, 64),
      () => loops.comparison["EQ"]!(atA, atB, end - 64 / width + 1, 64),
      () => loops.unary["abs"]!(atA, end, 64),
      () => loops.fold["min"]!(atA, end - 63, 64),
      () => void loops.sum(end - 64, 128),
      () => loops.extreme.min(atA, atB, end - 64, 128),
      () => loops.extreme.max(end, atB, atOut, 64),
      () => simd.bits.and(atA, atB, end - 64, 128),
      () => simd.bits.or(atA, end, atOut, 64),
      () => void simd.productFloats(atA, end - 64, 128, 0, 0),
      () => void simd.productFloats(end - 64, atB, 128, 0, 0),
    ];
    for (const call of calls) assertThrows(call, WebAssembly.RuntimeError, "unreachable");
    add(atA, atB, end - 64, 64);
    add(atA, atB, atOut, 0);
  });
}

Deno.test("the loops of bytes combine their bits", () => {
  const [a, b, out] = [simd.bytes[0]!, simd.bytes[1]!, simd.bytes[2]!];
  const [atA, atB, atOut] = simd.addresses as [number, number, number];
  const random = new SeededRandom(6);
  for (let i = 0; i < SIMD_BLOCK; i++) [a[i], b[i]] = [random.integer(0, 255), i & 255];
  simd.bits.and(atA, atB, atOut, SIMD_BLOCK);
  assertEquals([...out], [...a].map((x, i) => x & b[i]!));
  simd.bits.or(atA, atB, atOut, SIMD_BLOCK);
  assertEquals([...out], [...a].map((x, i) => x | b[i]!));
});

Deno.test("productFloats() sums the products about both means", () => {
  const [a, b] = [simd.floats[0]!, simd.floats[1]!];
  const [atA, atB] = simd.addresses as [number, number];
  for (let i = 0; i < SIMD_BLOCK; i++) [a[i], b[i]] = [i % 9, 3 - i % 4];
  let sum = 0;
  for (let i = 0; i < SIMD_BLOCK; i++) sum += (a[i]! - 4) * (b[i]! - 0.5);
  assertEquals(simd.productFloats(atA, atB, 4 * SIMD_BLOCK, 4, 0.5), sum);
  b[77] = NaN;
  assertEquals(simd.productFloats(atA, atB, 4 * SIMD_BLOCK, 4, 0.5), NaN);
});

function keysOf({ binary, comparison, unary }: SimdLoops): string[][] {
  return [binary, comparison, unary].map(Object.keys);
}
