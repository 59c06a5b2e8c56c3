import { assertEquals, assertRejects } from "@std/assert";
import { encodeFits, openFits } from "../../../fits/mod.ts";
import { draftSteps } from "../../../station/pyramid/draft.ts";
import { LevelReduction } from "../../../station/pyramid/levels.ts";
import { type PassSource, PyramidStore } from "../../../station/pyramid/store.ts";
import { StoredPlane } from "../../../station/pyramid/stored_plane.ts";

const [WIDTH, HEIGHT] = [2_048, 3_000];

/** A plane of six bands, and whether its file is in use. */
async function source(key = "a"): Promise<PassSource & { readonly used: { now: number } }> {
  const pixels = Int16Array.from({ length: WIDTH * HEIGHT }, (_, i) => i % 991);
  const fits = await openFits(await encodeFits([{ pixels, shape: [WIDTH, HEIGHT] }]));
  const used = { now: 0 };
  return {
    key,
    plane: new StoredPlane(await fits.hdu(0)),
    used,
    use: () => {
      used.now++;
      return { [Symbol.dispose]: () => void used.now-- };
    },
  };
}

Deno.test("PyramidStore makes the levels of a plane once for all who wait, and keeps them", async () => {
  const store = new PyramidStore();
  const from = await source();
  const { signal } = new AbortController();
  assertEquals([store.get("a"), store.percentOf("a")], [undefined, undefined]);
  const [one, other] = await Promise.all([store.wait(from, signal), store.wait(from, signal)]);
  assertEquals(one, other);
  assertEquals([store.rowsRead, store.percentOf("a"), from.used.now], [HEIGHT, 100, 0]);
  assertEquals(store.get("a"), one);
  const alone = new LevelReduction(2, { width: WIDTH, height: HEIGHT }, from.plane.rule);
  const { values } = await from.plane.read({ x: 0, y: 0, width: WIDTH, height: HEIGHT });
  alone.add(values, 0, WIDTH);
  assertEquals(one.get(2)!.values, alone.finish());
  assertEquals(
    store.bytes,
    [...one.values()].reduce((sum, level) => sum + level.values.byteLength, 0),
  );
});

Deno.test("PyramidStore lets who waits go, and ends a pass that nobody looks at", async () => {
  let now = 0;
  const store = new PyramidStore(() => now);
  const from = await source();
  const end = new AbortController();
  const waiting = store.wait(from, end.signal);
  end.abort(new Error("gone"));
  await assertRejects(() => waiting, Error, "gone");
  now = 60_000;
  // The pass that follows begins when that one has ended, after the band that it was in.
  const next = await source("b");
  await store.wait(next, new AbortController().signal);
  assertEquals([store.get("a"), from.used.now, next.used.now], [undefined, 0, 0]);
  assertEquals(store.rowsRead <= HEIGHT + 512, true, `${store.rowsRead}`);
});

Deno.test("PyramidStore hands on what a pass fails with, and can try again", async () => {
  const store = new PyramidStore();
  const from = await source();
  const broken = {
    ...from,
    use: () => {
      throw new Error("no file");
    },
  };
  const { signal } = new AbortController();
  await assertRejects(() => store.wait(broken, signal), Error, "no file");
  assertEquals((await store.wait(from, signal)).size, 3);
});

Deno.test("draftSteps() reads at most 8 MiB, of plain rows and of compressed tiles", () => {
  const size = (width: number, height = width) => ({ width, height });
  assertEquals(draftSteps(size(16_384), 5, { bytes: 2, tile: [] }), [32, 64]);
  assertEquals(draftSteps(size(4_096), 3, { bytes: 2, tile: [] }), [8, 8]);
  // A tile for each row.
  assertEquals(draftSteps(size(16_384), 5, { bytes: 2, tile: [16_384, 1] }), [32, 64]);
  // Tiles of 512 x 512: every so many-th tile.
  const [x, y] = draftSteps(size(100_000), 8, { bytes: 2, tile: [512, 512] });
  assertEquals(Math.ceil(100_000 / x) * Math.ceil(100_000 / y) * 512 * 512 * 2 <= 8 << 20, true);
});
