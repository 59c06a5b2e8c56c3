import { assert, assertEquals } from "@std/assert";
import { callAfter, callEvery, Deadline, TimedSignal } from "../../net/deadline.ts";

/** Keeps the event loop running, as a pending read of a connection does. */
function keepAlive(): Disposable {
  const timer = setInterval(() => {}, 10_000);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

Deno.test("Deadline passes after its time, and once only", async () => {
  using _alive = keepAlive();
  const start = performance.now();
  let passed = 0;
  const { promise, resolve } = Promise.withResolvers<void>();
  const deadline = new Deadline(() => {
    passed++;
    resolve();
  });
  deadline.set(60);
  await promise;
  assert(performance.now() - start >= 60);
  deadline.expire();
  assertEquals([passed, deadline.expired], [1, true]);
});

Deno.test("Deadline that is cleared, moved or ended does not pass early", async () => {
  using _alive = keepAlive();
  const order: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  using cleared = new Deadline(() => void order.push("cleared"));
  const ended = new Deadline(() => void order.push("ended"));
  using moved = new Deadline(() => void order.push("moved"));
  const last = new Deadline(() => {
    order.push("last");
    resolve();
  });
  for (const deadline of [cleared, ended, moved]) deadline.set(1);
  cleared.clear();
  ended.end();
  moved.set(60_000);
  last.set(150);
  await promise;
  assertEquals(order, ["last"]);
  assertEquals([cleared, ended, moved].map((deadline) => deadline.expired), [false, false, false]);
});

Deno.test("Deadline that was taken back can be set again, after the timer has let it go", async () => {
  using _alive = keepAlive();
  const { promise, resolve } = Promise.withResolvers<void>();
  using deadline = new Deadline(resolve);
  deadline.set(60_000);
  deadline.clear();
  const tick = Promise.withResolvers<void>();
  new Deadline(tick.resolve).set(1);
  await tick.promise;
  deadline.set(1);
  await promise;
  assert(deadline.expired);
});

Deno.test("Deadline that has ended stays so when it is set", async () => {
  using _alive = keepAlive();
  let passed = 0;
  const ended = new Deadline(() => passed++);
  ended.end();
  ended.set(1);
  const later = Promise.withResolvers<void>();
  new Deadline(later.resolve).set(100);
  await later.promise;
  assertEquals([passed, ended.expired], [0, false]);
});

Deno.test("callEvery() calls again and again, until it is stopped", async () => {
  using _alive = keepAlive();
  const { promise, resolve } = Promise.withResolvers<void>();
  const start = performance.now();
  let calls = 0;
  const repeated = callEvery(20, () => {
    if (++calls < 3) return;
    repeated[Symbol.dispose]();
    resolve();
  });
  await promise;
  assert(performance.now() - start >= 60);
  const later = Promise.withResolvers<void>();
  using deadline = new Deadline(() => later.resolve());
  deadline.set(100);
  await later.promise;
  assertEquals(calls, 3);
});

Deno.test("Deadline goes on when what another one calls throws, and that is reported", async () => {
  using _alive = keepAlive();
  const reported: unknown[] = [];
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    reported.push(event.error.message);
  };
  globalThis.addEventListener("error", onError);
  try {
    const { promise, resolve } = Promise.withResolvers<void>();
    new Deadline(() => {
      throw new Error("broken");
    }).set(1);
    new Deadline(resolve).set(1);
    await promise;
    const later = Promise.withResolvers<void>();
    new Deadline(later.resolve).set(1);
    await later.promise;
  } finally {
    globalThis.removeEventListener("error", onError);
  }
  assertEquals(reported, ["broken"]);
});

Deno.test("callAfter() calls after its time, which may be longer than a timer's, and not when stopped", async () => {
  const called: number[] = [];
  const long = [2 ** 31 - 1, 2 ** 31, 3e9, Infinity].map((ms) =>
    callAfter(ms, () => called.push(ms))
  );
  const stopped = callAfter(1, () => called.push(1));
  stopped[Symbol.dispose]();
  const { promise, resolve } = Promise.withResolvers<void>();
  callAfter(20, resolve);
  await promise;
  assertEquals(called, []);
  for (const timer of long) timer[Symbol.dispose]();
});

Deno.test("TimedSignal aborts with the other signal, or when its time has passed", async () => {
  using _alive = keepAlive();
  const controller = new AbortController();
  using never = new TimedSignal(Infinity, undefined);
  using other = new TimedSignal(60_000, controller.signal);
  controller.abort("enough");
  assertEquals([other.signal.aborted, other.signal.reason, other.timedOut], [
    true,
    "enough",
    false,
  ]);
  using timed = new TimedSignal(20, new AbortController().signal);
  await new Promise((resolve) => timed.signal.addEventListener("abort", resolve, { once: true }));
  assertEquals([timed.timedOut, never.signal.aborted], [true, false]);
});
