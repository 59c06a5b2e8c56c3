import { assertEquals } from "@std/assert";
import { Schedule } from "../../../http/download/schedule.ts";

function take<T>(schedule: Schedule<T>, now = 0): T | undefined {
  const next = schedule.next(now);
  return next !== null && "job" in next ? next.job : undefined;
}

Deno.test("Schedule lets servers take turns within the caps", () => {
  const schedule = new Schedule<string>(3, 2);
  for (const job of ["a1", "a2", "a3", "b1", "b2"]) schedule.add(job[0]!, job);
  assertEquals([take(schedule), take(schedule), take(schedule), take(schedule)], [
    "a1",
    "b1",
    "a2",
    undefined,
  ]);
  schedule.end("b");
  assertEquals([take(schedule), take(schedule)], ["b2", undefined]);
  schedule.end("a");
  assertEquals([take(schedule), schedule.running], ["a3", 3]);
});

Deno.test("Schedule waits for jobs with a time, and for servers that rest", () => {
  const schedule = new Schedule<string>(9, 9);
  schedule.add("a", "first");
  assertEquals(take(schedule), "first");
  schedule.end("a");
  schedule.add("a", "first", 100);
  schedule.add("a", "second");
  assertEquals(take(schedule, 50), "second");
  assertEquals(schedule.next(50), { at: 100 });
  schedule.pause("a", 200);
  assertEquals(schedule.next(150), { at: 200 });
  assertEquals(take(schedule, 200), "first");
  assertEquals(schedule.next(300), null);
});

Deno.test("Schedule counts connections that one file takes besides", () => {
  const schedule = new Schedule<string>(9, 4);
  schedule.add("a", "large");
  schedule.add("a", "small");
  take(schedule);
  assertEquals([schedule.takeConnections("a", 5), take(schedule)], [3, undefined]);
  schedule.returnConnections("a", 3);
  assertEquals(take(schedule), "small");
});

Deno.test("Schedule gives ten thousand jobs out in order, and drains the rest", () => {
  const schedule = new Schedule<number>(1, 1);
  for (let i = 0; i < 10_000; i++) schedule.add("a", i);
  for (let i = 0; i < 9_000; i++) {
    assertEquals(take(schedule), i);
    schedule.end("a");
  }
  assertEquals(schedule.drain().length, 1_000);
  assertEquals(take(schedule), undefined);
});

Deno.test("lower() lets fewer jobs begin from then on, one at least, and never more", () => {
  const schedule = new Schedule<number>(4, 10);
  for (let i = 0; i < 10; i++) schedule.add("a", i);
  const begin = () => {
    let count = 0;
    while (schedule.next(0) !== null) count++;
    return count;
  };
  assertEquals(begin(), 4);
  schedule.lower(2.5);
  for (let i = 0; i < 3; i++) schedule.end("a");
  assertEquals(begin(), 1);
  schedule.lower(100);
  schedule.lower(0.5);
  for (let i = 0; i < 2; i++) schedule.end("a");
  assertEquals(begin(), 1);
});

Deno.test("Schedule lets more connections be open to a server where that helps, until it complains", () => {
  const schedule = new Schedule<number>(2, 2);
  for (let i = 0; i < 20; i++) schedule.add("a", i);
  const begin = () => {
    let count = 0;
    for (let next = schedule.next(0); next !== null && "job" in next; next = schedule.next(0)) {
      count++;
    }
    return count;
  };
  assertEquals(begin(), 2);
  schedule.learn("a", 50, 4);
  assertEquals(begin(), 1);
  for (let i = 0; i < 3; i++) schedule.learn("a", 50, 4);
  assertEquals([begin(), schedule.running], [1, 4]);
  schedule.settle("a");
  schedule.learn("a", 50, 4);
  for (let i = 0; i < 3; i++) schedule.end("a");
  assertEquals([begin(), schedule.running], [1, 2]);
  schedule.lower(1);
  schedule.learn("b", 50, 4);
  schedule.end("a");
  schedule.add("b", 0);
  assertEquals(begin(), 0);
});

Deno.test("Schedule opens no more connections where one of the last files was quick", () => {
  const schedule = new Schedule<number>(2, 2);
  for (let i = 0; i < 100; i++) schedule.add("a", i);
  const begin = () => {
    for (let next = schedule.next(0); next !== null && "job" in next; next = schedule.next(0));
    return schedule.running;
  };
  schedule.learn("a", 2, 8);
  // The pause of this program makes a crowd of files late, not the way to them.
  for (let i = 0; i < 20; i++) schedule.learn("a", 500, 8);
  assertEquals(begin(), 2);
  // 2 ms grown by a tenth with each file are 20 ms after 25.
  for (let i = 0; i < 6; i++) schedule.learn("a", 500, 8);
  assertEquals(begin(), 4);
  schedule.learn("a", 2, 8);
  for (let i = 0; i < 4; i++) schedule.end("a");
  assertEquals(begin(), 2);
});
