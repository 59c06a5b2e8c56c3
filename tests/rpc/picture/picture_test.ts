import { assert, assertEquals, assertThrows } from "../../support/assert.ts";
import { FormatError } from "../../../net/errors.ts";
import { COLOR_TABLES, colorTable } from "../../../rpc/picture/color_tables.ts";
import type { LanguagePicture } from "../../../rpc/language/routines/host.ts";
import type { IdlNumeric } from "../../../rpc/language/values/value.ts";
import { Raster } from "../../../fits/picture/plot/bitmap_font.ts";
import { drawPicture } from "../../../rpc/picture/picture.ts";

const bytes = (shape: number[], ...data: number[]): IdlNumeric => ({
  type: 1,
  shape,
  data: Uint8Array.from(data),
});

const picture = (value: IdlNumeric, changes: Partial<LanguagePicture> = {}): LanguagePicture => ({
  kind: "image",
  value,
  colorAxis: 0,
  topDown: false,
  colorTable: 0,
  ...changes,
});

Deno.test("drawPicture() turns the first row to the bottom, unless it is the top one", () => {
  const value = bytes([2, 2], 1, 2, 3, 4);
  assertEquals(drawPicture(picture(value)).data, Uint8Array.of(3, 4, 1, 2));
  assertEquals(drawPicture(picture(value, { topDown: true })).data, Uint8Array.of(1, 2, 3, 4));
});

Deno.test("drawPicture() takes colours along any of three axes, and drops transparency", () => {
  const expected = Uint8Array.of(1, 2, 3, 4, 5, 6);
  const top = { topDown: true };
  const cases: [IdlNumeric, 1 | 2 | 3][] = [
    [bytes([3, 2, 1], 1, 2, 3, 4, 5, 6), 1],
    [bytes([2, 3, 1], 1, 4, 2, 5, 3, 6), 2],
    [bytes([2, 1, 3], 1, 4, 2, 5, 3, 6), 3],
    [bytes([4, 2, 1], 1, 2, 3, 99, 4, 5, 6, 99), 1],
    [bytes([2, 1, 4], 1, 4, 2, 5, 3, 6, 99, 99), 3],
  ];
  for (const [value, colorAxis] of cases) {
    const drawn = drawPicture(picture(value, { colorAxis, ...top }));
    assertEquals([drawn.width, drawn.height, drawn.color], [2, 1, "rgb"]);
    assertEquals(drawn.data, expected);
  }
});

Deno.test("drawPicture() scales what is no BYTE from its least to its greatest finite value", () => {
  const value: IdlNumeric = {
    type: 4,
    shape: [5, 1],
    data: Float32Array.of(-1, 0, 1, NaN, Infinity),
  };
  assertEquals(drawPicture(picture(value)).data, Uint8Array.of(0, 127, 255, 0, 255));
  const same: IdlNumeric = { type: 14, shape: [2, 1], data: BigInt64Array.of(5n, 5n) };
  assertEquals(drawPicture(picture(same)).data, Uint8Array.of(0, 0));
});

Deno.test("drawPicture() shows one plane through a colour table", () => {
  const drawn = drawPicture(picture(bytes([2, 1], 0, 255), { colorTable: 1 }));
  assertEquals(drawn.color, "rgb");
  assertEquals(drawn.data, Uint8Array.of(...colorTable(1).subarray(0, 3), 255, 255, 255));
});

Deno.test("drawPicture() says what has no form of a picture", () => {
  const complex: IdlNumeric = { type: 6, shape: [1, 1], data: Float32Array.of(1, 2) };
  const cases: [LanguagePicture, string][] = [
    [picture(bytes([2, 2, 2], 1, 2, 3, 4, 5, 6, 7, 8)), "expected two dimensions"],
    [picture(bytes([2, 2, 1], 1, 2, 3, 4), { colorAxis: 1 }), "3 or 4 long on that one"],
    [picture(complex), "Cannot show complex numbers"],
    [
      picture(bytes([1, 1], 1), { colorTable: 99 }),
      "Cannot load the colour table 99: there are 0, 1",
    ],
    [picture(complex, { kind: "plot" }), "Cannot plot complex numbers"],
    [
      picture(bytes([2], 1, 2), { kind: "plot", abscissae: bytes([3], 1, 2, 3) }),
      "2 values over 3",
    ],
  ];
  for (const [wrong, message] of cases) {
    assertThrows(() => drawPicture(wrong), FormatError, message);
  }
});

Deno.test("colorTable() has 256 entries for every number, the gray one exactly", () => {
  for (const number of COLOR_TABLES) assertEquals(colorTable(number).length, 768);
  assertEquals(colorTable(0), Uint8Array.from({ length: 768 }, (_, i) => Math.floor(i / 3)));
});

/** The points of a plot that are black, as a function of its column and row. */
function plotted(changes: Partial<LanguagePicture>): (x: number, y: number) => boolean {
  const { width, data } = drawPicture(picture(bytes([1], 0), { kind: "plot", ...changes }));
  return (x, y) => data[y * width + x] === 0;
}

Deno.test("drawPicture() draws a plot's line from corner to corner of its frame", () => {
  const value: IdlNumeric = {
    type: 5,
    shape: [11],
    data: Float64Array.from({ length: 11 }, (_, i) => i),
  };
  const black = plotted({ value });
  // 0 to 10 on both axes: from the lower left corner (70, 466) to the upper right (620, 34).
  for (const part of [0.1, 0.25, 0.5, 0.75, 0.9]) {
    assert(black(Math.round(70 + part * 550), Math.round(466 - part * 432)), `${part}`);
  }
  assert(!black(200, 200));
  assert(black(70, 300) && black(620, 300) && black(300, 34) && black(300, 466));
});

Deno.test("drawPicture() leaves a gap for what is not finite, and keeps to given ranges", () => {
  const value: IdlNumeric = { type: 4, shape: [3], data: Float32Array.of(1, NaN, 1) };
  const gap = plotted({ value, ranges: [[0, 2], [0, 2]] });
  assert(!gap(345, 250));
  const wide: IdlNumeric = { type: 4, shape: [2], data: Float32Array.of(-100, 100) };
  const cut = plotted({ value: wide, ranges: [[0, 1], [-1, 1]] });
  assert(cut(345, 250) && !cut(345, 20) && !cut(345, 480));
});

Deno.test("drawPicture() draws logarithmic axes, titles, and many values", () => {
  const many: IdlNumeric = {
    type: 4,
    shape: [100_000],
    data: Float32Array.from({ length: 100_000 }, (_, i) => 1 + i % 1_000),
  };
  const titled = plotted({
    value: many,
    title: "H",
    axisTitles: ["x", "y"],
    logarithmic: [false, true],
  });
  let title = 0;
  for (let x = 330; x < 360; x++) for (let y = 14; y < 26; y++) title += titled(x, y) ? 1 : 0;
  // The letter H: two bars of seven points and three between them.
  assertEquals(title, 17);
});

Deno.test("PLOT ends, and draws its curve, whatever numbers its axes have", async (t) => {
  const ulp = 1 + Number.EPSILON;
  const cases:
    readonly (readonly [values: number[], logarithmic?: boolean, range?: [number, number]])[] = [
      [[1, 1.0000000001], true],
      [[1, ulp], true],
      [[10, 10], true],
      [[1e-300, 1e300], true],
      [[5e-324, 1e-323], true],
      [[1, 2], true, [1, 1.0000000001]],
      [[1, 2], true, [10, 10]],
      [[1, ulp]],
      [[1e300, 1e300 * ulp]],
      [[0, 5e-324]],
      [[-5e-324, 5e-324]],
      [[-1.7e308, 1.7e308]],
      [[-Number.MAX_VALUE, Number.MAX_VALUE]],
      [[Number.MAX_VALUE, Number.MAX_VALUE]],
      [[1, 2], false, [1, ulp]],
      [[1, 2], false, [2, 1]],
      [[1, 2], false, [-1.7e308, 1.7e308]],
      [[0, 0]],
      [[NaN, Infinity]],
    ];
  for (const [values, logarithmic = false, range] of cases) {
    await t.step(`${values} ${logarithmic ? "logarithmic" : "linear"} ${range ?? ""}`, () => {
      const value: IdlNumeric = { type: 5, shape: [2], data: Float64Array.from(values) };
      const { data } = drawPicture(picture(value, {
        kind: "plot",
        logarithmic: [false, logarithmic],
        ranges: [undefined, range],
      }));
      assertEquals(data.length, 640 * 512);
      // The frame, whose left edge is drawn from top to bottom.
      for (const y of [34, 200, 466]) assertEquals(data[y * 640 + 70], 0);
    });
  }
  const value: IdlNumeric = { type: 5, shape: [2], data: Float64Array.of(1, 2) };
  const ranges = [undefined, [0, Infinity]] as const;
  assertThrows(
    () => drawPicture(picture(value, { kind: "plot", ranges })),
    FormatError,
    "Cannot plot from 0 to Infinity: expected finite numbers",
  );
});

Deno.test("Raster.line() leaves out what ends nowhere or far outside", () => {
  for (const end of [NaN, Infinity, 0.5, 1e9]) {
    const raster = new Raster(4, 4);
    raster.line(0, 0, end, 3);
    assertEquals(raster.data, new Uint8Array(16).fill(255));
  }
  const raster = new Raster(4, 2);
  raster.line(-2, 0, 2, 1);
  assertEquals([...raster.data], [255, 255, 255, 255, 0, 0, 0, 255]);
});
