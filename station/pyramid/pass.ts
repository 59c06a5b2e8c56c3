/** A pass over a plane in a worker of its own, where one may be started. */

import { HeliographError } from "../../net/errors.ts";
import type { Level } from "./builder.ts";
import type { PassFile, PassReport } from "./pass_messages.ts";

/** Milliseconds that a worker may take to start. */
const MAX_START_MS = 10_000;

/** No worker can be started here: by the permissions of the program, or on its platform. */
export class NoWorkerError extends Error {
  override readonly name = "NoWorkerError";
}

/** Options of {@linkcode passInWorker}. */
export interface PassOptions {
  /** Hears how much is done: rows since the last time, and per cent of all. */
  onProgress(rows: number, percent: number): void;
  /** Ends the pass, and the worker with it. */
  readonly signal: AbortSignal;
}

/**
 * Makes the levels of a plane in a worker, which ends with it.
 *
 * @param file The plane.
 * @param options Who hears of progress, and what ends it.
 * @returns The levels by their numbers.
 * @throws {NoWorkerError} If no worker can be started.
 * @throws {HeliographError} If the plane cannot be read.
 */
export async function passInWorker(
  file: PassFile,
  { onProgress, signal }: PassOptions,
): Promise<ReadonlyMap<number, Level>> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<number, Level>>();
  const worker = startWorker();
  const timer = setTimeout(() => reject(new NoWorkerError("it does not start")), MAX_START_MS);
  worker.onmessage = ({ data }: MessageEvent<PassReport>) => {
    if (data.kind === "ready") {
      clearTimeout(timer);
      worker.postMessage(file);
    } else if (data.kind === "progress") onProgress(data.rows, data.percent);
    else if (data.kind === "failed") reject(new HeliographError(data.message));
    else resolve(new Map(data.levels.map(({ level, ...made }) => [level, made])));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new NoWorkerError(event.message));
  };
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    worker.terminate();
  }
}

function startWorker(): Worker {
  try {
    return new Worker(new URL("./pass_worker.ts", import.meta.url), { type: "module" });
  } catch (error) {
    throw new NoWorkerError(error instanceof Error ? error.message : String(error));
  }
}
