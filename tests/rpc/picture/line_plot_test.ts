import { assert, assertEquals } from "@std/assert";
import type { LanguagePicture } from "../../../rpc/mod.ts";
import { drawLinePlot } from "../../../rpc/picture/line_plot.ts";

const AXES: LanguagePicture = {
  kind: "plot",
  value: { type: 5, shape: [2], data: Float64Array.of(0, 10) },
  abscissae: { type: 5, shape: [2], data: Float64Array.of(0, 10) },
  symbol: "none",
  colorAxis: 0,
  topDown: false,
  colorTable: 0,
};

/** The black points that a picture has besides those of its axes, in its middle part. */
function added(picture: Partial<LanguagePicture>): (readonly [number, number])[] {
  const before = drawLinePlot(AXES).data;
  const { data, width } = drawLinePlot({ ...AXES, ...picture });
  const points: (readonly [number, number])[] = [];
  for (const [i, level] of data.entries()) {
    if (level === 0 && before[i] !== 0) points.push([i % width, Math.floor(i / width)]);
  }
  return points;
}

Deno.test("drawLinePlot() draws further curves on the axes of the first, with symbols", () => {
  // The axes go from 0 to 10 between the columns 70 and 620 and the rows 466 and 34.
  assertEquals(added({ curves: [{ x: [5], y: [5], symbol: 3 }] }), [[345, 250]]);
  const plus = added({ curves: [{ x: [5], y: [5], symbol: 1 }] });
  assertEquals(plus.length, 13);
  const line = added({ curves: [{ x: [2, 8], y: [5, 5], symbol: 0 }] });
  assertEquals([line[0], line.at(-1), line.length], [[180, 250], [510, 250], 331]);
  const both = added({ curves: [{ x: [2, 8], y: [5, 5], symbol: -6 }] });
  assert(both.length > line.length);
  for (const symbol of [1, 2, 4, 5, 6, 7]) {
    assertEquals(added({ curves: [{ x: [50, NaN], y: [5, 5], symbol }] }), []);
  }
});

Deno.test("drawLinePlot() writes texts at their places, and none elsewhere", () => {
  const text = { text: "o", x: 5, y: 5, unit: "data", alignment: 0 } as const;
  const points = added({ texts: [text] });
  assert(points.length > 4);
  assert(points.every(([x, y]) => x >= 345 && x < 351 && y >= 242 && y < 250), `${points}`);
  const middle = added({ texts: [{ ...text, alignment: 1 }] });
  assert(middle.every(([x]) => x < 345));
  const normal = added({ texts: [{ ...text, x: 0.5, y: 0.5, unit: "normal" }] });
  assert(normal.every(([x, y]) => x >= 320 && x < 326 && y >= 248 && y < 256), `${normal}`);
  assertEquals(added({ texts: [{ ...text, x: NaN }, { ...text, x: 1e300 }] }), []);
});
