/** What the time that a token takes to be refused says about it. */

import { assert } from "../support/assert.ts";
import { TokenGate } from "../../rpc/server/token_gate.ts";
import { SeededRandom } from "../support/random.ts";

const ROUNDS = 20_000;

/**
 * Welch's t of the times of two inputs in random turns, without the slowest tenth of each:
 * the test of "Dude, is my code constant time?" (Reparaz and others, 2017), whose limit is 10.
 */
function timingT(check: (guess: string) => void, guesses: readonly [string, string]): number {
  const random = new SeededRandom(7);
  const times: [number[], number[]] = [[], []];
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const which = random.integer(0, 1) as 0 | 1;
    const start = performance.now();
    check(guesses[which]);
    times[which].push(performance.now() - start);
  }
  const [one, other] = times.map((all) => {
    const kept = all.toSorted((a, b) => a - b).slice(0, Math.floor(all.length * 0.9));
    const mean = kept.reduce((sum, time) => sum + time, 0) / kept.length;
    const squares = kept.reduce((sum, time) => sum + (time - mean) ** 2, 0);
    return { mean, error: squares / (kept.length - 1) / kept.length };
  });
  return Math.abs(one!.mean - other!.mean) / Math.sqrt(one!.error + other!.error);
}

/** What must not be done: it ends at the first difference. */
function endsEarly(guess: string, token: string): boolean {
  for (let i = 0; i < token.length; i++) if (guess[i] !== token[i]) return false;
  return true;
}

Deno.test("TokenGate takes no longer for a token that is right but for its end", () => {
  const token = "0123456789abcdef".repeat(256);
  const guesses = [`x${token.slice(1)}`, `${token.slice(0, -1)}x`] as const;
  const gate = new TokenGate(token);
  let address = 0;
  const found = timingT((guess) => gate.check(guess, `${address++}`), guesses);
  const seen = timingT((guess) => endsEarly(guess, token), guesses);
  assert(seen > 10, `an early end would be seen: t = ${seen}`);
  assert(found < 10, `t = ${found}`);
});
