import { assertEquals } from "@std/assert";
import { RateLimit } from "../../../../http/download/job/rate_limit.ts";

Deno.test("RateLimit has a run wait until what has come is paid for", () => {
  let now = 1_000;
  const limit = new RateLimit(1_000, () => now);
  assertEquals([limit.take(100), limit.take(200)], [100, 300]);
  now += 300;
  assertEquals(limit.take(50), 50);
  // Of a long pause no more than a quarter of a second is made up for.
  now += 60_000;
  assertEquals([limit.take(250), limit.take(10)], [0, 10]);
});
