import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type IdlValue, type LanguageErrorCode, LanguageSession } from "../../../rpc/mod.ts";
import { failureOf } from "../../support/rpc/language.ts";

const MIB = 1024 ** 2;

Deno.test("LanguageSession refuses what is too large before it is allocated", async (t) => {
  const limits = { bytes: 16 * MIB, operations: 4e8 };
  const cases: readonly (readonly [command: string, code: LanguageErrorCode, words: string])[] = [
    ["a = fltarr(1e12)", "limit", "Cannot allocate 3999999983616 bytes"],
    ["a = bytarr(1e6, 1e6, 1e6)", "range", "more than can be counted"],
    ["a = bytarr(1e5, 1e5)", "limit", "Cannot allocate 10000000000 bytes"],
    ["a = fltarr(-1)", "range", "it must be at least 1"],
    ["a = fltarr(0)", "range", "it must be at least 1"],
    ["a = fltarr(!values.d_infinity)", "value", "as a whole number"],
    ["a = fltarr(1,1,1,1,1,1,1,1,2)", "range", "9 dimensions"],
    ["a = strarr(1e9)", "limit", "Cannot allocate"],
    ["a = replicate('x', 1e9)", "limit", "Cannot allocate"],
    ["a = make_array(1e9, /string, /index)", "limit", "Cannot allocate"],
    ["a = rebin([1, 2], 2e9)", "limit", "Cannot allocate"],
    ["a = congrid(findgen(4, 4), 1e5, 1e5)", "limit", "Cannot allocate"],
    ["a = histogram([0, 1e9], binsize=1e-3)", "range", "bins"],
    ["a = findgen(1e5) # findgen(1e5)", "limit", "operations"],
    ["a = findgen(3000) # findgen(3000)", "limit", "Cannot allocate"],
    ["a = [0] & b = a[lonarr(1e7)]", "limit", "Cannot allocate"],
    ["a = string(1, format='(i9999999)')", "value", "out of range"],
    ["a = string(1, format='(9999(9999(9999x)),i1)')", "limit", "Cannot allocate"],
    ["a = median(fltarr(1000, 1000), 900)", "limit", "operations"],
    ["print, bytarr(1e6)", "limit", "prints more than"],
    ["a = string(bytarr(1e6) + 1.5)", "limit", "Cannot allocate"],
    ["a = fft(dindgen(1e6 + 3))", "limit", "Cannot allocate"],
    ["a = string(1, format=\"(10000(10000('')),i2)\")", "limit", "operations"],
    ["a = string(1, format=\"(10000(10000(10000(''))),i2)\")", "limit", "operations"],
    ["a = string(1, format='(10000(10000(/)),i2)')", "limit", "Cannot allocate"],
    ["a = float(replicate('1', 500000))", "limit", "operations"],
  ];
  for (const [command, code, words] of cases) {
    await t.step(command, () => {
      const error = failureOf(command, { limits });
      assertStringIncludes(error.message, words);
      assertEquals(error.code, code);
    });
  }
});

Deno.test("LanguageSession stops doubling at its limit of bytes", async () => {
  for (const [start, again] of [["findgen(1000)", "[a, a]"], ["'x'", "a + a"]]) {
    const session = new LanguageSession({ limits: { bytes: 16 * MIB } });
    await session.run(`a = ${start}`);
    let rounds = 0;
    for (; rounds < 100; rounds++) {
      const outcome = await session.run(`a = ${again}`);
      assert(session.bytes <= 16 * MIB);
      if (!outcome.ok) break;
    }
    assert(rounds > 5 && rounds < 30, `${rounds} rounds`);
    assert((await session.run("a = 0")).ok, "the session goes on");
    assert(session.bytes < 100, `${session.bytes} bytes`);
  }
});

Deno.test("LanguageSession gives back every temporary", async () => {
  const session = new LanguageSession();
  for (
    const command of [
      "a = findgen(1000, 100)",
      "b = total(sqrt(a * 2.0 + 1.0)) + max(-a) + (a ## transpose(a))[3]",
      "b = mean(smooth(a, 5)) & c = where(a gt 5, n) & c = n",
      "b = (reverse(rotate(a, 3)))[0, 0] & b = median(a) & c = 0 & n = 0",
      "b = total(abs(fft(a))) & b = histogram(bytscl(a), locations=n) & n = 0 & b = 0",
      "b = (a + [1, 2",
      "b = a + nothing",
    ]
  ) await session.run(command);
  const kept = [...session.variables].map(([, value]) => value.data.length);
  assert(session.bytes >= 400_000 && session.bytes < 400_100, `${session.bytes} bytes for ${kept}`);
});

Deno.test("LanguageSession stops a command by its clock, its operations and its signal", async () => {
  let now = 0;
  const late = new LanguageSession({ limits: { milliseconds: 100 }, clock: () => now += 10 });
  const slow = await late.run("a = 1 & ".repeat(50) + "b = fltarr(1e6) + 1 & c = b * b + b");
  assertEquals(slow.ok ? "" : slow.error.code, "time");

  const product = new LanguageSession({ limits: { milliseconds: 1000 }, clock: () => now += 10 });
  const long = await product.run("a = findgen(200, 200) & b = a # a");
  assertEquals(long.ok ? "" : long.error.code, "time");

  const few = failureOf("a = findgen(1e4) & ".repeat(1000), { limits: { operations: 1e6 } });
  assertEquals(few.code, "limit");

  const controller = new AbortController();
  const session = new LanguageSession({
    functions: {
      cancel: () => {
        controller.abort();
        return 1;
      },
    },
  });
  const cancelled = await session.run("a = cancel() & b = findgen(10)", {}, controller);
  assertEquals(cancelled.ok ? "" : cancelled.error.code, "cancelled");
  assertEquals([...session.variables.keys()], ["A"]);
});

Deno.test("text of the worst kind takes time in proportion to its length", () => {
  const start = performance.now();
  const blanks: IdlValue = { type: 7, shape: [], data: [" ".repeat(4e6) + "x"] };
  for (const call of ["strtrim(data, 2)", "strcompress(data)", "strpos(data, 'y')"]) {
    assert(new LanguageSession().runSync(`a = ${call}`, { data: blanks }).ok, call);
  }
  const lines = "\n".repeat(65_000) + "'";
  assertEquals(new LanguageSession().runSync(lines).asked, false);
  assert(performance.now() - start < 5000, `${performance.now() - start} ms`);
});

Deno.test("LanguageSession limits the number of variables", () => {
  const command = Array.from({ length: 20 }, (_, i) => `v${i} = ${i}`).join(" & ");
  const error = failureOf(command, { limits: { variables: 10 } });
  assertEquals(error.code, "limit");
  assertEquals(error.position, command.indexOf("v10"));
});

Deno.test("estimateCost() tells cheap commands from dear ones before they run", () => {
  const session = new LanguageSession();
  const data = { type: 4 as const, shape: [1000, 1000], data: new Float32Array(1e6) };
  const operations = (command: string): number =>
    session.estimateCost(command, { data }).operations;
  const cases: readonly (readonly [command: string, least: number, most: number])[] = [
    ["a = 1 + 1", 0, 20],
    ["a = n_elements(data)", 0, 20],
    ["a = total(data)", 1e6, 2e6],
    ["a = total(sqrt(data * 2.0 + 1.0)) & b = a + 1", 4e6, 5e6],
    ["a = data[0:9, *]", 1e4, 1e5],
    ["a = fltarr(1e4, 1e4)", 1e8, 1e9],
    ["n = 1000 & a = fltarr(n, n * 2)", 2e6, 1e7],
    ["a = fltarr(n)", Infinity, Infinity],
    ["a = data # data", 1e9, 3e9],
    ["a = histogram(data)", Infinity, Infinity],
    ["a = histogram(data, min=0, max=99)", 6e6, 7e6],
    ["a = histogram(data, nbins=1000)", 6e6, 7e6],
    ["a = histogram(data, nbins=n)", Infinity, Infinity],
    ["a = median(data, 11)", 1e8, 1e9],
    ["a = (((", 0, 0],
  ];
  for (const [command, least, most] of cases) {
    const found = operations(command);
    assert(found >= least && found <= most, `${command}: ${found}`);
  }
});

Deno.test("every loop over elements looks at the clock", async (t) => {
  for (
    const command of [
      "a = string(1, format=\"(10000(10000('')),i2)\")",
      "a = long64(findgen(5e6))",
      "a = histogram([0L, 100000000L], /l64)",
      "a = string(findgen(1e6))",
      "a = float(replicate('12.5', 1e6))",
      "a = poly(findgen(20000), findgen(9))",
      "a = poly(findgen(10), findgen(20000))",
      "a = convol(fltarr(50000), replicate(1., 2000), /edge_zero)",
      "a = erode(bytarr(3, 20), replicate(1, 2, 20))",
      "a = interpol(findgen(9), 900000)",
      "a = value_locate(findgen(9), findgen(900000))",
      "a = randomn(1, 90000)",
      "a = poly_fit(findgen(50000), findgen(50000), 3)",
      "a = regress(findgen(2, 20000), findgen(20000))",
      "a = fft(fltarr(64, 64))",
      "a = label_region(lonarr(40, 40)) & b = sobel(lonarr(40, 40))",
      "a = stregex(strjoin(replicate('a', 5000)), '(a|b)*c')",
      "a = igamma(findgen(5000) + 1, 2)",
      "a = sort(findgen(200000))",
      "a = uniq(lonarr(400000))",
      "a = gamma(findgen(400000))",
      "a = fft(fltarr(500009))",
      "a = svdfit(findgen(50000), findgen(50000), 5)",
      "a = interpol(findgen(9), findgen(9), findgen(400000), /spline)",
      "a = watershed(bytarr(400, 400))",
      "a = byte(replicate('x', 30000))",
      "caldat, dindgen(400000) + 2e6, m",
      "a = dist(600)",
    ]
  ) {
    await t.step(command, () => {
      // Each look at the clock is a millisecond.
      let now = 0;
      const session = new LanguageSession({ limits: { milliseconds: 5 }, clock: () => now++ });
      const outcome = session.runSync(command);
      assert(!outcome.ok);
      assertEquals(outcome.error.code, "time");
    });
  }
});

Deno.test("a command that has no time left says so in whole milliseconds", () => {
  let now = 0;
  for (
    const [milliseconds, message] of [
      [20.25, "The command has not ended after 21 ms, the most that one may take"],
      [0, "The time that the command may take had passed before it began"],
      [-4.25, "The time that the command may take had passed before it began"],
    ] as const
  ) {
    const session = new LanguageSession({
      limits: { milliseconds },
      clock: () => now += 50,
    });
    const outcome = session.runSync("a = 1");
    assertEquals(outcome.ok ? "" : outcome.error.message, message);
  }
});
