/**
 * Pictures by whole commands, from the start of a program to the PNG file: a tile-compressed
 * image beside astropy (Debian: python3-astropy) with block averages, and a plain image of 1 GiB
 * with the most memory that was used.
 */

import { COMMANDS } from "../cli.ts";
import { runCommandLine } from "../commands/program/run.ts";
import { compressImage } from "../fits/compress/mod.ts";
import { Header, writeFits } from "../fits/mod.ts";
import { compare, printTable, seconds } from "./compare.ts";

const folder = new URL("../out/bench/", import.meta.url).pathname;
const cli = new URL("../cli.ts", import.meta.url).pathname;
const SIZE = 4096;
const BIG = 16_384;

/** Reads, averages blocks of 8 x 8, cuts at two percentiles, writes a PNG with zlib. */
const ASTROPY = `
import struct, sys, zlib
import numpy as np
from astropy.io import fits
with fits.open(sys.argv[1]) as f:
    data = next(hdu.data for hdu in f if hdu.data is not None)
n = data.shape[0] // 512
small = data.reshape(512, n, 512, n).mean(axis=(1, 3), dtype="f8")
low, high = np.percentile(small, (0.25, 99.75))
grey = (np.clip((small - low) / (high - low), 0, 1) * 255).astype("u1")[::-1]
rows = np.concatenate((np.zeros((512, 1), "u1"), grey), axis=1).tobytes()
def chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
with open(sys.argv[2], "wb") as out:
    out.write(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 512, 512, 8, 0, 0, 0, 0))
              + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
`;

if (Deno.args[0] === "memory") await measureMemory(Deno.args.slice(1));
else await main();

/** Runs a command in this program, and prints its most memory in MiB. */
async function measureMemory(args: string[]): Promise<void> {
  await runCommandLine("heliograph", COMMANDS, args);
  const status = await Deno.readTextFile("/proc/self/status");
  console.error(Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1024);
}

async function peakMemory(args: readonly string[]): Promise<number> {
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "-A", new URL(import.meta.url).pathname, "memory", ...args],
    stdout: "null",
    stderr: "piped",
  }).output();
  return Number(new TextDecoder().decode(stderr).trim().split("\n").at(-1));
}

function command(name: string, args: readonly string[]) {
  return {
    name,
    run: () =>
      seconds(async () => {
        const { success } = await new Deno.Command(args[0]!, {
          args: args.slice(1),
          stdout: "null",
          stderr: "null",
        }).output();
        if (!success) throw new Error(`${args.join(" ")} failed`);
      }),
  };
}

function ours(name: string, args: readonly string[]) {
  return command(name, [Deno.execPath(), "run", "--no-check", "-A", cli, ...args]);
}

async function prepare(): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const pixels = new Int16Array(SIZE * SIZE);
  for (let i = 0; i < pixels.length; i++) {
    const noise = Math.random() + Math.random() + Math.random() - 1.5;
    pixels[i] = 1000 + 300 * Math.sin(i % SIZE / 500) + 24 * noise;
  }
  await writeFits(`${folder}picture.fits.fz`, [
    await compressImage({ pixels, shape: [SIZE, SIZE] }),
  ]);
  const header = new Header().set("SIMPLE", true).set("BITPIX", -32).set("NAXIS", 2)
    .set("NAXIS1", BIG).set("NAXIS2", BIG);
  const row = new Uint8Array(BIG * 4);
  const view = new DataView(row.buffer);
  for (let x = 0; x < BIG; x++) view.setFloat32(4 * x, 100 + Math.sin(x / 900) * 50);
  using file = await Deno.open(`${folder}big.fits`, { write: true, create: true, truncate: true });
  const writer = file.writable.getWriter();
  await writer.write(header.toBytes());
  for (let y = 0; y < BIG; y++) await writer.write(row);
  await writer.write(new Uint8Array((2880 - BIG * BIG * 4 % 2880) % 2880));
  writer.releaseLock();
}

async function main(): Promise<void> {
  await prepare();
  const [small, big] = [`${folder}picture.fits.fz`, `${folder}big.fits`];
  const png = `${folder}picture.png`;
  const view = ["fits", "view", small, "--size", "512", "-o", png, "--clobber"];
  printTable(
    "4096 x 4096 int16, Rice, to a PNG of 512 x 512, the whole command",
    "s",
    await compare([
      ours("heliograph fits view", view),
      command("astropy, averages of blocks", [
        ...["/usr/bin/python3", "-c", ASTROPY, small, png],
      ]),
      ours("heliograph fits view --help", ["fits", "view", "--help"]),
    ], 7),
  );
  const viewBig = ["fits", "view", big, "--size", "512", "-o", png, "--clobber"];
  const statistics = ["fits", "image", big];
  printTable(
    "16384 x 16384 float32 (1 GiB), whole commands",
    "s",
    await compare([
      ours("heliograph fits view --size 512", viewBig),
      ours("heliograph fits image", statistics),
      command("astropy, averages of blocks, no statistics", [
        ...["/usr/bin/python3", "-c", ASTROPY, big, png],
      ]),
    ], 3),
  );
  printTable(
    "16384 x 16384 float32 (1 GiB), the most memory",
    "MiB",
    await compare([
      { name: "heliograph fits view --size 512", run: () => peakMemory(viewBig) },
      { name: "heliograph fits image", run: () => peakMemory(statistics) },
    ], 3),
  );
  for (const name of ["picture.fits.fz", "big.fits", "picture.png"]) {
    await Deno.remove(folder + name);
  }
}
