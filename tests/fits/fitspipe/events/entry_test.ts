import { assertEquals } from "@std/assert";
import { eventWords, type FrameEvent, readEvent } from "../../../../fits/fitspipe/events/entry.ts";

const EVENT: FrameEvent = {
  ...{ feed: "camera", frame: 17, session: "0f3a9b1c", width: 64, height: 32, bytes: 6_976 },
  ...{ time: "2026-11-30T00:00:09.350Z", fetch: "fitspipe://h:9999/camera/17" },
  ...{ url: undefined, crc32: "0badcafe", sha256: undefined, header: { "DATE-OBS": "2026-11-30" } },
  missed: 3,
};

const entryOf = (words: readonly string[]) => ({
  id: "5-1",
  fields: new Map(
    Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i]!, words[2 * i + 1]!]),
  ),
});

Deno.test("an announcement is read as it was written", () => {
  const words = eventWords(EVENT);
  assertEquals(words.slice(0, 4), ["v", "1", "feed", "camera"]);
  assertEquals(words.includes("url"), false);
  assertEquals(words.slice(-2), ["h:DATE-OBS", "2026-11-30"]);
  assertEquals(readEvent(entryOf(words)), EVENT);
});

Deno.test("what is no announcement is said to be none", () => {
  const without = (name: string, value?: string) => {
    const { fields } = entryOf(eventWords(EVENT));
    if (value === undefined) fields.delete(name);
    else fields.set(name, value);
    return readEvent({ id: "5-1", fields });
  };
  const cases: [string, string | undefined, string][] = [
    ["v", "2", "its version v is not 1"],
    ["feed", "../x", "its feed has no name of one"],
    ["frame", undefined, "a number is none"],
    ["width", "-1", "a number is none"],
    ["bytes", "1e9", "a number is none"],
    ["session", "../x", "its session is none"],
  ];
  for (const [name, value, what] of cases) {
    assertEquals(without(name, value), `the entry 5-1 is no frame: ${what}`);
  }
});
