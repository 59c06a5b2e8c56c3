import { assertAlmostEquals, assertEquals } from "@std/assert";
import { LanguageSession } from "../../../../../rpc/language/evaluation/session.ts";
import type { IdlNumeric } from "../../../../../rpc/language/values/value.ts";
import { SeededRandom } from "../../../../support/random.ts";

Deno.test("C_CORRELATE of many FLOATs is that of the same DOUBLEs", () => {
  const random = new SeededRandom(77);
  for (const count of [2_047, 2_048, 2_049, 9_001]) {
    const x = Float32Array.from({ length: count }, () => random.next());
    const y = Float32Array.from(
      { length: count },
      (_, i) => x[Math.max(0, i - 3)]! + random.next(),
    );
    const session = new LanguageSession();
    session.set("x", { type: 4, shape: [count], data: x });
    session.set("y", { type: 4, shape: [count], data: y });
    const outcome = session.runSync(
      "lag = [-2, -1, 0, 1, 3] & a = c_correlate(x, y, lag) & " +
        "b = c_correlate(double(x), double(y), lag) & return, [[double(a)], [b]]",
    );
    if (!outcome.ok) throw outcome.error;
    const both = (outcome.returned as IdlNumeric).data as Float64Array;
    for (let k = 0; k < 5; k++) assertAlmostEquals(both[k]!, both[5 + k]!, 1e-7, `${count} ${k}`);
    const spoiled = session.runSync("x[n_elements(x)/2] = !values.f_nan & return, correlate(x, y)");
    if (!spoiled.ok) throw spoiled.error;
    assertEquals(Number(spoiled.returned!.data[0]), NaN);
  }
});
