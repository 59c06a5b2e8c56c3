import { assert, assertEquals } from "@std/assert";
import { encodeFits, openFits } from "../../../fits/mod.ts";
import { makeTile } from "../../../station/api/tile_maker.ts";
import { LevelReduction } from "../../../station/pyramid/levels.ts";
import { PyramidStore } from "../../../station/pyramid/store.ts";
import { StoredPlane } from "../../../station/pyramid/stored_plane.ts";
import { serveStationFiles } from "../../support/fits/station_files.ts";

const SIDE = 4_608;

/** A plane of a little more than 16 Mpx, as bytes of a file. */
async function largeFile(): Promise<Uint8Array<ArrayBuffer>> {
  const pixels = new Uint8Array(SIDE * SIDE);
  for (let i = 0; i < pixels.length; i++) pixels[i] = i % 251;
  return await encodeFits([{ pixels, shape: [SIDE, SIDE] }]);
}

Deno.test("makeTile() gives a draft at once, and the exact tile when the pass has come to it", async () => {
  await using fits = await openFits(await largeFile());
  const plane = new StoredPlane(await fits.hdu(0));
  const source = { key: "a", plane, use: () => undefined };
  const store = new PyramidStore();
  const { signal } = new AbortController();
  const place = { level: 4, x: 0, y: 0, reduce: "mean" } as const;
  const draft = await makeTile(source, { ...place, draft: true }, store, signal);
  assertEquals([draft.draft, draft.width, draft.height], [true, 288, 288]);
  const exact = await makeTile(source, { ...place, draft: false }, store, signal);
  const alone = new LevelReduction(4, { width: SIDE, height: SIDE }, plane.rule);
  const { values } = await plane.read({ x: 0, y: 0, width: SIDE, height: SIDE });
  alone.add(values, 0, SIDE);
  assertEquals(exact.draft, false);
  assertEquals<unknown>(exact.values, alone.finish());
  assertEquals(store.rowsRead, SIDE);
  // From now on the draft is the exact tile, and nothing is read.
  const again = await makeTile(source, { ...place, draft: true }, store, signal);
  assertEquals([again.draft, again.values], [false, exact.values]);
  assertEquals(store.rowsRead, SIDE);
});

Deno.test("/fits?format=tile marks drafts, never has them kept, and info tells of the levels", async () => {
  await using server = await serveStationFiles({ "large.fits": await largeFile() });
  const state = async () =>
    (await (await server.get("large.fits?format=info")).json()).hdus[0].pyramid;
  assertEquals(await state(), "draft");
  const draft = await server.get("large.fits?format=tile&tile=4/0/0&draft=1");
  assertEquals(draft.headers.get("cache-control"), "no-store");
  assert(/^\d+$/.test(draft.headers.get("heliograph-pyramid")!));
  assertEquals((await draft.bytes())[5]! & 1, 1);
  const exact = await server.get("large.fits?format=tile&tile=4/0/0");
  assertEquals(exact.headers.get("cache-control"), "private, no-cache");
  assertEquals((await exact.bytes())[5]! & 1, 0);
  assertEquals(await state(), "ready");
});

Deno.test("makeTile() reads no more than a band after its request has ended", async () => {
  await using fits = await openFits(await largeFile());
  const plane = new StoredPlane(await fits.hdu(0));
  const store = new PyramidStore();
  let read = 0;
  const counting = new Proxy(plane, {
    get: (target, name) => {
      if (name === "read") {
        return (box: Parameters<StoredPlane["read"]>[0], options: object) => {
          read += box.width * box.height;
          return target.read(box, options);
        };
      }
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const source = { key: "a", plane: counting, use: () => undefined };
  // 100 tiles of which each covers 4 Mpx, given up at once.
  const requests = Array.from({ length: 100 }, (_, i) => {
    const end = new AbortController();
    const tile = { level: 2, x: i % 2, y: i % 2, reduce: "max", draft: false } as const;
    const made = makeTile(source, tile, store, end.signal);
    end.abort();
    return made.then(() => false, () => true);
  });
  assertEquals((await Promise.all(requests)).every(Boolean), true);
  assert(read <= 100 * 1_048_576, `${read} pixels were read`);
});
