/** Tiles decoded by workers: the same pixels and the same errors as without them. */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { compressImage, TileWorkers } from "../../../fits/compress/mod.ts";
import type { TileThreads } from "../../../fits/compress/mod.ts";
import { type CompressOptions, encodeFits, type ImageInput, openFits } from "../../../fits/mod.ts";
import { TileError } from "../../../fits/image/tile_error.ts";
import { decodeTileJob } from "../../../fits/tiles/tile_job.ts";

/** A little more than the fewest pixels that workers are asked for. */
const SHAPE = [2048, 1954];
const COUNT = SHAPE[0]! * SHAPE[1]!;

const IMAGES: readonly (readonly [name: string, ImageInput["pixels"], CompressOptions])[] = [
  ["Rice of int16", Int16Array.from({ length: COUNT }, (_, i) => i % 97), { algorithm: "rice" }],
  ["quantised float32", Float32Array.from({ length: COUNT }, (_, i) => Math.sin(i) * 50), {
    ...{ algorithm: "rice", quantize: 4, tile: [512, 64] },
  }],
];

async function packed(pixels: ImageInput["pixels"], options: CompressOptions) {
  return await encodeFits([await compressImage({ pixels, shape: SHAPE }, options)]);
}

/** Threads that are this one, and count what they are given. */
class Here implements TileThreads {
  jobs = 0;
  tiles = 0;
  free = true;
  decode: TileThreads["decode"] = async (job) => {
    this.jobs++;
    this.tiles += job.tiles.length;
    return await decodeTileJob(job);
  };
  turn = () => Promise.resolve();
}

for (const [name, pixels, options] of IMAGES) {
  Deno.test(`TileWorkers decode what the reader decodes: ${name}`, async () => {
    const bytes = await packed(pixels, options);
    await using file = await openFits(bytes);
    const hdu = (await file.find((hdu) => hdu.isImage))!;
    const expected = await hdu.image();
    using workers = new TileWorkers(2);
    await using again = await openFits(bytes);
    const same = (await again.find((hdu) => hdu.isImage))!;
    assertEquals((await same.image({ workers })).pixels, expected.pixels);
    // From the tiles that are kept by now, and of a section that cuts them.
    const section = "3:2047,1:1954";
    assertEquals(
      (await same.image({ workers, section })).pixels,
      (await hdu.image({ section })).pixels,
    );
  });
}

Deno.test("workers are not asked for small sections, and for all jobs of large ones that they take", async () => {
  const bytes = await packed(...IMAGES[0]!.slice(1) as [Int16Array<ArrayBuffer>, CompressOptions]);
  await using file = await openFits(bytes, { tileCacheBytes: 0 });
  const hdu = (await file.find((hdu) => hdu.isImage))!;
  const threads = new Here();
  await hdu.image({ workers: threads, section: "1:2048,1:1900" });
  assertEquals(threads.jobs, 0);
  const { pixels } = await hdu.image({ workers: threads });
  assertEquals(pixels, IMAGES[0]![1]);
  assertEquals([threads.jobs, threads.tiles], [Math.ceil(1954 / 256), 1954]);
  threads.free = false;
  assertEquals((await hdu.image({ workers: threads })).pixels, IMAGES[0]![1]);
  assertEquals(threads.tiles, 1954);
});

Deno.test("damaged tiles are the same errors from workers, the first of them first", async () => {
  const bytes = await packed(...IMAGES[0]!.slice(1) as [Int16Array<ArrayBuffer>, CompressOptions]);
  // The descriptors of tiles 700 and 300: no bytes that could hold their pixels.
  await using plain = await openFits(bytes.slice());
  const { dataOffset, data } = (await plain.find((hdu) => hdu.isImage))!;
  const [rowBytes] = data.layout.shape as [number, number];
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const tile of [700, 300]) view.setInt32(dataOffset + (tile - 1) * rowBytes, 3);
  await using file = await openFits(bytes, { tileCacheBytes: 0 });
  const hdu = (await file.find((hdu) => hdu.isImage))!;
  const alone = await assertRejects(() => hdu.image(), TileError);
  using workers = new TileWorkers(1);
  const dead: TileThreads = {
    free: true,
    decode: () => Promise.reject(new Error("no thread")),
    turn: () => Promise.resolve(),
  };
  for (const threads of [workers, new Here(), dead]) {
    const error = await assertRejects(() => hdu.image({ workers: threads }), TileError);
    assertEquals([error.message, error.tile], [alone.message, 300]);
  }
  const damage = async (threads: TileThreads | undefined) => {
    const tiles: (number | undefined)[] = [];
    const image = await hdu.image({
      workers: threads,
      onDamage: ({ tile }) => void tiles.push(tile),
    });
    // Without value is NaN, which equals nothing.
    return { tiles, bytes: new Uint8Array(image.pixels.buffer as ArrayBuffer) };
  };
  const expected = await damage(undefined);
  assertEquals(expected.tiles, [300, 700]);
  for (const threads of [workers, dead]) {
    const found = await damage(threads);
    assertEquals(found.tiles, expected.tiles);
    assertEquals(found.bytes, expected.bytes);
  }
});

Deno.test("a reading that is ended leaves the workers for the next", async () => {
  const [, pixels, options] = IMAGES[0]!;
  await using file = await openFits(await packed(pixels, options), { tileCacheBytes: 0 });
  const hdu = (await file.find((hdu) => hdu.isImage))!;
  using workers = new TileWorkers(1);
  const reason = new Error("enough");
  const controller = new AbortController();
  const ending: TileThreads = {
    free: true,
    decode: async (job) => {
      controller.abort(reason);
      return await workers.decode(job);
    },
    turn: () => workers.turn(),
  };
  const error = await hdu.image({ workers: ending, signal: controller.signal }).catch((e) => e);
  assertEquals(error, reason);
  assertEquals((await hdu.image({ workers })).pixels, pixels);
});

Deno.test("TileWorkers that are ended, and a number of them that is none", async () => {
  const workers = new TileWorkers(1);
  workers[Symbol.dispose]();
  assertEquals(workers.free, false);
  const job = { compression: {}, type: "int16", tiles: [], bytes: new Uint8Array(0) } as const;
  const error = await workers.decode(job).catch((error) => error);
  assertEquals(error.message, "The workers are ended");
  for (const count of [0, -1, 0.5, NaN]) {
    assertThrows(() => new TileWorkers(count), RangeError, `${count} workers, expected 1 or more`);
  }
  assert(new TileWorkers().free);
});
