/** What is drawn around pictures: ticks, frames, and the turn to north. */

import { assert, assertAlmostEquals, assertEquals, assertThrows } from "../../../support/assert.ts";
import { readWcs } from "../../../../fits/wcs/wcs.ts";
import { eachPoint } from "../../../../fits/picture/plot/bitmap_font.ts";
import { drawFrame } from "../../../../fits/picture/plot/frame.ts";
import { northUp, turnPlane } from "../../../../fits/picture/plot/north.ts";
import { ticksBetween, type TickStyle } from "../../../../fits/picture/plot/ticks.ts";
import { worldAxes } from "../../../../fits/picture/plot/world_axes.ts";
import { FormatError } from "../../../../net/errors.ts";

Deno.test("ticksBetween() finds round values and labels that tell them apart", () => {
  const cases: [number, number, number, TickStyle, string][] = [
    [0, 10, 5, "plain", "0 2 4 6 8 10"],
    [-0.35, 0.35, 4, "plain", "-0.2 0.0 0.2"],
    [979, 1591, 6, "plain", "1000 1200 1400"],
    [5, 4.9, 5, "plain", "4.90 4.92 4.94 4.96 4.98 5.00"],
    [83.5, 83.76, 4, "hours", "5h34m00s 5h34m20s 5h34m40s 5h35m00s"],
    [-1, 1, 4, "hours", "23h56m 23h58m 0h00m 0h02m 0h04m"],
    [0, 90, 6, "hours", "0h 1h 2h 3h 4h 5h 6h"],
    [-0.4, 0.4, 4, "degrees", "-0d15' 0d00' 0d15'"],
    [-12, 12, 4, "degrees", "-10d 0d 10d"],
    [22, 22.001, 4, "degrees", `22d00'00" 22d00'01" 22d00'02" 22d00'03"`],
    [22, 22.0001, 4, "degrees", `22d00'00.0" 22d00'00.1" 22d00'00.2" 22d00'00.3"`],
    [3, 3, 4, "plain", ""],
    [NaN, 3, 4, "degrees", ""],
  ];
  for (const [low, high, count, style, labels] of cases) {
    const ticks = ticksBetween(low, high, count, style);
    assertEquals(ticks.map(({ label }) => label).join(" "), labels, `${low} to ${high}`);
    for (const { value } of ticks) {
      assert(value >= Math.min(low, high) - 1e-9 && value <= Math.max(low, high) + 1e-9);
    }
  }
  const turned = ticksBetween(350, 370, 2, "degrees", true).map(({ label }) => label);
  assertEquals(turned, ["350d", "0d", "10d"]);
});

function skyHeader(matrix: readonly number[], types = ["RA---TAN", "DEC--TAN"]) {
  const cards: [string, unknown][] = [
    ...[["NAXIS", 2], ["CTYPE1", types[0]], ["CTYPE2", types[1]], ["CRPIX1", 1.5]] as const,
    ...[["CRPIX2", 1], ["CRVAL1", 10], ["CRVAL2", 20]] as const,
    ...matrix.map((value, i) => [`CD${(i >> 1) + 1}_${(i & 1) + 1}`, value / 1000] as const),
  ].map(([key, value]) => [key, value]);
  return new Map<string, unknown>(cards);
}

Deno.test("northUp() turns and mirrors a picture until north is up and east left", () => {
  // Two columns, one row from the bottom: 1 2.
  const plane = { width: 2, height: 1, values: Float64Array.of(1, 2) };
  const solar = ["HPLN-TAN", "HPLT-TAN"];
  const cases: [number[], string[] | undefined, number, number[]][] = [
    // East to the left already.
    [[-1, 0, 0, 1], undefined, 2, [1, 2]],
    // Mirrored.
    [[1, 0, 0, 1], undefined, 2, [2, 1]],
    // Upside down.
    [[1, 0, 0, -1], undefined, 2, [2, 1]],
    // East up: north is where column 2 is.
    [[0, -1, 1, 0], undefined, 1, [2, 1]],
    [[0, 1, -1, 0], undefined, 1, [1, 2]],
    // On the Sun, longitudes grow to the west, on the right.
    [[1, 0, 0, 1], solar, 2, [1, 2]],
    [[-1, 0, 0, 1], solar, 2, [2, 1]],
  ];
  for (const [matrix, types, width, values] of cases) {
    const wcs = readWcs(skyHeader(matrix, types));
    const turn = northUp(wcs, 2, 1, (x, y) => [x - 0.5, y - 0.5]);
    const turned = turnPlane(plane, turn);
    assertEquals([turned.width, ...turned.values], [width, ...values], `${matrix} ${types}`);
  }
  const problem = "the image has no celestial coordinates";
  assertThrows(() => northUp(undefined, 2, 1, (x, y) => [x, y]), FormatError, problem);
});

Deno.test("northUp() by 30 degrees keeps the middle in the middle, and leaves corners empty", () => {
  const [cos, sin] = [Math.cos(Math.PI / 6), Math.sin(Math.PI / 6)];
  const wcs = readWcs(skyHeader([-cos, sin, sin, cos]));
  const turn = northUp(wcs, 40, 30, (x, y) => [x - 0.5, y - 0.5]);
  assertEquals([turn.width, turn.height], [
    Math.ceil(40 * cos + 30 * sin),
    Math.ceil(40 * sin + 30 * cos),
  ]);
  const [x, y] = turn.place(turn.width / 2, turn.height / 2);
  assertAlmostEquals(x, 20, 1e-9);
  assertAlmostEquals(y, 15, 1e-9);
  const values = new Float64Array(1200).fill(7);
  const turned = turnPlane({ width: 40, height: 30, values }, turn);
  assertEquals([turned.values[0], turned.values.at(-1)], [NaN, NaN]);
  const kept = turned.values.filter((value) => Math.abs(value - 7) < 1e-12).length;
  assert(Math.abs(kept - 1200) < 40, `${kept}`);
});

Deno.test("worldAxes() has ticks where the world coordinates are round", () => {
  const wcs = readWcs(skyHeader([-1, 0, 0, 1]))!;
  const pixelAt = (x: number, y: number) => [x - 0.5, y - 0.5];
  const edges = { width: 400, height: 300, axes: [0, 1], pixelAt } as const;
  const { bottom, left } = worldAxes(edges, wcs);
  assertEquals([bottom.title, left.title], ["Right ascension (ICRS)", "Declination (ICRS)"]);
  assertEquals(left.ticks.map(({ label }) => label), [
    ..."20d00' 20d05' 20d10' 20d15'".split(" "),
  ]);
  assertEquals(bottom.ticks.map(({ label }) => label), [
    ..."0h38m30s 0h39m00s 0h39m30s 0h40m00s".split(" "),
  ]);
  for (const { at, label } of left.ticks) {
    const [, latitude] = wcs.pixelToWorld(pixelAt(0, at));
    assertAlmostEquals(latitude!, 20 + Number(label.slice(3, 5)) / 60, 1e-6);
  }
  const plain = worldAxes({ ...edges, width: 10, height: 10 }, undefined);
  assertEquals(plain.bottom.title, "Pixel");
  assertEquals(plain.bottom.ticks, [{ at: 4.5, label: "5" }, { at: 9.5, label: "10" }]);
});

Deno.test("drawFrame() keeps the picture's pixels, and draws its frame, ticks and colours", () => {
  const data = Uint8Array.from({ length: 60 * 50 * 2 }, (_, i) => i % 2 === 0 ? i % 251 : 255);
  data[1] = 0;
  const colors = Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3));
  const framed = drawFrame({ width: 60, height: 50, color: "gray-alpha", data }, {
    left: { title: "Y", ticks: [{ at: 25, label: "1" }] },
    bottom: { title: "X", ticks: [{ at: 30, label: "2" }, { at: 31, label: "3" }] },
    bar: { colors, axis: { title: "DN", ticks: [{ at: 0, label: "0" }] } },
  });
  const left = 3 + 8 + 3 + 6 + 3 + 4;
  const pixel = (x: number, y: number) => [
    ...framed.data.subarray((y * framed.width + x) * 3, (y * framed.width + x) * 3 + 3),
  ];
  // The transparent pixel is paper, the others are what they were.
  assertEquals(pixel(left, 8), [255, 255, 255]);
  for (const [x, y] of [[1, 0], [59, 49], [30, 20]] as const) {
    const level = data[(y * 60 + x) * 2]!;
    assertEquals(pixel(left + x, 8 + y), [level, level, level]);
  }
  const black = [0, 0, 0];
  assertEquals([pixel(left - 1, 8), pixel(left + 60, 30), pixel(left + 20, 7)], [
    ...[black, black, black],
  ]);
  // Ticks, and the ends of the bar.
  assertEquals([pixel(left - 3, 8 + 25), pixel(left + 30, 8 + 50 + 2)], [black, black]);
  const bar = left + 60 + 12;
  assertEquals([pixel(bar + 3, 8), pixel(bar + 3, 57)], [[255, 255, 255], black]);
  // The label 3 would run into 2: it is left out.
  const row = Array.from({ length: 30 }, (_, i) => pixel(left + 25 + i, 8 + 50 + 1 + 4 + 3 + 6));
  const points: number[] = [];
  eachPoint("2", (along, across) => void (across === 6 && points.push(along)));
  assertEquals(row.flatMap(([red], i) => red === 0 ? [i - 2] : []), points);
});
