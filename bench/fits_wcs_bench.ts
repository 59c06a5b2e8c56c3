/** World coordinates of 1,000,000 points in one call, beside astropy (Debian: python3-astropy). */

import { readWcs } from "../fits/wcs/mod.ts";
import { compare, printTable, seconds } from "./compare.ts";
import { Peer } from "./peer.ts";

const POINTS = 1_000_000;
const CARDS = {
  ...{ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRPIX1: 2048, CRPIX2: 2048, CRVAL1: 83.6 },
  ...{ CRVAL2: 22, CD1_1: -1e-4, CD1_2: 2e-5, CD2_1: 2e-5, CD2_2: 1e-4 },
};

/** Times each statement that a line of standard input has. */
const ASTROPY = `
import json, sys, time, warnings
import numpy as np
from astropy.io import fits
from astropy.wcs import WCS
warnings.simplefilter("ignore")
wcs = WCS(fits.Header(json.loads(sys.argv[1])))
pixels = ((np.arange(${2 * POINTS}) * 7919) % 4096).astype(float).reshape(-1, 2)
world = wcs.wcs_pix2world(pixels, 0)
print("ready", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    eval(line)
    print(time.perf_counter() - start, flush=True)
`;

await using astropy = new Peer("/usr/bin/python3", ["-c", ASTROPY, JSON.stringify(CARDS)]);
await astropy.line();
const wcs = readWcs(new Map(Object.entries(CARDS)))!;
const pixels = Float64Array.from({ length: 2 * POINTS }, (_, i) => i * 7919 % 4096);
const world = wcs.pixelsToWorld(pixels);
printTable(
  "World coordinates of 1,000,000 pixels, TAN, new memory",
  "s",
  await compare([
    { name: "heliograph", run: () => seconds(() => wcs.pixelsToWorld(pixels)) },
    astropy.contender("astropy", "wcs.wcs_pix2world(pixels, 0)"),
  ], 9),
);
printTable(
  "Pixels of 1,000,000 world coordinates, TAN, new memory",
  "s",
  await compare([
    { name: "heliograph", run: () => seconds(() => wcs.worldToPixels(world)) },
    astropy.contender("astropy", "wcs.wcs_world2pix(world, 0)"),
  ], 9),
);
