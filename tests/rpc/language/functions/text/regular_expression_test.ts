import { assert, assertEquals, assertThrows } from "@std/assert";
import { RegularExpression } from "../../../../../rpc/language/functions/text/regular_expression.ts";

function search(pattern: string, text: string, fold = false): number[] | undefined {
  const found = new RegularExpression(pattern, fold).search(text, 0, () => {});
  return found && [...found];
}

Deno.test("RegularExpression.search() finds the first and longest match, with its groups", () => {
  const cases: readonly (readonly [string, string, readonly number[] | undefined])[] = [
    ["a", "bab", [1, 2]],
    ["a|ab", "ab", [0, 2]],
    ["(a|ab)(c|bcd)", "abcd", [0, 4, 0, 1, 1, 4]],
    ["x*", "aaa", [0, 0]],
    ["a*$", "baa", [1, 3]],
    ["^b", "ab", undefined],
    ["[^a-c]+", "abxyc", [2, 4]],
    ["[]a]+", "x]a", [1, 3]],
    ["a{2,3}", "aaaa", [0, 3]],
    ["(a{1}){2}b?", "aab", [0, 3, 1, 2]],
    ["(x)|(y)", "y", [0, 1, -1, -1, 0, 1]],
    ["[[:digit:]]+\\.", "v12.", [1, 4]],
    ["[[:<:]]b[[:>:]]", "ab b", [3, 4]],
    ["(a*)*", "b", [0, 0, -1, -1]],
    ["(a|b|)+c", "abc", [0, 3, 1, 2]],
    ["a.c", "a\u{20ac}c", [0, 3]],
  ];
  for (const [pattern, text, expected] of cases) {
    const found = search(pattern, text);
    // How a group that may be empty is repeated is not laid down; the whole match is.
    const whole = pattern.includes(")*") || pattern.includes("|)");
    assertEquals(
      whole ? found?.slice(0, 2) : found,
      whole ? expected?.slice(0, 2) : expected,
      pattern,
    );
  }
  assertEquals(search("SUN", "the sun", true), [4, 7]);
  assertEquals(search("[^a]", "A", true), undefined);
});

Deno.test("RegularExpression refuses what is no expression, and too long a one", () => {
  const refused = ["(", ")", "[a", "a{2,1}", "a{256}", "*a", "\\", "[[:nothing:]]", "[z-a]"];
  for (const pattern of [...refused, `a${"*".repeat(20)}`, "(".repeat(200) + ")".repeat(200)]) {
    assertThrows(() => search(pattern, "a"), Error, "Cannot use the regular expression");
  }
  assertThrows(() => search("((a{200}){200}){200}", "a"), Error, "too long");
});

Deno.test("RegularExpression.search() takes time that grows with the text, whatever it looks for", () => {
  for (const pattern of ["(a*)*b", "(a|a)*b", "(a+)+$x", "a?a?a?a?a?a?a?a?a?a?aaaaaaaaaab"]) {
    const steps = [1000, 2000, 4000].map((length) => {
      let operations = 0;
      const expression = new RegularExpression(pattern, false);
      assertEquals(
        expression.search("a".repeat(length), 0, (more) => operations += more),
        undefined,
      );
      return operations;
    });
    assert(steps[2]! <= 4.2 * steps[0]!, `${pattern}: ${steps}`);
  }
});
