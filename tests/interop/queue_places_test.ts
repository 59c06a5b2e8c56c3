/** A map over a queue that ends at every place of its way from the server to its file. */

import { assert, assertEquals } from "@std/assert";
import { parseQueueUrl } from "../../net/redis/address.ts";
import { lineText } from "../../rpc/map/lines.ts";
import { recordOf } from "../../rpc/map/plan.ts";
import { ResultsFile } from "../../rpc/map/results.ts";
import type { JobThreads } from "../../rpc/map/threads.ts";
import type { MapJob, MapWork } from "../../rpc/map/work.ts";
import { JobQueue } from "../../rpc/queue/job_queue.ts";
import { optionsText } from "../../rpc/queue/layout.ts";
import { runQueued } from "../../rpc/queue/map_side.ts";
import { workOnQueue } from "../../rpc/queue/worker_side.ts";
import { temporaryFolder } from "../support/temporary.ts";
import { MEMORY, startRedis } from "./redis.ts";

const JOBS = 60;
const WINDOW = 20;

/** What a map does with a line, and before that with its job. */
const KINDS = ["open", "enqueue", "append", "sync", "trim", "close"] as const;

type Place = `${"before" | "behind"} ${(typeof KINDS)[number]}`;

const WORK: MapWork = { expression: "data", header: [], format: "npy", jobTime: 10 };

class Ended extends Error {}

/** Ends the map when it comes to a place for the n-th time. */
class Trap {
  readonly #place: Place | undefined;
  #left: number;
  readonly #onEnd: () => void;
  sprung = false;

  constructor(place: Place | undefined, count: number, onEnd: () => void) {
    this.#place = place;
    this.#left = count;
    this.#onEnd = onEnd;
  }

  async around<T>(kind: (typeof KINDS)[number], work: () => Promise<T>): Promise<T> {
    this.#pass(`before ${kind}`);
    const value = await work();
    this.#pass(`behind ${kind}`);
    return value;
  }

  #pass(place: Place): void {
    if (this.sprung) throw new Ended();
    if (place !== this.#place || --this.#left > 0) return;
    this.sprung = true;
    this.#onEnd();
    throw new Ended();
  }
}

/** A queue that may end the map at what it asks. */
class TrappedQueue extends JobQueue {
  trap!: Trap;

  override openMap(...words: Parameters<JobQueue["openMap"]>) {
    return this.trap.around("open", () => super.openMap(...words));
  }

  override enqueue(...words: Parameters<JobQueue["enqueue"]>) {
    return this.trap.around("enqueue", () => super.enqueue(...words));
  }

  override trimResults(...words: Parameters<JobQueue["trimResults"]>) {
    return this.trap.around("trim", () => super.trimResults(...words));
  }

  override closeMap(...words: Parameters<JobQueue["closeMap"]>) {
    return this.trap.around("close", () => super.closeMap(...words));
  }
}

async function* inputs(): AsyncGenerator<string> {
  for (let i = 1; i <= JOBS; i++) yield `${i}.fits`;
}

/** Runs the map until it is done or comes to a place; whether it came there. */
async function run(url: string, path: string, place?: Place, count = 1): Promise<boolean> {
  using queue = new TrappedQueue(parseQueueUrl(url), {});
  using reader = new JobQueue(parseQueueUrl(url), {});
  const trap = queue.trap = new Trap(place, count, () => reader[Symbol.dispose]());
  await queue.prepare(false);
  const options = { clobber: false, retryFailed: false };
  await using results = await ResultsFile.open(
    path,
    await recordOf(WORK, ["*.fits"], 0),
    inputs,
    options,
  );
  async function* jobs(): AsyncGenerator<MapJob> {
    let number = 0;
    for await (const input of results.inputs()) {
      if (!results.numbers.has(++number)) yield { number, input };
    }
  }
  const sink = {
    ...{ total: JOBS, jobs },
    get count() {
      return results.numbers.count;
    },
    has: (number: number) => results.numbers.has(number),
    countUpTo: (number: number) => results.numbers.countUpTo(number),
    append: (number: number, text: string) =>
      trap.around("append", () => results.append(number, text)),
    sync: () => trap.around("sync", () => results.sync()),
  };
  const { id, expression } = results.record;
  try {
    await runQueued(queue, reader, sink, {
      ...{ map: { id, expression, options: optionsText(WORK, 3) }, window: WINDOW },
      ...{ signal: new AbortController().signal, onWorkers() {}, onTrouble() {} },
    });
  } catch (error) {
    if (!trap.sprung) throw error;
  }
  return trap.sprung;
}

/** Works on a queue until the signal: each job is done at once. */
async function work(url: string, signal: AbortSignal): Promise<void> {
  using queue = new JobQueue(parseQueueUrl(url), {});
  using reader = new JobQueue(parseQueueUrl(url), {});
  await queue.prepare(true);
  const threads = {
    ...{ places: 4, ready: () => Promise.resolve() },
    run: (_: MapWork, { number, input }: MapJob) =>
      Promise.resolve({
        ...{ number, failed: undefined },
        text: lineText({ job: number, input, type: "LONG", shape: [], data: number }),
      }),
  };
  await workOnQueue(queue, reader, {
    ...{ worker: "w", threads: threads as unknown as JobThreads, batch: 4, lease: 30_000 },
    ...{ once: false, signal, onJob() {} },
  });
}

Deno.test("a map that ends at any place of its way goes on, and has each line once", async () => {
  await using redis = await startRedis(MEMORY);
  await using folder = await temporaryFolder();
  const reached = new Set<Place>();
  for (const kind of KINDS) {
    for (const where of ["before", "behind"] as const) {
      for (let count = 1; count <= 5; count++) {
        const place: Place = `${where} ${kind}`;
        const name = `${kind}-${where}-${count}`;
        const [url, path] = [redis.url(name), `${folder.path}/${name}`];
        const stop = new AbortController();
        const working = work(url, stop.signal);
        try {
          if (await run(url, path, place, count)) reached.add(place);
          await run(url, path);
        } finally {
          stop.abort();
          await working;
        }
        const lines = (await Deno.readTextFile(path)).trimEnd().split("\n")
          .map((line) => JSON.parse(line)).sort((one, other) => one.job - other.job);
        assertEquals(
          lines.map(({ job, data }) => [job, data]),
          Array.from({ length: JOBS }, (_, i) => [i + 1, i + 1]),
          `${place}, ${count}`,
        );
        assertEquals(await redis.ask("XLEN", `hg:{${name}}:jobs`), 0);
      }
    }
  }
  // A map that has ended behind its last line is whole, and its next run has nothing to do.
  assertEquals(reached.size, 2 * KINDS.length, [...reached].join(", "));
  const left = await redis.ask("KEYS", "*:map:*") as string[];
  assert(left.length === 0, left.join(", "));
});
