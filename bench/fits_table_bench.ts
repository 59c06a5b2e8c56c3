/**
 * Binary tables beside astropy (Debian: python3-astropy): one column of a million
 * rows by 20 columns, a slice of rows, all columns, and writing the table.
 */

import { encodeFits, openFits, tableHdu, writeFits } from "../fits/mod.ts";
import { compare, printTable, seconds } from "./compare.ts";
import { Peer } from "./peer.ts";

const ROWS = 1_000_000;
const folder = new URL("../out/bench/", import.meta.url).pathname;
const path = `${folder}table.fits`;

/** 20 columns: float32, float64, int32 and int16 in turn, 90 bytes a row. */
function columns() {
  return Array.from({ length: 20 }, (_, column) => {
    const arrays = [Float32Array, Float64Array, Int32Array, Int16Array] as const;
    const values = new arrays[column % 4]!(ROWS);
    for (let row = 0; row < ROWS; row++) values[row] = (row * (column + 1)) % 30_011;
    return { name: `C${column}`, values };
  });
}

/** Times each statement that a line of standard input has. */
const ASTROPY = `
import sys, time
import numpy as np
from astropy.io import fits
path, other = ${JSON.stringify(path)}, ${JSON.stringify(folder + "astropy.fits")}
def native(a): return a.astype(a.dtype.newbyteorder("="))
def column(name, memmap):
    with fits.open(path, memmap=memmap) as f: return native(f[1].data[name])
def rows():
    with fits.open(path) as f:
        part = f[1].data[500000:501000]
        return [native(part.field(i)) for i in range(20)]
def everything():
    with fits.open(path) as f: return [native(f[1].data.field(i)) for i in range(20)]
with fits.open(path) as f: arrays = [native(f[1].data.field(i)) for i in range(20)]
def write():
    cols = [fits.Column("C%d" % i, "EDJI"[i % 4], array=a) for i, a in enumerate(arrays)]
    fits.BinTableHDU.from_columns(cols).writeto(other, overwrite=True)
for line in sys.stdin:
    start = time.perf_counter()
    eval(line)
    print(time.perf_counter() - start, flush=True)
`;

async function readColumn(name: string): Promise<void> {
  await using file = await openFits(path);
  await (await file.openTable()).column(name);
}

await Deno.mkdir(folder, { recursive: true });
const input = columns();
await Deno.writeFile(path, await encodeFits([tableHdu({ columns: input })]));
await using astropy = new Peer("/usr/bin/python3", ["-c", ASTROPY]);

for (const [type, name] of [["float32", "C4"], ["float64", "C5"], ["int16", "C7"]] as const) {
  printTable(
    `One ${type} column of 1,000,000 rows x 20 columns, to native order`,
    "s",
    await compare([
      { name: "heliograph", run: () => seconds(() => readColumn(name)) },
      astropy.contender("astropy, memmap=False", `column("${name}", False)`),
      astropy.contender("astropy, memory-mapped", `column("${name}", True)`),
    ], 15),
  );
}
printTable(
  "1,000 rows from the middle, all columns",
  "s",
  await compare([
    {
      name: "heliograph",
      run: () =>
        seconds(async () => {
          await using file = await openFits(path);
          await file.table({ rows: [500_000, 501_000] });
        }),
    },
    astropy.contender("astropy", "rows()"),
  ], 15),
);
printTable(
  "All 20 columns of 1,000,000 rows",
  "s",
  await compare([
    {
      name: "heliograph",
      run: () =>
        seconds(async () => {
          await using file = await openFits(path);
          await file.table();
        }),
    },
    astropy.contender("astropy", "everything()"),
  ]),
);
printTable(
  "Writing the table of 90 MB",
  "s",
  await compare([
    {
      name: "heliograph",
      run: () =>
        seconds(async () => {
          await writeFits(`${folder}ours.fits`, [tableHdu({ columns: input })]);
        }),
    },
    astropy.contender("astropy", "write()"),
  ]),
);
for (const name of ["table.fits", "ours.fits", "astropy.fits"]) await Deno.remove(folder + name);
