import { assertEquals } from "@std/assert";
import { JobNumbers } from "../../../rpc/map/numbers.ts";
import { SeededRandom } from "../../support/random.ts";

Deno.test("JobNumbers holds what a set holds", () => {
  const random = new SeededRandom(20);
  const numbers = new JobNumbers();
  const set = new Set<number>();
  for (let i = 0; i < 20_000; i++) {
    const number = random.integer(1, 1 << random.integer(1, 20));
    assertEquals(numbers.add(number), !set.has(number), `${number}`);
    set.add(number);
  }
  for (let number = 0; number < 1 << 21; number++) {
    if (numbers.has(number) !== set.has(number)) throw new Error(`${number}`);
  }
  assertEquals(numbers.count, set.size);
  for (const most of [0, 1, 7, 8, 9, 500, 1 << 21]) {
    assertEquals(numbers.countUpTo(most), [...set].filter((number) => number <= most).length);
  }
  for (let number = 1; number <= 100; number++) numbers.add(number);
  for (let most = 0; most <= 100; most++) assertEquals(numbers.countUpTo(most), most);
});
