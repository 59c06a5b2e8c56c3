/** The jobs of a map on this machine: as many at a time as the threads take, no queue. */

import { callAfter } from "../../net/deadline.ts";
import { ClosedError } from "../../net/errors.ts";
import type { JobAnswer, JobThreads } from "./threads.ts";
import type { MapJob, MapWork } from "./work.ts";

/** Milliseconds that jobs under way may take once the map is interrupted. */
const DRAIN_MS = 4_000;

/**
 * Does jobs until there are no more. The next one is taken from the list when a thread has
 * room, and when the lines before it are written: no more is held than is being done.
 *
 * @param work What is computed.
 * @param jobs On what.
 * @param threads By whom.
 * @param take Writes a line.
 * @param signal Takes no more jobs from the list; those under way have a moment to end.
 * @throws What `take` or the list throws.
 */
export async function runHere(
  work: MapWork,
  jobs: AsyncGenerator<MapJob>,
  threads: JobThreads,
  take: (answer: JobAnswer) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  let stopped = signal.aborted;
  let failure: { readonly error: unknown } | undefined;
  let drain: Disposable | undefined;
  const interrupt = () => {
    stopped = true;
    drain = callAfter(DRAIN_MS, () => void threads[Symbol.asyncDispose]());
  };
  signal.addEventListener("abort", interrupt, { once: true });
  const lane = async () => {
    try {
      while (!stopped) {
        const { value: job, done } = await jobs.next();
        if (done || stopped) return;
        await take(await threads.run(work, job));
      }
    } catch (error) {
      // What was ended with the program is done again by the next one.
      const ended = signal.aborted && error instanceof ClosedError;
      if (!ended) failure ??= { error };
      stopped = true;
    }
  };
  try {
    await Promise.all(Array.from({ length: threads.places }, lane));
  } finally {
    signal.removeEventListener("abort", interrupt);
    drain?.[Symbol.dispose]();
    await jobs.return(undefined);
  }
  if (failure !== undefined) throw failure.error;
}
