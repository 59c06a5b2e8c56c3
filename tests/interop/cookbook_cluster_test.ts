/** The recipes for one machine, for three and for a bucket, typed as they stand but for the hosts. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { encodeFits } from "../../fits/write/write.ts";
import { Card } from "../../fits/header/card.ts";
import { serveObjects, STORE_KEY } from "../support/http/object_store.ts";
import { ROOT } from "../support/program.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import { MEMORY, startRedis } from "./redis.ts";

const PROGRAM = ["run", "-A", "--no-check", "--quiet", `${ROOT}cli.ts`];

/** What the shell runs for `heliograph`. */
const PROGRAM_LINE = [Deno.execPath(), ...PROGRAM].map((word) => `'${word}'`).join(" ");

/** The blocks of a document that are typed into a shell. */
async function blocksOf(document: string): Promise<string[]> {
  const text = await Deno.readTextFile(`${ROOT}${document}`);
  return Array.from(text.matchAll(/^```sh\n(.*?)^```$/gms), ([, block]) => block!);
}

/** A shell into which a recipe is typed; what comes last takes its place, and its signals. */
function start(recipe: string, cwd: string, input = ""): Deno.ChildProcess {
  const lines = recipe.replace(/^heliograph /gm, `exec ${PROGRAM_LINE} `);
  const child = new Deno.Command("sh", {
    args: ["-c", `heliograph() { ${PROGRAM_LINE} "$@"; }\n${lines}`],
    ...{ cwd, env: { NO_COLOR: "1" }, stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const writer = child.stdin.getWriter();
  void writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
  return child;
}

async function run(recipe: string, cwd: string): Promise<string> {
  const { code, stderr } = await start(recipe, cwd).output();
  const text = new TextDecoder().decode(stderr);
  assertEquals(code, 0, text);
  return text;
}

/** A folder with `night/`, in which are two files and a folder with another one. */
async function night() {
  const folder = await temporaryFolder();
  await Deno.mkdir(`${folder.path}/night/late`, { recursive: true });
  for (const [i, name] of ["a", "b", "late/c"].entries()) {
    const header = [Card.of("DATE-OBS", `2026-11-30T0${i}:00:00`)];
    const image = { pixels: Int16Array.of(i, i + 2), shape: [2, 1], header };
    await Deno.writeFile(`${folder.path}/night/${name}.fits`, await encodeFits([image]));
  }
  return folder;
}

/** What stands in the lines of a map. */
async function linesOf(path: string) {
  const text = await Deno.readTextFile(path);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line))
    .sort((one, other) => one.job - other.job);
}

const means = [["night/a.fits", 1], ["night/b.fits", 2], ["night/late/c.fits", 3]];

Deno.test("the recipes for one machine, three machines and a bucket do what they say", async (t) => {
  const [one, server, worker, map, bucket, gateway, ...others] = await blocksOf(
    "docs/cookbook-cluster.md",
  );
  assertEquals(others, []);

  await t.step("one machine", async () => {
    await using folder = await night();
    await run(one!, folder.path);
    const lines = await linesOf(`${folder.path}/means.jsonl`);
    assertEquals(lines.map(({ input, data }) => [input, data]), means);
    assertEquals(lines[2].header, { "DATE-OBS": "2026-11-30T02:00:00" });
    // It was broken off: the same command goes on.
    assertStringIncludes(await run(one!, folder.path), "3 of 3 jobs are done already");
  });

  await t.step("three machines", async () => {
    const password = "one-of-the-three";
    const [, options] = /^redis-server --bind 10\.0\.0\.1 (.*)$/.exec(server!.trim())!;
    const words = options!.split(" ").filter((word) => !/[()]/.test(word) && word !== "cat");
    assertEquals(words, [
      ...["--requirepass", "--appendonly", "yes", "--appendfsync", "always"],
    ]);
    await using redis = await startRedis([...words.toSpliced(1, 0, password)], password);
    await using folder = await night();
    const { path } = folder;
    await Deno.writeTextFile(`${path}/password`, password);
    const here = (recipe: string) =>
      recipe.replaceAll("10.0.0.1/", `127.0.0.1:${redis.port}/`).replaceAll(" /data", ` ${path}`);
    const working = start(here(worker!), path);
    try {
      await run(here(map!), path);
      const lines = await linesOf(`${path}/means.jsonl`);
      assertEquals(lines.map(({ input, data }) => [input, data]), means);
    } finally {
      working.kill("SIGTERM");
      const { code, stderr } = await working.output();
      assertEquals(code, 143, new TextDecoder().decode(stderr));
    }
    const text = await Deno.readTextFile(`${ROOT}docs/cookbook-cluster.md`);
    const [, queue] = /`(heliograph rpc queue [^`]*)`/.exec(text)!;
    await run(here(queue!), path);
  });

  await t.step("the same in the README, of a server without a password", async () => {
    const [block] = (await blocksOf("README.md")).filter((block) => block.includes("rpc work"));
    const [work, map] = block!.trim().split("\n");
    await using redis = await startRedis(MEMORY);
    await using folder = await night();
    const { path } = folder;
    await Deno.writeTextFile(`${path}/list`, means.map(([name]) => `${name}\n`).join(""));
    const here = (recipe: string) =>
      recipe.replace("queue.example/", `127.0.0.1:${redis.port}/`).replace(" /data", ` ${path}`);
    const working = start(here(work!), path);
    try {
      await run(here(map!), path);
      assertEquals((await linesOf(`${path}/means.jsonl`)).map(({ data }) => data), [1, 2, 3]);
    } finally {
      working.kill("SIGTERM");
      assertEquals((await working.output()).code, 143);
    }
  });

  await t.step("a bucket, and the way to it", async () => {
    await using store = await serveObjects();
    await using folder = await temporaryFolder();
    const ramp = Int16Array.from({ length: 64 }, (_, i) => i);
    store.put("night/2026/a.fits", await encodeFits([{ pixels: ramp, shape: [8, 8] }]));
    const key = `AWS_ACCESS_KEY_ID=${STORE_KEY.accessKeyId}`;
    const secret = `AWS_SECRET_ACCESS_KEY=${STORE_KEY.secretAccessKey}`;
    const here = bucket!.replace("AWS_ACCESS_KEY_ID=...", key)
      .replace("AWS_SECRET_ACCESS_KEY=...", secret).replace(
        "https://store.example",
        store.endpoint,
      );
    assert(here.includes(key) && here.includes(secret) && here.includes(store.endpoint));
    await run(here, folder.path);
    const [line] = await linesOf(`${folder.path}/smooth.jsonl`);
    assertEquals(line.path, "s3://results/2026/000001-a.npy");
    assertEquals(store.objects.get("results/2026/000001-a.npy")?.bytes.length, line.bytes);
    // What the gateway says, and its hash, need the environment of the recipe before.
    const [exports] = here.split("\n");
    const serving = start(
      `${exports}\n${gateway!.replace("10.0.0.1", "127.0.0.1").trim()} --port 0 --json`,
      folder.path,
      "a long password\na long password\n",
    );
    const output = serving.stdout.getReader();
    try {
      let text = "";
      await until(async () => {
        const { value, done } = await output.read();
        text += new TextDecoder().decode(value);
        return done || text.includes("\n");
      }, "it listens");
      const { url } = JSON.parse(text.split("\n")[0]!);
      const [refused, taken] = await Promise.all([
        fetch(`${url}000001-a.npy`),
        fetch(`${url}000001-a.npy`, {
          headers: { Authorization: `Basic ${btoa("observers:a long password")}` },
        }),
      ]);
      assertEquals([refused.status, taken.status], [401, 200]);
      assertEquals((await taken.bytes()).length, line.bytes);
      await refused.body?.cancel();
    } finally {
      output.releaseLock();
      serving.kill("SIGTERM");
      const { code, stderr } = await serving.output();
      const said = new TextDecoder().decode(stderr);
      assertEquals(code, 143, said);
      assertEquals(said.includes(STORE_KEY.secretAccessKey), false);
    }
  });
});
