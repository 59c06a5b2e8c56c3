/** World coordinates of 500 headers as WCSLIB 7.12 computed them; the interoperability tests ask it again. */

import { assert } from "@std/assert";
import { readWcs } from "../../../fits/wcs/wcs.ts";
import { numberedCase } from "../../support/fits/wcs_cases.ts";
import { SeededRandom } from "../../support/random.ts";

const VECTORS = new URL("vectors.json", import.meta.url);
/** WCSLIB computes this projection in single precision. */
const SINGLE = /CSC$/;

Deno.test("readWcs() computes what WCSLIB does of 500 headers", async () => {
  const vectors: ((number | null)[][] | null)[] = JSON.parse(await Deno.readTextFile(VECTORS));
  let compared = 0;
  for (const [i, worlds] of vectors.entries()) {
    const { cards, pixels } = numberedCase(new SeededRandom(i), i);
    const wcs = readWcs(new Map(Object.entries(cards)))!;
    if (worlds === null) {
      assert(wcs.problems.length > 0, `header ${i} has no problem: ${JSON.stringify(cards)}`);
      continue;
    }
    const tolerance = SINGLE.test(String(cards.CTYPE1)) ? 3e-5 : 1e-9;
    for (const [k, world] of worlds.entries()) {
      const found = wcs.pixelToWorld(pixels[k]!);
      const context = `header ${i} at ${pixels[k]}: found ${found}, expected ${world}`;
      const none = world.some((value) => value === null);
      assert(found.some(Number.isNaN) === none, context);
      if (none) continue;
      compared++;
      const shrink = wcs.celestial === undefined ? 1 : Math.cos(world[1]! * Math.PI / 180);
      for (const [axis, value] of found.entries()) {
        let off = Math.abs(value - world[axis]!);
        if (wcs.celestial === undefined) off /= Math.abs(world[axis]!);
        else if (axis === 0) off = Math.min(off, Math.abs(off - 360)) * Math.abs(shrink);
        assert(off < tolerance, context);
      }
    }
  }
  assert(compared > 3_000, `only ${compared} points`);
});
