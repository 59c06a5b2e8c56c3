/** Maps over a queue of redis-server: each result once, whatever is killed; and every bad day. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { encodeFits } from "../../fits/write/write.ts";
import { HASHES } from "../../http/s3/hashes.ts";
import { signByQuery, UNSIGNED_PAYLOAD } from "../../http/s3/signature.ts";
import { serveObjects, STORE_KEY } from "../support/http/object_store.ts";
import { processWords } from "../support/process_state.ts";
import { ROOT, runDeno, startDeno } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { python } from "./python.ts";
import {
  checkLines,
  finished,
  killing,
  killNow,
  linesOf,
  mapWords,
  pixels,
  PROGRAM,
  startWorker,
  written,
} from "./queued_map.ts";
import { ALWAYS, AUTHORITY, EVERY_SECOND, MEMORY, startRedis } from "./redis.ts";

for (
  const [name, options] of [["always", ALWAYS], ["everysec", EVERY_SECOND], [
    "no persistence",
    MEMORY,
  ]] as const
) {
  Deno.test(`a map has each result once, whatever is killed (${name})`, async () => {
    await using redis = await startRedis(options);
    const killed = await killing(redis, 2_000, 20_261, 8);
    // How far it gets between two kills differs; that most of them hit a map that runs does not.
    assert(killed.worker + killed.server + killed.map >= 3, JSON.stringify(killed));
  });
}

Deno.test("a worker that was stopped for longer than its lease adds nothing late", async () => {
  await using redis = await startRedis(EVERY_SECOND);
  await using folder = await pixels(600);
  const { path } = folder;
  const url = redis.url("sun");
  await using stopped = startWorker(path, url, "--batch", "50");
  await stopped.line();
  await using map = startDeno(mapWords(path, url));
  await until(() => written(path) > 1_000, "results are written");
  stopped.process.kill("SIGSTOP");
  {
    await using other = startWorker(path, url);
    assertEquals((await finished(map)).code, 0);
    stopped.process.kill("SIGCONT");
    await other.stop("SIGTERM");
  }
  await checkLines(path, 600);
  // Its late lines are of a map that is gone: nothing is left of them.
  assertEquals((await stopped.stop("SIGTERM")).code, 143);
  const keys = await redis.ask("KEYS", "*") as string[];
  assertEquals(keys.toSorted(), ["hg:{sun}:jobs"]);
});

Deno.test("a job that kills its worker is given up after three alone, and holds up no other", async () => {
  await using redis = await startRedis(EVERY_SECOND);
  await using folder = await pixels(120);
  const { path } = folder;
  await using map = startDeno(mapWords(path, redis.url("sun")));
  const words = ["run", "-A", "--no-check", "--quiet", `${ROOT}tests/interop/poisoned_worker.ts`];
  let deaths = 0;
  for (let over = false; !over;) {
    const worker = new Deno.Command(Deno.execPath(), {
      args: [...words, redis.url("sun"), path],
      stdout: "null",
    }).spawn();
    over = await Promise.race([
      worker.status.then(() => false),
      map.process.status.then(() => true),
    ]);
    if (!over) deaths++;
    else {
      try {
        worker.kill("SIGKILL");
      } catch (error) {
        // It has died of the last job.
        if (!(error instanceof TypeError)) throw error;
      }
    }
    await worker.status;
    // The jobs that are not the fault's own are not held up by as many deaths as this.
    assert(deaths < 20, "the worker dies again and again");
  }
  assertEquals((await finished(map)).code, 1);
  const lines = await linesOf(path);
  const lost = lines.filter(({ failed }) => failed === "lost");
  assertEquals(lost.map(({ job, tries }) => [job, tries]).toSorted(), [[40, 3], [80, 3]]);
  assertEquals(lost[0]!.error, "3 workers have died of the job, which was their only one");
  assertEquals(lines.filter(({ data }) => typeof data === "number").length, 118);
  assert(deaths >= 6, `${deaths}`);
});

Deno.test("several maps share a queue, and a server that loses all is told again", async () => {
  await using redis = await startRedis(MEMORY);
  const url = redis.url("sun");
  await using one = await pixels(1_500);
  await using two = await pixels(700);
  await using worker = startDeno([
    ...[...PROGRAM, "rpc", "work", "--queue", url, "--root", "/", "-j", "1", "--lease", "2"],
  ]);
  assertMatch(await worker.line() ?? "", /^working on redis:\/\/127\.0\.0\.1:\d+\/sun as /);
  const absolute = async (folder: string) => {
    const list = await Deno.readTextFile(`${folder}/list`);
    await Deno.writeTextFile(`${folder}/list`, list.replaceAll("a.fits", `${folder}/a.fits`));
  };
  await absolute(one.path);
  await absolute(two.path);
  const maps = [one, two].map(({ path }) => runDeno(mapWords(path, url, "--window", "100")));
  await until(() => written(one.path) > 20_000, "results are written");
  assertEquals(await redis.ask("FLUSHALL"), "OK");
  for (const { code, stderr } of await Promise.all(maps)) assertEquals(code, 0, stderr);
  await checkLines(one.path, 1_500);
  await checkLines(two.path, 700);
});

Deno.test("every client can read the queue: redis-cli and python3-redis", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await pixels(50);
  const { path } = folder;
  await using map = startDeno(mapWords(path, redis.url("sun"), "--header", "NONE"));
  await until(async () => await redis.ask("XLEN", "hg:{sun}:jobs") === 50, "all is enqueued");
  const cli = async (...words: string[]) => {
    const command = new Deno.Command("redis-cli", { args: ["-p", `${redis.port}`, ...words] });
    return new TextDecoder().decode((await command.output()).stdout).trimEnd().split("\n");
  };
  assertEquals(await cli("XLEN", "hg:{sun}:jobs"), ["50"]);
  const [id] = await cli("ZRANGE", "hg:{sun}:maps", "0", "-1");
  const first = await cli("XRANGE", "hg:{sun}:jobs", "-", "+", "COUNT", "1");
  assertEquals(first.slice(1), ["v", "1", "m", id, "i", "1", "u", "a.fits[1:1,1:1]"]);
  // A worker that nobody here wrote: 20 lines of Python.
  const script = `
import json, sys, redis
r = redis.Redis(port=int(sys.argv[1]), decode_responses=True)
q = "hg:{sun}:"
print(r.xinfo_groups(q + "jobs")[0]["name"], r.xpending(q + "jobs", "work")["pending"])
map_id = r.zrange(q + "maps", 0, -1)[0]
work = r.hgetall(q + "map:" + map_id)
assert work["v"] == "1" and work["state"] == "open" and work["sent"] == "50", work
assert json.loads(work["options"])["header"] == ["NONE"], work
for _, entries in r.xreadgroup("work", "python", {q + "jobs": ">"}, count=50):
    for entry, job in entries:
        number = int(job["i"])
        assert job["m"] == map_id
        line = {"job": number, "input": job["u"], "type": "LONG", "shape": [], "data": number - 1}
        if not r.setbit(q + "done:" + map_id, number, 1):
            r.xadd(q + "results:" + map_id, {"i": number, "r": json.dumps(line)})
        r.xack(q + "jobs", "work", entry)
        r.xdel(q + "jobs", entry)
`;
  assertEquals((await python(script, "", [`${redis.port}`])).trim(), "work 0");
  assertEquals((await finished(map)).code, 0);
  await checkLines(path, 50);
});

/** A map that is refused: its status and what it says. */
async function refused(
  folder: string,
  url: string,
  env: Record<string, string> = {},
): Promise<[code: number, text: string]> {
  const { code, stderr, stdout } = await runDeno(
    mapWords(folder, url, "--patience", "1"),
    { env },
  );
  assertEquals(stdout, "");
  return [code, stderr.trimEnd()];
}

Deno.test("a queue that cannot be used is refused at once, in words", async (t) => {
  await using folder = await pixels(3);
  const { path } = folder;
  const start = "heliograph rpc map: Cannot";
  await t.step("nothing listens", async () => {
    const redis = await startRedis();
    await redis[Symbol.asyncDispose]();
    const url = redis.url("sun");
    assertEquals(await refused(path, url), [
      ...[
        1,
        `${start} reach the queue ${url}: the connection was refused; is a server running there?`,
      ] as const,
    ]);
  });
  await t.step("passwords: none, a wrong one, the right one by file or environment", async () => {
    const password = "correct-horse-battery";
    await using redis = await startRedis([...MEMORY, "--requirepass", password], password);
    const url = redis.url("sun");
    const [code, none] = await refused(path, url);
    assertEquals(code, 1);
    assertStringIncludes(none, `${start} use the queue ${url}: `);
    assertStringIncludes(none, "is refused: NOAUTH Authentication required.");
    const env = { HELIOGRAPH_REDIS_PASSWORD: "wrong-horse" };
    const [, wrong] = await refused(path, url, env);
    assertStringIncludes(wrong, "AUTH is refused: WRONGPASS");
    assertEquals(wrong.includes("horse"), false, wrong);
    await Deno.writeTextFile(`${path}/password`, `${password}\n`);
    const right = [
      [["--queue-password-file", `${path}/password`], {}, url],
      [[], { HELIOGRAPH_REDIS_PASSWORD: password }, url],
      [[], {}, url.replace("//", `//default:${password}@`)],
    ] as const;
    for (const [words, env, address] of right) {
      const { code, stdout, stderr } = await runDeno(
        [...PROGRAM, "rpc", "queue", address, ...words],
        { env },
      );
      assertEquals([code, stdout], [0, "0 jobs wait, 0 run\n"], stderr);
      assertEquals(stderr.includes(password), false);
    }
  });
  await t.step("a user with the rights of the help, and one without", async () => {
    await using redis = await startRedis();
    const rights =
      "+@stream +@scripting +@bitmap +@hash +@sortedset +@connection +expire +unlink +info";
    const user = (name: string, keys: string, commands: string) =>
      redis.ask("ACL", "SETUSER", name, "on", ">pw", keys, ...commands.split(" "));
    assertEquals(await user("map", "~hg:{sun}:*", rights), "OK");
    assertEquals(await user("poor", "~hg:{sun}:*", "+info +@connection"), "OK");
    const env = (name: string) => ({
      ...{ HELIOGRAPH_REDIS_USER: name, HELIOGRAPH_REDIS_PASSWORD: "pw" },
    });
    const [code, poor] = await refused(path, redis.url("sun"), env("poor"));
    assertEquals(code, 1);
    assertMatch(poor, /XGROUP is refused: NOPERM /);
    assertMatch((await refused(path, redis.url("moon"), env("map")))[1], /is refused: NOPERM /);
    await using map = startDeno(mapWords(path, redis.url("sun")), { env: env("map") });
    await until(async () => await redis.ask("XLEN", "hg:{sun}:jobs") === 3, "all is enqueued");
    const worker = await runDeno(
      [...PROGRAM, "rpc", "work", "--queue", redis.url("sun"), "--root", path, "--once"],
      { env: env("map") },
    );
    assertEquals([worker.code, (await finished(map)).code], [0, 0], worker.stderr);
    await checkLines(path, 3);
    for (const name of ["r.jsonl", "r.jsonl.map", "r.jsonl.inputs"]) {
      await Deno.remove(`${path}/${name}`);
    }
  });
  await t.step("keys of another type, a server that forgets", async () => {
    await using redis = await startRedis();
    const url = redis.url("sun");
    await redis.ask("SET", "hg:{sun}:jobs", "x");
    assertEquals(
      (await refused(path, url))[1],
      `${start} use the queue ${url}: hg:{sun}:jobs is a string, expected a stream`,
    );
    await redis.ask("DEL", "hg:{sun}:jobs");
    await redis.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    assertStringIncludes(
      (await refused(path, url))[1],
      "maxmemory-policy is allkeys-lru, expected noeviction; --any-policy takes the risk",
    );
  });
  await t.step("what is no URL of a queue, and inputs with a password", async () => {
    assertStringIncludes((await refused(path, "http://u:secret@h/q"))[1], "expected redis://HOST");
    await using redis = await startRedis();
    await Deno.writeTextFile(`${path}/list`, "https://u:secret@h/a.fits\n");
    const [code, text] = await refused(path, redis.url("sun"));
    assertEquals(code, 2);
    assertStringIncludes(text, "'https://h/a.fits' comes with a user or a password");
    assertEquals(text.includes("secret"), false);
  });
});

Deno.test("entries and lines that are none are told of, and harm no other", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await pixels(5);
  const { path } = folder;
  const url = redis.url("sun");
  await using map = startDeno(mapWords(path, url));
  await until(async () => await redis.ask("XLEN", "hg:{sun}:jobs") === 5, "all is enqueued");
  const [id] = await redis.ask("ZRANGE", "hg:{sun}:maps", 0, -1) as string[];
  const jobs = "hg:{sun}:jobs";
  await redis.ask("XADD", jobs, "*", "hello", "world");
  await redis.ask("XADD", jobs, "*", "v", "2", "m", id!, "i", "2", "u", "x");
  await redis.ask("XADD", jobs, "*", "v", "1", "m", id!, "i", "x", "u", "x");
  await redis.ask("XADD", jobs, "*", "v", "1", "m", "../../../etc/pass", "i", "1", "u", "x");
  await redis.ask("XADD", `hg:{sun}:results:${id}`, "*", "i", "4", "r", "\x1b[2J");
  await redis.ask("XADD", `hg:{sun}:results:${id}`, "*", "i", "99", "r", "{}");
  await redis.ask("SETBIT", `hg:{sun}:done:${id}`, 4, 1);
  const worker = await runDeno([
    ...[...PROGRAM, "rpc", "work", "--queue", url, "--root", path, "--once", "--json"],
  ]);
  assertEquals(worker.code, 0, worker.stderr);
  assertEquals((await finished(map)).code, 1);
  const lines = (await linesOf(path)).sort((one, other) => Number(one.job) - Number(other.job));
  assertEquals(lines.map(({ job }) => job), [1, 2, 3, 4, 5]);
  assertEquals(
    lines.filter(({ failed }) => failed === undefined).map(({ data }) => data).slice(0, 1),
    [0],
  );
  assertEquals(lines[3]!.error, "A worker has sent what is no JSON");
  assertEquals(await redis.ask("XLEN", jobs), 0);
});

Deno.test("a worker opens and writes nothing but what it was told to", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await temporaryFolder();
  const { path } = folder;
  await Deno.mkdir(`${path}/root`);
  const fits = await encodeFits([{ pixels: Int16Array.of(7), shape: [1, 1] }]);
  await Deno.writeFile(`${path}/root/a.fits`, fits);
  await Deno.writeFile(`${path}/secret.fits`, fits);
  await Deno.symlink(`${path}/secret.fits`, `${path}/root/link.fits`);
  await Deno.symlink(path, `${path}/root/up`);
  const inputs = [
    ...["a.fits", "../secret.fits", "link.fits", `${path}/secret.fits`, "up/secret.fits"],
    ...[`${path}/root/a.fits`, `file://${path}/secret.fits`, "none.fits"],
  ];
  await Deno.writeTextFile(`${path}/list`, inputs.join("\n"));
  const url = redis.url("sun");
  const work = (...words: string[]) =>
    runDeno([...PROGRAM, "rpc", "work", "--queue", url, "--once", "-j", "1", ...words]);
  const map = async (...words: string[]) => {
    const running = startDeno([...mapWords(path, url, "--clobber"), ...words.slice(0, 2)]);
    await until(async () => await redis.ask("XLEN", "hg:{sun}:jobs") === inputs.length, "enqueued");
    const worker = await work(...words.slice(2));
    assertEquals(worker.code, 0, worker.stderr);
    await finished(running);
    return (await linesOf(path)).sort((one, other) => Number(one.job) - Number(other.job));
  };
  const bare = await map("--tries", "3");
  assertEquals(bare.map(({ failed }) => failed), inputs.map(() => "read"));
  assertEquals(
    bare[0]!.error,
    "Cannot open 'a.fits': this worker reads no files; --root DIR lets it",
  );
  const rooted = await map("--tries", "3", "--root", `${path}/root`);
  assertEquals(rooted.map(({ data, failed }) => data ?? failed), [
    ...[7, "read", "read", "read", "read", 7, "read", "read"],
  ]);
  const save = ["--root", `${path}/root`, "--save-root", `${path}/saved`];
  for (const place of ["../out", "/tmp", "a/../../b"]) {
    const lines = await map("--save", place, ...save);
    assertEquals(lines[0]!.failed, "save", place);
    assertStringIncludes(String(lines[0]!.error), `Cannot write to '${place}': `);
  }
  const [saved] = await map("--save", "night", ...save);
  assertEquals([saved!.path, saved!.bytes], [`${path}/saved/night/000001-a.npy`, 130]);
});

Deno.test("a map waits for a server that is away, and says when it goes and comes", async () => {
  await using redis = await startRedis(ALWAYS);
  await using folder = await pixels(2_000);
  const { path } = folder;
  const url = redis.url("sun");
  await using worker = startWorker(path, url);
  await worker.line();
  await using map = startDeno(mapWords(path, url, "--window", "100"));
  await until(() => written(path) > 10_000, "results are written");
  await redis.kill();
  const before = written(path);
  await redis.start();
  assertEquals((await finished(map)).code, 0);
  assert(before < written(path));
  await checkLines(path, 2_000);
  const said = (await worker.stop("SIGTERM")).stderr + (await map.stop("SIGKILL")).stderr;
  assertStringIncludes(said, `the queue ${url} is away (`);
  assertStringIncludes(said, `the queue ${url} is back`);
});

Deno.test("a worker that is told to end gives back what it has not begun", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await pixels(40);
  const { path } = folder;
  const url = redis.url("sun");
  const expression = "total(fft(dcomplexarr(600, 600))) * 0 + data[0]";
  await using map = startDeno(
    mapWords(path, url).map((word) => word === "data[0]" ? expression : word),
  );
  await using worker = startDeno([
    ...[...PROGRAM, "rpc", "work", "--queue", url, "--root", path, "-j", "1", "--batch", "40"],
    ...["--lease", "3600"],
  ]);
  await until(() => written(path) > 0, "a result is written");
  assertEquals((await worker.stop("SIGTERM")).code, 143);
  const pending = await redis.ask("XPENDING", "hg:{sun}:jobs", "work", "-", "+", 100);
  const deliveries = (pending as unknown[][]).map((entry) => entry[3]);
  assertEquals(deliveries, deliveries.map(() => 0), "no one has died of what was given back");
  // With a lease of an hour, others have the rest at once all the same.
  await using other = startDeno([
    ...[...PROGRAM, "rpc", "work", "--queue", url, "--root", path, "--lease", "3600"],
  ]);
  assertMatch(await other.line() ?? "", /^working on /);
  assertEquals((await finished(map)).code, 0);
  assertEquals((await linesOf(path)).length, 40);
});

Deno.test("enqueueing waits while the server's memory is full, and what is done is told", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await pixels(3_000);
  const { path } = folder;
  // A kilobyte of name for each job.
  const list = await Deno.readTextFile(`${path}/list`);
  await Deno.writeTextFile(`${path}/list`, list.replaceAll("a.fits", "./".repeat(500) + "a.fits"));
  const url = redis.url("sun");
  const info = String(await redis.ask("INFO", "memory"));
  const used = Number(/used_memory:(\d+)/.exec(info)![1]);
  await redis.ask("CONFIG", "SET", "maxmemory", used + 2_000_000);
  await using map = startDeno(mapWords(path, url));
  await until(
    async () => await redis.ask("SET", "x", "y".repeat(64_000)) !== "OK",
    "the server's memory is full",
  );
  await using worker = startWorker(path, url);
  await until(() => written(path) > 0, "results are written");
  const { code, stderr } = await finished(map);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "the queue's server has no memory: enqueueing waits");
  await checkLines(path, 3_000);
  assertEquals((await worker.stop("SIGTERM")).code, 143);
});

Deno.test("a worker tells Prometheus what it has done", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await pixels(5);
  const { path } = folder;
  const list = await Deno.readTextFile(`${path}/list`);
  await Deno.writeTextFile(`${path}/list`, `${list}none.fits\n`);
  const url = redis.url("sun");
  await using worker = startWorker(path, url, "--metrics", "0", "--json");
  const first = JSON.parse(await worker.line() ?? "{}");
  const second = JSON.parse(await worker.line() ?? "{}");
  assertEquals([first.event, second.service], ["working", "metrics"]);
  const { code } = await runDeno(mapWords(path, url));
  assertEquals(code, 1);
  const answer = await fetch(second.url);
  assertEquals(answer.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const text = await answer.text();
  assertMatch(text, /^heliograph_jobs_total\{result="done"\} 5$/m);
  assertMatch(text, /^heliograph_jobs_total\{result="read"\} 1$/m);
  assertMatch(text, /^heliograph_job_seconds_count 6$/m);
  const none = await fetch(new URL("/", second.url));
  assertEquals([none.status, await none.text() !== ""], [404, true]);
});

Deno.test("a line for a job that is not enqueued yet ends no map before the others", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await pixels(5);
  const { path } = folder;
  const url = redis.url("sun");
  await using map = startDeno(mapWords(path, url, "--window", "2"));
  await until(async () => await redis.ask("XLEN", "hg:{sun}:jobs") === 2, "two are enqueued");
  const [id] = await redis.ask("ZRANGE", "hg:{sun}:maps", 0, -1) as string[];
  // As of a server that has the jobs of its last second, and not how far they were sent.
  for (const job of [4, 5]) {
    const line = { job, input: "a.fits", type: "LONG", shape: [], data: job - 1 };
    const words = ["i", job, "r", JSON.stringify(line)];
    await redis.ask("XADD", `hg:{sun}:results:${id}`, "*", ...words);
  }
  await until(() => written(path) > 0, "they are written");
  await using worker = startWorker(path, url);
  assertMatch(await worker.line() ?? "", /^working on /);
  assertEquals((await finished(map)).code, 0);
  await checkLines(path, 5);
});

Deno.test("jobs of a worker that was deleted from the group are delivered again", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await pixels(4);
  const { path } = folder;
  const url = redis.url("sun");
  await using map = startDeno(mapWords(path, url));
  const jobs = "hg:{sun}:jobs";
  await until(async () => await redis.ask("XLEN", jobs) === 4, "all is enqueued");
  await redis.ask("XREADGROUP", "GROUP", "work", "ghost", "COUNT", 3, "STREAMS", jobs, ">");
  assertEquals(await redis.ask("XGROUP", "DELCONSUMER", jobs, "work", "ghost"), 3);
  await using worker = startWorker(path, url);
  assertMatch(await worker.line() ?? "", /^working on /);
  assertEquals((await finished(map)).code, 0);
  await checkLines(path, 4);
  assertEquals(await redis.ask("XLEN", jobs), 0);
});

Deno.test("a worker that waits lives on when all of the queue is deleted", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await pixels(20);
  const { path } = folder;
  const url = redis.url("sun");
  await using worker = startWorker(path, url);
  assertMatch(await worker.line() ?? "", /^working on /);
  const blocked = async () =>
    Number(/blocked_clients:(\d+)/.exec(String(await redis.ask("INFO", "clients")))?.[1]) > 0;
  for (const words of [["FLUSHALL"], ["DEL", "hg:{sun}:jobs"], ["SCRIPT", "FLUSH"]]) {
    await until(blocked, "the worker waits");
    await redis.ask(...words);
  }
  const { code, stderr } = await runDeno(mapWords(path, url));
  assertEquals(code, 0, stderr);
  await checkLines(path, 20);
  const end = await worker.stop("SIGTERM");
  assertEquals(end.code, 143, end.stderr);
});

Deno.test("a map that is dropped is done no further", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await pixels(3_000);
  const { path } = folder;
  const url = redis.url("sun");
  const expression = "total(fft(dcomplexarr(600, 600))) * 0 + data[0]";
  await using map = startDeno(
    mapWords(path, url).map((word) => word === "data[0]" ? expression : word),
  );
  await until(async () => await redis.ask("XLEN", "hg:{sun}:jobs") === 3_000, "all is enqueued");
  await using worker = startWorker(path, url, "--json");
  await until(() => written(path) > 0, "a result is written");
  await killNow(map);
  const [id] = await redis.ask("ZRANGE", "hg:{sun}:maps", 0, -1) as string[];
  const dropped = await runDeno([...PROGRAM, "rpc", "queue", url, "--drop", id!]);
  assertEquals([dropped.code, dropped.stderr], [0, `dropped ${id}\n`]);
  await until(async () => await redis.ask("XLEN", "hg:{sun}:jobs") === 0, "none of it is left");
  const { stdout } = await worker.stop("SIGTERM");
  const done = stdout.trimEnd().split("\n").filter((line) => JSON.parse(line).event === "job");
  assert(done.length < 3_000, `${done.length} jobs were done`);
});

Deno.test("a map that begins while the server's memory is full waits for it", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await pixels(5);
  const { path } = folder;
  const url = redis.url("sun");
  await redis.ask("CONFIG", "SET", "maxmemory", 1);
  await using map = startDeno(mapWords(path, url, "--json"));
  const used = async () => String(await redis.ask("INFO", "commandstats"));
  await until(async () => /cmdstat_hsetnx/.test(await used()), "the map has asked");
  await redis.ask("CONFIG", "SET", "maxmemory", 0);
  await using worker = startWorker(path, url);
  assertMatch(await worker.line() ?? "", /^working on /);
  const { code, stderr } = await finished(map);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "the queue's server has no memory: enqueueing waits for it");
  await checkLines(path, 5);
});

Deno.test("a queue behind TLS: its certificate, its users, and no secret in any output", async (t) => {
  const password = "pass/word+of%the=queue";
  await using redis = await startRedis([...MEMORY, "--requirepass", "admin"], "admin", true);
  await using folder = await pixels(20);
  const { path } = folder;
  const url = redis.url("sun");
  const rights =
    "+@stream +@scripting +@bitmap +@hash +@sortedset +@connection +expire +unlink +info";
  const words = ["on", `>${password}`, "~hg:{sun}:*", ...rights.split(" ")];
  assertEquals(await redis.ask("ACL", "SETUSER", "observer", ...words), "OK");
  const env = { HELIOGRAPH_REDIS_USER: "observer", HELIOGRAPH_REDIS_PASSWORD: password };
  const queue = (address: string, more: string[], own: Record<string, string> = env) =>
    runDeno([...PROGRAM, "rpc", "queue", address, "--patience", "1", ...more], { env: own });

  await t.step("an authority that nobody named is not trusted", async () => {
    const { code, stderr } = await queue(url, []);
    assertEquals(code, 1);
    assertStringIncludes(stderr, `Cannot reach the queue ${url}: `);
    assertMatch(stderr, /certificate|UnknownIssuer/);
    // The certificate itself has signed none.
    const other = await queue(url, ["--ca", AUTHORITY.replace("authority", "localhost")]);
    assertEquals(other.code, 1);
    assertMatch(other.stderr, /certificate|UnknownIssuer/);
    for (const { stderr } of [await queue(url, []), other]) {
      assertEquals(stderr.includes(password), false);
    }
  });

  await t.step("--ca is for rediss: alone, and plain text is no TLS", async () => {
    const plain = url.replace("rediss:", "redis:");
    assertEquals((await queue(plain, ["--ca", AUTHORITY])).code, 2);
    assertEquals((await queue(plain, [])).code, 1);
  });

  await t.step("a wrong password is refused once, and shown nowhere", async () => {
    const wrong = { ...env, HELIOGRAPH_REDIS_PASSWORD: "another-word" };
    const { code, stderr } = await queue(url, ["--ca", AUTHORITY], wrong);
    assertEquals(code, 1);
    assertStringIncludes(stderr, "AUTH is refused: WRONGPASS ");
    assertEquals(stderr.includes("another-word"), false);
  });

  await t.step("a map and a worker of that user", async () => {
    const more = ["--ca", AUTHORITY];
    await using worker = startDeno(
      [
        ...[...PROGRAM, "rpc", "work", "--queue", url, "--root", path, "-j", "1", "--json"],
        ...["--lease", "2", ...more],
      ],
      { env },
    );
    await worker.line();
    await using map = startDeno(mapWords(path, url, ...more, "--json"), { env });
    for (const { process } of [worker, map]) {
      const seen = processWords(process.pid);
      assert(seen.includes("--queue"), seen.join(" "));
      assertEquals(seen.some((word) => word.includes(password)), false);
    }
    const end = await finished(map);
    assertEquals(end.code, 0, end.stderr);
    await checkLines(path, 20);
    const state = await queue(url, [...more, "--json"]);
    assertEquals(state.code, 0, state.stderr);
    const stopped = await worker.stop("SIGTERM");
    assertEquals(stopped.code, 143, stopped.stderr);
    const files = await Promise.all(
      ["", ".map", ".inputs"].map((name) => Deno.readTextFile(`${path}/r.jsonl${name}`)),
    );
    const all = [end, state, stopped].flatMap(({ stdout, stderr }) => [stdout, stderr]);
    for (const text of [...all, ...files]) {
      for (const secret of [password, encodeURIComponent(password)]) {
        assertEquals(text.includes(secret), false, text);
      }
    }
  });

  await t.step("a password in the URL is warned of, and shown no more", async () => {
    const address = url.replace("//", `//observer:${encodeURIComponent(password)}@`);
    const { code, stdout, stderr } = await queue(address, ["--ca", AUTHORITY, "--json"], {});
    assertEquals(code, 0, stderr);
    assertStringIncludes(stderr, "warning: ");
    for (const secret of [password, encodeURIComponent(password)]) {
      assertEquals((stdout + stderr).includes(secret), false);
    }
  });
});

Deno.test("no key, no signature and no presigned query is in what a map over a queue says", async () => {
  await using redis = await startRedis(MEMORY);
  await using store = await serveObjects();
  await using folder = await temporaryFolder();
  const { path } = folder;
  const image = await encodeFits([{ pixels: Int16Array.of(7), shape: [1, 1] }]);
  store.put("sun/a.fits", image);
  const signed = (key: string) => {
    const url = new URL(`/sun/${key}`, store.endpoint);
    const target = signByQuery(
      {
        ...{ method: "GET", target: url.pathname, fields: [["Host", url.host]] as const },
        payload: UNSIGNED_PAYLOAD,
      },
      {
        ...{ credentials: STORE_KEY, region: "us-east-1", service: "s3" },
        ...{ time: new Date(), hashes: HASHES },
      },
      600,
    );
    return new URL(target, store.endpoint).href;
  };
  const inputs = ["s3://sun/a.fits", "s3://sun/none.fits", signed("a.fits"), signed("no.fits")];
  await Deno.writeTextFile(`${path}/list`, inputs.join("\n"));
  const env = {
    ...{ AWS_ACCESS_KEY_ID: STORE_KEY.accessKeyId, AWS_REGION: "us-east-1" },
    ...{ AWS_SECRET_ACCESS_KEY: STORE_KEY.secretAccessKey, AWS_ENDPOINT_URL: store.endpoint },
    AWS_SESSION_TOKEN: "session-token-of-the-store",
  };
  const url = redis.url("sun");
  await using worker = startDeno(
    [...PROGRAM, "rpc", "work", "--queue", url, "-j", "1", "--json", "--save-root", path],
    { env },
  );
  await worker.line();
  const map = await runDeno(mapWords(path, url, "--save", "s3://sun/out", "--json"), { env });
  const state = await runDeno([...PROGRAM, "rpc", "queue", url, "--json"]);
  const stopped = await worker.stop("SIGTERM");
  const lines = (await linesOf(path)).sort((one, other) => Number(one.job) - Number(other.job));
  assertEquals(lines.map(({ path, failed }) => path ?? failed), [
    ...["s3://sun/out/000001-a.npy", "read", "read", "read"],
  ]);
  assertEquals(lines[2]!.input, `${store.endpoint}/sun/a.fits?...`);
  const outputs = [map, state, stopped].flatMap(({ stdout, stderr }) => [stdout, stderr]);
  const files = await Promise.all(
    ["", ".map"].map((name) => Deno.readTextFile(`${path}/r.jsonl${name}`)),
  );
  for (const text of [...outputs, ...files]) {
    assertEquals(/X-Amz-|Signature|Credential/.test(text), false, text);
    for (const secret of [STORE_KEY.secretAccessKey, env.AWS_SESSION_TOKEN]) {
      assertEquals(text.includes(secret), false, text);
    }
  }
  // The list has the URLs as they are: it is read by its owner alone.
  assertEquals((await Deno.stat(`${path}/r.jsonl.inputs`)).mode! & 0o077, 0);
});

Deno.test("the group forgets workers that have ended, and those that have died", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await pixels(6);
  const { path } = folder;
  const url = redis.url("sun");
  await using map = startDeno(mapWords(path, url));
  const jobs = "hg:{sun}:jobs";
  await until(async () => await redis.ask("XLEN", jobs) === 6, "all is enqueued");
  // One that has died with two jobs.
  await redis.ask("XREADGROUP", "GROUP", "work", "ghost", "COUNT", 2, "STREAMS", jobs, ">");
  await redis.ask("ZADD", "hg:{sun}:workers", Date.now(), "ghost");
  await using worker = startWorker(path, url);
  assertEquals((await finished(map)).code, 0);
  await checkLines(path, 6);
  const members = async () => {
    const consumers = await redis.ask("XINFO", "CONSUMERS", jobs, "work") as unknown[][];
    const workers = await redis.ask("ZRANGE", "hg:{sun}:workers", 0, -1) as string[];
    return [consumers.map((words) => words[1]), workers];
  };
  const [line] = (await linesOf(path)).slice(-1);
  await until(async () => (await members())[1]!.length === 1, "the dead one is forgotten");
  assertEquals(await members(), [[line!.worker], [line!.worker]]);
  assertEquals((await worker.stop("SIGTERM")).code, 143);
  assertEquals(await members(), [[], []]);
});

Deno.test("a worker whose queue was taken away ends as it is told", async () => {
  await using redis = await startRedis(MEMORY);
  await using worker = startWorker(".", redis.url("sun"), "--batch", "1");
  assertMatch(await worker.line() ?? "", /^working on /);
  await redis.ask("FLUSHALL");
  const { code, stderr } = await worker.stop("SIGTERM");
  assertEquals([code, stderr], [143, ""]);
});
