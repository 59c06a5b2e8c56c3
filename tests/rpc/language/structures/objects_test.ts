import { assertEquals, assertStringIncludes } from "@std/assert";
import { LanguageSession } from "../../../../rpc/mod.ts";
import { failureOf, linesOf } from "../../../support/rpc/language.ts";

const PROGRAMS: readonly (readonly [program: string, ...lines: string[]])[] = [
  [
    "l = list(1, 2.5, 'a') & print, l & help, l",
    "       1",
    "      2.50000",
    "a",
    "L               LIST      <NELEMENTS=3>",
  ],
  [
    "l = list(1, 2, 3) & print, l[1], l[-1], n_elements(l), l.count()",
    "       2       3           3           3",
  ],
  [
    "l = list() & l.add, 5 & l.add, 'first', 0 & l.add, [7, 8], /extract & print, l",
    "first",
    "       5",
    "       7",
    "       8",
  ],
  [
    "l = list(1, 2, 3) & x = l.remove(0) & l.remove & l.remove, 0 & print, x, l.isempty()",
    "       1   1",
  ],
  [
    "l = list(1, 2, 3) & l->reverse & l.swap, 0, 1 & l.move, 0, 2 & print, l",
    "       3",
    "       1",
    "       2",
  ],
  [
    "l = list(1, 2) & m = l & m.add, 3 & print, l.count(), m eq l, m ne list()",
    "           3   1   1",
  ],
  [
    "l = list(1, 2, 3) & print, l[0:1] & k = l + list(9) & print, k.count(), l.where(2)",
    "       1",
    "       2",
    "           4           1",
  ],
  [
    "help, list(1, 2, 3).toarray(), list([1, 2], [3, 4]).toarray()",
    "<Expression>    INT       = Array[3]",
    "<Expression>    INT       = Array[2, 2]",
  ],
  [
    "l = list(list(1, 2), hash('k', {s: 5})) & print, l[0, 1], l[1, 'k'].s & l[0, 1] = 7 & print, l[0, 1]",
    "       2       5",
    "       7",
  ],
  [
    "h = hash('a', 1, 'b', [1, 2]) & h['c'] = 'text' & print, h & help, h",
    "a:        1",
    "b:        1       2",
    "c: text",
    "H               HASH      <NELEMENTS=3>",
  ],
  [
    "h = hash(['x', 'y'], [5, 6]) & print, h['y'], h.count(), h.haskey('x'), h.haskey(['z', 'x'])",
    "       6           2   1   0   1",
  ],
  ["h = hash(1, 'one', 2L, 'two') & print, h[2b], ' ', h[1.]", "two one"],
  [
    "h = orderedhash('b', 1, 'a', 2) & foreach v, h, k do print, k, v & print, h.keys() & h.remove, 'b' & print, h.values()",
    "b       1",
    "a       2",
    "b",
    "a",
    "       2",
  ],
  [
    "h = hash('p', 1, 'q', 'x') & s = h.tostruct() & print, s & print, hash(s)",
    "{       1 x}",
    "P:        1",
    "Q: x",
  ],
  ["h = hash('n', 0) & for i = 1, 4 do h['n'] += i & h['l'] = list() & print, h['n']", "      10"],
  ["if list() then print, 'full' else print, 'empty'", "empty"],
  [
    "t = 'Hello World' & print, t.toupper(), ' ', t.tolower(), t.strlen(), t.contains('World'), t.indexof('o')",
    "HELLO WORLD hello world          11   1           4",
  ],
  [
    "t = 'Hello' & print, t.replace('l', 'L'), ' ', t.substring(1, 3), ' ', t.substring(-2), ' ', t.insert('>', 2), ' ', t.reverse()",
    "HeLLo ell lo He>llo olleH",
  ],
  [
    "print, ('a b  c').split(' '), ' ', (['a', 'b']).join('-'), ' ', ('  x ').trim(), '|'",
    "a b  c",
    " a-b x|",
  ],
  [
    "t = ['abc', 'de'] & print, t.startswith('a'), t.strlen(), t.charat(1)",
    "   1   0",
    "           3           2",
    "b e",
  ],
  [
    "a = [1, 2, 6] & print, a.total(), a.mean(), a.max(), a.length, a.ndim",
    "      9.00000      3.00000       6           3           1",
  ],
];

Deno.test("LIST, HASH and methods do what IDL's do", async (t) => {
  for (const [program, ...lines] of PROGRAMS) {
    await t.step(program, () => assertEquals(linesOf(program), lines));
  }
});

Deno.test("objects refuse what they do not have", () => {
  const cases: readonly (readonly [command: string, words: string])[] = [
    ["l = list(1) & a = l[5]", "Subscript out of range: 5 of a LIST of 1 elements"],
    ["h = hash('a', 1) & a = h['b']", "Key does not exist: b"],
    ["h = hash('a', 1) & a = h[{b: 1}]", "as a key"],
    ["l = list(1) & l.nope, 5", "Method not found: LIST::NOPE"],
    ["a = ('x').nope()", "Method not found: STRING::NOPE"],
    ["a = 5 & a.add, 1", "There is no method ADD"],
    ["a = list(1) + 5", "Cannot use a value of type LIST here"],
    ["a = list() & b = a.remove()", "empty LIST"],
    ["return, list(1)", "Cannot return a value of type LIST"],
    ["a = list(1) & while 1 do a.add, a[0]", "limit"],
    ["a = list(fltarr(1000)) & while 1 do a.add, a[0]", "Cannot allocate"],
    ["a = list(1) & while 1 do begin & a = a + a & endwhile", "limit"],
    ["a = 'x' & while 1 do a = a.replace('x', 'xxxx')", "Cannot"],
  ];
  for (const [command, words] of cases) {
    const error = failureOf(command, { limits: { bytes: 20e6, operations: 2e8 } });
    assertStringIncludes(`${error.code} ${error.message}`, words, command);
  }
});

Deno.test("objects are charged by what is in them, and given back with the last reference", () => {
  const session = new LanguageSession();
  const run = (command: string) => {
    const outcome = session.runSync(command);
    if (!outcome.ok) throw outcome.error;
  };
  run("l = list(fltarr(1000), list(fltarr(500))) & m = l[1] & s = {x: l}");
  assertEquals(session.bytes > 6_000 && session.bytes < 8_000, true, `${session.bytes}`);
  run("l = 0");
  assertEquals(session.bytes > 6_000, true, "the structure refers to it");
  run("s.x = list()");
  assertEquals(session.bytes > 2_000 && session.bytes < 3_500, true, `${session.bytes}`);
  run("s = 0 & m = 0");
  assertEquals(session.bytes, 0);
  run("h = hash() & for i = 0, 999 do h[i mod 5] = findgen(100) & h.remove, 3");
  assertEquals(session.bytes > 1_600 && session.bytes < 3_500, true, `${session.bytes}`);
});

Deno.test("a long chain of lists or hashes is held, printed and given back as any other", async () => {
  assertEquals(
    await linesOf("c = list(1) & for i = 0L, 29999 do c = list(c)\nprint, c & help, c"),
    ["LIST  <NELEMENTS=1>", "C               LIST      <NELEMENTS=1>"],
  );
  const session = new LanguageSession();
  const run = (command: string) => {
    const outcome = session.runSync(command);
    if (!outcome.ok) throw outcome.error;
  };
  for (const link of ["list(c)", "hash('a', c)", "list({x: c})"]) {
    run(`c = list(1) & for i = 0L, 29999 do c = ${link}`);
    run("d = c & x = n_elements(d)");
    assertEquals(session.bytes > 30_000, true, `${session.bytes}`);
    run("c = 0 & d = 0 & x = 0");
    assertEquals(session.bytes, 0, link);
  }
});

Deno.test("ISA and KEYWORD_SET tell of structures, objects and pointers what GDL tells", () => {
  const asked: readonly (readonly [expression: string, value: number])[] = [
    ["isa(list())", 1],
    ["isa(list(), 'LIST')", 1],
    ["isa(list(), 'OBJREF')", 1],
    ["isa(orderedhash(), 'HASH')", 1],
    ["isa(list(), /number)", 0],
    ["isa({a: 1}, 'STRUCT')", 1],
    ["isa({a: 1}, 'ANONYMOUS')", 1],
    ["isa({name, a: 1}, 'name')", 1],
    ["isa({a: 1}, 'LIST')", 0],
    ["isa({a: 1}, /array)", 1],
    ["isa({a: 1}, /scalar)", 0],
    ["isa(ptr_new(1), 'POINTER')", 1],
    ["isa(ptr_new(1), /scalar)", 1],
    ["isa(ptr_new(), /scalar)", 0],
  ];
  for (const [expression, value] of asked) {
    assertEquals(
      linesOf(`help, ${expression}`),
      [`<Expression>    BYTE      =    ${value}`],
      expression,
    );
  }
  assertEquals(
    linesOf(
      "print, keyword_set({a: 1}), keyword_set(list()), keyword_set(list(0)), keyword_set(ptr_new())",
    ),
    ["       1       0       1       0"],
  );
});
