/** Lookup tables of D2IMDISj and CPDISj, and the way back over their corners. */

import { assertEquals } from "@std/assert";
import { readWcs, type WcsImage } from "../../../../fits/wcs/mod.ts";
import { SeededRandom } from "../../../support/random.ts";

const HEADER = new Map<string, unknown>([
  ...[["CTYPE1", "RA---TAN"], ["CTYPE2", "DEC--TAN"], ["CRVAL1", 10], ["CRVAL2", 20]] as const,
  ...[["CRPIX1", 50], ["CRPIX2", 50], ["CDELT1", -1e-4], ["CDELT2", 1e-4]] as const,
  ...["D2IMDIS1", "D2IMDIS2", "CPDIS1", "CPDIS2"].map((name) => [name, "LOOKUP"] as const),
]);

/** A table of random corrections, with cells of so many pixels. */
function table(random: SeededRandom, size: number, step: number, most: number): WcsImage {
  const data = Float64Array.from({ length: size * size }, () => (random.next() * 2 - 1) * most);
  const keywords = new Map<string, unknown>([
    ...[["CRPIX1", 1], ["CRPIX2", 1], ["CRVAL1", 1], ["CRVAL2", 1]] as const,
    ...[["CDELT1", step], ["CDELT2", step]] as const,
  ]);
  return { data, shape: [size, size], keywords };
}

Deno.test("the way back through lookup tables ends, over their corners too", () => {
  const random = new SeededRandom(15_400);
  const failed: string[] = [];
  for (let round = 0; round < 40; round++) {
    const step = random.pick([1, 2, 16, 64]);
    const size = random.pick([3, 10, 40]);
    // Neighbouring cells of one table differ by up to a quarter of their distance.
    const [detector, lookup] = [0, 1].map(() => table(random, size, step, step / 8));
    const tables = {
      column: () => undefined,
      image: ({ extname }: { readonly extname: string }) =>
        extname === "D2IMARR" ? detector : lookup,
    };
    const wcs = readWcs(HEADER, { tables, origin: 1 })!;
    assertEquals(wcs.problems, []);
    for (let i = 0; i < 100; i++) {
      const pixel = [random.next() * size * step, random.next() * size * step];
      const back = wcs.worldToPixel(wcs.pixelToWorld(pixel));
      const off = Math.hypot(back[0]! - pixel[0]!, back[1]! - pixel[1]!);
      if (!(off < 1e-7)) failed.push(`${pixel} of round ${round}: ${back}`);
    }
  }
  assertEquals(failed, []);
});
