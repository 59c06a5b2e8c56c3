import { assertEquals } from "@std/assert";
import { FeedStore } from "../../fits/fitspipe/feed/store.ts";
import type { ArrayServer } from "../../rpc/server/array_server.ts";
import { StationEvents } from "../../station/events.ts";

const texts = (events: StationEvents) => events.latest.map(({ text }) => text);

Deno.test("StationEvents keeps the last of each kind, the latest first", () => {
  const events = new StationEvents();
  events.note("frames", "sky", () => "1");
  events.note("images", "sky", () => "2");
  events.note("frames", "sky", () => "3");
  assertEquals(texts(events), ["3", "2"]);
  for (let i = 0; i < 10; i++) events.note("files", `${i}`, () => `file ${i}`);
  assertEquals(texts(events), [9, 8, 7, 6, 5, 4].map((i) => `file ${i}`));
});

Deno.test("StationEvents makes words only of what is asked for, and not many", () => {
  const events = new StationEvents();
  events.note("files", "", () => {
    throw new Error("nobody asked");
  });
  events.note("files", "", () => "x".repeat(10_000));
  assertEquals(texts(events), ["x".repeat(119) + "…"]);
});

Deno.test("StationEvents passes over what the page asks for by itself", () => {
  const events = new StationEvents();
  const note = (target: string | undefined, status: number, bytes: number) =>
    events.noteRequest({
      host: "127.0.0.1",
      time: 0,
      method: target === undefined ? undefined : "GET",
      target,
      version: "1.1",
      status,
      bytes,
      duration: 1,
      referrer: undefined,
      userAgent: undefined,
    });
  const own = [
    ...["/", "/station.json", "/status", "/feeds/camera.png?1", "/app/abc/station/web/home.ts"],
    ...["/events?topics=status", "/fits/a.fits?format=thumbnail&size=128", "/favicon.ico"],
  ];
  for (const path of own) note(path, 200, 1);
  assertEquals(texts(events), []);
  note("/sun.fits", 206, 2_880);
  note("/moon.fits", 404, 40);
  note("/sun.jpg", 304, 0);
  note(undefined, 400, 50);
  assertEquals(texts(events), [
    "no request: 400",
    "GET /sun.jpg: 304",
    "GET /moon.fits: 404",
    "GET /sun.fits: 206, 2.81 KiB",
  ]);
});

Deno.test("StationEvents cuts what is longer than a line", () => {
  const events = new StationEvents();
  events.note("files", "120", () => "x".repeat(120));
  events.note("files", "121", () => "y".repeat(121));
  assertEquals(texts(events), ["y".repeat(119) + "…", "x".repeat(120)]);
});

Deno.test("StationEvents says the service and the time of each event", () => {
  const events = new StationEvents();
  const before = new Date().toISOString();
  events.note("frames", "sky", () => "1");
  const { time, ...rest } = events.latest[0]!;
  assertEquals(rest, { service: "frames", text: "1" });
  assertEquals(before <= time && time <= new Date().toISOString(), true);
});

Deno.test("StationEvents notes the array server's lines, but not that it listens", () => {
  const events = new StationEvents();
  events.noteLine("% SERVER: Server listening on port 21038");
  events.noteLine("% SERVER: client 1: unknown function");
  events.noteLine("plain");
  assertEquals(texts(events), ["plain", "client 1: unknown function"]);
  assertEquals(events.latest[0]!.service, "arrays");
});

Deno.test("StationEvents counts calls of the array server once a second, where there are new ones", () => {
  const events = new StationEvents();
  const calls = { done: 0, failed: 0 };
  const server = { metrics: () => ({ calls: { ...calls } }) } as unknown as ArrayServer;
  const ended = new AbortController();
  const { setInterval, clearInterval } = globalThis;
  const timers: { tick: () => void; period: number }[] = [];
  const cleared: unknown[] = [];
  try {
    globalThis.setInterval = ((tick: () => void, period: number) =>
      timers.push({ tick, period })) as unknown as typeof setInterval;
    globalThis.clearInterval = ((timer: unknown) =>
      cleared.push(timer)) as typeof clearInterval;
    events.watchCalls(server, ended.signal);
    const seen: string[][] = [];
    for (const [done, failed] of [[0, 0], [1, 0], [1, 0], [1, 1], [0, 2], [2, 1], [5, 2]]) {
      Object.assign(calls, { done, failed });
      timers[0]!.tick();
      seen.push(texts(events));
    }
    const two = "2 calls so far, 1 failed";
    const one = "1 call so far, 0 failed";
    // The fifth has as many calls in all as the fourth.
    const three = "3 calls so far, 1 failed";
    const seven = "7 calls so far, 2 failed";
    assertEquals(seen, [[], [one], [one], [two], [two], [three], [seven]]);
    assertEquals(events.latest[0]!.service, "arrays");
    assertEquals([timers.length, timers[0]!.period, cleared], [1, 1_000, []]);
    ended.abort();
    assertEquals(cleared, [1]);
  } finally {
    Object.assign(globalThis, { setInterval, clearInterval });
  }
});

Deno.test("StationEvents notes images that are saved or refused, and nothing else of them", () => {
  const events = new StationEvents();
  const remote = "127.0.0.1:1";
  type Image = Parameters<StationEvents["noteImage"]>[0];
  const note = (event: object) => events.noteImage({ remote, ...event } as unknown as Image);
  note({ event: "opened" });
  note({ event: "saved", name: "a.png", bytes: 2_048 });
  note({ event: "refused", reason: "too large" });
  note({ event: "closed" });
  assertEquals(
    events.latest.map(({ service, text }) => `${service}: ${text}`),
    ["images: refused: too large", "images: a.png, 2.00 KiB"],
  );
});

Deno.test("StationEvents notes the newest frame of each feed but one", () => {
  const events = new StationEvents();
  const store = new FeedStore();
  events.watchFrames(store, "camera");
  const header = new Uint8Array(2880);
  for (const [feed, width] of [["sky", 3], ["camera", 5], ["moon", 4], ["sky", 3]] as const) {
    store.put(feed, { width, height: 2, header, pixels: new Uint8Array(width * 4) });
  }
  assertEquals(texts(events), ["frame 2 of sky, 3 x 2", "frame 1 of moon, 4 x 2"]);
  assertEquals(events.latest[1]!.service, "frames");
});
