import { assertEquals } from "@std/assert";
import { onOneLine } from "../../../../rpc/language/syntax/lexer.ts";
import { parseCommand } from "../../../../rpc/language/syntax/parser.ts";
import { linesOf } from "../../../support/rpc/language.ts";

Deno.test("onOneLine() joins the lines of a program, which means the same", () => {
  const program = [
    "; a comment & more",
    "function f, x ; 'quoted'",
    "  return, x $ ; goes on",
    "    + 'a;b & c'",
    "end",
    "",
    "for i = 0, 1 do begin",
    "  print, f(string(i, format='(i1)')), s.a, 1.5",
    "endfor",
    "",
  ].join("\n").replace("s.a", "i");
  const line = onOneLine(program);
  assertEquals(
    line,
    "function f, x & return, x + 'a;b & c' & end & for i = 0, 1 do begin & " +
      "print, f(string(i, format='(i1)')), i, 1.5 & endfor",
  );
  assertEquals(linesOf(line), linesOf(program));
  assertEquals(parseCommand(line).length, parseCommand(program).length);
});
