import { assertEquals, assertThrows } from "@std/assert";
import { asksForAnswer } from "../../../../rpc/language/syntax/parser.ts";
import { LanguageError } from "../../../../rpc/mod.ts";
import { parseCommand } from "../../../../rpc/language/syntax/parser.ts";
import { namesIn } from "../../../../rpc/language/syntax/names.ts";
import { linesOf, valueOf } from "../../../support/rpc/language.ts";

Deno.test("parseCommand() refuses what is no command, at its place", async (t) => {
  const cases: readonly (readonly [command: string, position: number, words: string])[] = [
    ["a = ", 4, "found the end of the command, expected an expression"],
    ["a = 1 +* 2", 7, 'found "*"'],
    ["a = (1, 2", 6, 'found ",", expected ")"'],
    ["a = 'text", 4, "closing quote is missing"],
    ["a = 1 $ b", 6, 'found "$"'],
    ["a = 5q", 4, 'unknown suffix "Q"'],
    ["a = 300b", 4, "too large for its type"],
    ["a = 'GG'x", 4, "as a number in base 16"],
    ["a = 1.5q", 4, 'found "q" after it'],
    ["b = 1 & for i = 0, 3 print, i", 21, 'found "PRINT", expected DO'],
    ["if a then begin & b = 1", 23, "found the end of the command, expected ENDIF"],
    ["if a then b = 1 endif", 16, 'found "ENDIF", expected the end of the statement'],
    ["for i = 0, 3 do begin & b = 1 & endwhile", 32, 'found "ENDWHILE", expected a statement'],
    ["b = 1 & goto, there", 8, "GOTO is not part of the command language"],
    ["there: b = 1", 0, "Cannot use the label THERE"],
    ["common block, a", 0, "COMMON is not part of the command language"],
    ["break", 0, "BREAK stands outside of a loop"],
    ["case 1 of & 1: continue & endcase", 15, "CONTINUE stands outside of a loop"],
    ["pro p & function f", 8, "FUNCTION stands outside of blocks and routines only"],
    ["pro p, a, a & end", 0, "Two parameters of P have the same name"],
    ["function f & return, 1", 22, "found the end of the command, expected END"],
    ["then = 1", 0, 'found "THEN", expected a statement'],
    ["a = [1, 2", 9, 'expected ","'],
    ["print, 1 2", 9, 'found "2", expected the end of the statement'],
    ["a = \u{1f31e}", 4, "begins no word"],
    ["a = b[1:2:]", 10, "expected an expression"],
    ["a = { x: 1", 10, 'found the end of the command, expected ","'],
    ["a.b.", 4, "expected the name of a tag or a method"],
  ];
  for (const [command, position, words] of cases) {
    await t.step(command, () => {
      const error = assertThrows(() => parseCommand(command), LanguageError, words);
      assertEquals([error.code, error.position], ["syntax", position]);
    });
  }
});

Deno.test("parseCommand() limits the length of a command and the levels of its brackets", () => {
  const limits = { nesting: 20, commandLength: 1000 };
  for (const [open, close] of [["(", ")"], ["[", "]"], ["sqrt(", ")"], ["a[", "]"], ["-", ""]]) {
    const command = `a = ${open!.repeat(100)}1${close!.repeat(100)}`;
    const error = assertThrows(() => parseCommand(command, limits), LanguageError, "20 levels");
    assertEquals(error.code, "limit");
  }
  // A chain is carried out from the left, and is one level however long it is.
  for (const more of [" + 1", " * 1", " && 1", " < 1 or 2"]) {
    assertEquals(parseCommand(`a = 1${more.repeat(100)}`, limits).length, 1);
  }
  assertThrows(() => parseCommand(" ".repeat(1001), limits), LanguageError, "1001 characters");
  assertEquals(parseCommand("a=1&".repeat(250), limits).length, 250);
});

Deno.test("asksForAnswer() finds RETURN statements, also in text that is no command", () => {
  const cases: readonly (readonly [string, boolean])[] = [
    ["return, total(data)", true],
    ["a = 1 & RETURN, a", true],
    ["print, 'return, 1'", false],
    ["a = 1 ; & return, a", false],
    ["return, (((", true],
    ["return, 'open", true],
    ["returned = 1", false],
    ["a = 'open & b", false],
    ["if a then return, 1", true],
    ["for i = 0, 3 do begin & return, i & endfor", true],
    ["function f & return, 1 & end & print, f()", false],
    ["function f & return, 1 & end & return, f()", true],
  ];
  for (const [command, expected] of cases) assertEquals(asksForAnswer(command), expected, command);
});

Deno.test("namesIn() finds the names in statements, subscripts and keywords", () => {
  const names = namesIn(parseCommand("a[b] = total(c, NAN=d) & print, e ? f : [g, -h] & i += 1"));
  assertEquals(names, new Set(["A", "B", "TOTAL", "C", "D", "PRINT", "E", "F", "G", "H", "I"]));
});

Deno.test("statements are joined by & and line ends, and comments end with the line", () => {
  assertEquals(linesOf("a = 2 ; two & a = 3\nprint, a & print, a + 1"), ["       2", "       3"]);
  assertEquals(linesOf("a = [1, $ ; goes on\n 2] & print, a"), ["       1       2"]);
  assertEquals(linesOf("; nothing"), []);
  assertEquals(linesOf("5 + 5"), ["      10"], "an expression alone is printed");
});

Deno.test("names and keywords are the same in capitals and small letters", () => {
  assertEquals(valueOf("aB = 2 & return, Ab + TOTAL([1, 2], /DOUBLE)").data[0], 5);
  assertEquals(valueOf("5eq 5").data[0], 1);
});
