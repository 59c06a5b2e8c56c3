/** What the commands of `fitspipe` print, report and return, word by word. */

import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import {
  parseFeedFolder,
  parseSimulation,
  runFeed,
} from "../../../commands/fitspipe/feed_sources.ts";
import { serverOf } from "../../../commands/fitspipe/server_flags.ts";
import { UsageError } from "../../../commands/program/command.ts";
import { FitspipeClient } from "../../../fits/fitspipe/client.ts";
import { encodeCameraFrame } from "../../../fits/fitspipe/feed/frame.ts";
import { serveFitspipe } from "../../../fits/fitspipe/server.ts";
import { runCommand } from "../../support/run_command.ts";
import { temporaryFolder } from "../../support/temporary.ts";

const file = (value: number, width = 4) =>
  encodeCameraFrame({ width, height: 3, pixels: new Int16Array(width * 3).fill(value) });

/** A server with frames 1 to 3 in the feed `default`. */
async function setUp(depth = 64) {
  const folder = await temporaryFolder();
  const server = serveFitspipe({ port: 0, depth });
  await using client = await FitspipeClient.connect(server.address);
  for (let value = 1; value <= 3; value++) await client.put("default", file(value));
  const at = ["127.0.0.1", "--port", `${server.address.port}`];
  return {
    folder: folder.path,
    server,
    at,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("fitspipe get sums up in words and as JSON: frames, bytes, rate, gaps", async () => {
  await using it = await setUp(2);
  const prefix = `${it.folder}/frame`;
  const from = [...it.at, "--from", "1", "--nframe", "2", "--out", prefix];
  const told = await runCommand("fitspipe get", [...from, "--verbose"]);
  assertEquals([told.status, told.out, told.error.length], [0, [], 4]);
  assertEquals(told.error.slice(0, 3), [
    "gap: frames 1 to 1 are gone",
    "Frame 2: getting 24 bytes",
    "Frame 3: getting 24 bytes",
  ]);
  const words = /^2 frames in (\S+) s, (\S+) per second, 1 missed in 1 gaps, 0 repeated$/;
  assertMatch(told.error[3]!, words);
  const json = await runCommand("fitspipe get", [...from, "--clobber", "--json", "-q"]);
  assertEquals([json.status, json.error], [0, []]);
  const [gap, first, second, summary] = json.out.map((line) => JSON.parse(line));
  assertEquals(gap, { event: "gap", first: 1, last: 1 });
  const frame = { event: "frame", feed: "default", width: 4, height: 3 };
  assertEquals(first, { ...frame, frame: 2, output: `${prefix}00001.fits` });
  assertEquals(second, { ...frame, frame: 3, output: `${prefix}00002.fits` });
  const { seconds, framesPerSecond, ...counts } = summary;
  const expected = { event: "summary", frames: 2, bytes: 48, gaps: 1, missed: 1, repeated: 0 };
  assertEquals(counts, expected);
  assertEquals(framesPerSecond, 2 / seconds);
});

Deno.test("fitspipe get without --out writes whole FITS files one after the other", async () => {
  await using it = await setUp();
  const line = [...it.at, "--from", "oldest", "--nframe", "2"];
  const { status, out, error, bytes } = await runCommand("fitspipe get", line);
  assertEquals([status, out], [0, []]);
  assertEquals(error, ["Frame 1: getting 24 bytes", "Frame 2: getting 24 bytes"]);
  assertEquals(bytes.length, 4 * 2_880);
  const values = [0, 1].map((i) => bytes[5_760 * i + 2_880 + 1]);
  assertEquals(values, [1, 2]);
  const newest = await runCommand("fitspipe get", [...it.at, "--from", "newest", "-q"]);
  assertEquals([newest.bytes[2_881], newest.error], [3, []]);
  const second = await runCommand("fitspipe get", [...it.at, "--from", "2", "-q"]);
  assertEquals(second.bytes[2_881], 2);
});

Deno.test("fitspipe put says each frame's number, or prints an object", async () => {
  await using it = await setUp();
  const path = `${it.folder}/two.fits`;
  await Deno.writeFile(path, await new Blob([...file(7), ...file(8, 5)]).bytes());
  const put = (...words: string[]) => runCommand("fitspipe put", [...it.at, ...words]);
  const told = await put(path, path, "--feed", "a");
  assertEquals([told.status, told.out], [0, []]);
  assertEquals(told.error, [1, 2, 3, 4].map((n) => `${path}: frame ${n} of feed a`));
  const json = await put(path, "--json");
  const event = { event: "put", feed: "default", height: 3, path };
  assertEquals([json.status, json.error], [0, []]);
  assertEquals(json.out.map((line) => JSON.parse(line)), [
    { ...event, frame: 4, width: 4 },
    { ...event, frame: 5, width: 5 },
  ]);
  assertEquals(it.server.store.list().map(({ feed, frames }) => [feed, frames]), [
    ["default", 5],
    ["a", 4],
  ]);
});

Deno.test("fitspipe put has no more than three frames under way", async () => {
  await using it = await setUp();
  const path = `${it.folder}/many.fits`;
  const pieces = Array.from({ length: 8 }, (_, i) => file(i)).flat();
  await Deno.writeFile(path, await new Blob(pieces).bytes());
  let most = 0;
  let open = 0;
  const put = FitspipeClient.prototype.put;
  FitspipeClient.prototype.put = async function (...words) {
    most = Math.max(most, ++open);
    try {
      return await put.apply(this, words);
    } finally {
      open--;
    }
  };
  try {
    const { status, error } = await runCommand("fitspipe put", [...it.at, path]);
    assertEquals([status, error.length], [0, 8]);
  } finally {
    FitspipeClient.prototype.put = put;
  }
  assertEquals(most, 3);
});

Deno.test("parseFeedFolder() and parseSimulation() read what they are given, and nothing else", async () => {
  const { name, rate } = parseSimulation("a=32x24@50.5", 2 * 32 * 24);
  assertEquals([name, rate, parseSimulation("a=1x1", 2).rate], ["a", 50.5, 30]);
  const frame = (await parseSimulation("a=5x4@1", 1_000).frames().next()).value!;
  const [header] = frame as Uint8Array[];
  const cards = new TextDecoder().decode(header);
  assertMatch(cards, /NAXIS1 {2}= +5 .*NAXIS2 {2}= +4 .*SEQNUM {2}= +1 /);
  for (const text of ["a=0x1@1", "a=1x0@1", "a=1x1@0", "a=1x1@", "=1x1", "a", "a=", "a b=1x1"]) {
    const message = `--simulate is '${text}', expected NAME=WIDTHxHEIGHT@FPS`;
    assertThrows(() => parseSimulation(text, 1e9), UsageError, message);
  }
  const large = "a frame of 24 bytes, expected at most the 23 of --max-memory";
  assertThrows(() => parseSimulation("a=4x3", 23), UsageError, large);
  await using folder = await temporaryFolder();
  for (const text of ["x", "=x", "x="]) {
    const message = `--feed is '${text}', expected NAME=DIR`;
    await assertRejects(() => parseFeedFolder(text, 1, false), UsageError, message);
  }
  await Deno.mkdir(`${folder.path}/c.fits`);
  for (const [file_, value] of [["b.FTS", 2], ["a.fit", 1], ["c.txt", 3]] as const) {
    await Deno.writeFile(`${folder.path}/${file_}`, await new Blob(file(value)).bytes());
  }
  const values = async (loop: boolean, count: number) => {
    const found: number[] = [];
    const source = await parseFeedFolder(`a=${folder.path}`, 5, loop);
    assertEquals([source.name, source.rate], ["a", 5]);
    for await (const [, pixels] of source.frames()) {
      found.push(pixels![1]!);
      if (found.length === count) break;
    }
    return found;
  };
  assertEquals(await values(false, 9), [1, 2]);
  assertEquals(await values(true, 5), [1, 2, 1, 2, 1]);
});

Deno.test("runFeed() puts frames at their rate", async () => {
  await using it = await setUp();
  const path = `${it.folder}/many.fits`;
  await Deno.writeFile(path, await new Blob([1, 2, 3].flatMap((n) => file(n))).bytes());
  const source = await parseFeedFolder(`a=${it.folder}`, 10, false);
  const start = performance.now();
  await runFeed(source, it.server.address, new AbortController().signal);
  // A timer may be late, never early; clocks differ by less than a millisecond.
  assertEquals(performance.now() - start >= 198, true);
  assertEquals(it.server.store.list().find(({ feed }) => feed === "a")?.frames, 3);
});

Deno.test("fitspipe put names the file that is none", async () => {
  await using it = await setUp();
  const path = `${it.folder}/note.txt`;
  await Deno.writeTextFile(path, "hello ".repeat(1_000));
  const { status, error } = await runCommand("fitspipe put", [...it.at, path]);
  assertEquals([status, error.length], [1, 1]);
  assertMatch(error[0]!, /^Cannot read a FITS file from \S+note\.txt: it begins with/);
});

Deno.test("serverOf() takes ports from 1 to 65535", () => {
  for (const port of [1, 9999, 65_535]) {
    assertEquals(serverOf("h", port), { hostname: "h", port });
  }
  for (const port of [0, -1, 65_536, 1.5, NaN]) {
    assertThrows(() => serverOf("h", port), UsageError, `Port ${port} is invalid (1..65535)`);
  }
});

Deno.test("fitspipe ls prints a line for each feed, or an object", async () => {
  await using it = await setUp();
  const told = await runCommand("fitspipe ls", it.at);
  assertEquals([told.status, told.error], [0, []]);
  assertEquals(told.out, [
    "feed         oldest      newest  size",
    "default           1           3  4 x 3",
  ]);
  await using empty = serveFitspipe({ port: 0 });
  const none = await runCommand("fitspipe ls", ["127.0.0.1", "--port", `${empty.address.port}`]);
  assertEquals([none.status, none.out], [0, ["no feeds yet"]]);
  const json = await runCommand("fitspipe ls", [...it.at, "--json"]);
  const { feed, frames, width, height } = JSON.parse(json.out[0]!);
  assertEquals([json.status, feed, frames, width, height], [0, "default", 3, 4, 3]);
});
