import { assertEquals } from "@std/assert";
import { earthFromSun } from "../../../fits/sky/earth.ts";

Deno.test("earthFromSun() is within 0.15 seconds of arc of the IAU's positions", () => {
  const positions = [
    [2415100.5, -0.99590891, -0.03698253, -0.01606563],
    [2433282.5, -0.18271713, 0.88635224, 0.38439847],
    [2441317.5, -0.17166853, 0.88821744, 0.38515295],
    [2451545.0, -0.17713507, 0.88742852, 0.38474289],
    [2456789.25, -0.63880343, -0.71779965, -0.31117398],
    [2461375.2, 0.36762575, 0.83966244, 0.3639741],
    [2470000.0, 0.34195149, -0.87835783, -0.38070081],
    [2488000.5, 0.86594381, 0.4497702, 0.19485764],
  ] as const;
  for (const [date, ...expected] of positions) {
    const [x, y, z] = earthFromSun(date);
    const [distance, wanted] = [Math.hypot(x, y, z), Math.hypot(...expected)];
    const across = Math.hypot(
      ...[x, y, z].map((value, i) => value / distance - expected[i]! / wanted),
    );
    assertEquals([date, across * 206_265 < 0.15], [date, true]);
    assertEquals([date, Math.abs(distance - wanted) < 5e-6], [date, true]);
  }
});
