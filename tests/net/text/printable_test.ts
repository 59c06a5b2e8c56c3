import { assertEquals } from "@std/assert";
import { printable, printableJson, printableLines } from "../../../net/text/printable.ts";

Deno.test("printable() shows every control, C1 and those of directions too, as a question mark", () => {
  for (const code of [...Array(0x20).keys(), 0x7f, ...Array(0x20).keys().map((i) => 0x80 + i)]) {
    assertEquals(printable(`a${String.fromCharCode(code)}b`), "a?b", `U+${code.toString(16)}`);
  }
  for (const code of [0x61c, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069]) {
    assertEquals(printable(`a${String.fromCharCode(code)}b`), "a?b", `U+${code.toString(16)}`);
  }
  assertEquals(printable("Ångström ☉ \u{1f30d} ~\xa0"), "Ångström ☉ \u{1f30d} ~\xa0");
});

Deno.test("printableLines() keeps line feeds and tabs, and ends lines of CR LF plainly", () => {
  assertEquals(printableLines("a\tb\r\nc\rd\x1b[1m\x9b\n"), "a\tb\nc?d?[1m?\n");
});

Deno.test("printableJson() escapes what JSON leaves, and reads back as the same", () => {
  const value = { text: "\x1b[2J\x7f\x9b31m\u202e\u2028é" };
  const json = printableJson(JSON.stringify(value));
  assertEquals(json, '{"text":"\\u001b[2J\\u007f\\u009b31m\\u202e\\u2028é"}');
  assertEquals(JSON.parse(json), value);
});
