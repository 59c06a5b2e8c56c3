import { assertEquals } from "@std/assert";
import { FeedFigures } from "../../../station/live/feed_figures.ts";

Deno.test("FeedFigures tells the rate of the last frames, and counts pauses", () => {
  const figures = new FeedFigures();
  assertEquals([figures.rate(0), figures.gaps], [undefined, 0]);
  figures.note(1_000);
  assertEquals(figures.rate(1_000), undefined);
  for (let i = 1; i <= 30; i++) figures.note(1_000 + 100 * i);
  assertEquals([figures.rate(4_050), figures.gaps], [10, 0]);
  // Twice as long is none yet, four times is.
  figures.note(4_200);
  assertEquals(figures.gaps, 0);
  figures.note(4_600);
  assertEquals(figures.gaps, 1);
  for (let i = 1; i <= 20; i++) figures.note(4_600 + 250 * i);
  assertEquals([figures.rate(9_600), figures.gaps], [4, 1]);
  assertEquals([figures.rate(11_600), figures.rate(11_601)], [4, 0]);
});
