import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { decodeLatin1 } from "../../../http/message/octets.ts";
import {
  type ByteRange,
  formatContentRange,
  parseContentRange,
  parseRange,
  planMultipart,
  randomBoundary,
} from "../../../http/fields/ranges.ts";

Deno.test("parseRange() against 1000 bytes", () => {
  const cases: [value: string, expected: string | [number, number][]][] = [
    ["bytes=0-0", [[0, 0]]],
    ["bytes=0-999", [[0, 999]]],
    ["bytes=0-", [[0, 999]]],
    ["bytes=999-", [[999, 999]]],
    ["bytes=500-99999999999999999999", [[500, 999]]],
    ["BYTES=1-2", [[1, 2]]],
    ["bytes=-1", [[999, 999]]],
    ["bytes=-1000", [[0, 999]]],
    ["bytes=-99999999999999999999999", [[0, 999]]],
    ["bytes= 1-2 , ,4-5,", [[1, 2], [4, 5]]],
    ["bytes=900-,0-9", [[900, 999], [0, 9]]],
    ["bytes=0-1,2-3", [[0, 1], [2, 3]]],
    ["bytes=0-1,2000-", [[0, 1]]],
    ["bytes=007-008", [[7, 8]]],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=1000-", "unsatisfiable"],
    ["bytes=1000-2000", "unsatisfiable"],
    ["bytes=1000-,-0", "unsatisfiable"],
    ["bytes=5-2", "whole"],
    ["bytes=0-1,5-2", "whole"],
    ["bytes=abc-xyz", "whole"],
    ["bytes=", "whole"],
    ["bytes=,", "whole"],
    ["bytes=-", "whole"],
    ["bytes=1", "whole"],
    ["bytes=1-2-3", "whole"],
    ["bytes=--1", "whole"],
    ["bytes=+1-2", "whole"],
    ["bytes=1 -2", "whole"],
    ["bytes=0x1-2", "whole"],
    ["bytes:0-1", "whole"],
    ["bytes 0-1", "whole"],
    ["bytes = 0-1", "whole"],
    ["xbytes=0-1", "whole"],
    ["rows=0-1", "whole"],
    ["", "whole"],
    ["bytes=0-10,10-20", "whole"],
    ["bytes=0-,0-", "whole"],
    ["bytes=-10,995-996", "whole"],
    ["bytes=" + Array.from({ length: 33 }, (_, i) => `${i * 2}-${i * 2}`).join(), "whole"],
    ["bytes=" + "0-,".repeat(20_000), "whole"],
  ];
  for (const [value, expected] of cases) {
    const found = parseRange(value, 1000);
    const shown: unknown = typeof found === "string"
      ? found
      : found.map(({ first, last }) => [first, last]);
    assertEquals(shown, expected, value.slice(0, 80));
  }
  const most = "bytes=" + Array.from({ length: 32 }, (_, i) => `${i * 2}-${i * 2}`).join();
  assertEquals(parseRange(most, 1000).length, 32);
});

Deno.test("parseRange() against nothing", () => {
  assertEquals(parseRange("bytes=0-", 0), "unsatisfiable");
  assertEquals(parseRange("bytes=-5", 0), "whole");
  assertEquals(parseRange("bytes=-0", 0), "unsatisfiable");
});

Deno.test("Content-Range is written and read", () => {
  assertEquals(formatContentRange({ first: 1, last: 2 }, 10), "bytes 1-2/10");
  assertEquals(formatContentRange(undefined, 10), "bytes */10");
  const range: ByteRange = { first: 1, last: 2 };
  const cases: [string, ReturnType<typeof parseContentRange>][] = [
    ["bytes 1-2/10", { range, size: 10 }],
    ["BYTES  1-2/10 ", { range, size: 10 }],
    ["bytes 1-2/*", { range, size: undefined }],
    ["bytes 0-0/1", { range: { first: 0, last: 0 }, size: 1 }],
    ["bytes 9-9/10", { range: { first: 9, last: 9 }, size: 10 }],
    [`bytes 0-1/${2 ** 53 - 1}`, { range: { first: 0, last: 1 }, size: 2 ** 53 - 1 }],
    [`bytes 0-1/${2 ** 53}`, undefined],
    ["bytes */10", { range: undefined, size: 10 }],
    ["bytes */0", { range: undefined, size: 0 }],
    ["bytes */*", undefined],
    ["bytes 2-1/10", undefined],
    ["bytes 1-10/10", undefined],
    ["bytes=1-2/10", undefined],
    ["bytes 1-2", undefined],
    ["rows 1-2/10", undefined],
    ["bytes -2/10", undefined],
    ["bytes 1-2/99999999999999999999", undefined],
    ["", undefined],
  ];
  for (const [value, expected] of cases) assertEquals(parseContentRange(value), expected, value);
});

Deno.test("planMultipart() knows the exact length of the body", () => {
  const content = "0123456789";
  const ranges = [{ first: 7, last: 9 }, { first: 0, last: 0 }];
  const plan = planMultipart(ranges, 10, "text/plain; charset=utf-8", "XYZ");
  const body =
    plan.parts.map(({ head, range }) =>
      decodeLatin1(head) + content.slice(range.first, range.last + 1)
    ).join("") + decodeLatin1(plan.tail);
  assertEquals(
    body,
    "--XYZ\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 7-9/10\r\n\r\n789" +
      "\r\n--XYZ\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Range: bytes 0-0/10\r\n\r\n0" +
      "\r\n--XYZ--\r\n",
  );
  assertEquals(plan.length, body.length);
  assertEquals(plan.contentType, "multipart/byteranges; boundary=XYZ");
});

Deno.test("randomBoundary() is never the same", () => {
  assertMatch(randomBoundary(), /^[\w-]{24}$/);
  assertNotEquals(randomBoundary(), randomBoundary());
});
