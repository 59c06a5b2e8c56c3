import { assertEquals } from "@std/assert";
import { EventBus } from "../../../station/live/bus.ts";

Deno.test("EventBus knows none of the numbers of a station that was started before it", () => {
  const [before, now] = [new EventBus(1_000), new EventBus(5_000)];
  for (let i = 0; i < 3; i++) {
    before.publish("pictures", "picture", {});
    now.publish("status", "status", {});
  }
  assertEquals([before.last, now.last], [1_003, 5_003]);
  // Who comes back has missed what cannot be told: it begins anew.
  assertEquals(now.since(before.last), undefined);
  assertEquals(now.since(5_001)?.map(({ id }) => id), [5_002, 5_003]);
  assertEquals([now.since(5_000)?.length, now.since(5_003)?.length, now.since(5_004)], [
    ...[3, 0, undefined],
  ]);
});
