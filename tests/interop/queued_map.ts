/** Programs of a map over a queue: a map, its workers, and what kills them. */

import { assertEquals } from "@std/assert";
import { encodeFits } from "../../fits/write/write.ts";
import { delay } from "../../net/backoff.ts";
import { type Finished, ROOT, type Running, startDeno } from "../support/program.ts";
import { SeededRandom } from "../support/random.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { until } from "../support/until.ts";
import type { RedisServer } from "./redis.ts";

/** Pixels of a side of the image, each of which is the value of a job. */
const SIDE = 64;

/** What runs the program. */
export const PROGRAM: readonly string[] = ["run", "-A", "--no-check", "--quiet", `${ROOT}cli.ts`];

/** A folder with an image whose pixels are 0, 1, 2 ..., and a list of sections of one pixel. */
export async function pixels(count: number): Promise<{ path: string } & AsyncDisposable> {
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
export const SLOW: string = "data[0] + long(0 * total(abs(fft(complexarr(64, 64)))))";

/** The words of a map over the list. */
export const mapWords = (folder: string, url: string, ...more: string[]): string[] => [
  ...[...PROGRAM, "rpc", "map", "data[0]", "-i", `${folder}/list`],
  ...["-o", `${folder}/r.jsonl`, "--queue", url, ...more],
];

/** Starts a worker of one thread, whose lease is two seconds. */
export const startWorker = (folder: string, url: string, ...more: string[]): Running =>
  startDeno([
    ...[...PROGRAM, "rpc", "work", "--queue", url, "--root", folder, "-j", "1"],
    ...["--lease", "2", ...more],
  ]);

/** The lines of the results. */
export async function linesOf(folder: string): Promise<Record<string, unknown>[]> {
  const text = await Deno.readTextFile(`${folder}/r.jsonl`);
  return text.trimEnd().split("\n").map((line) => JSON.parse(line));
}

/** Checks that every job has one line, with its value. */
export async function checkLines(folder: string, count: number): Promise<void> {
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
export async function finished(running: Running): Promise<Finished> {
  while (await running.line() !== undefined);
  return await running.stop("SIGKILL");
}

/** Kills a program, which may have ended meanwhile. */
export async function killNow(running: Running): Promise<void> {
  try {
    running.process.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  await finished(running);
}

/** Bytes of results so far. */
export function written(folder: string): number {
  try {
    return Deno.statSync(`${folder}/r.jsonl`).size;
  } catch {
    return 0;
  }
}

/** How often each was killed, or stopped. */
export interface Killed {
  worker: number;
  server: number;
  map: number;
}

/**
 * Runs a map of three workers and kills, at fixed places of its progress, what a seeded choice
 * says: a worker of 100 times in 60, the server in 25, the map in 15.
 *
 * @param redis The server.
 * @param count The jobs.
 * @param seed The choice.
 * @param kills How often at most.
 * @param stopped Milliseconds for which a worker is stopped in place of being killed.
 */
export async function killing(
  redis: RedisServer,
  count: number,
  seed: number,
  kills: number,
  stopped?: number,
): Promise<Killed> {
  await using folder = await pixels(count);
  const { path } = folder;
  const url = redis.url("sun");
  const random = new SeededRandom(seed);
  const words = mapWords(path, url, "--window", "500")
    .map((word) => word === "data[0]" ? SLOW : word);
  const killed: Killed = { worker: 0, server: 0, map: 0 };
  const awake: Promise<void>[] = [];
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
        if (stopped === undefined) {
          await killNow(workers[i]!);
          workers[i] = startWorker(path, url, "--batch", "8");
        } else {
          const { process } = workers[i]!;
          process.kill("SIGSTOP");
          awake.push(delay(stopped).then(() => process.kill("SIGCONT")));
        }
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
    await Promise.all(awake);
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
