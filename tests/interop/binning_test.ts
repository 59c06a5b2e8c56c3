/** Tables as images: equal to numpy's histograms and astropy's world coordinates of columns. */

import { assert, assertEquals } from "@std/assert";
import { openFits } from "../../fits/file/open.ts";
import { readFileWcs } from "../../fits/file/wcs.ts";
import { eventImage } from "../../station/binning/event_image.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { python } from "./python.ts";

/** Writes an event list, and says what numpy and astropy make of it. */
const SCRIPT = `
import json, sys, warnings
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
warnings.simplefilter("ignore")
rng = np.random.default_rng(20261201)
n = 20000
x = rng.normal(300, 120, n).astype("f4"); y = rng.normal(200, 90, n).astype("f4")
x[::997] = np.nan; x[1] = 600.5; y[1] = 400.5
e = rng.integers(100, 9000, n).astype("i4"); t = rng.uniform(10, 11, n)
hdu = fits.BinTableHDU.from_columns([fits.Column("X", "E", array=x), fits.Column("Y", "E", array=y),
  fits.Column("PI", "J", array=e), fits.Column("TIME", "D", array=t)], name="EVENTS")
h = hdu.header
for i, hi in ((1, 600.5), (2, 400.5)): h[f"TLMIN{i}"], h[f"TLMAX{i}"] = 0.5, hi
for i, (kind, value, pixel, step) in enumerate((("RA---TAN", 83.6, 300.5, -0.0002), ("DEC--TAN", 22.0, 200.5, 0.0002)), 1):
    h[f"TCTYP{i}"], h[f"TCRVL{i}"], h[f"TCRPX{i}"], h[f"TCDLT{i}"], h[f"TCUNI{i}"] = kind, value, pixel, step, "deg"
hdu.writeto(sys.argv[1])
edges = lambda lo, size, count: lo + np.arange(count + 1) * size
def counts(a, b, ea, eb, w=None):
    good = np.isfinite(a) & np.isfinite(b)
    return np.histogram2d(b[good], a[good], bins=[eb, ea], weights=None if w is None else w[good])[0].ravel().tolist()
wcs = WCS(h, keysel=["pixel"], colsel=[1, 2])
print(json.dumps({
  "one": counts(x, y, edges(0.5, 1, 600), edges(0.5, 1, 400)),
  "four": counts(x, y, edges(0.5, 4, 150), edges(0.5, 4, 100)),
  "hard": counts(x[e > 5000], y[e > 5000], edges(0.5, 4, 150), edges(0.5, 4, 100)),
  "energy": counts(x, y, edges(0.5, 4, 150), edges(0.5, 4, 100), e.astype("f8")),
  "time": counts(t, e, edges(t.min(), 0.0625, 16), edges(e.min() - 0.5, 100, int(np.ceil((int(e.max()) - int(e.min()) + 1) / 100)))),
  "sky": wcs.all_pix2world([[10, 20], [300.5, 200.5], [600, 400]], 1).tolist(),
}))
`;

Deno.test("counts and sums equal numpy's, and coordinates of columns astropy's", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/events.fits`;
  const expected = JSON.parse(await python(SCRIPT, "", [path]));
  await using file = await openFits(await Deno.readFile(path));
  const table = await file.hdu("EVENTS");
  const pause = () => Promise.resolve();
  const make = async (x: string, y: string, size: readonly [number, number], more: object = {}) =>
    await openFits(await eventImage(table, { x, y, sizes: size, pause, ...more }));
  const cases: [string, Parameters<typeof make>][] = [
    ["one", ["X", "Y", [1, 1]]],
    ["four", ["X", "Y", [4, 4]]],
    ["hard", ["X", "Y", [4, 4], { filter: "PI > 5000" }]],
    ["energy", ["X", "Y", [4, 4], { weight: "PI" }]],
    ["time", ["TIME", "PI", [0.0625, 100]]],
  ];
  for (const [name, question] of cases) {
    await using image = await make(...question);
    const { pixels } = await (await image.hdu(0)).image();
    assertEquals(Array.from(pixels, Number), expected[name], name);
  }
  await using image = await make("X", "Y", [4, 4]);
  const wcs = await readFileWcs(image, await image.hdu(0));
  for (const [i, value] of [[10, 20], [300.5, 200.5], [600, 400]].entries()) {
    const pixel = value.map((part) => (part - 0.5) / 4 + 0.5);
    const found = wcs!.pixelToWorld(pixel, { origin: 1 });
    for (const axis of [0, 1]) {
      const away = Math.abs(found[axis]! - expected.sky[i][axis]);
      assert(away < 1e-9, `${value}: ${found} instead of ${expected.sky[i]}`);
    }
  }
});
