/** Compressed images of random shapes, tiles, types and parameters, made by astropy and by fpack. */

import { assertEquals } from "@std/assert";
import { type Image, openFits } from "../../fits/mod.ts";
import { type ElementSize, swapBytes } from "../../net/byte_order.ts";
import { fuzzRounds } from "../support/random.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { python } from "./python.ts";

/**
 * Makes files in a folder, and beside each the stored pixels that it should give, big-endian.
 *
 * Lossless files are compared with the pixels that went into them, others with what astropy reads
 * of them: its 5.2.1 gives numbers where ZBLANK says that there are none, so that these are taken
 * from the original (and writes no ZBLANK, so that what it compresses has none). Old fpack and old astropy refuse some combinations, which are passed over.
 */
const MAKE = `
import json, subprocess, sys, warnings
import numpy as np
from astropy.io import fits
warnings.simplefilter("ignore")
folder, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = np.random.default_rng(seed)
made = []
attempt = 0
def image(kind, shape):
    pixels = np.cumsum(rng.normal(0, rng.choice([0.3, 3, 40]), shape), axis=-1) + 300
    if rng.random() < 0.3: pixels[rng.random(shape) < 0.02] += rng.choice([1e3, 1e4])
    if kind == "u1": return np.clip(pixels, 0, 255).astype("u1")
    if kind == "i2": return np.clip(pixels, -32768, 32767).astype("i2")
    if kind == "u2": return np.clip(pixels + 20000, 0, 65535).astype("u2")
    if kind == "i4": return (pixels * rng.choice([1, 5e4])).astype("i4")
    if kind == "mask": return (np.repeat(rng.integers(0, 5, shape), 1).reshape(shape) * (rng.random(shape) < 0.3)).astype("i2")
    pixels = pixels.astype(kind)
    if rng.random() < 0.4: pixels[rng.random(shape) < 0.05] = np.nan
    if rng.random() < 0.3: pixels[rng.random(shape) < 0.2] = 0
    return pixels
while len(made) < count:
    attempt += 1
    name = "%s/%d" % (folder, attempt)
    axes = int(rng.choice([1, 2, 2, 2, 3]))
    shape = tuple(int(n) for n in rng.integers(4, {1: 3000, 2: 90, 3: 20}[axes], axes))
    algorithm = str(rng.choice(["RICE_1", "RICE_1", "GZIP_1", "GZIP_2", "PLIO_1", "HCOMPRESS_1"]))
    kind = "mask" if algorithm == "PLIO_1" else str(rng.choice(["u1", "i2", "u2", "i4", "f4", "f8"]))
    tile = tuple(int(rng.integers(4 if algorithm == "HCOMPRESS_1" else 1, n + 1)) for n in shape)
    if algorithm == "HCOMPRESS_1":
        if axes != 2: continue
        if any(0 < n % t < 4 for n, t in zip(shape, tile)): continue
    pixels = image(kind, shape)
    floats = pixels.dtype.kind == "f"
    lossless = not floats
    fpack = rng.random() < 0.5
    try:
        if fpack:
            fits.PrimaryHDU(pixels).writeto(name + ".fits")
            flags = {"RICE_1": ["-r"], "GZIP_1": ["-g1"], "GZIP_2": ["-g2"], "PLIO_1": ["-p"],
                     "HCOMPRESS_1": ["-h"]}[algorithm]
            if rng.random() < 0.2: flags.append("-w")
            else: flags += ["-t", ",".join(str(n) for n in tile[::-1])]
            if floats:
                if algorithm.startswith("GZIP") and rng.random() < 0.5:
                    flags += ["-q", "0"]
                    lossless = True
                else:
                    way = str(rng.choice(["-q", "-q0", "-qz"]))
                    if way == "-q0": flags += ["-q0", str(rng.choice([2, 4, 16]))]
                    else: flags += ["%s%d" % (way, rng.integers(1, 10001)), str(rng.choice([1, 4, 16]))]
            if algorithm == "HCOMPRESS_1" and not floats and rng.random() < 0.4:
                flags += ["-s", str(rng.choice([1, 4, -8]))]
                lossless = False
            how = " ".join(flags)
            packed = name + ".fits.fz"
            if subprocess.run(["fpack"] + flags + [name + ".fits"], capture_output=True).returncode != 0: continue
        else:
            options = dict(compression_type=algorithm, tile_size=tile[::-1])
            if floats:
                options["quantize_level"] = float(rng.choice([1, 4, 16, -0.01]))
                options["quantize_method"] = int(rng.choice([-1, 1, 2]))
                options["dither_seed"] = int(rng.integers(1, 10001))
                if algorithm.startswith("GZIP") and rng.random() < 0.4:
                    options["quantize_level"] = 0.0
                    lossless = True
            if algorithm == "HCOMPRESS_1" and not floats and rng.random() < 0.5:
                options["hcomp_scale"] = float(rng.choice([1, 4, 9]))
                options["hcomp_smooth"] = int(rng.integers(0, 2))
                lossless = False
            how = str(options)
            packed = name + "a.fits"
            hdu = fits.CompImageHDU(pixels, uint=True, **options)
            fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(packed)
        with fits.open(packed, do_not_scale_image_data=True) as file:
            stored = np.array(file[1].data)
        with fits.open(packed, disable_image_compression=True) as file:
            marked = "ZBLANK" in file[1].header or "ZBLANK" in file[1].columns.names
    except Exception:
        continue
    if lossless:
        stored = (pixels.astype("i4") - 32768).astype("i2") if kind == "u2" else pixels
    elif floats and marked:
        stored = np.where(np.isnan(pixels), np.nan, stored).astype(pixels.dtype)
    stored.astype(stored.dtype.newbyteorder(">")).tofile(name + ".raw")
    made.append({"packed": packed, "raw": name + ".raw", "shape": shape[::-1], "how": kind + " " + how})
print(json.dumps(made))
`;

/** Stored pixels, big-endian, every NaN the same one. */
function bytesOf({ pixels }: Image): Uint8Array {
  const bytes = new Uint8Array(pixels.buffer.slice(0) as ArrayBuffer);
  canonical(bytes, pixels.BYTES_PER_ELEMENT, pixels);
  return swapBytes(bytes, pixels.BYTES_PER_ELEMENT as ElementSize);
}

function canonical(bytes: Uint8Array, size: number, pixels: Image["pixels"]): void {
  if (!(pixels instanceof Float32Array || pixels instanceof Float64Array)) return;
  const view = new DataView(bytes.buffer);
  pixels.forEach((value, i) => {
    if (!Number.isNaN(value)) return;
    if (size === 4) view.setUint32(i * 4, 0x7fc00000, true);
    else view.setBigUint64(i * 8, 0x7ff8000000000000n, true);
  });
}

/** The expected pixels with the same NaN. */
function expectedOf(raw: Uint8Array<ArrayBuffer>, like: Image["pixels"]): Uint8Array {
  const size = like.BYTES_PER_ELEMENT as ElementSize;
  const native = swapBytes(raw.slice(), size);
  if (like instanceof Float32Array) canonical(native, size, new Float32Array(native.buffer));
  if (like instanceof Float64Array) canonical(native, size, new Float64Array(native.buffer));
  return swapBytes(native, size);
}

Deno.test("200 random images of astropy and fpack are read value by value", async () => {
  await using folder = await temporaryFolder();
  const rounds = fuzzRounds(200, 2000);
  const seed = 14_100;
  const made: { packed: string; raw: string; shape: number[]; how: string }[] = JSON.parse(
    await python(MAKE, "", [folder.path, `${rounds}`, `${seed}`]),
  );
  assertEquals(made.length, rounds);
  const wrong: string[] = [];
  for (const { packed, raw, shape, how } of made) {
    await using file = await openFits(packed);
    const what = `seed ${seed}, ${packed.split("/").at(-1)}: ${how}, ${shape}`;
    try {
      const image = await file.image({ physical: false });
      assertEquals(image.shape, shape);
      const expected = expectedOf(await Deno.readFile(raw), image.pixels);
      const found = bytesOf(image);
      assertEquals(found.length, expected.length);
      const at = found.findIndex((byte, i) => byte !== expected[i]);
      if (at >= 0) wrong.push(`${what}: pixel ${Math.floor(at / image.pixels.BYTES_PER_ELEMENT)}`);
    } catch (error) {
      wrong.push(`${what}: ${error instanceof Error ? error.message : error}`);
    }
  }
  assertEquals(wrong, []);
});
