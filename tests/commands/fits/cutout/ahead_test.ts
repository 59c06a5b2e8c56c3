import { assert, assertEquals, assertRejects } from "@std/assert";
import { CutsAhead, type TileBox, tilesAround } from "../../../../commands/fits/cutout/ahead.ts";
import type { Cutout } from "../../../../fits/cutout/mod.ts";
import type { FitsFile, Hdu } from "../../../../fits/mod.ts";
import { SeededRandom } from "../../../support/random.ts";

/** A file on a server with one image, in tiles or not. */
function fileOf(tile: readonly number[]): FitsFile {
  const hdu = { tile, shape: [100, 100] };
  return { report: { ranges: true }, hdu: () => Promise.resolve(hdu) } as unknown as FitsFile;
}

const CUT = { images: [{ hdu: 0 }] } as unknown as Cutout;

/** Takes all jobs in turn; gives how many were made at a time, and what began when. */
async function takeAll(
  file: FitsFile,
  boxes: readonly TileBox[],
): Promise<{ most: number; begun: number[] }> {
  const jobs = boxes.map((_, i) => i);
  const running = new Set<number>();
  const begun: number[] = [];
  let most = 0;
  const meets = (a: TileBox, b: TileBox) =>
    a.every(([first, last], axis) => first <= b[axis]![1] && b[axis]![0] <= last);
  const cuts = new CutsAhead(file, jobs, {
    async cut(job) {
      for (const other of running) assert(!meets(boxes[job]!, boxes[other]!), `${other}, ${job}`);
      running.add(job);
      begun.push(job);
      most = Math.max(most, running.size);
      await new Promise((resolve) => setTimeout(resolve));
      running.delete(job);
      return CUT;
    },
    tilesOf: (job) => Promise.resolve(boxes[job]),
  });
  for (const job of jobs) assertEquals(await cuts.take(job), CUT);
  assertEquals(begun.toSorted((a, b) => a - b), jobs);
  return { most, begun };
}

const apart = (i: number): TileBox => [[i, i], [0, 0]];

Deno.test("CutsAhead makes six cutouts at a time that share no tile, after the first", async () => {
  const boxes = Array.from({ length: 20 }, (_, i) => apart(i));
  const { most, begun } = await takeAll(fileOf([10, 10]), boxes);
  assertEquals([most, begun[0]], [6, 0]);
});

Deno.test("CutsAhead makes those that share a tile one after the other, others meanwhile", async () => {
  const same = Array.from({ length: 5 }, () => apart(1));
  assertEquals((await takeAll(fileOf([10, 10]), same)).most, 1);
  const mixed = [apart(0), apart(1), apart(1), apart(2), apart(1), apart(3)];
  const { begun } = await takeAll(fileOf([10, 10]), mixed);
  assertEquals(begun, [0, 1, 3, 5, 2, 4]);
  const random = new SeededRandom(16);
  for (let run = 0; run < 20; run++) {
    const boxes = Array.from({ length: 40 }, (): TileBox => {
      const [x, y] = [random.integer(0, 9), random.integer(0, 9)];
      return [[x, x + random.integer(0, 2)], [y, y + random.integer(0, 2)]];
    });
    await takeAll(fileOf([10, 10]), boxes);
  }
});

Deno.test("CutsAhead waits for none where nothing is shared, or where nothing is far", async () => {
  const same = Array.from({ length: 20 }, () => apart(1));
  const cuts = new CutsAhead(fileOf([]), same.map((_, i) => i), {
    cut: () => Promise.resolve(CUT),
    tilesOf: () => Promise.reject(new Error("not asked for")),
  });
  for (const i of same.keys()) assertEquals(await cuts.take(i), CUT);
  const near = { hdu: () => Promise.reject(new Error("not asked for")) } as unknown as FitsFile;
  const apartBoxes = Array.from({ length: 5 }, (_, i) => apart(i));
  assertEquals((await takeAll(near, apartBoxes)).most, 1);
});

Deno.test("CutsAhead gives what fails to whoever takes it, and the others after it", async () => {
  const cuts = new CutsAhead(fileOf([10, 10]), [0, 1, 2], {
    cut: (job) => job === 1 ? Promise.reject(new Error("outside")) : Promise.resolve(CUT),
    tilesOf: (job) =>
      job === 1 ? Promise.reject(new Error("outside")) : Promise.resolve(apart(job)),
  });
  assertEquals(await cuts.take(0), CUT);
  await assertRejects(() => cuts.take(1), Error, "outside");
  assertEquals(await cuts.take(2), CUT);
});

Deno.test("tilesAround() gives the first and the last tile of each axis within the image", () => {
  const hdu = { shape: [100, 80, 3], tile: [32, 1, 3] } as unknown as Hdu;
  assertEquals(tilesAround(hdu, [[31, 33], [-5, 4]]), [[0, 1], [0, 3], [0, 0]]);
  assertEquals(tilesAround(hdu, [[96, 200], [79, 90], [1, 2]]), [[3, 3], [79, 79], [0, 0]]);
  assertEquals(tilesAround(hdu, "1:5,1:5"), undefined);
});
