/**
 * The station and its viewer in Chromium (Debian: chromium), without a GPU: how soon pages are
 * there, how smoothly the picture moves, how soon tiles come, and what a large image takes. There
 * is no peer: the figures stand beside those that are wanted.
 */

import { compressImage } from "../fits/compress/mod.ts";
import { encodeFits, openFits } from "../fits/mod.ts";
import { openPage, type Page } from "../tests/support/chromium.ts";
import { ROOT, startDeno } from "../tests/support/program.ts";
import { temporaryFolder } from "../tests/support/temporary.ts";

const [SIDE, LARGE_SIDE] = [4_096, 16_384];
const TILES = 60;
const FILES = 100_000;
const PORTS = ["", "fitspipe-", "rpc-", "ws-"].flatMap((name) => [`--${name}port`, "0"]);
const SETTLED = "document.querySelector('.viewer[data-settled]') !== null";

const json = Deno.args.includes("--json");

function print(what: string, found: number, wanted: number, unit: string): void {
  const shown = found < 10 ? found.toFixed(1) : String(Math.round(found));
  if (json) console.log(JSON.stringify({ bench: "viewer", what, found, wanted, unit }));
  else console.log(`${what.padEnd(58)} ${shown.padStart(8)} ${unit}  (wanted ${wanted} at most)`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Noise around a slope, so that nothing is constant and Rice has something to do. */
function pixelsOf(side: number): Int16Array<ArrayBuffer> {
  let state = 1;
  return Int16Array.from({ length: side * side }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (i % side) / 8 + (state >>> 28);
  });
}

/** An image of 512 MiB, the same rows again and again. */
async function writeLarge(path: string): Promise<void> {
  const rows = 64;
  const [head] = [await encodeFits([{ pixels: pixelsOf(4), shape: [4, 4] }])];
  const text = new TextDecoder("latin1").decode(head.subarray(0, 2_880))
    .replace(/(NAXIS[12] {2}= ) {19}4/g, (_, start) => start + String(LARGE_SIDE).padStart(20));
  const block = new Uint8Array(pixelsOf(1_024).buffer).subarray(0, LARGE_SIDE * rows * 2);
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  const write = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) at += await file.write(bytes.subarray(at));
  };
  await write(Uint8Array.from(text, (letter) => letter.charCodeAt(0)));
  for (let row = 0; row < LARGE_SIDE; row += rows) await write(block);
  const end = 2_880 + LARGE_SIDE ** 2 * 2;
  await file.truncate(Math.ceil(end / 2_880) * 2_880);
}

/** Milliseconds from the beginning of a navigation until something holds, as the page counts. */
async function opened(page: Page, url: string, expression: string): Promise<number> {
  await page.goTo(url);
  return await page.until<number>(`${expression} && performance.now()`);
}

/** Gaps between frames of the screen while the picture is dragged about. */
async function gapsOfPanning(page: Page): Promise<number[]> {
  return await page.until<number[]>(`(async () => {
    const stage = document.querySelector(".stage");
    const { left, top, width, height } = stage.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const send = (type, i) => stage.dispatchEvent(new PointerEvent(type, {
      pointerId: 1, pointerType: "mouse", isPrimary: true, bubbles: true, button: 0, buttons: 1,
      clientX: x + 300 * Math.sin(i / 20), clientY: y + 200 * Math.cos(i / 20),
    }));
    const gaps = [];
    send("pointerdown", 0);
    let before = await new Promise(requestAnimationFrame);
    for (let i = 1; i <= 180; i++) {
      send("pointermove", i);
      const now = await new Promise(requestAnimationFrame);
      gaps.push(now - before);
      before = now;
    }
    send("pointerup", 180);
    return gaps;
  })()`);
}

await using folder = await temporaryFolder();
const data = `${folder.path}/data`;
await Deno.mkdir(data);
const plain = await encodeFits([{ pixels: pixelsOf(SIDE), shape: [SIDE, SIDE] }]);
await Deno.writeFile(`${data}/plain.fits`, plain);
{
  await using file = await openFits(plain);
  const options = { algorithm: "rice", tile: [SIDE, 1] } as const;
  const rice = await compressImage(await file.hdu(0), options);
  await Deno.writeFile(`${data}/rice.fits.fz`, await encodeFits([rice]));
}
await writeLarge(`${data}/large.fits`);
await Deno.mkdir(`${data}/many`);
for (let i = 0; i < FILES; i++) {
  const name = `frame_${String(i).padStart(6, "0")}.fits`;
  Deno.openSync(`${data}/many/${name}`, { write: true, create: true }).close();
}

const start = performance.now();
await using station = startDeno(
  ["run", "--no-check", "-A", `${ROOT}cli.ts`, "start", data, ...PORTS],
  { cwd: folder.path },
);
const url = /listening on (\S+)/.exec(await station.line() ?? "")![1]!;
await (await fetch(url)).text();
print("from the command to the first answer", performance.now() - start, 500, "ms");

await using page = await openPage("about:blank", { size: [1280, 800] });
const best = async (times: number, work: () => Promise<number>) => {
  const all: number[] = [];
  for (let i = 0; i < times; i++) all.push(await work());
  return median(all);
};
const buttons = "document.querySelectorAll('.commands button').length > 0";
print(
  "first page, with what its script adds",
  await best(5, () => opened(page, url, buttons)),
  700,
  "ms",
);
for (const [name, wanted] of [["plain.fits", 600], ["rice.fits.fz", 900]] as const) {
  const view = `${url}view/${name}?limits=0,600`;
  const found = await best(5, () => opened(page, view, SETTLED));
  print(`viewer, all of ${name}, ${SIDE} x ${SIDE} int16`, found, wanted, "ms");
}
await page.goTo(`${url}view/plain.fits?limits=0,600&x=2048&y=2048&zoom=1`);
await page.until(SETTLED);
const gaps = (await gapsOfPanning(page)).toSorted((a, b) => a - b);
print("panning: median of the gaps between frames", median(gaps), 17.5, "ms");
print("panning: 95 % of the gaps are below", gaps[Math.floor(gaps.length * 0.95)]!, 25, "ms");

for (const [name, wanted] of [["plain.fits", 8], ["rice.fits.fz", 12]] as const) {
  const hdu = name === "plain.fits" ? 0 : 1;
  const tiles: number[] = [];
  for (let i = 0; i < TILES; i++) {
    const address = `${url}fits/${name}?format=tile&hdu=${hdu}&tile=0/${i % 8}/${i >> 3}`;
    tiles.push(await timed(async () => await (await fetch(address)).bytes()));
  }
  print(`a tile of level 0 of ${name}`, median(tiles), wanted, "ms");
}
const top = `${url}fits/large.fits?format=tile&hdu=0&tile=5/0/0`;
print(
  `${LARGE_SIDE} x ${LARGE_SIDE} int16: all of it as a draft`,
  await timed(async () => await (await fetch(`${top}&draft=1`)).bytes()),
  300,
  "ms",
);
print(
  `${LARGE_SIDE} x ${LARGE_SIDE} int16: all of it exactly`,
  await timed(async () => await (await fetch(top)).bytes()),
  1_500,
  "ms",
);
const listing = async () => {
  const response = await fetch(`${url}files/many/`, { headers: { accept: "text/html" } });
  return (await response.bytes()).length;
};
print(`${FILES} files: first page of the listing`, await best(5, () => timed(listing)), 300, "ms");
print(`${FILES} files: its size`, await listing() / 1_000, 150, "kB");
await station.stop("SIGTERM");
