import { assertEquals } from "@std/assert";
import { backoffDelay } from "../../net/backoff.ts";

Deno.test("backoffDelay() doubles the wait up to the longest, and takes any part of it", () => {
  const waits = (options = {}, random = 1) =>
    [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => backoffDelay(attempt, options, random));
  assertEquals(waits(), [100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  assertEquals(waits({ first: 3, longest: 20 }), [3, 6, 12, 20, 20, 20, 20, 20]);
  assertEquals(waits({ first: 8 }, 0.25), [2, 4, 8, 16, 32, 64, 128, 256]);
  assertEquals(waits({}, 0), [0, 0, 0, 0, 0, 0, 0, 0]);
  for (let i = 0; i < 100; i++) {
    const wait = backoffDelay(2);
    assertEquals(wait >= 0 && wait < 200, true, `${wait}`);
  }
});
