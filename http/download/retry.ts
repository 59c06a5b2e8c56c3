/**
 * When a request is worth repeating, and when.
 *
 * @module
 */

import { backoffDelay } from "../../net/backoff.ts";

export { isTransientStatus, parseRetryAfter } from "../fields/retry_after.ts";

/** How often and how long. */
export interface RetryPolicy {
  /** Attempts after the first one that bring nothing new before it is given up. */
  readonly retries: number;
  /** The wait before the second attempt at most, in milliseconds. */
  readonly firstWait: number;
  /** The longest wait of the own choice, in milliseconds. */
  readonly longestWait: number;
  /** The longest Retry-After that is waited for, in milliseconds. */
  readonly longestRetryAfter: number;
}

/** Whether to go on: after so many milliseconds, or not at all and why. */
export type NextAttempt =
  | { readonly wait: number }
  | { readonly giveUp: string };

/**
 * Decides about another attempt.
 *
 * @param policy How often and how long.
 * @param failures Attempts that failed since one last brought something new, 1 or more.
 * @param retryAfter What the server asked for, in milliseconds.
 * @param random A number from 0 up to 1.
 */
export function nextAttempt(
  policy: RetryPolicy,
  failures: number,
  retryAfter: number | undefined,
  random: number = Math.random(),
): NextAttempt {
  if (failures > policy.retries) {
    return { giveUp: failures === 1 ? "" : `after ${failures} attempts` };
  }
  const own = backoffDelay(
    failures,
    { first: policy.firstWait, longest: policy.longestWait },
    random,
  );
  if (retryAfter === undefined) return { wait: own };
  if (retryAfter > policy.longestRetryAfter) {
    return { giveUp: `the server asks to wait ${Math.ceil(retryAfter / 1000)} s` };
  }
  // The server's wait is kept in full; the jitter on top spreads those who wait alike.
  return { wait: retryAfter + own };
}
