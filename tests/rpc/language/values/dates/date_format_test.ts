import { assertEquals, assertStringIncludes } from "@std/assert";
import { failureOf, linesOf } from "../../../../support/rpc/language.ts";

const DATE = "julday(7, 4, 1976, 13, 1, 2.5)";

const CASES: readonly (readonly [julian: string, format: string, text: string])[] = [
  ["2460000.5d", "C()", "Sat Feb 25 00:00:00 2023"],
  [
    "julday(12, 1, 2026, 5, 7, 9)",
    'C(CYI4, "-", CMOI2.2, "-", CDI2.2, "T", CHI2.2, ":", CMI2.2, ":", CSI2.2)',
    "2026-12-01T05:07:09",
  ],
  [DATE, "C(CDwA, X, CMoA, X, CDI, X, ChI2.2, CApA, CMI2.2)", "Sun Jul  4 01Pm01"],
  [DATE, "C(CDWA, 1X, CmoA)", "SUN jul"],
  [DATE, "C(CMI02, ':', CSF6.2)", "01:  2.50"],
  [DATE, "C(CSF05.2)", "02.50"],
  [DATE, "C(CapA, CYI2)", "pm**"],
  ["julday(1, 1, 2000, 0, 0, 0)", "C(ChI, CapA)", "12am"],
  // What was a whole second is one: a double has no more than 40 microseconds of a day today.
  ["julday(1, 31, 2024, 23, 59, 59.99999d)", "C(CDI2.2, X, CHI2.2, CMI2.2, CSI2.2)", "01 000000"],
  ["[2460000, 2460001]", "2(C(CDI2.2), ',')", "24,25,"],
];

Deno.test("the format code C writes Julian days", async (t) => {
  for (const [julian, format, text] of CASES) {
    await t.step(format, () => {
      assertEquals(linesOf(`print, ${julian}, format='(${format.replaceAll("'", "''")})'`), [text]);
    });
  }
});

Deno.test("the format code C refuses what is no day and what is no part of one", () => {
  const cases = [
    ["print, 1d99, format='(C())'", "it is no Julian day"],
    ["print, 'a', format='(C())'", "Cannot print the STRING"],
    ["print, 1, format='(C(CYI4)'", "its closing bracket is missing"],
    ["print, 1, format='(C(CYA))'", 'found "C"'],
    ["print, 1, format='(C(CYI99999))'", "out of range"],
  ] as const;
  for (const [program, text] of cases) assertStringIncludes(failureOf(program).message, text);
});
