import { assertEquals } from "@std/assert";
import { type CommandOutcome, IdlType, LanguageSession } from "../../../../rpc/mod.ts";
import { scalar, text } from "../../../../rpc/language/values/value.ts";

function returned(outcome: CommandOutcome): unknown {
  if (!outcome.ok) throw outcome.error;
  return outcome.returned;
}

Deno.test("LanguageSession keeps variables from command to command and returns a value", async () => {
  const session = new LanguageSession();
  const data = { type: 4 as const, shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) };
  assertEquals((await session.run("b = data[1, *] & c = b", { data })).ok, true);
  assertEquals(returned(await session.run("b[0] = 7 & return, [b[0], c[0], total(data)]")), {
    type: IdlType.FLOAT,
    shape: [3],
    data: Float32Array.of(7, 2, 21),
  });
});

Deno.test("LanguageSession awaits registered functions and takes plain values from them", async () => {
  const session = new LanguageSession({
    functions: {
      mine: (args, keywords) => Promise.resolve(`${args.length} ${Object.keys(keywords)}`),
      two: () => 2,
    },
  });
  const outcome = await session.run("return, mine(1, two(), DEEP=3, /loud)");
  assertEquals(returned(outcome), text("2 deep,loud"));
  assertEquals(returned(session.runSync("return, two()")), scalar(IdlType.DOUBLE, 2));
  const late = session.runSync("return, mine()");
  assertEquals(late.ok ? "" : late.error.code, "host");
});

Deno.test("LanguageSession reports the position of a failure and whether an answer is due", async () => {
  const session = new LanguageSession();
  const outcome = await session.run("a = 1 & return, a + nothing");
  if (outcome.ok) throw new Error("the command did not fail");
  assertEquals(outcome.asked, true);
  assertEquals(outcome.error.code, "name");
  assertEquals(outcome.error.position, 20);
  assertEquals(session.variables.get("A"), scalar(IdlType.INT, 1));
});
