import { assertEquals } from "@std/assert";
import { formatHttpDate, parseHttpDate } from "../../../http/message/date.ts";

const NOW = Date.UTC(2026, 10, 21, 9, 0, 0);

Deno.test("formatHttpDate() writes the fixed format", () => {
  assertEquals(formatHttpDate(784_111_777_000), "Sun, 06 Nov 1994 08:49:37 GMT");
  assertEquals(formatHttpDate(784_111_777_999), "Sun, 06 Nov 1994 08:49:37 GMT");
  assertEquals(formatHttpDate(784_111_778_000), "Sun, 06 Nov 1994 08:49:38 GMT");
  assertEquals(formatHttpDate(0), "Thu, 01 Jan 1970 00:00:00 GMT");
});

Deno.test("parseHttpDate() reads the three formats", () => {
  const cases: [string, number | undefined][] = [
    ["Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777_000],
    ["Sun Nov  6 08:49:37 1994", 784_111_777_000],
    ["Sun Nov 16 08:49:37 1994", 784_975_777_000],
    ["Thu, 29 Feb 2024 23:59:60 GMT", Date.UTC(2024, 2, 1)],
    ["Sat, 01 Jan 0050 00:00:00 GMT", new Date("0050-01-01T00:00:00Z").getTime()],
    // Two digits: the past, unless less than 50 years ahead.
    ["Saturday, 21-Nov-76 09:00:00 GMT", Date.UTC(2076, 10, 21, 9)],
    ["Sunday, 21-Nov-76 09:00:01 GMT", Date.UTC(1976, 10, 21, 9, 0, 1)],
    ["Monday, 01-Jan-77 00:00:00 GMT", Date.UTC(1977, 0, 1)],
    ["Monday, 01-Jan-00 00:00:00 GMT", Date.UTC(2000, 0, 1)],
    ["Tuesday, 29-Feb-00 00:00:00 GMT", Date.UTC(2000, 1, 29)],
    ["Wed, 29 Feb 2023 00:00:00 GMT", undefined],
    ["Wed, 00 Mar 2023 00:00:00 GMT", undefined],
    ["Sun, 06 Nov 1994 24:00:00 GMT", undefined],
    ["Sun, 06 Nov 1994 08:60:00 GMT", undefined],
    ["Sun, 06 Nov 1994 08:49:61 GMT", undefined],
    ["Sun, 06 Nov 1994 08:49:37 UTC", undefined],
    ["Sun, 06 Nov 1994 08:49:37 +0000", undefined],
    ["Sun, 6 Nov 1994 08:49:37 GMT", undefined],
    ["sun, 06 nov 1994 08:49:37 gmt", undefined],
    ["Foo, 06 Nov 1994 08:49:37 GMT", undefined],
    ["Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", undefined],
    ["1994-11-06T08:49:37Z", undefined],
    ["0", undefined],
    ["", undefined],
  ];
  for (const [text, expected] of cases) assertEquals(parseHttpDate(text, NOW), expected, text);
});

Deno.test("parseHttpDate() reads back what formatHttpDate() wrote", () => {
  for (let time = 0; time < 4e12; time += 86_400_000 * 97 + 12_345_000) {
    assertEquals(parseHttpDate(formatHttpDate(time)), time);
  }
});
