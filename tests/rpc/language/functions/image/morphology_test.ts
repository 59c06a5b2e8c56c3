/** ERODE and DILATE in blocks of lines: what they give is what their definitions give. */

import { assertEquals } from "@std/assert";
import { LanguageSession } from "../../../../../rpc/language/evaluation/session.ts";
import type { IdlNumeric, IdlValue } from "../../../../../rpc/language/values/value.ts";
import { SeededRandom } from "../../../../support/random.ts";

const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, 1e-45, 3e38, -3e38];

/** One element of a gray erosion or dilation, by its definition. */
function gray(
  erodes: boolean,
  data: Float32Array | Float64Array,
  [nx, ny]: readonly [number, number],
  places: readonly (readonly [number, number])[],
  at: number,
): number {
  const [x, y] = [at % nx, Math.floor(at / nx)];
  let found = erodes ? Infinity : -Infinity;
  for (const [dx, dy] of places) {
    const [px, py] = erodes ? [x + dx, y + dy] : [x - dx, y - dy];
    const outside = px < 0 || px >= nx || py < 0 || py >= ny;
    // What lies outside counts as 0 and ends what came before it.
    if (outside) found = erodes ? 0 : found;
    else {
      found = erodes
        ? Math.min(found, data[nx * py + px]!)
        : Math.max(found, data[nx * py + px]! + 0);
    }
  }
  return found < 0 ? 0 : found;
}

Deno.test("ERODE and DILATE join whole lines as they join single elements", () => {
  const random = new SeededRandom(7);
  const structure = "[[1b,0,1,0],[0,1,1,1],[1,1,0,0]]";
  const places = [[0, 0], [2, 0], [1, 1], [2, 1], [3, 1], [0, 2], [1, 2]]
    .map(([x, y]) => [x! - 2, y! - 1] as const);
  for (const type of [4, 5] as const) {
    // The last is wider than a block, and no multiple of a vector.
    for (const shape of [[5, 4], [37, 11], [2_048, 3], [4_099, 5]] as const) {
      const count = shape[0] * shape[1];
      const numbers = Array.from(
        { length: count },
        () => random.integer(0, 40) === 0 ? random.pick(SPECIAL) : random.next() - 0.3,
      );
      const data = type === 4 ? Float32Array.from(numbers) : Float64Array.from(numbers);
      const session = new LanguageSession();
      session.set("x", { type, shape, data: data.slice() } as IdlValue);
      for (const name of ["erode", "dilate"]) {
        const outcome = session.runSync(
          `return, ${name}(x, ${structure}, /gray, /preserve_type)`,
        );
        if (!outcome.ok) throw outcome.error;
        const expected = data.map((_, at) => gray(name === "erode", data, shape, places, at));
        assertEquals((outcome.returned as IdlNumeric).data, expected, `${name} ${type} [${shape}]`);
        // Of what is not 0: NaN is not.
        const flags = Float32Array.from(data, (x) => x === 0 ? 0 : 1);
        const binary = session.runSync(`return, ${name}(x, ${structure})`);
        if (!binary.ok) throw binary.error;
        assertEquals(
          [...(binary.returned as IdlNumeric).data],
          [...flags.map((_, at) => gray(name === "erode", flags, shape, places, at))],
          `${name} ${type} [${shape}] of what is not 0`,
        );
      }
    }
  }
});
