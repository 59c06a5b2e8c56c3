import { assert, assertEquals } from "@std/assert";
import { define, signatureOf } from "../../../../rpc/language/routines/define.ts";
import { routineReference } from "../../../../rpc/language/evaluation/reference.ts";

Deno.test("docs/rpc-language.md holds the signature of every routine", async () => {
  const text = await Deno.readTextFile(
    new URL("../../../../docs/rpc-language.md", import.meta.url),
  );
  const reference = routineReference();
  assert(
    text.includes(reference),
    'it differs from what `deno eval \'console.log((await import("./rpc/language/evaluation/reference.ts")).' +
      "routineReference())'` prints",
  );
});

Deno.test("define() makes a routine of its signature, and signatureOf() writes it", () => {
  const definition = { summary: "", run: () => {} };
  const cases: readonly (readonly [signature: string, written: string])[] = [
    ["f(x)", "Result = F(x)"],
    ["f([x])", "Result = F([x])"],
    [
      "f(x, [>y], /FLAG, KEY=, OUT=>)",
      "Result = F(x [, y] [, /FLAG] [, KEY=value] [, OUT=variable])",
    ],
    ["f(x, more...)", "Result = F(x [, more ...])"],
    ["f(more..., /FLAG)", "Result = F([more ...] [, /FLAG])"],
    ["p", "P"],
    ["p, x, [y], /FLAG", "P, x [, y] [, /FLAG]"],
    ["p, [?values...]", "P [, values ...]"],
  ];
  for (const [signature, written] of cases) {
    assertEquals(signatureOf(...define(signature, definition)), written);
  }
  const [name, routine] = define("max(x, [>at], MIN=>)", definition);
  assertEquals(name, "MAX");
  assertEquals(routine.parameters, [{ name: "x" }, { name: "at", optional: true, output: true }]);
  assertEquals(routine.keywords, [{ name: "min", kind: "output" }]);
});
