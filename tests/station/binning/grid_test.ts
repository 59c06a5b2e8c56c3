import { assertEquals, assertThrows } from "@std/assert";
import { FormatError } from "../../../net/errors.ts";
import { binAxis, binOf, chooseSizes, parseBin } from "../../../station/binning/grid.ts";

Deno.test("bin is two columns and the size of pixels", () => {
  const cases: [string, unknown][] = [
    ["X,Y", { x: "X", y: "Y", sizes: undefined }],
    [" X , Y ,4", { x: "X", y: "Y", sizes: [4, 4] }],
    ["X,Y,0.5,2e3", { x: "X", y: "Y", sizes: [0.5, 2000] }],
    ["X", undefined],
    ["X,", undefined],
    ["X,Y,0", undefined],
    ["X,Y,-1", undefined],
    ["X,Y,", undefined],
    ["X,Y,Infinity", undefined],
    ["X,Y,1,1,1", undefined],
  ];
  for (const [text, expected] of cases) assertEquals(parseBin(text), expected, text);
});

Deno.test("a pixel has its lower edge, the last one both", () => {
  const axis = binAxis(0.5, 4.5, 1);
  assertEquals(axis.length, 4);
  const cases = [[0.4, -1], [0.5, 0], [1.49, 0], [1.5, 1], [4.4, 3], [4.5, 3], [4.6, -1]] as const;
  for (const [value, pixel] of cases) assertEquals(binOf(axis, value), pixel, String(value));
  assertEquals(binOf(axis, NaN), -1);
  // 0.1 has no exact half: the edges themselves decide, and rounding makes no further pixel.
  const tenths = binAxis(0, 1, 0.1);
  assertEquals(tenths.length, 10);
  for (let i = 0; i < 10; i++) assertEquals(binOf(tenths, i * 0.1), i);
  assertEquals(binAxis(3, 3, 1).length, 1);
  assertThrows(() => binAxis(-1e308, 1e308, 1e-300), FormatError);
});

Deno.test("pixels are one unit, as the header proposes, or a power of two", () => {
  const column = { low: 0, high: 0, isWhole: true, proposed: undefined, unit: "pixel" };
  const sizes = (x: object, y: object = x) =>
    chooseSizes([{ ...column, ...x }, { ...column, ...y }]);
  assertEquals(sizes({ low: 0.5, high: 8192.5 }), [4, 4]);
  assertEquals(sizes({ low: 0.5, high: 100.5 }), [1, 1]);
  assertEquals(sizes({ low: 0.5, high: 100.5 }, { low: 0.5, high: 4096.5 }), [2, 2]);
  assertEquals(sizes({ high: 30, proposed: 3 }, { high: 30, unit: "s" }), [3, 1]);
  assertEquals(sizes({ low: 10, high: 11, isWhole: false }), [2 ** -10, 2 ** -10]);
});
