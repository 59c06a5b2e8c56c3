/** What `rpc map --queue` does; loaded where a queue is given. */

import { isFailure } from "../../rpc/map/lines.ts";
import type { ResultsFile } from "../../rpc/map/results.ts";
import type { MapJob, MapWork } from "../../rpc/map/work.ts";
import { JobQueue } from "../../rpc/queue/job_queue.ts";
import { optionsText } from "../../rpc/queue/layout.ts";
import { runQueued } from "../../rpc/queue/map_side.ts";
import type { CommandContext } from "../program/command.ts";
import { queueOf } from "../program/queue_access.ts";
import type { MapBoard } from "./board.ts";

/** Two connections to a queue: what waits for lines is not in the way of what enqueues. */
export interface MapQueue extends Disposable {
  readonly queue: JobQueue;
  readonly reader: JobQueue;
}

/**
 * Opens a queue, and sees that a map can use it.
 *
 * @param context The running command.
 * @param url The queue, `redis://HOST[:PORT]/NAME`.
 * @param anyPolicy Whether its server may forget keys when its memory is full.
 */
export async function openQueue(
  context: CommandContext,
  url: string,
  anyPolicy: boolean,
): Promise<MapQueue> {
  const { address, options } = await queueOf(url, context);
  const { signal } = context;
  const queue = new JobQueue(address, { ...options, signal });
  const reader = new JobQueue(address, {
    ...{ ...options, signal },
    ...{ onAway: undefined, onBack: undefined },
  });
  const opened = {
    ...{ queue, reader },
    [Symbol.dispose]() {
      queue[Symbol.dispose]();
      reader[Symbol.dispose]();
    },
  };
  try {
    await queue.prepare(anyPolicy);
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
  return opened;
}

/** What a map in a queue is made of. */
export interface QueuedJobs {
  readonly work: MapWork;
  readonly results: ResultsFile;
  readonly board: MapBoard;
  /** The jobs without a line. */
  readonly jobs: () => AsyncGenerator<MapJob>;
  /** Writes a line, and counts it; false if the job has one. */
  readonly take: (number: number, text: string, failed: boolean) => Promise<boolean>;
  /** Workers that may die of one job. */
  readonly tries: number;
  /** Jobs without a line that the queue holds. */
  readonly window: number;
}

/**
 * Has the jobs of a map done by the workers of the queue.
 *
 * @param opened The queue.
 * @param context The running command.
 * @param queued The map.
 */
export async function mapInQueue(
  opened: MapQueue,
  { signal, report }: CommandContext,
  { work, results, board, jobs, take, tries, window }: QueuedJobs,
): Promise<void> {
  // Of the map whose place this one takes, nothing more is done.
  if (results.former !== undefined) await opened.queue.closeMap(results.former);
  const { id, expression, total } = results.record;
  const sink = {
    ...{ total, jobs, sync: () => results.sync() },
    get count() {
      return results.numbers.count;
    },
    has: (number: number) => results.numbers.has(number),
    countUpTo: (number: number) => results.numbers.countUpTo(number),
    append: (number: number, text: string) => take(number, text, isFailure(text)),
  };
  await runQueued(opened.queue, opened.reader, sink, {
    map: { id, expression, options: optionsText(work, tries) },
    ...{ window, signal },
    onWorkers: (workers) => board.counts.workers = workers,
    onTrouble: (line) => board.say(() => report(line)),
  });
}
