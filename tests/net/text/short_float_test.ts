import { assertEquals } from "@std/assert";
import { shortFloat } from "../../../net/text/short_float.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";

Deno.test("shortFloat() writes the fewest figures that read back equal", () => {
  const cases: [number, string][] = [
    [0.1, "0.1"],
    [-0.1, "-0.1"],
    [1 / 3, "0.33333334"],
    [2097.1525, "2097.1526"],
    [16777216, "16777216"],
    [33554436, "33554436"],
    [1234567.5, "1234567.5"],
    [9.999999e9, "9999999000"],
    [1e15, "1000000000000000"],
    [1e20, "100000000000000000000"],
    [3.4028234663852886e38, "3.4028235e+38"],
    [1.17549435e-38, "1.1754944e-38"],
    [1e-45, "1e-45"],
    [1e-5, "0.00001"],
    [123456, "123456"],
    [0, "0"],
  ];
  assertEquals(
    cases.map(([value]) => shortFloat(Math.fround(value))),
    cases.map(([, text]) => text),
  );
});

/** The same, one decimal after the other. */
function reference(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return String(value);
  for (let digits = Math.abs(value) < 1.2e-38 ? 1 : 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}

Deno.test("shortFloat() is what trying one decimal after the other finds", async () => {
  const value = new Float32Array(1);
  const bits = new Uint32Array(value.buffer);
  await fuzz(fuzzRounds(50_000, 2_000_000), 52_000, (random) => {
    bits[0] = random.integer(0, 0xffff_ffff);
    if (Number.isFinite(value[0])) assertEquals(shortFloat(value[0]!), reference(value[0]!));
    value[0] = random.integer(0, 10_000_000) / random.pick([1, 3, 10, 100, 1_000, 4_096]);
    assertEquals(shortFloat(value[0]!), reference(value[0]!));
  });
});
