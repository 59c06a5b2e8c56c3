/** The thread of TileWorkers: decodes jobs, one at a time. */

import type { TileAnswer, TileJob } from "../image/tile_threads.ts";
import { decodeTileJob } from "../tiles/tile_job.ts";

/** What a thread answers: the job's result, or why it could not be done at all. */
export type WorkerAnswer =
  | { readonly number: number; readonly answer: TileAnswer }
  | { readonly number: number; readonly failure: string };

/** What is used of a worker's own scope; the types here are those of the main thread. */
interface Scope {
  onmessage: ((event: MessageEvent<{ number: number; job: TileJob }>) => void) | null;
  postMessage(message: WorkerAnswer, transfer: Transferable[]): void;
}

const scope = self as unknown as Scope;

scope.onmessage = async ({ data: { number, job } }) => {
  try {
    const answer = await decodeTileJob(job);
    scope.postMessage({ number, answer }, [answer.pixels]);
  } catch (error) {
    scope.postMessage({ number, failure: String(error) }, []);
  }
};
