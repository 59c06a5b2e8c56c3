/**
 * Parts of FITS files on a server that answers 50 ms later than it could: requests, bytes and
 * seconds beside astropy with fsspec (Debian: python3-astropy python3-fsspec python3-aiohttp),
 * and beside a reader of blocks of 1 MiB in sequence, computed.
 */

import {
  compressImage,
  encodeFits,
  type FitsFile,
  type HduInput,
  type ImageInput,
  openFits,
  tableHdu,
} from "../fits/mod.ts";
import { printNote } from "./compare.ts";
import { blocksOf, DelayedFiles, noisy } from "./delayed_files.ts";
import { Peer } from "./peer.ts";

const DELAY_MS = 50;
const SIDE = 4096;

const ASTROPY = `
import sys, time, warnings
warnings.simplefilter("ignore")
from astropy.io import fits
from astropy import config
def walk(f): return len(f)
def last(f): return f["IMAGE20"].header["BITPIX"]
def section(f): return f[0].section[2000:2100, 2000:2100].sum()
def tiles(f):
    # astropy 5.2 knows no section of a compressed image.
    return f[1].data[2000:2100, 2000:2100].sum()
def rows(f): return f[1].data["X"][:1000].sum()
def plane(f): return f[0].section[10].sum()
print("ready", flush=True)
for line in sys.stdin:
    name, url = line.split()
    start = time.perf_counter()
    with fits.open(url, use_fsspec=True, fsspec_kwargs={"block_size": 1 << 20}) as f:
        globals()[name](f)
    print(time.perf_counter() - start, flush=True)
`;

function images(count: number, bytes: number): ImageInput[] {
  const pixels = new Uint8Array(bytes - 2880);
  return Array.from({ length: count }, (_, i) => {
    return { pixels, shape: [pixels.length], name: `IMAGE${i}` };
  });
}

const image = { pixels: noisy(SIDE * SIDE), shape: [SIDE, SIDE] };
const section = (file: FitsFile) => file.image({ section: "2001:2100,2001:2100" });
const cube = { pixels: new Float32Array(1000 * 1000 * 40), shape: [1000, 1000, 40] };
const table = tableHdu({
  columns: [
    { name: "X", values: new Int32Array(500_000) },
    { name: "REST", values: new Uint8Array(96 * 500_000), shape: [96] },
  ],
});

type Case = readonly [
  name: string,
  astropy: string,
  hdus: readonly (ImageInput | HduInput)[],
  read: (file: FitsFile) => Promise<unknown>,
];

const walk = (file: FitsFile) => Array.fromAsync(file.hdus);
const CASES: readonly Case[] = [
  ["walk, 21 HDUs of 1 MB", "walk", images(21, 1_000_800), walk],
  ["walk, 101 HDUs of 26 kB", "walk", images(101, 25_920), walk],
  ["the last of 21 by name", "last", images(21, 1_000_800), (file) => file.hdu("IMAGE20")],
  ["100 x 100, plain", "section", [image], section],
  ["100 x 100, Rice, rows", "tiles", [await compressImage(image)], section],
  ["100 x 100, Rice, 256 x 256", "tiles", [
    await compressImage(image, { tile: [256, 256] }),
  ], section],
  [
    "1000 rows of a table",
    "rows",
    [table],
    (file) => file.table({ columns: ["X"], rows: "1:1000" }),
  ],
  ["a plane of a cube", "plane", [cube], (file) => file.image({ section: "*,*,11" })],
];

const kb = (bytes: number) => `${Math.round(bytes / 1000)} kB`;
await using server = new DelayedFiles(DELAY_MS);
await using astropy = new Peer("/usr/bin/python3", ["-c", ASTROPY]);
await astropy.line();
printNote("| work | ours | 1 MiB blocks | astropy with fsspec |\n| --- | --- | --- | --- |");
for (const [i, [name, order, hdus, read]] of CASES.entries()) {
  const path = `/${i}.fits`;
  server.files.set(path, await encodeFits(hdus));
  const url = server.urlOf(path);
  server.take();
  const start = performance.now();
  let trips: number;
  {
    await using file = await openFits(url);
    await read(file);
    trips = file.report!.roundTrips;
  }
  const seconds = (performance.now() - start) / 1000;
  const ours = server.take();
  const blocks = blocksOf(ours, server.files.get(path)!.length);
  const theirs = await astropy.ask(`${order} ${url}`);
  const peer = server.take();
  printNote(
    `| ${name} | ${ours.requests} requests, ${kb(ours.bytes)}, ${trips} trips, ` +
      `${seconds.toFixed(2)} s | ${blocks.count} requests, ${kb(blocks.bytes)} | ` +
      `${peer.requests} requests, ${kb(peer.bytes)}, ${theirs.toFixed(2)} s |`,
  );
  server.files.delete(path);
}
