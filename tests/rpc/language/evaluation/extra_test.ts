import { assertEquals, assertStringIncludes } from "@std/assert";
import { failureOf, linesOf } from "../../../support/rpc/language.ts";

const ROUTINES = `function k, x, A=a, B=b
 if n_elements(a) gt 0 then print, 'a=', a
 if n_elements(b) gt 0 then print, 'b=', b
 return, x
end
function w, x, _EXTRA=e
 return, k(x, A=1, _EXTRA=e)
end
pro r, x, _REF_EXTRA=e
 print, e
 s, x, _EXTRA=e
end
pro s, x, OUT=out, IN=in
 out = x * in
end
pro strict, _EXTRA=e
 s, 1, IN=1, _STRICT_EXTRA=e
end
`;

/** What GDL 1.0.1 prints. */
const PROGRAMS: readonly (readonly [program: string, ...lines: string[]])[] = [
  ["print, w(5, b=7)", "a=       1", "b=       7", "       5"],
  // Those of the structure stand in place of the call's own.
  ["print, w(5, a=9)", "a=       9", "       5"],
  ["print, w(5)", "a=       1", "       5"],
  ["print, w(5, nonsense=3)", "a=       1", "       5"],
  ["r, 3, out=o, in=4 & print, o", "OUT IN", "      12"],
  ["print, max([[1,2],[3,4]], _extra={dimension: 2})", "       3       4"],
  [
    "e = {a: [1, 2]} & x = k(1, _extra=e) & x = k(1, _extra={b: 3})",
    "a=       1       2",
    "b=       3",
  ],
  ["for i = 0, 1 do x = k(1, _extra=create_struct(i ? 'a' : 'b', i))", "b=       0", "a=       1"],
];

Deno.test("_EXTRA gives keywords on that only a structure tells", async (t) => {
  for (const [program, ...lines] of PROGRAMS) {
    await t.step(program, () => assertEquals(linesOf(ROUTINES + program), lines));
  }
});

const FAILURES: readonly (readonly [program: string, text: string])[] = [
  ["strict, nonsense=1", "Keyword NONSENSE not allowed in call to: S"],
  ["x = k(1, _extra=5)", "_EXTRA needs a structure of keywords"],
  ["x = k(1, _extra={a: 1}, _extra={b: 1})", "_EXTRA needs a value, once"],
  ["x = k(1, nonsense=1)", "Keyword NONSENSE not allowed in call to: K"],
];

Deno.test("_EXTRA is refused where it stands for no keywords", async (t) => {
  for (const [program, text] of FAILURES) {
    await t.step(program, () => {
      assertStringIncludes(failureOf(ROUTINES + program).message, text);
    });
  }
});

Deno.test("subscripts of what is changed are evaluated once, and counted as often as they stand there", () => {
  const cases: readonly (readonly [string, string])[] = [
    ["i = 0 & b = [5, 6, 7] & b[i++]++ & print, i, b", "       1       6       6       7"],
    ["i = 0 & b = [5, 6, 7] & b[i++] += 10 & print, i, b", "       1      15       6       7"],
    ["a = [0, 0, 0] & a[[0, 0, 0]]++ & print, a", "       3       0       0"],
    ["a = [0, 0, 0] & a[[0, 2, 0]]-- & print, a", "      -2       0      -1"],
    ["a = [0, 0] & a[[0, 0]] += 1 & print, a", "       1       0"],
    ["a = [5, 6] & c = a[1]++ & d = ++a[0] & print, c, d, a", "       6       6       6       7"],
    ["a = [1LL, 2] & a[[0, 0]]++ & print, a", "                     3                     2"],
  ];
  for (const [program, line] of cases) assertEquals(linesOf(program), [line], program);
});
