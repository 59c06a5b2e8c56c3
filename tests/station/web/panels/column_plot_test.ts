import { assertEquals } from "@std/assert";
import {
  conditionOf,
  countsOf,
  densityOf,
  rangeOf,
} from "../../../../station/web/panels/column_plot.ts";

Deno.test("a plot is a little wider than its values, of which some may be none", () => {
  assertEquals(rangeOf([1, NaN, 3, Infinity]), [1 - 0.04, 3 + 0.04]);
  assertEquals(rangeOf([0, 0]), [-1, 1]);
  assertEquals(rangeOf([200]), [198, 202]);
  assertEquals(rangeOf([NaN]), undefined);
});

Deno.test("bins count the values within, the last one its upper end too", () => {
  assertEquals([...countsOf([0, 0.5, 1, 2, 2.1, NaN, -1], [0, 2], 2)], [2, 2]);
});

Deno.test("density counts points from the top row down", () => {
  const counts = densityOf([0, 1, 1, NaN, 5], [0, 1, 1, 0, 0], [[0, 1], [0, 1]], 2, 2);
  assertEquals([...counts], [0, 2, 1, 0]);
});

Deno.test("a rectangle is a condition that the filter takes", () => {
  assertEquals(
    conditionOf([["X", 1.23456789, 2e21], ["a b", -1, 1e-7]]),
    "X >= 1.234568 && X <= 2e21 && $a b$ >= -1 && $a b$ <= 1e-7",
  );
});
