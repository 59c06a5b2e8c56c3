import { assertEquals } from "@std/assert";
import { TileCache } from "../../../../station/web/picture/tile_cache.ts";

Deno.test("TileCache lets go of the least recently used, and never of what is in view", () => {
  const gone: string[] = [];
  const cache = new TileCache<string>(100, (value) => gone.push(value));
  for (const name of ["a", "b", "c"]) cache.set(name, name, 30);
  assertEquals([cache.get("a"), cache.bytes, cache.size], ["a", 90, 3]);
  cache.set("d", "d", 30);
  assertEquals([gone, cache.has("b"), cache.bytes], [["b"], false, 90]);
  cache.pin(new Set(["c", "a", "d"]));
  cache.set("e", "e", 50);
  assertEquals([gone, cache.bytes], [["b", "e"], 90]);
  cache.pin(new Set(["c", "a", "d", "f"]));
  cache.set("f", "f", 50);
  assertEquals([gone, cache.bytes], [["b", "e"], 140]);
  cache.pin(new Set(["f"]));
  assertEquals([gone, cache.bytes], [["b", "e", "c", "a"], 80]);
  cache.set("f", "F", 10);
  assertEquals([cache.get("f"), cache.bytes], ["F", 40]);
  cache.clear();
  assertEquals([cache.bytes, cache.size, gone.length], [0, 0, 7]);
});
