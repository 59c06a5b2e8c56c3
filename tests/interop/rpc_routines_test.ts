/** The routines of the command language against GDL, numpy and scipy, on seeded cases. */

import { assert, assertEquals } from "@std/assert";
import { isNumeric } from "../../rpc/language/values/value.ts";
import { difference, evaluate } from "../support/rpc/compare.ts";
import { evaluateWithGdl } from "./rpc_language/gdl.ts";
import { NUMPY_ROUTINES, numpyCasesOf } from "./rpc_language/numpy_cases.ts";
import { COMMON_ROUTINES } from "./rpc_language/common_cases.ts";
import { CASES, casesOf, GDL_ROUTINES } from "./rpc_language/routine_cases.ts";
import { BUILT_IN } from "../../rpc/language/functions/mod.ts";

/** Of the cases of a routine GDL must have a value for so many. */
const LEAST_VALUES = 40;

/** What GDL is asked. */
const ROUTINES = [...GDL_ROUTINES, ...COMMON_ROUTINES];

/** Routines without seeded cases, and where they are looked at instead. */
const ELSEWHERE: { readonly [reason: string]: string } = {
  "what they print is compared line by line in rpc_language_test.ts": "PRINT HELP",
  "random programs call routines of their own, rpc_programs_test.ts":
    "N_PARAMS ARG_PRESENT MESSAGE CATCH ON_ERROR",
  "GDL has no such thing: pointers_test.ts, catch_test.ts": "DICTIONARY HEAP_GC DELVAR",
  "they tell the time": "TIC TOC SYSTIME",
  "pictures and files: effects_test.ts, tests/rpc/picture":
    "IMAGE TV TVSCL LOADCT WRITEFITS WRITE_PNG PLOT OPLOT XYOUTS CONTOUR COLORBAR SURFACE",
  "files of a server: tests/rpc/server/reading_test.ts": "READFITS HEADFITS MRDFITS",
  "no peer computes the same, image tests": "CANNY WATERSHED ADAPT_HIST_EQUAL",
};

Deno.test(`every routine stands in ${CASES} cases or more, or on the list`, () => {
  const texts = [
    ...ROUTINES.flatMap(casesOf).map(({ ours }) => ours),
    ...NUMPY_ROUTINES.flatMap((routine) => numpyCasesOf(routine, CASES)).map(({ idl }) => idl),
  ];
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const name of new Set(text.toUpperCase().match(/[A-Z_][A-Z_0-9]*/g))) {
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const listed = new Set(Object.values(ELSEWHERE).flatMap((names) => names.split(" ")));
  const few = [...BUILT_IN.keys()].filter((name) =>
    (counts.get(name) ?? 0) < CASES && !listed.has(name)
  );
  assertEquals(few, []);
  assertEquals([...listed].filter((name) => !BUILT_IN.has(name)), []);
});

Deno.test("routines agree with GDL on seeded cases in type, shape and value", async (t) => {
  const asked = ROUTINES.flatMap(casesOf).map(({ theirs }) => theirs);
  const values = await evaluateWithGdl(asked);
  for (const [i, routine] of ROUTINES.entries()) {
    await t.step(`${routine.name}: ${CASES} cases`, () => {
      const cases = casesOf(routine);
      const theirs = values.slice(i * CASES, (i + 1) * CASES);
      const known = theirs.filter((value) => value !== undefined).length;
      assert(known >= LEAST_VALUES, `GDL has a value for ${known} cases`);
      const differing = cases.flatMap(({ ours }, k) => {
        if (theirs[k] === undefined) return [];
        const found = difference(evaluate(ours), theirs[k], routine.nearness);
        return found === undefined ? [] : [`${ours}: ${found}`];
      });
      assertEquals(differing, []);
    });
  }
});

interface Answer {
  readonly shape: readonly number[];
  readonly data: readonly string[];
}

async function askNumpy(expressions: readonly string[]): Promise<Answer[]> {
  const script = new URL("./rpc_language/numpy_oracle.py", import.meta.url).pathname;
  const python = new Deno.Command("/usr/bin/python3", {
    args: ["-I", script],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = python.stdin.getWriter();
  const text = expressions.map((expression) => JSON.stringify(expression) + "\n").join("");
  const written = writer.write(new TextEncoder().encode(text)).then(() => writer.close());
  const [{ stdout, stderr }] = await Promise.all([python.output(), written]);
  const answers = new TextDecoder().decode(stdout).trim().split("\n");
  assertEquals(answers.length, expressions.length, new TextDecoder().decode(stderr).slice(-2000));
  return answers.map((answer) => JSON.parse(answer));
}

/** Why our value is not numpy's, or undefined: of single precision 1e-5 of the largest element. */
function differenceFrom(text: string, answer: Answer): string | undefined {
  const ours = evaluate(text);
  if (ours === undefined || !isNumeric(ours)) return `${text}: it has no value`;
  const trimmed = answer.shape.slice(0, (answer.shape.findLastIndex((n) => n !== 1) + 1) || 1);
  if (ours.shape.length > 0 && ours.shape.join() !== trimmed.join()) {
    return `${text}: [${ours.shape}] and [${trimmed}]`;
  }
  const theirs = answer.data.map(Number);
  const scale = Math.max(...theirs.map(Math.abs).filter(Number.isFinite), 1e-300);
  // Both sides of a fit that is not linear stop near its end.
  const allowed = ours.data instanceof Float32Array ? 1e-5 : /gauss\w*fit/.test(text) ? 1e-5 : 1e-9;
  const wrong = theirs.findIndex((number, i) => {
    const own = Number(ours.data[i]);
    return !(Object.is(own, number) || Math.abs(own - number) <= allowed * scale);
  });
  return wrong < 0 ? undefined : `${text}: element ${wrong}: ${ours.data[wrong]}, ${theirs[wrong]}`;
}

Deno.test("routines agree with numpy and scipy where GDL has none or departs from the manual", async (t) => {
  const cases = NUMPY_ROUTINES.map((routine) => numpyCasesOf(routine, CASES));
  const answers = await askNumpy(cases.flat().map(({ numpy }) => numpy));
  for (const [i, routine] of NUMPY_ROUTINES.entries()) {
    await t.step(`${routine.name}: ${CASES} cases`, () => {
      const differing = cases[i]!.flatMap(({ idl }, k) => {
        return differenceFrom(idl, answers[i * CASES + k]!) ?? [];
      });
      assertEquals(differing, []);
    });
  }
});
