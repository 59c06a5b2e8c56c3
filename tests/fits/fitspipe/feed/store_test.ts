import { assertEquals, assertThrows } from "@std/assert";
import { LimitError, ProtocolError } from "../../../../net/errors.ts";
import { FeedStore } from "../../../../fits/fitspipe/feed/store.ts";
import { feedLine, LIST_REPLY_BYTES, okReply } from "../../../../fits/fitspipe/feed/protocol.ts";

/** A frame of 100 bytes, 10 of them header. */
const frame = () => ({
  width: 9,
  height: 5,
  header: new Uint8Array(10),
  pixels: new Uint8Array(90),
});

function put(store: FeedStore, feed: string, count = 1): number {
  let number = 0;
  for (let i = 0; i < count; i++) {
    store.reserve(feed, 100);
    number = store.put(feed, frame()).number;
  }
  return number;
}

Deno.test("FeedStore numbers frames from 1 and keeps the newest `depth`", () => {
  const store = new FeedStore({ depth: 3 });
  assertEquals(put(store, "a", 5), 5);
  assertEquals(store.list(), [
    { feed: "a", newest: 5, oldest: 3, depth: 3, width: 9, height: 5, frames: 5 },
  ]);
  assertEquals([3, 4, 5, undefined].map((n) => store.get("a", n)?.number), [3, 4, 5, 5]);
  assertEquals(store.get("a", 6), undefined);
  assertThrows(() => store.get("a", 2), ProtocolError, "frame 2 is gone, oldest 3");
  assertThrows(() => store.get("a", 1_006), ProtocolError, "frame 1006 is too far ahead");
  assertThrows(() => store.get("b", 1), ProtocolError, "no feed 'b'");
  assertEquals(store.bytes, 300);
});

Deno.test("FeedStore gives waiters their frame once, and forgets those that stopped", () => {
  const store = new FeedStore();
  put(store, "a");
  const got: string[] = [];
  store.wait("a", { number: 2, ready: ({ number }) => void got.push(`two:${number}`) });
  store.wait("a", { number: 3, ready: ({ number }) => void got.push(`three:${number}`) });
  const stop = store.wait("a", { number: 2, ready: () => void got.push("stopped") });
  stop();
  put(store, "a", 3);
  assertEquals(got, ["two:2", "three:3"]);
});

Deno.test("FeedStore drops the oldest frame of the largest feed first", () => {
  const store = new FeedStore({ maxMemory: 500 });
  put(store, "a", 3);
  put(store, "b", 2);
  put(store, "b", 1);
  assertEquals(store.list().map(({ feed, oldest, newest }) => [feed, oldest, newest]), [
    ["a", 2, 3],
    ["b", 1, 3],
  ]);
  assertEquals(store.bytes, 500);
  assertThrows(() => store.reserve("a", 501), LimitError, "at most 500 are kept");
});

Deno.test("FeedStore counts frames that are received or still being sent", () => {
  const store = new FeedStore({ maxMemory: 300 });
  put(store, "a", 3);
  const back = [store.lend(store.get("a", 1)!), store.lend(store.get("a", 1)!)];
  store.reserve("a", 100);
  assertEquals(store.bytes, 300, "frame 1 lingers, frame 2 made room");
  assertThrows(() => store.reserve("b", 200), LimitError, "no memory is free now");
  store.release(100);
  for (const giveBack of back) giveBack();
  assertEquals(store.bytes, 0);
  store.reserve("b", 300);
  assertThrows(() => store.reserve("b", 1), LimitError, "no memory is free now");
});

Deno.test("FeedStore keeps the reply to ls within one read of the published client", () => {
  const store = new FeedStore({ maxFeeds: 10_000 });
  let feeds = 0;
  assertThrows(() => {
    for (;;) put(store, `${"x".repeat(60)}${String(feeds++).padStart(4, "0")}`);
  }, LimitError);
  const reply = okReply(store.list().map((info) => feedLine({ ...info, newest: 9_999_999_999 })));
  assertEquals(reply.length <= LIST_REPLY_BYTES, true);
  assertThrows(() => new FeedStore({ maxFeeds: 0 }).reserve("a", 1), LimitError, "0 feeds");
});
