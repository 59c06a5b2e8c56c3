/** A worker that is killed by jobs 40 and 80, as by a fault in the system's libraries. */

import { parseQueueUrl } from "../../net/redis/address.ts";
import { JobThreads } from "../../rpc/map/threads.ts";
import { JobQueue } from "../../rpc/queue/job_queue.ts";
import { workOnQueue } from "../../rpc/queue/worker_side.ts";

const [url = "", root = ""] = Deno.args;
const address = parseQueueUrl(url);
const worker = `poisoned-${Deno.pid}`;
await using threads = new JobThreads(1, { worker, limits: { root, saveRoot: null } });
const { run } = threads;
threads.run = (work, job) => {
  if (job.number === 40 || job.number === 80) Deno.kill(Deno.pid, "SIGKILL");
  return run.call(threads, work, job);
};
using queue = new JobQueue(address, {});
using reader = new JobQueue(address, {});
await queue.prepare(true);
await workOnQueue(queue, reader, {
  ...{ worker, threads, batch: 4, lease: 400, once: false },
  signal: new AbortController().signal,
  onJob: () => {},
});
