import { assertEquals } from "@std/assert";
import { lineColumns } from "../../../../station/web/picture/line_plot.ts";

Deno.test("lineColumns() loses no peak, however many values share a column", () => {
  const values = new Float32Array(1_000_000).fill(1);
  values[123_456] = 9;
  values[900_000] = -4;
  const { least, greatest, low, high } = lineColumns(values, 100);
  assertEquals([low, high, greatest[12], least[12], least[90]], [-4, 9, 9, 1, -4]);
  assertEquals(greatest.filter((value) => value === 1).length, 99);
});

Deno.test("lineColumns() leaves gaps where nothing is finite, and takes no more columns than values", () => {
  const { least, greatest, low, high } = lineColumns([NaN, 2, Infinity, 5], 800);
  assertEquals([...least], [NaN, 2, NaN, 5]);
  assertEquals([...greatest], [NaN, 2, NaN, 5]);
  assertEquals([low, high], [2, 5]);
  const empty = lineColumns([NaN], 10);
  assertEquals([empty.low, empty.high], [NaN, NaN]);
});
