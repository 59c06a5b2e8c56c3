import { assertEquals, assertStringIncludes } from "@std/assert";
import { LanguageSession } from "../../../../rpc/mod.ts";
import { failureOf, linesOf } from "../../../support/rpc/language.ts";

const MAKE = "s = {a: 1, b: 2.5, c: 'x', d: [1, 2]} & ";

const PROGRAMS: readonly (readonly [program: string, ...lines: string[]])[] = [
  [MAKE + "print, s", "{       1      2.50000 x       1       2}"],
  [MAKE + "help, s", "S               STRUCT    = -> <Anonymous> Array[1]"],
  [
    MAKE + "print, s.a, s.d, s.d[1], s.(1), s.d(0)",
    "       1       1       2",
    "       2      2.50000       1",
  ],
  [
    MAKE + "s.a = 5 & s.d[1] = 9 & s.c = 'longer' & s.b++ & s.d += 1 & print, s",
    "{       5      3.50000 longer       2      10}",
  ],
  [MAKE + "t = s & t.a = 7 & print, s.a, t.a", "       1       7"],
  [
    MAKE + "s.a = 7.9 & s.d = 4 & help, s.a, s.d & print, s.d",
    "<Expression>    INT       =        7",
    "<Expression>    INT       = Array[2]",
    "       4       4",
  ],
  [
    "r = replicate({x: 0., y: intarr(2)}, 3) & r[1].x = 5 & r[2].y = [3, 4] & r.x = r.x + 1 & r[0].y[1] = 8 & print, r",
    "{      1.00000       0       8}",
    "{      6.00000       0       0}",
    "{      1.00000       3       4}",
  ],
  [
    "r = replicate({x: 0., y: intarr(2)}, 3) & help, r, r.x, r.y, r[1:2], r[1].y",
    "R               STRUCT    = -> <Anonymous> Array[3]",
    "<Expression>    FLOAT     = Array[3]",
    "<Expression>    INT       = Array[2, 3]",
    "<Expression>    STRUCT    = -> <Anonymous> Array[2]",
    "<Expression>    INT       = Array[2]",
  ],
  [
    "r = [{x: 1}, {x: 2}] & r[1] = {x: 7} & print, r.x & print, r[where(r.x gt 1)].x",
    "       1       7",
    "       7",
  ],
  [
    "r = replicate({p: {q: 1}}, 2) & r[1].p.q = 5 & print, r.p.q, r[1].p.q",
    "       1       5",
    "       5",
  ],
  [
    "n = {point, x: 1, y: 2} & m = {point} & m.y = 3 & print, m & print, tag_names(m, /structure_name)",
    "{       0       3}",
    "POINT",
  ],
  [
    "u = create_struct('p', 1, ['q', 'r'], [1, 2], 4, {t: 5}) & print, tag_names(u) & print, n_tags(u), u.q, u.t & print, u",
    "P Q R T",
    "           4       1       2",
    "       5",
    "{       1       1       2       4       5}",
  ],
  [
    "v = {inner: {z: 5, w: [1, 2]}} & v.inner.z = 6 & v.inner.w[0] = 7 & print, v",
    "{{       6       7       2}}",
  ],
  [
    "function f, s & s.a = 99 & return, s & end & s = {a: 1} & r = f(s) & print, s.a, r.a",
    "      99      99",
  ],
  [
    "s = {a: [1, 2, 3]} & foreach r, [s, s], i do print, i, r.a[1]",
    "           0       2",
    "           1       2",
  ],
  [
    "s = {a: complex(1, 2), b: 5LL} & s.a = complex(3, 4) & s.b = 7 & print, s",
    "{(      3.00000,      4.00000)                     7}",
  ],
  [
    "print, n_elements({a: 1}), size({a: 1}, /type), keyword_set({a: 1}), n_tags(3)",
    "           1           8       1           0",
  ],
];

Deno.test("structures hold, give and take values as IDL's do", async (t) => {
  for (const [program, ...lines] of PROGRAMS) {
    await t.step(program, () => {
      assertEquals(linesOf(program), lines);
    });
  }
});

Deno.test("what does not fit a structure is refused with its place", () => {
  const cases: readonly (readonly [command: string, words: string])[] = [
    ["s = {a: 1} & print, s.nope", "Tag name NOPE is undefined for STRUCTURE"],
    ["s = {a: 1, a: 2}", "two tags A"],
    ["s = {a: [1, 2]} & s.a = [1, 2, 3]", "Cannot store INT[3] in a tag of 2 elements"],
    ["s = {a: 1} & b = s + 1", "Cannot use a value of type STRUCT here"],
    ["s = {a: 1} & b = sin(s)", "SIN: Cannot use a value of type STRUCT here"],
    ["s = 5 & s.a = 1", "it is no structure"],
    ["s = 5 & b = s.a", "Expression must be a structure in this context: found INT"],
    ["s = {nope}", "The structure NOPE is not defined"],
    ["s = {p, x: 1} & t = {p, y: 1}", "The structure P has other tags: X"],
    ["s = [{a: 1}, {b: 1}]", "their tags differ"],
    ["return, {a: 1}", "Cannot return a value of type STRUCT"],
    ["s = replicate({a: 1}, 1e9)", "Cannot allocate"],
    ["s = create_struct('1a', 5)", "Illegal tag name: 1a."],
    ["s = {a: 1} & for i = 0, 99 do s = {a: s}", "more than 100 structures within each other"],
  ];
  for (const [command, words] of cases) {
    assertStringIncludes(failureOf(command, { limits: { bytes: 1e8 } }).message, words, command);
  }
});

Deno.test("structures are charged, and given back", () => {
  const session = new LanguageSession({ limits: { bytes: 11e6 } });
  const run = (command: string) => {
    const outcome = session.runSync(command);
    return outcome.ok ? "" : outcome.error.code;
  };
  assertEquals(run("s = {a: fltarr(1000000)}"), "");
  assertEquals(session.bytes > 4e6 && session.bytes < 4.1e6, true, `${session.bytes}`);
  assertEquals(run("t = s"), "");
  assertEquals(run("u = s"), "limit");
  assertEquals(run("for i = 0, 99 do t.a[i] = s.a[i] + i"), "");
  assertEquals(run("t = 0 & s = 0"), "");
  assertEquals(session.bytes, 0);
});
