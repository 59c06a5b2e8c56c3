/** The command language against GDL, expression by expression. */

import { assert, assertEquals } from "@std/assert";
import { elementsOf } from "../../rpc/language/values/value.ts";
import { FAMILIES } from "./rpc_language/cases.ts";
import { difference, evaluate } from "../support/rpc/compare.ts";
import { linesOf } from "../support/rpc/language.ts";
import { DEPARTURES } from "./rpc_language/departures.ts";
import { evaluateWithGdl, printWithGdl } from "./rpc_language/gdl.ts";
import { PRINTED } from "./rpc_language/printed.ts";
import recorded from "../rpc/language/gdl.json" with { type: "json" };
import { recordedValue } from "../support/rpc/recorded.ts";

const RECORD = "deno run -A tests/interop/rpc_language/record.ts writes it anew";

Deno.test("LanguageSession agrees with GDL in type, shape and value", async (t) => {
  const cases = FAMILIES.flatMap((family) => family.cases);
  const values = await evaluateWithGdl(cases);
  const compared = new Set(cases.filter((_, i) => values[i] !== undefined));
  assert(compared.size >= 300, `${compared.size} expressions with a value`);
  let at = 0;
  for (const { name, nearness, cases } of FAMILIES) {
    const theirs = values.slice(at, at += cases.length);
    await t.step(`${name}: GDL answers what is recorded`, () => {
      const family = recorded.families.find((other) => other.name === name);
      assertEquals(family?.cases.map(([text]) => text), [...cases], RECORD);
      const changed = cases.filter((_, i) =>
        difference(recordedValue(family!.cases[i]!), theirs[i], "operation") !== undefined
      );
      assertEquals(changed, [], RECORD);
    });
    await t.step(`${name}: ${cases.length} expressions`, () => {
      const differing = cases.flatMap((text, i) => {
        const found = difference(evaluate(text), theirs[i], nearness);
        return found === undefined ? [] : [`${text}: ${found}`];
      });
      assertEquals(differing, []);
    });
  }
});

Deno.test("GDL departs from IDL's manual only where the list says so", async () => {
  // What ends GDL's process cannot be run with the others.
  const runnable = DEPARTURES.filter(({ gdl }) => !gdl.includes("ends the process"));
  const theirs = await evaluateWithGdl(runnable.map(({ expression }) => expression));
  for (const { expression, manual } of DEPARTURES) {
    const expected = evaluate(manual);
    assert(expected !== undefined && elementsOf(expected.shape) > 0, manual);
    assertEquals(difference(evaluate(expression), expected, "operation"), undefined, expression);
  }
  for (const [i, { expression }] of runnable.entries()) {
    const found = difference(evaluate(expression), theirs[i], "operation");
    assert(found !== undefined, `GDL agrees on ${expression}: it is no departure`);
  }
});

Deno.test("PRINT and HELP write the lines that GDL writes", async () => {
  const theirs = await printWithGdl(PRINTED);
  for (const [i, statement] of PRINTED.entries()) {
    assertEquals(linesOf(statement), theirs[i], statement);
  }
});
