import { assertThrows } from "@std/assert";
import { checkCaps } from "../../net/caps.ts";
import { HeliographError } from "../../net/errors.ts";

const CAP = "expected a whole number from 1 to 2^53 - 1, or Infinity";
const CAP_OR_NONE = "expected a whole number from 0 to 2^53 - 1, or Infinity";

const REFUSED: readonly [options: Record<string, number>, expected: string][] = [
  [{ maxConnections: NaN }, `Cannot use the option maxConnections: found NaN, ${CAP}`],
  [{ maxConnections: 0 }, `Cannot use the option maxConnections: found 0, ${CAP}`],
  [{ maxFrame: -1 }, `Cannot use the option maxFrame: found -1, ${CAP}`],
  [{ maxArray: 1.5 }, `Cannot use the option maxArray: found 1.5, ${CAP}`],
  [{ maxMemory: 2 ** 53 }, `Cannot use the option maxMemory: found 9007199254740992, ${CAP}`],
  [{ depth: -Infinity }, `Cannot use the option depth: found -Infinity, ${CAP}`],
  [{ maxBodyBytes: -1 }, `Cannot use the option maxBodyBytes: found -1, ${CAP_OR_NONE}`],
  [{ retries: NaN }, `Cannot use the option retries: found NaN, ${CAP_OR_NONE}`],
  [
    { idleTimeout: -1 },
    "Cannot use the option idleTimeout: found -1, expected milliseconds, 0 or more",
  ],
  [{ timeout: NaN }, "Cannot use the option timeout: found NaN, expected milliseconds, 0 or more"],
  [
    { lowestSpeedTime: NaN },
    "Cannot use the option lowestSpeedTime: found NaN, expected milliseconds, 0 or more",
  ],
  [{ limitRate: 0 }, "Cannot use the option limitRate: found 0, expected a number above 0"],
  [{ lowestSpeed: NaN }, "Cannot use the option lowestSpeed: found NaN, expected a number above 0"],
];

Deno.test("checkCaps() refuses caps, times and rates that mean nothing, by their names", () => {
  for (const [options, expected] of REFUSED) {
    assertThrows(() => checkCaps(options), HeliographError, expected);
  }
});

Deno.test("checkCaps() takes what is no cap, what is not given, and the ends", () => {
  checkCaps({ maxConnections: 1, maxArray: 2 ** 53 - 1, maxMemory: Infinity, maxBodyBytes: 0 });
  checkCaps({
    idleTimeout: 0,
    timeout: Infinity,
    headTimeout: 0.5,
    limitRate: 0.1,
    lowestSpeed: 0,
  });
  checkCaps({ maxFrame: undefined, longitude: -3, zero: NaN, port: -1, maximum: NaN });
});
