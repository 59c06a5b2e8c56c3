/** What GDL 1.0.1 answered to every expression of the interop tests, where there is no GDL. */

import { assertEquals } from "@std/assert";
import { difference, evaluate, type Nearness } from "../../support/rpc/compare.ts";
import { linesOf } from "../../support/rpc/language.ts";
import { type RecordedCase, recordedValue } from "../../support/rpc/recorded.ts";
import recorded from "./gdl.json" with { type: "json" };

Deno.test("LanguageSession evaluates every recorded case as GDL did", async (t) => {
  for (const { name, nearness, cases } of recorded.families) {
    await t.step(`${name}: ${cases.length} expressions`, () => {
      const differing = (cases as RecordedCase[]).flatMap((recordedCase) => {
        const text = recordedCase[0] as string;
        const found = difference(evaluate(text), recordedValue(recordedCase), nearness as Nearness);
        return found === undefined ? [] : [`${text}: ${found}`];
      });
      assertEquals(differing, []);
    });
  }
});

Deno.test("PRINT and HELP write the lines that GDL wrote", () => {
  for (const [statement, lines] of recorded.printed as [string, string[]][]) {
    assertEquals(linesOf(statement), lines, statement);
  }
});
