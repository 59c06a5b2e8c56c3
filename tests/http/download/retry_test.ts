import { assertEquals } from "@std/assert";
import {
  isTransientStatus,
  nextAttempt,
  parseRetryAfter,
  type RetryPolicy,
} from "../../../http/download/retry.ts";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const POLICY: RetryPolicy = {
  retries: 3,
  firstWait: 500,
  longestWait: 30_000,
  longestRetryAfter: 300_000,
};

const FIELDS: [value: string | undefined, ms: number | undefined][] = [
  ["120", 120_000],
  [" 0 ", 0],
  ["Sat, 21 Nov 2026 10:01:30 GMT", 90_000],
  ["Saturday, 21-Nov-26 10:01:30 GMT", 90_000],
  ["Sat Nov 21 10:01:30 2026", 90_000],
  ["Sat, 21 Nov 2026 09:00:00 GMT", 0],
  ["-5", undefined],
  ["1.5", 1_500],
  ["1.", undefined],
  ["1.5 s", undefined],
  ["99999999999", undefined],
  ["soon", undefined],
  ["", undefined],
  [undefined, undefined],
];

for (const [value, ms] of FIELDS) {
  Deno.test(`parseRetryAfter() reads ${JSON.stringify(value)}`, () => {
    assertEquals(parseRetryAfter(value, NOW), ms);
  });
}

Deno.test("nextAttempt() waits with full jitter that doubles up to its cap", () => {
  const policy = { ...POLICY, retries: 100 };
  const longest = [1, 2, 3, 10].map((failures) => nextAttempt(policy, failures, undefined, 1));
  assertEquals(longest, [{ wait: 500 }, { wait: 1_000 }, { wait: 2_000 }, { wait: 30_000 }]);
  assertEquals(nextAttempt(policy, 5, undefined, 0), { wait: 0 });
});

Deno.test("nextAttempt() keeps to what the server asks for, and gives up after the last attempt", () => {
  assertEquals(nextAttempt(POLICY, 1, 2_000, 0.5), { wait: 2_250 });
  assertEquals(nextAttempt(POLICY, 1, 300_001, 0), { giveUp: "the server asks to wait 301 s" });
  assertEquals(nextAttempt(POLICY, 4, undefined, 0), { giveUp: "after 4 attempts" });
  assertEquals(nextAttempt({ ...POLICY, retries: 0 }, 1, undefined, 0), { giveUp: "" });
});

Deno.test("isTransientStatus() knows the answers that may change", () => {
  const all = Array.from({ length: 500 }, (_, i) => 100 + i).filter(isTransientStatus);
  assertEquals(all, [408, 425, 429, 500, 502, 503, 504]);
});
