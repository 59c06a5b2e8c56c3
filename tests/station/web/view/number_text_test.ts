import { assertEquals } from "@std/assert";
import { briefText, valueText } from "../../../../station/web/view/number_text.ts";

Deno.test("valueText() has the digits of the type", () => {
  const cases: [number | bigint, number, string][] = [
    [1234, 16, "1234"],
    [-5, 16, "\u22125"],
    [Math.fround(0.1), -32, "0.1"],
    [Math.fround(-1.133058), -32, "\u22121.133058"],
    [16777216, -32, "16777216"],
    [0.1, -32, "0.1"],
    [0.1 + 0.2, -64, "0.30000000000000004"],
    [2n ** 63n - 1n, 64, "9223372036854775807"],
    [537.2020630512361, 16, "537.2020631"],
    [-2147483648, 32, "\u22122147483648"],
    [NaN, -32, "no value"],
    [-Infinity, -32, "\u2212\u221e"],
    [1e30, -64, "1e+30"],
  ];
  for (const [value, bitpix, text] of cases) assertEquals(valueText(value, bitpix), text);
});

Deno.test("briefText() has five digits", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [48731.25, "48731"],
    [-0.15466123, "\u22120.15466"],
    [1.23456e-7, "1.235e-7"],
    [123456789, "123500000"],
    [1e25, "1e+25"],
  ];
  for (const [value, text] of cases) assertEquals(briefText(value), text);
});
