/** SMOOTH sums lines side by side: what it gives is the mean of each box. */

import { assertEquals } from "@std/assert";
import { LanguageSession } from "../../../../rpc/language/evaluation/session.ts";
import type { IdlNumeric } from "../../../../rpc/language/values/value.ts";
import { SeededRandom } from "../../../support/random.ts";

/** The index that stands for one beyond the ends of an axis; -1 is a zero. */
const EDGES: { readonly [name: string]: (i: number, length: number) => number } = {
  edge_truncate: (i, length) => Math.min(length - 1, Math.max(0, i)),
  edge_mirror: (i, length) => i < 0 ? -1 - i : i >= length ? 2 * length - 1 - i : i,
  edge_wrap: (i, length) => (i + length) % length,
  edge_zero: (i, length) => i < 0 || i >= length ? -1 : i,
};

Deno.test("SMOOTH gives the mean of the box around each element, whatever the axis and edge", () => {
  const random = new SeededRandom(12);
  const cases = [[[9], [3]], [[7, 40], [3, 5]], [[33, 12, 5], [1, 7, 3]], [[5, 3, 4], [3, 1, 3]]];
  for (const [shape, widths] of cases) {
    const [nx, ny, nz] = [shape![0]!, shape![1] ?? 1, shape![2] ?? 1];
    const [hx, hy, hz] = [0, 1, 2].map((axis) => (widths![axis] ?? 1) >> 1) as [
      number,
      number,
      number,
    ];
    // Whole numbers, whose sums are exact in any order.
    const data = Float64Array.from({ length: nx * ny * nz }, () => random.integer(-99, 99));
    const session = new LanguageSession();
    session.set("x", { type: 5, shape: shape!, data: data.slice() });
    for (const [edge, index] of Object.entries(EDGES)) {
      const outcome = session.runSync(`return, smooth(x, [${widths}], /${edge})`);
      if (!outcome.ok) throw outcome.error;
      const expected = data.map((_, at) => {
        const [x, y, z] = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / nx / ny)];
        let sum = 0;
        for (let k = z - hz; k <= z + hz; k++) {
          for (let j = y - hy; j <= y + hy; j++) {
            for (let i = x - hx; i <= x + hx; i++) {
              const place = [index(i, nx), index(j, ny), index(k, nz)] as const;
              if (Math.min(...place) >= 0) sum += data[place[0] + nx * (place[1] + ny * place[2])]!;
            }
          }
        }
        return sum / ((2 * hx + 1) * (2 * hy + 1) * (2 * hz + 1));
      });
      assertEquals((outcome.returned as IdlNumeric).data, expected, `[${shape}] ${edge}`);
    }
  }
});

Deno.test("SMOOTH keeps NaN and great numbers within the boxes that they are in", () => {
  const data = new Float64Array(40 * 30).fill(1);
  data[40 * 10 + 7] = NaN;
  data[40 * 20 + 33] = 1e20;
  const session = new LanguageSession();
  session.set("x", { type: 5, shape: [40, 30], data: data.slice() });
  const outcome = session.runSync("return, smooth(x, 3, /edge_truncate)");
  if (!outcome.ok) throw outcome.error;
  const near = (at: number, x: number, y: number): boolean =>
    Math.abs(at % 40 - x) <= 1 && Math.abs(Math.floor(at / 40) - y) <= 1;
  assertEquals(
    (outcome.returned as IdlNumeric).data,
    data.map((_, at) => near(at, 7, 10) ? NaN : near(at, 33, 20) ? 1e20 / 9 : 1),
  );
});
