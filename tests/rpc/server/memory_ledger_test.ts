import { assertEquals, assertRejects, assertThrows } from "../../support/assert.ts";
import { LimitError } from "../../../net/errors.ts";
import { BufferPool } from "../../../rpc/server/buffer_pool.ts";
import { MemoryLedger } from "../../../rpc/server/memory_ledger.ts";

Deno.test("MemoryLedger gives memory at once while there is some, then in turn", async () => {
  const ledger = new MemoryLedger(100, 10_000);
  assertEquals(ledger.take(60), undefined);
  const order: string[] = [];
  const large = ledger.take(70)!.then(() => order.push("large"));
  const small = ledger.take(10)!.then(() => order.push("small"));
  assertEquals([ledger.used, ledger.available], [60, 40]);
  ledger.release(60);
  await Promise.all([large, small]);
  assertEquals(order, ["large", "small"]);
  assertEquals(ledger.used, 80);
});

Deno.test("MemoryLedger refuses what can never be, and what has not come free in time", async () => {
  const ledger = new MemoryLedger(100, 20);
  assertThrows(() => ledger.take(101), LimitError, "0 of the server's 100");
  ledger.add(90);
  const small = ledger.take(5)?.then(() => {});
  assertEquals(small, undefined);
  const large = ledger.take(50)!;
  const behind = ledger.take(5)!;
  await assertRejects(() => large, LimitError, "Cannot take 50 bytes of memory");
  // Who waited behind it has room now.
  await behind;
  assertEquals(ledger.used, 100);
});

Deno.test("BufferPool hands memory out again, under its limit and for its own size only", () => {
  const ledger = new MemoryLedger(1_000_000, 10);
  const pool = new BufferPool(ledger, 300_000);
  const first = pool.take(100_000);
  new Uint8Array(first)[0] = 7;
  pool.give(first);
  assertEquals([first.detached, pool.bytes, ledger.used], [true, 100_000, 100_000]);
  assertEquals(new Uint8Array(pool.take(100_001))[0], 0);
  assertEquals(new Uint8Array(pool.take(100_000))[0], 7);
  assertEquals([pool.bytes, ledger.used], [0, 0]);
  for (let i = 0; i < 5; i++) pool.give(new ArrayBuffer(100_000));
  assertEquals(pool.bytes, 300_000);
  const small = new ArrayBuffer(10);
  pool.give(small);
  assertEquals([small.detached, pool.bytes], [false, 300_000]);
  // Memory that somebody needs goes before memory that is kept.
  assertEquals(ledger.take(900_000), undefined);
  assertEquals([pool.bytes, ledger.used], [0, 900_000]);
  pool.give(new ArrayBuffer(200_000));
  assertEquals(pool.bytes, 0);
  pool.clear();
});
