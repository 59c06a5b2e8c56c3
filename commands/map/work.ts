import { JobQueue } from "../../rpc/queue/job_queue.ts";
import { workOnQueue } from "../../rpc/queue/worker_side.ts";
import { JobThreads } from "../../rpc/map/threads.ts";
import { UsageError } from "../program/command.ts";
import { makeFolder } from "../program/flag_files.ts";
import { storeOptions } from "../program/store_flags.ts";
import { queueOf } from "../program/queue_access.ts";
import { announce } from "../program/listening.ts";
import { JobMetrics, serveMetrics } from "./metrics.ts";
import { workerName } from "./worker_name.ts";
import type { WorkContext } from "./flags.ts";

/** Does the jobs of a queue, until it is stopped. */
export async function workOnJobs(context: WorkContext): Promise<void> {
  const { flags, json, print, signal, detail } = context;
  if (flags.queue === undefined) {
    throw new UsageError("expected --queue redis://HOST[:PORT]/NAME");
  }
  const { address, options } = await queueOf(flags.queue, context);
  const root = flags.root === undefined ? null : await realFolder("--root", flags.root);
  if (flags["save-root"] !== undefined) await makeFolder("--save-root", flags["save-root"]);
  const saveRoot = flags["save-root"] === undefined
    ? null
    : await Deno.realPath(flags["save-root"]);
  const worker = workerName();
  const size = flags.jobs ?? navigator.hardwareConcurrency;
  using queue = new JobQueue(address, options);
  using reader = new JobQueue(address, { ...options, onAway: undefined, onBack: undefined });
  await queue.prepare(true);
  if (json) print(JSON.stringify({ event: "working", queue: address.shown, worker }));
  else print(`working on ${address.shown} as ${worker}`);
  const metrics = new JobMetrics();
  await using served = flags.metrics === undefined
    ? undefined
    : await serveMetrics(metrics, flags.metrics);
  if (served !== undefined) announce(context, `${served.url}metrics`, "metrics");
  const limits = { root, saveRoot };
  await using threads = new JobThreads(size, { worker, s3: storeOptions(flags), limits });
  await workOnQueue(queue, reader, {
    ...{ worker, threads, once: flags.once, signal },
    batch: flags.batch ?? threads.places,
    lease: flags.lease * 1_000,
    onJob: ({ map, number: job, seconds, failed }) => {
      metrics.note(seconds, failed);
      if (json) print(JSON.stringify({ event: "job", map, job, seconds, failed }));
      else detail(`job ${job} of ${map}: ${failed ?? "done"} in ${seconds} s`);
    },
  });
}

async function realFolder(flag: string, path: string): Promise<string> {
  try {
    const real = await Deno.realPath(path);
    if ((await Deno.stat(real)).isDirectory) return real;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new UsageError(`${flag} is '${path}', expected a folder`);
}
