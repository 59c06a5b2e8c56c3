import { assertEquals, assertRejects } from "@std/assert";
import { connect } from "../../../net/connect.ts";
import { HeliographError, ProtocolError } from "../../../net/errors.ts";
import { serveTcp } from "../../../net/serve_tcp.ts";
import { closeQuietly, type Socket } from "../../../net/socket.ts";
import { SocketReader } from "../../../net/socket_reader.ts";
import { writeAll } from "../../../net/write_all.ts";
import { FitspipeClient } from "../../../fits/fitspipe/client.ts";
import { FeedStore } from "../../../fits/fitspipe/feed/store.ts";
import { type FollowEvent, followFeed } from "../../../fits/fitspipe/follow.ts";
import { encodeCameraFrame } from "../../../fits/fitspipe/feed/frame.ts";
import { serveFitspipe } from "../../../fits/fitspipe/server.ts";
import { Header } from "../../../fits/header/header.ts";

/** Puts frames whose only pixel is their own number. */
function put(store: FeedStore, count: number, feed = "default"): void {
  for (let i = 0; i < count; i++) {
    const next = (store.list().find((info) => info.feed === feed)?.newest ?? 0) + 1;
    const [header, data] = encodeCameraFrame({ width: 1, height: 1, pixels: Int16Array.of(next) });
    store.put(feed, { width: 1, height: 1, header: header!, pixels: data!.slice(0, 2) });
  }
}

/** Resolves when the server calls a method of its store for the next time. */
function untilCalled(store: FeedStore, name: "wait"): Promise<void> {
  const called = Promise.withResolvers<void>();
  const method = store[name].bind(store);
  store[name] = (...args) => {
    called.resolve();
    return method(...args);
  };
  return called.promise;
}

async function numbers(frames: AsyncIterable<{ number: number; pixels: Uint8Array }>) {
  const result: number[] = [];
  for await (const { number, pixels } of frames) {
    assertEquals(new DataView(pixels.buffer, pixels.byteOffset).getInt16(0), number);
    result.push(number);
  }
  return result;
}

Deno.test("followFeed() begins at the oldest, the newest, a number, or the next", async () => {
  const store = new FeedStore({ depth: 4 });
  put(store, 6);
  await using server = serveFitspipe({ port: 0, store });
  const follow = (from: "oldest" | "newest" | number, count: number) =>
    numbers(followFeed(server.address, { from, count }));
  assertEquals(await follow("oldest", 4), [3, 4, 5, 6]);
  assertEquals(await follow("newest", 1), [6]);
  assertEquals(await follow(4, 2), [4, 5]);
  const asked = untilCalled(store, "wait");
  const next = numbers(followFeed(server.address, { count: 2, ahead: 0 }));
  await asked;
  put(store, 2);
  assertEquals(await next, [7, 8]);
});

Deno.test("followFeed() reports as gone only frames that have been", async () => {
  const store = new FeedStore({ depth: 2 });
  put(store, 2);
  await using server = serveFitspipe({ port: 0, store });
  const follow = async (from: number) => {
    const events: FollowEvent[] = [];
    const onEvent = (event: FollowEvent) => void events.push(event);
    return [await numbers(followFeed(server.address, { from, count: 2, onEvent })), events];
  };
  assertEquals(await follow(0), [[1, 2], []]);
  put(store, 3);
  assertEquals(await follow(0), [[4, 5], [{ kind: "gap", first: 1, last: 3 }]]);
  assertEquals(await follow(2), [[4, 5], [{ kind: "gap", first: 2, last: 3 }]]);
});

Deno.test("followFeed() says that there is no such feed", async () => {
  await using server = serveFitspipe({ port: 0 });
  await assertRejects(
    () => numbers(followFeed(server.address, { feed: "none" })),
    HeliographError,
    "No feed 'none' found on server.",
  );
});

Deno.test("followFeed() reports the gap that a slow reader finds, and goes on", async () => {
  const store = new FeedStore({ depth: 3 });
  put(store, 3);
  await using server = serveFitspipe({ port: 0, store });
  const events: FollowEvent[] = [];
  const got: number[] = [];
  const frames = followFeed(server.address, {
    from: "oldest",
    count: 5,
    ahead: 0,
    onEvent: (event) => void events.push(event),
  });
  for await (const { number } of frames) {
    got.push(number);
    if (number === 2) put(store, 7);
  }
  assertEquals(got, [1, 2, 8, 9, 10]);
  assertEquals(events, [{ kind: "gap", first: 3, last: 7 }]);
});

/** Follows a server that goes away after frame 2 and comes back with another store. */
async function interrupted(store: FeedStore, later: () => FeedStore) {
  const first = serveFitspipe({ port: 0, store });
  const events: FollowEvent[] = [];
  const got: number[] = [];
  let second: ReturnType<typeof serveFitspipe> | undefined;
  const frames = followFeed(first.address, {
    from: "oldest",
    count: 5,
    onEvent: (event) => void events.push(event),
  });
  for await (const { number } of frames) {
    got.push(number);
    if (number !== 2 || second !== undefined) continue;
    await first.shutdown();
    second = serveFitspipe({ port: first.address.port, store: later() });
  }
  await second!.shutdown();
  return { got, events: events.filter(({ kind }) => kind !== "disconnected") };
}

Deno.test("followFeed() resumes after its last frame when the connection breaks", async () => {
  const store = new FeedStore();
  put(store, 2);
  const { got, events } = await interrupted(store, () => {
    put(store, 3);
    return store;
  });
  assertEquals([got, events], [[1, 2, 3, 4, 5], []]);
});

Deno.test("followFeed() reports a server that began anew, even one with as many frames", async () => {
  const store = new FeedStore();
  put(store, 2);
  const { got, events } = await interrupted(store, () => {
    const fresh = new FeedStore({ depth: 3 });
    put(fresh, 9);
    return fresh;
  });
  assertEquals([got, events], [[1, 2, 7, 8, 9], [{ kind: "restarted", last: 2, next: 7 }]]);
});

Deno.test("followFeed() works with a server that takes one unterminated command at a time", async () => {
  const [header, data] = encodeCameraFrame({ width: 1, height: 1, pixels: Int16Array.of(5) });
  const commands: string[] = [];
  await using server = serveTcp({}, async ({ socket }) => {
    const reader = new SocketReader(socket);
    const text = new TextEncoder();
    for (;;) {
      if (!await reader.fill()) return;
      const command = new TextDecoder().decode(reader.buffered);
      reader.consume(reader.buffered.length);
      commands.push(command);
      if (command === "version") await writeAll(socket, text.encode("+ fitspipe v2.01\n. OK\n"));
      else if (command === "ls") {
        await writeAll(socket, text.encode("+ feed=cam newest=4 depth=2\n. OK\n"));
      } else {await writeAll(socket, [
          text.encode("#           5         1 x          1   \n"),
          header!,
          data!.subarray(0, 2),
        ]);}
    }
  });
  assertEquals(await numbers(followFeed(server.address, { feed: "cam", count: 1 })), [5]);
  assertEquals(commands, ["version", "ls", "get feed=cam frame=5 fullheader=1"]);
});

/** A server of another make, which answers each `get` with what a function says is the number. */
function oddServer(numberFor: (asked: number) => number) {
  return serveTcp({}, async ({ socket }) => {
    const reader = new SocketReader(socket);
    const say = (text: string) => writeAll(socket, new TextEncoder().encode(text));
    for (;;) {
      if (!await reader.fill()) return;
      const command = new TextDecoder().decode(reader.buffered);
      reader.consume(reader.buffered.length);
      if (command === "version") await say("+ fitspipe v2.01\n. OK\n");
      else if (command === "ls") await say("+ feed=default newest=102 oldest=100\n. OK\n");
      else {
        const number = numberFor(Number(/frame=(\d+)/.exec(command)![1]));
        const pixels = Int16Array.of(number);
        const [header, data] = encodeCameraFrame({ width: 1, height: 1, pixels });
        await say(`# ${String(number).padStart(10)}          1 x          1   \n`);
        await writeAll(socket, [header!, data!.subarray(0, 2)]);
      }
    }
  });
}

Deno.test("followFeed() gives no frame whose number does not rise, and says so", async () => {
  const sent = [101, 102, 99, 101, 102, 103, 103, 105];
  await using server = oddServer(() => sent.shift()!);
  const events: FollowEvent[] = [];
  const onEvent = (event: FollowEvent) => void events.push(event);
  assertEquals(
    await numbers(followFeed(server.address, { from: 101, count: 4, onEvent })),
    [101, 102, 103, 105],
  );
  assertEquals(events, [
    { kind: "repeated", frame: 99, last: 102 },
    { kind: "repeated", frame: 101, last: 102 },
    { kind: "repeated", frame: 102, last: 102 },
    { kind: "repeated", frame: 103, last: 103 },
    { kind: "gap", first: 104, last: 104 },
  ]);
});

Deno.test("followFeed() gives up a server that sends the same frame for ever", async () => {
  await using server = oddServer((asked) => Math.min(asked, 102));
  const kinds: Record<string, number> = {};
  const got: number[] = [];
  const frames = followFeed(server.address, {
    from: 101,
    retry: { first: 1, longest: 1 },
    onEvent: ({ kind }) => void (kinds[kind] = (kinds[kind] ?? 0) + 1),
  });
  await assertRejects(
    async () => {
      for await (const { number } of frames) got.push(number);
    },
    ProtocolError,
    "the server sent 100 frames that were there before, the last 102, expected 103",
  );
  assertEquals([got, kinds], [[101, 102], { repeated: 500, disconnected: 4 }]);
});

Deno.test("followFeed() finds out that its connection died without a word", async () => {
  const store = new FeedStore();
  put(store, 1);
  await using server = serveFitspipe({ port: 0, store });
  let connections = 0;
  let relayed = false;
  // Between the two, something that forgets the first connection after frame 1.
  await using between = serveTcp({ drainTimeout: 0 }, async ({ socket }) => {
    const forgotten = connections++ === 0;
    const upstream = await connect(server.address);
    const pump = async (from: Socket, to: Socket, take: (count: number) => boolean) => {
      const buffer = new Uint8Array(65_536);
      try {
        for (let n; (n = await from.read(buffer)) !== null;) {
          if (take(n)) await writeAll(to, buffer.subarray(0, n));
        }
      } catch {
        // The other direction has closed both.
      }
      closeQuietly(from);
      closeQuietly(to);
    };
    await Promise.all([
      pump(socket, upstream, () => !forgotten || !relayed),
      pump(upstream, socket, (count) => {
        relayed ||= forgotten && count > 2_000;
        return true;
      }),
    ]);
  });
  const events: FollowEvent[] = [];
  const got: number[] = [];
  const frames = followFeed(between.address, {
    from: "oldest",
    count: 3,
    ahead: 0,
    silence: 20,
    onEvent: (event) => void events.push(event),
  });
  for await (const { number } of frames) {
    got.push(number);
    if (number === 1) put(store, 2);
  }
  assertEquals(got, [1, 2, 3]);
  assertEquals(events, [{ kind: "disconnected", reason: "the connection died without a word" }]);
});

Deno.test("followFeed() waits through silence while the feed has nothing new", async () => {
  const store = new FeedStore();
  put(store, 1);
  let asked = 0;
  const list = store.list.bind(store);
  store.list = () => {
    // The follower's own question, then three while it waits.
    if (++asked === 4) put(store, 1);
    return list();
  };
  await using server = serveFitspipe({ port: 0, store });
  const onEvent = (event: FollowEvent) => assertEquals(event, undefined);
  const options = { silence: 10, count: 1, from: 2, onEvent };
  assertEquals(await numbers(followFeed(server.address, options)), [2]);
  assertEquals(asked >= 4, true);
});

Deno.test("followFeed() gives up a server that answers with what is no frame", async () => {
  const [header] = encodeCameraFrame({ width: 2, height: 1, pixels: new Int16Array(2) });
  const lines: [string, Uint8Array, string][] = [
    ["#           1        64 x         64   \n", header!, "the header says 2 x 1, the line"],
    ["#           1         x x          x   \n", header!, "Cannot read the line before a frame"],
    [
      "#           1         2 x          1   \n",
      new Uint8Array(288_000).fill(32, 9).fill(65, 0, 9),
      "it begins with 'AAAAAA', expected SIMPLE",
    ],
    [
      "#           1         2 x          1   \n",
      new TextEncoder().encode("SIMPLE  =                    T".padEnd(288_000)),
      "no END within 100 header blocks",
    ],
    [
      "#           1     99999 x      99999   \n",
      Header.parse(header!).set("NAXIS1", 99_999).set("NAXIS2", 99_999).toBytes(),
      "pixels are too many",
    ],
  ];
  for (const [line, bytes, message] of lines) {
    let gets = 0;
    await using server = serveTcp({}, async ({ socket }) => {
      const reader = new SocketReader(socket);
      for (;;) {
        const command = await reader.fill() && new TextDecoder().decode(reader.buffered);
        if (!command) return;
        reader.consume(reader.buffered.length);
        const reply = command === "version"
          ? "+ fitspipe v2.01\n. OK\n"
          : command === "ls"
          ? "+ feed=default newest=1\n. OK\n"
          : line;
        if (reply === line) gets++;
        await writeAll(socket, new TextEncoder().encode(reply));
        if (reply === line) await writeAll(socket, bytes);
      }
    });
    const options = { from: "newest", count: 1, retry: { first: 1, longest: 1 } } as const;
    await assertRejects(
      () => numbers(followFeed(server.address, options)),
      HeliographError,
      message,
    );
    assertEquals(gets, 5, message);
  }
});

Deno.test("followFeed() refuses to begin at a frame that no server would wait for", async () => {
  const store = new FeedStore();
  put(store, 1);
  await using server = serveFitspipe({ port: 0, store });
  await assertRejects(
    () => numbers(followFeed(server.address, { from: 1_002 })),
    HeliographError,
    "Cannot wait for frame 1002 of feed 'default': the newest is 1, expected at most 1000 more",
  );
});

Deno.test("a signal that aborts ends a client that waits, and one that has just connected", async () => {
  const store = new FeedStore();
  put(store, 1);
  await using server = serveFitspipe({ port: 0, store });
  const controller = new AbortController();
  const { signal } = controller;
  const asked = untilCalled(store, "wait");
  const waiting = numbers(followFeed(server.address, { from: 2, signal }));
  await asked;
  controller.abort(new Error("enough"));
  assertEquals((await assertRejects(() => waiting)).message, "enough");
  const late = new AbortController();
  const connecting = FitspipeClient.connect(server.address, { signal: late.signal });
  late.abort(new Error("too late"));
  assertEquals((await assertRejects(() => connecting)).message, "too late");
});
