import { assertEquals } from "@std/assert";
import { Pace } from "../../../fits/source/pace.ts";

Deno.test("Pace learns the gap that is worth reading over, within limits", () => {
  const small: [number, number][] = [[16_384, 50], [16_384, 60], [16_384, 55]];
  const cases: readonly [answers: [bytes: number, milliseconds: number][], gap: number][] = [
    [[], 65_536],
    // Nothing tells how fast bytes come.
    [small, 65_536],
    // A server near by: what is measured there is chance.
    [[[1_000_000, 2], [1_000_000, 2], [1_000_000, 2]], 65_536],
    // 1000 bytes in a millisecond, 50 ms a round trip.
    [[...small, [1_000_000, 1050]], 50_000],
    // A slow line, and a fast one.
    [[...small, [300_000, 30_050]], 16_384],
    [[...small, [8_000_000, 150]], 131_072],
    // Two answers are no rule.
    [[[1_000_000, 1050], [16_384, 50]], 65_536],
  ];
  for (const [answers, gap] of cases) {
    const pace = new Pace();
    for (const [bytes, milliseconds] of answers) pace.hear(bytes, milliseconds);
    assertEquals(Math.round(pace.gap), gap, JSON.stringify(answers));
  }
});
