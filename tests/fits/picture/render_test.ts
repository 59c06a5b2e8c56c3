import { assert, assertEquals, assertThrows } from "@std/assert";
import { colormap, type ColormapName, COLORMAPS } from "../../../fits/picture/colormap.ts";
import { decodePng } from "../../../fits/picture/png.ts";
import { renderImage, renderPng } from "../../../fits/picture/render.ts";
import { resample } from "../../../fits/picture/resample.ts";
import {
  readStretch,
  type Stretch,
  STRETCHES,
  stretchValues,
} from "../../../fits/picture/stretch.ts";
import { FormatError } from "../../../net/errors.ts";
import { SeededRandom } from "../../support/random.ts";

Deno.test("renderImage() puts the last FITS row at the top", () => {
  const image = { pixels: new Uint8Array([0, 51, 102, 153, 204, 255]), shape: [3, 2] };
  const picture = renderImage(image, { limits: "minmax" });
  assertEquals([...picture.data], [153, 204, 255, 0, 51, 102]);
  assertEquals([picture.width, picture.height, picture.color], [3, 2, "gray"]);
  assertEquals(picture.limits, [0, 255]);
});

Deno.test("renderImage() makes pixels without a value transparent, and clamps the others", () => {
  const image = { pixels: new Float32Array([NaN, -5, 50, Infinity]), shape: [4, 1] };
  const gray = renderImage(image, { limits: [0, 100] });
  assertEquals(gray.color, "gray-alpha");
  assertEquals([...gray.data], [0, 0, 0, 255, 128, 255, 255, 255]);
  const heat = renderImage(image, { limits: [0, 100], colormap: "heat" });
  assertEquals(heat.color, "rgb-alpha");
  const table = colormap("heat");
  assertEquals([...heat.data], [
    ...[0, 0, 0, 0],
    ...[...table.subarray(0, 3), 255],
    ...[...table.subarray(384, 387), 255],
    ...[...table.subarray(765, 768), 255],
  ]);
});

Deno.test("renderImage() takes bigints, one axis, the first plane of a cube, and a plain array", () => {
  const options = { limits: "minmax" } as const;
  assertEquals(
    [...renderImage({ pixels: new BigInt64Array([0n, 10n]), shape: [2] }, options).data],
    [0, 255],
  );
  assertEquals(
    [...renderImage({ pixels: new Int16Array([0, 1, 9, 9]), shape: [2, 1, 2] }, options).data],
    [0, 255],
  );
  assertEquals([...renderImage({ pixels: [0, 1, 9, 9], shape: [2, 1, 2] }, options).data], [
    0,
    255,
  ]);
});

Deno.test("renderImage() turns the scale round where the first limit is the higher", () => {
  const image = { pixels: new Int16Array([-10, 0, 50, 100, 110]), shape: [5] };
  assertEquals([...renderImage(image, { limits: [100, 0] }).data], [255, 255, 128, 0, 0]);
});

Deno.test("renderImage() of equal pixels is of one middle gray", () => {
  const { data } = renderImage({ pixels: new Float64Array(4).fill(7), shape: [2, 2] });
  assertEquals([...data], [128, 128, 128, 128]);
  const empty = renderImage({ pixels: new Float64Array(4).fill(NaN), shape: [2, 2] });
  assertEquals([...empty.data], [0, 0, 0, 0, 0, 0, 0, 0]);
});

Deno.test("renderImage() refuses empty images and unknown options", () => {
  const image = { pixels: new Uint8Array(4), shape: [2, 2] };
  const cases: [() => unknown, string][] = [
    [() => renderImage({ pixels: new Uint8Array(0), shape: [] }), "shape []: it has 0 pixels"],
    [() => renderImage({ pixels: new Uint8Array(3), shape: [2, 2] }), "shape [2,2]: it has 3"],
    [() => renderImage(image, { size: 0 }), "size is 0, expected 1 to 32768"],
    [() => renderImage(image, { size: 1.5 }), "size is 1.5, expected 1 to 32768"],
    [
      () => renderImage(image, { stretch: "cube" as "log" }),
      "stretch is 'cube', expected one of linear, log, sqrt, asinh, histeq, sinh",
    ],
    [() => renderImage(image, { colormap: "jet" as "heat" }), "colormap is 'jet', expected one of"],
  ];
  for (const [render, message] of cases) assertThrows(render, FormatError, message);
});

Deno.test("renderPng() writes what renderImage() gives", () => {
  const random = new SeededRandom(9);
  const pixels = Float32Array.from({ length: 60 * 40 }, () => random.next());
  for (const name of ["gray", "viridis"] as const) {
    const options = { colormap: name, stretch: "asinh", size: 30 } as const;
    const { limits: _, ...picture } = renderImage({ pixels, shape: [60, 40] }, options);
    assertEquals<unknown>(decodePng(renderPng({ pixels, shape: [60, 40] }, options)), picture);
    assertEquals([picture.width, picture.height], [30, 20]);
  }
});

Deno.test("resample() averages areas, parts of pixels as parts, and leaves NaN out", () => {
  // Rows from the bottom: 1 2 3 / 4 5 6 / 7 8 9.
  const pixels = [1, 2, 3, 4, 5, 6, 7, 8, 9];
  assertEquals([...resample(pixels, 3, 3, 1).values], [5]);
  const half = resample(pixels, 3, 3, 2);
  assertEquals([half.width, half.height], [2, 2]);
  // Top left: 7 and half of 8 and 4, a quarter of 5, over 2.25 pixels.
  const expected = [
    (7 + 8 / 2 + 4 / 2 + 5 / 4) / 2.25,
    (9 + 8 / 2 + 6 / 2 + 5 / 4) / 2.25,
    (1 + 2 / 2 + 4 / 2 + 5 / 4) / 2.25,
    (3 + 2 / 2 + 6 / 2 + 5 / 4) / 2.25,
  ];
  for (const [i, value] of half.values.entries()) {
    assert(Math.abs(value - expected[i]!) < 1e-12, `${half.values}`);
  }
  assertEquals([...resample([1, NaN, NaN, 3, NaN, NaN], 3, 2, 2).values], [2, NaN]);
  assertEquals([...resample([1, NaN, NaN, NaN], 4, 1, 2).values], [1, NaN]);
});

Deno.test("resample() keeps the mean of a picture without NaN", () => {
  const random = new SeededRandom(10);
  for (let round = 0; round < 20; round++) {
    const [width, height] = [random.integer(2, 90), random.integer(2, 90)];
    const pixels = Float64Array.from({ length: width * height }, () => random.next());
    const { values } = resample(pixels, width, height, random.integer(1, Math.max(width, height)));
    const mean = (list: Float64Array) => list.reduce((sum, v) => sum + v, 0) / list.length;
    assert(Math.abs(mean(values) - mean(pixels)) < 1e-12);
  }
});

Deno.test("resample() enlarges by whole factors", () => {
  const { width, height, values } = resample([1, 2, 3, 4], 2, 2, 5);
  assertEquals([width, height], [4, 4]);
  assertEquals([...values], [3, 3, 4, 4, 3, 3, 4, 4, 1, 1, 2, 2, 1, 1, 2, 2]);
});

Deno.test("stretchValues() follows the formulas of the stretches", () => {
  const formulas: Record<string, (x: number) => number> = {
    linear: (x) => x,
    sqrt: Math.sqrt,
    log: (x) => Math.log(1000 * x + 1) / Math.log(1001),
    asinh: (x) => Math.asinh(10 * x) / Math.asinh(10),
    sinh: (x) => Math.sinh(3 * x) / Math.sinh(3),
    square: (x) => x * x,
    // Of equally spaced values, each is its own place among all.
    histeq: (x) => x,
    "power:0.05": (x) => x ** 0.05,
    "power:2.5": (x) => x ** 2.5,
    "power:20": (x) => x ** 20,
  };
  const xs = Array.from({ length: 4096 }, (_, i) => i / 4095);
  const names = Object.keys(formulas);
  assertEquals<unknown>(names.map(readStretch), names);
  for (const stretch of [...STRETCHES, ...["power:0.05", "power:2.5", "power:20"] as const]) {
    const values = Float64Array.from(xs, (x) => 20 + x * 60);
    stretchValues(values, 20, 80, stretch);
    for (const [i, x] of xs.entries()) {
      assert(Math.abs(values[i]! - formulas[stretch]!(x) * 255) < 0.1, `${stretch} of ${x}`);
    }
  }
  const odd = new Float64Array([NaN, -1, 2, 0.5]);
  stretchValues(odd, 0, 1, "histeq");
  assertEquals(Number.isNaN(odd[0]!), true);
  assertEquals([...odd.subarray(1)].every((value) => value >= 0 && value <= 255), true);
});

Deno.test("readStretch() knows powers from 0.05 to 20, and nothing else", () => {
  for (const text of ["power:1", "power:0.05", "power:20", "power:02.50"]) {
    assertEquals(readStretch(text), text);
  }
  const wrong = ["", "power", "power:", "power:0", "power:0.04", "power:20.1", "power:-1"];
  for (const text of [...wrong, "power:1e1", "power: 2", "power:NaN", "Power:2", "toString"]) {
    assertEquals(readStretch(text), undefined, text);
    assertThrows(
      () => renderImage({ pixels: new Uint8Array(1), shape: [1] }, { stretch: text as Stretch }),
      FormatError,
      `stretch is '${text}', expected one of linear, log,`,
    );
  }
});

Deno.test("colormap() gives 256 colours from dark to bright, each scale its own", () => {
  const seen = new Set<string>();
  for (const name of COLORMAPS) {
    const table = colormap(name);
    assertEquals(table.length, 768);
    seen.add(table.toHex());
    if (["magnetogram", "inverse", "RdBu", "coolwarm", "seismic"].includes(name)) continue;
    const luminance = (i: number) =>
      0.21 * table[3 * i]! + 0.72 * table[3 * i + 1]! + 0.07 * table[3 * i + 2]!;
    for (let i = 1; i < 256; i++) {
      assert(luminance(i) >= luminance(i - 1) - 1, `${name} gets darker at ${i}`);
    }
  }
  // The observatory's scale of 304 Å is the one that is called heat.
  assertEquals(seen.size, COLORMAPS.length - 1);
  const ends: [ColormapName, number[], number[]][] = [
    ["gray", [0, 0, 0], [255, 255, 255]],
    ["inverse", [255, 255, 255], [0, 0, 0]],
    ["viridis", [68, 1, 84], [253, 231, 36]],
    ["magma", [0, 0, 3], [251, 252, 191]],
    ["cividis", [0, 34, 77], [253, 231, 55]],
    ["RdBu", [103, 0, 31], [5, 48, 97]],
    ["coolwarm", [58, 76, 192], [179, 3, 38]],
    ["aia171", [0, 0, 0], [255, 255, 255]],
  ];
  for (const [name, first, last] of ends) {
    assertEquals([...colormap(name).subarray(0, 3)], first);
    assertEquals([...colormap(name).subarray(765)], last);
  }
});
