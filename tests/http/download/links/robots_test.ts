import { assertEquals } from "@std/assert";
import { Robots } from "../../../../http/download/links/robots.ts";

/** File, path, whether it may be followed (RFC 9309 sections 2.2 and 5). */
const CASES: readonly (readonly [what: string, file: string, path: string, allowed: boolean])[] = [
  ["nothing in it", "", "/a", true],
  ["all forbidden", "User-agent: *\nDisallow: /", "/a", false],
  ["an empty rule", "User-agent: *\nDisallow:", "/a", true],
  ["a folder", "User-agent: *\nDisallow: /private/", "/private/a", false],
  ["beside the folder", "User-agent: *\nDisallow: /private/", "/public/a", true],
  ["the longest rule", "User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true],
  ["the longest rule, first", "User-agent: *\nAllow: /a\nDisallow: /a/b", "/a/b/c", false],
  ["rules as long", "User-agent: *\nDisallow: /a\nAllow: /a", "/a", true],
  ["a star", "User-agent: *\nDisallow: /*.gif", "/x/y.gif?z", false],
  ["a star, elsewhere", "User-agent: *\nDisallow: /*.gif", "/x/y.png", true],
  ["an end", "User-agent: *\nDisallow: /*.gif$", "/y.gif", false],
  ["behind an end", "User-agent: *\nDisallow: /*.gif$", "/y.gifs", true],
  ["an end without a star", "User-agent: *\nDisallow: /a$", "/ab", true],
  ["two stars", "User-agent: *\nDisallow: /a*b*c", "/a1b2c3", false],
  ["the end again in the middle", "User-agent: *\nDisallow: /*a$", "/aba", false],
  ["another program", "User-agent: wget\nDisallow: /", "/a", true],
  ["this program", "User-agent: *\nDisallow: /\nUser-agent: Heliograph/2\nAllow: /", "/a", true],
  [
    "only the own group",
    "User-agent: heliograph\nAllow: /\n\nUser-agent: *\nDisallow: /",
    "/a",
    true,
  ],
  ["a group of two", "User-agent: wget\nUser-agent: heliograph\nDisallow: /a", "/a", false],
  [
    "two groups of one",
    "User-agent: heliograph\nDisallow: /a\n\nUser-agent: heliograph\nDisallow: /b",
    "/b",
    false,
  ],
  ["comments and blanks", "  User-agent : *  # all\r\n Disallow : /a # this\r\n", "/a", false],
  ["a mark of the byte order", "\ufeffUser-agent: *\nDisallow: /", "/a", false],
  ["no group", "Disallow: /", "/a", true],
  ["percent codes", "User-agent: *\nDisallow: /%7ejoe/%3a", "/~joe/%3Ax", false],
  ["a code of a slash", "User-agent: *\nDisallow: /a%2fb", "/a/b", true],
  ["letters of others", "User-agent: *\nDisallow: /sön", "/s%C3%B6n", false],
  ["the query", "User-agent: *\nDisallow: /*?", "/a?b", false],
  [
    "words of others",
    "Sitemap: http://x/\nCrawl-delay: 5\nUser-agent: *\nDisallow: /a",
    "/a",
    false,
  ],
];

for (const [what, file, path, allowed] of CASES) {
  Deno.test(`Robots ${allowed ? "allows" : "forbids"} ${path} by ${what}`, () => {
    assertEquals(new Robots(file).allows(new URL(path, "http://sun.example")), allowed);
  });
}

Deno.test("Robots takes no long time for a rule of many stars", () => {
  const robots = new Robots(`User-agent: *\nDisallow: /${"*a".repeat(3_000)}$\n`.repeat(20));
  assertEquals(robots.allows(new URL(`http://sun.example/${"a".repeat(5_000)}b`)), false);
});
