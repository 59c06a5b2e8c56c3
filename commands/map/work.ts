import { JobQueue } from "../../rpc/queue/job_queue.ts";
import { workOnQueue } from "../../rpc/queue/worker_side.ts";
import { JobThreads } from "../../rpc/map/threads.ts";
import { type Command, defineCommand, UsageError } from "../program/command.ts";
import { makeFolder } from "../program/flag_files.ts";
import { STORE_FLAGS, STORE_PERMISSION, storeOptions } from "../program/store_flags.ts";
import { queueOf } from "../program/queue_access.ts";
import { QUEUE_DETAILS, QUEUE_FLAGS, QUEUE_PERMISSION } from "../program/queue_flags.ts";
import { announce } from "../program/listening.ts";
import { JobMetrics, serveMetrics } from "./metrics.ts";
import { workerName } from "./worker_name.ts";

/** `heliograph rpc work`: does the jobs of a queue. */
export const command: Command = defineCommand({
  name: "rpc work",
  summary: "Do the jobs that rpc map --queue hands out, until it is stopped",
  usage: "--queue redis://HOST[:PORT]/NAME",
  details:
    "Start it on as many machines as there are, at any time: jobs of one that dies go to another\n" +
    "after --lease, and each input has one result. Whoever can write to the queue says what is\n" +
    "computed: files are read below --root alone, values written below --save-root alone, and\n" +
    "URLs read as --allow-net=HOSTS permits.\n" + QUEUE_DETAILS,
  arguments: [0, 0],
  flags: {
    queue: { type: "string", value: "URL", help: "the queue, redis://HOST[:PORT]/NAME" },
    jobs: { type: "count", short: "j", value: "N", help: "threads (default: one for each core)" },
    batch: { type: "count", value: "N", help: "jobs held at a time (default: 2 for each thread)" },
    lease: {
      type: "seconds",
      value: "S",
      help: "time without a sign of life after which others take its jobs over",
      default: 30,
    },
    root: { type: "string", value: "DIR", help: "read files of jobs in this folder" },
    "save-root": { type: "string", value: "DIR", help: "write saved values into this folder" },
    metrics: {
      type: "port",
      value: "PORT",
      help: "serve what it has done to this machine, as /metrics for Prometheus; 0 for any port",
    },
    once: { type: "boolean", help: "end when nothing waits or runs" },
    ...QUEUE_FLAGS,
    ...STORE_FLAGS,
  },
  environment: true,
  example: "rpc work --queue redis://localhost/sun --once",
  permissions: ["--allow-net=localhost:6379", "--allow-read=."],
  furtherPermissions:
    `--allow-net=127.0.0.1 for --metrics, --allow-read=DIR for --root, --allow-write=DIR for --save-root, --allow-net for URLs, ` +
    `${QUEUE_PERMISSION}, ${STORE_PERMISSION}`,
  async run(context) {
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
  },
});

async function realFolder(flag: string, path: string): Promise<string> {
  try {
    const real = await Deno.realPath(path);
    if ((await Deno.stat(real)).isDirectory) return real;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new UsageError(`${flag} is '${path}', expected a folder`);
}
