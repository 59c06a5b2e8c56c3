/** Pictures against astropy.visualization and matplotlib (Debian: python3-astropy, python3-matplotlib). */

import { assert } from "@std/assert";
import { colormap, type ColormapName } from "../../fits/picture/colormap.ts";
import { percentileLimits, zscale } from "../../fits/picture/limits.ts";
import { renderImage } from "../../fits/picture/render.ts";
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
from astropy.visualization import (LinearStretch, LogStretch, SqrtStretch, AsinhStretch,
    SinhStretch, SquaredStretch, PowerStretch)
x = np.linspace(0, 1, 1001)
json.dump({n: list(map(float, s(x))) for n, s in
    dict(linear=LinearStretch(), log=LogStretch(), sqrt=SqrtStretch(), asinh=AsinhStretch(),
      sinh=SinhStretch(), square=SquaredStretch(), power=PowerStretch(2.7)).items()}, sys.stdout)
`;
  const answers = JSON.parse(await python(script)) as Record<string, number[]>;
  const stretches = STRETCHES.filter((name): name is Stretch => name !== "histeq");
  for (const stretch of [...stretches, "power:2.7" as const]) {
    const values = Float64Array.from({ length: 1001 }, (_, i) => i / 1000);
    stretchValues(values, 0, 1, stretch);
    for (const [i, value] of values.entries()) {
      assert(
        Math.abs(value / 255 - answers[stretch.split(":")[0]!]![i]!) < 1e-12,
        `${stretch} at ${i}`,
      );
    }
  }
});

Deno.test("colormap() agrees with matplotlib within one level", async () => {
  const names: readonly ColormapName[] = [
    ...["gray", "viridis", "magma", "inferno", "plasma", "cividis"] as const,
    ...["RdBu", "coolwarm", "seismic"] as const,
  ];
  const script = `
import json, sys
import matplotlib
import numpy as np
names = json.load(sys.stdin)
json.dump({n: matplotlib.colormaps[n](np.arange(256), bytes=True)[:, :3].ravel().tolist()
    for n in names}, sys.stdout)
`;
  const tables = JSON.parse(await python(script, JSON.stringify(names))) as Record<
    string,
    number[]
  >;
  for (const name of names) {
    for (const [i, level] of colormap(name).entries()) {
      assert(Math.abs(level - tables[name]![i]!) <= 1, `${name}, colour ${i / 3}: ${level}`);
    }
  }
});

Deno.test("the solar scales are those of the published aia_lct.pro within one level", async () => {
  // The formulas of Schrijver's procedure on IDL's table 3, in floating point as SunPy has them.
  const script = `
import json, sys
import numpy as np
x = np.arange(256.0)
r0 = np.minimum(255, np.floor(x * 255 / 176))
g0 = np.clip(np.floor(1 + (x - 121) * 254 / 134), 0, 255)
b0 = np.clip(np.floor((x - 190) * 255 / 65), 0, 255)
c0 = x
c1 = np.sqrt(x) * np.sqrt(255)
c2 = x ** 2 / 255
c3 = (c1 + c2 / 2) * 255 / (c1.max() + c2.max() / 2)
maps = {1600: (c3, c3, c2), 1700: (c1, c0, c0), 4500: (c0, c0, np.floor(b0 / 2)), 94: (c2, c3, c0),
  131: (g0, r0, r0), 171: (r0, c0, b0), 193: (c1, c0, c2), 211: (c1, c0, c3), 304: (r0, g0, b0),
  335: (c2, c0, c1)}
json.dump({f'aia{k}': np.stack(v, 1).ravel().tolist() for k, v in maps.items()}, sys.stdout)
`;
  const tables = JSON.parse(await python(script)) as Record<ColormapName, number[]>;
  for (const [name, table] of Object.entries(tables)) {
    for (const [i, level] of colormap(name as ColormapName).entries()) {
      assert(Math.abs(level - table[i]!) <= 1, `${name}, colour ${i / 3}: ${level} ${table[i]}`);
    }
  }
});

Deno.test("pictures agree with astropy.visualization and matplotlib within one grey level", async () => {
  const random = new SeededRandom(1403);
  const pixels = Float64Array.from(
    { length: 90 * 70 },
    () => 100 + 20 * (random.next() + random.next() + random.next()) + 900 * random.next() ** 40,
  );
  const stretches = ["linear", "log", "sqrt", "asinh", "histeq", "sinh", "square"] as const;
  const limits = ["zscale", "minmax", "percentile:98", [105, 180]] as const;
  const cases = stretches.flatMap((stretch) =>
    limits.filter((limits) => stretch !== "histeq" || limits === "minmax")
      .map((limits) => ({ stretch, limits }))
  );
  const script = `
import json, sys
import numpy as np
from astropy.visualization import (ImageNormalize, ZScaleInterval, MinMaxInterval,
    PercentileInterval, ManualInterval, LinearStretch, LogStretch, SqrtStretch, AsinhStretch,
    HistEqStretch, SinhStretch, SquaredStretch)
given = json.load(sys.stdin)
data = np.array(given['pixels']).reshape(70, 90)
stretches = dict(linear=LinearStretch(), log=LogStretch(), sqrt=SqrtStretch(), asinh=AsinhStretch(),
    histeq=HistEqStretch(data), sinh=SinhStretch(), square=SquaredStretch())
out = []
for case in given['cases']:
    l = case['limits']
    interval = (ManualInterval(*l) if isinstance(l, list) else
        dict(zscale=ZScaleInterval(), minmax=MinMaxInterval()).get(l) or PercentileInterval(98))
    norm = ImageNormalize(data, interval=interval, stretch=stretches[case['stretch']], clip=True)
    out.append(np.asarray(norm(data) * 255)[::-1].ravel().tolist())
json.dump(out, sys.stdout)
`;
  const input = JSON.stringify({ pixels: [...pixels], cases });
  const answers = JSON.parse(await python(script, input)) as number[][];
  for (const [i, options] of cases.entries()) {
    const { data } = renderImage({ pixels, shape: [90, 70] }, options);
    for (const [at, level] of data.entries()) {
      const theirs = answers[i]![at]!;
      assert(
        Math.abs(level - theirs) <= 1,
        `${JSON.stringify(options)} at ${at}: ${level} ${theirs}`,
      );
    }
  }
});
