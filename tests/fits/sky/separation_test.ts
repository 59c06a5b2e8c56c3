import { assertEquals } from "@std/assert";
import { positionAngle, separation } from "../../../fits/sky/separation.ts";

Deno.test("separation() holds from next to nothing to the antipode", () => {
  const cases = [
    [[10, 20], [10, 20], 0],
    [[0, 0], [180, 0], 180],
    [[30, 45], [210, -45], 180],
    [[0, 90], [123, 90], 0],
    [[350, 0], [10, 0], 20],
    [[0, 60], [1e-9, 60], 5e-10],
    [[10, 89.999999999], [190, 89.999999999], 2e-9],
    [[83.6333, 22.0133], [83.6333, 22.0133 + 1e-9], 1e-9],
  ] as const;
  for (const [a, b, expected] of cases) {
    // Half a unit of the last digit of 90 degrees, in both points.
    assertEquals([a, b, Math.abs(separation(a, b) - expected) < 3e-14], [a, b, true]);
  }
});

Deno.test("positionAngle() runs from north through east", () => {
  const cases = [
    [[10, 0], [10, 1], 0],
    [[10, 0], [11, 0], 90],
    [[10, 0], [10, -1], 180],
    [[10, 0], [9, 0], 270],
    [[359, 0], [1, 0], 90],
    [[0, 90], [0, 0], 180],
  ] as const;
  for (const [from, to, expected] of cases) {
    assertEquals([from, to, positionAngle(from, to).toFixed(9)], [from, to, expected.toFixed(9)]);
  }
});
