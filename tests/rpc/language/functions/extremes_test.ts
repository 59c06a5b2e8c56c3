/** MAX and MIN alone take a shorter way than with their places: both give the same. */

import { assertEquals } from "@std/assert";
import { LanguageSession } from "../../../../rpc/language/evaluation/session.ts";
import type { IdlNumeric, IdlValue } from "../../../../rpc/language/values/value.ts";
import { SeededRandom } from "../../../support/random.ts";

const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, 1e-45, -1e-45, 3e38];

Deno.test("MAX and MIN give alone what they give with their places", () => {
  const random = new SeededRandom(31);
  for (const count of [1, 2, 3, 63, 2_048, 4_097]) {
    for (const share of [0, 1, 10]) {
      const number = () =>
        random.integer(0, 10) < share ? random.pick(SPECIAL) : random.next() * share - 0.5;
      const numbers = Array.from({ length: count }, number);
      const values: IdlValue[] = [
        { type: 4, shape: [count], data: Float32Array.from(numbers) },
        { type: 5, shape: [count], data: Float64Array.from(numbers) },
        { type: 2, shape: [count], data: Int16Array.from(numbers, (x) => x * 1e4) },
      ];
      for (const value of values) {
        for (const name of ["max", "min"]) {
          for (const nan of ["", ", /nan"]) {
            const session = new LanguageSession();
            session.set("x", value);
            const alone = session.runSync(`return, ${name}(x${nan})`);
            const placed = session.runSync(`r = ${name}(x, at${nan}) & return, x[at]`);
            if (!alone.ok) throw alone.error;
            if (!placed.ok) throw placed.error;
            const [a, b] = [alone.returned, placed.returned] as [IdlNumeric, IdlNumeric];
            assertEquals(a.type, b.type);
            assertEquals(a.data, b.data, `${name} of ${count} of type ${value.type}${nan}`);
          }
        }
      }
    }
  }
});
