/** Cutouts beside astropy's Cutout2D: the same pixels, and the same coordinates for each of them. */

import { assertEquals } from "@std/assert";
import { openFits, readFileWcs } from "../../fits/mod.ts";
import { cutout, parseCutSize, sectionAround } from "../../fits/cutout/mod.ts";
import { corpusFile, corpusTest } from "../support/corpus.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { python } from "./python.ts";

/** Files, the HDU, and a size in pixels around the middle of the image, moved by a part of it. */
const CASES: readonly [file: string, hdu: number, size: string, moved: [number, number]][] = [
  ["fits/image/2mass_gc_k_i16_scaled.fits", 0, "31,20", [0.1, -0.2]],
  ["fits/image/gsfc_HST_WFPC_II.fits", 0, "50,40", [0, 0]],
  ["fits/image/dss.14.29.56-62.41.05.fits.gz", 0, "64", [0.3, 0.1]],
  ["fits/image/dist_lookup.fits.gz", 1, "101,90", [0.1, 0.2]],
  ["fits/solar/sdo_hmi_resampled_f64.fits", 0, "60,50", [0.2, 0.2]],
  ["fits/solar/sdo_aia_171_f64.fits", 0, "33,32", [-0.4, 0.45]],
  ["fits/solar/stereo_a_euvi_f64.fts", 0, "40,70", [0, 0.1]],
  ["fits/solar/iris_sji_i16_scaled.fits", 0, "20", [0, 0]],
  ["fits/derived/i16_rice_t64x64.fits.fz", 1, "70,60", [0.05, 0.05]],
];

const SCRIPT = `
import sys, json, warnings
import numpy as np
warnings.simplefilter("ignore")
from astropy.io import fits
from astropy.wcs import WCS
from astropy.nddata import Cutout2D
for line in sys.stdin:
    job = json.loads(line)
    with fits.open(job["file"]) as whole, fits.open(job["cut"], checksum=True) as cut:
        hdu = whole[job["hdu"]]
        data, header = hdu.data, hdu.header
        mine = cut[0].data
        while data.ndim > 2:
            data, mine = data[0], mine[0]
        wcs = WCS(header, whole, naxis=2)
        theirs = Cutout2D(data, tuple(job["at"]), tuple(job["size"][::-1]), wcs=wcs,
                          mode="partial", fill_value=0, copy=True)
        own = WCS(cut[0].header, cut, naxis=2)
        ny, nx = mine.shape
        x, y = np.meshgrid(np.linspace(0, nx - 1, 7), np.linspace(0, ny - 1, 7))
        inside = np.zeros(mine.shape, bool)
        (y0, y1), (x0, x1) = theirs.bbox_cutout
        inside[y0:y1 + 1, x0:x1 + 1] = True
        # Cutout2D leaves tables of corrections where they were: those of the whole image count.
        place = theirs.wcs if wcs.cpdis1 is None and wcs.det2im1 is None else wcs
        corner = [0, 0] if place is theirs.wcs else [
            int(np.ceil(at - n / 2)) for at, n in zip(job["at"], job["size"])]
        a, b = own.all_pix2world(x, y, 0), place.all_pix2world(x + corner[0], y + corner[1], 0)
        with np.errstate(invalid="ignore"):
            far = max(np.nanmax(np.abs((p - q + 180) % 360 - 180)) for p, q in zip(a, b))
        values = np.array_equal(np.asarray(mine, "f8")[inside],
                                np.asarray(theirs.data, "f8")[inside], equal_nan=True)
        print(json.dumps([mine.shape == theirs.data.shape, bool(values), bool(far < 1e-9),
                          int((~inside).sum())]))
`;

corpusTest("cutouts have the pixels and the coordinates of astropy's Cutout2D", async () => {
  await using folder = await temporaryFolder();
  const jobs: unknown[] = [];
  const expected: unknown[] = [];
  for (const [i, [name, index, text, moved]] of CASES.entries()) {
    const path = corpusFile(name).pathname;
    await using file = await openFits(path);
    const hdu = await file.hdu(index);
    const wcs = (await readFileWcs(file, hdu))!;
    const size = parseCutSize(text);
    const at = hdu.shape.slice(0, 2).map((length, axis) => (0.5 + moved[axis]!) * length + 0.25);
    const place = wcs.pixelToWorld(at);
    const { celestial } = wcs;
    const section = celestial === undefined
      ? at.map((x, axis) => {
        const start = Math.ceil(x - size[axis]!.value / 2);
        return [start, start + size[axis]!.value] as const;
      })
      : sectionAround(wcs, {
        shape: hdu.shape,
        center: [place[celestial.longitude]!, place[celestial.latitude]!],
        size,
      });
    const cut = await cutout(file, { hdu: index, section });
    const path2 = `${folder.path}/${i}.fits`;
    await Deno.writeFile(path2, await cut.bytes());
    jobs.push({ file: path, hdu: index, cut: path2, at, size: size.map(({ value }) => value) });
    const plane = hdu.shape.slice(2).reduce((product, length) => product * length, 1);
    expected.push([name, true, true, true, cut.images[0]!.outside / plane]);
  }
  const output = await python(SCRIPT, jobs.map((job) => JSON.stringify(job) + "\n").join(""));
  const found = output.trim().split("\n").map((line, i) => [CASES[i]![0], ...JSON.parse(line)]);
  assertEquals(found, expected);
});
