import { assertEquals } from "@std/assert";
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
  for (const own of ["/", "/station.json", "/feeds/camera.png?1"]) note(own, 200, 1);
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
