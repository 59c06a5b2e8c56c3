/**
 * The world coordinates of real headers against WCSLIB, by way of astropy (Debian:
 * python3-astropy), and why some differ: those of the corpus, and those that astropy and sunpy
 * (python3-sunpy) are tested with.
 */

import { assert, assertEquals } from "@std/assert";
import { openFits } from "../../fits/file/open.ts";
import { readFileWcs } from "../../fits/file/wcs.ts";
import type { Wcs } from "../../fits/wcs/mod.ts";
import type { Header } from "../../fits/header/mod.ts";
import { corpusFile, corpusTest } from "../support/corpus.ts";
import { textHeaderFile } from "../support/fits/text_header.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { python } from "./python.ts";

/** Why WCSLIB gives other numbers or none, by file and HDU. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...["solar/iris_sji_i16_scaled.fits[0]", "image/firefly_m51_i16_blank_scale.fits[0]"],
      "groups/gsfc_random_groups_i16.fits[0]",
    ].map((name) => [name, "an axis with CDELT of 0 is singular: WCSLIB refuses all axes"]),
  ),
  "header/cfitsio_iter_image_hierarch59.fit[0]": "astropy finds no description; there is none",
};

/** The same of the headers that astropy and sunpy are tested with. */
const DEBIAN_DIFFERENCES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["freq-1", "freq-4", "velo-1", "velo-4", "wave-1", "wave-4"].map((name) => [
      `astropy/wcs/tests/data/spectra/orion-${name}.hdr[0]E`,
      "an electronvolt is exactly 1.602176634e-19 J, of WCSLIB 1.6021765e-19: 8e-8 of the value",
    ]),
  ),
  ...Object.fromEntries(
    ["header_with_time", "header_with_time_wcslib71"].map((name) => [
      `astropy/wcs/tests/data/${name}.fits[0]`,
      "astropy finds no description without a letter",
    ]),
  ),
  "astropy/wcs/tests/data/dist.fits[0]": "AXISCORR is a problem here, a correction in astropy",
  "astropy/wcs/tests/data/invalid_header.hdr[0]": "WCSLIB refuses all axes",
  "astropy/wcs/tests/data/maps/1904-66_CSC.hdr[0]": "WCSLIB has CSC in single precision",
  "sunpy/data/test/iris_l2_20130801_074720_4040000014_SJI_1400_t000.header[0]":
    "an axis with CDELT of 0 is singular: WCSLIB refuses all axes",
  ...Object.fromEntries(
    ["F", "R", "V", "W", "Z"].map((key) => [
      `spectral_cube/tests/data/greisen2006.hdr[0]${key}`,
      "CDELT3 stands twice: the first is taken here, which a problem says, the last by WCSLIB",
    ]),
  ),
  ...Object.fromEntries(
    ["", "O"].map((key) => [
      `gwcs/tests/data/acs_wfc.hdr[0]${key}`,
      "a header without its tables of corrections: astropy refuses all axes",
    ]),
  ),
  ...Object.fromEntries(
    ["image_M12c.fits[0]", "image_M12c.fits[0]L"].map((name) => [
      `eso-midas/22FEB/test/prim/${name}`,
      "a card is none of the standard: astropy refuses the header",
    ]),
  ),
  ...Object.fromEntries(
    ["1", "2"].map((hdu) => [
      `eso-midas/22FEB/test/prim/vimos.fits[${hdu}]`,
      "a declination of 172 degrees: WCSLIB refuses all axes, here the sky has no coordinates",
    ]),
  ),
  "eso-midas/22FEB/test/prim/nocdelt.fits[0]":
    "WCSLIB refuses it for a distortion of axis 3, which the header does not have",
  "eso-midas/22FEB/test/prim/ref_sky_600B-check.fits[0]":
    "PC002001 makes a second axis in WCSLIB; NAXIS is 1",
  "radio_beam/tests/data/header_aips.hdr[0]": "astropy refuses a value",
  "sunpy/data/test/seit_00171_fd_19961211_1900.header[0]": "astropy refuses a value",
  "astropy/wcs/tests/data/validate.fits[2]": "WCSLIB refuses a unit, and with it all axes",
};

const SCRIPT = `
import json, math, re, sys, warnings
import numpy as np
warnings.simplefilter("ignore")
from astropy.io import fits
from astropy.wcs import WCS
from astropy import log
log.setLevel("ERROR")
def plain(a):
    return [[None if not math.isfinite(v) else float(v) for v in row] for row in a]
out = []
def solar(header):
    # As sunpy reads what was written before Thompson (2006), and synoptic maps.
    old = {"SOLAR-X": "HPLN-TAN", "SOLAR_X": "HPLN-TAN", "SOLAR-Y": "HPLT-TAN", "SOLAR_Y": "HPLT-TAN"}
    new = {j: old.get(str(header.get("CTYPE%d" % j, "")).strip().upper()) for j in (1, 2)}
    if header.get("CUNIT2") == "Sine Latitude":
        header = header.copy()
        header.update(CUNIT1="deg", CUNIT2="deg", CDELT2=math.degrees(header["CDELT2"]))
    if None in new.values():
        return header
    header = header.copy()
    for j in (1, 2):
        header["CTYPE%d" % j] = new[j]
        if not str(header.get("CUNIT%d" % j, "")).strip():
            header["CUNIT%d" % j] = "arcsec"
    return header
def one(name, header, file, row, **of):
    try:
        header = solar(header)
        w = WCS(header, file, **of)
        rng = np.random.RandomState(len(out))
        shape = [header.get("NAXIS%d" % (j + 1), 1) or 1 for j in range(w.naxis)]
        pixels = np.array([[rng.rand() * n for n in shape] for _ in range(10)])
        row.update(pixels=pixels.tolist(), ctype=list(w.wcs.ctype))
        world = w.all_pix2world(pixels, row["origin"])
        row["world"] = plain(world)
        if not (w.sip or w.cpdis1 or w.cpdis2 or w.det2im1 or w.det2im2):
            row["back"] = plain(w.wcs_world2pix(world, row["origin"]))
    except Exception as e:
        row["error"] = type(e).__name__ + ": " + str(e).split("\\n")[0]
    out.append(row)
for name in json.load(sys.stdin):
    try:
        file = fits.open(name, ignore_missing_end=True)
        count = len(file)
    except Exception:
        continue
    for i in range(count):
        header = file[i].header
        if isinstance(file[i], fits.BinTableHDU) and not isinstance(file[i], fits.CompImageHDU):
            lists = [[n] for n in range(1, header["TFIELDS"] + 1) if "TCTYP%d" % n in header
                     and not "-" in header["TCTYP%d" % n]]
            sky = [n for n in range(1, header["TFIELDS"] + 1)
                   if str(header.get("TCTYP%d" % n, "")).startswith(("RA--", "DEC-"))]
            for columns in lists + ([sky] if len(sky) == 2 else []):
                one(name, header, file, dict(path=name, hdu=i, key="", columns=columns, origin=1),
                    keysel=["pixel"], colsel=columns)
            continue
        if isinstance(file[i], fits.TableHDU):
            continue
        for key in " ABCDEFGHIJKLMNOPQRSTUVWXYZ":
            if key == " " or any(re.match(r"(CTYPE|CRVAL)\\d+" + key + "$", k) for k in header):
                one(name, header, file, dict(path=name, hdu=i, key=key.strip(), origin=0), key=key)
json.dump(out, sys.stdout)
`;

interface Row {
  readonly path: string;
  readonly hdu: number;
  readonly key: string;
  readonly columns?: number[];
  readonly origin: 0 | 1;
  readonly error?: string;
  readonly ctype?: string[];
  readonly pixels: number[][];
  readonly world: (number | null)[][];
  readonly back?: (number | null)[][];
}

/** How a row differs by more than 1e-9 degrees, 1e-9 of an axis's values, or 1e-6 pixels. */
function differenceOf(row: Row, wcs: Wcs): string | undefined {
  const greatest = row.world[0]!.map((_, axis) =>
    Math.max(...row.world.map((world) => Math.abs(world[axis] ?? 0)))
  );
  if (wcs.axes.length !== greatest.length) {
    return `ours has ${wcs.axes.length} axes, wcslib ${greatest.length}`;
  }
  for (const [i, pixel] of row.pixels.entries()) {
    const ours = wcs.pixelToWorld(pixel);
    const theirs = row.world[i]!;
    for (const [axis, value] of theirs.entries()) {
      const mine = ours[axis]!;
      if (value === null && Number.isNaN(mine)) continue;
      const { kind } = wcs.axes[axis]!;
      const off = kind === "longitude"
        ? Math.abs(((mine - value!) % 360 + 540) % 360 - 180)
        : Math.abs(mine - value!) / (kind === "latitude" ? 1 : greatest[axis] || 1);
      if (value === null || !(off < 1e-9)) return `pixel ${pixel}: ours ${ours}, wcslib ${theirs}`;
    }
    if (theirs.includes(null)) continue;
    // Astropy's own way back knows no distortions; the pixels themselves do.
    const back = row.back?.[i] ?? pixel;
    const oursBack = wcs.worldToPixel(theirs as number[]);
    if (back.includes(null)) continue;
    const far = back.some((value, axis) => !(Math.abs(oursBack[axis]! - value!) < 1e-6));
    if (far) return `back to pixel ${pixel}: ours ${oursBack}, wcslib ${back}`;
  }
  return undefined;
}

/** What is compared, with the names of files for messages. */
type Files = ReadonlyMap<string, string>;

interface Comparison {
  /** How each header differs, by file and HDU. */
  readonly differing: Map<string, string>;
  readonly compared: number;
  /** Headers that have other keywords, or other types of axes. */
  readonly kinds: number;
}

/** Compares every description of every HDU. */
async function compareFiles(files: Files): Promise<Comparison> {
  const rows: Row[] = JSON.parse(await python(SCRIPT, JSON.stringify([...files.keys()])));
  const differing = new Map<string, string>();
  const kinds = new Set<string>();
  let compared = 0;
  for (const row of rows) {
    const name = `${files.get(row.path)}[${row.hdu}]${row.key}`;
    await using file = await openFits(row.path);
    const hdu = await file.hdu(row.hdu).catch(() => undefined);
    // Behind a damaged HDU astropy finds others where no header begins.
    if (hdu === undefined) continue;
    let wcs: Wcs | undefined;
    try {
      wcs = await readFileWcs(file, hdu, {
        alternate: row.key,
        origin: row.origin,
        columns: row.columns && { list: row.columns },
      });
    } catch (error) {
      differing.set(name, `ours: ${error}; ${row.error}`);
      continue;
    }
    if (wcs === undefined) {
      // Without keywords astropy counts pixels.
      if (row.ctype?.some((ctype) => ctype !== "")) differing.set(name, "ours are none");
      else if (row.error !== undefined) differing.set(name, row.error);
      continue;
    }
    const found = row.error ?? differenceOf(row, wcs);
    if (found !== undefined) {
      differing.set(name, found);
      continue;
    }
    compared++;
    kinds.add(kindOf(hdu.header, row));
  }
  return { differing, compared, kinds: kinds.size };
}

/** Keywords of world coordinates. */
const WCS_KEYWORD =
  /^(CTYPE|CUNIT|CRPIX|CDELT|CROTA|CD|PC|PV|PS|LONPOLE|LATPOLE|RADE|EQUINOX|EPOCH|SPECSYS|REST|VELREF|A_|B_|AP_|BP_|CPDIS|CQDIS|DP|DQ|D2IM|WAT|AMD|PLT|WCSAXES|T[CPV])[^ ]*$/;

/** The types of the axes, and the names of the keywords that a description has. */
function kindOf(header: Header, { ctype, key, columns }: Row): string {
  const names = [...new Set(header.cards.map(({ keyword }) => keyword))]
    .filter((keyword) => WCS_KEYWORD.test(keyword))
    .filter((keyword) => key === "" ? !/\d[A-Z]$/.test(keyword) : keyword.endsWith(key));
  return JSON.stringify([ctype, columns?.length, names.toSorted()]);
}

/** Fails where a header differs without a reason, or a reason is no longer needed. */
function assertExplained({ differing }: Comparison, reasons: Readonly<Record<string, string>>) {
  const unexplained = [...differing].filter(([name]) => reasons[name] === undefined);
  assertEquals(unexplained, []);
  assertEquals(Object.keys(reasons).filter((name) => !differing.has(name)), []);
}

corpusTest(
  "every header of the corpus has WCSLIB's coordinates both ways, or a reason",
  async () => {
    const { files } = JSON.parse(await Deno.readTextFile(corpusFile("fits/EXPECTED.json")));
    const root = corpusFile("fits/").pathname;
    const paths = Object.keys(files).filter((name) => !/not_actually|lzw|damaged/.test(name));
    const comparison = await compareFiles(new Map(paths.map((name) => [root + name, name])));
    assertExplained(comparison, DIFFERENCES);
    const { compared, kinds } = comparison;
    assert(compared >= 110, `${compared} headers of ${kinds} kinds`);
  },
);

/** Where Debian puts the modules of Python. */
const MODULES = "/usr/lib/python3/dist-packages/";
/** Headers that programs are tested with, or bring along. */
const FOLDERS = [
  ...["astropy/io/fits", "astropy/wcs", "astropy/nddata", "astropy/modeling", "sunpy/data"],
  ...["astroquery", "gwcs", "radio_beam", "reproject", "sncosmo", "spectral_cube"],
].map((name) => MODULES + name);
/** The same, not in Python: templates of spectra of IRAF, and what MIDAS is tested with. */
const FURTHER = ["/usr/lib/iraf/extern/rvsao", "/usr/lib/eso-midas"];

function* headersBelow(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* headersBelow(path);
    else if (/\.(fits?(\.gz)?|hdr|header)$/.test(name)) yield path;
  }
}

Deno.test("headers of thirteen packages have WCSLIB's coordinates both ways, or a reason", async () => {
  await using folder = await temporaryFolder();
  const files = new Map<string, string>();
  const all = [...FOLDERS, ...FURTHER].flatMap((folder) => [...headersBelow(folder)]);
  for (const path of all.toSorted()) {
    const name = path.replace(/^(\/usr\/lib\/)(python3\/dist-packages\/)?/, "");
    if (!/\.(hdr|header)$/.test(path)) {
      files.set(path, name);
      continue;
    }
    const copy = `${folder.path}/${files.size}.fits`;
    await Deno.writeFile(copy, textHeaderFile(await Deno.readFile(path)));
    files.set(copy, name);
  }
  const comparison = await compareFiles(files);
  assertExplained(comparison, DEBIAN_DIFFERENCES);
  const { compared, kinds } = comparison;

  assert(compared >= 355 && kinds >= 180, `${compared} headers of ${kinds} kinds`);
});
