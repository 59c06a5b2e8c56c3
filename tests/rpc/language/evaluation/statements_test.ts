import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { LanguageSession } from "../../../../rpc/mod.ts";
import { failureOf, linesOf } from "../../../support/rpc/language.ts";

/** Programs and the lines that GDL 1.0.1 prints for them, but for the last ones. */
const PROGRAMS: readonly (readonly [program: string, ...lines: string[]])[] = [
  ["if 1 then print, 'yes' else print, 'no'", "yes"],
  ["if 2 then print, 'yes' else print, 'no'", "no"],
  ["if 0.5 then print, 'yes' else print, 'no'", "yes"],
  ["if '' then print, 'yes' else print, 'no'", "no"],
  [
    "a = 3\nif a gt 2 then begin\n print, 'more'\nendif else begin\n print, 'less'\nendelse",
    "more",
  ],
  [
    "a = 0\nif a then begin\n b = 1\nend else if a eq 0 then b = 2 else b = 3\nprint, b",
    "       2",
  ],
  ["for i = 0, 2 do print, i", "       0", "       1", "       2"],
  [
    "for i = 0, 3 do j = i & help, i, j",
    "I               INT       =        4",
    "J               INT       =        3",
  ],
  ["for i = 0, 40000 do j = i & help, i", "I               LONG      =        40001"],
  ["for i = 0b, 3 do j = i & help, i", "I               BYTE      =    4"],
  ["for i = 0, 2d do j = i & help, i", "I               INT       =        3"],
  ["for i = 3, 1 do j = i & help, i", "I               INT       =        3"],
  ["for i = 2b, 0, -1 do j = i & help, i", "I               INT       =       -1"],
  ["for i = 2u, 0, -1 do j = i & help, i", "I               UINT      =        2"],
  ["for i = 3, 1, -1 do print, i", "       3", "       2", "       1"],
  ["for i = 0, 9 do begin & i = i + 4 & print, i & endfor", "       4", "       9"],
  [
    "for i = 1, 5 do begin & if i eq 2 then continue & if i eq 4 then break & print, i & end",
    "       1",
    "       3",
  ],
  [
    "foreach x, [1, 2, 3], k do print, x, k",
    "       1           0",
    "       2           1",
    "       3           2",
  ],
  ["foreach x, 'one' do print, x", "one"],
  ["i = 0 & while i lt 3 do i++ & help, i", "I               INT       =        3"],
  ["i = 3 & repeat i-- until i le 0 & help, i", "I               INT       =        0"],
  ["i = 0\nrepeat begin\n i += 2\nendrep until i gt 5\nprint, i", "       6"],
  [
    "case 2 of\n 1: print, 'one'\n 2: begin\n  print, 'two'\n end\n else: print, 'else'\nendcase",
    "two",
  ],
  [
    "switch 2 of\n 1: print, 'one'\n 2: print, 'two'\n 3: print, 'three'\n else: print, 'else'\nendswitch",
    "two",
    "three",
    "else",
  ],
  [
    "switch 2 of & 2: print, 'two' & 3: begin & print, 'three' & break & end & else: print, 'else' & endswitch",
    "two",
    "three",
  ],
  ["case 'b' of & 'a': print, 1 & 'b': & else: print, 3 & endcase & print, 'end'", "end"],
  ["case 1 of & (2 gt 3): print, 'no' & (3 gt 2): print, 'yes' & endcase", "yes"],
  ["b = 5 & b += 3.5 & help, b", "B               FLOAT     =       8.50000"],
  ["b = 5b & b++ & help, b", "B               BYTE      =    6"],
  ["print, (a = 5) + 1, a", "       6       5"],
  ["if (n = n_elements([1, 2, 3])) gt 2 then print, n", "           3"],
  ["i = 0 & while (i = i + 1) lt 3 do print, i", "       1", "       2"],
  ["b = (c = [1, 2]) & c[0] = 9 & print, b, c", "       1       2", "       9       2"],
  ["d = fltarr(2) & print, (d[1] = 7) * 2, d", "      14      0.00000      7.00000"],
  ["s = {x: 1} & print, (s.x = 5), s.x", "       5       5"],
  [
    "e = findgen(2) & f = (g = e * 2) + 1 & g[0] = 50 & print, e, f, g",
    "      0.00000      1.00000",
    "      1.00000      3.00000",
    "      50.0000      2.00000",
  ],
  [
    "q = findgen(3) & print, (q = q + 1) + (q = q * 2), q",
    "      3.00000      6.00000      9.00000",
    "      2.00000      4.00000      6.00000",
  ],
  [
    "b = 8 & c = b++ & help, b, c",
    "B               INT       =        9",
    "C               INT       =        8",
  ],
  [
    "b = 8 & c = --b & help, b, c",
    "B               INT       =        7",
    "C               INT       =        7",
  ],
  ["a = indgen(3) & a[1]++ & a++ & print, a", "       1       3       3"],
  ["a = indgen(4) & a[1:2] += 5 & a[0] *= 3 & print, a", "       0       6       7       3"],
  ["a = 5 & b = 3 & print, a--b, a++b", "       8       8"],
  ["compile_opt idl2\na = 5 & help, a", "A               LONG      =            5"],
  ["a = 1 ; one\nb = $ ; goes on\n 2\nprint, a + b\nend", "       3"],
  ["for i = 0.0, 1, 0.25 do j = i & print, i, j", "      1.25000      1.00000"],
  ["for i = 32766, 32767 do j = i & print, j", "   32767"],
];

Deno.test("statements of programs print what GDL prints", async (t) => {
  for (const [program, ...lines] of PROGRAMS) {
    await t.step(program, () => assertEquals(linesOf(program), lines));
  }
});

Deno.test("a loop goes on after an asynchronous function, in any kind of statement", async () => {
  const program = [
    "s = 0",
    "for i = 1, 3 do s += later(i)",
    "foreach x, [4, 5] do s += later(x)",
    "while later(s) lt 20 do s++",
    "repeat s = later(s) + 1 until later(s) ge 25",
    "case later(2) of & 1: s = -1 & 2: s = later(s) & endcase",
    "switch 1 of & 1: s += later(1) & 2: s += later(2) & endswitch",
    "if later(s) gt 20 then s = s[later(0)] else s = -2",
    "a = [0, s] & a[later(1)] += later(1) & a[later(0)]++",
    "return, f(a[1] > later(0)) + (later(1) && later(0)) + a[0] + (later(1) ? 1 : later(2))",
    "end",
    "function f, x & return, later(x) & end",
  ];
  const source = [...program.slice(-1), ...program.slice(0, -2)].join("\n");
  const session = new LanguageSession({
    functions: { later: async ([x]) => (await Promise.resolve(x))! },
  });
  const outcome = await session.run(source);
  if (!outcome.ok) throw outcome.error;
  assertEquals(outcome.returned?.data[0], 31);
});

Deno.test("CASE without a branch that fits fails, as in IDL", () => {
  const error = failureOf("a = 9 & case a of & 1: a = 2 & endcase");
  assertEquals([error.code, error.message, error.position], [
    "value",
    "CASE statement found no match",
    8,
  ]);
});

Deno.test("every loop ends at the limit of time, of operations and of its signal", async (t) => {
  const loops = [
    "while 1 do a = 1",
    "while 1 do begin & endwhile",
    "repeat a = 1 until 0",
    "for i = 0LL, 'FFFFFFFFFFFFFFF'xLL do begin & endfor",
    "for i = 0d, 1d300 do begin & endfor",
    "for i = 0, 9, 0 do begin & endfor",
    "for i = 0, 9 do i = 3",
    "foreach x, lonarr(100000000L) do begin & endforeach",
    "pro p & while 1 do begin & endwhile & end & p",
    "function f & return, f() & end & while 1 do ok = execute('a = f()')",
    "while 1 do ok = execute('a = ' + 'b')",
  ];
  for (const loop of loops) {
    await t.step(loop, () => {
      let now = 0;
      const limits = { milliseconds: 50, bytes: 500e6 };
      const session = new LanguageSession({ limits, clock: () => now++ });
      const outcome = session.runSync(loop);
      assert(!outcome.ok);
      assert(["time", "limit"].includes(outcome.error.code), outcome.error.message);
      assert(now < 1_000, `${now} looks`);
      assertEquals(session.runSync("return, 1").ok, true, "the session goes on");
    });
  }
  const few = failureOf("while 1 do a = 1", { limits: { operations: 1e6 } });
  assertEquals(few.code, "limit");
  const cancelled = await new LanguageSession().run("while 1 do a = 1", {}, {
    signal: AbortSignal.abort(),
  });
  assertEquals(cancelled.ok ? "" : cancelled.error.code, "cancelled");
});

Deno.test("loops give their temporaries back at each statement", () => {
  const limits = { bytes: 40 * 1024 ** 2 };
  const session = new LanguageSession({ limits });
  const program = [
    "function f, x & y = x + 1 & return, y & end",
    "a = fltarr(500000)",
    "for i = 0, 19 do begin",
    " b = a * 2 + i",
    " if total(smooth(b, 3)) lt 0 then print, 'no'",
    " a = f(f(b[0:*]))",
    "endfor",
    "foreach x, a[0:9] + findgen(10) do b = x",
  ].join("\n");
  const outcome = session.runSync(program);
  if (!outcome.ok) throw outcome.error;
  assertEquals(session.bytes, 4 * 500_000);
  const failed = session.runSync("function g, x & y = fltarr(9e5) & return, g(y) & end & b = g(a)");
  assertStringIncludes(failed.ok ? "" : failed.error.message, "Cannot allocate 3600000 bytes");
  assertEquals(session.bytes, 4 * 500_000);
});
