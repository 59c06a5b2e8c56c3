/**
 * A hundred readings of parts of files on servers, plain and compressed by every algorithm, tables
 * and cubes, from a web server and from an object store, at 50 and at 200 ms an answer: how many
 * bytes came, as the servers counted, beside the next best of astropy with fsspec (Debian:
 * python3-astropy python3-fsspec python3-aiohttp) and a reader of blocks of 1 MiB, computed.
 *
 * Debian has no fsspec for S3: its reader of files is the same there, so that the peer's bytes are
 * those from the web server. What astropy 5.2 cannot read (compressed
 * tables, NOCOMPRESS) is the block
 * reader's alone.
 */

import { compressImage, compressTable } from "../fits/compress/mod.ts";
import {
  encodeFits,
  type FitsFile,
  type HduInput,
  type ImageInput,
  openFits,
  tableHdu,
} from "../fits/mod.ts";
import { serveObjects } from "../tests/support/http/object_store.ts";
import { printNote } from "./compare.ts";
import { blocksOf, DelayedFiles, noisy } from "./delayed_files.ts";
import { Peer } from "./peer.ts";

const DELAYS = [50, 200];
const SIDE = 2048;
const SHAPE = [SIDE, SIDE];
const ROWS = 100_000;

const ASTROPY = `
import sys, warnings
warnings.simplefilter("ignore")
from astropy.io import fits
print("ready", flush=True)
for line in sys.stdin:
    expression, url = line.rsplit(None, 1)
    with fits.open(url, use_fsspec=True, fsspec_kwargs={"block_size": 1 << 20}) as f:
        eval(expression)
    print(0, flush=True)
`;

interface Case {
  readonly name: string;
  /** What astropy does with the open file `f`; undefined where it cannot. */
  readonly astropy: string | undefined;
  readonly hdus: readonly (ImageInput | HduInput)[];
  read(file: FitsFile): Promise<unknown>;
}

const AROUND = "1001:1100,1001:1100";
const around = (file: FitsFile) => file.image({ section: AROUND });
const pixels = noisy(SIDE * SIDE);
const floats = Float32Array.from(pixels, (pixel) => pixel + 0.25);
const mask = Int16Array.from(pixels, (_, i) => (i % SIDE) % 300 < 150 ? 1 : 0);

function plain(name: string, values: ImageInput["pixels"]): Case {
  const astropy = "f[0].section[1000:1100, 1000:1100]";
  return { name, astropy, hdus: [{ pixels: values, shape: SHAPE }], read: around };
}

async function packed(
  name: string,
  values: ImageInput["pixels"],
  options: Parameters<typeof compressImage>[1],
): Promise<Case> {
  const hdu = await compressImage({ pixels: values, shape: SHAPE }, options);
  return { name, astropy: "f[1].data[1000:1100, 1000:1100]", hdus: [hdu], read: around };
}

function images(count: number): ImageInput[] {
  const empty = new Uint8Array(1_000_000);
  return Array.from({ length: count }, (_, i) => {
    return { pixels: empty, shape: [1000, 1000], name: `IMAGE${i}` };
  });
}

const bytesOf = (rowBytes: number) => ({
  ...{ name: "REST", values: new Uint8Array(rowBytes * ROWS), shape: [rowBytes] },
});
const numbers = { name: "X", values: Int32Array.from({ length: ROWS }, (_, i) => i) };
const spectra = {
  name: "SPECTRUM",
  values: Array.from({ length: 20_000 }, (_, i) => new Float32Array(80 + i % 40)),
};
const cube = { pixels: new Float32Array(512 * 512 * 40), shape: [512, 512, 40] };
const column = (name: string, rows: string) => (file: FitsFile) =>
  file.table({ columns: [name], rows });

const CASES: readonly Case[] = [
  plain("uint8", Uint8Array.from(pixels)),
  plain("int16", pixels),
  plain("int32", Int32Array.from(pixels)),
  plain("float32", floats),
  plain("float64", Float64Array.from(pixels)),
  {
    name: "every 16th pixel",
    astropy: "f[0].section[0:2048:16, 0:2048:16]",
    hdus: [{ pixels, shape: SHAPE }],
    read: (file) => file.image({ section: "*:16,*:16" }),
  },
  {
    name: "walk over 11 HDUs",
    astropy: "len(f)",
    hdus: images(11),
    read: (file) => Array.fromAsync(file.hdus),
  },
  {
    name: "the last of 11 by name",
    astropy: "f['IMAGE10'].section[100:200, 100:200]",
    hdus: images(11),
    read: (file) => file.image({ hdu: "IMAGE10", section: "101:200,101:200" }),
  },
  await packed("Rice, rows", pixels, { algorithm: "rice" }),
  await packed("Rice, 256 x 256", pixels, { algorithm: "rice", tile: [256, 256] }),
  await packed("GZIP 1, rows", pixels, { algorithm: "gzip1" }),
  await packed("GZIP 2, 128 x 128", pixels, { algorithm: "gzip2", tile: [128, 128] }),
  await packed("HCOMPRESS, 256 x 256", pixels, { algorithm: "hcompress", tile: [256, 256] }),
  await packed("PLIO, rows", mask, { algorithm: "plio" }),
  await packed("Rice of floats, rows", floats, { algorithm: "rice" }),
  await packed("GZIP 2 of floats without loss", floats, { algorithm: "gzip2", quantize: 0 }),
  {
    ...await packed("not compressed, in tiles", pixels, { algorithm: "none", tile: [256, 256] }),
    astropy: undefined,
  },
  {
    name: "1000 rows of a column",
    astropy: "f[1].data['X'][50000:51000]",
    hdus: [tableHdu({ columns: [numbers, bytesOf(96)] })],
    read: column("X", "50001:51000"),
  },
  {
    name: "a column of rows of 2 kB",
    astropy: "f[1].data['X'][5000:5100]",
    hdus: [
      tableHdu({
        columns: [
          { name: "X", values: new Int32Array(10_000) },
          { name: "REST", values: new Uint8Array(2000 * 10_000), shape: [2000] },
        ],
      }),
    ],
    read: column("X", "5001:5100"),
  },
  {
    name: "a column of rows of 400 kB",
    astropy: "f[1].data['X'][10:20]",
    hdus: [
      tableHdu({
        columns: [
          { name: "X", values: new Int32Array(50) },
          { name: "REST", values: new Uint8Array(400_000 * 50), shape: [400_000] },
        ],
      }),
    ],
    read: column("X", "11:20"),
  },
  {
    name: "arrays of 100 rows",
    astropy: "f[1].data['SPECTRUM'][10000:10100]",
    hdus: [tableHdu({ columns: [spectra] })],
    read: column("SPECTRUM", "10001:10100"),
  },
  {
    name: "a compressed table",
    astropy: undefined,
    hdus: [
      await compressTable({
        columns: [numbers, { name: "Y", values: new Float64Array(ROWS).map((_, i) => i / 7) }],
      }),
    ],
    read: column("X", "50001:50100"),
  },
  {
    name: "a plane of a cube",
    astropy: "f[0].section[10]",
    hdus: [cube],
    read: (file) => file.image({ section: "*,*,11" }),
  },
  {
    name: "a part of a plane",
    astropy: "f[0].section[10, 200:264, 200:264]",
    hdus: [cube],
    read: (file) => file.image({ section: "201:264,201:264,11" }),
  },
  {
    name: "a part of a Rice cube",
    astropy: "f[1].data[10, 200:264, 200:264]",
    hdus: [
      await compressImage({ pixels: noisy(512 * 512 * 20), shape: [512, 512, 20] }, {
        tile: [64, 64, 1],
      }),
    ],
    read: (file) => file.image({ section: "201:264,201:264,11" }),
  },
];

/** One reading; what the report says must be what the server counted. */
async function reading(
  files: DelayedFiles,
  url: string,
  read: Case["read"],
  options: Parameters<typeof openFits>[1],
): Promise<{ bytes: number; requests: number; trips: number; size: number } & Asked> {
  files.take();
  await using file = await openFits(url, options);
  await read(file);
  const { requests, bytes, roundTrips: trips } = file.report!;
  const asked = files.take();
  if (requests !== asked.requests || bytes !== asked.bytes) {
    throw new Error(`${url}: the report says ${requests} and ${bytes}, found ${asked.bytes}`);
  }
  return { ...asked, trips, size: file.source.size! };
}

type Asked = ReturnType<DelayedFiles["take"]>;

await using server = new DelayedFiles(0);
const counted: { requests: number; ranges: [number, number][] } = { requests: 0, ranges: [] };
await using store = await serveObjects({
  instead: async ({ fields, path }) => {
    await new Promise((resolve) => setTimeout(resolve, server.delay));
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(fields.get("range") ?? "") ?? [];
    const { length } = store.objects.get(path.slice(1))!.bytes;
    counted.requests++;
    counted.ranges.push([Number(from ?? 0), Math.min(Number(to ?? length), length - 1)]);
    return undefined;
  },
});
/** What the store has been asked for, in the form of the other server. */
const asObjects = {
  take(): Asked {
    const { requests, ranges } = counted;
    counted.requests = 0;
    counted.ranges = [];
    return { requests, ranges, bytes: ranges.reduce((sum, [a, b]) => sum + b + 1 - a, 0) };
  },
} as DelayedFiles;

await using astropy = new Peer("/usr/bin/python3", ["-c", ASTROPY]);
await astropy.line();
const kb = (bytes: number) => `${Math.round(bytes / 1000)} kB`;
const shares: number[] = [];
printNote(
  "| reading | ms | ours, HTTP | ours, S3 | next best | share |\n| - | - | - | - | - | - |",
);
for (const [i, { name, astropy: order, hdus, read }] of CASES.entries()) {
  const bytes = await encodeFits(hdus);
  for (const delay of DELAYS) {
    const path = `/${i}-${delay}.fits`;
    server.delay = delay;
    server.files.set(path, bytes);
    store.put(`bench${path}`, bytes);
    const http = await reading(server, server.urlOf(path), read, {});
    const s3 = await reading(asObjects, `s3://bench${path}`, read, { s3: store.s3 });
    let next: [who: string, bytes: number] = ["blocks", blocksOf(http, http.size).bytes];
    if (order !== undefined) {
      server.take();
      await astropy.ask(`${order} ${server.urlOf(path)}`);
      const peer = server.take();
      if (peer.bytes < next[1]) next = ["astropy", peer.bytes];
    }
    shares.push(http.bytes / next[1], s3.bytes / next[1]);
    const cell = ({ requests, bytes, trips }: typeof http) =>
      `${requests} requests, ${kb(bytes)}, ${trips} trips`;
    printNote(
      `| ${name} | ${delay} | ${cell(http)} | ${cell(s3)} | ${next[0]}, ${kb(next[1])} | ` +
        `${shares.at(-2)!.toFixed(2)}, ${shares.at(-1)!.toFixed(2)} |`,
    );
    server.files.delete(path);
    store.objects.delete(`bench${path}`);
  }
}
shares.sort((a, b) => a - b);
const middle = (shares[shares.length / 2 - 1]! + shares[shares.length / 2]!) / 2;
printNote(
  `\nOf ${shares.length} readings the middle one takes ${middle.toFixed(3)} of the bytes of the ` +
    `next best, the least ${shares[0]!.toFixed(3)}, the most ${shares.at(-1)!.toFixed(3)}`,
);
