import { HeliographError } from "../../net/errors.ts";
import { printable } from "../../net/text/printable.ts";
import { JobQueue } from "../../rpc/queue/job_queue.ts";
import { queueOf } from "../program/queue_access.ts";
import type { QueueContext } from "./flags.ts";

/** Shows what waits, runs and has been forgotten. */
export async function showQueue(context: QueueContext): Promise<void> {
  const { args, flags, json, print, report } = context;
  const { address, options } = await queueOf(args[0]!, context);
  using queue = new JobQueue(address, { ...options, signal: context.signal });
  if (flags.drop !== undefined) {
    if (!/^[0-9a-f]{16}$/.test(flags.drop) || !await queue.closeMap(flags.drop)) {
      throw new HeliographError(
        `Cannot drop '${printable(flags.drop)}': ${address.shown} has no such map`,
      );
    }
    report(`dropped ${flags.drop}`);
    return;
  }
  const state = await queue.state();
  if (json) {
    print(JSON.stringify({ event: "queue", queue: address.shown, ...state }));
    return;
  }
  const { waiting, running, workers, maps } = state;
  print(`${waiting} jobs wait, ${running} run`);
  for (const { name, seconds } of workers) {
    print(`worker ${printable(name)}, last seen ${seconds} s ago`);
  }
  for (const { id, expression, sent, done, lines } of maps) {
    print(
      `map ${id}: ${done} of ${sent} jobs done, ${lines} lines not fetched: ` +
        printable(expression).slice(0, 200),
    );
  }
}
