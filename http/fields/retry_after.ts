/** Answers that may be another one later, and when. */

import { parseHttpDate } from "../message/date.ts";

/** Answers that may be different next time: overload, maintenance, a gateway's trouble. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/**
 * Whether a status says that the same request may succeed later.
 *
 * @param status The status code.
 */
export function isTransientStatus(status: number): boolean {
  return TRANSIENT.has(status);
}

/**
 * Reads Retry-After (RFC 9110 section 10.2.3): seconds, or a date.
 *
 * @param value The field's value.
 * @param now Milliseconds since 1970, by the server's Date where it has one: its clock
 * may be wrong, and so is then the date in the field.
 * @returns Milliseconds to wait from now, not negative; undefined if it is neither.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  // Some servers write a fraction, which the standard has not.
  if (/^\d{1,10}(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const date = parseHttpDate(text, now);
  return date === undefined ? undefined : Math.max(0, date - now);
}
