import { assertEquals } from "@std/assert";
import { addSpan, missingSpans, type Span, spanBytes } from "../../../http/download/spans.ts";
import { fuzz, fuzzRounds } from "../../support/random.ts";

Deno.test("addSpan() joins what touches", () => {
  assertEquals(addSpan([[0, 5], [10, 15]], [5, 10]), [[0, 15]]);
  assertEquals(addSpan([[0, 5], [10, 15]], [6, 9]), [[0, 5], [6, 9], [10, 15]]);
  assertEquals(addSpan([], [3, 3]), []);
  assertEquals(addSpan([[4, 6]], [0, 20]), [[0, 20]]);
});

Deno.test("missingSpans() is what addSpan() has not covered, whatever the order", async () => {
  await fuzz(fuzzRounds(200, 5_000), 3, (random) => {
    const length = random.integer(0, 60);
    const there = new Uint8Array(length);
    let spans: Span[] = [];
    for (let i = random.integer(0, 12); i > 0; i--) {
      const first = random.integer(0, length);
      const end = random.integer(first, length);
      spans = addSpan(spans, [first, end]);
      there.fill(1, first, end);
    }
    const found = new Uint8Array(length).fill(1);
    for (const [first, end] of missingSpans(spans, length)) found.fill(0, first, end);
    assertEquals(found, there);
    assertEquals(spanBytes(spans), there.reduce((sum, byte) => sum + byte, 0));
  });
});
