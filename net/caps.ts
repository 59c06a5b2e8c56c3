import { HeliographError } from "./errors.ts";

/** Options whose numbers are counts or bytes, beside all that begin with `max`. */
const CAP = new Set([
  ...["depth", "workers", "jobs", "perHost", "split", "retries", "tries", "connections"],
  ...["bufferSize", "fragmentSize", "pieceBytes", "cacheBytes", "tileCacheBytes"],
]);

/** Caps that may be 0: then nothing of the kind is taken, kept or tried. */
const MAY_BE_NONE = new Set([
  ...["maxBodyBytes", "maxDrainBytes", "maxIdle", "maxOutput", "maxSize", "maxRedirects"],
  ...["retries", "cacheBytes", "tileCacheBytes"],
]);

/** Options that are times in milliseconds; where 0 has a meaning, the option's own text says it. */
const TIME = /(?:[tT]imeout|Interval|RetryAfter|SpeedTime|^firstWait|^deadline)$/;

/** Options that are amounts in a second. */
const RATE = new Set(["limitRate", "rate", "lowestSpeed"]);

/**
 * Makes sure that the caps, times and rates among options are numbers that mean something.
 *
 * A comparison with NaN is never true, so that a cap of NaN would be none at all, and one that is
 * negative or 0 would refuse everything, or wait for ever. Beyond 2^53 numbers are not told apart.
 * What an option is, its name says: `max...` and a few more are caps, `...Timeout` are times.
 *
 * @param options The options as they were given; all else in them is left alone.
 * @throws {HeliographError} If a cap is no whole number from 1 (some: from 0) to 2^53 - 1 or
 * Infinity, a time no number from 0, a rate not above 0 (`lowestSpeed`: from 0).
 * @example
 * ```ts
 * import { checkCaps } from "./caps.ts";
 * checkCaps({ maxConnections: 10, idleTimeout: 0, maxBodyBytes: Infinity });
 * ```
 */
export function checkCaps(options: object): void {
  for (const [name, value] of Object.entries(options)) {
    if (typeof value !== "number") continue;
    const expected = expectedOf(name, value);
    if (expected === undefined) continue;
    throw new HeliographError(
      `Cannot use the option ${name}: found ${value}, expected ${expected}`,
    );
  }
}

/** What a number should have been; undefined where it is well. */
function expectedOf(name: string, value: number): string | undefined {
  if (CAP.has(name) || /^max[A-Z]/.test(name)) {
    const least = MAY_BE_NONE.has(name) ? 0 : 1;
    if (value === Infinity || (Number.isSafeInteger(value) && value >= least)) return undefined;
    return `a whole number from ${least} to 2^53 - 1, or Infinity`;
  }
  if (TIME.test(name)) return value >= 0 ? undefined : "milliseconds, 0 or more";
  if (!RATE.has(name)) return undefined;
  if (name === "lowestSpeed" && value === 0) return undefined;
  return value > 0 ? undefined : `a number above 0`;
}
