import { assert, assertEquals } from "@std/assert";
import { Listings, type MadeListing } from "../../../http/files/listings.ts";

const NOW = Date.now();
const VERSION = { dev: 1, ino: 2, size: 3, mtime: NOW - 60_001, ctime: NOW - 60_000 };

/** What makes a listing, and counts how often. */
function maker(entries: number) {
  const it = {
    made: 0,
    make: (): Promise<MadeListing> => {
      it.made++;
      return Promise.resolve({ pieces: ["a", "b", String(it.made)], entries });
    },
  };
  return it;
}

const text = async (body: unknown) => {
  const parts: string[] = [];
  const pieces = body instanceof Uint8Array ? [body] : body as AsyncIterable<Uint8Array>;
  for await (const piece of pieces) parts.push(new TextDecoder().decode(piece));
  return parts.join("");
};

Deno.test("Listings gives one listing to all who ask within a second, while the folder stays", async () => {
  const listings = new Listings();
  const it = maker(3);
  const ask = async (key: string, version = VERSION, now = Date.now()) =>
    await text(await listings.get(key, version, now, it.make));
  assertEquals(await Promise.all([ask("a"), ask("a"), ask("a")]), ["ab1", "ab1", "ab1"]);
  assertEquals(await ask("a"), "ab1");
  assertEquals(await ask("b"), "ab2");
  assertEquals(await ask("a", { ...VERSION, mtime: VERSION.mtime + 1 }), "ab3");
  assertEquals(await ask("a", { ...VERSION, mtime: VERSION.mtime + 1 }, Date.now() + 2_000), "ab4");
  // What was changed just now may change again in the same moment.
  const now = Date.now();
  const fresh = { ...VERSION, mtime: now - 1, ctime: now - 1 };
  assertEquals(await ask("c", fresh, now), "ab5");
  assertEquals(await ask("c", fresh, now), "ab6");
});

Deno.test("Listings sends what is long while it is made, and keeps nothing of it", async () => {
  const listings = new Listings();
  const it = maker(20_001);
  const body = await listings.get("a", VERSION, Date.now(), it.make);
  assert(!(body instanceof Uint8Array));
  assertEquals(await text(body), "ab1");
  assertEquals(await text(await listings.get("a", VERSION, Date.now(), it.make)), "ab2");
});

Deno.test("Listings makes a listing again after a failure", async () => {
  const listings = new Listings();
  let failed = false;
  const make = (): Promise<MadeListing> => {
    if (failed) return Promise.resolve({ pieces: ["fine"], entries: 1 });
    failed = true;
    return Promise.reject(new Error("gone"));
  };
  const first = await listings.get("a", VERSION, Date.now(), make).catch((error) => error.message);
  assertEquals(first, "gone");
  assertEquals(await text(await listings.get("a", VERSION, Date.now(), make)), "fine");
});
