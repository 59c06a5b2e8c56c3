/** A thread that does the jobs of maps, one after the other: it reads, computes and saves. */

import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../../net/errors.ts";
import { type JobSetup, runJob } from "./job.ts";
import { lineText } from "./lines.ts";
import type { FromThread, ToThread } from "./messages.ts";

const port = parentPort!;
const setup = workerData as JobSetup;

function post(message: FromThread): void {
  port.postMessage(message);
}

let last = Promise.resolve();

port.on("message", ({ work, job }: ToThread) => {
  // One at a time: what waits here is what the thread does next, without a pause.
  last = last.then(async () => {
    const line = await runJob(work, job, setup);
    post({ kind: "done", text: lineText(line), failed: line.failed });
  }).catch((error) => post({ kind: "fault", message: messageOf(error) }));
});

post({ kind: "ready" });
