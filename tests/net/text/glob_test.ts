import { assertEquals } from "@std/assert";
import { isGlob, matchesGlob } from "../../../net/text/glob.ts";

const CASES: [pattern: string, name: string, matches: boolean][] = [
  ["*.fits", "a.fits", true],
  ["*.fits", "a.fits.gz", false],
  ["*.fits", ".fits", false],
  [".*", ".hidden", true],
  ["*", "", true],
  ["?", "", false],
  ["a?c", "abc", true],
  ["a*b*c", "aXXbYYc", true],
  ["a*b*c", "aXXcYYb", false],
  ["[a-c]x", "bx", true],
  ["[!a-c]x", "bx", false],
  ["[^a-c]x", "dx", true],
  ["[]]x", "]x", true],
  ["[a-", "[a-", true],
  ["[x", "x", false],
  ["\\*.fits", "*.fits", true],
  ["\\*.fits", "a.fits", false],
  ["aia.*_0?:[0-9]*.fits", "aia.lev1.2014_02:30.fits", true],
  ["f[0-9][0-9].fits", "f07.fits", true],
  ["(a|b)+", "(a|b)+", true],
];

for (const [pattern, name, matches] of CASES) {
  Deno.test(`matchesGlob() ${matches ? "takes" : "refuses"} ${name} for ${pattern}`, () => {
    assertEquals(matchesGlob(pattern, name), matches);
  });
}

Deno.test("matchesGlob() takes no exponential time", () => {
  assertEquals(matchesGlob("*a".repeat(200) + "b", "a".repeat(5_000)), false);
});

Deno.test("isGlob() knows patterns", () => {
  assertEquals(["a*", "a?", "[a]", "a.fits"].map(isGlob), [true, true, true, false]);
});
