import { assertEquals } from "@std/assert";
import { FragmentSize } from "../../../http/websocket/fragments.ts";

Deno.test("FragmentSize follows what the connection carries, between 64 KiB and 16 MiB", () => {
  const size = new FragmentSize();
  const learnt = (bytes: number, ms: number) => {
    size.learn(bytes, ms);
    return size.bytes;
  };
  assertEquals(size.bytes, 1 << 20);
  assertEquals(learnt(1 << 20, 1), 2 << 20);
  // Less than a whole fragment says nothing of a longer one.
  assertEquals(learnt(1 << 20, 1), 2 << 20);
  assertEquals(learnt(2 << 20, 50), 2 << 20);
  assertEquals(learnt(2 << 20, 101), 1 << 20);
  for (let i = 0; i < 10; i++) learnt(size.bytes, 19);
  assertEquals(size.bytes, 16 << 20);
  for (let i = 0; i < 10; i++) learnt(1, 200);
  assertEquals(size.bytes, 65_536);
});

Deno.test("FragmentSize stays what it was set to", () => {
  const size = new FragmentSize(1_000);
  size.learn(1_000, 0);
  size.learn(1_000, 1_000);
  assertEquals(size.bytes, 1_000);
});
