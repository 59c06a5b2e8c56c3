/** Cutouts beside astropy's Cutout2D: the same pixels, and the same coordinates for each of them. */

import { assert, assertEquals } from "@std/assert";
import { compressImage } from "../../fits/compress/mod.ts";
import { Card, convertSky, encodeFits, openFits, readFileWcs } from "../../fits/mod.ts";
import { cutout, parseCutSize, sectionAround } from "../../fits/cutout/mod.ts";
import { corpusFile, corpusTest } from "../support/corpus.ts";
import { serveCounting } from "../support/counting_server.ts";
import { serveObjects } from "../support/http/object_store.ts";
import { runCommand } from "../support/run_command.ts";
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

/** Looks at cutouts as astropy reads them: pixels, CRPIX, CDELT, LTV, checksums, HISTORY. */
const LOOK = `
import sys, json, warnings
import numpy as np
from astropy.io import fits
warnings.simplefilter("error")
for line in sys.stdin:
    job = json.loads(line)
    with fits.open(job["whole"]) as whole, fits.open(job["cut"], checksum=True) as cut:
        images = [hdu for hdu in cut if hdu.data is not None]
        faults = [] if len(images) == len(job["images"]) else ["count"]
        for image, told in zip(images, job["images"]):
            old, new = whole[told["name"]], image.header
            axes = []
            for i, text in enumerate(told["section"].split(","), 1):
                first, last, step = ([int(n) for n in text.split(":")] + [1])[:3]
                step = step if last >= first else -step
                axes.append(np.arange(first, last + (1 if step > 0 else -1), step) - 1)
                found = [new[f"CRPIX{i}"], new[f"CDELT{i}"], new.get(f"LTV{i}", 0.0), new.get(f"LTM{i}_{i}", 1.0)]
                right = [(old.header[f"CRPIX{i}"] - first) / step + 1, old.header[f"CDELT{i}"] * step,
                         1 - first / step, 1 / step]
                if not np.allclose(found, right, rtol=0, atol=1e-12): faults.append([i, found, right])
            y, x = np.meshgrid(axes[1], axes[0], indexing="ij")
            inside = (x >= 0) & (y >= 0) & (x < old.data.shape[1]) & (y < old.data.shape[0])
            if image.data.shape != x.shape: faults.append("shape")
            elif not np.array_equal(image.data[inside], old.data[y[inside], x[inside]]): faults.append("pixels")
            if (~inside).sum() != told["outside"]: faults.append("outside")
            outside = image.data[~inside]
            if image.data.dtype.kind == "f":
                if not np.isnan(outside).all(): faults.append("NaN")
            elif outside.size and not (outside == new["BLANK"]).all(): faults.append("BLANK")
            if "DATASUM" not in new or "CHECKSUM" not in new: faults.append("sums")
            if not any("Cut by Heliograph" in str(text) for text in new["HISTORY"]): faults.append("HISTORY")
        print(json.dumps(faults))
`;

/** Each flag of the command, and each way to say what is cut. */
const FLAGS: readonly string[][] = [
  ["--section", "11:60,21:50"],
  ["--section", "-5:10,70:90"],
  ["--section", "*:3,-*"],
  ["--hdu", "FLUX", "--section", "1:7,75:85", "--cache", "CACHE"],
  ["--hdu", "all", "--section", "31:50,41:42"],
  ["--center", "10.05,20.02", "--size", "0.2deg,6arcmin"],
  ["--center", "0h40m12s +20d01m12s", "--size", "40"],
  ["--center", convertSky(10.1, 20.1, "icrs", "galactic").join(), "--frame", "galactic"],
  ["--at", "LIST", "--size", "9,5"],
];

Deno.test("fits cutout with each of its flags, here and far, gives what astropy and fitsverify take", async () => {
  await using folder = await temporaryFolder();
  const place = (crval: number) =>
    Object.entries({
      ...{ CTYPE1: "RA---TAN", CTYPE2: "DEC--TAN", CRVAL1: crval, CRVAL2: 20, RADESYS: "ICRS" },
      ...{ CRPIX1: 51, CRPIX2: 41, CDELT1: -0.01, CDELT2: 0.01 },
    }).map(([keyword, value]) => Card.of(keyword, value));
  const pixels = Int16Array.from({ length: 8000 }, (_, i) => i * 3);
  const images = [
    { pixels, shape: [100, 80], name: "SKY", header: place(10) },
    { pixels: Float32Array.from(pixels), shape: [100, 80], name: "FLUX", header: place(10.1) },
  ];
  const whole = `${folder.path}/whole.fits`;
  await Deno.writeFile(whole, await encodeFits(images));
  const packed = await Promise.all(
    images.map((image) =>
      compressImage(image, { algorithm: "gzip2", quantize: 0, tile: [32, 32] })
    ),
  );
  const list = `${folder.path}/list.csv`;
  await Deno.writeTextFile(list, "a,10,20\nb,10.3,20.2\nc,9.9,19.7\n");
  const jobs: { cut: string; whole: string; images: unknown[] }[] = [];
  for (
    const [form, bytes] of [
      ["plain", await encodeFits(images)],
      ["packed", await encodeFits(packed)],
    ] as const
  ) {
    const local = `${folder.path}/file.fits`;
    await Deno.writeFile(local, bytes);
    await using server = serveCounting(bytes);
    await using store = await serveObjects({ open: ["sun"] });
    store.put("sun/file.fits", bytes);
    const ways: readonly (readonly [name: string, flags: string[]])[] = [
      [local, []],
      [server.url, []],
      ["s3://sun/file.fits", ["--endpoint", store.endpoint, "--no-sign-request"]],
    ];
    for (const [i, flags] of FLAGS.entries()) {
      const all: Uint8Array[][] = [];
      for (const [way, [name, more]] of ways.entries()) {
        const out = `${folder.path}/${form}-${i}-${way}.fits`;
        const words = flags.map((word) =>
          ({ LIST: list, CACHE: `${folder.path}/cache` })[word] ?? word
        );
        if (words.includes("--center") && !words.includes("--size")) words.push("--size", "30");
        const args = [name, ...words, ...more, "-o", out, "--json"];
        const result = await runCommand("fits cutout", args);
        assertEquals(result.status, 0, result.error.join("\n"));
        const made = result.out.map((line) => JSON.parse(line));
        const files: Uint8Array[] = [];
        for (const { output, images } of made) {
          files.push(await Deno.readFile(output));
          jobs.push({ cut: output, whole, images });
          const { code, stdout } = await new Deno.Command("fitsverify", { args: ["-q", output] })
            .output();
          const said = new TextDecoder().decode(stdout);
          assertEquals([code, /^verification OK/.test(said)], [0, true], said);
        }
        all.push(files);
        // A second time it is refused, and replaced with --clobber.
        assertEquals((await runCommand("fits cutout", args)).status, 1);
        assertEquals((await runCommand("fits cutout", [...args, "--clobber"])).status, 0);
      }
      assert(all[0]!.length === (flags[0] === "--at" ? 3 : 1));
      assertEquals(all[1], all[0], flags.join(" "));
      assertEquals(all[2], all[0], flags.join(" "));
    }
  }
  const output = await python(LOOK, jobs.map((job) => JSON.stringify(job) + "\n").join(""));
  const faults = output.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(faults, jobs.map(() => []));
});
