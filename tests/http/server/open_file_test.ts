import { assertEquals } from "@std/assert";
import { versionOf } from "../../../http/server/open_file.ts";

Deno.test("versionOf() takes a time that no date can hold for 1970", () => {
  const info = Deno.statSync(".");
  const cases: [time: number, known: number][] = [
    [1_764_500_000_123, 1_764_500_000_123],
    [-1_000, -1_000],
    [NaN, 0],
    [8.64e15, 0],
    [Date.parse("9999-12-31T23:59:59.999Z"), 253_402_300_799_999],
    [Date.parse("-000002-12-17T00:00:00Z"), 0],
  ];
  for (const [time, known] of cases) {
    const date = new Date(time);
    const { mtime, ctime } = versionOf({ ...info, mtime: date, ctime: date });
    assertEquals([mtime, ctime], [known, known], String(time));
  }
});
