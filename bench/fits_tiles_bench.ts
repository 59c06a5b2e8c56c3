/**
 * Tile-compressed images beside astropy (Debian: python3-astropy): whole images of 4096 x 4096
 * by every algorithm, with new memory and with the caller's, random stamps, and a small section
 * of a file that is open.
 */

import { type Hdu, type Image, openFits, type PixelArrays } from "../fits/mod.ts";
import { decodeRice, loadRiceDecoder } from "../fits/tiles/codecs/rice.ts";
import { compare, printTable, seconds } from "./compare.ts";
import { Peer } from "./peer.ts";

const folder = new URL("../out/bench/", import.meta.url).pathname;
const SIZE = 4096;
const MEGAPIXELS = SIZE * SIZE / 1e6;

/** Makes the files, and times each statement that a line of standard input has. */
const ASTROPY = `
import sys, time, warnings
import numpy as np
from astropy.io import fits
from astropy.io.fits.compression import decompress_hdu
warnings.simplefilter("ignore")
folder, n = ${JSON.stringify(folder)}, ${SIZE}
rng = np.random.default_rng(5)
y, x = np.mgrid[0:n, 0:n]
image = 1000 + 300 * np.sin(x / 500) * np.cos(y / 700) + rng.normal(0, 12, (n, n))
def make(name, array, algorithm, **options):
    hdu = fits.CompImageHDU(array, compression_type=algorithm, **options)
    fits.HDUList([fits.PrimaryHDU(), hdu]).writeto(folder + name, overwrite=True)
make("rice16.fits", image.astype("i2"), "RICE_1")
make("rice32.fits", image.astype("i4"), "RICE_1")
make("dither.fits", image.astype("f4"), "RICE_1", quantize_method=1, dither_seed=1, quantize_level=16)
make("gzip1.fits", image.astype("i2"), "GZIP_1")
make("gzip2.fits", image.astype("i2"), "GZIP_2")
mask = np.zeros((n, n), "i2")
for _ in range(4000):
    at = rng.integers(0, n - 64, 2)
    size = rng.integers(1, 64, 2)
    mask[at[0]:at[0] + size[0], at[1]:at[1] + size[1]] = rng.integers(1, 200)
make("plio.fits", mask, "PLIO_1")
make("hcompress.fits", image.astype("i2"), "HCOMPRESS_1", tile_size=(n, 16))
make("stamps.fits", image[:4000, :4000].astype("i2"), "RICE_1", tile_size=(1000, 1000))
places = rng.integers(0, 4000 - 32, (1000, 2))
places.astype("<i4").tofile(folder + "places.bin")
def read(name):
    with fits.open(folder + name) as f: return f[1].data
opened = {}
def decode(name):
    # The C code alone, on a table that has been read.
    if name not in opened:
        f = fits.open(folder + name, memmap=False)
        f[1].compressed_data
        opened[name] = f
    return decompress_hdu(opened[name][1])
def stamps(count):
    total = 0
    for px, py in places[:count]:
        with fits.open(folder + "stamps.fits") as f: total += int(f[1].data[py:py + 32, px:px + 32].sum())
    return total
kept = fits.open(folder + "stamps.fits")
def kept_stamps():
    data = kept[1].data
    return sum(int(data[py:py + 32, px:px + 32].sum()) for px, py in places)
print("ready", flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    eval(line)
    print(time.perf_counter() - start, flush=True)
`;

await Deno.mkdir(folder, { recursive: true });
await using astropy = new Peer("/usr/bin/python3", ["-c", ASTROPY]);
await astropy.line();

const rate = (time: number) => MEGAPIXELS / time;

async function readNew(name: string): Promise<number> {
  return await seconds(async () => {
    await using file = await openFits(folder + name);
    await file.image();
  });
}

/** A statement of the peer as a rate. */
function peerRate(name: string, statement: string) {
  return { name, run: async () => rate(await astropy.ask(statement)) };
}

/** Compressed rows as they lie in the heap. */
async function rowsOf(name: string): Promise<Uint8Array[]> {
  await using file = await openFits(folder + name);
  const table = await file.openTable({ hdu: 1, stored: true });
  const { values } = await table.column("COMPRESSED_DATA");
  return values as Uint8Array[];
}

await loadRiceDecoder();
for (
  const [name, constructor, bytePix] of [
    ["rice16.fits", Int16Array, 2],
    ["rice32.fits", Int32Array, 4],
  ] as const
) {
  const rows = await rowsOf(name);
  const target = new constructor(SIZE * SIZE);
  const into = new constructor(SIZE * SIZE);
  const decodeAll = () => {
    for (const [row, bytes] of rows.entries()) {
      const place = target.subarray(row * SIZE, (row + 1) * SIZE);
      decodeRice(bytes, { blockSize: 32, bytePix }, place);
    }
  };
  printTable(
    `RICE_1, int${bytePix * 8}, 4096 x 4096, a tile a row`,
    "Mpx/s",
    await compare([
      { name: "heliograph, the decoder alone", run: async () => rate(await seconds(decodeAll)) },
      {
        name: "heliograph, image() into memory of the caller",
        run: async () => {
          await using file = await openFits(folder + name);
          return rate(await seconds(() => file.image({ into })));
        },
      },
      {
        name: "heliograph, image() with new memory",
        run: async () => rate(await readNew(name)),
      },
      peerRate("astropy, the C code on a table in memory", `decode("${name}")`),
      peerRate("astropy, open and read", `read("${name}")`),
    ], 9),
  );
}

for (
  const [title, name] of [
    ["RICE_1, float32 quantised with SUBTRACTIVE_DITHER_1", "dither.fits"],
    ["GZIP_1, int16", "gzip1.fits"],
    ["GZIP_2, int16", "gzip2.fits"],
    ["PLIO_1, int16", "plio.fits"],
    ["HCOMPRESS_1, int16, tiles of 16 rows", "hcompress.fits"],
  ] as const
) {
  let into: PixelArrays["int16" | "float32"] | undefined;
  printTable(
    `${title}, 4096 x 4096`,
    "Mpx/s",
    await compare([
      {
        name: "heliograph, image() into memory of the caller",
        run: async () => {
          await using file = await openFits(folder + name);
          const options = into === undefined ? {} : { into };
          let image: Image | undefined;
          const time = await seconds(async () => image = await file.image(options));
          into = image!.pixels as PixelArrays["int16"];
          return rate(time);
        },
      },
      {
        name: "heliograph, image() with new memory",
        run: async () => rate(await readNew(name)),
      },
      peerRate("astropy, the C code on a table in memory", `decode("${name}")`),
      peerRate("astropy, open and read", `read("${name}")`),
    ]),
  );
}

const bytes = await Deno.readFile(folder + "places.bin");
const places = new Int32Array(bytes.buffer);

async function stamps(hdu: Hdu): Promise<void> {
  for (let i = 0; i < places.length; i += 2) {
    const [x, y] = [places[i]!, places[i + 1]!];
    await hdu.image({ section: [[x, x + 32], [y, y + 32]] });
  }
}

printTable(
  "1,000 random stamps of 32 x 32 from RICE_1 with tiles of 1000 x 1000, 4000 x 4000",
  "s",
  await compare([
    {
      name: "heliograph, opened once, cache of 64 MiB",
      run: () =>
        seconds(async () => {
          await using file = await openFits(folder + "stamps.fits");
          await stamps(await file.hdu(1));
        }),
    },
    astropy.contender("astropy, opened once, the whole image kept", "kept_stamps()"),
    {
      name: "astropy, opened for each stamp (4 of them x 250)",
      run: async () => 250 * await astropy.ask("stamps(4)"),
    },
  ], 3),
);

await using warm = await openFits(folder + "rice16.fits");
const hdu = await warm.hdu(1);
let at = 0;
printTable(
  "A section of 100 x 100 of an open file, RICE_1, a tile a row",
  "s",
  await compare([
    {
      name: "heliograph, rows that are not in the cache",
      run: () => seconds(() => hdu.image({ section: [[1000, 1100], [at, at += 100]] })),
    },
    {
      name: "heliograph, rows that are",
      run: () => seconds(() => hdu.image({ section: [[2000, 2100], [0, 100]] })),
    },
    astropy.contender("astropy, open and read", `read("rice16.fits")[:100, :100]`),
  ], 9),
);
for (const entry of Deno.readDirSync(folder)) {
  if (/^(rice|dither|gzip|plio|hcompress|stamps|places)/.test(entry.name)) {
    await Deno.remove(folder + entry.name);
  }
}
