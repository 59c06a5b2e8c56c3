import { assertEquals } from "@std/assert";
import { ParseMemory } from "../../../net/bytes/parse_memory.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

Deno.test("ParseMemory knows the last bytes at the start of others, however they came", () => {
  const memory = new ParseMemory<string>(4);
  assertEquals(memory.atStartOf(bytes("")), undefined);
  const given = bytes("abcd");
  memory.keep(given, "first");
  given[0] = 0;
  assertEquals([memory.length, memory.atStartOf(bytes("abcdef"))], [4, "first"]);
  assertEquals(memory.atStartOf(bytes("abc")), undefined);
  memory.keep(bytes("ab"), "second");
  assertEquals([memory.length, memory.atStartOf(bytes("abcd"))], [2, "second"]);
  assertEquals(memory.atStartOf(bytes("b")), undefined);
});

Deno.test("ParseMemory stays with what it had when it is given more than it may keep", () => {
  const memory = new ParseMemory<string>(4);
  memory.keep(bytes("ab"), "short");
  memory.keep(bytes("abcde"), "long");
  assertEquals([memory.length, memory.atStartOf(bytes("abcde"))], [2, "short"]);
});
