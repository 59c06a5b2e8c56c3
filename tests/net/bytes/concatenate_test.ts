import { assertEquals } from "@std/assert";
import { concatenate } from "../../../net/bytes/concatenate.ts";

Deno.test("concatenate() joins pieces in order, and copies a single one", () => {
  const one = Uint8Array.of(1, 2);
  assertEquals(concatenate([one, [3], new Uint8Array(0), Uint8Array.of(4)]).join(), "1,2,3,4");
  assertEquals(concatenate([]).length, 0);
  const copy = concatenate([one], 2);
  one[0] = 9;
  assertEquals(copy.join(), "1,2");
});
