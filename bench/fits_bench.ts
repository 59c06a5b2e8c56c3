/**
 * Headers and images beside astropy (Debian: python3-astropy), warm cache: the walk over
 * 101 HDUs and over 10,000 empty ones, whole images of 4096 x 4096 pixels, a small section, and the memory that one takes.
 *
 * Half of the time of a large read goes into the first touch of new memory, page by page.
 * NumPy asks the system for large pages; Deno does not, but GLIBC_TUNABLES makes the C
 * library ask for it (glibc 2.35 and later): that is a row of its own.
 *
 * With the argument `memory NAME` it reads one image and prints the most memory it had;
 * with `answer` it reads the images that standard input names.
 */

import { linesOf } from "@std/streams";
import { encodeFits, Header, openFits, writeFits } from "../fits/mod.ts";
import { compare, printNote, printTable, seconds } from "./compare.ts";
import { Peer } from "./peer.ts";

const SIDE = 4096;
const EMPTY_HDUS = 10_000;
const folder = new URL("../out/bench/", import.meta.url).pathname;
const file = (name: string) => `${folder}${name}.fits`;

/** Writes the files that are read. */
async function prepare(): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  const shape = [SIDE, SIDE];
  const integers = new Int16Array(SIDE * SIDE).map((_, i) => i);
  const header = new Header();
  header.set("BSCALE", 0.5).set("BZERO", 100.5);
  await writeFits(file("int16"), [{ pixels: integers, shape }]);
  await writeFits(file("scaled"), [{ pixels: integers, shape, header, stored: true }]);
  await writeFits(file("float32"), [{ pixels: Float32Array.from(integers), shape }]);
  const many = Array.from({ length: 101 }, (_, index) => {
    const cards = new Header();
    for (let i = 0; i < 40; i++) cards.set(`KEY${i}`, i * 1.5, { comment: "a comment" });
    return { pixels: new Int16Array(100), shape: [10, 10], header: cards, name: `E${index}` };
  });
  await Deno.writeFile(file("many"), await encodeFits(many));
  const empty = { pixels: new Uint8Array(0), shape: [0] };
  const two = await encodeFits([empty, empty]);
  const extension = two.subarray(2880);
  using out = await Deno.open(file("empty"), { write: true, create: true, truncate: true });
  await out.write(two.subarray(0, 2880));
  for (let i = 1; i < EMPTY_HDUS; i++) await out.write(extension);
}

const ASTROPY = `
import sys, time
import numpy as np
from astropy.io import fits
folder = ${JSON.stringify(folder)}
def walk():
    with fits.open(folder + 'many.fits') as f: return len(f)
def empty():
    with fits.open(folder + 'empty.fits') as f: return len(f)
def whole(name, kind, memmap):
    with fits.open(folder + name + '.fits', memmap=memmap) as f: return f[0].data.astype(kind)
opened = fits.open(folder + 'int16.fits')
def section(): return opened[0].section[2000:2100, 2000:2100].astype('i2')
for line in sys.stdin:
    start = time.perf_counter()
    eval(line)
    print(time.perf_counter() - start, flush=True)
`;

/** Our own program with the C library's large pages, which NumPy asks for by itself. */
function withLargePages(): Peer {
  const args = ["run", "--allow-all", new URL(import.meta.url).pathname, "answer"];
  return new Peer(Deno.execPath(), args, { GLIBC_TUNABLES: "glibc.malloc.hugetlb=1" });
}

/** Reads the image that each line of standard input names, and prints the seconds. */
async function answer(): Promise<void> {
  for await (const name of linesOf(Deno.stdin.readable)) console.log(await whole(name));
}

function walk(name = "many", expected = 101): Promise<number> {
  return seconds(async () => {
    await using opened = await openFits(file(name));
    let count = 0;
    for await (const _ of opened.hdus) count++;
    if (count !== expected) throw new Error(`found ${count} HDUs`);
  });
}

function whole(
  name: string,
  options: { as?: "float32" | undefined; into?: Int16Array | Float32Array | undefined } = {},
): Promise<number> {
  return seconds(async () => {
    await using opened = await openFits(file(name));
    await opened.image(options as { into: Float32Array<ArrayBuffer> });
  });
}

/** The most memory that a program of its own had, in MiB. */
async function peakMemory(name: string): Promise<number> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", new URL(import.meta.url).pathname, "memory", name],
    stdout: "piped",
    stderr: "inherit",
  }).output();
  return Number(new TextDecoder().decode(stdout)) / 1024;
}

async function measureMemory(name: string): Promise<void> {
  await using opened = await openFits(file(name === "none" ? "many" : name));
  if (name !== "none") await opened.image();
  const status = await Deno.readTextFile("/proc/self/status");
  console.log(/VmHWM:\s+(\d+)/.exec(status)![1]);
}

async function main(): Promise<void> {
  await prepare();
  await using astropy = new Peer("/usr/bin/python3", ["-c", ASTROPY]);
  await using largePages = withLargePages();
  printTable(
    "Header walk over 101 HDUs",
    "s",
    await compare([
      { name: "heliograph", run: () => walk() },
      astropy.contender("astropy", "walk()"),
    ], 21),
  );
  printTable(
    `Header walk over ${EMPTY_HDUS} empty HDUs`,
    "s",
    await compare([
      { name: "heliograph", run: () => walk("empty", EMPTY_HDUS) },
      astropy.contender("astropy", "empty()"),
    ], 5),
  );
  for (
    const [name, kind, room] of [
      ["int16", "i2", new Int16Array(SIDE * SIDE)],
      ["float32", "f4", new Float32Array(SIDE * SIDE)],
    ] as const
  ) {
    printTable(
      `${SIDE} x ${SIDE} ${name} to a native array`,
      "s",
      await compare([
        { name: "heliograph", run: () => whole(name) },
        { name: "heliograph, into memory of the caller", run: () => whole(name, { into: room }) },
        largePages.contender("heliograph, large pages by GLIBC_TUNABLES", name),
        astropy.contender("astropy, memmap=False", `whole('${name}', '${kind}', False)`),
        astropy.contender("astropy, memory-mapped", `whole('${name}', '${kind}', True)`),
      ], 11),
    );
  }
  printTable(
    `${SIDE} x ${SIDE} int16 scaled to float32`,
    "s",
    await compare([
      { name: "heliograph", run: () => whole("scaled", { as: "float32" }) },
      astropy.contender("astropy, memmap=False", "whole('scaled', 'f4', False)"),
    ], 11),
  );
  await using opened = await openFits(file("int16"));
  printTable(
    "A section of 100 x 100 pixels",
    "s",
    await compare([
      {
        name: "heliograph",
        run: () => seconds(() => opened.image({ section: "2001:2100,2001:2100" })),
      },
      astropy.contender("astropy", "section()"),
    ], 51),
  );
  const base = await peakMemory("none");
  const used = await peakMemory("float32") - base;
  printNote(
    `\nPeak memory of reading float32 beyond that of reading headers: ${used.toFixed(0)} MiB; ` +
      `the file and the result are ${SIDE * SIDE * 4 / 2 ** 20} MiB each`,
  );
}

if (Deno.args[0] === "answer") await answer();
else if (Deno.args[0] === "memory") await measureMemory(Deno.args[1]!);
else await main();
