/**
 * Maps over as many names as it is told, and says what the heap of JavaScript holds afterwards:
 * in the program, and in a thread, which runs the same jobs here.
 *
 * Needs `--v8-flags=--expose-gc`. Arguments: a FITS file, the number of jobs, RESULTS.
 */

import { runHere } from "../../rpc/map/embedded.ts";
import { runJob } from "../../rpc/map/job.ts";
import { recordOf } from "../../rpc/map/plan.ts";
import { ResultsFile } from "../../rpc/map/results.ts";
import { JobThreads } from "../../rpc/map/threads.ts";
import type { MapWork } from "../../rpc/map/work.ts";

const [file = "", count = "", path = ""] = Deno.args;

/** Characters of a name: names that are held show. */
const NAME = 1_000;

async function* inputs(): AsyncGenerator<string> {
  const at = file.lastIndexOf("/") + 1;
  for (let i = 1; i <= Number(count); i++) {
    // One file under many names: as many slashes as make each another one.
    const slashes = "/".repeat(1 + i % 50);
    yield file.slice(0, at) + "./".repeat(NAME / 2 + i % 20) + slashes + file.slice(at);
  }
}

/** Bytes of the heap that something holds. */
async function held(): Promise<number> {
  const { gc } = globalThis as unknown as { gc(): void };
  for (let i = 0; i < 3; i++) {
    gc();
    // What hears of collected values has its turn.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return Deno.memoryUsage().heapUsed;
}

const work: MapWork = { expression: "mean(data)", header: [], format: "npy", jobTime: 60 };
const record = await recordOf(work, ["x"], 0);
await using results = await ResultsFile.open(path, record, inputs, {
  clobber: true,
  retryFailed: false,
});
async function* jobs() {
  let number = 0;
  for await (const input of results.inputs()) yield { number: ++number, input };
}
await using threads = new JobThreads(1, { worker: "w" });
await runHere(
  work,
  jobs(),
  threads,
  async ({ number, text }) => void await results.append(number, text),
  new AbortController().signal,
);
const program = await held();
let failed = 0;
for await (const job of jobs()) {
  if ((await runJob(work, job, { worker: "w" })).failed !== undefined) failed++;
}
console.log(
  JSON.stringify({ lines: results.numbers.count, failed, program, thread: await held() }),
);
