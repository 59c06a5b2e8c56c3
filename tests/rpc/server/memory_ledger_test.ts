import { assertEquals, assertRejects, assertThrows } from "../../support/assert.ts";
import { LimitError } from "../../../net/errors.ts";
import { BufferPool } from "../../../rpc/server/buffer_pool.ts";
import { type Claim, MemoryLedger } from "../../../rpc/server/memory_ledger.ts";

/** A claim that has all that it may come to, or waits for it. */
function take(ledger: MemoryLedger, bytes: number) {
  const claim = ledger.claim(bytes, "command");
  return { claim, wait: claim.grow(bytes) };
}

const MIB = 1024 ** 2;

Deno.test("MemoryLedger gives memory at once while there is some, then the least first", async () => {
  const ledger = new MemoryLedger(100);
  const first = take(ledger, 60);
  assertEquals(first.wait, undefined);
  const order: string[] = [];
  const large = take(ledger, 70).wait!.then(() => order.push("large"));
  const small = take(ledger, 50).wait!.then(() => order.push("small"));
  const fits = take(ledger, 40);
  assertEquals([fits.wait, ledger.used, ledger.available, ledger.waiting], [undefined, 100, 0, 2]);
  first.claim.end();
  await small;
  assertEquals([ledger.used, ledger.waiting], [90, 1]);
  fits.claim.end();
  ledger.release(50);
  await large;
  assertEquals([order, ledger.used], [["small", "large"], 70]);
});

Deno.test("MemoryLedger refuses what can never be, and who gives up while he waits", async () => {
  const ledger = new MemoryLedger(100);
  assertThrows(
    () => ledger.claim(101, "command"),
    LimitError,
    "the server has 100 for all its clients",
  );
  ledger.add(90);
  const waiting = take(ledger, 50);
  waiting.claim.end();
  await assertRejects(() => waiting.wait!, LimitError, "the claim of 50 bytes was given up");
  const late = take(ledger, 50);
  late.claim.end(new Error("enough"));
  await assertRejects(() => late.wait!, Error, "enough");
  assertEquals([ledger.used, ledger.waiting], [90, 0]);
  await assertRejects(() => late.claim.grow(1)!, LimitError);
  const claim = ledger.claim(5, "command");
  assertThrows(() => claim.grow(6), RangeError, "0 of 5 are");
});

Deno.test("MemoryLedger counts what has come of an array, not what was announced", () => {
  const ledger = new MemoryLedger(1_600 * MIB);
  const slow = Array.from({ length: 16 }, () => ledger.claim(90 * MIB, "command"));
  for (const claim of slow) assertEquals(claim.grow(MIB), undefined);
  assertEquals(ledger.used, 16 * MIB);
  const whole = ledger.claim(1_400 * MIB, "command");
  assertEquals(whole.grow(1_400 * MIB), undefined);
});

Deno.test("MemoryLedger never lets those who have a part wait for each other", async () => {
  const ledger = new MemoryLedger(100 * MIB);
  const claims = Array.from({ length: 4 }, () => ledger.claim(60 * MIB, "command"));
  const done: number[] = [];
  const receive = async (claim: Claim, i: number) => {
    for (let part = 0; part < 12; part++) await claim.grow(5 * MIB);
    assertEquals(claim.held, 60 * MIB);
    done.push(i);
    claim.end();
  };
  await Promise.all(claims.map(receive));
  assertEquals([done.toSorted(), ledger.used, ledger.waiting], [[0, 1, 2, 3], 0, 0]);
});

Deno.test("MemoryLedger keeps something for small claims, which large ones may not take", () => {
  const ledger = new MemoryLedger(1_600 * MIB);
  const large = ledger.claim(1_500 * MIB, "command");
  assertEquals(large.grow(1_500 * MIB), undefined);
  assertEquals(ledger.claim(90 * MIB, "command").growNow(90 * MIB), false);
  const small = ledger.claim(MIB, "command");
  assertEquals(small.growNow(MIB), true);
  large.end();
  small.end();
  // What fits alone is not refused for that.
  assertEquals(ledger.claim(1_600 * MIB, "command").growNow(1_600 * MIB), true);
});

Deno.test("MemoryLedger keeps a quarter from arrays on their way, unless one is larger than the rest", () => {
  const ledger = new MemoryLedger(400 * MIB);
  const array = ledger.claim(200 * MIB, "array");
  assertEquals(array.growNow(200 * MIB), true);
  assertEquals(ledger.claim(101 * MIB, "array").growNow(101 * MIB), false);
  assertEquals(ledger.claim(150 * MIB, "command").growNow(150 * MIB), true);
  array.end();
  assertEquals(new MemoryLedger(400 * MIB).claim(390 * MIB, "array").growNow(390 * MIB), true);
});

Deno.test("Claim.force() passes the limit where else nobody could go on", async () => {
  const ledger = new MemoryLedger(100);
  ledger.add(90);
  const { claim, wait } = take(ledger, 50);
  claim.force(0);
  await wait;
  assertEquals([claim.held, ledger.used, ledger.waiting], [50, 140, 0]);
});

Deno.test("BufferPool lets a claim count memory that it kept", () => {
  const ledger = new MemoryLedger(1_000_000);
  const pool = new BufferPool(ledger, 300_000);
  pool.give(new ArrayBuffer(100_000));
  const claim = ledger.claim(100_000, "command");
  pool.take(100_000, claim);
  assertEquals([pool.bytes, claim.held, ledger.used], [0, 100_000, 100_000]);
  claim.end();
  assertEquals(ledger.used, 0);
});

Deno.test("BufferPool hands memory out again, under its limit and for its own size only", () => {
  const ledger = new MemoryLedger(1_000_000);
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
  assertEquals(take(ledger, 900_000).wait, undefined);
  assertEquals([pool.bytes, ledger.used], [0, 900_000]);
  pool.give(new ArrayBuffer(200_000));
  assertEquals(pool.bytes, 0);
  pool.clear();
});
