import { assertEquals } from "@std/assert";
import { isNumeric } from "../../../rpc/language/values/value.ts";
import { valueOf } from "../../support/rpc/language.ts";
import expressions from "./expressions.json" with { type: "json" };

/** A recorded value: bigints end in `n`, what is not finite is a word. */
function recorded(element: unknown): number | bigint | string {
  if (typeof element !== "string") return element as number;
  return /^-?\d+n$/.test(element) ? BigInt(element.slice(0, -1)) : Number(element);
}

function assertNear(
  found: number | bigint,
  expected: number | bigint,
  scale: number,
  text: string,
) {
  if (Object.is(found, expected) || found === expected) return;
  const gap = Math.abs(Number(found) - Number(expected));
  if (!(typeof found === "number" && gap <= 1e-6 * scale)) {
    assertEquals(found, expected, text);
  }
}

Deno.test("LanguageSession evaluates what GDL was recorded to evaluate", async (t) => {
  for (const [text, type, shape, data] of expressions as [string, number, number[], unknown[]][]) {
    await t.step(text, () => {
      const parts = text.split(/ & /);
      const value = valueOf([...parts.slice(0, -1), `return, ${parts.at(-1)}`].join(" & "));
      assertEquals([value.type, value.shape], [type, shape]);
      if (!isNumeric(value)) return assertEquals([...value.data], data as never[]);
      const expected = data.map((element) => recorded(element) as number | bigint);
      assertEquals(value.data.length, expected.length);
      const scale = Math.max(...expected.map((element) => Math.abs(Number(element)) || 0));
      expected.forEach((element, i) => assertNear(value.data[i]!, element, scale, text));
    });
  }
});
