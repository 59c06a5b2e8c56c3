/** What reading files on a server costs: requests, bytes and round trips, as the server counts. */

import { assert, assertEquals } from "@std/assert";
import { cutout } from "../../../fits/cutout/mod.ts";
import {
  compressImage,
  encodeFits,
  type FitsFile,
  openFits,
  type OpenOptions,
  tableHdu,
} from "../../../fits/mod.ts";
import { type CountingServer, serveCounting } from "../../support/counting_server.ts";
import { temporaryFolder } from "../../support/temporary.ts";

/** Opens and reads; what it cost must be what the server counted, and at most as stated. */
async function cost(
  server: CountingServer,
  read: (file: FitsFile) => Promise<unknown>,
  most: { readonly requests: number; readonly bytes: number; readonly roundTrips: number },
  options: OpenOptions = {},
): Promise<void> {
  await using file = await openFits(server.url, options);
  await read(file);
  const { requests, bytes, roundTrips } = file.report!;
  const counted = server.take();
  assertEquals([requests, bytes], [counted.requests, counted.bytes]);
  assert(
    requests <= most.requests && bytes <= most.bytes && roundTrips <= most.roundTrips,
    JSON.stringify({ requests, bytes, roundTrips, most }),
  );
}

const walk = (file: FitsFile) => Array.fromAsync(file.hdus);

/** Pixels that compress as those of a camera do. */
function noisy(count: number, levels = 64): Int16Array<ArrayBuffer> {
  const pixels = new Int16Array(count);
  for (let i = 0, seed = 1; i < count; i++) {
    seed = (seed * 48_271) % 2_147_483_647;
    pixels[i] = 1000 + (seed >> 20) % levels;
  }
  return pixels;
}

async function sameHdus(count: number, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const pixels = new Uint8Array(bytes - 2880);
  const image = (i: number) => ({ pixels, shape: [pixels.length], name: `IMAGE${i}` });
  return await encodeFits(Array.from({ length: count }, (_, i) => image(i)));
}

Deno.test("a walk over 21 HDUs of 1 MB takes 21 requests, 400 kB and 6 round trips", async () => {
  await using server = serveCounting(await sameHdus(21, 1_000_800));
  const most = { requests: 21, bytes: 400_000, roundTrips: 6 };
  await cost(server, walk, most);
});

Deno.test("the last of 21 named HDUs takes no more, and one request once it is remembered", async () => {
  await using server = serveCounting(await sameHdus(21, 1_000_800));
  await using folder = await temporaryFolder();
  const options = { cache: `${folder.path}/cache` };
  const find = async (file: FitsFile) => assertEquals((await file.hdu("IMAGE20")).index, 20);
  await cost(server, find, { requests: 21, bytes: 400_000, roundTrips: 6 }, options);
  await cost(server, find, { requests: 1, bytes: 2880, roundTrips: 1 }, options);
});

Deno.test("a walk over 101 HDUs of 26 kB takes 12 requests, 2.7 MB and 4 round trips", async () => {
  await using server = serveCounting(await sameHdus(101, 25_920));
  const most = { requests: 12, bytes: 2_700_000, roundTrips: 4 };
  await cost(server, walk, most);
});

const SIDE = 4096;
const WHOLE = noisy(SIDE * SIDE);
const SECTION = "2001:2100,2001:2100";

async function readSection(file: FitsFile): Promise<void> {
  const { pixels } = await file.image({ section: SECTION });
  const at = (i: number) => WHOLE[(2000 + Math.floor(i / 100)) * SIDE + 2000 + i % 100];
  assertEquals([pixels.length, pixels[0], pixels[9999]], [10_000, at(0), at(9999)]);
}

Deno.test("100 x 100 of 4096 x 4096 plain pixels take four runs at once, 820 kB and 2 round trips", async () => {
  await using server = serveCounting(await encodeFits([{ pixels: WHOLE, shape: [SIDE, SIDE] }]));
  // The first 32 KiB, and 100 rows of 8192 bytes without what lies behind 200 of every 25th.
  await cost(server, readSection, { requests: 5, bytes: 820_000, roundTrips: 2 });
});

Deno.test("100 x 100 of a Rice image take its tiles and no more, and less once they are remembered", async () => {
  const cases: readonly [tile: number[], first: Most, again: Most][] = [
    [
      [SIDE, 1],
      { requests: 3, bytes: 400_000, roundTrips: 3 },
      { requests: 1, bytes: 420_000, roundTrips: 1 },
    ],
    [
      [256, 256],
      { requests: 4, bytes: 280_000, roundTrips: 3 },
      { requests: 2, bytes: 260_000, roundTrips: 1 },
    ],
  ];
  for (const [tile, first, again] of cases) {
    const hdu = await compressImage({ pixels: WHOLE, shape: [SIDE, SIDE] }, { tile });
    await using server = serveCounting(await encodeFits([hdu]));
    await cost(server, readSection, first);
    await cost(server, readSection, again, { trustIndex: true });
  }
});

type Most = Parameters<typeof cost>[2];

Deno.test("tiles side by side take one request of 110 kB once they are remembered", async () => {
  const pixels = noisy(SIDE * SIDE, 32);
  const hdu = await compressImage({ pixels, shape: [SIDE, SIDE] }, { tile: [256, 256] });
  await using server = serveCounting(await encodeFits([hdu]));
  const read = async (file: FitsFile) => {
    const found = await file.image({ section: "2001:2100,1901:2000" });
    const at = (i: number) => pixels[(1900 + Math.floor(i / 100)) * SIDE + 2000 + i % 100];
    assertEquals([found.pixels[0], found.pixels[9999]], [at(0), at(9999)]);
  };
  await cost(server, read, { requests: 4, bytes: 280_000, roundTrips: 3 });
  const again = { requests: 1, bytes: 110_000, roundTrips: 1 };
  await cost(server, read, again, { trustIndex: true });
});

Deno.test("of far long rows the wanted columns alone are read, those near each other together", async () => {
  const rows = 40;
  const rest = (name: string, bytes: number) => ({
    ...{ name, values: new Uint8Array(bytes * rows), shape: [bytes] },
  });
  const numbers = (name: string, factor: number) => ({
    ...{ name, values: Int32Array.from({ length: rows }, (_, i) => i * factor) },
  });
  const bytes = await encodeFits([
    tableHdu({
      columns: [
        ...[numbers("A", 3), rest("R1", 1000), numbers("B", 5), rest("R2", 300_000)],
        ...[numbers("C", 7), rest("R3", 200_000)],
      ],
    }),
  ]);
  const cases: [columns: string[], requests: number, bytes: number][] = [
    [["A"], 1 + 29, 32_768 + 30 * 4],
    [["B", "A"], 1 + 29, 32_768 + 30 * 1008],
    [["C", "A"], 1 + 59, 32_768 + 60 * 4],
  ];
  for (const [columns, requests, most] of cases) {
    await using server = serveCounting(bytes);
    await cost(server, async (file) => {
      const found = await file.table({ columns, rows: "2:31" });
      for (const [name, factor] of [["A", 3], ["B", 5], ["C", 7]] as const) {
        if (!columns.includes(name)) continue;
        const expected = Int32Array.from({ length: 30 }, (_, i) => (i + 1) * factor);
        assertEquals<unknown>(found.column(name).values, expected);
      }
    }, { requests: requests + 1, bytes: most, roundTrips: requests + 1 });
  }
});

Deno.test("one column of 1000 rows of a table takes 2 requests and 170 kB", async () => {
  const rows = 200_000;
  const column = (name: string, values: Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>) =>
    name === "X" ? { name, values } : { name, values, shape: [96] };
  const bytes = await encodeFits([
    tableHdu({
      columns: [
        column("X", Int32Array.from({ length: rows }, (_, i) => i)),
        column("REST", new Uint8Array(96 * rows)),
      ],
    }),
  ]);
  await using server = serveCounting(bytes);
  await cost(server, async (file) => {
    const { values } = (await file.table({ columns: ["X"], rows: "1:1000" })).column("X");
    assertEquals(values[999], 999);
  }, { requests: 2, bytes: 170_000, roundTrips: 2 });
});

Deno.test("a plane of a cube takes 2 requests, and reads that plane only", async () => {
  const side = 500;
  const planes = 20;
  const pixels = Float32Array.from({ length: side * side * planes }, (_, i) => i);
  await using server = serveCounting(await encodeFits([{ pixels, shape: [side, side, planes] }]));
  await cost(server, async (file) => {
    const plane = await file.image({ section: "*,*,11" });
    assertEquals(plane.pixels[0], pixels[10 * side * side]!);
  }, { requests: 2, bytes: 4 * side * side + 65_536, roundTrips: 2 });
});

Deno.test("a whole Rice image is read once", async () => {
  const hdu = await compressImage({ pixels: WHOLE, shape: [SIDE, SIDE] });
  const bytes = await encodeFits([hdu]);
  await using server = serveCounting(bytes);
  await cost(server, async (file) => {
    const { pixels } = await file.image();
    assertEquals(pixels[SIDE * SIDE - 1], WHOLE[SIDE * SIDE - 1]);
  }, { requests: 6, bytes: bytes.length + 65_536, roundTrips: 3 });
});

Deno.test("cutouts around several points read each tile once", async () => {
  const hdu = await compressImage({ pixels: WHOLE, shape: [SIDE, SIDE] }, { tile: [256, 256] });
  await using server = serveCounting(await encodeFits([hdu]));
  await using file = await openFits(server.url);
  await cutout(file, { section: "1001:1020,1001:1020" });
  const first = server.take();
  await cutout(file, { section: "1003:1023,990:1015" });
  await cutout(file, { section: "950:1000,1000:1001" });
  assertEquals([first.requests, server.counted.requests], [2, 0]);
});
