import { assertEquals, assertStringIncludes } from "@std/assert";
import { type IdlValue, type LanguageErrorCode, LanguageSession } from "../../../../rpc/mod.ts";
import { failureOf, linesOf, valueOf } from "../../../support/rpc/language.ts";

Deno.test("what cannot be evaluated fails at its place, with words", async (t) => {
  const cases: readonly (readonly [string, LanguageErrorCode, number, string])[] = [
    ["b = 1 & a = x + 1", "name", 12, "The variable X is undefined"],
    ["a = nope(1)", "name", 4, "There is no function or variable NOPE"],
    ["nope, 1", "name", 0, "There is no procedure NOPE"],
    ["a = print(1)", "name", 4, "PRINT is a procedure"],
    ["total, 1", "name", 0, "TOTAL is a function"],
    ["a = total()", "value", 4, "TOTAL needs its argument x"],
    ["a = sqrt(1, 2)", "value", 4, "SQRT takes at most 1 arguments"],
    ["a = total([1], /nope)", "value", 15, "there is no keyword NOPE"],
    ["a = total([1], /d, /double)", "value", 19, "DOUBLE is given twice"],
    ["a = total([1], 2)", "range", 4, "INT[1] has 1"],
    ["a = smooth([1., 2, 3], 3, /edge)", "value", 26, "may mean EDGE_TRUNCATE, EDGE_MIRROR"],
    ["a = [1, 2] & a[2] = 3", "range", 13, "expected -2 to 1"],
    ["a = [1, 2] & a[1:0] = 3", "range", 13, "ends before it begins"],
    ["a = [1, 2] & a[0:1:0] = 3", "value", 13, "in steps of 0"],
    ["a = [[1, 2], [3]]", "value", 4, "their other dimensions differ"],
    ["a = findgen(2, 3) # findgen(2, 3)", "value", 18, "their inner dimensions differ"],
    ["a = 'x' * 2", "value", 8, 'Cannot convert the STRING "x" to INT'],
    ["a = 1.5 xor 2", "value", 8, "it takes integers"],
    ["a = [1, 2] && 1", "value", 11, "must be one element"],
    ["a = !nope", "name", 4, "There is no system variable !NOPE"],
    ["a = reform(findgen(6), 4)", "value", 4, "the dimensions [4]"],
    ["a = rebin(findgen(6), 4)", "value", 4, "a multiple or a part"],
    ["print, 'a', format='(f5.2)'", "value", 0, "by the code F"],
    ["print, 1, format='f5.2'", "value", 0, "it must stand in brackets"],
    ["a = sin(/x)", "value", 8, "there is no keyword X"],
    ["a = findgen(3)(1, *, /x)", "syntax", 21, "as a subscript"],
    ["!pi = 3", "syntax", 4, "system variables can only be read"],
  ];
  for (const [command, code, position, words] of cases) {
    await t.step(command, () => {
      const error = failureOf(command);
      assertStringIncludes(error.message, words);
      assertEquals([error.code, error.position], [code, position]);
    });
  }
});

Deno.test("keywords may be abbreviated, and outputs are stored in variables", () => {
  assertEquals(
    linesOf(
      "x = [3, 1, 2] & m = max(x, i, min=least, subscript_m=j) & print, m, i, least, j & " +
        "w = where(x gt 1, n, comp=c, ncomp=k) & print, n, c, k & print, total([1, !values.f_nan], /na)",
    ),
    [
      "       3           0       1           1",
      "           2           1",
      "           1",
      "      1.00000",
    ],
  );
});

Deno.test("a variable hides a function of its name, and round brackets select from it", () => {
  assertEquals(valueOf("total = [5, 6, 7] & return, total(1)").data[0], 6);
  assertEquals(valueOf("data = findgen(4, 3) & return, data(0:1, *)").shape, [2, 3]);
});

Deno.test("variables do not share storage, and temporaries are used again", () => {
  assertEquals(valueOf("a = [1, 2] & b = a & b[0] = 9 & return, a[0]").data[0], 1);
  assertEquals(valueOf("a = [1., 2] & b = reform(a) & b[0] = 9 & return, a[0]").data[0], 1);
  assertEquals(valueOf("a = findgen(9000) & b = a + 1 & c = -(a * 2) & return, a[7]").data[0], 7);
  assertEquals(valueOf("a = [1, 2, 3] & a[*] = a[[2, 1, 0]] & return, a").data[0], 3);
  assertEquals(valueOf("a = [1, 2, 3] & a[0:1] = a[1:2] & return, total(a)").data[0], 8);
  assertEquals(valueOf("a = findgen(5000) & b = temporary(a) & return, n_elements(a)").data[0], 0);
});

Deno.test("large element-wise expressions have the values of small ones", () => {
  const count = 10_007;
  const shape = [count];
  const single = {
    type: 4 as const,
    shape,
    data: Float32Array.from({ length: count }, (_, i) => i / 7 - 500),
  };
  const double = {
    type: 5 as const,
    shape,
    data: Float64Array.from({ length: count }, (_, i) => Math.sin(i)),
  };
  const whole = {
    type: 2 as const,
    shape,
    data: Int16Array.from({ length: count }, (_, i) => i * 3),
  };
  const f = Math.fround;
  const cases: readonly (readonly [string, 4 | 5, (i: number) => number])[] = [
    ["s*2.0+1.0", 4, (i) => f(f(single.data[i]! * 2) + 1)],
    ["sqrt(abs(s)/3)", 4, (i) => f(Math.sqrt(f(Math.abs(single.data[i]!) / 3)))],
    ["-(s < 5 > (-5.))", 4, (i) => -Math.max(Math.min(single.data[i]!, 5), -5)],
    ["s*1.1+d", 5, (i) => f(single.data[i]! * f(1.1)) + double.data[i]!],
    ["s+w*w", 4, (i) => f(single.data[i]! + (whole.data[i]! * whole.data[i]! << 16 >> 16))],
    ["d-w/2.5", 5, (i) => double.data[i]! - f(whole.data[i]! / 2.5)],
    ["sqrt(w)", 4, (i) => f(Math.sqrt(whole.data[i]!))],
    ["1-d", 5, (i) => 1 - double.data[i]!],
  ];
  for (const [expression, type, value] of cases) {
    const inputs = { s: single, d: double, w: whole };
    const found = valueOf(expression, inputs);
    assertEquals(found.type, type, expression);
    const expected = Float64Array.from({ length: count }, (_, i) => value(i));
    assertEquals(Float64Array.from(found.data as Float32Array), expected, expression);
    const sum = expected.reduce((total, element) => total + element, 0);
    const total = Number(valueOf(`total(${expression})`, inputs).data[0]);
    const scale = expected.reduce((most, element) => most + Math.abs(element), 0);
    assertEquals(
      Math.abs(total - sum) <= 1e-7 * scale,
      true,
      `${expression}: ${total}, not ${sum}`,
    );
  }
});

Deno.test("large comparisons have the values of small ones", () => {
  const count = 9001;
  const make = [
    ["f", Float32Array.from({ length: count }, (_, i) => i % 7 === 3 ? NaN : i % 11 - 5), 4],
    ["d", Float64Array.from({ length: count }, (_, i) => i % 5 === 3 ? Infinity : i % 13 - 6), 5],
    ["b", Uint8Array.from({ length: count }, (_, i) => i), 1],
    ["i", Int16Array.from({ length: count }, (_, i) => i * 7), 2],
    ["l", Int32Array.from({ length: count }, (_, i) => 2 ** 31 - 4500 + i), 3],
    ["u", Uint32Array.from({ length: count }, (_, i) => 2 ** 31 - 4500 + i), 13],
  ] as const;
  const inputs: Record<string, IdlValue> = {};
  for (const [name, data, type] of make) inputs[name] = { type, shape: [count], data };
  const operators = {
    eq: (a: number, b: number) => a === b,
    ne: (a: number, b: number) => a !== b,
    lt: (a: number, b: number) => a < b,
    gt: (a: number, b: number) => a > b,
    le: (a: number, b: number) => a <= b,
    ge: (a: number, b: number) => a >= b,
  };
  for (const [operator, compare] of Object.entries(operators)) {
    for (const [name, data] of make) {
      const number = Number(data[5000]);
      const text = `${name} ${operator} ${name}[5000]`;
      const expected = Uint8Array.from(data, (element) => compare(element, number) ? 1 : 0);
      assertEquals(valueOf(text, inputs), { type: 1, shape: [count], data: expected }, text);
    }
  }
  const expected = make[0][1].reduce((sum, element, i) => sum + (element > i ? 1 : 0), 0);
  assertEquals(valueOf("total(f gt findgen(9001))", inputs).data[0], expected);
  assertEquals(valueOf("total((b gt 3) * 2.0 + (b le 3))", inputs).data[0], count * 2 - 36 * 4);
  assertEquals(valueOf("(-(b gt 3))[9]", inputs).data[0], 255);
});

Deno.test("NaN passes through operators and < > as in IDL, and MAX and MIN pass it over", () => {
  const data = new Float32Array(8192).fill(2);
  data[5] = NaN;
  data[8000] = 7;
  data[100] = -3;
  const inputs = { data: { type: 4 as const, shape: [8192], data } };
  assertEquals(valueOf("max(data, i)", inputs).data[0], 7);
  assertEquals(valueOf("m = min(data, i) & return, i", inputs).data[0], 100);
  assertEquals(valueOf("(data+1)[5]", inputs).data[0], NaN);
  assertEquals(valueOf("total(data, /nan)", inputs).data[0], 2 * 8189 + 4);
  data.fill(NaN);
  assertEquals(valueOf("max(data)", inputs).data[0], NaN);
});

Deno.test("HELP lists variables and routines and describes one", () => {
  assertEquals(linesOf("b = 2 & a = [1.5] & help"), [
    "A               FLOAT     = Array[1]",
    "B               INT       =        2",
  ]);
  assertEquals(linesOf("help, about='bytscl'"), [
    "Result = BYTSCL(x [, min] [, max] [, top] [, MIN=value] [, MAX=value] [, TOP=value] [, /NAN])",
    "  The elements scaled from MIN ... MAX to BYTE 0 ... TOP",
  ]);
  assertEquals(linesOf("help, /routines").includes("LOADCT, table [, /SILENT]"), true);
});

Deno.test("LanguageSession moves variables between sessions", () => {
  const here = new LanguageSession();
  here.runSync("a = findgen(3) & b = 'text' & c = [1]");
  assertEquals(here.namesIn("b = total(a)"), new Set(["A", "B", "TOTAL"]));
  const moved = structuredClone(here.take(["a", "B", "total"]));
  assertEquals([...here.variables.keys()], ["C"]);
  const there = new LanguageSession();
  for (const [name, value] of moved) there.set(name, value);
  const outcome = there.runSync("return, string(total(a)) + b");
  assertEquals(outcome.ok && outcome.returned?.data, ["      3.00000text"]);
  assertEquals(here.bytes, 2);
});
