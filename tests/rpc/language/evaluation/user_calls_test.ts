import { assertEquals } from "@std/assert";
import { LanguageSession } from "../../../../rpc/mod.ts";
import { failureOf, linesOf } from "../../../support/rpc/language.ts";

/** Programs and the lines that they print, as GDL 1.0.1 prints them. */
const PROGRAMS: readonly (readonly [program: string, ...lines: string[]])[] = [
  ["function twice, x & return, 2 * x & end & print, twice(4)", "       8"],
  ["function f & end & help, f()", "<Expression>    INT       =        0"],
  ["pro add, x, y & x = x + y & end & a = 1 & add, a, 4 & print, a", "       5"],
  ["pro add, x, y & x = x + y & end & a = [1, 2] & add, a[0], 4 & print, a", "       1       2"],
  ["pro p, x & x = 7 & end & p, a & print, a", "       7"],
  [
    "pro p, x, KEY=key & print, n_params(), n_elements(x), keyword_set(key) & end & p & p, 1, /KEY & p, KEY=0",
    "           0           0       0",
    "           1           1       1",
    "           0           0       0",
  ],
  ["pro p, OUT=out & out = 5 & end & p, OUT=b & print, b", "       5"],
  [
    "pro p, ALPHA=a, BETA=b & print, n_elements(a), n_elements(b) & end & p, AL=1 & p, B=[1, 2]",
    "           1           0",
    "           0           2",
  ],
  [
    "pro p, x, y, OUT=out & print, arg_present(x), arg_present(y), arg_present(out) & end & a = 1 & p, a, 5, OUT=b",
    "       1       0       1",
  ],
  [
    "function fact, n & if n le 1 then return, 1L & return, n * fact(n - 1) & end & print, fact(10)",
    "     3628800",
  ],
  [
    "function even, n & return, n eq 0 ? 1 : odd(n - 1) & end\nfunction odd, n & return, n eq 0 ? 0 : even(n - 1) & end\nprint, even(10)",
    "       1",
  ],
  ["pro p & a = 5 & end & a = 1 & p & print, a", "       1"],
  [
    "pro outer, x & inner, x & x = x * 2 & end\npro inner, x & x = x + 1 & end\na = 3 & outer, a & print, a",
    "       8",
  ],
  [
    "function f, x & compile_opt idl2 & return, x + 1 & end & help, f(1)",
    "<Expression>    LONG      =            2",
  ],
  [
    "function f, x & return, x + 1 & end & print, call_function('f', 2) & call_procedure, 'print', 3",
    "       3",
    "       3",
  ],
  ["print, call_function('total', [1, 2], /DOUBLE)", "       3.0000000"],
  ["a = 2 & ok = execute('b = a * 3') & print, ok, b", "       1       6"],
  ["function f, x & ok = execute('y = x + 1') & return, y & end & print, f(3)", "       4"],
  [
    "pro p & for i = 0, 5 do begin & if i eq 2 then return & print, i & endfor & end & p",
    "       0",
    "       1",
  ],
  ["function mean, x & return, -1 & end & print, mean([1, 2])", "      -1"],
  [
    "function first, x & return, x[0] & end & x = first([3, 4]) & first = [7, 8] & print, first(1)",
    "       8",
  ],
];

Deno.test("functions and procedures of programs do what GDL does", async (t) => {
  for (const [program, ...lines] of PROGRAMS) {
    await t.step(program, () => assertEquals(linesOf(program), lines));
  }
});

Deno.test("definitions live as long as the session, and later ones replace earlier ones", () => {
  const session = new LanguageSession();
  const returned = (command: string) => {
    const outcome = session.runSync(command);
    if (!outcome.ok) throw outcome.error;
    return outcome.returned?.data[0];
  };
  returned("function f, x & return, g(x) + 1 & end");
  returned("function g, x & return, 10 * x & end");
  assertEquals(returned("return, f(2)"), 21);
  returned("function g, x & return, 100 * x & end");
  assertEquals(returned("return, f(2)"), 201);
  assertEquals([...session.definitions.keys()], ["F", "G"]);
  const moved = new LanguageSession({ definitions: session.definitions });
  const outcome = moved.runSync("return, f(3)");
  assertEquals(outcome.ok && outcome.returned?.data[0], 301);
});

Deno.test("calls that do not fit fail at their place, and errors inside say where they were", () => {
  const define = "function f, x, KEY=key\n y = x + 1\n return, nothing + y\nend\n";
  const cases: readonly (readonly [command: string, code: string, message: string])[] = [
    ["a = f(1, 2)", "value", "F: Incorrect number of arguments: it takes at most 1"],
    ["a = f(1, NO=2)", "value", "F: Keyword NO not allowed in call to: F"],
    ["a = f(1, KEY=2, K=3)", "value", "F: the keyword K is given twice"],
    ["a = f(1)", "name", "The variable NOTHING is undefined (in F, line 3)"],
    ["a = f()", "name", "The variable X is undefined (in F, line 2)"],
    ["f, 1", "name", "F is a function: use it in an expression"],
    [
      "a = call_function('nope')",
      "name",
      "There is no function or variable NOPE: HELP, /ROUTINES lists the functions",
    ],
  ];
  for (const [command, code, message] of cases) {
    const error = failureOf(define + command);
    assertEquals([error.code, error.message], [code, message]);
    assertEquals(error.position >= define.length, true, command);
  }
});

Deno.test("recursion without an end is refused", () => {
  for (
    const program of [
      "function f, x & return, f(x + 1) & end & a = f(0)",
      "pro p & q & end & pro q & p & end & p",
      `function f, x & return, ${"(".repeat(80)}f(x)${")".repeat(80)} & end & a = f(0)`,
      `function f, x & return, ${"[".repeat(60)}f(x)${"]".repeat(60)} & end & a = f(0)`,
      "ok = execute('a = 1') & c = 'ok = execute(c)' & ok = execute(c)",
    ]
  ) {
    const error = failureOf(program);
    assertEquals(error.code, "limit", program);
  }
});

Deno.test("EXECUTE tells whether its command failed, and is refused nothing that others may do", () => {
  assertEquals(linesOf("ok = execute('a = nothing + 1') & print, ok"), [
    "% EXECUTE: The variable NOTHING is undefined",
    "       0",
  ]);
  assertEquals(linesOf("ok = execute('a = (') & print, ok").at(-1), "       0");
  assertEquals(linesOf("ok = execute('spawn, ''ls''') & print, ok"), [
    "% EXECUTE: There is no procedure SPAWN: HELP, /ROUTINES lists them",
    "       0",
  ]);
});

Deno.test("HELP knows the routines of programs, and lists structures and objects", () => {
  const program = "function f, x, KEY=k & return, x & end\npro p & end\n";
  const routines = linesOf(program + "help, /routines");
  assertEquals(routines.includes("Result = F([x] [, KEY=value])"), true);
  assertEquals(routines.includes("P"), true);
  assertEquals(linesOf(program + "help, about='f'"), [
    "Result = F([x] [, KEY=value])",
    "  A function of this session",
  ]);
  assertEquals(linesOf("s = {point, x: 1} & l = list() & a = 5 & help"), [
    "A               INT       =        5",
    "L               LIST      <NELEMENTS=0>",
    "S               STRUCT    = -> POINT Array[1]",
  ]);
});

Deno.test("ON_ERROR says where an error is told to be, and ends the command all the same", () => {
  const program = (inner: string, outer: string) =>
    `pro inner\n${inner}\nx = nowhere + 1\nend\npro outer\n${outer}\ninner\nprint, 'on'\nend\n` +
    "outer & print, 'on'";
  const message = "The variable NOWHERE is undefined";
  const places = ["(in INNER, line 3)", undefined, "(in OUTER, line 3)", "(in INNER, line 3)"];
  for (const [n, place] of places.entries()) {
    // As GDL tells: "Execution halted at". The routine itself decides, not who called it.
    for (const outer of [";", "on_error, 2", "on_error, 1"]) {
      const expected = place === undefined ? message : `${message} ${place}`;
      assertEquals(failureOf(program(`on_error, ${n}`, outer)).message, expected, `${n}, ${outer}`);
    }
  }
  const outerPlaces = ["(in INNER, line 3)", undefined, undefined, "(in OUTER, line 3)"];
  for (const [n, place] of outerPlaces.entries()) {
    const expected = place === undefined ? message : `${message} ${place}`;
    assertEquals(failureOf(program(";", `on_error, ${n}`)).message, expected, `outer ${n}`);
  }
  assertEquals(
    failureOf(program("on_error, 2", ";")).position,
    program("on_error, 2", ";").lastIndexOf("outer"),
  );
  assertEquals(failureOf("on_error, 4").message, "ON_ERROR: Cannot use 4: expected 0, 1, 2 or 3");
  assertEquals(
    linesOf(
      "pro p\non_error, 2\nmessage, 'no'\nend\ncatch, e\nif e ne 0 then print, e, ' ', " +
        "!error_state.msg else begin\np\nendelse",
    ),
    ["          -5 P: no"],
  );
});
