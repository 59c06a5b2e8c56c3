/**
 * One header of every kind of world coordinates against WCSLIB, by way of astropy
 * (Debian: python3-astropy), and why some kinds differ.
 */

import { assert, assertEquals } from "@std/assert";
import { openFits } from "../../fits/file/open.ts";
import { readFileWcs } from "../../fits/file/wcs.ts";
import { readWcs, type Wcs } from "../../fits/wcs/mod.ts";
import { type WcsKind, wcsKinds } from "../support/fits/wcs_kinds.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { python } from "./python.ts";

/** Why WCSLIB gives other numbers or none, by what the names of the kinds match. */
const DIFFERENCES: readonly (readonly [RegExp, string])[] = [
  [/^only one axis of the sky$/, "WCSLIB refuses all axes: the other one has its coordinates here"],
  [/^different projections$/, "refused by WCSLIB; here it is a problem, and the axes have none"],
  [/^an unknown projection$/, "refused by WCSLIB; here it is a problem, and the axes have none"],
  [/^CUBEFACE in '(s|d|keV|km)'$/, "WCSLIB wants degrees of the number of a face"],
  [/^a table of the sky$/, "WCSLIB has no way back from the half cell around a table, as here"],
];

const SCRIPT = `
import json, math, sys, warnings
import numpy as np
warnings.simplefilter("ignore")
from astropy.io import fits
from astropy.wcs import WCS
def plain(a):
    return [[None if not math.isfinite(v) else float(v) for v in row] for row in a]
def companion(c):
    if "image" in c:
        hdu = fits.ImageHDU(np.array(c["image"]["values"], dtype=np.float32).reshape(c["image"]["shape"][::-1]))
        for k, v in c["image"]["cards"].items():
            hdu.header[k] = v
    else:
        hdu = fits.BinTableHDU.from_columns([
            fits.Column(k["name"], "%dD" % len(k["values"]),
                        dim="(%s)" % ",".join(map(str, k["shape"])) if len(k["shape"]) > 1 else None,
                        array=np.array(k["values"]).reshape([1] + k["shape"][::-1]))
            for k in c["columns"]])
    hdu.header["EXTNAME"] = c["name"]
    hdu.header["EXTVER"] = c.get("version", 1)
    return hdu
out = []
folder = sys.argv[1]
for i, case in enumerate(json.load(sys.stdin)):
    header = fits.Header()
    for k, v in case["cards"]:
        header.append(fits.Card(k, v))
    header.update(case.get("peer", {}))
    answer = {}
    try:
        file = None
        if case.get("companions"):
            shape = [100] * len(case["pixels"][0])
            image = fits.PrimaryHDU(np.zeros(shape, dtype=np.uint8))
            image.header.extend(header)
            file = fits.HDUList([image] + [companion(c) for c in case["companions"]])
            file.writeto("%s/%d.fits" % (folder, i))
            header = image.header
        wcs = WCS(header, file, key=case.get("key", " "))
        pixels = np.array(case["pixels"], dtype=float)
        world = wcs.all_pix2world(pixels, 0)
        answer["world"] = plain(world)
        if not (wcs.sip or wcs.cpdis1 or wcs.cpdis2 or wcs.det2im1 or wcs.det2im2):
            answer["back"] = plain(wcs.wcs_world2pix(world, 0))
    except Exception as e:
        answer["error"] = type(e).__name__ + ": " + " ".join(str(e).split())[:200]
    out.append(answer)
json.dump(out, sys.stdout)
`;

interface Answer {
  readonly error?: string;
  readonly world?: (number | null)[][];
  readonly back?: (number | null)[][];
}

async function ours({ cards, key, companions }: WcsKind, path: string): Promise<Wcs | undefined> {
  if (companions === undefined) return readWcs(new Map(cards), { alternate: key ?? "" });
  await using file = await openFits(path);
  return await readFileWcs(file, await file.hdu(0));
}

/** How the coordinates of a kind differ, or undefined. */
function differenceOf({ pixels }: WcsKind, wcs: Wcs, answer: Answer): string | undefined {
  const celestial = wcs.celestial;
  for (const [i, pixel] of pixels.entries()) {
    const mine = wcs.pixelToWorld(pixel);
    const theirs = answer.world![i]!;
    const context = `pixel ${pixel}: ours ${mine}, wcslib ${theirs}`;
    const latitude = celestial === undefined ? 0 : theirs[celestial.latitude] ?? 0;
    const tolerance = celestial?.projection === "CSC" ? 3e-5 : 1e-9;
    if (mine.length !== theirs.length) return context;
    for (const [axis, value] of theirs.entries()) {
      if (value === null && Number.isNaN(mine[axis])) continue;
      if (value === null) return context;
      const off = axis === celestial?.longitude
        ? Math.abs(((mine[axis]! - value) % 360 + 540) % 360 - 180) *
          Math.cos(latitude * Math.PI / 180)
        : Math.abs(mine[axis]! - value) / (axis === celestial?.latitude ? 1 : Math.abs(value) || 1);
      if (!(off < tolerance)) return context;
    }
    if (theirs.includes(null)) continue;
    // Astropy's own way back knows no distortions; the pixels themselves do.
    const back = answer.back?.[i] ?? pixel;
    const oursBack = wcs.worldToPixel(theirs as number[]);
    for (const [axis, value] of back.entries()) {
      if (value === null && Number.isNaN(oursBack[axis])) continue;
      const near = value !== null &&
        Math.abs(oursBack[axis]! - value) < (tolerance > 1e-9 ? 1e-3 : 1e-6);
      if (!near) return `back to pixel ${pixel}: ours ${oursBack}, wcslib ${back}`;
    }
  }
  return undefined;
}

Deno.test("one header of every kind has WCSLIB's coordinates both ways, or a reason", async () => {
  await using folder = await temporaryFolder();
  const kinds = wcsKinds();
  assertEquals(new Set(kinds.map(({ name }) => name)).size, kinds.length);
  const answers: Answer[] = JSON.parse(await python(SCRIPT, JSON.stringify(kinds), [folder.path]));
  const differing = new Map<string, string>();
  let compared = 0;
  for (const [i, kind] of kinds.entries()) {
    const answer = answers[i]!;
    let found = answer.error;
    let problems = "";
    try {
      const wcs = await ours(kind, `${folder.path}/${i}.fits`);
      problems = JSON.stringify(wcs?.problems);
      if (wcs === undefined) found ??= "ours are none";
      else found ??= differenceOf(kind, wcs, answer);
    } catch (error) {
      found ??= `ours: ${error}`;
    }
    if (found === undefined) compared++;
    else differing.set(kind.name, found + " " + problems);
  }
  const explained = (name: string) => DIFFERENCES.some(([pattern]) => pattern.test(name));
  const unexplained = [...differing].filter(([name]) => !explained(name));
  assertEquals(unexplained, []);
  const unused = DIFFERENCES.filter(([pattern]) =>
    ![...differing.keys()].some((name) => pattern.test(name))
  );
  assertEquals(unused, []);
  assert(compared >= 700, `${compared} of ${kinds.length} kinds`);
});
