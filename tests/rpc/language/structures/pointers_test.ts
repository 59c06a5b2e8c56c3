import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { LanguageSession } from "../../../../rpc/mod.ts";
import { failureOf, linesOf } from "../../../support/rpc/language.ts";

/** Programs and the lines that GDL 1.0.1 prints for them, but for the numbers of variables. */
const PROGRAMS: readonly (readonly [program: string, ...lines: string[]])[] = [
  ["p = ptr_new(5) & print, *p & *p = 7.5 & print, *p", "       5", "      7.50000"],
  [
    "p = ptr_new(1) & help, *p, ptr_valid(p)",
    "<Expression>    INT       =        1",
    "<Expression>    BYTE      =    1",
  ],
  [
    "p = ptr_new(indgen(4)) & (*p)[2] = 9 & print, *p & print, (*p)[1:2]",
    "       0       1       9       3",
    "       1       9",
  ],
  ["p = ptr_new(1) & q = p & *q = 'a' & print, *p & print, p eq q, p ne q", "a", "   1   0"],
  ["p = ptr_new(1) & q = ptr_new(1) & print, p eq q", "   0"],
  [
    "p = ptrarr(3) & print, ptr_valid(p) & p[0] = ptr_new([1, 2]) & p[2] = ptr_new('x')\n" +
    "print, ptr_valid(p) & print, *p[0], *p[2] & (*p[0])[1] = 8 & print, *p[0] & help, p",
    "   0   0   0",
    "   1   0   1",
    "       1       2",
    "x",
    "       1       8",
    "P               POINTER   = Array[3]",
  ],
  [
    "s = {a: 1, d: ptr_new(findgen(3))} & *s.d = [1, 2] & (*s.d)[0] = 4 & print, *s.d & " +
    "print, total(*s.d)",
    "       4       2",
    "      6.00000",
  ],
  [
    "p = ptr_new({x: 1, y: [1, 2]}) & (*p).x = 5 & (*p).y[1] = 9 & (*p).x++ & print, (*p).x, (*p).y",
    "       6       1       9",
  ],
  [
    "pro inc, x\n x = x + 1\nend\np = ptr_new(3) & inc, *p & a = [*p, 2 * *p, *p^2] & print, a",
    "       4       8      16",
  ],
  [
    "n = ptr_new(/allocate_heap) & print, n_elements(*n) & *n = 4 & print, *n",
    "           0",
    "       4",
  ],
  ["print, size(ptr_new(), /tname), size(ptrarr(2), /type)", "POINTER          10"],
  [
    "l = ptr_new()\nfor i = 0, 2 do l = ptr_new({v: i, next: l})\n" +
    "while ptr_valid(l) do begin\n print, (*l).v\n l = (*l).next\nendwhile",
    "       2",
    "       1",
    "       0",
  ],
  [
    "p = ptr_new(5) & ptr_free, p & print, ptr_valid(p) & q = ptr_new(ptr_new(1)) & heap_free, q & " +
    "print, ptr_valid(q)",
    "   0",
    "   0",
  ],
  ["print, ptr_new()", "<NullPointer>"],
  [
    "s = replicate({p: ptr_new()}, 2) & s[1].p = ptr_new(7) & print, ptr_valid(s.p) & print, *s[1].p",
    "   0   1",
    "       7",
  ],
  ["p = [ptr_new(1), ptr_new(2)] & foreach q, p do print, *q", "       1", "       2"],
  ["a = 5 & p = ptr_new(a, /no_copy) & print, n_elements(a), *p", "           0       5"],
  [
    "d = dictionary('a', 1, 'b', [1, 2]) & d.c = 'new' & d.b[1] = 7 & print, d & print, d['B']",
    "A:        1",
    "B:        1       7",
    "C: new",
    "       1       7",
  ],
  ["d = dictionary({x: 1}) & print, d.x, d.haskey('X'), d.count()", "       1   1           1"],
];

Deno.test("pointers lead to variables of the heap, and dictionaries have their keys as tags", async (t) => {
  for (const [program, ...lines] of PROGRAMS) {
    await t.step(program, () => assertEquals(linesOf(program), lines));
  }
});

const FAILURES: readonly (readonly [program: string, text: string])[] = [
  ["p = ptr_new() & print, *p", "Unable to dereference NULL pointer"],
  ["p = ptr_new(1) & q = p & ptr_free, q & print, *p", "Invalid pointer"],
  ["print, *5.5", "expected an expression"],
  ["a = 1 & print, *a", "Pointer type required in this context: found INT"],
  ["p = ptrarr(2) & print, *p", "Expression must be a scalar in this context"],
  ["p = ptr_new(1) & q = p + 1", "Cannot use a value of type POINTER here"],
  ["return, ptr_new(1)", "Cannot return a value of type POINTER"],
  ["p = ptrarr(2000000)", "Cannot make 2000000 pointers: at most 1000000"],
  ["p = ptr_new(/allocate_heap) & (*p)[1] = 2", "the pointer leads is undefined"],
  ["d = dictionary('a b', 1)", "as a key of a DICTIONARY: expected a name"],
  ["d = dictionary('a', 1) & print, d.b", "Key does not exist: B"],
];

Deno.test("pointers that lead nowhere are refused", async (t) => {
  for (const [program, text] of FAILURES) {
    await t.step(program, () => assertStringIncludes(failureOf(program).message, text));
  }
});

Deno.test("what no pointer leads to any more gives its memory back, and what one does is counted", () => {
  const session = new LanguageSession({ limits: { bytes: 2_000_000 } });
  const run = (command: string) => {
    const outcome = session.runSync(command);
    if (!outcome.ok) throw outcome.error;
  };
  const before = session.bytes;
  // A hundred times a quarter of the memory: each is gone before the next.
  run("for i = 0, 99 do p = ptr_new(bytarr(500000))");
  assert(session.bytes - before < 600_000, `${session.bytes}`);
  run("p = 0");
  assertEquals(session.bytes, before);
  run("p = ptr_new(ptr_new(bytarr(500000))) & q = *p & p = 0");
  assert(session.bytes > 500_000);
  run("ptr_free, q & q = 0");
  assertEquals(session.bytes, before);
  const outcome = session.runSync("p = ptrarr(5) & for i = 0, 4 do p[i] = ptr_new(bytarr(500000))");
  assertEquals(outcome.ok ? undefined : outcome.error.code, "limit");
});

Deno.test("a routine that takes away what it was given by pointer goes on with it", () => {
  const program = `pro lose, p, x
 p = 0
 x = x + 1
 print, x
end
p = ptr_new(indgen(3)) & lose, p, *p`;
  assertEquals(linesOf(program), ["       1       2       3"]);
});
