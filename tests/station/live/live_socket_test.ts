import { assert, assertEquals } from "@std/assert";
import { encodeCameraFrame } from "../../../fits/fitspipe/feed/frame.ts";
import { FeedStore } from "../../../fits/fitspipe/feed/store.ts";
import { connectWebSocket, serveHttp, type WebSocketConnection } from "../../../http/mod.ts";
import { Header } from "../../../fits/header/header.ts";
import { frameLevel } from "../../../station/live/frame_message.ts";
import { LIVE_PROTOCOL, LiveSockets } from "../../../station/live/live_socket.ts";

const places = { home: "/", problems: "/problems" };
const [WIDTH, HEIGHT] = [40, 20];

/** Puts a frame whose values tell its number. */
function put(store: FeedStore, feed: string, value: number) {
  const pixels = Uint16Array.from({ length: WIDTH * HEIGHT }, (_, i) => value + i % WIDTH);
  const [header, data] = encodeCameraFrame({ width: WIDTH, height: HEIGHT, pixels });
  const stored = data!.subarray(0, pixels.length * 2);
  return store.put(feed, { width: WIDTH, height: HEIGHT, header: header!, pixels: stored });
}

function readFrame(bytes: Uint8Array<ArrayBuffer>) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const header = view.getUint32(84, true);
  const [width, height] = [view.getUint32(8, true), view.getUint32(12, true)];
  const at = bytes.byteOffset + 88 + header;
  return {
    magic: new TextDecoder().decode(bytes.subarray(0, 4)),
    type: bytes[4],
    level: bytes[6],
    ...{ width, height },
    number: Number(view.getBigUint64(64, true)),
    skipped: view.getUint32(80, true),
    header: Header.parse(bytes.slice(88, 88 + header)),
    values: new Uint16Array(bytes.buffer.slice(at, at + 2 * width * height)),
  };
}

async function served() {
  const store = new FeedStore();
  const sockets = new LiveSockets({ store, places, trustProxy: false });
  const server = await serveHttp({ port: 0 }, (request) => sockets.handle(request));
  const url = server.url.replace(/^http/, "ws");
  return {
    store,
    sockets,
    connect: () => connectWebSocket(url, { protocols: [LIVE_PROTOCOL] }),
    url: server.url,
    [Symbol.asyncDispose]: async () => {
      sockets[Symbol.dispose]();
      await server.shutdown();
    },
  };
}

const say = (connection: WebSocketConnection, what: object) =>
  connection.send(JSON.stringify(what));
const next = async (connection: WebSocketConnection) =>
  readFrame(new Uint8Array(await (await connection.receive())!.bytes()));

Deno.test("/live sends the newest frame with each credit, and counts what was skipped", async () => {
  await using server = await served();
  const { store } = server;
  put(store, "camera", 100);
  await using connection = await server.connect();
  assertEquals(connection.protocol, LIVE_PROTOCOL);
  await say(connection, { subscribe: "feeds/camera", credit: 1 });
  const first = await next(connection);
  assertEquals(
    [first.magic, first.type, first.level, first.width, first.height],
    ["HLF1", 4, 0, WIDTH, HEIGHT],
  );
  assertEquals([first.number, first.skipped, first.header.integer("NAXIS1")], [1, 0, WIDTH]);
  assertEquals([...first.values.subarray(0, 3)], [100, 101, 102]);
  // Without credit nothing comes; then the newest does, and not those before it.
  for (let i = 2; i <= 5; i++) put(store, "camera", 100 * i);
  await say(connection, { credit: 2 });
  const newest = await next(connection);
  assertEquals([newest.number, newest.skipped, newest.values[0]], [5, 3, 500]);
  // The other credit is for the frame that comes next.
  put(store, "camera", 600);
  const following = await next(connection);
  assertEquals([following.number, following.skipped], [6, 0]);
  assertEquals(server.sockets.skipped, 3);
  // How long frames are apart here is the machine's affair: gaps have a test of their own.
  const { rate, gaps: _, ...traffic } = server.sockets.trafficOf("camera");
  assertEquals(traffic, { viewers: 1, skipped: 3 });
  assert(rate === null || rate > 0, `${rate}`);
  assertEquals(server.sockets.trafficOf("none"), { rate: null, gaps: 0, viewers: 0, skipped: 0 });
});

Deno.test("/live halves frames for small windows, by means", async () => {
  await using server = await served();
  put(server.store, "camera", 10);
  await using connection = await server.connect();
  await say(connection, { subscribe: "feeds/camera", size: [10, 5], credit: 1 });
  const frame = await next(connection);
  assertEquals([frame.level, frame.width, frame.height, frame.type], [1, 20, 10, 4]);
  // Of 10, 11 the mean is 10.5, rounded up.
  assertEquals([...frame.values.subarray(0, 3)], [11, 13, 15]);
  const size = { width: 4_096, height: 4_096 };
  assertEquals(frameLevel(size, [1_280, 800]), 1);
  assertEquals(frameLevel(size, [5_000, 5_000]), 0);
  assertEquals(frameLevel(size, [1, 1]), 11);
});

Deno.test("/live ends a connection that says what it does not know, and refuses a fifth", async () => {
  await using server = await served();
  put(server.store, "camera", 1);
  const wrong: unknown[] = [
    "no JSON",
    { subscribe: "feeds/../x" },
    { subscribe: 3 },
    { credit: -1 },
    { credit: 1.5 },
    { subscribe: "camera", size: [0, 5] },
    { subscribe: "camera", size: "large" },
    null,
  ];
  for (const said of wrong) {
    const connection = await server.connect();
    await connection.send(typeof said === "string" ? said : JSON.stringify(said));
    assertEquals((await connection.closed).code, 1002, JSON.stringify(said));
  }
  {
    await using many = await server.connect();
    for (let i = 0; i < 9; i++) await say(many, { subscribe: `feed${i}`, credit: 1 });
    assertEquals((await many.closed).code, 1002);
  }
  const open = [];
  for (let i = 0; i < 4; i++) {
    const connection = await server.connect();
    await say(connection, { subscribe: "camera", credit: 1 });
    await next(connection);
    open.push(connection);
  }
  const fifth = await server.connect().then(() => "open", (error) => `${error}`);
  assert(fifth.includes("429"), fifth);
  for (const connection of open) await connection.close();
});

Deno.test("/live takes four connections of an address, also of those that come at once", async () => {
  await using server = await served();
  put(server.store, "camera", 1);
  const all = await Promise.allSettled(Array.from({ length: 24 }, () => server.connect()));
  const open = all.flatMap((end) => end.status === "fulfilled" ? [end.value] : []);
  const answers = await Promise.all(open.map(async (connection) => {
    await say(connection, { subscribe: "camera", credit: 1 }).catch(() => {});
    return await connection.receive().catch(() => undefined);
  }));
  assertEquals(answers.filter((answer) => answer !== undefined).length, 4);
  await Promise.all(open.map((connection) => connection.close()));
  // Their places are free again.
  await using again = await server.connect();
  await say(again, { subscribe: "camera", credit: 1 });
  assertEquals((await next(again)).number, 1);
});

Deno.test("a reader of /live that stops reading costs the camera nothing", async () => {
  await using server = await served();
  const { store } = server;
  await using slow = await server.connect();
  await using quick = await server.connect();
  put(store, "camera", 0);
  await say(slow, { subscribe: "camera", credit: 16 });
  await say(quick, { subscribe: "camera", credit: 1 });
  let got = 0;
  for (let i = 1; i <= 50; i++) {
    const { number } = put(store, "camera", i);
    while (got < number) {
      got = (await next(quick)).number;
      await say(quick, { credit: 1 });
    }
  }
  assertEquals([got, store.info("camera")!.frames], [51, 51]);
});

Deno.test("/live sends any frame that is kept by its number, in full, and tells which are", async () => {
  await using server = await served();
  const { store } = server;
  for (let i = 1; i <= 70; i++) put(store, "camera", i);
  const stored = store.newest("camera")!.pixels.slice();
  await using connection = await server.connect();
  const text = async () => JSON.parse(await (await connection.receive())!.text());
  const { session } = store;
  await say(connection, { kept: "feeds/camera" });
  const kept = { feed: "camera", oldest: 7, newest: 70, depth: 64, session };
  assertEquals(await text(), kept);
  // A window that is small halves the newest, and not what is asked for; that needs no credit.
  await say(connection, { subscribe: "camera", size: [10, 5], credit: 1 });
  const newest = await next(connection);
  assertEquals([newest.number, newest.level], [70, 1]);
  for (const number of [7, 70]) {
    await say(connection, { number, feed: "camera" });
    const bytes = new Uint8Array(await (await connection.receive())!.bytes());
    const frame = readFrame(bytes);
    assertEquals([frame.number, frame.level, frame.skipped, bytes[5]], [number, 0, 0, 64]);
    assertEquals([...frame.values.subarray(0, 3)], [number, number + 1, number + 2]);
  }
  // What was read is as it was put.
  assertEquals(store.newest("camera")!.pixels, stored);
  for (const [number, feed, gone] of [[6, "camera", 6], [71, "camera", 71], [1, "none", 1]]) {
    await say(connection, { number, feed });
    const about = feed === "camera" ? kept : { ...kept, feed, oldest: 0, newest: 0 };
    assertEquals(await text(), { ...about, gone });
  }
  await say(connection, { number: 1.5, feed: "camera" });
  assertEquals((await connection.closed).code, 1002);
});
