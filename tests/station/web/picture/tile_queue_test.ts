import { assertEquals } from "@std/assert";
import { TileQueue } from "../../../../station/web/picture/tile_queue.ts";

/** A queue whose answers come when the test says so. */
function makeQueue(most: number) {
  const asked: string[] = [];
  const ended: string[] = [];
  const events: string[] = [];
  const answers = new Map<string, PromiseWithResolvers<string>>();
  const queue = new TileQueue<string, string>({
    most,
    load: (place, signal) => {
      asked.push(place);
      const answer = Promise.withResolvers<string>();
      answers.set(place, answer);
      signal.addEventListener("abort", () => {
        ended.push(place);
        answer.reject(signal.reason);
      });
      return answer.promise;
    },
    onLoaded: ({ key }, value) => events.push(`${key}: ${value}`),
    onFailed: ({ key }, error) => events.push(`${key}: ${(error as Error).message}`),
  });
  const want = (names: string) => queue.want([...names].map((key) => ({ key, place: key })));
  const answer = async (name: string, error?: Error) => {
    const { promise, resolve, reject } = answers.get(name)!;
    if (error === undefined) resolve("here");
    else reject(error);
    await promise.catch(() => {});
    await Promise.resolve();
  };
  return { queue, want, answer, asked, ended, events };
}

Deno.test("TileQueue asks for what is wanted most, a few at a time", async () => {
  const { queue, want, answer, asked, events } = makeQueue(2);
  want("abcd");
  assertEquals(asked, ["a", "b"]);
  await answer("b");
  assertEquals([asked, events], [["a", "b", "c"], ["b: here"]]);
  want("adc");
  await answer("a");
  assertEquals(asked, ["a", "b", "c", "d"]);
  await answer("c");
  await answer("d");
  assertEquals([queue.isIdle, events], [true, ["b: here", "a: here", "c: here", "d: here"]]);
});

Deno.test("TileQueue ends what is no longer wanted, and says nothing of it", async () => {
  const { queue, want, answer, asked, ended, events } = makeQueue(2);
  want("abc");
  want("cb");
  assertEquals([asked, ended, queue.running], [["a", "b", "c"], ["a"], 2]);
  await answer("c");
  await answer("b");
  assertEquals(events, ["c: here", "b: here"]);
  want("xy");
  queue.close();
  assertEquals([ended, queue.running], [["a", "x", "y"], 0]);
  want("z");
  assertEquals(asked.includes("z"), false);
});

Deno.test("TileQueue asks again for what was ended, and for what failed when it is told to", async () => {
  const { queue, want, answer, asked, events } = makeQueue(1);
  want("ab");
  want("b");
  want("ba");
  await answer("b");
  assertEquals(asked, ["a", "b", "a"]);
  await answer("a", new Error("damaged"));
  assertEquals([events, queue.isIdle], [["b: here", "a: damaged"], true]);
  want("a");
  assertEquals(asked.length, 3);
  queue.retry();
  assertEquals(asked.length, 4);
  await answer("a");
  assertEquals(events.at(-1), "a: here");
});
