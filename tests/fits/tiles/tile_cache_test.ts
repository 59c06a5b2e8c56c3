import { assertEquals } from "@std/assert";
import { TileCache } from "../../../fits/tiles/tile_cache.ts";

Deno.test("TileCache keeps tiles of any number of any HDU apart", () => {
  const cache = new TileCache();
  const places = [[0, 0], [0, 1], [1, 0], [1, 2 ** 40 - 1], [1, 2 ** 40], [2, 0], [8192, 3]];
  places.push([8191, 3], [2 ** 40, 0], [0, 2 ** 52]);
  for (const [i, [hdu, tile]] of places.entries()) {
    cache.put(hdu!, tile!, { pixels: Uint8Array.of(i), missing: undefined });
  }
  assertEquals(places.map(([hdu, tile]) => cache.get(hdu!, tile!)?.pixels[0]), [...places.keys()]);
});

Deno.test("TileCache gives up the longest unused tiles for others", () => {
  const cache = new TileCache(3 * (100 + 256));
  for (const tile of [0, 1, 2]) {
    cache.put(0, tile, { pixels: new Uint8Array(100), missing: undefined });
  }
  cache.get(0, 0);
  cache.put(0, 3, { pixels: new Uint8Array(100), missing: undefined });
  assertEquals([0, 1, 2, 3].map((tile) => cache.get(0, tile) !== undefined), [
    ...[true, false, true, true],
  ]);
  cache.put(0, 0, { pixels: new Uint8Array(50), missing: undefined });
  assertEquals(cache.bytes, 3 * 256 + 250);
  cache.put(0, 9, { pixels: new Uint8Array(2_000), missing: undefined });
  assertEquals(cache.get(0, 9), undefined);
});
