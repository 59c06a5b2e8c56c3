import { assert, assertEquals } from "@std/assert";
import type { LanguagePicture } from "../../../rpc/mod.ts";
import { drawSurface } from "../../../rpc/picture/surface_plot.ts";

function surface(
  side: number,
  height: (x: number, y: number) => number,
  view?: readonly [number, number],
): LanguagePicture {
  const data = Float32Array.from(
    { length: side * side },
    (_, i) => height(i % side, Math.floor(i / side)),
  );
  return {
    kind: "surface",
    value: { type: 4, shape: [side, side], data },
    colorAxis: 0,
    topDown: false,
    colorTable: 0,
    view,
  };
}

function blackRows(picture: LanguagePicture, column: number): number[] {
  const { width, height, data } = drawSurface(picture);
  return Array.from({ length: height }, (_, y) => y)
    .filter((y) => data[y * width + column] === 0);
}

Deno.test("drawSurface() draws a net, of 80 lines each way at most", () => {
  const { width, height, color, data } = drawSurface(surface(10, (x, y) => x + y));
  assertEquals([width, height, color, data.length], [640, 512, "gray", 640 * 512]);
  assert(data.includes(0));
  const fine = drawSurface(surface(300, (x) => x)).data;
  assert(fine.filter((level) => level === 255).length > fine.length / 4);
});

Deno.test("drawSurface() hides what lies behind: a wall in front of a hill is all that is seen", () => {
  // Seen from in front, the first row is the nearest.
  const wall = surface(9, (_, y) => y === 0 ? 1 : y === 4 ? 0.9 : 0, [0, 0]);
  const open = surface(9, (_, y) => y === 4 ? 0.9 : 0, [0, 0]);
  assert(blackRows(open, 320).length > 0);
  const rows = blackRows(wall, 333);
  // Of the wall only its upper and its lower edge cross a column between two upright lines.
  assertEquals(rows.length, 2);
});

Deno.test("drawSurface() leaves cells without a finite corner empty, and takes one row", () => {
  for (const height of [() => NaN, () => Infinity, () => 7]) drawSurface(surface(5, height));
  const row = surface(3, (x) => x);
  const one = { ...row.value, shape: [9, 1] };
  assertEquals(drawSurface({ ...row, value: one }).width, 640);
});
