/** Maps over a queue of redis-server: each result once, whatever is killed; and every bad day. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { encodeFits } from "../../fits/write/write.ts";
import { SeededRandom } from "../support/random.ts";
import { type Finished, ROOT, runDeno, type Running, startDeno } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { python } from "./python.ts";
import { ALWAYS, EVERY_SECOND, MEMORY, type RedisServer, startRedis } from "./redis.ts";

/** Pixels of a side of the image, each of which is the value of a job. */
const SIDE = 64;

const PROGRAM = ["run", "-A", "--no-check", "--quiet", `${ROOT}cli.ts`];

/** A folder with an image whose pixels are 0, 1, 2 ..., and a list of sections of one pixel. */
async function pixels(count: number) {
  const folder = await temporaryFolder();
  const image = {
    pixels: Int32Array.from({ length: SIDE * SIDE }, (_, i) => i),
    shape: [SIDE, SIDE],
  };
  await Deno.writeFile(`${folder.path}/a.fits`, await encodeFits([image]));
  const lines = Array.from({ length: count }, (_, i) => {
    const [x, y] = [i % SIDE + 1, Math.floor(i / SIDE) % SIDE + 1];
    return `a.fits[${x}:${x},${y}:${y}]\n`;
  });
  await Deno.writeTextFile(`${folder.path}/list`, lines.join(""));
  return folder;
}

/** What takes a few milliseconds besides the value. */
const SLOW = "data[0] + long(0 * total(abs(fft(complexarr(64, 64)))))";

/** The words of a map over the list. */
const mapWords = (folder: string, url: string, ...more: string[]) => [
  ...[...PROGRAM, "rpc", "map", "data[0]", "-i", `${folder}/list`],
  ...["-o", `${folder}/r.jsonl`, "--queue", url, ...more],
];

const startWorker = (folder: string, url: string, ...more: string[]): Running =>
  startDeno([
    ...[...PROGRAM, "rpc", "work", "--queue", url, "--root", folder, "-j", "1"],
    ...["--lease", "2", ...more],
  ]);

async function linesOf(folder: string): Promise<Record<string, unknown>[]> {
  const text = await Deno.readTextFile(`${folder}/r.jsonl`);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** Checks that every job has one line, with its value. */
async function checkLines(folder: string, count: number): Promise<void> {
  const lines = await linesOf(folder);
  lines.sort((one, other) => Number(one.job) - Number(other.job));
  assertEquals(lines.length, count);
  for (const [i, { job, data, error }] of lines.entries()) {
    if (job !== i + 1 || data !== i % (SIDE * SIDE)) {
      throw new Error(`line ${i}: job ${job}, value ${data}, ${error}`);
    }
  }
}

/** Waits for the end of a program. */
async function finished(running: Running): Promise<Finished> {
  while (await running.line() !== undefined);
  return await running.stop("SIGKILL");
}

/** Kills a program, which may have ended meanwhile. */
async function killNow(running: Running): Promise<void> {
  try {
    running.process.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  await finished(running);
}

/** Bytes of results so far. */
function written(folder: string): number {
  try {
    return Deno.statSync(`${folder}/r.jsonl`).size;
  } catch {
    return 0;
  }
}

/** Runs a map and kills, at fixed places of its progress, what a seeded choice says. */
async function killing(
  redis: RedisServer,
  count: number,
  seed: number,
  kills: number,
): Promise<Record<string, number>> {
  await using folder = await pixels(count);
  const { path } = folder;
  const url = redis.url("sun");
  const random = new SeededRandom(seed);
  const words = mapWords(path, url, "--window", "500")
    .map((word) => word === "data[0]" ? SLOW : word);
  const killed = { worker: 0, server: 0, map: 0 };
  const workers = [0, 1, 2].map(() => startWorker(path, url, "--batch", "8"));
  let map = startDeno(words);
  let ended = false;
  let maps = 0;
  const watch = () => {
    const own = ++maps;
    void map.process.status.then(() => ended ||= own === maps);
  };
  watch();
  try {
    for (let kill = 1; kill <= kills && !ended; kill++) {
      const least = Math.floor(count * 120 * kill / (kills + 2));
      await until(() => ended || written(path) >= least, `${least} bytes are written`);
      const die = random.integer(1, 100);
      if (die <= 60) {
        killed.worker++;
        const i = random.integer(0, workers.length - 1);
        await killNow(workers[i]!);
        workers[i] = startWorker(path, url, "--batch", "8");
      } else if (die <= 85) {
        killed.server++;
        await redis.kill();
        await redis.start();
      } else if (!ended) {
        killed.map++;
        maps++;
        await killNow(map);
        map = startDeno(words);
        watch();
      }
    }
    const { code, stderr } = await finished(map);
    assertEquals(code, 0, stderr);
    await checkLines(path, count);
    assertEquals(await redis.ask("XLEN", "hg:{sun}:jobs"), 0);
    const keys = await redis.ask("KEYS", "hg:{sun}:*") as string[];
    assertEquals(keys.filter((key) => /:(map|done|results):/.test(key)), []);
  } finally {
    for (const program of [map, ...workers]) {
      // One that has ended by itself takes no signal.
      await Promise.resolve(program[Symbol.asyncDispose]()).catch(() => {});
    }
  }
  return killed;
}

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
    assert(killed.worker! + killed.server! + killed.map! >= 3, JSON.stringify(killed));
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
