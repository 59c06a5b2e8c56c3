import { assertEquals, assertThrows } from "@std/assert";
import { HeliographError, LimitError, ProtocolError } from "../../../../net/errors.ts";
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
    using room = store.reserve(feed, 100);
    number = room.put(frame()).number;
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
  const room = store.reserve("a", 100);
  assertEquals(store.bytes, 300, "frame 1 lingers, frame 2 made room");
  assertThrows(() => store.reserve("b", 200), LimitError, "no memory is free now");
  room[Symbol.dispose]();
  for (const giveBack of back) giveBack();
  assertEquals(store.bytes, 0);
  using _room = store.reserve("b", 300);
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
  assertThrows(() => new FeedStore({ maxFeeds: 0 }), HeliographError, "option maxFeeds: found 0");
});

Deno.test("FeedStore.reserve() counts a new feed, so that its frame is never refused later", () => {
  const store = new FeedStore({ maxFeeds: 1 });
  using room = store.reserve("a", 100);
  assertThrows(() => store.reserve("b", 100), LimitError, "no more than 1 feeds");
  assertEquals([store.list(), store.bytes], [[], 100]);
  room.put(frame());
  assertThrows(() => room.put(frame()), TypeError, "was used");
  assertEquals([store.list().length, store.bytes], [1, 100]);
});

Deno.test("a Reservation gives its room and its feed back when no frame came", () => {
  const store = new FeedStore({ maxFeeds: 1 });
  {
    using room = store.reserve("a", 100);
    assertThrows(() => room.put({ ...frame(), header: new Uint8Array(9) }), TypeError, "99 bytes");
  }
  assertEquals([store.list(), store.bytes], [[], 0]);
  assertThrows(() => store.get("a", 1), ProtocolError, "no feed 'a'");
  assertEquals(put(store, "b"), 1);
});

Deno.test("a feed whose last frame was pushed out is gone until its next, which goes on in number", () => {
  const store = new FeedStore({ maxMemory: 250, maxFeeds: 2 });
  put(store, "a");
  {
    using room = store.reserve("b", 240);
    room.put({ ...frame(), pixels: new Uint8Array(230) });
  }
  assertEquals(store.list().map(({ feed }) => feed), ["b"]);
  assertEquals(store.info("a"), undefined);
  assertThrows(() => store.get("a", undefined), ProtocolError, "no feed 'a'");
  assertThrows(() => store.get("a", 1), ProtocolError, "frame 1 is gone, oldest 2");
  assertEquals(store.get("a", 2), undefined, "frame 2 may be waited for");
  const room = store.reserve("a", 100);
  assertEquals(store.get("a", undefined), undefined, "and is on its way");
  assertEquals(room.put(frame()).number, 2);
  assertEquals(store.list().map(({ feed, oldest, newest }) => [feed, oldest, newest]), [[
    "a",
    2,
    2,
  ]]);
  put(store, "c");
  assertEquals(store.list().map(({ feed }) => feed), ["a", "c"], "b was forgotten for c");
});

Deno.test("a feed that was forgotten never gives one of its numbers to another frame", () => {
  const store = new FeedStore({ maxMemory: 200, maxFeeds: 2 });
  const numbers = [put(store, "a", 3)];
  // Those of two others push its frames out, and the second of them the feed itself.
  const large = (feed: string) => {
    using room = store.reserve(feed, 200);
    return room.put({ ...frame(), pixels: new Uint8Array(190) }).number;
  };
  numbers.push(large("b"), large("c"));
  assertEquals(store.list().map(({ feed }) => feed), ["c"]);
  assertThrows(() => store.get("a", 1), ProtocolError, "no feed 'a'");
  numbers.push(put(store, "a"));
  assertEquals(numbers, [3, 1, 4, 4]);
  assertEquals(store.info("a"), {
    ...{ feed: "a", newest: 4, oldest: 4, depth: 64, width: 9, height: 5, frames: 1 },
  });
  assertThrows(() => store.get("a", 1), ProtocolError, "frame 1 is gone, oldest 4");
});

Deno.test("FeedStore refuses to keep no frame at all", () => {
  for (const depth of [0, -1, 1.5, NaN]) {
    assertThrows(() => new FeedStore({ depth }), HeliographError, `Cannot keep ${depth} frames`);
  }
});
