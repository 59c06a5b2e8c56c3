import { assertEquals } from "@std/assert";
import {
  equalStrong,
  equalWeak,
  isEntityTag,
  parseEntityTags,
} from "../../../http/fields/entity_tag.ts";

Deno.test("parseEntityTags() reads lists up to the first thing that is no tag", () => {
  const cases: [string, string[]][] = [
    ['"a"', ['"a"']],
    ['"a", W/"b","c"', ['"a"', 'W/"b"', '"c"']],
    [', ,"a,b" ,', ['"a,b"']],
    ['""', ['""']],
    ['"a" b "c"', ['"a"']],
    ["a", []],
    ['w/"a"', []],
    ['"a', []],
    ['"a b"', []],
    ["", []],
  ];
  for (const [value, tags] of cases) assertEquals(parseEntityTags(value), tags, value);
  assertEquals(
    ['"a"', 'W/"a"', '""', "a", '"a"b', "", '"a", "b"'].map(isEntityTag),
    [true, true, true, false, false, false, false],
  );
});

Deno.test("equalStrong() and equalWeak() compare as in the table of RFC 9110 8.8.3.2", () => {
  const table: [string, string, boolean, boolean][] = [
    ['W/"1"', 'W/"1"', false, true],
    ['W/"1"', 'W/"2"', false, false],
    ['W/"1"', '"1"', false, true],
    ['"1"', '"1"', true, true],
  ];
  for (const [a, b, strong, weakly] of table) {
    assertEquals([equalStrong(a, b), equalWeak(a, b)], [strong, weakly], `${a} ${b}`);
  }
});
