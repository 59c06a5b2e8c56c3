import { assert, assertEquals, assertThrows } from "@std/assert";
import type { LanguagePicture } from "../../../rpc/mod.ts";
import { colorTable } from "../../../rpc/picture/color_tables.ts";
import { drawContours } from "../../../rpc/picture/contour_plot.ts";

/** Heights of 11 x 11 places. */
function heights(height: (x: number, y: number) => number): LanguagePicture {
  const data = Float64Array.from({ length: 121 }, (_, i) => height(i % 11, Math.floor(i / 11)));
  return {
    kind: "contour",
    value: { type: 5, shape: [11, 11], data },
    colorAxis: 0,
    topDown: false,
    colorTable: 0,
  };
}

/** The columns of black points in a row of points between the axes, without their marks. */
function blackColumns(picture: LanguagePicture, row: number): number[] {
  const { width, data } = drawContours(picture);
  const found: number[] = [];
  for (let x = 80; x < 612; x++) if (data[row * width + x] === 0) found.push(x);
  return found;
}

Deno.test("drawContours() draws a line where the height is that of the level", () => {
  const ramp = heights((x) => x);
  // The axis from 0 to 10 lies between the columns 70 and 620.
  assertEquals(blackColumns({ ...ramp, levels: [5] }, 250), [345]);
  assertEquals(blackColumns({ ...ramp, levels: [2.5, 7.5] }, 250), [208, 483]);
  assertEquals(blackColumns({ ...ramp, levels: [11] }, 250), []);
  assertEquals(blackColumns(ramp, 250).length, 6);
  const places = { type: 5, shape: [11], data: Float64Array.from(Array(11).keys(), (i) => 2 * i) };
  const moved: LanguagePicture = { ...ramp, abscissae: places as LanguagePicture["value"] };
  assertEquals(blackColumns({ ...moved, levels: [5], ranges: [[0, 40], undefined] }, 250), [208]);
});

Deno.test("drawContours() fills the places between heights with colours of the table", () => {
  const ramp = heights((x) => x);
  const picture = { ...ramp, levels: [2.5, 5, 7.5], fill: [10, 20, 30], colorTable: 3 };
  const { width, color, data } = drawContours(picture);
  assertEquals(color, "rgb");
  const table = colorTable(3);
  const at = (x: number) => [...data.subarray(3 * (250 * width + x), 3 * (250 * width + x) + 3)];
  const entry = (color: number) => [...table.subarray(3 * color, 3 * color + 3)];
  // The axis from 0 to 10 lies between the columns 70 and 620; below the lowest height is white.
  assertEquals([at(100), at(206), at(209)], [[255, 255, 255], [255, 255, 255], entry(10)]);
  assertEquals([at(344), at(346), at(481), at(484), at(619)], [
    ...[entry(10), entry(20), entry(20), entry(30), entry(30)],
  ]);
  assertEquals(at(620), [0, 0, 0]);
  // A hole stays white, and so does a plane that is nowhere finite.
  const holed = heights((x, y) => y === 5 ? NaN : x);
  const hole = drawContours({ ...holed, levels: [0], fill: [200] });
  assertEquals(hole.data[3 * (250 * width + 300)], 255);
});

Deno.test("drawContours() leaves cells without a finite corner empty, and planes without lines", () => {
  const holed = heights((x, y) => y === 5 ? NaN : x);
  assertEquals(blackColumns({ ...holed, levels: [5] }, 250), []);
  assertEquals(blackColumns(heights(() => 3), 250), []);
  assertEquals(blackColumns({ ...heights(() => Infinity), levels: [1] }, 250), []);
  // Every cell is a saddle, through which two lines pass.
  const board = heights((x, y) => (x + y) % 2);
  assert(blackColumns({ ...board, levels: [0.5] }, 240).length > 10);
  const complex = { type: 9, shape: [1, 1], data: new Float64Array(2) } as LanguagePicture["value"];
  assertThrows(
    () => drawContours({ ...holed, value: complex }),
    Error,
    "Cannot plot complex numbers: take ABS of them",
  );
});
