import { assertEquals } from "@std/assert";
import { countTruths, truePlaces } from "../../../../rpc/language/kernels/truths.ts";
import { SeededRandom } from "../../../support/random.ts";

Deno.test("countTruths() and truePlaces() find what a plain loop finds, at every length", () => {
  const random = new SeededRandom(2_026);
  for (const length of [0, 1, 15, 16, 63, 64, 65, 2_047, 2_048, 2_049, 6_200]) {
    for (const [share, run] of [[0, 1], [0.01, 1], [0.5, 1], [0.5, 50], [0.9, 19], [1, 1]]) {
      const flags = new Uint8Array(length);
      for (let at = 0; at < length; at += run!) {
        if (random.next() < share!) flags.fill(random.integer(1, 255), at, at + run!);
      }
      const numbers = [...flags.keys()];
      const found = numbers.filter((i) => flags[i] !== 0);
      assertEquals(countTruths(flags), found.length, `${length}, seed ${random.seed}`);
      for (const complement of [false, true]) {
        const expected = complement ? numbers.filter((i) => flags[i] === 0) : found;
        const out = new Int32Array(expected.length);
        truePlaces(flags, complement, out);
        assertEquals([...out], expected, `${length}, ${complement}, seed ${random.seed}`);
      }
    }
  }
});
