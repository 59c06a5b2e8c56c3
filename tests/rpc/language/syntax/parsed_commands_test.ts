import { assert, assertEquals, assertThrows } from "@std/assert";
import { LanguageError, LanguageSession } from "../../../../rpc/mod.ts";
import { DEFAULT_LIMITS } from "../../../../rpc/language/values/meter.ts";
import { parsedCommand } from "../../../../rpc/language/syntax/parsed_commands.ts";

Deno.test("parsedCommand() reads a command once and forgets the oldest", () => {
  const first = parsedCommand("return, total(Data) + n[i]", DEFAULT_LIMITS);
  assertEquals([...first.names].sort(), ["DATA", "I", "N", "TOTAL"]);
  assert(parsedCommand("return, total(Data) + n[i]", DEFAULT_LIMITS) === first);
  for (let i = 0; i < 300; i++) parsedCommand(`return, ${i}`, DEFAULT_LIMITS);
  assert(parsedCommand("return, total(Data) + n[i]", DEFAULT_LIMITS) !== first);
});

Deno.test("parsedCommand() holds a command that it knows to the limits of who asks", () => {
  const command = "return, ((((1))))";
  parsedCommand(command, DEFAULT_LIMITS);
  for (const limits of [{ nesting: 3, commandLength: 100 }, { nesting: 200, commandLength: 9 }]) {
    const error = assertThrows(() => parsedCommand(command, limits), LanguageError);
    assertEquals(error.code, "limit");
  }
  parsedCommand(command, DEFAULT_LIMITS);
});

Deno.test("a command that comes again begins with its own literals, whatever became of them", () => {
  const functions = {
    spoil: ([x]: readonly { readonly data: ArrayLike<unknown> }[]) => {
      (x!.data as number[])[0] = 99;
      return 0;
    },
  };
  for (
    const [command, expected] of [
      ["a = fix(5) & a[0] += 1 & return, a", [6]],
      ["a = reform(5) & a += 1 & return, a", [6]],
      ["a = 5 & b = a & b[0] = 7 & return, [a, b]", [5, 7]],
      ["a = string('x') & a[0] = a + 'y' & return, a", ["xy"]],
      ["a = spoil(7) & return, [7, a]", [7, 0]],
      ["a = spoil('x') & return, 'x'", ["x"]],
    ] as const
  ) {
    for (let round = 0; round < 3; round++) {
      const outcome = new LanguageSession({ functions }).runSync(command);
      if (!outcome.ok) throw outcome.error;
      const { returned } = outcome;
      assertEquals([...returned!.data], [...expected], command);
      (returned!.data as unknown as unknown[])[0] = returned!.type === 7 ? "spoilt" : 98;
    }
  }
});
