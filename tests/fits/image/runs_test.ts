/** Sections whose runs are longer than one read. */

import { assertEquals } from "@std/assert";
import { encodeFits, openFits } from "../../../mod.ts";

Deno.test("image() reads rows that are each longer than one piece, value by value", async () => {
  // A piece of memory is 512 KiB: 262,144 of these pixels.
  const [width, height] = [300_000, 4];
  const pixels = Int16Array.from({ length: width * height }, (_, i) => i * 7919);
  const bytes = await encodeFits([{ pixels, shape: [width, height] }]);
  await using file = await openFits(bytes);
  for (const [start, stop] of [[0, width], [1, width], [5000, 290_001], [0, 270_000]] as const) {
    for (const [first, last] of [[0, 4], [1, 3], [2, 3]] as const) {
      const section = [[start, stop], [first, last]] as const;
      const { pixels: found, shape } = await file.image({ section });
      assertEquals(shape, [stop - start, last - first]);
      const right = new Int16Array((stop - start) * (last - first));
      for (let row = first; row < last; row++) {
        const values = pixels.subarray(row * width + start, row * width + stop);
        right.set(values, (row - first) * (stop - start));
      }
      assertEquals(found as Int16Array, right, JSON.stringify(section));
      const scaled = await file.image({ section, as: "float64" });
      assertEquals(scaled.pixels, Float64Array.from(right), JSON.stringify(section));
    }
  }
});
