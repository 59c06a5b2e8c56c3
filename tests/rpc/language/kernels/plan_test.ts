/** Expressions over many elements are computed block by block: their values are those of few. */

import { assertEquals } from "@std/assert";
import { LanguageSession } from "../../../../rpc/language/evaluation/session.ts";
import type { IdlNumeric } from "../../../../rpc/language/values/value.ts";
import { fuzz, fuzzRounds, type SeededRandom } from "../../../support/random.ts";

/** More than a block, and no whole number of them. */
const COUNT = 70_001;

const SETUP = [
  `n = ${COUNT}L`,
  "f = (findgen(n) - 35000)/7",
  "d = dindgen(n)*0.37d - 9000",
  "b = byte(lindgen(n) mod 256)",
  "i = fix(lindgen(n) mod 5000) - 2500",
  "l = lindgen(n)*3 - 9",
].join(" & ");

async function sessionOf(): Promise<LanguageSession> {
  const session = new LanguageSession({ limits: { operations: Infinity } });
  await valueOf(session, `${SETUP} & return, n`);
  return session;
}

async function valueOf(session: LanguageSession, command: string): Promise<IdlNumeric> {
  const outcome = await session.run(command);
  if (!outcome.ok) throw new Error(`${command}: ${outcome.error.message}`);
  return outcome.returned as IdlNumeric;
}

Deno.test("TOTAL of many elements has the type of few, and every one of them", async () => {
  const session = await sessionOf();
  const cases: [string, number, number][] = [
    ["total(l gt 0)", 4, 69_997],
    ["total(f ge 0)", 4, 35_001],
    ["total((b eq 7) + (b eq 8))", 4, 548],
    ["total(b)", 4, 8_917_048],
    ["total(l gt 0, /double)", 5, 69_997],
    ["total(d gt 0)", 4, 45_676],
    ["mean(l gt 0)", 4, Math.fround(69_997 / COUNT)],
  ];
  const found = await Promise.all(cases.map(([command]) => valueOf(session, `return, ${command}`)));
  assertEquals(
    found.map(({ type, data }, i) => [cases[i]![0], type, Number(data[0])]),
    cases,
  );
});

const VARIABLES = ["f", "d", "b", "i", "l"];
const CONSTANTS = ["2.0", "3", "0.5d", "100b", "1L"];
const OPERATORS = "+,-,*,/, gt , lt , ge , le , eq , ne , and , or ,<,>".split(",");
const FUNCTIONS = "sqrt,abs,float,double,sin,exp,not,-,byte,fix,long,finite,round".split(",");

function expressionOf(random: SeededRandom, depth: number): string {
  if (depth === 0) return random.pick(random.integer(0, 2) > 0 ? VARIABLES : CONSTANTS);
  if (random.integer(0, 2) > 0) {
    const [left, right] = [expressionOf(random, depth - 1), expressionOf(random, depth - 1)];
    return `(${left}${random.pick(OPERATORS)}${right})`;
  }
  return `(${random.pick(FUNCTIONS)}(${expressionOf(random, depth - 1)}))`;
}

Deno.test("expressions over many elements have the values of their parts", async () => {
  const session = await sessionOf();
  await fuzz(fuzzRounds(60, 3_000), 61_000, async (random) => {
    const expression = expressionOf(random, random.integer(1, 3));
    const whole = await session.run(`return, ${expression}`);
    // An expression of constants is no array; others are refused, few elements or many.
    if (!whole.ok || (whole.returned as IdlNumeric).shape.length === 0) return;
    const first = random.integer(0, COUNT - 1_000);
    const part = await valueOf(
      session,
      `return, ${expression.replace(/\b[fdbil]\b(?!\()/g, `$&[${first}:${first + 999}]`)}`,
    );
    const { type, data } = whole.returned as IdlNumeric;
    assertEquals(part.type, type, expression);
    assertEquals(part.data, data.slice(first, first + 1_000), expression);
    const total = await valueOf(session, `return, total(${expression})`);
    const stored = await valueOf(session, `z = ${expression} & return, total(z)`);
    assertEquals(total.type, stored.type, expression);
    const [one, other] = [Number(total.data[0]), Number(stored.data[0])];
    // The order of summation is not the same.
    const sizes = Number((await valueOf(session, "return, total(abs(double(z)))")).data[0]);
    const near = Object.is(one, other) || Math.abs(one - other) <= 2e-7 * sizes;
    assertEquals(near, true, `total(${expression}): ${one} and ${other}`);
  });
});
