/** Boxes of shapes on the sky against astropy (Debian: python3-astropy). */

import { assertEquals } from "@std/assert";
import { Card } from "../../fits/header/card.ts";
import { Header } from "../../fits/header/header.ts";
import { readSodaQuery } from "../../station/soda/query.ts";
import { boxOfShape } from "../../station/soda/shape.ts";
import { WorldReadout } from "../../station/web/sky/readout.ts";
import { python } from "./python.ts";

/** The pixels that astropy finds along the edge, of 7,200 places. */
const SCRIPT = `
import json, sys, warnings
warnings.simplefilter("ignore")
import numpy as np
import astropy.units as u
from astropy.coordinates import SkyCoord
from astropy.io.fits import Header
from astropy.wcs import WCS
N = 7200
def edge(text):
    word, *rest = text.split()
    v = [float(x) for x in rest]
    if word == "CIRCLE":
        c = SkyCoord(v[0] * u.deg, v[1] * u.deg)
        return c.directional_offset_by(np.arange(N) * 360 / N * u.deg, v[2] * u.deg)
    if word == "RANGE":
        t = np.linspace(0, 1, N // 4)
        lon = np.concatenate([v[0] + (v[1] - v[0]) * t] * 2 + [v[0] + 0 * t, v[1] + 0 * t])
        lat = np.concatenate([v[2] + 0 * t, v[3] + 0 * t] + [v[2] + (v[3] - v[2]) * t] * 2)
        return SkyCoord(lon * u.deg, lat * u.deg)
    p = SkyCoord(v[0::2] * u.deg, v[1::2] * u.deg)
    parts = []
    for i in range(len(p)):
        a, b = p[i], p[(i + 1) % len(p)]
        t = np.linspace(0, 1, N // len(p))
        parts.append(a.directional_offset_by(a.position_angle(b), a.separation(b) * t))
    return SkyCoord(np.concatenate([q.ra.deg for q in parts]) * u.deg,
                    np.concatenate([q.dec.deg for q in parts]) * u.deg)
out = []
for cards, size, text in json.load(sys.stdin):
    h = Header()
    for k, value in cards: h[k] = value
    w = WCS(h)
    e = edge(text)
    if not w.wcs.lngtyp.startswith("RA"): e = e.galactic; lon, lat = e.l.deg, e.b.deg
    else: lon, lat = e.ra.deg, e.dec.deg
    x, y = w.all_world2pix(lon, lat, 1)
    box = []
    for p, n in ((x, size[0]), (y, size[1])):
        box.append([max(1, int(np.floor(p.min() + 0.5))), min(n, int(np.ceil(p.max() - 0.5)))])
    out.append(box)
json.dump(out, sys.stdout)
`;

type Cards = readonly (readonly [string, string | number])[];

const image = (names: string, lon: number, lat: number, step: number, turn = 0): Cards => {
  const [x, y] = names.split(" ") as [string, string];
  const [cos, sin] = [Math.cos(turn * Math.PI / 180), Math.sin(turn * Math.PI / 180)];
  return [
    ...[["CTYPE1", x], ["CTYPE2", y], ["CRPIX1", 120.25], ["CRPIX2", 90.75]] as const,
    ...[["CRVAL1", lon], ["CRVAL2", lat], ["CDELT1", 1], ["CDELT2", 1]] as const,
    ...[["CD1_1", -step * cos], ["CD1_2", step * sin], ["CD2_1", step * sin]] as const,
    ["CD2_2", step * cos],
  ].filter(([name]) => !/^CDELT/.test(name as string)) as unknown as Cards;
};

const CASES: readonly (readonly [cards: Cards, shape: string])[] = [
  [image("RA---TAN DEC--TAN", 83.6, 22, 0.01), "CIRCLE 83.6 22 0.3333"],
  [image("RA---TAN DEC--TAN", 83.6, 22, 0.01, 30), "CIRCLE 83.9 22.1 0.2"],
  [image("RA---TAN DEC--TAN", 359.95, -60, 0.01, -70), "CIRCLE 0.2 -60.1 0.31"],
  [image("RA---TAN DEC--TAN", 83.6, 22, 0.01, 30), "RANGE 83.3 83.7 21.8 22.2"],
  [image("RA---SIN DEC--SIN", 10, 85, 0.02), "RANGE 0 20 84.5 85.5"],
  [image("RA---TAN DEC--TAN", 83.6, 22, 0.01), "POLYGON 83.3 21.9 83.9 21.7 83.7 22.4"],
  [image("RA---ARC DEC--ARC", 200, 40, 0.1, 45), "POLYGON 195 38 205 37 206 43 199 44 196 41"],
  [image("RA---ZEA DEC--ZEA", 0, 90, 0.1), "CIRCLE 130 87 2.2"],
  [image("GLON-CAR GLAT-CAR", 120, 0, 0.05), "CIRCLE 10.3 62.1 1.3"],
  [image("GLON-TAN GLAT-TAN", 184.5, -5.8, 0.01, 12), "POLYGON 83.3 21.9 83.9 21.7 83.7 22.4"],
  [image("RA---TAN DEC--TAN", 83.6, 22, 0.01), "CIRCLE 84.7 22.8 0.35"],
];

Deno.test("boxOfShape() has the pixels of astropy's edges", async () => {
  const size = { width: 240, height: 180 };
  const input = CASES.map(([cards, shape]) => [cards, [size.width, size.height], shape]);
  const expected = JSON.parse(await python(SCRIPT, JSON.stringify(input))) as number[][][];
  for (const [i, [cards, text]] of CASES.entries()) {
    const header = new Header([
      Card.of("NAXIS", 2),
      ...cards.map(([name, value]) => Card.of(name, value)),
    ]);
    const frame = new WorldReadout(header).places("icrs", [])!;
    const { shape } = readSodaQuery(new URLSearchParams({ ID: "a", POS: text }));
    const box = boxOfShape(shape!, frame, size)!;
    assertEquals([[...box.x], [...box.y]], expected[i], text);
  }
});
