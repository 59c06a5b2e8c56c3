/** Limits and stretches against astropy.visualization (Debian: python3-astropy). */

import { assert } from "@std/assert";
import { percentileLimits, zscale } from "../../fits/picture/limits.ts";
import { type Stretch, STRETCHES, stretchValues } from "../../fits/picture/stretch.ts";
import { SeededRandom } from "../support/random.ts";
import { python } from "./python.ts";

const LIMITS = `
import json, sys
import numpy as np
from astropy.visualization import ZScaleInterval, PercentileInterval
out = []
for case in json.load(sys.stdin):
    values = np.array([np.nan if v is None else v for v in case["values"]], dtype=float)
    z = ZScaleInterval(nsamples=case["samples"], contrast=case["contrast"]).get_limits(values)
    p = PercentileInterval(case["percent"]).get_limits(values[np.isfinite(values)])
    out.append([list(map(float, z)), list(map(float, p))])
json.dump(out, sys.stdout)
`;

/** Skies with stars, gradients, steps, few values, NaN. */
function randomImage(random: SeededRandom): number[] {
  const count = random.pick([3, 7, 50, 999, 1000, 1001, 5_000, 20_000]);
  const sky = random.next() * 1000;
  // Not 0: of a sky of one value rounding would decide, in both.
  const noise = random.pick([0.1, 1, 30]);
  const gradient = random.pick([0, 0.01, -0.2]);
  const stars = random.pick([0, 0.02, 0.3]);
  return Array.from({ length: count }, (_, i) => {
    if (random.next() < 0.01) return NaN;
    const star = random.next() < stars ? 1e4 * random.next() ** 4 : 0;
    const gauss = random.next() + random.next() + random.next() - 1.5;
    return sky + gradient * i + noise * gauss + star;
  });
}

Deno.test("zscale() and percentileLimits() agree with astropy on 200 images", async () => {
  const cases = Array.from({ length: 200 }, (_, i) => {
    const random = new SeededRandom(60_000 + i);
    return {
      values: randomImage(random),
      samples: random.pick([1000, 1000, 600]),
      contrast: random.pick([0.25, 0.25, 0.1, 1]),
      percent: random.pick([90, 99, 99.5, 100]),
    };
  });
  const answers = JSON.parse(await python(LIMITS, JSON.stringify(cases))) as number[][][];
  for (const [i, { values, samples, contrast, percent }] of cases.entries()) {
    const ours = [zscale(values, { samples, contrast }), percentileLimits(values, percent)];
    for (const [k, pair] of ours.entries()) {
      for (const [end, value] of pair.entries()) {
        const theirs = answers[i]![k]![end]!;
        const off = Math.abs(value - theirs) / Math.max(1, Math.abs(theirs));
        assert(
          off < 1e-9,
          `image ${i}, ${k === 0 ? "zscale" : percent}: ${pair}, ${answers[i]![k]}`,
        );
      }
    }
  }
});

Deno.test("stretchValues() agrees with astropy's stretches", async () => {
  const script = `
import json, sys
import numpy as np
from astropy.visualization import LinearStretch, LogStretch, SqrtStretch, AsinhStretch
x = np.linspace(0, 1, 1001)
json.dump({n: list(map(float, s(x))) for n, s in
    dict(linear=LinearStretch(), log=LogStretch(), sqrt=SqrtStretch(), asinh=AsinhStretch()).items()}, sys.stdout)
`;
  const answers = JSON.parse(await python(script)) as Record<string, number[]>;
  for (const stretch of STRETCHES.filter((name): name is Stretch => name !== "histeq")) {
    const values = Float64Array.from({ length: 1001 }, (_, i) => i / 1000);
    stretchValues(values, 0, 1, stretch);
    for (const [i, value] of values.entries()) {
      assert(Math.abs(value / 255 - answers[stretch]![i]!) < 1e-12, `${stretch} at ${i}`);
    }
  }
});
