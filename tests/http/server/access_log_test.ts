import { assertEquals } from "@std/assert";
import { type AccessRecord, commonLogLine, jsonLogLine } from "../../../http/server/access_log.ts";

const RECORD: AccessRecord = {
  host: "::1",
  time: Date.UTC(2026, 10, 3, 4, 5, 6, 789),
  method: "GET",
  target: "/a",
  version: "1.0",
  status: 304,
  bytes: 0,
  duration: 1.23456,
  referrer: undefined,
  userAgent: "me",
};

Deno.test("commonLogLine() cannot be forged by what the client sent", () => {
  assertEquals(
    commonLogLine(RECORD),
    '::1 - - [03/Nov/2026:04:05:06 +0000] "GET /a HTTP/1.0" 304 -',
  );
  const target = '/" 200 1\n\\\x7f\u00fc';
  assertEquals(
    commonLogLine({ ...RECORD, target, bytes: 5 }),
    '::1 - - [03/Nov/2026:04:05:06 +0000] "GET /\\x22 200 1\\x0a\\x5c\\x7f\\xfc HTTP/1.0" 304 5',
  );
});

Deno.test("commonLogLine() has a dash for what was no request", () => {
  const nothing = { method: undefined, target: undefined, version: undefined, status: 400 };
  assertEquals(
    commonLogLine({ ...RECORD, ...nothing, bytes: 9 }),
    '::1 - - [03/Nov/2026:04:05:06 +0000] "-" 400 9',
  );
});

Deno.test("jsonLogLine() has stable names", () => {
  assertEquals(
    jsonLogLine(RECORD),
    '{"time":"2026-11-03T04:05:06.789Z","host":"::1","method":"GET","target":"/a",' +
      '"version":"1.0","status":304,"bytes":0,"userAgent":"me","duration":1.235}',
  );
});
