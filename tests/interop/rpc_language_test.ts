/** The command language against GDL, expression by expression. */

import { assert, assertEquals } from "@std/assert";
import { LanguageSession } from "../../rpc/mod.ts";
import {
  elementsOf,
  type IdlNumeric,
  type IdlValue,
  isComplex,
  isNumeric,
  typeName,
} from "../../rpc/language/values/value.ts";
import { FAMILIES, type Nearness } from "./rpc_language/cases.ts";
import { linesOf } from "../support/rpc/language.ts";
import { DEPARTURES } from "./rpc_language/departures.ts";
import { evaluateWithGdl, printWithGdl, splitStatements } from "./rpc_language/gdl.ts";
import { PRINTED } from "./rpc_language/printed.ts";

/** Our value of a case, or undefined where it fails. */
function evaluate(text: string): IdlValue | undefined {
  const parts = splitStatements(text);
  const command = [...parts.slice(0, -1), `return, ${parts.at(-1)}`].join(" & ");
  const outcome = new LanguageSession().runSync(command);
  return outcome.ok ? outcome.returned : undefined;
}

/** Why two values are not the same, or undefined. */
function difference(
  ours: IdlValue | undefined,
  theirs: IdlValue | undefined,
  nearness: Nearness,
): string | undefined {
  if (ours === undefined || theirs === undefined) return ours === theirs ? undefined : "one failed";
  if (ours.type !== theirs.type) return `${typeName(ours.type)} and ${typeName(theirs.type)}`;
  if (ours.shape.join() !== theirs.shape.join()) return `[${ours.shape}] and [${theirs.shape}]`;
  if (!isNumeric(ours) || !isNumeric(theirs)) {
    return JSON.stringify(ours.data) === JSON.stringify(theirs.data) ? undefined : "texts differ";
  }
  for (let i = 0; i < ours.data.length; i++) {
    if (!isNear(ours, theirs, i, nearness)) {
      return `element ${i}: ${ours.data[i]} and ${theirs.data[i]}`;
    }
  }
  return undefined;
}

function isNear(ours: IdlNumeric, theirs: IdlNumeric, i: number, nearness: Nearness): boolean {
  const a = ours.data[i]!;
  const b = theirs.data[i]!;
  if (a === b || Number.isNaN(a) && Number.isNaN(b)) return true;
  if (!(ours.data instanceof Float32Array || ours.data instanceof Float64Array)) return false;
  const gap = Math.abs(Number(a) - Number(b));
  if (nearness === "operation") {
    return gap <= lastPlace(Number(b), ours.data instanceof Float32Array);
  }
  const scale = nearness === "transform"
    ? largest(theirs)
    : isComplex(ours.type)
    ? Math.hypot(Number(theirs.data[i & ~1]), Number(theirs.data[i | 1]))
    : Math.abs(Number(b));
  return gap <= 1e-6 * scale;
}

function largest(value: IdlNumeric): number {
  let most = 0;
  for (const element of value.data) most = Math.max(most, Math.abs(Number(element)));
  return most;
}

/** One unit in the last place of a number. */
function lastPlace(value: number, single: boolean): number {
  const exponent = Math.floor(Math.log2(Math.abs(value) || 1e-300));
  return 2 ** (Math.max(exponent, single ? -126 : -1022) - (single ? 23 : 52));
}

Deno.test("LanguageSession agrees with GDL in type, shape and value", async (t) => {
  const cases = FAMILIES.flatMap((family) => family.cases);
  const values = await evaluateWithGdl(cases);
  const compared = new Set(cases.filter((_, i) => values[i] !== undefined));
  assert(compared.size >= 300, `${compared.size} expressions with a value`);
  let at = 0;
  for (const { name, nearness, cases } of FAMILIES) {
    const theirs = values.slice(at, at += cases.length);
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
