import { callAfter } from "./deadline.ts";

/** How the waits between attempts grow. */
export interface BackoffOptions {
  /** Milliseconds before the second attempt, at most. @default {100} */
  first?: number | undefined;
  /** The longest wait in milliseconds. @default {5000} */
  longest?: number | undefined;
}

/**
 * The wait before another attempt: exponential growth with full jitter, so that
 * many clients of a server that comes back do not arrive together.
 *
 * @param attempt Attempts that have failed, 1 or more.
 * @param options The first and the longest wait.
 * @param random A number from 0 up to 1, for tests.
 * @returns Milliseconds.
 */
export function backoffDelay(
  attempt: number,
  options: BackoffOptions = {},
  random: number = Math.random(),
): number {
  const { first = 100, longest = 5_000 } = options;
  return random * Math.min(longest, first * 2 ** (attempt - 1));
}

/**
 * Waits.
 *
 * @param ms Milliseconds.
 * @param signal Ends the wait; its reason is thrown.
 */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      timer[Symbol.dispose]();
      reject(signal?.reason);
    };
    const timer = callAfter(ms, () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
    signal?.addEventListener("abort", stop, { once: true });
  });
}
