import { assertEquals, assertThrows } from "../../support/assert.ts";
import { ProtocolError } from "../../../net/errors.ts";
import { commandOf, deadlineOf } from "../../../rpc/frames/command.ts";
import type { JsonObject } from "../../../rpc/frames/arrays.ts";
import { idlScalar, type IdlValue, LanguageSession } from "../../../rpc/mod.ts";

const { routines } = new LanguageSession();
const arrays = new Map<string, IdlValue>([["data", idlScalar(2, 1)]]);
const textOf = (head: JsonObject) => commandOf(head, arrays, routines).text;

Deno.test("commandOf() makes the expression at the end of a command its result", () => {
  const cases: [string, string][] = [
    ["total(data)", "return, total(data)"],
    ["a = 1 & a + 1", "a = 1 & return, a + 1"],
    ["Data", "return, Data"],
    ["a", "return, a"],
    ["help", "help"],
    ["a = 1", "a = 1"],
    ["return, 1", "return, 1"],
    ["print, 1", "print, 1"],
    ["(", "("],
    ["", ""],
  ];
  for (const [command, text] of cases) assertEquals(textOf({ command }), text);
  const { positionOf } = commandOf({ command: "a = 1 & b(2)" }, arrays, routines);
  assertEquals([0, 8, 16, 17].map(positionOf), [0, 8, 8, 9]);
});

Deno.test("commandOf() writes the call of a function out, and refuses what names nothing", () => {
  assertEquals(textOf({ function: "max", arguments: ["data"] }), "return, max(data)");
  assertEquals(
    textOf({ function: "max", arguments: ["data", "i"], keywords: { min: "m" } }),
    "return, max(data, i, min=m)",
  );
  const wrong: JsonObject[] = [
    {},
    { command: 5 },
    { function: "a b" },
    { function: "total", arguments: "data" },
    { function: "total", arguments: [1] },
    { function: "total", keywords: { "a=1 & b": "x" } },
    { function: "total", keywords: null, arguments: ["x)&exit"] },
  ];
  for (const head of wrong) assertThrows(() => textOf(head), ProtocolError, "Cannot take a call");
  assertThrows(() => commandOf({ command: "1" }, new Map([["a b", idlScalar(2, 1)]]), routines));
});

Deno.test("deadlineOf() takes milliseconds and nothing else", () => {
  assertEquals([deadlineOf({}), deadlineOf({ deadline: 5 })], [undefined, 5]);
  const error = assertThrows(() => deadlineOf({ deadline: "soon" }), ProtocolError);
  assertEquals(error.message, 'Cannot take a call: its deadline is "soon", expected milliseconds');
});
