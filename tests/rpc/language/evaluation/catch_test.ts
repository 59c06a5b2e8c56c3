import { assertEquals, assertStringIncludes } from "@std/assert";
import { failureOf, linesOf } from "../../../support/rpc/language.ts";

const FAILING = "pro bad\n message, 'no good'\nend\n";

/** Programs and the lines that they print; the first ones are what GDL 1.0.1 prints. */
const PROGRAMS: readonly (readonly [program: string, ...lines: string[]])[] = [
  [
    `${FAILING}pro f
 catch, e
 if e ne 0 then begin
  catch, /cancel
  print, 'caught ', !error_state.msg
  return
 endif
 bad
 print, 'never'
end
f
print, 'after'`,
    "caught BAD: no good",
    "after",
  ],
  [
    `function g, a
 if a then begin
  catch, e
  if e ne 0 then begin
   catch, /cancel
   return, -1
  endif
 endif
 b = [1, 2, 3]
 for i = 0, 5 do b[i] = i
 return, b
end
print, g(1)`,
    "      -1",
  ],
  [
    `catch, e
n = n_elements(n) eq 0 ? 0 : n + 1
if n lt 3 then message, 'again'
print, n, e`,
    "       3          -5",
  ],
  [
    `catch, e
if e ne 0 then begin
 catch, /cancel
 x = 5
endif
if n_elements(x) eq 0 then y = none + 1
print, x`,
    "       5",
  ],
  [
    `${FAILING}pro outer
 catch, e
 if e ne 0 then begin
  catch, /cancel
  print, 'outer: ' + !err_string
  return
 endif
 inner
end
pro inner
 catch, e
 if e ne 0 then begin
  catch, /cancel
  message, /reissue_last
 endif
 bad
end
outer`,
    "outer: BAD: no good",
  ],
  [
    "i = execute('x = none') & print, i, !error_state.code",
    "% EXECUTE: The variable NONE is undefined",
    "       0          -1",
  ],
  ["on_ioerror, null & print, 1", "       1"],
];

Deno.test("CATCH goes on behind it after an error", async (t) => {
  for (const [program, ...lines] of PROGRAMS) {
    await t.step(program, () => assertEquals(linesOf(program), lines));
  }
});

const FAILURES: readonly (readonly [program: string, code: string, text: string])[] = [
  // What an endless program needs is no error of the program.
  ["catch, e\nx = bytarr(3000000000)", "limit", "Cannot allocate"],
  ["catch, e\nwhile 1 do x = 1", "limit", "operations"],
  ["catch, e\nmessage, 'for ever'", "limit", "operations"],
  ["catch, e\ncatch, /cancel\nmessage, 'it'", "value", "it"],
  ["for i = 0, 1 do begin\n catch, e\nendfor", "syntax", "CATCH cannot stand within a loop"],
  ["catch, 5", "value", "CATCH takes the name of a variable"],
  ["on_ioerror, there & there: x = 1", "syntax", "ON_IOERROR takes NULL alone"],
];

Deno.test("CATCH keeps no command alive that is at its limits", async (t) => {
  for (const [program, code, text] of FAILURES) {
    await t.step(program, () => {
      const error = failureOf(program, { limits: { operations: 10_000_000 } });
      assertEquals(error.code, code);
      assertStringIncludes(error.message, text);
    });
  }
});
