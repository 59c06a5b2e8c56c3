/** Frames that are announced through redis-server, and followed by us and by Python. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import { frameSum } from "../../fits/fitspipe/events/announcer.ts";
import { encodeCameraFrame } from "../../fits/fitspipe/feed/frame.ts";
import { openFits } from "../../fits/file/open.ts";
import { serveObjects, STORE_KEY } from "../support/http/object_store.ts";
import { type Finished, ROOT, runDeno, type Running, startDeno } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { python } from "./python.ts";
import { MEMORY, startRedis } from "./redis.ts";

const PROGRAM = ["run", "-A", "--no-check", "--quiet", `${ROOT}cli.ts`];

/** Starts a server of frames; where it listens. */
async function serve(url: string, more: readonly string[] = [], env: Record<string, string> = {}) {
  const server = startDeno(
    [...PROGRAM, "fitspipe", "serve", "--port", "0", "--events", url, "--json", ...more],
    { env },
  );
  const { url: address } = JSON.parse(await server.line() ?? "{}");
  return { server, port: Number(new URL(address.replace("tcp:", "http:")).port) };
}

async function put(port: number, feed: string, values: readonly number[]): Promise<void> {
  await using client = await FitspipeClient.connect({ hostname: "127.0.0.1", port });
  for (const value of values) {
    const image = { width: 4, height: 2, pixels: new Uint16Array(8).fill(value) };
    await client.put(feed, encodeCameraFrame(image));
  }
}

async function finished(running: Running): Promise<Finished> {
  while (await running.line() !== undefined);
  return await running.stop("SIGKILL");
}

Deno.test("every frame is announced, in order, to us and to any client", async () => {
  await using redis = await startRedis(MEMORY);
  const url = redis.url("sun");
  const { server, port } = await serve(url, ["--events-header", "NAXIS1", "--events-sha256"]);
  await using _ = server;
  await put(port, "a", [1, 2, 3]);
  await put(port, "b", [9]);
  await until(async () => await redis.ask("XLEN", "hg:{sun}:frames") === 4, "all are announced");
  const { code, stdout, stderr } = await runDeno(
    [...PROGRAM, "fitspipe", "events", url, "--from", "oldest", "--feed", "a", "--count", "3"],
  );
  assertEquals(code, 0, stderr);
  const events = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(
    events.map(({ event, feed, frame, width, height, header }) => [
      ...[event, feed, frame, width, height, header],
    ]),
    [1, 2, 3].map((frame) => ["frame", "a", frame, 4, 2, { NAXIS1: "4" }]),
  );
  await using client = await FitspipeClient.connect({ hostname: "127.0.0.1", port });
  for (const { frame, fetch, crc32, bytes, time, sha256 } of events) {
    assertEquals(fetch, `fitspipe://127.0.0.1:${port}/a/${frame}`);
    const found = await client.get("a", { frame });
    assertEquals([crc32, bytes], [
      frameSum(found.header, found.pixels),
      found.header.length + found.pixels.length,
    ]);
    assertMatch(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assertMatch(sha256, /^[0-9a-f]{64}$/);
  }
  const script = `
import sys, redis
r = redis.Redis(port=int(sys.argv[1]), decode_responses=True)
for _, e in r.xrange("hg:{sun}:frames"): print(e["v"], e["feed"], e["frame"], e["h:NAXIS1"])
`;
  const seen = await python(script, "", [`${redis.port}`]);
  assertEquals(seen.trimEnd().split("\n"), ["1 a 1 4", "1 a 2 4", "1 a 3 4", "1 b 1 4"]);
});

Deno.test("a group shares the frames and fetches them; what is gone is said to be", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await temporaryFolder();
  const url = redis.url("sun");
  const { server, port } = await serve(url, ["--depth", "3"]);
  await using _ = server;
  const words = [...PROGRAM, "fitspipe", "events", url, "--group", "g", "--from", "oldest"];
  await put(port, "a", [1, 2, 3, 4]);
  await until(async () => await redis.ask("XLEN", "hg:{sun}:frames") === 4, "all are announced");
  const one = await runDeno([...words, "--count", "2", "--fetch", folder.path]);
  const other = await runDeno([...words, "--count", "2", "--fetch", folder.path]);
  assertEquals([one.code, other.code], [0, 0], one.stderr + other.stderr);
  const events = (one.stdout + other.stdout).trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(events.map(({ frame, gone }) => [frame, gone]), [
    ...[[1, true], [2, undefined], [3, undefined], [4, undefined]],
  ]);
  for (const { frame, output } of events.slice(1)) {
    await using file = await openFits(output);
    assertEquals([...(await file.image()).pixels as Uint16Array], Array(8).fill(frame));
  }
  const pending = await redis.ask("XPENDING", "hg:{sun}:frames", "g") as unknown[];
  assertEquals(pending[0], 0);
});

Deno.test("frames are kept in a folder and in a bucket, and told of where", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await temporaryFolder();
  await using store = await serveObjects();
  const env = {
    ...{ AWS_ACCESS_KEY_ID: STORE_KEY.accessKeyId, AWS_ENDPOINT_URL: store.endpoint },
    AWS_SECRET_ACCESS_KEY: STORE_KEY.secretAccessKey,
  };
  for (const [i, place] of [folder.path, "s3://sun/frames"].entries()) {
    const { server, port } = await serve(redis.url(`q${i}`), ["--archive", place], env);
    await put(port, "a", [7]);
    const key = `hg:{q${i}}:frames`;
    await until(async () => await redis.ask("XLEN", key) === 1, "it is announced");
    const [[, words]] = await redis.ask("XRANGE", key, "-", "+") as [[string, string[]]];
    const url = words[words.indexOf("url") + 1]!;
    assert(url.startsWith(`${place}/a/`) && url.endsWith("-000001.fits"), url);
    const bytes = url.startsWith("s3:")
      ? store.objects.get(url.slice("s3://".length))!.bytes
      : await Deno.readFile(url);
    await using file = await openFits(bytes);
    assertEquals([...(await file.image()).pixels as Uint16Array], Array(8).fill(7));
    const { code, stdout, stderr } = await server.stop("SIGINT");
    assertEquals(code, 130);
    assertEquals((stdout + stderr).includes(STORE_KEY.secretAccessKey), false);
  }
});

Deno.test("a feed never waits for the server of events, and what was missed is counted", async () => {
  await using redis = await startRedis(["--appendonly", "yes", "--appendfsync", "always"]);
  const { server, port } = await serve(redis.url("sun"));
  await using _ = server;
  await put(port, "a", [1]);
  await until(async () => await redis.ask("XLEN", "hg:{sun}:frames") === 1, "it is announced");
  await redis.kill();
  // More than are held while the server is away.
  await put(port, "a", Array.from({ length: 1_500 }, (_, i) => i));
  await redis.start();
  await put(port, "a", [1]);
  const newest = async () => {
    const [[, words]] = await redis.ask(
      ...["XREVRANGE", "hg:{sun}:frames", "+", "-", "COUNT", 1],
    ) as [[string, string[]]];
    return words[words.indexOf("frame") + 1];
  };
  await until(async () => await newest() === "1502", "the last one is announced");
  const all = await redis.ask("XRANGE", "hg:{sun}:frames", "-", "+") as [string, string[]][];
  const told = all.map(([, words]) => {
    const value = (name: string) => Number(words[words.indexOf(name) + 1]);
    return { frame: value("frame"), missed: words.includes("missed") ? value("missed") : 0 };
  });
  const frames = new Set(told.map(({ frame }) => frame));
  const missed = told.reduce((sum, event) => sum + event.missed, 0);
  assertEquals(frames.size + missed, 1_502);
  assert(missed >= 400, `${missed}`);
  assertEquals([...frames], [...frames].toSorted((one, other) => one - other));
});

Deno.test("fitspipe serve refuses events that cannot be announced", async () => {
  const redis = await startRedis();
  await redis[Symbol.asyncDispose]();
  const serving = (...words: string[]) =>
    runDeno([...PROGRAM, "fitspipe", "serve", "--port", "0", ...words]);
  const away = await serving("--events", redis.url("sun"));
  assertEquals(away.code, 1);
  assertStringIncludes(away.stderr, `Cannot reach the queue ${redis.url("sun")}: `);
  assertEquals((await serving("--archive", "x")).code, 2);
  const events = startDeno([...PROGRAM, "fitspipe", "events", redis.url("sun")]);
  assertEquals((await finished(events)).code, 1);
});

Deno.test("the station announces its frames too", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await temporaryFolder();
  const url = redis.url("sun");
  const ports = ["port", "fitspipe-port", "rpc-port", "ws-port"].flatMap((
    name,
  ) => [`--${name}`, "0"]);
  const words = ["start", folder.path, "--out", `${folder.path}/out`, ...ports, "--json"];
  await using station = startDeno([...PROGRAM, ...words, "--events", url]);
  await until(async () => Number(await redis.ask("XLEN", "hg:{sun}:frames")) >= 2, "frames");
  const [first] = await redis.ask("XRANGE", "hg:{sun}:frames", "-", "+", "COUNT", 1) as unknown[][];
  const fields = first![1] as string[];
  const fetch = fields[fields.indexOf("fetch") + 1]!;
  assertMatch(fetch, /^fitspipe:\/\/127\.0\.0\.1:\d+\/[\w-]+\/\d+$/);
  assertEquals((await station.stop("SIGINT")).code, 130);
});

Deno.test("fitspipe get follows announcements to wherever the frames are", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await temporaryFolder();
  const url = redis.url("sun");
  const one = await serve(url, ["--depth", "2"]);
  await using _one = one.server;
  const two = await serve(url);
  await using _two = two.server;
  await put(one.port, "a", [1, 2, 3]);
  await put(two.port, "b", [9]);
  await put(two.port, "a", [4]);
  await until(async () => await redis.ask("XLEN", "hg:{sun}:frames") === 5, "all are announced");
  const { code, stdout, stderr } = await runDeno([
    ...[...PROGRAM, "fitspipe", "get", url, "--feed", "a", "--from", "oldest", "--nframe", "3"],
    ...["--out", `${folder.path}/x`, "--json"],
  ]);
  assertEquals(code, 0, stderr);
  const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.map(({ event, frame, first }) => [event, frame ?? first]), [
    ...[["gap", 1], ["frame", 2], ["frame", 3], ["frame", 1], ["summary", undefined]],
  ]);
  for (const [i, value] of [2, 3, 4].entries()) {
    await using file = await openFits(`${folder.path}/x0000${i + 1}.fits`);
    assertEquals((await file.image()).pixels[0], value);
  }
});

Deno.test("frames whose server has ended are said to be gone, and others follow", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await temporaryFolder();
  const url = redis.url("sun");
  const one = await serve(url);
  await put(one.port, "a", [1]);
  await until(async () => await redis.ask("XLEN", "hg:{sun}:frames") === 1, "it is announced");
  await one.server.stop("SIGINT");
  const two = await serve(url);
  await using _two = two.server;
  await put(two.port, "a", [2]);
  await until(async () => await redis.ask("XLEN", "hg:{sun}:frames") === 2, "all are announced");
  const words = [...PROGRAM, "fitspipe", "events", url, "--from", "oldest", "--count", "2"];
  for (const more of [[], ["--group", "g"]]) {
    const { code, stdout, stderr } = await runDeno([...words, "--fetch", folder.path, ...more]);
    assertEquals(code, 0, stderr);
    const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(lines.map(({ gone }) => gone), [true, undefined]);
    await using file = await openFits(lines[1].output);
    assertEquals([...(await file.image()).pixels as Uint16Array], Array(8).fill(2));
  }
});

Deno.test("a group goes on behind a server that has lost its stream", async () => {
  await using redis = await startRedis(MEMORY);
  const url = redis.url("sun");
  const { server, port } = await serve(url);
  await using _ = server;
  const words = [...PROGRAM, "fitspipe", "events", url, "--group", "g", "--count", "2"];
  await using events = startDeno(words);
  const groups = async () => await redis.ask("EXISTS", "hg:{sun}:frames") === 1;
  await until(groups, "the group is there");
  await put(port, "a", [1]);
  assertEquals(JSON.parse(await events.line() ?? "{}").frame, 1);
  await redis.ask("FLUSHALL");
  await put(port, "a", [2]);
  assertEquals(JSON.parse(await events.line() ?? "{}").frame, 2);
  assertEquals((await finished(events)).code, 0);
});

Deno.test("frames wait for a server without memory, and are announced after", async () => {
  await using redis = await startRedis(MEMORY);
  const { server, port } = await serve(redis.url("sun"));
  await using _ = server;
  await redis.ask("CONFIG", "SET", "maxmemory", 1);
  await put(port, "a", [1, 2]);
  const refused = async () => /errorstat_OOM/.test(String(await redis.ask("INFO", "errorstats")));
  await until(refused, "the server has refused");
  await redis.ask("CONFIG", "SET", "maxmemory", 0);
  await until(async () => await redis.ask("XLEN", "hg:{sun}:frames") === 2, "all are announced");
  const { stderr } = await server.stop("SIGINT");
  assertStringIncludes(stderr, "the events' server has no memory: frames wait for it");
});
