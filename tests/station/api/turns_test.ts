import { assertEquals, assertRejects } from "@std/assert";
import { ProblemError } from "../../../station/api/problem.ts";
import { Turns } from "../../../station/api/turns.ts";

const never = new AbortController().signal;

/** Work that ends when it is told to, and what has begun so far. */
function workshop(turns: Turns) {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    ask: (address: string, name: string, signal = never) =>
      turns.run(address, signal, () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      }),
    /** Ends the work that began first, and lets what follows begin. */
    async end() {
      ends.shift()!();
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

Deno.test("Turns gives an address four turns at once, and others theirs before its next", async () => {
  const turns = new Turns();
  const { begun, ask, end } = workshop(turns);
  const all: Promise<void>[] = [];
  for (let i = 0; i < 6; i++) all.push(ask("a", `a${i}`));
  assertEquals(begun, ["a0", "a1", "a2", "a3"]);
  for (let i = 0; i < 6; i++) all.push(ask("b", `b${i}`));
  assertEquals(begun.slice(4), ["b0", "b1", "b2", "b3"]);
  all.push(ask("c", "c0"));
  assertEquals(begun.length, 8);
  await end();
  await end();
  await end();
  // One for each that waits, before anybody has a second one.
  assertEquals(begun.slice(8).toSorted(), ["a4", "a5", "c0"]);
  for (let i = 0; i < 10; i++) await end();
  await Promise.all(all);
  assertEquals(turns.addresses, 0);
});

Deno.test("Turns refuses what would wait behind 64 others, and lets go what has ended", async () => {
  const turns = new Turns();
  const { begun, ask, end } = workshop(turns);
  const running = [0, 1, 2, 3].map((i) => ask("a", `a${i}`));
  const gone = new AbortController();
  const waiting = Array.from({ length: 64 }, (_, i) => ask("a", `w${i}`, gone.signal));
  const error = await assertRejects(
    () => ask("a", "more"),
    ProblemError,
    "64 requests",
  ) as ProblemError;
  assertEquals(error.status, 429);
  gone.abort(new Error("gone"));
  const results = await Promise.allSettled(waiting);
  assertEquals(results.every(({ status }) => status === "rejected"), true);
  for (let i = 0; i < 4; i++) await end();
  await Promise.all(running);
  assertEquals([begun.length, turns.addresses], [4, 0]);
});

Deno.test("Turns gives a turn on when work fails", async () => {
  const turns = new Turns();
  const fails = () => turns.run("a", never, () => Promise.reject(new Error("no")));
  for (let i = 0; i < 10; i++) await assertRejects(fails, Error, "no");
  assertEquals(turns.addresses, 0);
});
